prelude
import Compact.Transformer.Strategy.MlpQuartic.Tables
/-!
# Quartic for a model with an MLP: what is left of ReLUs, and the rows of tokens
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
open BruteForce (packAll getD_packAll)
open HeadsBruteForce (HeadTables TablesOf)
open MlpBruteForce (neuronRows ranges)

theorem sub_le_sub_of {a b c d : Nat} (h : a + d ≤ c + b) : a - b ≤ c - d := by
  refine Nat.sub_le_of_le_add ?_
  cases Nat.le_total d c with
  | inl hdc =>
    refine Nat.le_of_add_le_add_right (k := d) (Nat.le_trans h (Nat.le_of_eq ?_))
    rw [Nat.add_right_comm, Nat.sub_add_cancel hdc]
  | inr hcd =>
    rw [Nat.sub_eq_zero_of_le hcd, Nat.zero_add]
    exact Nat.le_of_add_le_add_right (k := d) (Nat.le_trans h (Nat.le_trans (Nat.add_le_add_right hcd b) (Nat.le_of_eq (Nat.add_comm d b))))

/-- The rows that stand for all positions, of all blocks. -/
noncomputable def highsOf (w : Weights) (c : Params) (l : Nat) (neurons : List HeadTables) : List Nat :=
  mapFold (fun T : HeadTables => highest l (ones l w.d_vocab) (2 ^ (l - 1) * ones l w.d_vocab) (2 ^ c.width) (w.d_vocab - 1) T.pos) neurons
noncomputable def lowsOf (w : Weights) (c : Params) (l : Nat) (neurons : List HeadTables) : List Nat :=
  mapFold (fun T : HeadTables => lowest l (ones l w.d_vocab) (2 ^ (l - 1) * ones l w.d_vocab) (2 ^ c.width) (w.d_vocab - 1) T.pos) neurons

/-- What is left of the ReLU of each neuron. -/
noncomputable def leftsOf (w : Weights) (c : Params) (l : Nat) (neurons : List HeadTables) (q y j : Nat) : Nat :=
  digit l (leftOf (lanesFor l w.d_vocab) (leftAbove (lanesFor l w.d_vocab) (2 ^ c.width)) q y neurons (highsOf w c l neurons))
    (placeOf (lanesFor l w.d_vocab) j)
noncomputable def leftsSteepOf (w : Weights) (c : Params) (l : Nat) (neurons : List HeadTables) (q y j : Nat) : Nat :=
  digit l (leftOf (lanesFor l w.d_vocab) (leftBelow (lanesFor l w.d_vocab) (2 ^ c.width)) q y neurons (lowsOf w c l neurons))
    (placeOf (lanesFor l w.d_vocab) j)

section
variable {w : Weights} {M : MLP} {c : Params} {B L l n s width blocks : Nat} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting w M c B L l n s width blocks head neurons)
include S

/-- The tables of a block. -/
noncomputable def blockTables (w : Weights) (B : Nat) (M : MLP) (c : Params) (b : Nat) : Enclosure := neuronTables w B M c (b * (w.d_vocab - 1))

/-- What the packed rows of tables hold. -/
structure Holds (l v n : Nat) (width : Nat) (T : HeadTables) (E : Enclosure) : Prop where
  token (y : Nat) : y < v → T.token.getD y 0 = pack l v (E.token y)
  pos (p : Nat) : p < n → T.pos.getD p 0 = pack l v (E.pos p)
  direct (q : Nat) : q < v → T.direct.getD q 0 = pack l v (E.direct q)
  pos_length : T.pos.length = n
  token_lt (y j : Nat) : E.token y j < 2 ^ width
  pos_lt (p j : Nat) : E.pos p j < 2 ^ width
  direct_lt (q j : Nat) : E.direct q j < 2 ^ width

omit S in
theorem holds_of {w' : Weights} {B' i : Nat} {T : HeadTables} (h : TablesOf w' c B' l T i) :
    Holds l w'.d_vocab w'.n_ctx c.width T (Enclosure.of (w'.headAt B' i) c (Circuits.of (w'.headAt B' i))) := by
  have narrow := h.narrow
  refine ⟨fun y hy => ?_, fun p hp => ?_, fun q hq => ?_, ?_, fun y j => lt_of_narrowRows (Bool.and_left narrow) y j,
    fun p j => lt_of_narrowRows (Bool.and_left (Bool.and_right narrow)) p j, fun q j => lt_of_narrowRows (Bool.and_right (Bool.and_right narrow)) q j⟩
  · rw [h.tables]
    exact getD_packAll ((h.wellFormed.length_tokenRows c).symm ▸ hy) (h.wellFormed.length_tokenRow c hy)
  · rw [h.tables]
    exact getD_packAll ((h.wellFormed.length_posRows c).symm ▸ hp) (h.wellFormed.length_posRow c hp)
  · rw [h.tables]
    exact getD_packAll ((h.wellFormed.length_directRows c).symm ▸ hq) (h.wellFormed.length_directRow c hq)
  · rw [h.tables]
    exact (length_mapFold _ _).trans (h.wellFormed.length_posRows c)

theorem Setting.holds {b : Nat} (hb : b < blocks) :
    Holds l w.d_vocab w.n_ctx c.width (neurons.getD b HeadTables.none) (blockTables w B M c b) := by
  have h := holds_of (w' := w.reads B M (b * (w.d_vocab - 1))) (B' := B + 1) (i := 0) (S.neurons b hb)
  exact ⟨h.token, h.pos, h.direct, h.pos_length, h.token_lt, h.pos_lt, h.direct_lt⟩

theorem Setting.holdsHead : Holds L w.d_vocab w.n_ctx c.width head (plainTables w B M c) := by
  have h := holds_of (w' := w.linear B M) (B' := B + 1) (i := 0) S.head
  exact ⟨h.token, h.pos, h.direct, h.pos_length, h.token_lt, h.pos_lt, h.direct_lt⟩

/-- The positions of a block, as rows of small lanes. -/
theorem Setting.positions_narrow {b : Nat} (hb : b < blocks) (p : Nat) (hp : p < (neurons.getD b HeadTables.none).pos.length) :
    (neurons.getD b HeadTables.none).pos.getD p 0 = pack l w.d_vocab (digit l ((neurons.getD b HeadTables.none).pos.getD p 0)) ∧
      ∀ j, j < w.d_vocab → digit l ((neurons.getD b HeadTables.none).pos.getD p 0) j = (blockTables w B M c b).pos p j := by
  have H := S.holds hb
  have row := H.pos p (H.pos_length ▸ hp)
  have digits {j : Nat} (hj : j < w.d_vocab) : digit l ((neurons.getD b HeadTables.none).pos.getD p 0) j = (blockTables w B M c b).pos p j := by
    rw [row]
    exact digit_pack l (fun j _ => lt_of_half (S.half_lt (H.pos_lt p j))) hj
  exact ⟨row.trans (pack_congr l fun j hj => (digits hj).symm), fun j hj => digits hj⟩

theorem Setting.two_lt : 2 * 2 ^ c.width < 2 ^ (l - 1) :=
  Nat.lt_of_le_of_lt (Nat.le_trans (Nat.mul_le_mul_right _ (Nat.succ_le_succ (Nat.succ_le_succ (Nat.zero_le 2)))) (Nat.le_add_right _ 3)) S.small_lt

/-- The number of neuron `j` among what is left of ReLUs, where each block's row is known to fit. -/
theorem Setting.digit_leftOf {left : Nat → Nat → Nat → Nat} {q y : Nat} (hq : q < w.d_vocab) (hy : y < w.d_vocab) {shifts : List Nat}
    (length : shifts.length = neurons.length) (fits : ∀ b, b < blocks → left (pack l w.d_vocab ((blockTables w B M c b).direct q))
      (pack l w.d_vocab ((blockTables w B M c b).token y)) (shifts.getD b 0) < 2 ^ (l * w.d_vocab)) {j : Nat} (hj : j < M.d_mlp) :
    digit l (leftOf (lanesFor l w.d_vocab) left q y neurons shifts) (placeOf (lanesFor l w.d_vocab) j) =
      digit l (left (pack l w.d_vocab ((blockTables w B M c (j / (w.d_vocab - 1))).direct q))
        (pack l w.d_vocab ((blockTables w B M c (j / (w.d_vocab - 1))).token y)) (shifts.getD (j / (w.d_vocab - 1)) 0)) (j % (w.d_vocab - 1)) := by
  have vz : w.d_vocab - 1 + 1 = w.d_vocab := Nat.sub_add_cancel (Nat.le_of_succ_le S.two)
  have len : (foldZip (fun (T : HeadTables) shift ih => (Nat.force (nth 0 T.direct q) fun direct => Nat.force (nth 0 T.token y) fun token =>
      left direct token shift) :: ih) [] neurons shifts).length = blocks := (length_zipped _ length.symm).trans S.neuronsLength
  refine digit_joined (F := lanesFor l w.d_vocab) (g := fun b => digit l (left (pack l w.d_vocab ((blockTables w B M c b).direct q))
    (pack l w.d_vocab ((blockTables w B M c b).token y)) (shifts.getD b 0))) _ S.z_pos (fun b hb => ?_)
    (fun _ _ _ _ => Nat.mod_lt _ (Nat.two_pow_pos l)) (len.symm ▸ (S.block hj).left)
  have hb' : b < blocks := len ▸ hb
  have hn : b < neurons.length := S.neuronsLength.symm ▸ hb'
  have H := S.holds hb'
  rw [getD_foldZip (fun (T : HeadTables) shift => Nat.force (nth 0 T.direct q) fun direct => Nat.force (nth 0 T.token y) fun token =>
    left direct token shift) hn (length.symm ▸ hn) HeadTables.none 0, Nat.force_eq, Nat.force_eq, nth_eq, nth_eq, H.direct q hq, H.token y hy]
  exact (pack_digit (fits b hb')).symm.trans (congrArg (fun n => pack l n _) vz.symm)

/-- The row of a block, of slope 0. -/
theorem Setting.left_row {q y b : Nat} (hb : b < blocks) : ∃ X : Nat → Nat,
    (leftAbove (lanesFor l w.d_vocab) (2 ^ c.width) (pack l w.d_vocab ((blockTables w B M c b).direct q)) (pack l w.d_vocab ((blockTables w B M c b).token y))
        ((highsOf w c l neurons).getD b 0) = pack l w.d_vocab fun i => (blockTables w B M c b).direct q i + (blockTables w B M c b).token y i + X i + 3 -
            ((blockTables w B M c b).direct q (w.d_vocab - 1) + (blockTables w B M c b).token y (w.d_vocab - 1) + 2 ^ c.width)) ∧
      (∀ i, i < w.d_vocab → (blockTables w B M c b).direct q i + (blockTables w B M c b).token y i + X i + 3 -
            ((blockTables w B M c b).direct q (w.d_vocab - 1) + (blockTables w B M c b).token y (w.d_vocab - 1) + 2 ^ c.width) < 2 ^ l) ∧
      (∀ i, i < w.d_vocab → X i ≤ 2 * 2 ^ c.width) ∧ ∀ p, p < (neurons.getD b HeadTables.none).pos.length → ∀ i, i < w.d_vocab →
        digit l ((neurons.getD b HeadTables.none).pos.getD p 0) i + 2 ^ c.width ≤ X i + digit l ((neurons.getD b HeadTables.none).pos.getD p 0) (w.d_vocab - 1) := by
  have hn : b < neurons.length := S.neuronsLength.symm ▸ hb
  have H := S.holds hb
  have shift : (highsOf w c l neurons).getD b 0 = highest l (ones l w.d_vocab) (2 ^ (l - 1) * ones l w.d_vocab) (2 ^ c.width)
    (w.d_vocab - 1) (neurons.getD b HeadTables.none).pos := getD_mapFold _ _ hn HeadTables.none 0
  match highest_spec (W := 2 ^ c.width) S.l_pos S.z_lt S.two_lt (rows := (neurons.getD b HeadTables.none).pos) (fun p hp =>
      ⟨(S.positions_narrow hb p hp).left, fun i hi => by rw [(S.positions_narrow hb p hp).right i hi]; exact Nat.le_of_lt (H.pos_lt p i)⟩) with
  | ⟨X, packed, le, _, each⟩ =>
    refine ⟨X, ?_, fun i hi => ?_, le, each⟩
    · rw [shift, packed]
      exact leftAbove_eq S.l_pos S.z_lt S.small_lt (fun j _ => H.direct_lt q j) (fun j _ => H.token_lt y j) le
    · refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) (lt_of_half (Nat.lt_of_le_of_lt ?_ S.small_lt))
      refine Nat.le_trans (Nat.add_le_add_right (Nat.add_le_add (Nat.add_le_add (Nat.le_of_lt (H.direct_lt q i)) (Nat.le_of_lt (H.token_lt y i)))
        (le i hi)) 3) (Nat.le_of_eq ?_)
      ring [2 ^ c.width]

/-- **What is left of a ReLU of slope 0**, for all positions. -/
theorem Setting.left_spec {q y : Nat} (hq : q < w.d_vocab) (hy : y < w.d_vocab) {j : Nat} (hj : j < M.d_mlp) :
    leftsOf w c l neurons q y j ≤ 7 * 2 ^ c.width ∧ ∀ p, p < w.n_ctx →
      (blockTables w B M c (j / (w.d_vocab - 1))).direct q (j % (w.d_vocab - 1)) + (blockTables w B M c (j / (w.d_vocab - 1))).token y (j % (w.d_vocab - 1)) +
        (blockTables w B M c (j / (w.d_vocab - 1))).pos p (j % (w.d_vocab - 1)) + 3 -
      ((blockTables w B M c (j / (w.d_vocab - 1))).direct q (w.d_vocab - 1) + (blockTables w B M c (j / (w.d_vocab - 1))).token y (w.d_vocab - 1) +
        (blockTables w B M c (j / (w.d_vocab - 1))).pos p (w.d_vocab - 1)) ≤ leftsOf w c l neurons q y j := by
  match S.block hj with
  | ⟨hb, hi, e⟩ =>
    have H := S.holds hb
    have hiv := Nat.lt_trans hi S.z_lt
    have at_ := S.digit_leftOf (left := leftAbove (lanesFor l w.d_vocab) (2 ^ c.width)) hq hy (shifts := highsOf w c l neurons) (length_mapFold _ _)
      (fun b hb => match S.left_row (q := q) (y := y) hb with
        | ⟨_, packed, lt, _⟩ => packed ▸ pack_lt l lt) hj
    match S.left_row (q := q) (y := y) hb with
    | ⟨X, packed, lt, le, each⟩ =>
      have value : leftsOf w c l neurons q y j =
          (fun i => (blockTables w B M c (j / (w.d_vocab - 1))).direct q i + (blockTables w B M c (j / (w.d_vocab - 1))).token y i + X i + 3 -
            ((blockTables w B M c (j / (w.d_vocab - 1))).direct q (w.d_vocab - 1) + (blockTables w B M c (j / (w.d_vocab - 1))).token y (w.d_vocab - 1) + 2 ^ c.width)) (j % (w.d_vocab - 1)) := by
        refine at_.trans ?_
        rw [packed]
        exact digit_pack l lt hiv
      rw [value]
      refine ⟨?_, fun p hp => sub_le_sub_of ?_⟩
      · refine Nat.le_trans (Nat.sub_le _ _) (Nat.le_trans (Nat.add_le_add (Nat.add_le_add (Nat.add_le_add (Nat.le_of_lt (H.direct_lt q _))
          (Nat.le_of_lt (H.token_lt y _))) (le _ hiv)) (Nat.le_mul_of_pos_right 3 (Nat.two_pow_pos c.width))) (Nat.le_of_eq ?_))
        ring [2 ^ c.width]
      · have one := each p (H.pos_length.symm ▸ hp) _ hiv
        rw [(S.positions_narrow hb p (H.pos_length.symm ▸ hp)).right _ hiv, (S.positions_narrow hb p (H.pos_length.symm ▸ hp)).right _ S.z_lt] at one
        refine Nat.le_of_linear (Nat.add_le_add_left one ((blockTables w B M c (j / (w.d_vocab - 1))).direct q (j % (w.d_vocab - 1)) +
          (blockTables w B M c (j / (w.d_vocab - 1))).token y (j % (w.d_vocab - 1)) + 3 +
          ((blockTables w B M c (j / (w.d_vocab - 1))).direct q (w.d_vocab - 1) + (blockTables w B M c (j / (w.d_vocab - 1))).token y (w.d_vocab - 1)))) ?_
        exact shuffle _ _ _ _ _ _ _ _
where
  shuffle (d y p d' y' p' W x : Nat) : d + y + x + 3 + (d' + y' + p') + (d + y + 3 + (d' + y') + (p + W)) =
      d + y + p + 3 + (d' + y' + W) + (d + y + 3 + (d' + y') + (x + p')) := by ring [d, y, p, d', y', p', W, x]

/-- The row of a block, of slope 1. -/
theorem Setting.leftSteep_row {q y b : Nat} (hb : b < blocks) : ∃ X : Nat → Nat,
    (leftBelow (lanesFor l w.d_vocab) (2 ^ c.width) (pack l w.d_vocab ((blockTables w B M c b).direct q)) (pack l w.d_vocab ((blockTables w B M c b).token y))
        ((lowsOf w c l neurons).getD b 0) = pack l w.d_vocab fun i => (blockTables w B M c b).direct q (w.d_vocab - 1) + (blockTables w B M c b).token y (w.d_vocab - 1) + 3 + X i -
            ((blockTables w B M c b).direct q i + (blockTables w B M c b).token y i + 2 ^ c.width)) ∧
      (∀ i, i < w.d_vocab → (blockTables w B M c b).direct q (w.d_vocab - 1) + (blockTables w B M c b).token y (w.d_vocab - 1) + 3 + X i -
            ((blockTables w B M c b).direct q i + (blockTables w B M c b).token y i + 2 ^ c.width) < 2 ^ l) ∧
      (∀ i, i < w.d_vocab → X i ≤ 2 * 2 ^ c.width) ∧ ∀ p, p < (neurons.getD b HeadTables.none).pos.length → ∀ i, i < w.d_vocab →
        digit l ((neurons.getD b HeadTables.none).pos.getD p 0) (w.d_vocab - 1) + 2 ^ c.width ≤ X i + digit l ((neurons.getD b HeadTables.none).pos.getD p 0) i := by
  have hn : b < neurons.length := S.neuronsLength.symm ▸ hb
  have H := S.holds hb
  have shift : (lowsOf w c l neurons).getD b 0 = lowest l (ones l w.d_vocab) (2 ^ (l - 1) * ones l w.d_vocab) (2 ^ c.width)
    (w.d_vocab - 1) (neurons.getD b HeadTables.none).pos := getD_mapFold _ _ hn HeadTables.none 0
  match lowest_spec (W := 2 ^ c.width) S.l_pos S.z_lt S.two_lt (rows := (neurons.getD b HeadTables.none).pos) (fun p hp =>
      ⟨(S.positions_narrow hb p hp).left, fun i hi => by rw [(S.positions_narrow hb p hp).right i hi]; exact Nat.le_of_lt (H.pos_lt p i)⟩) with
  | ⟨X, packed, le, each⟩ =>
    refine ⟨X, ?_, fun i hi => ?_, le, each⟩
    · rw [shift, packed]
      exact leftBelow_eq S.l_pos S.z_lt S.small_lt (fun j _ => H.direct_lt q j) (fun j _ => H.token_lt y j) le
    · refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) (lt_of_half (Nat.lt_of_le_of_lt ?_ S.small_lt))
      refine Nat.le_trans (Nat.add_le_add (Nat.add_le_add_right (Nat.add_le_add (Nat.le_of_lt (H.direct_lt q _)) (Nat.le_of_lt (H.token_lt y _))) 3)
        (le i hi)) (Nat.le_of_eq ?_)
      ring [2 ^ c.width]

/-- **What is left of a ReLU of slope 1**, for all positions. -/
theorem Setting.leftSteep_spec {q y : Nat} (hq : q < w.d_vocab) (hy : y < w.d_vocab) {j : Nat} (hj : j < M.d_mlp) :
    leftsSteepOf w c l neurons q y j ≤ 7 * 2 ^ c.width ∧ ∀ p, p < w.n_ctx →
      (blockTables w B M c (j / (w.d_vocab - 1))).direct q (w.d_vocab - 1) + (blockTables w B M c (j / (w.d_vocab - 1))).token y (w.d_vocab - 1) +
        (blockTables w B M c (j / (w.d_vocab - 1))).pos p (w.d_vocab - 1) + 3 -
      ((blockTables w B M c (j / (w.d_vocab - 1))).direct q (j % (w.d_vocab - 1)) + (blockTables w B M c (j / (w.d_vocab - 1))).token y (j % (w.d_vocab - 1)) +
        (blockTables w B M c (j / (w.d_vocab - 1))).pos p (j % (w.d_vocab - 1))) ≤ leftsSteepOf w c l neurons q y j := by
  match S.block hj with
  | ⟨hb, hi, e⟩ =>
    have H := S.holds hb
    have hiv := Nat.lt_trans hi S.z_lt
    have at_ := S.digit_leftOf (left := leftBelow (lanesFor l w.d_vocab) (2 ^ c.width)) hq hy (shifts := lowsOf w c l neurons) (length_mapFold _ _)
      (fun b hb => match S.leftSteep_row (q := q) (y := y) hb with
        | ⟨_, packed, lt, _⟩ => packed ▸ pack_lt l lt) hj
    match S.leftSteep_row (q := q) (y := y) hb with
    | ⟨X, packed, lt, le, each⟩ =>
      have value : leftsSteepOf w c l neurons q y j =
          (fun i => (blockTables w B M c (j / (w.d_vocab - 1))).direct q (w.d_vocab - 1) + (blockTables w B M c (j / (w.d_vocab - 1))).token y (w.d_vocab - 1) + 3 + X i -
            ((blockTables w B M c (j / (w.d_vocab - 1))).direct q i + (blockTables w B M c (j / (w.d_vocab - 1))).token y i + 2 ^ c.width)) (j % (w.d_vocab - 1)) := by
        refine at_.trans ?_
        rw [packed]
        exact digit_pack l lt hiv
      rw [value]
      refine ⟨?_, fun p hp => sub_le_sub_of ?_⟩
      · refine Nat.le_trans (Nat.sub_le _ _) (Nat.le_trans (Nat.add_le_add (Nat.add_le_add (Nat.add_le_add (Nat.le_of_lt (H.direct_lt q _))
          (Nat.le_of_lt (H.token_lt y _))) (Nat.le_mul_of_pos_right 3 (Nat.two_pow_pos c.width))) (le _ hiv)) (Nat.le_of_eq ?_))
        ring [2 ^ c.width]
      · have one := each p (H.pos_length.symm ▸ hp) _ hiv
        rw [(S.positions_narrow hb p (H.pos_length.symm ▸ hp)).right _ hiv, (S.positions_narrow hb p (H.pos_length.symm ▸ hp)).right _ S.z_lt] at one
        refine Nat.le_of_linear (Nat.add_le_add_left one ((blockTables w B M c (j / (w.d_vocab - 1))).direct q (j % (w.d_vocab - 1)) +
          (blockTables w B M c (j / (w.d_vocab - 1))).token y (j % (w.d_vocab - 1)) + 3 +
          ((blockTables w B M c (j / (w.d_vocab - 1))).direct q (w.d_vocab - 1) + (blockTables w B M c (j / (w.d_vocab - 1))).token y (w.d_vocab - 1)))) ?_
        exact shuffle _ _ _ _ _ _ _ _
where
  shuffle (d y p d' y' p' W x : Nat) : d' + y' + 3 + x + (d + y + p) + (d + y + 3 + (d' + y') + (p' + W)) =
      d' + y' + p' + 3 + (d + y + W) + (d + y + 3 + (d' + y') + (x + p)) := by ring [d, y, p, d', y', p', W, x]

end
end MlpQuartic
end Transformer
end Compact
