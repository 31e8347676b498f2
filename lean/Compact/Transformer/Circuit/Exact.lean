prelude
import Compact.Transformer.Circuit.Compute
/-!
# The computed circuits are the circuits

Each integer matrix of `Circuits.of w`, over the right power of two, is the circuit of `Circuit/Paths.lean`.
-/
namespace Compact

/-- What `Weights.wellFormed` checks. -/
structure Weights.WellFormed (w : Weights) : Prop where
  n_ctx : 0 < w.n_ctx
  attn_scale : 0 < w.attn_scale
  W_E : (w.W_E.mat w.d_model).Shape w.d_vocab w.d_model
  W_pos : (w.W_pos.mat w.d_model).Shape w.n_ctx w.d_model
  W_Q : (w.W_Q.mat w.d_head).Shape w.d_model w.d_head
  W_K : (w.W_K.mat w.d_head).Shape w.d_model w.d_head
  W_V : (w.W_V.mat w.d_head).Shape w.d_model w.d_head
  W_O : (w.W_O.mat w.d_model).Shape w.d_head w.d_model
  W_U : (w.W_U.mat w.d_vocab).Shape w.d_model w.d_vocab
  rows_E : w.W_E.rows.length = w.d_vocab
  rows_pos : w.W_pos.rows.length = w.n_ctx
  rows_Q : w.W_Q.rows.length = w.d_model
  rows_K : w.W_K.rows.length = w.d_model
  rows_V : w.W_V.rows.length = w.d_model
  rows_O : w.W_O.rows.length = w.d_head
  rows_U : w.W_U.rows.length = w.d_model

theorem Tensor.hasRows_spec {T : Tensor} {r : Nat} (h : T.hasRows r = true) (c : Nat) :
    T.rows.length = r ∧ (T.mat c).Shape r c :=
  match Bool.and_eq_true_iff.mp h with
  | ⟨hr, hb⟩ =>
    have hr := Nat.eq_of_beq_eq_true _ _ hr
    ⟨hr, Tensor.shape_mat (Nat.le_of_ble_eq_true hb) hr⟩

theorem Weights.wellFormed_spec {w : Weights} (h : w.wellFormed = true) : w.WellFormed := by
  match Bool.and_eq_true_iff.mp h with
  | ⟨h1, h2⟩ => match Bool.and_eq_true_iff.mp h1, Bool.and_eq_true_iff.mp h2 with
    | ⟨hs, hE⟩, ⟨h3, hU⟩ => match Bool.and_eq_true_iff.mp hs, Bool.and_eq_true_iff.mp hE, Bool.and_eq_true_iff.mp h3 with
      | ⟨hn, ha⟩, ⟨hE, hP⟩, ⟨hQK, hVO⟩ => match Bool.and_eq_true_iff.mp hQK, Bool.and_eq_true_iff.mp hVO with
        | ⟨hQ, hK⟩, ⟨hV, hO⟩ =>
          have E := Tensor.hasRows_spec hE w.d_model
          have P := Tensor.hasRows_spec hP w.d_model
          have Q := Tensor.hasRows_spec hQ w.d_head
          have K := Tensor.hasRows_spec hK w.d_head
          have V := Tensor.hasRows_spec hV w.d_head
          have O := Tensor.hasRows_spec hO w.d_model
          have U := Tensor.hasRows_spec hU w.d_vocab
          exact ⟨Nat.le_of_ble_eq_true hn, Nat.le_of_ble_eq_true ha, E.2, P.2, Q.2, K.2, V.2, O.2, U.2,
            E.1, P.1, Q.1, K.1, V.1, O.1, U.1⟩

variable (R : Type) [ExpField R] {w : Weights}

/-- `2^frac`, the common denominator of the weights. -/
def unit (w : Weights) : R := ofNat R (2 ^ w.frac)

/-- `2^(4 frac)`, the denominator of the circuits that pass through the head. -/
def unit4 (w : Weights) : R := unit R w * unit R w * (unit R w * unit R w)

theorem unit_pos (w : Weights) : 0 < unit R w := ofNat_pos (Nat.two_pow_pos _)
theorem unit2_pos (w : Weights) : 0 < unit R w * unit R w := mul_pos (unit_pos R w) (unit_pos R w)
theorem unit4_pos (w : Weights) : 0 < unit4 R w := mul_pos (unit2_pos R w) (unit2_pos R w)

variable {R}

theorem div_mul_div_same {a b c d : R} (hb : 0 < b) (hd : 0 < d) : a / b * (c / d) = a * c / (b * d) :=
  div_mul_div_comm a c (ne_of_gt hb) (ne_of_gt hd)

/-- A product of matrices over powers of two. -/
theorem sum_div_mul_div {n : Nat} {f g F G : Nat → R} {a b : R} (ha : 0 < a) (hb : 0 < b)
    (hf : ∀ i, i < n → f i = F i / a) (hg : ∀ i, i < n → g i = G i / b) :
    (sum n fun i => f i * g i) = (sum n fun i => F i * G i) / (a * b) := by
  rw [sum_div]
  exact sum_congr fun i hi => by rw [hf i hi, hg i hi, div_mul_div_same ha hb]

/-- A vector over `unit` times a tensor is the vector of integers times the tensor's matrix, over `unit^2`. -/
theorem apply_eq {T : Tensor} {d c : Nat} (hr : T.rows.length = d) {f F : Nat → R}
    (hf : ∀ i, i < d → f i = F i / unit R w) {j : Nat} (hj : j < c) :
    apply R w d f T j = (sum d fun i => F i * (T.mat c).val R i j) / (unit R w * unit R w) :=
  sum_div_mul_div (unit_pos R w) (unit_pos R w) hf fun _ hi => Tensor.entry_eq R w hr hi hj

namespace Weights.WellFormed
variable (h : w.WellFormed)
include h

theorem last_lt : w.n_ctx - 1 < w.n_ctx := Nat.sub_lt h.n_ctx Nat.one_pos

theorem shape_resid : (residMat w).Shape w.d_vocab w.d_model := h.W_E.addRow h.W_pos h.last_lt

theorem val_resid {q : Nat} (hq : q < w.d_vocab) (i : Nat) (hi : i < w.d_model) :
    residQ R w q i = (residMat w).val R q i / unit R w := by
  unfold residQ residMat
  rw [h.W_E.val_addRow R h.W_pos hq h.last_lt, add_div, Tensor.entry_eq R w h.rows_E hq hi,
    Tensor.entry_eq R w h.rows_pos h.last_lt hi]
  rfl

theorem shape_query : (queryMat w).Shape w.d_vocab w.d_head := h.shape_resid.mul h.W_Q

theorem val_query {q : Nat} (hq : q < w.d_vocab) (j : Nat) (hj : j < w.d_head) :
    queryVec R w q j = (queryMat w).val R q j / (unit R w * unit R w) := by
  unfold queryMat
  rw [h.shape_resid.val_mul R h.W_Q hq hj]
  exact apply_eq h.rows_Q (h.val_resid hq) hj

theorem shape_key {T : Tensor} {r : Nat} (hT : (T.mat w.d_model).Shape r w.d_model) :
    (keyMat w T r).Shape w.d_head r := h.W_K.transpose.mul hT.transpose

theorem val_key {T : Tensor} {r : Nat} (hr : T.rows.length = r) (hT : (T.mat w.d_model).Shape r w.d_model)
    {k : Nat} (hk : k < r) (j : Nat) (hj : j < w.d_head) :
    apply R w w.d_model (entry R w T k) w.W_K j = (keyMat w T r).val R j k / (unit R w * unit R w) := by
  unfold keyMat
  rw [h.W_K.transpose.val_mul R hT.transpose hj hk,
    apply_eq h.rows_K (fun i hi => Tensor.entry_eq R w hr hk hi) hj]
  refine congrArg (· / _) (sum_congr fun i hi => ?_)
  rw [h.W_K.val_transpose R hj, hT.val_transpose R hi, mul_comm]

theorem shape_value {T : Tensor} {r : Nat} (hT : (T.mat w.d_model).Shape r w.d_model) :
    (valueMat w T).Shape r w.d_head := hT.mul h.W_V

theorem val_value {T : Tensor} {r : Nat} (hr : T.rows.length = r) (hT : (T.mat w.d_model).Shape r w.d_model)
    {k : Nat} (hk : k < r) (j : Nat) (hj : j < w.d_head) :
    apply R w w.d_model (entry R w T k) w.W_V j = (valueMat w T).val R k j / (unit R w * unit R w) := by
  unfold valueMat
  rw [hT.val_mul R h.W_V hk hj]
  exact apply_eq h.rows_V (fun i hi => Tensor.entry_eq R w hr hk hi) hj

theorem shape_out : (outMat w).Shape w.d_head w.d_vocab := h.W_O.mul h.W_U

theorem val_out {t : Nat} (ht : t < w.d_vocab) (j : Nat) (hj : j < w.d_head) :
    OU R w j t = (outMat w).val R j t / (unit R w * unit R w) := by
  unfold outMat
  rw [h.W_O.val_mul R h.W_U hj ht]
  exact apply_eq h.rows_U (fun i hi => Tensor.entry_eq R w h.rows_O hj hi) ht

theorem val_EQKE {q k : Nat} (hq : q < w.d_vocab) (hk : k < w.d_vocab) :
    EQKE R w q k = (Circuits.of w).EQKE.val R q k / unit4 R w := by
  show _ = ((queryMat w).mul w.d_head w.d_vocab (keyMat w w.W_E w.d_vocab)).val R q k / _
  rw [h.shape_query.val_mul R (h.shape_key h.W_E) hq hk]
  exact sum_div_mul_div (unit2_pos R w) (unit2_pos R w) (h.val_query hq) (h.val_key h.rows_E h.W_E hk)

theorem val_EQKP {q p : Nat} (hq : q < w.d_vocab) (hp : p < w.n_ctx) :
    EQKP R w q p = (Circuits.of w).EQKP.val R q p / unit4 R w := by
  show _ = ((queryMat w).mul w.d_head w.n_ctx (keyMat w w.W_pos w.n_ctx)).val R q p / _
  rw [h.shape_query.val_mul R (h.shape_key h.W_pos) hq hp]
  exact sum_div_mul_div (unit2_pos R w) (unit2_pos R w) (h.val_query hq) (h.val_key h.rows_pos h.W_pos hp)

theorem val_EVOU {k t : Nat} (hk : k < w.d_vocab) (ht : t < w.d_vocab) :
    EVOU R w k t = (Circuits.of w).EVOU.val R k t / unit4 R w := by
  show _ = ((valueMat w w.W_E).mul w.d_head w.d_vocab (outMat w)).val R k t / _
  rw [(h.shape_value h.W_E).val_mul R h.shape_out hk ht]
  exact sum_div_mul_div (unit2_pos R w) (unit2_pos R w) (h.val_value h.rows_E h.W_E hk) (h.val_out ht)

theorem val_PVOU {p t : Nat} (hp : p < w.n_ctx) (ht : t < w.d_vocab) :
    PVOU R w p t = (Circuits.of w).PVOU.val R p t / unit4 R w := by
  show _ = ((valueMat w w.W_pos).mul w.d_head w.d_vocab (outMat w)).val R p t / _
  rw [(h.shape_value h.W_pos).val_mul R h.shape_out hp ht]
  exact sum_div_mul_div (unit2_pos R w) (unit2_pos R w) (h.val_value h.rows_pos h.W_pos hp) (h.val_out ht)

theorem val_EU {q t : Nat} (hq : q < w.d_vocab) (ht : t < w.d_vocab) :
    EU R w q t = (Circuits.of w).EU.val R q t / (unit R w * unit R w) := by
  show _ = ((residMat w).mul w.d_model w.d_vocab (w.W_U.mat w.d_vocab)).val R q t / _
  rw [h.shape_resid.val_mul R h.W_U hq ht]
  exact apply_eq h.rows_U (h.val_resid hq) ht

end Weights.WellFormed
end Compact
