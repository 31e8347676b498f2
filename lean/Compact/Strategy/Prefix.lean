prelude
import Compact.Strategy.Prefix.Check
import Compact.Strategy.Prefix.CountSound
import Compact.Classes.Check
/-!
# Strategy: prefixes of the tokens are sound

`sound`: if the tables describe the model and `check` evaluates to `true`, the model answers at least `bound` inputs
correctly, for any weights and any certificate.
-/
namespace Compact.Prefix

theorem evalMaximum_eq {α : Type} (t : Tables) (L off one : Nat) (c : Claims) (m : Nat) (k : Maximum → α) :
    evalMaximum t L off one c m k = k (maximumOf t L off one c m) := by
  unfold evalMaximum
  rw [Lane.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
    Nat.force_eq, Nat.force_eq, Nat.force_eq]
  rfl

section
variable {t : Tables} {T : Enclosure}

/-- Entries of rows of tables that describe `T` are below `2^width`. -/
theorem token_lt_width (h : t.Describe T) (k j : Nat) : T.token k j < 2 ^ t.width :=
  lt_of_narrowRows (Bool.and_left h.narrow) k j

theorem direct_lt_width (h : t.Describe T) (q j : Nat) : T.direct q j < 2 ^ t.width :=
  lt_of_narrowRows (Bool.and_right (Bool.and_right h.narrow)) q j

/-- A token's row with the row of a position is within the offset. -/
theorem token_add_le (h : t.Describe T) {X : Nat → Nat} (hX : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width) (k j : Nat)
    (hj : j < t.v) : T.token k j + X j ≤ offset t := by
  refine Nat.le_trans (Nat.add_le_add (Nat.le_of_lt (token_lt_width h k j)) (hX j hj)) ?_
  show 2 ^ t.width + 2 * 2 ^ t.width ≤ 4 * 2 ^ t.width
  exact Nat.le_of_linear (Nat.zero_le (2 ^ t.width)) (by ring [2 ^ t.width])

theorem direct_le (h : t.Describe T) (q j : Nat) : T.direct q j ≤ offset t := by
  refine Nat.le_trans (Nat.le_of_lt (direct_lt_width h q j)) ?_
  show 2 ^ t.width ≤ 4 * 2 ^ t.width
  exact Nat.le_of_linear (Nat.zero_le (3 * 2 ^ t.width)) (by ring [2 ^ t.width])

theorem lane_le (h : t.Describe T) (q k p j : Nat) : T.lane q k p j ≤ offset t + offset t := by
  refine Nat.le_trans (Enclosure.lane_lt h.narrow q k p j) ?_
  show 3 * 2 ^ t.width ≤ 4 * 2 ^ t.width + 4 * 2 ^ t.width
  exact Nat.le_of_linear (Nat.zero_le (5 * 2 ^ t.width)) (by ring [2 ^ t.width])

/-- Lanes are wide enough. -/
theorem offset_lt (hbits : t.width + 6 ≤ t.bits) :
    offset t + offset t + (offset t + offset t) < 2 ^ (t.bits - 1) := by
  have e : offset t + offset t + (offset t + offset t) = 2 ^ (t.width + 4) := by
    rw [Nat.pow_add]
    show 4 * 2 ^ t.width + 4 * 2 ^ t.width + (4 * 2 ^ t.width + 4 * 2 ^ t.width) = 2 ^ t.width * 16
    ring [2 ^ t.width]
  rw [e]
  exact Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.le_sub_of_add_le (b := 1) hbits)

theorem bits_pos (hbits : t.width + 6 ≤ t.bits) : 0 < t.bits :=
  Nat.lt_of_lt_of_le (Nat.zero_lt_succ (t.width + 5)) hbits

theorem offset_lt' (hbits : t.width + 6 ≤ t.bits) : offset t + offset t < 2 ^ (t.bits - 1) :=
  Nat.lt_of_le_of_lt (Nat.le_add_right _ _) (offset_lt hbits)

theorem length_tokenMargins (l : Lane) (off X : Nat) {claims rows : List Nat} (h : claims.length ≤ rows.length) :
    (tokenMargins l off X claims rows).length = claims.length := by
  induction claims generalizing rows with
  | nil => rfl
  | cons d claims ih =>
    match rows, h with
    | [], h => exact absurd h (Nat.not_succ_le_zero _)
    | row :: rows, h => exact congrArg Nat.succ (ih (Nat.le_of_succ_le_succ h))

/-- The margins of the rows of tokens are right. -/
theorem ahead_tokenMargins (h : t.Describe T) (hbits : t.width + 6 ≤ t.bits) {X : Nat → Nat}
    (hX : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width) {m k : Nat} (hm : m < t.v) (hk : k ≤ m) {claims : List Nat}
    (hlen : claims.length = m + 1) (hrows : t.v ≤ t.token.length) :
    Ahead t.v m (offset t) ((tokenMargins (Lane.of t.bits (ones t.bits t.v) m) (offset t) (pack t.bits t.v X) claims
      t.token).getD k 0) fun j => T.token k j + X j := by
  have hkv := Nat.lt_of_le_of_lt hk hm
  unfold tokenMargins
  rw [getD_foldZip _ (hlen.symm ▸ Nat.lt_succ_of_le hk) (Nat.lt_of_lt_of_le hkv hrows) 0 0, h.token k hkv]
  show Ahead t.v m (offset t) (margin _ _ _ (pack t.bits t.v (T.token k) + pack t.bits t.v X)) _
  rw [pack_add]
  exact ahead_margin (bits_pos hbits) hm (token_add_le h hX k) (offset_lt' hbits)

variable {m : Nat} {query : Nat → Query} {c : Claims}

/-- The numbers of a maximum are right. -/
theorem maximumOf_for (h : t.Describe T) (hbits : t.width + 6 ≤ t.bits) (hrows : t.v ≤ t.token.length) (hm : m < t.v)
    (hquery : ∀ q, q ≤ m → (query q).rows = queryRows t q) :
    ∃ X, (maximumOf t t.bits (offset t) (ones t.bits t.v) c m).For T X query t.v t.n m (offset t) := by
  match h.position m hm with
  | ⟨X, hpack, hbetter, hX⟩ =>
    have len : (unpack c.marginBits (m + 1) (nth 0 c.tokens m)).length = m + 1 := length_unpack _ _ _
    have eX : nth 0 t.position m = pack t.bits t.v X := (nth_eq _ _ _).trans hpack
    have ahead (k : Nat) (hk : k ≤ m) := ahead_tokenMargins h hbits hX hm hk len hrows
    have lenM := (length_tokenMargins (Lane.of t.bits (ones t.bits t.v) m) (offset t) (pack t.bits t.v X)
      (Nat.le_trans (Nat.le_of_eq len) (Nat.le_trans hm hrows))).trans len
    rw [← eX] at ahead lenM
    refine ⟨X, rfl, hbetter, ?_, fun k i hk hi => ?_, fun q hq => ?_, fun q hq => ?_⟩
    · show Ahead t.v m (offset t) (nth 0 _ m) _
      rw [nth_eq]
      exact ahead m (Nat.le_refl m)
    · exact (ahead k (Nat.le_trans hk hi)).mono (Row.get_least (lenM.symm ▸ Nat.lt_succ_of_le hi) hk)
    · show Ahead t.v m (offset t) (margin _ _ _ (nth 0 (query q).rows 0)) _
      rw [hquery q hq]
      show Ahead t.v m (offset t) (margin _ _ _ (nth 0 t.direct q)) _
      rw [nth_eq 0 t.direct, h.direct q (Nat.lt_of_le_of_lt hq hm)]
      exact ahead_margin (bits_pos hbits) hm (fun j _ => direct_le h q j) (offset_lt' hbits)
    · show Ahead t.v m (offset t + offset t) (margin _ _ _ (nth 0 (query q).rows 1)) _
      rw [hquery q hq]
      show Ahead t.v m (offset t + offset t) (margin _ _ _ (nth 0 t.direct q + nth 0 t.token q + t.last)) _
      have hq := Nat.lt_of_le_of_lt hq hm
      rw [nth_eq 0 t.direct, nth_eq 0 t.token, h.direct q hq, h.token q hq, h.last, pack_add, pack_add]
      exact ahead_margin (bits_pos hbits) hm (fun j _ => lane_le h q q t.n j) (offset_lt hbits)

end

variable {t : Tables} {w : Weights} {params : Params}

/-- The inputs counted for some maxima are answered correctly. -/
theorem count_sound (R : Type) [ExpField R] (h : t.check w params = true) (hbits : t.width + 6 ≤ t.bits)
    (hrows : t.v ≤ t.token.length) (c : Claims) {lo len : Nat} (hlen : lo + len ≤ t.v) :
    AtLeast (count t c lo len) fun x => Correct R w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  match Tables.describe R h with
  | ⟨hw, ⟨hv, hn⟩, hwidth, hdesc⟩ =>
    unfold count
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Query.evalAll_eq]
    have hall := Query.getD_all t t.bits t.v (queryRows t) (lo + len) [] none
    refine AtLeast.totalFrom maximum fun i hi => ?_
    have hm : lo + i < t.v := Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hlen
    rw [Nat.force_eq, evalMaximum_eq]
    have query (q : Nat) (hq : q ≤ lo + i) := hall.left q (Nat.lt_of_le_of_lt hq (Nat.add_lt_add_left hi lo))
    match maximumOf_for (c := c) (query := fun q => (Query.all t t.bits t.v (queryRows t) (lo + len) []).getD q none) hdesc hbits hrows
      hm fun q hq => congrArg Query.rows (query q hq) with
    | ⟨X, hM⟩ =>
      refine countMaximum_sound hw rfl (hwidth ▸ hdesc.narrow) hn (hv.symm ▸ hm) (d := none) (X := X) ?_ (fun q hq => ?_) ?_
      · rw [Query.length_all]
        exact Nat.add_lt_add_left hi lo
      · show ((Query.all t t.bits t.v (queryRows t) (lo + len) []).getD q none).For _ _ _ _ q
        rw [query q hq, hv, hwidth]
        exact Query.of_for hdesc (Nat.lt_of_le_of_lt hq hm) _
      · rw [hv]
        exact hM
where
  none : Query := ⟨0, ⟨0, 0⟩, ⟨0, 0⟩, ⟨0, 0⟩, 0, ⟨0, 0⟩, 0, ⟨0, 0⟩, ⟨0, 0⟩, []⟩

/-- **Prefixes are sound**: for any weights and any certificate, if the check evaluates to `true`, the model answers at
least `c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R w) := by
  have hc := Bool.and_right h
  have hrows := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left hc))
  rw [sumBy_eq, total_const, Nat.mul_one] at hrows
  refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right hc)) ?_
  exact AtLeast.mono_pred (fun _ h => h.left)
    (count_sound R (Bool.and_left h) (Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left hc))) hrows c.toClaims
      (Nat.le_of_eq (Nat.zero_add _)))

end Compact.Prefix
