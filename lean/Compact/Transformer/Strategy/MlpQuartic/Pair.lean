prelude
import Compact.Transformer.Strategy.MlpQuartic.Judged
/-!
# Quartic for a model with an MLP: the rows of one query and one maximum

What the check evaluates for a pair are such rows as `Judged.lean` speaks of (`rows_of`).
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
open HeadsBruteForce (HeadTables)
open MlpBruteForce (neuronRows ranges)

section
variable {w : Weights} {M : MLP} {c : Params} {B l blocks cut : Nat} {t : Tables} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting w M c B t.bits l t.n cut t.width blocks head neurons)

/-- What rows are evaluated from. -/
noncomputable def envOf (w : Weights) (M : MLP) (c : Params) (t : Tables) (l cut : Nat) (head : HeadTables) (neurons : List HeadTables) : Env :=
  ⟨sumsFor w M t.bits l, w.d_vocab, t.n, 2 ^ (2 * w.frac), t.bits, ones t.bits w.d_vocab, 2 ^ (t.bits - 1) * ones t.bits w.d_vocab, cut,
    (2 ^ t.width - 1) * ones t.bits w.d_vocab, placesOf (lanesFor l w.d_vocab) M.d_mlp, 2 ^ (c.width + 3) - 1, columnsFor w M l (neuronRows w M),
    columnsFor w M l (mapFold barRow (neuronRows w M)),
    2 ^ (l - 1) * ones l (placesOf (lanesFor l w.d_vocab) M.d_mlp), head, neurons,
    lanesOfAll (lanesFor l w.d_vocab) (above (lanesFor l w.d_vocab)) HeadTables.token neurons w.d_vocab,
    lanesOfAll (lanesFor l w.d_vocab) (below (lanesFor l w.d_vocab)) HeadTables.token neurons w.d_vocab,
    lanesOfAll (lanesFor l w.d_vocab) (above (lanesFor l w.d_vocab)) HeadTables.pos neurons (t.n + 1),
    lanesOfAll (lanesFor l w.d_vocab) (below (lanesFor l w.d_vocab)) HeadTables.pos neurons (t.n + 1),
    lanesOfAll (lanesFor l w.d_vocab) (above (lanesFor l w.d_vocab)) HeadTables.direct neurons w.d_vocab,
    lanesOfAll (lanesFor l w.d_vocab) (below (lanesFor l w.d_vocab)) HeadTables.direct neurons w.d_vocab⟩

/-- Are the sums of rows those of the columns? -/
def Env.Sound (E : Env) : Prop := E.outs = columnSums E.F.L E.P E.L E.columns ∧ E.bars = columnSums E.F.L E.P E.L E.barColumns

theorem withSums_eq {E : Env} (h : E.Sound) : E.withSums (columnSums E.F.L E.P E.L E.columns) (columnSums E.F.L E.P E.L E.barColumns) = E :=
  h.left ▸ h.right ▸ rfl

theorem withRowsAt_eq {α : Type} (E : Env) (steep m : Nat) (k : List Nat → List Nat → Nat → α) : E.withRowsAt steep m k =
    k (tabulateFold (E.tokenSum steep) (m + 1) 0) (tabulateFold (E.posRow steep) E.n 0) (E.posRow steep E.n) := by
  unfold Env.withRowsAt
  rw [forceList_eq, forceList_eq, Nat.force_eq]

theorem withMax_eq {α : Type} {E : Env} (h : E.Sound) (slopes m : Nat) (k : AtMax → α) : E.withMax slopes m k = k (E.atMax slopes m) := by
  unfold Env.withMax
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, withTagged_eq, withTagged_eq, withRowsAt_eq, withTagged_eq, withSums_eq h]
  rfl

theorem withMaxima_eq {α : Type} {E : Env} (h : E.Sound) (slopes : List Nat) (count m : Nat) (k : List AtMax → α) :
    E.withMaxima slopes count m k = k (List.tabulateFrom m count fun m => E.atMax (slopes.getD m 0) m) := by
  induction count generalizing m k with
  | zero => rfl
  | succ count ih =>
    show Nat.force m (fun m => E.withMax (nth 0 slopes m) m fun A => E.withMaxima slopes count (m + 1) fun rest => k (A :: rest)) = _
    rw [Nat.force_eq, withMax_eq h, ih, nth_eq]
    rfl

include S

/-! ## Rows before they are rounded -/

theorem posSum_eq (slopes : Nat) {i : Nat} (hi : i < t.n + 1) : (envOf w M c t l cut head neurons).posSum (steepFor w M c l slopes) i =
    pack t.bits w.d_vocab (plainRow w M slopes ((plainTables w B M c).pos i) fun b => (blockTables w B M c b).pos i) := by
  have hp : i < w.n_ctx := S.ctx.symm ▸ hi
  have rows := S.pos_rows hp
  have row : nth 0 head.pos i = pack t.bits w.d_vocab ((plainTables w B M c).pos i) := (nth_eq _ _ _).trans (S.holdsHead.pos i hp)
  show (sumsFor w M t.bits l).unrounded (2 ^ (2 * w.frac)) (steepFor w M c l slopes) (nth 0 head.pos i)
    (nth 0 (lanesOfAll (lanesFor l w.d_vocab) (above (lanesFor l w.d_vocab)) HeadTables.pos neurons (t.n + 1)) i)
    (nth 0 (lanesOfAll (lanesFor l w.d_vocab) (below (lanesFor l w.d_vocab)) HeadTables.pos neurons (t.n + 1)) i) = _
  rw [nth_lanesOfAll _ _ _ _ hi, nth_lanesOfAll _ _ _ _ hi]
  exact S.unrounded_eq slopes row rows.left rows.right fun b hb j _ => (S.holds hb).pos_lt i j

theorem tokenSum_eq (slopes : Nat) {i : Nat} (hi : i < w.d_vocab) : (envOf w M c t l cut head neurons).tokenSum (steepFor w M c l slopes) i =
    pack t.bits w.d_vocab (plainRow w M slopes ((plainTables w B M c).token i) fun b => (blockTables w B M c b).token i) := by
  have rows := S.token_rows hi
  have row : nth 0 head.token i = pack t.bits w.d_vocab ((plainTables w B M c).token i) := (nth_eq _ _ _).trans (S.holdsHead.token i hi)
  show (sumsFor w M t.bits l).unrounded (2 ^ (2 * w.frac)) (steepFor w M c l slopes) (nth 0 head.token i)
    (nth 0 (lanesOfAll (lanesFor l w.d_vocab) (above (lanesFor l w.d_vocab)) HeadTables.token neurons w.d_vocab) i)
    (nth 0 (lanesOfAll (lanesFor l w.d_vocab) (below (lanesFor l w.d_vocab)) HeadTables.token neurons w.d_vocab) i) = _
  rw [nth_lanesOfAll _ _ _ _ hi, nth_lanesOfAll _ _ _ _ hi]
  exact S.unrounded_eq slopes row rows.left rows.right fun b hb j _ => (S.holds hb).token_lt i j

theorem directSum_eq (slopes : Nat) {i : Nat} (hi : i < w.d_vocab) : (envOf w M c t l cut head neurons).directSum (steepFor w M c l slopes) i =
    pack t.bits w.d_vocab (plainRow w M slopes ((plainTables w B M c).direct i) fun b => (blockTables w B M c b).direct i) := by
  have rows := S.direct_rows hi
  have row : nth 0 head.direct i = pack t.bits w.d_vocab ((plainTables w B M c).direct i) := (nth_eq _ _ _).trans (S.holdsHead.direct i hi)
  show (sumsFor w M t.bits l).unrounded (2 ^ (2 * w.frac)) (steepFor w M c l slopes) (nth 0 head.direct i)
    (nth 0 (lanesOfAll (lanesFor l w.d_vocab) (above (lanesFor l w.d_vocab)) HeadTables.direct neurons w.d_vocab) i)
    (nth 0 (lanesOfAll (lanesFor l w.d_vocab) (below (lanesFor l w.d_vocab)) HeadTables.direct neurons w.d_vocab) i) = _
  rw [nth_lanesOfAll _ _ _ _ hi, nth_lanesOfAll _ _ _ _ hi]
  exact S.unrounded_eq slopes row rows.left rows.right fun b hb j _ => (S.holds hb).direct_lt i j

/-- The rounded row of a position. -/
theorem posRow_eq (slopes : Nat) {p : Nat} (hp : p < t.n + 1) :
    (envOf w M c t l cut head neurons).posRow (steepFor w M c l slopes) p =
      pack t.bits w.d_vocab fun j => plainRow w M slopes ((plainTables w B M c).pos p) (fun b => (blockTables w B M c b).pos p) j / 2 ^ cut :=
  S.rounded_eq (posSum_eq S slopes hp) (S.plainRow_lt slopes (fun j _ => S.holdsHead.pos_lt p j) fun _ hb j _ => (S.holds hb).pos_lt p j)

/-! ## What is evaluated for a maximum -/

/-- The rows of a maximum that quartic and cubic share. -/
structure AtMax.Holds (A : AtMax) (E : Env) (chosen m : Nat) : Prop where
  steep : A.steep = chosen
  token : A.token = tabulateFold (E.tokenSum chosen) (m + 1) 0
  pos : A.pos = tabulateFold (E.posRow chosen) E.n 0
  last : A.last = E.posRow chosen E.n

/-- What is left of ReLUs of slope 0 and 1, of a query and all tokens. -/
structure Left (w : Weights) (c : Params) (l : Nat) (neurons : List HeadTables) (q : Nat) (left leftSteep : List Nat) : Prop where
  level (y : Nat) : y < w.d_vocab → left.getD y 0 =
    leftOf (lanesFor l w.d_vocab) (leftAbove (lanesFor l w.d_vocab) (2 ^ c.width)) q y neurons (highsOf w c l neurons)
  steep (y : Nat) : y < w.d_vocab → leftSteep.getD y 0 =
    leftOf (lanesFor l w.d_vocab) (leftBelow (lanesFor l w.d_vocab) (2 ^ c.width)) q y neurons (lowsOf w c l neurons)
  length : left.length = w.d_vocab
  lengthSteep : leftSteep.length = w.d_vocab

omit S in
theorem small_lt {N : Nat} (h : N ≤ 7 * 2 ^ c.width) : N < 2 ^ (c.width + 3) := by
  rw [Nat.pow_add]
  refine Nat.lt_of_le_of_lt h ?_
  rw [Nat.mul_comm]
  exact Nat.mul_lt_mul_of_pos_left (Nat.lt_succ_self 7) (Nat.two_pow_pos _)

section
variable {slopes m : Nat} {A : AtMax} (H : A.Holds (envOf w M c t l cut head neurons) (steepFor w M c l slopes) m)
include H

/-- The row of the direct path. -/
theorem directRow_eq {q : Nat} (hq : q < w.d_vocab) (hm : m < w.d_vocab) :
    (envOf w M c t l cut head neurons).directRow A (extraOf w M cut) q m =
      pack t.bits w.d_vocab fun j => directSum w B M c slopes q j / 2 ^ cut + lossAt (extraOf w M cut) m j := by
  have rounded := S.rounded_eq (directSum_eq S slopes hq)
    (S.plainRow_lt slopes (fun j _ => S.holdsHead.direct_lt q j) fun b hb j _ => (S.holds hb).direct_lt q j)
  rw [← H.steep] at rounded
  refine (congrArg (· + _) rounded).trans ?_
  refine (congrArg (_ + ·) (pack_lossAt t.bits (extraOf w M cut) hm)).trans ?_
  rw [pack_add]
  rfl

/-- The row of a token without what is left of its ReLUs. -/
theorem plainToken_eq {y : Nat} (hy : y < m + 1) (hm : m < w.d_vocab) : A.token.getD y 0 = pack t.bits w.d_vocab
    (plainRow w M slopes ((plainTables w B M c).token y) fun b => (blockTables w B M c b).token y) := by
  rw [H.token, tabulateFold_eq, List.getD_tabulateFrom 0 hy, Nat.zero_add]
  exact tokenSum_eq S slopes (Nat.lt_of_lt_of_le hy hm)

omit S in
theorem tokens_length : A.token.length = m + 1 := by
  rw [H.token, tabulateFold_eq]
  exact List.length_tabulateFrom

omit S in
theorem tokens_le (hm : m < w.d_vocab) {left : List Nat} (h : left.length = w.d_vocab) : A.token.length ≤ left.length :=
  tokens_length H ▸ h.symm ▸ hm

omit S in
theorem positions_length : A.pos.length = t.n := by
  rw [H.pos, tabulateFold_eq]
  exact List.length_tabulateFrom

/-- The rows of positions. -/
theorem positions_eq {p : Nat} (hp : p < t.n + 1) :
    (A.pos ++ [A.last]).getD p 0 = pack t.bits w.d_vocab fun j => posSum w B M c slopes p j / 2 ^ cut := by
  have length := positions_length H
  have row := posRow_eq S slopes hp
  match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hp) with
  | .inl lt =>
    rw [List.getD_append 0 (length.symm ▸ lt), H.pos, tabulateFold_eq]
    refine (List.getD_tabulateFrom 0 lt).trans ?_
    rw [Nat.zero_add]
    exact row
  | .inr e =>
    subst e
    rw [List.getD_append_right 0 (Nat.le_of_eq length), length, Nat.sub_self, H.last]
    exact row

end

/-! ## Quartic's rows -/

/-- They fit. -/
theorem tokenSum_lt (slopes m : Nat) {q y : Nat} (hq : q < w.d_vocab) (hy : y < w.d_vocab) (j : Nat) :
    tokenSum w B M c l neurons slopes q m y j < 2 ^ (cut + t.width) :=
  S.lt_room (S.holdsHead.token_lt y j) (S.added_le slopes (fun _ hb j _ => (S.holds hb).token_lt y j) j) (S.leftRow_le slopes m hq hy j)

/-- The row of a token. -/
theorem tokenRow_eq (slopes : Nat) {q m y : Nat} (hq : q < w.d_vocab) (hm : m < w.d_vocab) (hy : y < m + 1) {left leftSteep : List Nat}
    (hleft : Left w c l neurons q left leftSteep) :
    (envOf w M c t l cut head neurons).tokenRow ((envOf w M c t l cut head neurons).atMax slopes m)
        (((envOf w M c t l cut head neurons).atMax slopes m).token.getD y 0) (left.getD y 0) (leftSteep.getD y 0) =
      pack t.bits w.d_vocab fun j => tokenSum w B M c l neurons slopes q m y j / 2 ^ cut := by
  have hyv : y < w.d_vocab := Nat.lt_of_lt_of_le hy hm
  have at_ := plainToken_eq S (A := (envOf w M c t l cut head neurons).atMax slopes m) ⟨rfl, rfl, rfl, rfl⟩ hy hm
  have over : Columns w M l ((envOf w M c t l cut head neurons).overAt m) (overEntry w M m) := by
    unfold Env.overAt
    rw [Nat.force_eq, nth_eq]
    exact S.over_holds hm
  have lefts := S.leftRow_eq slopes (m := m)
    (left := leftOf (lanesFor l w.d_vocab) (leftAbove (lanesFor l w.d_vocab) (2 ^ c.width)) q y neurons (highsOf w c l neurons))
    (leftSteep := leftOf (lanesFor l w.d_vocab) (leftBelow (lanesFor l w.d_vocab) (2 ^ c.width)) q y neurons (lowsOf w c l neurons))
    (fun j hj => small_lt (S.left_spec hq hyv hj).left) (fun j hj => small_lt (S.leftSteep_spec hq hyv hj).left) over
  refine S.rounded_eq ?_ fun j _ => tokenSum_lt S slopes m hq hyv j
  rw [at_, Nat.force_eq, hleft.level y hyv, hleft.steep y hyv]
  refine (congrArg (_ + ·) lefts).trans ?_
  rw [pack_add]
  rfl

/-- **The rows of a pair.** -/
theorem rows_of (slopes : Nat) {q m : Nat} (hq : q < w.d_vocab) (hm : m < w.d_vocab) {left leftSteep : List Nat}
    (hleft : Left w c l neurons q left leftSteep) :
    Rows w B M c cut t slopes q m (tokenSum w B M c l neurons slopes q m)
      ((envOf w M c t l cut head neurons).directRow ((envOf w M c t l cut head neurons).atMax slopes m) (extraOf w M cut) q m)
      (rowsAlong ((envOf w M c t l cut head neurons).tokenRow ((envOf w M c t l cut head neurons).atMax slopes m))
        ((envOf w M c t l cut head neurons).atMax slopes m).token left leftSteep)
      ((envOf w M c t l cut head neurons).atMax slopes m).pos ((envOf w M c t l cut head neurons).atMax slopes m).last :=
  have H : ((envOf w M c t l cut head neurons).atMax slopes m).Holds (envOf w M c t l cut head neurons) (steepFor w M c l slopes) m :=
    ⟨rfl, rfl, rfl, rfl⟩
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
    AtLeast (countAt (envOf w M c t l cut head neurons) t C X (extraOf w M cut) ((envOf w M c t l cut head neurons).atMax slopes m)
        left leftSteep q m)
      fun x => (Correct R maximum w x ∧ maximum x = m) ∧ lastToken x = q := by
  have hqv : q < w.d_vocab := Nat.lt_of_le_of_lt hq hm
  unfold countAt
  rw [Nat.force_eq]
  cases nth 0 (nth [] C.levels m) q with
  | zero => exact AtLeast.zero
  | succ code =>
    show AtLeast (Nat.force _ fun D => forceList _ fun toks => _) _
    rw [Nat.force_eq, forceList_eq]
    exact atLeast_of_rows S (rows_of S slopes hqv hm hleft) hT hv C hm hq n_pos parts_pos count code fun y hy p hp j hj _ =>
      S.sums_le R slopes hqv hm (Nat.lt_of_le_of_lt hy hm) hp hj

end
end MlpQuartic
end Transformer
end Compact
