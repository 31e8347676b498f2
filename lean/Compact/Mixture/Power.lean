prelude
import Compact.Counting.Classes
import Compact.Ring.Nat
/-!
# Counting words by the sum of their levels, as one power

Each token has a *level*, a natural number, and a word has the sum of the levels of its letters other than `m`.
How many words have a level of at most `b`?  With `X` larger than the number of words, `∑ X ^ level` over all words
is a power of the same sum over tokens (`powerSum_words`); written in base `X` its digits say how many words there
are of each level, and the sum of the lowest `b + 1` digits is their number modulo `X - 1` (`lowCount`).
So a class is counted by one power and two remainders, however many words it has.
-/
namespace Compact
universe u v
variable {α : Type u} {β : Type v}

/-- `∑ X ^ f a` over a list. -/
def powerSum (X : Nat) (f : α → Nat) : List α → Nat
  | [] => 0
  | a :: l => X ^ f a + powerSum X f l

/-- The sum of the digits `0, ..., b` of `N` in base `X`, modulo `X - 1`. -/
noncomputable def lowCount (X b N : Nat) : Nat := Nat.mod (Nat.mod N (Nat.pow X (Nat.succ b))) (Nat.pred X)

/-- The sum of the levels of the letters other than `m`. -/
def levelSum (m : Nat) (level : Nat → Nat) : List Nat → Nat
  | [] => 0
  | t :: y => if t = m then levelSum m level y else level t + levelSum m level y

section
variable {X : Nat} {f : α → Nat}

theorem powerSum_append (l l' : List α) : powerSum X f (l ++ l') = powerSum X f l + powerSum X f l' := by
  induction l with
  | nil => exact (Nat.zero_add _).symm
  | cons a l ih => show X ^ f a + powerSum X f (l ++ l') = _; rw [ih]; exact (Nat.add_assoc _ _ _).symm

theorem powerSum_map (g : β → α) (l : List β) : powerSum X f (l.map g) = powerSum X (fun b => f (g b)) l := by
  induction l with
  | nil => rfl
  | cons b l ih => exact congrArg (X ^ f (g b) + ·) ih

theorem powerSum_congr {g : α → Nat} {l : List α} (h : ∀ a, a ∈ l → f a = g a) : powerSum X f l = powerSum X g l := by
  induction l with
  | nil => rfl
  | cons a l ih =>
    show X ^ f a + powerSum X f l = X ^ g a + powerSum X g l
    rw [h a (List.Mem.head l), ih fun b hb => h b (List.Mem.tail a hb)]

/-- All levels raised by `k`. -/
theorem powerSum_add (k : Nat) (l : List α) : powerSum X (fun a => k + f a) l = X ^ k * powerSum X f l := by
  induction l with
  | nil => rfl
  | cons a l ih =>
    show X ^ (k + f a) + powerSum X (fun a => k + f a) l = X ^ k * (X ^ f a + powerSum X f l)
    rw [ih, Nat.mul_add, Nat.pow_add]

theorem powerSum_flatMap {g : β → List α} {w : β → Nat} (N : Nat) {l : List β}
    (h : ∀ b, b ∈ l → powerSum X f (g b) = X ^ w b * N) : powerSum X f (l.flatMap g) = powerSum X w l * N := by
  induction l with
  | nil => exact (Nat.zero_mul N).symm
  | cons b l ih =>
    show powerSum X f (g b ++ l.flatMap g) = (X ^ w b + powerSum X w l) * N
    rw [powerSum_append, h b (List.Mem.head l), ih fun a ha => h a (List.Mem.tail b ha), Nat.add_mul]

/-- Powers of `X` are one more than multiples of `X - 1`. -/
theorem pow_eq_pred_mul {x : Nat} (k : Nat) : ∃ z, (x + 1) ^ k = x * z + 1 := by
  induction k with
  | zero => exact ⟨0, rfl⟩
  | succ k ih =>
    match ih with
    | ⟨z, e⟩ =>
      refine ⟨x * z + 1 + z, ?_⟩
      rw [Nat.pow_succ, e]
      ring [x, z]

/-- A sum of powers is its number of terms, modulo `X - 1`. -/
theorem powerSum_mod (x : Nat) (l : List α) : powerSum (x + 1) f l % x = l.length % x := by
  have key : ∃ z, powerSum (x + 1) f l = l.length + x * z := by
    induction l with
    | nil => exact ⟨0, rfl⟩
    | cons a l ih =>
      match ih, pow_eq_pred_mul (x := x) (f a) with
      | ⟨z, e⟩, ⟨z', e'⟩ =>
        refine ⟨z' + z, ?_⟩
        show (x + 1) ^ f a + powerSum (x + 1) f l = l.length + 1 + x * (z' + z)
        rw [e, e']
        ring [x, z, z', l.length]
  match key with
  | ⟨z, e⟩ => rw [e, Nat.add_mul_mod_self_left]

/-- Few terms with small levels are below the next power. -/
theorem powerSum_le {b : Nat} (hX : 0 < X) {l : List α} (h : ∀ a, a ∈ l → f a ≤ b) :
    powerSum X f l ≤ l.length * X ^ b := by
  induction l with
  | nil => exact Nat.zero_le _
  | cons a l ih =>
    show X ^ f a + powerSum X f l ≤ (l.length + 1) * X ^ b
    rw [Nat.succ_mul, Nat.add_comm]
    exact Nat.add_le_add (ih fun c hc => h c (List.Mem.tail a hc))
      (Nat.pow_le_pow_right hX (h a (List.Mem.head l)))

/-- The terms with small levels, and the others, which are multiples of the next power. -/
theorem powerSum_split (b : Nat) (l : List α) :
    ∃ z, powerSum X f l = powerSum X f (l.filter fun a => Nat.ble (f a) b) + X ^ (b + 1) * z := by
  induction l with
  | nil => exact ⟨0, rfl⟩
  | cons a l ih =>
    match ih with
    | ⟨z, e⟩ =>
      by_cases h : Nat.ble (f a) b = true
      case pos =>
        refine ⟨z, ?_⟩
        rw [List.filter_cons_of_pos (p := fun a => Nat.ble (f a) b) h]
        show X ^ f a + powerSum X f l = X ^ f a + powerSum X f _ + _
        rw [e, Nat.add_assoc]
      case neg =>
        have hb : b + 1 ≤ f a := Nat.lt_of_not_le fun h' => h (Nat.ble_eq_true_of_le h')
        match Nat.exists_eq_add_of_le hb with
        | ⟨d, ed⟩ =>
          refine ⟨X ^ d + z, ?_⟩
          rw [List.filter_cons_of_neg (p := fun a => Nat.ble (f a) b) h]
          show X ^ f a + powerSum X f l = _
          rw [e, ed, Nat.pow_add, Nat.mul_add, Nat.add_left_comm]

/-- The low digits count at most the members of small level. -/
theorem lowCount_le {b : Nat} {l : List α} (hX : l.length < X) :
    lowCount X b (powerSum X f l) ≤ (l.filter fun a => Nat.ble (f a) b).length := by
  match X, hX with
  | x + 1, hX =>
    match powerSum_split (X := x + 1) (f := f) b l with
    | ⟨z, e⟩ =>
      have small : ∀ a, a ∈ l.filter (fun a => Nat.ble (f a) b) → f a ≤ b := fun a ha =>
        Nat.le_of_ble_eq_true (List.mem_filter.mp ha).right
      have lt : powerSum (x + 1) f (l.filter fun a => Nat.ble (f a) b) < (x + 1) ^ (b + 1) := by
        refine Nat.lt_of_le_of_lt (powerSum_le (Nat.succ_pos x) small) ?_
        rw [Nat.pow_succ']
        exact Nat.mul_lt_mul_of_pos_right (Nat.lt_of_le_of_lt List.length_filter_le hX) (Nat.pow_pos (Nat.succ_pos x))
      show powerSum (x + 1) f l % (x + 1) ^ (b + 1) % x ≤ _
      rw [e, Nat.add_mul_mod_self_left, Nat.mod_eq_of_lt lt, powerSum_mod]
      exact Nat.mod_le _ _

end

section
variable {X m : Nat} {level : Nat → Nat} {S : List Nat}

theorem levelSum_max (y : List Nat) : levelSum m level (m :: y) = levelSum m level y := ite_eq_left rfl

theorem levelSum_other {s : Nat} (h : s ≠ m) (y : List Nat) :
    levelSum m level (s :: y) = level s + levelSum m level y := ite_eq_right h

/-- The sum over words is a power of the sum over tokens. -/
theorem powerSum_words (hm : ¬m ∈ S) (n c : Nat) :
    powerSum X (levelSum m level) (words m S n c) = Nat.choose n c * powerSum X level S ^ c := by
  induction n generalizing c with
  | zero =>
    cases c with
    | zero => rfl
    | succ c => rw [words_zero_succ, Nat.choose_zero_succ, Nat.zero_mul]; rfl
  | succ n ih =>
    have maxFirst (c : Nat) : powerSum X (levelSum m level) ((words m S n c).map (m :: ·)) =
        Nat.choose n c * powerSum X level S ^ c := by
      rw [powerSum_map, ← ih c]
      exact powerSum_congr fun y _ => levelSum_max y
    cases c with
    | zero => rw [words_succ_zero, maxFirst, Nat.choose_zero_right, Nat.choose_zero_right]
    | succ c =>
      have otherFirst : powerSum X (levelSum m level) (S.flatMap fun s => (words m S n c).map (s :: ·)) =
          powerSum X level S * (Nat.choose n c * powerSum X level S ^ c) := by
        refine powerSum_flatMap _ fun s hs => ?_
        rw [powerSum_map, ← ih c, ← powerSum_add]
        exact powerSum_congr fun y _ => levelSum_other (fun e : s = m => hm (e ▸ hs)) y
      rw [words_succ_succ, powerSum_append, maxFirst, otherFirst, Nat.choose_succ_succ, Nat.right_distrib,
        Nat.add_comm, Nat.mul_left_comm, Nat.pow_succ']

/-- All binomial terms together are a power. -/
theorem choose_mul_pow_le (n c s : Nat) : Nat.choose n c * s ^ c ≤ (s + 1) ^ n := by
  induction n generalizing c with
  | zero =>
    cases c with
    | zero => exact Nat.le_refl 1
    | succ c => rw [Nat.choose_zero_succ, Nat.zero_mul]; exact Nat.zero_le _
  | succ n ih =>
    rw [Nat.pow_succ, Nat.mul_succ]
    cases c with
    | zero =>
      rw [Nat.choose_zero_right]
      exact Nat.le_trans (Nat.pow_pos (Nat.succ_pos s)) (Nat.le_add_left _ _)
    | succ c =>
      rw [Nat.choose_succ_succ, Nat.add_mul]
      refine Nat.add_le_add ?_ (ih (c + 1))
      rw [Nat.pow_succ, ← Nat.mul_assoc]
      exact Nat.mul_le_mul_right s (ih c)

/-- The words of one class whose level is at most `b`: they are counted by one power. -/
theorem atLeast_lowWords {P : List Nat → Prop} {n c b N : Nat} (nodup : S.Nodup) (hm : ¬m ∈ S)
    (hX : (S.length + 1) ^ n < X) (hN : N = powerSum X level S)
    (sound : ∀ y, y ∈ words m S n c → levelSum m level y ≤ b → P y) :
    AtLeast (lowCount X b (binom n c * N ^ c)) fun y => P y ∧ countOther m y = c := by
  have len : (words m S n c).length < X := by
    rw [length_words]
    exact Nat.lt_of_le_of_lt (choose_mul_pow_le n c S.length) hX
  have count := lowCount_le (f := levelSum m level) (b := b) len
  rw [powerSum_words hm, ← hN, ← binom_eq_choose] at count
  refine AtLeast.weaken count (AtLeast.of_list (List.nodup_filter (nodup_words nodup hm n c)) fun y hy => ?_)
  have hy := List.mem_filter.mp hy
  exact ⟨sound y hy.left (Nat.le_of_ble_eq_true hy.right), countOther_of_mem_words hm hy.left⟩

end
end Compact
