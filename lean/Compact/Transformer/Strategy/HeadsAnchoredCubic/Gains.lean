prelude
import Compact.Transformer.Strategy.HeadsAnchoredCubic.Check
/-!
# What passes, lane by lane

The top bit of a lane stays if what a key takes, times all parts, is no more than what it gives and so many parts of what can be spared
(`tops_gainOf`).  So the rows of counts are numbers of tokens that pass at all free positions, in all heads (`passing_levelRow`).
-/
namespace Compact
namespace Transformer
namespace HeadsAnchoredCubic

section
variable {K m parts wide l lo sl : Nat} {g α κ : Nat → Nat}

/-- One key, at one level. -/
theorem tops_gainOf (hg : ∀ j, j < m → g j ≤ wide) (hα : ∀ j, j < m → α j ≤ wide) (hl : l ≤ parts)
    (hκ : ∀ j, j < m → parts * κ j < 2 ^ K) :
    TopsSet (K + 1) m (fun j => parts * (lo * α j + sl) ≤ parts * (lo * g j) + l * κ j)
      (Nat.land (gainOf parts wide (2 ^ K) (ones (K + 2) m) (2 ^ (K + 1) * ones (K + 2) m) (lo, sl) (pack (K + 2) m g) (pack (K + 2) m α) +
        l * pack (K + 2) m κ) (2 ^ (K + 1) * ones (K + 2) m)) := by
  have double : 2 ^ K + 2 ^ K = 2 ^ (K + 1) := (Nat.two_pow_succ K).symm
  have double' : 2 ^ (K + 1) + 2 ^ (K + 1) = 2 ^ (K + 2) := (Nat.two_pow_succ (K + 1)).symm
  have spare {j : Nat} (hj : j < m) : l * κ j < 2 ^ K := Nat.lt_of_le_of_lt (Nat.mul_le_mul_right _ hl) (hκ j hj)
  have step : gainOf parts wide (2 ^ K) (ones (K + 2) m) (2 ^ (K + 1) * ones (K + 2) m) (lo, sl) (pack (K + 2) m g) (pack (K + 2) m α) =
      Bool.rec (motive := fun _ => Nat) 0
        (2 ^ (K + 1) * ones (K + 2) m + parts * lo * pack (K + 2) m g - (parts * lo * pack (K + 2) m α + parts * sl * ones (K + 2) m))
        (Nat.ble (parts * lo * wide + parts * sl) (2 ^ K)) := by
    unfold gainOf
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
    rfl
  rw [step]
  cases ok : Nat.ble (parts * lo * wide + parts * sl) (2 ^ K) with
  | false =>
    show TopsSet (K + 1) m _ (Nat.land (0 + l * pack (K + 2) m κ) _)
    rw [Nat.zero_add, mul_pack]
    refine (TopsSet.row fun j hj => ?_).imp fun j hj le => ?_
    · exact Nat.lt_of_lt_of_le (spare hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.le_add_right K 2))
    · refine absurd (Nat.lt_of_lt_of_le (spare hj) ?_) (Nat.not_lt_of_le le)
      exact Nat.pow_le_pow_right Nat.two_pos (Nat.le_succ K)
  | true =>
    have fit := Nat.le_of_ble_eq_true ok
    have takes {j : Nat} (hj : j < m) : parts * lo * α j + parts * sl ≤ 2 ^ K :=
      Nat.le_trans (Nat.add_le_add_right (Nat.mul_le_mul_left _ (hα j hj)) _) fit
    have gives {j : Nat} (hj : j < m) : parts * lo * g j ≤ 2 ^ K :=
      Nat.le_trans (Nat.mul_le_mul_left _ (hg j hj)) (Nat.le_trans (Nat.le_add_right _ _) fit)
    have below {j : Nat} (hj : j < m) : parts * lo * α j + parts * sl ≤ 2 ^ (K + 1) + parts * lo * g j :=
      Nat.le_trans (takes hj) (Nat.le_trans (Nat.pow_le_pow_right Nat.two_pos (Nat.le_succ K)) (Nat.le_add_right _ _))
    have const (k : Nat) : k * ones (K + 2) m = pack (K + 2) m fun _ => k := (pack_const _ _ _).symm
    have sum : 2 ^ (K + 1) * ones (K + 2) m + parts * lo * pack (K + 2) m g - (parts * lo * pack (K + 2) m α + parts * sl * ones (K + 2) m) +
        l * pack (K + 2) m κ =
        pack (K + 2) m fun j => 2 ^ (K + 1) + parts * lo * g j - (parts * lo * α j + parts * sl) + l * κ j := by
      rw [const, const, mul_pack, mul_pack, mul_pack, pack_add, pack_add, pack_sub _ fun j hj => below hj, pack_add]
    show TopsSet (K + 1) m _ (Nat.land (2 ^ (K + 1) * ones (K + 2) m + parts * lo * pack (K + 2) m g -
      (parts * lo * pack (K + 2) m α + parts * sl * ones (K + 2) m) + l * pack (K + 2) m κ) (2 ^ (K + 1) * ones (K + 2) m))
    rw [sum]
    refine (TopsSet.row fun j hj => ?_).imp fun j hj le => ?_
    · refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_le_of_lt (Nat.sub_le _ _) (spare hj)) ?_
      rw [← double', Nat.add_assoc, ← double]
      exact Nat.add_le_add_left (Nat.add_le_add_right (gives hj) _) _
    · have enough : 2 ^ (K + 1) + (parts * lo * α j + parts * sl) ≤ 2 ^ (K + 1) + (parts * lo * g j + l * κ j) := by
        refine Nat.le_trans (Nat.add_le_add_right le _) (Nat.le_of_eq ?_)
        rw [Nat.add_right_comm, Nat.sub_add_cancel (below hj), Nat.add_assoc]
      have le := Nat.le_of_add_le_add_left enough
      rw [Nat.mul_add, ← Nat.mul_assoc, ← Nat.mul_assoc]
      exact le

end

section
variable {C : Claims} {terms : List (List (List (Nat × Nat)))} {wide s k H K m v : Nat} {leads spares : List Nat} {pos : List (List Nat)}
  {short : Nat → Nat → Nat} {g κ : Nat → Nat → Nat} {α β : Nat → Nat → Nat → Nat}

theorem withGains_eq (gains : Nat → List (List Nat)) (v y : Nat) (K : List (List (List Nat)) → Nat) :
    withGains gains v y K = K (listFrom gains v y) := by
  induction v generalizing y K with
  | zero => rfl
  | succ v ih =>
    have step : withGains gains (v + 1) y K = Nat.force y fun y => forceRows (gains y) fun rows => withGains gains v (y + 1) fun rest =>
      K (rows :: rest) := rfl
    rw [step, Nat.force_eq, forceRows_eq, ih, listFrom_succ]

/-- Tokens that pass a level. -/
def Takes (parts s k H : Nat) (terms : List (List (List (Nat × Nat)))) (g κ : Nat → Nat) (α β : Nat → Nat → Nat) (l y : Nat) : Prop :=
  l ≤ parts ∧ ∀ i, i < H → ∀ x, x < k →
    parts * takes (termAt terms i (s + x) y) (α i y) (β i (s + x)) ≤ parts * gives (termAt terms i (s + x) y) (g i) + l * κ i

/-- The row of counts of a level. -/
theorem passing_levelRow (lane : C.lane = K + 2)
    (hleads : ∀ i, i < H → nth 0 leads i = pack (K + 2) m (g i)) (hg : ∀ i, i < H → ∀ j, j < m → g i j ≤ wide)
    (hspares : ∀ i, i < H → nth 0 spares i = pack (K + 2) m (κ i)) (hκ : ∀ i, i < H → ∀ j, j < m → C.parts * κ i j < 2 ^ K)
    (hshort : ∀ i, i < H → ∀ y, y < v → short i y = pack (K + 2) m (α i y))
    (hpos : ∀ i, i < H → ∀ x, x < k → nth 0 (nth [] pos i) x = pack (K + 2) m (β i (s + x)))
    (hwide : ∀ i, i < H → ∀ y, y < v → ∀ x, x < k → ∀ j, j < m → α i y j + β i (s + x) j ≤ wide)
    (hv : v < 2 ^ (K + 2)) {j : Nat} (hj : j < m) (l : Nat) :
    Passing v (Takes C.parts s k H terms (fun i => g i j) (fun i => κ i j) (fun i y => α i y j) (fun i p => β i p j)) l
      (readLane C.lane (levelRow C (2 ^ (K + 1) * ones (K + 2) m) H l spares (listFrom (gainsOf C terms wide (2 ^ K) (ones (K + 2) m)
        (2 ^ (K + 1) * ones (K + 2) m) s k H leads pos short) v 0)) j) := by
  unfold levelRow
  cases le : Nat.ble l C.parts with
  | false =>
    refine ⟨[], trivial, (fun _ h => nomatch h), Nat.le_of_eq ?_⟩
    show 0 / _ % _ = 0
    rw [Nat.zero_div, Nat.zero_mod]
  | true =>
    have hl := Nat.le_of_ble_eq_true le
    show Passing v _ l (readLane C.lane (forceList _ _) j)
    rw [forceList_eq, lane]
    match passing_passLanes (k := K + 1) (l := l) (P := fun y j => ∀ i, i < H → ∀ x, x < k →
        C.parts * takes (termAt terms i (s + x) y) (α i y j) (β i (s + x) j) ≤ C.parts * gives (termAt terms i (s + x) y) (g i j) + l * κ i j)
      (tokens := gainsOf C terms wide (2 ^ K) (ones (K + 2) m) (2 ^ (K + 1) * ones (K + 2) m) s k H leads pos short)
      (more := listFrom (fun i => Nat.mul l (nth 0 spares i)) H 0) hj hv fun y hy => ?_ with
    | ⟨tokens, nodup, facts, size⟩ => exact ⟨tokens, nodup, fun y hy => ⟨(facts y hy).left, hl, (facts y hy).right⟩, size⟩
    refine (tops_topsOfAll (i := 0) (P := fun i j => ∀ x, x < k →
        C.parts * takes (termAt terms i (s + x) y) (α i y j) (β i (s + x) j) ≤ C.parts * gives (termAt terms i (s + x) y) (g i j) + l * κ i j)
      fun i hi => ?_).imp fun j _ all i hi => ?_
    · rw [Nat.zero_add, Nat.force_eq, Nat.force_eq]
      refine tops_topsOf (i := s) (P := fun p j =>
        C.parts * takes (termAt terms i p y) (α i y j) (β i p j) ≤ C.parts * gives (termAt terms i p y) (g i j) + l * κ i j) fun x hx => ?_
      have cancel : Nat.sub (s + x) s = x := Nat.add_sub_cancel_left
      rw [cancel, hshort i hi y hy, hpos i hi x hx, hleads i hi]
      have row : Nat.add (pack (K + 2) m (α i y)) (pack (K + 2) m (β i (s + x))) = pack (K + 2) m fun j => α i y j + β i (s + x) j := pack_add _ _ _ _
      have more : Nat.mul l (nth 0 spares i) = l * pack (K + 2) m (κ i) := congrArg (l * ·) (hspares i hi)
      rw [row, more]
      exact tops_gainOf (lo := (termAt terms i (s + x) y).1) (sl := (termAt terms i (s + x) y).2) (hg i hi) (hwide i hi y hy x hx) hl (hκ i hi)
    · have one := all i hi
      rw [Nat.zero_add] at one
      exact one

end
end HeadsAnchoredCubic
end Transformer
end Compact
