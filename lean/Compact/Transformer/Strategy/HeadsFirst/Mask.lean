prelude
import Compact.Packed.All
import Compact.Packed.CountLanes
import Compact.Transformer.Strategy.HeadsFirst.Check
/-!
# A bit for each token that passes
-/
namespace Compact
namespace Transformer
namespace HeadsFirst

/-- A bit for each number with a property. -/
noncomputable def bits (v : Nat) (p : Nat → Bool) : Nat := pack 1 v fun y => Bool.rec (motive := fun _ => Nat) 0 1 (p y)

theorem bit_lt (b : Bool) : Bool.rec (motive := fun _ => Nat) 0 1 b < 2 ^ 1 := by
  cases b with
  | false => exact Nat.zero_lt_succ 1
  | true => exact Nat.lt_succ_self 1

theorem land_bits (v : Nat) (p p' : Nat → Bool) : Nat.land (bits v p) (bits v p') = bits v fun y => p y && p' y := by
  unfold bits
  rw [land_pack 1 (fun y _ => bit_lt (p y)) fun y _ => bit_lt (p' y)]
  refine pack_congr 1 fun y _ => ?_
  show _ = Bool.rec (motive := fun _ => Nat) 0 1 (p y && p' y)
  cases p y with
  | false => exact (Nat.land_comm _ _).trans (Nat.land_zero _)
  | true =>
    cases p' y with
    | false => exact Nat.land_zero _
    | true => exact (land_two_pow_iff (k := 0) (x := 1) (Nat.lt_succ_self 1)).mpr (Nat.le_refl 1)

theorem readLane_bits {v y : Nat} (hy : y < v) (p : Nat → Bool) : readLane 1 (bits v p) y = Bool.rec (motive := fun _ => Nat) 0 1 (p y) :=
  digit_pack 1 (fun y _ => bit_lt (p y)) hy

theorem ones_eq_bits (v : Nat) : ones 1 v = bits v fun _ => true := rfl

/-- How many bits there are. -/
theorem total_bits (v : Nat) (p : Nat → Bool) : (total v fun y => readLane 1 (bits v p) y) = (below p v).length := by
  rw [total_congr fun y hy => readLane_bits hy p]
  induction v with
  | zero => rfl
  | succ v ih =>
    rw [total_succ, ih]
    show _ = (if p v = true then v :: below p v else below p v).length
    cases p v with
    | false => rw [ite_eq_right (fun h => Bool.noConfusion h)]; rfl
    | true => rw [ite_eq_left rfl]; rfl

/-- Later digits are those of what is left. -/
theorem readLane_shift (b N j : Nat) : readLane b (Nat.shiftRight N b) j = readLane b N (j + 1) := by
  show N / 2 ^ b / 2 ^ (b * j) % 2 ^ b = N / 2 ^ (b * j + b) % 2 ^ b
  rw [Nat.div_div_eq_div_mul, Nat.pow_add, Nat.mul_comm (2 ^ b)]

theorem readLane_zero (b N : Nat) : readLane b N 0 = N % 2 ^ b := by
  show N / 2 ^ (b * 0) % 2 ^ b = _
  rw [Nat.mul_zero, Nat.pow_zero, Nat.div_one]

theorem maskOf_eq (b lead pos part : Nat) (row : List (Nat × Nat)) (token : Nat) :
    maskOf b lead pos part row token = bits row.length fun y => passes lead pos part (row.getD y (0, 0)) (readLane b token y) := by
  induction row generalizing token with
  | nil => rfl
  | cons X row ih =>
    show Bool.rec (motive := fun _ => Nat) 0 1 (passes lead pos part X (token % 2 ^ b)) +
      2 * (Nat.force (Nat.shiftRight token b) fun token => maskOf b lead pos part row token) =
      Bool.rec (motive := fun _ => Nat) 0 1 (passes lead pos part X (readLane b token 0)) +
        2 ^ 1 * bits row.length fun y => passes lead pos part (row.getD y (0, 0)) (readLane b token (y + 1))
    rw [Nat.force_eq, ih, readLane_zero]
    refine congrArg (fun M => _ + 2 * M) (pack_congr 1 fun y _ => ?_)
    show Bool.rec (motive := fun _ => Nat) 0 1 (passes _ _ _ _ (readLane b (Nat.shiftRight token b) y)) = _
    rw [readLane_shift]

/-- Does a token pass at all positions in between, in one head? -/
noncomputable def Box.ok (b n : Nat) (B : Box) (y : Nat) : Bool := allBelow (Nat.sub n 2) fun j =>
  passes B.lead (readLane b B.pos (Nat.succ j)) B.part (nth (0, 0) (nth [] B.terms (Nat.succ j)) y) (readLane b B.token y)

/-- In all heads? -/
noncomputable def allOk (b n : Nat) (boxes : List Box) (y : Nat) : Bool := fold (fun B ih => B.ok b n y && ih) true boxes

theorem Box.mask_eq {b n v : Nat} {B : Box} (h : ∀ j, j < n - 2 → (nth [] B.terms (j + 1)).length = v) :
    B.mask b n (ones 1 v) = bits v (B.ok b n) := by
  unfold Box.mask Box.ok
  have h : ∀ j, j < Nat.sub n 2 → (nth [] B.terms (j + 1)).length = v := h
  generalize Nat.sub n 2 = count at h ⊢
  induction count with
  | zero => rfl
  | succ k ih =>
    show Nat.land (maskOf b B.lead (readLane b B.pos (k + 1)) B.part (nth [] B.terms (k + 1)) B.token) _ = _
    rw [ih fun j hj => h j (Nat.lt_succ_of_lt hj), maskOf_eq, h k (Nat.lt_succ_self k), land_bits]
    refine pack_congr 1 fun y _ => ?_
    show Bool.rec (motive := fun _ => Nat) 0 1 (passes B.lead (readLane b B.pos (k + 1)) B.part
      ((nth [] B.terms (k + 1)).getD y (0, 0)) (readLane b B.token y) && _) = _
    rw [← nth_eq]
    rfl

theorem maskAll_eq {b n v : Nat} {boxes : List Box} (h : ∀ B, B ∈ boxes → ∀ j, j < n - 2 → (nth [] B.terms (j + 1)).length = v) :
    maskAll b n (ones 1 v) boxes = bits v (allOk b n boxes) := by
  induction boxes with
  | nil => rfl
  | cons B boxes ih =>
    show Nat.land (B.mask b n (ones 1 v)) (maskAll b n (ones 1 v) boxes) = _
    rw [ih fun C hC => h C (List.Mem.tail B hC), Box.mask_eq (h B (List.Mem.head boxes)), land_bits]
    rfl

theorem of_allOk {b n y : Nat} {boxes : List Box} (h : allOk b n boxes y = true) {B : Box} (hB : B ∈ boxes) : B.ok b n y = true := by
  induction boxes with
  | nil => exact nomatch hB
  | cons C boxes ih =>
    have h : (C.ok b n y && allOk b n boxes y) = true := h
    match hB with
    | .head _ => exact Bool.and_left h
    | .tail _ hB => exact ih (Bool.and_right h) hB

end HeadsFirst
end Transformer
end Compact
