prelude
import Compact.Literal
import Compact.Transformer.Share.Ends
/-!
# The two largest lanes of a row

All lanes but one are at most the largest of a row, or the second largest if that one is the largest.  A certificate says where
they are; two comparisons of packed rows check it.  So the margins of all outputs in a row cost a few steps each.
-/
namespace Compact
noncomputable section

/-- A lane without its lowest bits, and the same rounded up. -/
def Scale.cut (S : Scale) (X j : Nat) : Nat := Nat.shiftRight (readLane S.bits X j) S.shift
def Scale.cutUp (S : Scale) (x : Nat) : Nat := Nat.shiftRight (Nat.add x (Nat.sub (Nat.pow 2 S.shift) 1)) S.shift

/-- A packed row, the place of its largest lane, and that lane and the second largest, rounded up. -/
structure Tops where
  row : Nat
  first : Nat
  top : Nat
  second : Nat

/-- What is read when there is no such row. -/
def noTops : Tops := ⟨0, 0, 0, 0⟩

/-- The largest of the other lanes. -/
def Tops.others (T : Tops) (m : Nat) : Nat := Bool.rec (motive := fun _ => Nat) T.top T.second (Nat.beq m T.first)

/-- The margin of the lane `m` over all others. -/
def Tops.margin (S : Scale) (T : Tops) (m : Nat) : Nat := Nat.sub (Nat.add S.origin (S.cut T.row m)) (T.others m)

/-- Check where the largest lanes of the row `X` are said to be, and go on with them; `extra` is added to both. -/
def Ruler.tops' (r : Ruler) (X first second extra : Nat) (k : Tops → Bool) : Bool :=
  Nat.literal X fun X => Nat.force first fun first => Nat.force second fun second =>
  (Nat.ble (Nat.succ first) r.count && Nat.ble (Nat.succ second) r.count) &&
  Nat.force (readLane r.bits X first) fun x => Nat.force (readLane r.bits X second) fun x' =>
  Nat.force (Nat.add (r.toScale.cutUp x) extra) fun top => Nat.force (Nat.add (r.toScale.cutUp x') extra) fun top' =>
  (lanesLe r.tops X (Nat.mul x r.one) && lanesLe r.tops X (Nat.add (Nat.mul x' r.one) (Nat.shiftLeft x (Nat.mul r.bits first)))) &&
  k ⟨X, first, top, top'⟩

end

section
variable {S : Scale}

theorem Scale.le_cutUp (S : Scale) (x : Nat) : x ≤ S.cutUp x * 2 ^ S.shift := by
  have e : S.cutUp x = (x + (2 ^ S.shift - 1)) / 2 ^ S.shift := rfl
  have pos := Nat.two_pow_pos S.shift
  rw [e]
  have d := Nat.div_add_mod (x + (2 ^ S.shift - 1)) (2 ^ S.shift)
  have m := Nat.le_sub_of_add_le (b := 1) (Nat.mod_lt (x + (2 ^ S.shift - 1)) pos)
  rw [Nat.mul_comm]
  refine Nat.le_of_add_le_add_right (k := 2 ^ S.shift - 1) ?_
  exact Nat.le_trans (Nat.le_of_eq d.symm) (Nat.add_le_add_left m _)

theorem Scale.cut_le {f : Nat → Nat} {m : Nat} (hm : m < S.count) (hf : ∀ j, j < S.count → f j < 2 ^ (S.bits - 3)) :
    S.cut (pack S.bits S.count f) m * 2 ^ S.shift ≤ f m := by
  have e : S.cut (pack S.bits S.count f) m = readLane S.bits (pack S.bits S.count f) m / 2 ^ S.shift := rfl
  rw [e, Scale.read hm hf]
  exact Nat.div_mul_le_self _ _

variable (hS : S.Roomy) {f : Nat → Nat} (hf : ∀ j, j < S.count → f j < 2 ^ (S.bits - 3))
include hS hf

/-- What `tops'` goes on with. -/
theorem of_tops {first second extra : Nat} {k : Tops → Bool} (h : (Ruler.of S).tops' (pack S.bits S.count f) first second extra k = true) :
    ∃ T : Tops, (T.row = pack S.bits S.count f ∧ (extra ≤ T.top ∧ extra ≤ T.second) ∧ ∀ t m, t < S.count → m < S.count → t ≠ m →
      f t + extra * 2 ^ S.shift ≤ T.others m * 2 ^ S.shift) ∧ k T = true := by
  unfold Ruler.tops' at h
  rw [Nat.literal_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at h
  have h1 : first < S.count := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left h))
  have h2 : second < S.count := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h))
  have rest := Bool.and_right h
  have r1 : readLane (Ruler.of S).bits (pack S.bits S.count f) first = f first := Scale.read h1 hf
  have r2 : readLane (Ruler.of S).bits (pack S.bits S.count f) second = f second := Scale.read h2 hf
  rw [r1, r2] at rest
  have checks := Bool.and_left rest
  refine ⟨⟨pack S.bits S.count f, first, S.cutUp (f first) + extra, S.cutUp (f second) + extra⟩,
    ⟨rfl, ⟨Nat.le_add_left _ _, Nat.le_add_left _ _⟩, fun t m ht hm hne => ?_⟩, Bool.and_right rest⟩
  have p := S.powers hS
  have pos : 0 < S.bits := Nat.lt_of_lt_of_le (Nat.zero_lt_succ 3) hS.bits
  have up : 2 ^ (S.bits - 3) ≤ 2 ^ (S.bits - 2) := Nat.le_trans (Nat.le_add_right _ _) p.left
  have up' : 2 ^ (S.bits - 2) ≤ 2 ^ (S.bits - 1) := Nat.le_trans (Nat.le_add_right _ _) p.right.left
  have small {j : Nat} (hj : j < S.count) : f j < 2 ^ (S.bits - 1) := Nat.lt_of_lt_of_le (hf j hj) (Nat.le_trans up up')
  have all : lanesLe (2 ^ (S.bits - 1) * ones S.bits S.count) (pack S.bits S.count f) (f first * pack S.bits S.count fun _ => 1) = true :=
    Bool.and_left checks
  have but : lanesLe (2 ^ (S.bits - 1) * ones S.bits S.count) (pack S.bits S.count f)
    ((f second * pack S.bits S.count fun _ => 1) + f first * 2 ^ (S.bits * first)) = true := Bool.and_right checks
  rw [← pack_const] at all but
  rw [← pack_single S.bits _ h1, pack_add] at but
  have le_first : f t ≤ f first := of_lanesLe pos (fun j hj => Nat.le_of_lt (small hj)) (fun _ _ => small h1) all ht
  have goal {x : Nat} (hx : f t ≤ x) : f t + extra * 2 ^ S.shift ≤ (S.cutUp x + extra) * 2 ^ S.shift := by
    rw [Nat.add_mul]
    exact Nat.add_le_add_right (Nat.le_trans hx (S.le_cutUp x)) _
  unfold Tops.others
  show _ ≤ Bool.rec (motive := fun _ => Nat) (S.cutUp (f first) + extra) (S.cutUp (f second) + extra) (Nat.beq m first) * _
  cases e : Nat.beq m first with
  | false => exact goal le_first
  | true =>
    refine goal ?_
    have e := Nat.eq_of_beq_eq_true _ _ e
    refine Nat.le_trans (of_lanesLe pos (fun j hj => Nat.le_of_lt (small hj)) (fun j _ => ?_) but ht) (Nat.le_of_eq ?_)
    case refine_2 => rw [ite_eq_right (fun h => hne (h.trans e.symm)), Nat.add_zero]
    · refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le (hf second h2) ?_) (Nat.le_trans p.left up')
      by_cases h : j = first
      case pos => rw [ite_eq_left h]; exact Nat.le_of_lt (hf first h1)
      case neg => rw [ite_eq_right h]; exact Nat.zero_le _

omit hS in
/-- A margin is true, if it did not have to be cut off at 0. -/
theorem margin_le {R : Type} [ExpField R] {T : Tops} (hrow : T.row = pack S.bits S.count f) {m t : Nat} (hm : m < S.count)
    (ht : f t ≤ T.others m * 2 ^ S.shift) (small : T.others m ≤ S.origin) : S.margin R (T.margin S m) ≤ gap R S f m t := by
  refine margin_le_gap ?_
  unfold Tops.margin
  rw [hrow]
  have e : S.origin + S.cut (pack S.bits S.count f) m - T.others m + T.others m = S.origin + S.cut (pack S.bits S.count f) m :=
    Nat.sub_add_cancel (Nat.le_trans small (Nat.le_add_right _ _))
  have c := S.cut_le hm hf
  refine Nat.le_trans (Nat.add_le_add_right ht _) ?_
  rw [Nat.add_comm, ← Nat.add_mul, Nat.add_comm (f m)]
  refine Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_of_eq e)) ?_
  rw [Nat.add_mul]
  exact Nat.add_le_add_left c _

omit hS in
/-- The same as a difference of two numbers, with something taken off. -/
theorem cut_sub_le {R : Type} [ExpField R] {x m t extra : Nat} (hm : m < S.count) (ht : f t + extra * 2 ^ S.shift ≤ x * 2 ^ S.shift) :
    ofNat R (S.cut (pack S.bits S.count f) m) - ofNat R x ≤ gap R S f m t - ofNat R extra := by
  have a := ofNat_le (R := R) (S.cut_le hm hf)
  have b := ofNat_le (R := R) ht
  rw [ofNat_add, ofNat_mul, ofNat_mul] at b
  rw [ofNat_mul] at a
  refine le_of_mul_le_mul_right ?_ (S.unit_pos R)
  have e : (gap R S f m t - ofNat R extra) * S.unit R = ofNat R (f m) - ofNat R (f t) - ofNat R extra * S.unit R := by
    rw [sub_mul]
    unfold gap
    rw [div_mul_cancel _ (ne_of_gt (S.unit_pos R))]
  rw [e]
  exact le_of_linear (add_le_add a b) (by
    unfold Scale.unit
    ring [ofNat R (S.cut (pack S.bits S.count f) m), ofNat R x, ofNat R (2 ^ S.shift), ofNat R (f m), ofNat R (f t), ofNat R extra])

end
end Compact
