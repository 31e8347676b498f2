prelude
import Compact.Share.Data
import Compact.Share.Scores
import Compact.Share.Class
/-!
# What is seen from one query

`seenAs` evaluates the factors of one query from its packed scores; `SeenFactors` says what the numbers mean.
-/
namespace Compact
noncomputable section

/-- The packed rows of circuits: scores of tokens and positions (in lanes of `scoreBits` bits), logits (in lanes of `bits` bits). -/
structure ShareRows where
  scores : List Nat
  /-- Bounds of what is left of the scores. -/
  scoreRest : List Nat
  posScores : List Nat
  token : List Nat
  /-- For each position: its own row and the base of the direct path. -/
  common : List Nat
  direct : List Nat
  /-- Bounds of what is left of the direct path. -/
  directRest : List Nat

/-- Are all entries below `top`? -/
def allBelow' (top : Nat) (xs : List Nat) : Bool := fold (fun x ih => Nat.ble (Nat.succ x) top && ih) true xs

/-- Evaluate the numbers of the query `q` from the bounds of its factors, then go on with them. -/
def seenFrom (c : ShareData) (r : Ruler) (K : ShareRows) (directUnit unit q : Nat) (los his : List Nat) (fs : List (Nat × Nat)) (k : Seen → Bool) : Bool :=
  Nat.force c.factorBits fun L => forceList los fun los => forceList his fun his =>
  forceList (entries (fun f => f.1) c.n fs) fun plos => Nat.force (listTotal plos) fun mass =>
  Nat.force (nth 0 c.low q) fun low => Nat.force (nth 0 c.high q) fun high =>
  (allBelow' (Nat.pow 2 L) his && massesAs L c.n mass low high plos) &&
  r.tops' (nth 0 K.direct q) (nth 0 c.directFirst q) (nth 0 c.directSecond q) (r.toScale.cutUp (Nat.mul directUnit (nth 0 K.directRest q)))
    fun direct => Seen.force {
      lows := packList L los
      highs := packList L his
      small := running least L los (Nat.pred (Nat.pow 2 L))
      large := running greatest L his 0
      own := Nat.mul (nth 0 los q) (nth (0, 0) fs c.n).1
      ownHigh := Nat.mul (nth 0 his q) (nth (0, 0) fs c.n).2
      mass := mass
      spread := Nat.sub (listTotal (entries (fun f => f.2) c.n fs)) mass
      low := low
      high := high
      unit := unit
      direct := direct } k

/-- Check what the certificate says of the scores of the query `q`, and go on with its numbers. -/
def seenAs (c : ShareData) (F G : Frame) (r : Ruler) (scoreNum scoreDen directUnit : Nat) (K : ShareRows) (q : Nat) (k : Seen → Bool) : Bool :=
  Nat.force (nth 0 c.tokenArg q) fun Y => Nat.force (nth 0 c.posArg q) fun Z =>
  Nat.force (Nat.mul scoreNum (Nat.pow 2 c.prec)) fun num => Nat.force (Nat.mul scoreDen (Nat.pow 256 c.steps)) fun den =>
  Nat.force (nth 0 K.scores q) fun scores => Nat.force (nth 0 K.posScores q) fun posScores =>
  (F.fallsAs num den scores (nth 0 c.tokenTop q) Y && G.fallsAs num den posScores (nth 0 c.posTop q) Z) &&
  Nat.force c.prec fun P => Nat.force c.steps fun steps => forcePairs (exps ⟨P, steps, 0, 0⟩ (unpack G.bits G.count Z)) fun fs =>
  forceList (unpack F.bits F.count Y) fun ys => seenFrom c r K directUnit (expLower P steps (Nat.mul (nth 0 K.scoreRest q) scoreNum) scoreDen) q
    (mapFold (expLowerFrom P steps) ys) (mapFold (expUpperFrom P steps) ys) fs k

end

/-- What the numbers of a query say of factors of tokens and positions, in units of `2^prec`. -/
structure SeenFactors (R : Type) [ExpField R] (L prec v n q : Nat) (s : Seen) (tok pos : Nat → R) : Prop where
  tok_nonneg (k : Nat) : 0 ≤ tok k
  pos_nonneg (p : Nat) : 0 ≤ pos p
  token (k : Nat) : k < v → ofNat R (s.unit * readLane L s.lows k) ≤ tok k ∧ tok k ≤ ofNat R (2 ^ prec * readLane L s.highs k)
  prefix_ (i k : Nat) : i < v → k ≤ i → readLane L s.small i ≤ readLane L s.lows k ∧ readLane L s.highs k ≤ readLane L s.large i
  own : Share s.unit (2 ^ prec) s.own s.ownHigh (tok q * pos n)
  lists : ∃ ls, ∃ hs, ((ls.length = n ∧ hs.length = n) ∧ s.mass = listTotal ls ∧ s.spread = listTotal hs - listTotal ls) ∧
    (∀ p, p < n → ofNat R (ls.getD p 0) ≤ pos p ∧ pos p ≤ ofNat R (hs.getD p 0)) ∧
    ∀ k, k ≤ n → MassDescribe L n (listTotal ls) s.low s.high ls k

section
variable {R : Type} [ExpField R]

theorem of_allBelow' {top : Nat} {xs : List Nat} (h : allBelow' top xs = true) {j : Nat} (hj : j < xs.length) : xs.getD j 0 < top := by
  induction xs generalizing j with
  | nil => exact absurd hj (Nat.not_lt_zero j)
  | cons x xs ih =>
    have h : (Nat.ble (x + 1) top && allBelow' top xs) = true := h
    cases j with
    | zero => exact Nat.le_of_ble_eq_true (Bool.and_left h)
    | succ j => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hj)

theorem mapFold_mapFold {α β γ : Type} (f : α → β) (g : β → γ) (xs : List α) : mapFold g (mapFold f xs) = mapFold (fun x => g (f x)) xs := by
  induction xs with
  | nil => rfl
  | cons x xs ih => exact congrArg (g (f x) :: ·) ih

/-- The numbers that `seenFrom` goes on with. -/
theorem of_seenFrom {c : ShareData} {S : Scale} {K : ShareRows} {directUnit unit q : Nat} {es fs : List (Nat × Nat)} {k : Seen → Bool}
    {tok pos : Nat → R} (hq : q < c.v) (hes : es.length = c.v) (hS : S.Roomy) {direct : Nat → Nat}
    (hdirect : K.direct.getD q 0 = pack S.bits S.count direct) (hsmall : ∀ j, j < S.count → direct j < 2 ^ (S.bits - 3))
    (tok0 : ∀ k, 0 ≤ tok k) (pos0 : ∀ p, 0 ≤ pos p)
    (htok : ∀ k, k < c.v → ofNat R (unit * (es.getD k (0, 0)).1) ≤ tok k ∧ tok k ≤ ofNat R (2 ^ c.prec * (es.getD k (0, 0)).2))
    (ordered : ∀ k, k < c.v → (es.getD k (0, 0)).1 ≤ (es.getD k (0, 0)).2)
    (hpos : ∀ p, p ≤ c.n → Within (fs.getD p (0, 0)) (pos p))
    (h : seenFrom c (Ruler.of S) K directUnit unit q (mapFold (fun e => e.1) es) (mapFold (fun e => e.2) es) fs k = true) :
    ∃ s : Seen, SeenFactors R c.factorBits c.prec c.v c.n q s tok pos ∧ (s.direct.row = pack S.bits S.count direct ∧
      ∀ t m, t < S.count → m < S.count → t ≠ m →
        direct t + S.cutUp (directUnit * K.directRest.getD q 0) * 2 ^ S.shift ≤ s.direct.others m * 2 ^ S.shift) ∧ k s = true := by
  unfold seenFrom at h
  rw [Nat.force_eq, forceList_eq, forceList_eq, forceList_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, nth_eq, nth_eq, nth_eq, nth_eq,
    nth_eq, nth_eq, hdirect] at h
  have checks := Bool.and_left h
  match of_tops hS hsmall (Bool.and_right h) with
  | ⟨T, ⟨hrow, _, hothers⟩, hk⟩ =>
    rw [Seen.force_eq] at hk
    refine ⟨_, ?_, ?_, hk⟩
    case refine_2 => exact ⟨hrow, hothers⟩
    refine ⟨tok0, pos0, fun k hk => ?_, fun i k hi hk => ?_, ?_, ?_⟩
    case refine_4 =>
      have masses := of_massesAs (Bool.and_right checks)
      exact ⟨entries (fun f => f.1) c.n fs, entries (fun f => f.2) c.n fs,
        ⟨⟨length_entries _ _ _, length_entries _ _ _⟩, rfl, rfl⟩, fun p hp => (by
          rw [getD_entries _ _ hp, getD_entries _ _ hp]
          exact hpos p (Nat.le_of_lt hp)), masses.right⟩
    case refine_3 =>
      show Share unit (2 ^ c.prec) (nth 0 (mapFold (fun e => e.1) es) q * (nth (0, 0) fs c.n).1)
        (nth 0 (mapFold (fun e => e.2) es) q * (nth (0, 0) fs c.n).2) _
      rw [nth_eq, nth_eq, nth_eq, getD_mapFold _ _ (hes.symm ▸ hq) (0, 0), getD_mapFold _ _ (hes.symm ▸ hq) (0, 0), Nat.mul_comm,
        Nat.mul_comm (es.getD q (0, 0)).2]
      exact share_mul (htok q hq) (hpos c.n (Nat.le_refl _))
    all_goals
      have highs {j : Nat} (hj : j < c.v) : (es.getD j (0, 0)).2 < 2 ^ c.factorBits := by
        have b := of_allBelow' (Bool.and_left checks) (j := j) ((length_mapFold _ _).symm ▸ hes.symm ▸ hj)
        rw [getD_mapFold _ _ (hes.symm ▸ hj) (0, 0)] at b
        exact b
      have lows {j : Nat} (hj : j < c.v) : (es.getD j (0, 0)).1 < 2 ^ c.factorBits := Nat.lt_of_le_of_lt (ordered j hj) (highs hj)
      have read (g : Nat × Nat → Nat) (hg : ∀ j, j < c.v → g (es.getD j (0, 0)) < 2 ^ c.factorBits) {j : Nat} (hj : j < c.v) :
          readLane c.factorBits (packList c.factorBits (mapFold g es)) j = g (es.getD j (0, 0)) := by
        have e : packList c.factorBits (mapFold g es) = pack c.factorBits c.v fun j => (mapFold g es).getD j 0 := by
          rw [packList_eq, length_mapFold, hes]
        have entry {i : Nat} (hi : i < c.v) : (mapFold g es).getD i 0 = g (es.getD i (0, 0)) :=
          getD_mapFold _ _ (hes.symm ▸ hi) (0, 0) 0
        rw [e, readLane_eq, digit_pack _ (fun i hi => entry hi ▸ hg i hi) hj, entry hj]
    · show ofNat R (unit * readLane c.factorBits (packList c.factorBits (mapFold (fun e => e.1) es)) k) ≤ tok k ∧
        tok k ≤ ofNat R (2 ^ c.prec * readLane c.factorBits (packList c.factorBits (mapFold (fun e => e.2) es)) k)
      rw [read _ (fun j hj => lows hj) hk, read _ (fun j hj => highs hj) hk]
      exact htok k hk
    · have hkv := Nat.lt_of_le_of_lt hk hi
      show readLane c.factorBits (running least c.factorBits (mapFold (fun e => e.1) es) (2 ^ c.factorBits - 1)) i ≤
          readLane c.factorBits (packList c.factorBits (mapFold (fun e => e.1) es)) k ∧
        readLane c.factorBits (packList c.factorBits (mapFold (fun e => e.2) es)) k ≤
          readLane c.factorBits (running greatest c.factorBits (mapFold (fun e => e.2) es) 0) i
      rw [read _ (fun j hj => lows hj) hkv, read _ (fun j hj => highs hj) hkv]
      have len (g : Nat × Nat → Nat) : (mapFold g es).length = c.v := (length_mapFold _ _).trans hes
      have entry (g : Nat × Nat → Nat) {j : Nat} (hj : j < c.v) : (mapFold g es).getD j 0 = g (es.getD j (0, 0)) :=
        getD_mapFold _ _ (hes.symm ▸ hj) (0, 0) 0
      refine ⟨?_, ?_⟩
      · rw [← entry (fun e => e.1) hkv]
        exact running_least (Nat.sub_lt (Nat.two_pow_pos _) Nat.one_pos) ((len _).symm ▸ hi) hk
      · rw [← entry (fun e => e.2) hkv]
        exact running_greatest (Nat.two_pow_pos _) (fun j hj => entry (fun e => e.2) (len _ ▸ hj) ▸ highs (len _ ▸ hj)) ((len _).symm ▸ hi) hk

end
end Compact
