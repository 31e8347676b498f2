prelude
import Compact.Transformer.Strategy.MlpBruteForce
import Compact.Transformer.Strategy.MlpQuartic.Pair
/-!
# Strategy: quartic, for a model with one head and an MLP, is sound

`sound`: for any weights and any certificate, if `check` evaluates to `true`, the model answers at least `bound` inputs correctly.
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
open BruteForce (packAll)
open HeadsBruteForce (HeadTables TablesOf)
open MlpBruteForce (neuronRows ranges part withNeuronRows_eq withPart_eq)

section
variable {w : Weights} {M : MLP} {c : Params} {B l blocks cut : Nat} {t : Tables} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting w M c B t.bits l t.n cut t.width blocks head neurons)
include S

omit S in
theorem length_lefts (f : Nat → Nat) : (tabulateFold f w.d_vocab 0).length = w.d_vocab := by
  rw [tabulateFold_eq]
  exact List.length_tabulateFrom

/-- One query. -/
theorem atLeast_countQuery (R : Type) [ExpField R] (hT : t.Describe (plainTables w B M c)) (hv : t.v = w.d_vocab) (C : Counting) {X lo q : Nat} (hlo : lo ≤ q)
    (n_pos : 1 ≤ t.n) (parts_pos : 0 < C.parts) (count : (t.v + 1) ^ t.n < X) (slopes : List Nat) :
    AtLeast (countQuery (envOf w M c t l cut head neurons) t C X (2 ^ c.width) (extraOf w M cut)
        (highsOf w c l neurons) (lowsOf w c l neurons)
        (List.tabulateFrom lo (w.d_vocab - lo) fun m => (envOf w M c t l cut head neurons).atMax (slopes.getD m 0) m) lo q)
      fun x => Correct R maximum w x ∧ lastToken x = q := by
  unfold countQuery
  rw [forceList_eq, forceList_eq]
  refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.totalFrom (P := fun x => Correct R maximum w x ∧ lastToken x = q) (lo := q) maximum fun i hi => ?_)
  have hi : i < w.d_vocab - q := hi
  have hm : q + i < w.d_vocab := Nat.add_comm i q ▸ Nat.add_lt_of_lt_sub hi
  rw [Nat.force_eq, nth_eq]
  have e : lo + (q + i - lo) = q + i := Nat.add_sub_of_le (Nat.le_trans hlo (Nat.le_add_right q i))
  have at_ : (List.tabulateFrom lo (w.d_vocab - lo) fun m => (envOf w M c t l cut head neurons).atMax (slopes.getD m 0) m).getD
      (Nat.sub (Nat.add q i) lo) AtMax.none = (envOf w M c t l cut head neurons).atMax (slopes.getD (q + i) 0) (q + i) :=
    (List.getD_tabulateFrom _ (Nat.sub_lt_sub_right (Nat.le_trans hlo (Nat.le_add_right q i)) hm)).trans
      (congrArg (fun m => (envOf w M c t l cut head neurons).atMax (slopes.getD m 0) m) e)
  rw [at_]
  refine AtLeast.mono_pred (fun x h => ⟨⟨h.left.left, h.right⟩, h.left.right⟩)
    (atLeast_countAt S R hT hv C hm (Nat.le_add_right q i) n_pos parts_pos count ⟨fun y hy => ?_, fun y hy => ?_, length_lefts _, length_lefts _⟩
      (slopes.getD (q + i) 0))
  · rw [tabulateFold_eq, List.getD_tabulateFrom 0 hy, Nat.zero_add]
    rfl
  · rw [tabulateFold_eq, List.getD_tabulateFrom 0 hy, Nat.zero_add]
    rfl

end

/-! ## Soundness -/

theorem logitRows_eq {α : Type} {w : Compact.Weights} (h : w.WellFormed) (c : Params) (k : Enclosure → α) :
    logitRows w c k = k (Enclosure.of w c (Circuits.of w)) := by
  unfold logitRows
  rw [logitCircuits_eq h, Nat.force_eq, forceRows_eq, forceRows_eq, forceRows_eq]
  rfl

theorem withShared_eq (w : Compact.Weights) (k : Compact.Weights → Bool) : withShared w k = k w := by
  unfold withShared
  rw [HeadsQuartic.forceTensor_eq, HeadsQuartic.forceTensor_eq, HeadsQuartic.forceTensor_eq, HeadsQuartic.forceTensor_eq, HeadsQuartic.forceTensor_eq]

/-- What a model is apart from its own tensors. -/
def SharedWith (shared w : Compact.Weights) : Prop := { shared with W_O := w.W_O, W_U := w.W_U } = w

theorem withOwn_eq {shared w : Compact.Weights} (same : SharedWith shared w) (k : Compact.Weights → Bool) : withOwn shared w k = k w := by
  unfold withOwn
  rw [HeadsQuartic.forceTensor_eq, HeadsQuartic.forceTensor_eq]
  exact congrArg k same

/-- All parts of a model share what they do not have of their own. -/
theorem shared_part (w : Weights) (B : Nat) (M : MLP) (b : Nat) : SharedWith (w.headAt (B + 1) 0) ((part w B M b).headAt (B + 1) 0) := by
  cases b <;> rfl

theorem of_withRows {shared : Compact.Weights} {w : Weights} {c : Params} {B L : Nat} {K : HeadTables → Bool} (same : SharedWith shared (w.headAt B 0))
    (h : withRows shared w c B L K = true) : ∃ T, K T = true ∧ TablesOf w c B L T 0 := by
  have later := Bool.and_right h
  rw [withOwn_eq same] at later
  have wf := Weights.wellFormed_spec (Bool.and_left later)
  have later := Bool.and_right later
  rw [logitRows_eq wf] at later
  have narrow := Bool.and_left later
  have later := Bool.and_right later
  rw [forceList_eq, forceList_eq, forceList_eq] at later
  exact ⟨_, later, HeadsQuartic.fit_of (Bool.and_left h), wf, narrow, rfl⟩

theorem of_withParts {w : Weights} {M : MLP} {c : Params} {B L count b : Nat} {K : List HeadTables → Bool}
    (h : withParts (w.headAt (B + 1) 0) w M c B L count b K = true) : ∃ tables, K tables = true ∧ tables.length = count ∧
      ∀ j, j < count → TablesOf (part w B M (b + j)) c (B + 1) L (tables.getD j HeadTables.none) 0 := by
  induction count generalizing b K with
  | zero => exact ⟨[], h, rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | succ count ih =>
    have h : (Nat.force b fun b => MlpBruteForce.withPart w B M b fun w' => withRows (w.headAt (B + 1) 0) w' c (Nat.succ B) L fun T =>
      withParts (w.headAt (B + 1) 0) w M c B L count (b + 1) fun rest => K (T :: rest)) = true := h
    rw [Nat.force_eq, withPart_eq] at h
    match of_withRows (shared_part w B M b) h with
    | ⟨T, k, first⟩ => match ih k with
      | ⟨rest, k, length, each⟩ =>
        refine ⟨T :: rest, k, congrArg Nat.succ length, fun j hj => ?_⟩
        cases j with
        | zero => exact first
        | succ j =>
          have one := each j (Nat.lt_of_succ_lt_succ hj)
          rw [Nat.add_assoc, Nat.add_comm 1] at one
          exact one

theorem withLanes_eq {α : Type} (L v : Nat) (k : Lanes → α) : withLanes L v k = k (lanesFor L v) := by
  unfold withLanes
  rw [Nat.force_eq, Nat.force_eq]
  rfl

/-- What the check of the shape and the tables shows. -/
structure Shape (w : Weights) (c : Certificate) (M : MLP) : Prop where
  mlp : w.mlp = some M
  one : w.heads.length = 1
  fit : M.Fit w c.cellBits
  outs : M.W_out.hasRows M.d_mlp = true
  unembed : w.W_U.hasRows w.d_model = true
  n_pos : 1 ≤ c.n
  parts_pos : 0 < c.parts
  two : 2 ≤ c.v
  count : (c.v + 1) ^ c.n < 2 ^ c.countBits
  enough : M.d_mlp ≤ neuronBlocks w M * (w.d_vocab - 1)
  tables : c.toTables.check (plainHead w c.cellBits M) c.toParams c.toTableWitness = true

theorem shape_of {w : Weights} {c : Certificate} (h : tablesCheck w c = true) : Shape w c (mlpOf w) := by
  have first := Bool.and_left h
  have tables := Bool.and_right h
  rw [withPart_eq, HeadsQuartic.forceTensors_eq] at tables
  have model := Bool.and_left first
  have sizes := Bool.and_right first
  have fits := MlpBruteForce.fit_of (Bool.and_right (Bool.and_right model))
  have some : w.mlp = some (mlpOf w) := by
    have isSome := Bool.and_left model
    unfold mlpOf
    cases e : w.mlp with
    | none => rw [e] at isSome; exact Bool.noConfusion isSome
    | some M => rfl
  exact ⟨some, Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_right model)), fits.left, fits.right.left, fits.right.right,
    Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left sizes)), Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_left sizes))),
    Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_left sizes))), Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right sizes)),
    Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right sizes)), tables⟩

/-- How logits and neurons are rounded. -/
def smallParams (c : Certificate) : Params := ⟨c.prec, c.steps, c.shift, c.small⟩

/-- One block of queries. -/
theorem block_sound (R : Type) [ExpField R] {w : Weights} {c : Certificate} (H : Shape w c (mlpOf w)) {lo len bound : Nat}
    (h : blockCheck w c lo len bound = true) :
    AtLeast bound fun x => Correct R maximum w x ∧ lo ≤ lastToken x ∧ lastToken x < lo + len := by

  have later := Bool.and_right h
  rw [withNeuronRows_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, withLanes_eq, Nat.force_eq] at later
  have roomy := Bool.and_left later
  have later := Bool.and_right later
  rw [forceList_eq, withColumns_eq, forceList_eq, withColumns_eq, Nat.force_eq, withLanes_eq, Nat.force_eq, Nat.force_eq, withShared_eq] at later
  match of_withParts later with
  | ⟨heads, later, _, headsEach⟩ => match of_withParts later with
    | ⟨neurons, later, neuronsLength, neuronsEach⟩ =>
      rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq, nth_eq] at later
      match Tables.describe R H.tables with
      | ⟨_, ⟨hv, hn⟩, _, hT⟩ =>
        have hv : w.d_vocab = c.v := hv
        have hn : w.n_ctx = c.n + 1 := hn
        have head := headsEach 0 Nat.one_pos
        have full : Nat.sub (Nat.mul 8 (Nat.pow 2 c.small)) 1 = 2 ^ (c.small + 3) - 1 := by
          rw [Nat.pow_add, Nat.mul_comm (2 ^ c.small)]
          rfl
        rw [full] at later
        have S : Setting w (mlpOf w) (smallParams c) c.cellBits c.bits c.lane c.n c.cut c.width (neuronBlocks w (mlpOf w))
            (heads.getD 0 HeadTables.none) neurons :=
          { mlp := H.mlp, fit := H.fit, outs := H.outs, unembed := H.unembed, one := H.one, ctx := hn, two := hv.symm ▸ H.two
            small := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right roomy)))
            room := Nat.le_of_ble_eq_true (Bool.and_left roomy)
            cut := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right roomy))
            wide := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right (Bool.and_right roomy))))
            narrow := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right (Bool.and_right roomy))))
            enough := H.enough, head := head, neuronsLength := neuronsLength
            neurons := fun b hb => by
              have one := neuronsEach b hb
              rw [Nat.add_comm 1] at one
              exact one }
        refine AtLeast.weaken (Nat.le_of_ble_eq_true later) ?_
        unfold countBlock
        rw [forceList_eq, forceList_eq, withMaxima_eq, Nat.force_eq]
        case h => exact ⟨rfl, rfl⟩
        refine AtLeast.totalFrom lastToken fun i _ => ?_
        rw [Nat.force_eq]
        exact atLeast_countQuery (t := c.toTables) (cut := c.cut) S R hT hv.symm c.toCounting (Nat.le_add_right lo _)
          H.n_pos H.parts_pos H.count c.slopes

/-- One block, then the others: a certificate's proof goes block by block, so that the kernel can forget in between. -/
theorem next {w : Weights} {c : Certificate} {b : List Nat} {blocks : List (List Nat)} {lo : Nat}
    (first : blockCheck w c lo (nth 0 b 0) (nth 0 b 1) = true) (others : blocksCheck w c blocks (Nat.add lo (nth 0 b 0)) = true) :
    blocksCheck w c (b :: blocks) lo = true := Bool.and_intro first others

/-- Blocks of queries are different inputs. -/
theorem blocks_sound (R : Type) [ExpField R] {w : Weights} {c : Certificate} (H : Shape w c (mlpOf w)) {blocks : List (List Nat)} {lo : Nat}
    (h : blocksCheck w c blocks lo = true) : AtLeast (inputsOf blocks) fun x => Correct R maximum w x ∧ lo ≤ lastToken x := by
  induction blocks generalizing lo with
  | nil => exact AtLeast.zero
  | cons b blocks ih =>
    have first : blockCheck w c lo (nth 0 b 0) (nth 0 b 1) = true := Bool.and_left h
    refine AtLeast.mono_pred (fun x hx => ?_) (AtLeast.add (block_sound R H first) (ih (Bool.and_right h)) fun x hx hy => ?_)
    · exact hx.elim (fun hx => ⟨hx.left, hx.right.left⟩) fun hx => ⟨hx.left, Nat.le_trans (Nat.le_add_right _ _) hx.right⟩
    · exact Nat.not_lt_of_le hy.right hx.right.right

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R maximum w) :=
  have first := Bool.and_left h
  AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_left first))
    (AtLeast.mono_pred (fun _ h => h.left) (blocks_sound R (shape_of (Bool.and_right first)) (Bool.and_right h)))

end MlpQuartic
end Transformer
end Compact
