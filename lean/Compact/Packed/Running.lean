prelude
import Compact.Packed.Pack
/-!
# Running minima and maxima, packed

`running f L prev [a, b, c]` packs `f a prev`, `f b (f a prev)`, ... into lanes of `L` bits, so that reading the
minimum (or maximum) of the first entries of a list costs two operations on naturals, however many they are.
-/
namespace Compact

/-- The smaller of two numbers, by one comparison. -/
noncomputable def least (a b : Nat) : Nat := Bool.rec (motive := fun _ => Nat) b a (Nat.ble a b)

/-- The greater of two numbers, by one comparison. -/
noncomputable def greatest (a b : Nat) : Nat := Bool.rec (motive := fun _ => Nat) a b (Nat.ble a b)

/-- The running values of `f` along a list, starting from `prev`, packed. -/
noncomputable def running (f : Nat → Nat → Nat) (L : Nat) (xs : List Nat) : Nat → Nat :=
  fold (fun x ih prev => Nat.force (f x prev) fun y => Nat.add y (Nat.shiftLeft (ih y) L)) (fun _ => 0) xs

/-- Lane `i` of a packed number, in the form that is evaluated. -/
noncomputable def readLane (L N i : Nat) : Nat := Nat.mod (Nat.shiftRight N (Nat.mul L i)) (Nat.pow 2 L)

theorem readLane_eq (L N i : Nat) : readLane L N i = digit L N i := rfl

theorem least_le_left (a b : Nat) : least a b ≤ a := by
  unfold least
  cases h : Nat.ble a b with
  | true => exact Nat.le_refl a
  | false => exact Nat.le_of_not_le fun h' => Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h'))

theorem least_le_right (a b : Nat) : least a b ≤ b := by
  unfold least
  cases h : Nat.ble a b with
  | true => exact Nat.le_of_ble_eq_true h
  | false => exact Nat.le_refl b

theorem le_greatest_left (a b : Nat) : a ≤ greatest a b := by
  unfold greatest
  cases h : Nat.ble a b with
  | true => exact Nat.le_of_ble_eq_true h
  | false => exact Nat.le_refl a

theorem le_greatest_right (a b : Nat) : b ≤ greatest a b := by
  unfold greatest
  cases h : Nat.ble a b with
  | true => exact Nat.le_refl b
  | false => exact Nat.le_of_not_le fun h' => Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h'))

theorem greatest_lt {a b c : Nat} (ha : a < c) (hb : b < c) : greatest a b < c := by
  unfold greatest
  cases Nat.ble a b with
  | true => exact hb
  | false => exact ha

section
variable {L : Nat}

/-- The lanes of a number given by its lowest lane and the rest. -/
theorem digit_add_shiftLeft (N : Nat) {y : Nat} (hy : y < 2 ^ L) (i : Nat) :
    digit L (y + N * 2 ^ L) i = Nat.rec (motive := fun _ => Nat) y (fun j _ => digit L N j) i := by
  rw [Nat.mul_comm]
  cases i with
  | zero =>
    show (y + 2 ^ L * N) / 1 % 2 ^ L = y
    rw [Nat.div_one, Nat.add_mul_mod_self_left, Nat.mod_eq_of_lt hy]
  | succ i =>
    show (y + 2 ^ L * N) / 2 ^ (L * i + L) % 2 ^ L = digit L N i
    rw [Nat.pow_add, Nat.mul_comm (2 ^ (L * i)), ← Nat.div_div_eq_div_mul,
      Nat.add_mul_div_left _ _ (Nat.two_pow_pos L), Nat.div_eq_of_lt hy, Nat.zero_add]
    rfl

theorem running_cons (f : Nat → Nat → Nat) (x : Nat) (xs : List Nat) (prev : Nat) :
    running f L (x :: xs) prev = f x prev + running f L xs (f x prev) * 2 ^ L :=
  Nat.force_eq (f x prev) fun y => Nat.add y (Nat.shiftLeft (running f L xs y) L)

/-- A running minimum is at most its start. -/
theorem running_least_le {xs : List Nat} {prev : Nat} (hp : prev < 2 ^ L) {i : Nat} (hi : i < xs.length) :
    digit L (running least L xs prev) i ≤ prev := by
  induction xs generalizing prev i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons x xs ih =>
    have hy := Nat.lt_of_le_of_lt (least_le_right x prev) hp
    rw [running_cons, digit_add_shiftLeft _ hy]
    cases i with
    | zero => exact least_le_right x prev
    | succ i => exact Nat.le_trans (ih hy (Nat.lt_of_succ_lt_succ hi)) (least_le_right x prev)

/-- A running minimum is at most the entries that it has seen. -/
theorem running_least {xs : List Nat} {prev : Nat} (hp : prev < 2 ^ L) {i j : Nat} (hi : i < xs.length) (hj : j ≤ i) :
    digit L (running least L xs prev) i ≤ xs.getD j 0 := by
  induction xs generalizing prev i j with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons x xs ih =>
    have hy := Nat.lt_of_le_of_lt (least_le_right x prev) hp
    rw [running_cons, digit_add_shiftLeft _ hy]
    cases i with
    | zero => rw [Nat.eq_zero_of_le_zero hj]; exact least_le_left x prev
    | succ i =>
      have hi := Nat.lt_of_succ_lt_succ hi
      cases j with
      | zero => exact Nat.le_trans (running_least_le hy hi) (least_le_left x prev)
      | succ j => exact ih hy hi (Nat.le_of_succ_le_succ hj)

/-- A running maximum is at least its start. -/
theorem le_running_greatest {xs : List Nat} {prev : Nat} (hp : prev < 2 ^ L) (hx : ∀ j, j < xs.length → xs.getD j 0 < 2 ^ L)
    {i : Nat} (hi : i < xs.length) : prev ≤ digit L (running greatest L xs prev) i := by
  induction xs generalizing prev i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons x xs ih =>
    have hy : greatest x prev < 2 ^ L := greatest_lt (hx 0 (Nat.zero_lt_succ _)) hp
    rw [running_cons, digit_add_shiftLeft _ hy]
    cases i with
    | zero => exact le_greatest_right x prev
    | succ i =>
      exact Nat.le_trans (le_greatest_right x prev)
        (ih hy (fun j hj => hx (j + 1) (Nat.succ_lt_succ hj)) (Nat.lt_of_succ_lt_succ hi))

/-- A running maximum is at least the entries that it has seen. -/
theorem running_greatest {xs : List Nat} {prev : Nat} (hp : prev < 2 ^ L) (hx : ∀ j, j < xs.length → xs.getD j 0 < 2 ^ L)
    {i j : Nat} (hi : i < xs.length) (hj : j ≤ i) : xs.getD j 0 ≤ digit L (running greatest L xs prev) i := by
  induction xs generalizing prev i j with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons x xs ih =>
    have hy : greatest x prev < 2 ^ L := greatest_lt (hx 0 (Nat.zero_lt_succ _)) hp
    have hx' : ∀ j, j < xs.length → xs.getD j 0 < 2 ^ L := fun j hj => hx (j + 1) (Nat.succ_lt_succ hj)
    rw [running_cons, digit_add_shiftLeft _ hy]
    cases i with
    | zero => rw [Nat.eq_zero_of_le_zero hj]; exact le_greatest_left x prev
    | succ i =>
      have hi := Nat.lt_of_succ_lt_succ hi
      cases j with
      | zero => exact Nat.le_trans (le_greatest_left x prev) (le_running_greatest hy hx' hi)
      | succ j => exact ih hy hx' hi (Nat.le_of_succ_le_succ hj)

end
end Compact
