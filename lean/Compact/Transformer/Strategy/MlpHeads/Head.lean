prelude
import Compact.Transformer.Strategy.MlpHeads.Rows
/-!
# What is known of a head when inputs are counted

The rows of a query and a maximum (`tokenRow_spec`), and what they show of an input (`pair_of_head`).
-/
namespace Compact
namespace Transformer
namespace MlpHeads
open HeadsBruteForce (HeadTables)
open MlpQuartic (Env AtMax Setting envOf slope slope_cases leftAt leftAt_zero leftAt_one lanesFor placesOf placeOf placeOf_lt steepFor levelFor Columns overEntry
  outAt outAt_le plainTables blockTables plainRow units Pair rowsAt div_lt_width rowsAlong getD_rowsAlong length_rowsAlong narrow_of_pack leftRow)
open MlpBruteForce (neuronRows ranges)

section
variable {w : Weights} {M : MLP} {c : Params} {B l cut blocks i : Nat} {t : Tables} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting (w.solo M i) (M.alone i) c B t.bits l t.n cut t.width blocks head neurons) (wide : c.width + 7 ≤ l)
include S

omit S in
theorem token_length (slopes m : Nat) : ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).token.length = m + 1 := by
  show (tabulateFold _ (m + 1) 0).length = m + 1
  rw [tabulateFold_eq]
  exact List.length_tabulateFrom

omit S in
theorem pos_length (slopes m : Nat) : ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).pos.length = t.n := by
  show (tabulateFold _ t.n 0).length = t.n
  rw [tabulateFold_eq]
  exact List.length_tabulateFrom

/-- The rows of positions. -/
theorem positions_eq (slopes m : Nat) {p : Nat} (hp : p < t.n + 1) :
    (((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).pos ++
      [((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).last]).getD p 0 =
      pack t.bits w.d_vocab fun j => rowOfPos w B M c slopes i p j / 2 ^ cut := by
  have length := pos_length (w := w) (M := M) (c := c) (l := l) (cut := cut) (i := i) (t := t) (head := head) (neurons := neurons) slopes m
  have row := MlpQuartic.posRow_eq S slopes hp
  match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hp) with
  | .inl lt =>
    rw [List.getD_append 0 (length.symm ▸ lt)]
    refine Eq.trans ?_ row
    show (tabulateFold _ t.n 0).getD p 0 = _
    rw [tabulateFold_eq, List.getD_tabulateFrom 0 lt, Nat.zero_add]
    rfl
  | .inr e =>
    subst e
    rw [List.getD_append_right 0 (Nat.le_of_eq length), length, Nat.sub_self]
    exact row

theorem rowOfPos_lt (slopes : Nat) (p : Nat) {j : Nat} (hj : j < w.d_vocab) : rowOfPos w B M c slopes i p j < 2 ^ (cut + t.width) :=
  S.plainRow_lt slopes (fun j _ => S.holdsHead.pos_lt p j) (fun _ hb j _ => (S.holds hb).pos_lt p j) j hj

/-- The row of the direct path. -/
theorem direct_eq (slopes : Nat) {q : Nat} (hq : q < w.d_vocab) :
    lanesShift ((2 ^ t.width - 1) * ones t.bits w.d_vocab) cut
        ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).directSum (steepFor (w.solo M i) (M.alone i) c l slopes) q) =
      pack t.bits w.d_vocab fun j => plainRow (w.solo M i) (M.alone i) slopes ((plainTables (w.solo M i) B (M.alone i) c).direct q)
        (fun b => (blockTables (w.solo M i) B (M.alone i) c b).direct q) j / 2 ^ cut :=
  S.rounded_eq (MlpQuartic.directSum_eq S slopes hq)
    (S.plainRow_lt slopes (fun j _ => S.holdsHead.direct_lt q j) fun _ hb j _ => (S.holds hb).direct_lt q j)

theorem direct_lt (slopes q : Nat) {j : Nat} (hj : j < w.d_vocab) :
    plainRow (w.solo M i) (M.alone i) slopes ((plainTables (w.solo M i) B (M.alone i) c).direct q)
        (fun b => (blockTables (w.solo M i) B (M.alone i) c b).direct q) j / 2 ^ cut < 2 ^ t.width :=
  div_lt_width (S.plainRow_lt slopes (fun j _ => S.holdsHead.direct_lt q j) (fun _ hb j _ => (S.holds hb).direct_lt q j) j hj)

include wide

/-- **The row of a token.** -/
theorem tokenRow_spec (slopes : Nat) {m y : Nat} (hm : m < w.d_vocab) (hy : y < m + 1) {mine other : Nat} {op on : Nat → Nat}
    (hop : Fits w M c l mine op) (hon : Fits w M c l other on) : ∃ E : Nat → Nat,
    tokenRow (commonOf w M c l) (envAt w M c t l cut i head neurons) ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m) mine other
        (((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).token.getD y 0)
        ((envAt w M c t l cut i head neurons).tokUp.getD y 0) ((envAt w M c t l cut i head neurons).tokDown.getD y 0) =
      (pack t.bits w.d_vocab fun j => rowOfToken w B M c slopes i m y E j / 2 ^ cut) ∧
    (∀ j, rowOfToken w B M c slopes i m y E j < 2 ^ (cut + t.width)) ∧
    ∀ p, p < w.n_ctx → (∀ j, j < M.d_mlp → slope slopes j = 0 →
        op (placeOf (lanesFor l w.d_vocab) j) + tokAbove w B M c i y j + posAbove w B M c i p j + 3 -
          (on (placeOf (lanesFor l w.d_vocab) j) + tokBelow w B M c i y j + posBelow w B M c i p j) ≤ E j) ∧
      ∀ j, j < M.d_mlp → slope slopes j = 1 →
        on (placeOf (lanesFor l w.d_vocab) j) + tokBelow w B M c i y j + posBelow w B M c i p j + 3 -
          (op (placeOf (lanesFor l w.d_vocab) j) + tokAbove w B M c i y j + posAbove w B M c i p j) ≤ E j := by
  have hyv : y < w.d_vocab := Nat.lt_of_lt_of_le hy hm
  have token := S.token_rows hyv
  have token_small (b : Nat) (hb : b < blocks) (j : Nat) (_ : j < w.d_vocab) := (S.holds hb).token_lt y j
  have pos {p : Nat} (hp : p < t.n + 1) := S.pos_rows (p := p) (S.ctx.symm ▸ hp)
  have pos_small (p b : Nat) (hb : b < blocks) (j : Nat) (_ : j < w.d_vocab) := (S.holds hb).pos_lt p j
  match clean_numbers S wide (rows := HeadTables.token) hyv token.left token.right token_small with
  | ⟨tu, td, hup, hdown, tu_lt, td_lt, tu_eq⟩ =>
    have up_small (j : Nat) (hj : j < M.d_mlp) : tu (placeOf (lanesFor l w.d_vocab) j) < 2 ^ c.width :=
      Nat.lt_of_le_of_lt (Nat.le_of_eq (tu_eq j hj).left) (over_lt S token_small hj).left
    have down_small (j : Nat) (hj : j < M.d_mlp) : td (placeOf (lanesFor l w.d_vocab) j) < 2 ^ c.width :=
      Nat.lt_of_le_of_lt (Nat.le_of_eq (tu_eq j hj).right) (over_lt S token_small hj).right
    -- The numbers of positions.
    have position {p : Nat} (hp : p < t.n + 1) := clean_numbers S wide (rows := HeadTables.pos) hp (pos hp).left (pos hp).right (pos_small p)
    have digits {N : Nat} {f : Nat → Nat} (h : N = pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) f) (lt : ∀ k, f k < 2 ^ (c.width + 3)) :
        N = pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) (fun k => digit l N k % 2 ^ (c.width + 3)) ∧
        ∀ j, j < M.d_mlp → digit l N (placeOf (lanesFor l w.d_vocab) j) % 2 ^ (c.width + 3) = f (placeOf (lanesFor l w.d_vocab) j) := by
      have e {k : Nat} (hk : k < placesOf (lanesFor l w.d_vocab) M.d_mlp) : digit l N k % 2 ^ (c.width + 3) = f k := by
        rw [h, digit_pack l (fun k _ => Nat.lt_of_lt_of_le (lt k) (Nat.pow_le_pow_right Nat.two_pos (k_le wide))) hk]
        exact Nat.mod_eq_of_lt (lt k)
      exact ⟨h.trans (pack_congr l fun k hk => (e hk).symm), fun j hj => e (placeOf_lt hj)⟩
    have mod_lt (N k : Nat) : digit l N k % 2 ^ (c.width + 3) < 2 ^ (c.width + 3) := Nat.mod_lt _ (Nat.two_pow_pos _)
    have above_at {p : Nat} (hp : p < t.n + 1) := (match position hp with
      | ⟨_, _, hA, _, a_lt, _, e⟩ => ⟨(digits hA a_lt).left, fun j hj => ((digits hA a_lt).right j hj).trans (e j hj).left⟩ :
        (mapFold (bared l (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posAbove).getD p 0 = pack l _
          (fun k => digit l ((mapFold (bared l (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posAbove).getD p 0) k %
            2 ^ (c.width + 3)) ∧
        ∀ j, j < M.d_mlp → digit l ((mapFold (bared l (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posAbove).getD p 0)
          (placeOf (lanesFor l w.d_vocab) j) % 2 ^ (c.width + 3) = posAbove w B M c i p j)
    have below_at {p : Nat} (hp : p < t.n + 1) := (match position hp with
      | ⟨_, _, _, hB, _, b_lt, e⟩ => ⟨(digits hB b_lt).left, fun j hj => ((digits hB b_lt).right j hj).trans (e j hj).right⟩ :
        (mapFold (clean (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posBelow).getD p 0 = pack l _
          (fun k => digit l ((mapFold (clean (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posBelow).getD p 0) k %
            2 ^ (c.width + 3)) ∧
        ∀ j, j < M.d_mlp → digit l ((mapFold (clean (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posBelow).getD p 0)
          (placeOf (lanesFor l w.d_vocab) j) % 2 ^ (c.width + 3) = posBelow w B M c i p j)
    have up := left_spec S wide hop hon hup hdown tu_lt td_lt up_small (fun p hp => (above_at hp).left) (fun p hp => (below_at hp).left)
      (fun p _ k => mod_lt _ k) (fun p _ k => mod_lt _ k)
      fun p hp j hj => Nat.lt_of_le_of_lt (Nat.le_of_eq ((above_at hp).right j hj)) (over_lt S (pos_small p) hj).left
    have down := left_spec S wide hon hop hdown hup td_lt tu_lt down_small (fun p hp => (below_at hp).left) (fun p hp => (above_at hp).left)
      (fun p _ k => mod_lt _ k) (fun p _ k => mod_lt _ k)
      fun p hp j hj => Nat.lt_of_le_of_lt (Nat.le_of_eq ((below_at hp).right j hj)) (over_lt S (pos_small p) hj).right
    have high : (envAt w M c t l cut i head neurons).high = mostLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).V
      (mapFold (bared l (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posAbove)
      (mapFold (clean (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posBelow) (t.n + 1) := rfl
    have low : (envAt w M c t l cut i head neurons).low = mostLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).V
      (mapFold (clean (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posBelow)
      (mapFold (bared l (commonOf w M c l).mask) (envOf (w.solo M i) (M.alone i) c t l cut head neurons).posAbove) (t.n + 1) := rfl
    rw [← high] at up
    rw [← low] at down
    have up' (j : Nat) (hj : j < M.d_mlp) : digit l (leftLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).three (commonOf w M c l).V mine other
          ((envAt w M c t l cut i head neurons).tokUp.getD y 0) ((envAt w M c t l cut i head neurons).tokDown.getD y 0)
          (envAt w M c t l cut i head neurons).high) (placeOf (lanesFor l w.d_vocab) j) ≤ 7 * 2 ^ c.width ∧
        ∀ p, p < t.n + 1 → op (placeOf (lanesFor l w.d_vocab) j) + tokAbove w B M c i y j + posAbove w B M c i p j + 3 -
          (on (placeOf (lanesFor l w.d_vocab) j) + tokBelow w B M c i y j + posBelow w B M c i p j) ≤
          digit l (leftLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).three (commonOf w M c l).V mine other
            ((envAt w M c t l cut i head neurons).tokUp.getD y 0) ((envAt w M c t l cut i head neurons).tokDown.getD y 0)
            (envAt w M c t l cut i head neurons).high) (placeOf (lanesFor l w.d_vocab) j) := by
      refine ⟨(up j hj).left, fun p hp => ?_⟩
      have g := (up j hj).right p hp
      rw [(above_at hp).right j hj, (below_at hp).right j hj, (tu_eq j hj).left, (tu_eq j hj).right] at g
      exact g
    have down' (j : Nat) (hj : j < M.d_mlp) : digit l (leftLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).three (commonOf w M c l).V other mine
          ((envAt w M c t l cut i head neurons).tokDown.getD y 0) ((envAt w M c t l cut i head neurons).tokUp.getD y 0)
          (envAt w M c t l cut i head neurons).low) (placeOf (lanesFor l w.d_vocab) j) ≤ 7 * 2 ^ c.width ∧
        ∀ p, p < t.n + 1 → on (placeOf (lanesFor l w.d_vocab) j) + tokBelow w B M c i y j + posBelow w B M c i p j + 3 -
          (op (placeOf (lanesFor l w.d_vocab) j) + tokAbove w B M c i y j + posAbove w B M c i p j) ≤
          digit l (leftLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).three (commonOf w M c l).V other mine
            ((envAt w M c t l cut i head neurons).tokDown.getD y 0) ((envAt w M c t l cut i head neurons).tokUp.getD y 0)
            (envAt w M c t l cut i head neurons).low) (placeOf (lanesFor l w.d_vocab) j) := by
      refine ⟨(down j hj).left, fun p hp => ?_⟩
      have g := (down j hj).right p hp
      rw [(above_at hp).right j hj, (below_at hp).right j hj, (tu_eq j hj).left, (tu_eq j hj).right] at g
      exact g
    -- The row.
    have row : tokenRow (commonOf w M c l) (envAt w M c t l cut i head neurons) ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m) mine other
        (((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).token.getD y 0)
        ((envAt w M c t l cut i head neurons).tokUp.getD y 0) ((envAt w M c t l cut i head neurons).tokDown.getD y 0) =
      lanesShift ((2 ^ t.width - 1) * ones t.bits w.d_vocab) cut
        (Nat.add (((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).token.getD y 0)
          (Nat.force (Nat.add
            (Nat.land (leftLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).three (commonOf w M c l).V mine other
              ((envAt w M c t l cut i head neurons).tokUp.getD y 0) ((envAt w M c t l cut i head neurons).tokDown.getD y 0)
              (envAt w M c t l cut i head neurons).high) (levelFor (w.solo M i) (M.alone i) c l slopes))
            (Nat.land (leftLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).three (commonOf w M c l).V other mine
              ((envAt w M c t l cut i head neurons).tokDown.getD y 0) ((envAt w M c t l cut i head neurons).tokUp.getD y 0)
              (envAt w M c t l cut i head neurons).low) (steepFor (w.solo M i) (M.alone i) c l slopes)))
            ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).over)) := rfl
    rw [row]
    clear row up down high low
    generalize leftLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).three (commonOf w M c l).V mine other
      ((envAt w M c t l cut i head neurons).tokUp.getD y 0) ((envAt w M c t l cut i head neurons).tokDown.getD y 0)
      (envAt w M c t l cut i head neurons).high = L at up'
    generalize leftLanes (commonOf w M c l).tops (l - 1) (commonOf w M c l).three (commonOf w M c l).V other mine
      ((envAt w M c t l cut i head neurons).tokDown.getD y 0) ((envAt w M c t l cut i head neurons).tokUp.getD y 0)
      (envAt w M c t l cut i head neurons).low = L' at down'
    have small {N : Nat} (h : N ≤ 7 * 2 ^ c.width) : N < 2 ^ (c.width + 3) := by
      rw [Nat.pow_add]
      refine Nat.lt_of_le_of_lt h ?_
      rw [Nat.mul_comm]
      exact Nat.mul_lt_mul_of_pos_left (Nat.lt_succ_self 7) (Nat.two_pow_pos _)
    have over : Columns (w.solo M i) (M.alone i) l ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).overAt m)
        (overEntry (w.solo M i) (M.alone i) m) := by
      unfold Env.overAt
      rw [Nat.force_eq, nth_eq]
      exact S.over_holds hm
    have lefts := S.leftRow_eq slopes (m := m) (left := L) (leftSteep := L') (fun j hj => small (up' j hj).left) (fun j hj => small (down' j hj).left) over
    have at_ : ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).token.getD y 0 = pack t.bits w.d_vocab
        (plainRow (w.solo M i) (M.alone i) slopes ((plainTables (w.solo M i) B (M.alone i) c).token y)
          fun b => (blockTables (w.solo M i) B (M.alone i) c b).token y) := by
      show (tabulateFold ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).tokenSum (steepFor (w.solo M i) (M.alone i) c l slopes)) (m + 1) 0).getD y 0 = _
      rw [tabulateFold_eq, List.getD_tabulateFrom 0 hy, Nat.zero_add]
      exact MlpQuartic.tokenSum_eq S slopes hyv
    have left_le (j : Nat) : (total M.d_mlp fun k => leftAt slopes (fun j => digit l L (placeOf (lanesFor l w.d_vocab) j))
        (fun j => digit l L' (placeOf (lanesFor l w.d_vocab) j)) k * overEntry w M m k j) ≤ 7 * (2 ^ c.width * ranges (neuronRows w M)) := by
      have top : total M.d_mlp (MlpQuartic.topAt w M) = ranges (neuronRows w M) := S.total_top
      rw [← top, ← total_mul, ← total_mul]
      refine total_le_total fun k hk => ?_
      rw [← Nat.mul_assoc]
      refine Nat.mul_le_mul ?_ (grown_le (outAt_le k m) (outAt_le k j))
      cases slope_cases slopes k with
      | inl h => rw [leftAt_zero h]; exact (up' k hk).left
      | inr h => rw [leftAt_one h]; exact (down' k hk).left
    have lt (j : Nat) : rowOfToken w B M c slopes i m y (leftAt slopes (fun j => digit l L (placeOf (lanesFor l w.d_vocab) j))
        fun j => digit l L' (placeOf (lanesFor l w.d_vocab) j)) j < 2 ^ (cut + t.width) :=
      S.lt_room (S.holdsHead.token_lt y j) (S.added_le slopes (fun b hb j _ => (S.holds hb).token_lt y j) j) (left_le j)
    refine ⟨leftAt slopes (fun j => digit l L (placeOf (lanesFor l w.d_vocab) j)) (fun j => digit l L' (placeOf (lanesFor l w.d_vocab) j)), ?_, lt,
      fun p hp => ⟨fun j hj h => ?_, fun j hj h => ?_⟩⟩
    · refine S.rounded_eq ?_ fun j _ => lt j
      rw [at_, Nat.force_eq]
      refine (congrArg (_ + ·) lefts).trans ?_
      show pack t.bits w.d_vocab _ + pack t.bits w.d_vocab _ = _
      rw [pack_add]
      rfl
    · rw [leftAt_zero h]
      exact (up' j hj).right p (S.ctx ▸ hp)
    · rw [leftAt_one h]
      exact (down' j hj).right p (S.ctx ▸ hp)

end
end MlpHeads
end Transformer
end Compact
