prelude
import Compact.Transformer.Classes.Decides
import Compact.Transformer.Minimum.Margins
import Compact.Transformer.Minimum.Query
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

/-- The test of both extreme weights `U`, `U'` of the positions that hold the maximum, of `mass` in all; the other
tokens have `g` for the margin 0 and gain `h`, for each unit of weight. -/
noncomputable def both (P : Pair) (mass U U' g h : Nat) : Bool :=
  Bool.rec (motive := fun _ => Bool) false
    (Nat.force (Nat.sub mass U') fun V' => P.test U' (Nat.mul V' g) (Nat.mul V' h))
    (Nat.force (Nat.sub mass U) fun V => P.test U (Nat.mul V g) (Nat.mul V h))

theorem both_eq (P : Pair) (mass U U' g h : Nat) : P.both mass U U' g h =
    (P.test U ((mass - U) * g) ((mass - U) * h) && P.test U' ((mass - U') * g) ((mass - U') * h)) := by
  unfold both
  rw [Nat.force_eq, Nat.force_eq]
  show Bool.rec (motive := fun _ => Bool) false _ (P.test U ((mass - U) * g) ((mass - U) * h)) = _
  cases P.test U ((mass - U) * g) ((mass - U) * h) with
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
theorem passes_alone (test : (ofTables t M q m).test (Query.of t q).mass 0 0 = true) :
    T.Passes X t.v t.n (readLane t.bits (Query.of t q).slack m) q m (T.mass q t.n) 0 m := by
  rw [Query.mass_eq hT (Nat.lt_of_le_of_lt hq hm)] at test
  refine passes hT hM hm hq (V := 0) (g := 0) (h := 0) (Nat.le_refl m) (fun K P h => ?_) test
  rw [Nat.zero_mul, Nat.zero_mul]
  exact h

/-- Some positions hold other tokens, to all of which the numbers of the test apply. -/
theorem decides {U U' g h size : Nat} {S : List Nat} (nodup : S.Nodup) (lt : ∀ s, s ∈ S → s < m) (size_le : size ≤ S.length)
    (hS : ∀ s, s ∈ S → ∀ V K P, K + V * g < P + V * h →
      K + V * (T.tokenLo q s * zero t) < P + V * (T.tokenLo q s * ((ofTables t M q m).direct + tokenMargin t M s)))
    (test : (ofTables t M q m).both (Query.of t q).mass U U' g h = true) :
    Decides T X t.v t.n (readLane t.bits (Query.of t q).slack m) q m U U' size S := by
  rw [both_eq, Query.mass_eq hT (Nat.lt_of_le_of_lt hq hm)] at test
  exact ⟨nodup, lt, size_le, fun s hs => passes hT hM hm hq (Nat.le_of_lt (lt s hs)) (hS s hs _) (Bool.and_left test),
    fun s hs => passes hT hM hm hq (Nat.le_of_lt (lt s hs)) (hS s hs _) (Bool.and_right test)⟩

end
end Pair
end Compact
