prelude
import Compact.Transformer.Classes.Mix
import Compact.Ring.Nat
/-!
# Between two weights of the maximum

A mixture is affine in the weight of the maximum, so what passes at two weights passes at all weights between them.
-/
namespace Compact

/-- What passes with two weights of the maximum passes with all weights between them. -/
theorem Enclosure.Passes.between {T : Enclosure} {X : Nat → Nat} {v n SL q m s F U U₁ U₂ : Nat} (h₁ : U₁ ≤ U) (h₂ : U ≤ U₂)
    (hF : U₂ ≤ F) (p₁ : T.Passes X v n SL q m U₁ (F - U₁) s) (p₂ : T.Passes X v n SL q m U₂ (F - U₂) s) :
    T.Passes X v n SL q m U (F - U) s := by
  intro t ht hne
  match Nat.exists_eq_add_of_le h₁, Nat.exists_eq_add_of_le h₂, Nat.exists_eq_add_of_le hF with
  | ⟨x, ex⟩, ⟨y, ey⟩, ⟨z, ez⟩ =>
    have e : F - U = y + z := by rw [ez, ey, Nat.add_assoc, Nat.add_sub_cancel_left]
    have e₁ : F - U₁ = x + (y + z) := by rw [ez, ey, ex, Nat.add_assoc, Nat.add_assoc, Nat.add_sub_cancel_left]
    have e₂ : F - U₂ = z := by rw [ez, Nat.add_sub_cancel_left]
    have a := p₁ t ht hne
    have b := p₂ t ht hne
    rw [e₁] at a
    rw [e₂, ey, ex] at b
    rw [e, ex]
    cases Nat.eq_zero_or_pos (y + x) with
    | inl h0 =>
      have hx : x = 0 := Nat.eq_zero_of_add_eq_zero_right (Nat.add_comm y x ▸ h0)
      have hy : y = 0 := Nat.eq_zero_of_add_eq_zero_right h0
      rw [hx, hy] at a ⊢
      rw [Nat.zero_add] at a
      exact a
    | inr h0 =>
      refine Nat.lt_of_mul_lt_mul_left (a := y + x) ?_
      have both := weighted (Nat.le_of_lt a) (Nat.le_of_lt b) a b h0
      unfold Enclosure.mix at both ⊢
      exact Nat.lt_of_linear both (affine _ _ _ _ _ _ _ _ _ _ _).symm
where
  weighted {a b c d x y : Nat} (hab : a ≤ b) (hcd : c ≤ d) (ab : a < b) (cd : c < d) (h : 0 < y + x) :
      y * a + x * c < y * b + x * d := by
    cases Nat.eq_zero_or_pos y with
    | inl h0 =>
      rw [h0, Nat.zero_add] at h
      exact Nat.add_lt_add_of_le_of_lt (Nat.mul_le_mul_left y hab) (Nat.mul_lt_mul_of_pos_left cd h)
    | inr h0 => exact Nat.add_lt_add_of_lt_of_le (Nat.mul_lt_mul_of_pos_left ab h0) (Nat.mul_le_mul_left x hcd)
  affine (u x y z A B C A' B' C' S : Nat) :
      (y + x) * ((u + x) * A + (y + z) * B + C + S) +
        (y * (u * A' + (x + (y + z)) * B' + C') + x * ((u + x + y) * A' + z * B' + C')) =
      (y + x) * ((u + x) * A' + (y + z) * B' + C') +
        (y * (u * A + (x + (y + z)) * B + C + S) + x * ((u + x + y) * A + z * B + C + S)) := by
    ring [u, x, y, z, A, B, C, A', B', C', S]

end Compact
