prelude
import Compact.Transformer.Classes.Check
import Compact.Transformer.Enclosure.Correct
/-!
# What the check of the tables shows

`Tables.describe`: when `Tables.check` is true, the literals describe the model's rounded tables.
-/
namespace Compact
namespace Tables

section
variable {w : Weights} {c : Params} {L k v r num unit : Nat} {M : Mat}

theorem lt_of_roomy (hM : M.Shape r v) (h : roomy L num M = true) {i j : Nat} (hi : i < r) (hj : j < v) :
    M.get i j * num < 2 ^ (L - 1) :=
  Nat.lt_of_le_of_lt (Nat.mul_le_mul_right num (hM.le i j hi hj)) (Nat.le_of_ble_eq_true h)

/-- A table of rounded logits. -/
structure LogitRows (L k v r : Nat) (lits : List Nat) (rows : List (List Nat)) : Prop where
  length : rows.length = r
  row_length (i : Nat) : i < r → (rows.getD i []).length = v
  lt (i j : Nat) : i < r → j < v → (rows.getD i []).getD j 0 < 2 ^ k
  packed (i : Nat) : i < r → lits.getD i 0 = pack L v fun j => (rows.getD i []).getD j 0

theorem logitRows (hM : M.Shape r v) (hk : k < L) (hnum : 0 < num) (hroom : roomy L num M = true)
    (hunit : 2 ^ c.shift * 2 ^ k ≤ 2 ^ (L - 1)) {Xs least lits : List Nat} (hlen : Xs.length = r)
    (hX : ∀ i, i < r → Xs.getD i 0 = pack L v fun j => M.get i j)
    (h : allZip3 ((Frame.of L v k).risesAs num (2 ^ c.shift)) Xs least lits = true) :
    LogitRows L k v r lits (mapFold (roundRow c num) M.rows) := by
  have row {i : Nat} (hi : i < r) : (mapFold (roundRow c num) M.rows).getD i [] = roundRow c num (M.rows.getD i []) :=
    getD_mapFold _ _ (hM.rows_length.symm ▸ hi) [] []
  have entries {i : Nat} (hi : i < r) : Entries L v k (lits.getD i 0) fun j => (roundRow c num (M.rows.getD i [])).getD j 0 := by
    have checked := of_allZip3 h (hlen.symm ▸ hi) 0 0 0
    rw [hX i hi] at checked
    have fit : Fitting L v k num (2 ^ c.shift) fun j => M.get i j :=
      ⟨hk, hnum, Nat.two_pow_pos _, fun j hj => lt_of_roomy hM hroom hi hj, hunit⟩
    match of_risesAs fit checked with
    | ⟨hleast, le, entries⟩ =>
      refine ⟨entries.packed, entries.lt, fun j hj => (Eq.trans ?_ (entries.eq j hj))⟩
      have len := hM.row_length i hi
      exact getD_roundRow (len.symm ▸ hleast) c num (fun j hj => le j (len ▸ hj)) (len.symm ▸ hj)
  refine ⟨(length_mapFold _ _).trans hM.rows_length, fun i hi => ?_, fun i j hi hj => ?_, fun i hi => ?_⟩
  · rw [row hi, length_roundRow]
    exact hM.row_length i hi
  · rw [row hi, (entries hi).eq j hj]
    exact (entries hi).lt j hj
  · rw [row hi]
    exact (entries hi).packed.trans (pack_congr L fun j hj => ((entries hi).eq j hj).symm)

theorem LogitRows.narrow {lits : List Nat} {rows : List (List Nat)} (h : LogitRows L k v r lits rows) :
    narrowRows k rows = true :=
  narrowRows_of fun i hi j hj => h.lt i j (h.length ▸ hi) (h.row_length i (h.length ▸ hi) ▸ hj)

/-- The arguments of a row that is checked. -/
theorem args_of_fallsAs (hM : M.Shape r v) (hk : k < L) (hden : 0 < scoreDen w) (hroom : roomy L (argNum w c) M = true)
    (hunit : scoreDen w * 2 ^ k ≤ 2 ^ (L - 1)) {i top : Nat} {y : Nat → Nat} (_hy : ∀ j, j < v → y j < 2 ^ k) (hi : i < r) {X Y : Nat}
    (hX : X = pack L v fun j => M.get i j) (hY : Y = pack L v y)
    (h : (Frame.of L v k).fallsAs (argNum w c) (scoreDen w) X top Y = true) :
    expRow c (scoreNum w) (scoreDen w) (M.rows.getD i []) = mapFold c.form.bounds (unpack L v (pack L v y)) := by
  have fit : Fitting L v k (argNum w c) (scoreDen w) fun j => M.get i j :=
    ⟨hk, Nat.mul_pos (Nat.two_pow_pos _) (Nat.two_pow_pos _), hden, fun j hj => lt_of_roomy hM hroom hi hj, hunit⟩
  have len := hM.row_length i hi
  match of_fallsAs fit (hX ▸ hY ▸ h) with
  | ⟨htop, le, entries⟩ =>
    refine (exps_eq c _ _ (len.symm ▸ htop) (fun j hj => le j (len ▸ hj)) ((length_unpack _ _ _).trans len.symm) fun j hj => ?_).symm
    rw [getD_unpack _ _ (len ▸ hj)]
    exact (entries.eq j (len ▸ hj)).symm

/-- An entry of a row of bounds of exponentials. -/
theorem getD_bounds (hk : k ≤ L) {y : Nat → Nat} (hy : ∀ j, j < v → y j < 2 ^ k) {j : Nat} (hj : j < v) :
    (mapFold c.form.bounds (unpack L v (pack L v y))).getD j (0, 0) = c.form.bounds (y j) := by
  have wide (j : Nat) (hj : j < v) : y j < 2 ^ L := Nat.lt_of_lt_of_le (hy j hj) (Nat.pow_le_pow_right Nat.two_pos hk)
  rw [getD_mapFold _ _ ((length_unpack _ _ _).symm ▸ hj) 0, getD_unpack _ _ hj, digit_pack L wide hj]

end

section
variable {t : Tables} {w : Weights} {c : Params} {e : TableWitness}

/-- What the rows that stand for all positions are. -/
theorem position_of_positionsAs {T : Enclosure} (hbits : t.width + 3 ≤ t.bits)
    (hT : LogitRows t.bits t.width t.v (t.n + 1) e.posRow T.posRow) (h : t.positionsAs e = true) :
    t.last = pack t.bits t.v (T.pos t.n) ∧ ∀ m, m < t.v → ∃ X, t.position.getD m 0 = pack t.bits t.v X ∧
      T.NoBetter X t.v t.n m ∧ ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width := by
  unfold positionsAs at h
  rw [nth_eq, Frame.force_eq] at h
  refine ⟨(Nat.eq_of_beq_eq_true _ _ (Bool.and_left h)).symm.trans (hT.packed t.n (Nat.lt_succ_self _)), fun m hm => ?_⟩
  have h := of_allBelow (Bool.and_right h) hm
  rw [Nat.force_eq, nth_eq] at h
  have within := of_lanesWithin (Nat.le_of_lt (Nat.lt_of_succ_lt hbits)) (Bool.and_left h)
  refine ⟨digit t.bits (t.position.getD m 0), within.left, fun p hp j hj => ?_, fun j hj => ?_⟩
  · have h := of_allBelow (Bool.and_right h) hp
    rw [nth_eq, hT.packed p (Nat.lt_succ_of_lt hp), within.left] at h
    refine of_noBetterThan hbits hm within.right (fun j hj => ?_) h hj
    exact Nat.lt_trans (hT.lt p j (Nat.lt_succ_of_lt hp) hj) (Nat.pow_lt_pow_succ (Nat.lt_succ_self 1))
  · have lt := within.right j hj
    rw [Nat.pow_succ, Nat.mul_comm] at lt
    exact Nat.le_of_lt lt

/-- The shapes and widths that the check tests. -/
structure Checked (t : Tables) (w : Weights) (c : Params) (e : TableWitness) : Prop where
  wellFormed : w.WellFormed
  v_eq : w.d_vocab = t.v
  n_eq : w.n_ctx = t.n + 1
  width_eq : c.width = t.width
  prec_eq : c.prec = t.prec
  lanes : t.lanesFit w c e = true
  logits : t.logitsAs w c e (PackedCircuits.of w e.scoreBits t.bits) = true
  positions : t.positionsAs e = true
  queries : t.queriesAs w c e (PackedCircuits.of w e.scoreBits t.bits) = true

theorem checked (h : t.check w c e = true) : Checked t w c e := by
  have shapes := Bool.and_left h
  have hw := Weights.wellFormed_spec (Bool.and_left shapes)
  have rest := Bool.and_right h
  have params := Bool.and_left rest
  have rest := Bool.and_right rest
  have rows := Bool.and_right rest
  rw [hw.joinedCircuits_eq (Bool.and_right (Bool.and_left rest))] at rows
  exact ⟨hw, Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_right shapes)),
    Nat.eq_of_beq_eq_true _ _ (Bool.and_right (Bool.and_right shapes)), Nat.eq_of_beq_eq_true _ _ (Bool.and_left params),
    Nat.eq_of_beq_eq_true _ _ (Bool.and_right params), Bool.and_left (Bool.and_left rest), Bool.and_left rows,
    Bool.and_left (Bool.and_right rows), Bool.and_right (Bool.and_right rows)⟩

/-- The check of the logits. -/
theorem Checked.rows (h : Checked t w c e) :
    LogitRows t.bits t.width t.v t.v t.token (Enclosure.of w c (Circuits.of w)).tokenRow ∧
    LogitRows t.bits t.width t.v (t.n + 1) e.posRow (Enclosure.of w c (Circuits.of w)).posRow ∧
    LogitRows t.bits t.width t.v t.v t.direct (Enclosure.of w c (Circuits.of w)).directRow := by
  have hw := h.wellFormed
  have lanes := Bool.and_right (Bool.and_right h.lanes)
  have hbits : t.width + 3 ≤ t.bits := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left lanes))
  have hunit : 2 ^ c.shift * 2 ^ t.width ≤ 2 ^ (t.bits - 1) := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left lanes))
  have room := Bool.and_right lanes
  have hk : t.width < t.bits := Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.zero_lt_succ 2)) hbits
  have logits := h.logits
  unfold logitsAs at logits
  rw [Frame.force_eq, Nat.force_eq, Nat.force_eq] at logits
  have hv := h.v_eq
  have hn := h.n_eq
  have sE := hw.shape_EVOU
  have sP := hw.shape_PVOU
  have sU := hw.shape_EU
  rw [hv] at sE sU
  rw [hv, hn] at sP
  refine ⟨?_, ?_, ?_⟩
  · refine logitRows sE hk Nat.one_pos (Bool.and_left room) hunit ?_ (fun i hi => ?_) (Bool.and_left logits)
    · exact (Mat.Shape.length_mulRows _ (hw.shape_value hw.W_E)).trans hv
    · exact hv ▸ (hw.shape_value hw.W_E).getD_mulRows t.bits hw.shape_out (hv.symm ▸ hi)
  · refine logitRows sP hk Nat.one_pos (Bool.and_left (Bool.and_right room)) hunit ?_ (fun i hi => ?_)
      (Bool.and_left (Bool.and_right logits))
    · exact (Mat.Shape.length_mulRows _ (hw.shape_value hw.W_pos)).trans hn
    · exact hv ▸ (hw.shape_value hw.W_pos).getD_mulRows t.bits hw.shape_out (hn.symm ▸ hi)
  · refine logitRows sU hk (Nat.two_pow_pos _) (Bool.and_right (Bool.and_right room)) hunit ?_ (fun i hi => ?_)
      (Bool.and_right (Bool.and_right logits))
    · exact (Mat.Shape.length_mulRows _ hw.shape_resid).trans hv
    · exact hv ▸ hw.shape_resid.getD_mulRows t.bits hw.W_U (hv.symm ▸ hi)

/-- The check of the scores. -/
theorem Checked.query (R : Type) [ExpField R] (h : Checked t w c e) {q : Nat} (hq : q < t.v) :
    t.QueryDescribe (Enclosure.of w c (Circuits.of w)) q := by
  have hw := h.wellFormed
  have hv := h.v_eq
  have hn := h.n_eq
  have lanes := Bool.and_left h.lanes
  have room := Bool.and_left (Bool.and_right h.lanes)
  have same : e.scoreBits = t.bits := Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_left lanes))
  have sides := ExpForm.roomy (Bool.and_right (Bool.and_left lanes))
  have hk' : e.argBits < e.scoreBits := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right lanes))
  have hunit : scoreDen w * 2 ^ e.argBits ≤ 2 ^ (e.scoreBits - 1) := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right lanes))
  have checked := h.queries
  unfold queriesAs at checked
  rw [Frame.force_eq, Frame.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at checked
  match of_sideRows sides checked with
  | ⟨args, lows, highs, tokens, checked⟩ =>
    match of_sideRows sides checked with
    | ⟨posArgs, posLows, posHighs, positions, checked⟩ =>
      have checked := of_allBelow checked hq
      unfold scoresAs at checked
      rw [nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, forcePairs_eq] at checked
      match tokens q hq, positions q hq with
      | ⟨y, hy, args_eq, lows_eq, highs_eq⟩, ⟨z, hz, posArgs_eq, posLows_eq, posHighs_eq⟩ =>
        have sE := hw.shape_EQKE
        have sP := hw.shape_EQKP
        rw [hv] at sE
        rw [hv, hn] at sP
        have eT := args_of_fallsAs (c := c) sE hk' hw.scoreDen_pos (Bool.and_left room) hunit hy hq
          (hv ▸ hw.shape_query.getD_mulRows e.scoreBits (hw.shape_key hw.W_E) (hv.symm ▸ hq)) args_eq (Bool.and_left (Bool.and_left checked))
        have eP := args_of_fallsAs (c := c) sP hk' hw.scoreDen_pos (Bool.and_right room) hunit hz hq
          (hn ▸ hw.shape_query.getD_mulRows e.scoreBits (hw.shape_key hw.W_pos) (hv.symm ▸ hq)) posArgs_eq
          (Bool.and_right (Bool.and_left checked))
        have rowT : (Enclosure.of w c (Circuits.of w)).tokenExp.getD q [] = _ := (getD_mapFold _ _ (sE.rows_length.symm ▸ hq) [] []).trans eT
        have rowP : (Enclosure.of w c (Circuits.of w)).posExp.getD q [] = _ := (getD_mapFold _ _ (sP.rows_length.symm ▸ hq) [] []).trans eP
        have token (k : Nat) (hk : k < t.v) : ((Enclosure.of w c (Circuits.of w)).tokenExp.getD q []).getD k (0, 0) =
            c.form.bounds (y k) := rowT.symm ▸ getD_bounds (Nat.le_of_lt hk') hy hk
        have fs_eq : lanePair e.scoreBits (t.n + 1) (posLows.getD q 0) (posHighs.getD q 0) =
            (Enclosure.of w c (Circuits.of w)).posExp.getD q [] := by
          refine List.ext_getD (0, 0) ((length_lanePair _ _ _ _).trans ?_) fun p hp => ?_
          · rw [rowP, length_mapFold, length_unpack]
          · rw [length_lanePair] at hp
            rw [getD_lanePair _ _ _ hp, posLows_eq, posHighs_eq, rowP, getD_bounds (Nat.le_of_lt hk') hz hp,
              digit_pack _ (fun p hp => sides.bound_lt (ExpForm.bounds_lt sides (hz p hp)).left) hp,
              digit_pack _ (fun p hp => sides.bound_lt (ExpForm.bounds_lt sides (hz p hp)).right) hp]
        have prec_eq : c.form.prec = t.prec := h.prec_eq
        have fits := hw.view_fits (R := R) c (hv.symm ▸ hq)
        have rows : FactorRows (Enclosure.of w c (Circuits.of w)) t.bits t.prec t.v q (lows.getD q 0) (highs.getD q 0) := by
          refine ⟨?_, ?_, fun k hk => ?_, fun k hk => ?_, fun k hk => ?_, ?_⟩
          · exact (same ▸ lows_eq).trans (pack_congr _ fun k hk => (congrArg Prod.fst (token k hk)).symm)
          · exact (same ▸ highs_eq).trans (pack_congr _ fun k hk => (congrArg Prod.snd (token k hk)).symm)
          · exact Nat.lt_of_le_of_lt (Nat.le_of_eq (congrArg Prod.fst (token k hk))) (prec_eq ▸ (ExpForm.bounds_lt sides (hy k hk)).left)
          · exact Nat.lt_of_le_of_lt (Nat.le_of_eq (congrArg Prod.snd (token k hk))) (prec_eq ▸ (ExpForm.bounds_lt sides (hy k hk)).right)
          · exact le_of_ofNat_le (R := R) (le_trans (fits.token k (hv.symm ▸ hk)).left (fits.token k (hv.symm ▸ hk)).right)
          · exact same ▸ prec_eq ▸ Nat.le_trans (Nat.le_add_right _ _) sides.product
        refine queryDescribe (k₀ := e.argBits) (same ▸ sides.pos) hq rows ?_
        have final := Bool.and_right checked
        rw [show (Frame.of e.scoreBits (t.n + 1) e.argBits).count = t.n + 1 from rfl] at final
        have final : t.queryAs (Frame.of e.scoreBits t.v e.argBits) t.ceiling q (lows.getD q 0) (highs.getD q 0)
          (lanePair e.scoreBits (t.n + 1) (posLows.getD q 0) (posHighs.getD q 0)) = true := final
        rw [fs_eq, same] at final
        exact final

/-- A check that succeeds: the literals describe the model. -/
theorem describe (R : Type) [ExpField R] (h : t.check w c e = true) :
    w.WellFormed ∧ (w.d_vocab = t.v ∧ w.n_ctx = t.n + 1) ∧ c.width = t.width ∧
      t.Describe (Enclosure.of w c (Circuits.of w)) := by
  have h := checked h
  have hw := h.wellFormed
  have hv := h.v_eq
  have hbits : t.width + 3 ≤ t.bits :=
    Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left (Bool.and_right (Bool.and_right h.lanes))))
  match h.rows, position_of_positionsAs hbits h.rows.right.left h.positions with
  | ⟨token, pos, direct⟩, ⟨last, position⟩ =>
    have query (q : Nat) (hq : q < t.v) := h.query R hq
    refine ⟨hw, ⟨hv, h.n_eq⟩, h.width_eq, ⟨?_, fun q k hq hk => ?_, token.packed, direct.packed, last, position,
      fun q k hq => (query q hq).tokenLo k, fun q hq => (query q hq).own, fun q hq => (query q hq).mass,
      fun q k hq hk => ?_, fun q m hq => (query q hq).slack m⟩⟩
    · exact Bool.and_eq_true_iff.mpr ⟨token.narrow, Bool.and_eq_true_iff.mpr ⟨pos.narrow, direct.narrow⟩⟩
    · rw [← hv] at hq hk
      have fits := hw.view_fits (R := R) c hq
      exact h.prec_eq ▸ le_of_ofNat_le (le_trans (fits.token k hk).left (fits.token_le k))
    · rw [← (query q hq).mass]
      exact (query q hq).weights k hk

end
end Tables
end Compact
