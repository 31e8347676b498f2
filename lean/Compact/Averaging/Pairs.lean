prelude
import Compact.Averaging.Layers
import Compact.Averaging.Margin
import Compact.Counting.Classes
/-!
# Sums over inputs, by maximum and last token

All inputs of `n + 1` tokens, by their maximum `m`, their last token `q`, and the number `c` of other tokens that are not `m`
(`sumInputs_pairs`); and what levels of a loss save for one pair `q`, `m` (`pair_saves`).
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- The sum of `f x` over the inputs `x` with the last token `q` and the maximum `m`. -/
noncomputable def sumPair (n q m : Nat) (f : List Nat → R) : R := sum (classes n q m) fun c => sumCopies m n (n - c) fun y => f (y ++ [q])

/-- The last token apart, instead of the first. -/
theorem sumInputs_last (v n : Nat) (f : List Nat → R) : sumInputs v (n + 1) f = sum v fun q => sumInputs v n fun y => f (y ++ [q]) := by
  induction n generalizing f with
  | zero => rfl
  | succ n ih =>
    show (sum v fun t => sumInputs v (n + 1) fun x => f (t :: x)) = sum v fun q => sum v fun t => sumInputs v n fun y => f (t :: (y ++ [q]))
    rw [sum_congr fun t _ => ih fun x => f (t :: x)]
    exact sum_comm _ _ _

/-- With the maximum `m` and a smaller last token. -/
theorem sumInputs_below {n m q : Nat} (h : q < m) (f : List Nat → R) :
    (sumInputs (m + 1) n fun y => f (y ++ [q])) = (sumInputs m n fun y => f (y ++ [q])) + sumPair n q m f := by
  rw [sumInputs_succ, sum_succ', sumCopies_zero]
  unfold sumPair
  rw [classes_of_ne n (Nat.ne_of_lt h), ← sum_reverse n]
  refine congrArg (_ + ·) (sum_congr fun c hc => congrArg (fun j => sumCopies m n j _) ?_)
  rw [Nat.sub_sub, Nat.add_comm 1 c, ← Nat.sub_sub]
  exact Nat.sub_add_cancel (Nat.sub_pos_of_lt hc)

/-- With the maximum as the last token. -/
theorem sumInputs_self (n m : Nat) (f : List Nat → R) : (sumInputs (m + 1) n fun y => f (y ++ [m])) = sumPair n m m f := by
  unfold sumPair
  rw [sumInputs_succ, classes_self, ← sum_reverse (n + 1)]
  rfl

/-- All inputs. -/
theorem sumInputs_pairs (v n : Nat) (f : List Nat → R) :
    sumInputs v (n + 1) f = sum v fun m => sum (m + 1) fun q => sumPair n q m f := by
  rw [sumInputs_last]
  induction v with
  | zero => rfl
  | succ v ih =>
    rw [sum_succ, sum_succ v fun m => sum (m + 1) fun q => sumPair n q m f, ← ih, sumInputs_self, sum_succ v fun q => sumPair n q v f]
    rw [sum_congr fun q hq => sumInputs_below (n := n) hq f, sum_add, add_assoc]

/-- As many ways to choose what is taken as what is left. -/
theorem Nat.choose_symm {n c : Nat} (h : c ≤ n) : Nat.choose n (n - c) = Nat.choose n c := by
  induction n generalizing c with
  | zero => rw [Nat.eq_zero_of_le_zero h]
  | succ n ih =>
    cases c with
    | zero => rw [Nat.choose_zero_right]; exact Nat.choose_self (n + 1)
    | succ c =>
      rw [Nat.succ_sub_succ]
      cases Nat.eq_or_lt_of_le (Nat.le_of_succ_le_succ h) with
      | inl e => rw [e, Nat.sub_self, Nat.choose_zero_right, Nat.choose_self]
      | inr lt =>
        have e : n - c = (n - (c + 1)) + 1 := by
          rw [← Nat.sub_sub]
          exact (Nat.sub_add_cancel (Nat.sub_pos_of_lt lt)).symm
        rw [Nat.choose_succ_succ, e, Nat.choose_succ_succ, ← e, ih lt, ih (Nat.le_of_lt lt), Nat.add_comm]

/-! ## What levels save -/

/-- One level for a last token and a maximum: the loss, the number of inputs that are known to have no more, for each number `c` of
other tokens whether any are known, and what is asked of these tokens. -/
structure Level where
  loss : Nat
  size : Nat
  ok : Nat → Bool
  p : Nat → Nat → Bool

/-- 1 for the inputs of the level with `c` other tokens, else 0. -/
def Level.mem (R : Type) [ExpField R] (u : Level) (m c : Nat) (y : List Nat) : R := if u.ok c = true then chosen R m (u.p c) y else 0

/-- What a level says of the numbers `l` of the inputs with the last token `q` and the maximum `m`. -/
structure Level.Holds (u : Level) (n q m : Nat) (l : List Nat → R) : Prop where
  size_le : u.size ≤ total (classes n q m) fun c => classTerm n c (u.ok c) (below (u.p c) m).length
  sound : ∀ c, c < classes n q m → u.ok c = true → ∀ y, y ∈ words m (below (u.p c) m) n c → l (y ++ [q]) ≤ nats R u.loss

theorem mem_below_of {p : Nat → Bool} {n s : Nat} (hs : s < n) (hp : p s = true) : s ∈ below p n := by
  induction n with
  | zero => exact absurd hs (Nat.not_lt_zero s)
  | succ n ih =>
    show s ∈ if p n = true then n :: below p n else below p n
    match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hs) with
    | .inl lt =>
      by_cases h : p n = true
      case pos => rw [ite_eq_left h]; exact .tail _ (ih lt)
      case neg => rw [ite_eq_right h]; exact ih lt
    | .inr e =>
      subst e
      rw [ite_eq_left hp]
      exact .head _

/-- The inputs of a class whose tokens have a property are words. -/
theorem InClass.words {m n c : Nat} {y : List Nat} {p : Nat → Bool} (hc : c ≤ n) (h : InClass m n (n - c) y)
    (all : ∀ t, t ∈ y → t = m ∨ p t = true) : y ∈ words m (below p m) n c := by
  have e : countOther m y = c := Nat.add_right_cancel (h.others.trans (Nat.add_sub_of_le hc).symm)
  have mem := mem_words (m := m) (S := below p m) (y := y) fun t ht => (all t ht).elim Or.inl fun hp =>
    (Nat.lt_or_eq_of_le (h.le t ht)).elim (fun lt => Or.inr (mem_below_of lt hp)) Or.inl
  rw [e, h.length] at mem
  exact mem

theorem le_of_class {n q m c : Nat} (h : c < classes n q m) : c ≤ n := by
  by_cases e : q = m
  case pos => subst e; rw [classes_self] at h; exact Nat.le_of_lt_succ h
  case neg => rw [classes_of_ne n e] at h; exact Nat.le_of_lt h

/-- How many inputs of a level there are. -/
theorem Level.sum_mem (u : Level) (n q m : Nat) : (sum (classes n q m) fun c => sumCopies m n (n - c) (u.mem R m c)) =
    ofNat R (total (classes n q m) fun c => classTerm n c (u.ok c) (below (u.p c) m).length) := by
  rw [ofNat_total]
  refine sum_congr fun c hc => ?_
  have hc := le_of_class hc
  have e : n - (n - c) = c := Nat.sub_sub_self hc
  unfold Level.mem
  cases u.ok c with
  | false =>
    refine (sumCopies_congr fun y _ => ite_eq_right (fun h => Bool.noConfusion h)).trans ?_
    exact (sumCopies_const (0 : R) m n (n - c)).trans (mul_zero _)
  | true =>
    refine (sumCopies_congr fun y _ => ite_eq_left rfl).trans ((sumCopies_chosen m n (n - c) (u.p c)).trans ?_)
    show ofNat R (Nat.choose n (n - c) * _ ^ (n - (n - c))) = ofNat R (binom n c * _ ^ c)
    rw [e, binom_eq_choose, Nat.choose_symm hc]

/-- What levels save, summed over the inputs of a pair. -/
theorem sum_savedBy {us : List Level} {n q m cur : Nat} {l : List Nat → R} (h : ∀ u, u ∈ us → u.Holds n q m l) :
    nats R (saved (us.map fun u => (u.loss, u.size)) cur) ≤
      sum (classes n q m) fun c => sumCopies m n (n - c) fun y => (savedBy y (us.map fun u => (u.loss, u.mem R m c)) cur : R) := by
  induction us generalizing cur with
  | nil =>
    refine le_of_eq (Eq.symm (Eq.trans (sum_eq_zero fun c _ => ?_) (zero_div _).symm))
    exact (sumCopies_const (0 : R) m n (n - c)).trans (mul_zero _)
  | cons u us ih =>
    have rest := ih (cur := cur - (cur - u.loss)) fun v hv => h v (.tail _ hv)
    have size := ofNat_le (R := R) (h u (.head _)).size_le
    rw [← Level.sum_mem] at size
    have first := mul_le_mul_of_nonneg_left size (nats_nonneg (cur - u.loss))
    refine le_trans (le_of_eq ?_) (le_trans (add_le_add first rest) (le_of_eq ?_))
    · show nats R ((cur - u.loss) * u.size + _) = _
      rw [nats_add, Nat.mul_comm, nats_mul, mul_comm]
      rfl
    · rw [mul_sum, ← sum_add]
      refine sum_congr fun c _ => ?_
      rw [← sumCopies_mul, ← sumCopies_add]
      rfl
where
  nats_nonneg (u : Nat) : (0 : R) ≤ nats R u := div_nonneg (ofNat_nonneg u) (ofNat_pos billion_pos)

/-- **What levels save for one pair**: the sum of the numbers `l` is at most that of the bound `top` less what is saved. -/
theorem pair_saves {us : List Level} {n q m top : Nat} {l : List Nat → R} (h : ∀ u, u ∈ us → u.Holds n q m l)
    (all : ∀ c, c < classes n q m → ∀ y, InClass m n (n - c) y → l (y ++ [q]) ≤ nats R top) :
    sumPair n q m l + nats R (saved (us.map fun u => (u.loss, u.size)) top) ≤ sumPair n q m fun _ => nats R top := by
  refine le_trans (add_le_add_left (sum_savedBy h) _) ?_
  unfold sumPair
  rw [← sum_add]
  refine sum_le_sum fun c hc => ?_
  rw [← sumCopies_add]
  refine sumCopies_le fun y hy => layers (fun u hu => ?_) (all c hc y hy) (le_refl _)
  match List.mem_map.mp hu with
  | ⟨v, hv, e⟩ =>
    subst e
    show Level.mem R v m c y = 0 ∨ Level.mem R v m c y = 1 ∧ l (y ++ [q]) ≤ nats R v.loss
    unfold Level.mem
    by_cases ok : v.ok c = true
    case neg => exact Or.inl (ite_eq_right ok)
    case pos =>
      rw [ite_eq_left ok]
      match chosen_eq (R := R) m (v.p c) y with
      | .inl z => exact Or.inl z
      | .inr ⟨one, tokens⟩ =>
        exact Or.inr ⟨one, (h v hv).sound c hc ok y (hy.words (le_of_class hc) tokens)⟩

end Compact
