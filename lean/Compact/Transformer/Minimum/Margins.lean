prelude
import Compact.Transformer.Classes.Mix
import Compact.Transformer.Minimum.Mixture
import Compact.Packed.Running
/-!
# The margins of one maximum

For one maximum `m` a certificate gives, as packed literals, how far `m` is ahead of all other outputs in three
families of rows: on the path through each token (`token`, with the row that stands for all positions), on each
direct path (`direct`), and on the whole path through each query's own position (`own`).  `Margins.Sound` says what
they mean and `Margins.Sound.passes` what one inequality between them proves.
-/
namespace Compact

/-- Packed margins for one maximum. -/
structure Margins where
  token : Nat
  direct : Nat
  own : Nat

namespace Margins

/-- Bits of a margin of rows below `2^width`. -/
noncomputable def bits (width : Nat) : Nat := Nat.add width 4

/-- What stands for the margin 0 in `token` and `direct`; in `own` it is twice that. -/
noncomputable def offset (width : Nat) : Nat := Nat.pow 2 (Nat.succ width)

/-- The margins are true. -/
structure Sound (M : Margins) (T : Enclosure) (X : Nat → Nat) (width v n m : Nat) : Prop where
  token (k : Nat) : k ≤ m → Ahead v m (offset width) (readLane (bits width) M.token k) fun t => T.token k t + X t
  direct (q : Nat) : q ≤ m → Ahead v m (offset width) (readLane (bits width) M.direct q) (T.direct q)
  own (q : Nat) : q ≤ m →
    Ahead v m (offset width + offset width) (readLane (bits width) M.own q) (T.lane q q n)

/-- A mixture passes if its margins, weighted, are above the slack. -/
theorem Sound.passes {M : Margins} {T : Enclosure} {X : Nat → Nat} {width v n m : Nat} (h : M.Sound T X width v n m)
    {q s U V SL o : Nat} (hq : q ≤ m) (hs : s ≤ m) (ho : o = offset width + offset width)
    (test : U * (T.tokenLo q m * o) + (T.tokenLo q q * T.posLo q n * o + SL) + V * (T.tokenLo q s * o) <
      U * (T.tokenLo q m * (readLane (bits width) M.direct q + readLane (bits width) M.token m)) +
        T.tokenLo q q * T.posLo q n * readLane (bits width) M.own q +
        V * (T.tokenLo q s * (readLane (bits width) M.direct q + readLane (bits width) M.token s))) :
    T.Passes X v n SL q m U V s := by
  have path : ∀ k, k ≤ m → Ahead v m o (readLane (bits width) M.direct q + readLane (bits width) M.token k)
      (T.path X q k) := fun k hk t ht hne => by
    have e : _ + (T.direct q t + (T.token k t + X t)) ≤ _ + (T.direct q m + (T.token k m + X m)) :=
      ((h.direct q hq).add (h.token k hk)) t ht hne
    rw [← Nat.add_assoc (T.direct q t), ← Nat.add_assoc (T.direct q m), ← ho] at e
    exact e
  refine (Ahead.mixture U (T.tokenLo q m) V (T.tokenLo q s) (T.tokenLo q q * T.posLo q n) (path m (Nat.le_refl m))
    (path s hs) (ho ▸ h.own q hq)).lt ?_
  refine Nat.lt_of_linear test ?_
  exact swap _ _ _ _ _ _ _
where
  swap (a b c d e f g : Nat) : a + e + f + (b + (c + g) + d) = b + d + c + g + (a + f + e) := by
    ring [a, b, c, d, e, f, g]

end Margins
end Compact
