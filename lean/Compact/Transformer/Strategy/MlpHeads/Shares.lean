prelude
import Compact.Transformer.Strategy.MlpHeads.Pair
/-!
# How the neurons' own numbers are shared among the heads

The certificate says what the heads but the first take; the first has what remains.  So shares add up, whatever the certificate says (`shares_sum`).
-/
namespace Compact
namespace Transformer
namespace MlpHeads
open MlpQuartic (lanesFor placesOf placeOf placeOf_lt over under)
open HeadsQuartic (total_pack)
noncomputable section

/-- The lanes of `shareOf`. -/
def shareFn (l H : Nat) (own : Nat → Nat) (mine others : List Nat) (i p : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (own p + total (Nat.pred H) fun k => digit l (nth 0 others k) p) (fun k _ => digit l (nth 0 mine k) p) i

end

section
variable {w : Weights} {M : MLP} {c : Params} {l H : Nat} {mine others : List Nat}

/-- Shares that keep to their bits fit. -/
theorem fits_share (room : (H + 2) * 2 ^ c.width + 3 ≤ 7 * 2 ^ c.width) (some : 0 < H) {N : Nat} {own : Nat → Nat}
    (hN : N = pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) own) (own_lt : ∀ k, own k < 2 ^ (c.width + 3))
    (own_small : ∀ j, j < M.d_mlp → own (placeOf (lanesFor l w.d_vocab) j) < 2 ^ c.width)
    (hmine : ∀ k, k < H - 1 → nth 0 mine k = pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) (digit l (nth 0 mine k)) ∧
      ∀ p, p < placesOf (lanesFor l w.d_vocab) M.d_mlp → digit l (nth 0 mine k) p < 2 ^ c.width)
    (hothers : ∀ k, k < H - 1 → nth 0 others k = pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) (digit l (nth 0 others k)) ∧
      ∀ p, p < placesOf (lanesFor l w.d_vocab) M.d_mlp → digit l (nth 0 others k) p < 2 ^ c.width) {i : Nat} (hi : i < H) :
    Fits w M c l (shareOf H N mine others i) (shareFn l H own mine others i) := by
  have eight : 2 ^ (c.width + 3) = 8 * 2 ^ c.width := by
    rw [Nat.pow_add, Nat.mul_comm]
  have pred : H - 1 + 1 = H := Nat.sub_add_cancel some
  have rest {p : Nat} (hp : p < placesOf (lanesFor l w.d_vocab) M.d_mlp) :
      (total (H - 1) fun k => digit l (nth 0 others k) p) ≤ (H - 1) * 2 ^ c.width :=
    HeadsQuartic.total_le fun k hk => Nat.le_of_lt ((hothers k hk).right p hp)
  have seven : (H - 1) * 2 ^ c.width + 3 * 2 ^ c.width + 3 ≤ 7 * 2 ^ c.width := by
    rw [← Nat.add_mul]
    have e : H - 1 + 3 = H + 2 := by
      rw [← pred]
      rfl
    rw [e]
    exact room
  cases i with
  | zero =>
    refine ⟨?_, fun p hp => ?_, fun j hj => ?_⟩
    · show N + (total (H - 1) fun k => nth 0 others k) = pack l _ fun p => own p + total (H - 1) fun k => digit l (nth 0 others k) p
      have e : (total (H - 1) fun k => nth 0 others k) =
          total (H - 1) fun k => pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) (digit l (nth 0 others k)) := total_congr fun k hk => (hothers k hk).left
      rw [e, total_pack, hN, pack_add]
    · show own p + (total (H - 1) fun k => digit l (nth 0 others k) p) ≤ _
      rw [Nat.two_mul]
      refine Nat.add_le_add (Nat.le_of_lt (own_lt p)) (Nat.le_trans (rest hp) ?_)
      rw [eight]
      refine Nat.le_trans (Nat.le_trans (Nat.le_add_right _ (3 * 2 ^ c.width)) (Nat.le_add_right _ 3)) (Nat.le_trans seven ?_)
      exact Nat.mul_le_mul_right _ (Nat.le_succ 7)
    · show own (placeOf (lanesFor l w.d_vocab) j) + (total (H - 1) fun k => digit l (nth 0 others k) (placeOf (lanesFor l w.d_vocab) j)) + 2 * 2 ^ c.width + 3 ≤ _
      refine Nat.le_trans (Nat.add_le_add_right (Nat.add_le_add_right (Nat.add_le_add (Nat.le_of_lt (own_small j hj)) (rest (placeOf_lt hj))) _) 3)
        (Nat.le_trans (Nat.le_of_eq ?_) seven)
      ring [2 ^ c.width, (H - 1) * 2 ^ c.width]
  | succ k =>
    have hk : k < H - 1 := Nat.le_sub_of_add_le (b := 1) hi
    have m := hmine k hk
    refine ⟨m.left, fun p hp => ?_, fun j hj => ?_⟩
    · show digit l (nth 0 mine k) p ≤ _
      refine Nat.le_trans (Nat.le_of_lt (m.right p hp)) ?_
      rw [eight, ← Nat.mul_assoc]
      exact Nat.le_mul_of_pos_left _ (Nat.zero_lt_succ _)
    · show digit l (nth 0 mine k) (placeOf (lanesFor l w.d_vocab) j) + _ + 3 ≤ _
      refine Nat.le_trans (Nat.add_le_add_right (Nat.add_le_add_right (Nat.le_of_lt (m.right _ (placeOf_lt hj))) _) 3) (Nat.le_trans ?_ seven)
      refine Nat.add_le_add_right (Nat.le_trans (Nat.le_of_eq (?_ : _ = 3 * 2 ^ c.width)) (Nat.le_add_left _ _)) 3
      ring [2 ^ c.width]

end

section
variable {R : Type} [ExpField R]

/-- The shares of a neuron's own number, `U` being the units. -/
noncomputable def shareReal (R : Type) [ExpField R] (H : Nat) (U own : R) (op on : Nat → Nat) (i : Nat) : R :=
  Nat.rec (motive := fun _ => R) (own - sum (Nat.pred H) fun k => (ofNat R (op k) - ofNat R (on k)) / U) (fun k _ => (ofNat R (op k) - ofNat R (on k)) / U) i

theorem shares_sum {H : Nat} (some : 0 < H) (U own : R) (op on : Nat → Nat) : (sum H fun i => shareReal R H U own op on i) = own := by
  match H, some with
  | n + 1, _ =>
    rw [sum_succ']
    exact sub_add_cancel _ _

theorem near_share {H : Nat} {U own : R} (hU : 0 < U) {op on : Nat → Nat} {a b : Nat} (le : U * own + ofNat R b ≤ ofNat R a + 1)
    (ge : ofNat R a ≤ U * own + ofNat R b + 1) (i : Nat) :
    Near U (shareReal R H U own op on i)
      (Nat.rec (motive := fun _ => Nat) (a + total (Nat.pred H) fun k => on k) (fun k _ => op k) i)
      (Nat.rec (motive := fun _ => Nat) (b + total (Nat.pred H) fun k => op k) (fun k _ => on k) i) := by
  cases i with
  | zero =>
    have e : U * shareReal R H U own op on 0 = U * own - (ofNat R (total (Nat.pred H) fun k => op k) - ofNat R (total (Nat.pred H) fun k => on k)) := by
      show U * (own - sum (Nat.pred H) fun k => (ofNat R (op k) - ofNat R (on k)) / U) = _
      rw [mul_sub, ← sum_div, mul_div_cancel (ne_of_gt hU), sum_sub, ofNat_total, ofNat_total]
    refine ⟨?_, ?_⟩
    · rw [e]
      show _ + ofNat R (b + total (Nat.pred H) fun k => op k) ≤ ofNat R (a + total (Nat.pred H) fun k => on k) + 1
      rw [ofNat_add, ofNat_add]
      exact le_of_linear le (upper _ _ _ _ _)
    · rw [e]
      show ofNat R (a + total (Nat.pred H) fun k => on k) ≤ _ + ofNat R (b + total (Nat.pred H) fun k => op k) + 1
      rw [ofNat_add, ofNat_add]
      exact le_of_linear ge (lower _ _ _ _ _)
  | succ k =>
    have e : U * shareReal R H U own op on (k + 1) = ofNat R (op k) - ofNat R (on k) := mul_div_cancel (ne_of_gt hU) _
    refine ⟨?_, ?_⟩
    · rw [e, sub_add_cancel]
      exact le_of_lt (lt_add_one _)
    · rw [e, sub_add_cancel]
      exact le_of_lt (lt_add_one _)
where
  upper (u a b p n : R) : a + n + 1 + (u + b) = u - (p - n) + (b + p) + (a + 1) := by ring [u, a, b, p, n]
  lower (u a b p n : R) : u - (p - n) + (b + p) + 1 + a = a + n + (u + b + 1) := by ring [u, a, b, p, n]

end
end MlpHeads
end Transformer
end Compact
