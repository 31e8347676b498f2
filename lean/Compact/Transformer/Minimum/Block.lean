prelude
import Compact.Transformer.Classes.Describe
import Compact.Counting.Classes
import Compact.Transformer.Minimum.Pair
/-!
# Counting with margins

The frame of the strategies that use margins: for each maximum of a block the margins are checked, then for each
query the classes are counted.  A strategy adds how the margins are checked (`checked`), what else it prepares for a
maximum (`prepare`) and how the classes of one query and one maximum are counted (`counted`); `atLeast_pair` and
`atLeast_block` are the two halves of its soundness.
-/
namespace Compact

/-! ## One query and one maximum -/

/-- The inputs counted for the query `q` and the maximum `m`; `bs` are binomial coefficients. -/
noncomputable def countPair (L n runBits : Nat) (bs : List Nat) (q m : Nat) (P : Pair) (Q : Query)
    (decide : Nat → Nat → Nat → Nat) (N : Nat) : Nat :=
  countRuns L n runBits Q.low Q.high bs (P.test Q.mass 0 0) decide N q m

section
variable (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness} {t : Tables}

/-- The rounded tables of the model. -/
noncomputable abbrev tablesOf (w : Weights) (params : Params) : Enclosure := Enclosure.of w params (Circuits.of w)

/-- The count of one query and one maximum is right, if the strategy decides rightly. -/
theorem atLeast_pair (check : t.check w params e = true) {m q : Nat} (hm : m < t.v) (hq : q ≤ m) {X : Nat → Nat}
    (hX : (tablesOf w params).NoBetter X t.v t.n m) {M : Margins} (hM : M.Sound (tablesOf w params) X t.width t.v t.n m)
    {decide : Nat → Nat → Nat → Nat}
    (h : ∀ j U U', ∃ tokens, Decides (tablesOf w params) X t.v t.n (readLane t.bits (Query.of t q).slack m) q m U U'
      (decide j U U') tokens) (runBits N : Nat) :
    AtLeast (countPair t.bits t.n runBits (binoms t.n t.n 1) q m (Pair.ofTables t M q m) (Query.of t q) decide N)
      fun x => (Correct R w x ∧ maximum x = m) ∧ lastToken x = q := by
  match Tables.describe R check with
  | ⟨hw, ⟨hv, hn⟩, _, hT⟩ =>
    match Query.read_slack hT (Nat.lt_of_le_of_lt hq hm) hm with
    | ⟨S, hS, hle⟩ =>
      refine atLeast_runs R ⟨hv ▸ hw.judges params hn, hT, hm, hq, hX, hle⟩ (nth_eq _ _ _) (nth_eq _ _ _) (fun test => ?_)
        (fun j c₁ c₂ _ _ _ => ?_) runBits N
      · exact hS ▸ Pair.passes_alone hT hM hm hq test
      · exact hS ▸ h j _ _

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
