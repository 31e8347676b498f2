prelude
import Compact.Transformer.Strategy.MlpCubic.Pair
/-!
# Strategy: cubic, for a model with one head and an MLP, is sound

`sound`: for any weights and any certificate, if `check` evaluates to `true`, the model answers at least `bound` inputs correctly.
-/
namespace Compact
namespace Transformer
namespace MlpCubic
open HeadsBruteForce (HeadTables)
open MlpBruteForce (neuronRows ranges withNeuronRows_eq)
open MlpQuartic

section
variable {w : Weights} {M : MLP} {c : Params} {B l blocks cut : Nat} {t : Tables} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting w M c B t.bits l t.n cut t.width blocks head neurons)
include S

/-- One query. -/
theorem atLeast_countQuery (R : Type) [ExpField R] (hT : t.Describe (plainTables w B M c)) (hv : t.v = w.d_vocab) (C : Counting) {X lo q : Nat} (hlo : lo ≤ q)
    (n_pos : 1 ≤ t.n) (parts_pos : 0 < C.parts) (count : (t.v + 1) ^ t.n < X) (slopes : List Nat) :
    AtLeast (countQuery (envOf w M c t l cut head neurons) t C X (2 ^ c.width) (extraOf w M cut) (highsOf w c l neurons) (lowsOf w c l neurons)
        (List.tabulateFrom lo (w.d_vocab - lo) fun m => atMax (envOf w M c t l cut head neurons) (slopes.getD m 0) m) lo q)
      fun x => Correct R maximum w x ∧ lastToken x = q := by
  unfold countQuery
  rw [forceList_eq, forceList_eq]
  refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.totalFrom (P := fun x => Correct R maximum w x ∧ lastToken x = q) (lo := q) maximum fun i hi => ?_)
  have hi : i < w.d_vocab - q := hi
  have hm : q + i < w.d_vocab := Nat.add_comm i q ▸ Nat.add_lt_of_lt_sub hi
  have hlo' : lo ≤ q + i := Nat.le_trans hlo (Nat.le_add_right q i)
  rw [Nat.force_eq, nth_eq]
  have at_ : (List.tabulateFrom lo (w.d_vocab - lo) fun m => atMax (envOf w M c t l cut head neurons) (slopes.getD m 0) m).getD
      (Nat.sub (Nat.add q i) lo) AtMax.none = atMax (envOf w M c t l cut head neurons) (slopes.getD (q + i) 0) (q + i) :=
    (List.getD_tabulateFrom _ (Nat.sub_lt_sub_right hlo' hm)).trans
      (congrArg (fun m => atMax (envOf w M c t l cut head neurons) (slopes.getD m 0) m) (Nat.add_sub_of_le hlo'))
  rw [at_]
  refine AtLeast.mono_pred (fun x h => ⟨⟨h.left.left, h.right⟩, h.left.right⟩)
    (atLeast_countAt S R hT hv C hm (Nat.le_add_right q i) n_pos parts_pos count ⟨fun y hy => ?_, fun y hy => ?_, length_lefts _, length_lefts _⟩ (slopes.getD (q + i) 0))
  · rw [tabulateFold_eq, List.getD_tabulateFrom 0 hy, Nat.zero_add]
    rfl
  · rw [tabulateFold_eq, List.getD_tabulateFrom 0 hy, Nat.zero_add]
    rfl

end

/-- One block of queries. -/
theorem block_sound (R : Type) [ExpField R] {w : Weights} {c : Certificate} (H : Shape w c.toCertificate (mlpOf w)) {lo len bound : Nat}
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
        have full : Nat.sub (Nat.mul 8 (Nat.pow 2 c.small)) 1 = 2 ^ (c.small + 3) - 1 := by
          rw [Nat.pow_add, Nat.mul_comm (2 ^ c.small)]
          rfl
        rw [full] at later
        have S : Setting w (mlpOf w) (smallParams c.toCertificate) c.cellBits c.bits c.lane c.n c.cut c.width (neuronBlocks w (mlpOf w))
            (heads.getD 0 HeadTables.none) neurons :=
          { mlp := H.mlp, fit := H.fit, outs := H.outs, unembed := H.unembed, one := H.one, ctx := hn, two := hv.symm ▸ H.two
            small := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right roomy)))
            room := Nat.le_of_ble_eq_true (Bool.and_left roomy)
            cut := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right roomy))
            wide := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right (Bool.and_right roomy))))
            narrow := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right (Bool.and_right roomy))))
            enough := H.enough, head := headsEach 0 Nat.one_pos, neuronsLength := neuronsLength
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
theorem blocks_sound (R : Type) [ExpField R] {w : Weights} {c : Certificate} (H : Shape w c.toCertificate (mlpOf w)) {blocks : List (List Nat)}
    {lo : Nat} (h : blocksCheck w c blocks lo = true) : AtLeast (inputsOf blocks) fun x => Correct R maximum w x ∧ lo ≤ lastToken x := by
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

end MlpCubic
end Transformer
end Compact
