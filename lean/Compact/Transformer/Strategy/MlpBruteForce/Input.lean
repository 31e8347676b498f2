prelude
import Compact.Transformer.Strategy.MlpBruteForce.Neurons
/-!
# Brute force with an MLP: one input

`acts_bounds`: each computed activation is the neuron's ReLU up to the loss.  `correct_of_enough`: rows and activations that are enough
make the input right.
-/
namespace Compact
namespace Transformer
namespace MlpBruteForce
open BruteForce (laneBits packAll stepped getD_packAll)
open HeadsBruteForce (HeadTables HeadState TablesOf of_withTables of_evenHeads even_of_test weigh)
variable {R : Type} [ExpField R]

section
variable {label : List Nat → Nat} {w : Weights} {M : MLP} {c : Params} {B L blocks : Nat} {heads neurons : List HeadTables}
  (S : Setting w M c B L blocks heads neurons)
include S

section input
variable {x : List Nat} {q : Nat} (hx : Valid w x) (hq : token x (w.n_ctx - 1) = q) {ns : List (Nat × Nat)}
  (length : ns.length = neurons.length) (small : loss ns ≤ 2 ^ c.width) (tests : Tested w c L x q neurons ns)
include hx hq length small tests

/-- All activations of an input, as they are computed. -/
noncomputable def actsOf (w : Weights) (L q blocks : Nat) (neurons : List HeadTables) (ns : List (Nat × Nat)) : List Nat :=
  allActivations L w.heads.length (ones L w.d_vocab) (2 ^ (L - 1) * ones L w.d_vocab) (w.d_vocab - 1)
    (directsOf w.heads.length q neurons blocks 0) ns blocks 0

/-- Each is the neuron's ReLU, up to the loss. -/
theorem acts_bounds {j : Nat} (hj : j < M.d_mlp) :
    (w.linear B M).unitAt R (B + 1) c * relu (pre R w x M j) ≤ ofNat R ((actsOf w L q blocks neurons ns).getD j 0) ∧
    ofNat R ((actsOf w L q blocks neurons ns).getD j 0) ≤ (w.linear B M).unitAt R (B + 1) c * relu (pre R w x M j) + ofNat R (loss ns) ∧
    (actsOf w L q blocks neurons ns).getD j 0 ≤ (w.heads.length + 1) * 2 ^ c.width := by
  have pos : 0 < w.d_vocab - 1 := Nat.le_sub_of_add_le (b := 1) S.two
  have hz : w.d_vocab - 1 + 1 = w.d_vocab := Nat.sub_add_cancel (Nat.le_of_succ_le S.two)
  have hb : j / (w.d_vocab - 1) < blocks := (Nat.div_lt_iff_lt_mul pos).mpr (Nat.lt_of_lt_of_le hj S.enough)
  have hi : j % (w.d_vocab - 1) < w.d_vocab - 1 := Nat.mod_lt j pos
  have e : (w.d_vocab - 1) * (j / (w.d_vocab - 1)) + j % (w.d_vocab - 1) = j := Nat.div_add_mod j (w.d_vocab - 1)
  generalize j / (w.d_vocab - 1) = b at hb e
  generalize j % (w.d_vocab - 1) = t at hi e
  have ht : t + 1 < w.d_vocab := Nat.lt_of_lt_of_le (Nat.succ_lt_succ hi) (Nat.le_of_eq hz)
  have htv := Nat.lt_of_succ_lt ht
  have e' : b * (w.d_vocab - 1) + t = j := by rw [Nat.mul_comm]; exact e
  have bounds := neuron_bounds (R := R) S hx hq length small tests hb ht (e'.symm ▸ hj)
  have packed := activations_eq S hx hq tests hb
  have lt (t : Nat) (ht : t < w.d_vocab) : plus w M c B L q b ns t - minus w M c B L q b ns t < 2 ^ L := by
    refine Nat.lt_of_le_of_lt (Nat.le_trans (Nat.sub_le _ _) (packed.right t ht)) ?_
    exact Nat.lt_of_le_of_lt (Nat.le_add_right _ 2)
      (Nat.lt_of_lt_of_le S.rows_lt (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)))
  have act : (actsOf w L q blocks neurons ns).getD j 0 = plus w M c B L q b ns t - minus w M c B L q b ns t := by
    unfold actsOf
    rw [← e, getD_allActivations _ _ _ _ _ _ _ 0 hb hi, Nat.zero_add, packed.left]
    exact digit_pack _ lt htv
  rw [e'] at bounds
  rw [act]
  exact ⟨bounds.left, bounds.right, Nat.le_trans (Nat.sub_le _ _) (packed.right t htv)⟩

/-- **One input.**  If the rows of all heads and the activations are enough, it is answered correctly. -/
theorem correct_of_enough (hl : label x < w.d_vocab) {rows : List Nat}
    (within : ∀ i, i < w.heads.length → rows.getD i 0 = pack L w.d_vocab (digit L (rows.getD i 0)) ∧
      ∀ j, j < w.d_vocab → digit L (rows.getD i 0) j < 2 ^ c.width)
    (even : ∀ t, t < w.d_vocab → t ≠ label x → ∀ i, i < w.heads.length →
      0 ≤ (viewWithDirect R ((w.linear B M).headAt (B + 1) i) c q (List.tabulate w.d_vocab (digit L (rows.getD i 0)))).margin
        w.n_ctx x (label x) t)
    (test : enough (setupOf w M c L blocks) ((heads.getD 0 HeadTables.none).direct.getD q 0) (label x) rows
      (actsOf w L q blocks neurons ns) (loss ns) = true) : Correct R label w x := by
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt S.n_ctx Nat.one_pos)
  have acts {j : Nat} (hj : j < M.d_mlp) := acts_bounds (R := R) S hx hq length small tests hj
  have T {i : Nat} (hi : i < w.heads.length) := S.heads i hi
  have direct : (heads.getD 0 HeadTables.none).direct.getD q 0 = pack L w.d_vocab (directAt (w.linear B M) (B + 1) c q) := by
    rw [(T S.some).tables]
    exact getD_packAll (((T S.some).wellFormed.length_directRows c).symm ▸ hqv) ((T S.some).wellFormed.length_directRow c hqv)
  have direct_lt (j : Nat) : directAt (w.linear B M) (B + 1) c q j < 2 ^ c.width :=
    lt_of_narrowRows (Bool.and_right (Bool.and_right (T S.some).narrow)) q j
  generalize actsOf w L q blocks neurons ns = as at acts test
  -- What neurons add, as packed lanes.
  have outs := dot_outs S.outs S.unembed L as
  have lane (t : Nat) := ofNat_dot_outs (R := R) S.outs S.unembed as t
  have lane_le (t : Nat) : dot as (mapFold (fun row => row.getD t 0) (neuronRows w M)) ≤
      (w.heads.length + 1) * 2 ^ c.width * ranges (neuronRows w M) := by
    refine le_of_ofNat_le (R := R) ?_
    rw [lane, ofNat_mul, ofNat_ranges S.outs S.unembed, mul_sum]
    exact sum_le_sum fun j hj => mul_le_mul (ofNat_le (acts hj).right.right) (ofNat_le (neuronRow_le j t)) (ofNat_nonneg _) (ofNat_nonneg _)
  have half : 2 ^ (L - 1) ≤ 2 ^ L := Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)
  have room := S.room
  have split : (w.heads.length + 2) * 2 ^ c.width * ranges (neuronRows w M) =
      (w.heads.length + 1) * 2 ^ c.width * ranges (neuronRows w M) + 2 ^ c.width * ranges (neuronRows w M) := by
    rw [Nat.succ_mul (w.heads.length + 1), Nat.add_mul]
  rw [split] at room
  have lossRange : loss ns * ranges (neuronRows w M) ≤ 2 ^ c.width * ranges (neuronRows w M) := Nat.mul_le_mul_right _ small
  have lane_lt (t : Nat) : dot as (mapFold (fun row => row.getD t 0) (neuronRows w M)) < 2 ^ L := by
    refine Nat.lt_of_le_of_lt (lane_le t) (Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt ?_ room) half)
    exact Nat.le_trans (Nat.le_add_right _ _) (Nat.le_add_left _ _)
  unfold enough at test
  have test := Bool.and_right test
  rw [Nat.force_eq] at test
  have test : lanesLe (2 ^ (L - 1) * ones L w.d_vocab)
    (2 ^ (2 * w.frac) * ((total w.heads.length fun i => readLane L (nth 0 rows i) (label x)) * ones L w.d_vocab +
      (heads.getD 0 HeadTables.none).direct.getD q 0) + dot as (packAll L (neuronRows w M)) +
      (2 * 2 ^ (2 * w.frac) + loss ns * ranges (neuronRows w M)) * (ones L w.d_vocab - Nat.shiftLeft 1 (L * label x)))
    (2 ^ (2 * w.frac) * ((total w.heads.length fun i => nth 0 rows i) +
      readLane L ((heads.getD 0 HeadTables.none).direct.getD q 0) (label x) * ones L w.d_vocab) +
      readLane L (dot as (packAll L (neuronRows w M))) (label x) * ones L w.d_vocab) = true := test
  have at_m : (total w.heads.length fun i => readLane L (nth 0 rows i) (label x)) =
      total w.heads.length fun i => digit L (rows.getD i 0) (label x) := total_congr fun i _ => by rw [nth_eq]; rfl
  have all : (total w.heads.length fun i => nth 0 rows i) =
      pack L w.d_vocab fun j => total w.heads.length fun i => digit L (rows.getD i 0) j := by
    rw [← HeadsQuartic.total_pack]
    exact total_congr fun i hi => by rw [nth_eq]; exact (within i hi).left
  have read : readLane L (pack L w.d_vocab (directAt (w.linear B M) (B + 1) c q)) (label x) = directAt (w.linear B M) (B + 1) c q (label x) :=
    digit_pack _ (fun j _ => Nat.lt_trans (direct_lt j) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) S.small)) hl
  have readOuts : readLane L (pack L w.d_vocab fun t => dot as (mapFold (fun row => row.getD t 0) (neuronRows w M))) (label x) =
      dot as (mapFold (fun row => row.getD (label x) 0) (neuronRows w M)) := digit_pack _ (fun j _ => lane_lt j) hl
  have const (k : Nat) : k * ones L w.d_vocab = pack L w.d_vocab fun _ => k := (pack_const _ _ _).symm
  rw [outs, at_m, all, direct, read, readOuts, pack_lossAt L _ hl, const (total w.heads.length fun i => digit L (rows.getD i 0) (label x)),
    const (directAt (w.linear B M) (B + 1) c q (label x)), const (dot as _), pack_add, pack_add, mul_pack, mul_pack, pack_add,
    pack_add, pack_add] at test
  have sum_le {j : Nat} (hj : j < w.d_vocab) : (total w.heads.length fun i => digit L (rows.getD i 0) j) ≤
      w.heads.length * 2 ^ c.width := HeadsQuartic.total_le fun i hi => Nat.le_of_lt ((within i hi).right j hj)
  have loss_le (j : Nat) : lossAt (2 * 2 ^ (2 * w.frac) + loss ns * ranges (neuronRows w M)) (label x) j ≤
      2 ^ (2 * w.frac) * 2 + 2 ^ c.width * ranges (neuronRows w M) := by
    unfold lossAt
    by_cases e : j = label x
    case pos => rw [ite_eq_left e]; exact Nat.zero_le _
    case neg => rw [ite_eq_right e, Nat.mul_comm 2]; exact Nat.add_le_add_left lossRange _
  have space {a b e f : Nat} (ha : a ≤ w.heads.length * 2 ^ c.width) (hb : b ≤ 2 ^ c.width)
      (he : e ≤ (w.heads.length + 1) * 2 ^ c.width * ranges (neuronRows w M))
      (hf : f ≤ 2 ^ (2 * w.frac) * 2 + 2 ^ c.width * ranges (neuronRows w M)) : 2 ^ (2 * w.frac) * (a + b) + e + f < 2 ^ (L - 1) := by
    refine Nat.lt_of_le_of_lt (Nat.add_le_add (Nat.add_le_add (Nat.mul_le_mul_left _ (Nat.add_le_add ha hb)) he) hf) ?_
    refine Nat.lt_of_le_of_lt (Nat.le_of_eq ?_) room
    ring [2 ^ (2 * w.frac), w.heads.length, 2 ^ c.width, ranges (neuronRows w M)]
  refine ⟨hx, hl, fun t ht hne => sub_pos.mp ?_⟩
  have le := of_lanesLe S.L_pos
    (fun j _ => Nat.le_of_lt (space (sum_le hl) (Nat.le_of_lt (direct_lt j)) (lane_le j) (loss_le j)))
    (fun j hj => space (f := 0) (sum_le hj) (Nat.le_of_lt (direct_lt _)) (lane_le _) (Nat.zero_le _)) test ht
  have le : 2 ^ (2 * w.frac) * ((total w.heads.length fun i => digit L (rows.getD i 0) (label x)) + directAt (w.linear B M) (B + 1) c q t) +
    dot as (mapFold (fun row => row.getD t 0) (neuronRows w M)) +
      lossAt (2 * 2 ^ (2 * w.frac) + loss ns * ranges (neuronRows w M)) (label x) t ≤
    2 ^ (2 * w.frac) * ((total w.heads.length fun i => digit L (rows.getD i 0) t) + directAt (w.linear B M) (B + 1) c q (label x)) +
      dot as (mapFold (fun row => row.getD (label x) 0) (neuronRows w M)) := le
  rw [lossAt_ne _ hne] at le
  have margin := le_sub_of_rows (R := R) (w := w.linear B M) (B := B + 1) (c := c) hx S.n_ctx hq rfl S.some (fun i hi => (T hi).fit)
    (fun i hi => (T hi).wellFormed) (fun i => List.tabulate w.d_vocab (digit L (rows.getD i 0))) hl ht (even t ht hne)
  have rowAt {j : Nat} (hj : j < w.d_vocab) : (total (w.linear B M).heads.length fun i =>
      (List.tabulate w.d_vocab (digit L (rows.getD i 0))).getD j 0) = total w.heads.length fun i => digit L (rows.getD i 0) j :=
    total_congr fun i _ => List.getD_tabulate 0 hj
  rw [rowAt hl, rowAt ht] at margin
  have U : (0 : R) < (w.linear B M).unitAt R (B + 1) c := unitAt_pos
  have K : (0 : R) < ofNat R (2 ^ (2 * w.frac)) := ofNat_pos (Nat.two_pow_pos _)
  have sums := neuron_sum_ge (R := R) (J := M.d_mlp) (g := fun j => (w.linear B M).unitAt R (B + 1) c * relu (pre R w x M j))
    (a := fun j => ofNat R (as.getD j 0)) (s := fun j => ofNat R (((neuronRows w M).getD j []).getD (label x) 0))
    (t := fun j => ofNat R (((neuronRows w M).getD j []).getD t 0)) (top := fun j => ofNat R (maxList ((neuronRows w M).getD j [])))
    (e := ofNat R (loss ns)) (ofNat_nonneg _) (fun j hj => (acts hj).left) (fun j hj => (acts hj).right.left) (fun j _ => ofNat_nonneg _)
    (fun j _ => ofNat_nonneg _) fun j _ => ofNat_le (neuronRow_le j (label x))
  rw [← lane, ← lane, ← ofNat_ranges S.outs S.unembed, ← ofNat_mul] at sums
  have neurons_eq : (sum M.d_mlp fun j => (w.linear B M).unitAt R (B + 1) c * relu (pre R w x M j) *
      (ofNat R (((neuronRows w M).getD j []).getD (label x) 0) - ofNat R (((neuronRows w M).getD j []).getD t 0))) =
      ofNat R (2 ^ (2 * w.frac)) * (w.linear B M).unitAt R (B + 1) c * ((sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j (label x)) -
        sum M.d_mlp fun j => relu (pre R w x M j) * neuronRead R w M j t) := by
    rw [← sum_sub, mul_sum]
    refine sum_congr fun j hj => ?_
    rw [← neuronRead_sub S.outs S.unembed hj hl ht]
    exact regroup _ _ _ _ _
  rw [neurons_eq] at sums
  have le := ofNat_le (R := R) le
  rw [ofNat_add, ofNat_add, ofNat_add (2 * 2 ^ (2 * w.frac)), ofNat_mul _ (_ + _), ofNat_add _ (directAt _ _ _ _ t), ofNat_mul 2,
    ofNat_add _ (dot _ _), ofNat_mul _ (_ + _), ofNat_add _ (directAt _ _ _ _ (label x))] at le
  refine pos_of_mul_pos_left (a := ofNat R (2 ^ (2 * w.frac)) * (w.linear B M).unitAt R (B + 1) c) ?_ (le_of_lt (mul_pos K U))
  rw [logit_linear S.fit hq S.mlp, logit_linear S.fit hq S.mlp]
  exact lt_of_linear (add_lt_add_of_le_of_lt (add_le_add (add_le_add (mul_le_mul_of_nonneg_left margin (le_of_lt K)) sums) le) K)
    (gather _ _ _ _ _ _ _ _ _ _ _ _ _)
where
  regroup (U r k a b : R) : U * r * (k * (a - b)) = k * U * (r * a - r * b) := by ring [U, r, k, a, b]
  gather (k U lm lt nm nt dm dt sm st vm vt l : R) :
      k * U * (lm + nm - (lt + nt)) + (k * (dm + st) + (vm - vt - l) + (k * (sm + dt) + vt + (ofNat R 2 * k + l)) + 0) =
        0 + (k * (U * (lm - lt) + (dt + 1 + sm)) + k * U * (nm - nt) + (k * (st + dm) + vm) + k) := by
    have two : (ofNat R 2 : R) = 2 := rfl
    rw [two]
    ring [k, U, lm, lt, nm, nt, dm, dt, sm, st, vm, vt, l]

end input

end

end MlpBruteForce
end Transformer
end Compact
