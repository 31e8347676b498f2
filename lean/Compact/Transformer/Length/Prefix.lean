prelude
import Compact.Transformer.Length.Mixture
import Compact.Transformer.Strategy.Prefix
/-! # The length of a prefix proof -/
namespace Compact
namespace Length
noncomputable section

/-- How many of `count` lanes of `bits` bits are not zero. -/
def claims (bits count : Nat) : Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat) (fun _ => 0)
    (fun _ ih N => Nat.force N fun N => Nat.add (Nat.sub 1 (Nat.sub 1 (Nat.mod N (Nat.pow 2 bits)))) (ih (Nat.shiftRight N bits))) count

/-- `Mixture.classAt` for `c` other tokens and `count` levels, of which `k` claim tokens: five operations for each level, 23 more where a claim is
tested, and the power of a sum of `k` terms. -/
def classClaims (parts c count k : Nat) : Nat := Nat.add (Nat.add (Nat.add 18 (Nat.add (Nat.mul 5 count) (Nat.mul 23 k))) (Nat.succ parts))
  (Nat.mul 2 (Nat.mul k (Nat.add k (Nat.mul (Nat.sub c 2) (Nat.succ parts)))))

/-- One class: with one other token there is one level. -/
def claimsOf (sizeBits parts count c S : Nat) : Nat :=
  Nat.force (Nat.rec (motive := fun _ => Nat) 1 (fun _ _ => count) (Nat.pred c)) fun count =>
  Nat.force (claims sizeBits count S) fun k => classClaims parts c count k

/-- Counting for all maxima, from what is claimed of sizes; `more` operations for each query. -/
def claimed (v n : Nat) (lv : Levels) (sizeBits classBits more : Nat) (sizes : List Nat) : Nat :=
  Nat.force (fold (fun _ ih => Nat.succ ih) 0 lv.levels) fun count => total v fun m => Nat.force m fun m => Nat.force (nth 0 sizes m) fun row =>
  total (Nat.succ m) fun q => Nat.force (Nat.shiftRight row (Nat.mul q (Nat.mul classBits n))) fun S => Nat.add (Nat.add spare more)
    (total (Nat.pred (classes n q m)) fun i =>
      claimsOf sizeBits lv.parts count (Nat.succ i) (Nat.mod (Nat.shiftRight S (Nat.mul classBits i)) (Nat.pow 2 classBits)))

end
end Length

/-- Operations of `Prefix.check`. -/
noncomputable def Prefix.operations (w : Weights) (c : Prefix.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n =>
  Nat.add (Nat.add (Nat.add (Length.tables w c.toParams) (Length.leads v)) (Length.running v))
    (Length.claimed v n c.toLevels c.sizeBits c.classBits 2 c.sizes)

end Compact
