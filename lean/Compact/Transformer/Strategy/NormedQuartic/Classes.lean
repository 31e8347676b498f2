prelude
import Compact.Averaging.Margin
import Compact.Mixture.Worth
import Compact.Transformer.Strategy.HeadsQuartic.Rows
import Compact.Transformer.Strategy.NormedQuartic.Tilt
/-!
# Quartic for a model with norms: classes of inputs

What passes the tests of a query and a maximum is answered correctly.
-/
namespace Compact
namespace Transformer
namespace NormedQuartic
namespace Frame
open NormedBruteForce (Setup)
open HeadsQuartic (levelOf chosen mem_chosen nodup_chosen length_chosen_le levelPowers levelPowers_eq)
variable {R : Type} [RootField R] {F : Frame} (fair : F.Fair)
include fair

/-! ## Lanes -/

theorem Fair.mul_most_le {k : Nat} (hk : k ≤ F.s.w.model.n_ctx) : k * (3 * F.most) < 2 ^ (F.L - 1) :=
  Nat.lt_of_le_of_lt (Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_succ_of_le hk)) (Nat.le_mul_of_pos_left _ fair.parts)) fair.room

/-- A key as lanes: at most thrice the greatest lane of a row. -/
theorem Fair.of_key {K : Key} {e : R} {d : Nat → R} {m : Nat} (h : KeyFor F K e m d) (hm : m < F.s.w.model.d_vocab) :
    ∃ f : Nat → Nat, F.behind m K = pack F.L F.s.w.model.d_vocab f ∧ (∀ t, t < F.s.w.model.d_vocab → f t ≤ 3 * F.most) ∧
      ∀ t, t < F.s.w.model.d_vocab → t ≠ m →
        ofNat R F.most ≤ ofNat R (2 ^ F.s.c.prec) * e * (ofNat R F.s.one * d t) + ofNat R (f t) := by
  match h with
  | ⟨f, row, small, slack, bound⟩ =>
    have most_lt : F.most < 2 ^ F.L := by
      have le := fair.mul_most_le (k := 1) fair.setup.n_ctx
      rw [Nat.one_mul] at le
      have three : F.most < 3 * F.most := by
        rw [Nat.succ_mul 2]
        exact Nat.lt_add_of_pos_left (Nat.mul_pos Nat.two_pos fair.most_pos)
      exact Nat.lt_of_lt_of_le (Nat.lt_trans three le) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))
    have lane : readLane F.L K.row m = f m := by
      rw [readLane_eq, row]
      exact digit_pack F.L (fun t ht => Nat.lt_of_le_of_lt (small t ht) most_lt) hm
    refine ⟨fun t => f t + (K.slack + (F.most - f m)) - (if t = m then K.slack + (F.most - f m) + f m else 0), ?_, fun t ht => ?_, fun t ht hne => ?_⟩
    · unfold behind
      rw [Nat.force_eq, Nat.force_eq, lane]
      show K.row + (K.slack + (F.most - f m)) * F.ones - (K.slack + (F.most - f m) + f m) * 2 ^ (F.L * m) = _
      rw [fair.ones, mul_ones, row, pack_add, ← pack_single F.L _ hm]
      refine pack_sub F.L fun t _ => ?_
      by_cases here : t = m
      case pos => rw [ite_eq_left here, here, Nat.add_comm]; exact Nat.le_refl _
      case neg => rw [ite_eq_right here]; exact Nat.zero_le _
    · have e : 3 * F.most = F.most + (F.most + F.most) := by rw [Nat.succ_mul 2, Nat.two_mul, Nat.add_comm]
      rw [e]
      exact Nat.le_trans (Nat.sub_le _ _) (Nat.add_le_add (small t ht) (Nat.add_le_add slack (Nat.sub_le _ _)))
    · have b := bound t ht
      show _ ≤ _ + ofNat R (f t + (K.slack + (F.most - f m)) - if t = m then K.slack + (F.most - f m) + f m else 0)
      rw [ite_eq_right hne, Nat.sub_zero, ofNat_add, ofNat_add, ofNat_sub (small m hm)]
      generalize ofNat R (2 ^ F.s.c.prec) * e * (ofNat R F.s.one * d t) = D at b ⊢
      exact le_of_linear b (by ring [D, ofNat R (f m), ofNat R (f t), ofNat R K.slack, ofNat R F.most])

/-- The greatest lanes of a token at some positions. -/
theorem Fair.of_worst {m y : Nat} (hm : m < F.s.w.model.d_vocab) {e : Nat → R} {d : Nat → Nat → R} {rows : List (List Key)}
    (h : ∀ p, p < rows.length → KeyFor F ((rows.getD p []).getD y Key.none) (e p) m (d p)) :
    ∃ f : Nat → Nat, fold (fun row ih => Nat.force ih fun M => Nat.force (F.behind m (nth Key.none row y)) fun N => lanesMax F.tops (Nat.sub F.L 1) M N) 0
        rows = pack F.L F.s.w.model.d_vocab f ∧ (∀ t, t < F.s.w.model.d_vocab → f t ≤ 3 * F.most) ∧
      ∀ p, p < rows.length → ∀ t, t < F.s.w.model.d_vocab → t ≠ m →
        ofNat R F.most ≤ ofNat R (2 ^ F.s.c.prec) * e p * (ofNat R F.s.one * d p t) + ofNat R (f t) := by
  induction rows generalizing e d with
  | nil =>
    refine ⟨fun _ => 0, ?_, fun _ _ => Nat.zero_le _, fun p hp => absurd hp (Nat.not_lt_zero p)⟩
    exact ((pack_const F.L F.s.w.model.d_vocab 0).trans (Nat.zero_mul _)).symm
  | cons row rows ih =>
    match ih (e := fun p => e (p + 1)) (d := fun p => d (p + 1)) (fun p hp => h (p + 1) (Nat.succ_lt_succ hp)), fair.of_key (h 0 (Nat.zero_lt_succ _)) hm with
    | ⟨f, ef, small, each⟩, ⟨f', ef', small', first⟩ =>
      have lane {k : Nat} (hk : k ≤ 3 * F.most) : k < 2 ^ (F.L - 1) := by
        have le := fair.mul_most_le (k := 1) fair.setup.n_ctx
        rw [Nat.one_mul] at le
        exact Nat.lt_of_le_of_lt hk le
      refine ⟨fun t => f' t + (f t - f' t), ?_, fun t ht => ?_, fun p hp t ht hne => ?_⟩
      · show Nat.force (fold _ 0 rows) (fun M => Nat.force (F.behind m (nth Key.none row y)) fun N => lanesMax F.tops (F.L - 1) M N) = _
        rw [Nat.force_eq, Nat.force_eq, nth_eq, ef, fair.tops]
        refine Eq.trans (congrArg (lanesMax _ _ _) ef') ?_
        exact lanesMax_pack fair.pos (fun t ht => lane (small t ht)) fun t ht => lane (small' t ht)
      · show f' t + (f t - f' t) ≤ 3 * F.most
        cases Nat.le_total (f' t) (f t) with
        | inl le => rw [Nat.add_sub_of_le le]; exact small t ht
        | inr le => rw [Nat.sub_eq_zero_of_le le]; exact small' t ht
      · cases p with
        | zero => exact le_trans (first t ht hne) (add_le_add_left (ofNat_le (Nat.le_add_right _ _)) _)
        | succ p =>
          have le : f t ≤ f' t + (f t - f' t) := Nat.sub_le_iff_le_add'.mp (Nat.le_refl _)
          exact le_trans (each p (Nat.lt_of_succ_lt_succ hp) t ht hne) (add_le_add_left (ofNat_le le) _)

/-- The same number in all lanes. -/
theorem Fair.mul_ones (x : Nat) : x * F.ones = pack F.L F.s.w.model.d_vocab fun _ => x := by
  rw [fair.ones]
  exact (pack_const _ _ _).symm

/-- Small lanes are the digits of what they are packed in. -/
theorem Fair.lanes_of {N : Nat} {f : Nat → Nat} (e : N = pack F.L F.s.w.model.d_vocab f) (le : ∀ t, t < F.s.w.model.d_vocab → f t ≤ 3 * F.most) :
    N = pack F.L F.s.w.model.d_vocab (digit F.L N) ∧ ∀ t, t < F.s.w.model.d_vocab → digit F.L N t ≤ 3 * F.most := by
  have lane_lt {k : Nat} (hk : k ≤ 3 * F.most) : k < 2 ^ F.L := by
    have lt := fair.mul_most_le (k := 1) fair.setup.n_ctx
    rw [Nat.one_mul] at lt
    exact Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt hk lt) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))
  have each {t : Nat} (ht : t < F.s.w.model.d_vocab) : digit F.L N t = f t := by
    rw [e]
    exact digit_pack F.L (fun j hj => lane_lt (le j hj)) ht
  refine ⟨e.trans (pack_congr F.L fun t ht => (each ht).symm), fun t ht => ?_⟩
  rw [each ht]
  exact le t ht

omit fair in
theorem classes_le (n q m : Nat) : classes n q m ≤ n + 1 := by
  by_cases e : q = m
  case pos => rw [e, classes_self]; exact Nat.le_refl _
  case neg => rw [classes_of_ne n e]; exact Nat.le_succ n

/-! ## Inputs of a class -/

omit fair in
theorem worth_eq_total (h : Nat → Nat) (y : List Nat) : (total y.length fun p => h (token y p)) = worth h y := by
  induction y with
  | nil => rfl
  | cons t y ih => exact (total_succ' y.length _).trans (congrArg (h t + ·) ih)

omit fair in
theorem token_append_left {y : List Nat} {q p : Nat} (hp : p < y.length) : token (y ++ [q]) p = token y p := List.getD_append 0 hp

omit fair in
theorem token_append_last (y : List Nat) (q : Nat) : token (y ++ [q]) y.length = q := by
  induction y with
  | nil => rfl
  | cons t y ih => exact ih

section
variable {A : Head} (hA : F.s.w.model.heads = [A]) (hM : F.s.w.model.mlp = none) (heps : 0 < F.s.w.eps_num) {q : Nat}
include hA hM heps

/-- If the lanes of all positions together are less than all keys are worth, `m` wins over `t`. -/
theorem Fair.logit_lt (M : R) {y : List Nat} (hlen : y.length = F.s.w.model.n_ctx - 1) {m t : Nat} {h : Nat → Nat} {last : Nat}
    (others : ∀ p, p < F.s.w.model.n_ctx - 1 → ofNat R F.most ≤ ofNat R (2 ^ F.s.c.prec) * exp (keyScore R F.s A q p (token y p) - M) *
      (ofNat R F.s.one * marginAt R F.s A q m p (token y p) t) + ofNat R (h (token y p)))
    (lastKey : ofNat R F.most ≤ ofNat R (2 ^ F.s.c.prec) * exp (keyScore R F.s A q (F.s.w.model.n_ctx - 1) q - M) *
      (ofNat R F.s.one * marginAt R F.s A q m (F.s.w.model.n_ctx - 1) q t) + ofNat R last)
    (small : worth h y + last < F.s.w.model.n_ctx * F.most) :
    Normed.logit R F.s.w (y ++ [q]) t < Normed.logit R F.s.w (y ++ [q]) m := by
  have S := fair.setup
  have hn : F.s.w.model.n_ctx - 1 + 1 = F.s.w.model.n_ctx := Nat.sub_add_cancel S.n_ctx
  have atLast : token (y ++ [q]) (F.s.w.model.n_ctx - 1) = q := hlen ▸ token_append_last y q
  -- The terms of the statement are those of the tables.
  have score_eq (p : Nat) : Normed.score R F.s.w (y ++ [q]) A p = keyScore R F.s A q p (token (y ++ [q]) p) := by
    show (sum F.s.w.model.d_head fun h =>
      Setup.vectorOf R F.s A.W_Q A.b_Q (F.s.w.model.n_ctx - 1) (token (y ++ [q]) (F.s.w.model.n_ctx - 1)) h *
        Setup.vectorOf R F.s A.W_K A.b_K p (token (y ++ [q]) p) h) / _ = _
    rw [atLast]
    rfl
  have own_eq (i : Nat) : Normed.own R F.s.w (y ++ [q]) i = ownAt R F.s q i := by
    show Setup.residOf R F.s (F.s.w.model.n_ctx - 1) (token (y ++ [q]) (F.s.w.model.n_ctx - 1)) i + _ = _
    rw [atLast]
    rfl
  have term_eq (p s : Nat) : Normed.term R F.s.w (y ++ [q]) A s p = termAt R F.s A q p (token (y ++ [q]) p) s :=
    congrArg (· + _) (Normed.reads_congr fun i _ => own_eq i)
  have whole_eq (p i : Nat) : Normed.whole R F.s.w (y ++ [q]) A p i = wholeAt R F.s A q p (token (y ++ [q]) p) i := congrArg (· + _) (own_eq i)
  have margin_eq (p : Nat) : Normed.term R F.s.w (y ++ [q]) A m p - Normed.term R F.s.w (y ++ [q]) A t p +
      Normed.biased R F.s.w (y ++ [q]) A (wholeAt R F.s A q 0 m) (upOf R F.s m t) (upOf R F.s t m) p = marginAt R F.s A q m p (token (y ++ [q]) p) t := by
    rw [term_eq, term_eq]
    unfold marginAt leanAt Normed.biased
    rw [Normed.inner_congr fun i _ => whole_eq p i, Normed.root_congr fun i _ => whole_eq p i]
  refine Normed.logit_lt S.n_ctx S.d_model heps S.eps hA hM M (upOf_nonneg m t) (upOf_nonneg t m) (bias_sub m t) (wholeAt R F.s A q 0 m) ?_
  have units : (0 : R) < ofNat R (2 ^ F.s.c.prec) * ofNat R F.s.one := mul_pos (ofNat_pos (Nat.two_pow_pos _)) (ofNat_pos S.one_pos)
  refine pos_of_mul_pos_left (a := ofNat R (2 ^ F.s.c.prec) * ofNat R F.s.one) ?_ (le_of_lt units)
  rw [sum_congr fun p _ => congrArg (exp (Normed.score R F.s.w (y ++ [q]) A p - M) * ·) (margin_eq p), mul_sum]
  have below : (sum F.s.w.model.n_ctx fun _ => ofNat R F.most) - (ofNat R (worth h y) + ofNat R last) ≤ sum F.s.w.model.n_ctx fun p =>
      ofNat R (2 ^ F.s.c.prec) * ofNat R F.s.one * (exp (Normed.score R F.s.w (y ++ [q]) A p - M) *
        marginAt R F.s A q m p (token (y ++ [q]) p) t) := by
    rw [← worth_eq_total h y, hlen, ofNat_total]
    have gather (E g o D : R) : E * g * (o * D) = E * o * (g * D) := by ring [E, g, o, D]
    have at_others : (sum (F.s.w.model.n_ctx - 1) fun p => ofNat R F.most - ofNat R (h (token y p))) ≤ sum (F.s.w.model.n_ctx - 1) fun p =>
        ofNat R (2 ^ F.s.c.prec) * ofNat R F.s.one * (exp (Normed.score R F.s.w (y ++ [q]) A p - M) *
          marginAt R F.s A q m p (token (y ++ [q]) p) t) := sum_le_sum fun p hp => by
      rw [score_eq, token_append_left (hlen.symm ▸ hp), ← gather]
      exact sub_le_iff_le_add.mpr (others p hp)
    have at_last : ofNat R F.most - ofNat R last ≤ ofNat R (2 ^ F.s.c.prec) * ofNat R F.s.one *
        (exp (Normed.score R F.s.w (y ++ [q]) A (F.s.w.model.n_ctx - 1) - M) *
          marginAt R F.s A q m (F.s.w.model.n_ctx - 1) (token (y ++ [q]) (F.s.w.model.n_ctx - 1)) t) := by
      rw [score_eq, atLast, ← gather]
      exact sub_le_iff_le_add.mpr lastKey
    rw [sum_sub] at at_others
    have whole := add_le_add at_others at_last
    rw [← sum_succ, hn] at whole
    refine le_trans (le_of_eq ?_) whole
    have split : (sum F.s.w.model.n_ctx fun _ => ofNat R F.most) = (sum (F.s.w.model.n_ctx - 1) fun _ => ofNat R F.most) + ofNat R F.most := by
      refine Eq.trans ?_ (sum_succ (F.s.w.model.n_ctx - 1) fun _ => ofNat R F.most)
      rw [hn]
    rw [split]
    generalize (sum (F.s.w.model.n_ctx - 1) fun _ => ofNat R F.most) = a
    generalize (sum (F.s.w.model.n_ctx - 1) fun p => ofNat R (h (token y p))) = b
    ring [a, b, ofNat R F.most, ofNat R last]
  refine lt_of_lt_of_le ?_ below
  have lt := ofNat_lt (R := R) small
  rw [sum_const, ← ofNat_mul, ← ofNat_add]
  exact sub_pos.mpr lt

variable {others : List (List Key)} {last : Key} {m : Nat} (holds : PairHolds R F A q m others last) (hqm : q ≤ m) (hm : m < F.s.w.model.d_vocab)
include holds hm

omit hA hM heps in
/-- The lanes of a token. -/
theorem Fair.worst_lanes {y : Nat} (hy : y ≤ m) :
    ∃ f : Nat → Nat, F.worst others m y = pack F.L F.s.w.model.d_vocab f ∧ ∀ t, t < F.s.w.model.d_vocab → f t ≤ 3 * F.most := by
  match holds with
  | ⟨M, length, keys, _⟩ => match fair.of_worst hm (y := y) (rows := others) fun p hp => keys p y (length ▸ hp) hy with
    | ⟨f, e, small, _⟩ => exact ⟨f, e, small⟩

include hqm in
/-- What passes a test wins. -/
theorem Fair.correct {y : List Nat} (hlen : y.length = F.s.w.model.n_ctx - 1) (hy : ∀ s, s ∈ y → s < F.s.w.model.d_vocab)
    (label : maximum (y ++ [q]) = m)
    (small : ∀ t, t < F.s.w.model.d_vocab → t ≠ m → worth (fun s => digit F.L (F.worst others m s) t) y + digit F.L (F.behind m last) t <
      F.s.w.model.n_ctx * F.most) : Normed.Correct R maximum F.s.w (y ++ [q]) := by
  have S := fair.setup
  refine ⟨⟨?_, fun t ht => ?_⟩, label ▸ hm, fun t ht hne => ?_⟩
  · rw [List.length_append, hlen]
    exact Nat.sub_add_cancel S.n_ctx
  · match List.mem_append.mp ht with
    | .inl ht => exact hy t ht
    | .inr (.head _) => exact Nat.lt_of_le_of_lt hqm hm
  · rw [label] at hne ⊢
    have lane_lt {k : Nat} (hk : k ≤ 3 * F.most) : k < 2 ^ F.L := by
      have le := fair.mul_most_le (k := 1) S.n_ctx
      rw [Nat.one_mul] at le
      exact Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt hk le) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))
    match holds with
    | ⟨M, length, keys, lastHolds⟩ =>
      refine fair.logit_lt hA hM heps M hlen (fun p hp => ?_) ?_ (small t ht hne)
      · have htoken : token y p ≤ m := label ▸ le_maximum (List.mem_append_left _ (List.getD_mem 0 (hlen.symm ▸ hp)))
        match fair.of_worst hm (y := token y p) (rows := others) fun p' hp' => keys p' (token y p) (length ▸ hp') htoken with
        | ⟨f, e, le, each⟩ =>
          have d : digit F.L (F.worst others m (token y p)) t = f t := by
            refine Eq.trans (congrArg (fun N => digit F.L N t) e) ?_
            exact digit_pack F.L (fun j hj => lane_lt (le j hj)) ht
          rw [d]
          exact each p (length.symm ▸ hp) t ht hne
      · match fair.of_key lastHolds hm with
        | ⟨f, e, le, each⟩ =>
          have d : digit F.L (F.behind m last) t = f t := by
            rw [e]
            exact digit_pack F.L (fun j hj => lane_lt (le j hj)) ht
          rw [d]
          exact each t ht hne

/-- The lanes of a word's `k` copies of `m` and of the query. -/
noncomputable def baseAt (F : Frame) (others : List (List Key)) (last : Key) (m k t : Nat) : Nat := k * digit F.L (F.worst others m m) t + digit F.L (F.behind m last) t

omit hA hM heps in
/-- The digits of all lanes: they are small, and lanes are made of them. -/
theorem Fair.lanes_of_worst {y : Nat} (hy : y ≤ m) :
    F.worst others m y = pack F.L F.s.w.model.d_vocab (digit F.L (F.worst others m y)) ∧ ∀ t, t < F.s.w.model.d_vocab → digit F.L (F.worst others m y) t ≤ 3 * F.most := by
  match fair.worst_lanes holds hm hy with
  | ⟨f, e, le⟩ => exact fair.lanes_of e le

omit hA hM heps in
theorem Fair.lanes_of_last :
    F.behind m last = pack F.L F.s.w.model.d_vocab (digit F.L (F.behind m last)) ∧
      ∀ t, t < F.s.w.model.d_vocab → digit F.L (F.behind m last) t ≤ 3 * F.most := by
  match holds with
  | ⟨M, _, _, last⟩ => match fair.of_key last hm with
    | ⟨l, e, le, _⟩ => exact fair.lanes_of e le

omit hA hM heps in
theorem Fair.base_lanes {k : Nat} (hk : k + 1 ≤ F.s.w.model.n_ctx) : k * F.worst others m m + F.behind m last = pack F.L F.s.w.model.d_vocab (baseAt F others last m k) ∧
    ∀ t, t < F.s.w.model.d_vocab → baseAt F others last m k t ≤ F.s.w.model.n_ctx * (3 * F.most) := by
  match fair.lanes_of_worst holds hm (Nat.le_refl m), fair.lanes_of_last holds hm with
  | ⟨e, le⟩, ⟨e', le'⟩ =>
    refine ⟨?_, fun t ht => ?_⟩
    · show _ = pack F.L F.s.w.model.d_vocab fun t => k * digit F.L (F.worst others m m) t + digit F.L (F.behind m last) t
      rw [← pack_add, ← mul_pack, ← e, ← e']
    · refine Nat.le_trans (Nat.add_le_add (Nat.mul_le_mul_left k (le t ht)) (le' t ht)) ?_
      rw [← Nat.succ_mul]
      exact Nat.mul_le_mul_right _ hk

omit hA hM heps in
/-- What is left for others shows in all lanes. -/
theorem Fair.of_base {k r : Nat} (hk : k + 1 ≤ F.s.w.model.n_ctx) (hr : r ≤ F.s.w.model.n_ctx * F.most)
    (h : lanesLe F.tops (k * F.worst others m m + F.behind m last) (r * F.ones) = true) {t : Nat} (ht : t < F.s.w.model.d_vocab) : baseAt F others last m k t ≤ r := by
  match fair.base_lanes holds hm hk with
  | ⟨e, le⟩ =>
    rw [e, fair.mul_ones, fair.tops] at h
    refine of_lanesLe fair.pos (fun j hj => Nat.le_of_lt (Nat.lt_of_le_of_lt (le j hj) (fair.mul_most_le (Nat.le_refl _)))) (fun _ _ => ?_) h ht
    refine Nat.lt_of_le_of_lt (Nat.le_trans hr (Nat.mul_le_mul_left _ ?_)) (fair.mul_most_le (Nat.le_refl _))
    exact Nat.le_mul_of_pos_left _ (Nat.zero_lt_succ 2)

omit hA hM heps in
/-- What a token takes shows in all lanes. -/
theorem Fair.of_takes {k l r y : Nat} (hk : k + 1 ≤ F.s.w.model.n_ctx) (hr : r ≤ F.s.w.model.n_ctx * F.most) (hl : l ≤ F.C.parts)
    (hy : y ≤ m) (h : F.takes (k * F.worst others m m + F.behind m last) r l (F.worst others m y) = true) {t : Nat}
    (ht : t < F.s.w.model.d_vocab) : F.C.parts * digit F.L (F.worst others m y) t + l * baseAt F others last m k t ≤ F.C.parts * F.most + l * r := by
  match fair.base_lanes holds hm hk, fair.lanes_of_worst holds hm hy with
  | ⟨eb, base⟩, ⟨ew, worst⟩ =>
    have left : F.C.parts * F.worst others m y + l * (k * F.worst others m m + F.behind m last) =
        pack F.L F.s.w.model.d_vocab fun t => F.C.parts * digit F.L (F.worst others m y) t + l * baseAt F others last m k t := by
      rw [← pack_add, ← mul_pack, ← mul_pack, ← eb, ← ew]
    have h : lanesLe F.tops (F.C.parts * F.worst others m y + l * (k * F.worst others m m + F.behind m last)) ((F.C.parts * F.most + l * r) * F.ones) = true := h
    rw [left, fair.mul_ones, fair.tops] at h
    have whole {a b : Nat} (ha : a ≤ 3 * F.most) (hb : b ≤ F.s.w.model.n_ctx * (3 * F.most)) : F.C.parts * a + l * b < 2 ^ (F.L - 1) := by
      refine Nat.lt_of_le_of_lt (Nat.add_le_add (Nat.mul_le_mul_left _ ha) (Nat.mul_le_mul hl hb)) ?_
      rw [← Nat.mul_add, Nat.add_comm (3 * F.most), ← Nat.succ_mul]
      exact fair.room
    have three : F.most ≤ 3 * F.most := Nat.le_mul_of_pos_left _ (Nat.zero_lt_succ 2)
    exact of_lanesLe fair.pos (fun j hj => Nat.le_of_lt (whole (worst j hj) (base j hj)))
      (fun _ _ => whole three (Nat.le_trans hr (Nat.mul_le_mul_left _ three))) h ht

include hqm

/-- The inputs of a class. -/
theorem Fair.class_sound {levels c : Nat} (hc : c < classes (F.s.w.model.n_ctx - 1) q m) :
    AtLeast (F.countClass (Ball.table (F.worst others m) m 0) (F.worst others m m) (F.behind m last) (2 ^ F.C.countBits) (F.s.w.model.n_ctx - 1) m levels c)
      fun y => (Normed.Correct R maximum F.s.w (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = c := by
  have S := fair.setup
  have hn : F.s.w.model.n_ctx - 1 + 1 = F.s.w.model.n_ctx := Nat.sub_add_cancel S.n_ctx
  unfold Frame.countClass
  rw [Nat.force_eq, Nat.force_eq]
  show AtLeast (Bool.rec (motive := fun _ => Nat) 0 (Nat.force (levelPowers _ _ (fun s => Nat.ble _ _ &&
    F.takes ((F.s.w.model.n_ctx - 1 - c) * F.worst others m m + F.behind m last) ((F.s.w.model.n_ctx - 1 + 1) * F.most - 1 - c * F.most) _ _) m) _)
    (lanesLe F.tops ((F.s.w.model.n_ctx - 1 - c) * F.worst others m m + F.behind m last) (((F.s.w.model.n_ctx - 1 + 1) * F.most - 1 - c * F.most) * F.ones))) _
  rw [hn]
  have c_le : c ≤ F.s.w.model.n_ctx - 1 := Nat.le_of_lt_succ (Nat.lt_of_lt_of_le hc (classes_le _ _ _))
  have k_le : F.s.w.model.n_ctx - 1 - c + 1 ≤ F.s.w.model.n_ctx := Nat.le_trans (Nat.succ_le_succ (Nat.sub_le _ _)) (Nat.le_of_eq hn)
  have r_le : F.s.w.model.n_ctx * F.most - 1 - c * F.most ≤ F.s.w.model.n_ctx * F.most := Nat.le_trans (Nat.sub_le _ _) (Nat.sub_le _ _)
  have due : c * F.most + (F.s.w.model.n_ctx * F.most - 1 - c * F.most) + 1 = F.s.w.model.n_ctx * F.most := by
    have le : c * F.most + 1 ≤ F.s.w.model.n_ctx * F.most := by
      refine Nat.le_trans (Nat.add_le_add_left fair.most_pos _) ?_
      rw [← Nat.succ_mul]
      exact Nat.mul_le_mul_right _ (Nat.le_trans (Nat.succ_le_succ c_le) (Nat.le_of_eq hn))
    rw [Nat.add_sub_of_le (Nat.le_sub_of_add_le le), Nat.sub_add_cancel (Nat.mul_pos S.n_ctx fair.most_pos)]
  generalize F.s.w.model.n_ctx * F.most - 1 - c * F.most = r at r_le due ⊢
  cases enough : lanesLe F.tops ((F.s.w.model.n_ctx - 1 - c) * F.worst others m m + F.behind m last) (r * F.ones) with
  | false => exact AtLeast.zero
  | true =>
    show AtLeast (Nat.force (levelPowers _ _ _ m) fun S => lowCount _ F.C.parts (binom (F.s.w.model.n_ctx - 1) c * S ^ c)) _
    rw [Nat.force_eq, levelPowers_eq]
    have not_mem {test : Nat → Bool} : ¬m ∈ chosen test m := fun h => Nat.lt_irrefl m (mem_chosen h).left
    refine atLeast_lowWords (nodup_chosen _ m) not_mem (Nat.lt_of_le_of_lt (Nat.pow_le_pow_left ?_ _) fair.count) rfl fun y hy few => ?_
    · exact Nat.succ_le_succ (Nat.le_trans (length_chosen_le _ m) (Nat.le_of_lt hm))
    · have label := maximum_append_query (fun s hs => (mem_chosen hs).left) hqm hc hy
      refine ⟨fair.correct hA hM heps holds hqm hm (length_of_mem_words hy) (fun s hs => ?_) label fun t ht hne => ?_, label⟩
      · cases letter_of_mem_words hy s hs with
        | inl e => exact e ▸ hm
        | inr hs => exact Nat.lt_trans (mem_chosen hs).left hm
      · match worth_le_of_levels (h := fun s => digit F.L (F.worst others m s) t) (D := F.most) (level := levelOf F.C.levelBits m levels c) not_mem fair.parts (fair.of_base holds hm k_le r_le enough ht)
            (fun s hs => by
              have both := (mem_chosen hs).right
              have taken := Bool.and_right both
              rw [nth_eq, Ball.getD_table_zero _ 0 (mem_chosen hs).left] at taken
              exact fair.of_takes holds hm k_le r_le (Nat.le_of_ble_eq_true (Bool.and_left both)) (Nat.le_of_lt (mem_chosen hs).left) taken ht) hy few with
        | ⟨k, hk, le⟩ =>
          have ek : F.s.w.model.n_ctx - 1 - c = k := by rw [hk, Nat.add_sub_cancel]
          unfold baseAt at le
          rw [ek] at le
          rw [← due]
          refine Nat.lt_succ_of_le ?_
          generalize worth (fun s => digit F.L (F.worst others m s) t) y = z at le ⊢
          generalize k * digit F.L (F.worst others m m) t = x at le
          generalize digit F.L (F.behind m last) t = l at le ⊢
          generalize c * F.most = d at le ⊢
          refine Nat.le_of_add_le_add_left (Nat.le_of_linear le ?_ : x + (z + l) ≤ x + (d + r))
          ring [x, z, l, d, r]

/-- The inputs counted for a query and a maximum. -/
theorem Fair.pairOf_sound : AtLeast (F.pairOf (F.s.w.model.n_ctx - 1) m q others last) fun x =>
    (Normed.Correct R maximum F.s.w x ∧ maximum x = m) ∧ lastToken x = q := by
  unfold Frame.pairOf
  rw [forceList_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  refine AtLeast.append_query q (AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total (countOther m) fun c hc => ?_))
  rw [Nat.force_eq]
  exact fair.class_sound hA hM heps holds hqm hm hc

end

end Frame
end NormedQuartic
end Transformer
end Compact
