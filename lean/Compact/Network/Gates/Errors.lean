prelude
import Compact.Network.Gates.Chosen
import Compact.Network.Spread
import Compact.Packed.Lanewise
/-!
# Runs with errors

A certificate's runs need not be exactly those of the active neurons.  A neuron that is added up though it is not active, or is left out
though it is, changes a margin by no more than the distance of what goes into it from zero times the range of its weights: the
*gate lemma*.  The kernel sees which neurons these are (a bit for each, `xor` of the two choices), adds up what they can change,
and asks the margins to be above that sum.  So short runs and short gaps that hardly matter may be passed over.
-/
namespace Compact
namespace Network
noncomputable section

/-- Go on with `sum` and the costs of all neurons whose bit is set in `M`, and with `error` and these costs times the neurons' `range`.
The digits of `code`, of `e` bits each, say which these are: finding them would cost the kernel more. -/
def errors (e : Nat) (cost range : Nat → Nat) (k : Nat → Nat → Bool) (fuel : Nat) : Nat → Nat → Nat → Nat → Bool :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat → Bool)
    (fun _ M sum error => Bool.rec (motive := fun _ => Bool) false (k sum error) (Nat.beq M 0))
    (fun _ ih code M sum error => Bool.rec (motive := fun _ => Bool)
      (Nat.force (Nat.mod code (Nat.pow 2 e)) fun q => Bool.rec (motive := fun _ => Bool) false
        (Nat.force (Nat.shiftRight code e) fun code => Nat.force (Nat.sub M (Nat.pow 2 q)) fun M =>
          Nat.force (cost q) fun d => Nat.force (Nat.add sum d) fun sum =>
          Nat.force (Nat.add error (Nat.mul d (range q))) fun error => ih code M sum error)
        (Nat.beq (Nat.mod (Nat.shiftRight M q) 2) 1))
      (k sum error) (Nat.beq M 0)) fuel

end

/-! ## Bits -/

theorem xor_pack (L : Nat) {n : Nat} {f g : Nat → Nat} (hf : ∀ j, j < n → f j < 2 ^ L) (hg : ∀ j, j < n → g j < 2 ^ L) :
    Nat.xor (pack L n f) (pack L n g) = pack L n fun j => Nat.xor (f j) (g j) := by
  induction n generalizing f g with
  | zero => rfl
  | succ n ih =>
    refine (Nat.bits_add_mul_two_pow (f := fun i j => (i + j) % 2) (Nat.zero_mod 2) L (pack L n fun j => f (j + 1))
      (pack L n fun j => g (j + 1)) (hf 0 (Nat.zero_lt_succ n)) (hg 0 (Nat.zero_lt_succ n))).trans ?_
    exact congrArg (fun x => Nat.xor (f 0) (g 0) + 2 ^ L * x)
      (ih (fun j hj => hf (j + 1) (Nat.succ_lt_succ hj)) fun j hj => hg (j + 1) (Nat.succ_lt_succ hj))

/-- All bits but one. -/
def without (q : Nat) (m : Nat → Nat) (i : Nat) : Nat := if i = q then 0 else m i

/-- A bit that is set, taken off. -/
theorem take_bit {n q : Nat} {m : Nat → Nat} (hm : Bits n m) (h : pack 1 n m / 2 ^ q % 2 = 1) :
    q < n ∧ m q = 1 ∧ pack 1 n m - 2 ^ q = pack 1 n (without q m) := by
  have bit : digit 1 (pack 1 n m) q = 1 := by
    unfold digit
    rw [Nat.one_mul]
    exact h
  have inside : q < n := Nat.lt_of_not_le fun le =>
    Nat.succ_ne_zero 0 (bit.symm.trans (digit_eq_zero (n := n) (pack_lt 1 hm.lt) le))
  have set : m q = 1 := (digit_pack 1 hm.lt inside).symm.trans bit
  refine ⟨inside, set, ?_⟩
  have single := pack_single 1 1 inside
  rw [Nat.one_mul, Nat.one_mul] at single
  rw [← single]
  refine (pack_sub 1 fun j _ => ?_).trans (pack_congr 1 fun j _ => ?_)
  · by_cases e : j = q
    case pos => rw [ite_eq_left e, e, set]; exact Nat.le_refl 1
    case neg => rw [ite_eq_right e]; exact Nat.zero_le _
  · unfold without
    by_cases e : j = q
    case pos => rw [ite_eq_left e, ite_eq_left e, e, set]
    case neg => rw [ite_eq_right e, ite_eq_right e]; exact Nat.sub_zero _

theorem bits_without {n q : Nat} {m : Nat → Nat} (hm : Bits n m) : Bits n (without q m) := fun i hi => by
  unfold without
  by_cases e : i = q
  case pos => exact .inl (ite_eq_left e)
  case neg => rw [ite_eq_right e]; exact hm i hi

theorem total_without {n q : Nat} {m : Nat → Nat} (cost : Nat → Nat) (hq : q < n) (set : m q = 1) :
    (total n fun i => m i * cost i) = cost q + total n fun i => without q m i * cost i := by
  induction n with
  | zero => exact absurd hq (Nat.not_lt_zero q)
  | succ n ih =>
    rw [total_succ, total_succ]
    match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hq) with
    | .inl lt =>
      have other : without q m n = m n := ite_eq_right fun e => Nat.ne_of_lt lt e.symm
      rw [ih lt, other, Nat.add_assoc]
    | .inr e =>
      subst e
      have none : without q m q = 0 := ite_eq_left rfl
      have same : (total q fun i => without q m i * cost i) = total q fun i => m i * cost i :=
        total_congr fun i hi => congrArg (· * cost i) (ite_eq_right (Nat.ne_of_lt hi))
      rw [none, same, set, Nat.zero_mul, Nat.one_mul, Nat.add_zero, Nat.add_comm]

/-- What the loop ends with. -/
theorem of_errors {e : Nat} {cost range : Nat → Nat} {k : Nat → Nat → Bool} {n : Nat} (fuel : Nat) {code : Nat} {m : Nat → Nat}
    (hm : Bits n m) {sum error : Nat} (h : errors e cost range k fuel code (pack 1 n m) sum error = true) :
    k (sum + total n fun i => m i * cost i) (error + total n fun i => m i * (cost i * range i)) = true := by
  have nothing {m : Nat → Nat} (hm : Bits n m) (e : pack 1 n m = 0) {sum error : Nat} (h : k sum error = true) :
      k (sum + total n fun i => m i * cost i) (error + total n fun i => m i * (cost i * range i)) = true := by
    have zero (f : Nat → Nat) : (total n fun i => m i * f i) = 0 := by
      refine (total_congr (g := fun _ => 0) fun i hi => ?_).trans ((total_const n 0).trans (Nat.mul_zero n))
      have e : m i = 0 := pack_inj hm.lt (fun _ _ => Nat.two_pow_pos 1) (e.trans (pack_zero 1 n).symm) hi
      rw [e, Nat.zero_mul]
    rw [zero, zero]
    exact h
  induction fuel generalizing code m sum error with
  | zero =>
    have h : Bool.rec (motive := fun _ => Bool) false (k sum error) (Nat.beq (pack 1 n m) 0) = true := h
    cases empty : Nat.beq (pack 1 n m) 0 with
    | true => rw [empty] at h; exact nothing hm (Nat.eq_of_beq_eq_true _ _ empty) h
    | false => rw [empty] at h; exact Bool.noConfusion h
  | succ fuel ih =>
    have h : Bool.rec (motive := fun _ => Bool)
      (Nat.force (code % 2 ^ e) fun q => Bool.rec (motive := fun _ => Bool) false
        (Nat.force (code / 2 ^ e) fun code => Nat.force (pack 1 n m - 2 ^ q) fun M => Nat.force (cost q) fun d =>
          Nat.force (sum + d) fun sum => Nat.force (error + d * range q) fun error => errors e cost range k fuel code M sum error)
        (Nat.beq (pack 1 n m / 2 ^ q % 2) 1)) (k sum error) (Nat.beq (pack 1 n m) 0) = true := h
    cases empty : Nat.beq (pack 1 n m) 0 with
    | true => rw [empty] at h; exact nothing hm (Nat.eq_of_beq_eq_true _ _ empty) h
    | false =>
      rw [empty] at h
      have h : Nat.force _ _ = true := h
      rw [Nat.force_eq] at h
      cases set : Nat.beq (pack 1 n m / 2 ^ (code % 2 ^ e) % 2) 1 with
      | false => rw [set] at h; exact Bool.noConfusion h
      | true =>
        rw [set] at h
        have bit := take_bit hm (Nat.eq_of_beq_eq_true _ _ set)
        have h : Nat.force _ _ = true := h
        rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, bit.right.right] at h
        have later := ih (bits_without hm) h
        rw [Nat.add_assoc, Nat.add_assoc, ← total_without cost bit.left bit.right.left,
          ← total_without (fun i => cost i * range i) bit.left bit.right.left] at later
        exact later

/-! ## The gate lemma -/

section
/-- How far what goes into a neuron is on the wrong side of zero, for the choice `s`. -/
def wrong (s o p : Nat) : Nat := s * (o - p) + (1 - s) * (p - o)

/-- What a neuron adds to a logit for the choice `s`, and its error times the range of the weights above that. -/
def part (s o p reach u : Nat) : Nat := s * ((p - o) * u + (o - p) * (reach - u)) + (1 - s) * ((p - o) * reach)

theorem part_one (o p reach u : Nat) : part 1 o p reach u = (p - o) * u + (o - p) * (reach - u) := by
  unfold part
  rw [Nat.sub_self, Nat.zero_mul, Nat.add_zero, Nat.one_mul]

theorem part_zero (o p reach u : Nat) : part 0 o p reach u = (p - o) * reach := by
  unfold part
  rw [Nat.sub_zero, Nat.zero_mul, Nat.zero_add, Nat.one_mul]

theorem wrong_one (o p : Nat) : wrong 1 o p = o - p := by
  unfold wrong
  rw [Nat.sub_self, Nat.zero_mul, Nat.add_zero, Nat.one_mul]

theorem wrong_zero (o p : Nat) : wrong 0 o p = p - o := by
  unfold wrong
  rw [Nat.sub_zero, Nat.zero_mul, Nat.zero_add, Nat.one_mul]

/-- A neuron is wrong where its bit differs from the active one. -/
theorem xor_mul {s : Nat} (hs : s = 0 ∨ s = 1) (o p : Nat) :
    Nat.xor s (active o p) * ((p - o) + (o - p)) = wrong s o p := by
  match hs, active_cases o p with
  | .inl e, .inl ⟨le, a⟩ =>
    rw [e, a, wrong_zero, Nat.sub_eq_zero_of_le le]
    exact Nat.one_mul _
  | .inl e, .inr ⟨le, a⟩ =>
    rw [e, a, wrong_zero, Nat.sub_eq_zero_of_le le]
    exact Nat.zero_mul _
  | .inr e, .inl ⟨le, a⟩ =>
    rw [e, a, wrong_one, Nat.sub_eq_zero_of_le le]
    exact Nat.zero_mul _
  | .inr e, .inr ⟨le, a⟩ =>
    rw [e, a, wrong_one, Nat.sub_eq_zero_of_le le, Nat.zero_add]
    exact Nat.one_mul _

/-- **The gate lemma**: between two logits, the choice `s` loses no more than its error times the range of the weights. -/
theorem part_add_le {s : Nat} (hs : s = 0 ∨ s = 1) (o p : Nat) {reach range u v : Nat} (hu : u ≤ reach) (near : u ≤ v + range) :
    part s o p reach v + (p - o) * u ≤ part s o p reach u + (p - o) * v + wrong s o p * range := by
  match hs with
  | .inl e =>
    rw [e, part_zero, part_zero, wrong_zero, Nat.add_assoc]
    exact Nat.add_le_add_left (Nat.le_trans (Nat.mul_le_mul_left _ near) (Nat.le_of_eq (Nat.mul_add _ _ _))) _
  | .inr e =>
    rw [e, part_one, part_one, wrong_one]
    have le : reach - v ≤ reach - u + range := by
      refine Nat.sub_le_of_le_add ?_
      rw [Nat.add_assoc, Nat.add_comm range v]
      refine Nat.le_trans (Nat.le_of_eq (Nat.sub_add_cancel hu).symm) (Nat.add_le_add_left near _)
    refine Nat.le_trans (Nat.add_le_add_right (Nat.add_le_add_left (Nat.mul_le_mul_left _ le) _) _) ?_
    rw [Nat.mul_add]
    exact Nat.le_of_eq (regroup _ _ _ _)
where
  regroup (a b c d : Nat) : a + (b + c) + d = d + b + a + c := by ring [a, b, c, d]

theorem part_le {s : Nat} (hs : s = 0 ∨ s = 1) {o p reach u : Nat} (hp : p ≤ 2 * o) (hu : u ≤ reach) :
    part s o p reach u ≤ o * reach := by
  have above : p - o ≤ o := Nat.sub_le_of_le_add (Nat.le_trans hp (Nat.le_of_eq (Nat.two_mul o)))
  match hs with
  | .inl e =>
    rw [e, part_zero]
    exact Nat.mul_le_mul_right _ above
  | .inr e =>
    rw [e, part_one]
    match Nat.le_total o p with
    | .inl le =>
      rw [Nat.sub_eq_zero_of_le le, Nat.zero_mul, Nat.add_zero]
      exact Nat.mul_le_mul above hu
    | .inr le =>
      rw [Nat.sub_eq_zero_of_le le, Nat.zero_mul, Nat.zero_add]
      exact Nat.mul_le_mul (Nat.sub_le _ _) (Nat.sub_le _ _)

variable (R : Type) [ExpField R] {width o : Nat} {ls rs us : List Nat}

/-- What a neuron adds to all logits, with its error. -/
theorem part_pack {L n reach : Nat} {u : Nat → Nat} (hu : ∀ t, t < n → u t ≤ reach) {s q : Nat} (hs : s = 0 ∨ s = 1)
    (row : us.getD q 0 = pack L n u) :
    ofNat R s * added R o ls rs us q + ofNat R (wrong s o (ls.getD q 0 + rs.getD q 0) * (reach * ones L n)) =
      ofNat R (pack L n fun t => part s o (ls.getD q 0 + rs.getD q 0) reach (u t)) := by
  rw [added_eq, row, ofNat_mul, ofNat_mul o]
  generalize ls.getD q 0 + rs.getD q 0 = p
  match hs with
  | .inl e =>
    rw [e, wrong_zero, pack_congr L fun t _ => part_zero o p reach (u t), mul_ones, mul_pack]
    exact (congrArg (· + _) (zero_mul _)).trans (zero_add _)
  | .inr e =>
    have lanes : (pack L n fun t => part 1 o p reach (u t)) = (p - o) * pack L n u + (o - p) * (reach * ones L n - pack L n u) := by
      rw [mul_ones, pack_sub L hu, mul_pack, mul_pack, pack_add]
      exact pack_congr L fun t _ => part_one o p reach (u t)
    have le : pack L n u ≤ reach * ones L n := mul_ones L n reach ▸ pack_le L hu
    rw [e, lanes, wrong_one, ofNat_one, one_mul, ofNat_add, ofNat_mul (p - o), ofNat_mul (o - p), ofNat_mul (o - p), ofNat_sub le]
    match Nat.le_total o p with
    | .inl h =>
      rw [Nat.sub_eq_zero_of_le h, ofNat_sub h]
      exact first _ _ _ _
    | .inr h =>
      rw [Nat.sub_eq_zero_of_le h, ofNat_sub h]
      exact second _ _ _ _
where
  first (p o v t : R) : p * v - o * v + ofNat R 0 * t = (p - o) * v + ofNat R 0 * (t - v) := by
    show p * v - o * v + 0 * t = (p - o) * v + 0 * (t - v)
    ring [p, o, v, t]
  second (p o v t : R) : p * v - o * v + (o - p) * t = ofNat R 0 * v + (o - p) * (t - v) := by
    show p * v - o * v + (o - p) * t = 0 * v + (o - p) * (t - v)
    ring [p, o, v, t]

/-- The packed sum of all neurons, with all errors. -/
theorem sub_start {L n reach start K : Nat} {u : Nat → Nat → Nat} {s : Nat → Nat} (hs : Bits width s)
    (hu : ∀ q t, q < width → t < n → u q t ≤ reach) (rows : ∀ q, q < width → us.getD q 0 = pack L n (u q))
    (value : ofNat R K = ofNat R start + sum width fun i => ofNat R (s i) * added R o ls rs us i) :
    K + (total width fun q => wrong (s q) o (ls.getD q 0 + rs.getD q 0)) * (reach * ones L n) - start =
      pack L n fun t => total width fun q => part (s q) o (ls.getD q 0 + rs.getD q 0) reach (u q t) := by
  have each (q : Nat) (hq : q < width) := part_pack R (o := o) (ls := ls) (rs := rs) (us := us) (hu q · hq) (hs q hq) (rows q hq)
  rw [pack_total]
  refine Nat.sub_eq_of_eq_add (ofNat_inj (R := R) ?_)
  rw [ofNat_add, value, Nat.mul_comm, ← total_mul, Nat.add_comm, ofNat_add, ofNat_total, ofNat_total, add_assoc, ← sum_add]
  refine congrArg (ofNat R start + ·) (sum_congr fun q hq => ?_)
  rw [Nat.mul_comm]
  exact each q hq

end
end Network
end Compact
