prelude
import Compact.Transformer.Strategy.HeadsCubic
import Compact.Transformer.Strategy.HeadsMixed.Check
/-!
# Strategies: mixed and prefix, for any number of heads

`sound`: for any weights of a model without MLP, with any number of heads and any biases, and any certificate, if the check is true,
at least `bound` inputs are answered correctly.  Two of the three ways to count are those of quartic and cubic; the third needs that what
holds of the greatest factor and shortfall holds of each token below the bound.
-/
namespace Compact
namespace Transformer
namespace HeadsMixed
open HeadsQuartic (HeadsTables HeadRow)
open HeadsCubic (HeadLack shortBits lackBits shortsOk levelsFor lackAt Counts factor_eq)

theorem withLists_eq (f : Nat → List Nat) (count i : Nat) (K : List (List Nat) → Nat) : ∃ rows : List (List Nat),
    withLists f count i K = K rows ∧ ∀ j, j < count → rows.getD j [] = f (i + j) := by
  induction count generalizing i K with
  | zero => exact ⟨[], rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | succ count ih =>
    match ih (i + 1) (fun rest => K (f i :: rest)) with
    | ⟨rest, e, each⟩ =>
      have step : withLists f (count + 1) i K = Nat.force i fun i => forceList (f i) fun xs =>
        withLists f count (i + 1) fun rest => K (xs :: rest) := rfl
      refine ⟨f i :: rest, step.trans ?_, fun j hj => ?_⟩
      · rw [Nat.force_eq, forceList_eq]
        exact e
      · cases j with
        | zero => rfl
        | succ j =>
          have h := each j (Nat.lt_of_succ_lt_succ hj)
          rw [Nat.add_assoc, Nat.add_comm 1] at h
          exact h

/-- An entry of a table that is made by a function. -/
theorem getD_tabulate (f : Nat → Nat) {n i : Nat} (hi : i < n) : (tabulateFold f n 0).getD i 0 = f i := by
  rw [tabulateFold_eq, List.getD_tabulateFrom 0 hi, Nat.zero_add]

/-- The tokens that `sizeIf` counts pass. -/
theorem passing_sizeIf {L b H m l size : Nat} {factors shorts spares : List Nat} {heads : List HeadLack} {ok : Nat → Nat → Prop}
    (h : ∀ s, s < m → prefixOk L b H factors shorts heads spares l s = true → ∀ k, k ≤ s → ok l k) :
    Passing m ok l (sizeIf L b H m factors shorts heads spares l size) := by
  have none : Passing m ok l 0 := ⟨[], trivial, (fun _ h => nomatch h), Nat.le_refl _⟩
  cases size with
  | zero => exact none
  | succ s =>
    show Passing m ok l (Bool.rec (motive := fun _ => Nat) 0 (s + 1) (Nat.ble (s + 1) m && prefixOk L b H factors shorts heads spares l s))
    cases test : Nat.ble (s + 1) m && prefixOk L b H factors shorts heads spares l s with
    | false => exact none
    | true =>
      have le : s < m := Nat.le_of_ble_eq_true (Bool.and_left test)
      refine ⟨List.range (s + 1), List.nodup_range, fun k hk => ?_, Nat.le_of_eq List.length_range.symm⟩
      have hk := Nat.le_of_lt_succ (List.mem_range.mp hk)
      exact ⟨Nat.lt_of_le_of_lt hk le, h s le (Bool.and_right test) k hk⟩

section
variable {R : Type} [ExpField R] {w : Weights} {B : Nat} {c : Params} {S : HeadsTables} {C : Ways} {lv : Levels}
variable (G : HeadsCubic.Setting w B c S lv)
include G

/-- What prefixes count passes. -/
theorem counts_prefixes {q m N leads W k : Nat} (hm : m < w.d_vocab) (hq : q ≤ m) {rows : List HeadRow} {heads : List HeadLack}
    {factors shorts : List Nat}
    (greatest : ∀ i, i < w.heads.length → factors.getD i 0 = Prefix.greatestOf S.bits S.v (nth 0 (S.at i).tokenLo q))
    (shortest : ∀ i, i < w.heads.length → shorts.getD i 0 = Prefix.greatestOf (shortBits S) m (nth 0 (nth [] C.tokenShort i) m))
    (lack : ∀ j, j < w.heads.length → heads.getD j HeadLack.none = lackAt S C.toClaims (shortBits S) W q m 0 lv.parts leads rows j)
    (spares : List Nat) : Counts C.toClaims w B c S lv q m leads heads spares
      (sumPrefixes C lv S.bits (shortBits S) w.heads.length m N factors shorts heads k spares) := by
  have hv : m < S.v := G.v_eq ▸ hm
  have hqv : q < S.v := Nat.lt_of_le_of_lt hq hv
  match levelCountsFrom_spec (bits := lv.countBits) (m := m) (ok := fun l s => ∀ i, i < w.heads.length →
      (enclosureAt w B c i).tokenLo q s * (readLane (shortBits S) (nth 0 (nth [] C.tokenShort i) m) s - readLane (shortBits S) leads i) *
        (heads.getD i HeadLack.none).whole ≤ l * spares.getD i 0)
      (count := fun i l => Nat.force (sizeOf C.sizeBits C.classBits N k i) fun size =>
        sizeIf S.bits (shortBits S) w.heads.length m factors shorts heads spares l size)
      (fun i l => by
        rw [Nat.force_eq]
        refine passing_sizeIf fun s hs ok k hk i hi => ?_
        have test := Nat.le_of_ble_eq_true (of_allBelow ok hi)
        rw [nth_eq, nth_eq, nth_eq, nth_eq, greatest i hi, shortest i hi] at test
        refine Nat.le_trans (Nat.mul_le_mul_right _ (Nat.mul_le_mul ?_ ?_)) test
        · rw [← factor_eq G hqv (Nat.lt_of_le_of_lt hk (Nat.lt_trans hs hv)) hi]
          exact Prefix.le_greatestOf (Nat.lt_trans hs hv) hk
        · rw [lack i hi]
          exact Nat.sub_le_sub_right (Prefix.le_greatestOf hs hk) _)
      (levelsFor lv.parts lv.levels k) 0 [] with
  | ⟨tokens, level, nodup, facts, sum⟩ => exact ⟨tokens, level, nodup, fun s hs => (facts s hs).right, sum⟩

/-- One query and one maximum. -/
theorem atLeast_countPair {q m : Nat} (hm : m < w.d_vocab) (hq : q ≤ m) {factors : List (List Nat)} {shorts : List Nat}
    (greatest : ∀ i, i < w.heads.length → (factors.getD i []).getD q 0 = Prefix.greatestOf S.bits S.v (nth 0 (S.at i).tokenLo q))
    (shortest : ∀ i, i < w.heads.length → shorts.getD i 0 = Prefix.greatestOf (shortBits S) m (nth 0 (nth [] C.tokenShort i) m))
    (short : shortsOk S C.toClaims w.heads.length (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v) m = true) : AtLeast
    (countPair S C lv w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) (2 ^ lv.countBits) (shortBits S)
      (lackBits S) (2 ^ (S.prec + shortBits S) - 1) m (ones (lackBits S) m) (2 ^ (S.prec + shortBits S) * ones (lackBits S) m)
      factors shorts q)
    fun x => (Correct R maximum w x ∧ maximum x = m) ∧ lastToken x = q := by
  unfold countPair
  rw [Nat.force_eq]
  cases nth 0 (nth [] C.ways m) q with
  | zero => exact HeadsQuartic.atLeast_countPair (C := C.counting lv) ⟨G.known, G.n_pos, G.parts_pos, G.narrow, G.count⟩ hm hq
  | succ way =>
    cases way with
    | zero => exact HeadsCubic.atLeast_countPair G hm hq short
    | succ N =>
      show AtLeast (Nat.force N fun N => forceList (tabulateFold (fun i => nth 0 (nth [] factors i) q) w.heads.length 0) fun factors => _) _
      rw [Nat.force_eq, forceList_eq]
      refine HeadsCubic.atLeast_countPairBy G hm hq short fun leads rows heads _ lack k spares =>
        counts_prefixes G hm hq (fun i hi => ?_) shortest lack spares
      rw [getD_tabulate _ hi, nth_eq, nth_eq]
      exact greatest i hi

/-- One maximum. -/
theorem atLeast_countMaximum {m : Nat} (hm : m < w.d_vocab) {factors : List (List Nat)} (greatest : ∀ i, i < w.heads.length → ∀ q, q ≤ m →
      (factors.getD i []).getD q 0 = Prefix.greatestOf S.bits S.v (nth 0 (S.at i).tokenLo q)) : AtLeast
    (countMaximum S C lv w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) (2 ^ lv.countBits) factors m)
    fun x => Correct R maximum w x ∧ maximum x = m := by
  unfold countMaximum
  cases short : shortsOk S C.toClaims w.heads.length (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v) m with
  | false => exact AtLeast.zero
  | true =>
    show AtLeast (Nat.force _ fun b => Nat.force _ fun W => Nat.force _ fun cap => Nat.force _ fun one => Nat.force _ fun tops =>
      forceList _ fun shorts => _) _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq]
    refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
    rw [Nat.force_eq]
    have hq := Nat.le_of_lt_succ hq
    exact atLeast_countPair G hm hq (fun i hi => greatest i hi q hq) (fun i hi => getD_tabulate _ hi) short

/-- One block of maxima. -/
theorem atLeast_block {lo len : Nat} (hlen : lo + len ≤ S.v) : AtLeast (countBlock S C lv w.heads.length lo len)
    fun x => Correct R maximum w x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  unfold countBlock
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  match withLists_eq (factorTops S (lo + len)) w.heads.length 0 (fun factors => total len fun i => Nat.force (Nat.add lo i) fun m =>
    countMaximum S C lv w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) (2 ^ lv.countBits) factors m) with
  | ⟨factors, e, each⟩ =>
    refine AtLeast.weaken (Nat.le_of_eq e) (AtLeast.totalFrom maximum fun i hi => ?_)
    rw [Nat.force_eq]
    refine atLeast_countMaximum G (G.v_eq ▸ Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hlen) fun j hj q hq => ?_
    rw [each j hj, Nat.zero_add]
    unfold factorTops
    rw [Nat.force_eq, Nat.force_eq]
    exact getD_tabulate _ (Nat.lt_of_le_of_lt hq (Nat.add_lt_add_left hi lo))

end

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R maximum w) := by
  have first := Bool.and_left h
  have shape := Bool.and_right first
  have size := Bool.and_right shape
  have H : w.heads.length = c.heads := Nat.eq_of_beq_eq_true _ _ (Bool.and_left size)
  match HeadsQuartic.heads_of (Bool.and_right h) with
  | ⟨heads, blocks⟩ =>
    have some : 0 < w.heads.length := H.symm ▸ Nat.le_of_ble_eq_true (Bool.and_right size)
    have K := HeadsQuartic.known_of (B := c.cellBits) R (Option.eq_none_of_isNone (Bool.and_left shape)) some fun i hi =>
      Nat.zero_add i ▸ heads i (H ▸ hi)
    refine Blocks.bound_sound (fun lo len bound hb => ?_) blocks (Bool.and_left first)
    have sizes := Bool.and_left hb
    have rest := Bool.and_right hb
    have G : HeadsCubic.Setting w c.cellBits c.toParams c.toHeadsTables c.toLevels := ⟨K,
      Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right sizes)), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right sizes)),
      Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left rest)), Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left rest))⟩
    exact AtLeast.weaken (H ▸ Nat.le_of_ble_eq_true (Bool.and_right rest))
      (atLeast_block (R := R) G (Nat.le_of_ble_eq_true (Bool.and_left sizes)))

end HeadsMixed
end Transformer
end Compact
