prelude
import Compact.Transformer.Strategy.HeadsAnchored.Piece
import Compact.Transformer.Strategy.HeadsFirst.Mask
/-!
# A bit for each token that takes no more than its level
-/
namespace Compact
namespace Transformer
namespace HeadsAnchored
open HeadsBruteForce (HeadTables)
open HeadsFirst (bits land_bits ones_eq_bits readLane_shift readLane_zero)

/-- Does the token `y` take no more than its level at one position? -/
noncomputable def takes (L B a but one tops parts b base levels : Nat) (spare : Piece) (terms : List (Nat × Nat)) (tokens : List Nat)
    (y : Nat) : Bool :=
  Nat.ble (readLane b levels y) parts &&
    bears L one tops parts (readLane b levels y) (Piece.of L B a but (terms.getD y (0, 0)) (base + tokens.getD y 0)) spare

theorem maskAt_eq (L B a but one tops parts b base : Nat) (spare : Piece) {terms : List (Nat × Nat)} {tokens : List Nat}
    (h : terms.length = tokens.length) (levels : Nat) : maskAt L B a but one tops parts b base spare terms tokens levels =
      bits terms.length (takes L B a but one tops parts b base levels spare terms tokens) := by
  induction terms generalizing tokens levels with
  | nil => rfl
  | cons X terms ih =>
    match tokens, h with
    | N :: tokens, h =>
      have step : maskAt L B a but one tops parts b base spare (X :: terms) (N :: tokens) levels =
          Bool.rec (motive := fun _ => Nat) 0 1 (Nat.ble (levels % 2 ^ b) parts && Nat.force (base + N) fun N =>
            bears L one tops parts (levels % 2 ^ b) (Piece.of L B a but X N) spare) +
          2 * (Nat.force (Nat.shiftRight levels b) fun levels => maskAt L B a but one tops parts b base spare terms tokens levels) := rfl
      rw [step, Nat.force_eq, Nat.force_eq, ih (Nat.succ.inj h), ← readLane_zero]
      show _ = Bool.rec (motive := fun _ => Nat) 0 1 (takes L B a but one tops parts b base levels spare (X :: terms) (N :: tokens) 0) +
        2 ^ 1 * bits terms.length fun y => takes L B a but one tops parts b base levels spare (X :: terms) (N :: tokens) (y + 1)
      refine congrArg (fun M => _ + 2 * M) (pack_congr 1 fun y _ => ?_)
      show Bool.rec (motive := fun _ => Nat) 0 1 (takes L B a but one tops parts b base (Nat.shiftRight levels b) spare terms tokens y) = _
      unfold takes
      rw [readLane_shift]
      rfl

/-- Does the token `y` take no more than its level at any of `k` positions from the position `s` on? -/
noncomputable def takesAll (L B a but one tops parts b levels s k D : Nat) (T : HeadTables) (terms : List (List (Nat × Nat)))
    (spare : Piece) (y : Nat) : Bool :=
  allBelow k fun j => takes L B a but one tops parts b (D + nth 0 T.pos (s + j)) levels spare (nth [] terms (s + j)) T.token y

theorem maskOf_eq (L B a but one tops parts b levels : Nat) {s k v : Nat} (D : Nat) {T : HeadTables} {terms : List (List (Nat × Nat))}
    (spare : Piece) (tokens : T.token.length = v) (each : ∀ j, j < k → (nth [] terms (s + j)).length = v) :
    maskOf L B a but one tops parts b levels (ones 1 v) s k D T terms spare =
      bits v (takesAll L B a but one tops parts b levels s k D T terms spare) := by
  induction k with
  | zero => rfl
  | succ k ih =>
    have step : maskOf L B a but one tops parts b levels (ones 1 v) s (k + 1) D T terms spare =
        Nat.land (Nat.force (D + nth 0 T.pos (s + k)) fun base =>
          maskAt L B a but one tops parts b base spare (nth [] terms (s + k)) T.token levels)
          (maskOf L B a but one tops parts b levels (ones 1 v) s k D T terms spare) := rfl
    have row := each k (Nat.lt_succ_self k)
    rw [step, Nat.force_eq, ih fun j hj => each j (Nat.lt_succ_of_lt hj),
      maskAt_eq L B a but one tops parts b _ spare (row.trans tokens.symm), row, land_bits]
    rfl

section
variable (L B a but one tops parts b levels s k n q : Nat) (tables : List HeadTables) (terms : List (List (List (Nat × Nat)))) (rows : List Nat)

/-- What head `i` can spare. -/
noncomputable def spareAt (i : Nat) : Piece :=
  spareOf L B a but (nth 0 rows i) s n q (nth HeadTables.none tables i) (nth [] terms i)

/-- Of some heads: each has something to spare, and tokens with a property take no more than their levels. -/
def Passing (v i count : Nat) (p : Nat → Bool) : Prop := ∀ j, j < count →
  bears L one tops 0 1 (spareAt L B a but s n q tables terms rows (i + j)) (spareAt L B a but s n q tables terms rows (i + j)) = true ∧
  ∀ y, y < v → p y = true → takesAll L B a but one tops parts b levels s k (nth 0 rows (i + j)) (nth HeadTables.none tables (i + j))
    (nth [] terms (i + j)) (spareAt L B a but s n q tables terms rows (i + j)) y = true

variable {L B a but one tops parts b levels s k n q tables terms rows}

/-- Nothing is counted, or there is a bit for each token that passes. -/
theorem atLeast_withMask {v count i : Nat} {K : Nat → Nat} {P : List Nat → Prop}
    (tokens : ∀ j, j < count → (nth HeadTables.none tables (i + j)).token.length = v)
    (each : ∀ j, j < count → ∀ p, p < k → (nth [] (nth [] terms (i + j)) (s + p)).length = v)
    (h : ∀ p : Nat → Bool, Passing L B a but one tops parts b levels s k n q tables terms rows v i count p → AtLeast (K (bits v p)) P) :
    AtLeast (withMask L B a but one tops parts b levels (ones 1 v) s k n q tables terms rows count i K) P := by
  induction count generalizing i K with
  | zero =>
    have all := h (fun _ => true) fun j hj => absurd hj (Nat.not_lt_zero j)
    rw [← ones_eq_bits] at all
    exact all
  | succ count ih =>
    have step : withMask L B a but one tops parts b levels (ones 1 v) s k n q tables terms rows (count + 1) i K = Nat.force i fun i =>
        (spareAt L B a but s n q tables terms rows i).force fun spare => Bool.rec (motive := fun _ => Nat) 0
          (Nat.force (maskOf L B a but one tops parts b levels (ones 1 v) s k (nth 0 rows i) (nth HeadTables.none tables i) (nth [] terms i) spare)
            fun M => withMask L B a but one tops parts b levels (ones 1 v) s k n q tables terms rows count (i + 1) fun rest => K (Nat.land M rest))
          (bears L one tops 0 1 spare spare) := rfl
    rw [step, Nat.force_eq, Piece.force_eq]
    cases enough : bears L one tops 0 1 (spareAt L B a but s n q tables terms rows i) (spareAt L B a but s n q tables terms rows i) with
    | false => exact AtLeast.zero
    | true =>
      have shift (j : Nat) : i + 1 + j = i + (j + 1) := by rw [Nat.add_assoc, Nat.add_comm 1]
      show AtLeast (Nat.force _ fun _ => _) P
      rw [Nat.force_eq, maskOf_eq L B a but one tops parts b levels (s := s) (k := k) (T := nth HeadTables.none tables i) (terms := nth [] terms i)
        (nth 0 rows i) _ (tokens 0 (Nat.zero_lt_succ count)) (each 0 (Nat.zero_lt_succ count))]
      refine ih (fun j hj => by rw [shift]; exact tokens (j + 1) (Nat.succ_lt_succ hj))
        (fun j hj => by rw [shift]; exact each (j + 1) (Nat.succ_lt_succ hj)) fun p passing => ?_
      rw [land_bits]
      refine h _ fun j hj => ?_
      cases j with
      | zero => exact ⟨enough, fun y _ hy => Bool.and_left hy⟩
      | succ j =>
        have h := passing j (Nat.lt_of_succ_lt_succ hj)
        rw [shift] at h
        exact ⟨h.left, fun y hv hy => h.right y hv (Bool.and_right hy)⟩

end
end HeadsAnchored
end Transformer
end Compact
