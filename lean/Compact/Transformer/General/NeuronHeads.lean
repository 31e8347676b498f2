prelude
import Compact.Transformer.General.Alone
/-!
# The margin of a model with several heads and an MLP, from below, as one average over keys for each head

A neuron before its ReLU is a number of the query and, for each head, an average over keys.  The number is shared among the heads, in any
way (`share`); then what is left of the ReLU beside its slope is at most a sum of averages (`relu_heads_le`), and so the margin is at least the direct path, the
slopes' part of the query's own numbers, and for each head an average over keys (`margin_ge_heads`).
-/
namespace Compact
namespace Transformer

section
variable {R : Type} [ExpField R] {w : Weights} {x : List Nat} {q : Nat}

theorem relu_sum_of_le (n : Nat) {f g : Nat → R} (h : ∀ i, i < n → relu (f i) ≤ g i) : relu (sum n f) ≤ sum n g := by
  induction n with
  | zero => exact le_of_eq relu_zero
  | succ n ih =>
    refine le_trans (relu_add_le _ _) ?_
    exact le_trans (add_le_add_left (h n (Nat.lt_succ_self n)) _) (add_le_add_right (ih fun i hi => h i (Nat.lt_succ_of_lt hi)) _)

/-- What is left of the ReLU of `s + u` beside its slope. -/
noncomputable def leftOver (α s u : R) : R := relu (s + u) - α * (s + u)

/-- What a head adds to a margin at a key by one neuron that is `u` there; `s` is the head's share of the neuron's own number. -/
noncomputable def sharedKey (α c s u : R) : R := α * c * u - relu (-c) * leftOver α s u

/-- **One neuron**, shared among the heads. -/
theorem shared_le (hn : 0 < w.n_ctx) (H : Nat) {α : R} (h0 : 0 ≤ α) (h1 : α ≤ 1) (c own : R) (heads : Nat → Head) (u : Nat → Nat → Nat → R)
    {share : Nat → R} (shares : sum H share = own) {pre : R} (hpre : pre = own + sum H fun i => average R w x (heads i) (u i)) :
    α * c * own + (sum H fun i => average R w x (heads i) fun y p => sharedKey α c (share i) (u i y p)) ≤ c * relu pre := by
  have parts : pre = sum H fun i => average R w x (heads i) fun y p => share i + u i y p := by
    rw [hpre, ← shares, ← sum_add]
    exact sum_congr fun i _ => by rw [average_add, average_const hn]
  have convex : relu pre ≤ sum H fun i => average R w x (heads i) fun y p => relu (share i + u i y p) := by
    rw [parts]
    exact relu_sum_of_le H fun i _ => relu_sum_le w.n_ctx (u := fun p => share i + u i (token x p) p) fun p _ => attention_nonneg hn (heads i) p
  have left : (sum H fun i => average R w x (heads i) fun y p => leftOver α (share i) (u i y p)) =
      (sum H fun i => average R w x (heads i) fun y p => relu (share i + u i y p)) - α * pre := by
    have e : α * pre = sum H fun i => α * average R w x (heads i) fun y p => share i + u i y p := by rw [parts, mul_sum]
    rw [e, ← sum_sub]
    refine sum_congr fun i _ => ?_
    unfold leftOver
    rw [average_sub, average_mul]
  have keys : (sum H fun i => average R w x (heads i) fun y p => sharedKey α c (share i) (u i y p)) =
      α * c * (sum H fun i => average R w x (heads i) (u i)) -
        relu (-c) * sum H fun i => average R w x (heads i) fun y p => leftOver α (share i) (u i y p) := by
    rw [mul_sum, mul_sum, ← sum_sub]
    refine sum_congr fun i _ => ?_
    unfold sharedKey
    rw [average_sub, average_mul, average_mul]
  rw [keys, left]
  refine le_trans ?_ (coefficient_mul_relu h0 h1 c pre)
  have bound := mul_le_mul_of_nonneg_left (sub_le_sub_right convex (α * pre)) (relu_nonneg (-c))
  refine le_of_linear bound ?_
  have e : α * c * pre = α * c * own + α * c * sum H fun i => average R w x (heads i) (u i) := by rw [hpre, mul_add]
  rw [e]
  generalize (sum H fun i => average R w x (heads i) fun y p => relu (share i + u i y p)) = S
  generalize (sum H fun i => average R w x (heads i) (u i)) = A
  ring [α * c * own, α * c * A, relu (-c) * (relu pre - α * pre), relu (-c) * (S - α * pre)]

variable {B : Nat} {M : MLP}

/-- The MLP of head `i` alone: `b_out` is head 0's. -/
noncomputable def MLP.alone (M : MLP) (i : Nat) : MLP := { M with b_out := Bool.rec (motive := fun _ => Option Tensor) none M.b_out (Nat.beq i 0) }

/-- Head `i` alone, with the MLP; `b_O` is head 0's. -/
noncomputable def Weights.solo (w : Weights) (M : MLP) (i : Nat) : Weights :=
  { w with heads := [w.headNo i], b_O := Bool.rec (motive := fun _ => Option Tensor) none w.b_O (Nat.beq i 0), mlp := some (M.alone i) }

/-- Head `i` alone, as a plain model: without the neurons; with neurons as outputs. -/
noncomputable def soloHead (w : Weights) (B : Nat) (M : MLP) (i : Nat) : Compact.Weights := ((w.solo M i).linear B (M.alone i)).headAt (B + 1) 0
noncomputable def soloReads (w : Weights) (B : Nat) (M : MLP) (i k : Nat) : Compact.Weights := ((w.solo M i).reads B (M.alone i) k).headAt (B + 1) 0

theorem bias_none (w : Weights) (k : Nat) : bias R w none k = 0 := rfl

/-- The model without its neurons. -/
theorem linear_margin_solo (F : ∀ i, i < w.heads.length → (M.alone i).Fit (w.solo M i) B) (hx : Valid w x) (hn : 0 < w.n_ctx)
    (hq : token x (w.n_ctx - 1) = q) (some : 0 < w.heads.length)
    (fit : ∀ i, i < w.heads.length → ((w.solo M i).linear B (M.alone i)).Fit (B + 1) (w.headNo i)) {m t : Nat} (hm : m < w.d_vocab) (ht : t < w.d_vocab) :
    logit R (w.linear B M) x m - logit R (w.linear B M) x t = EU R (soloHead w B M 0) q m - EU R (soloHead w B M 0) q t +
      sum w.heads.length fun i => average R w x (w.headNo i) (readDiff R (soloHead w B M i) m t) := by
  refine margin_alone (R := R) (w := w.linear B M) (B := B + 1) (q := q) hx hn hq rfl some
    (b := fun i => Option.some (outBias (w.solo M i) B (M.alone i))) rfl (fun i hi k hk => ?_) fit hm ht
  refine (bias_outBias (R := R) (F (i + 1) hi) hk).trans ?_
  show bias R w none k + bias R w none k = 0
  rw [bias_none, add_zero]

/-- A model with neurons as outputs. -/
theorem reads_margin_solo (hx : Valid w x) (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q) (some : 0 < w.heads.length) {k : Nat}
    (fit : ∀ i, i < w.heads.length → ((w.solo M i).reads B (M.alone i) k).Fit (B + 1) (w.headNo i)) {m t : Nat} (hm : m < w.d_vocab)
    (ht : t < w.d_vocab) :
    logit R (w.reads B M k) x m - logit R (w.reads B M k) x t = EU R (soloReads w B M 0 k) q m - EU R (soloReads w B M 0 k) q t +
      sum w.heads.length fun i => average R w x (w.headNo i) (readDiff R (soloReads w B M i k) m t) :=
  margin_alone (R := R) (w := w.reads B M k) (B := B + 1) (q := q) hx hn hq rfl some
    (b := fun i => Bool.rec (motive := fun _ => Option Tensor) none w.b_O (Nat.beq i 0)) rfl (fun _ _ _ _ => rfl) fit hm ht

/-- What a key adds to the margin of `m` over `t` by head `i`. -/
noncomputable def headKey (R : Type) [ExpField R] (w : Weights) (B : Nat) (M : MLP) (α : Nat → R) (share : Nat → R) (u : Nat → Nat → Nat → R)
    (i m t y p : Nat) : R :=
  readDiff R (soloHead w B M i) m t y p + sum M.d_mlp fun j => sharedKey (α j) (coefficient w M m t j) (share j) (u j y p)

/-- **The margin of a model with several heads and an MLP**, from below, for any slopes and shares. -/
theorem margin_ge_heads (F : M.Fit w B) (Fs : ∀ i, i < w.heads.length → (M.alone i).Fit (w.solo M i) B) (hx : Valid w x) (hn : 0 < w.n_ctx)
    (hq : token x (w.n_ctx - 1) = q) (hM : w.mlp = some M) (some : 0 < w.heads.length)
    (fit : ∀ i, i < w.heads.length → ((w.solo M i).linear B (M.alone i)).Fit (B + 1) (w.headNo i))
    {α : Nat → R} (h0 : ∀ j, 0 ≤ α j) (h1 : ∀ j, α j ≤ 1) {own : Nat → R} {share : Nat → Nat → R} {u : Nat → Nat → Nat → Nat → R}
    (shares : ∀ j, j < M.d_mlp → (sum w.heads.length fun i => share i j) = own j)
    (hu : ∀ j, j < M.d_mlp → pre R w x M j = own j + sum w.heads.length fun i => average R w x (w.headNo i) (u i j))
    {m t : Nat} (hm : m < w.d_vocab) (ht : t < w.d_vocab) :
    EU R (soloHead w B M 0) q m - EU R (soloHead w B M 0) q t + (sum M.d_mlp fun j => α j * coefficient w M m t j * own j) +
        (sum w.heads.length fun i => average R w x (w.headNo i) (headKey R w B M α (share i) (u i) i m t)) ≤
      logit R w x m - logit R w x t := by
  have linear := linear_margin_solo (R := R) Fs hx hn hq some fit hm ht
  have keys : (sum w.heads.length fun i => average R w x (w.headNo i) (headKey R w B M α (share i) (u i) i m t)) =
      (sum w.heads.length fun i => average R w x (w.headNo i) (readDiff R (soloHead w B M i) m t)) +
        sum M.d_mlp fun j => sum w.heads.length fun i => average R w x (w.headNo i) fun y p =>
          sharedKey (α j) (coefficient w M m t j) (share i j) (u i j y p) := by
    rw [sum_comm M.d_mlp, ← sum_add]
    refine sum_congr fun i _ => ?_
    unfold headKey
    rw [average_add, average_sum]
  have neurons : ((sum M.d_mlp fun j => α j * coefficient w M m t j * own j) + sum M.d_mlp fun j => sum w.heads.length fun i =>
        average R w x (w.headNo i) fun y p => sharedKey (α j) (coefficient w M m t j) (share i j) (u i j y p)) ≤
      (sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j m) - sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j t := by
    rw [← sum_add, ← sum_sub]
    refine sum_le_sum fun j hj => ?_
    rw [← mul_sub, mul_comm (relu _)]
    exact shared_le hn w.heads.length (h0 j) (h1 j) (coefficient w M m t j) (own j) w.headNo (fun i => u i j) (shares j hj) (hu j hj)
  rw [keys, logit_linear F hq hM, logit_linear F hq hM]
  exact le_of_linear (add_le_add neurons (le_of_eq linear.symm)) (gather _ _ _ _ _ _ _ _ _)
where
  gather (a b e s k l n c d : R) : l + c - (n + d) + (s + k + (a - b + e)) = a - b + s + (e + k) + (c - d + (l - n)) := by
    ring [a, b, e, s, k, l, n, c, d]

end
end Transformer
end Compact
