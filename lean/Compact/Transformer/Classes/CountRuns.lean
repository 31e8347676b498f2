prelude
import Compact.Transformer.Classes.Runs
import Compact.Counting.Classes
/-!
# The count by runs is sound

`atLeast_countRuns`: if the inputs of each class are counted rightly from the extreme weights of its run, so are all.
-/
namespace Compact

theorem le_of_lt_classes {n q m c : Nat} (h : c < classes n q m) : c ≤ n := by
  unfold classes at h
  cases e : Nat.beq q m with
  | true => rw [e] at h; exact Nat.le_of_lt_succ h
  | false => rw [e] at h; exact Nat.le_of_lt h

/-- The inputs of the class `c`. -/
noncomputable def classInputs (zero : Bool) (bs sizes : List Nat) (c : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (Bool.rec (motive := fun _ => Nat) 0 1 zero)
    (fun i _ => bs.getD i 0 * sizes.getD i 0 ^ (1 + i)) c

/-- Counting by runs is sound if each class is counted soundly. -/
theorem atLeast_countRuns {P : List Nat → Prop} {L n runBits low high q m N : Nat} {zero : Bool} {decide : Nat → Nat → Nat → Nat}
    (alone : 0 < classes n q m → zero = true → AtLeast 1 fun y => P (y ++ [q]) ∧ countOther m y = 0)
    (others : ∀ j c₁ c₂ c, 0 < c₁ → c₁ ≤ c → c ≤ c₂ → c₂ < classes n q m →
      AtLeast (binom n c * decide j (readLane L low (n - c₂)) (readLane L high (n - c₁)) ^ c)
        fun y => P (y ++ [q]) ∧ countOther m y = c) :
    AtLeast (countRuns L n runBits low high (binoms n n 1) zero decide N q m) fun x => P x ∧ lastToken x = q := by
  unfold countRuns
  cases e : classes n q m with
  | zero => exact AtLeast.zero
  | succ last =>
    have last_le : last ≤ n := le_of_lt_classes (e ▸ Nat.lt_succ_self last)
    match runSizes_spec L n runBits low high decide 0 1 N (Nat.le_refl last) with
    | ⟨len, spec⟩ =>
      have count := sumPowers_eq (bs := binoms n n 1) (len.symm ▸ (length_binoms n n 1).symm ▸ last_le) 1
      show AtLeast (Nat.add _ (sumPowers _ _ 1)) _
      rw [count, len]
      refine AtLeast.weaken (Nat.le_of_eq ?_) (AtLeast.append_query q (AtLeast.mono_pred (fun _ h => h.left)
        (AtLeast.total (n := last + 1) (f := classInputs zero (binoms n n 1)
          (runSizes L n runBits low high decide last 0 1 last N)) (countOther m) fun c hc => ?_)))
      · exact (total_succ' last (classInputs _ _ _)).symm
      · cases c with
        | zero =>
          cases hz : zero with
          | false => exact AtLeast.zero
          | true => exact alone (e ▸ Nat.zero_lt_succ last) hz
        | succ i =>
          have hi : i < last := Nat.lt_of_succ_lt_succ hc
          match spec i hi with
          | ⟨j, c₁, c₂, ⟨h₁, h₂⟩, ⟨h₃, h₄⟩, value⟩ =>
            rw [Nat.add_comm 1 last] at h₄
            rw [Nat.add_comm 1 i] at h₂ h₃
            show AtLeast ((binoms n n 1).getD i 0 * _ ^ (1 + i)) _
            rw [value, getD_binoms n 1 (Nat.lt_of_lt_of_le hi last_le), Nat.add_comm 1 i]
            exact others j c₁ c₂ (i + 1) h₁ h₂ h₃ (e ▸ h₄)

/-- Nothing is counted, or what is counted is right. -/
theorem Runs.atLeast_decode {P : List Nat → Prop} {code : Nat} {k : Nat → Nat} (h : ∀ N, AtLeast (k N) P) :
    AtLeast (Runs.decode code k) P := by
  cases code with
  | zero => exact AtLeast.zero
  | succ N => exact h N

end Compact
