prelude
import Compact.Transformer.Classes.Between
import Compact.Transformer.Classes.Bound
import Compact.Transformer.Classes.Describe
/-!
# Runs of classes

For one query and one maximum, classes with `c, c + 1, ...` other tokens that admit the same number of tokens are
decided together, by the extreme weights that the maximum has in any of them.  A certificate says how the classes fall
into runs; a strategy says how many tokens pass at two given weights (`decide`).
-/
namespace Compact
noncomputable section

/-- How the classes of each query and maximum fall into runs. -/
structure Runs where
  /-- Bits of the length of a run. -/
  runBits : Nat
  /-- For each maximum, in lanes of `runBits * n + 1` bits, for each query: 0 to count nothing; else one more than the
  lengths of the runs, packed; the last run is as long as it can be, and its length is written as 0. -/
  runs : List Nat

/-- What is written about the runs of the query `q` and the maximum `m`. -/
def Runs.code (r : Runs) (n m q : Nat) : Nat := readLane (Nat.succ (Nat.mul r.runBits n)) (nth 0 r.runs m) q

/-- Go on with the runs of a query and a maximum, if anything is counted. -/
def Runs.decode (code : Nat) (k : Nat → Nat) : Nat := Nat.rec (motive := fun _ => Nat) 0 (fun N _ => k N) code

/-- `count` copies of `x`, then `xs`. -/
def copies (count x : Nat) (xs : List Nat) : List Nat :=
  Nat.rec (motive := fun _ => List Nat) xs (fun _ ih => x :: ih) count

/-- The length of the first run of `N`, when `k` classes are left. -/
def runLength (runBits k N : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) k (fun r _ => least (Nat.succ r) k) (Nat.mod N (Nat.pow 2 runBits))

/-- The numbers of tokens of the classes with `c, c + 1, ...` other tokens, `k` classes in all, in runs as `N` says;
`decide j U U'` is that of run `j`, whose extreme weights are `U` and `U'`. -/
def runSizes (L n runBits low high : Nat) (decide : Nat → Nat → Nat → Nat) (fuel : Nat) : Nat → Nat → Nat → Nat → List Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat → Nat → List Nat) (fun _ _ _ _ => [])
    (fun _ ih j c k N => Nat.rec (motive := fun _ => List Nat) []
      (fun r _ => Nat.force (decide j (readLane L low (Nat.sub n (Nat.add c r))) (readLane L high (Nat.sub n c))) fun size =>
        Nat.force (Nat.succ j) fun j => Nat.force (Nat.add c (Nat.succ r)) fun c => Nat.force (Nat.sub k (Nat.succ r)) fun k =>
        Nat.force (Nat.shiftRight N runBits) fun N => copies (Nat.succ r) size (ih j c k N)) (runLength runBits k N)) fuel

/-- The inputs of classes with `c, c + 1, ...` other tokens, from their numbers of tokens and binomial coefficients. -/
def sumPowers (sizes binoms : List Nat) : Nat → Nat :=
  foldZip (fun s b ih c => Nat.add (Nat.mul b (Nat.pow s c)) (ih (Nat.succ c))) (fun _ => 0) sizes binoms

/-- The binomial coefficients of the classes with `c, c + 1, ...` other tokens, `k` of them. -/
def binoms (n k : Nat) : Nat → List Nat :=
  Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => []) (fun _ ih c => binom n c :: ih (Nat.succ c)) k

/-- The inputs of one query and one maximum, `zero` saying whether the class without other tokens passes. -/
def countRuns (L n runBits low high : Nat) (bs : List Nat) (zero : Bool) (decide : Nat → Nat → Nat → Nat)
    (N q m : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun last _ => Nat.add (Bool.rec (motive := fun _ => Nat) 0 1 zero)
    (sumPowers (runSizes L n runBits low high decide last 0 1 last N) bs 1)) (classes n q m)

end

/-! ## The sizes of the classes -/

theorem getD_copies_lt {count i : Nat} (x : Nat) (xs : List Nat) (h : i < count) : (copies count x xs).getD i 0 = x := by
  induction count generalizing i with
  | zero => exact absurd h (Nat.not_lt_zero i)
  | succ count ih =>
    cases i with
    | zero => rfl
    | succ i => exact ih (Nat.lt_of_succ_lt_succ h)

theorem getD_copies_add (count i x : Nat) (xs : List Nat) : (copies count x xs).getD (count + i) 0 = xs.getD i 0 := by
  induction count with
  | zero => rw [Nat.zero_add]; rfl
  | succ count ih => rw [Nat.succ_add]; exact ih

theorem length_copies (count x : Nat) (xs : List Nat) : (copies count x xs).length = count + xs.length := by
  induction count with
  | zero => exact (Nat.zero_add _).symm
  | succ count ih => rw [Nat.succ_add]; exact congrArg Nat.succ ih

theorem runLength_le (runBits k N : Nat) : runLength runBits k N ≤ k := by
  unfold runLength
  cases Nat.mod N (Nat.pow 2 runBits) with
  | zero => exact Nat.le_refl k
  | succ r => exact least_le_right _ _

theorem runLength_pos {runBits k N : Nat} (hk : 0 < k) : 0 < runLength runBits k N := by
  unfold runLength
  cases Nat.mod N (Nat.pow 2 runBits) with
  | zero => exact hk
  | succ r =>
    show 0 < least (r + 1) k
    unfold least
    cases Nat.ble (r + 1) k with
    | true => exact Nat.zero_lt_succ r
    | false => exact hk

/-- There is a size for each class, and it is that of a run. -/
theorem runSizes_spec (L n runBits low high : Nat) (decide : Nat → Nat → Nat → Nat) {fuel : Nat} (j c : Nat) {k : Nat} (N : Nat)
    (hk : k ≤ fuel) : (runSizes L n runBits low high decide fuel j c k N).length = k ∧
      ∀ i, i < k → ∃ j', ∃ c₁, ∃ c₂, (c ≤ c₁ ∧ c₁ ≤ c + i) ∧ (c + i ≤ c₂ ∧ c₂ < c + k) ∧
        (runSizes L n runBits low high decide fuel j c k N).getD i 0 =
          decide j' (readLane L low (n - c₂)) (readLane L high (n - c₁)) := by
  induction fuel generalizing j c k N with
  | zero =>
    rw [Nat.eq_zero_of_le_zero hk]
    exact ⟨rfl, fun i hi => absurd hi (Nat.not_lt_zero i)⟩
  | succ fuel ih =>
    have le := runLength_le runBits k N
    have unfolds : runSizes L n runBits low high decide (fuel + 1) j c k N =
      Nat.rec (motive := fun _ => List Nat) [] (fun r _ =>
        copies (r + 1) (decide j (readLane L low (n - (c + r))) (readLane L high (n - c)))
          (runSizes L n runBits low high decide fuel (j + 1) (c + (r + 1)) (k - (r + 1)) (Nat.shiftRight N runBits)))
        (runLength runBits k N) := by
      show Nat.rec (motive := fun _ => List Nat) [] (fun r _ => Nat.force _ fun size => Nat.force _ fun j =>
        Nat.force _ fun c => Nat.force _ fun k => Nat.force _ fun N => copies (Nat.succ r) size _) (runLength runBits k N) = _
      cases runLength runBits k N with
      | zero => rfl
      | succ r =>
        show Nat.force _ (fun size => Nat.force _ fun j => Nat.force _ fun c => Nat.force _ fun k => Nat.force _ fun N =>
          copies (r + 1) size _) = _
        rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
        rfl
    rw [unfolds]
    cases e : runLength runBits k N with
    | zero =>
      have hk0 : k = 0 := (Nat.eq_zero_or_pos k).elim id fun h => absurd e (Nat.ne_of_gt (runLength_pos h))
      rw [hk0]
      exact ⟨rfl, fun i hi => absurd hi (Nat.not_lt_zero i)⟩
    | succ r =>
      rw [e] at le
      match Nat.exists_eq_add_of_le le with
      | ⟨k', ek⟩ =>
        have ek' : k - (r + 1) = k' := by rw [ek, Nat.add_sub_cancel_left]
        have small : k' ≤ fuel := by
          rw [ek, Nat.succ_add] at hk
          exact Nat.le_trans (Nat.le_add_left k' r) (Nat.le_of_succ_le_succ hk)
        match ih (j + 1) (c + (r + 1)) (Nat.shiftRight N runBits) small with
        | ⟨len, spec⟩ =>
          show (copies (r + 1) _ _).length = k ∧ ∀ i, i < k → ∃ j', ∃ c₁, ∃ c₂, _ ∧ _ ∧ (copies (r + 1) _ _).getD i 0 = _
          rw [ek', length_copies, len]
          refine ⟨ek.symm, fun i hi => ?_⟩
          cases Nat.lt_or_ge i (r + 1) with
          | inl h =>
            refine ⟨j, c, c + r, ⟨Nat.le_refl c, Nat.le_add_right c i⟩,
              ⟨Nat.add_le_add_left (Nat.le_of_lt_succ h) c, Nat.add_lt_add_left le c⟩, getD_copies_lt _ _ h⟩
          | inr h =>
            match Nat.exists_eq_add_of_le h with
            | ⟨i', ei⟩ =>
              rw [ek, ei] at hi
              match spec i' (Nat.lt_of_add_lt_add_left hi) with
              | ⟨j', c₁, c₂, ⟨h₁, h₂⟩, ⟨h₃, h₄⟩, value⟩ =>
                rw [Nat.add_assoc] at h₂ h₃ h₄
                rw [ei, ek]
                exact ⟨j', c₁, c₂, ⟨Nat.le_trans (Nat.le_add_right _ _) h₁, h₂⟩, ⟨h₃, h₄⟩,
                  (getD_copies_add _ _ _ _).trans value⟩

/-! ## The count -/

theorem getD_binoms (n : Nat) {k i : Nat} (c : Nat) (hi : i < k) : (binoms n k c).getD i 0 = binom n (c + i) := by
  induction k generalizing c i with
  | zero => exact absurd hi (Nat.not_lt_zero i)
  | succ k ih =>
    cases i with
    | zero => rfl
    | succ i => exact (ih (c + 1) (Nat.lt_of_succ_lt_succ hi)).trans (by rw [Nat.add_right_comm]; rfl)

theorem length_binoms (n k c : Nat) : (binoms n k c).length = k := by
  induction k generalizing c with
  | zero => rfl
  | succ k ih => exact congrArg Nat.succ (ih (c + 1))

theorem sumPowers_eq {sizes bs : List Nat} (h : sizes.length ≤ bs.length) (c : Nat) :
    sumPowers sizes bs c = total sizes.length fun i => bs.getD i 0 * sizes.getD i 0 ^ (c + i) := by
  induction sizes generalizing bs c with
  | nil => rfl
  | cons s sizes ih =>
    match bs, h with
    | [], h => exact absurd h (Nat.not_succ_le_zero _)
    | b :: bs, h =>
      show b * s ^ c + sumPowers sizes bs (c + 1) = total (sizes.length + 1) _
      rw [total_succ', ih (Nat.le_of_succ_le_succ h) (c + 1)]
      refine congr (congrArg Nat.add rfl) (total_congr fun i _ => ?_)
      show _ * _ ^ (c + 1 + i) = _ * _ ^ (c + (i + 1))
      rw [Nat.add_assoc, Nat.add_comm 1]
      rfl

end Compact
