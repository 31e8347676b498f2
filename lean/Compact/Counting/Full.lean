prelude
import Compact.Counting.Classes
/-!
# The classes exhaust the inputs

If every class is admitted with all `m` tokens below its maximum `m`, the classes count every input:
`classCount = v ^ (n + 1)`.  So nothing is lost by the classification, and nothing is counted twice.
-/
namespace Compact

/-- The binomial theorem: `sum_c choose n c * a ^ c = (a + 1) ^ n`. -/
theorem total_choose_mul_pow (n a : Nat) :
    total (n + 1) (fun c => Nat.choose n c * a ^ c) = (a + 1) ^ n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    have shift : total (n + 1) (fun c => Nat.choose n (c + 1) * a ^ (c + 1)) + 1 = (a + 1) ^ n := by
      have h := total_succ' (n + 1) fun c => Nat.choose n c * a ^ c
      rw [total_succ, ih, Nat.choose_eq_zero_of_lt (Nat.lt_succ_self n), Nat.zero_mul,
        Nat.choose_zero_right] at h
      exact (h.trans (Nat.add_comm ..)).symm
    have pascal : ∀ c, c < n + 1 → Nat.choose (n + 1) (c + 1) * a ^ (c + 1) =
        a * (Nat.choose n c * a ^ c) + Nat.choose n (c + 1) * a ^ (c + 1) := fun c _ => by
      rw [Nat.choose_succ_succ, Nat.right_distrib, Nat.pow_succ, Nat.mul_comm (a ^ c),
        Nat.mul_left_comm]
    rw [total_succ', total_congr pascal, total_add, total_mul, ih, Nat.choose_zero_right, Nat.pow_succ,
      Nat.mul_succ, Nat.mul_comm a, Nat.add_left_comm, ← shift]
    exact congrArg (_ + ·) (Nat.add_comm 1 _)

/-- All classes of the query `m` and the maximum `m`. -/
theorem pairCount_full_self (n m : Nat) :
    pairCount n m m (fun _ => true) (fun _ => m) = (m + 1) ^ n := by
  unfold pairCount
  rw [classes_self, ← total_choose_mul_pow]
  exact total_congr fun c _ => congrArg (· * m ^ c) (binom_eq_choose n c)

/-- All classes of a query `q < m` and the maximum `m`: all words with a letter `m`. -/
theorem pairCount_full_ne (n : Nat) {q m : Nat} (h : q ≠ m) :
    pairCount n q m (fun _ => true) (fun _ => m) + m ^ n = (m + 1) ^ n := by
  unfold pairCount
  rw [classes_of_ne n h, ← total_choose_mul_pow, total_succ, Nat.choose_self, Nat.one_mul]
  exact congrArg (· + m ^ n) (total_congr fun c _ => congrArg (· * m ^ c) (binom_eq_choose n c))

/-- All classes of the maximum `m`: the words below `m + 1` that are not below `m`. -/
theorem blockCount_full (n m : Nat) :
    m ^ (n + 1) + blockCount n m (fun _ _ => true) (fun _ _ => m) = (m + 1) ^ (n + 1) := by
  unfold blockCount
  rw [total_succ, pairCount_full_self, ← Nat.add_assoc, Nat.pow_succ, Nat.pow_succ, Nat.mul_succ]
  refine congrArg (· + (m + 1) ^ n) ?_
  rw [Nat.mul_comm, ← total_const, ← total_add, Nat.mul_comm, ← total_const]
  refine total_congr fun q hq => ?_
  rw [Nat.add_comm, pairCount_full_ne n (Nat.ne_of_lt hq)]

/-- All classes together: every input, once. -/
theorem classCount_full (v n : Nat) :
    classCount v n (fun _ _ _ => true) (fun _ m _ => m) = v ^ (n + 1) := by
  induction v with
  | zero => rfl
  | succ v ih =>
    refine Eq.trans ?_ (blockCount_full n v)
    exact congrArg (· + blockCount n v (fun _ _ => true) (fun _ _ => v)) ih

end Compact
