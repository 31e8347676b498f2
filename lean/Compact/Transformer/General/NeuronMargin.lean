prelude
import Compact.Transformer.General.Neurons
/-!
# The margin of a model with one head and an MLP, from below, as one average over keys

Each neuron before its ReLU is an average over keys (`u`); so is what a model without its neurons adds.  A neuron enters by its part of
slope `α`; what is left of it is convex, so an average bounds it from above (`margin_ge_keys`).  Slopes are free.
-/
namespace Compact
namespace Transformer

section
variable {R : Type} [ExpField R] {w : Weights} {B : Nat} {M : MLP} {x : List Nat} {q : Nat}

/-- What one neuron, which is `u` at a key, adds to a margin there if its coefficient is `c`. -/
def atKey (α c u : R) : R := α * c * u - relu (-c) * (relu u - α * u)

/-- An average of a neuron's parts is at most what the neuron adds. -/
theorem average_atKey_le (hn : 0 < w.n_ctx) (A : Head) {α : R} (h0 : 0 ≤ α) (h1 : α ≤ 1) (c : R) (u : Nat → Nat → R) :
    (average R w x A fun y p => atKey α c (u y p)) ≤ c * relu (average R w x A u) := by
  have convex : relu (average R w x A u) ≤ average R w x A fun y p => relu (u y p) :=
    relu_sum_le w.n_ctx (u := fun p => u (token x p) p) fun p _ => attention_nonneg hn A p
  have parts : (average R w x A fun y p => atKey α c (u y p)) =
      α * c * average R w x A u - relu (-c) * ((average R w x A fun y p => relu (u y p)) - α * average R w x A u) := by
    unfold atKey
    rw [average_sub, average_mul, average_mul, average_sub, average_mul]
  rw [parts]
  refine le_trans (sub_le_sub_left (mul_le_mul_of_nonneg_left (sub_le_sub_right convex _) (relu_nonneg (-c))) _) ?_
  exact coefficient_mul_relu h0 h1 c (average R w x A u)

/-- What a key adds to the margin of `m` over `t`, in the numbers of the plain model of the only head. -/
noncomputable def keyBound (R : Type) [ExpField R] (w : Weights) (B : Nat) (M : MLP) (α : Nat → R) (u : Nat → Nat → Nat → R)
    (q m t y p : Nat) : R :=
  EU R ((w.linear B M).headAt (B + 1) 0) q m - EU R ((w.linear B M).headAt (B + 1) 0) q t +
    (plainRead R ((w.linear B M).headAt (B + 1) 0) y p m - plainRead R ((w.linear B M).headAt (B + 1) 0) y p t) +
    sum M.d_mlp fun j => atKey (α j) (coefficient w M m t j) (u j y p)

/-- **The margin of a model with one head and an MLP**, from below, for any slopes. -/
theorem margin_ge_keys (F : M.Fit w B) (hx : Valid w x) (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q) (hM : w.mlp = some M)
    (one : w.heads.length = 1) (fit : (w.linear B M).Fit (B + 1) (w.headNo 0)) {α : Nat → R} (h0 : ∀ j, 0 ≤ α j) (h1 : ∀ j, α j ≤ 1)
    {u : Nat → Nat → Nat → R} (hu : ∀ j, j < M.d_mlp → pre R w x M j = average R w x (w.headNo 0) (u j)) {m t : Nat}
    (hm : m < w.d_vocab) (ht : t < w.d_vocab) :
    average R w x (w.headNo 0) (keyBound R w B M α u q m t) ≤ logit R w x m - logit R w x t := by
  have single {i : Nat} (hi : i < w.heads.length) : i = 0 := Nat.eq_zero_of_lt_one (one ▸ hi)
  have linear := margin_headAt (R := R) (w := w.linear B M) (B := B + 1) hx hn hq rfl (one.symm ▸ Nat.one_pos)
    (fun i hi => by rw [single hi]; exact fit) hm ht
  have length : (w.linear B M).heads.length = 1 := one
  rw [length, sum_one] at linear
  have linear : logit R (w.linear B M) x m - logit R (w.linear B M) x t =
    EU R ((w.linear B M).headAt (B + 1) 0) q m - EU R ((w.linear B M).headAt (B + 1) 0) q t +
      average R w x (w.headNo 0) fun y p => plainRead R ((w.linear B M).headAt (B + 1) 0) y p m -
        plainRead R ((w.linear B M).headAt (B + 1) 0) y p t := linear
  have keys : average R w x (w.headNo 0) (keyBound R w B M α u q m t) =
      logit R (w.linear B M) x m - logit R (w.linear B M) x t +
        sum M.d_mlp fun j => average R w x (w.headNo 0) fun y p => atKey (α j) (coefficient w M m t j) (u j y p) := by
    unfold keyBound
    rw [average_add, average_add, average_const hn, average_sum, linear]
  have neurons : (sum M.d_mlp fun j => average R w x (w.headNo 0) fun y p => atKey (α j) (coefficient w M m t j) (u j y p)) ≤
      (sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j m) - sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j t := by
    rw [← sum_sub]
    refine sum_le_sum fun j hj => ?_
    rw [← mul_sub, mul_comm (relu _), hu j hj]
    exact average_atKey_le hn (w.headNo 0) (h0 j) (h1 j) (coefficient w M m t j) (u j)
  rw [keys, logit_linear F hq hM, logit_linear F hq hM]
  exact le_of_linear neurons (gather _ _ _ _ _)
where
  gather (a b c d s : R) : a + c - (b + d) + s = a - b + s + (c - d) := by ring [a, b, c, d, s]

/-- A neuron at a key: the query's own part, and what is read off there; the last output is zero. -/
noncomputable def keyPre (R : Type) [ExpField R] (w : Weights) (B : Nat) (M : MLP) (q k t y p : Nat) : R :=
  EU R ((w.reads B M k).headAt (B + 1) 0) q t - EU R ((w.reads B M k).headAt (B + 1) 0) q (w.d_vocab - 1) +
    (plainRead R ((w.reads B M k).headAt (B + 1) 0) y p t - plainRead R ((w.reads B M k).headAt (B + 1) 0) y p (w.d_vocab - 1))

/-- A neuron is the average of what it is at the keys. -/
theorem pre_eq_average (F : M.Fit w B) (hx : Valid w x) (hn : 0 < w.n_ctx) (hq : token x (w.n_ctx - 1) = q)
    (one : w.heads.length = 1) {k t : Nat} (fit : (w.reads B M k).Fit (B + 1) (w.headNo 0)) (ht : t + 1 < w.d_vocab)
    (hj : k + t < M.d_mlp) : pre R w x M (k + t) = average R w x (w.headNo 0) (keyPre R w B M q k t) := by
  have single {i : Nat} (hi : i < w.heads.length) : i = 0 := Nat.eq_zero_of_lt_one (one ▸ hi)
  have hv : 0 < w.d_vocab := Nat.lt_of_le_of_lt (Nat.zero_le _) ht
  have hz : w.d_vocab - 1 + 1 = w.d_vocab := Nat.sub_add_cancel hv
  have reads := margin_headAt (R := R) (w := w.reads B M k) (B := B + 1) hx hn hq rfl (one.symm ▸ Nat.one_pos)
    (fun i hi => by rw [single hi]; exact fit) (m := t) (t := w.d_vocab - 1) (Nat.lt_of_succ_lt ht) (Nat.sub_lt hv Nat.one_pos)
  have length : (w.reads B M k).heads.length = 1 := one
  rw [length, sum_one, logit_reads F ht hj, logit_reads_last F hz, sub_zero] at reads
  have keys : average R w x (w.headNo 0) (keyPre R w B M q k t) =
      EU R ((w.reads B M k).headAt (B + 1) 0) q t - EU R ((w.reads B M k).headAt (B + 1) 0) q (w.d_vocab - 1) +
        average R w x (w.headNo 0) fun y p => plainRead R ((w.reads B M k).headAt (B + 1) 0) y p t -
          plainRead R ((w.reads B M k).headAt (B + 1) 0) y p (w.d_vocab - 1) := by
    unfold keyPre
    rw [average_add, average_const hn]
  rw [keys]
  exact reads

end
end Transformer
end Compact
