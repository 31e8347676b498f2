prelude
import Compact.Transformer.Minimum.Check
/-!
# The leads of one maximum

For one maximum `m` a certificate gives, as packed literals, by how much `m` leads all other outputs in four families of
rows: on the path through each token (`token`, with the row that stands for all positions), on each query's direct path
(`direct`), on the whole path through each query's own position (`own`), and on the whole path from each query through `m`
(`self`).  Each is checked by one lane test.

A row `base` that is the same for all is moved from direct paths to tokens: leads of parts add up to less than the
lead of the whole, and the less so, the more alike the direct paths are that are left.
-/
namespace Compact

/-- Packed leads for one maximum. -/
structure Leads where
  token : Nat
  direct : Nat
  own : Nat
  self : Nat

/-- The leads of all maxima, as a certificate gives them: one packed literal for each maximum; and the row that is moved. -/
structure LeadTable where
  base : Nat
  tokenLead : List Nat
  directLead : List Nat
  ownLead : List Nat
  selfLead : List Nat

namespace Leads

/-- Bits of a lead of rows below `2^width`. -/
noncomputable def bits (width : Nat) : Nat := Nat.add width 4

/-- What stands for the lead 0. -/
noncomputable def zero (width : Nat) : Nat := Nat.mul 4 (Nat.pow 2 width)

/-- The leads are true. -/
structure Sound (M : Leads) (T : Enclosure) (X : Nat → Nat) (width v n m : Nat) : Prop where
  /-- Of a token and a direct path together. -/
  path (q k : Nat) : q ≤ m → k ≤ m → Ahead v m (zero width + zero width)
    (readLane (bits width) M.direct q + readLane (bits width) M.token k) (T.path X q k)
  own (q : Nat) : q ≤ m → Ahead v m (zero width) (readLane (bits width) M.own q) (T.lane q q n)
  self (q : Nat) : q ≤ m → Ahead v m (zero width) (readLane (bits width) M.self q) (T.path X q m)

/-- Rows that leads are compared with, and what is added to them: for tokens, for direct paths. -/
structure Rows where
  token : List Nat
  direct : List Nat
  own : List Nat
  toToken : Nat
  toDirect : Nat

/-- Packed rows of the tables. -/
noncomputable def rows (t : Tables) (one base : Nat) : Rows where
  token := t.token
  direct := t.direct
  own := tabulateFold (Margins.ownRow t) t.v 0
  toToken := base
  toDirect := Nat.sub (Nat.mul (Nat.pow 2 t.width) one) base

/-- Evaluate the rows, then go on with them. -/
noncomputable def Rows.force {α : Type} (R : Rows) (k : Rows → α) : α :=
  forceList R.own fun own => Nat.force R.toToken fun toToken => Nat.force R.toDirect fun toDirect =>
  k ⟨R.token, R.direct, own, toToken, toDirect⟩

theorem Rows.force_eq {α : Type} (R : Rows) (k : Rows → α) : R.force k = k R := by
  unfold force
  rw [forceList_eq, Nat.force_eq, Nat.force_eq]

/-- Has the base small entries only? -/
noncomputable def baseFits (width one base : Nat) : Bool := lanesWithin (Nat.mul (Nat.pred (Nat.pow 2 width)) one) base

/-- Zero if the test of one lane succeeds on `row + extra` (`Lane.test`); written with numbers only, for the kernel. -/
noncomputable def failure (shift base top one mask extra row d : Nat) : Nat :=
  (fun Y => (fun y => Nat.add (Nat.sub (Nat.succ d) y)
    (Nat.sub mask (Nat.land (Nat.sub (Nat.mul (Nat.add top (Nat.sub y (Nat.succ d))) one) Y) mask)))
    (Nat.mod (Nat.shiftRight Y shift) base)) (Nat.add row extra)

/-- Zero if the tests succeed for the first `k` rows, the leads being the lanes of `N`; `low` is `2^b`. -/
noncomputable def failures (shift base top one mask extra b low : Nat) (rows : List Nat) : Nat → Nat → Nat :=
  List.rec (motive := fun _ => Nat → Nat → Nat) (fun k _ => k)
    (fun row _ ih k N => Nat.rec (motive := fun _ => Nat) 0
      (fun k _ => Nat.add (failure shift base top one mask extra row (Nat.mod N low)) (ih k (Nat.shiftRight N b))) k) rows

/-- Are the leads `N` of the maximum `m` true for the rows, with `extra` added to each? -/
noncomputable def ahead (lane : Lane) (b m extra N : Nat) (rows : List Nat) : Bool :=
  Nat.force extra fun extra => Nat.force lane.shift fun shift => Nat.force lane.base fun base => Nat.force lane.top fun top =>
  Nat.force lane.one fun one => Nat.force lane.mask fun mask => Nat.force (Nat.pow 2 b) fun low =>
  Nat.beq (failures shift base top one mask extra b low rows (Nat.succ m) N) 0

/-- Are the leads of the maximum `m` true?  (`X` is the row that stands for all positions.) -/
noncomputable def check (M : Leads) (L width m one X : Nat) (R : Rows) : Bool :=
  (Lane.of L one m).force fun lane => Nat.force (bits width) fun b => Nat.force (bump L (zero width) m) fun lift =>
  (ahead lane b m (Nat.add (Nat.add X R.toToken) lift) M.token R.token &&
    ahead lane b m (Nat.add R.toDirect lift) M.direct R.direct) &&
  (ahead lane b m lift M.own R.own &&
    ahead lane b m (Nat.add (Nat.add (nth 0 R.token m) X) lift) M.self R.direct)

/-- A test that does not fail succeeds. -/
theorem test_of_failure {l : Lane} {extra row d : Nat} (h : failure l.shift l.base l.top l.one l.mask extra row d = 0) :
    l.test d (row + extra) = true := by
  have parts : (d + 1 - l.read (row + extra)) + (l.mask - Nat.land (l.drop d (l.read (row + extra)) (row + extra)) l.mask) = 0 := h
  have le : Nat.ble (Nat.succ d) (l.read (row + extra)) = true :=
    Nat.ble_eq_true_of_le (Nat.le_of_sub_eq_zero (Nat.eq_zero_of_add_eq_zero_right parts))
  have mask := Nat.le_antisymm (Nat.land_le_right _ _) (Nat.le_of_sub_eq_zero (Nat.eq_zero_of_add_eq_zero_left parts))
  unfold Lane.test
  rw [Nat.force_eq, Nat.force_eq, le]
  show Nat.beq (Nat.land (l.drop d (l.read (row + extra)) (row + extra)) l.mask) l.mask = true
  rw [mask]
  exact Nat.beq_self _

theorem against_of_failures {l : Lane} {extra b k N : Nat} {rows : List Nat}
    (h : failures l.shift l.base l.top l.one l.mask extra b (2 ^ b) rows k N = 0) : Margins.against l extra (unpack b k N) rows = true := by
  unfold Margins.against
  rw [Nat.force_eq]
  induction k generalizing rows N with
  | zero => rfl
  | succ k ih =>
    rw [unpack_succ]
    match rows with
    | [] => exact absurd h (Nat.succ_ne_zero k)
    | row :: rows =>
      have h : failure l.shift l.base l.top l.one l.mask extra row (N % 2 ^ b) +
        failures l.shift l.base l.top l.one l.mask extra b (2 ^ b) rows k (N / 2 ^ b) = 0 := h
      refine Bool.and_eq_true_iff.mpr ⟨(Nat.force_eq _ _).trans (test_of_failure (Nat.eq_zero_of_add_eq_zero_right h)), ?_⟩
      exact ih (Nat.eq_zero_of_add_eq_zero_left h)

theorem against_of_ahead {l : Lane} {extra b m N : Nat} {rows : List Nat} (h : ahead l b m extra N rows = true) :
    Margins.against l extra (unpack b (Nat.succ m) N) rows = true := by
  unfold ahead at h
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at h
  exact against_of_failures (Nat.eq_of_beq_eq_true _ _ h)

/-! ## What the check shows -/

section
variable {t : Tables} {T : Enclosure} {m base : Nat} {X : Nat → Nat} {M : Leads}

/-- Lanes are wide enough for rows below `16 * 2^width`. -/
theorem room {width L x : Nat} (hL : width + 5 ≤ L) (hx : x < 16 * 2 ^ width) : x < 2 ^ (L - 1) := by
  refine Nat.lt_of_lt_of_le hx (Nat.le_trans (Nat.le_of_eq ?_) (Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le hL)))
  rw [Nat.mul_comm]
  exact (Nat.pow_add 2 width 4).symm

theorem lt_sixteen {width a b c d : Nat} (ha : a < 2 ^ width) (hb : b < 2 ^ width) (hc : c ≤ 2 * 2 ^ width)
    (hd : d ≤ 2 * 2 ^ width) : a + (b + c + d) + (zero width + 1) < 16 * 2 ^ width := by
  have one : 1 ≤ 2 ^ width := Nat.two_pow_pos width
  show a + (b + c + d) + (4 * 2 ^ width + 1) < _
  refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le (Nat.add_lt_add_of_lt_of_le ha
    (Nat.add_le_add (Nat.add_le_add (Nat.le_of_lt hb) hc) hd)) (Nat.add_le_add_left one (4 * 2 ^ width))) ?_
  exact Nat.le_of_linear (Nat.zero_le (5 * 2 ^ width)) (by ring [2 ^ width])

theorem reorder (a b c z : Nat) : a + b + c + 0 + z = a + (b + c + 0) + z := by ring [a, b, c, z]

theorem regroup (o D B K x c : Nat) : o + (D + B) + (o + (K + (x + c))) = o + o + (D + K + x) + (B + c) := by
  ring [o, D, B, K, x, c]

theorem regroup' (d k D B K x c : Nat) : d + k + (D + K + x) + (B + c) = d + (D + B) + (k + (K + (x + c))) := by
  ring [d, k, D, B, K, x, c]

/-- Leads of two parts, of which a row that is moved falls out. -/
theorem joined {d k o D D' B B' K K' x x' c c' : Nat}
    (h : d + (D + B) + (k + (K + (x + c))) ≤ o + (D' + B') + (o + (K' + (x' + c')))) (e : B' + c' = B + c) :
    d + k + (D + K + x) ≤ o + o + (D' + K' + x') := by
  refine Nat.le_of_add_le_add_right (k := B + c) ?_
  have h' := Nat.le_trans h (Nat.le_of_eq (regroup o D' B' K' x' c'))
  rw [e] at h'
  exact Nat.le_trans (Nat.le_of_eq (regroup' d k D B K x c)) h'

/-- The leads are true. -/
theorem sound_of_check (hT : t.Describe T) (hL : t.width + 5 ≤ t.bits) (hm : m < t.v)
    (hbase : baseFits t.width (ones t.bits t.v) base = true)
    (hX : t.position.getD m 0 = pack t.bits t.v X) (hX' : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width)
    (h : M.check t.bits t.width m (ones t.bits t.v) (t.position.getD m 0) (rows t (ones t.bits t.v) base) = true) :
    M.Sound T X t.width t.v t.n m := by
  unfold check at h
  rw [Lane.force_eq, Nat.force_eq, Nat.force_eq, nth_eq] at h
  have token := fun k => lt_of_narrowRows (Bool.and_left hT.narrow) k
  have pos := fun k => lt_of_narrowRows (Bool.and_left (Bool.and_right hT.narrow)) k
  have direct := fun k => lt_of_narrowRows (Bool.and_right (Bool.and_right hT.narrow)) k
  have hv (k : Nat) (hk : k ≤ m) : k < t.v := Nat.lt_of_le_of_lt hk hm
  have hL0 : 0 < t.bits := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) hL
  have small (a b : Nat) : a < b → a ≤ 2 * b := fun h =>
    Nat.le_trans (Nat.le_of_lt h) (Nat.le_mul_of_pos_left b Nat.two_pos)
  match of_lanesWithin (Nat.le_trans (Nat.le_add_right _ 5) hL) hbase with
  | ⟨base_eq, base_lt⟩ =>
    have base_le (j : Nat) (hj : j < t.v) : digit t.bits base j ≤ 2 ^ t.width := Nat.le_of_lt (base_lt j hj)
    have rest_eq : 2 ^ t.width * ones t.bits t.v - base = pack t.bits t.v fun j => 2 ^ t.width - digit t.bits base j := by
      refine (congrArg (2 ^ t.width * ones t.bits t.v - ·) base_eq).trans ?_
      rw [show 2 ^ t.width * ones t.bits t.v = pack t.bits t.v fun _ => 2 ^ t.width from (pack_const _ _ _).symm]
      exact pack_sub _ base_le
    have tokens := Margins.ahead_of_against (X := t.position.getD m 0 + base + bump t.bits (zero t.width) m) (f := T.token)
      (g := fun j => X j + digit t.bits base j) hL0 hm
      (congrArg (· + bump t.bits (zero t.width) m) (((congr (congrArg _ hX) base_eq)).trans (pack_add _ _ _ _)))
      (fun k hk => hT.token k (hv k hk)) (fun k j hj => room hL ?_) (against_of_ahead (Bool.and_left (Bool.and_left h)))
    · have e := lt_sixteen (token k j) (Nat.two_pow_pos t.width) (hX' j hj) (small _ _ (base_lt j hj))
      rw [Nat.zero_add] at e
      exact e
    · have directs := Margins.ahead_of_against (X := 2 ^ t.width * ones t.bits t.v - base + bump t.bits (zero t.width) m)
        (f := T.direct) (g := fun j => 2 ^ t.width - digit t.bits base j) hL0 hm
        (congrArg (· + bump t.bits (zero t.width) m) rest_eq) (fun k hk => hT.direct k (hv k hk)) (fun k j hj => room hL ?_)
        (against_of_ahead (Bool.and_right (Bool.and_left h)))
      · have one : 2 ^ t.width - digit t.bits base j ≤ 2 * 2 ^ t.width :=
          Nat.le_trans (Nat.sub_le _ _) (Nat.le_mul_of_pos_left _ Nat.two_pos)
        have e := lt_sixteen (direct k j) (Nat.two_pow_pos t.width) one (Nat.zero_le (2 * 2 ^ t.width))
        rw [Nat.zero_add] at e
        exact e
      · refine ⟨fun q k hq hk u hu hne => ?_, fun q hq => ?_, fun q hq => ?_⟩
        · have a := directs q hq u hu hne
          have b := tokens k hk u hu hne
          have bu : 2 ^ t.width - digit t.bits base u + digit t.bits base u = 2 ^ t.width := Nat.sub_add_cancel (base_le u hu)
          have bm : 2 ^ t.width - digit t.bits base m + digit t.bits base m = 2 ^ t.width := Nat.sub_add_cancel (base_le m hm)
          exact joined (Nat.add_le_add a b) (bm.trans bu.symm)
        · refine Margins.ahead_of_against (X := bump t.bits (zero t.width) m) (f := fun q => T.lane q q t.n) (g := fun _ => 0)
            hL0 hm ?_ (fun k hk => ?_) (fun k j hj => room hL ?_) (against_of_ahead (Bool.and_left (Bool.and_right h))) q hq
          · rw [show pack t.bits t.v (fun _ => 0) = 0 from (pack_const _ _ 0).trans (Nat.zero_mul _), Nat.zero_add]
          · show (tabulateFold (Margins.ownRow t) t.v 0).getD k 0 = _
            rw [tabulateFold_eq, List.getD_tabulateFrom 0 (hv k hk), Nat.zero_add]
            show nth 0 t.direct k + nth 0 t.token k + t.last = _
            rw [nth_eq, nth_eq, hT.direct k (hv k hk), hT.token k (hv k hk), hT.last, pack_add, pack_add]
            rfl
          · have e := lt_sixteen (direct k j) (token k j) (small _ _ (pos t.n j)) (Nat.zero_le (2 * 2 ^ t.width))
            exact Nat.lt_of_le_of_lt (Nat.le_of_eq (reorder _ _ _ _)) e
        · refine (Margins.ahead_of_against (X := t.token.getD m 0 + t.position.getD m 0 + bump t.bits (zero t.width) m)
            (f := T.direct) (g := fun j => T.token m j + X j) hL0 hm ?_ (fun k hk => hT.direct k (hv k hk))
            (fun k j hj => room hL ?_) (against_of_ahead (Bool.and_right (Bool.and_right h))) q hq).congr (fun j _ => (Nat.add_assoc _ _ _).symm) hm
          · rw [hX, hT.token m hm, pack_add]
          · exact lt_sixteen (d := 0) (direct k j) (token m j) (hX' j hj) (Nat.zero_le _)

end
end Leads
end Compact
