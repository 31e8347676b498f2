prelude
import Compact.Transformer.Share.Class
import Compact.Transformer.Share.Queries
import Compact.Transformer.Share.Scores
/-!
# What is seen from one query

`seenAs` evaluates the factors of one query from its packed scores; `SeenFactors` says what the numbers mean.
-/
namespace Compact
noncomputable section

/-- Are all entries below `top`? -/
def allBelow' (top : Nat) (xs : List Nat) : Bool := fold (fun x ih => Nat.ble (Nat.succ x) top && ih) true xs

/-- Evaluate the numbers of the query `q` from the bounds of its factors, then go on with them. -/
def seenFrom (c : ShareData) (r : Ruler) (d : QueryData) (directUnit unit q : Nat) (los his : List Nat) (fs : List (Nat × Nat)) (k : Seen → Bool) : Bool :=
  Nat.force c.factorBits fun L => forceList (entries (fun f => f.1) c.n fs) fun plos => Nat.force (listTotal plos) fun mass =>
  Nat.force (packList L los) fun lows => Nat.force (packList L his) fun highs =>
  (allBelow' (Nat.pow 2 L) his && massesAs L c.n mass d.low d.high plos) &&
  r.tops' d.direct d.directFirst d.directSecond (r.toScale.cutUp (Nat.mul directUnit d.directRest))
    fun direct => Seen.force {
      lows := lows
      highs := highs
      small := running least L los (Nat.pred (Nat.pow 2 L))
      large := running greatest L his 0
      own := Nat.mul (readLane L lows q) (nth (0, 0) fs c.n).1
      ownHigh := Nat.mul (readLane L highs q) (nth (0, 0) fs c.n).2
      mass := mass
      spread := Nat.sub (listTotal (entries (fun f => f.2) c.n fs)) mass
      low := d.low
      high := d.high
      unit := unit
      direct := direct } k

/-- Check what the certificate says of the scores of the query `q`, and go on with its numbers. -/
def seenAs (c : ShareData) (F G : Frame) (r : Ruler) (u : Units) (d : QueryData) (q : Nat) (k : Seen → Bool) : Bool :=
  (F.fallsAs u.argNum u.argDen d.scores d.tokenTop d.tokenArg && G.fallsAs u.argNum u.argDen d.posScores d.posTop d.posArg) &&
  Nat.force c.prec fun P => Nat.force c.steps fun steps => forcePairs (exps ⟨P, steps, 0, 0⟩ (unpack G.bits G.count d.posArg)) fun fs =>
  forceList (unpack F.bits F.count d.tokenArg) fun ys =>
  seenFrom c r d u.direct (expLower P steps (Nat.mul d.scoreRest u.num) u.den) q (mapFold (expLowerFrom P steps) ys)
    (mapFold (expUpperFrom P steps) ys) fs k

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

/-- The numbers that `seenFrom` goes on with. -/
theorem of_seenFrom {c : ShareData} {S : Scale} {d : QueryData} {directUnit unit q : Nat} {es fs : List (Nat × Nat)} {k : Seen → Bool}
    {tok pos : Nat → R} (hq : q < c.v) (hes : es.length = c.v) (hS : S.Roomy) {direct : Nat → Nat}
    (hdirect : d.direct = pack S.bits S.count direct) (hsmall : ∀ j, j < S.count → direct j < 2 ^ (S.bits - 3))
    (tok0 : ∀ k, 0 ≤ tok k) (pos0 : ∀ p, 0 ≤ pos p)
    (htok : ∀ k, k < c.v → ofNat R (unit * (es.getD k (0, 0)).1) ≤ tok k ∧ tok k ≤ ofNat R (2 ^ c.prec * (es.getD k (0, 0)).2))
    (ordered : ∀ k, k < c.v → (es.getD k (0, 0)).1 ≤ (es.getD k (0, 0)).2)
    (hpos : ∀ p, p ≤ c.n → Within (fs.getD p (0, 0)) (pos p))
    (h : seenFrom c (Ruler.of S) d directUnit unit q (mapFold (fun e => e.1) es) (mapFold (fun e => e.2) es) fs k = true) :
    ∃ s : Seen, SeenFactors R c.factorBits c.prec c.v c.n q s tok pos ∧ (s.direct.row = pack S.bits S.count direct ∧
      ∀ t m, t < S.count → m < S.count → t ≠ m →
        direct t + S.cutUp (directUnit * d.directRest) * 2 ^ S.shift ≤ s.direct.others m * 2 ^ S.shift) ∧ k s = true := by
  unfold seenFrom at h
  rw [Nat.force_eq, forceList_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, hdirect] at h
  have checks := Bool.and_left h
  have entry (g : Nat × Nat → Nat) {j : Nat} (hj : j < c.v) : (mapFold g es).getD j 0 = g (es.getD j (0, 0)) :=
    getD_mapFold _ _ (hes.symm ▸ hj) (0, 0) 0
  have len (g : Nat × Nat → Nat) : (mapFold g es).length = c.v := (length_mapFold _ _).trans hes
  have highs {j : Nat} (hj : j < c.v) : (es.getD j (0, 0)).2 < 2 ^ c.factorBits :=
    entry (fun e => e.2) hj ▸ of_allBelow' (Bool.and_left checks) (len (fun e => e.2) ▸ hj)
  have lows {j : Nat} (hj : j < c.v) : (es.getD j (0, 0)).1 < 2 ^ c.factorBits := Nat.lt_of_le_of_lt (ordered j hj) (highs hj)
  have read (g : Nat × Nat → Nat) (hg : ∀ j, j < c.v → g (es.getD j (0, 0)) < 2 ^ c.factorBits) {j : Nat} (hj : j < c.v) :
      readLane c.factorBits (packList c.factorBits (mapFold g es)) j = g (es.getD j (0, 0)) := by
    rw [packList_eq, len, readLane_eq, digit_pack _ (fun i hi => entry g hi ▸ hg i hi) hj, entry g hj]
  have readLow {j : Nat} (hj : j < c.v) := read (fun e => e.1) (fun j hj => lows hj) hj
  have readHigh {j : Nat} (hj : j < c.v) := read (fun e => e.2) (fun j hj => highs hj) hj
  match of_tops hS hsmall (Bool.and_right h) with
  | ⟨T, ⟨hrow, _, hothers⟩, hk⟩ =>
    rw [Seen.force_eq] at hk
    refine ⟨_, ?_, ?_, hk⟩
    case refine_2 => exact ⟨hrow, hothers⟩
    refine ⟨tok0, pos0, fun k hk => ?_, fun i k hi hk => ?_, ?_, ?_⟩
    · show ofNat R (unit * readLane c.factorBits (packList c.factorBits (mapFold (fun e => e.1) es)) k) ≤ tok k ∧
        tok k ≤ ofNat R (2 ^ c.prec * readLane c.factorBits (packList c.factorBits (mapFold (fun e => e.2) es)) k)
      rw [readLow hk, readHigh hk]
      exact htok k hk
    · have hkv := Nat.lt_of_le_of_lt hk hi
      show readLane c.factorBits (running least c.factorBits (mapFold (fun e => e.1) es) (2 ^ c.factorBits - 1)) i ≤
          readLane c.factorBits (packList c.factorBits (mapFold (fun e => e.1) es)) k ∧
        readLane c.factorBits (packList c.factorBits (mapFold (fun e => e.2) es)) k ≤
          readLane c.factorBits (running greatest c.factorBits (mapFold (fun e => e.2) es) 0) i
      rw [readLow hkv, readHigh hkv]
      refine ⟨?_, ?_⟩
      · rw [← entry (fun e => e.1) hkv]
        exact running_least (Nat.sub_lt (Nat.two_pow_pos _) Nat.one_pos) ((len _).symm ▸ hi) hk
      · rw [← entry (fun e => e.2) hkv]
        exact running_greatest (Nat.two_pow_pos _) (fun j hj => entry (fun e => e.2) (len _ ▸ hj) ▸ highs (len _ ▸ hj)) ((len _).symm ▸ hi) hk
    · show Share unit (2 ^ c.prec) (readLane c.factorBits (packList c.factorBits (mapFold (fun e => e.1) es)) q * (nth (0, 0) fs c.n).1)
        (readLane c.factorBits (packList c.factorBits (mapFold (fun e => e.2) es)) q * (nth (0, 0) fs c.n).2) _
      rw [nth_eq, readLow hq, readHigh hq, Nat.mul_comm, Nat.mul_comm (es.getD q (0, 0)).2]
      exact share_mul (htok q hq) (hpos c.n (Nat.le_refl _))
    · have masses := of_massesAs (Bool.and_right checks)
      exact ⟨entries (fun f => f.1) c.n fs, entries (fun f => f.2) c.n fs,
        ⟨⟨length_entries _ _ _, length_entries _ _ _⟩, rfl, rfl⟩, fun p hp => (by
          rw [getD_entries _ _ hp, getD_entries _ _ hp]
          exact hpos p (Nat.le_of_lt hp)), masses.right⟩

end
end Compact
