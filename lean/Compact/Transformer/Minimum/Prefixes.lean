prelude
import Compact.Transformer.Minimum.Block
/-!
# Counting prefixes of the tokens

A class may hold the tokens `0, ..., κ - 1` in its other positions, for a `κ` that the certificate gives for each
query, maximum and number of other positions.  One test of extreme values (the least margin of these tokens, and the
least or largest of their factors) covers them all.
-/
namespace Compact
namespace Prefixes
noncomputable section

/-- The margins of all maxima, runs of classes, and the numbers of tokens that they may hold. -/
structure Claims extends MarginTable, Runs where
  /-- Bits of a number of tokens. -/
  sizeBits : Nat
  /-- For each maximum, packed: the numbers of tokens of all runs, in `n` lanes for each query. -/
  sizes : List Nat

/-- What is computed for a maximum. -/
structure Prepared where
  /-- Running minima of the margins of the tokens. -/
  least : Nat
  /-- Numbers of tokens. -/
  sizes : Nat

/-- From the margins of the maximum `m`. -/
def prepared (b : Nat) (C : Claims) (m : Nat) (M : Margins) : Prepared where
  least := running Compact.least b (unpack b (Nat.succ m) M.token) (Nat.pred (Nat.pow 2 b))
  sizes := nth 0 C.sizes m

/-- Evaluate it, then go on with it. -/
def Prepared.force {α : Type} (D : Prepared) (k : Prepared → α) : α :=
  Nat.force D.least fun least => Nat.force D.sizes fun sizes => k ⟨least, sizes⟩

theorem Prepared.force_eq {α : Type} (D : Prepared) (k : Prepared → α) : D.force k = k D := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq]

/-- The factor that makes a mixture least, if the margin of the tokens up to `i` is `B`. -/
def factor (L o B : Nat) (Q : Query) (i : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) (readLane L Q.large i) (readLane L Q.small i) (Nat.ble o B)

/-- Do the tokens `0, ..., i` pass with the weights `U` and `U'` of the maximum? -/
def passes (L b o : Nat) (P : Pair) (Q : Query) (D : Prepared) (U U' i : Nat) : Bool :=
  Nat.force (Nat.add P.direct (readLane b D.least i)) fun B => Nat.force (factor L o B Q i) fun f =>
  P.both Q.mass U U' (Nat.mul f o) (Nat.mul f B)

/-- The number of tokens that pass for the maximum `m`: `κ` if these do. -/
def size (L b o m : Nat) (P : Pair) (Q : Query) (D : Prepared) (κ U U' : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0
    (Nat.rec (motive := fun _ => Nat) 0 (fun i _ => Nat.force U fun U => Nat.force U' fun U' =>
      Bool.rec (motive := fun _ => Nat) 0 κ (passes L b o P Q D U U' i)) κ) (Nat.ble κ m)

/-- The inputs counted for the query `q` and the maximum `m`. -/
def counted (L b o n runBits sizeBits : Nat) (bs : List Nat) (C : Claims) (m : Nat) (M : Margins) (D : Prepared) (q : Nat)
    (Q : Query) : Nat :=
  Runs.decode (C.code n m q) fun N => (Pair.of L b o Q M q m).force fun P => Nat.force (Nat.mul q n) fun first =>
  countPair L n runBits bs q m P Q
    (fun j U U' => Nat.force (readLane sizeBits D.sizes (Nat.add first j)) fun κ => size L b o m P Q D κ U U') N

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`, given how margins are checked. -/
def countWith (t : Tables) (C : Claims) (checked : Nat → Margins → Bool) (lo len : Nat) : Nat :=
  Nat.force t.bits fun L => Nat.force (Margins.bits t.width) fun b => Nat.force (Pair.zero t) fun o =>
  Nat.force t.n fun n => Nat.force C.runBits fun runBits => Nat.force C.sizeBits fun sizeBits =>
  forceList (binoms n n 1) fun bs =>
  countBlock t C.toMarginTable checked (fun m M k => (prepared b C m M).force k) (counted L b o n runBits sizeBits bs C) lo len

end

/-! ## Soundness -/

section
variable {t : Tables} {T : Enclosure} (hT : t.Describe T) {C : Claims} {M : Margins} {X : Nat → Nat} {q m : Nat}
  (hM : M.Sound T X t.width t.v t.n m) (hm : m < t.v) (hq : q ≤ m)

theorem factor_spec {T : Enclosure} (hT : t.Describe T) {o B i s : Nat} (hqv : q < t.v) (hi : i < t.v) (hs : s ≤ i) :
    o ≤ B ∧ factor t.bits o B (Query.of t q) i ≤ T.tokenLo q s ∨
      B ≤ o ∧ T.tokenLo q s ≤ factor t.bits o B (Query.of t q) i := by
  unfold factor
  cases h : Nat.ble o B with
  | true => exact Or.inl ⟨Nat.le_of_ble_eq_true h, Query.small_le hT hqv hi hs⟩
  | false =>
    refine Or.inr ⟨Nat.le_of_not_le fun h' => ?_, Query.le_large hT hqv hi hs⟩
    exact Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h'))

theorem least_le {b i s : Nat} (hi : i ≤ m) (hs : s ≤ i) :
    readLane b (prepared b C m M).least i ≤ readLane b M.token s := by
  have len : i < (unpack b (Nat.succ m) M.token).length := by rw [length_unpack]; exact Nat.lt_succ_of_le hi
  refine Nat.le_trans (running_least (Nat.sub_lt (Nat.two_pow_pos _) Nat.one_pos) len hs) (Nat.le_of_eq ?_)
  exact getD_unpack _ _ (Nat.lt_succ_of_le (Nat.le_trans hs hi))

include hT hM hm hq

/-- The tokens that are counted pass. -/
theorem decides_range (κ U U' : Nat) : Decides T X t.v t.n (readLane t.bits (Query.of t q).slack m) q m U U'
    (size t.bits (Margins.bits t.width) (Pair.zero t) m (Pair.ofTables t M q m) (Query.of t q)
      (prepared (Margins.bits t.width) C m M) κ U U')
    (List.range (size t.bits (Margins.bits t.width) (Pair.zero t) m (Pair.ofTables t M q m) (Query.of t q)
      (prepared (Margins.bits t.width) C m M) κ U U')) := by
  unfold size
  cases hκ : Nat.ble κ m with
  | false => exact Decides.nil _ _ _ _ _ _ _ _ _
  | true =>
    cases κ with
    | zero => exact Decides.nil _ _ _ _ _ _ _ _ _
    | succ i =>
      show Decides _ _ _ _ _ _ _ _ _ (Nat.force U fun U => Nat.force U' fun U' => _)
        (List.range (Nat.force U fun U => Nat.force U' fun U' => _))
      rw [Nat.force_eq, Nat.force_eq]
      cases test : passes t.bits (Margins.bits t.width) (Pair.zero t) (Pair.ofTables t M q m) (Query.of t q)
          (prepared (Margins.bits t.width) C m M) U U' i with
      | false => exact Decides.nil _ _ _ _ _ _ _ _ _
      | true =>
        have hκ := Nat.le_of_ble_eq_true hκ
        have him : i ≤ m := Nat.le_of_succ_le hκ
        unfold passes at test
        rw [Nat.force_eq, Nat.force_eq] at test
        refine Pair.decides hT hM hm hq List.nodup_range
          (fun s hs => Nat.lt_of_lt_of_le (List.mem_range.mp hs) hκ) (Nat.le_of_eq List.length_range.symm)
          (fun s hs V K P h => of_extremes ?_ ?_ h) test
        · exact Nat.add_le_add_left (least_le him (Nat.le_of_lt_succ (List.mem_range.mp hs))) _
        · exact factor_spec hT (Nat.lt_of_le_of_lt hq hm) (Nat.lt_of_le_of_lt him hm) (Nat.le_of_lt_succ (List.mem_range.mp hs))

theorem decides (κ U U' : Nat) : ∃ tokens, Decides T X t.v t.n (readLane t.bits (Query.of t q).slack m) q m U U'
    (size t.bits (Margins.bits t.width) (Pair.zero t) m (Pair.ofTables t M q m) (Query.of t q)
      (prepared (Margins.bits t.width) C m M) κ U U') tokens :=
  ⟨_, decides_range hT hM hm hq κ U U'⟩

end

/-- The count of a block of maxima is right if margins are checked rightly. -/
theorem atLeast_countWith (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness} {t : Tables}
    (describe : t.check w params e = true) (C : Claims) {checked : Nat → Margins → Bool}
    (hchecked : ∀ m M, m < t.v → checked m M = true → ∃ X : Nat → Nat,
      (tablesOf w params).NoBetter X t.v t.n m ∧ M.Sound (tablesOf w params) X t.width t.v t.n m)
    {lo len : Nat} (hlen : lo + len ≤ t.v) :
    AtLeast (countWith t C checked lo len) fun x => Correct R w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  unfold countWith
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq]
  refine atLeast_block (fun m M k => Prepared.force_eq _ k) fun m hm checked q hq => ?_
  have hm := Nat.lt_of_lt_of_le hm hlen
  have hT := (Tables.describe R describe).right.right.right
  match hchecked m _ hm checked with
  | ⟨X, noBetter, hM⟩ =>
    unfold counted
    refine Runs.atLeast_decode fun N => ?_
    rw [Pair.force_eq, Nat.force_eq]
    refine atLeast_pair R describe hm hq noBetter hM (fun j U U' => ?_) C.runBits N
    rw [Nat.force_eq]
    exact decides hT hM hm hq _ U U'

end Prefixes
end Compact
