prelude
import Compact.Transformer.Strategy.MlpHeads.Check
import Compact.Transformer.Strategy.MlpHeads.Judge
import Compact.Transformer.Strategy.MlpQuartic
/-!
# The rows of a head, for one query and one maximum

What packed rows hold (`tokenRow_spec`), and so what is known of a head when inputs are counted (`pair_of_head`).
-/
namespace Compact
namespace Transformer
namespace MlpHeads
open HeadsBruteForce (HeadTables)
open HeadsQuartic (HeadsTables)
open MlpQuartic (Env AtMax Setting envOf slope slope_cases leftAt leftAt_zero leftAt_one lanesFor placesOf placeOf placeOf_lt steepFor levelFor Columns overEntry
  outAt outAt_le plainTables blockTables plainRow units Pair rowsAt div_lt_width nth_lanesOfAll lanesOfAll lanesOf above rowsAlong getD_rowsAlong length_rowsAlong
  narrow_of_pack chosen_spec)
open MlpBruteForce (neuronRows ranges)

/-- What all heads and queries share, evaluated. -/
noncomputable def commonOf (w : Weights) (M : MLP) (c : Params) (l : Nat) : Common :=
  ⟨l, 2 ^ (l - 1) * ones l (placesOf (lanesFor l w.d_vocab) M.d_mlp), 3 * ones l (placesOf (lanesFor l w.d_vocab) M.d_mlp),
    2 ^ (c.width + 3) * ones l (placesOf (lanesFor l w.d_vocab) M.d_mlp), (2 ^ (c.width + 3) - 1) * ones l (placesOf (lanesFor l w.d_vocab) M.d_mlp),
    (2 ^ c.width - 1) * ones l (placesOf (lanesFor l w.d_vocab) M.d_mlp)⟩

/-- The rows of head `i`, evaluated. -/
noncomputable def envAt (w : Weights) (M : MLP) (c : Params) (t : Tables) (l cut i : Nat) (head : HeadTables) (neurons : List HeadTables) : HeadEnv :=
  ⟨envOf (w.solo M i) (M.alone i) c t l cut head neurons,
    mapFold (bared l (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).tokenAbove,
    mapFold (clean (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).tokenBelow,
    mostLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).V
      (mapFold (bared l (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posAbove)
      (mapFold (clean (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posBelow) (t.n + 1),
    mostLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).V
      (mapFold (clean (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posBelow)
      (mapFold (bared l (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posAbove) (t.n + 1)⟩

section
variable {w : Weights} {M : MLP} {c : Params} {B l cut blocks i : Nat} {t : Tables} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting (w.solo M i) (M.alone i) c B t.bits l t.n cut t.width blocks head neurons) (wide : c.width + 7 ≤ l)
include S wide

omit S in
theorem lanes_room : 5 * 2 ^ (c.width + 3) + 3 < 2 ^ (l - 1) := by
  refine Nat.lt_of_lt_of_le ?_ (Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le (b := 1) wide : c.width + 6 ≤ l - 1))
  have e : 2 ^ (c.width + 6) = 2 ^ (c.width + 3) * 8 := by
    rw [Nat.pow_add, Nat.pow_add, Nat.mul_assoc]
  have eight : 8 ≤ 2 ^ (c.width + 3) := by
    rw [Nat.pow_add]
    exact Nat.le_mul_of_pos_left 8 (Nat.two_pow_pos _)
  rw [e]
  refine Nat.lt_of_lt_of_le (Nat.add_lt_add_left (Nat.lt_of_lt_of_le (Nat.succ_le_succ (Nat.succ_le_succ (Nat.succ_le_succ (Nat.succ_le_succ (Nat.zero_le 4))))) eight) _) ?_
  rw [← Nat.succ_mul, Nat.mul_comm]
  exact Nat.mul_le_mul_left _ (Nat.succ_le_succ (Nat.succ_le_succ (Nat.succ_le_succ (Nat.succ_le_succ (Nat.succ_le_succ (Nat.succ_le_succ (Nat.zero_le 2)))))))

omit S in
theorem k_le : c.width + 3 ≤ l := Nat.le_trans (Nat.add_le_add_left (Nat.le_add_right 3 4) _) wide

/-- The numbers of neurons of a row of all blocks, in clean lanes. -/
theorem clean_numbers {rows : HeadTables → List Nat} {g : Nat → Nat → Nat} {count p : Nat} (hp : p < count)
    (length : (mapFold (fun T : HeadTables => nth 0 (rows T) p) neurons).length = blocks)
    (each : ∀ b, b < blocks → (mapFold (fun T : HeadTables => nth 0 (rows T) p) neurons).getD b 0 = pack l w.d_vocab (g b))
    (small : ∀ b, b < blocks → ∀ j, j < w.d_vocab → g b j < 2 ^ c.width) : ∃ a : Nat → Nat, ∃ b : Nat → Nat,
    (mapFold (bared l (commonOf w M c l).mask) (lanesOfAll (lanesFor l w.d_vocab) (above (lanesFor l w.d_vocab)) rows neurons count)).getD p 0 =
      pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) a ∧
    (mapFold (clean (commonOf w M c l).mask) (lanesOfAll (lanesFor l w.d_vocab) (MlpQuartic.below (lanesFor l w.d_vocab)) rows neurons count)).getD p 0 =
      pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) b ∧
    (∀ k, a k < 2 ^ (c.width + 3)) ∧ (∀ k, b k < 2 ^ (c.width + 3)) ∧
    ∀ j, j < M.d_mlp → a (placeOf (lanesFor l w.d_vocab) j) = MlpQuartic.over w.d_vocab g j ∧ b (placeOf (lanesFor l w.d_vocab) j) = MlpQuartic.under w.d_vocab g j := by
  have len (f : Nat → Nat) : (lanesOfAll (lanesFor l w.d_vocab) f rows neurons count).length = count := by
    unfold lanesOfAll
    rw [tabulateFold_eq]
    exact List.length_tabulateFrom
  have at_ (f : Nat → Nat) : (mapFold (clean (commonOf w M c l).mask) (lanesOfAll (lanesFor l w.d_vocab) f rows neurons count)).getD p 0 =
      pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) fun k =>
        digit l (lanesOf (lanesFor l w.d_vocab) f (mapFold (fun T : HeadTables => nth 0 (rows T) p) neurons)) k % 2 ^ (c.width + 3) := by
    rw [getD_mapFold _ _ ((len f).symm ▸ hp) 0 0, ← nth_eq, nth_lanesOfAll _ _ _ _ hp]
    exact clean_eq (k_le wide) _
  have bare : (mapFold (bared l (commonOf w M c l).mask) (lanesOfAll (lanesFor l w.d_vocab) (above (lanesFor l w.d_vocab)) rows neurons count)).getD p 0 =
      pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) fun k =>
        digit l (lanesOf (lanesFor l w.d_vocab) (above (lanesFor l w.d_vocab)) (mapFold (fun T : HeadTables => nth 0 (rows T) p) neurons) / 2 ^ l * 2 ^ l) k %
          2 ^ (c.width + 3) := by
    rw [getD_mapFold _ _ ((len _).symm ▸ hp) 0 0, ← nth_eq, nth_lanesOfAll _ _ _ _ hp]
    exact clean_eq (k_le wide) _
  have same {a : Nat} (h : a < 2 ^ c.width) : a % 2 ^ (c.width + 3) = a :=
    Nat.mod_eq_of_lt (Nat.lt_of_lt_of_le h (Nat.pow_le_pow_right Nat.two_pos (Nat.le_add_right _ 3)))
  refine ⟨_, _, bare, at_ _, fun k => Nat.mod_lt _ (Nat.two_pow_pos _), fun k => Nat.mod_lt _ (Nat.two_pow_pos _), fun j hj => ?_⟩
  have digits := digit_lanesOf S length each small hj
  have lt := over_lt S (g := g) small hj
  exact ⟨(congrArg (· % 2 ^ (c.width + 3)) ((digit_bared l _ _).trans digits.left)).trans (same lt.left), (congrArg (· % 2 ^ (c.width + 3)) digits.right).trans (same lt.right)⟩

/-- Shares of the neurons' own numbers that fit. -/
structure Fits (w : Weights) (M : MLP) (c : Params) (l N : Nat) (f : Nat → Nat) : Prop where
  packed : N = pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) f
  le (k : Nat) : k < placesOf (lanesFor l w.d_vocab) M.d_mlp → f k ≤ 2 * 2 ^ (c.width + 3)
  small (j : Nat) : j < M.d_mlp → f (placeOf (lanesFor l w.d_vocab) j) + 2 * 2 ^ c.width + 3 ≤ 7 * 2 ^ c.width

/-- **What is left of ReLUs**, from shares and the highest of positions. -/
theorem left_spec {mine other : Nat} {op on : Nat → Nat} (hop : Fits w M c l mine op) (hon : Fits w M c l other on)
    {up down : Nat} {tu td : Nat → Nat} (hup : up = pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) tu)
    (hdown : down = pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) td) (tu_lt : ∀ k, tu k < 2 ^ (c.width + 3)) (td_lt : ∀ k, td k < 2 ^ (c.width + 3))
    (tu_small : ∀ j, j < M.d_mlp → tu (placeOf (lanesFor l w.d_vocab) j) < 2 ^ c.width)
    {As Bs : List Nat} {a b : Nat → Nat → Nat}
    (hA : ∀ p, p < t.n + 1 → As.getD p 0 = pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) (a p))
    (hB : ∀ p, p < t.n + 1 → Bs.getD p 0 = pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) (b p))
    (a_lt : ∀ p, p < t.n + 1 → ∀ k, a p k < 2 ^ (c.width + 3)) (b_lt : ∀ p, p < t.n + 1 → ∀ k, b p k < 2 ^ (c.width + 3))
    (a_small : ∀ p, p < t.n + 1 → ∀ j, j < M.d_mlp → a p (placeOf (lanesFor l w.d_vocab) j) < 2 ^ c.width) :
    ∀ j, j < M.d_mlp →
      digit l (leftLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).three (commonOf w M c l).V mine other up down
        (mostLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).V As Bs (t.n + 1))) (placeOf (lanesFor l w.d_vocab) j) ≤ 7 * 2 ^ c.width ∧
      ∀ p, p < t.n + 1 → op (placeOf (lanesFor l w.d_vocab) j) + tu (placeOf (lanesFor l w.d_vocab) j) + a p (placeOf (lanesFor l w.d_vocab) j) + 3 -
        (on (placeOf (lanesFor l w.d_vocab) j) + td (placeOf (lanesFor l w.d_vocab) j) + b p (placeOf (lanesFor l w.d_vocab) j)) ≤
        digit l (leftLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).three (commonOf w M c l).V mine other up down
          (mostLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).V As Bs (t.n + 1))) (placeOf (lanesFor l w.d_vocab) j) := by
  have hl : 0 < l := S.l_pos
  have room := lanes_room wide
  have two : 2 * 2 ^ (c.width + 3) < 2 ^ (l - 1) :=
    Nat.lt_of_le_of_lt (Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_add_right 2 3)) (Nat.le_add_right _ 3)) room
  match mostLanes_spec hl two hA hB (fun p hp k _ => a_lt p hp k) (fun p hp k _ => b_lt p hp k) with
  | ⟨X, packed, X_le, upper, each⟩ =>
    have lanes := leftLanes_eq hl room hop.le hon.le (fun k _ => tu_lt k) (fun k _ => td_lt k) X_le
    intro j hj
    have place := placeOf_lt (F := lanesFor l w.d_vocab) hj
    have lt (k : Nat) (hk : k < placesOf (lanesFor l w.d_vocab) M.d_mlp) : op k + tu k + X k + 3 - (on k + td k + 2 ^ (c.width + 3)) < 2 ^ l := by
      refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) (MlpQuartic.lt_of_half (Nat.lt_of_le_of_lt ?_ room))
      refine Nat.le_trans (Nat.add_le_add_right (Nat.add_le_add (Nat.add_le_add (hop.le k hk) (Nat.le_of_lt (tu_lt k))) (X_le k hk)) 3) (Nat.le_of_eq ?_)
      ring [2 ^ (c.width + 3)]
    have value : digit l (leftLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).three (commonOf w M c l).V mine other up down
        (mostLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).V As Bs (t.n + 1))) (placeOf (lanesFor l w.d_vocab) j) =
        op (placeOf (lanesFor l w.d_vocab) j) + tu (placeOf (lanesFor l w.d_vocab) j) + X (placeOf (lanesFor l w.d_vocab) j) + 3 -
          (on (placeOf (lanesFor l w.d_vocab) j) + td (placeOf (lanesFor l w.d_vocab) j) + 2 ^ (c.width + 3)) := by
      rw [hop.packed, hon.packed, hup, hdown]
      show digit l (leftLanes _ _ _ _ _ _ _ _ (mostLanes (2 ^ (l - 1) * ones l (placesOf (lanesFor l w.d_vocab) M.d_mlp)) (l - 1)
        (2 ^ (c.width + 3) * ones l (placesOf (lanesFor l w.d_vocab) M.d_mlp)) As Bs (t.n + 1))) _ = _
      rw [packed]
      refine (congrArg (fun N => digit l N (placeOf (lanesFor l w.d_vocab) j)) lanes).trans ?_
      exact digit_pack l lt place
    rw [value]
    refine ⟨left_le (upper _ place (2 ^ c.width) fun p hp => Nat.le_of_lt (a_small p hp j hj)) ?_, fun p hp => left_ge (each p hp _ place)⟩
    refine Nat.le_trans (Nat.add_le_add_right (Nat.add_le_add_right (Nat.add_le_add_left (Nat.le_of_lt (tu_small j hj)) _) _) 3) (Nat.le_trans (Nat.le_of_eq ?_) (hop.small j hj))
    ring [op (placeOf (lanesFor l w.d_vocab) j), 2 ^ c.width]

end
end MlpHeads
end Transformer
end Compact
