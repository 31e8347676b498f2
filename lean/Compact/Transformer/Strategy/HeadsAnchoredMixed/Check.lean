prelude
import Compact.Transformer.Strategy.HeadsAnchoredCubic.Check
/-!
# Strategy: mixed, where the right answer stands at one position, for any number of heads: the check

For each query and right answer tokens are counted by their numbers, as cubic does (`Strategy/HeadsAnchoredCubic/Check.lean`), or output by
output, as quartic does (`Strategy/HeadsAnchored/Check.lean`): the certificate says which.  Definitions only;
`Strategy/HeadsAnchoredMixed.lean` proves them sound.
-/
namespace Compact
namespace Transformer
namespace HeadsAnchoredMixed
open HeadsAnchoredCubic (anchor answer countLane)
open HeadsBruteForce (HeadTables)
noncomputable section

/-- What a certificate says beside what cubic's says. -/
structure Claims extends toCubic : HeadsAnchoredCubic.Claims where
  /-- Bits of a level. -/
  levelBits : Nat
  /-- For each query and right answer (the last token: the query alone): 0 if tokens are counted by their numbers; else the levels of all
  tokens, packed, and one more. -/
  tokenLevels : List (List Nat)

/-- What quartic's certificate says. -/
def Claims.quartic (C : Claims) : HeadsAnchored.Claims := ⟨C.bits, C.shareBits, C.levelBits, C.parts, C.countBits, C.shares, []⟩

/-- The inputs of one query and the right answer at the lane `j`. -/
def countOne (C : Claims) (tables : List HeadTables) (width H b B v n one tops s q : Nat) (terms : List (List (List (Nat × Nat))))
    (direct k : Nat) (passes : List Nat) (j : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (countLane C.toCubic tables width H b n one tops s q terms direct k passes j)
    (fun levels _ => Nat.force levels fun levels => Nat.force (nth 0 (nth [] C.shares q) j) fun shares =>
      Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => Nat.force (answer s q j) fun a => Nat.force (anchor s n) fun p =>
        HeadsAnchored.countPair C.quartic tables width H B v n one tops direct s p q terms shares levels a) shares)
    (nth 0 (nth [] C.tokenLevels q) j)

/-- A certificate: how to round, what is claimed, and the bound. -/
structure Certificate extends Params, Claims where
  /-- The number of heads. -/
  heads : Nat
  /-- Bits of a cell of a head's plain model. -/
  cellBits : Nat
  bound : Nat

/-- What cubic's certificate has, too. -/
def Certificate.cubic (c : Certificate) : HeadsAnchoredCubic.Certificate := ⟨c.toParams, c.toClaims.toCubic, c.heads, c.cellBits, c.bound⟩

end
end HeadsAnchoredMixed
end Transformer
end Compact
