prelude
import Compact.Transformer.Classes.Raised
import Compact.Transformer.Minimum.Check
/-!
# Raised tables, as data

`Tables.raisedBy` adds `Δ` to every output but `m` in the packed rows of the direct paths, one addition a row; `Describe.raised`
says that this is what it does.  A check of a margin takes each maximum by itself, with tables that are raised for it
(`Margin.blockCheck`), and leaves the rest to the checker of a strategy.
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

/-- The rows of the direct paths with `Δ` added to every output but `m`. -/
def raisedDirect (t : Tables) (Δ m : Nat) : List Nat :=
  Nat.force (Nat.sub (Nat.mul Δ (ones t.bits t.v)) (Nat.shiftLeft Δ (Nat.mul t.bits m))) fun X =>
  tabulateFold (fun q => Nat.add (nth 0 t.direct q) X) t.v 0

/-- Do the direct paths keep to the declared width? -/
def narrowDirect (t : Tables) : Bool :=
  Nat.force (Nat.mul (Nat.pred (Nat.pow 2 t.width)) (ones t.bits t.v)) fun mask => allBelow t.v fun q => lanesWithin mask (nth 0 t.direct q)

/-- Evaluate the raised tables, then go on with them, if they are narrow. -/
def raisedBy (t : Tables) (Δ m : Nat) (k : Tables → Bool) : Bool :=
  forceList (t.raisedDirect Δ m) fun direct =>
  (Nat.ble Δ (Nat.pow 2 t.width) && (t.withDirect direct).narrowDirect) && k (t.withDirect direct)

end

section
variable {t : Tables} {T : Enclosure} {Δ m : Nat}

theorem getD_raisedDirect (hT : t.Describe T) (hm : m < t.v) (rows : T.directRow.length = t.v)
    (cols : ∀ q, q < t.v → (T.directRow.getD q []).length = t.v) {q : Nat} (hq : q < t.v) :
    (t.raisedDirect Δ m).getD q 0 = pack t.bits t.v ((T.raised Δ m).direct q) := by
  unfold raisedDirect
  rw [Nat.force_eq, pack_raise t.bits Δ hm, tabulateFold_eq, List.getD_tabulateFrom 0 hq, Nat.zero_add, nth_eq, hT.direct q hq]
  refine (pack_add _ _ _ _).trans (pack_congr _ fun j hj => ?_)
  exact (Enclosure.direct_raised (rows.symm ▸ hq) ((cols q hq).symm ▸ hj)).symm

/-- The direct paths of raised tables are narrow. -/
theorem narrow_raised (hT : t.Describe T) (hwidth : t.width < t.bits) (hm : m < t.v) (rows : T.directRow.length = t.v)
    (cols : ∀ q, q < t.v → (T.directRow.getD q []).length = t.v) (hΔ : Δ ≤ 2 ^ t.width)
    (narrow : (t.withDirect (t.raisedDirect Δ m)).narrowDirect = true) {q j : Nat} (hq : q < t.v) (hj : j < t.v) :
    (T.raised Δ m).direct q j < 2 ^ t.width := by
  have small (j : Nat) (hj : j < t.v) : (T.raised Δ m).direct q j < 2 ^ t.bits := by
    rw [Enclosure.direct_raised (rows.symm ▸ hq) ((cols q hq).symm ▸ hj)]
    have direct : T.direct q j < 2 ^ t.width := lt_of_narrowRows (Bool.and_right (Bool.and_right hT.narrow)) q j
    refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le direct (Nat.le_trans (raise_le Δ m j) hΔ)) ?_
    rw [← Nat.two_mul, Nat.mul_comm]
    exact Nat.pow_le_pow_right Nat.two_pos hwidth
  unfold narrowDirect at narrow
  rw [Nat.force_eq] at narrow
  have within := of_allBelow narrow hq
  rw [nth_eq] at within
  have lane := (of_lanesWithin (Nat.le_of_lt hwidth) within).right j hj
  have e : (t.withDirect (t.raisedDirect Δ m)).direct.getD q 0 = pack t.bits t.v ((T.raised Δ m).direct q) :=
    getD_raisedDirect hT hm rows cols hq
  rw [e, digit_pack t.bits small hj] at lane
  exact lane

/-- Raised tables, as data, describe raised tables. -/
theorem Describe.raised (hT : t.Describe T) (hwidth : t.width < t.bits) (hm : m < t.v) (rows : T.directRow.length = t.v)
    (cols : ∀ q, q < t.v → (T.directRow.getD q []).length = t.v) (hΔ : Δ ≤ 2 ^ t.width)
    (narrow : (t.withDirect (t.raisedDirect Δ m)).narrowDirect = true) :
    (t.withDirect (t.raisedDirect Δ m)).Describe (T.raised Δ m) where
  tokenLo_le := hT.tokenLo_le
  token := hT.token
  direct q hq := getD_raisedDirect hT hm rows cols hq
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
    exact narrow_raised hT hwidth hm rows cols hΔ narrow hq (List.length_tabulateFrom.trans (cols q hq) ▸ hj)

end
end Tables

/-! ## One maximum at a time -/

namespace Margin

/-- The check of a block of one maximum `lo`, by the checker of a strategy. -/
noncomputable def blockCheck (check : Tables → Nat → Nat → Nat → Bool) (t : Tables) (Δ lo len bound : Nat) : Bool :=
  (Nat.beq len 1 && (Nat.ble (Nat.succ lo) t.v && Nat.ble (Nat.succ t.width) t.bits)) && t.raisedBy Δ lo fun t => check t lo len bound

/-- What the checker of a strategy shows of a block, whatever the tables decide. -/
def Shows (R : Type) [ExpField R] (check : Tables → Nat → Nat → Nat → Bool) : Prop :=
  ∀ {t : Tables} {T : Enclosure} {P : List Nat → Prop} {prec : Nat}, t.Describe T → ∀ lo len bound,
    (∀ m, lo ≤ m → m < lo + len → T.Judges R prec t.v t.n m P) → check t lo len bound = true →
    AtLeast bound fun x => P x ∧ lo ≤ maximum x ∧ maximum x < lo + len

/-- The check of a block is sound: its inputs are answered correctly by the margin. -/
theorem block_sound (R : Type) [ExpField R] {check : Tables → Nat → Nat → Nat → Bool} (shows : Shows R check) {w : Weights}
    {params : Params} {e : TableWitness} {t : Tables} (tables : t.check w params e = true) {num bits Δ : Nat}
    (units : unitsFit w params num bits Δ = true) (lo len bound : Nat) (h : blockCheck check t Δ lo len bound = true) :
    AtLeast bound fun x => CorrectBy R (dyadic R num bits) w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have shape := Bool.and_left h
  have one : len = 1 := Nat.eq_of_beq_eq_true _ _ (Bool.and_left shape)
  have hm : lo < t.v := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right shape))
  have hwidth : t.width < t.bits := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right shape))
  have raised := Bool.and_right h
  unfold Tables.raisedBy at raised
  rw [forceList_eq] at raised
  have small := Bool.and_left raised
  match Tables.describe R tables with
  | ⟨hw, ⟨hv, hn⟩, _, hT⟩ =>
    refine shows (prec := params.prec) (hT.raised hwidth hm ((hw.length_directRows params).trans hv) (fun q hq => (hw.length_directRow params (hv.symm ▸ hq)).trans hv)
      (Nat.le_of_ble_eq_true (Bool.and_left small)) (Bool.and_right small)) lo len bound (fun m hlo hlen => ?_) (Bool.and_right raised)
    rw [one] at hlen
    have e : m = lo := Nat.le_antisymm (Nat.le_of_lt_succ hlen) hlo
    rw [e]
    show Enclosure.Judges R _ params.prec t.v t.n lo _
    rw [← hv]
    exact hw.judges_raised hn units

end Margin
end Compact
