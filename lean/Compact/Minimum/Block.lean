prelude
import Compact.Classes.Describe
import Compact.Counting.Classes
import Compact.Minimum.Pair
/-!
# Counting with margins

The frame of the strategies that use margins: for each maximum of a block the margins are checked, then for each
query the classes are counted.  A strategy adds how the margins are checked (`checked`), what else it prepares for a
maximum (`prepare`) and how the classes of one query and one maximum are counted (`counted`); `atLeast_pair` and
`atLeast_block` are the two halves of its soundness.
-/
namespace Compact

/-! ## One query and one maximum -/

/-- Is the class `c` counted at all?  Without other tokens it is, if it passes; else its tokens decide. -/
noncomputable def classOk (P : Pair) (Q : Query) (c : Nat) : Bool :=
  Nat.rec (motive := fun _ => Bool) (P.test Q.mass 0 0) (fun _ _ => true) c

/-- The number of tokens of the class `c`, given that of each class with other tokens. -/
noncomputable def classSize (size : Nat → Nat) (c : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun c _ => size (Nat.succ c)) c

/-- The inputs counted for the query `q` and the maximum `m`. -/
noncomputable def countPair (n q m : Nat) (P : Pair) (Q : Query) (size : Nat → Nat) : Nat :=
  pairCount n q m (classOk P Q) (classSize size)

section
variable (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness} {t : Tables}

/-- A class without tokens. -/
theorem ClassPasses.nil (T : Enclosure) (X : Nat → Nat) (v n SL q m : Nat) {c : Nat} (hc : 0 < c) :
    ClassPasses T X v n SL q m c [] where
  zero h := absurd h (Nat.ne_of_gt hc)
  pos _ := ⟨0, 0, fun _ h => nomatch h⟩

/-- The rounded tables of the model. -/
noncomputable abbrev tablesOf (w : Weights) (params : Params) : Enclosure := Enclosure.of w params (Circuits.of w)

/-- What is shown of the tokens of the class `c` of the query `q` and the maximum `m`. -/
structure ClassTokens (T : Enclosure) (X : Nat → Nat) (t : Tables) (q m c size : Nat) (S : List Nat) : Prop where
  nodup : S.Nodup
  lt : ∀ s, s ∈ S → s < m
  size_le : size ≤ S.length
  passes : ClassPasses T X t.v t.n (readLane t.bits (Query.of t q).slack m) q m c S

/-- The count of one query and one maximum is right. -/
theorem atLeast_pair (check : t.check w params e = true) {m q : Nat} (hm : m < t.v) (hq : q ≤ m) {X : Nat → Nat}
    (hX : (tablesOf w params).NoBetter X t.v t.n m) {M : Margins} (hM : M.Sound (tablesOf w params) X t.width t.v t.n m)
    {size : Nat → Nat} {tokens : Nat → List Nat}
    (h : ∀ c, 0 < c → ClassTokens (tablesOf w params) X t q m c (size c) (tokens c)) :
    AtLeast (countPair t.n q m (Pair.ofTables t M q m) (Query.of t q) size)
      fun x => (Correct R w x ∧ maximum x = m) ∧ lastToken x = q := by
  match Tables.describe R check with
  | ⟨hw, ⟨hv, hn⟩, hwidth, hT⟩ =>
    match Query.read_slack hT (Nat.lt_of_le_of_lt hq hm) hm with
    | ⟨S, hS, hle⟩ =>
      have hceil : t.ceiling = 3 * 2 ^ params.width := hwidth ▸ rfl
      rw [hceil] at hS hle
      refine AtLeast.pair (S := fun c => Nat.rec (motive := fun _ => List Nat) [] (fun c _ => tokens (Nat.succ c)) c) hq ?_
      refine classesSound hw rfl (hwidth ▸ hT.narrow) hn (hv ▸ hm) hq (hv ▸ hX) hle (fun c _ _ => ?_) (fun c _ _ => ?_)
        (fun c _ _ => ?_) (fun c _ hok => ?_)
      · cases c with
        | zero => exact List.nodup_nil
        | succ c => exact (h (c + 1) (Nat.zero_lt_succ c)).nodup
      · cases c with
        | zero => exact fun _ h => nomatch h
        | succ c => exact (h (c + 1) (Nat.zero_lt_succ c)).lt
      · cases c with
        | zero => exact Nat.le_refl 0
        | succ c => exact (h (c + 1) (Nat.zero_lt_succ c)).size_le
      · rw [← hS, hv]
        cases c with
        | zero => exact Pair.classPasses_zero hT hM hm hq hok
        | succ c => exact (h (c + 1) (Nat.zero_lt_succ c)).passes

end

/-! ## A block of maxima -/

/-- The margins of all maxima, as a certificate gives them: one packed literal for each maximum. -/
structure MarginTable where
  tokenMargin : List Nat
  directMargin : List Nat
  ownMargin : List Nat

/-- The margins of the maximum `m`. -/
noncomputable def MarginTable.get (C : MarginTable) (m : Nat) : Margins :=
  ⟨nth 0 C.tokenMargin m, nth 0 C.directMargin m, nth 0 C.ownMargin m⟩

/-- Evaluate the margins, then go on with them. -/
noncomputable def Margins.force {α : Type} (M : Margins) (k : Margins → α) : α :=
  Nat.force M.token fun token => Nat.force M.direct fun direct => Nat.force M.own fun own => k ⟨token, direct, own⟩

theorem Margins.force_eq {α : Type} (M : Margins) (k : Margins → α) : M.force k = k M := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- The inputs counted for the maximum `m`, by `counted q Q` for each query. -/
noncomputable def countQueries (Qs : List Query) (m : Nat) (counted : Nat → Query → Nat) : Nat :=
  total (Nat.succ m) fun q => Nat.force q fun q => counted q (nth Query.none Qs q)

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`; those whose margins are wrong count for nothing. -/
noncomputable def countBlock {δ : Type} (t : Tables) (C : MarginTable) (checked : Nat → Margins → Bool)
    (prepare : Nat → Margins → (δ → Nat) → Nat) (counted : Nat → Margins → δ → Nat → Query → Nat) (lo len : Nat) : Nat :=
  Query.forceFrom t (Nat.add lo len) 0 fun Qs => total len fun i => Nat.force (Nat.add lo i) fun m =>
    (C.get m).force fun M => Bool.rec (motive := fun _ => Nat) 0
      (prepare m M fun d => countQueries Qs m (counted m M d)) (checked m M)

section
variable {δ : Type} {t : Tables} {C : MarginTable} {checked : Nat → Margins → Bool} {data : Nat → Margins → δ}
  {prepare : Nat → Margins → (δ → Nat) → Nat} {counted : Nat → Margins → δ → Nat → Query → Nat}

theorem countBlock_eq (hp : ∀ m M k, prepare m M k = k (data m M)) (lo len : Nat) :
    countBlock t C checked prepare counted lo len = total len fun i =>
      Bool.rec (motive := fun _ => Nat) 0
        (total (lo + i + 1) fun q => counted (lo + i) (C.get (lo + i)) (data (lo + i) (C.get (lo + i))) q (Query.of t q))
        (checked (lo + i) (C.get (lo + i))) := by
  unfold countBlock
  rw [Query.forceFrom_eq]
  refine total_congr fun i hi => ?_
  rw [Nat.force_eq, Margins.force_eq, hp]
  show Bool.rec (motive := fun _ => Nat) 0 _ (checked (lo + i) (C.get (lo + i))) = _
  cases checked (lo + i) (C.get (lo + i)) with
  | false => rfl
  | true =>
    refine total_congr fun q hq => ?_
    have hq : q < lo + len := Nat.lt_of_lt_of_le hq (Nat.succ_le_of_lt (Nat.add_lt_add_left hi lo))
    have e : (List.tabulateFrom 0 (lo + len) (Query.of t)).getD q Query.none = Query.of t q :=
      (List.getD_tabulateFrom _ hq).trans (congrArg (Query.of t) (Nat.zero_add q))
    rw [Nat.force_eq, nth_eq]
    exact congrArg (counted (lo + i) (C.get (lo + i)) (data (lo + i) (C.get (lo + i))) q) e

/-- The count of a block is right if that of each query and maximum is. -/
theorem atLeast_block {R : Type} [ExpField R] {w : Weights} {lo len : Nat}
    (hp : ∀ m M k, prepare m M k = k (data m M))
    (h : ∀ m, m < lo + len → checked m (C.get m) = true → ∀ q, q ≤ m →
      AtLeast (counted m (C.get m) (data m (C.get m)) q (Query.of t q))
        fun x => (Correct R w x ∧ maximum x = m) ∧ lastToken x = q) :
    AtLeast (countBlock t C checked prepare counted lo len)
      fun x => Correct R w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  rw [countBlock_eq hp]
  refine AtLeast.totalFrom maximum fun i hi => ?_
  cases e : checked (lo + i) (C.get (lo + i)) with
  | false => exact AtLeast.zero
  | true =>
    refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
    exact h (lo + i) (Nat.add_lt_add_left hi lo) e q (Nat.le_of_lt_succ hq)

end

end Compact
