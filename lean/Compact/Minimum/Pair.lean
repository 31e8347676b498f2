prelude
import Compact.Classes.Bound
import Compact.Minimum.Margins
import Compact.Minimum.Query
/-!
# The tests of one query and one maximum

`Pair.of` computes from the margins of a maximum and the numbers of a query what all tests of their classes share.
Then each test is one inequality of numbers (`Pair.test`), which proves that a mixture passes.
-/
namespace Compact

/-- What the tests for one query and one maximum share.  With the weight `U` on the maximum, and without the other
tokens, a mixture passes when `U * offset + rest < U * gain + query`. -/
structure Pair where
  /-- Factor of the maximum times what stands for the margin 0. -/
  offset : Nat
  /-- The same for the query's own position, and the slack. -/
  rest : Nat
  /-- Factor of the maximum times its margin. -/
  gain : Nat
  /-- Weight of the query's own position times its margin. -/
  query : Nat
  /-- Margin of the direct path. -/
  direct : Nat

namespace Pair

/-- From the numbers of the query `q` and the margins of the maximum `m`; `L`, `b` are their bits, `o` stands for
the margin 0. -/
noncomputable def of (L b o : Nat) (Q : Query) (M : Margins) (q m : Nat) : Pair where
  offset := Nat.mul (readLane L Q.lows m) o
  rest := Nat.add (Nat.mul Q.own o) (readLane L Q.slack m)
  gain := Nat.mul (readLane L Q.lows m) (Nat.add (readLane b M.direct q) (readLane b M.token m))
  query := Nat.mul Q.own (readLane b M.own q)
  direct := readLane b M.direct q

/-- Evaluate the numbers, then go on with them. -/
noncomputable def force {α : Type} (P : Pair) (k : Pair → α) : α :=
  Nat.force P.offset fun offset => Nat.force P.rest fun rest => Nat.force P.gain fun gain =>
  Nat.force P.query fun query => Nat.force P.direct fun direct => k ⟨offset, rest, gain, query, direct⟩

theorem force_eq {α : Type} (P : Pair) (k : Pair → α) : P.force k = k P := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- The test of a mixture: weight `U` on the maximum; the other tokens have `g` for the margin 0 and gain `h`. -/
noncomputable def test (P : Pair) (U g h : Nat) : Bool :=
  Nat.ble (Nat.succ (Nat.add (Nat.add (Nat.mul U P.offset) P.rest) g)) (Nat.add (Nat.add (Nat.mul U P.gain) P.query) h)

/-- The test of both extreme weights of the positions that hold the maximum in a class; `e` is the factor of the
other tokens and `B` their margin.  (For a threshold, `e * o` and `e * B` are given by `g` and `h`.) -/
noncomputable def both (P : Pair) (L : Nat) (Q : Query) (k g h : Nat) : Bool :=
  Nat.force (readLane L Q.low k) fun U => Nat.force (readLane L Q.high k) fun U' =>
  Bool.rec (motive := fun _ => Bool) false
    (Nat.force (Nat.sub Q.mass U') fun V' => P.test U' (Nat.mul V' g) (Nat.mul V' h))
    (Nat.force (Nat.sub Q.mass U) fun V => P.test U (Nat.mul V g) (Nat.mul V h))

theorem both_eq (P : Pair) (L : Nat) (Q : Query) (k g h : Nat) : P.both L Q k g h =
    (P.test (readLane L Q.low k) ((Q.mass - readLane L Q.low k) * g) ((Q.mass - readLane L Q.low k) * h) &&
      P.test (readLane L Q.high k) ((Q.mass - readLane L Q.high k) * g) ((Q.mass - readLane L Q.high k) * h)) := by
  unfold both
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  show Bool.rec (motive := fun _ => Bool) false _ (P.test (readLane L Q.low k)
    ((Q.mass - readLane L Q.low k) * g) ((Q.mass - readLane L Q.low k) * h)) = _
  cases P.test (readLane L Q.low k) ((Q.mass - readLane L Q.low k) * g) ((Q.mass - readLane L Q.low k) * h) with
  | true => rfl
  | false => rfl

section
variable {t : Tables} {T : Enclosure} (hT : t.Describe T) {M : Margins} {X : Nat → Nat} {n m q : Nat}
  (hM : M.Sound T X t.width t.v t.n m) (hm : m < t.v) (hq : q ≤ m)

/-- What stands for the margin 0 in all tests. -/
noncomputable def zero (t : Tables) : Nat := Nat.add (Margins.offset t.width) (Margins.offset t.width)

/-- The numbers of a query and a maximum, from tables and margins. -/
noncomputable def ofTables (t : Tables) (M : Margins) (q m : Nat) : Pair :=
  of t.bits (Margins.bits t.width) (zero t) (Query.of t q) M q m

/-- The margin of the token `s`. -/
noncomputable def tokenMargin (t : Tables) (M : Margins) (s : Nat) : Nat := readLane (Margins.bits t.width) M.token s

include hT hM hm hq

/-- A passed test proves that a mixture passes, for any token to which its numbers apply. -/
theorem passes {U V g h s : Nat} (hs : s ≤ m)
    (hgh : ∀ K P, K + V * g < P + V * h →
      K + V * (T.tokenLo q s * zero t) < P + V * (T.tokenLo q s * ((ofTables t M q m).direct + tokenMargin t M s)))
    (test : (ofTables t M q m).test U (V * g) (V * h) = true) :
    T.Passes X t.v t.n (readLane t.bits (Query.of t q).slack m) q m U V s := by
  have hqv := Nat.lt_of_le_of_lt hq hm
  refine hM.passes hq hs rfl ?_
  have test := hgh _ _ (Nat.le_of_ble_eq_true test)
  have e : readLane t.bits (Query.of t q).lows m = T.tokenLo q m := Query.read_lows hT hqv hm
  have e' : (Query.of t q).own = T.tokenLo q q * T.posLo q t.n := Query.own_eq hT hqv
  rw [← e, ← e']
  exact test

/-- All positions hold the maximum. -/
theorem classPasses_zero {S : List Nat} (test : (ofTables t M q m).test (Query.of t q).mass 0 0 = true) :
    ClassPasses T X t.v t.n (readLane t.bits (Query.of t q).slack m) q m 0 S where
  zero _ := by
    rw [Query.mass_eq hT (Nat.lt_of_le_of_lt hq hm)] at test
    refine passes hT hM hm hq (V := 0) (g := 0) (h := 0) (Nat.le_refl m) (fun K P h => ?_) test
    rw [Nat.zero_mul, Nat.zero_mul]
    exact h
  pos h := absurd h (Nat.lt_irrefl 0)

/-- Some positions hold other tokens, to all of which the numbers of the test apply. -/
theorem classPasses {c g h : Nat} {S : List Nat} (hc : 0 < c)
    (hS : ∀ s, s ∈ S → s ≤ m ∧ ∀ V K P, K + V * g < P + V * h →
      K + V * (T.tokenLo q s * zero t) < P + V * (T.tokenLo q s * ((ofTables t M q m).direct + tokenMargin t M s)))
    (test : (ofTables t M q m).both t.bits (Query.of t q) (t.n - c) g h = true) :
    ClassPasses T X t.v t.n (readLane t.bits (Query.of t q).slack m) q m c S where
  zero h := absurd h (Nat.ne_of_gt hc)
  pos _ := by
    have hqv := Nat.lt_of_le_of_lt hq hm
    match Query.read_low hT hqv (Nat.sub_le t.n c), Query.read_high hT hqv (Nat.sub_le t.n c) with
    | ⟨low, el⟩, ⟨high, eh⟩ =>
      rw [both_eq, el, eh, Query.mass_eq hT hqv] at test
      exact ⟨low, high, fun s hs =>
        ⟨passes hT hM hm hq (hS s hs).left ((hS s hs).right _) (Bool.and_left test),
          passes hT hM hm hq (hS s hs).left ((hS s hs).right _) (Bool.and_right test)⟩⟩

end
end Pair
end Compact
