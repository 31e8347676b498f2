prelude
import Compact.Transformer.Strategy.MlpBruteForce.Setting
/-!
# Brute force with an MLP: one block of neurons

Of one input: the rows of a block's heads bound each neuron's pre-activation from both sides (`neuron_bounds`), and the activations are
packed differences of two rows (`activations_eq`).
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

section block
variable {x : List Nat} {q : Nat} (hx : Valid w x) (hq : token x (w.n_ctx - 1) = q) {ns : List (Nat × Nat)}
  (length : ns.length = neurons.length) (small : loss ns ≤ 2 ^ c.width) (tests : Tested w c L x q neurons ns)
  {b : Nat} (hb : b < blocks)
include hx hq length small tests hb

/-- Of one head: its row, and what it bounds from both sides. -/
theorem head_bounds {i : Nat} (hi : i < w.heads.length) :
    (ns.getD (w.heads.length * b + i) (0, 0)).1 = pack L w.d_vocab (digit L (ns.getD (w.heads.length * b + i) (0, 0)).1) ∧
    (∀ j, j < w.d_vocab → digit L (ns.getD (w.heads.length * b + i) (0, 0)).1 j < 2 ^ c.width) ∧
    ∀ j, j < w.d_vocab → j ≠ w.d_vocab - 1 →
      0 ≤ (viewWithDirect R (neuronHead w M B b i) c q (List.tabulate w.d_vocab
        (digit L (ns.getD (w.heads.length * b + i) (0, 0)).1))).margin w.n_ctx x (w.d_vocab - 1) j ∧
      0 ≤ (viewWithDirect R (neuronHead w M B b i) c q (List.tabulate w.d_vocab
        (lowered L w.d_vocab (ns.getD (w.heads.length * b + i) (0, 0))))).margin w.n_ctx x j (w.d_vocab - 1) := by
  have at_ : w.heads.length * b + i < neurons.length := S.neuronsLength.symm ▸ index_lt hb hi
  have test := tests _ at_
  have T := S.neurons b hb i hi
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt S.n_ctx Nat.one_pos)
  have extra_le : (ns.getD (w.heads.length * b + i) (0, 0)).2 ≤ 2 ^ c.width :=
    Nat.le_trans (Nat.le_trans (Nat.le_add_right _ 2) (le_loss (length.symm ▸ at_))) small
  generalize ns.getD (w.heads.length * b + i) (0, 0) = r at test extra_le ⊢
  match of_lanesWithin (Nat.le_of_lt S.small) test.within, of_lanesWithin (Nat.le_of_lt S.small) test.within' with
  | ⟨row, row_lt⟩, ⟨row', row_lt'⟩ =>
    have loss : r.2 * (ones L w.d_vocab - Nat.shiftLeft 1 (L * (w.d_vocab - 1))) = pack L w.d_vocab (lossAt r.2 (w.d_vocab - 1)) :=
      pack_lossAt L r.2 S.z_lt
    have sum : r.1 + r.2 * (ones L w.d_vocab - Nat.shiftLeft 1 (L * (w.d_vocab - 1))) = pack L w.d_vocab (lowered L w.d_vocab r) := by
      rw [loss]
      refine (congrArg (· + _) row).trans ?_
      rw [pack_add]
      rfl
    have loss_le (j : Nat) : lossAt r.2 (w.d_vocab - 1) j ≤ 2 ^ c.width := by
      unfold lossAt
      by_cases e : j = w.d_vocab - 1
      case pos => rw [ite_eq_left e]; exact Nat.zero_le _
      case neg => rw [ite_eq_right e]; exact extra_le
    have pow_le : 2 ^ c.width + 2 ^ c.width ≤ 2 ^ L := by
      rw [← Nat.two_pow_succ]
      exact Nat.pow_le_pow_right Nat.two_pos S.small
    have lowered_eq {j : Nat} (hj : j < w.d_vocab) :
        digit L (r.1 + r.2 * (ones L w.d_vocab - Nat.shiftLeft 1 (L * (w.d_vocab - 1)))) j = lowered L w.d_vocab r j := by
      rw [sum]
      refine digit_pack _ (fun j hj => Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le (row_lt j hj) (loss_le j)) pow_le) hj
    have query : (neurons.getD (w.heads.length * b + i) HeadTables.none).query q =
        (HeadTables.of L (Enclosure.of (neuronHead w M B b i) c (Circuits.of (neuronHead w M B b i)))).query q :=
      congrArg (fun T => HeadTables.query T q) T.tables
    have lanes := lanesOf (R := R) T.wellFormed T.narrow hqv query hx.left hx.right S.bits row row_lt
    have lanes' := lanesOf (R := R) T.wellFormed T.narrow hqv query hx.left hx.right S.bits sum
      (fun j hj => lowered_eq hj ▸ row_lt' j hj)
    exact ⟨row, row_lt, fun j hj hne => ⟨above_of_test lanes S.L_pos S.z_lt test.up hj hne,
      below_of_test lanes' S.L_pos S.z_lt test.down hj hne⟩⟩

/-- What the activation of a neuron is made of. -/
noncomputable def plus (w : Weights) (M : MLP) (c : Params) (B L q b : Nat) (ns : List (Nat × Nat)) (t : Nat) : Nat :=
  directAt (w.reads B M (b * (w.d_vocab - 1))) (B + 1) c q t + (laneAt L w.heads.length b ns (w.d_vocab - 1) + 1)
noncomputable def minus (w : Weights) (M : MLP) (c : Params) (B L q b : Nat) (ns : List (Nat × Nat)) (t : Nat) : Nat :=
  directAt (w.reads B M (b * (w.d_vocab - 1))) (B + 1) c q (w.d_vocab - 1) + laneAt L w.heads.length b ns t

/-- A neuron's ReLU is its activation, up to the loss. -/
theorem neuron_bounds {t : Nat} (ht : t + 1 < w.d_vocab) (hj : b * (w.d_vocab - 1) + t < M.d_mlp) :
    (w.linear B M).unitAt R (B + 1) c * relu (pre R w x M (b * (w.d_vocab - 1) + t)) ≤
        ofNat R (plus w M c B L q b ns t - minus w M c B L q b ns t) ∧
      ofNat R (plus w M c B L q b ns t - minus w M c B L q b ns t) ≤
        (w.linear B M).unitAt R (B + 1) c * relu (pre R w x M (b * (w.d_vocab - 1) + t)) + ofNat R (loss ns) := by
  have htv := Nat.lt_of_succ_lt ht
  have hz : w.d_vocab - 1 + 1 = w.d_vocab := Nat.sub_add_cancel (Nat.le_of_succ_le S.two)
  have hne : t ≠ w.d_vocab - 1 := fun e => Nat.lt_irrefl w.d_vocab (by rw [e, hz] at ht; exact ht)
  have each {i : Nat} (hi : i < w.heads.length) := head_bounds (R := R) S hx hq length small tests hb hi
  have T {i : Nat} (hi : i < w.heads.length) := S.neurons b hb i hi
  have valid : Valid (w.reads B M (b * (w.d_vocab - 1))) x := hx
  have unit : (w.reads B M (b * (w.d_vocab - 1))).unitAt R (B + 1) c = (w.linear B M).unitAt R (B + 1) c := rfl
  have up := le_sub_of_rows (R := R) valid S.n_ctx hq rfl S.some (fun i hi => (T hi).fit) (fun i hi => (T hi).wellFormed) (c := c)
    (fun i => List.tabulate w.d_vocab (digit L (ns.getD (w.heads.length * b + i) (0, 0)).1)) (a := w.d_vocab - 1) (b := t) S.z_lt htv
    fun i hi => ((each hi).right.right t htv hne).left
  have down := le_sub_of_rows (R := R) valid S.n_ctx hq rfl S.some (fun i hi => (T hi).fit) (fun i hi => (T hi).wellFormed) (c := c)
    (fun i => List.tabulate w.d_vocab (lowered L w.d_vocab (ns.getD (w.heads.length * b + i) (0, 0)))) (a := t) (b := w.d_vocab - 1) htv
    S.z_lt fun i hi => ((each hi).right.right t htv hne).right
  have neuron : logit R (w.reads B M (b * (w.d_vocab - 1))) x t = pre R w x M (b * (w.d_vocab - 1) + t) := logit_reads S.fit ht hj
  have zero : logit R (w.reads B M (b * (w.d_vocab - 1))) x (w.d_vocab - 1) = 0 := logit_reads_last S.fit hz
  have lane {j : Nat} (hj : j < w.d_vocab) : (total w.heads.length fun i =>
      (List.tabulate w.d_vocab (digit L (ns.getD (w.heads.length * b + i) (0, 0)).1)).getD j 0) = laneAt L w.heads.length b ns j :=
    total_congr fun i _ => List.getD_tabulate 0 hj
  have lane' {j : Nat} (hj : j < w.d_vocab) : (total w.heads.length fun i =>
      (List.tabulate w.d_vocab (lowered L w.d_vocab (ns.getD (w.heads.length * b + i) (0, 0)))).getD j 0) =
        laneAt L w.heads.length b ns j + total w.heads.length fun i => lossAt (ns.getD (w.heads.length * b + i) (0, 0)).2 (w.d_vocab - 1) j := by
    unfold laneAt
    rw [← total_add]
    exact total_congr fun i _ => List.getD_tabulate 0 hj
  have atZ : (total w.heads.length fun i => lossAt (ns.getD (w.heads.length * b + i) (0, 0)).2 (w.d_vocab - 1) (w.d_vocab - 1)) = 0 := by
    rw [total_congr fun i _ => lossAt_self _ (w.d_vocab - 1), total_const]
    rfl
  have atT : (total w.heads.length fun i => lossAt (ns.getD (w.heads.length * b + i) (0, 0)).2 (w.d_vocab - 1) t) + 2 ≤ loss ns := by
    rw [total_congr fun i _ => lossAt_ne _ hne]
    refine total_le_loss ns (w.heads.length * b) w.heads.length ?_
    rw [length, S.neuronsLength, ← Nat.mul_succ]
    exact Nat.mul_le_mul_left _ hb
  have loss_le := ofNat_le (R := R) atT
  rw [unit, neuron, zero] at up down
  have up : ofNat R (directAt _ (B + 1) c q _) + ofNat R (total w.heads.length fun i => _) ≤
    _ + (_ + 1 + ofNat R (total w.heads.length fun i => _)) := up
  have down : ofNat R (directAt _ (B + 1) c q _) + ofNat R (total w.heads.length fun i => _) ≤
    _ + (_ + 1 + ofNat R (total w.heads.length fun i => _)) := down
  rw [lane htv, lane S.z_lt] at up
  rw [lane' htv, lane' S.z_lt, atZ, Nat.add_zero, ofNat_add (laneAt _ _ _ _ t)] at down
  refine ⟨relu_le_sub ?_, sub_le_relu unitAt_pos ?_⟩
  · unfold plus minus
    rw [ofNat_add, ofNat_add, ofNat_add (laneAt L w.heads.length b ns (w.d_vocab - 1)) 1]
    exact le_of_linear up (first _ _ _ _ _ _)
  · unfold plus minus
    rw [ofNat_add, ofNat_add (laneAt L w.heads.length b ns (w.d_vocab - 1)) 1, ofNat_add]
    rw [ofNat_add _ 2] at loss_le
    exact le_of_linear (add_le_add down loss_le) (second _ _ _ _ _ _ _ _)
where
  first (U p d e s t : R) : d + (t + ofNat R 1) + (e + s) = U * p + (e + s) + (U * (0 - p) + (d + 1 + t)) := by
    have one : (ofNat R 1 : R) = 1 := rfl
    rw [one]
    ring [U, p, d, e, s, t]
  second (U p d e s t k l : R) : U * p + (e + s) + l + (d + t + (k + ofNat R 2)) =
      d + (t + ofNat R 1) + (U * (p - 0) + (e + 1 + (s + k)) + l) := by
    have one : (ofNat R 1 : R) = 1 := rfl
    have two : (ofNat R 2 : R) = 2 := rfl
    rw [one, two]
    ring [U, p, d, e, s, t, k, l]

omit S hx hq length small tests hb in
theorem laneAt_le (ns : List (Nat × Nat)) {j a : Nat} (h : ∀ i, i < w.heads.length → digit L (ns.getD (w.heads.length * b + i) (0, 0)).1 j ≤ a) :
    laneAt L w.heads.length b ns j ≤ w.heads.length * a := HeadsQuartic.total_le h

omit hx hq length small in
/-- The rows keep to their width. -/
theorem head_row {i : Nat} (hi : i < w.heads.length) :
    (ns.getD (w.heads.length * b + i) (0, 0)).1 = pack L w.d_vocab (digit L (ns.getD (w.heads.length * b + i) (0, 0)).1) ∧
    ∀ j, j < w.d_vocab → digit L (ns.getD (w.heads.length * b + i) (0, 0)).1 j < 2 ^ c.width :=
  of_lanesWithin (Nat.le_of_lt S.small) (tests _ (S.neuronsLength.symm ▸ index_lt hb hi)).within

omit length small in
/-- What is packed of a block, lane by lane. -/
theorem activations_eq : activations L w.heads.length (ones L w.d_vocab) (2 ^ (L - 1) * ones L w.d_vocab) (w.d_vocab - 1)
      ((directsOf w.heads.length q neurons blocks 0).getD b 0) b ns =
        pack L w.d_vocab (fun t => plus w M c B L q b ns t - minus w M c B L q b ns t) ∧
    ∀ t, t < w.d_vocab → plus w M c B L q b ns t ≤ (w.heads.length + 1) * 2 ^ c.width := by
  have each {i : Nat} (hi : i < w.heads.length) := head_row S tests hb hi
  have T : TablesOf (w.reads B M (b * (w.d_vocab - 1))) c (B + 1) L (neurons.getD (w.heads.length * b) HeadTables.none) 0 :=
    S.neurons b hb 0 S.some
  have hqv : q < w.d_vocab := hq ▸ token_lt' hx (Nat.sub_lt S.n_ctx Nat.one_pos)
  have direct : (directsOf w.heads.length q neurons blocks 0).getD b 0 =
      pack L w.d_vocab (directAt (w.reads B M (b * (w.d_vocab - 1))) (B + 1) c q) := by
    rw [getD_directsOf _ _ _ 0 hb, Nat.zero_add, T.tables]
    exact getD_packAll ((T.wellFormed.length_directRows c).symm ▸ hqv) (T.wellFormed.length_directRow c hqv)
  have direct_lt (j : Nat) : directAt (w.reads B M (b * (w.d_vocab - 1))) (B + 1) c q j < 2 ^ c.width :=
    lt_of_narrowRows (Bool.and_right (Bool.and_right T.narrow)) q j
  have lane_le {j : Nat} (hj : j < w.d_vocab) : laneAt L w.heads.length b ns j ≤ w.heads.length * 2 ^ c.width :=
    laneAt_le ns fun i hi => Nat.le_of_lt ((each hi).right j hj)
  have rows : rowSum w.heads.length b ns = pack L w.d_vocab (laneAt L w.heads.length b ns) := by
    refine (total_congr fun i hi => ?_).trans (HeadsQuartic.total_pack L w.d_vocab
      (fun i => digit L (ns.getD (w.heads.length * b + i) (0, 0)).1) w.heads.length)
    show (nth (0, 0) ns (w.heads.length * b + i)).1 = _
    rw [nth_eq]
    exact (each hi).left
  have room := S.rows_lt
  have half : 2 ^ (L - 1) ≤ 2 ^ L := Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)
  have rows_lt {j : Nat} (hj : j < w.d_vocab) : laneAt L w.heads.length b ns j < 2 ^ L := by
    refine Nat.lt_of_le_of_lt (lane_le hj) (Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt ?_ room) half)
    exact Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_succ _)) (Nat.le_add_right _ 2)
  have plus_le {t : Nat} : plus w M c B L q b ns t ≤ (w.heads.length + 1) * 2 ^ c.width := by
    unfold plus
    rw [Nat.succ_mul, Nat.add_comm, Nat.add_assoc, Nat.add_comm 1]
    exact Nat.add_le_add (lane_le S.z_lt) (direct_lt t)
  have minus_le {t : Nat} (ht : t < w.d_vocab) : minus w M c B L q b ns t ≤ (w.heads.length + 1) * 2 ^ c.width := by
    unfold minus
    rw [Nat.succ_mul, Nat.add_comm]
    exact Nat.add_le_add (lane_le ht) (Nat.le_of_lt (direct_lt _))
  have lt {a : Nat} (h : a ≤ (w.heads.length + 1) * 2 ^ c.width) : a < 2 ^ (L - 1) :=
    Nat.lt_of_le_of_lt (Nat.le_trans h (Nat.le_add_right _ 2)) room
  refine ⟨?_, fun t _ => plus_le⟩
  have atZ : readLane L (pack L w.d_vocab (laneAt L w.heads.length b ns)) (w.d_vocab - 1) = laneAt L w.heads.length b ns (w.d_vocab - 1) :=
    digit_pack _ (fun j hj => rows_lt hj) S.z_lt
  have directZ : readLane L (pack L w.d_vocab (directAt (w.reads B M (b * (w.d_vocab - 1))) (B + 1) c q)) (w.d_vocab - 1) =
      directAt (w.reads B M (b * (w.d_vocab - 1))) (B + 1) c q (w.d_vocab - 1) :=
    digit_pack _ (fun j _ => Nat.lt_trans (direct_lt j) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) S.small)) S.z_lt
  have const (k : Nat) : Nat.mul k (ones L w.d_vocab) = pack L w.d_vocab fun _ => k := (pack_const _ _ _).symm
  unfold activations
  rw [Nat.force_eq, rows, direct, atZ, directZ, const, const]
  show lanesMonus _ (L - 1) (pack L w.d_vocab _ + pack L w.d_vocab _) (pack L w.d_vocab _ + pack L w.d_vocab _) = _
  rw [pack_add, pack_add]
  exact lanesMonus_pack S.L_pos (fun j _ => lt plus_le) fun j hj => lt (minus_le hj)

end block

end

end MlpBruteForce
end Transformer
end Compact
