prelude
import Compact.Transformer.Apart.Count
/-!
# The count of one query and one maximum is right

`graded`: the levels that `gradesAt` adds up are those of tokens that take no more than they may.
-/
namespace Compact
namespace Apart

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {t : Tables} {T : Enclosure} {X : Nat → Nat} {prec q m S : Nat} {M : Leads}

/-- What rows of a pair are, and leads. -/
structure Known (t : Tables) (T : Enclosure) (X : Nat → Nat) (M : Leads) (q m through column off direct path : Nat) : Prop where
  describe : t.Describe T
  bits : t.width + 5 ≤ t.bits
  m_lt : m < t.v
  q_le : q ≤ m
  x_le (j : Nat) : j < t.v → X j ≤ 2 * 2 ^ t.width
  leads : Sound M T X t.width t.v t.n m
  through : through = pack t.bits t.v fun j => T.token m j + X j
  column : column = pack t.bits t.v fun s => T.token s s + 2 ^ t.width - T.token s m + X s
  off : off = 2 ^ t.width + X m
  direct : direct = pack t.bits t.v (T.direct q)
  path : path = pack t.bits t.v (T.lane q q t.n)

variable {through column off direct path : Nat}

theorem lt_lane {L width x : Nat} (hL : width + 5 ≤ L) (hx : x < 16 * 2 ^ width) : x < 2 ^ L :=
  Nat.lt_of_lt_of_le (Leads.room hL hx) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))

namespace Known

theorem token_lt (K : Known t T X M q m through column off direct path) (k j : Nat) : T.token k j < 2 ^ t.width :=
  lt_of_narrowRows (Bool.and_left K.describe.narrow) k j

theorem direct_lt (K : Known t T X M q m through column off direct path) (k j : Nat) : T.direct k j < 2 ^ t.width :=
  lt_of_narrowRows (Bool.and_right (Bool.and_right K.describe.narrow)) k j

theorem pos_lt (K : Known t T X M q m through column off direct path) (k j : Nat) : T.pos k j < 2 ^ t.width :=
  lt_of_narrowRows (Bool.and_left (Bool.and_right K.describe.narrow)) k j

theorem sum_lt {w a b c d : Nat} (ha : a < w) (hb : b < w) (hc : c ≤ 2 * w) (hd : d ≤ 2 * w) : a + (b + c + d) < 16 * w := by
  refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le ha (Nat.add_le_add (Nat.add_le_add (Nat.le_of_lt hb) hc) hd)) ?_
  exact Nat.le_of_linear (Nat.zero_le (10 * w)) (by ring [w])

/-- The row of the maximum, with the query's direct path. -/
theorem self_eq (K : Known t T X M q m through column off direct path) : Nat.add direct through = pack t.bits t.v (T.path X q m) := by
  rw [K.direct, K.through]
  exact (pack_add _ _ _ _).trans (pack_congr _ fun j _ => (Nat.add_assoc _ _ _).symm)

theorem self_lt (K : Known t T X M q m through column off direct path) (j : Nat) (hj : j < t.v) : T.path X q m j < 2 ^ t.bits := by
  refine lt_lane K.bits ?_
  have e := sum_lt (d := 0) (K.direct_lt q j) (K.token_lt m j) (K.x_le j hj) (Nat.zero_le _)
  rw [Nat.add_zero, ← Nat.add_assoc] at e
  exact e

theorem path_lt (K : Known t T X M q m through column off direct path) (j : Nat) : T.lane q q t.n j < 2 ^ t.bits := by
  refine lt_lane K.bits ?_
  have small : T.pos t.n j ≤ 2 * 2 ^ t.width := Nat.le_trans (Nat.le_of_lt (K.pos_lt t.n j)) (Nat.le_mul_of_pos_left _ Nat.two_pos)
  have e := sum_lt (d := 0) (K.direct_lt q j) (K.token_lt q j) small (Nat.zero_le _)
  rw [Nat.add_zero, ← Nat.add_assoc] at e
  exact e

theorem read_self (K : Known t T X M q m through column off direct path) : readLane t.bits (Nat.add direct through) m = T.path X q m m := by
  rw [K.self_eq]
  exact digit_pack _ K.self_lt K.m_lt

theorem read_path (K : Known t T X M q m through column off direct path) : readLane t.bits path m = T.lane q q t.n m := by
  rw [K.path]
  exact digit_pack _ (fun j _ => K.path_lt j) K.m_lt

theorem read_direct (K : Known t T X M q m through column off direct path) : readLane t.bits direct m = T.direct q m := by
  rw [K.direct]
  exact digit_pack _ (fun j _ => lane_lt K.bits (K.direct_lt q j)) K.m_lt

/-- What a token lacks at its own output. -/
theorem own_le (K : Known t T X M q m through column off direct path) {s : Nat} (hs : s < m) :
    T.path X q s s ≤ T.path X q s m + (digit t.bits (Nat.add column direct) s - Nat.add off (readLane t.bits direct m)) := by
  have hsv := Nat.lt_trans hs K.m_lt
  have le : T.token s m ≤ T.token s s + 2 ^ t.width := Nat.le_trans (Nat.le_of_lt (K.token_lt s m)) (Nat.le_add_left _ _)
  have lane (j : Nat) (hj : j < t.v) : T.token j j + 2 ^ t.width - T.token j m + X j + T.direct q j < 2 ^ t.bits := by
    refine lt_lane K.bits (Nat.lt_of_le_of_lt (Nat.add_le_add_right (Nat.add_le_add_right (Nat.sub_le _ _) _) _) ?_)
    have e := sum_lt (K.direct_lt q j) (K.token_lt j j) (Nat.le_mul_of_pos_left (2 ^ t.width) Nat.two_pos) (K.x_le j hj)
    rw [Nat.add_comm] at e
    exact e
  have read : digit t.bits (Nat.add column direct) s = T.token s s + 2 ^ t.width - T.token s m + X s + T.direct q s := by
    rw [K.column, K.direct]
    exact (congrArg (digit t.bits · s) (pack_add _ _ _ _)).trans (digit_pack _ lane hsv)
  rw [read, K.read_direct, K.off]
  exact own_short (Nat.sub_add_cancel le) rfl

/-- What a token lacks over other outputs. -/
theorem other_le (K : Known t T X M q m through column off direct path) {s u : Nat} (hs : s < m) (hu : u < t.v) (hne : u ≠ m) (apart : u ≠ s) :
    T.path X q s u ≤ T.path X q s m + (Leads.zero t.width + Leads.zero t.width - readLane (Leads.bits t.width) M.direct q -
      digit (Leads.bits t.width) M.token s) := by
  have h := K.leads.path q s K.q_le hs u hu hne apart
  rw [Nat.sub_sub]
  have h : readLane (Leads.bits t.width) M.direct q + digit (Leads.bits t.width) M.token s + T.path X q s u ≤
    Leads.zero t.width + Leads.zero t.width + T.path X q s m := h
  have le (y x : Nat) : y ≤ y - x + x := Nat.le_add_of_sub_le (Nat.le_refl _)
  refine Nat.le_of_add_le_add_left (Nat.le_trans h ?_)
  refine Nat.le_trans (Nat.add_le_add_right (le _ (readLane (Leads.bits t.width) M.direct q + digit (Leads.bits t.width) M.token s)) _) (Nat.le_of_eq ?_)
  generalize Leads.zero t.width + Leads.zero t.width - (readLane (Leads.bits t.width) M.direct q + digit (Leads.bits t.width) M.token s) = d
  generalize readLane (Leads.bits t.width) M.direct q + digit (Leads.bits t.width) M.token s = x
  ring [d, x, T.path X q s m]

end Known

/-- Levels are those of tokens that take no more than they may. -/
theorem graded (K : Known t T X M q m through column off direct path) (hn : 0 < t.n) {parts countBits last SL all low k a b : Nat}
    (hparts : 0 < parts) (hlast : last ≤ t.n) (halls : all = T.mass q t.n) (hlow : low = t.entry t.low q (t.n - last))
    (atAll : spareAt (T.tokenLo q m * readLane (Leads.bits t.width) M.self q) (T.tokenLo q m * Leads.zero t.width)
      (T.tokenLo q q * T.posLo q t.n * readLane (Leads.bits t.width) M.own q) (T.tokenLo q q * T.posLo q t.n * Leads.zero t.width + SL) all = a + 1)
    (atLow : spareAt (T.tokenLo q m * readLane (Leads.bits t.width) M.self q) (T.tokenLo q m * Leads.zero t.width)
      (T.tokenLo q q * T.posLo q t.n * readLane (Leads.bits t.width) M.own q) (T.tokenLo q q * T.posLo q t.n * Leads.zero t.width + SL) low = b + 1)
    (hka : k ≤ a) (hkb : k ≤ b) {lows : Nat} (hlows : ∀ s, s < t.v → digit t.bits lows s = T.tokenLo q s) :
    Graded R T X t.v t.n SL q m (t.entry t.high q 1) parts (2 ^ countBits) last
      (gradesAt t.bits (2 ^ t.bits) (Leads.bits t.width) (2 ^ Leads.bits t.width) countBits parts (Leads.zero t.width) (t.entry t.high q 1 * parts) m
        (ones t.bits m) (2 ^ (t.bits * m)) M.token direct (readLane (Leads.bits t.width) M.direct q)
        (reach (Leads.zero t.width) (readLane t.bits (Nat.add direct through) m) (readLane (Leads.bits t.width) M.self q))
        (reach (Leads.zero t.width) (readLane t.bits path m) (readLane (Leads.bits t.width) M.own q)) (Nat.add direct through) path column
        (Nat.add off (readLane t.bits direct m)) lows (low * T.tokenLo q m) (T.tokenLo q q * T.posLo q t.n) k) := by
  have hqv : q < t.v := Nat.lt_of_le_of_lt K.q_le K.m_lt
  rw [K.read_self, K.read_path, K.self_eq]
  refine ⟨?_⟩
  generalize hwhole : t.entry t.high q 1 * parts = whole
  match gradesAt_cases t.bits (2 ^ t.bits) (Leads.bits t.width) (2 ^ Leads.bits t.width) countBits parts (Leads.zero t.width) whole m
      (ones t.bits m) (2 ^ (t.bits * m)) M.token direct (readLane (Leads.bits t.width) M.direct q)
      (reach (Leads.zero t.width) (T.path X q m m) (readLane (Leads.bits t.width) M.self q))
      (reach (Leads.zero t.width) (T.lane q q t.n m) (readLane (Leads.bits t.width) M.own q)) (pack t.bits t.v (T.path X q m)) path column
      (Nat.add off (readLane t.bits direct m)) lows (low * T.tokenLo q m) (T.tokenLo q q * T.posLo q t.n) k with
  | .inl zero => exact Or.inl zero
  | .inr ⟨p, hunit, fits, sum_eq⟩ =>
      refine Or.inr ?_
      rw [sum_eq, gradesFrom_eq]
      have ha : low * T.tokenLo q m / whole * whole ≤ low * T.tokenLo q m := Nat.div_mul_le_self _ whole
      have hb : T.tokenLo q q * T.posLo q t.n / whole * whole ≤ T.tokenLo q q * T.posLo q t.n := Nat.div_mul_le_self _ whole
      have selfs (u : Nat) (hu : u < t.v) (hne : u ≠ m) := reach_spec (K.leads.self q K.q_le u hu hne)
      have owns (u : Nat) (hu : u < t.v) (hne : u ≠ m) := reach_spec (K.leads.own q K.q_le u hu hne)
      generalize low * T.tokenLo q m / whole = alpha at fits ha
      generalize T.tokenLo q q * T.posLo q t.n / whole = beta at fits hb
      generalize reach (Leads.zero t.width) (T.path X q m m) (readLane (Leads.bits t.width) M.self q) = selfReach at fits selfs
      generalize reach (Leads.zero t.width) (T.lane q q t.n m) (readLane (Leads.bits t.width) M.own q) = ownReach at fits owns
      have below_v (s : Nat) (hs : s < m) : s < t.v := Nat.lt_trans hs K.m_lt
      have not_m (s : Nat) (hs : s < m) : s ≠ m := fun e => Nat.lt_irrefl m (Nat.lt_of_le_of_lt (Nat.le_of_eq e.symm) hs)
      have spare (s : Nat) (hs : s < m) := spareRow_eq (unit := p + 1) (alpha := alpha) (beta := beta) (reachSelf := selfReach) (reachOwn := ownReach)
        (Nat.le_of_lt K.m_lt) K.self_lt (fun j _ => K.path_lt j) (fun s hs => (selfs s (below_v s hs) (not_m s hs)).left)
        (fun s hs => (owns s (below_v s hs) (not_m s hs)).left) fits hs
      rw [← K.path] at spare
      match grades_split (2 ^ countBits) parts (fun s => levelOf parts (p + 1) (digit t.bits lows s)
          (Leads.zero t.width + Leads.zero t.width - readLane (Leads.bits t.width) M.direct q - digit (Leads.bits t.width) M.token s)
          (digit t.bits (Nat.add column direct) s - Nat.add off (readLane t.bits direct m))
          (digit t.bits (spareRow (p + 1) alpha beta selfReach ownReach (ones t.bits m) (2 ^ (t.bits * m)) (pack t.bits t.v (T.path X q m)) path) s))
          m (fun s _ => capped_le) with
      | ⟨J, sum⟩ =>
        refine ⟨_, _, J, nodup_below m, fun s hs => (mem_below hs).left, sum, fun c hc hcl => ?_⟩
        have hcn : c ≤ t.n := Nat.le_trans hcl hlast
        have one_le : 1 ≤ t.n := hn
        match (K.describe.weights q 1 hqv one_le).high, (K.describe.weights q (t.n - c) hqv (Nat.sub_le _ _)).low,
          (K.describe.weights q (t.n - c) hqv (Nat.sub_le _ _)).high with
        | ⟨high, ehigh⟩, ⟨cut, ecut⟩, ⟨top, etop⟩ =>
          refine ⟨hparts, ⟨high, ehigh⟩, cut, fun u hu hne => ?_⟩
          have le : low ≤ lowMass (T.posLows q t.n) (t.n - c) cut := by
            rw [hlow, ← ecut]
            exact (K.describe.weights q (t.n - last) hqv (Nat.sub_le _ _)).low_mono _ (Nat.sub_le_sub_left hcl _) (Nat.sub_le _ _)
          have le' : lowMass (T.posLows q t.n) (t.n - c) cut ≤ T.mass q t.n := by
            rw [← ecut]
            refine Nat.le_trans (K.describe.weights q (t.n - c) hqv (Nat.sub_le _ _)).low_le_high ?_
            rw [etop]
            exact highMass_le _ _ _ _
          have hu1 : (p + 1) * whole ≤ k := hunit ▸ Nat.div_mul_le_self k whole
          have lowLt := lt_spared (R := R) (le_of_spareAt (selfs u hu hne).right (owns u hu hne).right atLow)
          have allLt := lt_spared (R := R) (le_of_spareAt (selfs u hu hne).right (owns u hu hne).right atAll)
          have kLow : ofNat R (whole * (p + 1 + (alpha * (selfReach - T.path X q m u) + beta * (ownReach - T.lane q q t.n u)))) <
              spared R T X t.n q m SL low u :=
            lt_of_le_of_lt (ofNat_le (Nat.le_trans (parts_le hu1 ha hb) (Nat.add_le_add_right hkb _))) lowLt
          have kAll : ofNat R (whole * (p + 1 + (alpha * (selfReach - T.path X q m u) + beta * (ownReach - T.lane q q t.n u)))) <
              spared R T X t.n q m SL (T.mass q t.n) u := by
            rw [← halls]
            refine lt_of_le_of_lt (ofNat_le (Nat.le_trans (parts_le hu1 (Nat.le_trans ha (Nat.mul_le_mul_right _ ?_)) hb) (Nat.add_le_add_right hka _))) allLt
            exact halls ▸ Nat.le_trans le le'
          refine ⟨_, ofNat_nonneg _, spared_between le le' kLow kAll, kAll, fun s hs => ?_⟩
          have fact := mem_below hs
          have level := Nat.le_of_ble_eq_true fact.right
          have takes := of_levelOf (Nat.zero_lt_succ p) (Nat.lt_of_lt_of_le (Nat.lt_of_lt_of_le (Nat.zero_lt_succ p) (Nat.le_add_right _ _))
            (Nat.le_of_eq (spare s fact.left).symm)) (Nat.lt_of_succ_le level)
          rw [hlows s (below_v s fact.left)] at takes
          by_cases e : u = s
          case pos =>
            rw [e]
            refine takes_of_lack (share_ge (K.own_le fact.left)) ?_
            refine Nat.le_trans (Nat.mul_le_mul_right _ takes.right) (Nat.le_of_eq ?_)
            rw [hwhole, Nat.mul_assoc, Nat.mul_comm _ whole, hlows s (below_v s fact.left), spare s fact.left]
          case neg =>
            refine takes_of_lack (share_ge (K.other_le fact.left hu hne e)) ?_
            refine Nat.le_trans (Nat.mul_le_mul_right _ takes.left) ?_
            rw [hwhole, Nat.mul_assoc, Nat.mul_comm (p + 1) whole, hlows s (below_v s fact.left)]
            exact Nat.mul_le_mul_left _ (Nat.mul_le_mul_left _ (Nat.le_add_right _ _))

end
end Apart
end Compact
