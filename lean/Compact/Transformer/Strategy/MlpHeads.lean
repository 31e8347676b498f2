prelude
import Compact.Transformer.Strategy.MlpHeads.Count
/-!
# Strategy: quartic, for a model with several heads and an MLP, is sound

`sound`: for any weights and any certificate, if `check` evaluates to `true`, the model answers at least `bound` inputs correctly.
-/
namespace Compact
namespace Transformer
namespace MlpHeads
open HeadsBruteForce (HeadTables TablesOf)
open MlpQuartic (Env AtMax Setting envOf lanesFor placesOf neuronBlocks mlpOf inputsOf lanesOfAll above of_withParts withLanes_eq
  columnsFor sumsFor plainTables)
open MlpBruteForce (neuronRows ranges withNeuronRows_eq withPart_eq)

/-- How logits and neurons are rounded. -/
def smallParams (c : Certificate) : Params := ⟨c.prec, c.steps, c.shift, c.small⟩

/-- What the check of the shape shows. -/
structure Shape (w : Weights) (c : Certificate) (M : MLP) : Prop where
  mlp : w.mlp = some M
  heads : w.heads.length = c.heads
  some : 0 < w.heads.length
  fit : M.Fit w c.cellBits
  outs : M.W_out.hasRows M.d_mlp = true
  unembed : w.W_U.hasRows w.d_model = true
  n_pos : 1 ≤ c.n
  parts_pos : 0 < c.parts
  two : 2 ≤ c.v
  levels : c.parts + 1 < 2 ^ c.levelBits
  count : (c.v + 1) ^ c.n < 2 ^ c.countBits
  enough : M.d_mlp ≤ neuronBlocks w M * (w.d_vocab - 1)

theorem shape_of {w : Weights} {c : Certificate} (h : shapeCheck w c = true) : Shape w c (mlpOf w) := by
  have model := Bool.and_left h
  have sizes := Bool.and_right h
  have heads := Bool.and_left (Bool.and_right model)
  have fits := MlpBruteForce.fit_of (Bool.and_right (Bool.and_right model))
  have some : w.mlp = some (mlpOf w) := by
    have isSome := Bool.and_left model
    unfold mlpOf
    cases e : w.mlp with
    | none => rw [e] at isSome; exact Bool.noConfusion isSome
    | some M => rfl
  have length : w.heads.length = c.heads := Nat.eq_of_beq_eq_true _ _ (Bool.and_left heads)
  have first := Bool.and_left (Bool.and_left sizes)
  exact ⟨some, length, length.symm ▸ Nat.le_of_ble_eq_true (Bool.and_right heads), fits.left, fits.right.left, fits.right.right,
    Nat.le_of_ble_eq_true (Bool.and_left first), Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right first)),
    Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right first)), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left sizes)),
    Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right sizes)), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right sizes))⟩

/-- The rows of a head, from its tables and what all heads share. -/
noncomputable def headEnvOf (E : Env) (G : Common) (head : HeadTables) (neurons : List HeadTables) : HeadEnv :=
  ⟨rowsOf E head neurons (lanesOfAll E.F (above E.F) HeadTables.token neurons E.v) (lanesOfAll E.F (MlpQuartic.below E.F) HeadTables.token neurons E.v)
        (lanesOfAll E.F (above E.F) HeadTables.pos neurons (E.n + 1)) (lanesOfAll E.F (MlpQuartic.below E.F) HeadTables.pos neurons (E.n + 1))
        (lanesOfAll E.F (above E.F) HeadTables.direct neurons E.v) (lanesOfAll E.F (MlpQuartic.below E.F) HeadTables.direct neurons E.v),
      mapFold (bared G.l G.mask) (lanesOfAll E.F (above E.F) HeadTables.token neurons E.v),
      mapFold (clean G.mask) (lanesOfAll E.F (MlpQuartic.below E.F) HeadTables.token neurons E.v),
      mostLanes G.tops (G.l - 1) G.V (mapFold (bared G.l G.mask) (lanesOfAll E.F (above E.F) HeadTables.pos neurons (E.n + 1)))
        (mapFold (clean G.mask) (lanesOfAll E.F (MlpQuartic.below E.F) HeadTables.pos neurons (E.n + 1))) (E.n + 1),
      mostLanes G.tops (G.l - 1) G.V (mapFold (clean G.mask) (lanesOfAll E.F (MlpQuartic.below E.F) HeadTables.pos neurons (E.n + 1)))
        (mapFold (bared G.l G.mask) (lanesOfAll E.F (above E.F) HeadTables.pos neurons (E.n + 1))) (E.n + 1)⟩

/-- The rows of all heads are evaluated, one head after the other. -/
theorem of_withEnvs {w : Weights} {c : Certificate} {M : MLP} {E : Env} {G : Common} {blocks count i : Nat} {K : List HeadEnv → Bool}
    (h : withEnvs w c M E G blocks count i K = true) : ∃ envs : List HeadEnv, ∃ head : Nat → HeadTables, ∃ neurons : Nat → List HeadTables,
      K envs = true ∧ envs.length = count ∧ ∀ j, j < count →
        (TablesOf ((w.solo M (i + j)).linear c.cellBits (M.alone (i + j))) (smallParams c) (c.cellBits + 1) c.bits (head j) 0 ∧
          (neurons j).length = blocks ∧ ∀ b, b < blocks →
            TablesOf ((w.solo M (i + j)).reads c.cellBits (M.alone (i + j)) (b * (w.d_vocab - 1))) (smallParams c) (c.cellBits + 1) c.lane
              ((neurons j).getD b HeadTables.none) 0) ∧
        envs.getD j HeadEnv.none = headEnvOf E G (head j) (neurons j) := by
  induction count generalizing i K with
  | zero => exact ⟨[], fun _ => HeadTables.none, fun _ => [], h, rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | succ count ih =>
    have h : (Nat.force i fun i => withEnv w c M E G blocks i fun e => withEnvs w c M E G blocks count (Nat.succ i) fun rest => K (e :: rest)) = true := h
    rw [Nat.force_eq] at h
    unfold withEnv at h
    rw [MlpQuartic.withShared_eq] at h
    match of_withParts h with
    | ⟨heads, later, _, headsEach⟩ => match of_withParts later with
      | ⟨neurons, later, neuronsLength, neuronsEach⟩ =>
        rw [forceList_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq, forceList_eq,
          Nat.force_eq, Nat.force_eq, nth_eq] at later
        match ih later with
        | ⟨rest, restHead, restNeurons, k, length, each⟩ =>
          refine ⟨_ :: rest, fun j => Nat.rec (motive := fun _ => HeadTables) (heads.getD 0 HeadTables.none) (fun j _ => restHead j) j,
            fun j => Nat.rec (motive := fun _ => List HeadTables) neurons (fun j _ => restNeurons j) j, k, congrArg Nat.succ length, fun j hj => ?_⟩
          cases j with
          | zero =>
            refine ⟨⟨headsEach 0 Nat.one_pos, neuronsLength, fun b hb => ?_⟩, rfl⟩
            have one := neuronsEach b hb
            rw [Nat.add_comm 1] at one
            exact one
          | succ j =>
            have one := each j (Nat.lt_of_succ_lt_succ hj)
            rw [show Nat.succ i + j = i + Nat.succ j from (Nat.succ_add i j).trans (Nat.add_succ i j).symm] at one
            exact one

/-- The tables of each head. -/
theorem heads_of {w : Weights} {c : Certificate} {rest : Bool} {count i : Nat} (h : headsThen w c rest count i = true) :
    (∀ j, j < count → headCheck w c (i + j) = true) ∧ rest = true := by
  induction count generalizing i with
  | zero => exact ⟨fun j hj => absurd hj (Nat.not_lt_zero j), h⟩
  | succ count ih =>
    have h : (headCheck w c i && headsThen w c rest count (i + 1)) = true := h
    match ih (Bool.and_right h) with
    | ⟨others, last⟩ =>
      refine ⟨fun j hj => ?_, last⟩
      cases j with
      | zero => exact Bool.and_left h
      | succ j =>
        have one := others j (Nat.lt_of_succ_lt_succ hj)
        rw [Nat.add_assoc, Nat.add_comm 1] at one
        exact one

theorem table_of {w : Weights} {c : Certificate} {i : Nat} (h : headCheck w c i = true) :
    (c.toHeadsTables.at i).check (soloHead w c.cellBits (mlpOf w) i) c.toParams (c.toHeadsTables.witness i) = true := by
  unfold headCheck at h
  rw [withPart_eq, HeadsQuartic.forceTensors_eq] at h
  exact h

/-- One block of queries. -/
theorem block_sound (R : Type) [ExpField R] {w : Weights} {c : Certificate} (H : Shape w c (mlpOf w))
    (tables : ∀ i, i < w.heads.length → (c.toHeadsTables.at i).check (soloHead w c.cellBits (mlpOf w) i) c.toParams (c.toHeadsTables.witness i) = true)
    {lo len bound : Nat} (h : blockCheck w c lo len bound = true) :
    AtLeast bound fun x => Correct R maximum w x ∧ lo ≤ lastToken x ∧ lastToken x < lo + len := by
  have later := Bool.and_right h
  rw [withNeuronRows_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, withLanes_eq, Nat.force_eq] at later
  have roomy := Bool.and_left later
  have later := Bool.and_right later
  rw [forceList_eq, withColumns_eq, forceList_eq, withColumns_eq, Nat.force_eq, Nat.force_eq, withLanes_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
    Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at later
  match of_withEnvs later with
  | ⟨envs, head, neurons, later, envsLength, envsEach⟩ =>
    have first := Bool.and_left roomy
    have rest := Bool.and_right roomy
    have wide : c.small + 7 ≤ c.lane := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right rest))
    have describe (i : Nat) (hi : i < w.heads.length) := Tables.describe R (tables i hi)
    have hv : w.d_vocab = c.v := (describe 0 H.some).right.left.left
    have A : AllHeads w (mlpOf w) (smallParams c) c.cellBits c.lane c.cut (neuronBlocks w (mlpOf w)) c.toHeadsTables head neurons :=
      { mlp := H.mlp, some := H.some, fit := H.fit, wide := wide, v_eq := hv.symm, n_pos := H.n_pos
        room := H.heads.symm ▸ Nat.le_of_ble_eq_true (Bool.and_right first)
        describe := fun i hi => (describe i hi).right.right.right
        setting := fun i hi => by
          have each := (envsEach i (H.heads ▸ hi)).left
          rw [Nat.zero_add] at each
          exact
            { mlp := rfl, fit := fit_alone H.fit i, outs := H.outs, unembed := H.unembed, one := rfl, ctx := (describe i hi).right.left.right
              two := hv.symm ▸ H.two, small := Nat.le_trans (Nat.add_le_add_left (Nat.le_add_right 4 3) _) wide
              room := Nat.le_of_ble_eq_true (Bool.and_left first)
              cut := Nat.le_of_ble_eq_true (Bool.and_left rest)
              wide := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right rest)))
              narrow := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right rest)))
              enough := H.enough, head := each.left, neuronsLength := each.right.left, neurons := each.right.right } }
    refine AtLeast.weaken (Nat.le_of_ble_eq_true later) ?_
    unfold countBlock
    have sound (i : Nat) (hi : i < envs.length) : (envs.getD i HeadEnv.none).E.Sound := by
      rw [(envsEach i (envsLength ▸ hi)).right]
      exact ⟨rfl, rfl⟩
    match of_withStates c.slopes lo sound with
    | ⟨states, e, statesLength, statesEach⟩ =>
      rw [e, Nat.force_eq]
      refine AtLeast.totalFrom lastToken fun i hi => ?_
      rw [Nat.force_eq]
      have hlen : lo + len ≤ w.d_vocab := Nat.le_of_ble_eq_true (Bool.and_left h)
      refine AtLeast.mono_pred (fun _ h => h.left)
        (AtLeast.totalFrom (P := fun x => Correct R maximum w x ∧ lastToken x = lo + i) (lo := lo + i) maximum fun k hk => ?_)
      rw [Nat.force_eq, nth_eq]
      have hm : lo + i + k < w.d_vocab := Nat.add_comm k (lo + i) ▸ Nat.add_lt_of_lt_sub hk
      have counted := atLeast_countAt A R c.toCounting H.parts_pos H.levels (X := 2 ^ c.countBits) H.count (slopes := c.slopes.getD (lo + i + k) 0) (q := lo + i)
        (m := lo + i + k) (lo := lo) hm (Nat.le_add_right _ _) (states := states) (statesLength.trans (envsLength.trans H.heads.symm)) fun j hj => by
          have hj' : j < envs.length := envsLength.symm ▸ H.heads ▸ hj
          have each := (envsEach j (H.heads ▸ hj)).right
          have state := statesEach j hj'
          rw [each] at state
          rw [state]
          refine ⟨rfl, ?_⟩
          have e : lo + (lo + i + k - lo) = lo + i + k := Nat.add_sub_of_le (Nat.le_trans (Nat.le_add_right lo i) (Nat.le_add_right _ k))
          refine (List.getD_tabulateFrom _ (Nat.sub_lt_sub_right (Nat.le_trans (Nat.le_add_right lo i) (Nat.le_add_right _ k)) hm)).trans ?_
          rw [e]
          rfl
      rw [H.heads] at counted
      exact AtLeast.mono_pred (fun x h => ⟨⟨h.left.left, h.right⟩, h.left.right⟩) counted

/-- One head's tables, then those of the others: a proof goes head by head, so that the kernel can forget in between. -/
theorem nextHead {w : Weights} {c : Certificate} {count i : Nat} {rest : Bool} (first : headCheck w c i = true)
    (others : headsThen w c rest count (Nat.succ i) = true) : headsThen w c rest (Nat.succ count) i = true := Bool.and_intro first others

/-- The last head's tables, then what comes after them. -/
theorem lastHead {w : Weights} {c : Certificate} {i : Nat} {rest : Bool} (first : headCheck w c i = true) (others : rest = true) :
    headsThen w c rest (Nat.succ 0) i = true := Bool.and_intro first others

/-- One block, then the others. -/
theorem next {w : Weights} {c : Certificate} {b : List Nat} {blocks : List (List Nat)} {lo : Nat}
    (first : blockCheck w c lo (nth 0 b 0) (nth 0 b 1) = true) (others : blocksCheck w c blocks (Nat.add lo (nth 0 b 0)) = true) :
    blocksCheck w c (b :: blocks) lo = true := Bool.and_intro first others

/-- Blocks of queries are different inputs. -/
theorem blocks_sound (R : Type) [ExpField R] {w : Weights} {c : Certificate} (H : Shape w c (mlpOf w))
    (tables : ∀ i, i < w.heads.length → (c.toHeadsTables.at i).check (soloHead w c.cellBits (mlpOf w) i) c.toParams (c.toHeadsTables.witness i) = true)
    {blocks : List (List Nat)} {lo : Nat} (h : blocksCheck w c blocks lo = true) : AtLeast (inputsOf blocks) fun x => Correct R maximum w x ∧ lo ≤ lastToken x := by
  induction blocks generalizing lo with
  | nil => exact AtLeast.zero
  | cons b blocks ih =>
    have first : blockCheck w c lo (nth 0 b 0) (nth 0 b 1) = true := Bool.and_left h
    refine AtLeast.mono_pred (fun x hx => ?_) (AtLeast.add (block_sound R H tables first) (ih (Bool.and_right h)) fun x hx hy => ?_)
    · exact hx.elim (fun hx => ⟨hx.left, hx.right.left⟩) fun hx => ⟨hx.left, Nat.le_trans (Nat.le_add_right _ _) hx.right⟩
    · exact Nat.not_lt_of_le hy.right hx.right.right

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R maximum w) := by
  have first := Bool.and_left h
  have H := shape_of (Bool.and_right first)
  match heads_of (Bool.and_right h) with
  | ⟨heads, blocks⟩ =>
    have tables (i : Nat) (hi : i < w.heads.length) := table_of (Nat.zero_add i ▸ heads i (H.heads ▸ hi))
    exact AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_left first)) (AtLeast.mono_pred (fun _ h => h.left) (blocks_sound R H tables blocks))

end MlpHeads
end Transformer
end Compact
