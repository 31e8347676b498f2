prelude
import Compact.Ring.Nat
import Compact.Transformer.Strategy.Quartic.Check
/-!
# Quartic: several mixtures side by side

`Ends.run_iff`: the test of mixtures that are packed side by side is the test of each.  Lane `t` of the mixture with
the weight `U` is `(F - U) * g t + (U * gm t + a t)`, where `g`, `gm`, `a` are the gaps of the token, of the maximum
and of the query.
-/
namespace Compact
namespace Quartic

theorem Ends.force_eq {α : Type} (e : Ends) (k : Ends → α) : e.force k = k e := by
  unfold Ends.force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]

theorem Test.force_eq {α : Type} (T : Test) (k : Test → α) : T.force k = k T := by
  unfold Test.force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- Lane `t` of the mixture with the weight `U`. -/
def lane (F : Nat) (g gm a : Nat → Nat) (U t : Nat) : Nat := (F - U) * g t + (U * gm t + a t)

/-- The row of the mixture with the weight `U`. -/
theorem pack_lane (L v F U : Nat) (g gm a : Nat → Nat) :
    pack L v g * (F - U) + (pack L v gm * U + pack L v a) = pack L v (lane F g gm a U) := by
  rw [Nat.mul_comm, Nat.mul_comm (pack L v gm), mul_pack, mul_pack, pack_add, pack_add]
  rfl

/-- Mixtures side by side. -/
theorem Ends.rows_eq (B F : Nat) (us : List Nat) (mask G Gm A : Nat) :
    ((Ends.of B F us).test mask Gm A).V * G + ((Ends.of B F us).test mask Gm A).A =
      pack B us.length fun e => G * (F - us.getD e 0) + (Gm * us.getD e 0 + A) := by
  show packList B (mapFold (fun U => Nat.sub F U) us) * G
    + (packList B us * Gm + packList B (mapFold (fun _ => 1) us) * A) = _
  rw [packList_eq, packList_eq, packList_eq, length_mapFold, length_mapFold, Nat.mul_comm _ G, Nat.mul_comm _ Gm,
    Nat.mul_comm _ A, mul_pack, mul_pack, mul_pack, pack_add, pack_add]
  refine pack_congr B fun e he => ?_
  rw [getD_mapFold _ us he 0, getD_mapFold _ us he 0, Nat.mul_one]
  rfl

/-- The mask, once for each mixture. -/
theorem Ends.mask_eq (B F : Nat) (us : List Nat) (mask Gm A : Nat) :
    ((Ends.of B F us).test mask Gm A).M = pack B us.length fun _ => mask := by
  show packList B (mapFold (fun _ => 1) us) * mask = _
  rw [packList_eq, length_mapFold, Nat.mul_comm, mul_pack]
  refine pack_congr B fun e he => ?_
  rw [getD_mapFold _ us he 0, Nat.mul_one]

section
variable {k v m F : Nat} {g gm a : Nat → Nat} {us : List Nat}

/-- The mask of one row fits its lanes. -/
theorem mask_lt (hm : m < v) : (Lane.of (k + 1) (ones (k + 1) v) m).mask < 2 ^ ((k + 1) * v) := by
  rw [Lane.mask_eq hm]
  refine pack_lt _ fun j _ => ?_
  by_cases h : j = m
  case pos => rw [ite_eq_left h]; exact Nat.two_pow_pos _
  case neg => rw [ite_eq_right h]; exact Nat.pow_lt_pow_succ (Nat.lt_succ_self 1)

/-- The test of all mixtures side by side is the test of each. -/
theorem Ends.run_iff (hm : m < v) (hlt : ∀ U, U ∈ us → ∀ t, t < v → lane F g gm a U t < 2 ^ (k + 1)) :
    ((Ends.of ((k + 1) * v) F us).test (Lane.of (k + 1) (ones (k + 1) v) m).mask (pack (k + 1) v gm)
      (pack (k + 1) v a)).run (pack (k + 1) v g) = true ↔
      ∀ U, U ∈ us → ∀ t, t < v → t ≠ m → 2 ^ k ≤ lane F g gm a U t := by
  have rows_lt : ∀ e, e < us.length → pack (k + 1) v (lane F g gm a (us.getD e 0)) < 2 ^ ((k + 1) * v) :=
    fun e he => pack_lt _ (hlt _ (List.getD_mem 0 he))
  refine Iff.trans (Lane.beq_iff _ _) ?_
  show Nat.land (((Ends.of ((k + 1) * v) F us).test _ _ _).V * _ + ((Ends.of ((k + 1) * v) F us).test _ _ _).A)
    ((Ends.of ((k + 1) * v) F us).test _ _ _).M = ((Ends.of ((k + 1) * v) F us).test _ _ _).M ↔ _
  rw [Ends.rows_eq, Ends.mask_eq, pack_congr _ fun e _ => pack_lane (k + 1) v F (us.getD e 0) g gm a,
    land_pack _ rows_lt fun _ _ => mask_lt hm]
  constructor
  · intro h U hU
    match List.exists_getD_of_mem 0 hU with
    | ⟨e, he, eU⟩ =>
      have row := pack_inj (fun e he => Nat.lt_of_le_of_lt (Nat.land_le_right _ _) (mask_lt hm))
        (fun _ _ => mask_lt hm) h he
      rw [eU] at row
      exact (Lane.land_mask_iff hm (hlt U hU)).mp row
  · exact fun h => pack_congr _ fun e he =>
      (Lane.land_mask_iff hm (hlt _ (List.getD_mem 0 he))).mpr (h _ (List.getD_mem 0 he))

/-- The test of the class where all positions hold the maximum. -/
theorem run_all (hm : m < v) (hlt : ∀ t, t < v → lane F g gm a F t < 2 ^ (k + 1))
    (h : Test.run ⟨0, F * pack (k + 1) v gm + pack (k + 1) v a, (Lane.of (k + 1) (ones (k + 1) v) m).mask⟩ 0 = true) :
    ∀ t, t < v → t ≠ m → 2 ^ k ≤ lane F g gm a F t := by
  have h : Nat.land (0 * 0 + (F * pack (k + 1) v gm + pack (k + 1) v a)) _ = _ := (Lane.beq_iff _ _).mp h
  have e : 0 * 0 + (F * pack (k + 1) v gm + pack (k + 1) v a) = pack (k + 1) v (lane F g gm a F) := by
    rw [Nat.zero_mul, ← pack_lane, Nat.sub_self, Nat.mul_zero, Nat.mul_comm F]
  rw [e] at h
  exact (Lane.land_mask_iff hm hlt).mp h

end

/-- A lane is affine in the weight of the maximum. -/
theorem lane_between {F U U₁ U₂ t B : Nat} {g gm a : Nat → Nat} (h₁ : U₁ ≤ U) (h₂ : U ≤ U₂) (hF : U₂ ≤ F)
    (b₁ : B ≤ lane F g gm a U₁ t) (b₂ : B ≤ lane F g gm a U₂ t) : B ≤ lane F g gm a U t := by
  match Nat.exists_eq_add_of_le h₁, Nat.exists_eq_add_of_le h₂, Nat.exists_eq_add_of_le hF with
  | ⟨x, ex⟩, ⟨y, ey⟩, ⟨z, ez⟩ =>
    have e : F - U = y + z := by rw [ez, ey, Nat.add_assoc, Nat.add_sub_cancel_left]
    have e₁ : F - U₁ = x + (y + z) := by rw [ez, ey, ex, Nat.add_assoc, Nat.add_assoc, Nat.add_sub_cancel_left]
    have e₂ : F - U₂ = z := by rw [ez, Nat.add_sub_cancel_left]
    unfold lane at b₁ b₂ ⊢
    rw [e₁] at b₁
    rw [e₂, ey, ex] at b₂
    rw [e, ex]
    cases Nat.eq_zero_or_pos (y + x) with
    | inl h0 =>
      have hx : x = 0 := Nat.eq_zero_of_add_eq_zero_right (Nat.add_comm y x ▸ h0)
      rw [hx, Nat.zero_add] at b₁
      rw [hx]
      exact b₁
    | inr h0 =>
      refine Nat.le_of_mul_le_mul_left (c := y + x) ?_ h0
      refine Nat.le_of_linear (Nat.add_le_add (Nat.mul_le_mul_left y b₁) (Nat.mul_le_mul_left x b₂)) ?_
      ring [x, y, z, B, U₁, g t, gm t, a t]

end Quartic
end Compact
