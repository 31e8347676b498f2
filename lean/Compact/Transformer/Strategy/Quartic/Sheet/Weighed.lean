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

/-- Inputs count for what they weigh. -/
def Measure.spelled (weight : Nat → Nat) (v : Nat) : Measure where
  At N P := AtLeast N fun z => P (Compact.spelled weight v z) ∧ ∀ u, u ∈ z → u < weightBelow weight v
  zero := AtLeast.zero
  weaken := AtLeast.weaken
  mono h := AtLeast.mono_pred fun _ hz => ⟨h _ hz.left, hz.right⟩
  total {n f P} key h := AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩)
    (AtLeast.total (n := n) (f := f) (P := fun z => P (Compact.spelled weight v z) ∧ ∀ u, u ∈ z → u < weightBelow weight v)
      (fun z => key (Compact.spelled weight v z)) fun i hi => AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (h i hi))

namespace Sheet

/-- The sum of `weight * X ^ level` over the tokens that are counted, `weights` being the weights in lanes with room for `X ^ 16`. -/
noncomputable def Planes.weighedPowers (P : Planes) (bits copies ones weights : Nat) : Nat :=
  Nat.force (Nat.sub (Nat.pow 2 (Nat.mul 16 bits)) 1) fun full =>
  raised copies ones full (Nat.pow 2 bits) P.b0 (picked copies ones full P.counted weights) fun A =>
  raised copies ones full (Nat.pow 2 (Nat.mul 2 bits)) P.b1 A fun A => raised copies ones full (Nat.pow 2 (Nat.mul 4 bits)) P.b2 A fun A =>
  raised copies ones full (Nat.pow 2 (Nat.mul 8 bits)) P.b3 A fun A => lanesTotal full A

/-- The lanes of all weights. -/
noncomputable def weightLanes (t : Tables) (S : Sheets) (W : TokenWeights) : Nat :=
  packFrom (Nat.mul 16 S.countBits) (readLane W.weightBits W.tokenWeights) t.v

/-- Inputs count for what they weigh; `lanes` are those of all weights. -/
noncomputable def Tally.weighed (S : Sheets) (n : Nat) (W : TokenWeights) (lanes : Nat) : Tally where
  alone := fun m => Nat.pow (readLane W.weightBits W.tokenWeights m) n
  several := fun M p parts c =>
    Nat.force (p.weighedPowers S.countBits M.bitPowers M.powers (lowBits (Nat.mul (Nat.mul 16 S.countBits) M.m) lanes)) fun N =>
    lowCount (Nat.pow 2 S.countBits) parts
      (Nat.mul (Nat.mul (binom n c) (Nat.pow (readLane W.weightBits W.tokenWeights M.m) (Nat.sub n c))) (Nat.pow N c))
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

/-- That is what planes with weights give. -/
theorem total_eq_letters (p : Planes) (X : Nat) {m v : Nat} (hm : m ≤ v) (weight : Nat → Nat) :
    (total m fun s => digit 1 p.counted s * weight s * X ^ p.level s) =
      powerSum X (fun u => p.level (tokenOf weight v u)) ((p.tokens m).flatMap (letters weight)) := by
  have tokens : ∀ s, s ∈ p.tokens m → s < v := fun s hs => Nat.lt_of_lt_of_le (mem_below hs).left hm
  rw [powerSum_letters tokens]
  unfold Planes.tokens
  rw [sum_below]
  refine total_congr fun s _ => ?_
  match digit 1 p.counted s, digit_one_lt p.counted s with
  | 0, _ => rw [Nat.zero_mul, Nat.zero_mul]; exact (ite_eq_right fun h => Bool.noConfusion h).symm
  | 1, _ => rw [Nat.one_mul]; exact (ite_eq_left rfl).symm

/-- The checker of masses computes what inputs weigh. -/
theorem spelled_fits {t : Tables} {S : Sheets} {W : TokenWeights} (G : Fits t S) (power : weightBelow W.weight t.v ^ t.n < 2 ^ S.countBits)
    (sum : weightBelow W.weight t.v + 2 ≤ 2 ^ S.countBits) :
    (Measure.spelled W.weight t.v).Fits (Tally.weighed S t.n W (weightLanes t S W)) t S where
  query hq h := AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (AtLeast.append_letters hq h)
  alone hm sound := AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (atLeast_spelled_alone hm sound)
  several {m parts p P} hm within c sound := by
    show AtLeast (Nat.force (p.weighedPowers S.countBits (onesOf (16 * S.countBits - 1) m) (onesOf (16 * S.countBits) m)
        (lowBits (16 * S.countBits * m) (weightLanes t S W))) fun N =>
      lowCount (2 ^ S.countBits) parts (binom t.n c * W.weight m ^ (t.n - c) * N ^ c)) fun z =>
        (P (spelled W.weight t.v z) ∧ countOther m (spelled W.weight t.v z) = c) ∧ ∀ u, u ∈ z → u < weightBelow W.weight t.v
    rw [Nat.force_eq]
    have total_le : total m W.weight + 2 ≤ 2 ^ S.countBits :=
      Nat.le_trans (Nat.add_le_add_right (weightBelow_mono (weight := W.weight) (Nat.le_of_lt hm)) 2) sum
    have bits_pos : 0 < S.countBits := by
      cases e : S.countBits with
      | zero =>
        have h := G.v_power
        rw [e] at h
        exact absurd (Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (Nat.zero_le m) hm) h) (Nat.lt_irrefl 0)
      | succ b => exact Nat.succ_pos b
    have wide : 2 ^ S.countBits ≤ 2 ^ (16 * S.countBits) := Nat.pow_le_pow_right Nat.two_pos (Nat.le_mul_of_pos_left _ (Nat.succ_pos 15))
    have lane_lt : ∀ s, s < t.v → W.weight s < 2 ^ (16 * S.countBits) := fun s hs =>
      Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (le_total_of_lt W.weight hs) (Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right Nat.two_pos) sum)) wide
    have lanes : lowBits (16 * S.countBits * m) (weightLanes t S W) = pack (16 * S.countBits) m W.weight := by
      rw [lowBits_eq]
      have all : weightLanes t S W = pack (16 * S.countBits) t.v W.weight := packFrom_eq _ _ _
      rw [all]
      exact pack_mod lane_lt (Nat.le_of_lt hm)
    rw [lanes, Planes.weighedPowers_eq within total_le (Nat.lt_of_lt_of_le hm G.v_power), total_eq_letters p _ (Nat.le_of_lt hm)]
    have lt : ∀ s, s ∈ p.tokens m → s < m := fun s hs => (mem_below hs).left
    have member {u : Nat} (hu : u ∈ (p.tokens m).flatMap (letters W.weight)) : tokenOf W.weight t.v u ∈ p.tokens m ∧ u < weightBelow W.weight m := by
      match List.mem_flatMap.mp hu with
      | ⟨s, hs, hu⟩ =>
        have mem := mem_letters.mp hu
        rw [tokenOf_eq (Nat.lt_trans (lt s hs) hm) mem.left mem.right]
        exact ⟨hs, Nat.lt_of_lt_of_le mem.right (weightBelow_mono (weight := W.weight) (lt s hs))⟩
    refine AtLeast.mono_pred (fun _ hz => ⟨⟨hz.left.left, hz.right⟩, hz.left.right⟩) (atLeast_lowSpelled (need := p.level) hm
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
