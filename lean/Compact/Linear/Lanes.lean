prelude
import Compact.Packed.Dot
import Compact.Averaging.Margin
/-!
# Combinations of rows, all columns at once

`combine W d k f rows` are the first `d` column sums of the first `k` rows, row `s` times `f s`: rows are packed into lanes of
`W` bits, so that a row costs one product and one sum.
-/
namespace Compact
namespace Linear
noncomputable section

/-- How many bits hold any number up to `m`. -/
def width (m : Nat) : Nat := Nat.succ (Nat.log2 m)

/-- The sums of the columns of `k` packed rows, row `s` times `f s`. -/
def combine (W d k : Nat) (f : Nat → Nat) (packed : List Nat) : List Nat :=
  unpack W d (total k fun s => Nat.mul (f s) (nth 0 packed s))

/-- The sum of `g x y` over the entries of two lists. -/
def sumZip (g : Nat → Nat → Nat) (xs ys : List Nat) : Nat := foldZip (fun x y ih => Nat.add (g x y) ih) 0 xs ys

end

theorem lt_width (m : Nat) : m < 2 ^ width m := Nat.lt_log2_self

/-- Column `t` of a combination, if no lane overflows. -/
theorem getD_combine {W d k m : Nat} {f : Nat → Nat} {rows : List (List Nat)} (hk : k ≤ rows.length)
    (hrow : ∀ s, s < k → (rows.getD s []).length = d) (hm : m < 2 ^ W)
    (hle : ∀ t, t < d → (total k fun s => f s * (rows.getD s []).getD t 0) ≤ m) {t : Nat} (ht : t < d) :
    (combine W d k f (mapFold (packList W) rows)).getD t 0 = total k fun s => f s * (rows.getD s []).getD t 0 := by
  have packed : (total k fun s => f s * nth 0 (mapFold (packList W) rows) s) =
      pack W d fun t => total k fun s => f s * (rows.getD s []).getD t 0 := by
    rw [pack_total]
    refine total_congr fun s hs => ?_
    rw [nth_eq, getD_mapFold _ _ (Nat.lt_of_lt_of_le hs hk) [] 0, packList_eq, hrow s hs, mul_pack]
  show (unpack W d (total k fun s => f s * nth 0 (mapFold (packList W) rows) s)).getD t 0 = _
  rw [getD_unpack _ _ ht, packed]
  exact digit_pack W (fun t ht => Nat.lt_of_le_of_lt (hle t ht) hm) ht

theorem length_combine (W d k : Nat) (f : Nat → Nat) (packed : List Nat) : (combine W d k f packed).length = d := length_unpack _ _ _

theorem sumZip_eq (g : Nat → Nat → Nat) {d : Nat} {xs ys : List Nat} (hx : xs.length = d) (hy : ys.length = d) :
    sumZip g xs ys = total d fun t => g (xs.getD t 0) (ys.getD t 0) := by
  induction d generalizing xs ys with
  | zero =>
    match xs, hx with
    | [], _ => rfl
  | succ d ih =>
    match xs, ys, hx, hy with
    | x :: xs, y :: ys, hx, hy =>
      show g x y + sumZip g xs ys = total (d + 1) _
      rw [total_succ', ih (Nat.succ.inj hx) (Nat.succ.inj hy)]
      rfl

/-- Many terms, each at most `m`. -/
theorem total_le_mul {k m : Nat} {f : Nat → Nat} (h : ∀ s, s < k → f s ≤ m) : total k f ≤ k * m := by
  rw [← total_const]
  exact total_le_total h

end Linear
end Compact
