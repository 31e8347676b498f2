prelude
import Compact.Transformer.Strategy.HeadsCubic.Rows
/-!
# The numbers of all heads, as the cubic check evaluates them
-/
namespace Compact
namespace Transformer
namespace HeadsCubic
open HeadsQuartic (HeadsTables HeadRow)

/-- The numbers of head `i`. -/
noncomputable def lackAt (S : HeadsTables) (C : Claims) (b W q m among parts leads : Nat) (rows : List HeadRow) (i : Nat) : HeadLack where
  lead := readLane b leads i
  max := (rows.getD i HeadRow.none).P.max
  own := (rows.getD i HeadRow.none).P.own
  loss := (rows.getD i HeadRow.none).P.own * readLane b (nth 0 (nth [] C.ownShort i) m) q + (rows.getD i HeadRow.none).P.loss
  whole := (S.at i).entry (S.at i).high q 1 * parts
  lows := nth 0 (S.at i).low q
  lacks := lacksOf S.bits W b among (rows.getD i HeadRow.none).P.tokens (nth 0 (nth [] C.tokenShort i) m) (readLane b leads i)

section
variable {S : HeadsTables} {C : Claims} {b W q m among parts leads : Nat} {rows : List HeadRow}

theorem withLack_eq (i : Nat) (K : HeadLack → Nat) : withLack S C b W q m among parts leads (rows.getD i HeadRow.none) i K =
    K (lackAt S C b W q m among parts leads rows i) := by
  unfold withLack
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
    nth_eq 0 (S.at i).high q]
  rfl

theorem withLacks_succ (count i : Nat) (K : List HeadLack → Nat) :
    withLacks S C b W q m among parts leads rows (count + 1) i K =
      withLacks S C b W q m among parts leads rows count (i + 1) fun rest => K (lackAt S C b W q m among parts leads rows i :: rest) := by
  have step : withLacks S C b W q m among parts leads rows (count + 1) i K = Nat.force i fun i =>
      withLack S C b W q m among parts leads (nth HeadRow.none rows i) i fun h =>
        withLacks S C b W q m among parts leads rows count (i + 1) fun rest => K (h :: rest) := rfl
  rw [step, Nat.force_eq, nth_eq, withLack_eq]

/-- The numbers of all heads, one head after the other. -/
theorem withLacks_eq (count i : Nat) (K : List HeadLack → Nat) : ∃ heads : List HeadLack,
    withLacks S C b W q m among parts leads rows count i K = K heads ∧
      ∀ j, j < count → heads.getD j HeadLack.none = lackAt S C b W q m among parts leads rows (i + j) := by
  induction count generalizing i K with
  | zero => exact ⟨[], rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | succ count ih =>
    match ih (i + 1) (fun rest => K (lackAt S C b W q m among parts leads rows i :: rest)) with
    | ⟨rest, e, each⟩ =>
      refine ⟨lackAt S C b W q m among parts leads rows i :: rest, (withLacks_succ count i K).trans e, fun j hj => ?_⟩
      cases j with
      | zero => rfl
      | succ j =>
        have h := each j (Nat.lt_of_succ_lt_succ hj)
        rw [Nat.add_assoc, Nat.add_comm 1] at h
        exact h

end

section
variable {L n c : Nat} {heads : List HeadLack}

/-- What head `i` can spare, and one. -/
noncomputable def spareAt (L n c : Nat) (heads : List HeadLack) (i : Nat) : Nat :=
  (heads.getD i HeadLack.none).spare (readLane L (heads.getD i HeadLack.none).lows (n - c))

/-- What all heads can spare, if all can. -/
theorem withSpares_eq (count i : Nat) (K : List Nat → Nat) : withSpares L n c heads count i K = 0 ∨ ∃ spares : List Nat,
    withSpares L n c heads count i K = K spares ∧ ∀ j, j < count → spareAt L n c heads (i + j) = spares.getD j 0 + 1 := by
  induction count generalizing i K with
  | zero => exact Or.inr ⟨[], rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | succ count ih =>
    have step : withSpares L n c heads (count + 1) i K = Nat.rec (motive := fun _ => Nat) 0
        (fun κ _ => Nat.force κ fun κ => withSpares L n c heads count (i + 1) fun rest => K (κ :: rest)) (spareAt L n c heads i) := by
      have e : withSpares L n c heads (count + 1) i K = Nat.force i fun i => Nat.rec (motive := fun _ => Nat) 0
        (fun κ _ => Nat.force κ fun κ => withSpares L n c heads count (i + 1) fun rest => K (κ :: rest))
          ((nth HeadLack.none heads i).spare (readLane L (nth HeadLack.none heads i).lows (n - c))) := rfl
      rw [e, Nat.force_eq, nth_eq]
      rfl
    rw [step]
    cases e : spareAt L n c heads i with
    | zero => exact Or.inl rfl
    | succ κ =>
      have go : Nat.force κ (fun κ => withSpares L n c heads count (i + 1) fun rest => K (κ :: rest)) =
          withSpares L n c heads count (i + 1) fun rest => K (κ :: rest) := Nat.force_eq κ _
      match ih (i + 1) (fun rest => K (κ :: rest)) with
      | .inl zero => exact Or.inl (go.trans zero)
      | .inr ⟨rest, e', each⟩ =>
        refine Or.inr ⟨κ :: rest, go.trans e', fun j hj => ?_⟩
        cases j with
        | zero => exact e
        | succ j =>
          have h := each j (Nat.lt_of_succ_lt_succ hj)
          rw [Nat.add_assoc, Nat.add_comm 1] at h
          exact h

end

/-- The tokens that pass a level in all heads. -/
theorem passing_countLevel {k m H l : Nat} {heads : List HeadLack} {spares : List Nat} {f : Nat → Nat → Nat}
    (hrow : ∀ i, i < H → (heads.getD i HeadLack.none).lacks = pack (k + 1) m (f i)) (hf : ∀ i, i < H → ∀ s, s < m → f i s < 2 ^ k) :
    Passing m (fun l s => ∀ i, i < H → f i s * (heads.getD i HeadLack.none).whole ≤ l * spares.getD i 0) l
      (countLevel (k + 1) (2 ^ k - 1) (2 ^ k * ones (k + 1) m) (ones (k + 1) m) H heads spares l) := by
  have cut (i : Nat) : threshold (2 ^ k - 1) l (nth 0 spares i) (nth HeadLack.none heads i).whole < 2 ^ k :=
    Nat.lt_of_le_of_lt (Nat.sub_le _ _) (Nat.sub_lt (Nat.two_pow_pos k) Nat.one_pos)
  have all := allAtMost_eq (k := k) (n := m) (H := H) (row := fun i => (nth HeadLack.none heads i).lacks)
    (θ := fun i => threshold (2 ^ k - 1) l (nth 0 spares i) (nth HeadLack.none heads i).whole) (f := f)
    (fun i hi => by rw [nth_eq]; exact hrow i hi) hf (fun i _ => cut i)
  refine ⟨below (fun s => allBelow H fun i => Nat.ble (f i s)
    (threshold (2 ^ k - 1) l (nth 0 spares i) (nth HeadLack.none heads i).whole)) m, nodup_below m, fun s hs => ?_, ?_⟩
  · have facts := mem_below hs
    refine ⟨facts.left, fun i hi => ?_⟩
    have le := Nat.le_of_ble_eq_true (of_allBelow facts.right hi)
    rw [nth_eq, nth_eq] at le
    refine Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_trans le ?_)) (Nat.div_mul_le_self _ _)
    exact Nat.sub_le_of_le_add (Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ _)))
  · unfold countLevel
    rw [all]
    exact countTops_le k m _

end HeadsCubic
end Transformer
end Compact
