prelude
import Compact.Transformer.Strategy.MlpCubic.Correction
/-!
# Cubic for a model with an MLP: the rows of one query and one maximum

What the check evaluates for a pair are such rows as `Judged.lean` speaks of (`rows_of`).
-/
namespace Compact
namespace Transformer
namespace MlpCubic
open HeadsBruteForce (HeadTables)
open MlpBruteForce (neuronRows ranges)
open MlpQuartic

theorem withMax_eq {α : Type} {E : Env} (h : E.Sound) (slopes m : Nat) (k : AtMax → α) : withMax E slopes m k = k (atMax E slopes m) := by
  unfold withMax
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, withTagged_eq, withTagged_eq, withRowsAt_eq, withTagged_eq, withSums_eq h]
  rfl

theorem withMaxima_eq {α : Type} {E : Env} (h : E.Sound) (slopes : List Nat) (count m : Nat) (k : List AtMax → α) :
    withMaxima E slopes count m k = k (List.tabulateFrom m count fun m => atMax E (slopes.getD m 0) m) := by
  induction count generalizing m k with
  | zero => rfl
  | succ count ih =>
    show Nat.force m (fun m => withMax E (nth 0 slopes m) m fun A => withMaxima E slopes count (m + 1) fun rest => k (A :: rest)) = _
    rw [Nat.force_eq, withMax_eq h, ih, nth_eq]
    rfl

section
variable {w : Weights} {M : MLP} {c : Params} {B l blocks cut : Nat} {t : Tables} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting w M c B t.bits l t.n cut t.width blocks head neurons)

include S

/-- The row of a token. -/
theorem tokenRow_eq (slopes : Nat) {q m y : Nat} (hq : q < w.d_vocab) (hm : m < w.d_vocab) (hy : y < m + 1) {left leftSteep : List Nat}
    (hleft : Left w c l neurons q left leftSteep) :
    tokenRow (envOf w M c t l cut head neurons) (atMax (envOf w M c t l cut head neurons) slopes m)
        (ones t.bits w.d_vocab - Nat.shiftLeft 1 (t.bits * m)) ((atMax (envOf w M c t l cut head neurons) slopes m).token.getD y 0) (left.getD y 0)
        (leftSteep.getD y 0) =
      pack t.bits w.d_vocab fun j => tokenSum w B M c l neurons slopes q m y j / 2 ^ cut := by
  have hyv : y < w.d_vocab := Nat.lt_of_lt_of_le hy hm
  have at_ := plainToken_eq S (A := atMax (envOf w M c t l cut head neurons) slopes m) ⟨rfl, rfl, rfl, rfl⟩ hy hm
  have number := correction_eq S slopes hm
    (left := leftOf (lanesFor l w.d_vocab) (leftAbove (lanesFor l w.d_vocab) (2 ^ c.width)) q y neurons (highsOf w c l neurons))
    (leftSteep := leftOf (lanesFor l w.d_vocab) (leftBelow (lanesFor l w.d_vocab) (2 ^ c.width)) q y neurons (lowsOf w c l neurons))
    (fun j hj => small_lt (S.left_spec hq hyv hj).left) fun j hj => small_lt (S.leftSteep_spec hq hyv hj).left
  rw [← nth_eq] at number
  refine S.rounded_eq ?_ fun j _ => tokenSum_lt S slopes m hq hyv j
  rw [at_, Nat.force_eq, hleft.level y hyv, hleft.steep y hyv]
  refine (congrArg (fun N => _ + N * (ones t.bits w.d_vocab - Nat.shiftLeft 1 (t.bits * m))) number).trans ?_
  rw [pack_lossAt t.bits _ hm, pack_add]
  rfl

/-- **The rows of a pair.** -/
theorem rows_of (slopes : Nat) {q m : Nat} (hq : q < w.d_vocab) (hm : m < w.d_vocab) {left leftSteep : List Nat}
    (hleft : Left w c l neurons q left leftSteep) :
    Rows w B M c cut t slopes q m (tokenSum w B M c l neurons slopes q m)
      ((envOf w M c t l cut head neurons).directRow (atMax (envOf w M c t l cut head neurons) slopes m) (extraOf w M cut) q m)
      (rowsAlong (tokenRow (envOf w M c t l cut head neurons) (atMax (envOf w M c t l cut head neurons) slopes m)
        (ones t.bits w.d_vocab - Nat.shiftLeft 1 (t.bits * m))) (atMax (envOf w M c t l cut head neurons) slopes m).token left leftSteep)
      (atMax (envOf w M c t l cut head neurons) slopes m).pos (atMax (envOf w M c t l cut head neurons) slopes m).last :=
  have H : (atMax (envOf w M c t l cut head neurons) slopes m).Holds (envOf w M c t l cut head neurons) (steepFor w M c l slopes) m := ⟨rfl, rfl, rfl, rfl⟩
  { direct := directRow_eq S H hq hm
    length := (length_rowsAlong (tokens_le H hm hleft.length) (tokens_le H hm hleft.lengthSteep)).trans (tokens_length H)
    token := fun _ hy => (getD_rowsAlong (tokens_le H hm hleft.length) (tokens_le H hm hleft.lengthSteep) ((tokens_length H).symm ▸ hy)).trans
      (tokenRow_eq S slopes hq hm hy hleft)
    lt := fun _ hy j => tokenSum_lt S slopes m hq (Nat.lt_of_lt_of_le hy hm) j
    positions := positions_length H
    pos := fun _ hp => positions_eq S H hp }

/-- **One query and one maximum.** -/
theorem atLeast_countAt (R : Type) [ExpField R] (hT : t.Describe (plainTables w B M c)) (hv : t.v = w.d_vocab) (C : Counting) {X q m : Nat}
    (hm : m < w.d_vocab) (hq : q ≤ m) (n_pos : 1 ≤ t.n) (parts_pos : 0 < C.parts) (count : (t.v + 1) ^ t.n < X) {left leftSteep : List Nat}
    (hleft : Left w c l neurons q left leftSteep) (slopes : Nat) :
    AtLeast (countAt (envOf w M c t l cut head neurons) t C X (extraOf w M cut) (atMax (envOf w M c t l cut head neurons) slopes m)
        left leftSteep q m)
      fun x => (Correct R maximum w x ∧ maximum x = m) ∧ lastToken x = q := by
  have hqv : q < w.d_vocab := Nat.lt_of_le_of_lt hq hm
  unfold countAt
  rw [Nat.force_eq]
  cases nth 0 (nth [] C.levels m) q with
  | zero => exact AtLeast.zero
  | succ code =>
    show AtLeast (Nat.force _ fun D => Nat.force _ fun others => forceList _ fun toks => _) _
    rw [Nat.force_eq, Nat.force_eq, forceList_eq]
    exact atLeast_of_rows S (rows_of S slopes hqv hm hleft) hT hv C hm hq n_pos parts_pos count code fun y hy p hp j hj hne =>
      sums_le S R slopes hqv hm (Nat.lt_of_le_of_lt hy hm) hp hj hne

end
end MlpCubic
end Transformer
end Compact
