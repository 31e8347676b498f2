prelude
import Compact.Transformer.Strategy.NormedQuartic.Products
/-!
# Quartic for a model with norms: the keys of a query
-/
namespace Compact
namespace Transformer
namespace NormedQuartic
namespace Frame
open NormedBruteForce (Setup)
open NormedBruteForce.Setup (gather HeadTable HeadHolds Vectors atLeastAll residOf vectorOf of_gather of_atLeastAll)
variable {R : Type} [RootField R]

theorem score_holds {s : Setup} (S : s.Fair) {X : Ball} {z : R} (h : X.Holds (s.one * s.one) z) :
    (s.score X).Holds s.one (z / (ofNat R s.w.model.attn_scale / ofNat R (2 ^ s.w.model.scale_frac))) := by
  have A0 : ofNat R s.w.model.attn_scale ≠ 0 := ofNat_ne_zero S.scale
  have C0 : ofNat R (2 ^ s.w.model.scale_frac) ≠ 0 := ofNat_ne_zero (Nat.two_pow_pos _)
  have quotient_ne : ofNat R s.w.model.attn_scale / ofNat R (2 ^ s.w.model.scale_frac) ≠ 0 :=
    ne_of_gt (div_pos (ofNat_pos S.scale) (ofNat_pos (Nat.two_pow_pos _)))
  have whole : X.scale (2 ^ s.w.model.scale_frac) |>.Holds (s.one * s.one)
      (ofNat R s.w.model.attn_scale * (z / (ofNat R s.w.model.attn_scale / ofNat R (2 ^ s.w.model.scale_frac)))) :=
    (h.scale (2 ^ s.w.model.scale_frac)).of_eq (by
      have e := div_mul_cancel z quotient_ne
      have e' := div_mul_cancel (ofNat R s.w.model.attn_scale) C0
      generalize z / (ofNat R s.w.model.attn_scale / ofNat R (2 ^ s.w.model.scale_frac)) = y at e ⊢
      generalize ofNat R s.w.model.attn_scale / ofNat R (2 ^ s.w.model.scale_frac) = r at e e'
      rw [← e, ← e']
      ring [ofNat R (2 ^ s.w.model.scale_frac), y, r])
  have unit := whole.to_unit
  rw [Nat.mul_assoc] at unit
  exact unit.shrink (Nat.mul_pos S.one_pos S.scale)

variable {F : Frame} (fair : F.Fair)
include fair

/-- What the rows of all positions and tokens hold. -/
def RowsHold (R : Type) [RootField R] (F : Frame) (A : Head) (rows : List (List Nat)) : Prop :=
  ∀ p y, p < F.s.w.model.n_ctx → y < F.s.w.model.d_vocab →
    RowHolds F ((rows.getD p []).getD y 0) fun t => Normed.reads R F.s.w t (outAt R F.s A p y)

theorem Fair.of_withRows {A : Head} {T : HeadTable} (H : HeadHolds R F.s A T) {k : List (List Nat) → Bool}
    (h : F.withRows T (F.s.matrix F.s.w.model.W_U F.s.w.model.d_model F.s.w.model.d_vocab) k = true) : ∃ rows, k rows = true ∧ RowsHold R F A rows := by
  match of_gather (P := fun p row => ∀ y, y < F.s.w.model.d_vocab → RowHolds F (row.getD y 0) fun t => Normed.reads R F.s.w t (outAt R F.s A p y)) []
      (fun p hp k' h => ?_) h with
  | ⟨rows, h, _, each⟩ =>
    refine ⟨rows, h, fun p y hp hy => ?_⟩
    have e := each p hp
    rw [Nat.zero_add p] at e
    exact e y hy
  rw [Nat.zero_add] at h ⊢
  match of_gather (P := fun y N => RowHolds F N fun t => Normed.reads R F.s.w t (outAt R F.s A p y)) 0 (fun y hy k' h => ?_) h with
  | ⟨row, h, _, each⟩ =>
    refine ⟨row, h, fun y hy => ?_⟩
    have e := each y hy
    rw [Nat.zero_add y] at e
    exact e
  rw [Nat.zero_add] at h ⊢
  rw [Ball.forceList_eq, nth_eq, nth_eq, H.outs] at h
  have out := (fair.setup.affine (m := F.s.w.model.d_model) (H.values.get p y hp hy) A.W_O none).congr (g := outAt R F.s A p y) fun i _ => add_zero _
  match fair.of_withReads out h with
  | ⟨ys, h, reads⟩ => exact of_withRow reads h

theorem Fair.of_withOwn {q : Nat} {k : Nat → Bool}
    (h : F.withOwn (NormedBruteForce.Setup.biases F.s.finer F.s.w.model.b_O F.s.w.model.d_model)
      (F.s.matrix F.s.w.model.W_U F.s.w.model.d_model F.s.w.model.d_vocab) q k = true) :
    ∃ N, k N = true ∧ RowHolds F N fun t => Normed.reads R F.s.w t (ownAt R F.s q) := by
  unfold withOwn at h
  rw [Ball.forceList_eq] at h
  have b_O := fair.setup.biases (R := R) F.s.finer F.s.w.model.b_O F.s.w.model.d_model
  rw [← fair.setup.one] at b_O
  match fair.of_withReads ((fair.setup.residOf (R := R) (F.s.w.model.n_ctx - 1) q).addAll b_O) h with
  | ⟨ys, h, reads⟩ => exact of_withRow reads h

/-- What the matrices of keys hold: with each query the dot products with all keys of a position. -/
def ScorersHold (R : Type) [RootField R] (F : Frame) (A : Head) (scorers : List Ball.Rows) : Prop :=
  scorers.length = F.s.w.model.n_ctx ∧ ∀ p, p < F.s.w.model.n_ctx → ∀ (U : Nat) (xs : List Ball) (f : Nat → R),
    Ball.HoldsAll U xs F.s.w.model.d_head f → Ball.HoldsAll (U * F.s.one) ((scorers.getD p ⟨⟨[], 0, [], 0, 0⟩, 0⟩).times xs) F.s.w.model.d_vocab
      fun y => sum F.s.w.model.d_head fun h => f h * vectorOf R F.s A.W_K A.b_K p y h

omit fair in
theorem of_withScorers {A : Head} {T : HeadTable} (H : HeadHolds R F.s A T) {k : List Ball.Rows → Bool} (h : F.withScorers T k = true) :
    ∃ scorers, k scorers = true ∧ ScorersHold R F A scorers := by
  unfold withScorers at h
  rw [Nat.force_eq] at h
  match of_gather (P := fun p M => ∀ (U : Nat) (xs : List Ball) (f : Nat → R), Ball.HoldsAll U xs F.s.w.model.d_head f →
      Ball.HoldsAll (U * F.s.one) (M.times xs) F.s.w.model.d_vocab fun y => sum F.s.w.model.d_head fun h => f h * vectorOf R F.s A.W_K A.b_K p y h)
      (⟨⟨[], 0, [], 0, 0⟩, 0⟩ : Ball.Rows) (fun p hp k' h => ?_) h with
  | ⟨scorers, h, length, each⟩ =>
    refine ⟨scorers, h, length, fun p hp => ?_⟩
    have e := each p hp
    rw [Nat.zero_add p] at e
    exact e
  rw [Nat.zero_add] at h ⊢
  rw [nth_eq] at h
  have row := H.keys.row p hp
  match Ball.of_withCentres (g := fun y h => vectorOf R F.s A.W_K A.b_K p y h) (fun y hy => H.keys.get p y hp (row ▸ hy)) h with
  | ⟨M, h, all⟩ => exact ⟨M, h, fun U xs f hx => row ▸ all U xs f hx⟩

/-- What the keys of a query hold: `M` is subtracted from all scores. -/
def KeysHold (R : Type) [RootField R] (F : Frame) (A : Head) (q : Nat) (others : List (List Key)) (last : Key) (M : R) : Prop :=
  others.length = F.s.w.model.n_ctx - 1 ∧
    (∀ p, p < F.s.w.model.n_ctx - 1 → (others.getD p []).length = F.s.w.model.d_vocab ∧ ∀ y, y < F.s.w.model.d_vocab →
      KeyHolds F ((others.getD p []).getD y Key.none) (exp (keyScore R F.s A q p y - M)) (termAt R F.s A q p y)) ∧
    KeyHolds F last (exp (keyScore R F.s A q (F.s.w.model.n_ctx - 1) q - M)) (termAt R F.s A q (F.s.w.model.n_ctx - 1) q)

/-- What is known of a query. -/
structure QueryHolds (R : Type) [RootField R] (F : Frame) (A : Head) (q : Nat) (Q : Query) : Prop where
  keys : ∃ M : R, KeysHold R F A q Q.others Q.last M
  side : F.s.w.model.b_U ≠ none → SideHolds R F.s A q Q.side

theorem Fair.of_withQuery {A : Head} {T : HeadTable} (H : HeadHolds R F.s A T) {scorers : List Ball.Rows} (scorersHold : ScorersHold R F A scorers)
    {rows : List (List Nat)} (rowsHold : RowsHold R F A rows) {P : Products} (products : F.s.w.model.b_U ≠ none → ProductsHold R F.s A P) {q : Nat}
    (hq : q < F.s.w.model.d_vocab) {k : Query → Bool}
    (h : F.withQuery T scorers rows (NormedBruteForce.Setup.biases F.s.finer F.s.w.model.b_O F.s.w.model.d_model)
      (F.s.matrix F.s.w.model.W_U F.s.w.model.d_model F.s.w.model.d_vocab) P q k = true) : ∃ Q, k Q = true ∧ QueryHolds R F A q Q := by
  have S := fair.setup
  unfold withQuery at h
  rw [Nat.force_eq] at h
  match fair.of_withOwn (R := R) h with
  | ⟨own, h, ownHolds⟩ =>
    rw [Ball.forceRows_eq, Nat.force_eq, Nat.force_eq] at h
    generalize (fold (fun row ih => fold (fun (x : Ball) ih => Nat.add x.minus ih) ih row) 0 _) = b at h
    generalize (fold (fun row ih => fold (fun (x : Ball) ih => Nat.max (Nat.add (Nat.add x.plus x.radius) (Nat.sub b x.minus)) ih) ih row) 0 _) = a at h
    have large := Bool.and_left h
    have h := Bool.and_right h
    rw [Ball.forceRows_eq, Nat.force_eq] at h
    have rows_large (xs : List (List Ball)) (large : fold (fun row ih => atLeastAll a b row && ih) true xs = true) {i : Nat} (hi : i < xs.length) :
        atLeastAll a b (xs.getD i []) = true := by
      clear h
      induction xs generalizing i with
      | nil => exact absurd hi (Nat.not_lt_zero i)
      | cons x xs ih =>
        have large : (atLeastAll a b x && fold (fun row ih => atLeastAll a b row && ih) true xs) = true := large
        cases i with
        | zero => exact Bool.and_left large
        | succ i => exact ih (Bool.and_right large) (Nat.lt_of_succ_lt_succ hi)
    have e_holds {p y : Nat} (hp : p < F.s.w.model.n_ctx) (hy : y < F.s.w.model.d_vocab) :
        Ball.Holds (2 ^ F.s.c.prec) (nth Ball.zero (nth [] (mapFold (mapFold (Ball.expBelow F.s.c.form F.s.error F.s.one a b))
          (mapFold (fun M : Ball.Rows => mapFold F.s.score (M.times (nth [] T.queries q))) scorers)) p) y)
          (exp (keyScore R F.s A q p y - (ofNat R a - ofNat R b) / ofNat R F.s.one)) := by
      have len : (mapFold (fun M : Ball.Rows => mapFold F.s.score (M.times (nth [] T.queries q))) scorers).length = F.s.w.model.n_ctx :=
        (length_mapFold _ _).trans scorersHold.left
      have big := rows_large _ large (len.symm ▸ hp)
      have products := scorersHold.right p hp _ _ _ (H.queries q hq)
      rw [nth_eq, nth_eq, getD_mapFold _ _ (len.symm ▸ hp) []]
      rw [getD_mapFold _ scorers (scorersHold.left.symm ▸ hp) ⟨⟨[], 0, [], 0, 0⟩, 0⟩] at big ⊢
      rw [nth_eq] at big ⊢
      have row : (mapFold F.s.score ((scorers.getD p ⟨⟨[], 0, [], 0, 0⟩, 0⟩).times (T.queries.getD q []))).length = F.s.w.model.d_vocab :=
        (length_mapFold _ _).trans products.length
      have bigger := of_atLeastAll big (row.symm ▸ hy)
      rw [getD_mapFold _ _ (row.symm ▸ hy) Ball.zero]
      rw [getD_mapFold _ _ (products.length.symm ▸ hy) Ball.zero] at bigger ⊢
      rw [S.error]
      exact (score_holds S (products.get y hy)).expBelow S.fit S.one_pos bigger
    have last : F.s.w.model.n_ctx - 1 < F.s.w.model.n_ctx := Nat.sub_lt S.n_ctx Nat.one_pos
    have row {p y : Nat} (hp : p < F.s.w.model.n_ctx) (hy : y < F.s.w.model.d_vocab) :
        RowHolds F (nth 0 (nth [] rows p) y) fun t => Normed.reads R F.s.w t (outAt R F.s A p y) := by
      rw [nth_eq, nth_eq]
      exact rowsHold p y hp hy
    match of_withKey (e_holds last hq) (exp_nonneg _) ownHolds (row last hq) h with
    | ⟨lastKey, h, lastHolds⟩ =>
      match of_gather (P := fun p keys => keys.length = F.s.w.model.d_vocab ∧ ∀ y, y < F.s.w.model.d_vocab → KeyHolds F (keys.getD y Key.none)
          (exp (keyScore R F.s A q p y - (ofNat R a - ofNat R b) / ofNat R F.s.one)) (termAt R F.s A q p y)) [] (fun p hp k' h => ?_) h with
      | ⟨others, h, length, each⟩ =>
        have each (p : Nat) (hp : p < F.s.w.model.n_ctx - 1) := Nat.zero_add p ▸ each p hp
        have all : ∃ M : R, KeysHold R F A q others lastKey M := ⟨_, length, each, lastHolds⟩
        cases e : F.s.w.model.b_U with
        | none =>
          rw [e] at h
          exact ⟨⟨others, lastKey, ⟨[], []⟩⟩, h, all, fun some => absurd e some⟩
        | some b =>
          rw [e] at h
          match fair.of_withSide (products (ne_none e)) h with
          | ⟨side, h, sideHolds⟩ => exact ⟨⟨others, lastKey, side⟩, h, all, fun _ => sideHolds⟩
      rw [Nat.zero_add] at h ⊢
      match of_gather (P := fun y K => KeyHolds F K (exp (keyScore R F.s A q p y - (ofNat R a - ofNat R b) / ofNat R F.s.one))
          (termAt R F.s A q p y)) Key.none (fun y hy k' h => ?_) h with
      | ⟨keys, h, length, each⟩ =>
        refine ⟨keys, h, length, fun y hy => ?_⟩
        have e := each y hy
        rw [Nat.zero_add y] at e
        exact e
      rw [Nat.zero_add] at h ⊢
      have hp' := Nat.lt_trans hp last
      exact of_withKey (e_holds hp' hy) (exp_nonneg _) ownHolds (row hp' hy) h

end Frame
end NormedQuartic
end Transformer
end Compact
