prelude
import Compact.Transformer.Mixture.Leads
/-!
# Leads over outputs that are not a token's own

A token that is not the maximum raises its own output more than any other, as a rule.  Here its lead (`Leads.token`) is over all other
outputs but this one, which is looked at by itself (`Apart/Pair.lean`): rows of tokens are compared with a zero in the
lane of the token.  The other leads are those of `Mixture/Leads.lean`.
-/
namespace Compact
namespace Apart
noncomputable section

/-- A row without one lane. -/
def without (L s row : Nat) : Nat := Nat.sub row (Nat.shiftLeft (readLane L row s) (Nat.mul L s))

/-- Rows of tokens, also without the lanes of the tokens themselves; those of the paths through queries' own positions; and what is
added to rows of tokens and of direct paths. -/
structure Rows where
  token : List Nat
  others : List Nat
  own : List Nat
  toToken : Nat
  toDirect : Nat

/-- Packed rows of the tables. -/
def rows (t : Tables) (one base : Nat) : Rows where
  token := tabulateFold (fun s => nth 0 t.token s) t.v 0
  others := tabulateFold (fun s => without t.bits s (nth 0 t.token s)) t.v 0
  own := tabulateFold (Margins.ownRow t) t.v 0
  toToken := base
  toDirect := Nat.sub (Nat.mul (Nat.pow 2 t.width) one) base

/-- Evaluate the rows, then go on with them. -/
def Rows.force {α : Type} (R : Rows) (k : Rows → α) : α :=
  forceList R.token fun token => forceList R.others fun others => forceList R.own fun own => Nat.force R.toToken fun toToken =>
  Nat.force R.toDirect fun toDirect => k ⟨token, others, own, toToken, toDirect⟩

theorem Rows.force_eq {α : Type} (R : Rows) (k : Rows → α) : R.force k = k R := by
  unfold force
  rw [forceList_eq, forceList_eq, forceList_eq, Nat.force_eq, Nat.force_eq]

/-- Are the leads of the maximum `m` true?  (`X` is the row that stands for all positions, `through` the row of the maximum with it.) -/
def check (M : Leads) (L width m one X through : Nat) (direct : List Nat) (R : Rows) : Bool :=
  (Lane.of L one m).force fun lane => Nat.force (Leads.bits width) fun b => Nat.force (bump L (Leads.zero width) m) fun lift =>
  (Leads.ahead lane b m (Nat.add (Nat.add X R.toToken) lift) M.token R.others &&
    Leads.ahead lane b m (Nat.add R.toDirect lift) M.direct direct) &&
  (Leads.ahead lane b m lift M.own R.own && Leads.ahead lane b m (Nat.add through lift) M.self direct)

end

/-- The leads are true. -/
structure Sound (M : Leads) (T : Enclosure) (X : Nat → Nat) (width v n m : Nat) : Prop where
  /-- Of a token below the maximum and a direct path together, over outputs that are not the token's own. -/
  path (q k : Nat) : q ≤ m → k < m → ∀ t, t < v → t ≠ m → t ≠ k →
    readLane (Leads.bits width) M.direct q + readLane (Leads.bits width) M.token k + T.path X q k t ≤
      Leads.zero width + Leads.zero width + T.path X q k m
  own (q : Nat) : q ≤ m → Ahead v m (Leads.zero width) (readLane (Leads.bits width) M.own q) (T.lane q q n)
  self (q : Nat) : q ≤ m → Ahead v m (Leads.zero width) (readLane (Leads.bits width) M.self q) (T.path X q m)

/-- A row without one lane, lane by lane. -/
theorem without_pack {L v s : Nat} {f : Nat → Nat} (hs : s < v) (hf : ∀ j, j < v → f j < 2 ^ L) :
    without L s (pack L v f) = pack L v fun j => if j = s then 0 else f j := by
  have single : Nat.shiftLeft (readLane L (pack L v f) s) (Nat.mul L s) = pack L v fun j => if j = s then f s else 0 := by
    rw [pack_single L (f s) hs]
    exact congrArg (· * 2 ^ (L * s)) (digit_pack L hf hs)
  unfold without
  rw [single]
  refine (pack_sub L fun j _ => ?_).trans (pack_congr L fun j _ => ?_)
  · by_cases e : j = s
    case pos => rw [ite_eq_left e, e]; exact Nat.le_refl _
    case neg => rw [ite_eq_right e]; exact Nat.zero_le _
  · by_cases e : j = s
    case pos => rw [ite_eq_left e, ite_eq_left e, e, Nat.sub_self]
    case neg => rw [ite_eq_right e, ite_eq_right e, Nat.sub_zero]

section
variable {t : Tables} {T : Enclosure} {m base : Nat} {X : Nat → Nat} {M : Leads}

theorem lane_lt {width L x : Nat} (hL : width + 5 ≤ L) (hx : x < 2 ^ width) : x < 2 ^ L :=
  Nat.lt_of_lt_of_le hx (Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.le_add_right _ 5) hL))

theorem getD_token (hT : t.Describe T) (one : Nat) {s : Nat} (hs : s < t.v) : (rows t one base).token.getD s 0 = pack t.bits t.v (T.token s) := by
  show (tabulateFold (fun s => nth 0 t.token s) t.v 0).getD s 0 = _
  rw [tabulateFold_eq, List.getD_tabulateFrom 0 hs, Nat.zero_add, nth_eq, hT.token s hs]

theorem getD_own (hT : t.Describe T) (one : Nat) {q : Nat} (hq : q < t.v) : (rows t one base).own.getD q 0 = pack t.bits t.v (T.lane q q t.n) := by
  show (tabulateFold (Margins.ownRow t) t.v 0).getD q 0 = _
  rw [tabulateFold_eq, List.getD_tabulateFrom 0 hq, Nat.zero_add]
  show nth 0 t.direct q + nth 0 t.token q + t.last = _
  rw [nth_eq, nth_eq, hT.direct q hq, hT.token q hq, hT.last, pack_add, pack_add]
  rfl

theorem getD_others (hT : t.Describe T) (hL : t.width + 5 ≤ t.bits) (one : Nat) {s : Nat} (hs : s < t.v) :
    (rows t one base).others.getD s 0 = pack t.bits t.v fun j => if j = s then 0 else T.token s j := by
  show (tabulateFold (fun s => without t.bits s (nth 0 t.token s)) t.v 0).getD s 0 = _
  rw [tabulateFold_eq, List.getD_tabulateFrom 0 hs, Nat.zero_add, nth_eq, hT.token s hs]
  exact without_pack hs fun j _ => lane_lt hL (lt_of_narrowRows (Bool.and_left hT.narrow) s j)

/-- The leads are true. -/
theorem sound_of_check (hT : t.Describe T) (hL : t.width + 5 ≤ t.bits) (hm : m < t.v)
    (hbase : Leads.baseFits t.width (ones t.bits t.v) base = true)
    (hX : t.position.getD m 0 = pack t.bits t.v X) (hX' : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width)
    (h : check M t.bits t.width m (ones t.bits t.v) (t.position.getD m 0) (Nat.add (t.token.getD m 0) (t.position.getD m 0)) t.direct
      (rows t (ones t.bits t.v) base) = true) :
    Sound M T X t.width t.v t.n m := by
  unfold check at h
  rw [Lane.force_eq, Nat.force_eq, Nat.force_eq] at h
  have token := fun k => lt_of_narrowRows (Bool.and_left hT.narrow) k
  have pos := fun k => lt_of_narrowRows (Bool.and_left (Bool.and_right hT.narrow)) k
  have direct := fun k => lt_of_narrowRows (Bool.and_right (Bool.and_right hT.narrow)) k
  have hv (k : Nat) (hk : k ≤ m) : k < t.v := Nat.lt_of_le_of_lt hk hm
  have hL0 : 0 < t.bits := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) hL
  have small (a b : Nat) : a < b → a ≤ 2 * b := fun h =>
    Nat.le_trans (Nat.le_of_lt h) (Nat.le_mul_of_pos_left b Nat.two_pos)
  have rest (k j : Nat) : (if j = k then 0 else T.token k j) < 2 ^ t.width := by
    by_cases e : j = k
    case pos => rw [ite_eq_left e]; exact Nat.two_pow_pos _
    case neg => rw [ite_eq_right e]; exact token k j
  match of_lanesWithin (Nat.le_trans (Nat.le_add_right _ 5) hL) hbase with
  | ⟨base_eq, base_lt⟩ =>
    have base_le (j : Nat) (hj : j < t.v) : digit t.bits base j ≤ 2 ^ t.width := Nat.le_of_lt (base_lt j hj)
    have rest_eq : 2 ^ t.width * ones t.bits t.v - base = pack t.bits t.v fun j => 2 ^ t.width - digit t.bits base j := by
      refine (congrArg (2 ^ t.width * ones t.bits t.v - ·) base_eq).trans ?_
      rw [show 2 ^ t.width * ones t.bits t.v = pack t.bits t.v fun _ => 2 ^ t.width from (pack_const _ _ _).symm]
      exact pack_sub _ base_le
    have tokens := Margins.ahead_of_against (X := t.position.getD m 0 + base + bump t.bits (Leads.zero t.width) m)
      (f := fun k j => if j = k then 0 else T.token k j) (g := fun j => X j + digit t.bits base j) hL0 hm
      (congrArg (· + bump t.bits (Leads.zero t.width) m) (((congr (congrArg _ hX) base_eq)).trans (pack_add _ _ _ _)))
      (fun k hk => getD_others hT hL _ (hv k hk)) (fun k j hj => Leads.room hL ?_) (Leads.against_of_ahead (Bool.and_left (Bool.and_left h)))
    · have e := Leads.lt_sixteen (rest k j) (Nat.two_pow_pos t.width) (hX' j hj) (small _ _ (base_lt j hj))
      rw [Nat.zero_add] at e
      exact e
    · have directs := Margins.ahead_of_against (X := 2 ^ t.width * ones t.bits t.v - base + bump t.bits (Leads.zero t.width) m)
        (f := T.direct) (g := fun j => 2 ^ t.width - digit t.bits base j) hL0 hm
        (congrArg (· + bump t.bits (Leads.zero t.width) m) rest_eq) (fun k hk => hT.direct k (hv k hk)) (fun k j hj => Leads.room hL ?_)
        (Leads.against_of_ahead (Bool.and_right (Bool.and_left h)))
      · have one : 2 ^ t.width - digit t.bits base j ≤ 2 * 2 ^ t.width :=
          Nat.le_trans (Nat.sub_le _ _) (Nat.le_mul_of_pos_left _ Nat.two_pos)
        have e := Leads.lt_sixteen (direct k j) (Nat.two_pow_pos t.width) one (Nat.zero_le (2 * 2 ^ t.width))
        rw [Nat.zero_add] at e
        exact e
      · refine ⟨fun q k hq hk u hu hne apart => ?_, fun q hq => ?_, fun q hq => ?_⟩
        · have a := directs q hq u hu hne
          have b : _ + ((if u = k then 0 else T.token k u) + (X u + digit t.bits base u)) ≤
            Leads.zero t.width + ((if m = k then 0 else T.token k m) + (X m + digit t.bits base m)) := tokens k (Nat.le_of_lt hk) u hu hne
          rw [ite_eq_right apart, ite_eq_right fun e => Nat.lt_irrefl m (Nat.lt_of_le_of_lt (Nat.le_of_eq e) hk)] at b
          have bu : 2 ^ t.width - digit t.bits base u + digit t.bits base u = 2 ^ t.width := Nat.sub_add_cancel (base_le u hu)
          have bm : 2 ^ t.width - digit t.bits base m + digit t.bits base m = 2 ^ t.width := Nat.sub_add_cancel (base_le m hm)
          exact Leads.joined (Nat.add_le_add a b) (bm.trans bu.symm)
        · refine Margins.ahead_of_against (X := bump t.bits (Leads.zero t.width) m) (f := fun q => T.lane q q t.n) (g := fun _ => 0)
            hL0 hm ?_ (fun k hk => getD_own hT _ (hv k hk)) (fun k j hj => Leads.room hL ?_)
            (Leads.against_of_ahead (Bool.and_left (Bool.and_right h))) q hq
          · rw [show pack t.bits t.v (fun _ => 0) = 0 from (pack_const _ _ 0).trans (Nat.zero_mul _), Nat.zero_add]
          · have e := Leads.lt_sixteen (direct k j) (token k j) (small _ _ (pos t.n j)) (Nat.zero_le (2 * 2 ^ t.width))
            exact Nat.lt_of_le_of_lt (Nat.le_of_eq (Leads.reorder _ _ _ _)) e
        · refine (Margins.ahead_of_against (X := t.token.getD m 0 + t.position.getD m 0 + bump t.bits (Leads.zero t.width) m)
            (f := T.direct) (g := fun j => T.token m j + X j) hL0 hm ?_ (fun k hk => hT.direct k (hv k hk))
            (fun k j hj => Leads.room hL ?_) (Leads.against_of_ahead (Bool.and_right (Bool.and_right h))) q hq).congr (fun j _ => (Nat.add_assoc _ _ _).symm) hm
          · rw [hX, hT.token m hm, pack_add]
          · exact Leads.lt_sixteen (d := 0) (direct k j) (token m j) (hX' j hj) (Nat.zero_le _)

end
end Apart
end Compact
