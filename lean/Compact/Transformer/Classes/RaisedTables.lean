prelude
import Compact.Transformer.Classes.Raised
import Compact.Transformer.Minimum.Check
/-!
# Raised tables, as data

A check of a margin takes each maximum by itself, with tables in which `Δ` is added to every output but the maximum in the packed rows of
the direct paths, one addition a row (`Tables.raised`); `Describe.raised` says that this is what it does.
-/
namespace Compact

theorem pack_raise (L : Nat) {v m : Nat} (Δ : Nat) (hm : m < v) :
    Nat.sub (Nat.mul Δ (ones L v)) (Nat.shiftLeft Δ (Nat.mul L m)) = pack L v (raise Δ m) := by
  have e : Δ * ones L v = pack L v fun _ => Δ := (pack_const L v Δ).symm
  show Δ * ones L v - Δ * 2 ^ (L * m) = _
  rw [e, ← pack_single L Δ hm, pack_sub L fun j _ => ?_]
  · refine pack_congr L fun j _ => ?_
    by_cases h : j = m
    case pos => rw [h, raise_self, ite_eq_left rfl]; exact Nat.sub_self Δ
    case neg => rw [raise_of_ne Δ h, ite_eq_right h]; rfl
  · by_cases h : j = m
    case pos => rw [ite_eq_left h]; exact Nat.le_refl _
    case neg => rw [ite_eq_right h]; exact Nat.zero_le _

namespace Tables
noncomputable section

/-- The tables with these rows of the direct paths. -/
def withDirect (t : Tables) (direct : List Nat) : Tables :=
  ⟨t.bits, t.v, t.n, t.width, t.prec, t.token, direct, t.last, t.position, t.tokenLo, t.own, t.mass, t.low, t.high, t.slack⟩

/-- What is added to a packed row: `Δ` in every lane but `m`. -/
def raiseLanes (t : Tables) (one Δ m : Nat) : Nat := Nat.sub (Nat.mul Δ one) (Nat.shiftLeft Δ (Nat.mul t.bits m))

/-- Rows with the same added to each. -/
def addRows (X : Nat) (rows : List Nat) : List Nat := mapFold (fun row => Nat.add row X) rows

/-- Do all rows keep to the width of a mask? -/
def allWithin (mask : Nat) (rows : List Nat) : Bool := fold (fun row ih => lanesWithin mask row && ih) true rows

/-- May `Δ` be added to the rows of the direct paths?  (There is one for each query, and lanes have room.) -/
def mayRaise (t : Tables) (Δ : Nat) : Bool :=
  (Nat.ble t.v (fold (fun _ ih => Nat.succ ih) 0 t.direct) && Nat.ble (Nat.succ t.width) t.bits) && Nat.ble Δ (Nat.pow 2 t.width)

end

theorem length_fold {α : Type} (xs : List α) : fold (fun _ ih => Nat.succ ih) 0 xs = xs.length := by
  induction xs with
  | nil => rfl
  | cons x xs ih => exact congrArg Nat.succ ih

theorem of_allWithin {mask : Nat} {rows : List Nat} (h : allWithin mask rows = true) {i : Nat} (hi : i < rows.length) :
    lanesWithin mask (rows.getD i 0) = true := by
  induction rows generalizing i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons row rows ih =>
    cases i with
    | zero => exact Bool.and_left h
    | succ i => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hi)

/-- What `mayRaise` says. -/
structure Room (t : Tables) (Δ : Nat) : Prop where
  rows : t.v ≤ t.direct.length
  width : t.width < t.bits
  small : Δ ≤ 2 ^ t.width

theorem room_of_mayRaise {t : Tables} {Δ : Nat} (h : t.mayRaise Δ = true) : t.Room Δ :=
  ⟨length_fold t.direct ▸ Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left h)),
    Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h)), Nat.le_of_ble_eq_true (Bool.and_right h)⟩

section
variable {t : Tables} {T : Enclosure} {Δ m : Nat}

/-- The tables with raised direct paths. -/
noncomputable def raised (t : Tables) (Δ m : Nat) : Tables := t.withDirect (addRows (t.raiseLanes (ones t.bits t.v) Δ m) t.direct)

theorem getD_raised (hT : t.Describe T) (room : t.Room Δ) (hm : m < t.v) (rows : T.directRow.length = t.v)
    (cols : ∀ q, q < t.v → (T.directRow.getD q []).length = t.v) {q : Nat} (hq : q < t.v) :
    (t.raised Δ m).direct.getD q 0 = pack t.bits t.v ((T.raised Δ m).direct q) := by
  show (mapFold _ t.direct).getD q 0 = _
  rw [getD_mapFold _ _ (Nat.lt_of_lt_of_le hq room.rows) 0 0, hT.direct q hq]
  unfold raiseLanes
  rw [pack_raise t.bits Δ hm]
  refine (pack_add _ _ _ _).trans (pack_congr _ fun j hj => ?_)
  exact (Enclosure.direct_raised (rows.symm ▸ hq) ((cols q hq).symm ▸ hj)).symm

/-- The direct paths of raised tables are narrow. -/
theorem narrow_raised (hT : t.Describe T) (room : t.Room Δ) (hm : m < t.v) (rows : T.directRow.length = t.v)
    (cols : ∀ q, q < t.v → (T.directRow.getD q []).length = t.v)
    (narrow : allWithin ((2 ^ t.width - 1) * ones t.bits t.v) (t.raised Δ m).direct = true) {q j : Nat} (hq : q < t.v) (hj : j < t.v) :
    (T.raised Δ m).direct q j < 2 ^ t.width := by
  have small (j : Nat) (hj : j < t.v) : (T.raised Δ m).direct q j < 2 ^ t.bits := by
    rw [Enclosure.direct_raised (rows.symm ▸ hq) ((cols q hq).symm ▸ hj)]
    have direct : T.direct q j < 2 ^ t.width := lt_of_narrowRows (Bool.and_right (Bool.and_right hT.narrow)) q j
    refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le direct (Nat.le_trans (raise_le Δ m j) room.small)) ?_
    rw [← Nat.two_mul, Nat.mul_comm]
    exact Nat.pow_le_pow_right Nat.two_pos room.width
  have len : (t.raised Δ m).direct.length = t.direct.length := length_mapFold _ _
  have lane := (of_lanesWithin (Nat.le_of_lt room.width) (of_allWithin narrow (len.symm ▸ Nat.lt_of_lt_of_le hq room.rows))).right j hj
  rw [getD_raised hT room hm rows cols hq, digit_pack t.bits small hj] at lane
  exact lane

/-- Raised tables, as data, describe raised tables. -/
theorem Describe.raised (hT : t.Describe T) (room : t.Room Δ) (hm : m < t.v) (rows : T.directRow.length = t.v)
    (cols : ∀ q, q < t.v → (T.directRow.getD q []).length = t.v)
    (narrow : allWithin ((2 ^ t.width - 1) * ones t.bits t.v) (t.raised Δ m).direct = true) : (t.raised Δ m).Describe (T.raised Δ m) where
  tokenLo_le := hT.tokenLo_le
  token := hT.token
  direct q hq := getD_raised hT room hm rows cols hq
  last := hT.last
  position := hT.position
  tokenLo := hT.tokenLo
  own := hT.own
  mass := hT.mass
  weights := hT.weights
  slack := hT.slack
  narrow := by
    refine Bool.and_eq_true_iff.mpr ⟨Bool.and_left hT.narrow, Bool.and_eq_true_iff.mpr ⟨Bool.and_left (Bool.and_right hT.narrow), ?_⟩⟩
    have rows' : (T.raised Δ m).directRow.length = t.v := (length_mapFold _ _).trans rows
    refine narrowRows_of fun q hq j hj => ?_
    rw [rows'] at hq
    have row : (T.raised Δ m).directRow.getD q [] = raiseRow Δ m (T.directRow.getD q []) := getD_mapFold _ _ (rows.symm ▸ hq) [] []
    rw [row] at hj
    exact narrow_raised hT room hm rows cols narrow hq (List.length_tabulateFrom.trans (cols q hq) ▸ hj)

end
end Tables
end Compact
