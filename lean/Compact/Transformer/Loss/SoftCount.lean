prelude
import Compact.Transformer.Loss.Block
/-!
# How soft cubic counts

One mean of gains is asked of each token (`Loss/Count.lean`).
-/
namespace Compact

/-- Go on with the inputs of one query and one maximum. -/
noncomputable def softCounter (t : Tables) : LevelCounter := fun bs one column entry m q Q k =>
  LossPair.withPair t bs one q m column entry Q fun P => P.withInputs k

variable {R : Type} [ExpField R] {lv : LossLevels} {t : Tables} {C : LossTable} {w : Weights} {params : Params} {times : Nat} {T : Enclosure}

/-- A level times a factor is small. -/
theorem level_mul_lt (hT : t.Describe T) {μ q s : Nat} (hμ : μ ≤ 2 * (3 * 2 ^ t.width)) (hq : q < t.v) (hs : s < t.v) :
    μ * T.tokenLo q s < 2 ^ (t.prec + t.width + 3) := by
  refine Nat.lt_of_le_of_lt (Nat.mul_le_mul hμ (hT.tokenLo_le q s hq hs)) ?_
  rw [Nat.add_right_comm, Nat.pow_add, Nat.pow_add]
  show 2 * (3 * 2 ^ t.width) * 2 ^ t.prec < 2 ^ t.prec * 8 * 2 ^ t.width
  have one : 1 ≤ 2 ^ t.prec * 2 ^ t.width := Nat.mul_pos (Nat.two_pow_pos _) (Nat.two_pow_pos _)
  show 2 * (3 * 2 ^ t.width) * 2 ^ t.prec + 1 ≤ _
  exact Nat.le_of_linear (Nat.le_trans one (Nat.le_mul_of_pos_left _ Nat.two_pos)) (by ring [2 ^ t.prec, 2 ^ t.width])

/-- What it counts is so. -/
theorem softCounter_counts (M : LossModel R lv t C 1 w params T) (hL : t.prec + t.width + 5 ≤ t.bits) :
    CountsLevels R t C 1 w params (softCounter t) := fun q m hm hq => by
  match M.known hm hq with
  | ⟨S, hS, K⟩ =>
    match LossPair.withPair_eq (α := Bool) (C := C) M.describe hL hm hq (M.positions m hm).left
      (fun q k hq hk => ⟨(M.small q k hq hk).left, (M.small q k hq hk).right.left⟩)
      (fun q hqv => (M.small q q hqv hqv).right.right.left) hS with
    | ⟨P, hP, zero, of⟩ =>
      refine ⟨P.inputs, fun k => ?_, fun μ hμ => ?_⟩
      · unfold softCounter
        rw [hP]
        exact P.withInputs_eq k
      · match LossPair.inputs_spec of fun s hs =>
          zero ▸ level_mul_lt M.describe hμ (Nat.lt_of_le_of_lt hq hm) (Nat.lt_trans hs hm) with
        | ⟨ok, p, size, gains⟩ =>
          refine ⟨ok, p, size, fun c hc hok y hy => ?_⟩
          exact (softAt_of_class K hμ hc (fun s hs => (mem_below hs).left) (hS ▸ gains c hc hok) y hy).says M.wellFormed (Nat.le_refl 1)

end Compact
