prelude
import Compact.Task.First
import Compact.Task.Last
import Compact.Task.Lookup
import Compact.Task.Min
import Compact.Transformer.Strategy.HeadsBruteForce.Head
import Compact.Transformer.Strategy.HeadsQuartic
/-!
# Strategy: brute force, for any number of heads, any biases and any task, is sound

`sound`: for any weights, any task and any certificate, if `check` evaluates to `true`, the model answers at least `bound`
inputs correctly.  What one head's test shows is in `HeadsBruteForce/Head.lean`.
-/
namespace Compact
namespace Transformer
namespace HeadsBruteForce
open BruteForce (laneBits packAll stepped getD_packAll)
variable {R : Type} [ExpField R]

/-! ## All heads -/

/-- What is known of the tables of the heads. -/
structure TablesOf (w : Weights) (c : Params) (B L : Nat) (T : HeadTables) (i : Nat) : Prop where
  fit : w.Fit B (w.headNo i)
  wellFormed : (w.headAt B i).WellFormed
  narrow : (Enclosure.of (w.headAt B i) c (Circuits.of (w.headAt B i))).narrow c.width = true
  tables : T = HeadTables.of L (Enclosure.of (w.headAt B i) c (Circuits.of (w.headAt B i)))

theorem of_withTables {w : Weights} {c : Params} {B L count i : Nat} {K : List HeadTables → Bool}
    (h : withTables w c B L count i K = true) : ∃ tables, K tables = true ∧ tables.length = count ∧
      ∀ j, j < count → TablesOf w c B L (tables.getD j HeadTables.none) (i + j) := by
  induction count generalizing i K with
  | zero => exact ⟨[], h, rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | succ count ih =>
    have h : (HeadsQuartic.fits w B (w.headNo i) &&
      HeadsQuartic.headCheck.forceTensors (w.headAt B i) fun w' => w'.wellFormed && roundedTables w' c fun T =>
      T.narrow c.width &&
      forceList (packAll L T.tokenRow) fun token => forceList (packAll L T.posRow) fun pos =>
      forceList (packAll L T.directRow) fun direct =>
      withTables w c B L count (i + 1) fun rest => K (⟨T.tokenExp, T.posExp, token, pos, direct⟩ :: rest)) = true := h
    have later := Bool.and_right h
    rw [HeadsQuartic.forceTensors_eq] at later
    have wf := Weights.wellFormed_spec (Bool.and_left later)
    have later := Bool.and_right later
    rw [roundedTables_eq wf] at later
    have narrow := Bool.and_left later
    have later := Bool.and_right later
    rw [forceList_eq, forceList_eq, forceList_eq] at later
    match ih later with
    | ⟨tables, k, length, each⟩ =>
      refine ⟨_ :: tables, k, congrArg Nat.succ length, fun j hj => ?_⟩
      cases j with
      | zero => exact ⟨HeadsQuartic.fit_of (Bool.and_left h), wf, narrow, rfl⟩
      | succ j =>
        have one := each j (Nat.lt_of_succ_lt_succ hj)
        rw [Nat.add_assoc, Nat.add_comm 1] at one
        exact one

theorem of_evenHeads {L width one m : Nat} {lane : Lane} {mask : Nat} {x : List Nat} {heads : List HeadState} {K : List Nat → Bool}
    (h : evenHeads L width one m lane mask x heads K = true) : ∃ rows : List Nat, K rows = true ∧
      ∀ i, i < heads.length → lanesWithin mask (rows.getD i 0) = true ∧
        lane.test (heads.getD i HeadState.none).state.slack ((heads.getD i HeadState.none).state.logits +
          weigh (heads.getD i HeadState.none).query x 0 * rows.getD i 0) = true := by
  induction heads generalizing K with
  | nil => exact ⟨[], h, fun i hi => absurd hi (Nat.not_lt_zero i)⟩
  | cons s heads ih =>
    have h : (Nat.force (weigh s.query x 0) fun W => Nat.force (guess L width one m W s.state) fun D =>
      (lanesWithin mask D && lane.test s.state.slack (Nat.add s.state.logits (Nat.mul W D))) &&
        evenHeads L width one m lane mask x heads fun rest => K (D :: rest)) = true := h
    rw [Nat.force_eq, Nat.force_eq] at h
    match ih (Bool.and_right h) with
    | ⟨rows, k, each⟩ =>
      refine ⟨_ :: rows, k, fun i hi => ?_⟩
      cases i with
      | zero => exact ⟨Bool.and_left (Bool.and_left h), Bool.and_right (Bool.and_left h)⟩
      | succ i => exact each i (Nat.lt_of_succ_lt_succ hi)

/-- What the test of all rows shows. -/
theorem of_enough {L H v m width : Nat} {rows : List Nat} {direct : Nat → Nat} (hm : m < v) (small : width < L)
    (room : (H + 1) * 2 ^ width + 2 < 2 ^ (L - 1))
    (within : ∀ i, i < H → rows.getD i 0 = pack L v (digit L (rows.getD i 0)) ∧ ∀ j, j < v → digit L (rows.getD i 0) j < 2 ^ width)
    (direct_lt : ∀ j, j < v → direct j < 2 ^ width)
    (test : enough L H (ones L v) (2 ^ (L - 1) * ones L v) (pack L v direct) m rows = true) {j : Nat} (hj : j < v) (hne : j ≠ m) :
    (total H fun i => digit L (rows.getD i 0) m) + direct j + 1 < (total H fun i => digit L (rows.getD i 0) j) + direct m := by
  unfold enough at test
  have read : readLane L (pack L v direct) m = direct m :=
    digit_pack _ (fun j hj => Nat.lt_trans (direct_lt j hj) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) small)) hm
  have at_m : (total H fun i => readLane L (nth 0 rows i) m) = total H fun i => digit L (rows.getD i 0) m :=
    total_congr fun i _ => by rw [nth_eq]; rfl
  have all : (total H fun i => nth 0 rows i) = pack L v fun j => total H fun i => digit L (rows.getD i 0) j := by
    rw [← HeadsQuartic.total_pack]
    exact total_congr fun i hi => by rw [nth_eq]; exact (within i hi).left
  have two : Nat.mul 2 (Nat.sub (ones L v) (Nat.shiftLeft 1 (Nat.mul L m))) = pack L v (lossAt 2 m) := pack_lossAt L 2 hm
  have const (k : Nat) : Nat.mul k (ones L v) = pack L v fun _ => k := (pack_const _ _ _).symm
  rw [at_m, all, two, read, const, const] at test
  have test : lanesLe _ (pack L v _ + pack L v _ + pack L v _) (pack L v _ + pack L v _) = true := test
  rw [pack_add, pack_add, pack_add] at test
  have sum_le {j : Nat} (hj : j < v) : (total H fun i => digit L (rows.getD i 0) j) ≤ H * 2 ^ width :=
    HeadsQuartic.total_le fun i hi => Nat.le_of_lt ((within i hi).right j hj)
  have space {a b e : Nat} (ha : a ≤ H * 2 ^ width) (hb : b < 2 ^ width) (he : e ≤ 2) : a + b + e < 2 ^ (L - 1) := by
    refine Nat.lt_of_le_of_lt (Nat.add_le_add (Nat.add_le_add ha (Nat.le_of_lt hb)) he) ?_
    rw [← Nat.succ_mul]
    exact room
  have loss_le (j : Nat) : lossAt 2 m j ≤ 2 := by
    unfold lossAt
    by_cases e : j = m
    case pos => rw [ite_eq_left e]; exact Nat.zero_le _
    case neg => rw [ite_eq_right e]; exact Nat.le_refl _
  have pos : 0 < L := Nat.lt_of_le_of_lt (Nat.zero_le _) small
  have le := of_lanesLe pos (fun j hj => Nat.le_of_lt (space (sum_le hm) (direct_lt j hj) (loss_le j)))
    (fun j hj => space (e := 0) (sum_le hj) (direct_lt m hm) (Nat.zero_le 2)) test hj
  have e : lossAt 2 m j = 2 := by unfold lossAt; rw [ite_eq_right hne]
  rw [e] at le
  exact le

/-! ## Soundness -/

section
variable {label : List Nat → Nat} {w : Weights} {c : Params} {B L : Nat} {tables : List HeadTables}

/-- What is known before inputs are counted. -/
structure Setting (w : Weights) (c : Params) (B L : Nat) (tables : List HeadTables) : Prop where
  mlp : w.mlp = none
  some : 0 < w.heads.length
  n_ctx : 0 < w.n_ctx
  bits : laneBits (w.headAt B 0) c ≤ L
  room : (w.heads.length + 1) * 2 ^ c.width + 2 < 2 ^ (L - 1)
  small : c.width < L
  length : tables.length = w.heads.length
  each (i : Nat) : i < w.heads.length → TablesOf w c B L (tables.getD i HeadTables.none) i

/-- An input that passes is answered correctly. -/
theorem correct_of_passes (S : Setting w c B L tables) {x : List Nat} (hx : Valid w x) {q : Nat} (hq : token x (w.n_ctx - 1) = q)
    (pass : passes label L c.width w.heads.length w.d_vocab (ones L w.d_vocab) (2 ^ (L - 1) * ones L w.d_vocab)
      ((2 ^ c.width - 1) * ones L w.d_vocab) (nth 0 (nth HeadTables.none tables 0).direct q)
      (x.foldr steppedAll ⟨mapFold (fun T => T.start (3 * 2 ^ c.width) w.n_ctx q) tables, []⟩) = true) : Correct R label w x := by
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt S.n_ctx Nat.one_pos)
  unfold passes at pass
  rw [Nat.force_eq, Lane.force_eq, foldr_input] at pass
  have hl : label x < w.d_vocab := Nat.le_of_ble_eq_true (Bool.and_left pass)
  match of_evenHeads (Bool.and_right pass) with
  | ⟨rows, all, each⟩ =>
    have length : (mapFold (fun T => HeadTables.start T (3 * 2 ^ c.width) w.n_ctx q) tables).length = w.heads.length :=
      (length_mapFold _ _).trans S.length
    have state {i : Nat} (hi : i < w.heads.length) :
        (x.foldr steppedAll ⟨mapFold (fun T => T.start (3 * 2 ^ c.width) w.n_ctx q) tables, []⟩).heads.getD i HeadState.none =
          ⟨(tables.getD i HeadTables.none).query q,
            x.foldr stepped ⟨((tables.getD i HeadTables.none).query q).below (3 * 2 ^ c.width) w.n_ctx, 0, 0, 0⟩⟩ := by
      rw [foldr_heads x (length.symm ▸ hi), getD_mapFold _ tables (S.length.symm ▸ hi) HeadTables.none]
      rfl
    have tests {i : Nat} (hi : i < w.heads.length) := each i ((foldr_length _ x).trans length |>.symm ▸ hi)
    have within {i : Nat} (hi : i < w.heads.length) := of_lanesWithin (Nat.le_of_lt S.small) (tests hi).left
    have direct : nth 0 (nth HeadTables.none tables 0).direct q =
        pack L w.d_vocab ((Enclosure.of (w.headAt B 0) c (Circuits.of (w.headAt B 0))).direct q) := by
      rw [nth_eq, nth_eq, (S.each 0 S.some).tables]
      exact getD_packAll (((S.each 0 S.some).wellFormed.length_directRows c).symm ▸ hqv) ((S.each 0 S.some).wellFormed.length_directRow c hqv)
    rw [direct] at all
    refine correct_of_margins hx S.n_ctx hl hq S.mlp S.some (fun i hi => (S.each i hi).fit) (fun i hi => (S.each i hi).wellFormed)
      (c := c) (fun i => List.tabulate w.d_vocab (digit L (rows.getD i 0))) (fun t ht hne => ?_) fun t ht hne i hi => ?_
    · have e := of_enough hl S.small S.room (fun i hi => within hi)
        (fun j _ => lt_of_narrowRows (Bool.and_right (Bool.and_right (S.each 0 S.some).narrow)) q j) all ht hne
      have entry {j : Nat} (hj : j < w.d_vocab) :
          (total w.heads.length fun i => (List.tabulate w.d_vocab (digit L (rows.getD i 0))).getD j 0) =
            total w.heads.length fun i => digit L (rows.getD i 0) j := total_congr fun i _ => List.getD_tabulate 0 hj
      show (total _ _) + _ + 1 < (total _ _) + _
      rw [entry ht, entry hl]
      exact e
    · have test := (tests hi).right
      rw [state hi] at test
      exact even_of_test (S.each i hi).wellFormed (S.each i hi).narrow hqv (congrArg (fun T => HeadTables.query T q) (S.each i hi).tables) hx.left hx.right
        hl S.bits (within hi).left (within hi).right test ht hne

/-- The inputs that pass are answered correctly. -/
theorem count_sound (R : Type) [ExpField R] (S : Setting w c B L tables) :
    AtLeast (count label w c L w.heads.length tables) (Correct R label w) := by
  unfold count
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
  rw [Nat.force_eq, Nat.force_eq, starts_eq, stepAll_eq]
  refine AtLeast.append_query q (AtLeast.countTreeCps stepAll_eq fun y hlen hlt pass => ?_)
  have hn : w.n_ctx - 1 + 1 = w.n_ctx := Nat.sub_add_cancel S.n_ctx
  have hx : Valid w (y ++ [q]) := by
    refine ⟨by rw [List.length_append, hlen]; exact hn, fun t ht => ?_⟩
    match List.mem_append.mp ht with
    | .inl ht => exact hlt t ht
    | .inr (.head _) => exact hq
  rw [← foldr_append_singleton] at pass
  have hlen : y.length = w.n_ctx - 1 := hlen
  exact correct_of_passes S hx (hlen ▸ BruteForce.token_last y q) pass

end

/-- **Brute force is sound**: for any task, any weights and any certificate, if the check evaluates to `true`, the model answers
at least `c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) {label : List Nat → Nat} (h : check label w c = true) :
    AtLeast c.bound (Correct R label w) := by
  have first := Bool.and_left h
  have later := Bool.and_right h
  rw [Nat.force_eq, Nat.force_eq] at later
  match of_withTables (Bool.and_right later) with
  | ⟨tables, count, length, each⟩ =>
    refine AtLeast.weaken (Nat.le_of_ble_eq_true count) (count_sound (B := c.cellBits) R ⟨?_, ?_, ?_, ?_, ?_, ?_, length, fun i hi => ?_⟩)
    · exact Option.eq_none_of_isNone (Bool.and_left first)
    · exact Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right first))
    · exact Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right first))
    · exact Nat.le_add_right _ _
    · exact Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left later))
    · exact Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left later))
    · have one := each i hi
      rw [Nat.zero_add] at one
      exact one

end HeadsBruteForce
end Transformer
end Compact
