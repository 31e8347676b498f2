prelude
import Compact.Transformer.Loss.SoftCount
/-!
# Strategy: soft cubic

A bound of the mean loss.  For each query, maximum and token one number, the *gain* of the path: how far the logit of the maximum is
above the logarithm of the sum of the exponentials of all wrong ones.  An input whose mean of gains, weighted by attention, is at
least `μ` has a loss of at most `ln (1 + exp l)`, where `μ` says what `l` is; and gains are averaged as margins are.  So levels `μ` are
tested for whole classes of inputs, without a look at single outputs; where `l < 0`, the answer is right, too.
-/
namespace Compact
namespace SoftCubic

/-- The maxima of all blocks, what they save together, and their inputs that are answered correctly. -/
noncomputable def entriesOf (blocks : List (List Nat)) (i : Nat) : Nat := fold (fun b ih => Nat.add (nth 0 b i) ih) 0 blocks

/-- The check of all blocks, the first maximum being `lo`: `check lo len saves right` is that of one. -/
noncomputable def allBlocks (check : Nat → Nat → Nat → Nat → Bool) (blocks : List (List Nat)) : Nat → Bool :=
  fold (fun b ih lo => check lo (nth 0 b 0) (nth 0 b 1) (nth 0 b 2) && ih (Nat.add lo (nth 0 b 0))) (fun _ => true) blocks

/-- One block, then the others. -/
theorem next {check : Nat → Nat → Nat → Nat → Bool} {b : List Nat} {blocks : List (List Nat)} {lo : Nat}
    (first : check lo (nth 0 b 0) (nth 0 b 1) (nth 0 b 2) = true) (others : allBlocks check blocks (Nat.add lo (nth 0 b 0)) = true) :
    allBlocks check (b :: blocks) lo = true := Bool.and_intro first others

/-- A certificate: how to round, the tables of the model and their witnesses, the logarithms, the levels, the blocks of maxima (of each
how many, what they save, and how many inputs are right), the bound of the mean loss in billionths, and the number of inputs that are
answered correctly. -/
structure Certificate extends Params, Tables, TableWitness, LossTable, LossLevels where
  blocks : List (List Nat)
  loss : Nat
  bound : Nat

/-- What the blocks say together is enough. -/
noncomputable def sumsFit (c : Certificate) : Bool :=
  (Nat.beq (entriesOf c.blocks 0) c.v && Nat.ble c.bound (entriesOf c.blocks 2)) &&
  Nat.force (Nat.pow c.v (Nat.succ c.n)) fun N => Nat.ble (Nat.mul N c.top) (Nat.add (Nat.mul N c.loss) (entriesOf c.blocks 1))

/-- The check of what is the same for all blocks: the logarithms agree with the tables and the levels with them, and the blocks hold
enough.  (A level says that the sum over wrong outputs is at most `times` the exponential of its logarithm.) -/
noncomputable def logsCheck (w : Weights) (c : Certificate) (times : Nat) : Bool :=
  c.toLossTable.check c.toTables w c.toParams && (c.toLossLevels.check c.toTables c.toLossTable times && sumsFit c)

/-- The check of a certificate: the tables are those of the model, too. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  c.toTables.check w c.toParams c.toTableWitness && (logsCheck w c 1 && allBlocks (c.toLossLevels.blockCheck c.toTables c.toLossTable (softCounter c.toTables)) c.blocks 0)

section
variable {R : Type} [ExpField R] {w : Weights} {top n : Nat}

/-- All blocks together. -/
theorem facts {check : Nat → Nat → Nat → Nat → Bool} (h : ∀ lo len saves right, check lo len saves right = true →
      BlockFacts R w top n lo len saves right) {blocks : List (List Nat)} {lo : Nat} (all : allBlocks check blocks lo = true) :
    BlockFacts R w top n lo (entriesOf blocks 0) (entriesOf blocks 1) (entriesOf blocks 2) := by
  induction blocks generalizing lo with
  | nil => exact ⟨fun l _ => le_of_eq ((congrArg (_ + ·) (zero_div _)).trans (add_zero _)), AtLeast.zero⟩
  | cons b blocks ih =>
    have first := h _ _ _ _ (Bool.and_left all)
    have rest := ih (Bool.and_right all)
    refine ⟨fun l hl => ?_, ?_⟩
    · have both := add_le_add (first.saves l hl) (rest.saves l hl)
      show (sum (nth 0 b 0 + entriesOf blocks 0) _) + nats R (nth 0 b 1 + entriesOf blocks 1) ≤ sum (nth 0 b 0 + entriesOf blocks 0) _
      rw [sum_split, sum_split (nth 0 b 0), nats_add, add_add_add_comm]
      refine le_trans (le_of_eq ?_) (le_trans both (le_of_eq ?_))
      · exact congrArg (fun y => _ + nats R (nth 0 b 1) + (y + _)) (sum_congr fun i _ => by rw [← Nat.add_assoc]; rfl)
      · exact congrArg (_ + ·) (sum_congr fun i _ => by rw [← Nat.add_assoc]; rfl)
    · refine AtLeast.mono_pred (fun x hx => ?_) (AtLeast.add first.right rest.right fun x hx hy => ?_)
      · show Correct R w x ∧ lo ≤ maximum x ∧ maximum x < lo + (nth 0 b 0 + entriesOf blocks 0)
        rw [← Nat.add_assoc]
        exact hx.elim (fun hx => ⟨hx.left, hx.right.left, Nat.lt_of_lt_of_le hx.right.right (Nat.le_add_right _ _)⟩)
          fun hx => ⟨hx.left, Nat.le_trans (Nat.le_add_right _ _) hx.right.left, hx.right.right⟩
      · exact Nat.not_lt_of_le hy.right.left hx.right.right

end

/-- Blocks that show what they say show what the certificate says. -/
theorem claims_of_blocks {R : Type} [ExpField R] {w : Weights} {c : Certificate} {times : Nat} {T : Enclosure}
    {check : Nat → Nat → Nat → Nat → Bool} (M : LossModel R c.toLossLevels c.toTables c.toLossTable times w c.toParams T)
    (block : ∀ lo len saves right, check lo len saves right = true → BlockFacts R w c.top c.n lo len saves right) (fits : sumsFit c = true)
    (h : allBlocks check c.blocks 0 = true) : MeanLossAtMost R c.loss w ∧ AtLeast c.bound (Correct R w) := by
  have maxima : entriesOf c.blocks 0 = c.v := Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_left fits))
  have enough := Bool.and_right fits
  rw [Nat.force_eq] at enough
  have enough : c.v ^ (c.n + 1) * c.top ≤ c.v ^ (c.n + 1) * c.loss + entriesOf c.blocks 1 := Nat.le_of_ble_eq_true enough
  have all := facts block h
  rw [maxima] at all
  refine ⟨fun l hl => ?_, AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left fits)))
    (AtLeast.mono_pred (fun _ h => h.left) all.right)⟩
  have saves := all.saves l hl
  have pairs (f : List Nat → R) : (sum c.v fun i => sum (0 + i + 1) fun q => sumPair c.n q (0 + i) f) = sumInputs c.v (c.n + 1) f := by
    rw [sumInputs_pairs]
    exact sum_congr fun i _ => by rw [Nat.zero_add]
  rw [pairs, pairs, sumInputs_const, ← nats_mul] at saves
  have less := le_trans saves (nats_le enough)
  rw [nats_add, nats_mul] at less
  rw [M.v_eq, M.n_ctx]
  exact le_of_add_le_add_right less
where
  sumInputs_const {R : Type} [ExpField R] (v n : Nat) (k : R) : (sumInputs v n fun _ => k) = ofNat R (v ^ n) * k := by
    induction n with
    | zero => exact ((ofNat_one (R := R)).symm ▸ one_mul k).symm
    | succ n ih =>
      show (sum v fun _ => sumInputs v n fun _ => k) = _
      rw [ih, sum_const, ← mul_assoc, ← ofNat_mul, Nat.mul_comm]
      rfl

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the mean loss is at most `c.loss` billionths,
and the model answers at least `c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    MeanLossAtMost R c.loss w ∧ AtLeast c.bound (Correct R w) :=
  have rest := Bool.and_right hc
  have levels := Bool.and_right (Bool.and_left rest)
  have M := LossModel.of_check R (Bool.and_left hc) (Bool.and_left (Bool.and_left rest)) (Bool.and_left levels)
  claims_of_blocks M (fun _ _ _ _ h => M.block (Nat.le_refl 1) (softCounter_counts M) h) (Bool.and_right levels) (Bool.and_right rest)

end SoftCubic
end Compact
