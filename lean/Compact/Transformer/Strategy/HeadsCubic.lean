prelude
import Compact.Transformer.Strategy.HeadsCubic.Numbers
/-!
# Strategy: cubic, for any number of heads

`sound`: for any weights of a model without MLP, with any number of heads and any biases, and any certificate, if the check is true,
at least `bound` inputs are answered correctly.
-/
namespace Compact
namespace Transformer
namespace HeadsCubic
open HeadsQuartic (HeadsTables HeadRow rowsOk pairRows_of)

section
variable {R : Type} [ExpField R] {w : Weights} {B : Nat} {c : Params} {S : HeadsTables} {C : Claims} {lv : Levels}

/-- What is known when a block is counted. -/
structure Setting (w : Weights) (B : Nat) (c : Params) (S : HeadsTables) (lv : Levels) : Prop where
  known : HeadsKnown w B c S.at
  n_pos : 1 ≤ S.n
  parts_pos : 0 < lv.parts
  small : S.width + 5 ≤ S.bits
  count : (S.v + 1) ^ S.n < 2 ^ lv.countBits

variable (G : Setting w B c S lv)
include G

theorem Setting.v_eq : w.d_vocab = S.v := G.known.v_eq 0 G.known.some
theorem Setting.n_eq : w.n_ctx = S.n + 1 := G.known.n_eq 0 G.known.some
theorem Setting.narrow : S.width < S.bits := Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.zero_lt_succ 4)) G.small

/-- The tokens that `N` is made up of pass, each at its level, in all heads. -/
def Counts (C : Claims) (w : Weights) (B : Nat) (c : Params) (S : HeadsTables) (lv : Levels) (q m leads : Nat) (heads : List HeadLack)
    (spares : List Nat) (N : Nat) : Prop :=
  ∃ tokens : List Nat, ∃ level : Nat → Nat, tokens.Nodup ∧ (∀ s, s ∈ tokens → s < m ∧ ∀ i, i < w.heads.length →
    (enclosureAt w B c i).tokenLo q s * (readLane (shortBits S) (nth 0 (nth [] C.tokenShort i) m) s - readLane (shortBits S) leads i) *
      (heads.getD i HeadLack.none).whole ≤ level s * spares.getD i 0) ∧
    N = powerSum (2 ^ lv.countBits) level tokens

omit G in
theorem lead_lt {leads i : Nat} : readLane (shortBits S) leads i < 4 * 2 ^ S.width := by
  have h := readLane_lt (shortBits S) leads i
  have e : 2 ^ shortBits S = 4 * 2 ^ S.width := by
    show 2 ^ (S.width + 2) = _
    rw [Nat.pow_add, Nat.mul_comm]
  rw [← e]
  exact h

/-- One class. -/
theorem atLeast_countClass {q m among leads W k : Nat} (hm : m < w.d_vocab) (hq : q ≤ m) (hk : k < classes S.n q m) {rows : List HeadRow}
    {heads : List HeadLack}
    (each : ∀ j, j < w.heads.length → (rows.getD j HeadRow.none).P = HeadPair.of (S.at j) q m (rows.getD j HeadRow.none).D)
    (ok : rowsOk S w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) q m lv.parts rows = true)
    (lead : leadsOk w.heads.length S.bits (shortBits S) (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v) m leads rows = true)
    (short : shortsOk S C w.heads.length (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v) m = true)
    (lack : ∀ j, j < w.heads.length →
      heads.getD j HeadLack.none = lackAt S C (shortBits S) W q m among lv.parts leads rows j)
    {sum : List Nat → Nat} (counts : ∀ spares, Counts C w B c S lv q m leads heads spares (sum spares)) :
    AtLeast (countClass S lv w.heads.length (2 ^ lv.countBits) heads k sum)
      fun y => (Correct R maximum w (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = k := by
  have hv : m < S.v := G.v_eq ▸ hm
  match pairRows_of G.known hm hq G.narrow each ok with
  | ⟨pair, _⟩ =>
  unfold countClass
  match withSpares_eq (L := S.bits) (n := S.n) (c := k) (heads := heads) w.heads.length 0 (fun spares =>
    Nat.force (sum spares) fun N => lowCount (2 ^ lv.countBits) lv.parts (Nat.mul (binom S.n k) (Nat.pow N k))) with
  | .inl zero => rw [zero]; exact AtLeast.zero
  | .inr ⟨spares, e, spare⟩ =>
    rw [e, Nat.force_eq]
    match counts spares with
    | ⟨tokens, level, nodup, facts, sum⟩ =>
      have lt (s : Nat) (hs : s ∈ tokens) : s < m := (facts s hs).left
      refine atLeast_class G.known pair hm hq G.n_eq hk nodup lt (level := level) ?_ sum fun i hi X SL known => ?_
      · refine Nat.lt_of_le_of_lt (Nat.pow_le_pow_left (Nat.succ_le_succ ?_) S.n) G.count
        exact Nat.le_trans (length_le_of_lt nodup lt) (Nat.le_of_lt hv)
      · have shorts := of_allBelow short hi
        have leads_i := of_allBelow lead hi
        have spare_i := spare i hi
        rw [Nat.zero_add] at spare_i
        unfold spareAt HeadLack.spare at spare_i
        rw [lack i hi] at spare_i
        rw [nth_eq, each i hi] at leads_i
        rw [Nat.force_eq, Nat.force_eq, Nat.force_eq] at shorts
        refine ⟨(S.at i).entry (S.at i).high q 1, known.spares_of_leads G.narrow G.n_pos G.parts_pos
          (G := readLane (shortBits S) leads i) (κ := spares.getD i 0)
          (o := readLane (shortBits S) (nth 0 (nth [] C.ownShort i) m) q)
          (a := readLane (shortBits S) (nth 0 (nth [] C.tokenShort i) m))
          (leadsBy_of known G.small lead_lt leads_i) (ownShortBy_of known G.small (Bool.and_right shorts) hq) ?_ fun s hs => ?_⟩
        · have max_eq : (lackAt S C (shortBits S) W q m among lv.parts leads rows i).max = (enclosureAt w B c i).tokenLo q m := by
            show (rows.getD i HeadRow.none).P.max = _
            rw [each i hi]
            exact known.max_eq
          have own_eq : (rows.getD i HeadRow.none).P.own = (enclosureAt w B c i).tokenLo q q * (enclosureAt w B c i).posLo q S.n := by
            rw [each i hi]
            exact known.own_eq
          have loss_eq : (lackAt S C (shortBits S) W q m among lv.parts leads rows i).loss =
              (enclosureAt w B c i).tokenLo q q * (enclosureAt w B c i).posLo q S.n *
                readLane (shortBits S) (nth 0 (nth [] C.ownShort i) m) q + (SL + 1) := by
            show (rows.getD i HeadRow.none).P.own * _ + (rows.getD i HeadRow.none).P.loss = _
            rw [own_eq, each i hi, known.loss_eq]
          have low_eq : readLane S.bits (lackAt S C (shortBits S) W q m among lv.parts leads rows i).lows (S.n - k) =
              (S.at i).entry (S.at i).low q (S.n - k) := by
            show digit S.bits (nth 0 (S.at i).low q) (S.n - k) = _
            rw [nth_eq]
            rfl
          have own_eq' : (lackAt S C (shortBits S) W q m among lv.parts leads rows i).own = _ := own_eq
          rw [loss_eq, low_eq, max_eq, own_eq'] at spare_i
          exact le_of_spare spare_i
        · refine ⟨Nat.lt_trans (lt s hs) hv, shortBy_of known G.small (Bool.and_left shorts) (lt s hs), ?_⟩
          have takes := (facts s hs).right i hi
          rw [lack i hi] at takes
          exact takes

where
  le_of_spare {a l κ : Nat} (h : Nat.succ a - l = κ + 1) : κ + l ≤ a := by
    refine Nat.le_of_succ_le_succ ?_
    cases Nat.le_total l (a + 1) with
    | inl le =>
      have e := (Nat.le_sub_iff_add_le le).mp (Nat.le_of_eq h.symm)
      rw [Nat.add_right_comm] at e
      exact e
    | inr le =>
      have zero : a + 1 - l = 0 := Nat.sub_eq_zero_of_le le
      exact absurd (h.symm.trans zero) (Nat.succ_ne_zero κ)

/-- A factor of a token, as it stands in a head's numbers. -/
theorem factor_eq {q s i : Nat} (hq : q < S.v) (hs : s < S.v) (hi : i < w.heads.length) :
    readLane S.bits (nth 0 (S.at i).tokenLo q) s = (enclosureAt w B c i).tokenLo q s := by
  show digit S.bits (nth 0 (S.at i).tokenLo q) s = _
  rw [nth_eq]
  exact (G.known.describe i hi).tokenLo q s hq hs

/-- One query and one maximum, if what `sum` says passes in all heads. -/
theorem atLeast_countPairBy {q m W among : Nat} (hm : m < w.d_vocab) (hq : q ≤ m)
    (short : shortsOk S C w.heads.length (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v) m = true)
    {sum : List HeadLack → Nat → List Nat → Nat}
    (counts : ∀ (leads : Nat) (rows : List HeadRow) (heads : List HeadLack),
      (∀ j, j < w.heads.length → (rows.getD j HeadRow.none).P = HeadPair.of (S.at j) q m (rows.getD j HeadRow.none).D) →
      (∀ j, j < w.heads.length → heads.getD j HeadLack.none = lackAt S C (shortBits S) W q m among lv.parts leads rows j) →
      ∀ k spares, Counts C w B c S lv q m leads heads spares (sum heads k spares)) : AtLeast
    (countPairBy S C lv w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) (2 ^ lv.countBits) (shortBits S) W m
      among sum q)
    fun x => (Correct R maximum w x ∧ maximum x = m) ∧ lastToken x = q := by
  unfold countPairBy
  rw [Nat.force_eq]
  cases nth 0 (nth [] C.shares m) q with
  | zero => exact AtLeast.zero
  | succ shares =>
    show AtLeast (Nat.force _ fun margin => Nat.force _ fun leads => HeadsQuartic.withRows S _ q m _ _ margin _ 0 _ _) _
    rw [Nat.force_eq, Nat.force_eq]
    match HeadsQuartic.withRows_eq S (ones S.bits S.v) q m C.shareBits (shares + 1) (HeadsQuartic.allMargin S w.heads.length (ones S.bits S.v) q m)
      w.heads.length 0 (Nat.mul (Nat.add w.heads.length 2) (Nat.sub (ones S.bits S.v) (Nat.shiftLeft 1 (Nat.mul S.bits m))))
      (fun rows => Bool.rec (motive := fun _ => Nat) 0
        (withLacks S C (shortBits S) W q m among lv.parts (nth 0 (nth [] C.leads m) q) rows w.heads.length 0 fun heads =>
          total (classes S.n q m) fun k => Nat.force k fun k => countClass S lv w.heads.length (2 ^ lv.countBits) heads k (sum heads k))
        (rowsOk S w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) q m lv.parts rows &&
          leadsOk w.heads.length S.bits (shortBits S) (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v) m
            (nth 0 (nth [] C.leads m) q) rows)) with
    | ⟨rows, e, each⟩ =>
      refine AtLeast.weaken (Nat.le_of_eq e) ?_
      have each (j : Nat) (hj : j < w.heads.length) : (rows.getD j HeadRow.none).P = HeadPair.of (S.at j) q m (rows.getD j HeadRow.none).D := by
        have h := each j hj
        rw [Nat.zero_add] at h
        exact h
      cases ok : (rowsOk S w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) q m lv.parts rows &&
          leadsOk w.heads.length S.bits (shortBits S) (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v) m
            (nth 0 (nth [] C.leads m) q) rows) with
      | false => exact AtLeast.zero
      | true =>
        show AtLeast (withLacks _ _ _ _ _ _ _ _ _ _ _ _ _) _
        match withLacks_eq (S := S) (C := C) (b := shortBits S) (W := W) (q := q) (m := m) (among := among) (parts := lv.parts)
          (leads := nth 0 (nth [] C.leads m) q) (rows := rows) w.heads.length 0 (fun heads =>
            total (classes S.n q m) fun k => Nat.force k fun k =>
              countClass S lv w.heads.length (2 ^ lv.countBits) heads k (sum heads k)) with
        | ⟨heads, e, lack⟩ =>
          have lack (j : Nat) (hj : j < w.heads.length) : heads.getD j HeadLack.none =
              lackAt S C (shortBits S) W q m among lv.parts (nth 0 (nth [] C.leads m) q) rows j := by
            have h := lack j hj
            rw [Nat.zero_add] at h
            exact h
          refine AtLeast.weaken (Nat.le_of_eq e) ?_
          refine AtLeast.append_query q (AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total (countOther m) fun k hk => ?_))
          rw [Nat.force_eq]
          exact atLeast_countClass G hm hq hk each (Bool.and_left ok) (Bool.and_right ok) short lack (counts _ rows heads each lack k)

/-- One query and one maximum. -/
theorem atLeast_countPair {q m : Nat} (hm : m < w.d_vocab) (hq : q ≤ m)
    (short : shortsOk S C w.heads.length (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v) m = true) : AtLeast
    (countPair S C lv w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) (2 ^ lv.countBits) (shortBits S)
      (lackBits S) (2 ^ (S.prec + shortBits S) - 1) m (ones (lackBits S) m) (2 ^ (S.prec + shortBits S) * ones (lackBits S) m) q)
    fun x => (Correct R maximum w x ∧ maximum x = m) ∧ lastToken x = q := by
  have hv : m < S.v := G.v_eq ▸ hm
  have hqv : q < S.v := Nat.lt_of_le_of_lt hq hv
  refine atLeast_countPairBy G hm hq short fun leads rows heads each lack k spares => ?_
  have row {i : Nat} (hi : i < w.heads.length) : (heads.getD i HeadLack.none).lacks = pack (S.prec + shortBits S + 1) m
      fun s => (enclosureAt w B c i).tokenLo q s *
        (readLane (shortBits S) (nth 0 (nth [] C.tokenShort i) m) s - readLane (shortBits S) leads i) := by
    rw [lack i hi]
    refine (packFrom_eq _ _ _).trans (pack_congr _ fun s hs => ?_)
    have factor : readLane S.bits (rows.getD i HeadRow.none).P.tokens s = (enclosureAt w B c i).tokenLo q s := by
      rw [each i hi]
      exact factor_eq G hqv (Nat.lt_trans hs hv) hi
    rw [factor]
    rfl
  have small {i : Nat} (hi : i < w.heads.length) {s : Nat} (hs : s < m) : (enclosureAt w B c i).tokenLo q s *
      (readLane (shortBits S) (nth 0 (nth [] C.tokenShort i) m) s - readLane (shortBits S) leads i) < 2 ^ (S.prec + shortBits S) := by
    have le : (enclosureAt w B c i).tokenLo q s ≤ 2 ^ S.prec := (G.known.describe i hi).tokenLo_le q s hqv (Nat.lt_trans hs hv)
    rw [Nat.pow_add]
    refine Nat.lt_of_le_of_lt (Nat.mul_le_mul le (Nat.sub_le _ _)) ?_
    exact Nat.mul_lt_mul_of_pos_left (readLane_lt _ _ _) (Nat.two_pow_pos _)
  match levelCounts_spec (bits := lv.countBits) (m := m) (fun l => passing_countLevel (l := l) (spares := spares)
    (fun i hi => row hi) fun i hi s hs => small hi hs) (levelsFor lv.parts lv.levels k) [] with
  | ⟨tokens, level, nodup, facts, sum⟩ => exact ⟨tokens, level, nodup, fun s hs => (facts s hs).right, sum⟩

/-- One maximum. -/
theorem atLeast_countMaximum {m : Nat} (hm : m < w.d_vocab) : AtLeast
    (countMaximum S C lv w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) (2 ^ lv.countBits) m)
    fun x => Correct R maximum w x ∧ maximum x = m := by
  unfold countMaximum
  cases short : shortsOk S C w.heads.length (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v) m with
  | false => exact AtLeast.zero
  | true =>
    show AtLeast (Nat.force _ fun b => Nat.force _ fun W => Nat.force _ fun cap => Nat.force _ fun one => Nat.force _ fun tops => _) _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
    refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
    rw [Nat.force_eq]
    exact atLeast_countPair G hm (Nat.le_of_lt_succ hq) short

/-- One block of maxima. -/
theorem atLeast_block {lo len : Nat} (hlen : lo + len ≤ S.v) : AtLeast (countBlock S C lv w.heads.length lo len)
    fun x => Correct R maximum w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  unfold countBlock
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
  refine AtLeast.totalFrom maximum fun i hi => ?_
  rw [Nat.force_eq]
  exact atLeast_countMaximum G (G.v_eq ▸ Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hlen)

end

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R maximum w) := by
  have first := Bool.and_left h
  have shape := Bool.and_right first
  have size := Bool.and_right shape
  have H : w.heads.length = c.heads := Nat.eq_of_beq_eq_true _ _ (Bool.and_left size)
  match HeadsQuartic.heads_of (Bool.and_right h) with
  | ⟨heads, blocks⟩ =>
    have some : 0 < w.heads.length := H.symm ▸ Nat.le_of_ble_eq_true (Bool.and_right size)
    have K := HeadsQuartic.known_of (B := c.cellBits) R (Option.eq_none_of_isNone (Bool.and_left shape)) some fun i hi =>
      Nat.zero_add i ▸ heads i (H ▸ hi)
    refine Blocks.bound_sound (fun lo len bound hb => ?_) blocks (Bool.and_left first)
    have sizes := Bool.and_left hb
    have rest := Bool.and_right hb
    have G : Setting w c.cellBits c.toParams c.toHeadsTables c.toLevels := ⟨K, Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right sizes)),
      Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right sizes)), Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left rest)),
      Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left rest))⟩
    exact AtLeast.weaken (H ▸ Nat.le_of_ble_eq_true (Bool.and_right rest))
      (atLeast_block (R := R) G (Nat.le_of_ble_eq_true (Bool.and_left sizes)))

end HeadsCubic
end Transformer
end Compact
