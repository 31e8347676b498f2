prelude
import Compact.Packed.WeighLanes
import Compact.Transformer.Mixture.Mass
import Compact.Transformer.Strategy.Quartic.Sheet
/-!
# Quartic: sheets whose tokens have weights

What a sheet shows does not depend on what inputs weigh; only what they count for does (`Sheet/Measure.lean`).  The powers of the levels of tokens
are added up with the weights of the tokens, and a class takes the weight of the maximum as often as it holds it.
-/
namespace Compact

namespace Sheet

/-- The sum of `weight * X ^ level` over the tokens that are counted, `weights` being the weights in lanes with room for `X ^ 16`. -/
noncomputable def Planes.weighedPowers (P : Planes) (bits copies ones weights : Nat) : Nat :=
  Nat.force (Nat.sub (Nat.pow 2 (Nat.mul 16 bits)) 1) fun full =>
  raised copies ones full (Nat.pow 2 bits) P.b0 (picked copies ones full P.counted weights) fun A =>
  raised copies ones full (Nat.pow 2 (Nat.mul 2 bits)) P.b1 A fun A => raised copies ones full (Nat.pow 2 (Nat.mul 4 bits)) P.b2 A fun A =>
  raised copies ones full (Nat.pow 2 (Nat.mul 8 bits)) P.b3 A fun A => lanesTotal full A

/-- The weights of the rows of a sheet, given the lanes (of `wide` bits) of all tokens: the first ones share a row. -/
noncomputable def rowWeights (wide first m lanes : Nat) : Nat :=
  Nat.add (lanesTotal (Nat.sub (Nat.pow 2 wide) 1) (lowBits (Nat.mul wide first) lanes))
    (Nat.shiftLeft (Nat.shiftRight (lowBits (Nat.mul wide m) lanes) (Nat.mul wide first)) wide)

/-- The lanes of all weights. -/
noncomputable def weightLanes (t : Tables) (S : Sheets) (W : TokenWeights) : Nat :=
  packFrom (Nat.mul 16 S.countBits) (readLane W.weightBits W.tokenWeights) t.v

/-- Inputs count for what they weigh; `lanes` are those of all weights. -/
noncomputable def Tally.weighed (S : Sheets) (n : Nat) (W : TokenWeights) (lanes : Nat) : Tally where
  alone := fun m => Nat.pow (readLane W.weightBits W.tokenWeights m) n
  several := fun G m first p parts c =>
    Nat.force (rowWeights (Nat.mul 16 S.countBits) first m lanes) fun weights =>
    Nat.force (p.weighedPowers S.countBits G.bitPowers G.powers weights) fun N =>
    lowCount (Nat.pow 2 S.countBits) parts
      (Nat.mul (Nat.mul (binom n c) (Nat.pow (readLane W.weightBits W.tokenWeights m) (Nat.sub n c))) (Nat.pow N c))
  query := fun q count => Nat.mul (readLane W.weightBits W.tokenWeights q) count

/-- The check of one block of maxima: a weight of at least `bound`. -/
noncomputable def massCheck (t : Tables) (S : Sheets) (W : TokenWeights) (lo len bound : Nat) : Bool :=
  Nat.force (total t.v fun s => readLane W.weightBits W.tokenWeights s) fun all =>
  (Nat.ble (Nat.succ (Nat.pow all t.n)) (Nat.pow 2 S.countBits) && Nat.ble (Nat.add all 2) (Nat.pow 2 S.countBits)) &&
    Nat.force (weightLanes t S W) fun lanes => tallyCheck (Tally.weighed S t.n W lanes) t S lo len bound

/-- Powers of the levels, with weights. -/
theorem Planes.weighedPowers_eq {p : Planes} {m : Nat} (hp : p.Within m) {bits : Nat} {weight : Nat → Nat} (hw : total m weight + 2 ≤ 2 ^ bits)
    (hv : m < 16 * bits) : p.weighedPowers bits (onesOf (16 * bits - 1) m) (onesOf (16 * bits) m) (pack (16 * bits) m weight) =
      total m fun s => digit 1 p.counted s * weight s * (2 ^ bits) ^ p.level s := by
  have bit (b s : Nat) : digit 1 b s ≤ 1 := Nat.le_of_lt_succ (digit_one_lt b s)
  have X_pos : 0 < 2 ^ bits := Nat.two_pow_pos bits
  have weight_lt {s : Nat} (hs : s < m) : weight s < 2 ^ bits :=
    Nat.lt_of_le_of_lt (le_total_of_lt weight hs) (Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right Nat.two_pos) hw)
  have power_le {i j b s : Nat} (h : i ≤ j) : (2 ^ (i * bits)) ^ digit 1 b s ≤ 2 ^ (j * bits) := by
    match digit 1 b s, digit_one_lt b s with
    | 0, _ => exact Nat.two_pow_pos _
    | 1, _ =>
      rw [Nat.pow_one]
      exact Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_right bits h)
  have bits_pos : 0 < bits := by
    cases bits with
    | zero => exact absurd hv (by rw [Nat.mul_zero]; exact Nat.not_lt_zero m)
    | succ bits => exact Nat.succ_pos bits
  have small {x j s : Nat} (hs : s < m) (hx : x ≤ weight s * 2 ^ (j * bits)) (h : j < 16) : x < 2 ^ (16 * bits) := by
    refine Nat.lt_of_le_of_lt hx (Nat.lt_of_lt_of_le (Nat.mul_lt_mul_of_pos_right (weight_lt hs) (Nat.two_pow_pos _)) ?_)
    rw [← Nat.pow_add]
    refine Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.le_of_eq ?_) (Nat.mul_le_mul_right bits h))
    rw [Nat.succ_mul, Nat.add_comm]
  have step {x i j b s : Nat} (hf : x ≤ weight s * 2 ^ (j * bits)) : x * (2 ^ (i * bits)) ^ digit 1 b s ≤ weight s * 2 ^ ((j + i) * bits) := by
    rw [Nat.add_mul, Nat.pow_add, ← Nat.mul_assoc]
    exact Nat.mul_le_mul hf (power_le (Nat.le_refl i))
  have first (s : Nat) : digit 1 p.counted s * weight s ≤ weight s * 2 ^ (0 * bits) := by
    rw [Nat.zero_mul]
    exact Nat.le_trans (Nat.mul_le_mul_right _ (bit _ s)) (Nat.le_of_eq (Nat.mul_comm 1 _))
  have e1 : (2 ^ bits : Nat) = 2 ^ (1 * bits) := by rw [Nat.one_mul]
  have b1 := fun s => step (i := 1) (b := p.b0) (s := s) (first s)
  have b2 := fun s => step (i := 2) (b := p.b1) (s := s) (b1 s)
  have b3 := fun s => step (i := 4) (b := p.b2) (s := s) (b2 s)
  have b4 := fun s => step (i := 8) (b := p.b3) (s := s) (b3 s)
  unfold Planes.weighedPowers
  have lanes_lt : ∀ s, s < m → weight s < 2 ^ (16 * bits) := fun s hs => by
    refine small (j := 0) hs (Nat.le_of_eq ?_) (Nat.zero_lt_succ 15)
    rw [Nat.zero_mul]
    exact (Nat.mul_one _).symm
  rw [Nat.force_eq]
  show raised _ _ (2 ^ (16 * bits) - 1) (2 ^ bits) p.b0 (picked _ _ (2 ^ (16 * bits) - 1) p.counted _) _ = _
  rw [picked_eq hv hp.counted lanes_lt, e1, raised_eq hv (Nat.two_pow_pos _) hp.b0 (fun s hs => small hs (first s) (Nat.zero_lt_succ 15))]
  refine (raised_eq hv (Nat.two_pow_pos _) hp.b1 (fun s hs => small hs (b1 s) (by decide)) _).trans ?_
  refine (raised_eq hv (Nat.two_pow_pos _) hp.b2 (fun s hs => small hs (b2 s) (by decide)) _).trans ?_
  refine (raised_eq hv (Nat.two_pow_pos _) hp.b3 (fun s hs => small hs (b3 s) (by decide)) _).trans ?_
  have lanes : ∀ s, digit 1 p.counted s * weight s * (2 ^ (1 * bits)) ^ digit 1 p.b0 s * (2 ^ (2 * bits)) ^ digit 1 p.b1 s *
      (2 ^ (4 * bits)) ^ digit 1 p.b2 s * (2 ^ (8 * bits)) ^ digit 1 p.b3 s = digit 1 p.counted s * weight s * (2 ^ bits) ^ p.level s := fun s => by
    have power (i b : Nat) : (2 ^ (i * bits)) ^ digit 1 b s = (2 ^ bits) ^ (i * digit 1 b s) := by
      rw [Nat.mul_comm i bits, Nat.pow_mul, ← Nat.pow_mul]
    rw [power, power, power, power, Nat.mul_assoc (digit 1 p.counted s * weight s), ← Nat.pow_add, Nat.mul_assoc (digit 1 p.counted s * weight s),
      ← Nat.pow_add, Nat.mul_assoc (digit 1 p.counted s * weight s), ← Nat.pow_add, Nat.one_mul]
    unfold Planes.level
    rw [Nat.add_assoc]
  refine (congrArg (lanesTotal (2 ^ (16 * bits) - 1)) (pack_congr _ fun s _ => lanes s)).trans ?_
  rw [Nat.one_mul]
  refine lanesTotal_pack ?_
  have each : ∀ s, s < m → digit 1 p.counted s * weight s * (2 ^ bits) ^ p.level s ≤ (2 ^ bits) ^ 15 * weight s := fun s _ => by
    rw [Nat.mul_comm]
    exact Nat.mul_le_mul (Nat.pow_le_pow_right X_pos (p.level_le s))
      (Nat.le_trans (Nat.mul_le_mul_right _ (bit _ s)) (Nat.le_of_eq (Nat.one_mul _)))
  refine Nat.lt_of_le_of_lt (total_le_total each) ?_
  rw [total_mul]
  have sixteen : 2 ^ (16 * bits) = (2 ^ bits) ^ 15 * 2 ^ bits := by rw [Nat.mul_comm, Nat.pow_mul, Nat.pow_succ]
  rw [sixteen]
  refine Nat.lt_sub_of_add_lt (Nat.lt_of_lt_of_le ?_ (Nat.mul_le_mul_left _ hw))
  rw [Nat.mul_add]
  refine Nat.add_lt_add_left ?_ _
  rw [Nat.mul_two]
  exact Nat.lt_of_lt_of_le (Nat.lt_succ_self 1) (Nat.add_le_add (Nat.pow_pos X_pos) (Nat.pow_pos X_pos))

/-- The tokens that are counted, with their weights: a sum over their letters. -/
theorem powerSum_letters {weight : Nat → Nat} {v X : Nat} {level : Nat → Nat} {tokens : List Nat} (lt : ∀ s, s ∈ tokens → s < v) :
    powerSum X (fun u => level (tokenOf weight v u)) (tokens.flatMap (letters weight)) = (tokens.map fun s => weight s * X ^ level s).sum := by
  induction tokens with
  | nil => rfl
  | cons s tokens ih =>
    show powerSum X _ (letters weight s ++ tokens.flatMap (letters weight)) = weight s * X ^ level s + (tokens.map fun s => weight s * X ^ level s).sum
    rw [powerSum_append, ih fun u hu => lt u (List.Mem.tail s hu), powerSum_const (k := level s) fun u hu => ?_, length_letters]
    have mem := mem_letters.mp hu
    rw [tokenOf_eq (lt s (List.Mem.head tokens)) mem.left mem.right]

/-- What a row of a sheet weighs. -/
noncomputable def rowWeight (weight : Nat → Nat) (first r : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (total first weight) (fun r _ => weight (first + r)) r

/-- Rows, or tokens. -/
theorem total_rowWeight (weight f : Nat → Nat) (first rest : Nat) :
    (total (rest + 1) fun r => rowWeight weight first r * f r) = total (first + rest) fun s => weight s * f (rowOf first s) := by
  induction rest with
  | zero =>
    rw [total_succ, Nat.add_zero]
    have e : (total first fun s => weight s * f (rowOf first s)) = total first fun s => f 0 * weight s := total_congr fun s hs => by
      have zero : rowOf first s = 0 := Nat.sub_eq_zero_of_le hs
      rw [zero, Nat.mul_comm]
    rw [e, total_mul, Nat.mul_comm]
    exact Nat.zero_add _
  | succ rest ih =>
    rw [total_succ, ih]
    show _ + weight (first + rest) * f (rest + 1) = (total (first + rest) fun s => weight s * f (rowOf first s)) +
      weight (first + rest) * f (rowOf first (first + rest))
    have e : rowOf first (first + rest) = rest + 1 := by
      show first + rest + 1 - first = _
      rw [Nat.add_assoc, Nat.add_sub_cancel_left]
    rw [e]

/-- The weights of rows, in lanes. -/
theorem rowWeights_eq {wide first rest v : Nat} {weight : Nat → Nat} (hm : first + rest ≤ v) (lane : ∀ s, s < v → weight s < 2 ^ wide)
    (sum : total first weight < 2 ^ wide - 1) :
    rowWeights wide first (first + rest) (pack wide v weight) = pack wide (rest + 1) (rowWeight weight first) := by
  have rest_eq : first + rest - first = rest := Nat.add_sub_cancel_left
  show lanesTotal (2 ^ wide - 1) (lowBits (wide * first) (pack wide v weight)) +
    Nat.shiftRight (lowBits (wide * (first + rest)) (pack wide v weight)) (wide * first) * 2 ^ wide = _
  rw [lowBits_eq, lowBits_eq, pack_mod lane (Nat.le_trans (Nat.le_add_right first rest) hm), pack_mod lane hm, lanesTotal_pack sum]
  show total first weight + pack wide (first + rest) weight / 2 ^ (wide * first) * 2 ^ wide =
    total first weight + 2 ^ wide * pack wide rest fun r => weight (first + r)
  rw [pack_div (fun s hs => lane s (Nat.lt_of_lt_of_le hs hm)) (Nat.le_add_right first rest), rest_eq, Nat.mul_comm]

/-- That is what planes with weights give. -/
theorem total_eq_letters (p : Planes) (X first : Nat) {m v : Nat} (hm : m ≤ v) (weight : Nat → Nat) :
    (total m fun s => digit 1 p.counted (rowOf first s) * weight s * X ^ p.levelOf first s) =
      powerSum X (fun u => p.levelOf first (tokenOf weight v u)) ((p.tokens first m).flatMap (letters weight)) := by
  have tokens : ∀ s, s ∈ p.tokens first m → s < v := fun s hs => Nat.lt_of_lt_of_le (mem_below hs).left hm
  rw [powerSum_letters tokens]
  unfold Planes.tokens
  rw [sum_below]
  refine total_congr fun s _ => ?_
  match digit 1 p.counted (rowOf first s), digit_one_lt p.counted (rowOf first s) with
  | 0, _ => rw [Nat.zero_mul, Nat.zero_mul]; exact (ite_eq_right fun h => Bool.noConfusion h).symm
  | 1, _ => rw [Nat.one_mul]; exact (ite_eq_left rfl).symm

/-- The checker of masses computes what inputs weigh. -/
theorem spelled_fits {t : Tables} {S : Sheets} {W : TokenWeights} (G : Fits t S) (power : weightBelow W.weight t.v ^ t.n < 2 ^ S.countBits)
    (sum : weightBelow W.weight t.v + 2 ≤ 2 ^ S.countBits) :
    (Measure.spelled W.weight t.v).Fits (Tally.weighed S t.n W (weightLanes t S W)) t S where
  query hq h := AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (AtLeast.append_letters hq h)
  alone hm sound := AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (atLeast_spelled_alone hm sound)
  several {m first rest parts p P} hm hm_eq within c sound := by
    show AtLeast (Nat.force (rowWeights (16 * S.countBits) first m (weightLanes t S W)) fun weights =>
      Nat.force (p.weighedPowers S.countBits (onesOf (16 * S.countBits - 1) (rest + 1)) (onesOf (16 * S.countBits) (rest + 1)) weights) fun N =>
      lowCount (2 ^ S.countBits) parts (binom t.n c * W.weight m ^ (t.n - c) * N ^ c)) fun z =>
        (P (spelled W.weight t.v z) ∧ countOther m (spelled W.weight t.v z) = c) ∧ ∀ u, u ∈ z → u < weightBelow W.weight t.v
    rw [Nat.force_eq, Nat.force_eq]
    have total_le {k : Nat} (hk : k ≤ m) : total k W.weight + 2 ≤ 2 ^ S.countBits :=
      Nat.le_trans (Nat.add_le_add_right (weightBelow_mono (weight := W.weight) (Nat.le_trans hk (Nat.le_of_lt hm))) 2) sum
    have wide : 2 ^ S.countBits ≤ 2 ^ (16 * S.countBits) := Nat.pow_le_pow_right Nat.two_pos (Nat.le_mul_of_pos_left _ (Nat.succ_pos 15))
    have lane_lt : ∀ s, s < t.v → W.weight s < 2 ^ (16 * S.countBits) := fun s hs =>
      Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (le_total_of_lt W.weight hs) (Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right Nat.two_pos) sum)) wide
    have first_lt : total first W.weight < 2 ^ (16 * S.countBits) - 1 :=
      Nat.lt_sub_of_add_lt (Nat.lt_of_lt_of_le (Nat.lt_succ_self _) (Nat.le_trans (total_le (hm_eq ▸ Nat.le_add_right first rest)) wide))
    have lanes : rowWeights (16 * S.countBits) first m (weightLanes t S W) = pack (16 * S.countBits) (rest + 1) (rowWeight W.weight first) := by
      have all : weightLanes t S W = pack (16 * S.countBits) t.v W.weight := packFrom_eq _ _ _
      rw [all, ← hm_eq]
      exact rowWeights_eq (hm_eq ▸ Nat.le_of_lt hm) lane_lt first_lt
    have rows_total : total (rest + 1) (rowWeight W.weight first) = total m W.weight := by
      have h := total_rowWeight W.weight (fun _ => 1) first rest
      rw [hm_eq] at h
      exact (total_congr fun r _ => (Nat.mul_one _).symm).trans (h.trans (total_congr fun s _ => Nat.mul_one _))
    have sums : (total (rest + 1) fun r => digit 1 p.counted r * rowWeight W.weight first r * (2 ^ S.countBits) ^ p.level r) =
        total m fun s => digit 1 p.counted (rowOf first s) * W.weight s * (2 ^ S.countBits) ^ p.levelOf first s := by
      have swap (a b c : Nat) : a * b * c = b * (a * c) := by ring [a, b, c]
      have h := total_rowWeight W.weight (fun r => digit 1 p.counted r * (2 ^ S.countBits) ^ p.level r) first rest
      rw [hm_eq] at h
      exact (total_congr fun r _ => swap _ _ _).trans (h.trans (total_congr fun s _ => (swap _ _ _).symm))
    rw [lanes, Planes.weighedPowers_eq within (rows_total.symm ▸ total_le (Nat.le_refl m)) (Nat.lt_of_le_of_lt (rows_le hm_eq hm) G.v_power), sums,
      total_eq_letters p _ first (Nat.le_of_lt hm)]
    have lt : ∀ s, s ∈ p.tokens first m → s < m := fun s hs => (mem_below hs).left
    have member {u : Nat} (hu : u ∈ (p.tokens first m).flatMap (letters W.weight)) : tokenOf W.weight t.v u ∈ p.tokens first m ∧ u < weightBelow W.weight m := by
      match List.mem_flatMap.mp hu with
      | ⟨s, hs, hu⟩ =>
        have mem := mem_letters.mp hu
        rw [tokenOf_eq (Nat.lt_trans (lt s hs) hm) mem.left mem.right]
        exact ⟨hs, Nat.lt_of_lt_of_le mem.right (weightBelow_mono (weight := W.weight) (lt s hs))⟩
    refine AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (atLeast_lowSpelled (need := p.levelOf first) hm
      (List.nodup_flatMap (tokenOf W.weight t.v) (nodup_below m) (fun s _ => nodup_letters s) fun s hs u hu => ?_)
      (fun u hu => (member hu).right) (fun _ _ => Nat.le_refl _) power rfl fun y hy hlevel => sound y (words_mono ?_ hy) hlevel)
    · have mem := mem_letters.mp hu
      exact tokenOf_eq (Nat.lt_trans (lt s hs) hm) mem.left mem.right
    · intro s hs
      match List.mem_map.mp hs with
      | ⟨u, hu, e⟩ => exact e ▸ (member hu).left
where
  words_mono {m n c : Nat} {L L' y : List Nat} (sub : ∀ s, s ∈ L → s ∈ L') (h : y ∈ words m L n c) : y ∈ words m L' n c := by
    refine words_induction (p := fun n c y => y ∈ words m L' n c) (List.Mem.head _) ?_ ?_ n c y h
    · intro n c y hy
      cases c with
      | zero => rw [words_succ_zero]; exact List.mem_map_of_mem (f := (m :: ·)) hy
      | succ c => rw [words_succ_succ]; exact List.mem_append.mpr (Or.inl (List.mem_map_of_mem (f := (m :: ·)) hy))
    · intro n c y s hs hy
      rw [words_succ_succ]
      exact List.mem_append.mpr (Or.inr (List.mem_flatMap.mpr ⟨s, sub s hs, List.mem_map_of_mem (f := (s :: ·)) hy⟩))

/-- The check of one block is sound. -/
theorem mass_sound (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness} {t : Tables} {S : Sheets} {W : TokenWeights}
    (tables : t.check w params e = true) (lo len bound : Nat) (h : massCheck t S W lo len bound = true) :
    AtLeast bound fun z => (Correct R w (spelled W.weight t.v z) ∧ ∀ u, u ∈ z → u < weightBelow W.weight t.v) ∧
      lo ≤ maximum (spelled W.weight t.v z) ∧ maximum (spelled W.weight t.v z) < lo + len := by
  unfold massCheck at h
  rw [Nat.force_eq, Nat.force_eq] at h
  have sums := Bool.and_left h
  match Tables.describe R tables with
  | ⟨hw, ⟨hv, hn⟩, _, hT⟩ =>
    refine AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (block_counts (μ := Measure.spelled W.weight t.v)
      (fun G => spelled_fits G (Nat.le_of_ble_eq_true (Bool.and_left sums)) (Nat.le_of_ble_eq_true (Bool.and_right sums))) hT
      (fun _ _ _ => hv ▸ hw.judges (R := R) params hn) (Bool.and_right h))

end Sheet
end Compact
