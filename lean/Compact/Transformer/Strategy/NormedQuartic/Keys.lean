prelude
import Compact.Transformer.Strategy.NormedQuartic.Terms
/-!
# Quartic for a model with norms: rows and keys

What packed rows of logits hold, and what a position with its token adds to a difference of logits.
-/
namespace Compact
namespace Transformer
namespace NormedQuartic
namespace Frame
open NormedBruteForce (Setup)
open NormedBruteForce.Setup (gather HeadTable HeadHolds Vectors atLeastAll residOf vectorOf)
variable {R : Type} [RootField R]

/-- What is known of the frame. -/
structure Fair (F : Frame) : Prop where
  setup : F.s.Fair
  pos : 0 < F.L
  ones : F.ones = Compact.ones F.L F.s.w.model.d_vocab
  tops : F.tops = 2 ^ (F.L - 1) * Compact.ones F.L F.s.w.model.d_vocab
  most : 2 ^ F.s.c.prec * (2 * F.wide) ≤ F.most
  leaning : F.s.w.model.b_U ≠ none → 2 ^ F.s.c.prec * (3 * F.wide) ≤ F.most
  parts : 0 < F.C.parts
  room : F.C.parts * ((F.s.w.model.n_ctx + 1) * (3 * F.most)) < 2 ^ (F.L - 1)
  count : (F.s.w.model.d_vocab + 1) ^ (F.s.w.model.n_ctx - 1) < 2 ^ F.C.countBits
  most_pos : 0 < F.most

/-! ## Rows -/

/-- What a packed row holds: lanes that are a number's units, shifted up, up to the radius. -/
def RowHolds (F : Frame) (N : Nat) (g : Nat → R) : Prop :=
  ∃ f : Nat → Nat, N = pack F.L F.s.w.model.d_vocab f ∧ ∀ t, t < F.s.w.model.d_vocab → f t < F.wide ∧
    Ball.Near (ofNat R F.s.one * g t - (ofNat R (f t) - ofNat R F.offset)) (ofNat R F.radius)

variable {F : Frame} (fair : F.Fair)
include fair

theorem Fair.of_withCentred {xs : List Ball} {f : Nat → R} (hx : Ball.HoldsAll F.s.one xs F.s.w.model.d_model f) {k : List Ball → Bool}
    (h : F.withCentred xs k = true) :
    ∃ ys, k ys = true ∧ Ball.HoldsAll (F.s.one * F.s.w.model.d_model) ys F.s.w.model.d_model (Normed.centred R F.s.w f) := by
  unfold withCentred at h
  rw [Nat.force_eq, Ball.force_eq, Ball.forceList_eq] at h
  exact ⟨_, h, hx.map fun i hi => fair.setup.centre hx.sum (hx.get i hi)⟩

theorem Fair.of_withReads {xs : List Ball} {f : Nat → R} (hx : Ball.HoldsAll F.s.one xs F.s.w.model.d_model f) {k : List Ball → Bool}
    (h : F.withReads (F.s.matrix F.s.w.model.W_U F.s.w.model.d_model F.s.w.model.d_vocab) xs k = true) :
    ∃ ys, k ys = true ∧ Ball.HoldsAll F.s.one ys F.s.w.model.d_vocab fun t => Normed.reads R F.s.w t f := by
  unfold withReads at h
  rw [Nat.force_eq] at h
  have S := fair.setup
  match fair.of_withCentred hx h with
  | ⟨cs, h, holds⟩ =>
    rw [Ball.forceList_eq] at h
    have all := S.times (R := R) holds F.s.w.model.W_U F.s.w.model.d_vocab
    rw [Nat.mul_assoc] at all
    exact ⟨_, h, all.map fun t ht => (all.get t ht).shrink (Nat.mul_pos S.d_model S.unit_pos)⟩

omit fair in
theorem of_withRow {xs : List Ball} {g : Nat → R} (hx : Ball.HoldsAll F.s.one xs F.s.w.model.d_vocab g) {k : Nat → Bool}
    (h : F.withRow xs k = true) : ∃ N, k N = true ∧ RowHolds F N g := by
  have all := Bool.and_left h
  have rest := Bool.and_right h
  rw [Nat.force_eq, packList_eq] at rest
  have each (xs : List Ball) (all : fold (fun x ih => F.fits x && ih) true xs = true) {i : Nat} (hi : i < xs.length) :
      F.fits (xs.getD i Ball.zero) = true := by
    induction xs generalizing i with
    | nil => exact absurd hi (Nat.not_lt_zero i)
    | cons x xs ih =>
      have all : (F.fits x && fold (fun x ih => F.fits x && ih) true xs) = true := all
      cases i with
      | zero => exact Bool.and_left all
      | succ i => exact ih (Bool.and_right all) (Nat.lt_of_succ_lt_succ hi)
  refine ⟨_, rest, fun t => (mapFold F.lift xs).getD t 0, ?_, fun t ht => ?_⟩
  · rw [length_mapFold, hx.length]
  · have ht' : t < xs.length := hx.length.symm ▸ ht
    have fit := each xs all ht'
    have ball := hx.get t ht
    show (mapFold F.lift xs).getD t 0 < F.wide ∧ Ball.Near (ofNat R F.s.one * g t - (ofNat R ((mapFold F.lift xs).getD t 0) - ofNat R F.offset)) (ofNat R F.radius)
    rw [getD_mapFold F.lift xs ht' Ball.zero]
    generalize xs.getD t Ball.zero = b at fit ball
    have up : b.minus ≤ F.offset + b.plus := Nat.le_of_ble_eq_true (Bool.and_left fit)
    refine ⟨Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right fit)), ?_⟩
    refine (Ball.Near.of_eq ball ?_ rfl).mono (ofNat_le (Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right fit))))
    show _ = ofNat R F.s.one * g t - (ofNat R (F.offset + b.plus - b.minus) - ofNat R F.offset)
    rw [ofNat_sub up, ofNat_add]
    ring [ofNat R F.s.one, g t, ofNat R b.plus, ofNat R b.minus, ofNat R F.offset]

/-! ## Keys -/

/-- What a key holds: a difference of logits times its weight `e`, for any two outputs. -/
def KeyHolds (F : Frame) (K : Key) (e : R) (g : Nat → R) : Prop :=
  ∃ f : Nat → Nat, K.row = pack F.L F.s.w.model.d_vocab f ∧ (∀ t, t < F.s.w.model.d_vocab → f t ≤ 2 ^ F.s.c.prec * (2 * F.wide)) ∧
    K.slack ≤ F.most ∧ (K.weight ≤ 2 ^ F.s.c.prec ∧ Ball.Near (ofNat R (2 ^ F.s.c.prec) * e - ofNat R K.weight) (ofNat R K.spread)) ∧
    ∀ m t, m < F.s.w.model.d_vocab → t < F.s.w.model.d_vocab →
      ofNat R (f m) ≤ ofNat R (2 ^ F.s.c.prec) * e * (ofNat R F.s.one * (g m - g t)) + ofNat R (f t) + ofNat R K.slack

/-- What it holds for the maximum `m`: `d t` is the margin over the output `t`. -/
def KeyFor (F : Frame) (K : Key) (e : R) (m : Nat) (d : Nat → R) : Prop :=
  ∃ f : Nat → Nat, K.row = pack F.L F.s.w.model.d_vocab f ∧ (∀ t, t < F.s.w.model.d_vocab → f t ≤ F.most) ∧ K.slack ≤ F.most ∧
    ∀ t, t < F.s.w.model.d_vocab →
      ofNat R (f m) ≤ ofNat R (2 ^ F.s.c.prec) * e * (ofNat R F.s.one * d t) + ofNat R (f t) + ofNat R K.slack

theorem Fair.key_for {K : Key} {e : R} {g : Nat → R} (h : KeyHolds F K e g) {m : Nat} (hm : m < F.s.w.model.d_vocab) {d : Nat → R}
    (eq : ∀ t, t < F.s.w.model.d_vocab → g m - g t = d t) : KeyFor F K e m d := by
  match h with
  | ⟨f, row, small, slack, _, bound⟩ =>
    refine ⟨f, row, fun t ht => Nat.le_trans (small t ht) fair.most, slack, fun t ht => ?_⟩
    rw [← eq t ht]
    exact bound m t hm ht

omit fair in
theorem of_withKey {E : Ball} {own row : Nat} {e : R} {g h : Nat → R} (he : E.Holds (2 ^ F.s.c.prec) e) (e0 : 0 ≤ e) (hown : RowHolds F own g)
    (hrow : RowHolds F row h) {k : Key → Bool} (pass : F.withKey E own row k = true) :
    ∃ K, k K = true ∧ KeyHolds F K e fun t => g t + h t := by
  have first := Bool.and_left pass
  have rest := Bool.and_right pass
  rw [Nat.force_eq, Nat.force_eq] at rest
  have minus : E.minus = 0 := Nat.eq_of_beq_eq_true _ _ (Bool.and_left first)
  have small : E.plus ≤ 2 ^ F.s.c.prec := Nat.le_of_ble_eq_true (Bool.and_right first)
  match hown, hrow with
  | ⟨f, ef, hf⟩, ⟨f', ef', hf'⟩ =>
    refine ⟨_, Bool.and_right rest, fun t => E.plus * (f t + f' t), ?_, fun t ht => ?_, Nat.le_of_ble_eq_true (Bool.and_left rest), ⟨small, ?_⟩, fun m t hm ht => ?_⟩
    · show E.plus * (own + row) = _
      rw [ef, ef', pack_add, mul_pack]
    · rw [Nat.two_mul]
      exact Nat.mul_le_mul small (Nat.add_le_add (Nat.le_of_lt (hf t ht).left) (Nat.le_of_lt (hf' t ht).left))
    · show Ball.Near (_ - ofNat R E.plus) (ofNat R E.radius)
      refine Ball.Near.of_eq he ?_ rfl
      rw [minus, ofNat_zero, sub_zero]
    · show ofNat R (E.plus * (f m + f' m)) ≤ ofNat R (2 ^ F.s.c.prec) * e * (ofNat R F.s.one * (g m + h m - (g t + h t))) +
        ofNat R (E.plus * (f t + f' t)) + ofNat R (E.plus * (4 * F.radius) + E.radius * (2 * F.wide + 4 * F.radius))
      have four : ofNat R (4 * F.radius) = ofNat R F.radius + ofNat R F.radius + (ofNat R F.radius + ofNat R F.radius) := by
        have e : 4 * F.radius = F.radius + F.radius + (F.radius + F.radius) := by
          show (2 * 2) * F.radius = _
          rw [Nat.mul_assoc, Nat.two_mul F.radius, Nat.two_mul]
        rw [e, ofNat_add, ofNat_add]
      -- The difference itself, in units, is at least `z`.
      have near := ((hf m hm).right.add (hf' m hm).right).add ((hf t ht).right.add (hf' t ht).right).neg
      have low : ofNat R (f m + f' m) - ofNat R (f t + f' t) - ofNat R (4 * F.radius) ≤ ofNat R F.s.one * (g m + h m - (g t + h t)) := by
        rw [four]
        have ge := near.ge
        generalize ofNat R F.radius = ρ at ge ⊢
        exact le_of_linear ge (by
          ring [ofNat R F.s.one, g m, h m, g t, h t, ofNat R (f m), ofNat R (f' m), ofNat R (f t), ofNat R (f' t), ofNat R F.offset, ρ])
      have weight : 0 ≤ ofNat R (2 ^ F.s.c.prec) * e := mul_nonneg (ofNat_nonneg _) e0
      have scaled := mul_le_mul_of_nonneg_left low weight
      -- And the weight may be less or more than its lower bound.
      have size : Ball.Near (ofNat R (f m + f' m) - ofNat R (f t + f' t) - ofNat R (4 * F.radius)) (ofNat R (2 * F.wide + 4 * F.radius)) := by
        have bound {s : Nat} (hs : s < F.s.w.model.d_vocab) : ofNat R (f s + f' s) ≤ ofNat R (2 * F.wide) :=
          ofNat_le (Nat.two_mul F.wide ▸ Nat.add_le_add (Nat.le_of_lt (hf s hs).left) (Nat.le_of_lt (hf' s hs).left))
        rw [ofNat_add (2 * F.wide)]
        have b1 := bound hm
        have b2 := bound ht
        have p1 := ofNat_nonneg (R := R) (f m + f' m)
        have p2 := ofNat_nonneg (R := R) (f t + f' t)
        have p3 := ofNat_nonneg (R := R) (4 * F.radius)
        generalize ofNat R (f m + f' m) = a at *
        generalize ofNat R (f t + f' t) = b at *
        generalize ofNat R (4 * F.radius) = c at *
        generalize ofNat R (2 * F.wide) = W at *
        constructor
        · exact le_of_linear (add_le_add (add_le_add b1 p2) (add_le_add p3 p3)) (by ring [a, b, c, W])
        · exact le_of_linear (add_le_add b2 p1) (by ring [a, b, c, W])
      have product := Ball.Near.mul he size
      have ge := product.ge
      rw [minus, ofNat_zero, sub_zero] at ge
      rw [ofNat_mul, ofNat_mul, ofNat_add (E.plus * (4 * F.radius)), ofNat_mul E.plus (4 * F.radius), ofNat_mul E.radius]
      generalize ofNat R (f m + f' m) = a at *
      generalize ofNat R (f t + f' t) = b at *
      generalize ofNat R (4 * F.radius) = c at *
      generalize ofNat R (2 * F.wide + 4 * F.radius) = B at *
      generalize ofNat R (2 ^ F.s.c.prec) * e = w at *
      generalize ofNat R F.s.one * (g m + h m - (g t + h t)) = D at *
      exact le_of_linear (add_le_add scaled ge) (by ring [a, b, c, B, w, D, ofNat R E.plus, ofNat R E.radius])

end Frame
end NormedQuartic
end Transformer
end Compact
