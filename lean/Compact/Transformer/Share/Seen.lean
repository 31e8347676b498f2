prelude
import Compact.Packed.RunningLanes
import Compact.Transformer.Share.Class
import Compact.Transformer.Share.Queries
import Compact.Transformer.Share.Scores
/-!
# What is seen from one query

`seenAs` checks the arguments of `exp` of one query against its packed scores, and evaluates what else is needed of the bounds of its
factors, which come from `expRows`; `SeenFactors` says what the numbers mean.
-/
namespace Compact
noncomputable section

/-- The lanes of two rows, side by side. -/
def lanePairs (L n : Nat) : Nat → Nat → List (Nat × Nat) :=
  Nat.rec (motive := fun _ => Nat → Nat → List (Nat × Nat)) (fun _ _ => [])
    (fun _ ih X Y => Nat.force X fun X => Nat.force Y fun Y =>
      (Nat.mod X (Nat.pow 2 L), Nat.mod Y (Nat.pow 2 L)) :: ih (Nat.shiftRight X L) (Nat.shiftRight Y L)) n

/-- Evaluate the numbers of the query `q` from the bounds of its factors, then go on with them; `F` is the frame of rows of tokens. -/
def seenFrom (c : ShareData) (F : Frame) (r : Ruler) (d : QueryData) (directUnit unit q : Nat) (token : Tops) (fs : List (Nat × Nat))
    (k : Seen → Bool) : Bool :=
  forceList (entries (fun f => f.1) c.n fs) fun plos => forceList (entries (fun f => f.2) c.n fs) fun phis => Nat.force (listTotal plos) fun mass =>
  Nat.force (Nat.sub F.bits 1) fun below =>
  massesAs F.bits c.n mass d.low d.high plos &&
  r.tops' d.direct d.directFirst d.directSecond (r.toScale.cutUp (Nat.mul directUnit d.directRest))
    fun direct => Seen.force {
      lows := d.tokenLow
      highs := d.tokenHigh
      large := lanesRunning F.bits F.count F.tops below d.tokenHigh
      own := Nat.mul (readLane F.bits d.tokenLow q) (nth (0, 0) fs c.n).1
      ownHigh := Nat.mul (readLane F.bits d.tokenHigh q) (nth (0, 0) fs c.n).2
      mass := mass
      spread := Nat.sub (listTotal phis) mass
      heaviest := maxList phis
      low := d.low
      high := d.high
      unit := unit
      sizes := d.sizes
      direct := direct
      token := token } k

/-- Check what the certificate says of the scores of the query `q`, and go on with its numbers. -/
def seenAs (c : ShareData) (F G : Frame) (r : Ruler) (u : Units) (Ts : List Tops) (d : QueryData) (q : Nat) (k : Seen → Bool) : Bool :=
  (F.fallsAs u.argNum u.argDen d.scores d.tokenTop d.tokenArg && G.fallsAs u.argNum u.argDen d.posScores d.posTop d.posArg) &&
  forcePairs (lanePairs G.bits G.count d.posLow d.posHigh) fun fs =>
  seenFrom c F r d u.direct (expLower c.prec c.steps (Nat.mul d.scoreRest u.num) u.den) q (nth noTops Ts q) fs k

end

/-- What the numbers of a query say of factors of tokens and positions, in units of `2^prec`. -/
structure SeenFactors (R : Type) [ExpField R] (L prec v n q : Nat) (s : Seen) (tok pos : Nat → R) : Prop where
  tok_nonneg (k : Nat) : 0 ≤ tok k
  pos_nonneg (p : Nat) : 0 ≤ pos p
  token (k : Nat) : k < v → ofNat R (s.unit * readLane L s.lows k) ≤ tok k ∧ tok k ≤ ofNat R (2 ^ prec * readLane L s.highs k)
  prefix_ (i k : Nat) : i < v → k ≤ i → readLane L s.highs k ≤ readLane L s.large i
  own : Share s.unit (2 ^ prec) s.own s.ownHigh (tok q * pos n)
  lists : ∃ ls, ∃ hs, ((ls.length = n ∧ hs.length = n) ∧ s.mass = listTotal ls ∧ s.spread = listTotal hs - listTotal ls) ∧
    (∀ p, p < n → (ofNat R (ls.getD p 0) ≤ pos p ∧ pos p ≤ ofNat R (hs.getD p 0)) ∧ pos p ≤ ofNat R s.heaviest) ∧
    ∀ k, k ≤ n → MassDescribe L n (listTotal ls) s.low s.high ls k

section
variable {R : Type} [ExpField R]

theorem lanePairs_succ (L n X Y : Nat) : lanePairs L (n + 1) X Y = (X % 2 ^ L, Y % 2 ^ L) :: lanePairs L n (X / 2 ^ L) (Y / 2 ^ L) :=
  (Nat.force_eq X fun X => Nat.force Y fun Y => (X % 2 ^ L, Y % 2 ^ L) :: lanePairs L n (Nat.shiftRight X L) (Nat.shiftRight Y L)).trans
    (Nat.force_eq Y _)

theorem getD_lanePairs (L X Y : Nat) {n j : Nat} (hj : j < n) : (lanePairs L n X Y).getD j (0, 0) = (digit L X j, digit L Y j) := by
  induction n generalizing X Y j with
  | zero => exact absurd hj (Nat.not_lt_zero j)
  | succ n ih =>
    rw [lanePairs_succ]
    cases j with
    | zero => show (X % 2 ^ L, Y % 2 ^ L) = (X / 1 % 2 ^ L, Y / 1 % 2 ^ L); rw [Nat.div_one, Nat.div_one]
    | succ j =>
      show (lanePairs L n (X / 2 ^ L) (Y / 2 ^ L)).getD j (0, 0) = (X / 2 ^ (L * j + L) % 2 ^ L, Y / 2 ^ (L * j + L) % 2 ^ L)
      rw [ih _ _ (Nat.lt_of_succ_lt_succ hj), Nat.pow_add, Nat.mul_comm (2 ^ (L * j)), ← Nat.div_div_eq_div_mul, ← Nat.div_div_eq_div_mul]
      rfl

/-- The numbers that `seenFrom` goes on with. -/
theorem of_seenFrom {c : ShareData} {S : Scale} {d : QueryData} {directUnit unit q k₀ : Nat} {T₀ : Tops} {lo hi : Nat → Nat} {fs : List (Nat × Nat)}
    {k : Seen → Bool} {tok pos : Nat → R} (hq : q < c.v) (hL : c.prec + 1 < c.scoreBits - 1) (hS : S.Roomy) {direct : Nat → Nat}
    (hdirect : d.direct = pack S.bits S.count direct) (hsmall : ∀ j, j < S.count → direct j < 2 ^ (S.bits - 3))
    (tok0 : ∀ k, 0 ≤ tok k) (pos0 : ∀ p, 0 ≤ pos p) (hlow : d.tokenLow = pack c.scoreBits c.v lo) (hhigh : d.tokenHigh = pack c.scoreBits c.v hi)
    (htok : ∀ k, k < c.v → ofNat R (unit * lo k) ≤ tok k ∧ tok k ≤ ofNat R (2 ^ c.prec * hi k))
    (lows : ∀ k, k < c.v → lo k < 2 ^ (c.prec + 1)) (highs : ∀ k, k < c.v → hi k < 2 ^ (c.prec + 1))
    (hpos : ∀ p, p ≤ c.n → Within (fs.getD p (0, 0)) (pos p))
    (h : seenFrom c (Frame.of c.scoreBits c.v k₀) (Ruler.of S) d directUnit unit q T₀ fs k = true) :
    ∃ s : Seen, SeenFactors R c.scoreBits c.prec c.v c.n q s tok pos ∧ (s.direct.row = pack S.bits S.count direct ∧
      ∀ t m, t < S.count → m < S.count → t ≠ m →
        direct t + S.cutUp (directUnit * d.directRest) * 2 ^ S.shift ≤ s.direct.others m * 2 ^ S.shift) ∧ s.token = T₀ ∧ k s = true := by
  unfold seenFrom at h
  rw [forceList_eq, forceList_eq, Nat.force_eq, Nat.force_eq, hdirect, hlow, hhigh] at h
  have checks := Bool.and_left h
  have below : 2 ^ (c.prec + 1) < 2 ^ (c.scoreBits - 1) := Nat.pow_lt_pow_right (Nat.lt_succ_self 1) hL
  have whole : 2 ^ (c.scoreBits - 1) ≤ 2 ^ c.scoreBits := Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)
  have bits : 0 < c.scoreBits := Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (Nat.zero_le _) hL) (Nat.sub_le _ _)
  have fits {x : Nat} (hx : x ≤ 2 ^ (c.prec + 1)) : x < 2 ^ c.scoreBits := Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt hx below) whole
  have read {f : Nat → Nat} (hf : ∀ j, j < c.v → f j ≤ 2 ^ (c.prec + 1)) {j : Nat} (hj : j < c.v) :
      readLane c.scoreBits (pack c.scoreBits c.v f) j = f j := by
    rw [readLane_eq, digit_pack _ (fun i hi => fits (hf i hi)) hj]
  have readLow {j : Nat} (hj : j < c.v) := read (fun j hj => Nat.le_of_lt (lows j hj)) hj
  have readHigh {j : Nat} (hj : j < c.v) := read (fun j hj => Nat.le_of_lt (highs j hj)) hj
  match of_tops hS hsmall (Bool.and_right h), lanesRunning_pack bits (Nat.le_of_lt below) highs with
  | ⟨T, ⟨hrow, _, hothers⟩, hk⟩, ⟨great, greatEq, greatLt, great_ge⟩ =>
    rw [Seen.force_eq] at hk
    refine ⟨_, ?_, ?_, ?_, hk⟩
    case refine_2 => exact ⟨hrow, hothers⟩
    case refine_3 => rfl
    refine ⟨tok0, pos0, fun k hk => ?_, fun i k hiv hk => ?_, ?_, ?_⟩
    · show ofNat R (unit * readLane c.scoreBits (pack c.scoreBits c.v lo) k) ≤ tok k ∧
        tok k ≤ ofNat R (2 ^ c.prec * readLane c.scoreBits (pack c.scoreBits c.v hi) k)
      rw [readLow hk, readHigh hk]
      exact htok k hk
    · have hkv := Nat.lt_of_le_of_lt hk hiv
      show readLane c.scoreBits (pack c.scoreBits c.v hi) k ≤
          readLane c.scoreBits (lanesRunning c.scoreBits c.v (2 ^ (c.scoreBits - 1) * ones c.scoreBits c.v) (c.scoreBits - 1)
            (pack c.scoreBits c.v hi)) i
      rw [greatEq, readHigh hkv, read (fun j hj => Nat.le_of_lt (greatLt j hj)) hiv]
      exact great_ge i k hiv hk
    · show Share unit (2 ^ c.prec) (readLane c.scoreBits (pack c.scoreBits c.v lo) q * (nth (0, 0) fs c.n).1)
        (readLane c.scoreBits (pack c.scoreBits c.v hi) q * (nth (0, 0) fs c.n).2) _
      rw [nth_eq, readLow hq, readHigh hq, Nat.mul_comm, Nat.mul_comm (hi q)]
      exact share_mul (htok q hq) (hpos c.n (Nat.le_refl _))
    · have masses := of_massesAs checks
      exact ⟨entries (fun f => f.1) c.n fs, entries (fun f => f.2) c.n fs,
        ⟨⟨length_entries _ _ _, length_entries _ _ _⟩, rfl, rfl⟩, fun p hp => (by
          have b := hpos p (Nat.le_of_lt hp)
          have e := getD_entries (fun f : Nat × Nat => f.2) fs hp
          have le : (entries (fun f : Nat × Nat => f.2) c.n fs).getD p 0 ≤ maxList (entries (fun f => f.2) c.n fs) :=
            le_maxList (Nat.lt_of_lt_of_le hp (Nat.le_of_eq (length_entries _ _ _).symm))
          rw [getD_entries _ _ hp, e]
          exact ⟨b, le_trans b.right (ofNat_le (e ▸ le))⟩), masses.right⟩

end
end Compact
