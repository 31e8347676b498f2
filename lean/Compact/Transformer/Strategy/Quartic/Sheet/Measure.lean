prelude
import Compact.Counting.Measure
import Compact.Transformer.Mixture.Class
import Compact.Transformer.Strategy.Quartic.Sheet.Rows
/-!
# What is counted: inputs, or their weights

A sheet shows which inputs of a class are answered correctly.  What these count for is another matter: each for one, or for the product of the weights of
its tokens (`Counting/Measure.lean`).  `Measure.Fits` says that a checker computes what they count for (`Tally`).
-/
namespace Compact

namespace Sheet
variable {t : Tables} {S : Sheets}

/-- A checker computes what inputs count for. -/
structure _root_.Compact.Measure.Fits (μ : Measure) (τ : Tally) (t : Tables) (S : Sheets) : Prop where
  query {q N : Nat} {P : List Nat → Prop} : q < t.v → (μ.At N fun y => P (y ++ [q])) → μ.At (τ.query q N) fun x => P x ∧ lastToken x = q
  alone {m : Nat} {P : List Nat → Prop} : m < t.v → (∀ y, y ∈ words m [] t.n 0 → P y) → μ.At (τ.alone m) fun y => P y ∧ countOther m y = 0
  several {m first rest parts : Nat} {p : Planes} {P : List Nat → Prop} : m < t.v → first + rest = m → p.Within (rest + 1) → ∀ c,
    (∀ y, y ∈ words m (p.tokens first m) t.n c → levelSum m (p.levelOf first) y ≤ parts → P y) →
    μ.At (τ.several (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)) m first p parts c) fun y => P y ∧ countOther m y = c

/-- A sheet has no more rows than there are tokens. -/
theorem rows_le {first rest m v : Nat} (h : first + rest = m) (hm : m < v) : rest + 1 ≤ v :=
  Nat.lt_of_le_of_lt (Nat.le_trans (Nat.le_add_left rest first) (Nat.le_of_eq h)) hm

/-- That is what the checker of accuracy counts. -/
theorem _root_.Compact.Measure.plain_fits (G : Fits t S) : Measure.plain.Fits (Tally.plain S t.n) t S where
  query _ h := AtLeast.append_query _ h
  alone _ sound := AtLeast.weaken (Nat.le_of_eq (Nat.mul_one 1).symm) (AtLeast.words List.nodup_nil (fun h => nomatch h) (Nat.le_refl 0) sound)
  several {m first rest parts p P} hm hm_eq within c sound := by
    show AtLeast (lowCount (Nat.pow 2 S.countBits) parts (Nat.mul (binom t.n c) (Nat.pow
      (p.powers S.countBits first (onesOf (16 * S.countBits - 1) (rest + 1)) (onesOf (16 * S.countBits) (rest + 1))) c))) fun y => P y ∧ countOther m y = c
    have count : (p.tokens first m).length + 1 ≤ t.v + 1 := Nat.succ_le_succ (Nat.le_trans (length_below_le _ m) (Nat.le_of_lt hm))
    have powers : p.powers S.countBits first (onesOf (16 * S.countBits - 1) (rest + 1)) (onesOf (16 * S.countBits) (rest + 1)) =
        powerSum (2 ^ S.countBits) (p.levelOf first) (p.tokens first m) := by
      have one : t.v + 1 ≤ (t.v + 1) ^ t.n := by
        match t.n, G.n_pos with
        | n + 1, _ => rw [Nat.pow_succ']; exact Nat.le_mul_of_pos_right _ (Nat.pow_pos (Nat.succ_pos _))
      rw [← hm_eq]
      refine Planes.powers_eq within ?_ (Nat.lt_of_le_of_lt (rows_le hm_eq hm) G.v_power)
      rw [hm_eq]
      exact Nat.le_trans (Nat.succ_le_succ (Nat.succ_le_succ (Nat.le_of_lt hm))) (Nat.le_trans (Nat.succ_le_succ one) G.count)
    exact atLeast_lowWords (nodup_below m) (fun h => Nat.lt_irrefl m (mem_below h).left)
      (Nat.lt_of_le_of_lt (Nat.pow_le_pow_left count t.n) G.count) powers sound

end Sheet
end Compact
