prelude
import Compact.Transformer.Claim.Region
import Compact.Transformer.Strategy.QuarticRegion.Fast
import Compact.Transformer.Strategy.QuarticRegion.Pair
/-!
# Strategy: quartic, for a region

For each maximum `m` of the region and each query that may be in it, all tokens that may be in it take no more than the positions with the maximum can
spare (`QuarticRegion/Check.lean`).  So every input of the region is answered correctly (`Claim/Region.lean`).
-/
namespace Compact
namespace QuarticRegion

theorem whereAsked_succ {α : Type} (nothing : α) (b : Nat) (k : Nat → α) : whereAsked nothing (b + 1) k = k b := Nat.force_eq b k

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {N : Narrow} {T : Enclosure} {q m k : Nat}

/-- A query of the region is among those that pass. -/
theorem of_maximumPasses {F : Sheet.Frame} {M : Sheet.Most} {bits first count : Nat} (h : maximumPasses N F M bits k
      (List.tabulateFrom first count (Sheet.Asked.of t (N.sheets t))) = true) {i : Nat} (hi : i < count) (asked : queried k M.m (first + i) = true) :
    pairPasses N F M bits k (Sheet.Asked.of t (N.sheets t) (first + i)) = true := by
  induction count generalizing first i with
  | zero => exact absurd hi (Nat.not_lt_zero i)
  | succ count ih =>
    have h : ((Bool.rec (motive := fun _ => Bool) true (pairOf N F M bits k (Sheet.Asked.of t (N.sheets t) first)) (queried k M.m first)) &&
      maximumPasses N F M bits k (List.tabulateFrom (first + 1) count (Sheet.Asked.of t (N.sheets t)))) = true := h
    cases i with
    | zero =>
      have one := Bool.and_left h
      have asked : queried k M.m first = true := asked
      rw [asked] at one
      exact (pairOf_eq ..).symm.trans one
    | succ i =>
      have e : first + (i + 1) = first + 1 + i := by rw [Nat.add_assoc, Nat.add_comm 1]
      rw [e] at asked ⊢
      exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hi) asked

/-- A block in which everything passes. -/
theorem right_of_blockPasses (G : Sheet.Fits t (N.sheets t)) (hT : t.Describe T) (judges : ∀ m, T.Judges R prec t.v t.n m P) {ask : Nat → Nat}
    {lo len : Nat} (hv : lo + len ≤ t.v) (h : blockPasses t N ask lo len = true) {i : Nat} (hi : i < len) (hk : k ≤ lo + i) (asks : ask (lo + i) = k + 1)
    (hq : q ≤ lo + i) (asked : queried k (lo + i) q = true) : PairRight P t.n q (lo + i) k := by
  have lt : lo + i < lo + len := Nat.add_lt_add_left hi lo
  have hm : lo + i < t.v := Nat.lt_of_lt_of_le lt hv
  unfold blockPasses at h
  rw [Nat.force_eq, Nat.force_eq, forceList_eq, Sheet.Frame.force_eq, Sheet.Asked.forceFrom_eq] at h
  have one := of_allBelow h hi
  rw [Nat.force_eq] at one
  have one : whereAsked true (ask (lo + i)) _ = true := one
  rw [asks, whereAsked_succ, Sheet.Most.force_eq] at one
  have passes := of_maximumPasses one (i := q) (Nat.lt_of_le_of_lt hq lt) (by rw [Nat.zero_add]; exact asked)
  rw [Nat.zero_add] at passes
  match hT.position (lo + i) hm, hT.slack q (lo + i) (Nat.lt_of_le_of_lt hq hm) hm with
  | ⟨X, hX, noBetter, small⟩, ⟨slack, hS, slackLe⟩ =>
    have K : PairKnown R P prec t.width t.v T X t.n q (lo + i) slack := ⟨judges _, hT.narrow, hm, hq, noBetter, slackLe⟩
    exact (passing_of_pair G hT K hX small hS hk passes).right hT K hk

end

/-- Each maximum is in a block. -/
theorem block_of {check : Nat → Nat → Nat → Bool} {blocks : List (List Nat)} {lo m : Nat} (h : Blocks.all check blocks lo = true)
    (hlo : lo ≤ m) (hm : m < lo + maxima blocks) : ∃ first, ∃ len, ∃ bound, ∃ i, check first len bound = true ∧ i < len ∧ m = first + i := by
  induction blocks generalizing lo with
  | nil => exact absurd (Nat.lt_of_le_of_lt hlo hm) (Nat.lt_irrefl lo)
  | cons b blocks ih =>
    cases Nat.lt_or_ge m (lo + nth 0 b 0) with
    | inl lt =>
      match Nat.exists_eq_add_of_le hlo with
      | ⟨i, e⟩ => exact ⟨lo, nth 0 b 0, nth 0 b 1, i, Bool.and_left h, Nat.lt_of_add_lt_add_left (e ▸ lt), e⟩
    | inr ge => exact ih (Bool.and_right h) ge (Nat.lt_of_lt_of_le hm (Nat.le_of_eq (Nat.add_assoc _ _ _).symm))

section
variable (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness} {t : Tables} {N : Narrow} {ask : Nat → Nat}

/-- One query and one maximum of a block. -/
theorem block_right (tables : t.check w params e = true) {lo len bound : Nat} (h : blockCheck t N ask lo len bound = true) {i k q : Nat} (hi : i < len)
    (hk : k ≤ lo + i) (asks : ask (lo + i) = k + 1) (hq : q ≤ lo + i) (queried : queried k (lo + i) q = true) :
    PairRight (Correct R w) t.n q (lo + i) k := by
  have room := Bool.and_left h
  match Tables.describe R tables with
  | ⟨hw, ⟨hv, hn⟩, _, hT⟩ =>
    exact right_of_blockPasses (Sheet.Fits.of_room room) hT (fun _ => hv ▸ hw.judges params hn) (Sheet.le_of_room room)
      (Bool.and_left (Bool.and_right h)) hi hk asks hq queried

/-- An input whose tokens are asked for is answered correctly. -/
theorem right (tables : t.check w params e = true) {blocks : List (List Nat)} {first : Nat} (h : Blocks.all (blockCheck t N ask) blocks first = true)
    (covers : first + maxima blocks = t.v) {x : List Nat} (hx : Valid w x) (hfirst : first ≤ maximum x) {gap : Nat}
    (asks : ask (maximum x) = belowGap gap (maximum x) + 1) (below : ∀ t, t ∈ x → t = maximum x ∨ t + gap ≤ maximum x) : Correct R w x := by
  match Tables.describe R tables with
  | ⟨hw, ⟨hv, hn⟩, _, _⟩ =>
    match split (hx.left.trans hn) with
    | ⟨y, q, hy, e⟩ =>
      subst e
      have lt : maximum (y ++ [q]) < t.v := Nat.lt_of_lt_of_le (maximum_lt hx hw.n_ctx) (Nat.le_of_eq hv)
      refine of_pairRight (gap := gap) hy below fun hq => ?_
      match block_of h hfirst (covers.symm ▸ lt) with
      | ⟨lo, len, bound, i, checked, hi, em⟩ =>
        have le : q ≤ maximum (y ++ [q]) := le_maximum (List.mem_append.mpr (Or.inr (List.Mem.head _)))
        rw [em] at hq le asks ⊢
        refine block_right R tables checked hi (belowGap_le _ _) asks le
          (Bool.or_eq_true_iff.mpr (hq.elim (fun e => Or.inl ?_) fun lt => Or.inr (Nat.ble_eq_true_of_le lt)))
        rw [e]
        exact Nat.beq_self _
where
  split {n : Nat} {x : List Nat} (h : x.length = n + 1) : ∃ y, ∃ q, y.length = n ∧ x = y ++ [q] := by
    induction n generalizing x with
    | zero =>
      match x, h with
      | [q], _ => exact ⟨[], q, rfl, rfl⟩
    | succ n ih =>
      match x, h with
      | t :: x, h =>
        match ih (Nat.succ.inj h) with
        | ⟨y, q, hy, e⟩ => exact ⟨t :: y, q, congrArg Nat.succ hy, congrArg (t :: ·) e⟩

/-- There are so many inputs whose tokens are asked for. -/
theorem counted (tables : t.check w params e = true) {blocks : List (List Nat)} {first : Nat} (h : Blocks.all (blockCheck t N ask) blocks first = true)
    (asked : ∀ m k, ask m = k + 1 → k ≤ m) : AtLeast (Blocks.inputs blocks) (Correct R w) := by
  refine AtLeast.mono_pred (fun _ h => h.left) (Blocks.sound (fun lo len bound h => ?_) h)
  refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right h))) (AtLeast.totalFrom maximum fun i hi => ?_)
  rw [Nat.force_eq]
  cases asks : ask (lo + i) with
  | zero => exact AtLeast.zero
  | succ k =>
    rw [whereAsked_succ]
    exact atLeast_region (asked _ _ asks) fun q hq queried => block_right R tables h hi (asked _ _ asks) asks hq queried

end

/-- A certificate: how to round, the tables of the model and their witnesses, how rows are compared, the region, blocks of its maxima (of each how
many, and how many inputs of the region have them), and the number of its inputs. -/
structure Certificate extends Params, Tables, TableWitness, Narrow where
  least : Nat
  gap : Nat
  blocks : List (List Nat)
  bound : Nat

/-- The check of a certificate: the tables are those of the model, and the blocks hold all maxima of the region and enough inputs. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  ((Nat.ble c.bound (Blocks.inputs c.blocks) && Nat.beq (Nat.add c.least (maxima c.blocks)) c.v) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (blockCheck c.toTables c.toNarrow (askGap c.gap)) c.blocks c.least

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers every input of the
region correctly, and there are at least `c.bound` of them. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    RightOn R c.least c.gap w ∧ AtLeast c.bound (Correct R w) := by
  have first := Bool.and_left hc
  have tables := Bool.and_right first
  have covers : c.least + maxima c.blocks = c.v := Nat.eq_of_beq_eq_true _ _ (Bool.and_right (Bool.and_left first))
  refine ⟨fun x hx region => right R tables (Bool.and_right hc) covers hx region.left rfl region.right, AtLeast.weaken
    (Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left first))) (counted R tables (Bool.and_right hc) fun m k asks => ?_)⟩
  rw [← Nat.succ.inj asks]
  exact belowGap_le _ _

end QuarticRegion
end Compact
