prelude
import Compact.Transformer.Strategy.HeadsQuartic.Rows
/-!
# Strategy: quartic, for any number of heads

`sound`: for any weights of a model without MLP, with any number of heads and any biases, and any certificate, if the check is true,
at least `bound` inputs are answered correctly.
-/
namespace Compact
namespace Transformer
namespace HeadsQuartic

section
variable {R : Type} [ExpField R] {w : Weights} {B : Nat} {c : Params} {S : HeadsTables} {C : Counting}

/-- What is known when a block is counted. -/
structure Setting (w : Weights) (B : Nat) (c : Params) (S : HeadsTables) (C : Counting) : Prop where
  known : HeadsKnown w B c S.at
  n_pos : 1 ≤ S.n
  parts_pos : 0 < C.parts
  small : S.width < S.bits
  count : (S.v + 1) ^ S.n < 2 ^ C.countBits

variable (G : Setting w B c S C)
include G

theorem Setting.v_eq : w.d_vocab = S.v := G.known.v_eq 0 G.known.some
theorem Setting.n_eq : w.n_ctx = S.n + 1 := G.known.n_eq 0 G.known.some

/-- What is known of tokens that passed in the class with `c` other tokens: each was compared by itself, or with the first ones. -/
structure Passed (S : HeadsTables) (parts H q m c : Nat) (rows : List HeadRow) (tokens : List Nat) (level : Nat → Nat) : Prop where
  nodup : tokens.Nodup
  lt (s : Nat) : s ∈ tokens → s < m
  few : tokens.length ≤ m
  level_le (s : Nat) : s ∈ tokens → level s ≤ parts
  spares (i : Nat) : i < H → spares (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v)
    ((rows.getD i HeadRow.none).P.top ((S.at i).entry (S.at i).low q (S.n - c)))
    ((rows.getD i HeadRow.none).P.row ((S.at i).entry (S.at i).low q (S.n - c))) = true
  takes (i : Nat) : i < H → ∀ s, s ∈ tokens → takes (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v)
      ((rows.getD i HeadRow.none).P.top ((S.at i).entry (S.at i).low q (S.n - c)))
      ((rows.getD i HeadRow.none).P.row ((S.at i).entry (S.at i).low q (S.n - c)))
      ((S.at i).entry (S.at i).high q 1 * parts) (level s) (readLane S.bits (rows.getD i HeadRow.none).P.tokens s)
      (tokenRow (S.at i) (rows.getD i HeadRow.none).P s) (readLane S.bits (tokenRow (S.at i) (rows.getD i HeadRow.none).P s) m) = true ∨
    ∃ f, f ≤ m ∧ s < f ∧ firstTakes (S.at i) (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v)
      ((rows.getD i HeadRow.none).P.top ((S.at i).entry (S.at i).low q (S.n - c)))
      ((rows.getD i HeadRow.none).P.row ((S.at i).entry (S.at i).low q (S.n - c)))
      ((S.at i).entry (S.at i).high q 1 * parts) (level s) q m f (rows.getD i HeadRow.none).P.base = true

/-- The numbers of all heads in one class. -/
def ClassNumbers (S : HeadsTables) (parts H q c : Nat) (rows : List HeadRow) (cs : List HeadClass) : Prop :=
  ∀ i, i < H → cs.getD i HeadClass.none =
    ⟨(rows.getD i HeadRow.none).P, (rows.getD i HeadRow.none).P.top ((S.at i).entry (S.at i).low q (S.n - c)),
      (rows.getD i HeadRow.none).P.row ((S.at i).entry (S.at i).low q (S.n - c)), (S.at i).entry (S.at i).high q 1 * parts⟩

omit G in
/-- What is counted of the tokens that pass is counted of tokens that passed. -/
theorem atLeast_withPowers {p : List Nat → Prop} {H X q m c : Nat} {rows : List HeadRow} {sum : List HeadClass → Nat} {K : Nat → Nat}
    {level : List HeadClass → Nat → Nat} {test : List HeadClass → Nat → Bool} (sum_eq : ∀ cs, sum cs = levelPowers X (level cs) (test cs) m)
    (level_le : ∀ cs s, test cs s = true → level cs s ≤ C.parts)
    (takes : ∀ cs, ClassNumbers S C.parts H q c rows cs → ∀ i, i < H → ∀ s, s < m → test cs s = true →
      takes (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v)
        ((rows.getD i HeadRow.none).P.top ((S.at i).entry (S.at i).low q (S.n - c)))
        ((rows.getD i HeadRow.none).P.row ((S.at i).entry (S.at i).low q (S.n - c)))
        ((S.at i).entry (S.at i).high q 1 * C.parts) (level cs s) (readLane S.bits (rows.getD i HeadRow.none).P.tokens s)
        (tokenRow (S.at i) (rows.getD i HeadRow.none).P s) (readLane S.bits (tokenRow (S.at i) (rows.getD i HeadRow.none).P s) m) = true ∨
      ∃ f, f ≤ m ∧ s < f ∧ firstTakes (S.at i) (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v)
        ((rows.getD i HeadRow.none).P.top ((S.at i).entry (S.at i).low q (S.n - c)))
        ((rows.getD i HeadRow.none).P.row ((S.at i).entry (S.at i).low q (S.n - c)))
        ((S.at i).entry (S.at i).high q 1 * C.parts) (level cs s) q m f (rows.getD i HeadRow.none).P.base = true)
    (h : ∀ tokens level, Passed S C.parts H q m c rows tokens level → AtLeast (K (powerSum X level tokens)) p) :
    AtLeast (withPowers S C H (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) q rows c sum K) p := by
  unfold withPowers
  match withClasses_eq S q c C.parts rows H 0 (fun cs => Bool.rec (motive := fun _ => Nat) 0 (Nat.force (sum cs) K)
    (allBelow H fun i => spares (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v)
      (nth HeadClass.none cs i).top (nth HeadClass.none cs i).row)) with
  | ⟨cs, e, head⟩ =>
    rw [e]
    have head : ClassNumbers S C.parts H q c rows cs := fun i hi => by
      have h := head i hi
      rw [Nat.zero_add] at h
      exact h
    cases enough : allBelow H fun i => spares (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v)
        (nth HeadClass.none cs i).top (nth HeadClass.none cs i).row with
    | false => exact AtLeast.zero
    | true =>
      show AtLeast (Nat.force (sum cs) K) p
      rw [Nat.force_eq, sum_eq, levelPowers_eq]
      refine h _ _ ⟨nodup_chosen _ m, fun s hs => (mem_chosen hs).left, length_chosen_le _ m,
        fun s hs => level_le cs s (mem_chosen hs).right, fun i hi => ?_,
        fun i hi s hs => takes cs head i hi s (mem_chosen hs).left (mem_chosen hs).right⟩
      have spare := of_allBelow enough hi
      rw [nth_eq, head i hi] at spare
      exact spare

omit G in
/-- What `tokenOk` shows. -/
theorem of_tokenOk {H m l s q c : Nat} {rows : List HeadRow} {cs : List HeadClass} (head : ClassNumbers S C.parts H q c rows cs)
    (ok : tokenOk S H (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) m l s cs = true) {i : Nat} (hi : i < H) :
    takes (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v)
      ((rows.getD i HeadRow.none).P.top ((S.at i).entry (S.at i).low q (S.n - c)))
      ((rows.getD i HeadRow.none).P.row ((S.at i).entry (S.at i).low q (S.n - c)))
      ((S.at i).entry (S.at i).high q 1 * C.parts) l (readLane S.bits (rows.getD i HeadRow.none).P.tokens s)
      (tokenRow (S.at i) (rows.getD i HeadRow.none).P s)
      (readLane S.bits (tokenRow (S.at i) (rows.getD i HeadRow.none).P s) m) = true := by
  have taken := of_allBelow ok hi
  rw [Nat.force_eq, nth_eq, nth_eq, head i hi] at taken
  exact taken

omit G in
/-- The tokens of a class, each compared by itself. -/
theorem atLeast_eachToken {p : List Nat → Prop} {H X q m levels c : Nat} {rows : List HeadRow} {K : Nat → Nat}
    (h : ∀ tokens level, Passed S C.parts H q m c rows tokens level → AtLeast (K (powerSum X level tokens)) p) :
    AtLeast (withPowers S C H (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) q rows c
      (eachToken S C H (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) X m levels c) K) p :=
  atLeast_withPowers (level := fun _ => levelOf C.levelBits m levels c) (fun _ => rfl)
    (fun _ _ ok => Nat.le_of_ble_eq_true (Bool.and_left ok))
    (fun _ head _ hi _ _ ok => Or.inl (of_tokenOk head (Bool.and_right ok) hi)) h

omit G in
/-- The tokens of a class, the first ones compared at once. -/
theorem atLeast_firstThenEach {p : List Nat → Prop} {H X q m code c : Nat} {rows : List HeadRow} {K : Nat → Nat}
    (h : ∀ tokens level, Passed S C.parts H q m c rows tokens level → AtLeast (K (powerSum X level tokens)) p) :
    AtLeast (withPowers S C H (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) q rows c
      (firstThenEach S C H (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) X q m code) K) p := by
  have rest_le : m - code % 65536 ≤ m := Nat.sub_le _ _
  have whole : m - (m - code % 65536) + (m - code % 65536) = m := Nat.sub_add_cancel rest_le
  refine atLeast_withPowers
    (level := fun _ => firstThen (m - (m - code % 65536)) (readLane C.levelBits (Nat.shiftRight code 16) 0)
      fun k => readLane C.levelBits (Nat.shiftRight code 16) (Nat.succ k))
    (test := fun cs => firstThen (m - (m - code % 65536)) (Nat.ble (readLane C.levelBits (Nat.shiftRight code 16) 0) C.parts &&
        firstOk S H (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) q m (readLane C.levelBits (Nat.shiftRight code 16) 0)
          (m - (m - code % 65536)) cs)
      fun k => Nat.ble (readLane C.levelBits (Nat.shiftRight code 16) (Nat.succ k)) C.parts &&
        tokenOk S H (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) m (readLane C.levelBits (Nat.shiftRight code 16) (Nat.succ k))
          (Nat.add (m - (m - code % 65536)) k) cs)
    (fun cs => ?_) (fun cs s ok => ?_) (fun cs head i hi s hs ok => ?_) h
  · unfold firstThenEach
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
    refine (restPowers_eq X _ _ _ _ _ _).trans ?_
    exact congrArg (levelPowers X _ _) whole
  · cases Nat.lt_or_ge s (m - (m - code % 65536)) with
    | inl lt =>
      rw [firstThen_of_lt lt] at ok ⊢
      exact Nat.le_of_ble_eq_true (Bool.and_left ok)
    | inr ge =>
      match Nat.exists_eq_add_of_le ge with
      | ⟨k, e⟩ =>
        rw [e, firstThen_add] at ok ⊢
        exact Nat.le_of_ble_eq_true (Bool.and_left ok)
  · cases Nat.lt_or_ge s (m - (m - code % 65536)) with
    | inl lt =>
      rw [firstThen_of_lt lt] at ok ⊢
      have taken := of_allBelow (Bool.and_right ok) hi
      rw [nth_eq, head i hi] at taken
      exact Or.inr ⟨_, Nat.sub_le _ _, lt, taken⟩
    | inr ge =>
      match Nat.exists_eq_add_of_le ge with
      | ⟨k, e⟩ =>
        rw [e, firstThen_add] at ok ⊢
        exact Or.inl (of_tokenOk head (Bool.and_right ok) hi)

/-- The inputs of the class with `k` other tokens, if tokens passed where the positions with the maximum weigh no more. -/
theorem Passed.atLeast {q m a k : Nat} (hm : m < w.d_vocab) (hq : q ≤ m) (hk : k < classes S.n q m) {rows : List HeadRow}
    (each : ∀ j, j < w.heads.length → (rows.getD j HeadRow.none).P = HeadPair.of (S.at j) q m (rows.getD j HeadRow.none).D)
    (ok : rowsOk S w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) q m C.parts rows = true)
    {tokens : List Nat} {level : Nat → Nat} (passed : Passed S C.parts w.heads.length q m a rows tokens level)
    (le : ∀ i, i < w.heads.length → (S.at i).entry (S.at i).low q (S.n - a) ≤ (S.at i).entry (S.at i).low q (S.n - k)) :
    AtLeast (inputsOfClass C (2 ^ C.countBits) S.n k (powerSum (2 ^ C.countBits) level tokens))
      fun y => (Correct R maximum w (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = k := by
  have hv : m < S.v := G.v_eq ▸ hm
  match pairRows_of G.known hm hq G.small each ok with
  | ⟨pair, facts⟩ =>
  refine atLeast_class G.known pair hm hq G.n_eq hk passed.nodup passed.lt
    (level := level) (Nat.lt_of_le_of_lt (Nat.pow_le_pow_left ?_ S.n) G.count) rfl
    fun i hi X SL known => ⟨(S.at i).entry (S.at i).high q 1, ?_⟩
  · exact Nat.succ_le_succ (Nat.le_trans passed.few (Nat.le_of_lt hv))
  · have mass_eq : (S.at i).mass.getD q 0 = (enclosureAt w B c i).mass q (S.at i).n := known.describe.mass q known.q_lt
    have roomy := (facts i hi).left
    rw [mass_eq] at roomy
    have spare := passed.spares i hi
    rw [each i hi] at spare
    have room := known.room_of roomy
    have mass := known.mass_le (le i hi)
    refine known.spares_of_le G.small G.n_pos G.parts_pos (le i hi) room.narrower (facts i hi).right spare fun s hs j hj => ?_
    have taken := passed.takes i hi s hs
    rw [each i hi] at taken
    match taken with
    | .inl taken => exact known.of_takes room.narrower mass (passed.level_le s hs) (Nat.lt_trans (passed.lt s hs) hv) taken hj
    | .inr ⟨f, hf, hs', taken⟩ =>
      exact known.of_first room mass (passed.level_le s hs) (Nat.le_of_lt (Nat.lt_of_le_of_lt hf hv)) hs' spare taken hj

omit G in
theorem classes_pos {n : Nat} (q m : Nat) (hn : 0 < n) : 0 < classes n q m := by
  unfold classes
  cases Nat.beq q m with
  | true => exact Nat.succ_pos n
  | false => exact hn

/-- One query and one maximum. -/
theorem atLeast_countPair {q m : Nat} (hm : m < w.d_vocab) (hq : q ≤ m) : AtLeast
    (countPair S C w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) (2 ^ C.countBits) m q)
    fun x => (Correct R maximum w x ∧ maximum x = m) ∧ lastToken x = q := by
  unfold countPair
  rw [Nat.force_eq]
  cases nth 0 (nth [] C.shares m) q with
  | zero => exact AtLeast.zero
  | succ shares =>
    show AtLeast (Nat.force _ fun margin => Nat.force _ fun code => Nat.force _ fun levels => withRows S _ q m _ _ margin _ 0 _ _) _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
    match withRows_eq S (ones S.bits S.v) q m C.shareBits (shares + 1) (allMargin S w.heads.length (ones S.bits S.v) q m)
      w.heads.length 0 (Nat.mul (Nat.add w.heads.length 2) (Nat.sub (ones S.bits S.v) (Nat.shiftLeft 1 (Nat.mul S.bits m))))
      (fun rows => Bool.rec (motive := fun _ => Nat) 0 (Bool.rec (motive := fun _ => Nat)
        (total (classes S.n q m) fun k => Nat.force k fun k =>
          countClass S C w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) (2 ^ C.countBits) q m
            (Nat.shiftRight (nth 0 (nth [] C.levels m) q) 1) rows k)
        (Nat.force (Nat.pred (classes S.n q m)) fun last =>
          countClasses S C w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) (2 ^ C.countBits) q m
            (Nat.shiftRight (nth 0 (nth [] C.levels m) q) 1) rows last)
        (Nat.beq (Nat.mod (nth 0 (nth [] C.levels m) q) 2) 1))
        (rowsOk S w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) q m C.parts rows)) with
    | ⟨rows, e, each⟩ =>
      have each (j : Nat) (hj : j < w.heads.length) := Nat.zero_add j ▸ each j hj
      refine AtLeast.weaken (Nat.le_of_eq e) ?_
      cases ok : rowsOk S w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) q m C.parts rows with
      | false => exact AtLeast.zero
      | true =>
        refine AtLeast.append_query q (AtLeast.mono_pred (fun _ h => h.left) (?_ :
          AtLeast _ fun y => (Correct R maximum w (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y < classes S.n q m))
        cases Nat.beq (Nat.mod (nth 0 (nth [] C.levels m) q) 2) 1 with
        | false =>
          refine AtLeast.total (countOther m) fun k hk => ?_
          rw [Nat.force_eq]
          exact atLeast_eachToken fun tokens level passed => passed.atLeast G hm hq hk each ok fun i hi => Nat.le_refl _
        | true =>
          show AtLeast (Nat.force _ _) _
          rw [Nat.force_eq]
          refine atLeast_firstThenEach fun tokens level passed => ?_
          have pos : 0 < classes S.n q m := classes_pos q m G.n_pos
          refine AtLeast.mono_pred (fun y hy => ⟨hy.left, Nat.succ_pred_eq_of_pos pos ▸ hy.right⟩)
            (AtLeast.total (countOther m) fun k hk => ?_)
          rw [Nat.force_eq]
          cases weigh : allBelow w.heads.length fun i => Nat.ble
              (readLane S.bits (nth 0 (S.at i).low q) (Nat.sub S.n (Nat.pred (classes S.n q m))))
              (readLane S.bits (nth 0 (S.at i).low q) (Nat.sub S.n k)) with
          | false => exact AtLeast.zero
          | true =>
            refine passed.atLeast G hm hq ?_ each ok fun i hi => ?_
            · exact Nat.succ_pred_eq_of_pos pos ▸ hk
            · have le := Nat.le_of_ble_eq_true (of_allBelow weigh hi)
              rw [nth_eq] at le
              exact le

/-- One block of maxima. -/
theorem atLeast_block {lo len : Nat} (hlen : lo + len ≤ S.v) : AtLeast (countBlock S C w.heads.length lo len)
    fun x => Correct R maximum w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  unfold countBlock
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  refine AtLeast.totalFrom maximum fun i hi => ?_
  rw [Nat.force_eq]
  have hm : lo + i < w.d_vocab := G.v_eq ▸ Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hlen
  refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
  rw [Nat.force_eq]
  exact atLeast_countPair G hm (Nat.le_of_lt_succ hq)

end

/-! ## The tables of all heads -/

section
variable {w : Weights} {params : Params} {S : HeadsTables} {B : Nat}

theorem biasFits_of {b : Option Tensor} (h : fits.biasFits B b = true) (T : Tensor) (e : b = some T) : T.bits ≤ B := by
  rw [e] at h
  exact Nat.le_of_ble_eq_true h

theorem fit_of {A : Head} (h : fits w B A = true) : w.Fit B A :=
  have a := Bool.and_left h
  have b := Bool.and_left (Bool.and_right h)
  have d := Bool.and_right (Bool.and_right h)
  have own := Bool.and_left d
  have out := Bool.and_right d
  have emb := Bool.and_right a
  { one := Nat.le_of_ble_eq_true (Bool.and_left a)
    W_E := Nat.le_of_ble_eq_true (Bool.and_left emb)
    W_pos := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right emb))
    W_U := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right emb))
    W_Q := Nat.le_of_ble_eq_true (Bool.and_left b)
    W_K := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right b))
    W_V := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right b)))
    W_O := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right b)))
    b_Q := biasFits_of (Bool.and_left own)
    b_K := biasFits_of (Bool.and_left (Bool.and_right own))
    b_V := biasFits_of (Bool.and_right (Bool.and_right own))
    b_O := biasFits_of (Bool.and_left out)
    b_U := biasFits_of (Bool.and_right out) }

theorem forceTensor_eq (T : Tensor) (k : Tensor → Bool) : headCheck.forceTensor T k = k T := forceList_eq T.rows _

theorem forceTensors_eq (w : Compact.Weights) (k : Compact.Weights → Bool) : headCheck.forceTensors w k = k w := by
  unfold headCheck.forceTensors
  rw [forceTensor_eq, forceTensor_eq, forceTensor_eq, forceTensor_eq, forceTensor_eq, forceTensor_eq, forceTensor_eq]

theorem head_of {i : Nat} (h : headCheck w params S B i = true) :
    w.Fit B (w.headNo i) ∧ (S.at i).check (w.headAt B i) params (S.witness i) = true := by
  unfold headCheck at h
  rw [forceTensors_eq] at h
  exact ⟨fit_of (Bool.and_left h), Bool.and_right h⟩

theorem heads_of {rest : Bool} {count i : Nat} (h : headsThen w params S B rest count i = true) :
    (∀ j, j < count → headCheck w params S B (i + j) = true) ∧ rest = true := by
  induction count generalizing i with
  | zero => exact ⟨fun j hj => absurd hj (Nat.not_lt_zero j), h⟩
  | succ count ih =>
    have h : (headCheck w params S B i && headsThen w params S B rest count (i + 1)) = true := h
    match ih (Bool.and_right h) with
    | ⟨others, last⟩ =>
      refine ⟨fun j hj => ?_, last⟩
      cases j with
      | zero => exact Bool.and_left h
      | succ j =>
        have one := others j (Nat.lt_of_succ_lt_succ hj)
        rw [Nat.add_assoc, Nat.add_comm 1] at one
        exact one

theorem known_of (R : Type) [ExpField R] (mlp : w.mlp = none) (some : 0 < w.heads.length)
    (h : ∀ i, i < w.heads.length → headCheck w params S B i = true) : HeadsKnown w B params S.at :=
  have each {i : Nat} (hi : i < w.heads.length) := head_of (h i hi)
  { mlp := mlp
    some := some
    fit := fun _ hi => (each hi).left
    wellFormed := fun _ hi => (Tables.describe R (each hi).right).left
    describe := fun _ hi => (Tables.describe R (each hi).right).right.right.right
    v_eq := fun _ hi => (Tables.describe R (each hi).right).right.left.left
    n_eq := fun _ hi => (Tables.describe R (each hi).right).right.left.right }

end

/-- One head's tables, then those of the others: a proof goes head by head, so that the kernel can forget in between. -/
theorem nextHead {w : Weights} {params : Params} {S : HeadsTables} {B count i : Nat} {rest : Bool}
    (first : headCheck w params S B i = true) (others : headsThen w params S B rest count (Nat.succ i) = true) :
    headsThen w params S B rest (Nat.succ count) i = true := Bool.and_intro first others

/-- The last head's tables, then what comes after them. -/
theorem lastHead {w : Weights} {params : Params} {S : HeadsTables} {B i : Nat} {rest : Bool}
    (first : headCheck w params S B i = true) (others : rest = true) :
    headsThen w params S B rest (Nat.succ 0) i = true := Bool.and_intro first others

/-- One block, then the others. -/
theorem next {S : HeadsTables} {C : Counting} {H : Nat} {b : List Nat} {blocks : List (List Nat)} {lo : Nat}
    (first : blockCheck S C H lo (nth 0 b 0) (nth 0 b 1) = true) (others : blocksCheck S C H blocks (Nat.add lo (nth 0 b 0)) = true) :
    blocksCheck S C H (b :: blocks) lo = true := Bool.and_intro first others

/-- Blocks of maxima are different inputs. -/
theorem blocks_sound {R : Type} [ExpField R] {w : Weights} {B : Nat} {params : Params} {S : HeadsTables} {C : Counting}
    (K : HeadsKnown w B params S.at) {blocks : List (List Nat)} {lo : Nat} (h : blocksCheck S C w.heads.length blocks lo = true) :
    AtLeast (inputsOf blocks) fun x => Correct R maximum w x ∧ lo ≤ maximum x := by
  induction blocks generalizing lo with
  | nil => exact AtLeast.zero
  | cons b blocks ih =>
    have first : blockCheck S C w.heads.length lo (nth 0 b 0) (nth 0 b 1) = true := Bool.and_left h
    have sizes := Bool.and_left first
    have rest := Bool.and_right first
    have G : Setting w B params S C := ⟨K, Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right sizes)),
      Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right sizes)), Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left rest)),
      Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left rest))⟩
    have block := AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right rest))
      (atLeast_block (R := R) G (Nat.le_of_ble_eq_true (Bool.and_left sizes)))
    refine AtLeast.mono_pred (fun x hx => ?_) (AtLeast.add block (ih (Bool.and_right h)) fun x hx hy => ?_)
    · exact hx.elim (fun hx => ⟨hx.left, hx.right.left⟩) fun hx => ⟨hx.left, Nat.le_trans (Nat.le_add_right _ _) hx.right⟩
    · exact Nat.not_lt_of_le hy.right hx.right.right

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R maximum w) := by
  have first := Bool.and_left h
  have shape := Bool.and_right first
  have size := Bool.and_right shape
  have H : w.heads.length = c.heads := Nat.eq_of_beq_eq_true _ _ (Bool.and_left size)
  match heads_of (Bool.and_right h) with
  | ⟨heads, blocks⟩ =>
    have some : 0 < w.heads.length := H.symm ▸ Nat.le_of_ble_eq_true (Bool.and_right size)
    have K := known_of (B := c.cellBits) R (Option.eq_none_of_isNone (Bool.and_left shape)) some fun i hi =>
      Nat.zero_add i ▸ heads i (H ▸ hi)
    exact AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_left first))
      (AtLeast.mono_pred (fun _ h => h.left) (blocks_sound K (H.symm ▸ blocks)))

end HeadsQuartic
end Transformer
end Compact
