prelude
import Compact.Network.Setup
import Compact.Network.Gates.Grid
/-!
# Active neurons as runs

The neurons stand in an order in which neighbours tend to be active together.  Then the active neurons of a pair are a few
runs, and what they add to the logits is a few differences of prefix sums, whatever the number of neurons.

A certificate says where the runs end and begin, and `walk` takes them off one by one, from the last to the first.  In the
packed signs, lanes of active neurons are full of ones; each step compares what is left with what was there, so a wrong claim
about a run is refused.

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

/-- The sum of the prefix sums `j` of both sides, of which there are `width + 1` each, the last one first. -/
def sumAt (width : Nat) (As Bs : List (List Nat)) (j : Nat) : Nat :=
  Nat.add (entryAt rowSize As (Nat.sub width j)) (entryAt rowSize Bs (Nat.sub width j))

/-- Take the last run of `D` off, from `a` to `b`, and go on with `a`, `b` and what is left.  The two lowest digits of `code`, of
`e` bits each, say where it ends and begins. -/
def oneRun (L e width D code : Nat) (k : Nat → Nat → Nat → Bool) : Bool :=
  Nat.force (Nat.mod code (Nat.pow 2 e)) fun b => Nat.force (Nat.mod (Nat.shiftRight code e) (Nat.pow 2 e)) fun a =>
  Nat.force (Nat.mod D (Nat.pow 2 (Nat.mul L a))) fun rest =>
  (Nat.beq (Nat.add D (Nat.pow 2 (Nat.mul L a))) (Nat.add rest (Nat.pow 2 (Nat.mul L b))) &&
    (Nat.ble (Nat.succ a) b && Nat.ble b width)) && k a b rest

/-- Take all runs of `D` off.  `plus` and `minus` add up the prefix sums `sums j` at the ends and at the beginnings of runs; `k` gets
them in the end. -/
def walk (L e width : Nat) (sums : Nat → Nat) (k : Nat → Nat → Bool) (fuel : Nat) : Nat → Nat → Nat → Nat → Bool :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat → Bool)
    (fun D _ plus minus => Bool.rec (motive := fun _ => Bool) false (k plus minus) (Nat.beq D 0))
    (fun _ ih D code plus minus => Bool.rec (motive := fun _ => Bool)
      (oneRun L e width D code fun a b rest =>
        Nat.force (Nat.add plus (sums b)) fun plus => Nat.force (Nat.add minus (sums a)) fun minus =>
        Nat.force (Nat.shiftRight code (Nat.add e e)) fun code => ih rest code plus minus)
      (k plus minus) (Nat.beq D 0))
    fuel

end

/-! ## Runs and sums -/

section
variable {L : Nat}

/-- Lanes full of ones where `s` is one. -/
noncomputable def lanesOf (L n : Nat) (s : Nat → Nat) : Nat := pack L n fun i => s i * (2 ^ L - 1)

/-- A choice: `0` or `1` for each neuron. -/
def Bits (n : Nat) (s : Nat → Nat) : Prop := ∀ i, i < n → s i = 0 ∨ s i = 1

theorem Bits.tail {n : Nat} {s : Nat → Nat} (h : Bits (n + 1) s) : Bits n fun i => s (i + 1) :=
  fun i hi => h (i + 1) (Nat.succ_lt_succ hi)

theorem full_lt (L : Nat) : 2 ^ L - 1 < 2 ^ L := Nat.sub_lt (Nat.two_pow_pos L) Nat.one_pos

theorem Bits.lane_lt {n : Nat} {s : Nat → Nat} (h : Bits n s) (L : Nat) : ∀ i, i < n → s i * (2 ^ L - 1) < 2 ^ L := by
  intro i hi
  match h i hi with
  | .inl e => rw [e, Nat.zero_mul]; exact Nat.two_pow_pos L
  | .inr e => rw [e, Nat.one_mul]; exact full_lt L

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

variable {R : Type} [ExpField R]

theorem sum_of_zero {n : Nat} {s : Nat → Nat} (hL : 0 < L) (hs : Bits n s) (h : lanesOf L n s = 0) (v : Nat → R) :
    (sum n fun i => ofNat R (s i) * v i) = 0 := by
  refine sum_eq_zero fun i hi => ?_
  have e : s i * (2 ^ L - 1) = 0 := by
    have lanes := pack_inj (hs.lane_lt L) (fun _ _ => Nat.two_pow_pos L) (h.trans (pack_zero L n).symm) hi
    exact lanes
  match hs i hi with
  | .inl e => rw [e]; exact zero_mul _
  | .inr e' =>
    rw [e', Nat.one_mul] at e
    have two : 2 ^ 1 ≤ 2 ^ L := Nat.pow_le_pow_right Nat.two_pos hL
    exact absurd e (Nat.ne_of_gt (Nat.sub_pos_of_lt (Nat.lt_of_lt_of_le (Nat.lt_succ_self 1) two)))

/-- One run that begins at the first lane. -/
theorem sum_of_run (hL : 0 < L) (n c : Nat) {s : Nat → Nat} (hs : Bits n s) (h : lanesOf L n s + 1 = 2 ^ (L * c))
    (v : Nat → R) : (sum n fun i => ofNat R (s i) * v i) = sum c v := by
  induction n generalizing c s v with
  | zero =>
    cases c with
    | zero => rfl
    | succ c =>
      have big : 2 ^ 1 ≤ 2 ^ (L * (c + 1)) :=
        Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans hL (Nat.le_mul_of_pos_right L (Nat.zero_lt_succ c)))
      have h : 0 + 1 = 2 ^ (L * (c + 1)) := h
      rw [← h] at big
      exact absurd big (Nat.not_succ_le_self 1)
  | succ n ih =>
    cases c with
    | zero =>
      have h : lanesOf L (n + 1) s + 1 = 1 := h
      exact sum_of_zero hL hs (Nat.succ.inj h) v
    | succ c =>
      have full : 2 ^ L - 1 + 1 = 2 ^ L := Nat.sub_add_cancel Nat.one_le_two_pow
      have h : s 0 * (2 ^ L - 1) + 2 ^ L * (lanesOf L n fun i => s (i + 1)) + 1 = 2 ^ (L * c + L) := h
      rw [Nat.pow_add, Nat.mul_comm (2 ^ (L * c))] at h
      rw [sum_succ', sum_succ']
      match hs 0 (Nat.zero_lt_succ n) with
      | .inl e =>
        rw [e, Nat.zero_mul, Nat.zero_add] at h
        have two : 1 < 2 ^ L := Nat.lt_of_lt_of_le (Nat.lt_succ_self 1) (Nat.pow_le_pow_right (n := L) Nat.two_pos hL)
        have m := congrArg (· % 2 ^ L) h
        have m : (2 ^ L * (lanesOf L n fun i => s (i + 1)) + 1) % 2 ^ L = 2 ^ L * 2 ^ (L * c) % 2 ^ L := m
        rw [Nat.mul_add_mod, Nat.mod_eq_of_lt two, Nat.mul_mod_right] at m
        exact absurd m (Nat.succ_ne_zero 0)
      | .inr e =>
        rw [e, Nat.one_mul, Nat.add_right_comm, full, Nat.add_comm] at h
        have h : 2 ^ L * ((lanesOf L n fun i => s (i + 1)) + 1) = 2 ^ L * 2 ^ (L * c) := h
        have h := Nat.eq_of_mul_eq_mul_left (Nat.two_pow_pos L) h
        rw [e, ih c hs.tail h fun i => v (i + 1), ofNat_one, one_mul]

/-- Taking the last run off. -/
theorem sum_of_rest (hL : 0 < L) {n a b rest : Nat} {s : Nat → Nat} (hs : Bits n s) (hab : a < b)
    (hrest : lanesOf L n s % 2 ^ (L * a) = rest) (h : lanesOf L n s + 2 ^ (L * a) = rest + 2 ^ (L * b)) (v : Nat → R) :
    a ≤ n ∧ lanesOf L a s = rest ∧
      (sum n fun i => ofNat R (s i) * v i) = (sum a fun i => ofNat R (s i) * v i) + (sum b v - sum a v) := by
  have han : a ≤ n := by
    refine Nat.le_of_not_lt fun lt => ?_
    have small : lanesOf L n s < 2 ^ (L * a) :=
      Nat.lt_of_lt_of_le (pack_lt L (hs.lane_lt L)) (Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_left L (Nat.le_of_lt lt)))
    rw [Nat.mod_eq_of_lt small] at hrest
    rw [← hrest] at h
    have e := Nat.add_left_cancel h
    have lt' : 2 ^ (L * a) < 2 ^ (L * b) :=
      Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.mul_lt_mul_of_pos_left hab hL)
    exact Nat.ne_of_lt lt' e
  match Nat.exists_eq_add_of_le han, Nat.exists_eq_add_of_le (Nat.le_of_lt hab) with
  | ⟨m, en⟩, ⟨c, eb⟩ =>
    subst en
    subst eb
    have low : Bits a s := fun i hi => hs i (Nat.lt_of_lt_of_le hi (Nat.le_add_right a m))
    have high : Bits m fun i => s (a + i) := fun i hi => hs (a + i) (Nat.add_lt_add_left hi a)
    have split : lanesOf L (a + m) s = lanesOf L a s + 2 ^ (L * a) * lanesOf L m fun i => s (a + i) := pack_split L a m _
    have e : lanesOf L a s = rest := by
      rw [split, Nat.add_mul_mod_self_left] at hrest
      exact (Nat.mod_eq_of_lt (pack_lt L (low.lane_lt L))).symm.trans hrest
    have run : lanesOf L m (fun i => s (a + i)) + 1 = 2 ^ (L * c) := by
      rw [split, e, Nat.add_assoc] at h
      have h := Nat.add_left_cancel h
      rw [← Nat.mul_succ, Nat.mul_add, Nat.pow_add] at h
      exact Nat.eq_of_mul_eq_mul_left (Nat.two_pow_pos _) h
    refine ⟨han, e, ?_⟩
    rw [sum_split, sum_split a c, sum_of_run hL m c high run fun i => v (a + i), add_sub_cancel_left]

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

theorem sumAt_down {f g : Nat → Nat} {width j : Nat} (hj : j ≤ width) :
    sumAt width (rowsOf rowSize (rowCount width) (down f (width + 1))) (rowsOf rowSize (rowCount width) (down g (width + 1))) j =
      f j + g j := by
  have small : width - j < rowCount width * rowSize := Nat.lt_of_le_of_lt (Nat.sub_le _ _) (lt_rowCount width)
  unfold sumAt
  show entryAt _ _ (width - j) + entryAt _ _ (width - j) = _
  rw [entryAt_rowsOf small, entryAt_rowsOf small, getD_down hj, getD_down hj]

/-- What taking one run off shows. -/
theorem of_oneRun (hL : 0 < L) {k : Nat → Nat → Nat → Bool} {n width e code : Nat} {s : Nat → Nat} (hs : Bits n s)
    (h : oneRun L e width (lanesOf L n s) code k = true) (v : Nat → R) :
    ∃ a, ∃ b, (a < b ∧ b ≤ width ∧ a ≤ n) ∧ k a b (lanesOf L a s) = true ∧
      (sum n fun i => ofNat R (s i) * v i) = (sum a fun i => ofNat R (s i) * v i) + (sum b v - sum a v) := by
  unfold oneRun at h
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq] at h
  generalize Nat.mod (Nat.shiftRight code e) (Nat.pow 2 e) = a at h
  generalize Nat.mod code (Nat.pow 2 e) = b at h
  have tests := Bool.and_left h
  have hab := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right tests))
  have hbw := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right tests))
  match sum_of_rest hL hs hab rfl (Nat.eq_of_beq_eq_true _ _ (Bool.and_left tests)) v with
  | ⟨han, rest, taken⟩ =>
    refine ⟨a, b, ⟨hab, hbw, han⟩, ?_, taken⟩
    rw [rest]
    exact Bool.and_right h

/-- What the walk ends with: the sum over the active neurons is a difference. -/
theorem of_walk (hL : 0 < L) {k : Nat → Nat → Bool} {sums : Nat → Nat} {v : Nat → R} {C : R} {width e : Nat}
    (prefixes : ∀ j, j ≤ width → ofNat R (sums j) = C + sum j v) (fuel : Nat) {n code plus minus : Nat} {s : Nat → Nat}
    (hs : Bits n s)
    (h : walk L e width sums k fuel (lanesOf L n s) code plus minus = true) :
    ∃ plus', ∃ minus', k plus' minus' = true ∧ ofNat R plus' - ofNat R minus' =
      ofNat R plus - ofNat R minus + sum n fun i => ofNat R (s i) * v i := by
  induction fuel generalizing n code plus minus with
  | zero =>
    have h : Bool.rec (motive := fun _ => Bool) false (k plus minus) (Nat.beq (lanesOf L n s) 0) = true := h
    cases empty : Nat.beq (lanesOf L n s) 0 with
    | true => rw [empty] at h; exact done hL hs (Nat.eq_of_beq_eq_true _ _ empty) v h
    | false => rw [empty] at h; exact Bool.noConfusion h
  | succ fuel ih =>
    have h : Bool.rec (motive := fun _ => Bool)
      (oneRun L e width (lanesOf L n s) code fun a b rest =>
        Nat.force (Nat.add plus (sums b)) fun plus => Nat.force (Nat.add minus (sums a)) fun minus =>
        Nat.force (Nat.shiftRight code (Nat.add e e)) fun code => walk L e width sums k fuel rest code plus minus)
      (k plus minus) (Nat.beq (lanesOf L n s) 0) = true := h
    cases empty : Nat.beq (lanesOf L n s) 0 with
    | true => rw [empty] at h; exact done hL hs (Nat.eq_of_beq_eq_true _ _ empty) v h
    | false =>
      rw [empty] at h
      match of_oneRun hL hs h v with
      | ⟨a, b, ⟨hab, hbw, han⟩, later, taken⟩ =>
        have haw := Nat.le_trans (Nat.le_of_lt hab) hbw
        rw [Nat.force_eq, Nat.force_eq, Nat.force_eq] at later
        match ih (fun i hi => hs i (Nat.lt_of_lt_of_le hi han)) later with
        | ⟨plus', minus', pass, e⟩ =>
          refine ⟨plus', minus', pass, e.trans ?_⟩
          rw [taken]
          show ofNat R (plus + sums b) - ofNat R (minus + sums a) + _ = _
          rw [ofNat_add, ofNat_add, prefixes b hbw, prefixes a haw]
          exact regroup _ _ _ _ _ _
where
  done {n : Nat} {s : Nat → Nat} (hL : 0 < L) (hs : Bits n s) (h : lanesOf L n s = 0) (v : Nat → R) {k : Nat → Nat → Bool}
      {plus minus : Nat} (pass : k plus minus = true) : ∃ plus', ∃ minus', k plus' minus' = true ∧
        ofNat R plus' - ofNat R minus' = ofNat R plus - ofNat R minus + sum n fun i => ofNat R (s i) * v i :=
    ⟨plus, minus, pass, by rw [sum_of_zero hL hs h, add_zero]⟩
  regroup (p m c x y t : R) : p + (c + x) - (m + (c + y)) + t = p - m + (t + (x - y)) := by
    ring [p, m, c, x, y, t]

end
end Network
end Compact
