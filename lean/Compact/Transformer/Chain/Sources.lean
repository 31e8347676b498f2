prelude
import Compact.Packed.Columns
import Compact.Packed.Slice
import Compact.Transformer.Chain.Fast
/-!
# Grids of weights

A tensor as a grid, its transpose, a row added to all rows, and some of the rows: the factors of the chains of the circuits.
-/
namespace Compact
noncomputable section

/-- A tensor of `c` columns. -/
def Tensor.grid (T : Tensor) (c : Nat) : Grid where
  bits := Nat.add T.bits 3
  off := Nat.pow 2 (Nat.sub T.bits 1)
  rows := Nat.force (Nat.sub (Nat.pow 2 T.bits) 1) fun m => mapFold (fieldPack T.bits m (Nat.add T.bits 3) c) T.rows

namespace Grid

/-- Columns of `r` entries from a matrix whose rows lie side by side in `J`: `L` bits an entry, `W` bits a row. -/
def columnsOf (L W m r : Nat) (c : Nat) : Nat → List Nat :=
  Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => []) (fun _ ih J => Nat.force J fun J => fieldPack W m L r J :: ih (Nat.shiftRight J L)) c

/-- The transpose of a grid with `r` rows and `c` columns. -/
def transpose (r c : Nat) (G : Grid) : Grid where
  bits := G.bits
  off := G.off
  rows := Nat.force G.bits fun L => Nat.force (Nat.mul L c) fun W => Nat.force G.mask fun m => columnsOf L W m r c (packList W G.rows)

/-- Row `i` of `B` added to all rows of `A`, which have `c` entries. -/
def addRow (c : Nat) (A B : Grid) (i : Nat) : Grid where
  bits := laneOf (Nat.add A.off B.off)
  off := Nat.add A.off B.off
  rows := Nat.force (laneOf (Nat.add A.off B.off)) fun L => Nat.force (nth 0 (B.widen L c) i) fun y => mapFold (fun x => Nat.add x y) (A.widen L c)

/-- The rows `lo, ..., lo + len - 1`. -/
def slice (lo len : Nat) (G : Grid) : Grid := ⟨G.bits, G.off, Compact.slice lo len G.rows⟩

end Grid
end

theorem Tensor.holds_grid {T : Tensor} {r c : Nat} (hr : T.rows.length = r) (hT : (T.mat c).Shape r c) :
    (T.grid c).Holds (T.mat c) r c := by
  have rows : (T.grid c).rows = mapFold (fieldPack T.bits (2 ^ T.bits - 1) (T.bits + 3) c) T.rows :=
    Nat.force_eq (2 ^ T.bits - 1) fun m => mapFold (fieldPack T.bits m (T.bits + 3) c) T.rows
  refine ⟨rfl, Nat.zero_lt_succ _, ?_, hT, ?_, fun i hi => ?_⟩
  · show 2 * 2 ^ (T.bits - 1) < 2 ^ (T.bits + 2)
    rw [Nat.mul_comm, ← Nat.pow_succ]
    exact Nat.lt_of_le_of_lt (Nat.pow_le_pow_right Nat.two_pos (Nat.succ_le_succ (Nat.sub_le _ _))) (Nat.pow_lt_pow_succ (Nat.lt_succ_self 1))
  · rw [rows, length_mapFold, hr]
  · rw [rows, getD_mapFold _ _ (hr.symm ▸ hi) 0, fieldPack_eq]
    exact pack_congr _ fun j hj => (field_eq T.bits T.bits _ j).trans (Tensor.get_mat hr hi hj).symm

namespace Grid

theorem columnsOf_succ (L W m r c J : Nat) : columnsOf L W m r (c + 1) J = fieldPack W m L r J :: columnsOf L W m r c (J / 2 ^ L) :=
  Nat.force_eq J fun J => fieldPack W m L r J :: columnsOf L W m r c (Nat.shiftRight J L)

theorem length_columnsOf (L W m r c J : Nat) : (columnsOf L W m r c J).length = c := by
  induction c generalizing J with
  | zero => rfl
  | succ c ih => rw [columnsOf_succ]; exact congrArg Nat.succ (ih _)

theorem getD_columnsOf (L W m r J : Nat) {c l : Nat} (hl : l < c) : (columnsOf L W m r c J).getD l 0 = fieldPack W m L r (J / 2 ^ (L * l)) := by
  induction c generalizing J l with
  | zero => exact absurd hl (Nat.not_lt_zero l)
  | succ c ih =>
    rw [columnsOf_succ]
    cases l with
    | zero => rw [Nat.mul_zero, Nat.pow_zero, Nat.div_one]; rfl
    | succ l =>
      refine (ih (J / 2 ^ L) (Nat.lt_of_succ_lt_succ hl)).trans ?_
      rw [Nat.div_div_eq_div_mul, ← Nat.pow_add, Nat.mul_succ, Nat.add_comm L]

section
variable {G H : Grid} {M N : Mat} {r c d : Nat}

theorem Holds.transpose (h : G.Holds M r c) : (G.transpose r c).Holds (M.transpose c) c r := by
  have rows : (G.transpose r c).rows = columnsOf G.bits (G.bits * c) G.mask r c (packList (G.bits * c) G.rows) := by
    unfold Grid.transpose
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
    rfl
  refine ⟨h.off, h.pos, h.fit, h.shape.transpose, rows ▸ length_columnsOf _ _ _ _ _ _, fun l hl => ?_⟩
  rw [rows, getD_columnsOf _ _ _ _ _ hl, fieldPack_eq]
  refine pack_congr _ fun k hk => ?_
  have wide (k : Nat) (hk : k < G.rows.length) : G.rows.getD k 0 < 2 ^ (G.bits * c) := by
    rw [h.length] at hk
    rw [h.row k hk]
    exact pack_lt _ fun j hj => h.lt hk hj
  have row : packList (G.bits * c) G.rows / 2 ^ (G.bits * c * k) % 2 ^ (G.bits * c) = pack G.bits c fun j => M.get k j := by
    rw [packList_eq, ← h.row k hk]
    exact digit_pack _ wide (h.length.symm ▸ hk)
  rw [h.shape.get_transpose hl]
  refine (field_eq _ G.bits _ k).trans ?_
  rw [Nat.div_div_eq_div_mul, Nat.mul_comm (2 ^ (G.bits * l)), ← Nat.div_div_eq_div_mul]
  refine (digit_mod _ _ hl).symm.trans ?_
  rw [row]
  exact digit_pack _ (fun j hj => h.lt hk hj) hl

theorem Holds.addRow (hG : G.Holds M r c) (hH : H.Holds N d c) {i : Nat} (hi : i < d) : (G.addRow c H i).Holds (M.addRow N i) r c := by
  have rows : (G.addRow c H i).rows = mapFold (fun x => Nat.add x (nth 0 (H.widen (laneOf (G.off + H.off)) c) i)) (G.widen (laneOf (G.off + H.off)) c) := by
    unfold Grid.addRow
    rw [Nat.force_eq, Nat.force_eq]
    rfl
  have offs : G.off + H.off = (M.addRow N i).off := by rw [hG.off, hH.off]; rfl
  refine ⟨offs, laneOf_pos _, offs ▸ lt_laneOf _, hG.shape.addRow hH.shape hi, ?_, fun k hk => ?_⟩
  · rw [rows, length_mapFold, hG.length_widen]
  · rw [rows, getD_mapFold _ _ ((hG.length_widen _).symm ▸ hk) 0, nth_eq, hG.getD_widen _ hk, hH.getD_widen _ hi]
    exact (pack_add _ _ _ _).trans (pack_congr _ fun j _ => (hG.shape.get_addRow hH.shape hk hi j).symm)

theorem Holds.slice (h : G.Holds M r c) {lo len : Nat} (hr : lo + len ≤ r) : (G.slice lo len).Holds (M.slice lo len) len c where
  off := h.off
  pos := h.pos
  fit := h.fit
  shape := h.shape.slice hr
  length := length_slice (h.length.symm ▸ hr)
  row i hi := by
    refine (getD_slice hi G.rows 0).trans ?_
    rw [h.row (lo + i) (Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hr)]
    exact pack_congr _ fun j _ => (Mat.get_slice hi j).symm

end
end Grid
end Compact
