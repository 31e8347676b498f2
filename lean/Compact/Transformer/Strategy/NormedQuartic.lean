prelude
import Compact.Averaging.Margin
import Compact.Transformer.Strategy.NormedQuartic.Classes
/-!
# Strategy: quartic, for a model with norms, is sound

`sound`: for any weights, any epsilon and any certificate, if `check` evaluates to `true`, the model answers at least `bound` inputs
correctly, with their largest token.
-/
namespace Compact
namespace Transformer
namespace NormedQuartic
namespace Frame
open NormedBruteForce (Setup)
open NormedBruteForce.Setup (HeadTable HeadHolds)
variable {R : Type} [RootField R] {F : Frame} (fair : F.Fair)
include fair

theorem Fair.of_withProductsIf {A : Head} {T : HeadTable} (H : HeadHolds R F.s A T) {k : Products → Bool} (h : F.withProductsIf T k = true) :
    ∃ P, k P = true ∧ (F.s.w.model.b_U ≠ none → ProductsHold R F.s A P) := by
  unfold withProductsIf at h
  cases e : F.s.w.model.b_U with
  | none =>
    rw [e] at h
    exact ⟨_, h, fun some => absurd rfl some⟩
  | some b =>
    rw [e] at h
    match fair.of_withProducts H h with
    | ⟨P, h, holds⟩ => exact ⟨P, h, fun _ => holds⟩

/-- The inputs counted for a maximum. -/
theorem Fair.ofMaximum_sound {A : Head} (hA : F.s.w.model.heads = [A]) (hM : F.s.w.model.mlp = none) (heps : 0 < F.s.w.eps_num) {P : Products}
    (products : F.s.w.model.b_U ≠ none → ProductsHold R F.s A P) {queries : List Query}
    (each : ∀ q, q < F.s.w.model.d_vocab → QueryHolds R F A q (queries.getD q Query.none)) {m : Nat} (hm : m < F.s.w.model.d_vocab) :
    AtLeast (F.ofMaximum P queries (F.s.w.model.n_ctx - 1) m) fun x => Normed.Correct R maximum F.s.w x ∧ maximum x = m := by
  unfold ofMaximum
  cases e : F.s.w.model.b_U with
  | none =>
    refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
    have hqm := Nat.le_of_lt_succ hq
    rw [Nat.force_eq, nth_eq]
    have Q := each q (Nat.lt_of_le_of_lt hqm hm)
    match queries.getD q Query.none, Q with
    | ⟨others, last, _⟩, Q =>
      match Q.keys with
      | ⟨M, keys⟩ => exact fair.pairOf_sound hA hM heps (fair.pair_of_none e hm keys) hqm hm
  | some T =>
    show AtLeast (F.withLeaning T m _) _
    match fair.of_withLeaning T m fun B => total (Nat.succ m) fun q => Nat.force q fun q => Query.rec (motive := fun _ => Nat)
        (fun others last side => F.tilted P B side others last q m (F.pairOf (F.s.w.model.n_ctx - 1) m q)) (nth Query.none queries q) with
    | ⟨B, eq, leaning⟩ =>
      rw [eq]
      refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
      have hqm := Nat.le_of_lt_succ hq
      rw [Nat.force_eq, nth_eq]
      have Q := each q (Nat.lt_of_le_of_lt hqm hm)
      match queries.getD q Query.none, Q with
      | ⟨others, last, side⟩, Q =>
        match Q.keys with
        | ⟨M, keys⟩ =>
          exact fair.of_tilted heps e hqm hm leaning (products (ne_none e)) (Q.side (ne_none e)) keys fun others last holds =>
            fair.pairOf_sound hA hM heps holds hqm hm

/-- The inputs counted are answered correctly. -/
theorem Fair.enough_sound {A : Head} (hA : F.s.w.model.heads = [A]) (hM : F.s.w.model.mlp = none) (heps : 0 < F.s.w.eps_num) (h : F.enough A = true) : AtLeast F.s.c.bound (Normed.Correct R maximum F.s.w) := by
  have S := fair.setup
  unfold Frame.enough at h
  match S.of_withNorms (R := R) h with
  | ⟨norms, h, N⟩ => match S.of_withHead N h with
    | ⟨T, h, H⟩ =>
      rw [Ball.Matrix.force_eq, Ball.forceList_eq] at h
      match fair.of_withRows H h with
      | ⟨rows, h, rowsHold⟩ => match of_withScorers H h with
      | ⟨scorers, h, scorersHold⟩ =>
        match fair.of_withProductsIf H h with
        | ⟨P, h, products⟩ =>
          match Setup.of_gather (P := fun q Q => QueryHolds R F A q Q) Query.none (fun q hq k' h => by
              rw [Nat.zero_add] at h ⊢
              exact fair.of_withQuery H scorersHold rowsHold products hq h) h with
          | ⟨queries, h, _, each⟩ =>
            refine AtLeast.weaken (Nat.le_of_ble_eq_true h) ?_
            unfold Frame.count
            rw [Nat.force_eq]
            refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total maximum fun m hm => ?_)
            rw [Nat.force_eq]
            refine fair.ofMaximum_sound hA hM heps products (fun q hq => ?_) hm
            have holds := each q hq
            rw [Nat.zero_add] at holds
            exact holds

end Frame

theorem of_only {α : Type} {xs : List α} {k : α → Bool} (h : only xs k = true) : ∃ x, xs = [x] ∧ k x = true := by
  match xs with
  | [] => exact Bool.noConfusion h
  | [x] => exact ⟨x, rfl, h⟩
  | _ :: _ :: _ => exact Bool.noConfusion h

/-- **Quartic is sound**: for any weights, any epsilon and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [RootField R] (w : Normed.Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Normed.Correct R maximum w) := by
  have fair := Bool.and_left h
  have later := Bool.and_right h
  have first := Bool.and_left fair
  have second := Bool.and_right fair
  match of_only later with
  | ⟨A, hA, h⟩ =>
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
      Nat.force_eq, Nat.force_eq] at h
    have B : ∀ {b : Nat}, 2 ^ (c.prec + c.width + b).succ = 2 ^ c.prec * (2 * 2 ^ c.width) * 2 ^ b := fun {b} => by
      rw [Nat.two_mul, ← Nat.two_pow_succ, ← Nat.pow_add, ← Nat.pow_add]
      exact congrArg (2 ^ ·) (Nat.succ_add (c.prec + c.width) b).symm
    refine Frame.Fair.enough_sound (R := R) (F := ⟨⟨w, c.toCertificate, 2 ^ w.model.frac, 2 ^ c.extra, 2 ^ w.model.frac * 2 ^ c.extra, c.form.error⟩, c.toCounting,
      c.bits, ones c.bits w.model.d_vocab, 2 ^ (c.bits - 1) * ones c.bits w.model.d_vocab, 2 ^ c.offset, 2 ^ c.width, c.radius,
      mostOf w c⟩) ⟨⟨rfl, Nat.two_pow_pos _, rfl, ?_, ?_, ?_, ?_, ?_, rfl⟩, ?_, rfl, rfl, ?_, ?_, ?_, ?_, ?_, ?_⟩ hA ?_ ?_ h
    · exact Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left first))
    · exact Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left first))
    · exact Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right first))
    · exact Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right first)))
    · exact Bool.and_right (Bool.and_right (Bool.and_right first))
    · exact Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left (Bool.and_right second)))
    · exact Nat.le_trans (Nat.le_mul_of_pos_right _ (Nat.two_pow_pos _)) (Nat.le_of_eq B.symm)
    · intro some
      show 2 ^ c.prec * (3 * 2 ^ c.width) ≤ Nat.pow 2 (Nat.succ (Nat.add (Nat.add c.prec c.width) (Option.rec 0 (fun _ => 1) w.model.b_U)))
      cases e : w.model.b_U with
      | none => exact absurd e some
      | some T =>
        refine Nat.le_trans ?_ (Nat.le_of_eq (B (b := 1)).symm)
        rw [Nat.mul_assoc]
        refine Nat.mul_le_mul_left _ ?_
        rw [Nat.mul_comm (2 * _), ← Nat.mul_assoc]
        exact Nat.mul_le_mul_right _ (Nat.le_succ 3)
    · exact Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left (Bool.and_right second)))
    · exact Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right second)))
    · exact Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right second)))
    · exact Nat.two_pow_pos _
    · exact Option.eq_none_of_isNone (Bool.and_right (Bool.and_left second))
    · exact Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left second))

end NormedQuartic
end Transformer
end Compact
