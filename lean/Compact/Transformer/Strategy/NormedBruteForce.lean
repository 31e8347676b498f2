prelude
import Compact.Task.First
import Compact.Task.Last
import Compact.Task.Lookup
import Compact.Task.Min
import Compact.Transformer.Strategy.NormedBruteForce.Softmax
/-!
# Strategy: brute force, for a model with norms, is sound

`sound`: for any weights, any epsilon, any task and any certificate, if `check` evaluates to `true`, the model answers at least
`bound` inputs correctly.
-/
namespace Compact
namespace Transformer
namespace NormedBruteForce
namespace Setup
variable {R : Type} [RootField R] {s : Setup} (S : s.Fair)

/-! ## Reading tables at the tokens of an input -/

theorem length_pick {α β : Type} (F : Nat → α → β) {x : List Nat} {rows : List α} (h : x.length = rows.length) :
    (foldZip (fun t row ih => F t row :: ih) [] x rows).length = x.length := length_foldZip F h

theorem getD_pick {α β : Type} (F : Nat → α → β) {x : List Nat} {rows : List α} {p : Nat} (hx : p < x.length) (hr : p < rows.length) (a : α) (b : β) :
    (foldZip (fun t row ih => F t row :: ih) [] x rows).getD p b = F (token x p) (rows.getD p a) := getD_foldZip F hx hr 0 a b

section
variable {x : List Nat} (hx : Valid s.w.model x)
include hx

theorem token_lt {p : Nat} (hp : p < s.w.model.n_ctx) : token x p < s.w.model.d_vocab :=
  hx.right _ (List.getD_mem 0 (hx.left.symm ▸ hp))

include S

/-! ## A head -/

section
variable {q : Nat} (hq : token x (s.w.model.n_ctx - 1) = q) {A : Head} {T : HeadTable} (H : HeadHolds R s A T)
include hq H

theorem Fair.scores : Ball.HoldsAll s.one (s.scores T q x) s.w.model.n_ctx (Normed.score R s.w x A) := by
  have L : x.length = T.keys.length := hx.left.trans H.keys.length.symm
  unfold Setup.scores
  refine ⟨(length_pick (fun t row => s.score (Ball.dot (nth [] T.queries q) (nth [] row t))) L).trans hx.left, fun p hp => ?_⟩
  rw [getD_pick (fun t row => s.score (Ball.dot (nth [] T.queries q) (nth [] row t))) (hx.left.symm ▸ hp) (H.keys.length.symm ▸ hp) [] Ball.zero,
    nth_eq, nth_eq]
  have hqv : q < s.w.model.d_vocab := hq ▸ token_lt hx (Nat.sub_lt S.n_ctx Nat.one_pos)
  have dot := (H.queries q hqv).dot (H.keys.get p (token x p) hp (token_lt hx hp))
  have A0 : ofNat R s.w.model.attn_scale ≠ 0 := ofNat_ne_zero S.scale
  have C0 : ofNat R (2 ^ s.w.model.scale_frac) ≠ 0 := ofNat_ne_zero (Nat.two_pow_pos _)
  have whole : Ball.Holds (s.one * s.one) _ (ofNat R s.w.model.attn_scale * Normed.score R s.w x A p) :=
    (dot.scale (2 ^ s.w.model.scale_frac)).of_eq (by
      show _ = ofNat R s.w.model.attn_scale *
        ((sum s.w.model.d_head fun h => vectorOf R s A.W_Q A.b_Q (s.w.model.n_ctx - 1) (token x (s.w.model.n_ctx - 1)) h *
          vectorOf R s A.W_K A.b_K p (token x p) h) / (ofNat R s.w.model.attn_scale / ofNat R (2 ^ s.w.model.scale_frac)))
      rw [hq]
      generalize (sum s.w.model.d_head fun h => vectorOf R s A.W_Q A.b_Q (s.w.model.n_ctx - 1) q h * vectorOf R s A.W_K A.b_K p (token x p) h) = z
      refine (mul_left_cancel C0 ?_).symm
      have quotient_ne : ofNat R s.w.model.attn_scale / ofNat R (2 ^ s.w.model.scale_frac) ≠ 0 :=
        ne_of_gt (div_pos (ofNat_pos S.scale) (ofNat_pos (Nat.two_pow_pos _)))
      have e := div_mul_cancel z quotient_ne
      have e' := div_mul_cancel (ofNat R s.w.model.attn_scale) C0
      generalize z / (ofNat R s.w.model.attn_scale / ofNat R (2 ^ s.w.model.scale_frac)) = y at e ⊢
      generalize ofNat R s.w.model.attn_scale / ofNat R (2 ^ s.w.model.scale_frac) = r at e e'
      rw [← e, ← e']
      ring [ofNat R (2 ^ s.w.model.scale_frac), y, r])
  have unit := whole.to_unit
  rw [Nat.mul_assoc] at unit
  exact unit.shrink (Nat.mul_pos S.one_pos S.scale)

omit S hq in
theorem values_holds {p : Nat} (hp : p < s.w.model.n_ctx) :
    Ball.HoldsAll s.one ((values T x).getD p []) s.w.model.d_head (Normed.vector R s.w x A.W_V A.b_V p) := by
  unfold values
  rw [getD_pick (fun t row => nth [] row t) (hx.left.symm ▸ hp) (H.values.length.symm ▸ hp) [] [], nth_eq]
  exact H.values.get p (token x p) hp (token_lt hx hp)

theorem Fair.of_withHeadOut {k : List Ball → Bool} (h : s.withHeadOut q x T k = true) :
    ∃ out, k out = true ∧ Ball.HoldsAll s.one out s.w.model.d_model (Normed.headOut R s.w x A) := by
  unfold withHeadOut at h
  rw [Ball.forceList_eq] at h
  match S.of_withSoftmax (S.scores hx hq H) h with
  | ⟨attention, h, holds⟩ =>
    rw [Ball.forceRows_eq, Ball.forceList_eq, Ball.forceList_eq, H.outs] at h
    have length : (values T x).length = s.w.model.n_ctx :=
      (length_pick (fun t row => nth [] row t) (hx.left.trans H.values.length.symm)).trans hx.left
    have mixed : Ball.HoldsAll s.one (Ball.table (fun h => Ball.shrink s.one (Ball.dot attention (Ball.column h (values T x)))) s.w.model.d_head 0)
        s.w.model.d_head (Normed.mixed R s.w x A) :=
      Ball.HoldsAll.table fun j hj => (holds.dot (Ball.HoldsAll.column length fun p hp => (values_holds hx H hp).get j hj)).shrink S.one_pos
    exact ⟨_, h, (S.affine mixed A.W_O none).congr fun i _ => add_zero _⟩

end

theorem Fair.of_withHeadsOut {q : Nat} (hq : token x (s.w.model.n_ctx - 1) = q) {heads : List Head} {Ts : List HeadTable}
    (H : Together (HeadHolds R s) heads Ts) {k : List Ball → Bool} (h : s.withHeadsOut q x Ts k = true) :
    ∃ out, k out = true ∧ Ball.HoldsAll s.one out s.w.model.d_model fun i => Normed.headsOut R s.w x i heads := by
  induction heads generalizing Ts k with
  | nil =>
    match Ts, H with
    | [], _ => exact ⟨_, h, Ball.HoldsAll.table fun _ _ => Ball.holds_zero _⟩
  | cons A heads ih =>
    match Ts, H with
    | T :: Ts, H =>
      have h : s.withHeadOut q x T (fun out => s.withHeadsOut q x Ts fun rest => Ball.forceList (Ball.addAll out rest) k) = true := h
      match S.of_withHeadOut hx hq H.left h with
      | ⟨out, h, first⟩ => match ih H.right h with
        | ⟨rest, h, later⟩ =>
          rw [Ball.forceList_eq] at h
          exact ⟨_, h, first.addAll later⟩

/-! ## After attention -/

omit hx in
theorem Fair.of_withPost {mid : List Ball} (hmid : Ball.HoldsAll s.one mid s.w.model.d_model (Normed.residMid R s.w x)) {k : List Ball → Bool}
    (h : s.withPost (Option.rec none (fun M => some (s.mlpTable M)) s.w.model.mlp) mid k = true) :
    ∃ post, k post = true ∧ Ball.HoldsAll s.one post s.w.model.d_model (Normed.residPost R s.w x) := by
  unfold Normed.residPost
  cases e : s.w.model.mlp with
  | none =>
    rw [e] at h
    exact ⟨mid, h, hmid⟩
  | some M =>
    rw [e] at h
    have h : s.withNorm mid (fun ln => Ball.forceList (mapFold Ball.relu (s.affine (s.mlpTable M).ins (s.mlpTable M).b_in ln)) fun acts =>
      Ball.forceList (Ball.addAll mid (s.affine (s.mlpTable M).outs (s.mlpTable M).b_out acts)) k) = true := h
    match S.of_withNorm hmid h with
    | ⟨ln, h, norm⟩ =>
      rw [Ball.forceList_eq, Ball.forceList_eq] at h
      have pre := S.affine (m := M.d_mlp) norm M.W_in M.b_in
      have acts : Ball.HoldsAll s.one _ M.d_mlp fun j => relu (Normed.pre R s.w x M j) := pre.map fun j hj => (pre.get j hj).relu
      exact ⟨_, h, hmid.addAll (S.affine acts M.W_out M.b_out)⟩

omit S hx in
theorem of_ahead {m : Nat} {logits : List Ball} {n : Nat} {f : Nat → R} (hl : Ball.HoldsAll s.one logits n f) (hm : m < n)
    (h : ahead m logits = true) {t : Nat} (ht : t < n) (hne : t ≠ m) : f t < f m := by
  unfold ahead at h
  rw [Ball.force_eq, nth_eq] at h
  have go (top : Ball) (xs : List Ball) (i j : Nat) (hj : j < xs.length) (hne : i + j ≠ m)
      (h : fold (fun x ih i => (Nat.beq i m || x.below top) && ih (Nat.succ i)) (fun _ => true) xs i = true) :
      (xs.getD j Ball.zero).below top = true := by
    induction xs generalizing i j with
    | nil => exact absurd hj (Nat.not_lt_zero j)
    | cons x xs ih =>
      have h : ((Nat.beq i m || x.below top) && fold (fun x ih i => (Nat.beq i m || x.below top) && ih (Nat.succ i)) (fun _ => true) xs (i + 1)) = true := h
      cases j with
      | zero => exact (Bool.or_cases (Bool.and_left h)).elim (fun e => absurd (Nat.eq_of_beq_eq_true _ _ e) hne) id
      | succ j =>
        refine ih (i + 1) j (Nat.lt_of_succ_lt_succ hj) ?_ (Bool.and_right h)
        rw [Nat.add_right_comm]
        exact hne
  exact Ball.lt_of_below (hl.get t ht) (hl.get m hm) (go _ logits 0 t (hl.length.symm ▸ ht) (by rw [Nat.zero_add]; exact hne) h)

end

/-! ## Counting -/

/-- All that is known besides inputs. -/
structure Knows (R : Type) [RootField R] (s : Setup) (K : Known) : Prop where
  heads : Together (HeadHolds R s) s.w.model.heads K.heads
  mlp : K.mlp = Option.rec none (fun M => some (s.mlpTable M)) s.w.model.mlp
  b_O : K.b_O = biases s.finer s.w.model.b_O s.w.model.d_model
  unembed : K.unembed = s.matrix s.w.model.W_U s.w.model.d_model s.w.model.d_vocab
  b_U : K.b_U = biases s.one s.w.model.b_U s.w.model.d_vocab

include S
variable {K : Known} (KH : Knows R s K) {label : List Nat → Nat}
include KH

/-- An input that passes is answered correctly. -/
theorem Fair.correct_of_passes {x : List Nat} (hx : Valid s.w.model x) {q : Nat} (hq : token x (s.w.model.n_ctx - 1) = q)
    (pass : s.passes label K q x = true) : Normed.Correct R label s.w x := by
  unfold passes at pass
  rw [Nat.force_eq] at pass
  have hm : label x < s.w.model.d_vocab := Nat.le_of_ble_eq_true (Bool.and_left pass)
  refine ⟨hx, hm, ?_⟩
  match S.of_withHeadsOut hx hq KH.heads (Bool.and_right pass) with
  | ⟨heads, h, H⟩ =>
    rw [Ball.forceList_eq, KH.b_O, KH.mlp] at h
    have b_O := S.biases (R := R) s.finer s.w.model.b_O s.w.model.d_model
    rw [← S.one] at b_O
    have mid : Ball.HoldsAll s.one _ s.w.model.d_model (Normed.residMid R s.w x) := (S.resid hq).addAll (H.addAll b_O)
    match S.of_withPost mid h with
    | ⟨post, h, P⟩ => match S.of_withNorm P h with
      | ⟨ln, h, N⟩ =>
        rw [Ball.forceList_eq, KH.unembed, KH.b_U] at h
        exact fun t ht hne => of_ahead (S.affine N s.w.model.W_U s.w.model.b_U) hm h ht hne

/-- The inputs that pass are answered correctly. -/
theorem Fair.count_sound : AtLeast (s.count label K) (Normed.Correct R label s.w) := by
  have step_eq (t : Nat) (x : List Nat) (k : List Nat → Nat) : step t x k = k (t :: x) := Nat.force_eq t fun t => k (t :: x)
  unfold count
  refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
  rw [Nat.force_eq]
  refine AtLeast.append_query q (AtLeast.countTreeCps step_eq fun y hlen hlt pass => ?_)
  have hn : s.w.model.n_ctx - 1 + 1 = s.w.model.n_ctx := Nat.sub_add_cancel S.n_ctx
  have hx : Valid s.w.model (y ++ [q]) := by
    refine ⟨by rw [List.length_append, hlen]; exact hn, fun t ht => ?_⟩
    match List.mem_append.mp ht with
    | .inl ht => exact hlt t ht
    | .inr (.head _) => exact hq
  have hlen : y.length = s.w.model.n_ctx - 1 := hlen
  rw [foldr_cons y q] at pass
  exact S.correct_of_passes KH hx (hlen ▸ token_last y q) pass
where
  foldr_cons (y : List Nat) (q : Nat) : y.foldr (· :: ·) [q] = y ++ [q] := by
    induction y with
    | nil => rfl
    | cons t y ih => exact congrArg (t :: ·) ih
  token_last (y : List Nat) (q : Nat) : token (y ++ [q]) y.length = q := by
    induction y with
    | nil => rfl
    | cons t y ih => exact ih

omit KH in
/-- As many inputs as the certificate claims are answered correctly, if as many pass. -/
theorem Fair.enough_sound (h : s.enough label = true) : AtLeast s.c.bound (Normed.Correct R label s.w) := by
  unfold enough at h
  match S.of_withNorms (R := R) h with
  | ⟨norms, h, N⟩ => match S.of_withHeads N h with
    | ⟨heads, h, H⟩ =>
      rw [withMlp_eq, Ball.forceList_eq, Ball.Matrix.force_eq, Ball.forceList_eq] at h
      have K : Knows R s ⟨heads, Option.rec none (fun M => some (s.mlpTable M)) s.w.model.mlp, Setup.biases s.finer s.w.model.b_O s.w.model.d_model,
        s.matrix s.w.model.W_U s.w.model.d_model s.w.model.d_vocab, Setup.biases s.one s.w.model.b_U s.w.model.d_vocab⟩ := ⟨H, rfl, rfl, rfl, rfl⟩
      exact AtLeast.weaken (Nat.le_of_ble_eq_true h) (S.count_sound K)

end Setup

/-- **Brute force is sound**: for any task, any weights, any epsilon and any certificate, if the check evaluates to `true`, the model answers
at least `c.bound` inputs correctly. -/
theorem sound (R : Type) [RootField R] (w : Normed.Weights) (c : Certificate) {label : List Nat → Nat} (h : check label w c = true) :
    AtLeast c.bound (Normed.Correct R label w) := by
  have first := Bool.and_left h
  have later := Bool.and_right h
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at later
  refine Setup.Fair.enough_sound (s := ⟨w, c, 2 ^ w.model.frac, 2 ^ c.extra, 2 ^ w.model.frac * 2 ^ c.extra, c.form.error⟩)
    ⟨rfl, Nat.two_pow_pos _, rfl, ?_, ?_, ?_, ?_, ?_, rfl⟩ later
  · exact Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left first))
  · exact Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left first))
  · exact Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right first))
  · exact Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right first)))
  · exact Bool.and_right (Bool.and_right (Bool.and_right first))

end NormedBruteForce
end Transformer
end Compact
