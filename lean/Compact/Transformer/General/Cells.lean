prelude
import Compact.Packed.Pack
import Compact.Field.Sum
import Compact.Transformer.General.Statement
import Compact.Transformer.Statement
/-!
# A tensor made of the cells of others

Cells are digits of a common number of bits, shifted up by half of their range, as in `Tensor`.
-/
namespace Compact
namespace Transformer
noncomputable section

/-- A row of cells in one number, evaluated cell by cell. -/
def packCells (B : Nat) (f : Nat → Nat) (n : Nat) : Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat) (fun _ => 0)
    (fun _ ih j => Nat.force j fun j => Nat.add (f j) (Nat.mul (Nat.pow 2 B) (ih (Nat.succ j)))) n

/-- Rows `k, k + 1, ...` of cells. -/
def cellRows (B c : Nat) (f : Nat → Nat → Nat) (r : Nat) : Nat → List Nat :=
  Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => [])
    (fun _ ih i => Nat.force i fun i => Nat.force (packCells B (f i) c 0) fun row => row :: ih (Nat.succ i)) r

/-- The tensor `[r, c]` with these cells. -/
def ofCells (B r c : Nat) (f : Nat → Nat → Nat) : Tensor := ⟨B, cellRows B c f r 0⟩

/-- The cell of a tensor's entry. -/
def cell (B : Nat) (T : Tensor) (i j : Nat) : Nat :=
  Nat.add (Nat.mod (Nat.shiftRight (List.getD T.rows i 0) (Nat.mul T.bits j)) (Nat.pow 2 T.bits))
    (Nat.sub (Nat.pow 2 (Nat.pred B)) (Nat.pow 2 (Nat.pred T.bits)))

/-- The cell of zero, and of one. -/
def zeroCell (B : Nat) : Nat := Nat.pow 2 (Nat.pred B)
def oneCell (B frac : Nat) : Nat := Nat.add (Nat.pow 2 frac) (Nat.pow 2 (Nat.pred B))

/-- The cell of a bias, zero if there is none. -/
def biasCell (B : Nat) (b : Option Tensor) (j : Nat) : Nat :=
  Option.rec (motive := fun _ => Nat) (zeroCell B) (fun T => cell B T 0 j) b

end

/-! ## Reading them back -/

theorem packCells_eq (B : Nat) (f : Nat → Nat) (n j : Nat) : packCells B f n j = pack B n fun i => f (j + i) := by
  induction n generalizing j with
  | zero => rfl
  | succ n ih =>
    show Nat.force j (fun j => f j + 2 ^ B * packCells B f n (j + 1)) = f (j + 0) + 2 ^ B * pack B n fun i => f (j + (i + 1))
    rw [Nat.force_eq, ih]
    refine congrArg (f j + 2 ^ B * ·) (pack_congr B fun i _ => congrArg f ?_)
    rw [Nat.add_assoc, Nat.add_comm 1]

theorem getD_cellRows (B c : Nat) (f : Nat → Nat → Nat) {r i : Nat} (k : Nat) (hi : i < r) :
    (cellRows B c f r k).getD i 0 = pack B c (f (k + i)) := by
  induction r generalizing k i with
  | zero => exact absurd hi (Nat.not_lt_zero i)
  | succ r ih =>
    show (Nat.force k fun k => Nat.force (packCells B (f k) c 0) fun row => row :: cellRows B c f r (k + 1)).getD i 0 = _
    rw [Nat.force_eq, Nat.force_eq, packCells_eq]
    cases i with
    | zero => exact pack_congr B fun j _ => congrArg (f k) (Nat.zero_add j)
    | succ i =>
      refine (ih (k + 1) (Nat.lt_of_succ_lt_succ hi)).trans ?_
      rw [Nat.add_assoc, Nat.add_comm 1]

theorem length_cellRows (B c : Nat) (f : Nat → Nat → Nat) (r k : Nat) : (cellRows B c f r k).length = r := by
  induction r generalizing k with
  | zero => rfl
  | succ r ih =>
    show (Nat.force k fun k => Nat.force (packCells B (f k) c 0) fun row => row :: cellRows B c f r (k + 1)).length = _
    rw [Nat.force_eq, Nat.force_eq]
    exact congrArg Nat.succ (ih (k + 1))

theorem digit_ofCells {B r c : Nat} {f : Nat → Nat → Nat} {i j : Nat} (hf : ∀ j, j < c → f i j < 2 ^ B) (hi : i < r)
    (hj : j < c) : (ofCells B r c f).digit i j = f i j := by
  show digit B ((cellRows B c f r 0).getD i 0) j = _
  rw [getD_cellRows B c f 0 hi, Nat.zero_add]
  exact digit_pack B hf hj

theorem cell_eq (B : Nat) (T : Tensor) (i j : Nat) : cell B T i j = T.digit i j + (2 ^ (B - 1) - 2 ^ (T.bits - 1)) := rfl

theorem half_le {a b : Nat} (h : a ≤ b) : 2 ^ (a - 1) ≤ 2 ^ (b - 1) :=
  Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le_sub_right h 1)

theorem two_half {B : Nat} (h : 0 < B) : 2 ^ B = 2 ^ (B - 1) + 2 ^ (B - 1) := by
  rw [← Nat.two_pow_succ, Nat.sub_add_cancel h]

theorem cell_lt {B : Nat} {T : Tensor} (hB : 0 < B) (h : T.bits ≤ B) (i j : Nat) : cell B T i j < 2 ^ B := by
  rw [cell_eq]
  have digit_lt : T.digit i j < 2 ^ T.bits := Nat.mod_lt _ (Nat.two_pow_pos _)
  cases Nat.eq_zero_or_pos T.bits with
  | inl e =>
    rw [e] at digit_lt ⊢
    rw [Nat.eq_zero_of_le_zero (Nat.le_of_lt_succ digit_lt), Nat.zero_add]
    refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) ?_
    rw [two_half hB]
    exact Nat.lt_add_of_pos_left (Nat.two_pow_pos _)
  | inr pos =>
    rw [two_half pos] at digit_lt
    have le := half_le h
    rw [two_half hB]
    refine Nat.lt_of_lt_of_le (Nat.add_lt_add_right digit_lt _) ?_
    rw [Nat.add_assoc, Nat.add_comm (2 ^ (T.bits - 1)) (2 ^ (B - 1) - _), Nat.sub_add_cancel le]
    exact Nat.add_le_add_right le _

theorem zeroCell_lt {B : Nat} (hB : 0 < B) : zeroCell B < 2 ^ B := by
  rw [two_half hB]
  exact Nat.lt_add_of_pos_left (Nat.two_pow_pos _)

theorem oneCell_lt {B frac : Nat} (h : frac + 2 ≤ B) : oneCell B frac < 2 ^ B := by
  have hB : 0 < B := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) h
  rw [two_half hB]
  refine Nat.add_lt_add_right (Nat.lt_of_lt_of_le (?_ : 2 ^ frac < 2 ^ (frac + 1))
    (Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le (b := 1) h))) _
  rw [Nat.two_pow_succ]
  exact Nat.lt_add_of_pos_left (Nat.two_pow_pos _)

theorem biasCell_lt {B : Nat} {b : Option Tensor} (hB : 0 < B) (h : ∀ T, b = some T → T.bits ≤ B) (j : Nat) :
    biasCell B b j < 2 ^ B := by
  cases b with
  | none => exact zeroCell_lt hB
  | some T => exact cell_lt hB (h T rfl) 0 j

section
variable (R : Type) [ExpField R]

/-- The number that a cell stands for. -/
def cellVal (B frac n : Nat) : R := (ofNat R n - ofNat R (2 ^ (B - 1))) / ofNat R (2 ^ frac)

variable {R} {B frac : Nat} {w : Weights}

theorem cellVal_zero : cellVal R B frac (zeroCell B) = 0 := by
  show (_ - _) / _ = _
  rw [show zeroCell B = 2 ^ (B - 1) from rfl, sub_self, zero_div]

theorem cellVal_one : cellVal R B frac (oneCell B frac) = 1 := by
  show (ofNat R (2 ^ frac + 2 ^ (B - 1)) - _) / _ = _
  rw [ofNat_add, add_sub_cancel_right]
  exact div_self (ofNat_ne_zero (Nat.two_pow_pos _))

theorem cellVal_cell {T : Tensor} (h : T.bits ≤ B) (i j : Nat) : cellVal R B w.frac (cell B T i j) = entry R w T i j := by
  rw [cell_eq]
  show (ofNat R (_ + _) - _) / _ = (ofNat R (T.digit i j) - _) / _
  rw [ofNat_add, ofNat_sub (half_le h)]
  exact congrArg (· / _) (cancel _ _ _)
where
  cancel (a b c : R) : a + (b - c) - b = a - c := by ring [a, b, c]

theorem cellVal_bias {b : Option Tensor} (h : ∀ T, b = some T → T.bits ≤ B) (j : Nat) :
    cellVal R B w.frac (biasCell B b j) = bias R w b j := by
  cases b with
  | none => exact cellVal_zero
  | some T => exact cellVal_cell (h T rfl) 0 j

end
end Transformer
end Compact
