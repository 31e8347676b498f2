prelude
import Compact.Transformer.Strategy.MlpHeads.Keys
/-!
# What altered rows of one head of many show

If at every key the rows say no more than what the head adds there and a number, the average of what it adds is above the number's opposite (`judges_of_head`).
-/
namespace Compact
namespace Transformer
namespace MlpHeads
open MlpQuartic (plainTables rowsAt rowView lastToken_eq)

section
variable {R : Type} [ExpField R] {w : Weights} {B i : Nat} {M : MLP} {c : Params} {L n q m : Nat} {toks poss : List Nat} {row : List Nat}

/-- What a head shows of an input: its average is above a bound, for all outputs but the maximum. -/
structure Shows (R : Type) [ExpField R] (w : Weights) (i q m : Nat) (K : R) (key : Nat → Nat → Nat → R) (bound : Nat → R) (x : List Nat) : Prop where
  valid : Valid w x
  above (t : Nat) : t < w.d_vocab → t ≠ m → 0 < K * average R w x (w.headNo i) (key t) + bound t

/-- **The rows of a head decide.** -/
theorem judges_of_head (fit : ((w.solo M i).linear B (M.alone i)).Fit (B + 1) (w.headNo i)) (wf : (soloHead w B M i).WellFormed) (hn : w.n_ctx = n + 1)
    {key : Nat → Nat → Nat → R} {bound : Nat → R} {S K : R} (hS : 0 < S)
    (keys : ∀ y, y ≤ m → ∀ p, p < w.n_ctx → ∀ t, t < w.d_vocab → t ≠ m →
      S * (ofNat R (rowsAt (withDirect (alteredOf (plainTables (w.solo M i) B (M.alone i) c) L w.d_vocab toks poss) q row) q y p m) -
        ofNat R (rowsAt (withDirect (alteredOf (plainTables (w.solo M i) B (M.alone i) c) L w.d_vocab toks poss) q row) q y p t)) ≤
          K * key t y p + bound t) :
    (withDirect (alteredOf (plainTables (w.solo M i) B (M.alone i) c) L w.d_vocab toks poss) q row).Judges R c.prec w.d_vocab n m
      fun x => lastToken x = q → Shows R w i q m K key bound x := by
  intro q' hq'
  have fits := wf.view_fits (R := R) c hq'
  have ctx : (soloHead w B M i).n_ctx = n + 1 := hn
  rw [ctx] at fits
  refine ⟨rowView R (w.solo M i) B (M.alone i) c (withDirect (alteredOf (plainTables (w.solo M i) B (M.alone i) c) L w.d_vocab toks poss) q row) q',
    ⟨fits.token_le, fits.pos_le, fits.token, fits.pos, fun t _ => ⟨le_rfl, le_of_lt (lt_add_one _)⟩, fun k t _ _ => ⟨le_rfl, le_of_lt (lt_add_one _)⟩,
      fun p t _ _ => ⟨le_rfl, le_of_lt (lt_add_one _)⟩⟩, fun x hx hlast hmax positive here => ?_⟩
  have e : q' = q := hlast.symm.trans ((lastToken_eq hx.left).symm.trans here)
  subst e
  subst hmax
  have valid : Valid w x := ⟨hx.left.trans hn.symm, hx.right⟩
  have pos_ctx : 0 < w.n_ctx := hn ▸ Nat.succ_pos n
  have hq : token x (w.n_ctx - 1) = q' := by rw [hn]; exact hlast
  have token_lt {p : Nat} (hp : p < w.n_ctx) : token x p < w.d_vocab := token_lt' valid hp
  refine ⟨valid, fun t ht hne => ?_⟩
  have weights := weights_pos (R := R) pos_ctx (w.headNo i) q' x
  have both : (average R w x (w.headNo i) fun y p => K * key t y p + bound t) = K * average R w x (w.headNo i) (key t) + bound t := by
    rw [average_add, average_mul, average_const pos_ctx]
  rw [← both]
  refine pos_of_mul_pos_left (a := sum w.n_ctx fun p => keyWeight R w (w.headNo i) q' (token x p) p) ?_ (le_of_lt weights)
  rw [weights_mul_average pos_ctx hq]
  have pos := positive t ht hne
  match wf.weight_view (R := R) c hq' with
  | ⟨a, b, ha, hb, hw⟩ =>
    refine pos_of_mul_pos_left (a := b) (lt_of_lt_of_le (mul_pos hS (mul_pos ha pos)) ?_) (le_of_lt hb)
    unfold View.margin
    rw [← hn, mul_sum, mul_sum, mul_sum]
    refine sum_le_sum fun p hp => ?_
    have factor := hw x p (token_lt hp) hp
    have keyWeight_eq : weight R (soloHead w B M i) q' x p = keyWeight R w (w.headNo i) q' (token x p) p :=
      fit.weight_eq hq' hp (token_lt hp)
    have le : token x p ≤ maximum x := le_maximum (List.getD_mem 0 (valid.left.symm ▸ hp))
    have key := keys _ le p hp t ht hne
    have nonneg : 0 ≤ b * keyWeight R w (w.headNo i) q' (token x p) p := mul_nonneg (le_of_lt hb) (le_of_lt (ExpField.exp_pos _))
    have scaled := mul_le_mul_of_nonneg_left key nonneg
    rw [keyWeight_eq] at factor
    refine le_trans (le_of_eq ?_) (le_trans scaled (le_of_eq (regroup _ _ _)))
    rw [← factor]
    unfold rowsAt
    rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add]
    exact regroup' _ _ _ _ _ _ _ _ _ _
where
  regroup (b k f : R) : b * k * f = b * (k * f) := by ring [b, k, f]
  regroup' (S a e f d1 d2 d3 e1 e2 e3 : R) : S * (a * (e * f * (d1 + d2 + d3 - (e1 + e2 + e3)))) =
      a * (e * f) * (S * (d1 + d2 + d3 - (e1 + e2 + e3))) := by ring [S, a, e, f, d1, d2, d3, e1, e2, e3]

/-- The number of a neuron that comes from the query. -/
noncomputable def ownAt (R : Type) [ExpField R] (w : Weights) (B : Nat) (M : MLP) (q j : Nat) : R :=
  EU R (soloReads w B M 0 (j / (w.d_vocab - 1) * (w.d_vocab - 1))) q (j % (w.d_vocab - 1)) -
    EU R (soloReads w B M 0 (j / (w.d_vocab - 1) * (w.d_vocab - 1))) q (w.d_vocab - 1)

/-- A neuron is the query's own number and an average of each head. -/
theorem pre_eq_solo {x : List Nat} (F : M.Fit w B) (hx : Valid w x) (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q) (some : 0 < w.heads.length)
    (two : 2 ≤ w.d_vocab) {j : Nat} (hj : j < M.d_mlp)
    (fit : ∀ i, i < w.heads.length → ((w.solo M i).reads B (M.alone i) (j / (w.d_vocab - 1) * (w.d_vocab - 1))).Fit (B + 1) (w.headNo i)) :
    pre R w x M j = ownAt R w B M q j + sum w.heads.length fun i => average R w x (w.headNo i) (readAt R w B M i j) := by
  have hz : w.d_vocab - 1 + 1 = w.d_vocab := Nat.sub_add_cancel (Nat.le_of_succ_le two)
  have z_pos : 0 < w.d_vocab - 1 := Nat.le_sub_of_add_le (b := 1) two
  have lt := Nat.mod_lt j z_pos
  have ht : j % (w.d_vocab - 1) + 1 < w.d_vocab := Nat.lt_of_lt_of_le (Nat.succ_lt_succ lt) (Nat.le_of_eq hz)
  have e : j / (w.d_vocab - 1) * (w.d_vocab - 1) + j % (w.d_vocab - 1) = j := by
    rw [Nat.mul_comm]
    exact Nat.div_add_mod j (w.d_vocab - 1)
  have h := reads_margin_solo (R := R) (B := B) (M := M) (k := j / (w.d_vocab - 1) * (w.d_vocab - 1)) hx hn hq some fit
    (m := j % (w.d_vocab - 1)) (t := w.d_vocab - 1) (Nat.lt_of_succ_lt ht) (Nat.lt_of_lt_of_le (Nat.lt_succ_self _) (Nat.le_of_eq hz))
  rw [logit_reads F ht (e.symm ▸ hj), logit_reads_last F hz, sub_zero, e] at h
  exact h

end
end MlpHeads
end Transformer
end Compact
