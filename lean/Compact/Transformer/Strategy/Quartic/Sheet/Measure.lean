prelude
import Compact.Transformer.Mixture.Class
import Compact.Transformer.Strategy.Quartic.Sheet.Rows
/-!
# What is counted: inputs, or their weights

A sheet shows which inputs of a class are answered correctly.  What these count for is another matter: each for one, or for the product of the weights of
its tokens (`Claim/Mass.lean`).  A `Measure` is what the proof needs to know of such a count, and `Measure.Fits` says that a checker computes it (`Tally`).
-/
namespace Compact

/-- A way to say "at least so much". -/
structure Measure where
  /-- The inputs with the property count for at least so much. -/
  At : Nat → (List Nat → Prop) → Prop
  zero {P : List Nat → Prop} : At 0 P
  weaken {M N : Nat} {P : List Nat → Prop} : M ≤ N → At N P → At M P
  mono {N : Nat} {P Q : List Nat → Prop} : (∀ x, P x → Q x) → At N P → At N Q
  /-- What can be told apart by a number adds up. -/
  total {n : Nat} {f : Nat → Nat} {P : List Nat → Prop} (key : List Nat → Nat) :
    (∀ i, i < n → At (f i) fun x => P x ∧ key x = i) → At (Compact.total n f) fun x => P x ∧ key x < n

/-- The same for the numbers `lo, ..., lo + n - 1`. -/
theorem Measure.totalFrom (μ : Measure) {lo n : Nat} {f : Nat → Nat} {P : List Nat → Prop} (key : List Nat → Nat)
    (h : ∀ i, i < n → μ.At (f i) fun x => P x ∧ key x = lo + i) :
    μ.At (Compact.total n f) fun x => P x ∧ lo ≤ key x ∧ key x < lo + n := by
  have step : ∀ i, i < n → μ.At (f i) fun x => (P x ∧ lo ≤ key x) ∧ key x - lo = i := by
    refine fun i hi => μ.mono (fun x hx => ?_) (h i hi)
    rw [hx.right, Nat.add_sub_cancel_left]
    exact ⟨⟨hx.left, Nat.le_add_right lo i⟩, rfl⟩
  refine μ.mono (fun x hx => ⟨hx.left.left, hx.left.right, ?_⟩) (μ.total (key · - lo) step)
  exact Nat.add_comm n lo ▸ Nat.lt_add_of_sub_lt hx.right

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

/-- Each input counts for one. -/
def _root_.Compact.Measure.plain : Measure where
  At := AtLeast
  zero := AtLeast.zero
  weaken := AtLeast.weaken
  mono := AtLeast.mono_pred
  total := AtLeast.total

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
