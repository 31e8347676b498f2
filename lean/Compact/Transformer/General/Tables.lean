prelude
import Compact.Transformer.Classes.Bound
import Compact.Transformer.General.Heads
/-!
# Many heads, from the tables of each

A head's share of a margin is decided with the tables of its plain model, but for the direct path: in its place stands a
row of numbers that a certificate may choose (`withDirect`), what this head has to make good.  If every head makes good its row,
and all rows together are as much as the direct path asks (`Enough`), the input is answered correctly.
-/
namespace Compact
namespace Transformer

/-- The tables of a plain model with the row `row` in place of that of the direct path of the query `q`. -/
noncomputable def withDirect (T : Enclosure) (q : Nat) (row : List Nat) : Enclosure :=
  { T with directRow := List.tabulate (q + 1) fun _ => row }

theorem directRow_withDirect (T : Enclosure) (q : Nat) (row : List Nat) : (withDirect T q row).directRow.getD q [] = row :=
  List.getD_tabulate [] (Nat.lt_succ_self q)

/-- All rows together are as much as the direct path asks. -/
def Enough (H : Nat) (rows : Nat → List Nat) (direct : Nat → Nat) (m t : Nat) : Prop :=
  (total H fun i => (rows i).getD m 0) + direct t + 1 < (total H fun i => (rows i).getD t 0) + direct m

section
variable {R : Type} [ExpField R]

/-- The view of a plain model with such a row. -/
noncomputable def viewWithDirect (R : Type) [ExpField R] (w : Compact.Weights) (c : Params) (q : Nat) (row : List Nat) : View R :=
  { view R w c q with direct := fun t => ofNat R (row.getD t 0) }

/-- Its numbers are as the tables say. -/
theorem fits_withDirect {w : Compact.Weights} (h : w.WellFormed) (c : Params) {q : Nat} (hq : q < w.d_vocab) (row : List Nat) :
    (viewWithDirect R w c q row).Fits (withDirect (Enclosure.of w c (Circuits.of w)) q row) c.prec w.d_vocab w.n_ctx q where
  token_le := (h.view_fits (R := R) c hq).token_le
  pos_le := (h.view_fits (R := R) c hq).pos_le
  token := (h.view_fits c hq).token
  pos := (h.view_fits c hq).pos
  direct t _ := by
    rw [directRow_withDirect]
    exact ⟨le_rfl, le_of_lt (lt_add_one _)⟩
  tokenLogit := (h.view_fits c hq).tokenLogit
  posLogit := (h.view_fits c hq).posLogit

/-- Its lanes are narrow if the row is. -/
theorem lane_withDirect_le {T : Enclosure} {width : Nat} (h : T.narrow width = true) {q : Nat} {row : List Nat}
    (hrow : ∀ t, row.getD t 0 ≤ 2 ^ width) (k p t : Nat) : (withDirect T q row).lane q k p t ≤ 3 * 2 ^ width := by
  match Bool.and_eq_true_iff.mp h with
  | ⟨ht, hpd⟩ =>
    unfold Enclosure.lane
    rw [directRow_withDirect, Nat.succ_mul, Nat.two_mul]
    exact Nat.add_le_add (Nat.add_le_add (hrow t) (Nat.le_of_lt (lt_of_narrowRows ht k t)))
      (Nat.le_of_lt (lt_of_narrowRows (Bool.and_left hpd) p t))

/-- A head makes good its row: in its plain model's numbers. -/
theorem head_of_margin {w : Compact.Weights} (h : w.WellFormed) (c : Params) {q : Nat} (hq : q < w.d_vocab) {x : List Nat}
    (hx : ∀ p, p < w.n_ctx → token x p < w.d_vocab) (row : List Nat) {m t : Nat} (hm : m < w.d_vocab) (ht : t < w.d_vocab)
    (pos : 0 ≤ (viewWithDirect R w c q row).margin w.n_ctx x m t) :
    0 ≤ sum w.n_ctx fun p => weight R w q x p * (readOff R w x p m - readOff R w x p t -
      (ofNat R (row.getD t 0) - ofNat R (row.getD m 0)) / (unit4 R w / ofNat R (2 ^ c.shift))) := by
  have hu : 0 < unit4 R w / ofNat R (2 ^ c.shift) := div_pos (unit4_pos R w) (ofNat_pos (Nat.two_pow_pos _))
  match h.weight_view (R := R) c hq with
  | ⟨a, b, ha, hb, hw⟩ =>
    have hK : 0 < b * (unit4 R w / ofNat R (2 ^ c.shift)) := mul_pos hb hu
    refine le_of_mul_le_mul_left ?_ hK
    rw [mul_zero, mul_sum]
    refine le_trans (mul_nonneg (le_of_lt ha) pos) (le_of_eq ?_)
    unfold View.margin
    rw [mul_sum]
    refine sum_congr fun p hp => ?_
    have tokens := h.tokenLogit_sub (R := R) c (q := q) hm ht (hx p hp)
    have positions := h.posLogit_sub (R := R) c (q := q) hm ht hp
    have read : (viewWithDirect R w c q row).logit (token x p) p m - (viewWithDirect R w c q row).logit (token x p) p t =
        unit4 R w / ofNat R (2 ^ c.shift) * (readOff R w x p m - readOff R w x p t -
          (ofNat R (row.getD t 0) - ofNat R (row.getD m 0)) / (unit4 R w / ofNat R (2 ^ c.shift))) := by
      rw [mul_sub, mul_div_cancel (ne_of_gt hu)]
      show ofNat R (row.getD m 0) + (view R w c q).tokenLogit (token x p) m + (view R w c q).posLogit p m -
        (ofNat R (row.getD t 0) + (view R w c q).tokenLogit (token x p) t + (view R w c q).posLogit p t) = _
      unfold readOff
      refine (regroup _ _ _ _ _ _).trans ?_
      rw [tokens, positions]
      exact join _ _ _ _ _ _ _
    rw [← mul_assoc]
    refine (congrArg (· * _) (hw x p (hx p hp) hp)).trans ?_
    rw [read]
    exact mul_mul_mul_comm _ _ _ _
where
  regroup (d a b d' a' b' : R) : d + a + b - (d' + a' + b') = (a - a') + (b - b') - (d' - d) := by ring [d, a, b, d', a', b']
  join (u a a' b b' d d' : R) : u * (a - a') + u * (b - b') - (d - d') = u * (a + b - (a' + b')) - (d - d') := by
    ring [u, a, a', b, b', d, d']

/-- **Many heads, from their tables.** -/
theorem correct_of_margins {w : Weights} {B : Nat} {c : Params} {label : List Nat → Nat} {x : List Nat} {q : Nat} (hx : Valid w x)
    (hn : 0 < w.n_ctx) (hl : label x < w.d_vocab) (hq : token x (w.n_ctx - 1) = q) (hM : w.mlp = none)
    (some : 0 < w.heads.length) (fit : ∀ i, i < w.heads.length → w.Fit B (w.headNo i))
    (wf : ∀ i, i < w.heads.length → (w.headAt B i).WellFormed) (rows : Nat → List Nat)
    (enough : ∀ t, t < w.d_vocab → t ≠ label x →
      Enough w.heads.length rows ((Enclosure.of (w.headAt B 0) c (Circuits.of (w.headAt B 0))).direct q) (label x) t)
    (heads : ∀ t, t < w.d_vocab → t ≠ label x → ∀ i, i < w.heads.length →
      0 ≤ (viewWithDirect R (w.headAt B i) c q (rows i)).margin w.n_ctx x (label x) t) : Correct R label w x := by
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt hn Nat.one_pos)
  refine correct_of_heads hx hn hl hq hM some fit fun t ht hne => ?_
  have hu : 0 < unit4 R (w.headAt B 0) / ofNat R (2 ^ c.shift) :=
    div_pos (unit4_pos R (w.headAt B 0)) (ofNat_pos (Nat.two_pow_pos _))
  refine ⟨fun i => (ofNat R ((rows i).getD t 0) - ofNat R ((rows i).getD (label x) 0)) /
    (unit4 R (w.headAt B 0) / ofNat R (2 ^ c.shift)), ?_, fun i hi => ?_⟩
  · refine pos_of_mul_pos_left (a := unit4 R (w.headAt B 0) / ofNat R (2 ^ c.shift)) ?_ (le_of_lt hu)
    have direct := (wf 0 some).direct_sub (R := R) c hl ht hqv
    have fits := (wf 0 some).view_fits (R := R) c hqv
    have lower := sub_le_sub (fits.direct (label x) hl).left (fits.direct t ht).right
    have e := ofNat_lt (R := R) (enough t ht hne)
    rw [ofNat_add, ofNat_add, ofNat_add, ofNat_total, ofNat_total] at e
    rw [mul_add, ← sum_div, mul_div_cancel (ne_of_gt hu), ← direct, sum_sub]
    exact lt_of_lt_of_le (lt_of_linear e (gather _ _ _ _)) (add_le_add_right lower _)
  · exact head_of_margin (wf i hi) c hqv (fun p hp => token_lt' hx hp) (rows i) hl ht (heads t ht hne i hi)
where
  gather (a b d d' : R) : d - (d' + 1) + (a - b) + (b + d' + ofNat R 1) = 0 + (a + d) := by
    have one : (ofNat R 1 : R) = 1 := rfl
    rw [one]
    ring [a, b, d, d']

end
end Transformer
end Compact
