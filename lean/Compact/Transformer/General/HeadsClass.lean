prelude
import Compact.Transformer.General.HeadSpares
/-!
# A class of inputs, for a model with many heads

What is known of the tables of all heads (`HeadsKnown`), and of one query and one maximum with a row for each head
(`PairRows`); then the inputs of a class whose levels add up to no more than all parts are answered correctly (`atLeast_class`).
-/
namespace Compact
namespace Transformer
open Known (rowList)
variable {R : Type} [ExpField R]

/-- The tables of all heads are those of the model. -/
structure HeadsKnown (w : Weights) (B : Nat) (c : Params) (t : Nat → Tables) : Prop where
  mlp : w.mlp = none
  some : 0 < w.heads.length
  fit (i : Nat) : i < w.heads.length → w.Fit B (w.headNo i)
  wellFormed (i : Nat) : i < w.heads.length → (w.headAt B i).WellFormed
  describe (i : Nat) : i < w.heads.length → (t i).Describe (Enclosure.of (w.headAt B i) c (Circuits.of (w.headAt B i)))
  v_eq (i : Nat) : i < w.heads.length → w.d_vocab = (t i).v
  n_eq (i : Nat) : i < w.heads.length → w.n_ctx = (t i).n + 1

/-- The tables of head `i`. -/
noncomputable def enclosureAt (w : Weights) (B : Nat) (c : Params) (i : Nat) : Enclosure :=
  Enclosure.of (w.headAt B i) c (Circuits.of (w.headAt B i))

/-- A row for each head: narrow, and enough together. -/
structure PairRows (w : Weights) (B : Nat) (c : Params) (t : Nat → Tables) (q m : Nat) (D : Nat → Nat) (d : Nat → Nat → Nat) :
    Prop where
  row (i : Nat) : i < w.heads.length → D i = pack (t i).bits (t i).v (d i)
  row_le (i : Nat) : i < w.heads.length → ∀ j, j < (t i).v → d i j ≤ 2 ^ (t i).width
  small (i : Nat) : i < w.heads.length → (t i).width < (t i).bits
  enough (j : Nat) : j < w.d_vocab → j ≠ m →
    (total w.heads.length fun i => d i m) + (enclosureAt w B c 0).direct q j + 1 <
      (total w.heads.length fun i => d i j) + (enclosureAt w B c 0).direct q m

section
variable {w : Weights} {B : Nat} {c : Params} {t : Nat → Tables} {q m n : Nat} {D : Nat → Nat} {d : Nat → Nat → Nat}
  (H : HeadsKnown w B c t) (rows : PairRows w B c t q m D d)
include H rows

/-- One head, for one query and one maximum. -/
theorem known (hm : m < w.d_vocab) (hq : q ≤ m) {i : Nat} (hi : i < w.heads.length) : ∃ X, ∃ SL, ∃ S,
    Known (t i) (enclosureAt w B c i) X (d i) q m (D i) SL ∧ (enclosureAt w B c i).NoBetter X (t i).v (t i).n m ∧
      SL = (enclosureAt w B c i).totalSlack (3 * 2 ^ (t i).width) (t i).n q S ∧
      (enclosureAt w B c i).SlackLe (3 * 2 ^ (t i).width) (t i).n q m S := by
  have hT := H.describe i hi
  have hm' : m < (t i).v := H.v_eq i hi ▸ hm
  have hq' := Nat.lt_of_le_of_lt hq hm'
  match hT.position m hm', hT.slack q m hq' hm' with
  | ⟨X, hX, noBetter, small⟩, ⟨S, hS, slackLe⟩ =>
    exact ⟨X, _, S, ⟨hT, hm', hq', rows.row i hi, rows.row_le i hi, hX, small, hS⟩, noBetter, rfl, slackLe⟩

/-- The inputs of a class whose levels add up to no more than all parts. -/
theorem correct_of_spares (hm : m < w.d_vocab) (hq : q ≤ m) (hn : w.n_ctx = n + 1) {parts k : Nat} (hk : k < classes n q m)
    {tokens : List Nat} (lt : ∀ s, s ∈ tokens → s < m) {level : Nat → Nat} {y : List Nat} (hy : y ∈ words m tokens n k)
    (hlevel : levelSum m level y ≤ parts)
    (heads : ∀ i, i < w.heads.length → ∀ X SL, Known (t i) (enclosureAt w B c i) X (d i) q m (D i) SL →
      ∃ b, Spares R (withDirect (enclosureAt w B c i) q (rowList (t i) (D i))) X (t i).v (t i).n SL q m k b parts tokens level) :
    Correct R maximum w (y ++ [q]) := by
  have hlen := length_of_mem_words hy
  have hmax := maximum_append_query lt hq hk hy
  have valid : Valid w (y ++ [q]) := valid_append_query hn hm lt hq hy
  have hpos : 0 < w.n_ctx := hn ▸ Nat.succ_pos n
  have hlast : token (y ++ [q]) n = q := hlen ▸ token_append_last y
  have hqv := Nat.lt_of_le_of_lt hq hm
  refine correct_of_margins valid hpos (hmax.symm ▸ hm) (B := B) (c := c) (q := q) (by rw [hn]; exact hlast) H.mlp H.some H.fit
    H.wellFormed (fun i => rowList (t i) (D i)) (fun j hj hne => ?_) fun j hj hne i hi => ?_
  · rw [hmax] at hne ⊢
    have total_eq {j : Nat} (hj : j < w.d_vocab) : (total w.heads.length fun i => (rowList (t i) (D i)).getD j 0) =
        total w.heads.length fun i => d i j := total_congr fun i hi => by
      match known H rows hm hq hi with
      | ⟨X, SL, S, K, _⟩ => exact K.getD_rowList (rows.small i hi) (H.v_eq i hi ▸ hj)
    show (total _ _) + _ + 1 < (total _ _) + _
    rw [total_eq hj, total_eq hm]
    exact rows.enough j hj hne
  · rw [hmax] at hne ⊢
    match known H rows hm hq hi with
    | ⟨X, SL, S, K, noBetter, hS, slackLe⟩ =>
      match heads i hi X SL K with
      | ⟨b, spares⟩ =>
        have n_eq : (t i).n = n := Nat.succ.inj ((H.n_eq i hi).symm.trans hn)
        have j_lt : j < (t i).v := H.v_eq i hi ▸ hj
        have fits := fits_withDirect (R := R) (H.wellFormed i hi) c (q := q) hqv (rowList (t i) (D i))
        have v_eq : (w.headAt B i).d_vocab = (t i).v := H.v_eq i hi
        have ctx_eq : (w.headAt B i).n_ctx = (t i).n + 1 := H.n_eq i hi
        rw [v_eq, ctx_eq] at fits
        have pos := spares.sum_pos lt (n_eq.symm ▸ hy) hlevel j_lt hne
        show 0 ≤ (viewWithDirect R (w.headAt B i) c q (rowList (t i) (D i))).margin w.n_ctx (y ++ [q]) m j
        rw [H.n_eq i hi]
        refine le_of_lt (lt_of_lt_of_le pos (hS ▸ Compact.margin_ge (B := 3 * 2 ^ (t i).width) (S := S) fits noBetter
          (lane_withDirect_le K.describe.narrow (K.rowList_le (rows.small i hi))) slackLe K.m_lt K.q_lt (fun p hp => ?_)
          (n_eq ▸ hlast) j_lt))
        rw [n_eq] at hp
        rw [token_append (hlen.symm ▸ hp)]
        exact le_of_mem_append_query lt hq hy _ (List.mem_append.mpr (Or.inl (token_mem (hlen.symm ▸ hp))))

/-- The class is counted by one power. -/
theorem atLeast_class (hm : m < w.d_vocab) (hq : q ≤ m) (hn : w.n_ctx = n + 1) {parts k X N : Nat} (hk : k < classes n q m)
    {tokens : List Nat} (nodup : tokens.Nodup) (lt : ∀ s, s ∈ tokens → s < m) {level : Nat → Nat}
    (hX : (tokens.length + 1) ^ n < X) (hN : N = powerSum X level tokens)
    (heads : ∀ i, i < w.heads.length → ∀ X SL, Known (t i) (enclosureAt w B c i) X (d i) q m (D i) SL →
      ∃ b, Spares R (withDirect (enclosureAt w B c i) q (rowList (t i) (D i))) X (t i).v (t i).n SL q m k b parts tokens level) :
    AtLeast (lowCount X parts (binom n k * N ^ k)) fun y =>
      (Correct R maximum w (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = k :=
  atLeast_lowWords nodup (fun hm => Nat.lt_irrefl m (lt m hm)) hX hN fun _ hy hlevel =>
    ⟨correct_of_spares H rows hm hq hn hk lt hy hlevel heads, maximum_append_query lt hq hk hy⟩

end
end Transformer
end Compact
