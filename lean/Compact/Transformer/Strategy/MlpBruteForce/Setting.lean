prelude
import Compact.Transformer.Strategy.MlpBruteForce.Built
/-!
# Brute force with an MLP: what is known while inputs are counted

`Setting` holds what the check has tested once, before any input; `Tested` what it tests of one input's rows.
-/
namespace Compact
namespace Transformer
namespace MlpBruteForce
open BruteForce (laneBits packAll stepped getD_packAll)
open HeadsBruteForce (HeadTables HeadState TablesOf of_withTables of_evenHeads even_of_test weigh)
variable {R : Type} [ExpField R]

/-- What does not change from input to input. -/
noncomputable def setupOf (w : Weights) (M : MLP) (c : Params) (L blocks : Nat) : Setup :=
  ⟨L, c.width, w.heads.length, w.d_vocab, ones L w.d_vocab, 2 ^ (L - 1) * ones L w.d_vocab, (2 ^ c.width - 1) * ones L w.d_vocab, blocks,
    2 ^ (2 * w.frac), ranges (neuronRows w M), packAll L (neuronRows w M)⟩

/-- What the check has tested once: sizes, lanes, room for rows, and that the tables are those of the model's parts. -/
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

end

end MlpBruteForce
end Transformer
end Compact
