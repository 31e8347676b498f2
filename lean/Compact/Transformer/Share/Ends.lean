prelude
import Compact.Transformer.Share.Ahead
import Compact.Field.Sum
import Compact.Packed.All
/-!
# Bounds on what attention does with a margin

For a maximum `m` and another output `t` the margin at a position is a sum of three: that of what all positions share (`f p`,
the base of the direct path and the position's own row), that of the token there, and that of what is left of the direct path.
If the token is `m` itself its row `o` is known, and so is the joint margin of `f p` and `o`; of other tokens it is only known
that they are within a bound.  `End`s are numbers that stand for such margins, for all `t` at once:

* **plain**: one end, the least margins over `t` (the same as base 1 for `m`, and base 0 for the other tokens);
* **mean + difference**, with any base `β = b / 2^k` (Gross et al. 2024; here in a form that is sound for any base): the margin
  of `f p + β o` is bounded for all `t`, and that of `o` lies between two numbers; as all else is affine in it, it is enough that
  both ends pass.

What the count needs of either is `Covers`, and nothing else.
-/
namespace Compact

/-- Margins (over all other outputs) at a position that is not the query's own, and at the query's own; with the row of the
maximum there, and without a token's row. -/
structure End where
  same : Nat
  other : Nat
  ownSame : Nat
  ownOther : Nat

/-- The margin of `m` over `t` in a row. -/
noncomputable def gap (R : Type) [ExpField R] (S : Scale) (f : Nat → Nat) (m t : Nat) : R :=
  (ofNat R (f m) - ofNat R (f t)) / S.unit R

/-- What passes with each of the ends, in any mixture with weights `a`, `b`, `c`, `d`, passes for the output `t`. -/
def Covers (R : Type) [ExpField R] (S : Scale) (ends : List End) (n m : Nat) (f : Nat → Nat → Nat) (o : Nat → Nat)
    (t : Nat) : Prop :=
  ∃ s : R, ∃ u : R, ∃ s' : R, ∃ u' : R,
    ((∀ p, p < n → s ≤ gap R S (f p) m t + gap R S o m t ∧ u ≤ gap R S (f p) m t) ∧
      (s' ≤ gap R S (f n) m t + gap R S o m t ∧ u' ≤ gap R S (f n) m t)) ∧
    ∀ a b c d K : R, 0 ≤ a → 0 ≤ b → 0 ≤ c → 0 ≤ d →
      (∀ e, e ∈ ends → 0 < a * S.margin R e.same + b * S.margin R e.other + c * S.margin R e.ownSame
        + d * S.margin R e.ownOther + K) →
      0 < a * s + b * u + c * s' + d * u' + K

noncomputable section

/-- The scale for rows that were multiplied by `2^k`. -/
def Scale.times (S : Scale) (k : Nat) : Scale := { S with shift := Nat.add S.shift k }

/-- The check of a plain end. -/
def plainAs (r : Ruler) (n m : Nat) (rows : List Nat) (own : Nat) (e : End) : Bool :=
  (allBelow n fun p => Nat.force (nth 0 rows p) fun X => r.ahead m X e.other && r.ahead m (Nat.add X own) e.same) &&
  Nat.force (nth 0 rows n) fun X => r.ahead m X e.ownOther && r.ahead m (Nat.add X own) e.ownSame

/-- A base and the margins that go with it. -/
structure Base where
  /-- `β * 2^k` -/
  base : Nat
  /-- Margin of `f p + β o` at positions that are not the query's own, and at the query's own. -/
  joint : Nat
  ownJoint : Nat
  /-- The least and the greatest margin of `o`. -/
  low : Nat
  high : Nat

/-- Is the end no better than the base says, if the margin of `o` is `x`? -/
def Base.bounds (B : Base) (k origin : Nat) (e : End) (x : Nat) : Bool :=
  Nat.force (Nat.pow 2 k) fun u => Nat.force (Nat.sub u B.base) fun rest =>
  (Nat.ble (Nat.add (Nat.mul e.same u) (Nat.mul rest origin)) (Nat.add (Nat.mul B.joint u) (Nat.mul rest x)) &&
    Nat.ble (Nat.add (Nat.mul e.other u) (Nat.mul B.base x)) (Nat.add (Nat.mul B.joint u) (Nat.mul B.base origin))) &&
  (Nat.ble (Nat.add (Nat.mul e.ownSame u) (Nat.mul rest origin)) (Nat.add (Nat.mul B.ownJoint u) (Nat.mul rest x)) &&
    Nat.ble (Nat.add (Nat.mul e.ownOther u) (Nat.mul B.base x)) (Nat.add (Nat.mul B.ownJoint u) (Nat.mul B.base origin)))

/-- The check of the two ends of a base; `wide` is the ruler for rows times `2^k`. -/
def meanAs (r wide : Ruler) (k n m : Nat) (rows : List Nat) (own : Nat) (B : Base) (e e' : End) : Bool :=
  (Nat.ble B.base (Nat.pow 2 k) && (r.ahead m own B.low && r.atMost m own B.high)) &&
  ((B.bounds k r.origin e B.low && B.bounds k r.origin e' B.high) &&
  Nat.force (Nat.mul B.base own) fun X' => Nat.force (Nat.pow 2 k) fun u =>
  (allBelow n fun p => wide.ahead m (Nat.add (Nat.mul u (nth 0 rows p)) X') B.joint) &&
    wide.ahead m (Nat.add (Nat.mul u (nth 0 rows n)) X') B.ownJoint)

end

section
variable {R : Type} [ExpField R] {S : Scale}

theorem Scale.unit_pos (R : Type) [ExpField R] (S : Scale) : 0 < S.unit R := ofNat_pos (Nat.two_pow_pos _)

theorem margin_le_gap {f : Nat → Nat} {m t g : Nat} (h : f t + g * 2 ^ S.shift ≤ f m + S.origin * 2 ^ S.shift) :
    S.margin R g ≤ gap R S f m t := by
  refine (le_div_iff (S.unit_pos R)).mpr ?_
  have h := ofNat_le (R := R) h
  rw [ofNat_add, ofNat_add, ofNat_mul, ofNat_mul] at h
  exact le_of_linear h (by unfold Scale.margin Scale.unit; ring [ofNat R g, ofNat R S.origin, ofNat R (2 ^ S.shift), ofNat R (f t), ofNat R (f m)])

theorem gap_le_margin {f : Nat → Nat} {m t g : Nat} (h : f m + S.origin * 2 ^ S.shift ≤ f t + g * 2 ^ S.shift) :
    gap R S f m t ≤ S.margin R g := by
  refine (div_le_iff (S.unit_pos R)).mpr ?_
  have h := ofNat_le (R := R) h
  rw [ofNat_add, ofNat_add, ofNat_mul, ofNat_mul] at h
  exact le_of_linear h (by unfold Scale.margin Scale.unit; ring [ofNat R g, ofNat R S.origin, ofNat R (2 ^ S.shift), ofNat R (f t), ofNat R (f m)])

theorem gap_add (f g : Nat → Nat) (m t : Nat) :
    gap R S (fun j => f j + g j) m t = gap R S f m t + gap R S g m t := by
  unfold gap
  rw [← add_div, ofNat_add, ofNat_add]
  exact congrArg (· / _) (regroup _ _ _ _)
where
  regroup (a b c d : R) : a + b - (c + d) = a - c + (b - d) := by ring [a, b, c, d]

/-- What is affine is positive between two places where it is. -/
theorem affine_between {x y r α γ : R} (hx : x ≤ r) (hy : r ≤ y) (px : 0 < α + γ * x) (py : 0 < α + γ * y) :
    0 < α + γ * r := by
  cases le_total 0 γ with
  | inl h => exact lt_of_lt_of_le px (add_le_add_left (mul_le_mul_of_nonneg_left hx h) α)
  | inr h => exact lt_of_lt_of_le py (add_le_add_left (mul_le_mul_of_nonpos_left hy h) α)

variable (hS : S.Roomy) {n m : Nat} (hm : m < S.count) {rows : List Nat} {own : Nat} {f : Nat → Nat → Nat} {o : Nat → Nat}
  (hrows : ∀ p, p ≤ n → rows.getD p 0 = pack S.bits S.count (f p)) (hown : own = pack S.bits S.count o)
include hS hm hrows hown

/-- A plain end covers all outputs. -/
theorem covers_plain (hf : ∀ p j, p ≤ n → j < S.count → f p j + o j < 2 ^ (S.bits - 3)) {e : End}
    (h : plainAs (Ruler.of S) n m rows own e = true) {t : Nat} (ht : t < S.count) (hne : t ≠ m) :
    Covers R S [e] n m f o t := by
  unfold plainAs at h
  have alone (p : Nat) (hp : p ≤ n) : ∀ j, j < S.count → f p j < 2 ^ (S.bits - 3) := fun j hj =>
    Nat.lt_of_le_of_lt (Nat.le_add_right _ _) (hf p j hp hj)
  have each (p : Nat) (hp : p ≤ n) {g g' : Nat} (hg : ((Ruler.of S).ahead m (rows.getD p 0) g &&
      (Ruler.of S).ahead m (Nat.add (rows.getD p 0) own) g') = true) :
      S.margin R g' ≤ gap R S (f p) m t + gap R S o m t ∧ S.margin R g ≤ gap R S (f p) m t := by
    rw [hrows p hp, hown] at hg
    have both : (Ruler.of S).ahead m (pack S.bits S.count (f p) + pack S.bits S.count o) g' = true := Bool.and_right hg
    rw [pack_add] at both
    exact ⟨gap_add (R := R) (S := S) (f p) o m t ▸ margin_le_gap (S.of_ahead hS hm (fun j hj => hf p j hp hj) both ht hne),
      margin_le_gap (S.of_ahead hS hm (alone p hp) (Bool.and_left hg) ht hne)⟩
  refine ⟨S.margin R e.same, S.margin R e.other, S.margin R e.ownSame, S.margin R e.ownOther, ⟨fun p hp => ?_, ?_⟩,
    fun a b c d K _ _ _ _ pass => pass e (List.mem_singleton.mpr rfl)⟩
  · have h := of_allBelow (Bool.and_left h) hp
    rw [Nat.force_eq, nth_eq] at h
    exact each p (Nat.le_of_lt hp) h
  · have h := Bool.and_right h
    rw [Nat.force_eq, nth_eq] at h
    exact each n (Nat.le_refl n) h

end
end Compact
