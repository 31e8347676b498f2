prelude
import Compact.Packed.Lanewise
/-!
# The greatest and the least of all lanes

A knockout: each round compares every lane with the one that is twice as far away as in the round before, so a few operations on
the whole row find the greatest of its lanes, and none of its lanes is ever a number of its own.  (That matters for models with a
tiny weight.  Their entries are multiples of a high power of two, and the caches of Lean's kernel, which look at the lowest 64 bits
of a number, cannot tell such entries apart; thousands of them, one by one, would take it minutes.)
-/
namespace Compact
noncomputable section

/-- One round: each lane or the one `m` lanes further up, whichever is greater. -/
def knockout (tops low L m N : Nat) : Nat := Nat.force (Nat.shiftRight N (Nat.mul L m)) fun later => lanesMax tops low N later

/-- Each lane is the greatest of itself and the lanes above it, `2^rounds` of them in all. -/
def knockouts (tops low L rounds N : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) N (fun k ih => Nat.force ih fun M => knockout tops low L (Nat.pow 2 k) M) rounds

/-- The greatest of `n` lanes of `L` bits, whose top bits are free; `tops` has these bits. -/
def greatestLane (tops L n N : Nat) : Nat := Nat.mod (knockouts tops (Nat.sub L 1) L (Nat.succ (Nat.log2 n)) N) (Nat.pow 2 L)

/-- The least of `n` lanes, as the greatest distance from `full`, which is `2^(L-1) - 1` in every lane. -/
def leastLane (tops full L n N : Nat) : Nat := Nat.sub (Nat.sub (Nat.pow 2 (Nat.sub L 1)) 1) (greatestLane tops L n (Nat.sub full N))

end

section
variable {L n : Nat} {f : Nat → Nat}

/-- Zeros on top change nothing. -/
theorem pack_zeros {m : Nat} (hm : m ≤ n) (hz : ∀ j, m ≤ j → j < n → f j = 0) : pack L n f = pack L m f := by
  match Nat.exists_eq_add_of_le hm with
  | ⟨b, e⟩ =>
    have zero : (pack L b fun j => f (m + j)) = 0 := by
      rw [pack_congr L (g := fun _ => 0) fun j hj => hz (m + j) (Nat.le_add_right m j) (e ▸ Nat.add_lt_add_left hj m), pack_const]
      exact Nat.zero_mul _
    rw [e, pack_append, zero, Nat.zero_mul, Nat.add_zero]

/-- The lane `m` lanes further up, and zero where there is none. -/
def later (n m : Nat) (f : Nat → Nat) (j : Nat) : Nat := if j + m < n then f (j + m) else 0

theorem pack_later (hf : ∀ j, j < n → f j < 2 ^ L) (m : Nat) : pack L n f / 2 ^ (L * m) = pack L n (later n m f) := by
  cases Nat.le_total m n with
  | inl hm =>
    have zeros : ∀ j, n - m ≤ j → j < n → later n m f j = 0 := fun j hj _ =>
      ite_eq_right (Nat.not_lt_of_le (Nat.sub_le_iff_le_add.mp hj))
    rw [pack_div hf hm, pack_zeros (Nat.sub_le n m) zeros]
    refine pack_congr L fun j hj => ?_
    have inside : j + m < n := Nat.add_lt_of_lt_sub hj
    exact (congrArg f (Nat.add_comm m j)).trans (ite_eq_left inside).symm
  | inr hm =>
    have zeros : ∀ j, 0 ≤ j → j < n → later n m f j = 0 := fun j _ _ =>
      ite_eq_right (Nat.not_lt_of_le (Nat.le_trans hm (Nat.le_add_left m j)))
    rw [pack_zeros (Nat.zero_le n) zeros, Nat.div_eq_of_lt]
    · rfl
    · exact Nat.lt_of_lt_of_le (pack_lt L hf) (Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_left L hm))

/-- The lanes `g` are greatest lanes of `f`: no greater than all of `f`, and at least those of the next `m` places. -/
structure Winners (n m : Nat) (f g : Nat → Nat) : Prop where
  le (b : Nat) : (∀ j, j < n → f j ≤ b) → ∀ j, j < n → g j ≤ b
  ge (j i : Nat) : j ≤ i → i < j + m → i < n → f i ≤ g j

theorem Winners.start : Winners n 1 f f where
  le _ h := h
  ge _ _ hji him _ := Nat.le_of_eq (congrArg f (Nat.le_antisymm (Nat.le_of_lt_succ him) hji))

theorem Winners.round {m : Nat} {g : Nat → Nat} (h : Winners n m f g) : Winners n (m + m) f fun j => later n m g j + (g j - later n m g j) where
  le b hb j hj := by
    have hl : later n m g j ≤ b := by
      unfold later
      by_cases hm : j + m < n
      case pos => rw [ite_eq_left hm]; exact h.le b hb (j + m) hm
      case neg => rw [ite_eq_right hm]; exact Nat.zero_le b
    cases Nat.le_total (later n m g j) (g j) with
    | inl hle => exact Nat.le_trans (Nat.le_of_eq (Nat.add_sub_of_le hle)) (h.le b hb j hj)
    | inr hle => rw [Nat.sub_eq_zero_of_le hle]; exact hl
  ge j i hji him hin := by
    cases Nat.lt_or_ge i (j + m) with
    | inl near =>
      refine Nat.le_trans (h.ge j i hji near hin) ?_
      exact Nat.le_trans (Nat.sub_le_iff_le_add.mp (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ _))
    | inr far =>
      have e : later n m g j = g (j + m) := ite_eq_left (Nat.lt_of_le_of_lt far hin)
      refine Nat.le_trans (h.ge (j + m) i far (Nat.add_assoc j m m ▸ him) hin) ?_
      exact Nat.le_trans (Nat.le_of_eq e.symm) (Nat.le_add_right _ _)

theorem knockouts_pack (hL : 0 < L) (hf : ∀ j, j < n → f j < 2 ^ (L - 1)) (rounds : Nat) :
    ∃ g, knockouts (2 ^ (L - 1) * ones L n) (L - 1) L rounds (pack L n f) = pack L n g ∧ Winners n (2 ^ rounds) f g := by
  have lower {g : Nat → Nat} {m : Nat} (h : Winners n m f g) (j : Nat) (hj : j < n) : g j < 2 ^ (L - 1) := by
    refine Nat.lt_of_le_of_lt (h.le (2 ^ (L - 1) - 1) (fun j hj => Nat.le_sub_of_add_le (b := 1) (hf j hj)) j hj) ?_
    exact two_pow_sub_one_lt _
  induction rounds with
  | zero => exact ⟨f, rfl, Winners.start⟩
  | succ k ih =>
    match ih with
    | ⟨g, e, h⟩ =>
      have hg := lower h
      have wide (j : Nat) (hj : j < n) : g j < 2 ^ L :=
        Nat.lt_of_lt_of_le (hg j hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le L 1))
      have hlater (j : Nat) (_ : j < n) : later n (2 ^ k) g j < 2 ^ (L - 1) := by
        unfold later
        by_cases hm : j + 2 ^ k < n
        case pos => rw [ite_eq_left hm]; exact hg _ hm
        case neg => rw [ite_eq_right hm]; exact Nat.two_pow_pos _
      refine ⟨_, ?_, Nat.two_pow_succ k ▸ h.round⟩
      show Nat.force (knockouts _ _ _ k _) (fun M => knockout _ _ L (2 ^ k) M) = _
      rw [Nat.force_eq, e]
      unfold knockout
      rw [Nat.force_eq]
      show lanesMax _ _ _ (pack L n g / 2 ^ (L * 2 ^ k)) = _
      rw [pack_later wide, lanesMax_pack hL hg hlater]

/-- `m` is the greatest of the numbers `f 0, ..., f (n - 1)`. -/
structure IsGreatest (n : Nat) (f : Nat → Nat) (m : Nat) : Prop where
  ge (j : Nat) : j < n → f j ≤ m
  le (b : Nat) : (∀ j, j < n → f j ≤ b) → m ≤ b

theorem greatestLane_pack (hL : 0 < L) (hn : 0 < n) (hf : ∀ j, j < n → f j < 2 ^ (L - 1)) :
    IsGreatest n f (greatestLane (2 ^ (L - 1) * ones L n) L n (pack L n f)) := by
  match knockouts_pack hL hf (Nat.log2 n + 1) with
  | ⟨g, e, h⟩ =>
    have small : g 0 < 2 ^ L := by
      refine Nat.lt_of_le_of_lt (h.le (2 ^ (L - 1) - 1) (fun j hj => Nat.le_sub_of_add_le (b := 1) (hf j hj)) 0 hn) ?_
      exact two_pow_sub_one_lt_of_le (Nat.sub_le L 1)
    have first : greatestLane (2 ^ (L - 1) * ones L n) L n (pack L n f) = g 0 := by
      show knockouts (2 ^ (L - 1) * ones L n) (L - 1) L (Nat.log2 n + 1) (pack L n f) % 2 ^ L = g 0
      rw [e]
      match n, hn with
      | k + 1, _ =>
        show (g 0 + 2 ^ L * _) % 2 ^ L = g 0
        rw [Nat.add_mul_mod_self_left, Nat.mod_eq_of_lt small]
    rw [first]
    refine ⟨fun j hj => h.ge 0 j (Nat.zero_le j) ?_ hj, fun b hb => h.le b hb 0 hn⟩
    rw [Nat.zero_add]
    exact Nat.lt_trans hj Nat.lt_log2_self

theorem leastLane_pack (hL : 0 < L) (hn : 0 < n) (hf : ∀ j, j < n → f j < 2 ^ (L - 1)) {m : Nat}
    (hm : m = leastLane (2 ^ (L - 1) * ones L n) ((2 ^ (L - 1) - 1) * ones L n) L n (pack L n f)) :
    (∀ j, j < n → m ≤ f j) ∧ ∀ b, (∀ j, j < n → b ≤ f j) → b ≤ m := by
  have at_most (j : Nat) (hj : j < n) : f j ≤ 2 ^ (L - 1) - 1 := Nat.le_sub_of_add_le (b := 1) (hf j hj)
  have distance (j : Nat) (_ : j < n) : 2 ^ (L - 1) - 1 - f j < 2 ^ (L - 1) :=
    Nat.lt_of_le_of_lt (Nat.sub_le _ _) (two_pow_sub_one_lt _)
  have e : m = 2 ^ (L - 1) - 1 - greatestLane (2 ^ (L - 1) * ones L n) L n (pack L n fun j => 2 ^ (L - 1) - 1 - f j) := by
    rw [hm]
    show _ - greatestLane _ L n ((2 ^ (L - 1) - 1) * ones L n - pack L n f) = _
    rw [mul_ones L n (2 ^ (L - 1) - 1), pack_sub L at_most]
    rfl
  have top := greatestLane_pack hL hn distance
  rw [e]
  refine ⟨fun j hj => ?_, fun b hb => ?_⟩
  · exact Nat.le_trans (Nat.sub_le_sub_left (top.ge j hj) _) (Nat.le_of_eq (Nat.sub_sub_self (at_most j hj)))
  · have hb' := Nat.le_trans (hb 0 hn) (at_most 0 hn)
    refine Nat.le_trans (Nat.le_of_eq (Nat.sub_sub_self hb').symm) (Nat.sub_le_sub_left ?_ _)
    exact top.le _ fun j hj => Nat.sub_le_sub_left (hb j hj) _

end
end Compact
