prelude
import Compact.Transformer.Strategy.Mixed.Pair
import Compact.Transformer.Strategy.Quartic.Model
/-!
# Strategy: mixed

For each query and maximum the cheapest part that certifies it (`Mixed/Check.lean`): one test of margins for the tokens
below a bound, and whole logits only for the tokens that it leaves, where the certificate says so.  `sound`: if the tables
describe the model and the count reaches the bound, the model answers at least that many inputs correctly, for any weights
and any certificate.
-/
namespace Compact
namespace Mixed

theorem Frame.make_eq {α : Type} (t : Tables) (count : Nat) (k : Frame → α) : Frame.make t count k = k (Frame.of t count) := by
  unfold Frame.make
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, Quartic.Setup.force_eq, Nat.force_eq,
    Quartic.queries_eq]
  rfl

theorem Prepared.force_eq {α : Type} (D : Prepared) (k : Prepared → α) : D.force k = k D := by
  unfold Prepared.force
  rw [Prefixes.Prepared.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {w : Weights} {params : Params} {t : Tables}
  (A : Quartic.Model R P prec t (tablesOf w params)) {C : Prefixes.Claims} {M : Margins} {X : Nat → Nat} {q m count : Nat}
include A

/-- One query and one maximum. -/
theorem counted_atLeast (hX : t.position.getD m 0 = pack t.bits t.v X) (noBetter : (tablesOf w params).NoBetter X t.v t.n m)
    (small : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width) (hM : M.Sound (tablesOf w params) X t.width t.v t.n m) (hq : q ≤ m)
    (hm : m < t.v) (hc : m < count) : AtLeast
    (counted t (Frame.of t count) C m M (Prepared.of t C (Frame.of t count) m M) q (Query.of t q))
    fun x => (P x ∧ maximum x = m) ∧ lastToken x = q := by
  have hqv := Nat.lt_of_le_of_lt hq hm
  match A.describe.slack q m hqv hm with
  | ⟨S, hS, slackLe⟩ =>
  have hS' : readLane t.bits (Query.of t q).slack m = (tablesOf w params).totalSlack t.ceiling t.n q S := by
    rw [← hS]
    show digit t.bits (nth 0 t.slack q) m = _
    rw [nth_eq]
    rfl
  unfold counted
  refine Runs.atLeast_decode fun part => ?_
  rw [Pair.force_eq, Nat.force_eq]
  have D : Decides (tablesOf w params) X t.v t.n ((tablesOf w params).totalSlack t.ceiling t.n q S) q m
      (t.entry t.low q (Quartic.fewest t.n q m)) (t.entry t.high q (t.n - 1))
      (certified (Frame.of t count) C.sizeBits m (Pair.ofTables t M q m) (Query.of t q)
        (Prefixes.prepared (Margins.bits t.width) C m M) q)
      (List.range (certified (Frame.of t count) C.sizeBits m (Pair.ofTables t M q m) (Query.of t q)
        (Prefixes.prepared (Margins.bits t.width) C m M) q)) := by
    have low : readLane t.bits (nth 0 t.low q) (Quartic.fewest t.n q m) = t.entry t.low q (Quartic.fewest t.n q m) := by
      rw [nth_eq]
      rfl
    have high : readLane t.bits (nth 0 t.high q) (t.n - 1) = t.entry t.high q (t.n - 1) := by
      rw [nth_eq]
      rfl
    unfold certified
    rw [Nat.force_eq, ← hS', ← low, ← high]
    exact Prefixes.decides_range A.describe hM hm hq _ _ _
  cases part with
  | zero =>
    refine atLeast_runs R ⟨A.judges m, A.describe, hm, hq, noBetter, slackLe⟩
      (nth_eq _ _ _) (nth_eq _ _ _) (fun test => hS' ▸ Pair.passes_alone A.describe hM hm hq test)
      (fun _ c₁ c₂ h₁ h₁₂ h₂ => ?_) C.runBits 0
    match Quartic.weights_between A.describe hqv h₁ h₁₂ h₂ with
    | ⟨le, low, high⟩ => exact ⟨_, D.between le low high⟩
  | succ N =>
    have query : nth (Quartic.Query.at (Quartic.Setup.of t) t 0) (Quartic.queryList (Quartic.Setup.of t) t count 0) q =
        Quartic.Query.at (Quartic.Setup.of t) t q := by
      rw [nth_eq, Quartic.getD_queryList _ _ _ (Nat.lt_of_le_of_lt hq hc), Nat.zero_add]
    have token : tokenGaps (Quartic.Setup.of t) (tokenRows t) m q =
        Quartic.gaps (Quartic.Setup.of t) m (Quartic.Setup.of t).unit (t.token.getD q 0) :=
      tokenGaps_eq A.describe A.width_le hqv
    show AtLeast (compare t (Frame.of t count) C.runBits N _ (Prepared.of t C (Frame.of t count) m M) q) _
    unfold compare
    rw [Quartic.Query.force_eq, Nat.force_eq]
    show AtLeast (Quartic.withGaps (Quartic.Setup.of t) (Quartic.Maximum.of (Quartic.Setup.of t) t m)
      (nth (Quartic.Query.at (Quartic.Setup.of t) t 0) (Quartic.queryList (Quartic.Setup.of t) t count 0) q)
      (tokenGaps (Quartic.Setup.of t) (tokenRows t) m q) (compared _ _ C.runBits N _ _ _ _
        (nth (Quartic.Query.at (Quartic.Setup.of t) t 0) (Quartic.queryList (Quartic.Setup.of t) t count 0) q))) _
    rw [query, token]
    exact A.withGaps hq hm hX noBetter small hS slackLe fun _ c => compared_atLeast (R := R) c A.n_pos D C.runBits N

end

/-- The check of a block of maxima is sound. -/
theorem block_sound (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness} {t : Tables}
    (describe : t.check w params e = true) (C : Prefixes.Claims) (lo len bound : Nat)
    (h : blockCheck t C lo len bound = true) :
    AtLeast bound fun x => Correct R w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have first := Bool.and_left (Bool.and_left h)
  have hbits := Nat.le_of_ble_eq_true (Bool.and_left first)
  have hlen := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h))
  have A := Quartic.Model.of_check R describe (Nat.le_trans (Nat.add_le_add_left (Nat.le_add_left 2 3) _) hbits)
    (Nat.le_of_ble_eq_true (Bool.and_right first))
  refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right h)) ?_
  unfold count
  rw [Nat.force_eq, Margins.Rows.force_eq, Frame.make_eq]
  refine atLeast_block (data := Prepared.of t C (Frame.of t (lo + len))) (fun m M k => Prepared.force_eq _ k)
    fun m hm checked q hq => ?_
  have hmv := Nat.lt_of_lt_of_le hm hlen
  rw [nth_eq] at checked
  match A.describe.position m hmv with
  | ⟨X, hX, noBetter, small⟩ =>
    exact counted_atLeast A hX noBetter small (Margins.sound_of_check A.describe hbits hmv hX small checked) hq hmv hm

/-- A certificate: how to round, the tables of the model and their witnesses, the margins of all maxima, the parts that
decide, the numbers of tokens that the margins certify, and the bound that they prove. -/
structure Certificate extends Params, Tables, TableWitness, Prefixes.Claims where
  bound : Nat

/-- The check of a certificate: the tables are those of the model, and the count reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  c.toTables.check w c.toParams c.toTableWitness && blockCheck c.toTables c.toClaims 0 c.v c.bound

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R w) :=
  AtLeast.mono_pred (fun _ h => h.left) (block_sound R (Bool.and_left h) _ 0 c.v c.bound (Bool.and_right h))

end Mixed
end Compact
