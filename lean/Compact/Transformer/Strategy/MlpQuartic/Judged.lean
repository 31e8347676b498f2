prelude
import Compact.Transformer.Strategy.MlpQuartic.Rounded
/-!
# Rows that say no more than the bound of the margin count what is right

For one query and one maximum, given any rows of tokens: if at every key rows that are not rounded say no more than the bound of the margin,
what is counted with the rounded ones is answered correctly.
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
open HeadsBruteForce (HeadTables)
open MlpBruteForce (neuronRows ranges)

section
variable {w : Weights} {M : MLP} {c : Params} {B l blocks cut : Nat} {t : Tables} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting w M c B t.bits l t.n cut t.width blocks head neurons)

/-- Rows of the direct path and of positions, not rounded. -/
noncomputable def directSum (w : Weights) (B : Nat) (M : MLP) (c : Params) (slopes q j : Nat) : Nat :=
  plainRow w M slopes ((plainTables w B M c).direct q) (fun b => (blockTables w B M c b).direct q) j
noncomputable def posSum (w : Weights) (B : Nat) (M : MLP) (c : Params) (slopes p j : Nat) : Nat :=
  plainRow w M slopes ((plainTables w B M c).pos p) (fun b => (blockTables w B M c b).pos p) j

/-- What rounding may cost. -/
noncomputable def extraOf (w : Weights) (M : MLP) (cut : Nat) : Nat := 3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4

theorem lossAt_le (a m j : Nat) : lossAt a m j ≤ a := by
  unfold lossAt
  by_cases e : j = m
  case pos => rw [ite_eq_left e]; exact Nat.zero_le _
  case neg => rw [ite_eq_right e]; exact Nat.le_refl _
theorem lossAt_self (a m : Nat) : lossAt a m m = 0 := ite_eq_left rfl
theorem lossAt_ne (a : Nat) {m j : Nat} (h : j ≠ m) : lossAt a m j = a := ite_eq_right h

/-- The rows of one query and one maximum; `f y` are the numbers of the token `y`, not rounded. -/
structure Rows (w : Weights) (B : Nat) (M : MLP) (c : Params) (cut : Nat) (t : Tables) (slopes q m : Nat) (f : Nat → Nat → Nat)
    (D : Nat) (toks pos : List Nat) (last : Nat) : Prop where
  direct : D = pack t.bits w.d_vocab fun j => directSum w B M c slopes q j / 2 ^ cut + lossAt (extraOf w M cut) m j
  length : toks.length = m + 1
  token (y : Nat) : y < m + 1 → toks.getD y 0 = pack t.bits w.d_vocab fun j => f y j / 2 ^ cut
  lt (y : Nat) : y < m + 1 → ∀ j, f y j < 2 ^ (cut + t.width)
  positions : pos.length = t.n
  pos (p : Nat) : p < t.n + 1 → (pos ++ [last]).getD p 0 = pack t.bits w.d_vocab fun j => posSum w B M c slopes p j / 2 ^ cut

variable {R : Type} [ExpField R] {slopes q m D last : Nat} {toks pos : List Nat} {f : Nat → Nat → Nat}
  (W : Rows w B M c cut t slopes q m f D toks pos last)
include S

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

theorem width_lt : t.width < t.bits := Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.succ_pos 2)) S.wide

theorem posSum_lt (slopes p : Nat) {j : Nat} (hj : j < w.d_vocab) : posSum w B M c slopes p j < 2 ^ (cut + t.width) :=
  S.plainRow_lt slopes (fun j _ => S.holdsHead.pos_lt p j) (fun _ hb j _ => (S.holds hb).pos_lt p j) j hj

theorem direct_lt (slopes q m : Nat) {j : Nat} (hj : j < w.d_vocab) :
    directSum w B M c slopes q j / 2 ^ cut + lossAt (extraOf w M cut) m j < 2 ^ t.bits := by
  have first := div_lt_width (S.plainRow_lt slopes (fun j _ => S.holdsHead.direct_lt q j) (fun _ hb j _ => (S.holds hb).direct_lt q j) j hj)
  refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le first (Nat.le_trans (lossAt_le _ m j) (extra_le S))) ?_
  refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.pow_le_pow_right Nat.two_pos S.wide)
  rw [Nat.pow_add]
  have h3 : 2 ^ 3 = 8 := rfl
  rw [h3]
  ring [2 ^ t.width]

include W

/-- What the rows say at a key. -/
theorem rowsAt_eq (hv : t.v = w.d_vocab) {y p j : Nat} (hy : y ≤ m) (hp : p < t.n + 1) (hj : j < w.d_vocab) :
    rowsAt (withDirect (alteredOf (plainTables w B M c) t.bits w.d_vocab toks (pos ++ [last])) q (Known.rowList t D)) q y p j =
      directSum w B M c slopes q j / 2 ^ cut + lossAt (extraOf w M cut) m j + f y j / 2 ^ cut + posSum w B M c slopes p j / 2 ^ cut := by
  have pow_le : 2 ^ t.width ≤ 2 ^ t.bits := Nat.pow_le_pow_right Nat.two_pos (Nat.le_of_lt (width_lt S))
  have direct : ((withDirect (alteredOf (plainTables w B M c) t.bits w.d_vocab toks (pos ++ [last])) q (Known.rowList t D)).directRow.getD q []).getD j 0 =
      directSum w B M c slopes q j / 2 ^ cut + lossAt (extraOf w M cut) m j := by
    rw [directRow_withDirect]
    unfold Known.rowList
    rw [hv, getD_unpack _ _ hj, W.direct]
    exact digit_pack _ (fun i hi => direct_lt S slopes q m hi) hj
  have tokens : ((withDirect (alteredOf (plainTables w B M c) t.bits w.d_vocab toks (pos ++ [last])) q (Known.rowList t D)).tokenRow.getD y []).getD j 0 =
      f y j / 2 ^ cut := by
    refine (getD_unpackRows t.bits w.d_vocab toks y hj).trans ?_
    rw [W.token y (Nat.lt_succ_of_le hy)]
    exact digit_pack _ (fun i _ => Nat.lt_of_lt_of_le (div_lt_width (W.lt y (Nat.lt_succ_of_le hy) i)) pow_le) hj
  have poss : ((withDirect (alteredOf (plainTables w B M c) t.bits w.d_vocab toks (pos ++ [last])) q (Known.rowList t D)).posRow.getD p []).getD j 0 =
      posSum w B M c slopes p j / 2 ^ cut := by
    refine (getD_unpackRows t.bits w.d_vocab (pos ++ [last]) p hj).trans ?_
    rw [W.pos p hp]
    exact digit_pack _ (fun i hi => Nat.lt_of_lt_of_le (div_lt_width (posSum_lt S slopes p hi)) pow_le) hj
  unfold rowsAt
  rw [direct, tokens, poss]

/-- Tables with these rows. -/
theorem describe_rows (hT : t.Describe (plainTables w B M c)) (hv : t.v = w.d_vocab) :
    (altered t (ones t.bits w.d_vocab) (2 ^ (t.bits - 1) * ones t.bits w.d_vocab) toks pos last).Describe
      (alteredOf (plainTables w B M c) t.bits w.d_vocab toks (pos ++ [last])) := by
  have narrowToks : Narrow t.bits w.d_vocab t.width toks := fun y hy => by
    rw [W.length] at hy
    exact narrow_of_pack (Nat.le_of_lt (width_lt S)) (W.token y hy) fun j _ => div_lt_width (W.lt y hy j)
  have narrowPos : Narrow t.bits w.d_vocab t.width (pos ++ [last]) := fun p hp => by
    have hp : p < t.n + 1 := by
      rw [List.length_append, W.positions] at hp
      exact hp
    exact narrow_of_pack (Nat.le_of_lt (width_lt S)) (W.pos p hp) fun j hj => div_lt_width (posSum_lt S slopes p hj)
  have room : 2 * 2 ^ t.width < 2 ^ (t.bits - 1) := by
    rw [Nat.mul_comm, ← Nat.pow_succ]
    exact Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.le_sub_of_add_le S.wide)
  have describe := describe_altered hT S.L_pos room (hv.symm ▸ narrowToks) (hv.symm ▸ narrowPos) W.positions
  rw [hv] at describe
  exact describe

/-- **The rows decide**, if they say no more than the bound of the margin. -/
theorem judges_of_rows (hv : t.v = w.d_vocab) (hm : m < w.d_vocab)
    (le : ∀ y, y ≤ m → ∀ p, p < w.n_ctx → ∀ j, j < w.d_vocab → j ≠ m →
      ofNat R (directSum w B M c slopes q m + f y m + posSum w B M c slopes p m) ≤
        ofNat R (2 ^ (2 * w.frac)) * units R w B M c * keyBound R w B M (fun j => ofNat R (slope slopes j)) (neuronAt R w B M q) q m j y p +
          ofNat R (directSum w B M c slopes q j + f y j + posSum w B M c slopes p j) + ofNat R (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)))) :
    (withDirect (alteredOf (plainTables w B M c) t.bits w.d_vocab toks (pos ++ [last])) q (Known.rowList t D)).Judges R c.prec w.d_vocab t.n m
      fun x => lastToken x = q → Correct R maximum w x := by
  have slope_le (j : Nat) : (ofNat R (slope slopes j) : R) ≤ 1 := by
    have one : (ofNat R 1 : R) = 1 := rfl
    rw [← one]
    exact ofNat_le ((slope_cases slopes j).elim (fun e => e ▸ Nat.zero_le 1) fun e => e ▸ Nat.le_refl 1)
  have two_pow : (0 : R) < ofNat R (2 ^ cut) := ofNat_pos (Nat.two_pow_pos _)
  have scale : (0 : R) < ofNat R (2 ^ (2 * w.frac)) * units R w B M c := mul_pos (ofNat_pos (Nat.two_pow_pos _)) unitAt_pos
  refine judges_of_keys (R := R) (c := c) (L := t.bits) (n := t.n) (q := q) (m := m) (toks := toks) (poss := pos ++ [last])
    (row := Known.rowList t D) S.fit S.mlp S.one S.head.fit S.head.wellFormed S.ctx (fun j => ofNat_nonneg _) slope_le (u := neuronAt R w B M q)
    (fun x hx hlast j hj => ?_) two_pow scale fun y hy p hp j hj hne => ?_
  · match S.block hj with
    | ⟨hb, hi, e⟩ =>
      have e' : j / (w.d_vocab - 1) * (w.d_vocab - 1) + j % (w.d_vocab - 1) = j := by rw [Nat.mul_comm]; exact e
      have hz : w.d_vocab - 1 + 1 = w.d_vocab := Nat.sub_add_cancel (Nat.le_of_succ_le S.two)
      have average := pre_eq_average (R := R) S.fit hx (S.ctx.symm ▸ Nat.succ_pos t.n) hlast S.one (k := j / (w.d_vocab - 1) * (w.d_vocab - 1))
        (t := j % (w.d_vocab - 1)) (S.neurons _ hb).fit (Nat.lt_of_lt_of_le (Nat.succ_lt_succ hi) (Nat.le_of_eq hz)) (e'.symm ▸ hj)
      rw [e'] at average
      exact average
  · have hp' : p < t.n + 1 := S.ctx ▸ hp
    rw [rowsAt_eq S W hv hy hp' hm, rowsAt_eq S W hv hy hp' hj, lossAt_self, lossAt_ne _ hne]
    exact rounded_le (Nat.two_pow_pos cut) (le y hy p hp j hj hne)

/-- **What is counted is right.** -/
theorem atLeast_of_rows (hT : t.Describe (plainTables w B M c)) (hv : t.v = w.d_vocab) (C : Counting) {X : Nat} (hm : m < w.d_vocab)
    (hq : q ≤ m) (n_pos : 1 ≤ t.n) (parts_pos : 0 < C.parts) (count : (t.v + 1) ^ t.n < X) (levels : Nat)
    (le : ∀ y, y ≤ m → ∀ p, p < w.n_ctx → ∀ j, j < w.d_vocab → j ≠ m →
      ofNat R (directSum w B M c slopes q m + f y m + posSum w B M c slopes p m) ≤
        ofNat R (2 ^ (2 * w.frac)) * units R w B M c * keyBound R w B M (fun j => ofNat R (slope slopes j)) (neuronAt R w B M q) q m j y p +
          ofNat R (directSum w B M c slopes q j + f y j + posSum w B M c slopes p j) + ofNat R (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)))) :
    AtLeast (Bool.rec (motive := fun _ => Nat) 0 (countPair (altered t (ones t.bits w.d_vocab) (2 ^ (t.bits - 1) * ones t.bits w.d_vocab) toks pos last)
        C.parts C.levelBits (ones t.bits w.d_vocab) (2 ^ (t.bits - 1) * ones t.bits w.d_vocab) X q m levels D)
        (lanesWithin ((2 ^ t.width - 1) * ones t.bits w.d_vocab) D))
      fun x => (Correct R maximum w x ∧ maximum x = m) ∧ lastToken x = q := by
  cases within : lanesWithin ((2 ^ t.width - 1) * ones t.bits w.d_vocab) D with
  | false => exact AtLeast.zero
  | true =>
    match of_lanesWithin (Nat.le_of_lt (width_lt S)) within with
    | ⟨row, row_lt⟩ =>
      have judges := judges_of_rows S W hv hm le
      have pair : Pair R (fun x => lastToken x = q → Correct R maximum w x) c.prec
          (altered t (ones t.bits w.d_vocab) (2 ^ (t.bits - 1) * ones t.bits w.d_vocab) toks pos last)
          (alteredOf (plainTables w B M c) t.bits w.d_vocab toks (pos ++ [last])) (digit t.bits D) q m D C.parts X :=
        ⟨describe_rows S W hT hv, hv.symm ▸ judges, hv.symm ▸ hm, hq, hv.symm ▸ row, fun j hj => row_lt j (hv ▸ hj), n_pos, parts_pos, width_lt S, count,
          Nat.le_of_lt (Nat.lt_of_lt_of_le (Nat.lt_succ_self m) (Nat.le_of_eq W.length.symm))⟩
      have counted := pair.atLeast_countPair (levelBits := C.levelBits) levels
      have one_eq : ones t.bits t.v = ones t.bits w.d_vocab := by rw [hv]
      have counted : AtLeast (countPair (altered t (ones t.bits w.d_vocab) (2 ^ (t.bits - 1) * ones t.bits w.d_vocab) toks pos last) C.parts C.levelBits
        (ones t.bits t.v) (2 ^ (t.bits - 1) * ones t.bits t.v) X q m levels D)
        fun x => ((lastToken x = q → Correct R maximum w x) ∧ maximum x = m) ∧ lastToken x = q := counted
      rw [one_eq] at counted
      exact AtLeast.mono_pred (fun x hx => ⟨⟨hx.left.left hx.right, hx.left.right⟩, hx.right⟩) counted

end
end MlpQuartic
end Transformer
end Compact
