prelude
import Compact.Transformer.General.RowMargin
import Compact.Transformer.Strategy.MlpBruteForce.Head
import Compact.Transformer.Strategy.MlpBruteForce.Outs
/-!
# Brute force with an MLP: the tables that the check builds

Each part of the model (the heads, then blocks of neurons read as outputs of heads) gets its tables, in the order of `join`; the loss of a
row is at most that of all.
-/
namespace Compact
namespace Transformer
namespace MlpBruteForce
open BruteForce (laneBits packAll stepped getD_packAll)
open HeadsBruteForce (HeadTables HeadState TablesOf of_withTables of_evenHeads even_of_test weigh)

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

end MlpBruteForce
end Transformer
end Compact
