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

/-- One class with `c` other tokens, of which so much is claimed: with one other token there is one level. -/
def claimsOf (L countBits sizeBits parts count c S : Nat) : Nat :=
  Nat.force (Nat.rec (motive := fun _ => Nat) 1 (fun _ _ => count) (Nat.pred c)) fun count =>
  Nat.add count (class_ L countBits parts 10 (claims sizeBits count S) c)

/-- Counting for all maxima, from what is claimed of sizes; lanes have `L` bits. -/
def claimed (L v n : Nat) (lv : Levels) (sizeBits classBits : Nat) (sizes : List Nat) : Nat :=
  Nat.force (fold (fun _ ih => Nat.succ ih) 0 lv.levels) fun count => total v fun m => Nat.force m fun m => Nat.force (nth 0 sizes m) fun row =>
  total (Nat.succ m) fun q => Nat.force (Nat.shiftRight row (Nat.mul q (Nat.mul classBits n))) fun S => Nat.add (spare L)
    (total (Nat.pred (classes n q m)) fun i =>
      claimsOf L lv.countBits sizeBits lv.parts count (Nat.succ i) (Nat.mod (Nat.shiftRight S (Nat.mul classBits i)) (Nat.pow 2 classBits)))

end
end Length

/-- Operations of `Prefix.check`. -/
noncomputable def Prefix.operations (w : Weights) (c : Prefix.Certificate) : Nat :=
  Nat.force w.d_vocab fun v => Nat.force (Nat.sub w.n_ctx 1) fun n => Nat.force (fold (fun _ ih => Nat.succ ih) 0 c.blocks) fun blocks =>
  Nat.add (Nat.add (Nat.add (Length.tables w c.toParams c.bits c.argBits) (Length.leads c.bits v)) (Nat.mul blocks (Length.running c.bits v)))
    (Length.claimed c.bits v n c.toLevels c.sizeBits c.classBits c.sizes)

end Compact
