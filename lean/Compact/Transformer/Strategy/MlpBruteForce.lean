prelude
import Compact.Transformer.Strategy.MlpBruteForce.Input
/-!
# Strategy: brute force, for a model with an MLP, is sound

`sound`: for any weights, any task and any certificate, if `check` evaluates to `true`, the model answers at least `bound`
inputs correctly.
-/
namespace Compact
namespace Transformer
namespace MlpBruteForce
open BruteForce (laneBits packAll stepped getD_packAll)
open HeadsBruteForce (HeadTables HeadState TablesOf of_withTables of_evenHeads even_of_test weigh)
variable {R : Type} [ExpField R]

section
variable {label : List Nat → Nat} {w : Weights} {M : MLP} {c : Params} {B L blocks : Nat} {heads neurons : List HeadTables}
  (S : Setting w M c B L blocks heads neurons)
include S

/-- An input that passes is answered correctly. -/
theorem correct_of_passes {x : List Nat} (hx : Valid w x) {q : Nat} (hq : token x (w.n_ctx - 1) = q)
    (pass : passes label (setupOf w M c L blocks) (Lane.of L (ones L w.d_vocab) (w.d_vocab - 1))
      ((heads.getD 0 HeadTables.none).direct.getD q 0) (directsOf w.heads.length q neurons blocks 0)
      (x.foldr steppedBoth ⟨mapFold (fun T => T.start (3 * 2 ^ c.width) w.n_ctx q) heads,
        mapFold (fun T => T.start (3 * 2 ^ c.width) w.n_ctx q) neurons, []⟩) = true) : Correct R label w x := by
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt S.n_ctx Nat.one_pos)
  unfold passes at pass
  rw [Nat.force_eq, Lane.force_eq, foldr_both] at pass
  have hl : label x < w.d_vocab := Nat.le_of_ble_eq_true (Bool.and_left pass)
  have started (tables : List HeadTables) :
      (x.foldr HeadsBruteForce.steppedAll ⟨mapFold (fun T => HeadTables.start T (3 * 2 ^ c.width) w.n_ctx q) tables, []⟩).heads.length =
        tables.length := (HeadsBruteForce.foldr_length _ x).trans (length_mapFold _ _)
  match of_evenHeads (Bool.and_right pass) with
  | ⟨rows, later, each⟩ => match of_evenNeurons later with
    | ⟨ns, test, length, tests⟩ =>
      rw [forceList_eq, Nat.force_eq] at test
      have small : loss ns ≤ 2 ^ c.width := Nat.le_of_ble_eq_true (Bool.and_left test)
      have tested : Tested w c L x q neurons ns := fun i hi => by
        have one := tests i ((started neurons).symm ▸ hi)
        rw [state_eq hi x] at one
        exact one
      have state {i : Nat} (hi : i < w.heads.length) := state_eq (w := w) (c := c) (q := q) (tables := heads) (S.headsLength.symm ▸ hi) x
      have rowTests {i : Nat} (hi : i < w.heads.length) := each i ((started heads).trans S.headsLength |>.symm ▸ hi)
      have within {i : Nat} (hi : i < w.heads.length) := of_lanesWithin (Nat.le_of_lt S.small) (rowTests hi).left
      refine correct_of_enough S hx hq (length.trans (started neurons)) small tested hl (rows := rows) (fun i hi => within hi)
        (fun t ht hne i hi => ?_) test
      have test := (rowTests hi).right
      rw [state hi] at test
      exact even_of_test (S.heads i hi).wellFormed (S.heads i hi).narrow hqv
        (congrArg (fun T => HeadTables.query T q) (S.heads i hi).tables) hx.left hx.right hl S.bits (within hi).left (within hi).right
        test ht hne

/-- The inputs that pass are answered correctly. -/
theorem count_sound (R : Type) [ExpField R] :
    AtLeast (count label w.n_ctx (setupOf w M c L blocks) heads neurons) (Correct R label w) := by
  unfold count
  rw [Nat.force_eq, Lane.force_eq]
  refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
  rw [Nat.force_eq, Nat.force_eq, forceList_eq, HeadsBruteForce.starts_eq, HeadsBruteForce.starts_eq, stepBoth_eq, nth_eq, nth_eq]
  refine AtLeast.append_query q (AtLeast.countTreeCps stepBoth_eq fun y hlen hlt pass => ?_)
  have hn : w.n_ctx - 1 + 1 = w.n_ctx := Nat.sub_add_cancel S.n_ctx
  have hx : Valid w (y ++ [q]) := by
    refine ⟨by rw [List.length_append, hlen]; exact hn, fun t ht => ?_⟩
    match List.mem_append.mp ht with
    | .inl ht => exact hlt t ht
    | .inr (.head _) => exact hq
  rw [← foldr_append_singleton] at pass
  have hlen : y.length = w.n_ctx - 1 := hlen
  exact correct_of_passes S hx (hlen ▸ BruteForce.token_last y q) pass

end

/-- The cells of the MLP fit. -/
theorem fit_of {w : Weights} {B : Nat} {M : MLP} (h : mlpFits w B M = true) :
    M.Fit w B ∧ M.W_out.hasRows M.d_mlp = true ∧ w.W_U.hasRows w.d_model = true :=
  have cells := Bool.and_left h
  have later := Bool.and_right (Bool.and_right cells)
  ⟨⟨Nat.le_of_ble_eq_true (Bool.and_left cells), Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right cells)),
    HeadsQuartic.biasFits_of (Bool.and_left later), HeadsQuartic.biasFits_of (Bool.and_left (Bool.and_right later)),
    HeadsQuartic.biasFits_of (Bool.and_right (Bool.and_right later))⟩, Bool.and_left (Bool.and_right h), Bool.and_right (Bool.and_right h)⟩

theorem mlp_sound (R : Type) [ExpField R] {w : Weights} {c : Certificate} {M : MLP} {label : List Nat → Nat} (hM : w.mlp = some M)
    (h : checkMlp label w c M = true) : AtLeast c.bound (Correct R label w) := by
  have first := Bool.and_left h
  have later := Bool.and_right h
  have lanes := Bool.and_left later
  have later := Bool.and_right later
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq] at later
  have blocksEnough := Bool.and_left later
  have later := Bool.and_right later
  rw [withNeuronRows_eq] at later
  unfold checkRows at later
  rw [Nat.force_eq] at later
  have room := Bool.and_left later
  have later := Bool.and_right later
  rw [forceList_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at later
  match fit_of (Bool.and_left first), of_withParts later with
  | ⟨fit, outs, unembed⟩, ⟨heads, later, headsLength, headsEach⟩ => match of_withParts later with
    | ⟨neurons, count, neuronsLength, neuronsEach⟩ =>
      refine AtLeast.weaken (Nat.le_of_ble_eq_true count) (count_sound (B := c.cellBits) (L := c.bits) ⟨hM, fit, outs, unembed,
        Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right first)),
        Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right first))),
        Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right first))),
        Nat.le_of_ble_eq_true (Bool.and_left lanes), Nat.le_of_ble_eq_true (Bool.and_right lanes),
        Nat.le_of_ble_eq_true blocksEnough, Nat.le_of_ble_eq_true room, headsLength.trans (Nat.mul_one _), neuronsLength,
        fun i hi => ?_, fun b hb i hi => ?_⟩ R)
      · have one := headsEach 0 Nat.one_pos i hi
        rw [Nat.mul_zero, Nat.zero_add, Nat.zero_add] at one
        exact one
      · have one := neuronsEach b hb i hi
        rw [Nat.add_comm 1] at one
        exact one

/-- **Brute force is sound**: for any task, any weights and any certificate, if the check evaluates to `true`, the model answers
at least `c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) {label : List Nat → Nat} (h : check label w c = true) :
    AtLeast c.bound (Correct R label w) := by
  unfold check at h
  match e : w.mlp with
  | none =>
    rw [e] at h
    exact Bool.noConfusion h
  | some M =>
    rw [e] at h
    exact mlp_sound R e h

end MlpBruteForce
end Transformer
end Compact
