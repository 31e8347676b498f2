prelude
import Compact.Classes.Describe
import Compact.Minimum.Margins
import Compact.Minimum.TopTwo
/-!
# Checking margins by the two largest entries of each row

A margin of a sum of rows is at least the sum of the margins of the rows, and the margin of one row needs only its two
largest entries.  So `Margins.checkTopTwo` compares numbers, never rows; it is weaker than `Margins.check`.
-/
namespace Compact

/-- The rows of one token: as a query (direct path), and as a key. -/
structure TopRows where
  direct : TopRow
  token : TopRow

namespace TopRows

/-- The rows of the token `k`. -/
noncomputable def of (t : Tables) (k : Nat) : TopRows :=
  ⟨TopRow.of t.bits t.v (nth 0 t.direct k), TopRow.of t.bits t.v (nth 0 t.token k)⟩

/-- Evaluate the rows of `n` tokens, starting with `k`, then go on with the list. -/
noncomputable def forceFrom {α : Type} (t : Tables) (n : Nat) : Nat → (List TopRows → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List TopRows → α) → α) (fun _ go => go [])
    (fun _ ih k go => Nat.force k fun k => TopRow.make t.bits t.v (nth 0 t.direct k) fun direct =>
      TopRow.make t.bits t.v (nth 0 t.token k) fun token => ih (Nat.succ k) fun rs => go (⟨direct, token⟩ :: rs)) n

theorem forceFrom_eq {α : Type} (t : Tables) (n k : Nat) (go : List TopRows → α) :
    forceFrom t n k go = go (List.tabulateFrom k n (of t)) := by
  induction n generalizing k go with
  | zero => rfl
  | succ n ih =>
    show Nat.force k (fun k => TopRow.make t.bits t.v (nth 0 t.direct k) fun direct =>
      TopRow.make t.bits t.v (nth 0 t.token k) fun token => forceFrom t n (Nat.succ k) fun rs =>
        go (⟨direct, token⟩ :: rs)) = _
    rw [Nat.force_eq, TopRow.make_eq, TopRow.make_eq, ih]
    rfl

end TopRows

namespace Margins

/-- The numbers `k, k + 1, ..., k + n - 1`. -/
noncomputable def indices (n : Nat) : Nat → List Nat :=
  Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => []) (fun _ ih k => Nat.force k fun k => k :: ih (Nat.succ k)) n

theorem indices_eq (n k : Nat) : indices n k = List.tabulateFrom k n fun i => i := by
  induction n generalizing k with
  | zero => rfl
  | succ n ih =>
    refine (Nat.force_eq k fun k => k :: indices n (Nat.succ k)).trans ?_
    rw [ih]
    rfl

/-- Is `d` a margin, if `x` is the entry at the maximum and no other entry is above `y`? -/
noncomputable def within (off d x y : Nat) : Bool := Nat.ble (Nat.add d y) (Nat.add off x)

/-- Are the margins of the token `k` at most those of its rows?  At the maximum the row of positions has the entry
`x`, the row of the query's own position `l`; elsewhere at most `y` and `z`. -/
noncomputable def tokenWithin (M : Margins) (L b off m x y l z k : Nat) (r : TopRows) : Bool :=
  Nat.force (r.direct.get L m) fun f => Nat.force (r.direct.rest L m) fun g =>
  Nat.force (r.token.get L m) fun f' => Nat.force (r.token.rest L m) fun g' =>
  within off (readLane b M.token k) (Nat.add f' x) (Nat.add g' y) &&
  (within off (readLane b M.direct k) f g &&
    within (Nat.add off off) (readLane b M.own k) (Nat.add (Nat.add f f') l) (Nat.add (Nat.add g g') z))

/-- Are the margins of the maximum `m` true?  (`X` is the row that stands for all positions.) -/
noncomputable def checkTopTwo (M : Margins) (L width v m X : Nat) (last : TopRow) (rs : List TopRows) : Bool :=
  TopRow.make L v X fun X => Nat.force (bits width) fun b => Nat.force (offset width) fun off =>
  Nat.force (X.get L m) fun x => Nat.force (X.rest L m) fun y =>
  Nat.force (last.get L m) fun l => Nat.force (last.rest L m) fun z =>
  allZip (tokenWithin M L b off m x y l z) (indices (Nat.succ m) 0) rs

/-! ## What the check shows -/

theorem ahead_of_within {v m off d x y : Nat} {f : Nat → Nat} (h : within off d x y = true) (hx : x = f m)
    (hy : ∀ j, j < v → j ≠ m → f j ≤ y) : Ahead v m off d f := fun j hj hne =>
  Nat.le_trans (Nat.add_le_add_left (hy j hj hne) d) (hx ▸ Nat.le_of_ble_eq_true h)

/-- The margins are true. -/
theorem sound_of_checkTopTwo {t : Tables} {T : Enclosure} (hT : t.Describe T) (hL : t.width + 5 ≤ t.bits) {M : Margins}
    {m : Nat} (hm : m < t.v) {X : Nat → Nat} (hX : t.position.getD m 0 = pack t.bits t.v X)
    (hX' : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width)
    (h : M.checkTopTwo t.bits t.width t.v m (t.position.getD m 0) (TopRow.of t.bits t.v t.last)
      (List.tabulateFrom 0 t.v (TopRows.of t)) = true) :
    M.Sound T X t.width t.v t.n m := by
  unfold checkTopTwo at h
  rw [TopRow.make_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, hX,
    hT.last] at h
  have wide {a : Nat} (ha : a ≤ 2 * 2 ^ t.width) : a < 2 ^ t.bits := by
    have e : 2 * 2 ^ t.width < 2 ^ (t.width + 2) := by
      rw [Nat.mul_comm]
      exact Nat.pow_lt_pow_succ (n := t.width + 1) (Nat.lt_succ_self 1)
    exact Nat.lt_of_le_of_lt ha (Nat.lt_of_lt_of_le e
      (Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.add_le_add_left (by decide +kernel) _) hL)))
  have narrow {a : Nat} (ha : a < 2 ^ t.width) : a < 2 ^ t.bits :=
    wide (Nat.le_trans (Nat.le_of_lt ha) (Nat.le_mul_of_pos_left _ Nat.two_pos))
  have token (k j : Nat) : T.token k j < 2 ^ t.bits := narrow (lt_of_narrowRows (Bool.and_left hT.narrow) k j)
  have pos (p j : Nat) : T.pos p j < 2 ^ t.bits :=
    narrow (lt_of_narrowRows (Bool.and_left (Bool.and_right hT.narrow)) p j)
  have direct (q j : Nat) : T.direct q j < 2 ^ t.bits :=
    narrow (lt_of_narrowRows (Bool.and_right (Bool.and_right hT.narrow)) q j)
  have each (k : Nat) (hk : k ≤ m) : tokenWithin M t.bits (bits t.width) (offset t.width) m (X m)
      ((TopRow.of t.bits t.v (pack t.bits t.v X)).rest t.bits m) (T.pos t.n m)
      ((TopRow.of t.bits t.v (pack t.bits t.v (T.pos t.n))).rest t.bits m) k
      ⟨TopRow.of t.bits t.v (pack t.bits t.v (T.direct k)), TopRow.of t.bits t.v (pack t.bits t.v (T.token k))⟩ =
      true := by
    have hkv := Nat.lt_of_le_of_lt hk hm
    have e := of_allZip h (i := k) (by rw [indices_eq, List.length_tabulateFrom]; exact Nat.lt_succ_of_le hk) 0
      (TopRows.of t 0)
    rw [indices_eq, List.getD_tabulateFrom _ (Nat.lt_succ_of_le hk), List.getD_tabulateFrom _ hkv, Nat.zero_add,
      TopRow.get_of (fun j hj => wide (hX' j hj)) hm, TopRow.get_of (fun j _ => pos t.n j) hm] at e
    unfold TopRows.of at e
    rw [nth_eq, nth_eq, hT.direct k hkv, hT.token k hkv] at e
    exact e
  unfold tokenWithin at each
  refine ⟨fun k hk => ?_, fun k hk => ?_, fun k hk => ?_⟩
  · have e := each k hk
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at e
    refine ahead_of_within (Bool.and_left e) ?_ fun j hj hne => ?_
    · exact congrArg (· + X m) (TopRow.get_of (fun j _ => token k j) hm)
    · exact Nat.add_le_add (TopRow.le_rest (fun j _ => token k j) hm hj hne)
        (TopRow.le_rest (fun j hj => wide (hX' j hj)) hm hj hne)
  · have e := each k hk
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at e
    exact ahead_of_within (Bool.and_left (Bool.and_right e)) (TopRow.get_of (fun j _ => direct k j) hm)
      fun j hj hne => TopRow.le_rest (fun j _ => direct k j) hm hj hne
  · have e := each k hk
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at e
    refine ahead_of_within (Bool.and_right (Bool.and_right e)) ?_ fun j hj hne => ?_
    · show (TopRow.of t.bits t.v (pack t.bits t.v (T.direct k))).get t.bits m +
        (TopRow.of t.bits t.v (pack t.bits t.v (T.token k))).get t.bits m + T.pos t.n m = _
      rw [TopRow.get_of (fun j _ => direct k j) hm, TopRow.get_of (fun j _ => token k j) hm]
      rfl
    · exact Nat.add_le_add (Nat.add_le_add (TopRow.le_rest (fun j _ => direct k j) hm hj hne)
        (TopRow.le_rest (fun j _ => token k j) hm hj hne)) (TopRow.le_rest (fun j _ => pos t.n j) hm hj hne)

end Margins
end Compact
