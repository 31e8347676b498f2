prelude
import Compact.Transformer.Strategy.MlpBruteForce
import Compact.Transformer.Strategy.MlpQuartic.Rounded
/-!
# Strategy: quartic, for a model with one head and an MLP, is sound

`sound`: for any weights and any certificate, if `check` evaluates to `true`, the model answers at least `bound` inputs correctly.
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
open BruteForce (packAll)
open HeadsBruteForce (HeadTables TablesOf)
open MlpBruteForce (neuronRows ranges part withNeuronRows_eq withPart_eq)

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

omit S in
theorem lossAt_le (a m j : Nat) : lossAt a m j ≤ a := by
  unfold lossAt
  by_cases e : j = m
  case pos => rw [ite_eq_left e]; exact Nat.zero_le _
  case neg => rw [ite_eq_right e]; exact Nat.le_refl _
omit S in
theorem lossAt_self (a m : Nat) : lossAt a m m = 0 := ite_eq_left rfl
omit S in
theorem lossAt_ne (a : Nat) {m j : Nat} (h : j ≠ m) : lossAt a m j = a := ite_eq_right h

/-- What is added to direct paths is small. -/
theorem extra_le : 3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4 ≤ 7 * 2 ^ t.width := by
  have le : 2 ^ (2 * w.frac) + ranges (neuronRows w M) ≤ 2 ^ cut * 2 ^ t.width := by
    rw [← Nat.pow_add]
    refine Nat.le_trans ?_ S.room
    refine Nat.le_trans (Nat.add_le_add_left (Nat.le_mul_of_pos_left _ (Nat.zero_lt_succ 7)) _) ?_
    exact Nat.le_mul_of_pos_right _ (Nat.two_pow_pos _)
  have div : 3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut ≤ 3 * 2 ^ t.width := by
    refine Nat.div_le_of_le_mul (Nat.le_trans (Nat.mul_le_mul_left 3 le) (Nat.le_of_eq ?_))
    exact Nat.mul_left_comm _ _ _
  refine Nat.le_trans (Nat.add_le_add div (Nat.le_mul_of_pos_right 4 (Nat.two_pow_pos t.width))) (Nat.le_of_eq ?_)
  ring [2 ^ t.width]

/-- **One query and one maximum.** -/
theorem atLeast_countAt (R : Type) [ExpField R] (hT : t.Describe (plainTables w B M c)) (hv : t.v = w.d_vocab) (C : Counting) {X q m : Nat}
    (hm : m < w.d_vocab) (hq : q ≤ m) (n_pos : 1 ≤ t.n) (parts_pos : 0 < C.parts) (count : (t.v + 1) ^ t.n < X)
    {left leftSteep : List Nat} (hleft : ∀ y, y < w.d_vocab → left.getD y 0 =
      leftOf (lanesFor l w.d_vocab) (leftAbove (lanesFor l w.d_vocab) (2 ^ c.width)) q y neurons (highsOf w c l neurons))
    (hleft' : ∀ y, y < w.d_vocab → leftSteep.getD y 0 =
      leftOf (lanesFor l w.d_vocab) (leftBelow (lanesFor l w.d_vocab) (2 ^ c.width)) q y neurons (lowsOf w c l neurons)) (hlength : left.length = w.d_vocab)
    (hlength' : leftSteep.length = w.d_vocab) (slopes : Nat) :
    AtLeast (countAt (envOf w M c t l cut head neurons) t C X (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4)
        ((envOf w M c t l cut head neurons).atMax slopes m) left leftSteep q m)
      fun x => (Correct R maximum w x ∧ maximum x = m) ∧ lastToken x = q := by
  have hqv : q < w.d_vocab := Nat.lt_of_le_of_lt hq hm
  have hn : t.n < w.n_ctx := S.ctx.symm ▸ Nat.lt_succ_self _
  have bits_pos := S.L_pos
  have width_lt : t.width < t.bits := Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.succ_pos 2)) S.wide
  unfold countAt
  rw [Nat.force_eq]
  cases nth 0 (nth [] C.levels m) q with
  | zero => exact AtLeast.zero
  | succ code =>
    show AtLeast (Nat.force _ fun D => forceList _ fun toks => _) _
    rw [Nat.force_eq, forceList_eq]
    -- The rows.
    have directRow : lanesShift ((2 ^ t.width - 1) * ones t.bits w.d_vocab) cut ((envOf w M c t l cut head neurons).directSum (steepFor w M c l slopes) q) =
        pack t.bits w.d_vocab fun j => plainRow w M slopes ((plainTables w B M c).direct q) (fun b => (blockTables w B M c b).direct q) j / 2 ^ cut :=
      S.rounded_eq (directSum_eq S slopes hqv)
        (S.plainRow_lt slopes (fun j _ => S.holdsHead.direct_lt q j) fun b hb j _ => (S.holds hb).direct_lt q j)
    have D_eq : (envOf w M c t l cut head neurons).directRow ((envOf w M c t l cut head neurons).atMax slopes m)
        (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4) q m = pack t.bits w.d_vocab fun j =>
          plainRow w M slopes ((plainTables w B M c).direct q) (fun b => (blockTables w B M c b).direct q) j / 2 ^ cut +
            lossAt (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4) m j := by
      refine (congrArg (· + _) directRow).trans ?_
      have loss := pack_lossAt t.bits (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4) hm
      refine (congrArg (_ + ·) loss).trans ?_
      rw [pack_add]
    have token_length : ((envOf w M c t l cut head neurons).atMax slopes m).token.length = m + 1 := by
      show (tabulateFold _ (m + 1) 0).length = m + 1
      rw [tabulateFold_eq]
      exact List.length_tabulateFrom
    have left_length : ((envOf w M c t l cut head neurons).atMax slopes m).token.length ≤ left.length := token_length.symm ▸ hlength.symm ▸ hm
    have leftSteep_length : ((envOf w M c t l cut head neurons).atMax slopes m).token.length ≤ leftSteep.length := token_length.symm ▸ hlength'.symm ▸ hm
    have token_eq {y : Nat} (hy : y < m + 1) : (envOf w M c t l cut head neurons).tokenRow ((envOf w M c t l cut head neurons).atMax slopes m) (((envOf w M c t l cut head neurons).atMax slopes m).token.getD y 0)
        (left.getD y 0) (leftSteep.getD y 0) = pack t.bits w.d_vocab fun j => tokenSum w B M c l neurons slopes q m y j / 2 ^ cut := by
      have hyv : y < w.d_vocab := Nat.lt_of_lt_of_le hy hm
      have at_ : ((envOf w M c t l cut head neurons).atMax slopes m).token.getD y 0 = pack t.bits w.d_vocab
          (plainRow w M slopes ((plainTables w B M c).token y) fun b => (blockTables w B M c b).token y) := by
        show (tabulateFold ((envOf w M c t l cut head neurons).tokenSum (steepFor w M c l slopes)) (m + 1) 0).getD y 0 = _
        rw [tabulateFold_eq, List.getD_tabulateFrom 0 hy, Nat.zero_add]
        exact tokenSum_eq S slopes hyv
      have small {N : Nat} (h : N ≤ 7 * 2 ^ c.width) : N < 2 ^ (c.width + 3) := by
        rw [Nat.pow_add]
        refine Nat.lt_of_le_of_lt h ?_
        rw [Nat.mul_comm]
        exact Nat.mul_lt_mul_of_pos_left (Nat.lt_succ_self 7) (Nat.two_pow_pos _)
      have over : Columns w M l ((envOf w M c t l cut head neurons).overAt m) (overEntry w M m) := by
        unfold Env.overAt
        rw [Nat.force_eq, nth_eq]
        exact S.over_holds hm
      have lefts := S.leftRow_eq slopes (m := m)
        (left := leftOf (lanesFor l w.d_vocab) (leftAbove (lanesFor l w.d_vocab) (2 ^ c.width)) q y neurons (highsOf w c l neurons))
        (leftSteep := leftOf (lanesFor l w.d_vocab) (leftBelow (lanesFor l w.d_vocab) (2 ^ c.width)) q y neurons (lowsOf w c l neurons))
        (fun j hj => small (S.left_spec hqv hyv hj).left) (fun j hj => small (S.leftSteep_spec hqv hyv hj).left) over
      have sum : Nat.add (((envOf w M c t l cut head neurons).atMax slopes m).token.getD y 0)
          (Nat.force (Nat.add (Nat.land (left.getD y 0) ((envOf w M c t l cut head neurons).atMax slopes m).level)
            (Nat.land (leftSteep.getD y 0) ((envOf w M c t l cut head neurons).atMax slopes m).steep))
            ((envOf w M c t l cut head neurons).atMax slopes m).over) =
          pack t.bits w.d_vocab (tokenSum w B M c l neurons slopes q m y) := by
        rw [at_, Nat.force_eq, hleft y hyv, hleft' y hyv]
        refine (congrArg (_ + ·) lefts).trans ?_
        rw [pack_add]
        rfl
      exact S.rounded_eq sum fun j _ => S.lt_room (S.holdsHead.token_lt y j) (S.added_le slopes (fun b hb j _ => (S.holds hb).token_lt y j) j)
        (S.leftRow_le slopes m hqv hyv j)
    have token_lt {y : Nat} (hy : y < m + 1) (j : Nat) : tokenSum w B M c l neurons slopes q m y j < 2 ^ (cut + t.width) :=
      have hyv : y < w.d_vocab := Nat.lt_of_lt_of_le hy hm
      S.lt_room (S.holdsHead.token_lt y j) (S.added_le slopes (fun b hb j _ => (S.holds hb).token_lt y j) j) (S.leftRow_le slopes m hqv hyv j)
    have pos_lt {p : Nat} (j : Nat) (hj : j < w.d_vocab) : plainRow w M slopes ((plainTables w B M c).pos p) (fun b => (blockTables w B M c b).pos p) j <
        2 ^ (cut + t.width) := S.plainRow_lt slopes (fun j _ => S.holdsHead.pos_lt p j) (fun b hb j _ => (S.holds hb).pos_lt p j) j hj
    have positions {p : Nat} (hp : p < t.n + 1) : (((envOf w M c t l cut head neurons).atMax slopes m).pos ++ [((envOf w M c t l cut head neurons).atMax slopes m).last]).getD p 0 =
        pack t.bits w.d_vocab fun j => plainRow w M slopes ((plainTables w B M c).pos p) (fun b => (blockTables w B M c b).pos p) j / 2 ^ cut := by
      have length : ((envOf w M c t l cut head neurons).atMax slopes m).pos.length = t.n := by
        show (tabulateFold _ t.n 0).length = t.n
        rw [tabulateFold_eq]
        exact List.length_tabulateFrom
      have row := posRow_eq S slopes hp
      match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hp) with
      | .inl lt =>
        rw [List.getD_append 0 (length.symm ▸ lt)]
        refine Eq.trans ?_ row
        show (tabulateFold _ t.n 0).getD p 0 = _
        rw [tabulateFold_eq, List.getD_tabulateFrom 0 lt, Nat.zero_add]
        rfl
      | .inr e =>
        subst e
        rw [List.getD_append_right 0 (Nat.le_of_eq length), length, Nat.sub_self]
        exact row
    generalize e₁ : (envOf w M c t l cut head neurons).directRow ((envOf w M c t l cut head neurons).atMax slopes m)
      (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4) q m = D at D_eq ⊢
    have toks_eq {y : Nat} (hy : y < m + 1) : (rowsAlong ((envOf w M c t l cut head neurons).tokenRow ((envOf w M c t l cut head neurons).atMax slopes m))
        ((envOf w M c t l cut head neurons).atMax slopes m).token left leftSteep).getD y 0 =
        pack t.bits w.d_vocab fun j => tokenSum w B M c l neurons slopes q m y j / 2 ^ cut :=
      (getD_rowsAlong left_length leftSteep_length (token_length.symm ▸ hy)).trans (token_eq hy)
    have toks_length : (rowsAlong ((envOf w M c t l cut head neurons).tokenRow ((envOf w M c t l cut head neurons).atMax slopes m)) ((envOf w M c t l cut head neurons).atMax slopes m).token left leftSteep).length = m + 1 :=
      (length_rowsAlong left_length leftSteep_length).trans token_length
    have pos_length : ((envOf w M c t l cut head neurons).atMax slopes m).pos.length = t.n := by
      show (tabulateFold _ t.n 0).length = t.n
      rw [tabulateFold_eq]
      exact List.length_tabulateFrom
    generalize e₂ : rowsAlong ((envOf w M c t l cut head neurons).tokenRow ((envOf w M c t l cut head neurons).atMax slopes m))
      ((envOf w M c t l cut head neurons).atMax slopes m).token left leftSteep = toks at toks_eq toks_length ⊢
    generalize ((envOf w M c t l cut head neurons).atMax slopes m).pos = pos at positions pos_length ⊢
    generalize ((envOf w M c t l cut head neurons).atMax slopes m).last = last at positions ⊢
    show AtLeast (Bool.rec (motive := fun _ => Nat) 0 (countPair (altered t (ones t.bits w.d_vocab) (2 ^ (t.bits - 1) * ones t.bits w.d_vocab) toks pos last)
      C.parts C.levelBits (ones t.bits w.d_vocab) (2 ^ (t.bits - 1) * ones t.bits w.d_vocab) X q m code D)
      (lanesWithin ((2 ^ t.width - 1) * ones t.bits w.d_vocab) D)) _
    cases within : lanesWithin ((2 ^ t.width - 1) * ones t.bits w.d_vocab) D with
    | false => exact AtLeast.zero
    | true =>
      match of_lanesWithin (Nat.le_of_lt width_lt) within with
      | ⟨row, row_lt⟩ =>
        have narrowToks : Narrow t.bits w.d_vocab t.width toks := fun y hy => by
          rw [toks_length] at hy
          exact narrow_of_pack (Nat.le_of_lt width_lt) (toks_eq hy) fun j _ => div_lt_width (token_lt hy j)
        have narrowPos : Narrow t.bits w.d_vocab t.width (pos ++ [last]) := fun p hp => by
          have hp : p < t.n + 1 := by
            rw [List.length_append, pos_length] at hp
            exact hp
          exact narrow_of_pack (Nat.le_of_lt width_lt) (positions hp) fun j hj => div_lt_width (pos_lt j hj)
        have room : 2 * 2 ^ t.width < 2 ^ (t.bits - 1) := by
          rw [Nat.mul_comm, ← Nat.pow_succ]
          exact Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.le_sub_of_add_le S.wide)
        have describe := describe_altered hT bits_pos room (hv.symm ▸ narrowToks) (hv.symm ▸ narrowPos) pos_length
        rw [hv] at describe
        have fits : (w.linear B M).Fit (B + 1) (w.headNo 0) := S.head.fit
        -- What the rows say at a key.
        have at_ {y p j : Nat} (hy : y ≤ m) (hp : p < t.n + 1) (hj : j < w.d_vocab) :
            rowsAt (withDirect (alteredOf (plainTables w B M c) t.bits w.d_vocab toks (pos ++ [last])) q (Known.rowList t D)) q y p j =
              plainRow w M slopes ((plainTables w B M c).direct q) (fun b => (blockTables w B M c b).direct q) j / 2 ^ cut +
                lossAt (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4) m j +
              tokenSum w B M c l neurons slopes q m y j / 2 ^ cut +
              plainRow w M slopes ((plainTables w B M c).pos p) (fun b => (blockTables w B M c b).pos p) j / 2 ^ cut := by
          have pow_le : 2 ^ t.width ≤ 2 ^ t.bits := Nat.pow_le_pow_right Nat.two_pos (Nat.le_of_lt width_lt)
          have direct : ((withDirect (alteredOf (plainTables w B M c) t.bits w.d_vocab toks (pos ++ [last])) q (Known.rowList t D)).directRow.getD q []).getD j 0 =
              plainRow w M slopes ((plainTables w B M c).direct q) (fun b => (blockTables w B M c b).direct q) j / 2 ^ cut +
                lossAt (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4) m j := by
            rw [directRow_withDirect]
            unfold Known.rowList
            rw [hv, getD_unpack _ _ hj, D_eq]
            refine digit_pack _ (fun i hi => ?_) hj
            have first := div_lt_width (S.plainRow_lt slopes (fun j _ => S.holdsHead.direct_lt q j) (fun b hb j _ => (S.holds hb).direct_lt q j) i hi)
            refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le first (Nat.le_trans (lossAt_le _ m i) (extra_le S))) ?_
            refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.pow_le_pow_right Nat.two_pos S.wide)
            rw [Nat.pow_add]
            have h3 : 2 ^ 3 = 8 := rfl
            rw [h3]
            ring [2 ^ t.width]
          have tokens : ((withDirect (alteredOf (plainTables w B M c) t.bits w.d_vocab toks (pos ++ [last])) q (Known.rowList t D)).tokenRow.getD y []).getD j 0 =
              tokenSum w B M c l neurons slopes q m y j / 2 ^ cut := by
            refine (getD_unpackRows t.bits w.d_vocab toks y hj).trans ?_
            rw [toks_eq (Nat.lt_succ_of_le hy)]
            exact digit_pack _ (fun i _ => Nat.lt_of_lt_of_le (div_lt_width (token_lt (Nat.lt_succ_of_le hy) i)) pow_le) hj
          have poss : ((withDirect (alteredOf (plainTables w B M c) t.bits w.d_vocab toks (pos ++ [last])) q (Known.rowList t D)).posRow.getD p []).getD j 0 =
              plainRow w M slopes ((plainTables w B M c).pos p) (fun b => (blockTables w B M c b).pos p) j / 2 ^ cut := by
            refine (getD_unpackRows t.bits w.d_vocab (pos ++ [last]) p hj).trans ?_
            rw [positions hp]
            exact digit_pack _ (fun i hi => Nat.lt_of_lt_of_le (div_lt_width (pos_lt i hi)) pow_le) hj
          unfold rowsAt
          rw [direct, tokens, poss]
        have two_pow : (0 : R) < ofNat R (2 ^ cut) := ofNat_pos (Nat.two_pow_pos _)
        have scale : (0 : R) < ofNat R (2 ^ (2 * w.frac)) * units R w B M c := mul_pos (ofNat_pos (Nat.two_pow_pos _)) unitAt_pos
        have slope_nonneg (j : Nat) : (0 : R) ≤ ofNat R (slope slopes j) := ofNat_nonneg _
        have slope_le (j : Nat) : (ofNat R (slope slopes j) : R) ≤ 1 := by
          have one : (ofNat R 1 : R) = 1 := rfl
          rw [← one]
          exact ofNat_le ((slope_cases slopes j).elim (fun e => e ▸ Nat.zero_le 1) fun e => e ▸ Nat.le_refl 1)
        have judges := judges_of_keys (R := R) (c := c) (L := t.bits) (n := t.n) (q := q) (m := m) (toks := toks) (poss := pos ++ [last])
          (row := Known.rowList t D) S.fit S.mlp S.one fits S.head.wellFormed S.ctx slope_nonneg slope_le (u := neuronAt R w B M q)
          (fun x hx hlast j hj => by
            match S.block hj with
            | ⟨hb, hi, e⟩ =>
              have e' : j / (w.d_vocab - 1) * (w.d_vocab - 1) + j % (w.d_vocab - 1) = j := by rw [Nat.mul_comm]; exact e
              have hz : w.d_vocab - 1 + 1 = w.d_vocab := Nat.sub_add_cancel (Nat.le_of_succ_le S.two)
              have average := pre_eq_average (R := R) S.fit hx (S.ctx.symm ▸ Nat.succ_pos t.n) hlast S.one (k := j / (w.d_vocab - 1) * (w.d_vocab - 1))
                (t := j % (w.d_vocab - 1)) (S.neurons _ hb).fit (Nat.lt_of_lt_of_le (Nat.succ_lt_succ hi) (Nat.le_of_eq hz)) (e'.symm ▸ hj)
              rw [e'] at average
              exact average)
          two_pow scale fun y hy p hp j hj hne => by
            have hp' : p < t.n + 1 := S.ctx ▸ hp
            rw [at_ hy hp' hm, at_ hy hp' hj, lossAt_self, lossAt_ne _ hne]
            exact rounded_le (Nat.two_pow_pos cut) (S.sums_le R slopes hqv hm (Nat.lt_of_le_of_lt hy hm) hp hj)
        have pair : Pair R (fun x => lastToken x = q → Correct R maximum w x) c.prec
            (altered t (ones t.bits w.d_vocab) (2 ^ (t.bits - 1) * ones t.bits w.d_vocab) toks pos last)
            (alteredOf (plainTables w B M c) t.bits w.d_vocab toks (pos ++ [last])) (digit t.bits D) q m D C.parts X :=
          ⟨describe, hv.symm ▸ judges, hv.symm ▸ hm, hq, hv.symm ▸ row, fun j hj => row_lt j (hv ▸ hj), n_pos, parts_pos, width_lt, count,
            Nat.le_of_lt (Nat.lt_of_lt_of_le (Nat.lt_succ_self m) (Nat.le_of_eq toks_length.symm))⟩
        have counted := pair.atLeast_countPair (levelBits := C.levelBits) code
        have one_eq : ones t.bits t.v = ones t.bits w.d_vocab := by rw [hv]
        have counted : AtLeast (countPair (altered t (ones t.bits w.d_vocab) (2 ^ (t.bits - 1) * ones t.bits w.d_vocab) toks pos last) C.parts C.levelBits
          (ones t.bits t.v) (2 ^ (t.bits - 1) * ones t.bits t.v) X q m code D)
          fun x => ((lastToken x = q → Correct R maximum w x) ∧ maximum x = m) ∧ lastToken x = q := counted
        rw [one_eq] at counted
        exact AtLeast.mono_pred (fun x hx => ⟨⟨hx.left.left hx.right, hx.left.right⟩, hx.right⟩) counted

omit S in
theorem length_lefts (f : Nat → Nat) : (tabulateFold f w.d_vocab 0).length = w.d_vocab := by
  rw [tabulateFold_eq]
  exact List.length_tabulateFrom

/-- One query. -/
theorem atLeast_countQuery (R : Type) [ExpField R] (hT : t.Describe (plainTables w B M c)) (hv : t.v = w.d_vocab) (C : Counting) {X lo q : Nat} (hlo : lo ≤ q)
    (n_pos : 1 ≤ t.n) (parts_pos : 0 < C.parts) (count : (t.v + 1) ^ t.n < X) (slopes : List Nat) :
    AtLeast (countQuery (envOf w M c t l cut head neurons) t C X (2 ^ c.width) (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4)
        (highsOf w c l neurons) (lowsOf w c l neurons)
        (List.tabulateFrom lo (w.d_vocab - lo) fun m => (envOf w M c t l cut head neurons).atMax (slopes.getD m 0) m) lo q)
      fun x => Correct R maximum w x ∧ lastToken x = q := by
  unfold countQuery
  rw [forceList_eq, forceList_eq]
  refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.totalFrom (P := fun x => Correct R maximum w x ∧ lastToken x = q) (lo := q) maximum fun i hi => ?_)
  have hi : i < w.d_vocab - q := hi
  have hm : q + i < w.d_vocab := Nat.add_comm i q ▸ Nat.add_lt_of_lt_sub hi
  rw [Nat.force_eq, nth_eq]
  have e : lo + (q + i - lo) = q + i := Nat.add_sub_of_le (Nat.le_trans hlo (Nat.le_add_right q i))
  have at_ : (List.tabulateFrom lo (w.d_vocab - lo) fun m => (envOf w M c t l cut head neurons).atMax (slopes.getD m 0) m).getD
      (Nat.sub (Nat.add q i) lo) AtMax.none = (envOf w M c t l cut head neurons).atMax (slopes.getD (q + i) 0) (q + i) :=
    (List.getD_tabulateFrom _ (Nat.sub_lt_sub_right (Nat.le_trans hlo (Nat.le_add_right q i)) hm)).trans
      (congrArg (fun m => (envOf w M c t l cut head neurons).atMax (slopes.getD m 0) m) e)
  rw [at_]
  refine AtLeast.mono_pred (fun x h => ⟨⟨h.left.left, h.right⟩, h.left.right⟩)
    (atLeast_countAt S R hT hv C hm (Nat.le_add_right q i) n_pos parts_pos count (fun y hy => ?_) (fun y hy => ?_)
      (length_lefts _) (length_lefts _) (slopes.getD (q + i) 0))
  · rw [tabulateFold_eq, List.getD_tabulateFrom 0 hy, Nat.zero_add]
    rfl
  · rw [tabulateFold_eq, List.getD_tabulateFrom 0 hy, Nat.zero_add]
    rfl

end

/-! ## Soundness -/

theorem logitRows_eq {α : Type} {w : Compact.Weights} (h : w.WellFormed) (c : Params) (k : Enclosure → α) :
    logitRows w c k = k (Enclosure.of w c (Circuits.of w)) := by
  unfold logitRows
  rw [logitCircuits_eq h, Nat.force_eq, forceRows_eq, forceRows_eq, forceRows_eq]
  rfl

theorem of_withRows {w : Weights} {c : Params} {B L : Nat} {K : HeadTables → Bool} (h : withRows w c B L K = true) :
    ∃ T, K T = true ∧ TablesOf w c B L T 0 := by
  have later := Bool.and_right h
  rw [HeadsQuartic.forceTensors_eq] at later
  have wf := Weights.wellFormed_spec (Bool.and_left later)
  have later := Bool.and_right later
  rw [logitRows_eq wf] at later
  have narrow := Bool.and_left later
  have later := Bool.and_right later
  rw [forceList_eq, forceList_eq, forceList_eq] at later
  exact ⟨_, later, HeadsQuartic.fit_of (Bool.and_left h), wf, narrow, rfl⟩

theorem of_withParts {w : Weights} {M : MLP} {c : Params} {B L count b : Nat} {K : List HeadTables → Bool}
    (h : withParts w M c B L count b K = true) : ∃ tables, K tables = true ∧ tables.length = count ∧
      ∀ j, j < count → TablesOf (part w B M (b + j)) c (B + 1) L (tables.getD j HeadTables.none) 0 := by
  induction count generalizing b K with
  | zero => exact ⟨[], h, rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | succ count ih =>
    have h : (Nat.force b fun b => MlpBruteForce.withPart w B M b fun w' => withRows w' c (Nat.succ B) L fun T =>
      withParts w M c B L count (b + 1) fun rest => K (T :: rest)) = true := h
    rw [Nat.force_eq, withPart_eq] at h
    match of_withRows h with
    | ⟨T, k, first⟩ => match ih k with
      | ⟨rest, k, length, each⟩ =>
        refine ⟨T :: rest, k, congrArg Nat.succ length, fun j hj => ?_⟩
        cases j with
        | zero => exact first
        | succ j =>
          have one := each j (Nat.lt_of_succ_lt_succ hj)
          rw [Nat.add_assoc, Nat.add_comm 1] at one
          exact one

theorem withLanes_eq {α : Type} (L v : Nat) (k : Lanes → α) : withLanes L v k = k (lanesFor L v) := by
  unfold withLanes
  rw [Nat.force_eq, Nat.force_eq]
  rfl

/-- What the check of the shape and the tables shows. -/
structure Shape (w : Weights) (c : Certificate) (M : MLP) : Prop where
  mlp : w.mlp = some M
  one : w.heads.length = 1
  fit : M.Fit w c.cellBits
  outs : M.W_out.hasRows M.d_mlp = true
  unembed : w.W_U.hasRows w.d_model = true
  n_pos : 1 ≤ c.n
  parts_pos : 0 < c.parts
  two : 2 ≤ c.v
  count : (c.v + 1) ^ c.n < 2 ^ c.countBits
  enough : M.d_mlp ≤ neuronBlocks w M * (w.d_vocab - 1)
  tables : c.toTables.check (plainHead w c.cellBits M) c.toParams c.toTableWitness = true

theorem shape_of {w : Weights} {c : Certificate} (h : tablesCheck w c = true) : Shape w c (mlpOf w) := by
  have first := Bool.and_left h
  have tables := Bool.and_right h
  rw [withPart_eq, HeadsQuartic.forceTensors_eq] at tables
  have model := Bool.and_left first
  have sizes := Bool.and_right first
  have fits := MlpBruteForce.fit_of (Bool.and_right (Bool.and_right model))
  have some : w.mlp = some (mlpOf w) := by
    have isSome := Bool.and_left model
    unfold mlpOf
    cases e : w.mlp with
    | none => rw [e] at isSome; exact Bool.noConfusion isSome
    | some M => rfl
  exact ⟨some, Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_right model)), fits.left, fits.right.left, fits.right.right,
    Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left sizes)), Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_left sizes))),
    Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_left sizes))), Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right sizes)),
    Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right sizes)), tables⟩

/-- How logits and neurons are rounded. -/
def smallParams (c : Certificate) : Params := ⟨c.prec, c.steps, c.shift, c.small⟩

/-- One block of queries. -/
theorem block_sound (R : Type) [ExpField R] {w : Weights} {c : Certificate} (H : Shape w c (mlpOf w)) {lo len bound : Nat}
    (h : blockCheck w c lo len bound = true) :
    AtLeast bound fun x => Correct R maximum w x ∧ lo ≤ lastToken x ∧ lastToken x < lo + len := by

  have later := Bool.and_right h
  rw [withNeuronRows_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, withLanes_eq, Nat.force_eq] at later
  have roomy := Bool.and_left later
  have later := Bool.and_right later
  rw [forceList_eq, withColumns_eq, forceList_eq, withColumns_eq, Nat.force_eq, withLanes_eq, Nat.force_eq, Nat.force_eq] at later
  match of_withParts later with
  | ⟨heads, later, _, headsEach⟩ => match of_withParts later with
    | ⟨neurons, later, neuronsLength, neuronsEach⟩ =>
      rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq, nth_eq] at later
      match Tables.describe R H.tables with
      | ⟨_, ⟨hv, hn⟩, _, hT⟩ =>
        have hv : w.d_vocab = c.v := hv
        have hn : w.n_ctx = c.n + 1 := hn
        have head := headsEach 0 Nat.one_pos
        have full : Nat.sub (Nat.mul 8 (Nat.pow 2 c.small)) 1 = 2 ^ (c.small + 3) - 1 := by
          rw [Nat.pow_add, Nat.mul_comm (2 ^ c.small)]
          rfl
        rw [full] at later
        have S : Setting w (mlpOf w) (smallParams c) c.cellBits c.bits c.lane c.n c.cut c.width (neuronBlocks w (mlpOf w))
            (heads.getD 0 HeadTables.none) neurons :=
          { mlp := H.mlp, fit := H.fit, outs := H.outs, unembed := H.unembed, one := H.one, ctx := hn, two := hv.symm ▸ H.two
            small := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right roomy)))
            room := Nat.le_of_ble_eq_true (Bool.and_left roomy)
            cut := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right roomy))
            wide := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right (Bool.and_right roomy))))
            narrow := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right (Bool.and_right roomy))))
            enough := H.enough, head := head, neuronsLength := neuronsLength
            neurons := fun b hb => by
              have one := neuronsEach b hb
              rw [Nat.add_comm 1] at one
              exact one }
        refine AtLeast.weaken (Nat.le_of_ble_eq_true later) ?_
        unfold countBlock
        rw [forceList_eq, forceList_eq, withMaxima_eq, Nat.force_eq]
        case h => exact ⟨rfl, rfl⟩
        refine AtLeast.totalFrom lastToken fun i _ => ?_
        rw [Nat.force_eq]
        exact atLeast_countQuery (t := c.toTables) (cut := c.cut) S R hT hv.symm c.toCounting (Nat.le_add_right lo _)
          H.n_pos H.parts_pos H.count c.slopes

/-- One block, then the others: a certificate's proof goes block by block, so that the kernel can forget in between. -/
theorem next {w : Weights} {c : Certificate} {b : List Nat} {blocks : List (List Nat)} {lo : Nat}
    (first : blockCheck w c lo (nth 0 b 0) (nth 0 b 1) = true) (others : blocksCheck w c blocks (Nat.add lo (nth 0 b 0)) = true) :
    blocksCheck w c (b :: blocks) lo = true := Bool.and_intro first others

/-- Blocks of queries are different inputs. -/
theorem blocks_sound (R : Type) [ExpField R] {w : Weights} {c : Certificate} (H : Shape w c (mlpOf w)) {blocks : List (List Nat)} {lo : Nat}
    (h : blocksCheck w c blocks lo = true) : AtLeast (inputsOf blocks) fun x => Correct R maximum w x ∧ lo ≤ lastToken x := by
  induction blocks generalizing lo with
  | nil => exact AtLeast.zero
  | cons b blocks ih =>
    have first : blockCheck w c lo (nth 0 b 0) (nth 0 b 1) = true := Bool.and_left h
    refine AtLeast.mono_pred (fun x hx => ?_) (AtLeast.add (block_sound R H first) (ih (Bool.and_right h)) fun x hx hy => ?_)
    · exact hx.elim (fun hx => ⟨hx.left, hx.right.left⟩) fun hx => ⟨hx.left, Nat.le_trans (Nat.le_add_right _ _) hx.right⟩
    · exact Nat.not_lt_of_le hy.right hx.right.right

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R maximum w) :=
  have first := Bool.and_left h
  AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_left first))
    (AtLeast.mono_pred (fun _ h => h.left) (blocks_sound R (shape_of (Bool.and_right first)) (Bool.and_right h)))

end MlpQuartic
end Transformer
end Compact
