prelude
import Compact.Counting.AtLeast
import Compact.Counting.Maximum
import Compact.Field.Sum
import Compact.Task.Max
import Compact.Task.Min
import Compact.Transformer.General.Cells
/-!
# Tokens counted from the other end: the smallest token is the largest

`Weights.reversed` is a model whose tokens are numbered the other way round: `v - 1` is `0`.  It does with an input what the model does
with the input whose tokens are so renumbered.  So what is proved of the reversed model and the largest token holds of the model and
the smallest (`minimum_of_reversed`), whatever strategy proved it, and with an MLP as without.
-/
namespace Compact
namespace Transformer

/-- A token counted from the other end; a number that is no token stays. -/
noncomputable def flip (v t : Nat) : Nat := Bool.rec (motive := fun _ => Nat) t (Nat.sub (Nat.pred v) t) (Nat.ble (Nat.succ t) v)

noncomputable section

/-- A matrix with its rows, or its columns, in the other order. -/
def flipRows (T : Tensor) (v c : Nat) : Tensor := ofCells T.bits v c fun i j => T.digit (flip v i) j
def flipColumns (T : Tensor) (r v : Nat) : Tensor := ofCells T.bits r v fun i j => T.digit i (flip v j)

/-- The model with its tokens in the other order. -/
def Weights.reversed (w : Weights) : Weights :=
  { w with
    W_E := flipRows w.W_E w.d_vocab w.d_model
    W_U := flipColumns w.W_U w.d_model w.d_vocab
    b_U := Option.rec (motive := fun _ => Option Tensor) none (fun T => some (flipColumns T 1 w.d_vocab)) w.b_U }

end

/-! ## Tokens -/

theorem flip_lt {v t : Nat} (h : t < v) : flip v t = v - 1 - t := by
  unfold flip
  rw [Nat.ble_eq_true_of_le (show Nat.succ t ≤ v from h)]
  rfl

theorem flip_ge {v t : Nat} (h : ¬t < v) : flip v t = t := by
  unfold flip
  rw [Bool.eq_false_of_ne_true fun e => h (Nat.le_of_ble_eq_true e)]

theorem flip_token {v t : Nat} (h : t < v) : flip v t < v := by
  rw [flip_lt h]
  exact Nat.lt_of_le_of_lt (Nat.sub_le _ _) (Nat.sub_lt (Nat.lt_of_le_of_lt (Nat.zero_le t) h) Nat.one_pos)

theorem flip_flip (v t : Nat) : flip v (flip v t) = t := by
  cases Nat.lt_or_ge t v with
  | inl h =>
    rw [flip_lt (flip_token h), flip_lt h]
    exact Nat.sub_sub_self (Nat.le_sub_of_add_le (b := 1) h)
  | inr h =>
    have h := Nat.not_lt_of_le h
    rw [flip_ge h, flip_ge h]

theorem flip_inj {v s t : Nat} (h : flip v s = flip v t) : s = t := by rw [← flip_flip v s, h, flip_flip]

theorem map_flip_flip (v : Nat) (x : List Nat) : (x.map (flip v)).map (flip v) = x := by
  induction x with
  | nil => rfl
  | cons t x ih => exact (congrArg (_ :: ·) ih).trans (congrArg (· :: x) (flip_flip v t))

theorem flip_le_flip {v s t : Nat} (h : s ≤ t) (ht : t < v) : flip v t ≤ flip v s := by
  rw [flip_lt ht, flip_lt (Nat.lt_of_le_of_lt h ht)]
  exact Nat.sub_le_sub_left h _

/-- The smallest token is one of the tokens, and at most each of them. -/
theorem minimum_mem (t : Nat) (x : List Nat) : minimum (t :: x) ∈ t :: x := by
  induction x generalizing t with
  | nil => exact List.Mem.head _
  | cons s x ih =>
    show Nat.min t (minimum (s :: x)) ∈ _
    cases Nat.le_total t (minimum (s :: x)) with
    | inl h => rw [show Nat.min t (minimum (s :: x)) = t from Nat.min_eq_left h]; exact List.Mem.head _
    | inr h =>
      rw [show Nat.min t (minimum (s :: x)) = minimum (s :: x) from Nat.min_eq_right h]
      exact List.Mem.tail t (ih s)

theorem minimum_le {t : Nat} {x : List Nat} (h : t ∈ x) : minimum x ≤ t := by
  induction x with
  | nil => exact nomatch h
  | cons a x ih =>
    cases x with
    | nil =>
      match h with
      | .head _ => exact Nat.le_refl _
    | cons b x =>
      show Nat.min a (minimum (b :: x)) ≤ t
      match h with
      | .head _ => exact Nat.min_le_left _ _
      | .tail _ h => exact Nat.le_trans (Nat.min_le_right _ _) (ih h)

/-- The largest token of the renumbered input is the smallest. -/
theorem maximum_map_flip {v : Nat} {x : List Nat} (some : x ≠ []) (lt : ∀ t, t ∈ x → t < v) :
    maximum (x.map (flip v)) = flip v (minimum x) := by
  have mem : minimum x ∈ x := match x, some with | t :: x, _ => minimum_mem t x
  refine maximum_eq (List.mem_map_of_mem mem) fun s hs => ?_
  match List.mem_map.mp hs with
  | ⟨t, ht, e⟩ => exact e ▸ flip_le_flip (minimum_le ht) (lt t ht)

/-! ## The forward pass -/

section
variable {R : Type} [ExpField R] {w : Weights} {x : List Nat}

/-- Entries of a tensor that is made of another's. -/
theorem entry_flip (T : Tensor) {r c : Nat} {f g : Nat → Nat} {i j : Nat} (hi : i < r) (hj : j < c) :
    entry R w.reversed (ofCells T.bits r c fun i j => T.digit (f i) (g j)) i j = entry R w T (f i) (g j) := by
  show (ofNat R ((ofCells T.bits r c fun i j => T.digit (f i) (g j)).digit i j) - _) / _ = (ofNat R (T.digit (f i) (g j)) - _) / _
  rw [digit_ofCells (f := fun i j => T.digit (f i) (g j)) (fun _ _ => Nat.mod_lt _ (Nat.two_pow_pos _)) hi hj]
  rfl

variable (hx : Valid w x)
include hx

theorem resid_reversed {p i : Nat} (hp : p < w.n_ctx) (hi : i < w.d_model) :
    resid R w.reversed (x.map (flip w.d_vocab)) p i = resid R w x p i := by
  have len : p < x.length := hx.left.symm ▸ hp
  have lt : token x p < w.d_vocab := hx.right _ (List.getD_mem 0 len)
  have e : token (x.map (flip w.d_vocab)) p = flip w.d_vocab (token x p) := List.getD_map len 0 0
  show entry R w.reversed w.reversed.W_E (token (x.map (flip w.d_vocab)) p) i + entry R w w.W_pos p i = _
  rw [e]
  refine congrArg (· + _) ((entry_flip w.W_E (f := flip w.d_vocab) (g := fun j => j) (flip_token lt) hi).trans ?_)
  rw [flip_flip]

theorem vector_reversed (W : Tensor) (b : Option Tensor) {p : Nat} (hp : p < w.n_ctx) (h : Nat) :
    vector R w.reversed (x.map (flip w.d_vocab)) W b p h = vector R w x W b p h :=
  congrArg (· + bias R w b h) (sum_congr fun i hi => congrArg (· * entry R w W i h) (resid_reversed hx hp hi))

variable (hn : 0 < w.n_ctx)
include hn

theorem score_reversed (A : Head) {p : Nat} (hp : p < w.n_ctx) :
    score R w.reversed (x.map (flip w.d_vocab)) A p = score R w x A p := by
  refine congrArg (· / _) (sum_congr fun h _ => ?_)
  show vector R w.reversed _ A.W_Q A.b_Q (w.n_ctx - 1) h * vector R w.reversed _ A.W_K A.b_K p h = _
  rw [vector_reversed hx A.W_Q A.b_Q (Nat.sub_lt hn Nat.one_pos) h, vector_reversed hx A.W_K A.b_K hp h]

theorem attention_reversed (A : Head) {p : Nat} (hp : p < w.n_ctx) :
    attention R w.reversed (x.map (flip w.d_vocab)) A p = attention R w x A p := by
  show exp (score R w.reversed _ A p) / (sum w.n_ctx fun p' => exp (score R w.reversed _ A p')) = _
  rw [score_reversed hx hn A hp]
  exact congrArg (_ / ·) (sum_congr fun p' hp' => congrArg exp (score_reversed hx hn A hp'))

theorem headOut_reversed (A : Head) (i : Nat) :
    headOut R w.reversed (x.map (flip w.d_vocab)) A i = headOut R w x A i := by
  refine sum_congr fun h _ => congrArg (· * entry R w A.W_O h i) (sum_congr fun p hp => ?_)
  show attention R w.reversed _ A p * vector R w.reversed _ A.W_V A.b_V p h = _
  rw [attention_reversed hx hn A hp, vector_reversed hx A.W_V A.b_V hp h]

theorem headsOut_reversed (i : Nat) (heads : List Head) :
    headsOut R w.reversed (x.map (flip w.d_vocab)) i heads = headsOut R w x i heads := by
  induction heads with
  | nil => rfl
  | cons A heads ih =>
    show headOut R w.reversed _ A i + headsOut R w.reversed _ i heads = headOut R w x A i + headsOut R w x i heads
    rw [headOut_reversed hx hn, ih]

theorem residMid_reversed {i : Nat} (hi : i < w.d_model) :
    residMid R w.reversed (x.map (flip w.d_vocab)) i = residMid R w x i := by
  show resid R w.reversed _ (w.n_ctx - 1) i + (headsOut R w.reversed _ i w.heads + bias R w w.b_O i) = _
  rw [resid_reversed hx (Nat.sub_lt hn Nat.one_pos) hi, headsOut_reversed hx hn]
  rfl

theorem residPost_reversed {i : Nat} (hi : i < w.d_model) :
    residPost R w.reversed (x.map (flip w.d_vocab)) i = residPost R w x i := by
  have mid {i : Nat} (hi : i < w.d_model) := residMid_reversed (R := R) hx hn hi
  unfold residPost
  have same : w.reversed.mlp = w.mlp := rfl
  rw [same]
  cases w.mlp with
  | none => exact mid hi
  | some M =>
    refine (congrArg (· + _) (mid hi)).trans (congrArg (_ + ·) (congrArg (· + bias R w M.b_out i) (sum_congr fun j _ => ?_)))
    refine congrArg (fun a => relu a * entry R w M.W_out j i) (congrArg (· + bias R w M.b_in j) (sum_congr fun k hk => ?_))
    exact congrArg (· * entry R w M.W_in k j) (mid hk)

/-- Logits are renumbered as tokens are. -/
theorem logit_reversed {t : Nat} (ht : t < w.d_vocab) :
    logit R w.reversed (x.map (flip w.d_vocab)) (flip w.d_vocab t) = logit R w x t := by
  have bias_eq : bias R w.reversed w.reversed.b_U (flip w.d_vocab t) = bias R w w.b_U t := by
    show bias R w.reversed (Option.rec (motive := fun _ => Option Tensor) none (fun T => some (flipColumns T 1 w.d_vocab)) w.b_U) _ = _
    cases w.b_U with
    | none => rfl
    | some T =>
      refine (entry_flip T (f := fun i => i) (g := flip w.d_vocab) Nat.one_pos (flip_token ht)).trans ?_
      rw [flip_flip]
      rfl
  show (sum w.d_model fun i => residPost R w.reversed _ i * entry R w.reversed w.reversed.W_U i (flip w.d_vocab t)) +
    bias R w.reversed w.reversed.b_U (flip w.d_vocab t) = _
  rw [bias_eq]
  refine congrArg (· + _) (sum_congr fun i hi => ?_)
  rw [residPost_reversed hx hn hi]
  refine congrArg (_ * ·) ((entry_flip w.W_U (f := fun i => i) (g := flip w.d_vocab) hi (flip_token ht)).trans ?_)
  rw [flip_flip]

end

/-- **What is proved of the reversed model and the largest token holds of the model and the smallest.** -/
theorem minimum_of_reversed (R : Type) [ExpField R] (w : Weights) {N : Nat} (hn : Nat.ble 1 w.n_ctx = true)
    (h : AtLeast N (Correct R maximum w.reversed)) : AtLeast N (Correct R minimum w) := by
  have hn : 0 < w.n_ctx := Nat.le_of_ble_eq_true hn
  refine AtLeast.map (f := List.map (flip w.d_vocab)) (fun x y e => ?_) (AtLeast.mono_pred (fun x hx => ?_) h)
  · rw [← map_flip_flip w.d_vocab x, e, map_flip_flip]
  · match hx with
    | ⟨valid, label, above⟩ =>
      have lt : ∀ t, t ∈ x → t < w.d_vocab := valid.right
      have hx' : Valid w (x.map (flip w.d_vocab)) := ⟨List.length_map.trans valid.left, fun t ht => by
        match List.mem_map.mp ht with
        | ⟨s, hs, e⟩ => exact e ▸ flip_token (lt s hs)⟩
      have some : x.map (flip w.d_vocab) ≠ [] := fun e => by
        have len := hx'.left
        rw [e] at len
        exact Nat.ne_of_lt hn len
      have max := maximum_map_flip some hx'.right
      rw [map_flip_flip] at max
      have min : minimum (x.map (flip w.d_vocab)) = flip w.d_vocab (maximum x) := by rw [max, flip_flip]
      have back {t : Nat} (ht : t < w.d_vocab) : logit R w (x.map (flip w.d_vocab)) t = logit R w.reversed x (flip w.d_vocab t) := by
        have e := logit_reversed (R := R) hx' hn ht
        rw [map_flip_flip] at e
        exact e.symm
      refine ⟨hx', min.symm ▸ flip_token label, fun t ht hne => ?_⟩
      rw [min] at hne ⊢
      rw [back ht, back (flip_token label), flip_flip]
      exact above _ (flip_token ht) fun e => hne (e ▸ (flip_flip w.d_vocab t).symm)

end Transformer
end Compact
