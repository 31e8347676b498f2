prelude
import Compact.Network.Setup
import Compact.Network.Gates.Grid
/-!
# Active neurons as runs

The neurons stand in an order in which neighbours tend to be active together.  Then the active neurons of a pair are a few
runs, and what they add to the logits is a few differences of prefix sums, whatever the number of neurons.

A certificate says where the runs end and begin, and `walk` adds up the prefix sums at these places, from the last run to the
first.  Each prefix sum carries a mark above it, `2^(S + j)` for the one at `j`: the difference of two marks is a number
with ones between them, so what has been added up says by itself, in its upper part, which neurons it is about.  That part is
compared with the signs of all neurons, a bit for each, and a wrong claim about runs is refused.

Prefix sums are looked up (`Grid.lean`), not carried along: the kernel keeps the values of closed terms, so what was looked
up before costs it nothing, while a continuation that walks along a list is substituted anew at each step.
-/
namespace Compact
namespace Network
noncomputable section

/-- `[f (m-1), ..., f 1, f 0]` -/
def down (f : Nat → Nat) : Nat → List Nat
  | 0 => []
  | m + 1 => f m :: down f m

/-- How many prefix sums stand in a row. -/
def rowSize : Nat := nat_lit 16

/-- How many rows hold `width + 1` prefix sums. -/
def rowCount (width : Nat) : Nat := Nat.succ (Nat.div width rowSize)

/-- The sum of the prefix sums `j` of both sides, of which there are `width + 1` each, the last one first; and the mark. -/
def sumAt (S width : Nat) (As Bs : List (List Nat)) (j : Nat) : Nat :=
  Nat.add (Nat.add (entryAt rowSize As (Nat.sub width j)) (entryAt rowSize Bs (Nat.sub width j)))
    (Nat.pow 2 (Nat.add S j))

/-- Go on with the last run, from `a` to `b`.  The two lowest digits of `code`, of `e` bits each, say where it ends and begins; it
has to be below `m`. -/
def oneRun (e m code : Nat) (k : Nat → Nat → Bool) : Bool :=
  Nat.force (Nat.mod code (Nat.pow 2 e)) fun b => Nat.force (Nat.mod (Nat.shiftRight code e) (Nat.pow 2 e)) fun a =>
  (Nat.ble (Nat.succ a) b && Nat.ble b m) && k a b

/-- `plus` and `minus` add up `sums j` at the ends and at the beginnings of runs; `k` gets them in the end. -/
def walk (e : Nat) (sums : Nat → Nat) (k : Nat → Nat → Bool) (fuel : Nat) : Nat → Nat → Nat → Nat → Bool :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat → Bool) (fun _ _ plus minus => k plus minus)
    (fun _ ih m code plus minus => Bool.rec (motive := fun _ => Bool)
      (oneRun e m code fun a b => Nat.force (Nat.add plus (sums b)) fun plus => Nat.force (Nat.add minus (sums a)) fun minus =>
        Nat.force (Nat.shiftRight code (Nat.add e e)) fun code => ih a code plus minus)
      (k plus minus) (Nat.beq code 0))
    fuel

end

/-! ## Runs and sums -/

section
/-- A choice: `0` or `1` for each neuron. -/
def Bits (n : Nat) (s : Nat → Nat) : Prop := ∀ i, i < n → s i = 0 ∨ s i = 1

theorem Bits.lt {n : Nat} {s : Nat → Nat} (h : Bits n s) : ∀ i, i < n → s i < 2 ^ 1 := fun i hi =>
  match h i hi with
  | .inl e => Nat.lt_of_le_of_lt (Nat.le_of_eq e) Nat.two_pos
  | .inr e => Nat.lt_of_le_of_lt (Nat.le_of_eq e) (Nat.lt_succ_self 1)

theorem pack_split (L a m : Nat) (f : Nat → Nat) :
    pack L (a + m) f = pack L a f + 2 ^ (L * a) * pack L m fun i => f (a + i) := by
  induction a generalizing f with
  | zero =>
    rw [Nat.zero_add]
    show _ = 0 + 1 * _
    rw [Nat.zero_add, Nat.one_mul]
    exact pack_congr L fun i _ => congrArg f (Nat.zero_add i).symm
  | succ a ih =>
    rw [Nat.succ_add]
    show f 0 + 2 ^ L * pack L (a + m) (fun i => f (i + 1)) = f 0 + 2 ^ L * pack L a (fun i => f (i + 1)) + _
    rw [ih, Nat.mul_add, ← Nat.mul_assoc, ← Nat.pow_add]
    have e : L + L * a = L * (a + 1) := by rw [Nat.mul_succ, Nat.add_comm]
    rw [e]
    have same : (pack L m fun i => f (a + i + 1)) = pack L m fun i => f (a + 1 + i) :=
      pack_congr L fun i _ => congrArg f (Nat.succ_add a i).symm
    rw [same, Nat.add_assoc]

/-- A packed number as a sum. -/
theorem pack_eq_total (L n : Nat) (f : Nat → Nat) : pack L n f = total n fun i => 2 ^ (L * i) * f i := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [pack_split L n 1, total_succ, ← ih]
    show _ + 2 ^ (L * n) * (f n + 2 ^ L * 0) = _
    rw [Nat.mul_zero, Nat.add_zero]

theorem getD_down {f : Nat → Nat} {m j : Nat} (hj : j ≤ m) : (down f (m + 1)).getD (m - j) 0 = f j := by
  induction m with
  | zero =>
    cases j with
    | zero => rfl
    | succ j => exact absurd hj (Nat.not_succ_le_zero j)
  | succ m ih =>
    match Nat.lt_or_eq_of_le hj with
    | .inr e =>
      rw [e, Nat.sub_self]
      rfl
    | .inl lt =>
      rw [Nat.succ_sub (Nat.le_of_lt_succ lt)]
      exact ih (Nat.le_of_lt_succ lt)

theorem lt_rowCount (width : Nat) : width < rowCount width * rowSize := by
  have e := Nat.mod_add_div width rowSize
  have small : width % rowSize < rowSize := Nat.mod_lt width (Nat.zero_lt_succ 15)
  show width < (width / rowSize + 1) * rowSize
  rw [Nat.mul_comm, Nat.mul_succ, Nat.add_comm]
  exact Nat.lt_of_le_of_lt (Nat.le_of_eq e.symm) (Nat.add_lt_add_right small _)

theorem sumAt_down {f g : Nat → Nat} {S width j : Nat} (hj : j ≤ width) :
    sumAt S width (rowsOf rowSize (rowCount width) (down f (width + 1))) (rowsOf rowSize (rowCount width) (down g (width + 1))) j =
      f j + g j + 2 ^ (S + j) := by
  have small : width - j < rowCount width * rowSize := Nat.lt_of_le_of_lt (Nat.sub_le _ _) (lt_rowCount width)
  unfold sumAt
  show entryAt _ _ (width - j) + entryAt _ _ (width - j) + _ = _
  rw [entryAt_rowsOf small, entryAt_rowsOf small, getD_down hj, getD_down hj]
  rfl

/-! ## What the walk adds up -/

variable {R : Type} [ExpField R]

theorem telescope (F : Nat → R) (a c : Nat) : (sum c fun i => F (a + i + 1) - F (a + i)) = F (a + c) - F a := by
  induction c with
  | zero => exact (sub_self (F a)).symm
  | succ c ih =>
    rw [sum_succ, ih]
    exact cancel _ _ _
where
  cancel (x y z : R) : x - y + (z - x) = z - y := by ring [x, y, z]

/-- A choice below `a`, and the run from `a` to `b`. -/
def withRun (a b : Nat) (s : Nat → Nat) (i : Nat) : Nat := if i < a then s i else if i < b then 1 else 0

theorem bits_withRun {a b m : Nat} {s : Nat → Nat} (hs : Bits a s) : Bits m (withRun a b s) := fun i _ => by
  unfold withRun
  by_cases ha : i < a
  case pos =>
    rw [ite_eq_left ha]
    exact hs i ha
  case neg =>
    rw [ite_eq_right ha]
    by_cases hb : i < b
    case pos => exact .inr (ite_eq_left hb)
    case neg => exact .inl (ite_eq_right hb)

/-- Sums over steps of `F`, with a run more. -/
theorem sum_withRun {a b m : Nat} (hab : a ≤ b) (hbm : b ≤ m) (s : Nat → Nat) (F : Nat → R) :
    (sum m fun i => ofNat R (withRun a b s i) * (F (i + 1) - F i)) =
      (sum a fun i => ofNat R (s i) * (F (i + 1) - F i)) + (F b - F a) := by
  match Nat.exists_eq_add_of_le hab, Nat.exists_eq_add_of_le hbm with
  | ⟨c, eb⟩, ⟨d, em⟩ =>
    subst eb
    subst em
    rw [sum_split (a + c) d, sum_split a c]
    have low : (sum a fun i => ofNat R (withRun a (a + c) s i) * (F (i + 1) - F i)) =
        sum a fun i => ofNat R (s i) * (F (i + 1) - F i) := sum_congr fun i hi => by
      unfold withRun
      rw [ite_eq_left hi]
    have run : (sum c fun i => ofNat R (withRun a (a + c) s (a + i)) * (F (a + i + 1) - F (a + i))) = F (a + c) - F a := by
      rw [← telescope F a c]
      refine sum_congr fun i hi => ?_
      unfold withRun
      rw [ite_eq_right (Nat.not_lt_of_le (Nat.le_add_right a i)), ite_eq_left (Nat.add_lt_add_left hi a), ofNat_one, one_mul]
    have high : (sum d fun i => ofNat R (withRun a (a + c) s (a + c + i)) * (F (a + c + i + 1) - F (a + c + i))) = 0 :=
      sum_eq_zero fun i _ => by
        have le : a + c ≤ a + c + i := Nat.le_add_right _ i
        unfold withRun
        rw [ite_eq_right (Nat.not_lt_of_le (Nat.le_trans (Nat.le_add_right a c) le)), ite_eq_right (Nat.not_lt_of_le le)]
        exact zero_mul _
    rw [low, run, high, add_zero]

theorem of_oneRun {e m code : Nat} {k : Nat → Nat → Bool} (h : oneRun e m code k = true) :
    ∃ a, ∃ b, a ≤ b ∧ b ≤ m ∧ k a b = true := by
  unfold oneRun at h
  rw [Nat.force_eq, Nat.force_eq] at h
  have tests := Bool.and_left h
  exact ⟨_, _, Nat.le_of_lt (Nat.le_of_ble_eq_true (Bool.and_left tests)), Nat.le_of_ble_eq_true (Bool.and_right tests),
    Bool.and_right h⟩

/-- Whatever a certificate says about runs, the walk ends with the steps of `sums` over some choice of neurons. -/
theorem of_walk (R : Type) [ExpField R] {e : Nat} {sums : Nat → Nat} {k : Nat → Nat → Bool} (fuel : Nat) {m code plus minus : Nat}
    (h : walk e sums k fuel m code plus minus = true) :
    ∃ s, Bits m s ∧ ∃ plus', ∃ minus', k plus' minus' = true ∧ ofNat R plus' - ofNat R minus' =
      ofNat R plus - ofNat R minus + sum m fun i => ofNat R (s i) * (ofNat R (sums (i + 1)) - ofNat R (sums i)) := by
  induction fuel generalizing m code plus minus with
  | zero => exact done h
  | succ fuel ih =>
    have h : Bool.rec (motive := fun _ => Bool)
      (oneRun e m code fun a b => Nat.force (Nat.add plus (sums b)) fun plus => Nat.force (Nat.add minus (sums a)) fun minus =>
        Nat.force (Nat.shiftRight code (Nat.add e e)) fun code => walk e sums k fuel a code plus minus)
      (k plus minus) (Nat.beq code 0) = true := h
    cases empty : Nat.beq code 0 with
    | true => rw [empty] at h; exact done h
    | false =>
      rw [empty] at h
      match of_oneRun h with
      | ⟨a, b, hab, hbm, later⟩ =>
        rw [Nat.force_eq, Nat.force_eq, Nat.force_eq] at later
        match ih later with
        | ⟨s, hs, plus', minus', pass, e⟩ =>
          refine ⟨withRun a b s, bits_withRun hs, plus', minus', pass, e.trans ?_⟩
          rw [sum_withRun hab hbm s fun j => ofNat R (sums j)]
          show ofNat R (plus + sums b) - ofNat R (minus + sums a) + _ = _
          rw [ofNat_add, ofNat_add]
          exact regroup _ _ _ _ _
where
  done {m plus minus : Nat} {k : Nat → Nat → Bool} {sums : Nat → Nat} (pass : k plus minus = true) :
      ∃ s, Bits m s ∧ ∃ plus', ∃ minus', k plus' minus' = true ∧ ofNat R plus' - ofNat R minus' =
        ofNat R plus - ofNat R minus + sum m fun i => ofNat R (s i) * (ofNat R (sums (i + 1)) - ofNat R (sums i)) :=
    ⟨fun _ => 0, fun _ _ => .inl rfl, plus, minus, pass,
      (add_zero _).symm.trans (congrArg (_ + ·) (sum_eq_zero fun _ _ => zero_mul _).symm)⟩
  regroup (p m x y t : R) : p + x - (m + y) + t = p - m + (t + (x - y)) := by
    ring [p, m, x, y, t]

/-- The difference of two marks. -/
theorem mark_step (S i : Nat) : 2 ^ (S + (i + 1)) = 2 ^ (S + i) + 2 ^ S * 2 ^ i := by
  rw [← Nat.pow_add, ← Nat.add_assoc, Nat.two_pow_succ]

/-- Sums over marked prefix sums: what the chosen neurons add, and above it the bits of the choice. -/
theorem sum_marked {f sums : Nat → Nat} {v : Nat → R} {C : R} {S width : Nat}
    (marks : ∀ j, j ≤ width → sums j = f j + 2 ^ (S + j)) (prefixes : ∀ j, j ≤ width → ofNat R (f j) = C + sum j v)
    (s : Nat → Nat) :
    (sum width fun i => ofNat R (s i) * (ofNat R (sums (i + 1)) - ofNat R (sums i))) =
      (sum width fun i => ofNat R (s i) * v i) + ofNat R (2 ^ S * pack 1 width s) := by
  have lanes : ofNat R (2 ^ S * pack 1 width s) = sum width fun i => ofNat R (s i) * ofNat R (2 ^ S * 2 ^ i) := by
    rw [pack_eq_total, ← total_mul, ofNat_total]
    refine sum_congr fun i _ => ?_
    rw [← ofNat_mul, Nat.one_mul, ← Nat.mul_assoc, Nat.mul_comm]
  rw [lanes, ← sum_add]
  refine sum_congr fun i hi => ?_
  rw [← mul_add, marks (i + 1) hi, marks i (Nat.le_of_lt hi), mark_step, ofNat_add, ofNat_add, ofNat_add, prefixes (i + 1) hi, prefixes i (Nat.le_of_lt hi), sum_succ]
  exact congrArg (ofNat R (s i) * ·) (regroup _ _ _ _ _)
where
  regroup (c t v m d : R) : c + (t + v) + (m + d) - (c + t + m) = v + d := by ring [c, t, v, m, d]

end
end Network
end Compact
