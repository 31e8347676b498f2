prelude
import Compact.Transformer.General.RowMargin
import Compact.Transformer.Strategy.MlpBruteForce.Head
import Compact.Transformer.Strategy.MlpBruteForce.Outs
/-!
# Strategy: brute force, for a model with an MLP, is sound

`sound`: for any weights, any task and any certificate, if `check` evaluates to `true`, the model answers at least `bound`
inputs correctly.
-/
namespace Compact
namespace Transformer
namespace MlpBruteForce
open BruteForce (laneBits packAll stepped getD_packAll)
open HeadsBruteForce (HeadTables HeadState TablesOf of_withTables of_evenHeads even_of_test weigh)
variable {R : Type} [ExpField R]

/-! ## Tables -/

theorem withPart_eq (w : Weights) (B : Nat) (M : MLP) (b : Nat) (k : Weights → Bool) : withPart w B M b k = k (part w B M b) := by
  cases b with
  | zero => exact HeadsQuartic.forceTensor_eq (outBias w B M) fun O => k { w with b_O := some O, mlp := none }
  | succ b =>
    show Nat.force (b * (w.d_vocab - 1)) (fun k₀ => HeadsQuartic.headCheck.forceTensor (readIn w B M k₀) fun U =>
      HeadsQuartic.headCheck.forceTensor (readBias w B M k₀) fun b' => k { w with W_U := U, b_U := some b', mlp := none }) = _
    rw [Nat.force_eq, HeadsQuartic.forceTensor_eq, HeadsQuartic.forceTensor_eq]
    rfl

theorem of_withParts {w : Weights} {M : MLP} {c : Params} {B L H count b : Nat} {K : List HeadTables → Bool}
    (h : withParts w M c B L H count b K = true) : ∃ tables, K tables = true ∧ tables.length = H * count ∧
      ∀ j, j < count → ∀ i, i < H → TablesOf (part w B M (b + j)) c (B + 1) L (tables.getD (H * j + i) HeadTables.none) i := by
  induction count generalizing b K with
  | zero => exact ⟨[], h, rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | succ count ih =>
    have h : (Nat.force b fun b => withPart w B M b fun w' => HeadsBruteForce.withTables w' c (Nat.succ B) L H 0 fun T =>
      withParts w M c B L H count (b + 1) fun rest => K (join T rest)) = true := h
    rw [Nat.force_eq, withPart_eq] at h
    match of_withTables h with
    | ⟨T, k, length, each⟩ => match ih k with
      | ⟨rest, k, restLength, restEach⟩ =>
        refine ⟨_, k, ?_, fun j hj i hi => ?_⟩
        · rw [join_eq, List.length_append, length, restLength, Nat.mul_succ, Nat.add_comm]
        · cases j with
          | zero =>
            have one := each i hi
            rw [Nat.zero_add] at one
            rw [Nat.mul_zero, Nat.zero_add, getD_join _ (length.symm ▸ hi)]
            exact one
          | succ j =>
            have one := restEach j (Nat.lt_of_succ_lt_succ hj) i hi
            rw [Nat.add_assoc, Nat.add_comm 1] at one
            rw [Nat.mul_succ, Nat.add_comm (H * j), Nat.add_assoc, getD_join_right _ length]
            exact one

theorem getD_directsOf (H q : Nat) (neurons : List HeadTables) {count : Nat} (b₀ : Nat) {b : Nat} (hb : b < count) :
    (directsOf H q neurons count b₀).getD b 0 = (neurons.getD (H * (b₀ + b)) HeadTables.none).direct.getD q 0 := by
  induction count generalizing b₀ b with
  | zero => exact absurd hb (Nat.not_lt_zero b)
  | succ count ih =>
    cases b with
    | zero =>
      show nth 0 (nth HeadTables.none neurons (H * b₀)).direct q = _
      rw [nth_eq, nth_eq]
      rfl
    | succ b =>
      refine (ih (b₀ + 1) (Nat.lt_of_succ_lt_succ hb)).trans ?_
      rw [Nat.add_assoc, Nat.add_comm 1]

theorem getD_allActivations (L H one tops z : Nat) (directs : List Nat) (rows : List (Nat × Nat)) {count : Nat} (b₀ : Nat) {b i : Nat}
    (hb : b < count) (hi : i < z) : (allActivations L H one tops z directs rows count b₀).getD (z * b + i) 0 =
      digit L (activations L H one tops z (directs.getD (b₀ + b) 0) (b₀ + b) rows) i := by
  induction count generalizing b₀ b with
  | zero => exact absurd hb (Nat.not_lt_zero b)
  | succ count ih =>
    show (Nat.force b₀ fun b₀ => Nat.force (nth 0 directs b₀) fun direct =>
      Nat.force (marked L (rowSum H b₀ rows) (activations L H one tops z direct b₀ rows)) fun N =>
      join (readLanes L N z 1) (allActivations L H one tops z directs rows count (b₀ + 1))).getD (z * b + i) 0 = _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, nth_eq]
    cases b with
    | zero =>
      rw [Nat.mul_zero, Nat.zero_add, getD_join _ ((length_readLanes _ _ _ _).symm ▸ hi), getD_readLanes _ _ _ hi, Nat.add_comm 1,
        digit_marked]
      rfl
    | succ b =>
      rw [Nat.mul_succ, Nat.add_comm (z * b), Nat.add_assoc, getD_join_right _ (length_readLanes _ _ _ _),
        ih (b₀ + 1) (Nat.lt_of_succ_lt_succ hb), Nat.add_assoc, Nat.add_comm 1]

theorem le_loss {rows : List (Nat × Nat)} {i : Nat} (hi : i < rows.length) : (rows.getD i (0, 0)).2 + 2 ≤ loss rows := by
  show _ ≤ 2 + fold (fun r ih => Nat.add r.2 ih) 0 rows
  rw [Nat.add_comm 2]
  refine Nat.add_le_add_right ?_ 2
  induction rows generalizing i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons r rows ih =>
    cases i with
    | zero => exact Nat.le_add_right _ _
    | succ i => exact Nat.le_trans (ih (Nat.lt_of_succ_lt_succ hi)) (Nat.le_add_left _ _)

/-- What heads of one block lose together. -/
theorem total_le_loss (rows : List (Nat × Nat)) (k H : Nat) (h : k + H ≤ rows.length) :
    (total H fun i => (rows.getD (k + i) (0, 0)).2) + 2 ≤ loss rows := by
  show _ ≤ 2 + fold (fun r ih => Nat.add r.2 ih) 0 rows
  rw [Nat.add_comm 2]
  refine Nat.add_le_add_right ?_ 2
  induction rows generalizing k H with
  | nil =>
    have e : H = 0 := Nat.eq_zero_of_le_zero (Nat.le_trans (Nat.le_add_left H k) h)
    rw [e]
    exact Nat.zero_le _
  | cons r rows ih =>
    cases k with
    | succ k =>
      refine Nat.le_trans (Nat.le_trans (Nat.le_of_eq (total_congr fun i _ => ?_)) (ih k H ?_)) (Nat.le_add_left _ _)
      · rw [Nat.succ_add]
        rfl
      · rw [Nat.succ_add] at h
        exact Nat.le_of_succ_le_succ h
    | zero =>
      cases H with
      | zero => exact Nat.zero_le _
      | succ H =>
        rw [total_succ']
        refine Nat.add_le_add_left (Nat.le_trans (Nat.le_of_eq (total_congr fun i _ => ?_)) (ih 0 H ?_)) _
        · rw [Nat.zero_add, Nat.zero_add]
          rfl
        · rw [Nat.zero_add] at h ⊢
          exact Nat.le_of_succ_le_succ h

/-! ## What is known while inputs are counted -/

/-- What does not change from input to input. -/
noncomputable def setupOf (w : Weights) (M : MLP) (c : Params) (L blocks : Nat) : Setup :=
  ⟨L, c.width, w.heads.length, w.d_vocab, ones L w.d_vocab, 2 ^ (L - 1) * ones L w.d_vocab, (2 ^ c.width - 1) * ones L w.d_vocab, blocks,
    2 ^ (2 * w.frac), ranges (neuronRows w M), packAll L (neuronRows w M)⟩

structure Setting (w : Weights) (M : MLP) (c : Params) (B L blocks : Nat) (heads neurons : List HeadTables) : Prop where
  mlp : w.mlp = some M
  fit : M.Fit w B
  outs : M.W_out.hasRows M.d_mlp = true
  unembed : w.W_U.hasRows w.d_model = true
  some : 0 < w.heads.length
  n_ctx : 0 < w.n_ctx
  two : 2 ≤ w.d_vocab
  small : c.width < L
  bits : laneBits (w.headAt 0 0) c ≤ L
  enough : M.d_mlp ≤ blocks * (w.d_vocab - 1)
  room : 2 ^ (2 * w.frac) * ((w.heads.length + 1) * 2 ^ c.width + 2) + (w.heads.length + 2) * 2 ^ c.width * ranges (neuronRows w M) <
    2 ^ (L - 1)
  headsLength : heads.length = w.heads.length
  neuronsLength : neurons.length = w.heads.length * blocks
  heads (i : Nat) : i < w.heads.length → TablesOf (w.linear B M) c (B + 1) L (heads.getD i HeadTables.none) i
  neurons (b : Nat) : b < blocks → ∀ i, i < w.heads.length →
    TablesOf (w.reads B M (b * (w.d_vocab - 1))) c (B + 1) L (neurons.getD (w.heads.length * b + i) HeadTables.none) i

section
variable {label : List Nat → Nat} {w : Weights} {M : MLP} {c : Params} {B L blocks : Nat} {heads neurons : List HeadTables}
  (S : Setting w M c B L blocks heads neurons)
include S

theorem Setting.L_pos : 0 < L := Nat.lt_of_le_of_lt (Nat.zero_le _) S.small

/-- Rows of all heads and two units fit. -/
theorem Setting.rows_lt : (w.heads.length + 1) * 2 ^ c.width + 2 < 2 ^ (L - 1) := by
  refine Nat.lt_of_le_of_lt (Nat.le_trans ?_ (Nat.le_add_right _ _)) S.room
  exact Nat.le_mul_of_pos_left _ (Nat.two_pow_pos _)

omit S in
/-- A state after all tokens of an input. -/
theorem state_eq {tables : List HeadTables} {q j : Nat} (hj : j < tables.length) (x : List Nat) :
    (x.foldr HeadsBruteForce.steppedAll ⟨mapFold (fun T => T.start (3 * 2 ^ c.width) w.n_ctx q) tables, []⟩).heads.getD j HeadState.none =
      ⟨(tables.getD j HeadTables.none).query q,
        x.foldr stepped ⟨((tables.getD j HeadTables.none).query q).below (3 * 2 ^ c.width) w.n_ctx, 0, 0, 0⟩⟩ := by
  rw [HeadsBruteForce.foldr_heads x ((length_mapFold _ _).symm ▸ hj), getD_mapFold _ tables hj HeadTables.none]
  rfl

/-- The rows of a block's heads, lane by lane. -/
noncomputable def laneAt (L H b : Nat) (ns : List (Nat × Nat)) (j : Nat) : Nat :=
  total H fun i => digit L (ns.getD (H * b + i) (0, 0)).1 j

/-- The row that bounds neurons from below, lane by lane. -/
noncomputable def lowered (L v : Nat) (r : Nat × Nat) (j : Nat) : Nat := digit L r.1 j + lossAt r.2 (v - 1) j

omit S in
theorem lossAt_self (a m : Nat) : lossAt a m m = 0 := ite_eq_left rfl
omit S in
theorem lossAt_ne (a : Nat) {m j : Nat} (h : j ≠ m) : lossAt a m j = a := ite_eq_right h

/-- The head `i` of the block `b` of neurons. -/
noncomputable def neuronHead (w : Weights) (M : MLP) (B b i : Nat) : Compact.Weights :=
  (w.reads B M (b * (w.d_vocab - 1))).headAt (B + 1) i

theorem Setting.z_lt : w.d_vocab - 1 < w.d_vocab := Nat.sub_lt (Nat.lt_of_lt_of_le Nat.two_pos S.two) Nat.one_pos

omit S in
theorem index_lt {b i : Nat} (hb : b < blocks) (hi : i < w.heads.length) : w.heads.length * b + i < w.heads.length * blocks :=
  Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi _) (Nat.mul_succ _ b ▸ Nat.mul_le_mul_left _ hb)

/-- The tests that rows of all heads of all blocks of neurons have passed. -/
def Tested (w : Weights) (c : Params) (L : Nat) (x : List Nat) (q : Nat) (neurons : List HeadTables) (ns : List (Nat × Nat)) : Prop :=
  ∀ i, i < neurons.length →
    RowTest L c.width (ones L w.d_vocab) (2 ^ (L - 1) * ones L w.d_vocab) (w.d_vocab - 1) (Lane.of L (ones L w.d_vocab) (w.d_vocab - 1))
      ((2 ^ c.width - 1) * ones L w.d_vocab) (weigh ((neurons.getD i HeadTables.none).query q) x 0)
      (x.foldr stepped ⟨((neurons.getD i HeadTables.none).query q).below (3 * 2 ^ c.width) w.n_ctx, 0, 0, 0⟩).slack
      (x.foldr stepped ⟨((neurons.getD i HeadTables.none).query q).below (3 * 2 ^ c.width) w.n_ctx, 0, 0, 0⟩).logits
      (ns.getD i (0, 0)).1 (ns.getD i (0, 0)).2

section block
variable {x : List Nat} {q : Nat} (hx : Valid w x) (hq : token x (w.n_ctx - 1) = q) {ns : List (Nat × Nat)}
  (length : ns.length = neurons.length) (small : loss ns ≤ 2 ^ c.width) (tests : Tested w c L x q neurons ns)
  {b : Nat} (hb : b < blocks)
include hx hq length small tests hb

/-- Of one head: its row, and what it bounds from both sides. -/
theorem head_bounds {i : Nat} (hi : i < w.heads.length) :
    (ns.getD (w.heads.length * b + i) (0, 0)).1 = pack L w.d_vocab (digit L (ns.getD (w.heads.length * b + i) (0, 0)).1) ∧
    (∀ j, j < w.d_vocab → digit L (ns.getD (w.heads.length * b + i) (0, 0)).1 j < 2 ^ c.width) ∧
    ∀ j, j < w.d_vocab → j ≠ w.d_vocab - 1 →
      0 ≤ (viewWithDirect R (neuronHead w M B b i) c q (List.tabulate w.d_vocab
        (digit L (ns.getD (w.heads.length * b + i) (0, 0)).1))).margin w.n_ctx x (w.d_vocab - 1) j ∧
      0 ≤ (viewWithDirect R (neuronHead w M B b i) c q (List.tabulate w.d_vocab
        (lowered L w.d_vocab (ns.getD (w.heads.length * b + i) (0, 0))))).margin w.n_ctx x j (w.d_vocab - 1) := by
  have at_ : w.heads.length * b + i < neurons.length := S.neuronsLength.symm ▸ index_lt hb hi
  have test := tests _ at_
  have T := S.neurons b hb i hi
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt S.n_ctx Nat.one_pos)
  have extra_le : (ns.getD (w.heads.length * b + i) (0, 0)).2 ≤ 2 ^ c.width :=
    Nat.le_trans (Nat.le_trans (Nat.le_add_right _ 2) (le_loss (length.symm ▸ at_))) small
  generalize ns.getD (w.heads.length * b + i) (0, 0) = r at test extra_le ⊢
  match of_lanesWithin (Nat.le_of_lt S.small) test.within, of_lanesWithin (Nat.le_of_lt S.small) test.within' with
  | ⟨row, row_lt⟩, ⟨row', row_lt'⟩ =>
    have loss : r.2 * (ones L w.d_vocab - Nat.shiftLeft 1 (L * (w.d_vocab - 1))) = pack L w.d_vocab (lossAt r.2 (w.d_vocab - 1)) :=
      pack_lossAt L r.2 S.z_lt
    have sum : r.1 + r.2 * (ones L w.d_vocab - Nat.shiftLeft 1 (L * (w.d_vocab - 1))) = pack L w.d_vocab (lowered L w.d_vocab r) := by
      rw [loss]
      refine (congrArg (· + _) row).trans ?_
      rw [pack_add]
      rfl
    have loss_le (j : Nat) : lossAt r.2 (w.d_vocab - 1) j ≤ 2 ^ c.width := by
      unfold lossAt
      by_cases e : j = w.d_vocab - 1
      case pos => rw [ite_eq_left e]; exact Nat.zero_le _
      case neg => rw [ite_eq_right e]; exact extra_le
    have pow_le : 2 ^ c.width + 2 ^ c.width ≤ 2 ^ L := by
      rw [← Nat.two_pow_succ]
      exact Nat.pow_le_pow_right Nat.two_pos S.small
    have lowered_eq {j : Nat} (hj : j < w.d_vocab) :
        digit L (r.1 + r.2 * (ones L w.d_vocab - Nat.shiftLeft 1 (L * (w.d_vocab - 1)))) j = lowered L w.d_vocab r j := by
      rw [sum]
      refine digit_pack _ (fun j hj => Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le (row_lt j hj) (loss_le j)) pow_le) hj
    have query : (neurons.getD (w.heads.length * b + i) HeadTables.none).query q =
        (HeadTables.of L (Enclosure.of (neuronHead w M B b i) c (Circuits.of (neuronHead w M B b i)))).query q :=
      congrArg (fun T => HeadTables.query T q) T.tables
    have lanes := lanesOf (R := R) T.wellFormed T.narrow hqv query hx.left hx.right S.bits row row_lt
    have lanes' := lanesOf (R := R) T.wellFormed T.narrow hqv query hx.left hx.right S.bits sum
      (fun j hj => lowered_eq hj ▸ row_lt' j hj)
    exact ⟨row, row_lt, fun j hj hne => ⟨above_of_test lanes S.L_pos S.z_lt test.up hj hne,
      below_of_test lanes' S.L_pos S.z_lt test.down hj hne⟩⟩

/-- What the activation of a neuron is made of. -/
noncomputable def plus (w : Weights) (M : MLP) (c : Params) (B L q b : Nat) (ns : List (Nat × Nat)) (t : Nat) : Nat :=
  directAt (w.reads B M (b * (w.d_vocab - 1))) (B + 1) c q t + (laneAt L w.heads.length b ns (w.d_vocab - 1) + 1)
noncomputable def minus (w : Weights) (M : MLP) (c : Params) (B L q b : Nat) (ns : List (Nat × Nat)) (t : Nat) : Nat :=
  directAt (w.reads B M (b * (w.d_vocab - 1))) (B + 1) c q (w.d_vocab - 1) + laneAt L w.heads.length b ns t

/-- A neuron's ReLU is its activation, up to the loss. -/
theorem neuron_bounds {t : Nat} (ht : t + 1 < w.d_vocab) (hj : b * (w.d_vocab - 1) + t < M.d_mlp) :
    (w.linear B M).unitAt R (B + 1) c * relu (pre R w x M (b * (w.d_vocab - 1) + t)) ≤
        ofNat R (plus w M c B L q b ns t - minus w M c B L q b ns t) ∧
      ofNat R (plus w M c B L q b ns t - minus w M c B L q b ns t) ≤
        (w.linear B M).unitAt R (B + 1) c * relu (pre R w x M (b * (w.d_vocab - 1) + t)) + ofNat R (loss ns) := by
  have htv := Nat.lt_of_succ_lt ht
  have hz : w.d_vocab - 1 + 1 = w.d_vocab := Nat.sub_add_cancel (Nat.le_of_succ_le S.two)
  have hne : t ≠ w.d_vocab - 1 := fun e => Nat.lt_irrefl w.d_vocab (by rw [e, hz] at ht; exact ht)
  have each {i : Nat} (hi : i < w.heads.length) := head_bounds (R := R) S hx hq length small tests hb hi
  have T {i : Nat} (hi : i < w.heads.length) := S.neurons b hb i hi
  have valid : Valid (w.reads B M (b * (w.d_vocab - 1))) x := hx
  have unit : (w.reads B M (b * (w.d_vocab - 1))).unitAt R (B + 1) c = (w.linear B M).unitAt R (B + 1) c := rfl
  have up := le_sub_of_rows (R := R) valid S.n_ctx hq rfl S.some (fun i hi => (T hi).fit) (fun i hi => (T hi).wellFormed) (c := c)
    (fun i => List.tabulate w.d_vocab (digit L (ns.getD (w.heads.length * b + i) (0, 0)).1)) (a := w.d_vocab - 1) (b := t) S.z_lt htv
    fun i hi => ((each hi).right.right t htv hne).left
  have down := le_sub_of_rows (R := R) valid S.n_ctx hq rfl S.some (fun i hi => (T hi).fit) (fun i hi => (T hi).wellFormed) (c := c)
    (fun i => List.tabulate w.d_vocab (lowered L w.d_vocab (ns.getD (w.heads.length * b + i) (0, 0)))) (a := t) (b := w.d_vocab - 1) htv
    S.z_lt fun i hi => ((each hi).right.right t htv hne).right
  have neuron : logit R (w.reads B M (b * (w.d_vocab - 1))) x t = pre R w x M (b * (w.d_vocab - 1) + t) := logit_reads S.fit ht hj
  have zero : logit R (w.reads B M (b * (w.d_vocab - 1))) x (w.d_vocab - 1) = 0 := logit_reads_last S.fit hz
  have lane {j : Nat} (hj : j < w.d_vocab) : (total w.heads.length fun i =>
      (List.tabulate w.d_vocab (digit L (ns.getD (w.heads.length * b + i) (0, 0)).1)).getD j 0) = laneAt L w.heads.length b ns j :=
    total_congr fun i _ => List.getD_tabulate 0 hj
  have lane' {j : Nat} (hj : j < w.d_vocab) : (total w.heads.length fun i =>
      (List.tabulate w.d_vocab (lowered L w.d_vocab (ns.getD (w.heads.length * b + i) (0, 0)))).getD j 0) =
        laneAt L w.heads.length b ns j + total w.heads.length fun i => lossAt (ns.getD (w.heads.length * b + i) (0, 0)).2 (w.d_vocab - 1) j := by
    unfold laneAt
    rw [← total_add]
    exact total_congr fun i _ => List.getD_tabulate 0 hj
  have atZ : (total w.heads.length fun i => lossAt (ns.getD (w.heads.length * b + i) (0, 0)).2 (w.d_vocab - 1) (w.d_vocab - 1)) = 0 := by
    rw [total_congr fun i _ => lossAt_self _ (w.d_vocab - 1), total_const]
    rfl
  have atT : (total w.heads.length fun i => lossAt (ns.getD (w.heads.length * b + i) (0, 0)).2 (w.d_vocab - 1) t) + 2 ≤ loss ns := by
    rw [total_congr fun i _ => lossAt_ne _ hne]
    refine total_le_loss ns (w.heads.length * b) w.heads.length ?_
    rw [length, S.neuronsLength, ← Nat.mul_succ]
    exact Nat.mul_le_mul_left _ hb
  have loss_le := ofNat_le (R := R) atT
  rw [unit, neuron, zero] at up down
  have up : ofNat R (directAt _ (B + 1) c q _) + ofNat R (total w.heads.length fun i => _) ≤
    _ + (_ + 1 + ofNat R (total w.heads.length fun i => _)) := up
  have down : ofNat R (directAt _ (B + 1) c q _) + ofNat R (total w.heads.length fun i => _) ≤
    _ + (_ + 1 + ofNat R (total w.heads.length fun i => _)) := down
  rw [lane htv, lane S.z_lt] at up
  rw [lane' htv, lane' S.z_lt, atZ, Nat.add_zero, ofNat_add (laneAt _ _ _ _ t)] at down
  refine ⟨relu_le_sub ?_, sub_le_relu unitAt_pos ?_⟩
  · unfold plus minus
    rw [ofNat_add, ofNat_add, ofNat_add (laneAt L w.heads.length b ns (w.d_vocab - 1)) 1]
    exact le_of_linear up (first _ _ _ _ _ _)
  · unfold plus minus
    rw [ofNat_add, ofNat_add (laneAt L w.heads.length b ns (w.d_vocab - 1)) 1, ofNat_add]
    rw [ofNat_add _ 2] at loss_le
    exact le_of_linear (add_le_add down loss_le) (second _ _ _ _ _ _ _ _)
where
  first (U p d e s t : R) : d + (t + ofNat R 1) + (e + s) = U * p + (e + s) + (U * (0 - p) + (d + 1 + t)) := by
    have one : (ofNat R 1 : R) = 1 := rfl
    rw [one]
    ring [U, p, d, e, s, t]
  second (U p d e s t k l : R) : U * p + (e + s) + l + (d + t + (k + ofNat R 2)) =
      d + (t + ofNat R 1) + (U * (p - 0) + (e + 1 + (s + k)) + l) := by
    have one : (ofNat R 1 : R) = 1 := rfl
    have two : (ofNat R 2 : R) = 2 := rfl
    rw [one, two]
    ring [U, p, d, e, s, t, k, l]

omit S hx hq length small tests hb in
theorem laneAt_le (ns : List (Nat × Nat)) {j a : Nat} (h : ∀ i, i < w.heads.length → digit L (ns.getD (w.heads.length * b + i) (0, 0)).1 j ≤ a) :
    laneAt L w.heads.length b ns j ≤ w.heads.length * a := HeadsQuartic.total_le h

omit hx hq length small in
/-- The rows keep to their width. -/
theorem head_row {i : Nat} (hi : i < w.heads.length) :
    (ns.getD (w.heads.length * b + i) (0, 0)).1 = pack L w.d_vocab (digit L (ns.getD (w.heads.length * b + i) (0, 0)).1) ∧
    ∀ j, j < w.d_vocab → digit L (ns.getD (w.heads.length * b + i) (0, 0)).1 j < 2 ^ c.width :=
  of_lanesWithin (Nat.le_of_lt S.small) (tests _ (S.neuronsLength.symm ▸ index_lt hb hi)).within

omit length small in
/-- What is packed of a block, lane by lane. -/
theorem activations_eq : activations L w.heads.length (ones L w.d_vocab) (2 ^ (L - 1) * ones L w.d_vocab) (w.d_vocab - 1)
      ((directsOf w.heads.length q neurons blocks 0).getD b 0) b ns =
        pack L w.d_vocab (fun t => plus w M c B L q b ns t - minus w M c B L q b ns t) ∧
    ∀ t, t < w.d_vocab → plus w M c B L q b ns t ≤ (w.heads.length + 1) * 2 ^ c.width := by
  have each {i : Nat} (hi : i < w.heads.length) := head_row S tests hb hi
  have T : TablesOf (w.reads B M (b * (w.d_vocab - 1))) c (B + 1) L (neurons.getD (w.heads.length * b) HeadTables.none) 0 :=
    S.neurons b hb 0 S.some
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt S.n_ctx Nat.one_pos)
  have direct : (directsOf w.heads.length q neurons blocks 0).getD b 0 =
      pack L w.d_vocab (directAt (w.reads B M (b * (w.d_vocab - 1))) (B + 1) c q) := by
    rw [getD_directsOf _ _ _ 0 hb, Nat.zero_add, T.tables]
    exact getD_packAll ((T.wellFormed.length_directRows c).symm ▸ hqv) (T.wellFormed.length_directRow c hqv)
  have direct_lt (j : Nat) : directAt (w.reads B M (b * (w.d_vocab - 1))) (B + 1) c q j < 2 ^ c.width :=
    lt_of_narrowRows (Bool.and_right (Bool.and_right T.narrow)) q j
  have lane_le {j : Nat} (hj : j < w.d_vocab) : laneAt L w.heads.length b ns j ≤ w.heads.length * 2 ^ c.width :=
    laneAt_le ns fun i hi => Nat.le_of_lt ((each hi).right j hj)
  have rows : rowSum w.heads.length b ns = pack L w.d_vocab (laneAt L w.heads.length b ns) := by
    refine (total_congr fun i hi => ?_).trans (HeadsQuartic.total_pack L w.d_vocab
      (fun i => digit L (ns.getD (w.heads.length * b + i) (0, 0)).1) w.heads.length)
    show (nth (0, 0) ns (w.heads.length * b + i)).1 = _
    rw [nth_eq]
    exact (each hi).left
  have room := S.rows_lt
  have half : 2 ^ (L - 1) ≤ 2 ^ L := Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)
  have rows_lt {j : Nat} (hj : j < w.d_vocab) : laneAt L w.heads.length b ns j < 2 ^ L := by
    refine Nat.lt_of_le_of_lt (lane_le hj) (Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt ?_ room) half)
    exact Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_succ _)) (Nat.le_add_right _ 2)
  have plus_le {t : Nat} : plus w M c B L q b ns t ≤ (w.heads.length + 1) * 2 ^ c.width := by
    unfold plus
    rw [Nat.succ_mul, Nat.add_comm, Nat.add_assoc, Nat.add_comm 1]
    exact Nat.add_le_add (lane_le S.z_lt) (direct_lt t)
  have minus_le {t : Nat} (ht : t < w.d_vocab) : minus w M c B L q b ns t ≤ (w.heads.length + 1) * 2 ^ c.width := by
    unfold minus
    rw [Nat.succ_mul, Nat.add_comm]
    exact Nat.add_le_add (lane_le ht) (Nat.le_of_lt (direct_lt _))
  have lt {a : Nat} (h : a ≤ (w.heads.length + 1) * 2 ^ c.width) : a < 2 ^ (L - 1) :=
    Nat.lt_of_le_of_lt (Nat.le_trans h (Nat.le_add_right _ 2)) room
  refine ⟨?_, fun t _ => plus_le⟩
  have atZ : readLane L (pack L w.d_vocab (laneAt L w.heads.length b ns)) (w.d_vocab - 1) = laneAt L w.heads.length b ns (w.d_vocab - 1) :=
    digit_pack _ (fun j hj => rows_lt hj) S.z_lt
  have directZ : readLane L (pack L w.d_vocab (directAt (w.reads B M (b * (w.d_vocab - 1))) (B + 1) c q)) (w.d_vocab - 1) =
      directAt (w.reads B M (b * (w.d_vocab - 1))) (B + 1) c q (w.d_vocab - 1) :=
    digit_pack _ (fun j _ => Nat.lt_trans (direct_lt j) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) S.small)) S.z_lt
  have const (k : Nat) : Nat.mul k (ones L w.d_vocab) = pack L w.d_vocab fun _ => k := (pack_const _ _ _).symm
  unfold activations
  rw [Nat.force_eq, rows, direct, atZ, directZ, const, const]
  show lanesMonus _ (L - 1) (pack L w.d_vocab _ + pack L w.d_vocab _) (pack L w.d_vocab _ + pack L w.d_vocab _) = _
  rw [pack_add, pack_add]
  exact lanesMonus_pack S.L_pos (fun j _ => lt plus_le) fun j hj => lt (minus_le hj)

end block

section input
variable {x : List Nat} {q : Nat} (hx : Valid w x) (hq : token x (w.n_ctx - 1) = q) {ns : List (Nat × Nat)}
  (length : ns.length = neurons.length) (small : loss ns ≤ 2 ^ c.width) (tests : Tested w c L x q neurons ns)
include hx hq length small tests

/-- All activations of an input, as they are computed. -/
noncomputable def actsOf (w : Weights) (L q blocks : Nat) (neurons : List HeadTables) (ns : List (Nat × Nat)) : List Nat :=
  allActivations L w.heads.length (ones L w.d_vocab) (2 ^ (L - 1) * ones L w.d_vocab) (w.d_vocab - 1)
    (directsOf w.heads.length q neurons blocks 0) ns blocks 0

/-- Each is the neuron's ReLU, up to the loss. -/
theorem acts_bounds {j : Nat} (hj : j < M.d_mlp) :
    (w.linear B M).unitAt R (B + 1) c * relu (pre R w x M j) ≤ ofNat R ((actsOf w L q blocks neurons ns).getD j 0) ∧
    ofNat R ((actsOf w L q blocks neurons ns).getD j 0) ≤ (w.linear B M).unitAt R (B + 1) c * relu (pre R w x M j) + ofNat R (loss ns) ∧
    (actsOf w L q blocks neurons ns).getD j 0 ≤ (w.heads.length + 1) * 2 ^ c.width := by
  have pos : 0 < w.d_vocab - 1 := Nat.le_sub_of_add_le (b := 1) S.two
  have hz : w.d_vocab - 1 + 1 = w.d_vocab := Nat.sub_add_cancel (Nat.le_of_succ_le S.two)
  have hb : j / (w.d_vocab - 1) < blocks := (Nat.div_lt_iff_lt_mul pos).mpr (Nat.lt_of_lt_of_le hj S.enough)
  have hi : j % (w.d_vocab - 1) < w.d_vocab - 1 := Nat.mod_lt j pos
  have e : (w.d_vocab - 1) * (j / (w.d_vocab - 1)) + j % (w.d_vocab - 1) = j := Nat.div_add_mod j (w.d_vocab - 1)
  generalize j / (w.d_vocab - 1) = b at hb e
  generalize j % (w.d_vocab - 1) = t at hi e
  have ht : t + 1 < w.d_vocab := Nat.lt_of_lt_of_le (Nat.succ_lt_succ hi) (Nat.le_of_eq hz)
  have htv := Nat.lt_of_succ_lt ht
  have e' : b * (w.d_vocab - 1) + t = j := by rw [Nat.mul_comm]; exact e
  have bounds := neuron_bounds (R := R) S hx hq length small tests hb ht (e'.symm ▸ hj)
  have packed := activations_eq S hx hq tests hb
  have lt (t : Nat) (ht : t < w.d_vocab) : plus w M c B L q b ns t - minus w M c B L q b ns t < 2 ^ L := by
    refine Nat.lt_of_le_of_lt (Nat.le_trans (Nat.sub_le _ _) (packed.right t ht)) ?_
    exact Nat.lt_of_le_of_lt (Nat.le_add_right _ 2)
      (Nat.lt_of_lt_of_le S.rows_lt (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)))
  have act : (actsOf w L q blocks neurons ns).getD j 0 = plus w M c B L q b ns t - minus w M c B L q b ns t := by
    unfold actsOf
    rw [← e, getD_allActivations _ _ _ _ _ _ _ 0 hb hi, Nat.zero_add, packed.left]
    exact digit_pack _ lt htv
  rw [e'] at bounds
  rw [act]
  exact ⟨bounds.left, bounds.right, Nat.le_trans (Nat.sub_le _ _) (packed.right t htv)⟩

/-- **One input.**  If the rows of all heads and the activations are enough, it is answered correctly. -/
theorem correct_of_enough (hl : label x < w.d_vocab) {rows : List Nat}
    (within : ∀ i, i < w.heads.length → rows.getD i 0 = pack L w.d_vocab (digit L (rows.getD i 0)) ∧
      ∀ j, j < w.d_vocab → digit L (rows.getD i 0) j < 2 ^ c.width)
    (even : ∀ t, t < w.d_vocab → t ≠ label x → ∀ i, i < w.heads.length →
      0 ≤ (viewWithDirect R ((w.linear B M).headAt (B + 1) i) c q (List.tabulate w.d_vocab (digit L (rows.getD i 0)))).margin
        w.n_ctx x (label x) t)
    (test : enough (setupOf w M c L blocks) ((heads.getD 0 HeadTables.none).direct.getD q 0) (label x) rows
      (actsOf w L q blocks neurons ns) (loss ns) = true) : Correct R label w x := by
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt S.n_ctx Nat.one_pos)
  have acts {j : Nat} (hj : j < M.d_mlp) := acts_bounds (R := R) S hx hq length small tests hj
  have T {i : Nat} (hi : i < w.heads.length) := S.heads i hi
  have direct : (heads.getD 0 HeadTables.none).direct.getD q 0 = pack L w.d_vocab (directAt (w.linear B M) (B + 1) c q) := by
    rw [(T S.some).tables]
    exact getD_packAll (((T S.some).wellFormed.length_directRows c).symm ▸ hqv) ((T S.some).wellFormed.length_directRow c hqv)
  have direct_lt (j : Nat) : directAt (w.linear B M) (B + 1) c q j < 2 ^ c.width :=
    lt_of_narrowRows (Bool.and_right (Bool.and_right (T S.some).narrow)) q j
  generalize actsOf w L q blocks neurons ns = as at acts test
  -- What neurons add, as packed lanes.
  have outs := dot_outs S.outs S.unembed L as
  have lane (t : Nat) := ofNat_dot_outs (R := R) S.outs S.unembed as t
  have lane_le (t : Nat) : dot as (mapFold (fun row => row.getD t 0) (neuronRows w M)) ≤
      (w.heads.length + 1) * 2 ^ c.width * ranges (neuronRows w M) := by
    refine le_of_ofNat_le (R := R) ?_
    rw [lane, ofNat_mul, ofNat_ranges S.outs S.unembed, mul_sum]
    exact sum_le_sum fun j hj => mul_le_mul (ofNat_le (acts hj).right.right) (ofNat_le (neuronRow_le j t)) (ofNat_nonneg _) (ofNat_nonneg _)
  have half : 2 ^ (L - 1) ≤ 2 ^ L := Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)
  have room := S.room
  have split : (w.heads.length + 2) * 2 ^ c.width * ranges (neuronRows w M) =
      (w.heads.length + 1) * 2 ^ c.width * ranges (neuronRows w M) + 2 ^ c.width * ranges (neuronRows w M) := by
    rw [Nat.succ_mul (w.heads.length + 1), Nat.add_mul]
  rw [split] at room
  have lossRange : loss ns * ranges (neuronRows w M) ≤ 2 ^ c.width * ranges (neuronRows w M) := Nat.mul_le_mul_right _ small
  have lane_lt (t : Nat) : dot as (mapFold (fun row => row.getD t 0) (neuronRows w M)) < 2 ^ L := by
    refine Nat.lt_of_le_of_lt (lane_le t) (Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt ?_ room) half)
    exact Nat.le_trans (Nat.le_add_right _ _) (Nat.le_add_left _ _)
  unfold enough at test
  have test := Bool.and_right test
  rw [Nat.force_eq] at test
  have test : lanesLe (2 ^ (L - 1) * ones L w.d_vocab)
    (2 ^ (2 * w.frac) * ((total w.heads.length fun i => readLane L (nth 0 rows i) (label x)) * ones L w.d_vocab +
      (heads.getD 0 HeadTables.none).direct.getD q 0) + dot as (packAll L (neuronRows w M)) +
      (2 * 2 ^ (2 * w.frac) + loss ns * ranges (neuronRows w M)) * (ones L w.d_vocab - Nat.shiftLeft 1 (L * label x)))
    (2 ^ (2 * w.frac) * ((total w.heads.length fun i => nth 0 rows i) +
      readLane L ((heads.getD 0 HeadTables.none).direct.getD q 0) (label x) * ones L w.d_vocab) +
      readLane L (dot as (packAll L (neuronRows w M))) (label x) * ones L w.d_vocab) = true := test
  have at_m : (total w.heads.length fun i => readLane L (nth 0 rows i) (label x)) =
      total w.heads.length fun i => digit L (rows.getD i 0) (label x) := total_congr fun i _ => by rw [nth_eq]; rfl
  have all : (total w.heads.length fun i => nth 0 rows i) =
      pack L w.d_vocab fun j => total w.heads.length fun i => digit L (rows.getD i 0) j := by
    rw [← HeadsQuartic.total_pack]
    exact total_congr fun i hi => by rw [nth_eq]; exact (within i hi).left
  have read : readLane L (pack L w.d_vocab (directAt (w.linear B M) (B + 1) c q)) (label x) = directAt (w.linear B M) (B + 1) c q (label x) :=
    digit_pack _ (fun j _ => Nat.lt_trans (direct_lt j) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) S.small)) hl
  have readOuts : readLane L (pack L w.d_vocab fun t => dot as (mapFold (fun row => row.getD t 0) (neuronRows w M))) (label x) =
      dot as (mapFold (fun row => row.getD (label x) 0) (neuronRows w M)) := digit_pack _ (fun j _ => lane_lt j) hl
  have const (k : Nat) : k * ones L w.d_vocab = pack L w.d_vocab fun _ => k := (pack_const _ _ _).symm
  rw [outs, at_m, all, direct, read, readOuts, pack_lossAt L _ hl, const (total w.heads.length fun i => digit L (rows.getD i 0) (label x)),
    const (directAt (w.linear B M) (B + 1) c q (label x)), const (dot as _), pack_add, pack_add, mul_pack, mul_pack, pack_add,
    pack_add, pack_add] at test
  have sum_le {j : Nat} (hj : j < w.d_vocab) : (total w.heads.length fun i => digit L (rows.getD i 0) j) ≤
      w.heads.length * 2 ^ c.width := HeadsQuartic.total_le fun i hi => Nat.le_of_lt ((within i hi).right j hj)
  have loss_le (j : Nat) : lossAt (2 * 2 ^ (2 * w.frac) + loss ns * ranges (neuronRows w M)) (label x) j ≤
      2 ^ (2 * w.frac) * 2 + 2 ^ c.width * ranges (neuronRows w M) := by
    unfold lossAt
    by_cases e : j = label x
    case pos => rw [ite_eq_left e]; exact Nat.zero_le _
    case neg => rw [ite_eq_right e, Nat.mul_comm 2]; exact Nat.add_le_add_left lossRange _
  have space {a b e f : Nat} (ha : a ≤ w.heads.length * 2 ^ c.width) (hb : b ≤ 2 ^ c.width)
      (he : e ≤ (w.heads.length + 1) * 2 ^ c.width * ranges (neuronRows w M))
      (hf : f ≤ 2 ^ (2 * w.frac) * 2 + 2 ^ c.width * ranges (neuronRows w M)) : 2 ^ (2 * w.frac) * (a + b) + e + f < 2 ^ (L - 1) := by
    refine Nat.lt_of_le_of_lt (Nat.add_le_add (Nat.add_le_add (Nat.mul_le_mul_left _ (Nat.add_le_add ha hb)) he) hf) ?_
    refine Nat.lt_of_le_of_lt (Nat.le_of_eq ?_) room
    ring [2 ^ (2 * w.frac), w.heads.length, 2 ^ c.width, ranges (neuronRows w M)]
  refine ⟨hx, hl, fun t ht hne => sub_pos.mp ?_⟩
  have le := of_lanesLe S.L_pos
    (fun j _ => Nat.le_of_lt (space (sum_le hl) (Nat.le_of_lt (direct_lt j)) (lane_le j) (loss_le j)))
    (fun j hj => space (f := 0) (sum_le hj) (Nat.le_of_lt (direct_lt _)) (lane_le _) (Nat.zero_le _)) test ht
  have le : 2 ^ (2 * w.frac) * ((total w.heads.length fun i => digit L (rows.getD i 0) (label x)) + directAt (w.linear B M) (B + 1) c q t) +
    dot as (mapFold (fun row => row.getD t 0) (neuronRows w M)) +
      lossAt (2 * 2 ^ (2 * w.frac) + loss ns * ranges (neuronRows w M)) (label x) t ≤
    2 ^ (2 * w.frac) * ((total w.heads.length fun i => digit L (rows.getD i 0) t) + directAt (w.linear B M) (B + 1) c q (label x)) +
      dot as (mapFold (fun row => row.getD (label x) 0) (neuronRows w M)) := le
  rw [lossAt_ne _ hne] at le
  have margin := le_sub_of_rows (R := R) (w := w.linear B M) (B := B + 1) (c := c) hx S.n_ctx hq rfl S.some (fun i hi => (T hi).fit)
    (fun i hi => (T hi).wellFormed) (fun i => List.tabulate w.d_vocab (digit L (rows.getD i 0))) hl ht (even t ht hne)
  have rowAt {j : Nat} (hj : j < w.d_vocab) : (total (w.linear B M).heads.length fun i =>
      (List.tabulate w.d_vocab (digit L (rows.getD i 0))).getD j 0) = total w.heads.length fun i => digit L (rows.getD i 0) j :=
    total_congr fun i _ => List.getD_tabulate 0 hj
  rw [rowAt hl, rowAt ht] at margin
  have U : (0 : R) < (w.linear B M).unitAt R (B + 1) c := unitAt_pos
  have K : (0 : R) < ofNat R (2 ^ (2 * w.frac)) := ofNat_pos (Nat.two_pow_pos _)
  have sums := neuron_sum_ge (R := R) (J := M.d_mlp) (g := fun j => (w.linear B M).unitAt R (B + 1) c * relu (pre R w x M j))
    (a := fun j => ofNat R (as.getD j 0)) (s := fun j => ofNat R (((neuronRows w M).getD j []).getD (label x) 0))
    (t := fun j => ofNat R (((neuronRows w M).getD j []).getD t 0)) (top := fun j => ofNat R (maxList ((neuronRows w M).getD j [])))
    (e := ofNat R (loss ns)) (ofNat_nonneg _) (fun j hj => (acts hj).left) (fun j hj => (acts hj).right.left) (fun j _ => ofNat_nonneg _)
    (fun j _ => ofNat_nonneg _) fun j _ => ofNat_le (neuronRow_le j (label x))
  rw [← lane, ← lane, ← ofNat_ranges S.outs S.unembed, ← ofNat_mul] at sums
  have neurons_eq : (sum M.d_mlp fun j => (w.linear B M).unitAt R (B + 1) c * relu (pre R w x M j) *
      (ofNat R (((neuronRows w M).getD j []).getD (label x) 0) - ofNat R (((neuronRows w M).getD j []).getD t 0))) =
      ofNat R (2 ^ (2 * w.frac)) * (w.linear B M).unitAt R (B + 1) c * ((sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j (label x)) -
        sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j t) := by
    rw [← sum_sub, mul_sum]
    refine sum_congr fun j hj => ?_
    rw [← neuronRead_sub S.outs S.unembed hj hl ht]
    exact regroup _ _ _ _ _
  rw [neurons_eq] at sums
  have le := ofNat_le (R := R) le
  rw [ofNat_add, ofNat_add, ofNat_add (2 * 2 ^ (2 * w.frac)), ofNat_mul _ (_ + _), ofNat_add _ (directAt _ _ _ _ t), ofNat_mul 2,
    ofNat_add _ (dot _ _), ofNat_mul _ (_ + _), ofNat_add _ (directAt _ _ _ _ (label x))] at le
  refine pos_of_mul_pos_left (a := ofNat R (2 ^ (2 * w.frac)) * (w.linear B M).unitAt R (B + 1) c) ?_ (le_of_lt (mul_pos K U))
  rw [logit_linear S.fit hq S.mlp, logit_linear S.fit hq S.mlp]
  exact lt_of_linear (add_lt_add_of_le_of_lt (add_le_add (add_le_add (mul_le_mul_of_nonneg_left margin (le_of_lt K)) sums) le) K)
    (gather _ _ _ _ _ _ _ _ _ _ _ _ _)
where
  regroup (U r k a b : R) : U * r * (k * (a - b)) = k * U * (r * a - r * b) := by ring [U, r, k, a, b]
  gather (k U lm lt nm nt dm dt sm st vm vt l : R) :
      k * U * (lm + nm - (lt + nt)) + (k * (dm + st) + (vm - vt - l) + (k * (sm + dt) + vt + (ofNat R 2 * k + l)) + 0) =
        0 + (k * (U * (lm - lt) + (dt + 1 + sm)) + k * U * (nm - nt) + (k * (st + dm) + vm) + k) := by
    have two : (ofNat R 2 : R) = 2 := rfl
    rw [two]
    ring [k, U, lm, lt, nm, nt, dm, dt, sm, st, vm, vt, l]

end input

/-- An input that passes is answered correctly. -/
theorem correct_of_passes {x : List Nat} (hx : Valid w x) {q : Nat} (hq : token x (w.n_ctx - 1) = q)
    (pass : passes label (setupOf w M c L blocks) (Lane.of L (ones L w.d_vocab) (w.d_vocab - 1))
      ((heads.getD 0 HeadTables.none).direct.getD q 0) (directsOf w.heads.length q neurons blocks 0)
      (x.foldr steppedBoth ⟨mapFold (fun T => T.start (3 * 2 ^ c.width) w.n_ctx q) heads,
        mapFold (fun T => T.start (3 * 2 ^ c.width) w.n_ctx q) neurons, []⟩) = true) : Correct R label w x := by
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt S.n_ctx Nat.one_pos)
  unfold passes at pass
  rw [Nat.force_eq, Lane.force_eq, foldr_both] at pass
  have hl : label x < w.d_vocab := Nat.le_of_ble_eq_true (Bool.and_left pass)
  have started (tables : List HeadTables) :
      (x.foldr HeadsBruteForce.steppedAll ⟨mapFold (fun T => HeadTables.start T (3 * 2 ^ c.width) w.n_ctx q) tables, []⟩).heads.length =
        tables.length := (HeadsBruteForce.foldr_length _ x).trans (length_mapFold _ _)
  match of_evenHeads (Bool.and_right pass) with
  | ⟨rows, later, each⟩ => match of_evenNeurons later with
    | ⟨ns, test, length, tests⟩ =>
      rw [forceList_eq, Nat.force_eq] at test
      have small : loss ns ≤ 2 ^ c.width := Nat.le_of_ble_eq_true (Bool.and_left test)
      have tested : Tested w c L x q neurons ns := fun i hi => by
        have one := tests i ((started neurons).symm ▸ hi)
        rw [state_eq hi x] at one
        exact one
      have state {i : Nat} (hi : i < w.heads.length) := state_eq (w := w) (c := c) (q := q) (tables := heads) (S.headsLength.symm ▸ hi) x
      have rowTests {i : Nat} (hi : i < w.heads.length) := each i ((started heads).trans S.headsLength |>.symm ▸ hi)
      have within {i : Nat} (hi : i < w.heads.length) := of_lanesWithin (Nat.le_of_lt S.small) (rowTests hi).left
      refine correct_of_enough S hx hq (length.trans (started neurons)) small tested hl (rows := rows) (fun i hi => within hi)
        (fun t ht hne i hi => ?_) test
      have test := (rowTests hi).right
      rw [state hi] at test
      exact even_of_test (S.heads i hi).wellFormed (S.heads i hi).narrow hqv
        (congrArg (fun T => HeadTables.query T q) (S.heads i hi).tables) hx.left hx.right hl S.bits (within hi).left (within hi).right
        test ht hne

/-- The inputs that pass are answered correctly. -/
theorem count_sound (R : Type) [ExpField R] :
    AtLeast (count label w.n_ctx (setupOf w M c L blocks) heads neurons) (Correct R label w) := by
  unfold count
  rw [Nat.force_eq, Lane.force_eq]
  refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
  rw [Nat.force_eq, Nat.force_eq, forceList_eq, HeadsBruteForce.starts_eq, HeadsBruteForce.starts_eq, stepBoth_eq, nth_eq, nth_eq]
  refine AtLeast.append_query q (AtLeast.countTreeCps stepBoth_eq fun y hlen hlt pass => ?_)
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

/-- The cells of the MLP fit. -/
theorem fit_of {w : Weights} {B : Nat} {M : MLP} (h : mlpFits w B M = true) :
    M.Fit w B ∧ M.W_out.hasRows M.d_mlp = true ∧ w.W_U.hasRows w.d_model = true :=
  have cells := Bool.and_left h
  have later := Bool.and_right (Bool.and_right cells)
  ⟨⟨Nat.le_of_ble_eq_true (Bool.and_left cells), Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right cells)),
    HeadsQuartic.biasFits_of (Bool.and_left later), HeadsQuartic.biasFits_of (Bool.and_left (Bool.and_right later)),
    HeadsQuartic.biasFits_of (Bool.and_right (Bool.and_right later))⟩, Bool.and_left (Bool.and_right h), Bool.and_right (Bool.and_right h)⟩

theorem mlp_sound (R : Type) [ExpField R] {w : Weights} {c : Certificate} {M : MLP} {label : List Nat → Nat} (hM : w.mlp = some M)
    (h : checkMlp label w c M = true) : AtLeast c.bound (Correct R label w) := by
  have first := Bool.and_left h
  have later := Bool.and_right h
  have lanes := Bool.and_left later
  have later := Bool.and_right later
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq] at later
  have blocksEnough := Bool.and_left later
  have later := Bool.and_right later
  rw [withNeuronRows_eq] at later
  unfold checkRows at later
  rw [Nat.force_eq] at later
  have room := Bool.and_left later
  have later := Bool.and_right later
  rw [forceList_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at later
  match fit_of (Bool.and_left first), of_withParts later with
  | ⟨fit, outs, unembed⟩, ⟨heads, later, headsLength, headsEach⟩ => match of_withParts later with
    | ⟨neurons, count, neuronsLength, neuronsEach⟩ =>
      refine AtLeast.weaken (Nat.le_of_ble_eq_true count) (count_sound (B := c.cellBits) (L := c.bits) ⟨hM, fit, outs, unembed,
        Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right first)),
        Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right first))),
        Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right first))),
        Nat.le_of_ble_eq_true (Bool.and_left lanes), Nat.le_of_ble_eq_true (Bool.and_right lanes),
        Nat.le_of_ble_eq_true blocksEnough, Nat.le_of_ble_eq_true room, headsLength.trans (Nat.mul_one _), neuronsLength,
        fun i hi => ?_, fun b hb i hi => ?_⟩ R)
      · have one := headsEach 0 Nat.one_pos i hi
        rw [Nat.mul_zero, Nat.zero_add, Nat.zero_add] at one
        exact one
      · have one := neuronsEach b hb i hi
        rw [Nat.add_comm 1] at one
        exact one

/-- **Brute force is sound**: for any task, any weights and any certificate, if the check evaluates to `true`, the model answers
at least `c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) {label : List Nat → Nat} (h : check label w c = true) :
    AtLeast c.bound (Correct R label w) := by
  unfold check at h
  match e : w.mlp with
  | none =>
    rw [e] at h
    exact Bool.noConfusion h
  | some M =>
    rw [e] at h
    exact mlp_sound R e h

end MlpBruteForce
end Transformer
end Compact
