prelude
import Compact.Transformer.Classes.Describe
import Compact.Transformer.Minimum.Lanes
import Compact.Transformer.Minimum.Margins
/-!
# Checking margins against rows, one lane test each

`Margins.check` compares the margins of one maximum with the packed rows of the tables; `Margins.sound_of_check` says
that they are true if it succeeds.
-/
namespace Compact

/-- `[f k, f (k + 1), ..., f (k + n - 1)]` -/
noncomputable def tabulateFold {α : Type} (f : Nat → α) (n : Nat) : Nat → List α :=
  Nat.rec (motive := fun _ => Nat → List α) (fun _ => []) (fun _ ih k => Nat.force k fun k => f k :: ih (Nat.succ k)) n

theorem tabulateFold_eq {α : Type} (f : Nat → α) (n k : Nat) : tabulateFold f n k = List.tabulateFrom k n f := by
  induction n generalizing k with
  | zero => rfl
  | succ n ih =>
    refine (Nat.force_eq k fun k => f k :: tabulateFold f n (Nat.succ k)).trans ?_
    rw [ih]
    rfl

namespace Margins


/-- The rows that margins are compared with: for each token, for each query's direct path, for each query's own
position. -/
structure Rows where
  token : List Nat
  direct : List Nat
  own : List Nat

/-- The packed rows of the paths through each query's own position. -/
noncomputable def ownRow (t : Tables) (q : Nat) : Nat := Nat.add (Nat.add (nth 0 t.direct q) (nth 0 t.token q)) t.last

/-- Packed rows of the tables. -/
noncomputable def rows (t : Tables) : Rows where
  token := t.token
  direct := t.direct
  own := tabulateFold (ownRow t) t.v 0

/-- Evaluate the rows, then go on with them. -/
noncomputable def Rows.force {α : Type} (R : Rows) (k : Rows → α) : α :=
  forceList R.token fun token => forceList R.direct fun direct => forceList R.own fun own => k ⟨token, direct, own⟩

theorem Rows.force_eq {α : Type} (R : Rows) (k : Rows → α) : R.force k = k R := by
  unfold force
  rw [forceList_eq, forceList_eq, forceList_eq]

/-- Are the margins at most those of the rows, each with `extra` added?  (`extra` has one added to what stands
for the margin 0 in the lane of the maximum.) -/
noncomputable def against (lane : Lane) (extra : Nat) (ds rows : List Nat) : Bool :=
  Nat.force extra fun extra => allZip (fun d row => Nat.force d fun d => lane.test d (Nat.add row extra)) ds rows

/-- Are the margins of the maximum `m` true?  (`X` is the row that stands for all positions.) -/
noncomputable def check (M : Margins) (L width m one X : Nat) (R : Rows) : Bool :=
  (Lane.of L one m).force fun lane =>
  Nat.force (bits width) fun b => Nat.force (offset width) fun off =>
  against lane (Nat.add X (bump L off m)) (unpack b (Nat.succ m) M.token) R.token &&
  (against lane (bump L off m) (unpack b (Nat.succ m) M.direct) R.direct &&
   against lane (bump L (Nat.add off off) m) (unpack b (Nat.succ m) M.own) R.own)

/-! ## What the check shows -/

/-- One family of margins. -/
theorem ahead_of_against {L b v m off N : Nat} {rows : List Nat} {X : Nat} {g : Nat → Nat} {f : Nat → Nat → Nat}
    (hL : 0 < L) (hm : m < v) (hX : X = pack L v g + bump L off m)
    (hr : ∀ k, k ≤ m → rows.getD k 0 = pack L v (f k))
    (hf : ∀ k t, t < v → f k t + g t + (off + 1) < 2 ^ (L - 1))
    (h : against (Lane.of L (ones L v) m) X (unpack b (Nat.succ m) N) rows = true) (k : Nat) (hk : k ≤ m) :
    Ahead v m off (readLane b N k) fun t => f k t + g t := by
  unfold against at h
  rw [Nat.force_eq] at h
  have hk' : k < Nat.succ m := Nat.lt_succ_of_le hk
  have h := of_allZip h (i := k) (by rw [length_unpack]; exact hk') 0 0
  rw [Nat.force_eq, getD_unpack _ _ hk', hr k hk] at h
  refine ahead_of_test hL (hf k) hm ?_
  have h : (Lane.of L (ones L v) m).test (digit b N k) (pack L v (f k) + X) = true := h
  rw [hX, ← Nat.add_assoc, pack_add] at h
  exact h

theorem offset_eq (width : Nat) : offset width = 2 * 2 ^ width := by
  show 2 ^ width * 2 = _
  exact Nat.mul_comm _ _

/-- Lanes are wide enough for the rows and what is added to them. -/
theorem room {width L a b c x : Nat} (hL : width + 5 ≤ L) (ha : a < 2 ^ width) (hb : b < 2 ^ width) (hc : c < 2 ^ width)
    (hx : x ≤ 2 * 2 ^ width) : 0 < L ∧ (a + x + (offset width + 1) < 2 ^ (L - 1) ∧
      a + b + c + (offset width + offset width + 1) < 2 ^ (L - 1)) := by
  have big : 16 * 2 ^ width ≤ 2 ^ (L - 1) := by
    refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le hL))
    rw [Nat.mul_comm]
    exact (Nat.pow_add 2 width 4).symm
  have one : 1 ≤ 2 ^ width := Nat.two_pow_pos width
  refine ⟨Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) hL, ?_, ?_⟩
  · refine Nat.lt_of_lt_of_le ?_ big
    rw [offset_eq]
    refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le
      (Nat.add_lt_add_of_lt_of_le ha hx) (Nat.add_le_add_left one (2 * 2 ^ width))) ?_
    exact Nat.le_of_linear (Nat.zero_le (10 * 2 ^ width)) (by ring [2 ^ width])
  · refine Nat.lt_of_lt_of_le ?_ big
    rw [offset_eq]
    refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le
      (Nat.add_lt_add (Nat.add_lt_add ha hb) hc) (Nat.add_le_add_left one (2 * 2 ^ width + 2 * 2 ^ width))) ?_
    exact Nat.le_of_linear (Nat.zero_le (8 * 2 ^ width)) (by ring [2 ^ width])

/-- The margins are true. -/
theorem sound_of_check {t : Tables} {T : Enclosure} (hT : t.Describe T) (hL : t.width + 5 ≤ t.bits) {M : Margins}
    {m : Nat} (hm : m < t.v) {X : Nat → Nat} (hX : t.position.getD m 0 = pack t.bits t.v X)
    (hX' : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width)
    (h : M.check t.bits t.width m (ones t.bits t.v) (t.position.getD m 0) (rows t) = true) :
    M.Sound T X t.width t.v t.n m := by
  unfold check at h
  rw [Lane.force_eq, Nat.force_eq, Nat.force_eq] at h
  have token := fun k => lt_of_narrowRows (Bool.and_left hT.narrow) k
  have pos := fun k => lt_of_narrowRows (Bool.and_left (Bool.and_right hT.narrow)) k
  have direct := fun k => lt_of_narrowRows (Bool.and_right (Bool.and_right hT.narrow)) k
  have none (L v : Nat) : pack L v (fun _ => 0) = 0 := (pack_const L v 0).trans (Nat.zero_mul _)
  have zero {off : Nat} : bump t.bits off m = pack t.bits t.v (fun _ => 0) + bump t.bits off m := by
    rw [none, Nat.zero_add]
  have hv (k : Nat) (hk : k ≤ m) : k < t.v := Nat.lt_of_le_of_lt hk hm
  have hL0 : 0 < t.bits := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) hL
  refine ⟨?_, fun q hq => ?_, fun q hq => ?_⟩
  · refine ahead_of_against (f := T.token) hL0 hm (hX ▸ rfl) (fun k hk => hT.token k (hv k hk)) (fun k j hj => ?_)
      (Bool.and_left h)
    exact (room hL (token k j) (token k j) (token k j) (hX' j hj)).right.left
  · refine ahead_of_against (f := T.direct) hL0 hm zero (fun k hk => hT.direct k (hv k hk)) (fun k j hj => ?_)
      (Bool.and_left (Bool.and_right h)) q hq
    exact (room hL (direct k j) (token k j) (token k j) (Nat.zero_le _)).right.left
  · refine ahead_of_against (f := fun q => T.lane q q t.n) hL0 hm zero (fun k hk => ?_) (fun k j hj => ?_)
      (Bool.and_right (Bool.and_right h)) q hq
    · show (tabulateFold (ownRow t) t.v 0).getD k 0 = _
      rw [tabulateFold_eq, List.getD_tabulateFrom 0 (hv k hk), Nat.zero_add]
      show nth 0 t.direct k + nth 0 t.token k + t.last = _
      rw [nth_eq, nth_eq, hT.direct k (hv k hk), hT.token k (hv k hk), hT.last, pack_add, pack_add]
      rfl
    · exact (room hL (direct k j) (token k j) (pos t.n j) (Nat.zero_le _)).right.right

end Margins
end Compact
