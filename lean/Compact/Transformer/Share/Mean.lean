prelude
import Compact.Transformer.Share.Ends
/-!
# The mean + difference bound covers all outputs

See `Share/Ends.lean`.  With the base `β` and the margin `x` of the row of the maximum, what is known at a position is that the
margin is at least `G + (1 - β) x` if the token is the maximum, and at least `G - β x` without a token's row.
-/
namespace Compact
variable {R : Type} [ExpField R] {S : Scale}

/-- A mixture with weights `a`, `b`, `c`, `d` of what a base knows. -/
theorem mean_mixture (a b c d K G H β x : R) :
    a * (G + (1 - β) * x) + b * (G - β * x) + c * (H + (1 - β) * x) + d * (H - β * x) + K =
      (a + b) * G + (c + d) * H + K + ((a + c) * (1 - β) - (b + d) * β) * x := by
  ring [a, b, c, d, K, G, H, β, x]

section
variable {k base : Nat} (hbase : base ≤ 2 ^ k)
include hbase

/-- A margin at a position with the maximum. -/
theorem le_same {e G x : Nat} (h : e * 2 ^ k + (2 ^ k - base) * S.origin ≤ G * 2 ^ k + (2 ^ k - base) * x) :
    S.margin R e ≤ S.margin R G + (1 - ofNat R base / ofNat R (2 ^ k)) * S.margin R x := by
  have hu : (0 : R) < ofNat R (2 ^ k) := ofNat_pos (Nat.two_pow_pos k)
  have h := ofNat_le (R := R) h
  rw [ofNat_add, ofNat_add, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_sub hbase] at h
  refine le_of_mul_le_mul_right (le_of_linear h ?_) hu
  have cancel : ofNat R base / ofNat R (2 ^ k) * ofNat R (2 ^ k) = ofNat R base := div_mul_cancel _ (ne_of_gt hu)
  have e' : (S.margin R G + (1 - ofNat R base / ofNat R (2 ^ k)) * S.margin R x) * ofNat R (2 ^ k) =
      S.margin R G * ofNat R (2 ^ k) + (ofNat R (2 ^ k) - ofNat R base / ofNat R (2 ^ k) * ofNat R (2 ^ k)) * S.margin R x := by
    ring [S.margin R G, ofNat R base / ofNat R (2 ^ k), S.margin R x, ofNat R (2 ^ k)]
  rw [e', cancel]
  unfold Scale.margin
  ring [ofNat R e, ofNat R G, ofNat R x, ofNat R S.origin, ofNat R (2 ^ k), ofNat R base]

omit hbase in
/-- A margin at a position, without a token's row. -/
theorem le_other {e G x : Nat} (h : e * 2 ^ k + base * x ≤ G * 2 ^ k + base * S.origin) :
    S.margin R e ≤ S.margin R G - ofNat R base / ofNat R (2 ^ k) * S.margin R x := by
  have hu : (0 : R) < ofNat R (2 ^ k) := ofNat_pos (Nat.two_pow_pos k)
  have h := ofNat_le (R := R) h
  rw [ofNat_add, ofNat_add, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_mul] at h
  refine le_of_mul_le_mul_right (le_of_linear h ?_) hu
  have cancel : ofNat R base / ofNat R (2 ^ k) * ofNat R (2 ^ k) = ofNat R base := div_mul_cancel _ (ne_of_gt hu)
  have e' : (S.margin R G - ofNat R base / ofNat R (2 ^ k) * S.margin R x) * ofNat R (2 ^ k) =
      S.margin R G * ofNat R (2 ^ k) - ofNat R base / ofNat R (2 ^ k) * ofNat R (2 ^ k) * S.margin R x := by
    ring [S.margin R G, ofNat R base / ofNat R (2 ^ k), S.margin R x, ofNat R (2 ^ k)]
  rw [e', cancel]
  unfold Scale.margin
  ring [ofNat R e, ofNat R G, ofNat R x, ofNat R S.origin, ofNat R (2 ^ k), ofNat R base]

end

/-- The margin in a mixture of two rows, on the wider scale. -/
theorem gap_mixture (k base m t : Nat) (f o : Nat → Nat) :
    gap R (S.times k) (fun j => 2 ^ k * f j + base * o j) m t =
      gap R S f m t + ofNat R base / ofNat R (2 ^ k) * gap R S o m t := by
  have hu : ofNat R (2 ^ k) ≠ 0 := ofNat_ne_zero (Nat.two_pow_pos k)
  have hs : ofNat R (2 ^ S.shift) ≠ 0 := ofNat_ne_zero (Nat.two_pow_pos S.shift)
  show (ofNat R (2 ^ k * f m + base * o m) - ofNat R (2 ^ k * f t + base * o t)) / ofNat R (2 ^ (S.shift + k)) =
    (ofNat R (f m) - ofNat R (f t)) / ofNat R (2 ^ S.shift) + ofNat R base / ofNat R (2 ^ k) *
      ((ofNat R (o m) - ofNat R (o t)) / ofNat R (2 ^ S.shift))
  rw [Nat.pow_add, ofNat_mul, ofNat_add, ofNat_add, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_mul,
    div_mul_div_comm _ _ hu hs, mul_comm (ofNat R (2 ^ S.shift)), ← mul_div_mul_left _ hs hu, ← add_div]
  exact congrArg (· / _) (regroup _ _ _ _ _ _)
where
  regroup (u b x y z w : R) : u * x + b * z - (u * y + b * w) = u * (x - y) + b * (z - w) := by ring [u, b, x, y, z, w]

section
variable {k : Nat} (hS : S.Roomy) (hW : (S.times k).Roomy) {n m : Nat} (hm : m < S.count) {rows : List Nat} {own : Nat}
  {f : Nat → Nat → Nat} {o : Nat → Nat} (hrows : ∀ p, p ≤ n → rows.getD p 0 = pack S.bits S.count (f p))
  (hown : own = pack S.bits S.count o)
include hS hW hm hrows hown

/-- The two ends of a base cover all outputs. -/
theorem covers_mean (hf : ∀ p j, p ≤ n → j < S.count → 2 ^ k * (f p j + o j) < 2 ^ (S.bits - 3)) {B : Base} {e e' : End}
    (h : meanAs (Ruler.of S) (Ruler.of (S.times k)) k n m rows own B e e' = true) {t : Nat} (ht : t < S.count)
    (hne : t ≠ m) : Covers R S [e, e'] n m f o t := by
  unfold meanAs at h
  rw [Nat.force_eq, Nat.force_eq, nth_eq] at h
  have first := Bool.and_left h
  have hbase : B.base ≤ 2 ^ k := Nat.le_of_ble_eq_true (Bool.and_left first)
  have small (p : Nat) (hp : p ≤ n) : ∀ j, j < S.count → 2 ^ k * f p j + B.base * o j < 2 ^ (S.bits - 3) := fun j hj => by
    refine Nat.lt_of_le_of_lt ?_ (hf p j hp hj)
    rw [Nat.mul_add]
    exact Nat.add_le_add_left (Nat.mul_le_mul_right _ hbase) _
  have ho : ∀ j, j < S.count → o j < 2 ^ (S.bits - 3) := fun j hj => by
    refine Nat.lt_of_le_of_lt ?_ (hf 0 j (Nat.zero_le n) hj)
    exact Nat.le_trans (Nat.le_add_left _ _) (Nat.le_mul_of_pos_left _ (Nat.two_pow_pos k))
  have joint (p : Nat) (hp : p ≤ n) {G : Nat} (hG : (Ruler.of (S.times k)).ahead m
      (Nat.add (Nat.mul (Nat.pow 2 k) (rows.getD p 0)) (Nat.mul B.base own)) G = true) :
      S.margin R G ≤ gap R S (f p) m t + ofNat R B.base / ofNat R (2 ^ k) * gap R S o m t := by
    rw [hrows p hp, hown] at hG
    have hG : (Ruler.of (S.times k)).ahead m (2 ^ k * pack S.bits S.count (f p) + B.base * pack S.bits S.count o) G = true := hG
    rw [mul_pack, mul_pack, pack_add] at hG
    rw [← gap_mixture k B.base m t]
    exact margin_le_gap (S := S.times k) ((S.times k).of_ahead hW hm (small p hp) hG ht hne)
  have low := Bool.and_left (Bool.and_right first)
  have high := Bool.and_right (Bool.and_right first)
  rw [hown] at low high
  have low : S.margin R B.low ≤ gap R S o m t := margin_le_gap (S.of_ahead hS hm ho low ht hne)
  have high : gap R S o m t ≤ S.margin R B.high := gap_le_margin (S.of_atMost hS hm ho high ht)
  have rest := Bool.and_right h
  have rowsOk := Bool.and_right rest
  have G (p : Nat) (hp : p < n) := joint p (Nat.le_of_lt hp) (nth_eq 0 rows p ▸ of_allBelow (Bool.and_left rowsOk) hp)
  have H := joint n (Nat.le_refl n) (Bool.and_right rowsOk)
  have same (r β L G : R) (h : G ≤ L + β * r) : G + (1 - β) * r ≤ L + r := le_of_linear h (by ring [r, β, L, G])
  have other (r β L G : R) (h : G ≤ L + β * r) : G - β * r ≤ L := le_of_linear h (by ring [r, β, L, G])
  refine ⟨S.margin R B.joint + (1 - ofNat R B.base / ofNat R (2 ^ k)) * gap R S o m t,
    S.margin R B.joint - ofNat R B.base / ofNat R (2 ^ k) * gap R S o m t,
    S.margin R B.ownJoint + (1 - ofNat R B.base / ofNat R (2 ^ k)) * gap R S o m t,
    S.margin R B.ownJoint - ofNat R B.base / ofNat R (2 ^ k) * gap R S o m t,
    ⟨fun p hp => ⟨same _ _ _ _ (G p hp), other _ _ _ _ (G p hp)⟩, same _ _ _ _ H, other _ _ _ _ H⟩,
    fun a b c d K ha hb hc hd pass => ?_⟩
  have at_end {e : End} {x : Nat} (hx : B.bounds k S.origin e x = true) (hp : 0 < a * S.margin R e.same +
      b * S.margin R e.other + c * S.margin R e.ownSame + d * S.margin R e.ownOther + K) :
      0 < (a + b) * S.margin R B.joint + (c + d) * S.margin R B.ownJoint + K +
        ((a + c) * (1 - ofNat R B.base / ofNat R (2 ^ k)) - (b + d) * (ofNat R B.base / ofNat R (2 ^ k))) * S.margin R x := by
    unfold Base.bounds at hx
    rw [Nat.force_eq, Nat.force_eq] at hx
    have first := Bool.and_left hx
    have second := Bool.and_right hx
    rw [← mean_mixture]
    refine lt_of_lt_of_le hp (add_le_add_right (add_le_add (add_le_add (add_le_add ?_ ?_) ?_) ?_) K)
    · exact mul_le_mul_of_nonneg_left (le_same hbase (Nat.le_of_ble_eq_true (Bool.and_left first))) ha
    · exact mul_le_mul_of_nonneg_left (le_other (Nat.le_of_ble_eq_true (Bool.and_right first))) hb
    · exact mul_le_mul_of_nonneg_left (le_same hbase (Nat.le_of_ble_eq_true (Bool.and_left second))) hc
    · exact mul_le_mul_of_nonneg_left (le_other (Nat.le_of_ble_eq_true (Bool.and_right second))) hd
  have ends := Bool.and_left rest
  have left := at_end (Bool.and_left ends) (pass e List.mem_cons_self)
  have right := at_end (Bool.and_right ends) (pass e' (List.mem_cons_of_mem e List.mem_cons_self))
  exact lt_of_lt_of_le (affine_between low high left right) (le_of_eq (mean_mixture _ _ _ _ _ _ _ _ _).symm)

end
end Compact
