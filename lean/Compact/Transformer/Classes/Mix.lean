prelude
import Compact.Averaging.Threshold
import Compact.Transformer.Enclosure.Term
/-!
# The mixture that decides a class

A class of inputs has a query `q`, a maximum `m` and tokens from a set `S` in the other places.  Its margins are
at least those of *mixtures* of three rows over outputs: the positions that hold `m`, with weight `U`; the other
positions, with weight `V`, all holding one token `s` of `S`; and the query's own position.
`Passes` says that the maximum's entry of the mixture is above all others by more than the slack of rounding.

The logits of positions enter all alike by a row `X` that is no better than any of them (`NoBetter`).
-/
namespace Compact

/-- The first `n` entries of a row of intervals, each replaced by the number `g` of it. -/
noncomputable def entries (g : Nat × Nat → Nat) (n : Nat) : List (Nat × Nat) → List Nat :=
  Nat.rec (motive := fun _ => List (Nat × Nat) → List Nat) (fun _ => [])
    (fun _ ih xs =>
      List.rec (motive := fun _ => List Nat) (g (0, 0) :: ih []) (fun x xs _ => g x :: ih xs) xs) n

theorem length_entries (g : Nat × Nat → Nat) (n : Nat) (xs : List (Nat × Nat)) : (entries g n xs).length = n := by
  induction n generalizing xs with
  | zero => rfl
  | succ n ih =>
    cases xs with
    | nil => exact congrArg Nat.succ (ih [])
    | cons x xs => exact congrArg Nat.succ (ih xs)

theorem getD_entries (g : Nat × Nat → Nat) {n p : Nat} (xs : List (Nat × Nat)) (hp : p < n) :
    (entries g n xs).getD p 0 = g (xs.getD p (0, 0)) := by
  induction n generalizing xs p with
  | zero => exact absurd hp (Nat.not_lt_zero p)
  | succ n ih =>
    cases xs with
    | nil =>
      cases p with
      | zero => rfl
      | succ p => exact ih [] (Nat.lt_of_succ_lt_succ hp)
    | cons x xs =>
      cases p with
      | zero => rfl
      | succ p => exact ih xs (Nat.lt_of_succ_lt_succ hp)

namespace Enclosure
variable (T : Enclosure)

/-- Lower bound of the softmax factor of the key token `k`, seen from the query `q`. -/
def tokenLo (q k : Nat) : Nat := ((T.tokenExp.getD q []).getD k (0, 0)).1

/-- Lower bound of the softmax factor of the position `p`. -/
def posLo (q p : Nat) : Nat := ((T.posExp.getD q []).getD p (0, 0)).1

/-- Rounded logit of the output `t` when the head attends to the token `k`. -/
def token (k t : Nat) : Nat := (T.tokenRow.getD k []).getD t 0

/-- Rounded logit of the output `t` when the head attends to the position `p`. -/
def pos (p t : Nat) : Nat := (T.posRow.getD p []).getD t 0

/-- Rounded logit of the output `t` on the direct path. -/
def direct (q t : Nat) : Nat := (T.directRow.getD q []).getD t 0

/-- Logit of the path through a token `k`, with the row `X` in place of a position's. -/
def path (X : Nat → Nat) (q k t : Nat) : Nat := T.direct q t + T.token k t + X t

/-- The lower bounds of the factors of the positions below `n`, which is the query's own position. -/
noncomputable def posLows (q n : Nat) : List Nat := entries (fun x => x.1) n (T.posExp.getD q [])

/-- The weight of all positions but the query's own. -/
noncomputable def mass (q n : Nat) : Nat := listTotal (T.posLows q n)

/-- The mixture with weight `U` on the maximum `m` and `V` on the token `s`. -/
def mix (X : Nat → Nat) (n q m U V s t : Nat) : Nat :=
  U * (T.tokenLo q m * T.path X q m t) + V * (T.tokenLo q s * T.path X q s t)
    + T.tokenLo q q * T.posLo q n * T.lane q q n t

/-- In the mixture the maximum is above all other outputs by more than the slack `SL`. -/
def Passes (X : Nat → Nat) (v n SL q m U V s : Nat) : Prop :=
  ∀ t, t < v → t ≠ m → T.mix X n q m U V s t + SL < T.mix X n q m U V s m

/-- The row `X` favours `m` no more than any position below `n` does. -/
def NoBetter (X : Nat → Nat) (v n m : Nat) : Prop :=
  ∀ p, p < n → ∀ t, t < v → T.pos p t + X m ≤ T.pos p m + X t

/-- What rounding may cost an input, when it costs a position below `n` at most `S`. -/
def totalSlack (B n q S : Nat) : Nat := n * S + slack B (T.factor q q n)

/-- Rounding costs no position below `n` that holds a token up to `m` more than `S`. -/
def SlackLe (B n q m S : Nat) : Prop := ∀ k, k ≤ m → ∀ p, p < n → slack B (T.factor q k p) ≤ S

end Enclosure
end Compact
