prelude
import Compact.Packed.Lanewise
import Compact.Transformer.General.HeadSpares
/-!
# One head: the first tokens compared at once

The first tokens are stood for by one row, which is above each of theirs, and by the greatest of their factors.  If these take no more than a
level, none of the tokens does (`Known.of_first`).
-/
namespace Compact
namespace Transformer
noncomputable section

/-- By how much the rows of the first `f` tokens are above their entries at `m`, at the most, and `2^width` more. -/
def firstRow (t : Tables) (tops one m f : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun s ih => Nat.force ih fun r => Nat.force (nth 0 t.token s) fun row =>
    lanesMax tops (Nat.sub t.bits 1) r
      (Nat.sub (Nat.add row (Nat.mul (Nat.pow 2 t.width) one)) (Nat.mul (readLane t.bits row m) one))) f

/-- The greatest factor of the first `f` tokens. -/
def firstFactor (t : Tables) (q f : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun s ih => Nat.force ih fun e =>
    Nat.add e (Nat.sub (readLane t.bits (nth 0 t.tokenLo q) s) e)) f

/-- Do the first `f` tokens take no more than `l` parts, all at once? -/
def firstTakes (t : Tables) (tops one top row whole l q m f base : Nat) : Bool :=
  Nat.force (Nat.add (firstRow t tops one m f) base) fun R =>
    takes tops one top row whole l (firstFactor t q f) R (Nat.add (Nat.pow 2 t.width) (readLane t.bits base m))

end

theorem le_add_tsub (a b : Nat) : a ≤ b + (a - b) := by
  cases Nat.le_total a b with
  | inl h => exact Nat.le_trans h (Nat.le_add_right _ _)
  | inr h => exact Nat.le_of_eq (Nat.add_sub_of_le h).symm

theorem add_tsub_le {a b c : Nat} (ha : a ≤ c) (hb : b ≤ c) : b + (a - b) ≤ c := by
  cases Nat.le_total a b with
  | inl h => rw [Nat.sub_eq_zero_of_le h]; exact hb
  | inr h => rw [Nat.add_sub_of_le h]; exact ha

theorem firstRow_succ (t : Tables) (tops one m f : Nat) : firstRow t tops one m (f + 1) =
    Nat.force (firstRow t tops one m f) fun r => Nat.force (nth 0 t.token f) fun row =>
      lanesMax tops (Nat.sub t.bits 1) r
        (Nat.sub (Nat.add row (Nat.mul (Nat.pow 2 t.width) one)) (Nat.mul (readLane t.bits row m) one)) := rfl

theorem firstFactor_succ (t : Tables) (q f : Nat) : firstFactor t q (f + 1) =
    Nat.force (firstFactor t q f) fun e => Nat.add e (Nat.sub (readLane t.bits (nth 0 t.tokenLo q) f) e) := rfl

/-- What falls short by no more, with no greater factor, takes no more. -/
theorem shortfall {l a b whole e E x y u z : Nat} (spare : a ≤ b) (le : l * a + whole * E * u ≤ l * b + whole * E * z) (he : e ≤ E)
    (hx : x + z ≤ y + u) : l * a + whole * e * x ≤ l * b + whole * e * y := by
  cases Nat.le_total x y with
  | inl hxy => exact Nat.add_le_add (Nat.mul_le_mul_left _ spare) (Nat.mul_le_mul_left _ hxy)
  | inr hyx =>
    match Nat.exists_eq_add_of_le hyx with
    | ⟨δ, e₁⟩ =>
      have hz : z + δ ≤ u := by
        rw [e₁, Nat.add_assoc] at hx
        exact Nat.add_comm δ z ▸ Nat.le_of_add_le_add_left hx
      have less : whole * e * δ ≤ whole * E * δ := Nat.mul_le_mul_right _ (Nat.mul_le_mul_left _ he)
      have more : whole * E * (z + δ) ≤ whole * E * u := Nat.mul_le_mul_left _ hz
      rw [e₁]
      refine Nat.le_of_linear (Nat.add_le_add (Nat.add_le_add le less) more) ?_
      ring [l, a, b, whole, e, E, y, u, z, δ]

namespace Known
section
variable {t : Tables} {T : Enclosure} {X d : Nat → Nat} {q m D SL : Nat} (h : Known t T X d q m D SL)
include h

omit h in
/-- Room for the first tokens is room for each token. -/
theorem Room.narrower {parts whole : Nat} (room : Room t T q SL parts (2 * whole + 1)) : Room t T q SL parts whole :=
  ⟨Nat.lt_of_le_of_lt (Nat.add_le_add_left (Nat.mul_le_mul_right _ (Nat.mul_le_mul_right _ (Nat.succ_le_succ
    (Nat.le_succ_of_le (Nat.le_mul_of_pos_left _ Nat.two_pos))))) _) room.all⟩

/-- What is known of the row of the first tokens. -/
theorem firstRow_eq (small : 8 * 2 ^ t.width < 2 ^ (t.bits - 1)) {f : Nat} (hf : f ≤ t.v) : ∃ r : Nat → Nat,
    firstRow t (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) m f = pack t.bits t.v r ∧
      (∀ j, r j ≤ 2 * 2 ^ t.width) ∧
      ∀ s, s < f → ∀ j, j < t.v → T.token s j + 2 ^ t.width ≤ r j + T.token s m := by
  have two : 2 * 2 ^ t.width < 2 ^ (t.bits - 1) := Nat.lt_of_le_of_lt (Nat.mul_le_mul_right _ (by decide)) small
  have one : 2 ^ t.width < 2 ^ t.bits :=
    Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (Nat.le_mul_of_pos_left _ (Nat.succ_pos 7)) small)
      (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))
  have pos : 0 < t.bits := by
    cases Nat.eq_zero_or_pos t.bits with
    | inr h => exact h
    | inl e =>
      rw [e] at one
      exact absurd one (Nat.not_lt_of_le (Nat.two_pow_pos _))
  induction f with
  | zero =>
    exact ⟨fun _ => 0, (pack_zero _ _).symm, fun _ => Nat.zero_le _, fun s hs => absurd hs (Nat.not_lt_zero s)⟩
  | succ f ih =>
    have hf' : f < t.v := hf
    match ih (Nat.le_of_lt hf') with
    | ⟨r, e, le, above⟩ =>
      have wide (j : Nat) : T.token f j < 2 ^ t.bits := Nat.lt_trans (h.token_lt f j) one
      have at_m : readLane t.bits (nth 0 t.token f) m = T.token f m := by
        rw [nth_eq, h.describe.token f hf']
        exact digit_pack _ (fun j _ => wide j) h.m_lt
      have own_le (j : Nat) : T.token f j + 2 ^ t.width - T.token f m ≤ 2 * 2 ^ t.width := by
        refine Nat.le_trans (Nat.sub_le _ _) ?_
        rw [Nat.two_mul]
        exact Nat.add_le_add_right (Nat.le_of_lt (h.token_lt f j)) _
      have m_le (j : Nat) : T.token f m ≤ T.token f j + 2 ^ t.width :=
        Nat.le_trans (Nat.le_of_lt (h.token_lt f m)) (Nat.le_add_left _ _)
      have row : Nat.sub (Nat.add (nth 0 t.token f) (Nat.mul (Nat.pow 2 t.width) (ones t.bits t.v)))
          (Nat.mul (T.token f m) (ones t.bits t.v)) = pack t.bits t.v fun j => T.token f j + 2 ^ t.width - T.token f m := by
        rw [nth_eq, h.describe.token f hf']
        have const (k : Nat) : Nat.mul k (ones t.bits t.v) = pack t.bits t.v fun _ => k := (pack_const _ _ _).symm
        rw [const, const]
        show pack _ _ _ + pack _ _ (fun _ => 2 ^ t.width) - pack _ _ _ = _
        rw [pack_add, pack_sub _ fun j _ => m_le j]
      refine ⟨fun j => T.token f j + 2 ^ t.width - T.token f m + (r j - (T.token f j + 2 ^ t.width - T.token f m)), ?_,
        fun j => add_tsub_le (le j) (own_le j), fun s hs j hj => ?_⟩
      · rw [firstRow_succ, Nat.force_eq, Nat.force_eq, e, at_m, row]
        exact lanesMax_pack pos (fun j _ => Nat.lt_of_le_of_lt (le j) two)
          (fun j _ => Nat.lt_of_le_of_lt (own_le j) two)
      · cases Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hs) with
        | inl hs => exact Nat.le_trans (above s hs j hj) (Nat.add_le_add_right (le_add_tsub _ _) _)
        | inr e =>
          rw [e]
          refine Nat.le_trans (Nat.le_of_eq (Nat.sub_add_cancel (m_le j)).symm) (Nat.add_le_add_right (Nat.le_add_right _ _) _)

/-- What is known of the factor of the first tokens. -/
theorem firstFactor_le {f : Nat} (hf : f ≤ t.v) :
    firstFactor t q f ≤ 2 ^ t.prec ∧ ∀ s, s < f → T.tokenLo q s ≤ firstFactor t q f := by
  induction f with
  | zero => exact ⟨Nat.zero_le _, fun s hs => absurd hs (Nat.not_lt_zero s)⟩
  | succ f ih =>
    match ih (Nat.le_of_lt hf) with
    | ⟨le, above⟩ =>
      have e : firstFactor t q (f + 1) = firstFactor t q f + (T.tokenLo q f - firstFactor t q f) := by
        rw [firstFactor_succ, Nat.force_eq]
        exact congrArg (fun x => firstFactor t q f + (x - firstFactor t q f)) (h.factor_eq hf)
      rw [e]
      refine ⟨add_tsub_le (h.describe.tokenLo_le q f h.q_lt hf) le, fun s hs => ?_⟩
      cases Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hs) with
      | inl hs => exact Nat.le_trans (above s hs) (Nat.le_add_right _ _)
      | inr e => rw [e]; exact le_add_tsub _ _

/-- What `firstTakes` shows of each of the first tokens. -/
theorem of_first {U l s f parts whole : Nat} (room : Room t T q SL parts (2 * whole + 1))
    (hU : U ≤ T.mass q t.n) (hl : l ≤ parts) (hf : f ≤ t.v) (hs : s < f)
    (enough : Transformer.spares (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) ((HeadPair.of t q m D).top U)
      ((HeadPair.of t q m D).row U) = true)
    (ht : firstTakes t (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) ((HeadPair.of t q m D).top U)
      ((HeadPair.of t q m D).row U) whole l q m f (HeadPair.of t q m D).base = true) {j : Nat} (hj : j < t.v) :
    l * rowAt t T X d q m SL U j + whole * T.tokenLo q s * pathOf T X d s j ≤
      l * topAt t T X d q m U + whole * T.tokenLo q s * pathOf T X d s m := by
  have spare := h.of_spares room hU enough hj
  have eight : (2 * whole + 1 + 1) * 2 ^ t.prec * (4 * 2 ^ t.width) = (whole + 1) * 2 ^ t.prec * (8 * 2 ^ t.width) := by
    ring [whole, 2 ^ t.prec, 2 ^ t.width]
  have small : 8 * 2 ^ t.width < 2 ^ (t.bits - 1) := by
    refine Nat.lt_of_le_of_lt (Nat.le_trans ?_ (Nat.le_add_left _ _)) room.all
    rw [eight]
    exact Nat.le_mul_of_pos_left _ (Nat.mul_pos (Nat.succ_pos _) (Nat.two_pow_pos _))
  match h.firstRow_eq small hf, h.firstFactor_le hf with
  | ⟨r, row, r_le, above⟩, ⟨E_le, E_above⟩ =>
    have base : (HeadPair.of t q m D).base = pack t.bits t.v fun j => d j + X j := by
      show D + nth 0 t.position m = _
      rw [nth_eq, h.row, h.position, pack_add]
    have base_le {j : Nat} (hj : j < t.v) : d j + X j ≤ 3 * 2 ^ t.width := by
      rw [Nat.succ_mul, Nat.add_comm]
      exact Nat.add_le_add (h.position_le j hj) (h.row_le j hj)
    have fits {l' a e x : Nat} (hl : l' ≤ parts) (ha : a ≤ T.mass q t.n * 2 ^ t.prec * (4 * 2 ^ t.width) +
        T.tokenLo q q * T.posLo q t.n * (4 * 2 ^ t.width) + (SL + 1)) (he : e ≤ 2 ^ t.prec) (hx : x ≤ 8 * 2 ^ t.width) :
        l' * a + whole * e * x < 2 ^ (t.bits - 1) := by
      refine Nat.lt_of_le_of_lt ?_ room.all
      rw [eight]
      exact Nat.add_le_add (Nat.mul_le_mul (Nat.le_succ_of_le hl) ha) (Nat.mul_le_mul (Nat.mul_le_mul (Nat.le_succ _) he) hx)
    have sum_le {j : Nat} (hj : j < t.v) : r j + (d j + X j) ≤ 8 * 2 ^ t.width :=
      Nat.le_trans (Nat.add_le_add (r_le j) (base_le hj)) (Nat.add_mul 2 3 _ ▸ Nat.mul_le_mul_right _ (by decide))
    have at_le : 2 ^ t.width + (d m + X m) ≤ 8 * 2 ^ t.width :=
      Nat.le_trans (Nat.add_le_add_left (base_le h.m_lt) _) (by
        rw [Nat.add_comm, ← Nat.succ_mul]; exact Nat.mul_le_mul_right _ (by decide))
    have lane : readLane t.bits (HeadPair.of t q m D).base m = d m + X m := by
      rw [base]
      exact digit_pack _ (fun j hj => Nat.lt_of_le_of_lt (Nat.le_trans (base_le hj) (Nat.mul_le_mul_right _ (by decide)))
        (Nat.lt_of_lt_of_le small (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)))) h.m_lt
    unfold firstTakes takes at ht
    rw [Nat.force_eq, Nat.force_eq, lane, row, base, h.row_eq, h.top_eq room] at ht
    have left : Nat.add (Nat.mul l (pack t.bits t.v (rowAt t T X d q m SL U)))
        (Nat.mul (Nat.mul whole (firstFactor t q f)) (Nat.add (pack t.bits t.v r) (pack t.bits t.v fun j => d j + X j))) =
        pack t.bits t.v fun j => l * rowAt t T X d q m SL U j + whole * firstFactor t q f * (r j + (d j + X j)) := by
      show l * _ + whole * _ * (_ + _) = _
      rw [mul_pack, pack_add, mul_pack, pack_add]
    have right : Nat.mul (Nat.add (Nat.mul l (topAt t T X d q m U)) (Nat.mul (Nat.mul whole (firstFactor t q f))
        (Nat.add (Nat.pow 2 t.width) (d m + X m)))) (ones t.bits t.v) =
        pack t.bits t.v fun _ => l * topAt t T X d q m U + whole * firstFactor t q f * (2 ^ t.width + (d m + X m)) :=
      (pack_const _ _ _).symm
    rw [left, right] at ht
    have le := of_lanesLe (bits_pos room)
      (fun j hj => Nat.le_of_lt (fits hl (h.row_le_sum hU hj) E_le (sum_le hj)))
      (fun _ _ => fits hl (h.top_le_sum hU) E_le at_le) ht hj
    refine shortfall spare le (E_above s hs) ?_
    show d j + T.token s j + X j + (2 ^ t.width + (d m + X m)) ≤ d m + T.token s m + X m + (r j + (d j + X j))
    refine Nat.le_of_linear (above s hs j hj) ?_
    ring [d j, d m, X j, X m, T.token s j, T.token s m, r j, 2 ^ t.width]

end
end Known
end Transformer
end Compact
