prelude
import Compact.Transformer.Strategy.NormedBruteForce.Norm
/-!
# Brute force for a model with norms: tables

What does not depend on the input: normed vectors, queries, keys and values, weights in balls.
-/
namespace Compact
namespace Transformer
namespace NormedBruteForce
namespace Setup
variable {R : Type} [RootField R]

/-! ## Lists made in continuation-passing style -/

theorem of_gather {α : Type} {f : Nat → (α → Bool) → Bool} {P : Nat → α → Prop} {n i : Nat} {k : List α → Bool} (d : α)
    (each : ∀ j, j < n → ∀ k', f (i + j) k' = true → ∃ a, k' a = true ∧ P (i + j) a) (h : gather f n i k = true) :
    ∃ as, k as = true ∧ as.length = n ∧ ∀ j, j < n → P (i + j) (as.getD j d) := by
  induction n generalizing i k with
  | zero => exact ⟨[], h, rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | succ n ih =>
    have h : (Nat.force i fun i => f i fun a => gather f n (i + 1) fun rest => k (a :: rest)) = true := h
    rw [Nat.force_eq] at h
    match each 0 (Nat.zero_lt_succ n) _ h with
    | ⟨a, h, first⟩ =>
      match ih (fun j hj k' => by
          have e := each (j + 1) (Nat.succ_lt_succ hj) k'
          rw [← Nat.add_assoc, Nat.add_right_comm] at e
          exact e) h with
      | ⟨rest, h, length, later⟩ =>
        refine ⟨a :: rest, h, congrArg Nat.succ length, fun j hj => ?_⟩
        cases j with
        | zero => exact first
        | succ j =>
          have l := later j (Nat.lt_of_succ_lt_succ hj)
          rw [Nat.add_right_comm] at l
          exact l

/-- Two lists belong together, entry by entry. -/
def Together {α β : Type} (P : α → β → Prop) : List α → List β → Prop
  | [], [] => True
  | a :: as, b :: bs => P a b ∧ Together P as bs
  | _, _ => False

/-! ## Normed vectors -/

/-- The residual stream at the position `p` with the token `t`, in the words of the statement. -/
def residOf (R : Type) [RootField R] (s : Setup) (p t i : Nat) : R := entry R s.w.model s.w.model.W_E t i + entry R s.w.model s.w.model.W_pos p i

/-- What a table of vectors of `m` entries by position and token holds. -/
structure Vectors (s : Setup) (table : List (List (List Ball))) (m : Nat) (f : Nat → Nat → Nat → R) : Prop where
  length : table.length = s.w.model.n_ctx
  row (p : Nat) : p < s.w.model.n_ctx → (table.getD p []).length = s.w.model.d_vocab
  get (p t : Nat) : p < s.w.model.n_ctx → t < s.w.model.d_vocab → Ball.HoldsAll s.one ((table.getD p []).getD t []) m (f p t)

variable {s : Setup} (S : s.Fair)
include S

theorem Fair.residOf (p t : Nat) : Ball.HoldsAll s.one (s.resid p t) s.w.model.d_model (Setup.residOf R s p t) := by
  rw [resid_eq]
  refine Ball.HoldsAll.table fun i _ => ?_
  rw [S.one]
  exact (((S.weight _ _ i).add (S.weight _ p i)).scale s.finer).to_unit

theorem Fair.of_withNorms {k : List (List (List Ball)) → Bool} (h : s.withNorms k = true) :
    ∃ norms, k norms = true ∧ Vectors s norms s.w.model.d_model fun p t => Normed.norm R s.w (Setup.residOf R s p t) := by
  match of_gather (P := fun p row => row.length = s.w.model.d_vocab ∧ ∀ t, t < s.w.model.d_vocab →
      Ball.HoldsAll s.one (row.getD t []) s.w.model.d_model (Normed.norm R s.w (Setup.residOf R s p t))) [] (fun p _ k' h => ?_) h with
  | ⟨norms, h, length, each⟩ =>
    have each (p : Nat) (hp : p < s.w.model.n_ctx) := Nat.zero_add p ▸ each p hp
    exact ⟨norms, h, length, fun p hp => (each p hp).left, fun p t hp ht => (each p hp).right t ht⟩
  match of_gather (P := fun t row => Ball.HoldsAll s.one row s.w.model.d_model (Normed.norm R s.w (Setup.residOf R s (0 + p) t))) []
      (fun t _ k' h => ?_) h with
  | ⟨row, h, length, each⟩ =>
    refine ⟨row, h, length, fun t ht => ?_⟩
    have e := each t ht
    rw [Nat.zero_add t] at e
    exact e
  rw [Ball.forceList_eq] at h
  exact S.of_withNorm (S.residOf (0 + p) (0 + t)) h

/-! ## Heads -/

/-- A vector of a head at the position `p` with the token `t`. -/
noncomputable def vectorOf (R : Type) [RootField R] (s : Setup) (W : Tensor) (b : Option Tensor) (p t h : Nat) : R :=
  (sum s.w.model.d_model fun i => Normed.norm R s.w (Setup.residOf R s p t) i * entry R s.w.model W i h) + bias R s.w.model b h

omit S in
theorem withVectors_eq (norms : List (List (List Ball))) (W : Tensor) (b : Option Tensor) (k : List (List (List Ball)) → Bool) :
    s.withVectors norms W b k = k (mapFold (mapFold (s.affine (s.matrix W s.w.model.d_model s.w.model.d_head)
      (Setup.biases s.one b s.w.model.d_head))) norms) := by
  unfold withVectors
  rw [Ball.Matrix.force_eq, Ball.forceList_eq, Ball.forceTables_eq]

/-- What the table of a head holds. -/
structure HeadHolds (R : Type) [RootField R] (s : Setup) (A : Head) (T : HeadTable) : Prop where
  queries (t : Nat) : t < s.w.model.d_vocab → Ball.HoldsAll s.one (T.queries.getD t []) s.w.model.d_head
    (vectorOf R s A.W_Q A.b_Q (s.w.model.n_ctx - 1) t)
  keys : Vectors s T.keys s.w.model.d_head (vectorOf R s A.W_K A.b_K)
  values : Vectors s T.values s.w.model.d_head (vectorOf R s A.W_V A.b_V)
  outs : T.outs = s.matrix A.W_O s.w.model.d_head s.w.model.d_model

theorem Fair.vectors {norms : List (List (List Ball))} (N : Vectors s norms s.w.model.d_model fun p t => Normed.norm R s.w (Setup.residOf R s p t))
    (W : Tensor) (b : Option Tensor) : Vectors s (mapFold (mapFold (s.affine (s.matrix W s.w.model.d_model s.w.model.d_head)
      (Setup.biases s.one b s.w.model.d_head))) norms) s.w.model.d_head (vectorOf R s W b) := by
  refine ⟨(length_mapFold _ _).trans N.length, fun p hp => ?_, fun p t hp ht => ?_⟩
  · rw [getD_mapFold _ norms (N.length.symm ▸ hp) []]
    exact (length_mapFold _ _).trans (N.row p hp)
  · rw [getD_mapFold _ norms (N.length.symm ▸ hp) [], getD_mapFold _ _ ((N.row p hp).symm ▸ ht) []]
    exact S.affine (N.get p t hp ht) W b

theorem Fair.of_withHead {norms : List (List (List Ball))} (N : Vectors s norms s.w.model.d_model fun p t => Normed.norm R s.w (Setup.residOf R s p t))
    {A : Head} {k : HeadTable → Bool} (h : s.withHead norms A k = true) : ∃ T, k T = true ∧ HeadHolds R s A T := by
  unfold withHead at h
  rw [withVectors_eq, withVectors_eq, withVectors_eq, Ball.Matrix.force_eq, nth_eq, nth_eq] at h
  refine ⟨_, h, fun t ht => ?_, S.vectors N A.W_K A.b_K, S.vectors N A.W_V A.b_V, rfl⟩
  have last : s.w.model.n_ctx - 1 < s.w.model.n_ctx := Nat.sub_lt S.n_ctx Nat.one_pos
  show Ball.HoldsAll s.one ((mapFold (s.affine _ _) (norms.getD (s.w.model.n_ctx - 1) [])).getD t []) _ _
  rw [getD_mapFold _ _ ((N.row _ last).symm ▸ ht) []]
  exact S.affine (N.get _ t last ht) A.W_Q A.b_Q

theorem Fair.of_withHeads {norms : List (List (List Ball))} (N : Vectors s norms s.w.model.d_model fun p t => Normed.norm R s.w (Setup.residOf R s p t))
    {heads : List Head} {k : List HeadTable → Bool} (h : s.withHeads norms heads k = true) :
    ∃ Ts, k Ts = true ∧ Together (HeadHolds R s) heads Ts := by
  induction heads generalizing k with
  | nil => exact ⟨[], h, trivial⟩
  | cons A heads ih =>
    have h : s.withHead norms A (fun T => s.withHeads norms heads fun rest => k (T :: rest)) = true := h
    match S.of_withHead N h with
    | ⟨T, h, first⟩ => match ih h with
      | ⟨rest, h, later⟩ => exact ⟨T :: rest, h, first, later⟩

/-! ## The MLP -/

/-- What the table of an MLP is. -/
noncomputable def mlpTable (s : Setup) (M : MLP) : MlpTable :=
  ⟨s.matrix M.W_in s.w.model.d_model M.d_mlp, biases s.one M.b_in M.d_mlp, s.matrix M.W_out M.d_mlp s.w.model.d_model,
    biases s.one M.b_out s.w.model.d_model⟩

omit S in
theorem withMlp_eq (M : Option MLP) (k : Option MlpTable → Bool) : s.withMlp M k = k (Option.rec none (fun M => some (s.mlpTable M)) M) := by
  cases M with
  | none => rfl
  | some M =>
    show Ball.Matrix.force _ (fun ins => Ball.forceList _ fun b_in => Ball.Matrix.force _ fun outs => Ball.forceList _ fun b_out =>
      k (some ⟨ins, b_in, outs, b_out⟩)) = _
    rw [Ball.Matrix.force_eq, Ball.forceList_eq, Ball.Matrix.force_eq, Ball.forceList_eq]
    rfl

end Setup
end NormedBruteForce
end Transformer
end Compact
