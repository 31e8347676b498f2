prelude
import Compact.Network.Gates.Sums
import Compact.Averaging.Threshold
/-!
# What some neurons add

A certificate's runs choose neurons, and the walk over a pair ends with what these add to the logits, marked with the choice.
-/
namespace Compact
namespace Network

section
variable (R : Type) [ExpField R] {width o : Nat} {ls rs us : List Nat}

/-- What a neuron adds to the packed logits, if it is active. -/
def added (o : Nat) (ls rs us : List Nat) (q : Nat) : R :=
  (ofNat R (ls.getD q 0) - ofNat R o) * ofNat R (us.getD q 0) + (ofNat R (rs.getD q 0) - ofNat R 0) * ofNat R (us.getD q 0)

theorem added_eq (q : Nat) : added R o ls rs us q = ofNat R ((ls.getD q 0 + rs.getD q 0) * us.getD q 0) - ofNat R (o * us.getD q 0) := by
  unfold added
  rw [ofNat_mul, ofNat_add, ofNat_mul]
  exact regroup _ _ _ _
where
  regroup (l r o u : R) : (l - o) * u + (r - ofNat R 0) * u = (l + r) * u - o * u := by
    show (l - o) * u + (r - 0) * u = _
    ring [l, r, o, u]

/-- What any neurons add, from high enough a start on, is a natural number, and not a large one. -/
theorem exists_added {start : Nat} (hstart : start = o * total width fun q => us.getD q 0)
    (low : ∀ q, q < width → ls.getD q 0 + rs.getD q 0 ≤ 2 * o) {s : Nat → Nat} (hs : Bits width s) :
    ∃ K, K ≤ 3 * start ∧ ofNat R K = ofNat R start + sum width fun i => ofNat R (s i) * added R o ls rs us i := by
  have whole : (total width fun q => o * us.getD q 0) = start := (total_mul _ _ _).trans hstart.symm
  have one {i : Nat} (hi : i < width) (m : Nat) : s i * m ≤ m := by
    match hs i hi with
    | .inl e => rw [e, Nat.zero_mul]; exact Nat.zero_le m
    | .inr e => rw [e, Nat.one_mul]; exact Nat.le_refl m
  have taken : (total width fun q => s q * (o * us.getD q 0)) ≤ start :=
    Nat.le_trans (total_le_total fun q hq => one hq _) (Nat.le_of_eq whole)
  have given : (total width fun q => s q * ((ls.getD q 0 + rs.getD q 0) * us.getD q 0)) ≤ 2 * start := by
    refine Nat.le_trans (total_le_total (g := fun q => 2 * (o * us.getD q 0)) fun q hq => ?_)
      (Nat.le_of_eq ((total_mul _ _ _).trans (congrArg (2 * ·) whole)))
    exact Nat.le_trans (one hq _) (Nat.le_trans (Nat.mul_le_mul_right _ (low q hq)) (Nat.le_of_eq (Nat.mul_assoc 2 o _)))
  refine ⟨start + (total width fun q => s q * ((ls.getD q 0 + rs.getD q 0) * us.getD q 0)) -
    total width fun q => s q * (o * us.getD q 0), ?_, ?_⟩
  · refine Nat.le_trans (Nat.sub_le _ _) (Nat.le_trans (Nat.add_le_add_left given start) (Nat.le_of_eq ?_))
    rw [Nat.add_comm, ← Nat.succ_mul]
  · rw [ofNat_sub (Nat.le_trans taken (Nat.le_add_right _ _)), ofNat_add, ofNat_total, ofNat_total]
    have terms : (sum width fun i => ofNat R (s i) * added R o ls rs us i) =
        (sum width fun q => ofNat R (s q * ((ls.getD q 0 + rs.getD q 0) * us.getD q 0))) -
          sum width fun q => ofNat R (s q * (o * us.getD q 0)) := by
      rw [← sum_sub]
      exact sum_congr fun q _ => by rw [added_eq, ofNat_mul (s q), ofNat_mul (s q), mul_sub]
    rw [terms]
    exact add_sub_assoc _ _ _

/-- What the walk over a pair ends with. -/
theorem of_walk_pair {S start e code fuel : Nat} (hS : 3 * start < 2 ^ S) (hstart : start = o * total width fun q => us.getD q 0)
    (low : ∀ q, q < width → ls.getD q 0 + rs.getD q 0 ≤ 2 * o) {k : Nat → Bool}
    (h : walk e (sumAt S width (rowsOf rowSize (rowCount width) (down (sumsAt o start ls us) (width + 1)))
      (rowsOf rowSize (rowCount width) (down (sumsAt 0 0 rs us) (width + 1))))
      (fun plus minus => Nat.force (Nat.sub plus minus) k) fuel width code start 0 = true) :
    ∃ s, Bits width s ∧ ∃ K, K < 2 ^ S ∧
      ofNat R K = ofNat R start + (sum width fun i => ofNat R (s i) * added R o ls rs us i) ∧
      k (K + 2 ^ S * pack 1 width s) = true := by
  have enough : (total width fun q => o * us.getD q 0) ≤ start := Nat.le_of_eq ((total_mul _ _ _).trans hstart.symm)
  have nothing : (total width fun q => 0 * us.getD q 0) ≤ 0 := by
    rw [total_mul, Nat.zero_mul]
    exact Nat.le_refl 0
  match of_walk R fuel h with
  | ⟨s, hs, plus, minus, pass, value⟩ =>
    match exists_added R hstart low hs with
    | ⟨K, small, eK⟩ =>
      refine ⟨s, hs, K, Nat.lt_of_le_of_lt small hS, eK, ?_⟩
      have marked := sum_marked (f := fun j => sumsAt o start ls us j + sumsAt 0 0 rs us j) (v := added R o ls rs us) (C := ofNat R start)
        (fun j hj => sumAt_down (S := S) hj) (fun j hj => by
          show ofNat R (_ + _) = _
          rw [ofNat_add, ofNat_sumsAt R hj enough, ofNat_sumsAt R hj nothing]
          unfold added
          rw [sum_add]
          exact regroup _ _ _) s
      rw [marked] at value
      have e : plus = minus + (K + 2 ^ S * pack 1 width s) := by
        refine ofNat_inj (R := R) ?_
        rw [ofNat_add, ofNat_add, eK]
        exact solve _ _ _ _ _ value
      rw [Nat.force_eq, e] at pass
      rw [← Nat.add_sub_cancel_left (n := minus) (m := K + 2 ^ S * pack 1 width s)]
      exact pass
where
  regroup (c a b : R) : c + a + (ofNat R 0 + b) = c + (a + b) := by
    show c + a + (0 + b) = _
    ring [c, a, b]
  solve (p m c v g : R) (h : p - m = c - ofNat R 0 + (v + g)) : p = m + (c + v + g) := by
    have h : p - m = c - 0 + (v + g) := h
    have e : p = p - m + m := (sub_add_cancel p m).symm
    rw [e, h]
    ring [m, c, v, g]

end
end Network
end Compact
