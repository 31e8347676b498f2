prelude
import Compact.Packed.Lanewise
import Compact.Transformer.General.HeadSpares
import Compact.Transformer.Minimum.Check
/-!
# Other rows of logits in the tables of a head

The factors of softmax in the tables of a plain model (`Tables`, `Enclosure`) stay as they are; rows of logits are given as packed
literals (`Tables.altered`, `Enclosure.altered`), for one maximum.  `describe_altered`: literals and tables still say the same.  The row that
stands for all positions is evaluated from the others (`highest`).
-/
namespace Compact
namespace Transformer
noncomputable section

/-- Lane by lane the highest of some rows, each shifted so that its lane `m` is `W`. -/
def highest (L one tops W m : Nat) (rows : List Nat) : Nat :=
  fold (fun N ih => lanesMax tops (Nat.sub L 1) (Nat.add N (Nat.mul (Nat.sub W (readLane L N m)) one)) ih) 0 rows

/-- Tables with other rows of logits: of tokens, of positions but the last, of the last. -/
def altered (t : Tables) (one tops : Nat) (token pos : List Nat) (last : Nat) : Tables :=
  { t with token := token, last := last, position := tabulateFold (fun m => highest t.bits one tops (Nat.pow 2 t.width) m pos) t.v 0 }

/-- The same of an enclosure. -/
def alteredOf (T : Enclosure) (L v : Nat) (token pos : List Nat) : Enclosure :=
  { T with tokenRow := mapFold (unpack L v) token, posRow := mapFold (unpack L v) pos }

end

/-- Rows of lanes below `2^k`. -/
def Narrow (L v k : Nat) (rows : List Nat) : Prop :=
  ∀ i, i < rows.length → rows.getD i 0 = pack L v (digit L (rows.getD i 0)) ∧ ∀ j, j < v → digit L (rows.getD i 0) j < 2 ^ k

theorem le_grown_left (a b : Nat) : a ≤ a + (b - a) := Nat.le_add_right _ _
theorem le_grown_right (a b : Nat) : b ≤ a + (b - a) := Nat.add_comm (b - a) a ▸ Nat.le_add_of_sub_le (Nat.le_refl _)

theorem grown_le {a b c : Nat} (ha : a ≤ c) (hb : b ≤ c) : a + (b - a) ≤ c := by
  cases Nat.le_total a b with
  | inl h => rw [Nat.add_sub_of_le h]; exact hb
  | inr h => rw [Nat.sub_eq_zero_of_le h]; exact ha

section
variable {L v W m : Nat}

/-- What `highest` is. -/
theorem highest_spec (hL : 0 < L) (hm : m < v) (room : 2 * W < 2 ^ (L - 1)) {rows : List Nat}
    (narrow : ∀ i, i < rows.length → rows.getD i 0 = pack L v (digit L (rows.getD i 0)) ∧ ∀ j, j < v → digit L (rows.getD i 0) j ≤ W) :
    ∃ X : Nat → Nat, highest L (ones L v) (2 ^ (L - 1) * ones L v) W m rows = pack L v X ∧ (∀ j, j < v → X j ≤ 2 * W) ∧ X m ≤ W ∧
      ∀ i, i < rows.length → ∀ j, j < v → digit L (rows.getD i 0) j + W ≤ X j + digit L (rows.getD i 0) m := by
  induction rows with
  | nil => exact ⟨fun _ => 0, (pack_zero L v).symm, fun _ _ => Nat.zero_le _, Nat.zero_le _, fun i hi => absurd hi (Nat.not_lt_zero i)⟩
  | cons N rows ih =>
    match ih (fun i hi => narrow (i + 1) (Nat.succ_lt_succ hi)), narrow 0 (Nat.zero_lt_succ _) with
    | ⟨X, packed, le, atM, each⟩, ⟨row, row_le⟩ =>
      have row : N = pack L v (digit L N) := row
      have row_le (j : Nat) (hj : j < v) : digit L N j ≤ W := row_le j hj
      have shifted : Nat.add N (Nat.mul (Nat.sub W (readLane L N m)) (ones L v)) = pack L v fun j => digit L N j + (W - digit L N m) := by
        have const : Nat.mul (W - digit L N m) (ones L v) = pack L v fun _ => W - digit L N m := (pack_const _ _ _).symm
        show N + Nat.mul (W - digit L N m) (ones L v) = _
        rw [const]
        refine (congrArg (· + _) row).trans ?_
        rw [pack_add]
      have two : 2 * W = W + W := Nat.two_mul W
      have shifted_le {j : Nat} (hj : j < v) : digit L N j + (W - digit L N m) ≤ 2 * W :=
        two ▸ Nat.add_le_add (row_le j hj) (Nat.sub_le _ _)
      refine ⟨fun j => X j + (digit L N j + (W - digit L N m) - X j), ?_, fun j hj => grown_le (le j hj) (shifted_le hj), ?_, fun i hi j hj => ?_⟩
      · show lanesMax _ (L - 1) _ (highest L (ones L v) (2 ^ (L - 1) * ones L v) W m rows) = _
        rw [packed, shifted]
        exact lanesMax_pack hL (fun j hj => Nat.lt_of_le_of_lt (shifted_le hj) room) fun j hj => Nat.lt_of_le_of_lt (le j hj) room
      · exact grown_le atM (Nat.le_of_eq (Nat.add_sub_of_le (row_le m hm)))
      · cases i with
        | zero =>
          show digit L N j + W ≤ X j + (digit L N j + (W - digit L N m) - X j) + digit L N m
          refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.add_le_add_right (le_grown_right (X j) _) _)
          rw [Nat.add_assoc, Nat.sub_add_cancel (row_le m hm)]
        | succ i => exact Nat.le_trans (each i (Nat.lt_of_succ_lt_succ hi) j hj) (Nat.add_le_add_right (le_grown_left _ _) _)

end

section
variable {t : Tables} {T : Enclosure} {token pos : List Nat} {last : Nat}

theorem digit_zero (L j : Nat) : digit L 0 j = 0 := by
  show 0 / 2 ^ (L * j) % 2 ^ L = 0
  rw [Nat.zero_div, Nat.zero_mod]

theorem getD_unpackRows (L v : Nat) (rows : List Nat) (i : Nat) {j : Nat} (hj : j < v) :
    ((mapFold (unpack L v) rows).getD i []).getD j 0 = digit L (rows.getD i 0) j := by
  cases Nat.lt_or_ge i rows.length with
  | inl hi => rw [getD_mapFold _ _ hi 0, getD_unpack _ _ hj]
  | inr hi =>
    rw [List.getD_eq_default [] (Nat.le_trans (Nat.le_of_eq (length_mapFold _ _)) hi), List.getD_eq_default 0 hi]
    exact (digit_zero L j).symm

theorem narrowRows_unpack {L v k : Nat} {rows : List Nat} (h : Narrow L v k rows) : narrowRows k (mapFold (unpack L v) rows) = true := by
  refine narrowRows_of fun i hi j hj => ?_
  rw [length_mapFold] at hi
  have row : (mapFold (unpack L v) rows).getD i [] = unpack L v (rows.getD i 0) := getD_mapFold _ _ hi 0 []
  rw [row, length_unpack] at hj
  rw [getD_unpackRows L v rows i hj]
  exact (h i hi).right j hj

/-- **Altered tables say the same.** -/
theorem describe_altered (hT : t.Describe T) (hL : 0 < t.bits) (room : 2 * 2 ^ t.width < 2 ^ (t.bits - 1))
    (tokens : Narrow t.bits t.v t.width token) (positions : Narrow t.bits t.v t.width (pos ++ [last])) (length : pos.length = t.n) :
    (altered t (ones t.bits t.v) (2 ^ (t.bits - 1) * ones t.bits t.v) token pos last).Describe
      (alteredOf T t.bits t.v token (pos ++ [last])) where
  narrow := Bool.and_eq_true_iff.mpr ⟨narrowRows_unpack tokens, Bool.and_eq_true_iff.mpr
    ⟨narrowRows_unpack positions, Bool.and_right (Bool.and_right hT.narrow)⟩⟩
  tokenLo_le := hT.tokenLo_le
  token k _ := by
    show token.getD k 0 = pack t.bits t.v fun j => ((mapFold (unpack t.bits t.v) token).getD k []).getD j 0
    rw [pack_congr t.bits fun j hj => getD_unpackRows t.bits t.v token k hj]
    cases Nat.lt_or_ge k token.length with
    | inl hk => exact (tokens k hk).left
    | inr hk =>
      rw [List.getD_eq_default 0 hk, pack_congr (g := fun _ => 0) t.bits fun j _ => ?_, pack_zero]
      exact digit_zero t.bits _
  direct := hT.direct
  last := by
    show last = pack t.bits t.v fun j => ((mapFold (unpack t.bits t.v) (pos ++ [last])).getD t.n []).getD j 0
    rw [pack_congr t.bits fun j hj => getD_unpackRows t.bits t.v (pos ++ [last]) t.n hj]
    have at_ : (pos ++ [last]).getD t.n 0 = last := by
      rw [← length, List.getD_append_right 0 (Nat.le_refl _), Nat.sub_self]
      rfl
    have own := (positions t.n (by rw [List.length_append, length]; exact Nat.lt_succ_self _)).left
    rw [at_] at own ⊢
    exact own
  position m hm := by
    have hm : m < t.v := hm
    have small (i : Nat) (hi : i < pos.length) := positions i (by rw [List.length_append]; exact Nat.lt_of_lt_of_le hi (Nat.le_add_right _ _))
    have row (i : Nat) (hi : i < pos.length) : (pos ++ [last]).getD i 0 = pos.getD i 0 := List.getD_append 0 hi
    match highest_spec (W := 2 ^ t.width) hL hm room (rows := pos) (fun i hi => by
      have h := small i hi
      rw [row i hi] at h
      exact ⟨h.left, fun j hj => Nat.le_of_lt (h.right j hj)⟩) with
    | ⟨X, packed, le, atM, each⟩ =>
      refine ⟨X, ?_, fun p hp j hj => ?_, le⟩
      · show (tabulateFold _ t.v 0).getD m 0 = _
        rw [tabulateFold_eq, List.getD_tabulateFrom 0 hm, Nat.zero_add]
        exact packed
      · have hp' : p < pos.length := length.symm ▸ hp
        have hj : j < t.v := hj
        show ((mapFold (unpack t.bits t.v) (pos ++ [last])).getD p []).getD j 0 + X m ≤
          ((mapFold (unpack t.bits t.v) (pos ++ [last])).getD p []).getD m 0 + X j
        rw [getD_unpackRows _ _ _ _ hj, getD_unpackRows _ _ _ _ hm, row p hp', Nat.add_comm _ (X j)]
        exact Nat.le_trans (Nat.add_le_add_left atM _) (each p hp' j hj)
  tokenLo := hT.tokenLo
  own := hT.own
  mass := hT.mass
  weights := hT.weights
  slack := hT.slack

end
end Transformer
end Compact
