prelude
import Compact.Counting.Region
import Compact.Transformer.Mixture.Block
import Compact.Transformer.Claim.Region
import Compact.Transformer.Strategy.Quartic.Pair
import Compact.Transformer.Strategy.Quartic.Model
/-!
# Strategy: quartic, for a region

For each maximum `m` of the region and each query that may be in it, all tokens that may be in it pass at the ends of all classes
together (`Strategy/Quartic/Check.lean`).  So every input of the region is answered correctly (`Claim/Region.lean`).
-/
namespace Compact
namespace QuarticRegion
noncomputable section

/-- Do the first `k` values pass? -/
def allFirst (p : Nat → Bool) : Nat → List Nat → Bool :=
  Nat.rec (motive := fun _ => List Nat → Bool) (fun _ => true)
    (fun _ ih gs => List.rec (motive := fun _ => Bool) false (fun g gs _ => p g && ih gs) gs)

/-- `k` if there are classes with other tokens at all, else 0: such tokens need not pass. -/
def needed (n q m k : Nat) : Nat := Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => k) (Nat.pred (classes n q m))

/-- 1 if the class without other tokens passes, and the first `k` tokens at the ends of all classes; else 0. -/
def admits (s : Quartic.Setup) (M : Quartic.Maximum) (Q : Quartic.Query) (k direct maxGaps queryGaps : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0 1 (Quartic.alone M Q maxGaps queryGaps &&
    (Quartic.Ends.test (Bool.rec (motive := fun _ => Quartic.Ends) Q.less Q.same (Nat.beq Q.q M.m)) M.mask maxGaps queryGaps).force fun T =>
      allFirst T.run (needed s.n Q.q M.m k) (values (Quartic.scaled s direct) Q.factors M.others))

/-- 1 if the query may be in the region and something does not pass; else 0. -/
def lacks (s : Quartic.Setup) (M : Quartic.Maximum) (k : Nat) (Q : Quartic.Query) (token : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0 (Nat.sub 1 (Quartic.withGaps s M Q token (admits s M Q k))) (queried k M.m Q.q)

/-- Go on with the bound of the tokens that may be in an input with this maximum, which `asked` is one more than; 0 if nothing is asked. -/
def whereAsked (asked : Nat) (k : Nat → Nat) : Nat := Nat.rec (motive := fun _ => Nat) 0 (fun b _ => Nat.force b k) asked

/-- The number of queries for which something does not pass. -/
def lacksMaximum (s : Quartic.Setup) (ask : Nat → Nat) (Qs : List Quartic.Query) (M : Quartic.Maximum) : Nat :=
  whereAsked (ask M.m) fun k => foldZip (fun Q token ih => Nat.add (lacks s M k Q token) ih) 0 Qs M.tokens

/-- The same for the maxima `lo, ..., lo + len - 1`. -/
def lacksBlock (t : Tables) (ask : Nat → Nat) (lo len : Nat) : Nat :=
  (Quartic.Setup.of t).force fun s => Quartic.queries s t (Nat.add lo len) 0 fun Qs =>
    total len fun i => (Quartic.Maximum.of s t (Nat.add lo i)).force fun M => lacksMaximum s ask Qs M

/-- The check of one block of maxima: nothing fails, and there are at least `bound` inputs of the region.  Of an input with the maximum `m`, other
tokens are below `ask m - 1`; nothing is asked where `ask m` is 0. -/
def blockCheck (t : Tables) (ask : Nat → Nat) (lo len bound : Nat) : Bool :=
  ((Nat.ble (Nat.add t.width 2) t.bits && Nat.ble 1 t.n) && Nat.ble (Nat.add lo len) t.v) &&
    (Nat.beq (lacksBlock t ask lo len) 0 &&
      Nat.ble bound (total len fun i => Nat.force (Nat.add lo i) fun m => whereAsked (ask m) fun k => regionCount t.n k m))

/-- All tokens below the gap, for each maximum. -/
def askGap (gap m : Nat) : Nat := Nat.succ (belowGap gap m)

/-- How many maxima the blocks hold. -/
def maxima (blocks : List (List Nat)) : Nat := fold (fun b ih => Nat.add (nth 0 b 0) ih) 0 blocks

end

theorem of_allFirst {p : Nat → Bool} {k : Nat} {gs : List Nat} (h : allFirst p k gs = true) {i : Nat} (hi : i < k) :
    p (gs.getD i 0) = true := by
  induction k generalizing gs i with
  | zero => exact absurd hi (Nat.not_lt_zero i)
  | succ k ih =>
    match gs, h with
    | g :: gs, h =>
      cases i with
      | zero => exact Bool.and_left h
      | succ i => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hi)

/-- What holds of one input at least, and says nothing of the input, holds. -/
theorem of_atLeast {N : Nat} {C : Prop} (h : 1 ≤ N) (count : AtLeast N fun _ => C) : C :=
  match AtLeast.weaken h count with
  | ⟨[], _, _, len⟩ => absurd len (Nat.ne_of_lt (Nat.zero_lt_succ 0))
  | ⟨x :: _, _, all, _⟩ => all x (List.Mem.head _)

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {T : Enclosure} {X : Nat → Nat} {q m S : Nat}

/-- All inputs of one query and one maximum whose other tokens are below `k`. -/
theorem admits_right {d k : Nat} (c : Quartic.Context R P prec t T X q m S d) (hn : 0 < t.n) (hk : k ≤ m) : AtLeast
    (admits (Quartic.Setup.of t) (Quartic.Maximum.of (Quartic.Setup.of t) t m) (Quartic.Query.at (Quartic.Setup.of t) t q) k
      (Quartic.gaps (Quartic.Setup.of t) m (Quartic.Setup.of t).unit (Quartic.Query.at (Quartic.Setup.of t) t q).direct)
      (pack t.bits t.v (Quartic.tokenRow t T X q m m)) (pack t.bits t.v (Quartic.queryRow t T q m S)))
    fun _ => PairRight P t.n q m k := by
  unfold admits
  rw [Quartic.Test.force_eq]
  cases test : Quartic.alone (Quartic.Maximum.of (Quartic.Setup.of t) t m) (Quartic.Query.at (Quartic.Setup.of t) t q)
      (pack t.bits t.v (Quartic.tokenRow t T X q m m)) (pack t.bits t.v (Quartic.queryRow t T q m S)) && _ with
  | false => exact AtLeast.zero
  | true =>
    refine AtLeast.one (x := []) fun n hc y hy => ?_
    have alone := c.alone_passes (Bool.and_left test)
    have all := Bool.and_right test
    have passes : ClassPasses T X t.v t.n (T.totalSlack t.ceiling t.n q S) q m n (List.range k) := by
      cases Nat.eq_zero_or_pos n with
      | inl h => exact ⟨fun _ => alone, fun h' => absurd h (Nat.ne_of_gt h')⟩
      | inr h =>
        match Quartic.weights_between c.describe c.q_lt h (Nat.le_refl n) hc with
        | ⟨le, low, high⟩ =>
          have pass (s : Nat) (hs : s < k) := c.ends_pass (Nat.le_trans low.left (Nat.le_trans low.right le)) le
            (Nat.lt_trans (Nat.lt_of_lt_of_le hs hk) c.m_lt) (by
              have more : needed t.n q m k = k := by
                unfold needed
                cases e : Nat.pred (classes t.n q m) with
                | zero => exact absurd (Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt h hc) (pred_eq_zero e)) (Nat.lt_irrefl 1)
                | succ _ => rfl
              have run := of_allFirst all (more.symm ▸ hs : s < needed t.n q m k)
              match c.gapsList with
              | ⟨_, row⟩ =>
                rw [row s (Nat.lt_of_lt_of_le hs hk)] at run
                unfold Quartic.testOf
                rw [← c.all_eq hn]
                exact run)
          have D : Decides T X t.v t.n (T.totalSlack t.ceiling t.n q S) q m (t.entry t.low q (Quartic.fewest t.n q m))
              (t.entry t.high q (t.n - 1)) k (List.range k) :=
            ⟨List.nodup_range, fun s hs => Nat.lt_of_lt_of_le (List.mem_range.mp hs) hk, Nat.le_of_eq List.length_range.symm,
              fun s hs => (pass s (List.mem_range.mp hs)).left, fun s hs => (pass s (List.mem_range.mp hs)).right⟩
          exact (D.between le low high).classPasses c.describe c.q_lt (Nat.le_refl n) (Nat.le_refl n) h
    exact class_judged c.judges c.describe.narrow c.m_lt c.q_le hc c.noBetter c.slackLe
      (fun s hs => Nat.lt_of_lt_of_le (List.mem_range.mp hs) hk) passes y hy
where
  pred_eq_zero {x : Nat} (h : Nat.pred x = 0) : x ≤ 1 := by
    cases x with
    | zero => exact Nat.zero_le 1
    | succ x => exact Nat.succ_le_succ (Nat.le_of_eq h)

/-- A block in which nothing fails. -/
theorem right_of_lacksBlock (M : Quartic.Model R P prec t T) {ask : Nat → Nat} {lo len : Nat} (hv : lo + len ≤ t.v) (h : lacksBlock t ask lo len = 0)
    {i k : Nat} (hi : i < len) (hk : k ≤ lo + i) (asks : ask (lo + i) = k + 1) (hq : q ≤ lo + i) (queried : queried k (lo + i) q = true) :
    PairRight P t.n q (lo + i) k := by
  have lt : lo + i < lo + len := Nat.add_lt_add_left hi lo
  have hm : lo + i < t.v := Nat.lt_of_lt_of_le lt hv
  have hqv := Nat.lt_of_le_of_lt hq hm
  unfold lacksBlock at h
  rw [Quartic.Setup.force_eq, Quartic.queries_eq] at h
  have one : lacksMaximum (Quartic.Setup.of t) ask (Quartic.queryList (Quartic.Setup.of t) t (lo + len) 0)
      (Quartic.Maximum.of (Quartic.Setup.of t) t (lo + i)) = 0 := by
    have one := Nat.eq_zero_of_le_zero (Nat.le_trans (le_total_of_lt _ hi) (Nat.le_of_eq h))
    rw [Quartic.Maximum.force_eq] at one
    exact one
  unfold lacksMaximum whereAsked at one
  have asks : ask (Quartic.Maximum.of (Quartic.Setup.of t) t (lo + i)).m = k + 1 := asks
  rw [asks] at one
  have one : Nat.force k (fun k => foldZip _ 0 _ _) = 0 := one
  rw [Nat.force_eq] at one
  have len_eq : (Quartic.Maximum.of (Quartic.Setup.of t) t (lo + i)).tokens.length = lo + i + 1 :=
    Quartic.length_tokenGaps (Quartic.Setup.of t) (lo + i) 0 (lo + i + 1) t.token
  rw [Quartic.foldZip_add (len_eq.symm ▸ (Quartic.length_queryList _ _ _ _).symm ▸ lt) (Quartic.Query.at (Quartic.Setup.of t) t 0) 0,
    len_eq] at one
  have none := Nat.eq_zero_of_le_zero (Nat.le_trans (le_total_of_lt _ (Nat.lt_succ_of_le hq)) (Nat.le_of_eq one))
  have token_eq : (Quartic.Maximum.of (Quartic.Setup.of t) t (lo + i)).tokens.getD q 0 =
      Quartic.gaps (Quartic.Setup.of t) (lo + i) (Quartic.Setup.of t).unit (t.token.getD q 0) :=
    Quartic.getD_tokenGaps (Quartic.Setup.of t) (lo + i) 0 t.token (Nat.lt_succ_of_le hq)
  rw [Quartic.getD_queryList _ _ _ (Nat.lt_of_le_of_lt hq lt), Nat.zero_add, token_eq] at none
  unfold lacks at none
  have asked : Compact.queried k (Quartic.Maximum.of (Quartic.Setup.of t) t (lo + i)).m
      (Quartic.Query.at (Quartic.Setup.of t) t q).q = true := queried
  rw [asked] at none
  match M.describe.position (lo + i) hm, M.describe.slack q (lo + i) hqv hm with
  | ⟨X, hX, noBetter, small⟩, ⟨S, hS, slackLe⟩ =>
    have count := M.withGaps (R := R) hq hm hX noBetter small hS slackLe (Q := fun _ => PairRight P t.n q (lo + i) k)
      fun _ c => admits_right c M.n_pos hk
    exact of_atLeast (Nat.le_of_sub_eq_zero none) count

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
variable (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness} {t : Tables} {ask : Nat → Nat}

/-- One query and one maximum of a block. -/
theorem block_right (tables : t.check w params e = true) {lo len bound : Nat} (h : blockCheck t ask lo len bound = true) {i k q : Nat} (hi : i < len)
    (hk : k ≤ lo + i) (asks : ask (lo + i) = k + 1) (hq : q ≤ lo + i) (queried : queried k (lo + i) q = true) :
    PairRight (Correct R w) t.n q (lo + i) k := by
  have fits := Bool.and_left (Bool.and_left h)
  have M := Quartic.Model.of_check R tables (Nat.le_of_ble_eq_true (Bool.and_left fits)) (Nat.le_of_ble_eq_true (Bool.and_right fits))
  exact right_of_lacksBlock M (Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h)))
    (Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_right h))) hi hk asks hq queried

/-- An input whose tokens are asked for is answered correctly. -/
theorem right (tables : t.check w params e = true) {blocks : List (List Nat)} {first : Nat} (h : Blocks.all (blockCheck t ask) blocks first = true)
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
theorem counted (tables : t.check w params e = true) {blocks : List (List Nat)} {first : Nat} (h : Blocks.all (blockCheck t ask) blocks first = true)
    (asked : ∀ m k, ask m = k + 1 → k ≤ m) : AtLeast (Blocks.inputs blocks) (Correct R w) := by
  refine AtLeast.mono_pred (fun _ h => h.left) (Blocks.sound (fun lo len bound h => ?_) h)
  refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right h))) (AtLeast.totalFrom maximum fun i hi => ?_)
  rw [Nat.force_eq]
  unfold whereAsked
  cases asks : ask (lo + i) with
  | zero => exact AtLeast.zero
  | succ k =>
    show AtLeast (Nat.force k fun k => regionCount t.n k (lo + i)) _
    rw [Nat.force_eq]
    exact atLeast_region (asked _ _ asks) fun q hq queried => block_right R tables h hi (asked _ _ asks) asks hq queried

end

/-- A certificate: how to round, the tables of the model and their witnesses, the region, blocks of its maxima (of each how many, and
how many inputs of the region have them), and the number of its inputs. -/
structure Certificate extends Params, Tables, TableWitness where
  least : Nat
  gap : Nat
  blocks : List (List Nat)
  bound : Nat

/-- The check of a certificate: the tables are those of the model, and the blocks hold all maxima of the region and enough inputs. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  ((Nat.ble c.bound (Blocks.inputs c.blocks) && Nat.beq (Nat.add c.least (maxima c.blocks)) c.v) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (blockCheck c.toTables (askGap c.gap)) c.blocks c.least

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
