prelude
import Compact.Packed.Lanewise
/-!
# Rows written without gaps

A row has lanes as wide as the sums that are made of it, and often entries that are much shorter.  A certificate writes such rows without the
zeros between entries, and `widened` moves these apart: the upper half of a row first, then the upper half of each half.
Nothing is proved about it, as nothing rests on it: a row is a witness, and checks look at what it is in the end.
-/
namespace Compact
noncomputable section

/-- Go on with a function that moves `2^k` lanes from a distance of `l` bits to one of `L` bits; masks are evaluated once. -/
def withWidening {α : Type} (L l k : Nat) : ((Nat → Nat) → α) → α :=
  Nat.rec (motive := fun _ => ((Nat → Nat) → α) → α) (fun go => go fun X => X)
    (fun i ih go => Nat.force (Nat.mul (Nat.pred (Nat.pow 2 (Nat.mul l (Nat.pow 2 i)))) (onesOf (Nat.mul L (Nat.pow 2 (Nat.succ i))) (Nat.pow 2 (Nat.sub (Nat.pred k) i))))
      fun stays => Nat.force (Nat.mul (Nat.sub L l) (Nat.pow 2 i)) fun way =>
      ih fun f => go fun X => Nat.force X fun X =>
        f (Nat.add (Nat.land X stays) (Nat.shiftLeft (Nat.sub X (Nat.land X stays)) way))) k

/-- Rows of up to `2^k` lanes of `l` bits, in lanes of `L` bits. -/
def widened (L l k : Nat) (rows : List Nat) : List Nat :=
  withWidening L l k fun f => fold (fun row ih => Nat.force (f row) fun X => X :: ih) [] rows

end
end Compact
