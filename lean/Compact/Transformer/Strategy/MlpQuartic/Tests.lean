prelude
import Compact.Transformer.Strategy.HeadsQuartic.Rows
/-!
# Tests of tokens that all classes of a query and a maximum share

A token takes of each output so many parts of what is spared; `testRow` is all of that which does not depend on the class, so that a
class tests a token by one product and one sum (`bears`), which shows what `takes` says (`takes_of_bears`).
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
open HeadsQuartic (levelPowers)
noncomputable section

/-- The row by which a token with the factor `token` is tested: its entry at `m` less each, times its factor, and top bits; 0 if it is too long. -/
def testRow (L tops one whole m token R : Nat) : Nat :=
  Nat.sub (Nat.add tops (Nat.mul (Nat.mul (Nat.mul whole token) (readLane L R m)) one)) (Nat.mul (Nat.mul whole token) R)

/-- Those of the first `left` tokens, whose rows are `rows` and `base`, and whose factors are the lanes of `tokens`. -/
def testRows (L tops one whole m base : Nat) (rows : List Nat) : Nat → Nat → List Nat :=
  List.rec (motive := fun _ => Nat → Nat → List Nat) (fun _ _ => []) (fun R _ ih left tokens =>
    Nat.rec (motive := fun _ => List Nat) [] (fun left _ =>
      testRow L tops one whole m (Nat.mod tokens (Nat.pow 2 L)) (Nat.add R base) :: ih left (Nat.shiftRight tokens L)) left) rows

/-- Does a token take no more than `level` parts of what is spared? -/
def bears (tops spare parts level F : Nat) : Bool :=
  Nat.ble level parts && (Nat.ble 1 F && Nat.beq (Nat.land (Nat.add (Nat.mul level spare) F) tops) tops)

/-- `∑ X ^ level` over the tokens that pass. -/
def powersAlong (tops spare parts levelBits X : Nat) (tests : List Nat) : Nat → Nat :=
  fold (fun F ih levels => Nat.add
    (Bool.rec (motive := fun _ => Nat) 0 (Nat.pow X (Nat.mod levels (Nat.pow 2 levelBits)))
      (bears tops spare parts (Nat.mod levels (Nat.pow 2 levelBits)) F))
    (ih (Nat.shiftRight levels levelBits))) (fun _ => 0) tests

end

/-! ## What the tests show -/

theorem getD_testRows {L tops one whole m base : Nat} {rows : List Nat} {left : Nat} (tokens : Nat) (h : left ≤ rows.length) {s : Nat} (hs : s < left) :
    (testRows L tops one whole m base rows left tokens).getD s 0 =
      testRow L tops one whole m (readLane L tokens s) (rows.getD s 0 + base) := by
  induction rows generalizing left tokens s with
  | nil => exact absurd (Nat.lt_of_lt_of_le hs h) (Nat.not_lt_zero s)
  | cons R rows ih =>
    cases left with
    | zero => exact absurd hs (Nat.not_lt_zero s)
    | succ left =>
      cases s with
      | zero =>
        show testRow L tops one whole m (tokens % 2 ^ L) (R + base) = testRow L tops one whole m (readLane L tokens 0) (R + base)
        refine congrArg (fun x => testRow L tops one whole m (x % 2 ^ L) (R + base)) ?_
        exact (Nat.div_one tokens).symm
      | succ s =>
        refine (ih (tokens / 2 ^ L) (Nat.le_of_succ_le_succ h) (Nat.lt_of_succ_lt_succ hs)).trans ?_
        refine congrArg (fun x => testRow L tops one whole m (x % 2 ^ L) (rows.getD s 0 + base)) ?_
        show tokens / 2 ^ L / 2 ^ (L * s) = tokens / 2 ^ (L * s + L)
        rw [Nat.div_div_eq_div_mul, Nat.pow_add, Nat.mul_comm (2 ^ L)]

theorem length_testRows {L tops one whole m base : Nat} {rows : List Nat} {left : Nat} (tokens : Nat) (h : left ≤ rows.length) :
    (testRows L tops one whole m base rows left tokens).length = left := by
  induction rows generalizing left tokens with
  | nil => exact (Nat.eq_zero_of_le_zero h).symm
  | cons R rows ih =>
    cases left with
    | zero => rfl
    | succ left => exact congrArg Nat.succ (ih (tokens / 2 ^ L) (Nat.le_of_succ_le_succ h))

/-- The sum of powers, as `levelPowers` has it. -/
theorem powersAlong_eq (tops spare parts levelBits X : Nat) (tests : List Nat) (levels : Nat) :
    powersAlong tops spare parts levelBits X tests levels = total tests.length fun s =>
      Bool.rec (motive := fun _ => Nat) 0 (X ^ readLane levelBits levels s) (bears tops spare parts (readLane levelBits levels s) (tests.getD s 0)) := by
  induction tests generalizing levels with
  | nil => rfl
  | cons F tests ih =>
    rw [show (F :: tests).length = tests.length + 1 from rfl, total_succ']
    have first : levels % 2 ^ levelBits = readLane levelBits levels 0 := congrArg (· % 2 ^ levelBits) (Nat.div_one levels).symm
    show Bool.rec (motive := fun _ => Nat) 0 (X ^ (levels % 2 ^ levelBits)) (bears tops spare parts (levels % 2 ^ levelBits) F) +
      powersAlong tops spare parts levelBits X tests (levels / 2 ^ levelBits) = _
    rw [ih, first]
    refine congrArg (_ + ·) (total_congr fun s _ => ?_)
    have next : readLane levelBits (levels / 2 ^ levelBits) s = readLane levelBits levels (s + 1) := by
      show levels / 2 ^ levelBits / 2 ^ (levelBits * s) % 2 ^ levelBits = levels / 2 ^ (levelBits * s + levelBits) % 2 ^ levelBits
      rw [Nat.div_div_eq_div_mul, Nat.pow_add, Nat.mul_comm (2 ^ levelBits)]
    rw [next]
    rfl

theorem levelPowers_total (X : Nat) (level : Nat → Nat) (test : Nat → Bool) (m : Nat) :
    levelPowers X level test m = total m fun s => Bool.rec (motive := fun _ => Nat) 0 (X ^ level s) (test s) := by
  induction m with
  | zero => rfl
  | succ m ih =>
    show Nat.force (levelPowers X level test m) (fun N => Bool.rec (motive := fun _ => Nat) N (X ^ level m + N) (test m)) = _
    rw [Nat.force_eq, ih, total_succ]
    cases test m with
    | false => rfl
    | true => exact Nat.add_comm _ _

/-- A token that bears its level takes no more than it says. -/
theorem takes_of_bears {L tops one top row whole m l parts token R : Nat} (hrow : row ≤ top * one)
    (h : bears tops (top * one - row) parts l (testRow L tops one whole m token R) = true) :
    l ≤ parts ∧ takes tops one top row whole l token R (readLane L R m) = true := by
  have later := Bool.and_right h
  refine ⟨Nat.le_of_ble_eq_true (Bool.and_left h), ?_⟩
  have positive := Nat.le_of_ble_eq_true (Bool.and_left later)
  have short : whole * token * R ≤ tops + whole * token * readLane L R m * one := Nat.le_of_lt (Nat.lt_of_sub_pos positive)
  unfold takes
  rw [Nat.force_eq]
  refine Eq.trans (congrArg (fun x => Nat.beq (Nat.land x tops) tops) ?_) (Bool.and_right later)
  show (l * top + whole * token * readLane L R m) * one + tops - (l * row + whole * token * R) =
    l * (top * one - row) + (tops + whole * token * readLane L R m * one - whole * token * R)
  have e : l * (top * one - row) + l * row = l * (top * one) := by rw [← Nat.mul_add, Nat.sub_add_cancel hrow]
  refine Nat.sub_eq_of_eq_add ?_
  have all : l * (top * one - row) + (tops + whole * token * readLane L R m * one - whole * token * R) + (l * row + whole * token * R) =
      l * (top * one - row) + l * row + (tops + whole * token * readLane L R m * one - whole * token * R + whole * token * R) := by
    generalize tops + whole * token * readLane L R m * one - whole * token * R = d
    ring [l * (top * one - row), l * row, whole * token * R, d]
  rw [all, e, Nat.sub_add_cancel short]
  ring [l, top, one, whole, token, readLane L R m, tops]

end MlpQuartic
end Transformer
end Compact
