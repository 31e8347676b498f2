prelude
import Compact.Transformer.Strategy.HeadsAnchoredCubic
import Compact.Transformer.Strategy.HeadsAnchoredMixed.Check
/-!
# Strategy: mixed, where the right answer stands at one position, for any number of heads

What the check of one query and right answer shows (`atLeast_countOne`): either way counts inputs that are answered correctly.
-/
namespace Compact
namespace Transformer
namespace HeadsAnchoredMixed
open HeadsAnchored (inputOf termsAt)
open HeadsAnchoredCubic (LaneLevels anchor answer atLeast_countLane)
open HeadsBruteForce (HeadTables)

section
variable {R : Type} [ExpField R] {w : Weights} {c : Params} {B : Nat} {C : Claims} {tables : List HeadTables} {s k : Nat}
  (S : HeadsAnchoredCubic.Setting w c B C.toCubic tables s k)
include S

/-- What quartic has to know. -/
theorem quartic_setting : HeadsAnchored.Setting w c B C.quartic tables s k :=
  ⟨S.plain.mlp, S.plain.some, S.plain.start, S.plain.n_ctx, S.plain.parts, S.plain.small, S.plain.count, S.plain.room, S.plain.length, S.plain.each⟩

/-- The inputs of one right answer. -/
theorem atLeast_countOne {label : List Nat → Nat} {q j : Nat} {passes : List Nat} (hq : q < w.d_vocab) (ha : answer s q j < w.d_vocab)
    (hl : ∀ y, y.length = k → label (inputOf s (answer s q j) q y) = answer s q j) (levels : LaneLevels w c C.toCubic tables s k q passes j) :
    AtLeast (countOne C tables c.width w.heads.length (c.width + 2) (3 * 2 ^ c.width) w.d_vocab w.n_ctx (ones C.bits w.d_vocab)
      (2 ^ (C.bits - 1) * ones C.bits w.d_vocab) s q (termsAt c tables q) (nth 0 (nth HeadTables.none tables 0).direct q) k passes j)
    fun y => Correct R label w (inputOf s (answer s q j) q y) := by
  unfold countOne
  cases nth 0 (nth [] C.tokenLevels q) j with
  | zero => exact atLeast_countLane S hq ha hl levels
  | succ tokenLevels =>
    show AtLeast (Nat.force tokenLevels fun levels => Nat.force _ fun shares => _) _
    rw [Nat.force_eq, Nat.force_eq]
    cases nth 0 (nth [] C.shares q) j with
    | zero => exact AtLeast.zero
    | succ shares =>
      show AtLeast (Nat.force _ fun a => Nat.force _ fun p => _) _
      rw [Nat.force_eq, Nat.force_eq]
      exact HeadsAnchored.atLeast_countPair (quartic_setting S) hq ha hl

end
end HeadsAnchoredMixed
end Transformer
end Compact
