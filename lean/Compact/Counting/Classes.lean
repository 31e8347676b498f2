prelude
import Compact.Counting.Maximum
import Compact.Counting.Binom
/-!
# The counting lemma

Inputs with `n + 1` positions over `v` tokens are classified by their maximum `m < v`, their query
`q ≤ m` and the number `c` of non-query positions that do not hold `m`.  If in each class that a test
`ok q m c` admits all inputs built from a set `S q m c` of tokens below `m` have the property `P`, then
at least `classCount` inputs have it: the sum of `choose n c * |S q m c| ^ c` over the admitted classes.

The sum is evaluated from numbers alone (`size q m c ≤ |S q m c|`).  It can be proved in blocks:
`AtLeast.block` is the theorem for one maximum, `AtLeast.blocks` for some, `AtLeast.add_above` joins them.
-/
namespace Compact

/-- The inputs counted in the class `c`: `choose n c * size ^ c` if it is admitted. -/
noncomputable def classTerm (n c : Nat) (ok : Bool) (size : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0 (Nat.mul (binom n c) (Nat.pow size c)) ok

/-- The inputs counted for the query `q` and the maximum `m`. -/
noncomputable def pairCount (n q m : Nat) (ok : Nat → Bool) (size : Nat → Nat) : Nat :=
  total (classes n q m) fun c => classTerm n c (ok c) (size c)

/-- The inputs counted for the maximum `m`. -/
noncomputable def blockCount (n m : Nat) (ok : Nat → Nat → Bool) (size : Nat → Nat → Nat) : Nat :=
  total (m + 1) fun q => pairCount n q m (ok q) (size q)

/-- The inputs counted for all maxima below `v`. -/
noncomputable def classCount (v n : Nat) (ok : Nat → Nat → Nat → Bool) (size : Nat → Nat → Nat → Nat) :
    Nat :=
  total v fun m => blockCount n m (ok · m) (size · m)

/-- What is to be shown of the classes of the query `q` and the maximum `m`. -/
structure ClassesSound (P : List Nat → Prop) (n q m : Nat) (ok : Nat → Bool) (size : Nat → Nat)
    (S : Nat → List Nat) : Prop where
  nodup : ∀ c, c < classes n q m → ok c = true → (S c).Nodup
  lt : ∀ c, c < classes n q m → ok c = true → ∀ s, s ∈ S c → s < m
  size_le : ∀ c, c < classes n q m → ok c = true → size c ≤ (S c).length
  sound : ∀ c, c < classes n q m → ok c = true → ∀ y, y ∈ words m (S c) n c → P (y ++ [q])

namespace AtLeast
variable {P : List Nat → Prop} {n q m : Nat}

/-- One class. -/
theorem words {S : List Nat} {c size : Nat} (nodup : S.Nodup) (hm : ¬m ∈ S) (hsize : size ≤ S.length)
    (sound : ∀ y, y ∈ words m S n c → P y) :
    AtLeast (binom n c * size ^ c) fun y => P y ∧ countOther m y = c := by
  refine weaken ?_ (of_list (nodup_words nodup hm n c) fun y hy =>
    ⟨sound y hy, countOther_of_mem_words hm hy⟩)
  rw [length_words, binom_eq_choose]
  exact Nat.mul_le_mul_left _ (Nat.pow_le_pow_left hsize c)

/-- One query and one maximum. -/
theorem pair {ok : Nat → Bool} {size : Nat → Nat} {S : Nat → List Nat} (hq : q ≤ m)
    (h : ClassesSound P n q m ok size S) :
    AtLeast (pairCount n q m ok size) fun x => (P x ∧ maximum x = m) ∧ lastToken x = q := by
  refine append_query q (mono_pred (fun _ h => h.left) (total (countOther m) fun c hc => ?_))
  cases e : ok c with
  | false => exact zero
  | true =>
    have lt := h.lt c hc e
    refine words (h.nodup c hc e) (fun hm => Nat.lt_irrefl m (lt m hm)) (h.size_le c hc e) ?_
    exact fun y hy => ⟨h.sound c hc e y hy, maximum_append_query lt hq hc hy⟩

/-- One maximum. -/
theorem block {ok : Nat → Nat → Bool} {size : Nat → Nat → Nat} {S : Nat → Nat → List Nat}
    (h : ∀ q, q ≤ m → ClassesSound P n q m (ok q) (size q) (S q)) :
    AtLeast (blockCount n m ok size) fun x => P x ∧ maximum x = m := by
  refine mono_pred (fun _ h => h.left) (total lastToken fun q hq => ?_)
  exact pair (Nat.le_of_lt_succ hq) (h q (Nat.le_of_lt_succ hq))

/-- The maxima `lo, ..., lo + len - 1`; `AtLeast.add_above` joins such theorems. -/
theorem blocks {lo len : Nat} {ok : Nat → Nat → Nat → Bool} {size : Nat → Nat → Nat → Nat}
    {S : Nat → Nat → Nat → List Nat}
    (h : ∀ i, i < len → ∀ q, q ≤ lo + i →
      ClassesSound P n q (lo + i) (ok q (lo + i)) (size q (lo + i)) (S q (lo + i))) :
    AtLeast (Compact.total len fun i => blockCount n (lo + i) (ok · (lo + i)) (size · (lo + i)))
      fun x => P x ∧ lo ≤ maximum x ∧ maximum x < lo + len :=
  totalFrom maximum fun i hi => block (h i hi)

/-- The counting lemma: all queries and maxima. -/
theorem classes {v : Nat} {ok : Nat → Nat → Nat → Bool} {size : Nat → Nat → Nat → Nat}
    {S : Nat → Nat → Nat → List Nat}
    (h : ∀ m, m < v → ∀ q, q ≤ m → ClassesSound P n q m (ok q m) (size q m) (S q m)) :
    AtLeast (classCount v n ok size) P :=
  mono_pred (fun _ h => h.left) (total maximum fun m hm => block (h m hm))

end AtLeast
end Compact
