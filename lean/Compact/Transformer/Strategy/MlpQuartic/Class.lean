prelude
import Compact.Transformer.General.Altered
import Compact.Transformer.Strategy.MlpQuartic.Tests
/-!
# Classes of inputs of one query and one maximum, counted with one head

As quartic counts them for several heads (`HeadsQuartic.countClass`), but whatever the tables decide of an input (`Enclosure.Judges`).
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
open HeadsQuartic (chosen mem_chosen nodup_chosen length_chosen_le levelPowers levelPowers_eq)
noncomputable section

/-- What a class whose positions with the maximum weigh `U` makes of the sum of powers: 0 if there is nothing to spare. -/
def withPowers (P : HeadPair) (parts levelBits one tops X levels U : Nat) (tests : List Nat) (k : Nat → Nat) : Nat :=
  Nat.force (P.top U) fun top => Nat.force (P.row U) fun row =>
  Bool.rec (motive := fun _ => Nat) 0
    (Nat.force (Nat.sub (Nat.mul top one) row) fun spare => Nat.force (powersAlong tops spare parts levelBits X tests levels) k)
    (spares tops one top row && Nat.ble row (Nat.mul top one))

/-- The inputs of a class with `c` other tokens. -/
def inputsOfClass (n parts X c N : Nat) : Nat := lowCount X parts (Nat.mul (binom n c) (Nat.pow N c))

/-- What the positions with the maximum weigh, if `c` others do not hold it. -/
def weightOf (t : Tables) (q c : Nat) : Nat := readLane t.bits (nth 0 t.low q) (Nat.sub t.n c)

/-- The inputs of the class with `c` other tokens; `X` is `2^countBits`. -/
def countClass (t : Tables) (P : HeadPair) (parts levelBits one tops X q m levels : Nat) (tests : List Nat) (c : Nat) : Nat :=
  Nat.force (weightOf t q c) fun U =>
  withPowers P parts levelBits one tops X (Nat.shiftRight levels (Nat.mul levelBits (Nat.mul c m))) U tests (inputsOfClass t.n parts X c)

/-- The inputs of the classes with up to `last` other tokens, that one deciding for all in which positions with the maximum weigh no less. -/
def countClasses (t : Tables) (P : HeadPair) (parts levelBits one tops X q levels : Nat) (tests : List Nat) (last : Nat) : Nat :=
  Nat.force (weightOf t q last) fun U =>
  withPowers P parts levelBits one tops X levels U tests fun N => total (Nat.succ last) fun c => Nat.force c fun c =>
    Bool.rec (motive := fun _ => Nat) 0 (inputsOfClass t.n parts X c N) (Nat.ble U (weightOf t q c))

/-- The inputs of one query and one maximum, the row `D` being that of the direct path.  The lowest bit of `code` says whether the class with the
most other tokens decides for all; above it are the levels of the tokens below the maximum in that class, or in each.  (Rows of tests are not
forced: `whole` is often a multiple of a high power of 2, and what is forced becomes a key of the kernel's caches by its lowest 64 bits.) -/
def countPair (t : Tables) (parts levelBits one tops X q m code D : Nat) : Nat :=
  (HeadPair.of t q m D).force fun P => Nat.force (Nat.mul (readLane t.bits (nth 0 t.high q) 1) parts) fun whole =>
  Bool.rec (motive := fun _ => Nat) 0
    (Nat.force (Nat.shiftRight code 1) fun levels =>
      Bool.rec (motive := fun _ => Nat)
        (total (classes t.n q m) fun c => Nat.force c fun c => countClass t P parts levelBits one tops X q m levels
          (testRows t.bits tops one whole m P.base t.token m P.tokens) c)
        (Nat.force (Nat.pred (classes t.n q m)) fun last => countClasses t P parts levelBits one tops X q levels
          (testRows t.bits tops one whole m P.base t.token m P.tokens) last)
        (Nat.beq (Nat.mod code 2) 1))
    (P.roomy t parts (nth 0 t.mass q) whole && P.leads tops one)

end

theorem classes_pos {n : Nat} (hn : 0 < n) (q m : Nat) : 0 < classes n q m := by
  unfold classes
  cases Nat.beq q m with
  | false => exact hn
  | true => exact Nat.succ_pos n

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {T : Enclosure} {d : Nat → Nat} {q m D parts levelBits X : Nat}

/-- What is known of a pair when its inputs are counted. -/
structure Pair (R : Type) [ExpField R] (P : List Nat → Prop) (prec : Nat) (t : Tables) (T : Enclosure) (d : Nat → Nat) (q m D parts X : Nat) :
    Prop where
  describe : t.Describe T
  judges : (withDirect T q (Known.rowList t D)).Judges R prec t.v t.n m P
  m_lt : m < t.v
  q_le : q ≤ m
  row : D = pack t.bits t.v d
  row_lt (j : Nat) : j < t.v → d j < 2 ^ t.width
  n_pos : 1 ≤ t.n
  parts_pos : 0 < parts
  small : t.width < t.bits
  count : (t.v + 1) ^ t.n < X
  /-- There is a row for each token below the maximum. -/
  tokens : m ≤ t.token.length

variable (K : Pair R P prec t T d q m D parts X)
include K

theorem Pair.q_lt : q < t.v := Nat.lt_of_le_of_lt K.q_le K.m_lt

/-- The tables with the row are narrow. -/
theorem Pair.narrow : (withDirect T q (Known.rowList t D)).narrow t.width = true := by
  have h := K.describe.narrow
  refine Bool.and_eq_true_iff.mpr ⟨Bool.and_left h, Bool.and_eq_true_iff.mpr ⟨Bool.and_left (Bool.and_right h), ?_⟩⟩
  refine narrowRows_of fun i hi j hj => ?_
  have i_lt : i < q + 1 := Nat.lt_of_lt_of_le hi (Nat.le_of_eq List.length_tabulate)
  have row : (List.tabulate (q + 1) fun _ => Known.rowList t D).getD i [] = Known.rowList t D := List.getD_tabulate [] i_lt
  show ((List.tabulate (q + 1) fun _ => Known.rowList t D).getD i []).getD j 0 < _
  rw [row]
  have hj : j < (Known.rowList t D).length := row ▸ hj
  unfold Known.rowList at hj ⊢
  rw [length_unpack] at hj
  rw [getD_unpack _ _ hj, K.row, digit_pack t.bits (fun j hj => Nat.lt_trans (K.row_lt j hj) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) K.small)) hj]
  exact K.row_lt j hj

/-- The tests of a pair. -/
noncomputable def testsOf (t : Tables) (q m D parts : Nat) : List Nat :=
  testRows t.bits (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) (Nat.mul (readLane t.bits (nth 0 t.high q) 1) parts) m
    (HeadPair.of t q m D).base t.token m (HeadPair.of t q m D).tokens

/-- One class, decided by tests in which positions with the maximum weigh `U`. -/
theorem Pair.atLeast_class {levels c U : Nat} (hc : c < classes t.n q m) (hU : U ≤ weightOf t q c)
    (roomy : (HeadPair.of t q m D).roomy t parts (nth 0 t.mass q) (Nat.mul (readLane t.bits (nth 0 t.high q) 1) parts) = true)
    (leads : (HeadPair.of t q m D).leads (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) = true)
    (enough : spares (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) ((HeadPair.of t q m D).top U) ((HeadPair.of t q m D).row U) = true)
    (row_le : (HeadPair.of t q m D).row U ≤ (HeadPair.of t q m D).top U * ones t.bits t.v) :
    AtLeast (inputsOfClass t.n parts X c (powersAlong (2 ^ (t.bits - 1) * ones t.bits t.v)
        ((HeadPair.of t q m D).top U * ones t.bits t.v - (HeadPair.of t q m D).row U) parts levelBits X (testsOf t q m D parts) levels))
      fun y => (P (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = c := by
  match K.describe.position m K.m_lt, K.describe.slack q m K.q_lt K.m_lt with
  | ⟨Y, hY, noBetter, small⟩, ⟨S, hS, slackLe⟩ =>
  have known : Known t T Y d q m D (T.totalSlack t.ceiling t.n q S) :=
    ⟨K.describe, K.m_lt, K.q_lt, K.row, fun j hj => Nat.le_of_lt (K.row_lt j hj), hY, small, hS⟩
  have mass_eq : nth 0 t.mass q = T.mass q t.n := (nth_eq _ _ _).trans (K.describe.mass q K.q_lt)
  have high_eq : readLane t.bits (nth 0 t.high q) 1 = t.entry t.high q 1 := congrArg (fun x => digit t.bits x 1) (nth_eq _ _ _)
  have low_eq : weightOf t q c = t.entry t.low q (t.n - c) := congrArg (fun x => digit t.bits x (t.n - c)) (nth_eq _ _ _)
  have length : (testsOf t q m D parts).length = m := length_testRows _ K.tokens
  rw [mass_eq, high_eq] at roomy
  rw [powersAlong_eq, length, ← levelPowers_total X (readLane levelBits levels)]
  have pair : PairKnown R P prec t.width t.v (withDirect T q (Known.rowList t D)) Y t.n q m S :=
    ⟨K.judges, K.narrow, K.m_lt, K.q_le, noBetter, slackLe⟩
  refine pair.atLeast_mixture hc (nodup_chosen _ m) (fun s hs => (mem_chosen hs).left) (b := t.entry t.high q 1)
    (level := readLane levelBits levels) (Nat.lt_of_le_of_lt (Nat.pow_le_pow_left ?_ t.n) K.count) (levelPowers_eq _ _ _ m) ?_
  · exact Nat.succ_le_succ (Nat.le_trans (length_chosen_le _ m) (Nat.le_of_lt K.m_lt))
  · refine known.spares K.small K.n_pos K.parts_pos (low_eq ▸ hU) (known.room_of roomy) leads enough fun s hs => ?_
    have passed := (mem_chosen hs).right
    have row := getD_testRows (L := t.bits) (tops := 2 ^ (t.bits - 1) * ones t.bits t.v) (one := ones t.bits t.v)
      (whole := Nat.mul (readLane t.bits (nth 0 t.high q) 1) parts) (m := m) (base := (HeadPair.of t q m D).base)
      (HeadPair.of t q m D).tokens K.tokens (mem_chosen hs).left
    have row : (testsOf t q m D parts).getD s 0 = _ := row
    rw [row] at passed
    have taken := takes_of_bears row_le passed
    rw [high_eq] at taken
    exact ⟨Nat.lt_trans (mem_chosen hs).left K.m_lt, taken.left, taken.right⟩

omit K in
/-- What is made of a sum of powers, if it is so of that of tests which pass. -/
theorem atLeast_withPowers {Q : List Nat → Prop} {P : HeadPair} {parts levelBits one tops X levels U : Nat} {tests : List Nat} {k : Nat → Nat}
    (h : spares tops one (P.top U) (P.row U) = true → P.row U ≤ P.top U * one →
      AtLeast (k (powersAlong tops (P.top U * one - P.row U) parts levelBits X tests levels)) Q) :
    AtLeast (withPowers P parts levelBits one tops X levels U tests k) Q := by
  unfold withPowers
  rw [Nat.force_eq, Nat.force_eq]
  cases ok : spares tops one (P.top U) (P.row U) && Nat.ble (P.row U) (Nat.mul (P.top U) one) with
  | false => exact AtLeast.zero
  | true =>
    show AtLeast (Nat.force _ fun spare => Nat.force _ k) Q
    rw [Nat.force_eq, Nat.force_eq]
    exact h (Bool.and_left ok) (Nat.le_of_ble_eq_true (Bool.and_right ok))

/-- **One query and one maximum.** -/
theorem Pair.atLeast_countPair (code : Nat) :
    AtLeast (countPair t parts levelBits (ones t.bits t.v) (2 ^ (t.bits - 1) * ones t.bits t.v) X q m code D)
      fun x => (P x ∧ maximum x = m) ∧ lastToken x = q := by
  unfold countPair
  rw [HeadPair.force_eq, Nat.force_eq]
  cases ok : (HeadPair.of t q m D).roomy t parts (nth 0 t.mass q) (Nat.mul (readLane t.bits (nth 0 t.high q) 1) parts) &&
      (HeadPair.of t q m D).leads (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) with
  | false => exact AtLeast.zero
  | true =>
    have roomy := Bool.and_left ok
    have leads := Bool.and_right ok
    show AtLeast (Nat.force (Nat.shiftRight code 1) fun levels => _) _
    rw [Nat.force_eq]
    refine AtLeast.append_query q ?_
    cases Nat.beq (Nat.mod code 2) 1 with
    | false =>
      refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total (countOther m) fun c hc => ?_)
      rw [Nat.force_eq]
      unfold countClass
      rw [Nat.force_eq]
      exact atLeast_withPowers fun enough row_le => K.atLeast_class hc (Nat.le_refl _) roomy leads enough row_le
    | true =>
      show AtLeast (Nat.force _ fun last => countClasses t _ parts levelBits _ _ X q _ _ last) _
      rw [Nat.force_eq]
      unfold countClasses
      rw [Nat.force_eq]
      refine atLeast_withPowers fun enough row_le => ?_
      have pos : Nat.succ (Nat.pred (classes t.n q m)) = classes t.n q m := Nat.sub_add_cancel (classes_pos K.n_pos q m)
      rw [pos]
      refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total (countOther m) fun c hc => ?_)
      rw [Nat.force_eq]
      cases weighs : Nat.ble (weightOf t q (Nat.pred (classes t.n q m))) (weightOf t q c) with
      | false => exact AtLeast.zero
      | true => exact K.atLeast_class hc (Nat.le_of_ble_eq_true weighs) roomy leads enough row_le

end
end MlpQuartic
end Transformer
end Compact
