prelude
import Compact.Transformer.Strategy.MlpCubic.Check
import Compact.Transformer.Strategy.MlpQuartic
/-!
# Cubic for a model with an MLP: the correction

One number for each query, maximum and token: what is left of all ReLUs, each neuron with the largest coefficient that any output gives it.
It is no less than quartic's row is above its entry at the maximum (`leftRow_le_correction`), so rows with it say no more than the
bound of the margin, either (`sums_le`).
-/
namespace Compact
namespace Transformer
namespace MlpCubic
open HeadsBruteForce (HeadTables)
open MlpBruteForce (neuronRows ranges)
open MlpQuartic

section
variable {w : Weights} {M : MLP} {c : Params} {B L l n s width blocks : Nat} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting w M c B L l n s width blocks head neurons)
include S

/-- Of each neuron what is left, times how far its coefficient at the maximum is below the largest. -/
noncomputable def correction (w : Weights) (M : MLP) (slopes m : Nat) (left leftSteep : Nat → Nat) : Nat :=
  total M.d_mlp fun j => leftAt slopes left leftSteep j * (MlpQuartic.topAt w M j - outAt w M j m)

/-- How it is evaluated. -/
theorem correction_eq (slopes : Nat) {m : Nat} (hm : m < w.d_vocab) {left leftSteep : Nat}
    (hleft : ∀ j, j < M.d_mlp → digit l left (placeOf (lanesFor l w.d_vocab) j) < 2 ^ (c.width + 3))
    (hleft' : ∀ j, j < M.d_mlp → digit l leftSteep (placeOf (lanesFor l w.d_vocab) j) < 2 ^ (c.width + 3)) :
    columnSums l (placesOf (lanesFor l w.d_vocab) M.d_mlp) L [(columnsFor w M l (mapFold barRow (neuronRows w M))).getD m 0]
        (Nat.land left (levelFor w M c l slopes) + Nat.land leftSteep (steepFor w M c l slopes)) =
      correction w M slopes m (fun j => digit l left (placeOf (lanesFor l w.d_vocab) j))
        fun j => digit l leftSteep (placeOf (lanesFor l w.d_vocab) j) := by
  match chosen_spec (F := lanesFor l w.d_vocab) (P := placesOf (lanesFor l w.d_vocab) M.d_mlp) S.z_pos S.full_le slopes left leftSteep rfl with
  | ⟨X_lt, le, each⟩ =>
    have H := S.bars_holds
    refine (columnSums_eq (f := fun j _ => MlpQuartic.topAt w M j - outAt w M j m) (place := placeOf (lanesFor l w.d_vocab)) X_lt le
      (fun j hj => placeOf_lt hj) (fun t _ => ?_) fun t ht => ?_).trans ?_
    · have le : total M.d_mlp (fun j => MlpQuartic.topAt w M j - outAt w M j m) ≤ ranges (neuronRows w M) :=
        S.total_top ▸ total_le_total fun j _ => Nat.sub_le _ _
      have room : 2 ^ (c.width + 3) * ranges (neuronRows w M) ≤ 2 ^ (s + width) := by
        refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_add_left _ (2 ^ (2 * w.frac)))) S.room)
        rw [Nat.pow_add]
        have h3 : 2 ^ 3 = 8 := rfl
        rw [h3]
        ring [2 ^ c.width, ranges (neuronRows w M)]
      refine Nat.lt_of_le_of_lt (Nat.le_trans (Nat.mul_le_mul (Nat.sub_le _ _) le) room) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) ?_)
      exact Nat.lt_of_lt_of_le (Nat.add_lt_add_left (Nat.lt_succ_self _) s) S.cut
    · have zero : t = 0 := Nat.eq_zero_of_le_zero (Nat.le_of_lt_succ ht)
      subst zero
      exact H.column m hm
    · show (total M.d_mlp fun j => _) + 2 ^ L * 0 = _
      rw [Nat.mul_zero, Nat.add_zero]
      exact total_congr fun j hj => congrArg (· * (MlpQuartic.topAt w M j - outAt w M j m)) (each j (placeOf_lt hj) (hleft j hj) (hleft' j hj))

/-- It is small. -/
theorem correction_le (slopes m : Nat) {q y : Nat} (hq : q < w.d_vocab) (hy : y < w.d_vocab) :
    correction w M slopes m (leftsOf w c l neurons q y) (leftsSteepOf w c l neurons q y) ≤ 7 * (2 ^ c.width * ranges (neuronRows w M)) := by
  unfold correction
  rw [← S.total_top, ← total_mul, ← total_mul]
  refine total_le_total fun j hj => ?_
  rw [← Nat.mul_assoc]
  refine Nat.mul_le_mul ?_ (Nat.sub_le _ _)
  cases slope_cases slopes j with
  | inl h => rw [leftAt_zero h]; exact (S.left_spec hq hy hj).left
  | inr h => rw [leftAt_one h]; exact (S.leftSteep_spec hq hy hj).left

omit S in
/-- **No output loses more.** -/
theorem leftRow_le_correction (slopes m : Nat) (left leftSteep : Nat → Nat) (t : Nat) :
    leftRow w M slopes m left leftSteep t ≤ leftRow w M slopes m left leftSteep m + correction w M slopes m left leftSteep := by
  unfold leftRow correction
  rw [← total_add]
  refine total_le_total fun j _ => ?_
  rw [← Nat.mul_add]
  refine Nat.mul_le_mul_left _ ?_
  have own : overEntry w M m j m = outAt w M j m := by unfold overEntry; rw [Nat.sub_self, Nat.add_zero]
  rw [own]
  exact Nat.add_le_add_left (Nat.sub_le_sub_right (outAt_le j t) _) _

/-- The row of a token before it is rounded. -/
noncomputable def tokenSum (w : Weights) (B : Nat) (M : MLP) (c : Params) (l : Nat) (neurons : List HeadTables) (slopes q m y t : Nat) : Nat :=
  plainRow w M slopes ((plainTables w B M c).token y) (fun b => (blockTables w B M c b).token y) t +
    lossAt (correction w M slopes m (leftsOf w c l neurons q y) (leftsSteepOf w c l neurons q y)) m t

/-- It fits. -/
theorem tokenSum_lt (slopes m : Nat) {q y : Nat} (hq : q < w.d_vocab) (hy : y < w.d_vocab) (t : Nat) :
    tokenSum w B M c l neurons slopes q m y t < 2 ^ (s + width) :=
  S.lt_room (S.holdsHead.token_lt y t) (S.added_le slopes (fun _ hb j _ => (S.holds hb).token_lt y j) t)
    (Nat.le_trans (lossAt_le _ m t) (correction_le S slopes m hq hy))

/-- **Rows that are not rounded say no more than the bound of the margin.** -/
theorem sums_le (R : Type) [ExpField R] (slopes : Nat) {q m y p t : Nat} (hq : q < w.d_vocab) (hm : m < w.d_vocab) (hy : y < w.d_vocab)
    (hp : p < w.n_ctx) (ht : t < w.d_vocab) (hne : t ≠ m) :
    ofNat R (plainRow w M slopes ((plainTables w B M c).direct q) (fun b => (blockTables w B M c b).direct q) m +
        tokenSum w B M c l neurons slopes q m y m + plainRow w M slopes ((plainTables w B M c).pos p) (fun b => (blockTables w B M c b).pos p) m) ≤
      ofNat R (2 ^ (2 * w.frac)) * units R w B M c * keyBound R w B M (fun j => ofNat R (slope slopes j)) (neuronAt R w B M q) q m t y p +
      ofNat R (plainRow w M slopes ((plainTables w B M c).direct q) (fun b => (blockTables w B M c b).direct q) t +
        tokenSum w B M c l neurons slopes q m y t + plainRow w M slopes ((plainTables w B M c).pos p) (fun b => (blockTables w B M c b).pos p) t) +
      ofNat R (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M))) := by
  have quartic := S.sums_le R slopes hq hm hy hp ht
  have le := leftRow_le_correction (w := w) (M := M) slopes m (leftsOf w c l neurons q y) (leftsSteepOf w c l neurons q y) t
  unfold MlpQuartic.tokenSum at quartic
  unfold tokenSum
  rw [lossAt_self, lossAt_ne _ hne, Nat.add_zero]
  exact less_left quartic le
where
  /-- The same is taken off both rows. -/
  less_left {X Y : R} {d T P E d' T' P' E' C : Nat} (h : ofNat R (d + (T + E) + P) ≤ X + ofNat R (d' + (T' + E') + P') + Y) (le : E' ≤ E + C) :
      ofNat R (d + T + P) ≤ X + ofNat R (d' + (T' + C) + P') + Y := by
    have le := ofNat_le (R := R) le
    rw [ofNat_add] at le
    rw [ofNat_add, ofNat_add d, ofNat_add T, ofNat_add _ P', ofNat_add d', ofNat_add T'] at h
    rw [ofNat_add, ofNat_add d, ofNat_add _ P', ofNat_add d', ofNat_add T']
    refine le_of_linear (add_le_add h le) ?_
    ring [X, Y, ofNat R d, ofNat R T, ofNat R P, ofNat R E, ofNat R d', ofNat R T', ofNat R P', ofNat R E', ofNat R C]

end
end MlpCubic
end Transformer
end Compact
