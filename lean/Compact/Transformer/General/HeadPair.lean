prelude
import Compact.Transformer.Mixture.Class
import Compact.Packed.Compare
import Compact.Transformer.Classes.Describe
import Compact.Transformer.General.Tables
/-!
# One head, one query, one maximum: rows over outputs

With a row `D` in place of the direct path, a head's tokens are compared output by output, all outputs in one operation.  The
numbers are those of its tables; what the comparisons show is `Spares` (`Transformer/Mixture/Class.lean`).
-/
namespace Compact
namespace Transformer
noncomputable section

/-- What one head needs for one query and one maximum, packed over outputs. -/
structure HeadPair where
  /-- Factors: of the maximum; of the query at its own position; of all tokens, packed. -/
  max : Nat
  own : Nat
  tokens : Nat
  /-- What is added to the row of a token. -/
  base : Nat
  /-- The row of the maximum, that of the query at its own position, and their entries at the maximum. -/
  maxRow : Nat
  maxTop : Nat
  ownRow : Nat
  ownTop : Nat
  /-- One more than the slack, and that in every lane but the maximum's. -/
  loss : Nat
  losses : Nat

/-- The numbers of a head. -/
def HeadPair.of (t : Tables) (q m D : Nat) : HeadPair where
  max := readLane t.bits (nth 0 t.tokenLo q) m
  own := Nat.mul (readLane t.bits (nth 0 t.tokenLo q) q) (nth 0 t.own q)
  tokens := nth 0 t.tokenLo q
  base := Nat.add D (nth 0 t.position m)
  maxRow := Nat.add (nth 0 t.token m) (Nat.add D (nth 0 t.position m))
  maxTop := readLane t.bits (Nat.add (nth 0 t.token m) (Nat.add D (nth 0 t.position m))) m
  ownRow := Nat.add (nth 0 t.token q) (Nat.add D t.last)
  ownTop := readLane t.bits (Nat.add (nth 0 t.token q) (Nat.add D t.last)) m
  loss := Nat.succ (readLane t.bits (nth 0 t.slack q) m)
  losses := Nat.mul (Nat.succ (readLane t.bits (nth 0 t.slack q) m)) (Nat.sub (ones t.bits t.v) (Nat.shiftLeft 1 (Nat.mul t.bits m)))

/-- Evaluate the numbers, then go on with them. -/
def HeadPair.force {α : Type} (P : HeadPair) (k : HeadPair → α) : α :=
  Nat.force P.max fun max => Nat.force P.own fun own => Nat.force P.tokens fun tokens => Nat.force P.base fun base =>
  Nat.force P.maxRow fun maxRow => Nat.force P.maxTop fun maxTop => Nat.force P.ownRow fun ownRow =>
  Nat.force P.ownTop fun ownTop => Nat.force P.loss fun loss => Nat.force P.losses fun losses =>
  k ⟨max, own, tokens, base, maxRow, maxTop, ownRow, ownTop, loss, losses⟩

/-- What can be spared over each output is `top` less a lane of `row`, if the maximum's positions weigh `U`. -/
def HeadPair.top (P : HeadPair) (U : Nat) : Nat := Nat.add (Nat.mul (Nat.mul U P.max) P.maxTop) (Nat.mul P.own P.ownTop)
def HeadPair.row (P : HeadPair) (U : Nat) : Nat :=
  Nat.add (Nat.add (Nat.mul (Nat.mul U P.max) P.maxRow) (Nat.mul P.own P.ownRow)) P.losses

/-- Lanes hold all numbers of a head whose positions weigh `mass`; `whole` is the heaviest times all parts. -/
def HeadPair.roomy (P : HeadPair) (t : Tables) (parts mass whole : Nat) : Bool :=
  Nat.force (Nat.mul 4 (Nat.pow 2 t.width)) fun r =>
  Nat.ble (Nat.succ (Nat.add (Nat.mul (Nat.succ parts) (Nat.add (Nat.add (Nat.mul (Nat.mul mass (Nat.pow 2 t.prec)) r) (Nat.mul P.own r)) P.loss))
    (Nat.mul (Nat.mul (Nat.succ whole) (Nat.pow 2 t.prec)) r))) (Nat.pow 2 (Nat.pred t.bits))

/-- Is the maximum's row nowhere above its entry at the maximum? -/
def HeadPair.leads (P : HeadPair) (tops one : Nat) : Bool := lanesLe tops P.maxRow (Nat.mul P.maxTop one)

/-- Is there something to spare over each output? -/
def spares (tops one top row : Nat) : Bool := lanesLe tops row (Nat.mul top one)

/-- Does a token with the row `R` (its entry at the maximum being `G`) and the factor `e` take no more than `l` parts? -/
def takes (tops one top row whole l e R G : Nat) : Bool :=
  Nat.force (Nat.mul whole e) fun e => lanesLe tops (Nat.add (Nat.mul l row) (Nat.mul e R))
    (Nat.mul (Nat.add (Nat.mul l top) (Nat.mul e G)) one)

end

theorem HeadPair.force_eq {α : Type} (P : HeadPair) (k : HeadPair → α) : P.force k = k P := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
    Nat.force_eq, Nat.force_eq]

/-! ## What the rows hold -/

/-- What is known of a head's tables, a row, a query and a maximum. -/
structure Known (t : Tables) (T : Enclosure) (X d : Nat → Nat) (q m D SL : Nat) : Prop where
  describe : t.Describe T
  m_lt : m < t.v
  q_lt : q < t.v
  row : D = pack t.bits t.v d
  row_le (j : Nat) : j < t.v → d j ≤ 2 ^ t.width
  position : t.position.getD m 0 = pack t.bits t.v X
  position_le (j : Nat) : j < t.v → X j ≤ 2 * 2 ^ t.width
  slack : t.entry t.slack q m = SL

section
variable {t : Tables} {T : Enclosure} {X d : Nat → Nat} {q m D SL : Nat} (h : Known t T X d q m D SL)

/-- The logit of the output `j` along a path through the token `k`. -/
def pathOf (T : Enclosure) (X d : Nat → Nat) (k j : Nat) : Nat := d j + T.token k j + X j

/-- The same at the query's own position. -/
def ownOf (t : Tables) (T : Enclosure) (d : Nat → Nat) (q j : Nat) : Nat := d j + T.token q j + T.pos t.n j

/-- The row of a token. -/
def tokenRow (t : Tables) (P : HeadPair) (s : Nat) : Nat := t.token.getD s 0 + P.base

namespace Known
include h

theorem token_lt (k j : Nat) : T.token k j < 2 ^ t.width :=
  lt_of_narrowRows (Bool.and_left h.describe.narrow) k j

theorem pos_lt (p j : Nat) : T.pos p j < 2 ^ t.width :=
  lt_of_narrowRows (Bool.and_left (Bool.and_right h.describe.narrow)) p j

omit h in
theorem four : 4 * 2 ^ t.width = 2 ^ t.width + 2 ^ t.width + 2 * 2 ^ t.width := by
  rw [Nat.add_assoc, Nat.add_comm (2 ^ t.width) (2 * _), ← Nat.succ_mul, Nat.add_comm, ← Nat.succ_mul]

theorem path_le (k : Nat) {j : Nat} (hj : j < t.v) : pathOf T X d k j ≤ 4 * 2 ^ t.width := by
  rw [four (t := t)]
  exact Nat.add_le_add (Nat.add_le_add (h.row_le j hj) (Nat.le_of_lt (h.token_lt k j))) (h.position_le j hj)

theorem ownOf_le {j : Nat} (hj : j < t.v) : ownOf t T d q j ≤ 4 * 2 ^ t.width := by
  rw [four (t := t)]
  refine Nat.add_le_add (Nat.add_le_add (h.row_le j hj) (Nat.le_of_lt (h.token_lt q j))) (Nat.le_trans (Nat.le_of_lt (h.pos_lt t.n j)) ?_)
  exact Nat.le_mul_of_pos_left _ Nat.two_pos

theorem tokenRow_eq {k : Nat} (hk : k < t.v) : tokenRow t (HeadPair.of t q m D) k = pack t.bits t.v (pathOf T X d k) := by
  show t.token.getD k 0 + (D + nth 0 t.position m) = _
  rw [nth_eq, h.describe.token k hk, h.row, h.position, pack_add, pack_add]
  exact pack_congr _ fun j _ => Nat.add_left_comm _ _ _ |>.trans (Nat.add_assoc _ _ _).symm

theorem maxRow_eq : (HeadPair.of t q m D).maxRow = pack t.bits t.v (pathOf T X d m) := by
  show nth 0 t.token m + (D + nth 0 t.position m) = _
  rw [nth_eq]
  exact h.tokenRow_eq h.m_lt

theorem ownRow_eq : (HeadPair.of t q m D).ownRow = pack t.bits t.v (ownOf t T d q) := by
  show nth 0 t.token q + (D + t.last) = _
  rw [nth_eq, h.describe.token q h.q_lt, h.row, h.describe.last, pack_add, pack_add]
  exact pack_congr _ fun j _ => Nat.add_left_comm _ _ _ |>.trans (Nat.add_assoc _ _ _).symm

theorem max_eq : (HeadPair.of t q m D).max = T.tokenLo q m := by
  show digit t.bits (nth 0 t.tokenLo q) m = _
  rw [nth_eq]
  exact h.describe.tokenLo q m h.q_lt h.m_lt

theorem own_eq : (HeadPair.of t q m D).own = T.tokenLo q q * T.posLo q t.n := by
  show digit t.bits (nth 0 t.tokenLo q) q * nth 0 t.own q = _
  rw [nth_eq, nth_eq, h.describe.own q h.q_lt]
  exact congrArg (· * _) (h.describe.tokenLo q q h.q_lt h.q_lt)

theorem factor_eq {s : Nat} (hs : s < t.v) : readLane t.bits (HeadPair.of t q m D).tokens s = T.tokenLo q s := by
  show digit t.bits (nth 0 t.tokenLo q) s = _
  rw [nth_eq]
  exact h.describe.tokenLo q s h.q_lt hs

theorem loss_eq : (HeadPair.of t q m D).loss = SL + 1 := by
  show digit t.bits (nth 0 t.slack q) m + 1 = _
  rw [nth_eq]
  exact congrArg (· + 1) h.slack

end Known
end
end Transformer
end Compact
