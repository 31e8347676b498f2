prelude
import Compact.Minimum.Block
import Compact.Minimum.Check
import Compact.Minimum.Select
/-!
# Strategy: cubic

For each query `q`, maximum `m` and token `s < m` one number (`tokenScore`) says how well `s` is borne in the other
positions; it is computed from margins, which are minima over outputs.  In the class with `c` other tokens the tokens
pass whose score is at least a threshold of the class.  So the work is `v^3` steps on numbers (and `v^2` lane tests
for the margins), where the quartic strategy compares output by output.
-/
namespace Compact
namespace Cubic
noncomputable section

/-- The scores of the tokens with the factors `es` and the margins `ts`, `d` being the direct path's margin. -/
def scores (o top d : Nat) (es ts : List Nat) : List Nat :=
  foldZip (fun e t ih => tokenScore o top e (Nat.add d t) :: ih) [] es ts

/-- The least score that passes with the weight `U` on the maximum, and `V` on the others.  (Nothing depends on it
but how many pass: it is tested.) -/
def level (P : Pair) (E U V : Nat) : Nat :=
  Nat.succ (Nat.div (Nat.sub (Nat.add (Nat.add (Nat.mul U P.offset) P.rest) (Nat.mul V E))
    (Nat.add (Nat.mul U P.gain) P.query)) V)

/-- The threshold of a class with `k` positions that hold the maximum. -/
def threshold (L E : Nat) (P : Pair) (Q : Query) (k : Nat) : Nat :=
  Nat.force (readLane L Q.low k) fun U => Nat.force (readLane L Q.high k) fun U' =>
  greatest (level P E U (Nat.sub Q.mass U)) (level P E U' (Nat.sub Q.mass U'))

/-- The number of tokens of a class with `k` positions that hold the maximum. -/
def size (L E : Nat) (P : Pair) (Q : Query) (gs : List Nat) (k : Nat) : Nat :=
  Nat.force (threshold L E P Q k) fun Θ =>
  Bool.rec (motive := fun _ => Nat) 0 (countAbove Θ gs) (P.both L Q k E Θ)

/-- The inputs counted for the query `q` and the maximum `m`; `ts` are the margins of the tokens below `m`. -/
def counted (L b o top n : Nat) (m : Nat) (M : Margins) (ts : List Nat) (q : Nat) (Q : Query) : Nat :=
  (Pair.of L b o Q M q m).force fun P => forceList (scores o top P.direct Q.factors ts) fun gs =>
  Nat.force (Nat.mul top o) fun E => countPair n q m P Q fun c => size L E P Q gs (Nat.sub n c)

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`. -/
def count (t : Tables) (C : MarginTable) (lo len : Nat) : Nat :=
  Nat.force t.bits fun L => Nat.force (Margins.bits t.width) fun b => Nat.force (Pair.zero t) fun o =>
  Nat.force (Nat.pow 2 t.prec) fun top => Nat.force t.n fun n => Nat.force (ones L t.v) fun one =>
  Nat.force t.width fun width => (Margins.rows t).force fun R =>
  countBlock t C (fun m M => M.check L width m one (nth 0 t.position m) R)
    (fun m M k => forceList (unpack b m M.token) k) (counted L b o top n) lo len

/-- The check of the maxima `lo, ..., lo + len - 1`: at least `bound` inputs. -/
def blockCheck (t : Tables) (C : MarginTable) (lo len bound : Nat) : Bool :=
  (Nat.ble (Nat.add lo len) t.v && Nat.ble (Nat.add t.width 5) t.bits) && Nat.ble bound (count t C lo len)

end

/-! ## Soundness -/

theorem of_getD_scores {o top d : Nat} {es ts : List Nat} {j : Nat} (h : j < (scores o top d es ts).length) :
    j < ts.length ∧ (scores o top d es ts).getD j 0 = tokenScore o top (es.getD j 0) (d + ts.getD j 0) := by
  induction es generalizing ts j with
  | nil => exact absurd h (Nat.not_lt_zero j)
  | cons e es ih =>
    cases ts with
    | nil => exact absurd h (Nat.not_lt_zero j)
    | cons t ts =>
      cases j with
      | zero => exact ⟨Nat.zero_lt_succ _, rfl⟩
      | succ j => exact ⟨Nat.succ_lt_succ (ih (Nat.lt_of_succ_lt_succ h)).left, (ih (Nat.lt_of_succ_lt_succ h)).right⟩

/-- The tokens of a class. -/
noncomputable def tokens (t : Tables) (M : Margins) (q m c : Nat) (gs : List Nat) : List Nat :=
  Bool.rec (motive := fun _ => List Nat) []
    (above (threshold t.bits (2 ^ t.prec * Pair.zero t) (Pair.ofTables t M q m) (Query.of t q) (t.n - c)) 0 gs)
    ((Pair.ofTables t M q m).both t.bits (Query.of t q) (t.n - c) (2 ^ t.prec * Pair.zero t)
      (threshold t.bits (2 ^ t.prec * Pair.zero t) (Pair.ofTables t M q m) (Query.of t q) (t.n - c)))

/-- The scores of the tokens below `m`. -/
noncomputable def scoresOf (t : Tables) (M : Margins) (q m : Nat) : List Nat :=
  scores (Pair.zero t) (2 ^ t.prec) (Pair.ofTables t M q m).direct (Query.of t q).factors
    (unpack (Margins.bits t.width) m M.token)

theorem classTokens {t : Tables} {T : Enclosure} (hT : t.Describe T) {M : Margins} {X : Nat → Nat} {q m : Nat}
    (hM : M.Sound T X t.width t.v t.n m) (hm : m < t.v) (hq : q ≤ m) {c : Nat} (hc : 0 < c) :
    ClassTokens T X t q m c
      (size t.bits (2 ^ t.prec * Pair.zero t) (Pair.ofTables t M q m) (Query.of t q) (scoresOf t M q m) (t.n - c))
      (tokens t M q m c (scoresOf t M q m)) := by
  unfold tokens size
  rw [Nat.force_eq]
  cases test : (Pair.ofTables t M q m).both t.bits (Query.of t q) (t.n - c) (2 ^ t.prec * Pair.zero t)
      (threshold t.bits (2 ^ t.prec * Pair.zero t) (Pair.ofTables t M q m) (Query.of t q) (t.n - c)) with
  | false => exact ⟨List.nodup_nil, (fun _ h => nomatch h), Nat.le_refl 0, ClassPasses.nil _ _ _ _ _ _ _ hc⟩
  | true =>
    have hqv := Nat.lt_of_le_of_lt hq hm
    have facts {s : Nat} (hs : s ∈ above (threshold t.bits (2 ^ t.prec * Pair.zero t) (Pair.ofTables t M q m)
        (Query.of t q) (t.n - c)) 0 (scoresOf t M q m)) : s < m ∧
        threshold t.bits (2 ^ t.prec * Pair.zero t) (Pair.ofTables t M q m) (Query.of t q) (t.n - c) ≤
          tokenScore (Pair.zero t) (2 ^ t.prec) (T.tokenLo q s)
            ((Pair.ofTables t M q m).direct + Pair.tokenMargin t M s) := by
      match mem_above hs with
      | ⟨j, e, hj, le⟩ =>
        rw [Nat.zero_add] at e
        subst e
        match of_getD_scores hj with
        | ⟨hlt, e⟩ =>
          rw [length_unpack] at hlt
          refine ⟨hlt, Nat.le_trans le (Nat.le_of_eq (e.trans ?_))⟩
          rw [Query.getD_factors hT hqv (Nat.lt_trans hlt hm), getD_unpack _ _ hlt]
          rfl
    refine ⟨nodup_above _ _ _, fun s hs => (facts hs).left, Nat.le_of_eq (length_above _ _ _).symm, ?_⟩
    refine Pair.classPasses hT hM hm hq hc (fun s hs => ⟨Nat.le_of_lt (facts hs).left, fun V K P h => ?_⟩) test
    exact of_threshold (hT.tokenLo_le q s hqv (Nat.lt_trans (facts hs).left hm)) (facts hs).right h

/-- The check of a block of maxima is sound. -/
theorem block_sound (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness} {t : Tables}
    (describe : t.check w params e = true) (C : MarginTable) (lo len bound : Nat) (h : blockCheck t C lo len bound = true) :
    AtLeast bound fun x => Correct R w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have hlen := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left h))
  have hbits := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h))
  refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right h)) ?_
  unfold count
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
    Margins.Rows.force_eq]
  refine atLeast_block (data := fun m M => unpack (Margins.bits t.width) m M.token) (fun m M k => forceList_eq _ k)
    fun m hm checked q hq => ?_
  have hm := Nat.lt_of_lt_of_le hm hlen
  have hT := (Tables.describe R describe).right.right.right
  rw [nth_eq] at checked
  match hT.position m hm with
  | ⟨X, hX, noBetter, hX'⟩ =>
    have hM := Margins.sound_of_check hT hbits hm hX hX' checked
    unfold counted
    rw [Pair.force_eq, forceList_eq, Nat.force_eq]
    exact atLeast_pair R describe hm hq noBetter hM fun c hc => classTokens hT hM hm hq hc

/-- A certificate: how to round, the tables of the model and their witnesses, the margins of all maxima, and the bound
that they prove. -/
structure Certificate extends Params, Tables, TableWitness, MarginTable where
  bound : Nat

/-- The check of a certificate: the tables are those of the model, and the count reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  c.toTables.check w c.toParams c.toTableWitness && blockCheck c.toTables c.toMarginTable 0 c.v c.bound

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R w) :=
  AtLeast.mono_pred (fun _ h => h.left) (block_sound R (Bool.and_left h) _ 0 c.v c.bound (Bool.and_right h))

end Cubic
end Compact
