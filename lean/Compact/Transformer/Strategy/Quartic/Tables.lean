prelude
import Compact.Transformer.Classes.Tables
import Compact.Transformer.Strategy.Quartic.Gaps
import Compact.Transformer.Strategy.Quartic.Lanes
/-!
# Quartic: the checker's data

What the records that the checker computes from the tables hold, given that the tables describe the model.
-/
namespace Compact
namespace Quartic

section forcing
variable {α : Type}

theorem Setup.force_eq (s : Setup) (k : Setup → α) : s.force k = k s := by
  unfold Setup.force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

theorem Query.force_eq (Q : Query) (k : Query → α) : Q.force k = k Q := by
  unfold Query.force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Ends.force_eq, Ends.force_eq]

theorem Maximum.force_eq (M : Maximum) (k : Maximum → α) : M.force k = k M := by
  unfold Maximum.force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, forceList_eq, Nat.force_eq]

theorem unpacked_eq (L n N : Nat) (k : List Nat → α) : unpacked (2 ^ L) L n N k = k (unpack L n N) := by
  induction n generalizing N k with
  | zero => rfl
  | succ n ih =>
    show Nat.force (N % 2 ^ L) (fun x => unpacked (2 ^ L) L n (N / 2 ^ L) fun xs => k (x :: xs)) = _
    rw [Nat.force_eq, ih, unpack_succ]

/-- The tables of `count` queries from `q` on. -/
noncomputable def queryList (s : Setup) (t : Tables) (count : Nat) : Nat → List Query :=
  Nat.rec (motive := fun _ => Nat → List Query) (fun _ => []) (fun _ ih q => Query.at s t q :: ih (q + 1)) count

theorem queries_eq (s : Setup) (t : Tables) (count q : Nat) (k : List Query → α) :
    queries s t count q k = k (queryList s t count q) := by
  induction count generalizing q k with
  | zero => rfl
  | succ count ih =>
    show unpacked (2 ^ s.bits) s.bits t.v (nth 0 t.tokenLo q) (fun los =>
      (Query.of s t q los).force fun Q => queries s t count (q + 1) fun Qs => k (Q :: Qs)) = _
    rw [unpacked_eq, Query.force_eq, ih]
    rfl

end forcing

theorem length_queryList (s : Setup) (t : Tables) (count q : Nat) : (queryList s t count q).length = count := by
  induction count generalizing q with
  | zero => rfl
  | succ count ih => exact congrArg Nat.succ (ih (q + 1))

theorem getD_queryList (s : Setup) (t : Tables) {count i : Nat} (q : Nat) (hi : i < count) (d : Query) :
    (queryList s t count q).getD i d = Query.at s t (q + i) := by
  induction count generalizing q i with
  | zero => exact absurd hi (Nat.not_lt_zero i)
  | succ count ih =>
    cases i with
    | zero => rfl
    | succ i => exact (ih (q + 1) (Nat.lt_of_succ_lt_succ hi)).trans (by rw [Nat.add_right_comm]; rfl)

theorem length_tokenGaps (s : Setup) (m base count : Nat) (rows : List Nat) :
    (tokenGaps s m base count rows).length = count := by
  induction count generalizing rows with
  | zero => rfl
  | succ count ih =>
    cases rows with
    | nil => exact congrArg Nat.succ (ih [])
    | cons row rows => exact congrArg Nat.succ (ih rows)

theorem getD_tokenGaps (s : Setup) (m base : Nat) {count k : Nat} (rows : List Nat) (hk : k < count) :
    (tokenGaps s m base count rows).getD k 0 = gaps s m s.unit (rows.getD k 0) + base := by
  induction count generalizing rows k with
  | zero => exact absurd hk (Nat.not_lt_zero k)
  | succ count ih =>
    have hk' := fun k (h : k + 1 < count + 1) => Nat.lt_of_succ_lt_succ h
    cases rows with
    | nil =>
      cases k with
      | zero => rfl
      | succ k => exact ih [] (hk' k hk)
    | cons row rows =>
      cases k with
      | zero => rfl
      | succ k => exact ih rows (hk' k hk)

section
variable {t : Tables} {T : Enclosure} (h : t.Describe T) (hbits : t.width + 2 ≤ t.bits) {q m : Nat} (hq : q < t.v) (hm : m < t.v)
include h

/-- What the factor of a token leaves of the offset is not negative. -/
theorem tokenLo_offset {k : Nat} (hq : q < t.v) (hk : k < t.v) : T.tokenLo q k * (4 * 2 ^ t.width) ≤ (Setup.of t).offset := by
  rw [Nat.mul_comm]
  exact Nat.mul_le_mul_left _ (h.tokenLo_le q k hq hk)

theorem getD_factors {k : Nat} (hq : q < t.v) (hk : k < t.v) : (Query.at (Setup.of t) t q).factors.getD k (0, 0) =
    (T.tokenLo q k, (Setup.of t).offset - T.tokenLo q k * (4 * 2 ^ t.width)) := by
  show (mapFold _ (unpack t.bits t.v (nth 0 t.tokenLo q))).getD k (0, 0) = _
  rw [getD_mapFold _ _ ((length_unpack t.bits t.v _).symm ▸ hk) 0, getD_unpack _ _ hk, nth_eq]
  show (t.entry t.tokenLo q k, Nat.sub _ (Nat.mul (t.entry t.tokenLo q k) _)) = _
  rw [h.tokenLo q k hq hk]
  rfl

theorem query_self (hq : q < t.v) : (Query.at (Setup.of t) t q).self = T.tokenLo q q * T.posLo q t.n := by
  show digit t.bits (nth 0 t.tokenLo q) q * nth 0 t.own q = _
  rw [nth_eq, nth_eq, h.own q hq, ← h.tokenLo q q hq hq]
  rfl

theorem query_mass (hq : q < t.v) : (Query.at (Setup.of t) t q).mass = T.mass q t.n :=
  (nth_eq 0 t.mass q).trans (h.mass q hq)

/-- The rows are below `2^width`. -/
theorem rows {X : Nat → Nat} (hm : m < t.v) (hX : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width) :
    Rows T X t.v t.n q m (2 ^ t.width) :=
  ⟨fun j => Nat.le_of_lt (lt_of_narrowRows (Bool.and_right (Bool.and_right h.narrow)) q j),
    fun k j => Nat.le_of_lt (lt_of_narrowRows (Bool.and_left h.narrow) k j),
    fun j => Nat.le_of_lt (lt_of_narrowRows (Bool.and_left (Bool.and_right h.narrow)) t.n j), hX, hm⟩

omit h in
theorem unit_lt {C : Nat} (hbits : t.width + 2 ≤ t.bits) (hC : C ≤ 2 * 2 ^ t.width) : C < 2 ^ t.bits := by
  refine Nat.lt_of_le_of_lt hC (Nat.lt_of_lt_of_le ?_ (Nat.pow_le_pow_right Nat.two_pos hbits))
  rw [Nat.two_pow_succ, Nat.two_pow_succ, Nat.two_mul]
  have pos := Nat.two_pow_pos t.width
  exact Nat.lt_add_of_pos_right (Nat.add_pos_left pos _)

omit h in
theorem unit_le : 2 ^ t.width ≤ 2 * 2 ^ t.width := Nat.le_mul_of_pos_left _ Nat.two_pos

section gaps
variable {X : Nat → Nat} (hR : Rows T X t.v t.n q m (2 ^ t.width))
include hbits hR

theorem direct_gaps (hq : q < t.v) : gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct =
    pack t.bits t.v fun j => T.direct q m + 2 ^ t.width - T.direct q j := by
  show gaps (Setup.of t) m (2 ^ t.width) (nth 0 t.direct q) = _
  rw [nth_eq, h.direct q hq]
  exact gaps_pack hR.m_lt (fun j _ => hR.direct j) (unit_lt hbits unit_le)

theorem token_gaps {k : Nat} (hk : k < t.v) : gaps (Setup.of t) m (Setup.of t).unit (t.token.getD k 0) =
    pack t.bits t.v fun j => T.token k m + 2 ^ t.width - T.token k j := by
  rw [h.token k hk]
  exact gaps_pack hR.m_lt (fun j _ => hR.token k j) (unit_lt hbits unit_le)

theorem last_gaps : (Maximum.of (Setup.of t) t m).last =
    pack t.bits t.v fun j => T.pos t.n m + 2 ^ t.width - T.pos t.n j := by
  show gaps (Setup.of t) m (2 ^ t.width) t.last = _
  rw [h.last]
  exact gaps_pack hR.m_lt (fun j _ => hR.last j) (unit_lt hbits unit_le)

omit h in
theorem position_gaps (hX : t.position.getD m 0 = pack t.bits t.v X) :
    gaps (Setup.of t) m (2 * 2 ^ t.width) (t.position.getD m 0) =
      pack t.bits t.v fun j => X m + 2 * 2 ^ t.width - X j := by
  rw [hX]
  exact gaps_pack hR.m_lt hR.position (unit_lt hbits (Nat.le_refl _))

/-- The gaps of a token, times its factor. -/
theorem scaled_gaps (hX : t.position.getD m 0 = pack t.bits t.v X) {k : Nat} (hq : q < t.v) (hk : k < t.v) :
    scaled (Setup.of t) (gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct)
      (T.tokenLo q k, (Setup.of t).offset - T.tokenLo q k * (4 * 2 ^ t.width))
      (gaps (Setup.of t) m (Setup.of t).unit (t.token.getD k 0) +
        gaps (Setup.of t) m (2 * 2 ^ t.width) (t.position.getD m 0)) =
      pack t.bits t.v (tokenLane T X q m (2 ^ t.width) (Setup.of t).offset (T.tokenLo q k) k) := by
  rw [direct_gaps h hbits hR hq, token_gaps h hbits hR hk, position_gaps hbits hR hX, pack_add, scaled_pack]
  rfl

/-- The gaps of the query's own position, times its factor. -/
theorem query_gaps (hq : q < t.v) (level : Nat) :
    (Query.at (Setup.of t) t q).self * (gaps (Setup.of t) m (Setup.of t).unit (t.token.getD q 0) +
      gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct + (Maximum.of (Setup.of t) t m).last)
      + ((Setup.of t).top - level) * (Setup.of t).one =
      pack t.bits t.v (queryLane T t.n q m (2 ^ t.width) (T.tokenLo q q * T.posLo q t.n) level (Setup.of t).top) := by
  rw [direct_gaps h hbits hR hq, token_gaps h hbits hR hq, last_gaps h hbits hR, query_self h hq, pack_add, pack_add,
    mul_pack]
  show _ + _ * (pack t.bits t.v fun _ => 1) = _
  rw [← pack_const, pack_add]
  rfl

end gaps

end
end Quartic
end Compact
