prelude
import Compact.Field.Div
import Compact.Transformer.General.Paths
import Compact.Transformer.General.Relu
/-!
# The margin of any one-layer transformer, from below, as averages over keys

`margin_ge`: the margin of the right answer over another output is at least a constant of the query plus, for each
head, an average over keys, weighted by that head's attention.  For a model without MLP this is an identity.  Of an MLP,
each neuron enters by its part of slope `α`, which is linear; what is left of it is convex, so an average bounds it from above, which
is needed where its coefficient is negative.  Slopes (`0 ≤ α ≤ 1`) and how a neuron's own part is shared among heads are free.

`correct_of_shares`: what a checker shows for each output, with a lower bound for each head's average.
-/
namespace Compact
namespace Transformer

section
variable (R : Type) [ExpField R] (w : Weights)

/-- `exp` of a key's score: its share of a head's attention before normalisation. -/
def keyWeight (A : Head) (q y p : Nat) : R := exp (keyScore R w A q y p)

/-- A neuron's part that does not come from attention. -/
def ownPre (M : MLP) (q j : Nat) : R := apply R w w.d_model (ownResid R w q) M.W_in j + bias R w M.b_in j

/-- `W_out W_U`: what a neuron adds to the logit of `t`. -/
def neuronRead (M : MLP) (j t : Nat) : R := apply R w w.d_model (entry R w M.W_out j) w.W_U t

/-- The logit of `t` without attention and neurons. -/
def ownLogit (q t : Nat) : R :=
  match w.mlp with
  | none => apply R w w.d_model (ownResid R w q) w.W_U t + bias R w w.b_U t
  | some M => apply R w w.d_model (ownResid R w q) w.W_U t + apply R w w.d_model (bias R w M.b_out) w.W_U t + bias R w w.b_U t

/-- What neurons add to the logit of `t`. -/
def neurons (x : List Nat) (t : Nat) : R :=
  match w.mlp with
  | none => 0
  | some M => sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j t

end

variable {R : Type} [ExpField R] {w : Weights} {x : List Nat} {q : Nat}

/-! ## Averages -/

theorem overHeads_add (f g : Head → R) (heads : List Head) :
    overHeads (fun A => f A + g A) heads = overHeads f heads + overHeads g heads := by
  induction heads with
  | nil => exact (add_zero 0).symm
  | cons A heads ih =>
    show f A + g A + overHeads _ heads = (f A + overHeads f heads) + (g A + overHeads g heads)
    rw [ih]
    ring [f A, g A, overHeads f heads, overHeads g heads]

theorem overHeads_le {f g : Head → R} {heads : List Head} (h : ∀ A, A ∈ heads → f A ≤ g A) :
    overHeads f heads ≤ overHeads g heads := by
  induction heads with
  | nil => exact le_rfl
  | cons A heads ih => exact add_le_add (h A List.mem_cons_self) (ih fun B hB => h B (List.mem_cons_of_mem A hB))

theorem relu_overHeads_le (f : Head → R) (heads : List Head) : relu (overHeads f heads) ≤ overHeads (fun A => relu (f A)) heads := by
  induction heads with
  | nil => exact le_of_eq relu_zero
  | cons A heads ih => exact le_trans (relu_add_le _ _) (add_le_add_left ih _)

theorem weights_pos (hn : 0 < w.n_ctx) (A : Head) (q : Nat) (x : List Nat) :
    0 < sum w.n_ctx fun p => keyWeight R w A q (token x p) p := sum_pos hn fun _ _ => ExpField.exp_pos _

/-- An average, times the sum of all weights. -/
theorem weights_mul_average (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q) (A : Head) (u : Nat → Nat → R) :
    (sum w.n_ctx fun p => keyWeight R w A q (token x p) p) * average R w x A u =
      sum w.n_ctx fun p => keyWeight R w A q (token x p) p * u (token x p) p := by
  have pos := weights_pos (R := R) hn A q x
  have e : ∀ p, exp (score R w x A p) = keyWeight R w A q (token x p) p := fun p => congrArg exp (score_eq A hq p)
  unfold average
  rw [mul_sum]
  refine sum_congr fun p _ => ?_
  show _ * (exp (score R w x A p) / (sum w.n_ctx fun p' => exp (score R w x A p')) * _) = _
  rw [sum_congr fun p' _ => e p', e p, ← mul_assoc, mul_div_cancel (ne_of_gt pos)]

theorem attention_nonneg (hn : 0 < w.n_ctx) (A : Head) (p : Nat) : 0 ≤ attention R w x A p :=
  div_nonneg (le_of_lt (ExpField.exp_pos _)) (sum_pos hn fun _ _ => ExpField.exp_pos _)

/-- An average is at least a number that the weighted values, less this number, do not fall below in sum. -/
theorem le_average (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q) {A : Head} {u : Nat → Nat → R} {l : R}
    (h : 0 ≤ sum w.n_ctx fun p => keyWeight R w A q (token x p) p * (u (token x p) p - l)) : l ≤ average R w x A u := by
  refine le_of_mul_le_mul_left ?_ (weights_pos (R := R) hn A q x)
  rw [weights_mul_average hn hq, sum_mul]
  refine sub_nonneg.mp (le_trans h (le_of_eq ?_))
  rw [← sum_sub]
  exact sum_congr fun p _ => mul_sub _ _ _

theorem average_const (hn : 0 < w.n_ctx) (A : Head) (c : R) : (average R w x A fun _ _ => c) = c := by
  refine mul_left_cancel (ne_of_gt (weights_pos (R := R) hn A (token x (w.n_ctx - 1)) x)) ?_
  rw [weights_mul_average hn rfl, sum_mul]

theorem average_add (A : Head) (u v : Nat → Nat → R) :
    (average R w x A fun y p => u y p + v y p) = average R w x A u + average R w x A v := by
  unfold average
  rw [← sum_add]
  exact sum_congr fun p _ => mul_add _ _ _

theorem average_mul (A : Head) (c : R) (u : Nat → Nat → R) :
    (average R w x A fun y p => c * u y p) = c * average R w x A u := by
  unfold average
  rw [mul_sum]
  exact sum_congr fun p _ => mul_left_comm _ _ _

theorem average_sub (A : Head) (u v : Nat → Nat → R) :
    (average R w x A fun y p => u y p - v y p) = average R w x A u - average R w x A v := by
  unfold average
  rw [← sum_sub]
  exact sum_congr fun p _ => mul_sub _ _ _

theorem average_sum (n : Nat) (A : Head) (u : Nat → Nat → Nat → R) :
    (average R w x A fun y p => sum n fun j => u j y p) = sum n fun j => average R w x A (u j) := by
  unfold average
  rw [sum_comm]
  exact sum_congr fun p _ => mul_sum n _ _

/-! ## Logits and neurons -/

theorem pre_eq (hq : token x (w.n_ctx - 1) = q) (M : MLP) (j : Nat) :
    pre R w x M j = ownPre R w M q j + overHeads (fun A => average R w x A fun y p => keyRead R w A M.W_in y p j) w.heads := by
  show apply R w w.d_model (residMid R w x) M.W_in j + bias R w M.b_in j = _
  rw [apply_residMid hq]
  exact add_right_comm _ _ _

theorem logit_eq (hq : token x (w.n_ctx - 1) = q) (t : Nat) :
    logit R w x t = ownLogit R w q t +
      overHeads (fun A => average R w x A fun y p => keyRead R w A w.W_U y p t) w.heads + neurons R w x t := by
  show apply R w w.d_model (residPost R w x) w.W_U t + bias R w w.b_U t = _
  unfold residPost ownLogit neurons
  cases w.mlp with
  | none =>
    show apply R w w.d_model (residMid R w x) w.W_U t + _ = _ + 0
    rw [apply_residMid hq, add_zero]
    exact add_right_comm _ _ _
  | some M =>
    show apply R w w.d_model (fun i => residMid R w x i + mlpOut R w x M i) w.W_U t + _ = _
    rw [apply_add, apply_residMid hq]
    have out : apply R w w.d_model (mlpOut R w x M) w.W_U t =
        (sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j t) + apply R w w.d_model (bias R w M.b_out) w.W_U t := by
      refine (apply_add w.d_model (fun i => sum M.d_mlp fun j => relu (pre R w x M j) * entry R w M.W_out j i) _ w.W_U t).trans
        (congrArg (· + _) ?_)
      unfold apply
      rw [sum_congr fun i _ => sum_mul M.d_mlp (entry R w w.W_U i t) _, sum_comm]
      refine sum_congr fun j _ => ?_
      show _ = relu (pre R w x M j) * sum w.d_model fun i => entry R w M.W_out j i * entry R w w.W_U i t
      rw [mul_sum]
      exact sum_congr fun i _ => mul_assoc _ _ _
    rw [out]
    ring [apply R w w.d_model (ownResid R w q) w.W_U t, bias R w w.b_U t, apply R w w.d_model (bias R w M.b_out) w.W_U t,
      sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j t,
      overHeads (fun A => average R w x A fun y p => keyRead R w A w.W_U y p t) w.heads]

/-! ## The margin -/

theorem overHeads_sum (n : Nat) (f : Nat → Head → R) (heads : List Head) :
    overHeads (fun A => sum n fun j => f j A) heads = sum n fun j => overHeads (f j) heads := (sum_overHeads n f heads).symm

/-- What is chosen freely to bound neurons: a slope for each, and how its own part is shared among heads. -/
structure Slopes (R : Type) [ExpField R] (w : Weights) (M : MLP) (q : Nat) where
  slope : Nat → R
  share : Head → Nat → R
  nonneg (j : Nat) : 0 ≤ slope j
  le_one (j : Nat) : slope j ≤ 1
  shares (j : Nat) : j < M.d_mlp → overHeads (fun A => share A j) w.heads = ownPre R w M q j

section
variable (M : MLP) (S : Slopes R w M q) (m t : Nat)

/-- The coefficient of a neuron in the margin of `m` over `t`. -/
def coefficient (w : Weights) (M : MLP) (m t j : Nat) : R := neuronRead R w M j m - neuronRead R w M j t

/-- What a head's own share of a neuron is at the key. -/
def Slopes.at (A : Head) (j y p : Nat) : R := S.share A j + keyRead R w A M.W_in y p j

/-- What a key adds, by one neuron, to the margin. -/
def Slopes.neuron (A : Head) (j y p : Nat) : R :=
  S.slope j * coefficient w M m t j * keyRead R w A M.W_in y p j
    - relu (-coefficient w M m t j) * (relu (S.at M A j y p) - S.slope j * S.at M A j y p)

/-- The own part of the margin that comes from neurons. -/
def Slopes.own : R := sum M.d_mlp fun j => S.slope j * coefficient w M m t j * ownPre R w M q j

variable {M}

/-- One neuron. -/
theorem Slopes.neuron_le (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q) {j : Nat} (hj : j < M.d_mlp) :
    S.slope j * coefficient w M m t j * ownPre R w M q j
      + overHeads (fun A => average R w x A (S.neuron M m t A j)) w.heads ≤
    relu (pre R w x M j) * coefficient w M m t j := by
  have pre_shares : pre R w x M j = overHeads (fun A => average R w x A (S.at M A j)) w.heads := by
    rw [pre_eq hq, ← S.shares j hj, ← overHeads_add]
    exact overHeads_congr fun A _ => (congrArg (· + _) (average_const hn A (S.share A j)).symm).trans
      (average_add A (fun _ _ => S.share A j) _).symm
  have convex : relu (pre R w x M j) - S.slope j * pre R w x M j ≤
      overHeads (fun A => average R w x A fun y p => relu (S.at M A j y p) - S.slope j * S.at M A j y p) w.heads := by
    have e : overHeads (fun A => average R w x A fun y p => relu (S.at M A j y p) - S.slope j * S.at M A j y p) w.heads =
        overHeads (fun A => average R w x A fun y p => relu (S.at M A j y p)) w.heads - S.slope j * pre R w x M j := by
      rw [pre_shares, mul_comm (S.slope j), overHeads_mul]
      refine eq_sub_of_add_eq ((overHeads_add _ _ _).symm.trans (overHeads_congr fun A _ => ?_))
      rw [average_sub, average_mul, mul_comm (S.slope j)]
      exact sub_add_cancel _ _
    rw [e]
    refine sub_le_sub_right ?_ _
    rw [pre_shares]
    refine le_trans (relu_overHeads_le _ _) (overHeads_le fun A _ => ?_)
    exact relu_sum_le w.n_ctx fun p _ => attention_nonneg hn A p
  have terms : overHeads (fun A => average R w x A (S.neuron M m t A j)) w.heads =
      S.slope j * coefficient w M m t j * overHeads (fun A => average R w x A fun y p => keyRead R w A M.W_in y p j) w.heads
        - relu (-coefficient w M m t j) *
          overHeads (fun A => average R w x A fun y p => relu (S.at M A j y p) - S.slope j * S.at M A j y p) w.heads := by
    rw [mul_comm (S.slope j * _), overHeads_mul, mul_comm (relu _), overHeads_mul]
    refine eq_sub_of_add_eq ((overHeads_add _ _ _).symm.trans (overHeads_congr fun A _ => ?_))
    show average R w x A (fun y p => _ - _) + _ = _
    rw [average_sub, average_mul, average_mul, mul_comm (relu _)]
    exact (sub_add_cancel _ _).trans (mul_comm _ _)
  rw [mul_comm (relu _), terms]
  refine le_trans ?_ (coefficient_mul_relu (S.nonneg j) (S.le_one j) (coefficient w M m t j) (pre R w x M j))
  refine le_of_linear (mul_le_mul_of_nonneg_left convex (relu_nonneg (-coefficient w M m t j))) ?_
  rw [pre_eq hq]
  ring [S.slope j, coefficient w M m t j, ownPre R w M q j, relu (-coefficient w M m t j),
    overHeads (fun A => average R w x A fun y p => keyRead R w A M.W_in y p j) w.heads,
    overHeads (fun A => average R w x A fun y p => relu (S.at M A j y p) - S.slope j * S.at M A j y p) w.heads,
    relu (ownPre R w M q j + overHeads (fun A => average R w x A fun y p => keyRead R w A M.W_in y p j) w.heads)]

end

theorem neurons_none (h : w.mlp = none) (t : Nat) : neurons R w x t = 0 := by unfold neurons; rw [h]

theorem neurons_some {M : MLP} (h : w.mlp = some M) (t : Nat) :
    neurons R w x t = sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j t := by unfold neurons; rw [h]

/-- What a key adds to the margin of `m` over `t`, neurons aside. -/
def keyMargin (R : Type) [ExpField R] (w : Weights) (A : Head) (m t y p : Nat) : R :=
  keyRead R w A w.W_U y p m - keyRead R w A w.W_U y p t

theorem linear_margin (m t : Nat) : overHeads (fun A => average R w x A (keyMargin R w A m t)) w.heads =
    overHeads (fun A => average R w x A fun y p => keyRead R w A w.W_U y p m) w.heads
      - overHeads (fun A => average R w x A fun y p => keyRead R w A w.W_U y p t) w.heads := by
  refine eq_sub_of_add_eq ((overHeads_add _ _ _).symm.trans (overHeads_congr fun A _ => ?_))
  show average R w x A (fun y p => _ - _) + _ = _
  rw [average_sub]
  exact sub_add_cancel _ _

/-- **The margin of a model without MLP** is a constant of the query plus an average over keys for each head. -/
theorem margin_eq (hq : token x (w.n_ctx - 1) = q) (hM : w.mlp = none) (m t : Nat) :
    logit R w x m - logit R w x t =
      ownLogit R w q m - ownLogit R w q t + overHeads (fun A => average R w x A (keyMargin R w A m t)) w.heads := by
  rw [logit_eq hq, logit_eq hq, neurons_none hM, neurons_none hM, linear_margin]
  ring [ownLogit R w q m, ownLogit R w q t,
    overHeads (fun A => average R w x A fun y p => keyRead R w A w.W_U y p m) w.heads,
    overHeads (fun A => average R w x A fun y p => keyRead R w A w.W_U y p t) w.heads]

/-- What a key adds to the margin of `m` over `t`, neurons bounded from below. -/
def Slopes.keyMargin {M : MLP} (S : Slopes R w M q) (A : Head) (m t y p : Nat) : R :=
  Transformer.keyMargin R w A m t y p + sum M.d_mlp fun j => S.neuron M m t A j y p

/-- **The margin of a model with an MLP**, from below, for any slopes and shares. -/
theorem margin_ge {M : MLP} (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q) (hM : w.mlp = some M) (S : Slopes R w M q)
    (m t : Nat) : ownLogit R w q m - ownLogit R w q t + S.own M m t
      + overHeads (fun A => average R w x A (S.keyMargin A m t)) w.heads ≤ logit R w x m - logit R w x t := by
  have keys : overHeads (fun A => average R w x A (S.keyMargin A m t)) w.heads =
      overHeads (fun A => average R w x A (Transformer.keyMargin R w A m t)) w.heads +
        sum M.d_mlp fun j => overHeads (fun A => average R w x A (S.neuron M m t A j)) w.heads := by
    rw [← overHeads_sum, ← overHeads_add]
    refine overHeads_congr fun A _ => ?_
    show average R w x A (fun y p => _ + _) = _
    rw [average_add, average_sum]
  have neuron : S.own M m t + (sum M.d_mlp fun j => overHeads (fun A => average R w x A (S.neuron M m t A j)) w.heads) ≤
      neurons R w x m - neurons R w x t := by
    rw [neurons_some hM, neurons_some hM, ← sum_sub]
    unfold Slopes.own
    rw [← sum_add]
    refine sum_le_sum fun j hj => le_trans (S.neuron_le m t hn hq hj) (le_of_eq ?_)
    exact mul_sub _ _ _
  rw [keys, linear_margin]
  refine le_of_linear neuron ?_
  rw [logit_eq hq, logit_eq hq]
  ring [ownLogit R w q m, ownLogit R w q t, S.own M m t, neurons R w x m, neurons R w x t,
    sum M.d_mlp fun j => overHeads (fun A => average R w x A (S.neuron M m t A j)) w.heads,
    overHeads (fun A => average R w x A fun y p => keyRead R w A w.W_U y p m) w.heads,
    overHeads (fun A => average R w x A fun y p => keyRead R w A w.W_U y p t) w.heads]

/-- The split lemma: a margin is positive if each head's average has a lower bound, and these add up to more than
what they have to make good. -/
theorem margin_pos {d : Head → Nat → Nat → R} {D μ : R} {l : Head → R} (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q)
    (margin : D + overHeads (fun A => average R w x A (d A)) w.heads ≤ μ) (enough : 0 < D + overHeads l w.heads)
    (heads : ∀ A, A ∈ w.heads →
      0 ≤ sum w.n_ctx fun p => keyWeight R w A q (token x p) p * (d A (token x p) p - l A)) : 0 < μ :=
  lt_of_lt_of_le enough (le_trans (add_le_add_left (overHeads_le fun A hA => le_average hn hq (heads A hA)) D) margin)

end Transformer
end Compact
