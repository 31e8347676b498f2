prelude
import Compact.Packed.ExpLanes
import Compact.Packed.Combine
import Compact.Packed.Mat
/-!
# Exponentials of a whole matrix

Rows of arguments are joined to one number, the exponentials of all lanes are bounded at once, and the bounds are cut into rows again.
The rows of arguments are cut from the joined number, too: so it does not matter what stood in a row that does not fit.
-/
namespace Compact
noncomputable section

/-- Bounds of the exponentials of `r` rows of `n` arguments of `k` bits, in lanes of `L` bits; goes on with rows of arguments, lower and
upper bounds. -/
def expRows (c : ExpParams) (L n r k : Nat) (args : List Nat) (go : List Nat → List Nat → List Nat → Bool) : Bool :=
  Nat.force (onesOf L (Nat.mul n r)) fun one => Nat.force (Nat.mul L n) fun size => Nat.force (packList size args) fun Y =>
  lanesWithin (Nat.mul (Nat.sub (Nat.pow 2 k) 1) one) Y && Nat.force (lanesUpper c one Y) fun X =>
  Nat.force (lanesLower c one (Nat.mul (Nat.pow 2 (Nat.sub L 1)) one) (Nat.sub L 1) X) fun W =>
  forceList (unpack size r Y) fun args => forceList (unpack size r W) fun lows => forceList (unpack size r X) fun highs => go args lows highs

/-- Are lanes of `L` bits wide enough, and arguments of `k` bits small enough? -/
def ExpParams.rowsFit (c : ExpParams) (L k : Nat) : Bool :=
  (c.lanesFit L && Nat.ble (Nat.add c.half c.high) L) && Nat.ble k (Nat.add c.half c.high)

end

/-- A row of a matrix whose rows are joined. -/
theorem digit_row {L n r q : Nat} {f : Nat → Nat} (hf : ∀ j, j < n * r → f j < 2 ^ L) (hq : q < r) :
    digit (L * n) (pack L (n * r) f) q = pack L n fun j => f (n * q + j) := by
  have hle : n * q + n ≤ n * r := Nat.mul_le_mul_left n (Nat.succ_le_of_lt hq)
  show pack L (n * r) f / 2 ^ (L * n * q) % 2 ^ (L * n) = _
  rw [Nat.mul_assoc, pack_div hf (Nat.le_trans (Nat.le_add_right _ _) hle)]
  have hn : n ≤ n * r - n * q := Nat.le_sub_of_add_le (Nat.add_comm n _ ▸ hle)
  refine pack_mod (fun j hj => hf _ ?_) hn
  rw [Nat.add_comm]
  exact Nat.add_lt_of_lt_sub hj

/-- A lower bound is less than two. -/
theorem ExpParams.lowerOf_lt {c : ExpParams} (h : c.ratio ≤ 2 ^ c.prec) {x : Nat} (hx : x < 2 ^ (c.prec + 1)) :
    c.lowerOf x < 2 ^ (c.prec + 1) := by
  show c.ratio * (x - c.high) / 2 ^ c.prec < _
  refine Nat.div_lt_of_lt_mul ?_
  refine Nat.lt_of_le_of_lt (Nat.mul_le_mul h (Nat.sub_le x c.high)) ?_
  exact Nat.mul_lt_mul_of_pos_left hx (Nat.two_pow_pos _)

/-- What `expRows` goes on with: rows of `n` arguments below `2^k`, and of their bounds. -/
theorem of_expRows {c : ExpParams} {L n r k : Nat} (fit : c.rowsFit L k = true) {args : List Nat}
    {go : List Nat → List Nat → List Nat → Bool} (h : expRows c L n r k args go = true) :
    ∃ ys : List Nat, ∃ lows : List Nat, ∃ highs : List Nat, (∀ q, q < r → ∃ y : Nat → Nat, (∀ j, j < n → y j < 2 ^ k) ∧ ys.getD q 0 = pack L n y ∧
      lows.getD q 0 = (pack L n fun j => c.lowerOf (c.upper (y j))) ∧ highs.getD q 0 = pack L n fun j => c.upper (y j)) ∧
      go ys lows highs = true := by
  have lanes := Bool.and_left (Bool.and_left fit)
  have hhigh : c.half + c.high ≤ L := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left fit))
  have hk : k ≤ c.half + c.high := Nat.le_of_ble_eq_true (Bool.and_right fit)
  match ExpParams.lanesFit_spec lanes with
  | ⟨hfit, hL, hratio, _⟩ =>
    have pos : 0 < L := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) hL
    have hP : c.prec + 1 ≤ L := by
      refine Nat.le_trans ?_ hL
      rw [Nat.add_assoc]
      exact Nat.add_le_add_left (Nat.le_add_left 1 (c.prec + 2)) _
    have narrow {x : Nat} (hx : x < 2 ^ (c.prec + 1)) : x < 2 ^ L := Nat.lt_of_lt_of_le hx (Nat.pow_le_pow_right Nat.two_pos hP)
    unfold expRows at h
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, forceList_eq, forceList_eq, onesOf_eq pos] at h
    have within := of_lanesWithin (Nat.le_trans hk hhigh) (Bool.and_left h)
    have h := Bool.and_right h
    have wide (j : Nat) (hj : j < n * r) : digit L (packList (L * n) args) j < 2 ^ L := Nat.mod_lt _ (Nat.two_pow_pos L)
    have upper : lanesUpper c (ones L (n * r)) (packList (L * n) args) =
        pack L (n * r) fun j => c.upper (digit L (packList (L * n) args) j) :=
      (congrArg (lanesUpper c (ones L (n * r))) within.left).trans (lanesUpper_pack lanes hhigh wide)
    have lower : lanesLower c (ones L (n * r)) (2 ^ (L - 1) * ones L (n * r)) (L - 1) (lanesUpper c (ones L (n * r)) (packList (L * n) args)) =
        pack L (n * r) fun j => c.lowerOf (c.upper (digit L (packList (L * n) args) j)) :=
      (congrArg _ upper).trans (lanesLower_pack lanes fun j _ => ExpParams.upper_lt hfit _)
    refine ⟨_, _, _, fun q hq => ?_, h⟩
    refine ⟨fun j => digit L (packList (L * n) args) (n * q + j), fun j hj => within.right _ ?_, ?_, ?_, ?_⟩
    · exact Nat.lt_of_lt_of_le (Nat.add_lt_add_left hj _) (Nat.mul_le_mul_left n (Nat.succ_le_of_lt hq))
    · refine (getD_unpack _ _ hq).trans ?_
      show digit (L * n) (packList (L * n) args) q = _
      refine (congrArg (fun N => digit (L * n) N q) within.left).trans (digit_row wide hq)
    · refine (getD_unpack _ _ hq).trans ((congrArg (fun N => digit (L * n) N q) lower).trans (digit_row (fun j _ => ?_) hq))
      exact narrow (ExpParams.lowerOf_lt hratio (ExpParams.upper_lt hfit _))
    · refine (getD_unpack _ _ hq).trans ((congrArg (fun N => digit (L * n) N q) upper).trans (digit_row (fun j _ => ?_) hq))
      exact narrow (ExpParams.upper_lt hfit _)
end Compact
