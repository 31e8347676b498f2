prelude
import Compact.Transformer.Enclosure.Narrow
import Compact.Transformer.Enclosure.Term
import Compact.Transformer.General.HeadSpares
import Compact.Transformer.General.Tables
import Compact.Transformer.Strategy.HeadsAnchored.Check
/-!
# What keys give, as packed rows

A `Piece` stands for what some keys give to the margin of `a` over each output, from below.  Pieces add up, and one comparison shows
that a multiple of one makes good for a multiple of another.
-/
namespace Compact
namespace Transformer
namespace HeadsAnchored

/-- The piece is a lower bound of `u t`, for each output `t` but `a`. -/
def Piece.Stands (R : Type) [ExpField R] (L v a : Nat) (P : Piece) (u : Nat → R) : Prop :=
  ∃ f : Nat → Nat, P.row = pack L v f ∧ (∀ j, j < v → f j ≤ P.cap) ∧ P.top ≤ P.cap ∧
    ∀ t, t < v → t ≠ a → ofNat R P.top ≤ ofNat R (f t) + u t

theorem Piece.force_eq {α : Type} (P : Piece) (K : Piece → α) : P.force K = K P := by
  unfold Piece.force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]

section
variable {R : Type} [ExpField R] {L v a : Nat}

theorem Piece.Stands.add {P Q : Piece} {u u' : Nat → R} (hP : P.Stands R L v a u) (hQ : Q.Stands R L v a u') :
    (P.add Q).Stands R L v a fun t => u t + u' t := by
  match hP, hQ with
  | ⟨f, row, cap, top, le⟩, ⟨g, row', cap', top', le'⟩ =>
    refine ⟨fun j => f j + g j, ?_, fun j hj => Nat.add_le_add (cap j hj) (cap' j hj), Nat.add_le_add top top', fun t ht hne => ?_⟩
    · show P.row + Q.row = _
      rw [row, row']
      exact pack_add _ _ _ _
    · show ofNat R (P.top + Q.top) ≤ ofNat R (f t + g t) + (u t + u' t)
      rw [ofNat_add, ofNat_add]
      exact le_of_linear (add_le_add (le t ht hne) (le' t ht hne))
        (by ring [ofNat R P.top, ofNat R Q.top, ofNat R (f t), ofNat R (g t), u t, u' t])

/-- What the comparison shows. -/
theorem of_bears (hL : 0 < L) {P Q : Piece} {u u' : Nat → R} (hP : P.Stands R L v a u) (hQ : Q.Stands R L v a u') {parts l : Nat}
    (h : bears L (ones L v) (2 ^ (L - 1) * ones L v) parts l P Q = true) {t : Nat} (ht : t < v) (hne : t ≠ a) :
    0 ≤ ofNat R parts * u t + ofNat R l * u' t := by
  match hP, hQ with
  | ⟨f, row, cap, top, le⟩, ⟨g, row', cap', top', le'⟩ =>
    have small : parts * P.cap + l * Q.cap < 2 ^ (L - 1) := Nat.le_of_ble_eq_true (Bool.and_left h)
    have test : lanesLe (2 ^ (L - 1) * ones L v) (parts * P.row + l * Q.row) ((parts * P.top + l * Q.top) * ones L v) = true := Bool.and_right h
    have const : (parts * P.top + l * Q.top) * ones L v = pack L v fun _ => parts * P.top + l * Q.top := (pack_const _ _ _).symm
    rw [row, row', mul_pack, mul_pack, pack_add, const] at test
    have room {x y : Nat} (hx : x ≤ P.cap) (hy : y ≤ Q.cap) : parts * x + l * y < 2 ^ (L - 1) :=
      Nat.lt_of_le_of_lt (Nat.add_le_add (Nat.mul_le_mul_left _ hx) (Nat.mul_le_mul_left _ hy)) small
    have nat := of_lanesLe hL (fun j hj => Nat.le_of_lt (room (cap j hj) (cap' j hj))) (fun _ _ => room top top') test ht
    have real := ofNat_le (R := R) nat
    rw [ofNat_add, ofNat_add, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_mul] at real
    have one := mul_le_mul_of_nonneg_left (le t ht hne) (ofNat_nonneg (R := R) parts)
    have two := mul_le_mul_of_nonneg_left (le' t ht hne) (ofNat_nonneg (R := R) l)
    exact le_of_linear (add_le_add real (add_le_add one two)) (by
      ring [ofNat R parts, ofNat R l, ofNat R P.top, ofNat R Q.top, ofNat R (f t), ofNat R (g t), u t, u' t])

end

/-! ## One key -/

/-- What is known of a head, for one query and one right answer. -/
structure Known (w : Compact.Weights) (c : Params) (L q a : Nat) (d : Nat → Nat) : Prop where
  wellFormed : w.WellFormed
  narrow : (Enclosure.of w c (Circuits.of w)).narrow c.width = true
  room : 3 * 2 ^ c.width < 2 ^ L
  q_lt : q < w.d_vocab
  a_lt : a < w.d_vocab
  row_le (t : Nat) : t < w.d_vocab → d t ≤ 2 ^ c.width

/-- What the key with the token `y` at the position `p` gives to the margin over `t`, times the sum of all weights. -/
noncomputable def share (R : Type) [ExpField R] (w : Compact.Weights) (c : Params) (q a : Nat) (d : Nat → Nat) (p y t : Nat) : R :=
  (viewWithDirect R w c q (List.tabulate w.d_vocab d)).token y * (viewWithDirect R w c q (List.tabulate w.d_vocab d)).pos p *
    ((viewWithDirect R w c q (List.tabulate w.d_vocab d)).logit y p a - (viewWithDirect R w c q (List.tabulate w.d_vocab d)).logit y p t)

/-- The logits of a key, with a row in place of the direct path. -/
noncomputable def logitAt (w : Compact.Weights) (c : Params) (d : Nat → Nat) (p y t : Nat) : Nat :=
  d t + (Enclosure.of w c (Circuits.of w)).token y t + (Enclosure.of w c (Circuits.of w)).pos p t

section
variable {R : Type} [ExpField R] {w : Compact.Weights} {c : Params} {L q a : Nat} {d : Nat → Nat}

/-- The direct path being a row. -/
theorem Known.lane_eq (_ : Known w c L q a d) (p y : Nat) {t : Nat} (ht : t < w.d_vocab) :
    (withDirect (Enclosure.of w c (Circuits.of w)) q (List.tabulate w.d_vocab d)).lane q y p t = logitAt w c d p y t := by
  show ((withDirect _ q _).directRow.getD q []).getD t 0 + (Enclosure.of w c (Circuits.of w)).token y t +
    (Enclosure.of w c (Circuits.of w)).pos p t = _
  rw [directRow_withDirect, List.getD_tabulate 0 ht]
  rfl

theorem Known.row_le' (K : Known w c L q a d) (j : Nat) : (List.tabulate w.d_vocab d).getD j 0 ≤ 2 ^ c.width := by
  cases Nat.lt_or_ge j w.d_vocab with
  | inl hj => rw [List.getD_tabulate 0 hj]; exact K.row_le j hj
  | inr hj =>
    rw [List.getD_eq_default 0 (List.length_tabulate.symm ▸ hj)]
    exact Nat.zero_le _

/-- What a key gives, from the tables. -/
theorem Known.share_ge (K : Known w c L q a d) {p y : Nat} (hp : p < w.n_ctx) (hy : y < w.d_vocab) {t : Nat} (ht : t < w.d_vocab) :
    ofNat R (((Enclosure.of w c (Circuits.of w)).factor q y p).1 * logitAt w c d p y a) ≤
      ofNat R (((Enclosure.of w c (Circuits.of w)).factor q y p).1 * logitAt w c d p y t +
        slack (3 * 2 ^ c.width) ((Enclosure.of w c (Circuits.of w)).factor q y p)) + share R w c q a d p y t := by
  have fits := fits_withDirect (R := R) K.wellFormed c K.q_lt (List.tabulate w.d_vocab d)
  have term : _ - _ - ofNat R (slack (3 * 2 ^ c.width) ((Enclosure.of w c (Circuits.of w)).factor q y p)) ≤ share R w c q a d p y t :=
    fits.term_ge (B := 3 * 2 ^ c.width) hy hp K.a_lt ht (lane_withDirect_le K.narrow K.row_le' y p t)
  have same : (withDirect (Enclosure.of w c (Circuits.of w)) q (List.tabulate w.d_vocab d)).factor q y p =
    (Enclosure.of w c (Circuits.of w)).factor q y p := rfl
  rw [K.lane_eq p y ht, K.lane_eq p y K.a_lt, same] at term
  rw [ofNat_add]
  exact le_of_linear term (gather _ _ _ _)
where
  gather (t s l u : R) : t + l + u + (s - t - l) = s + u := by ring [t, s, l, u]

theorem Known.stands (K : Known w c L q a d) {p y : Nat} (hp : p < w.n_ctx) (hy : y < w.d_vocab) {X : Nat × Nat}
    (hX : X = (((Enclosure.of w c (Circuits.of w)).factor q y p).1, slack (3 * 2 ^ c.width) ((Enclosure.of w c (Circuits.of w)).factor q y p)))
    {N : Nat} (hN : N = pack L w.d_vocab (logitAt w c d p y)) :
    (Piece.of L (3 * 2 ^ c.width) a (Nat.sub (ones L w.d_vocab) (Nat.shiftLeft 1 (Nat.mul L a))) X N).Stands R L w.d_vocab a
      fun t => share R w c q a d p y t := by
  have low {t : Nat} (ht : t < w.d_vocab) : logitAt w c d p y t ≤ 3 * 2 ^ c.width := by
    rw [← K.lane_eq p y ht]
    exact lane_withDirect_le K.narrow K.row_le' y p t
  have read : readLane L N a = logitAt w c d p y a := by
    rw [hN]
    exact digit_pack _ (fun j hj => Nat.lt_of_le_of_lt (low hj) K.room) K.a_lt
  have lost (l t : Nat) : lossAt l a t ≤ l := by
    unfold lossAt
    by_cases e : t = a
    case pos => rw [ite_eq_left e]; exact Nat.zero_le _
    case neg => rw [ite_eq_right e]; exact Nat.le_refl _
  refine ⟨fun t => X.1 * logitAt w c d p y t + lossAt X.2 a t, ?_, fun t ht => ?_, ?_, fun t ht hne => ?_⟩
  · show X.1 * N + X.2 * _ = _
    have losses : X.2 * (Nat.sub (ones L w.d_vocab) (Nat.shiftLeft 1 (Nat.mul L a))) = pack L w.d_vocab (lossAt X.2 a) :=
      pack_lossAt L X.2 K.a_lt
    rw [losses, hN, mul_pack, pack_add]
  · exact Nat.add_le_add (Nat.mul_le_mul_left _ (low ht)) (lost X.2 t)
  · show X.1 * readLane L N a ≤ X.1 * (3 * 2 ^ c.width) + X.2
    rw [read]
    exact Nat.le_trans (Nat.mul_le_mul_left _ (low K.a_lt)) (Nat.le_add_right _ _)
  · have e : lossAt X.2 a t = X.2 := by unfold lossAt; rw [ite_eq_right hne]
    show ofNat R (X.1 * readLane L N a) ≤ ofNat R (X.1 * logitAt w c d p y t + lossAt X.2 a t) + _
    rw [read, e, hX]
    exact K.share_ge hp hy ht

end
end HeadsAnchored
end Transformer
end Compact
