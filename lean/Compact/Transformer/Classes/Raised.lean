prelude
import Compact.Transformer.Classes.Describe
import Compact.Transformer.Classes.Judges
import Compact.Transformer.Claim.Margin
/-!
# A margin from tables

Multiplied by the softmax denominator `Z`, the margin of the maximum `m` over `t` less `δ` is a sum over positions of
`e (d - δ)`, where `e` is the position's factor and `d` the difference of path logits (`Circuit/Margin.lean`).  So `δ` may as well be
added to the direct path of every output other than `m`.  `Enclosure.raised` does this to rounded tables, and what a strategy then
proves of them is `CorrectBy` (`Weights.WellFormed.judges_raised`).
-/
namespace Compact

/-- What is added to the output `t`. -/
def raise (Δ m t : Nat) : Nat := if t = m then 0 else Δ

theorem raise_self (Δ m : Nat) : raise Δ m m = 0 := ite_eq_left rfl
theorem raise_of_ne (Δ : Nat) {m t : Nat} (h : t ≠ m) : raise Δ m t = Δ := ite_eq_right h
theorem raise_le (Δ m t : Nat) : raise Δ m t ≤ Δ := by
  by_cases e : t = m
  case pos => rw [e, raise_self]; exact Nat.zero_le _
  case neg => rw [raise_of_ne Δ e]; exact Nat.le_refl _

/-- The row of a direct path with `Δ` added to every output but `m`. -/
def raiseRow (Δ m : Nat) (xs : List Nat) : List Nat := List.tabulateFrom 0 xs.length fun t => xs.getD t 0 + raise Δ m t

/-- The tables with `Δ` added to every output but `m` on all direct paths. -/
noncomputable def Enclosure.raised (T : Enclosure) (Δ m : Nat) : Enclosure :=
  ⟨T.tokenExp, T.posExp, T.tokenRow, T.posRow, mapFold (raiseRow Δ m) T.directRow⟩

theorem getD_raiseRow {Δ m t : Nat} {xs : List Nat} (h : t < xs.length) : (raiseRow Δ m xs).getD t 0 = xs.getD t 0 + raise Δ m t := by
  unfold raiseRow
  rw [List.getD_tabulateFrom 0 h, Nat.zero_add]

theorem Enclosure.direct_raised {T : Enclosure} {Δ m q t : Nat} (hq : q < T.directRow.length) (ht : t < (T.directRow.getD q []).length) :
    (T.raised Δ m).direct q t = T.direct q t + raise Δ m t := by
  show ((mapFold (raiseRow Δ m) T.directRow).getD q []).getD t 0 = _
  rw [getD_mapFold _ _ hq [] []]
  exact getD_raiseRow ht

section
variable {R : Type} [ExpField R] {T : Enclosure} {Δ m prec v n q : Nat}

/-- The numbers that raised tables enclose. -/
def View.raised (V : View R) (Δ m : Nat) : View R :=
  ⟨V.token, V.pos, fun t => V.direct t + ofNat R (raise Δ m t), V.tokenLogit, V.posLogit⟩

theorem View.Fits.raised {V : View R} (h : V.Fits T prec v n q) (hq : q < T.directRow.length)
    (hv : (T.directRow.getD q []).length = v) : (V.raised Δ m).Fits (T.raised Δ m) prec v n q where
  token_le := h.token_le
  pos_le := h.pos_le
  token := h.token
  pos := h.pos
  tokenLogit := h.tokenLogit
  posLogit := h.posLogit
  direct t ht := by
    have near := h.direct t ht
    have e : (((T.raised Δ m).directRow.getD q []).getD t 0) = (T.directRow.getD q []).getD t 0 + raise Δ m t :=
      Enclosure.direct_raised hq (hv.symm ▸ ht)
    unfold Near
    rw [e, ofNat_add]
    refine ⟨add_le_add_right near.left _, le_of_linear near.right ?_⟩
    show _ = V.direct t + ofNat R (raise Δ m t) + (ofNat R ((T.directRow.getD q []).getD t 0) + 1)
    ring [ofNat R ((T.directRow.getD q []).getD t 0), ofNat R (raise Δ m t), V.direct t]

/-- Margins over other outputs are lower by `Δ` on each position's path. -/
theorem View.margin_raised (V : View R) {x : List Nat} {t : Nat} (hne : t ≠ m) :
    (V.raised Δ m).margin n x m t = sum n fun p => V.token (Compact.token x p) * V.pos p *
      (V.logit (Compact.token x p) p m - V.logit (Compact.token x p) p t - ofNat R Δ) := by
  refine sum_congr fun p _ => ?_
  show V.token (Compact.token x p) * V.pos p * (V.direct m + ofNat R (raise Δ m m) + V.tokenLogit (Compact.token x p) m + V.posLogit p m -
    (V.direct t + ofNat R (raise Δ m t) + V.tokenLogit (Compact.token x p) t + V.posLogit p t)) = _
  rw [raise_self, raise_of_ne Δ hne]
  exact regroup _ _ _ _ _ _ _ _
where
  regroup (e a b c a' b' c' d : R) : e * (a + 0 + b + c - (a' + d + b' + c')) = e * (a + b + c - (a' + b' + c') - d) := by
    ring [e, a, b, c, a', b', c', d]

end

section
variable {R : Type} [ExpField R] {w : Weights}

/-- The separable margin theorem, with a margin. -/
theorem correctBy_of_margin {x : List Nat} {q : Nat} {δ : R} (hx : Valid w x) (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q)
    (h : ∀ t, t < w.d_vocab → t ≠ maximum x → 0 < sum w.n_ctx fun p =>
      weight R w q x p * (pathLogit R w q x p (maximum x) - pathLogit R w q x p t - δ)) : CorrectBy R δ w x := by
  refine ⟨hx, fun t ht hne => ?_⟩
  have pos : 0 < sum w.n_ctx (weight R w q x) := sum_pos hn fun p _ => weight_pos q x p
  refine lt_of_mul_lt_mul_left ?_ (le_of_lt pos)
  rw [mul_add, logit_mul hn hq, logit_mul hn hq, sum_mul, ← sum_add]
  refine sub_pos.mp (lt_of_lt_of_le (h t ht hne) (le_of_eq ?_))
  rw [← sum_sub]
  exact sum_congr fun p _ => regroup _ _ _ _
where
  regroup (e a b d : R) : e * (a - b - d) = e * a - (e * b + e * d) := by ring [e, a, b, d]

/-- How many units of the tables a margin of `num / 2^bits` is at most. -/
noncomputable def unitsFit (w : Weights) (c : Params) (num bits Δ : Nat) : Bool :=
  Nat.ble (Nat.mul num (Nat.pow 2 (Nat.mul 4 w.frac))) (Nat.mul (Nat.mul Δ (Nat.pow 2 c.shift)) (Nat.pow 2 bits))

theorem dyadic_le_of_unitsFit {c : Params} {num bits Δ : Nat} (h : unitsFit w c num bits Δ = true) :
    unit4 R w / ofNat R (2 ^ c.shift) * dyadic R num bits ≤ ofNat R Δ := by
  have h := ofNat_le (R := R) (Nat.le_of_ble_eq_true h)
  have S : (0 : R) < ofNat R (2 ^ c.shift) := ofNat_pos (Nat.two_pow_pos _)
  have B : (0 : R) < ofNat R (2 ^ bits) := ofNat_pos (Nat.two_pow_pos _)
  unfold dyadic
  rw [div_mul_div_comm _ _ (ne_of_gt S) (ne_of_gt B)]
  refine (div_le_iff (mul_pos S B)).mpr (le_trans (le_of_eq ?_) (le_trans h (le_of_eq ?_)))
  · rw [Weights.WellFormed.unit4_eq, mul_comm]
    exact (ofNat_mul _ _).symm
  · refine (ofNat_mul _ _).trans ?_
    rw [← mul_assoc]
    exact congrArg (· * _) (ofNat_mul _ _)

/-- Raised tables of a model decide whether it answers correctly by a margin. -/
theorem Weights.WellFormed.judges_raised (h : w.WellFormed) {params : Params} {n m num bits Δ : Nat} (hn : w.n_ctx = n + 1)
    (units : unitsFit w params num bits Δ = true) :
    ((Enclosure.of w params (Circuits.of w)).raised Δ m).Judges R params.prec w.d_vocab n m (CorrectBy R (dyadic R num bits) w) := by
  refine fun q hq => ⟨(view R w params q).raised Δ m, ?_, fun x hx hlast hmax pos => ?_⟩
  · exact View.Fits.raised (hn ▸ h.view_fits params hq) (h.length_directRows params ▸ hq) (h.length_directRow params hq)
  · subst hmax
    rw [← hn] at hx pos
    have hlast : token x (w.n_ctx - 1) = q := hn ▸ hlast
    have hx : Valid w x := hx
    refine correctBy_of_margin hx h.n_ctx hlast fun t ht hne => ?_
    have pos := pos t ht hne
    rw [View.margin_raised _ hne] at pos
    match h.weight_view (R := R) params hq with
    | ⟨a, b, ha, hb, hw⟩ =>
      have hK : 0 < unit4 R w / ofNat R (2 ^ params.shift) := div_pos (unit4_pos R w) (ofNat_pos (Nat.two_pow_pos _))
      refine pos_of_mul_pos_left (lt_of_lt_of_le (mul_pos ha pos) ?_) (le_of_lt (mul_pos hb hK))
      rw [mul_sum, mul_sum]
      refine sum_le_sum fun p hp => ?_
      rw [← mul_assoc, hw x p (token_lt hx hp) hp, h.logit_sub params (maximum_lt hx h.n_ctx) ht hq (token_lt hx hp) hp]
      refine le_trans (mul_le_mul_of_nonneg_left (sub_le_sub_left (dyadic_le_of_unitsFit units) _)
        (mul_nonneg (le_of_lt hb) (le_of_lt (weight_pos q x p)))) (le_of_eq ?_)
      exact regroup _ _ _ _ _
where
  regroup (b e K d δ : R) : b * e * (K * d - K * δ) = b * K * (e * (d - δ)) := by ring [b, e, K, d, δ]

/-- The same for all maxima, where nothing is said of inputs with another maximum. -/
theorem Weights.WellFormed.judges_raised_only (h : w.WellFormed) {params : Params} {n m num bits Δ : Nat} (hn : w.n_ctx = n + 1)
    (units : unitsFit w params num bits Δ = true) (m' : Nat) :
    ((Enclosure.of w params (Circuits.of w)).raised Δ m).Judges R params.prec w.d_vocab n m'
      (fun x => maximum x = m → CorrectBy R (dyadic R num bits) w x) := fun q hq =>
  match h.judges_raised (R := R) (m := m) hn units q hq with
  | ⟨V, fits, decides⟩ => ⟨V, fits, fun x hx hlast hmax pos hm => decides x hx hlast hm (hmax.symm.trans hm ▸ pos)⟩

end
end Compact
