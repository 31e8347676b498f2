prelude
import Compact.Transformer.Minimum.Block
import Compact.Transformer.Minimum.Check
import Compact.Packed.Select
/-!
# Strategy: cubic

For each query `q`, maximum `m` and token `s < m` one number (`tokenScore`) says how well `s` is borne in the other
positions; it is computed from margins, which are minima over outputs.  In a class the tokens pass whose score is at
least a threshold of the class.  So the work is `v^3` steps on numbers (and `v^2` lane tests for the margins), where the
quartic strategy compares output by output.  The tokens above the threshold of all classes together are counted once.
-/
namespace Compact
namespace Cubic
noncomputable section

/-- The least score that passes with the weight `U` on the maximum, and `V` on the others.  (Nothing depends on it
but how many pass: it is tested.) -/
def level (P : Pair) (E U V : Nat) : Nat :=
  Nat.succ (Nat.div (Nat.sub (Nat.add (Nat.add (Nat.mul U P.offset) P.rest) (Nat.mul V E))
    (Nat.add (Nat.mul U P.gain) P.query)) V)

/-- The least score that passes with both weights `U` and `U'`. -/
def threshold (P : Pair) (E mass U U' : Nat) : Nat :=
  Nat.force U fun U => Nat.force U' fun U' => greatest (level P E U (Nat.sub mass U)) (level P E U' (Nat.sub mass U'))

/-- The number of tokens that pass with the weights `U` and `U'`: `passed` with scores of at least `Θ`, which is enough
for all classes, and some of the scores `failed`. -/
def size (P : Pair) (E mass Θ passed : Nat) (failed : List Nat) (U U' : Nat) : Nat :=
  Nat.force U fun U => Nat.force U' fun U' => Nat.force (least (threshold P E mass U U') Θ) fun θ =>
  Bool.rec (motive := fun _ => Nat) 0 (Nat.add passed (countIf (Nat.ble θ) failed)) (P.both mass U U' E θ)

/-- The threshold of all classes of the query `q` and the maximum `m` together. -/
def allThreshold (L n : Nat) (P : Pair) (E q m : Nat) (Q : Query) : Nat :=
  threshold P E Q.mass (readLane L Q.low (Nat.sub n (Nat.pred (classes n q m)))) (readLane L Q.high (Nat.pred n))

/-- The inputs counted for the query `q` and the maximum `m`; `ts` are the margins of the tokens below `m`. -/
def counted (L b o top n : Nat) (bs : List Nat) (runs : Runs) (m : Nat) (M : Margins) (ts : List Nat) (q : Nat)
    (Q : Query) : Nat :=
  Runs.decode (runs.code n m q) fun N => (Pair.of L b o Q M q m).force fun P => Nat.force (Nat.mul top o) fun E =>
  Nat.force (allThreshold L n P E q m Q) fun Θ =>
  split (fun e d => tokenScore o top e (Nat.add P.direct d)) (Nat.ble Θ)
    (fun passed failed => Nat.force passed fun passed =>
      countPair L n runs.runBits bs q m P Q (fun _ => size P E Q.mass Θ passed failed) N) Q.factors ts 0 []

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`. -/
def count (t : Tables) (C : MarginTable) (runs : Runs) (lo len : Nat) : Nat :=
  Nat.force t.bits fun L => Nat.force (Margins.bits t.width) fun b => Nat.force (Pair.zero t) fun o =>
  Nat.force (Nat.pow 2 t.prec) fun top => Nat.force t.n fun n => Nat.force (ones L t.v) fun one =>
  Nat.force t.width fun width => forceList (binoms n n 1) fun bs => (Margins.rows t).force fun R =>
  countBlock t C (fun m M => M.check L width m one (nth 0 t.position m) R)
    (fun m M k => forceList (unpack b m M.token) k) (counted L b o top n bs runs) lo len

/-- The check of the maxima `lo, ..., lo + len - 1`: at least `bound` inputs. -/
def blockCheck (t : Tables) (C : MarginTable) (runs : Runs) (lo len bound : Nat) : Bool :=
  (Nat.ble (Nat.add lo len) t.v && Nat.ble (Nat.add t.width 5) t.bits) && Nat.ble bound (count t C runs lo len)

end

/-! ## Soundness -/

/-- The scores of the tokens below `m`. -/
noncomputable def scoresOf (t : Tables) (M : Margins) (q m : Nat) : List Nat :=
  values (fun e d => tokenScore (Pair.zero t) (2 ^ t.prec) e ((Pair.ofTables t M q m).direct + d)) (Query.of t q).factors
    (unpack (Margins.bits t.width) m M.token)

section
variable {t : Tables} {T : Enclosure} (hT : t.Describe T) {M : Margins} {q m : Nat} (hm : m < t.v) (hq : q ≤ m)
include hT hm hq

omit hT hq in
theorem length_scoresOf : (scoresOf t M q m).length = m := by
  unfold scoresOf
  rw [length_values _ (by rw [length_unpack, Query.length_factors]; exact Nat.le_of_lt hm), length_unpack]

theorem getD_scoresOf {s : Nat} (hs : s < m) : (scoresOf t M q m).getD s 0 =
    tokenScore (Pair.zero t) (2 ^ t.prec) (T.tokenLo q s) ((Pair.ofTables t M q m).direct + Pair.tokenMargin t M s) := by
  have hsv := Nat.lt_trans hs hm
  unfold scoresOf values
  rw [getD_foldZip _ (by rw [Query.length_factors]; exact hsv) (by rw [length_unpack]; exact hs) 0 0,
    Query.getD_factors hT (Nat.lt_of_le_of_lt hq hm) hsv, getD_unpack _ _ hs]
  rfl

/-- The number of tokens that pass is right. -/
theorem decides {X : Nat → Nat} (hM : M.Sound T X t.width t.v t.n m) {Θ passed : Nat} {failed : List Nat}
    (spec : ∀ r : Nat → Bool, (∀ G, G ∈ scoresOf t M q m → Nat.ble Θ G = true → r G = true) →
      passed + countIf r failed = 0 + countIf r [] + countIf r (scoresOf t M q m)) (U U' : Nat) :
    ∃ tokens, Decides T X t.v t.n (readLane t.bits (Query.of t q).slack m) q m U U'
      (size (Pair.ofTables t M q m) (2 ^ t.prec * Pair.zero t) (Query.of t q).mass Θ passed failed U U') tokens := by
  unfold size
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
  cases test : (Pair.ofTables t M q m).both (Query.of t q).mass U U' (2 ^ t.prec * Pair.zero t)
      (least (threshold (Pair.ofTables t M q m) (2 ^ t.prec * Pair.zero t) (Query.of t q).mass U U') Θ) with
  | false => exact ⟨[], Decides.nil _ _ _ _ _ _ _ _ _⟩
  | true =>
    have facts {s : Nat} (hs : s ∈ select (Nat.ble (least (threshold (Pair.ofTables t M q m) (2 ^ t.prec * Pair.zero t)
        (Query.of t q).mass U U') Θ)) 0 (scoresOf t M q m)) : s < m ∧
        least (threshold (Pair.ofTables t M q m) (2 ^ t.prec * Pair.zero t) (Query.of t q).mass U U') Θ ≤
          tokenScore (Pair.zero t) (2 ^ t.prec) (T.tokenLo q s)
            ((Pair.ofTables t M q m).direct + Pair.tokenMargin t M s) := by
      match mem_select hs with
      | ⟨j, hj, e, hp⟩ =>
        rw [Nat.zero_add] at e
        subst e
        rw [length_scoresOf hm] at hj
        rw [getD_scoresOf hT hm hq hj] at hp
        exact ⟨hj, Nat.le_of_ble_eq_true hp⟩
    refine ⟨_, Pair.decides hT hM hm hq (nodup_select 0 (scoresOf t M q m)) (fun s hs => (facts hs).left) ?_
      (fun s hs V K P h => of_threshold (hT.tokenLo_le q s (Nat.lt_of_le_of_lt hq hm) (Nat.lt_trans (facts hs).left hm))
        (facts hs).right h) test⟩
    rw [length_select]
    refine Nat.le_of_eq ((spec _ fun G _ h => ?_).trans (Nat.zero_add _))
    exact Nat.ble_eq_true_of_le (Nat.le_trans (least_le_right _ _) (Nat.le_of_ble_eq_true h))

end

/-- The check of a block of maxima is sound. -/
theorem block_sound (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness} {t : Tables}
    (describe : t.check w params e = true) (C : MarginTable) (runs : Runs) (lo len bound : Nat)
    (h : blockCheck t C runs lo len bound = true) :
    AtLeast bound fun x => Correct R w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have hlen := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left h))
  have hbits := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h))
  refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right h)) ?_
  unfold count
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq,
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
    refine Runs.atLeast_decode fun N => ?_
    rw [Pair.force_eq, Nat.force_eq, Nat.force_eq]
    match split_spec (fun e d => tokenScore (Pair.zero t) (2 ^ t.prec) e ((Pair.ofTables t (C.get m) q m).direct + d))
      (Nat.ble (allThreshold t.bits t.n (Pair.ofTables t (C.get m) q m) (2 ^ t.prec * Pair.zero t) q m (Query.of t q)))
      (fun passed failed => Nat.force passed fun passed => countPair t.bits t.n runs.runBits (binoms t.n t.n 1) q m
        (Pair.ofTables t (C.get m) q m) (Query.of t q) (fun _ => size (Pair.ofTables t (C.get m) q m)
          (2 ^ t.prec * Pair.zero t) (Query.of t q).mass
          (allThreshold t.bits t.n (Pair.ofTables t (C.get m) q m) (2 ^ t.prec * Pair.zero t) q m (Query.of t q))
          passed failed) N)
      (Query.of t q).factors (unpack (Margins.bits t.width) m (C.get m).token) 0 [] with
    | ⟨passed, failed, eq, spec⟩ =>
      refine AtLeast.weaken (Nat.le_of_eq (eq.trans (Nat.force_eq _ _))) ?_
      exact atLeast_pair R describe hm hq noBetter hM (fun _ U U' => decides hT hm hq hM spec U U') runs.runBits N

/-- A certificate: how to round, the tables of the model and their witnesses, the margins of all maxima, runs
of classes, and the bound that they prove. -/
structure Certificate extends Params, Tables, TableWitness, MarginTable, Runs where
  bound : Nat

/-- The check of a certificate: the tables are those of the model, and the count reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  c.toTables.check w c.toParams c.toTableWitness && blockCheck c.toTables c.toMarginTable c.toRuns 0 c.v c.bound

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R w) :=
  AtLeast.mono_pred (fun _ h => h.left) (block_sound R (Bool.and_left h) _ _ 0 c.v c.bound (Bool.and_right h))

end Cubic
end Compact
