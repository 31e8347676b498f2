prelude
import Compact.Transformer.General.Altered
import Compact.Transformer.General.NeuronMargin
/-!
# What altered rows decide of a model with one head and an MLP

If at every key the rows say no more than the bound of the margin there (`keyBound`), inputs whose margins are positive by the rows are answered
correctly.
-/
namespace Compact
namespace Transformer
namespace MlpQuartic

/-- The only head, without the neurons. -/
noncomputable def plainHead (w : Weights) (B : Nat) (M : MLP) : Compact.Weights := (w.linear B M).headAt (B + 1) 0

/-- Its tables. -/
noncomputable def plainTables (w : Weights) (B : Nat) (M : MLP) (c : Params) : Enclosure :=
  Enclosure.of (plainHead w B M) c (Circuits.of (plainHead w B M))

section
variable {R : Type} [ExpField R] {w : Weights} {B : Nat} {M : MLP} {c : Params} {L n q m : Nat} {toks poss : List Nat} {row : List Nat}

/-- The numbers that the rows are. -/
noncomputable def rowView (R : Type) [ExpField R] (w : Weights) (B : Nat) (M : MLP) (c : Params) (T : Enclosure) (q : Nat) : View R where
  token := (view R (plainHead w B M) c q).token
  pos := (view R (plainHead w B M) c q).pos
  direct t := ofNat R ((T.directRow.getD q []).getD t 0)
  tokenLogit k t := ofNat R ((T.tokenRow.getD k []).getD t 0)
  posLogit p t := ofNat R ((T.posRow.getD p []).getD t 0)

/-- What the rows say at a key. -/
def rowsAt (T : Enclosure) (q y p t : Nat) : Nat := (T.directRow.getD q []).getD t 0 + (T.tokenRow.getD y []).getD t 0 + (T.posRow.getD p []).getD t 0

/-- The last token of an input. -/
theorem lastToken_eq {x : List Nat} {n : Nat} (h : x.length = n + 1) : lastToken x = token x n := by
  induction x generalizing n with
  | nil => exact absurd h (fun h => Nat.noConfusion h)
  | cons a x ih =>
    match x, n, h with
    | [], 0, _ => rfl
    | b :: x, n + 1, h => exact ih (Nat.succ.inj h)

/-- **The rows decide.** -/
theorem judges_of_keys (F : M.Fit w B) (hM : w.mlp = some M) (one : w.heads.length = 1)
    (fit : (w.linear B M).Fit (B + 1) (w.headNo 0)) (wf : (plainHead w B M).WellFormed) (hn : w.n_ctx = n + 1)
    {α : Nat → R} (h0 : ∀ j, 0 ≤ α j) (h1 : ∀ j, α j ≤ 1) {u : Nat → Nat → Nat → R}
    (hu : ∀ x, Valid w x → token x (w.n_ctx - 1) = q → ∀ j, j < M.d_mlp → pre R w x M j = average R w x (w.headNo 0) (u j))
    {S K : R} (hS : 0 < S) (hK : 0 < K)
    (keys : ∀ y, y ≤ m → ∀ p, p < w.n_ctx → ∀ t, t < w.d_vocab → t ≠ m →
      S * (ofNat R (rowsAt (withDirect (alteredOf (plainTables w B M c) L w.d_vocab toks poss) q row) q y p m) -
        ofNat R (rowsAt (withDirect (alteredOf (plainTables w B M c) L w.d_vocab toks poss) q row) q y p t)) ≤
          K * keyBound R w B M α u q m t y p) :
    (withDirect (alteredOf (plainTables w B M c) L w.d_vocab toks poss) q row).Judges R c.prec w.d_vocab n m
      fun x => lastToken x = q → Correct R maximum w x := by
  intro q' hq'
  have fits := wf.view_fits (R := R) c hq'
  have ctx : (plainHead w B M).n_ctx = n + 1 := hn
  rw [ctx] at fits
  refine ⟨rowView R w B M c (withDirect (alteredOf (plainTables w B M c) L w.d_vocab toks poss) q row) q',
    ⟨fits.token_le, fits.pos_le, fits.token, fits.pos, fun t _ => ⟨le_rfl, le_of_lt (lt_add_one _)⟩, fun k t _ _ => ⟨le_rfl, le_of_lt (lt_add_one _)⟩,
      fun p t _ _ => ⟨le_rfl, le_of_lt (lt_add_one _)⟩⟩, fun x hx hlast hmax positive here => ?_⟩
  have e : q' = q := hlast.symm.trans ((lastToken_eq hx.left).symm.trans here)
  subst e
  subst hmax
  have valid : Valid w x := ⟨hx.left.trans hn.symm, hx.right⟩
  have pos_ctx : 0 < w.n_ctx := hn ▸ Nat.succ_pos n
  have hq : token x (w.n_ctx - 1) = q' := by rw [hn]; exact hlast
  have token_lt {p : Nat} (hp : p < w.n_ctx) : token x p < w.d_vocab := token_lt' valid hp
  have hm : maximum x < w.d_vocab := Compact.maximum_lt (w := plainHead w B M) ⟨valid.left, valid.right⟩ pos_ctx
  refine ⟨valid, hm, fun t ht hne => sub_pos.mp ?_⟩
  have margin := margin_ge_keys F valid pos_ctx hq hM one fit h0 h1 (hu x valid hq) hm ht
  refine lt_of_lt_of_le ?_ margin
  have weights := weights_pos (R := R) pos_ctx (w.headNo 0) q' x
  refine pos_of_mul_pos_left (a := sum w.n_ctx fun p => keyWeight R w (w.headNo 0) q' (token x p) p) ?_ (le_of_lt weights)
  rw [weights_mul_average pos_ctx hq]
  refine pos_of_mul_pos_left (a := K) ?_ (le_of_lt hK)
  have pos := positive t ht hne
  match wf.weight_view (R := R) c hq' with
  | ⟨a, b, ha, hb, hw⟩ =>
    refine pos_of_mul_pos_left (a := b) (lt_of_lt_of_le (mul_pos hS (mul_pos ha pos)) ?_) (le_of_lt hb)
    unfold View.margin
    rw [← hn, mul_sum, mul_sum, mul_sum, mul_sum]
    refine sum_le_sum fun p hp => ?_
    have factor := hw x p (token_lt hp) hp
    have keyWeight_eq : weight R (plainHead w B M) q' x p = keyWeight R w (w.headNo 0) q' (token x p) p :=
      fit.weight_eq hq' hp (token_lt hp)
    have le : token x p ≤ maximum x := le_maximum (List.getD_mem 0 (valid.left.symm ▸ hp))
    have key := keys _ le p hp t ht hne
    have nonneg : 0 ≤ b * keyWeight R w (w.headNo 0) q' (token x p) p := mul_nonneg (le_of_lt hb) (le_of_lt (ExpField.exp_pos _))
    have scaled := mul_le_mul_of_nonneg_left key nonneg
    rw [keyWeight_eq] at factor
    refine le_trans (le_of_eq ?_) (le_trans scaled (le_of_eq (regroup _ _ _ _)))
    rw [← factor]
    unfold rowsAt
    rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add]
    exact regroup' _ _ _ _ _ _ _ _ _ _
where
  regroup (b k K f : R) : b * k * (K * f) = b * (K * (k * f)) := by ring [b, k, K, f]
  regroup' (S a e f d1 d2 d3 e1 e2 e3 : R) : S * (a * (e * f * (d1 + d2 + d3 - (e1 + e2 + e3)))) =
      a * (e * f) * (S * (d1 + d2 + d3 - (e1 + e2 + e3))) := by ring [S, a, e, f, d1, d2, d3, e1, e2, e3]

end
end MlpQuartic
end Transformer
end Compact
