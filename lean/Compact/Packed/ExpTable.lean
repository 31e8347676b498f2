prelude
import Compact.Packed.ExpSides
import Compact.Packed.Greatest
/-!
# The bounds of exponentials of a matrix, as lists

`expTable` goes on with the bounds of all exponentials of a matrix, row by row, from packed rows of arguments: all lanes at once
(`Packed/ExpSides.lean`) where these are wide enough, and one by one otherwise.
-/
namespace Compact
noncomputable section

/-- The first `n` lanes of two numbers, side by side. -/
def lanePair (L n X Y : Nat) : List (Nat × Nat) := foldZip (fun x y ih => (x, y) :: ih) [] (unpack L n X) (unpack L n Y)

/-- The bounds for rows of arguments, one by one. -/
def boundsOf (c : ExpForm) (L n : Nat) (args : List Nat) : List (List (Nat × Nat)) := mapFold (fun N => mapFold c.bounds (unpack L n N)) args

/-- The bounds for `r` rows of `n` arguments, as lists; `Y` are all arguments, `one` has a one in each lane. -/
def tableOf (c : ExpForm) (L n r k one Y : Nat) : List (List (Nat × Nat)) :=
  (fun X => foldZip (fun x z ih => lanePair L n x z :: ih) [] (unpack (Nat.mul L n) r X)
    (unpack (Nat.mul L n) r (lanesHigh c c.error one X))) (lanesLow c (Nat.sub k c.half) one Y)

/-- Go on with the bounds for `r` rows of `n` arguments, in lanes of `L` bits. -/
def expTable {α : Type} (c : ExpForm) (L n r : Nat) (args : List Nat) (go : List (List (Nat × Nat)) → α) : α :=
  Nat.force (onesOf L (Nat.mul n r)) fun one => Nat.force (packList (Nat.mul L n) args) fun Y =>
  Nat.force (Nat.succ (Nat.log2 (greatestLane (Nat.mul (Nat.pow 2 (Nat.sub L 1)) one) L (Nat.mul n r) Y))) fun k =>
  Bool.rec (motive := fun _ => α) (go (boundsOf c L n args)) (go (tableOf c L n r k one Y))
    (c.lanesFit L k && lanesWithin (Nat.mul (Nat.sub (Nat.pow 2 k) 1) one) Y)

end

theorem length_lanePair (L n X Y : Nat) : (lanePair L n X Y).length = n := by
  unfold lanePair
  induction n generalizing X Y with
  | zero => rfl
  | succ n ih =>
    rw [unpack_succ, unpack_succ]
    exact congrArg Nat.succ (ih _ _)

theorem getD_lanePair (L X Y : Nat) {n j : Nat} (hj : j < n) : (lanePair L n X Y).getD j (0, 0) = (digit L X j, digit L Y j) := by
  unfold lanePair
  rw [getD_foldZip (fun x y => (x, y)) (show j < (unpack L n X).length from (length_unpack L n X).symm ▸ hj)
    (show j < (unpack L n Y).length from (length_unpack L n Y).symm ▸ hj) 0 0, getD_unpack _ _ hj, getD_unpack _ _ hj]

theorem length_zipped {α β γ : Type} (f : α → β → γ) {xs : List α} {ys : List β} (h : xs.length = ys.length) :
    (foldZip (fun x y ih => f x y :: ih) [] xs ys).length = xs.length := by
  induction xs generalizing ys with
  | nil => rfl
  | cons x xs ih =>
    match ys, h with
    | y :: ys, h => exact congrArg Nat.succ (ih (Nat.succ.inj h))

/-- Rows joined are one number with all their lanes. -/
theorem packList_rows {L n : Nat} {args : List Nat} {y : Nat → Nat → Nat} (h : ∀ q, q < args.length → args.getD q 0 = pack L n (y q))
    (small : ∀ q j, q < args.length → j < n → y q j < 2 ^ L) :
    packList (L * n) args = pack L (n * args.length) fun i => digit L (packList (L * n) args) i := by
  refine (pack_digit ?_).symm
  rw [packList_eq, ← Nat.mul_assoc]
  exact pack_lt _ fun q hq => (h q hq).symm ▸ pack_lt _ fun j hj => small q j hq hj

/-- All at once, the bounds are those of each. -/
theorem tableOf_eq {c : ExpForm} {L n k : Nat} (room : c.Roomy L k) {args : List Nat} {y : Nat → Nat → Nat}
    (h : ∀ q, q < args.length → args.getD q 0 = pack L n (y q)) (wide : ∀ q j, q < args.length → j < n → y q j < 2 ^ L)
    (within : ∀ i, i < n * args.length → digit L (packList (L * n) args) i < 2 ^ k) :
    tableOf c L n args.length k (ones L (n * args.length)) (packList (L * n) args) = boundsOf c L n args := by
  have joined := packList_rows h wide
  have lane (i : Nat) (_ : i < n * args.length) : digit L (packList (L * n) args) i < 2 ^ L := Nat.mod_lt _ (Nat.two_pow_pos L)
  have inside {q j : Nat} (hq : q < args.length) (hj : j < n) : n * q + j < n * args.length :=
    Nat.lt_of_lt_of_le (Nat.add_lt_add_left hj _) (Nat.mul_le_mul_left n (Nat.succ_le_of_lt hq))
  -- The lanes of all rows are those of the rows.
  have entry {q j : Nat} (hq : q < args.length) (hj : j < n) : digit L (packList (L * n) args) (n * q + j) = y q j := by
    have row : digit (L * n) (packList (L * n) args) q = pack L n (y q) := by
      rw [packList_eq, digit_pack _ (fun i hi => (h i hi).symm ▸ pack_lt _ fun j hj => wide i j hi hj) hq, h q hq]
    have cut := row.symm.trans ((congrArg (fun N => digit (L * n) N q) joined).trans (digit_row lane hq))
    exact (pack_inj (fun j hj => wide q j hq hj) (fun j _ => Nat.mod_lt _ (Nat.two_pow_pos L)) cut hj).symm
  have bounds (i : Nat) (hi : i < n * args.length) := ExpForm.bounds_eq room.fit (room.arg_lt (within i hi)) room.high
  have lower := (congrArg (lanesLow c (k - c.half) (ones L (n * args.length))) joined).trans (room.low_pack lane)
  have upper := (congrArg (lanesHigh c c.error (ones L (n * args.length))) lower).trans (room.high_pack fun j _ => c.lower_le _ _)
  unfold tableOf boundsOf
  have lenX : (unpack (L * n) args.length (lanesLow c (k - c.half) (ones L (n * args.length)) (packList (L * n) args))).length = args.length :=
    length_unpack _ _ _
  refine List.ext_getD [] ((length_zipped _ ((length_unpack _ _ _).trans (length_unpack _ _ _).symm)).trans
    ((length_unpack _ _ _).trans (length_mapFold _ _).symm)) fun q hq => ?_
  rw [length_zipped _ ((length_unpack _ _ _).trans (length_unpack _ _ _).symm), length_unpack] at hq
  rw [getD_foldZip (lanePair L n) ((length_unpack _ _ _).symm ▸ hq) ((length_unpack _ _ _).symm ▸ hq) 0 0, getD_unpack _ _ hq, getD_unpack _ _ hq,
    getD_mapFold _ _ hq 0]
  refine List.ext_getD (0, 0) ((length_lanePair _ _ _ _).trans ((length_mapFold _ _).trans (length_unpack _ _ _)).symm) fun j hj => ?_
  rw [length_lanePair] at hj
  have rowLow := (congrArg (fun N => digit (L * n) N q) lower).trans (digit_row (fun i _ => room.bound_lt (c.lower_lt _ _)) hq)
  have rowHigh := (congrArg (fun N => digit (L * n) N q) upper).trans (digit_row (fun i _ => room.bound_lt (ExpForm.upper_lt room.fit _ _)) hq)
  have arg : digit L (args.getD q 0) j = y q j := by rw [h q hq, digit_pack _ (fun j hj => wide q j hq hj) hj]
  rw [getD_lanePair _ _ _ hj, getD_mapFold _ _ ((length_unpack _ _ _).symm ▸ hj) 0, getD_unpack _ _ hj, arg, ← entry hq hj,
    bounds _ (inside hq hj)]
  refine congr (congrArg Prod.mk ?_) ?_
  · exact (congrArg (fun N => digit L N j) rowLow).trans (digit_pack _ (fun j _ => room.bound_lt (c.lower_lt _ _)) hj)
  · exact (congrArg (fun N => digit L N j) rowHigh).trans (digit_pack _ (fun j _ => room.bound_lt (ExpForm.upper_lt room.fit _ _)) hj)

/-- `expTable` goes on with the bounds, one by one. -/
theorem expTable_eq {α : Type} (c : ExpForm) {L n : Nat} (hL : 0 < L) {args : List Nat}
    {y : Nat → Nat → Nat} (h : ∀ q, q < args.length → args.getD q 0 = pack L n (y q))
    (wide : ∀ q j, q < args.length → j < n → y q j < 2 ^ L) (go : List (List (Nat × Nat)) → α) :
    expTable c L n args.length args go = go (boundsOf c L n args) := by
  unfold expTable
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, onesOf_eq hL]
  generalize Nat.succ (Nat.log2 (greatestLane (Nat.mul (Nat.pow 2 (Nat.sub L 1)) (ones L (Nat.mul n args.length))) L
    (Nat.mul n args.length) (packList (Nat.mul L n) args))) = k
  cases fit : c.lanesFit L k && lanesWithin (Nat.mul (Nat.sub (Nat.pow 2 k) 1) (ones L (Nat.mul n args.length))) (packList (Nat.mul L n) args) with
  | false => rfl
  | true =>
    have room := ExpForm.roomy (Bool.and_left fit)
    have within := of_lanesWithin (Nat.le_trans room.arg room.bits) (Bool.and_right fit)
    exact congrArg go (tableOf_eq room h wide within.right)

end Compact
