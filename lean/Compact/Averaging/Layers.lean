prelude
import Compact.Counting.Copies
import Compact.Mixture.Power
import Compact.Packed.CountLanes
import Compact.Field.Div
/-!
# From levels of a loss to its sum

The loss of an input is at most `top`; and for some levels a set of inputs is known whose loss is at most that of the level.  The
levels are gone through one after the other, with the least bound so far: an input of the set of a level saves the difference
(`layers`).  So what is needed of a set is how many inputs it has, and that is a closed form if it is "all tokens but the maximum have
the property `p`" (`sumCopies_chosen`).
-/
namespace Compact
variable {R : Type} [ExpField R]

/-- A number of billionths. -/
abbrev nats (R : Type) [ExpField R] (u : Nat) : R := ofNat R u / ofNat R billion

theorem billion_pos : 0 < billion := Nat.zero_lt_succ _

theorem nats_add (u v : Nat) : nats R (u + v) = nats R u + nats R v := by rw [← add_div, ← ofNat_add]
theorem nats_mul (k u : Nat) : nats R (k * u) = ofNat R k * nats R u := by rw [← mul_div_assoc, ← ofNat_mul]
theorem nats_le {u v : Nat} (h : u ≤ v) : nats R u ≤ nats R v := div_le_div_of_pos_right (ofNat_le h) (ofNat_pos billion_pos)


/-- What is saved at levels with the losses `us`, `cur` being the bound so far; at each level the inputs of a set save, of which
there are `size`. -/
noncomputable def saved (us : List (Nat × Nat)) : Nat → Nat :=
  fold (fun u ih cur => Nat.add (Nat.mul (Nat.sub cur u.1) u.2) (ih (Nat.sub cur (Nat.sub cur u.1)))) (fun _ => 0) us

/-- The same for one input, which is or is not in the sets of the levels. -/
def savedBy (x : List Nat) : List (Nat × (List Nat → R)) → Nat → R
  | [], _ => 0
  | u :: us, cur => nats R (cur - u.1) * u.2 x + savedBy x us (cur - (cur - u.1))

/-- **Layers**: `L` and what an input saves is at most the bound.  (`mem x` is 1 or 0: the input is in the set, or not.) -/
theorem layers {x : List Nat} {us : List (Nat × (List Nat → R))} {cur : Nat} {L M : R}
    (h : ∀ u, u ∈ us → u.2 x = 0 ∨ u.2 x = 1 ∧ L ≤ nats R u.1) (hL : L ≤ M) (hM : nats R cur ≤ M) : L + savedBy x us cur ≤ M := by
  induction us generalizing cur M with
  | nil => exact le_trans (le_of_eq (add_zero L)) hL
  | cons u us ih =>
    have rest := fun v hv => h v (.tail _ hv)
    have less : nats R (cur - (cur - u.1)) ≤ nats R cur := nats_le (Nat.sub_le _ _)
    show L + (nats R (cur - u.1) * u.2 x + savedBy x us (cur - (cur - u.1))) ≤ M
    match h u (.head _) with
    | .inl e =>
      rw [e, mul_zero, zero_add]
      exact ih rest hL (le_trans less hM)
    | .inr ⟨e, le⟩ =>
      rw [e, mul_one]
      cases Nat.le_total cur u.1 with
      | inl small =>
        rw [Nat.sub_eq_zero_of_le small, show nats R 0 = 0 from zero_div _, zero_add]
        exact ih rest hL hM
      | inr large =>
        have e : cur - (cur - u.1) = u.1 := Nat.sub_sub_self large
        rw [e]
        have all := ih (cur := u.1) rest le (le_refl _)
        have more : L + (nats R (cur - u.1) + savedBy x us u.1) ≤ nats R u.1 + nats R (cur - u.1) :=
          le_of_linear all (swap _ _ _ _)
        refine le_trans more (le_trans (le_of_eq ?_) hM)
        rw [← nats_add, Nat.add_sub_of_le large]
where
  swap (a b c d : R) : d + b + (a + c) = a + (b + c) + d := by ring [a, b, c, d]

/-! ## Sums over a class -/

/-- 1 if all tokens but `m` have the property `p`, else 0. -/
def chosen (R : Type) [ExpField R] (m : Nat) (p : Nat → Bool) : List Nat → R :=
  tokenProduct fun t => if t = m then 1 else if p t = true then 1 else 0

theorem chosen_eq (m : Nat) (p : Nat → Bool) (y : List Nat) :
    chosen R m p y = 0 ∨ chosen R m p y = 1 ∧ ∀ t, t ∈ y → t = m ∨ p t = true := by
  induction y with
  | nil => exact Or.inr ⟨rfl, fun _ h => nomatch h⟩
  | cons t y ih =>
    have e : chosen R m p (t :: y) = (if t = m then 1 else if p t = true then 1 else 0) * chosen R m p y := rfl
    rw [e]
    match ih with
    | .inl z => exact Or.inl (z ▸ mul_zero _)
    | .inr ⟨one, all⟩ =>
      rw [one, mul_one]
      by_cases h : t = m
      case pos => exact Or.inr ⟨ite_eq_left h, List.forall_mem_cons.mpr ⟨Or.inl h, all⟩⟩
      case neg =>
        rw [ite_eq_right h]
        by_cases h' : p t = true
        case pos => exact Or.inr ⟨ite_eq_left h', List.forall_mem_cons.mpr ⟨Or.inr h', all⟩⟩
        case neg => exact Or.inl (ite_eq_right h')

theorem sum_indicator (p : Nat → Bool) (m : Nat) :
    (sum m fun t => if p t = true then (1 : R) else 0) = ofNat R (below p m).length := by
  induction m with
  | zero => rfl
  | succ m ih =>
    rw [sum_succ, ih]
    show _ = ofNat R (if p m = true then m :: below p m else below p m).length
    by_cases h : p m = true
    case pos => rw [ite_eq_left h, ite_eq_left h]; exact (ofNat_succ _).symm
    case neg => rw [ite_eq_right h, ite_eq_right h, add_zero]

/-- How many inputs of a class are chosen. -/
theorem sumCopies_chosen (m n j : Nat) (p : Nat → Bool) :
    sumCopies m n j (chosen R m p) = ofNat R (Nat.choose n j * (below p m).length ^ (n - j)) := by
  refine (sumCopies_tokenProduct _ m n j).trans ?_
  show _ * ((if m = m then (1 : R) else _) ^ j * _) = _
  rw [ite_eq_left rfl, one_pow, one_mul, ofNat_mul, ofNat_pow]
  refine congrArg (fun s : R => ofNat R (Nat.choose n j) * s ^ (n - j)) ?_
  refine (sum_congr fun t ht => ?_).trans (sum_indicator p m)
  exact ite_eq_right (Nat.ne_of_lt ht)

end Compact
