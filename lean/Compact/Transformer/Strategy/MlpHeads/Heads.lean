prelude
import Compact.Transformer.Strategy.MlpHeads.Shares
/-!
# All heads, for one query and one maximum

What the check evaluates head after head, and what each head then shows (`seen_of_head`).
-/
namespace Compact
namespace Transformer
namespace MlpHeads
open HeadsBruteForce (HeadTables TablesOf)
open HeadsQuartic (HeadsTables total_pack)
open MlpQuartic (Env AtMax Setting envOf slope lanesFor placesOf placeOf placeOf_lt plainTables blockTables plainRow units smallParams neuronBlocks mlpOf inputsOf
  lanesOfAll lanesOf above rowsAlong getD_rowsAlong length_rowsAlong withMaxima_eq of_withParts withLanes_eq)
open MlpBruteForce (neuronRows ranges withNeuronRows_eq withPart_eq)

/-! ## Lists of heads -/

theorem fold_eq_total {α : Type} (f : α → Nat) (none : α) (xs : List α) :
    fold (fun x ih => Nat.add (f x) ih) 0 xs = total xs.length fun i => f (xs.getD i none) := by
  induction xs with
  | nil => rfl
  | cons x xs ih =>
    rw [show (x :: xs).length = xs.length + 1 from rfl, total_succ']
    exact congrArg (f x + ·) ih

theorem of_headsOk {mask one tops q parts : Nat} {hs : List HeadAt} (h : headsOk mask one tops q parts hs = true) {i : Nat} (hi : i < hs.length) :
    headOk mask one tops q parts (hs.getD i HeadAt.none) = true := by
  induction hs generalizing i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons a hs ih =>
    have h : (headOk mask one tops q parts a && headsOk mask one tops q parts hs) = true := h
    cases i with
    | zero => exact Bool.and_left h
    | succ i => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hi)

theorem of_withAltered (S : HeadsTables) (G : Common) (H one tops m lo ownUp ownDown : Nat) (ups downs : List Nat) (states : List HeadState) (i : Nat) :
    ∃ alts : List Tables, (∀ K, withAltered S G H one tops m lo ownUp ownDown ups downs states i K = K alts) ∧ alts.length = states.length ∧
      ∀ j, j < states.length → alts.getD j HeadAt.none.t = altered (S.at (i + j)) one tops
        (rowsAlong (tokenRow G (states.getD j HeadState.none).env ((states.getD j HeadState.none).maxima.getD (m - lo) AtMax.none)
            (shareOf H ownUp ups downs (i + j)) (shareOf H ownDown downs ups (i + j)))
          ((states.getD j HeadState.none).maxima.getD (m - lo) AtMax.none).token (states.getD j HeadState.none).env.tokUp (states.getD j HeadState.none).env.tokDown)
        ((states.getD j HeadState.none).maxima.getD (m - lo) AtMax.none).pos ((states.getD j HeadState.none).maxima.getD (m - lo) AtMax.none).last := by
  induction states generalizing i with
  | nil => exact ⟨[], fun _ => rfl, rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | cons s states ih =>
    match ih (i + 1) with
    | ⟨rest, e, length, each⟩ =>
      refine ⟨altered (S.at i) one tops
        (rowsAlong (tokenRow G s.env (s.maxima.getD (m - lo) AtMax.none) (shareOf H ownUp ups downs i) (shareOf H ownDown downs ups i))
          (s.maxima.getD (m - lo) AtMax.none).token s.env.tokUp s.env.tokDown)
        (s.maxima.getD (m - lo) AtMax.none).pos (s.maxima.getD (m - lo) AtMax.none).last :: rest, fun K => ?_, congrArg Nat.succ length, fun j hj => ?_⟩
      · show (Nat.force i fun i => Nat.force (shareOf H ownUp ups downs i) fun op => Nat.force (shareOf H ownDown downs ups i) fun on =>
          forceList (rowsAlong (tokenRow G s.env (nth AtMax.none s.maxima (Nat.sub m lo)) op on) (nth AtMax.none s.maxima (Nat.sub m lo)).token s.env.tokUp
            s.env.tokDown) fun toks =>
          withAltered S G H one tops m lo ownUp ownDown ups downs states (Nat.succ i) fun rest =>
            K (altered (S.at i) one tops toks (nth AtMax.none s.maxima (Nat.sub m lo)).pos (nth AtMax.none s.maxima (Nat.sub m lo)).last :: rest)) = _
        rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, nth_eq, e]
        rfl
      · cases j with
        | zero => rfl
        | succ j =>
          have one := each j (Nat.lt_of_succ_lt_succ hj)
          rw [Nat.add_assoc, Nat.add_comm 1] at one
          exact one

theorem of_withHeads (one q m k shares margin : Nat) (alts : List Tables) (i extra : Nat) :
    ∃ hs : List HeadAt, (∀ K, withHeads one q m k shares margin alts i extra K = K hs) ∧ hs.length = alts.length ∧ ∀ j, j < alts.length →
      (hs.getD j HeadAt.none).t = alts.getD j HeadAt.none.t ∧
      (hs.getD j HeadAt.none).P = HeadPair.of (hs.getD j HeadAt.none).t q m (hs.getD j HeadAt.none).D := by
  induction alts generalizing i extra with
  | nil => exact ⟨[], fun _ => rfl, rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | cons t alts ih =>
    match ih (i + 1) 0 with
    | ⟨rest, e, length, each⟩ =>
      refine ⟨⟨t, HeadsQuartic.rowOf t one m k (readLane k shares i) margin extra,
        HeadPair.of t q m (HeadsQuartic.rowOf t one m k (readLane k shares i) margin extra)⟩ :: rest, fun K => ?_, congrArg Nat.succ length, fun j hj => ?_⟩
      · show (Nat.force i fun i => Nat.force (HeadsQuartic.rowOf t one m k (readLane k shares i) margin extra) fun D => (HeadPair.of t q m D).force fun P =>
          withHeads one q m k shares margin alts (Nat.succ i) 0 fun rest => K (⟨t, D, P⟩ :: rest)) = _
        rw [Nat.force_eq, Nat.force_eq, HeadPair.force_eq]
        exact e _
      · cases j with
        | zero => exact ⟨rfl, rfl⟩
        | succ j => exact each j (Nat.lt_of_succ_lt_succ hj)

theorem of_withStates (slopes : List Nat) (lo : Nat) {envs : List HeadEnv} (sound : ∀ i, i < envs.length → (envs.getD i HeadEnv.none).E.Sound) :
    ∃ states : List HeadState, (∀ K, withStates slopes lo envs K = K states) ∧ states.length = envs.length ∧ ∀ i, i < envs.length →
      states.getD i HeadState.none = ⟨envs.getD i HeadEnv.none, List.tabulateFrom lo ((envs.getD i HeadEnv.none).E.v - lo)
        fun m => (envs.getD i HeadEnv.none).E.atMax (slopes.getD m 0) m⟩ := by
  induction envs with
  | nil => exact ⟨[], fun _ => rfl, rfl, fun i hi => absurd hi (Nat.not_lt_zero i)⟩
  | cons e envs ih =>
    match ih fun i hi => sound (i + 1) (Nat.succ_lt_succ hi) with
    | ⟨rest, k, length, each⟩ =>
      refine ⟨⟨e, List.tabulateFrom lo (e.E.v - lo) fun m => e.E.atMax (slopes.getD m 0) m⟩ :: rest, fun K => ?_, congrArg Nat.succ length, fun i hi => ?_⟩
      · show (e.E.withMaxima slopes (Nat.sub e.E.v lo) lo fun maxima => withStates slopes lo envs fun rest => K (⟨e, maxima⟩ :: rest)) = _
        have first : e.E.Sound := sound 0 (Nat.zero_lt_succ _)
        rw [withMaxima_eq first]
        exact k _
      · cases i with
        | zero => rfl
        | succ i => exact each i (Nat.lt_of_succ_lt_succ hi)

/-! ## One query and one maximum -/

/-- What is known of all heads. -/
structure AllHeads (w : Weights) (M : MLP) (c : Params) (B l cut blocks : Nat) (T : HeadsTables) (head : Nat → HeadTables) (neurons : Nat → List HeadTables) :
    Prop where
  mlp : w.mlp = some M
  some : 0 < w.heads.length
  fit : M.Fit w B
  setting (i : Nat) : i < w.heads.length → Setting (w.solo M i) (M.alone i) c B T.bits l T.n cut T.width blocks (head i) (neurons i)
  wide : c.width + 7 ≤ l
  room : (w.heads.length + 2) * 2 ^ c.width + 3 ≤ 7 * 2 ^ c.width
  describe (i : Nat) : i < w.heads.length → (T.at i).Describe (plainTables (w.solo M i) B (M.alone i) c)
  v_eq : T.v = w.d_vocab
  n_pos : 1 ≤ T.n

theorem fit_alone {w : Weights} {M : MLP} {B : Nat} (F : M.Fit w B) (i : Nat) : (M.alone i).Fit (w.solo M i) B := by
  cases i with
  | zero => exact ⟨F.pos, F.W_in, F.b_in, F.b_out, F.b_O⟩
  | succ i => exact ⟨F.pos, F.W_in, F.b_in, (fun T e => nomatch e), (fun T e => nomatch e)⟩

section
variable {w : Weights} {M : MLP} {c : Params} {B l cut blocks : Nat} {T : HeadsTables} {head : Nat → HeadTables} {neurons : Nat → List HeadTables}
  (A : AllHeads w M c B l cut blocks T head neurons)
include A

theorem AllHeads.two : 2 ≤ w.d_vocab := (A.setting 0 A.some).two
theorem AllHeads.ctx : w.n_ctx = T.n + 1 := (A.setting 0 A.some).ctx
theorem AllHeads.bits_pos : 0 < T.bits := (A.setting 0 A.some).L_pos
theorem AllHeads.width_lt : T.width < T.bits := Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.succ_pos 2)) (A.setting 0 A.some).wide

omit A in
/-- Units are the same for all heads. -/
theorem units_eq (R : Type) [ExpField R] (i : Nat) : units R (w.solo M i) B (M.alone i) c = units R (w.solo M 0) B (M.alone 0) c := rfl

omit A in
/-- What rounding may cost in all heads. -/
theorem covers : w.heads.length * lossOf w M cut + 3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) + 2 ^ cut ≤
    2 ^ cut * ((w.heads.length + 1) * (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4)) := by
  unfold lossOf
  generalize 3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) = e
  generalize w.heads.length = H
  have le := (MlpQuartic.rounded (2 ^ cut) e (Nat.two_pow_pos cut)).right
  generalize e / 2 ^ cut = f at le ⊢
  generalize 2 ^ cut = S at le ⊢
  refine Nat.le_trans (Nat.le_of_eq (?_ : _ = (H + 1) * e + (2 * H + 1) * S)) (Nat.le_trans (Nat.add_le_add (Nat.mul_le_mul_left (H + 1) le)
    (Nat.mul_le_mul_right S (?_ : 2 * H + 1 ≤ 3 * (H + 1)))) (Nat.le_of_eq ?_))
  · ring [H, e, S]
  · refine Nat.le_of_linear (Nat.zero_le (H + 2)) ?_
    ring [H]
  · ring [H, e, S, f]

/-- What is known of a head's numbers of one query and one maximum. -/
theorem seen_of_head (R : Type) [ExpField R] {parts X : Nat} (parts_pos : 0 < parts) (count : (T.v + 1) ^ T.n < X) (slopes : Nat) {q m : Nat}
    (hm : m < w.d_vocab) (hq : q ≤ m) {i : Nat} (hi : i < w.heads.length) {mine other : Nat} {op on : Nat → Nat} (hop : Fits w M c l mine op)
    (hon : Fits w M c l other on) {share : Nat → R}
    (near : ∀ j, j < M.d_mlp → Near (units R (w.solo M i) B (M.alone i) c) (share j) (op (placeOf (lanesFor l w.d_vocab) j)) (on (placeOf (lanesFor l w.d_vocab) j)))
    {h : HeadAt} (ht : h.t = altered (T.at i) (ones T.bits w.d_vocab) (2 ^ (T.bits - 1) * ones T.bits w.d_vocab)
      (rowsAlong (tokenRow (commonOf w M c l) (envAt w M c (T.at i) l cut i (head i) (neurons i))
          ((envOf (w.solo M i) (M.alone i) c (T.at i) l cut (head i) (neurons i)).atMax slopes m) mine other)
        ((envOf (w.solo M i) (M.alone i) c (T.at i) l cut (head i) (neurons i)).atMax slopes m).token
        (envAt w M c (T.at i) l cut i (head i) (neurons i)).tokUp (envAt w M c (T.at i) l cut i (head i) (neurons i)).tokDown)
      ((envOf (w.solo M i) (M.alone i) c (T.at i) l cut (head i) (neurons i)).atMax slopes m).pos
      ((envOf (w.solo M i) (M.alone i) c (T.at i) l cut (head i) (neurons i)).atMax slopes m).last)
    (hP : h.P = HeadPair.of h.t q m h.D)
    (ok : headOk ((2 ^ T.width - 1) * ones T.bits w.d_vocab) (ones T.bits w.d_vocab) (2 ^ (T.bits - 1) * ones T.bits w.d_vocab) q parts h = true) :
    Seen R (fun x => lastToken x = q → Shows R w i q m (ofNat R (2 ^ (2 * w.frac)) * units R (w.solo M i) B (M.alone i) c)
        (headKey R w B M (fun j => ofNat R (slope slopes j)) share (fun j => readAt R w B M i j) i m)
        (boundOf R T.bits cut (lossOf w M cut) h.D m) x) c.prec T.bits w.d_vocab T.n q m parts X h := by
  have S : Setting (w.solo M i) (M.alone i) c B (T.at i).bits l (T.at i).n cut (T.at i).width blocks (head i) (neurons i) := A.setting i hi
  have within := Bool.and_left ok
  have rest := Bool.and_right ok
  have len_token := token_length (w := w) (M := M) (c := c) (l := l) (cut := cut) (i := i) (t := T.at i) (head := head i) (neurons := neurons i) slopes m
  have long {g f : Nat → Nat} : w.d_vocab ≤ (mapFold g (lanesOfAll (lanesFor l w.d_vocab) f HeadTables.token (neurons i) w.d_vocab)).length := by
    rw [length_mapFold]
    unfold lanesOfAll
    rw [tabulateFold_eq]
    exact Nat.le_of_eq List.length_tabulateFrom.symm
  have up_long : ((envOf (w.solo M i) (M.alone i) c (T.at i) l cut (head i) (neurons i)).atMax slopes m).token.length ≤
      (envAt w M c (T.at i) l cut i (head i) (neurons i)).tokUp.length := Nat.le_trans (len_token.symm ▸ hm) long
  have down_long : ((envOf (w.solo M i) (M.alone i) c (T.at i) l cut (head i) (neurons i)).atMax slopes m).token.length ≤
      (envAt w M c (T.at i) l cut i (head i) (neurons i)).tokDown.length := Nat.le_trans (len_token.symm ▸ hm) long
  have length := (length_rowsAlong (f := tokenRow (commonOf w M c l) (envAt w M c (T.at i) l cut i (head i) (neurons i))
      ((envOf (w.solo M i) (M.alone i) c (T.at i) l cut (head i) (neurons i)).atMax slopes m) mine other) up_long down_long).trans len_token
  have pair := pair_of_head S R (A.describe i hi) A.v_eq (parts := parts) (X := X) A.n_pos parts_pos count slopes hm hq length
    (op := fun j => op (placeOf (lanesFor l w.d_vocab) j)) (on := fun j => on (placeOf (lanesFor l w.d_vocab) j))
    (fun y hy => by
      match tokenRow_spec S A.wide slopes hm hy hop hon with
      | ⟨E, e, lt, left⟩ => exact ⟨E, (getD_rowsAlong up_long down_long (len_token.symm ▸ hy)).trans e, lt, left⟩)
    within near
  refine ⟨by rw [ht]; rfl, by rw [ht]; exact A.v_eq, by rw [ht]; rfl, hP, Bool.and_left rest, Bool.and_right rest, ?_⟩
  rw [ht]
  exact ⟨_, _, pair⟩

end

end MlpHeads
end Transformer
end Compact
