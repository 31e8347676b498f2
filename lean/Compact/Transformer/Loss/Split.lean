prelude
import Compact.Averaging.Replaced
import Compact.Transformer.Loss.Class
/-!
# The class theorem for a loss, a token's own output apart

The output that is a token of the input gets much from the path through that token and little from the others, so a bound that takes the
largest of each path is poor.  Put a token `s` in place of all that are not the maximum (`Averaging/Replaced.lean`): then there is one
such output, `s`, and it is bounded by itself.  So two means are asked of each token: of the gains over the outputs that are neither the
maximum nor `s`, where `s` is left out on the path through `s` too (`othersGain`); and of the gain over `s` alone (`ownGain`).  If both
are at least `μ`, the sum over wrong outputs is at most twice what `μ` says, for every input of the class (`splitAt_of_class`).
-/
namespace Compact
variable {R : Type} [ExpField R] {T : Enclosure} {n q m : Nat}

namespace Enclosure
variable (T : Enclosure)

/-- The gain over all outputs but the maximum and the token `s`. -/
def othersGain (full but : Nat → Nat → Nat) (low q m s : Nat) : Nat → Nat :=
  T.gain (fun q k => if k = s then but q k else full q k) but low q m

/-- The gain over the output `s`. -/
def ownGain (A : Nat) (U : Nat → Nat) (low q m s : Nat) : Nat → Nat :=
  T.gain (fun q k => A - T.path U q k s) (fun q k => A - T.path U q k s) low q m

end Enclosure

/-- What a checker shows of the class with `c` positions that do not hold the maximum, and tokens `S` there. -/
structure SplitGains (T : Enclosure) (full but : Nat → Nat → Nat) (A low : Nat) (U : Nat → Nat) (n μ SL q m c : Nat) (S : List Nat) : Prop where
  /-- All positions hold the maximum. -/
  zero : c = 0 → T.Gains (T.gain full but low q m) n μ SL q m (T.mass q n) 0 m
  /-- Each token passes both tests, with both bounds on the weight of the positions that hold the maximum. -/
  pos : 0 < c → ∃ least, ∃ most, ∀ s, s ∈ S → ∀ g, g = T.othersGain full but low q m s ∨ g = T.ownGain A U low q m s →
    T.Gains g n μ SL q m (lowMass (T.posLows q n) (n - c) least) (T.mass q n - lowMass (T.posLows q n) (n - c) least) s ∧
    T.Gains g n μ SL q m (highMass (T.posLows q n) (T.mass q n) (n - c) most)
      (T.mass q n - highMass (T.posLows q n) (T.mass q n) (n - c) most) s

/-- What is known of the loss of an input: the sum over wrong outputs, and each of them. -/
def SplitAt (R : Type) [ExpField R] (w : Weights) (l : R) (x : List Nat) : Prop :=
  Valid w x ∧ (sumBut w.d_vocab (maximum x) fun t => exp (logit R w x t - logit R w x (maximum x))) ≤ ofNat R 2 * exp l ∧
    ∀ t, t < w.d_vocab → t ≠ maximum x → exp (logit R w x t - logit R w x (maximum x)) ≤ exp l

/-! ## Words with one token in place of others -/

/-- The word with `s` in place of all that is not `m`. -/
def replacedWord (m s : Nat) (y : List Nat) : List Nat := y.map fun t => if t = m then m else s

theorem countOther_replacedWord {s : Nat} (hs : s ≠ m) (y : List Nat) : countOther m (replacedWord m s y) = countOther m y := by
  induction y with
  | nil => rfl
  | cons t y ih =>
    show (if (if t = m then m else s) = m then countOther m (replacedWord m s y) else countOther m (replacedWord m s y) + 1) =
      if t = m then countOther m y else countOther m y + 1
    by_cases h : t = m
    case pos => rw [ite_eq_left h, ite_eq_left rfl, ite_eq_left h, ih]
    case neg => rw [ite_eq_right h, ite_eq_right hs, ite_eq_right h, ih]

theorem replacedWord_mem {s c : Nat} {S : List Nat} (hs : s ≠ m) (hm : ¬m ∈ S) {y : List Nat} (hy : y ∈ words m S n c) :
    replacedWord m s y ∈ words m [s] n c := by
  have mem := mem_words (m := m) (S := [s]) (y := replacedWord m s y) fun t ht => by
    match List.mem_map.mp ht with
    | ⟨u, _, e⟩ =>
      subst e
      by_cases h : u = m
      case pos => exact Or.inl (ite_eq_left h)
      case neg =>
        refine Or.inr ?_
        rw [ite_eq_right h]
        exact List.Mem.head _
  rw [countOther_replacedWord hs, countOther_of_mem_words hm hy] at mem
  have len : (replacedWord m s y).length = n := List.length_map.trans (length_of_mem_words hy)
  rw [len] at mem
  exact mem

theorem token_replacedWord {s p : Nat} {y : List Nat} (hp : p < y.length) :
    token (replacedWord m s y) p = replaced m s (token y) p := List.getD_map hp 0 0

/-- A word with tokens other than `m` has a position with one. -/
theorem exists_other {y : List Nat} (h : 0 < countOther m y) : ∃ p, p < y.length ∧ token y p ≠ m := by
  induction y with
  | nil => exact absurd h (Nat.lt_irrefl 0)
  | cons t y ih =>
    by_cases e : t = m
    case neg => exact ⟨0, Nat.zero_lt_succ _, e⟩
    case pos =>
      have h : 0 < if t = m then countOther m y else countOther m y + 1 := h
      rw [ite_eq_left e] at h
      match ih h with
      | ⟨p, hp, ne⟩ => exact ⟨p + 1, Nat.succ_lt_succ hp, ne⟩

/-! ## Sums over outputs -/

/-- 1 for the outputs that are neither `m` nor `s`, else 0. -/
def neither (R : Type) [ExpField R] (m s t : Nat) : R := (if t = m then 0 else 1) * (if t = s then 0 else 1)

/-- 1 for the output `s`, else 0. -/
def only (R : Type) [ExpField R] (s t : Nat) : R := if t = s then 1 else 0

theorem only_nonneg (s t : Nat) : (0 : R) ≤ only R s t := by
  unfold only
  by_cases h : t = s
  case pos => rw [ite_eq_left h]; exact zero_le_one
  case neg => rw [ite_eq_right h]; exact le_refl 0

theorem neither_nonneg (m s t : Nat) : (0 : R) ≤ neither R m s t := mul_nonneg (but_nonneg m t) (but_nonneg s t)

theorem sum_only {v s : Nat} (hs : s < v) (f : Nat → R) : (sum v fun t => only R s t * f t) = f s := by
  rw [sum_eq_sumBut hs, show only R s s = 1 from ite_eq_left rfl, one_mul]
  refine (congrArg (_ + ·) (sum_eq_zero fun t _ => ?_)).trans (add_zero _)
  show (if t = s then 0 else 1) * ((if t = s then 1 else 0) * f t) = 0
  by_cases h : t = s
  case pos => rw [ite_eq_left h, zero_mul]
  case neg => rw [ite_eq_right h, ite_eq_right h, one_mul, zero_mul]

theorem sum_neither {v s : Nat} (hs : s < v) (hne : s ≠ m) (f : Nat → R) :
    sumBut v m f = (sum v fun t => neither R m s t * f t) + f s := by
  rw [← sum_only hs f, ← sum_add]
  refine sum_congr fun t _ => ?_
  unfold neither only
  by_cases h : t = s
  case pos => rw [ite_eq_left h, ite_eq_left h, mul_zero, zero_mul, zero_add, h, ite_eq_right hne]
  case neg => rw [ite_eq_right h, ite_eq_right h, mul_one, zero_mul, add_zero]

theorem sum_neither_le {v s : Nat} {f : Nat → R} (h : ∀ t, t < v → 0 ≤ f t) :
    (sum v fun t => neither R m s t * f t) ≤ sumBut v m f ∧ (sum v fun t => neither R m s t * f t) ≤ sumBut v s f :=
  ⟨sum_le_sum fun t ht => by
    refine mul_le_mul_of_nonneg_right (le_trans (mul_le_mul_of_nonneg_left (but_le_one s t) (but_nonneg m t)) ?_) (h t ht)
    rw [mul_one]; exact le_refl _,
  sum_le_sum fun t ht => by
    refine mul_le_mul_of_nonneg_right (le_trans (mul_le_mul_of_nonneg_right (but_le_one m t) (but_nonneg s t)) ?_) (h t ht)
    rw [one_mul]; exact le_refl _⟩

section
variable {w : Weights} {params : Params} {A low B S μ : Nat} {U : Nat → Nat} {full but : Nat → Nat → Nat}

/-- The weight of the position `p` of an input whose last token is `q`. -/
noncomputable abbrev seen (R : Type) [ExpField R] (w : Weights) (params : Params) (q : Nat) (x : List Nat) (p : Nat) : R :=
  (view R w params q).token (token x p) * (view R w params q).pos p

theorem view_token_pos (k : Nat) : 0 < (view R w params q).token k := mul_pos (ofNat_pos (Nat.two_pow_pos _)) (exp_pos _)
theorem view_pos_pos (p : Nat) : 0 < (view R w params q).pos p := mul_pos (ofNat_pos (Nat.two_pow_pos _)) (exp_pos _)

/-- Tokens of an input, as units of logits say what they do for the output `t`. -/
noncomputable abbrev toward (R : Type) [ExpField R] (w : Weights) (params : Params) (T : Enclosure) (U : Nat → Nat) (low q m t k : Nat) : R :=
  T.ahead R U low q m t k / logitUnit R w params

/-- A wrong output of an input is a mean of its paths. -/
theorem mean_of_paths (K : LossKnown R w params T n q m A low B S U full but) {x : List Nat} (hx : Valid w x) (hlast : token x n = q)
    {t : Nat} (ht : t < w.d_vocab) (hne : t ≠ m) :
    sum (n + 1) (seen R w params q x) * (logit R w x t - logit R w x m) ≤
      sum (n + 1) fun p => seen R w params q x p * toward R w params T U low q m t (token x p) := by
  have hqv := Nat.lt_of_le_of_lt K.q_le K.m_lt
  have fits : (view R w params q).Fits T params.prec w.d_vocab (n + 1) q := K.tables ▸ K.n_ctx ▸ K.wellFormed.view_fits params hqv
  have unit := logitUnit_pos (R := R) (w := w) params
  have lt {p : Nat} (hp : p < n + 1) : token x p < w.d_vocab := token_lt hx (K.n_ctx.symm ▸ hp)
  match K.wellFormed.weight_view (R := R) params hqv with
  | ⟨a, b, ha, _, hw⟩ =>
    have weights (p : Nat) (hp : p < n + 1) : a * seen R w params q x p = b * weight R w q x p := hw x p (lt hp) (K.n_ctx.symm ▸ hp)
    refine le_of_mul_le_mul_left (a := a) ?_ ha
    have whole : a * (sum (n + 1) (seen R w params q x) * (logit R w x t - logit R w x m)) =
        a * sum (n + 1) fun p => seen R w params q x p *
          (((view R w params q).logit (token x p) p t - (view R w params q).logit (token x p) p m) / logitUnit R w params) := by
      have hq : token x (w.n_ctx - 1) = q := by rw [K.n_ctx]; exact hlast
      have mul (u : Nat) := logit_mul (R := R) (w := w) K.wellFormed.n_ctx hq u
      rw [K.n_ctx] at mul
      rw [← mul_assoc, mul_sum, sum_congr weights, ← mul_sum, mul_assoc, mul_sub, mul t, mul m, ← sum_sub, mul_sum, mul_sum]
      refine sum_congr fun p hp => ?_
      rw [← mul_assoc a, weights p hp, K.wellFormed.logit_sub params ht K.m_lt hqv (lt hp) (K.n_ctx.symm ▸ hp)]
      show _ = b * weight R w q x p * (logitUnit R w params * _ / logitUnit R w params)
      rw [mul_div_cancel_left _ (ne_of_gt unit), ← mul_sub, mul_assoc]
    rw [whole]
    refine mul_le_mul_of_nonneg_left (sum_le_sum fun p hp => mul_le_mul_of_nonneg_left ?_ ?_) (le_of_lt ha)
    · exact div_le_div_of_pos_right (path_le fits K.noBetter K.m_lt (lt hp) hp ht hne) unit
    · exact le_of_lt (mul_pos (view_token_pos _) (view_pos_pos _))

/-- The outputs that are counted, for an input whose gains over them have a mean of at least `μ`. -/
theorem counted_le {x : List Nat} {counts : Nat → R} {g : Nat → Nat} (hcounts : ∀ t, t < w.d_vocab → 0 ≤ counts t)
    (paths : ∀ p, p < n + 1 → (sum w.d_vocab fun t => counts t * exp (toward R w params T U low q m t (token x p))) ≤
      exp ((ofNat R A + 3 - ofNat R (g (token x p))) / logitUnit R w params))
    (mean : 0 ≤ sum (n + 1) fun p => seen R w params q x p * (ofNat R (g (token x p)) - ofNat R μ)) :
    (sum w.d_vocab fun t => counts t * exp ((sum (n + 1) fun p => seen R w params q x p * toward R w params T U low q m t (token x p)) /
      sum (n + 1) (seen R w params q x))) ≤ exp (levelOf R w params A μ) := by
  have pos : 0 < sum (n + 1) (seen R w params q x) := sum_pos (Nat.zero_lt_succ n) fun p _ => mul_pos (view_token_pos _) (view_pos_pos _)
  refine sum_exp_le (w := seen R w params q x) (a := fun p t => toward R w params T U low q m t (token x p))
    (u := fun p => (ofNat R A + 3 - ofNat R (g (token x p))) / logitUnit R w params) hcounts
    (fun p _ => le_of_lt (mul_pos (view_token_pos _) (view_pos_pos _))) pos (fun t _ => le_of_eq (mul_div_cancel (ne_of_gt pos) _)) paths ?_
  have unit := logitUnit_pos (R := R) (w := w) params
  refine le_trans (div_nonneg mean unit) (le_of_eq ?_)
  rw [sum_div]
  refine sum_congr fun p _ => ?_
  unfold levelOf
  rw [← sub_div, mul_div_assoc]
  exact congrArg (fun y => seen R w params q x p * (y / _)) (swap _ _ _)
where
  swap (a b c : R) : b - c = a - c - (a - b) := by ring [a, b, c]

/-- The outputs that are neither the maximum nor `s`, on one path. -/
theorem others_path_le (K : LossKnown R w params T n q m A low B S U full but) {s k : Nat} (hk : k < w.d_vocab) :
    (sum w.d_vocab fun t => neither R m s t * exp (toward R w params T U low q m t k)) ≤
      exp ((ofNat R A + 3 - ofNat R (T.othersGain full but low q m s k)) / logitUnit R w params) := by
  have hqv := Nat.lt_of_le_of_lt K.q_le K.m_lt
  let E : R := exp ((3 - ofNat R (T.direct q m + T.token k m + low)) / logitUnit R w params)
  have split : (sum w.d_vocab fun t => neither R m s t * exp (toward R w params T U low q m t k)) =
      E * sum w.d_vocab fun t => neither R m s t * exp (ofNat R (T.path U q k t) / logitUnit R w params) := by
    rw [mul_sum]
    refine sum_congr fun t _ => ?_
    show _ * exp ((_ + _) / _) = _
    rw [add_div, exp_add, mul_left_comm]
  have nonneg (t : Nat) (_ : t < w.d_vocab) : (0 : R) ≤ exp (ofNat R (T.path U q k t) / logitUnit R w params) := exp_nonneg _
  have sides := sum_neither_le (m := m) (s := s) nonneg
  have whole : (sum w.d_vocab fun t => neither R m s t * exp (ofNat R (T.path U q k t) / logitUnit R w params)) ≤
      exp ((ofNat R A - ofNat R (if k = m then but q k else if k = s then but q k else full q k)) / logitUnit R w params) := by
    by_cases e : k = m
    case pos => rw [ite_eq_left e]; exact le_trans (e ▸ sides.left) (K.logs.but q k hqv hk)
    case neg =>
      rw [ite_eq_right e]
      by_cases e : k = s
      case pos => rw [ite_eq_left e]; exact le_trans (e ▸ sides.right) (K.logs.but q k hqv hk)
      case neg => rw [ite_eq_right e]; exact le_trans sides.left (le_trans (sumBut_le_sum nonneg) (K.logs.full q k hqv hk))
  rw [split]
  refine le_trans (mul_le_mul_of_nonneg_left whole (exp_nonneg _)) (le_of_eq ?_)
  show exp _ * exp _ = _
  rw [← exp_add, ← add_div]
  unfold Enclosure.othersGain Enclosure.gain
  rw [ofNat_add (if k = m then but q k else if k = s then but q k else full q k)]
  exact congrArg (fun y => exp (y / _)) (last _ _ _ _)
where
  last (a b c d : R) : c - d + (a - b) = a + c - (b + d) := by ring [a, b, c, d]

/-- The output `s`, on one path. -/
theorem own_path_le {s k : Nat} (hs : s < w.d_vocab) (le : T.path U q k s ≤ A) :
    (sum w.d_vocab fun t => only R s t * exp (toward R w params T U low q m t k)) ≤
      exp ((ofNat R A + 3 - ofNat R (T.ownGain A U low q m s k)) / logitUnit R w params) := by
  rw [sum_only hs]
  refine le_of_eq (congrArg (fun y => exp (y / _)) ?_)
  have e : T.ownGain A U low q m s k = A - T.path U q k s + (T.direct q m + T.token k m + low) := by
    unfold Enclosure.ownGain Enclosure.gain
    by_cases h : k = m
    case pos => rw [ite_eq_left h]
    case neg => rw [ite_eq_right h]
  unfold Enclosure.ahead
  rw [e, ofNat_add (A - _), ofNat_sub le]
  exact last _ _ _ _
where
  last (a c d p : R) : c - d + p = a + c - (a - p + d) := by ring [a, c, d, p]

/-- **The class theorem.** -/
theorem splitAt_of_class (K : LossKnown R w params T n q m A low B S U full but) (hμ : μ ≤ 2 * B)
    (top : ∀ k t, k < w.d_vocab → t < w.d_vocab → T.path U q k t ≤ A) {c : Nat} (hc : c < classes n q m)
    {tokens : List Nat} (lt : ∀ s, s ∈ tokens → s < m)
    (h : SplitGains T full but A low U n μ (2 * T.totalSlack B n q S) q m c tokens) :
    ∀ y, y ∈ words m tokens n c → SplitAt R w (levelOf R w params A μ) (y ++ [q]) := fun y hy => by
  have hqv := Nat.lt_of_le_of_lt K.q_le K.m_lt
  have max := maximum_append_query lt K.q_le hc hy
  have valid : Valid w (y ++ [q]) := valid_append_query K.n_ctx K.m_lt lt K.q_le hy
  cases Nat.eq_zero_or_pos c with
  | inl h0 =>
    have soft := softAt_of_class K hμ hc lt ⟨fun _ => h.zero h0, fun pos => absurd h0 (Nat.ne_of_gt pos)⟩ y hy
    refine ⟨valid, le_trans soft.right (double _), fun t ht hne => ?_⟩
    exact le_trans (le_sumBut (f := fun t => exp (logit R w (y ++ [q]) t - logit R w (y ++ [q]) (maximum (y ++ [q]))))
      (fun t _ => exp_nonneg _) ht hne) soft.right
  | inr h0 =>
    have hlen := length_of_mem_words hy
    have hm : ¬m ∈ tokens := fun hm => Nat.lt_irrefl m (lt m hm)
    have last {y : List Nat} (hlen : y.length = n) : token (y ++ [q]) n = q := hlen ▸ token_append_last y
    have fits : (view R w params q).Fits T params.prec w.d_vocab (n + 1) q := K.tables ▸ K.n_ctx ▸ K.wellFormed.view_fits params hqv
    -- The two tests, of each replaced input.
    have tested {s : Nat} (hs : s ∈ tokens) : (∀ counts : Nat → R, counts = neither R m s ∨ counts = only R s →
        (sum w.d_vocab fun t => counts t * exp ((sum (n + 1) fun p => seen R w params q (replacedWord m s y ++ [q]) p *
            toward R w params T U low q m t (token (replacedWord m s y ++ [q]) p)) /
          sum (n + 1) (seen R w params q (replacedWord m s y ++ [q])))) ≤ exp (levelOf R w params A μ)) := by
      have hsm := lt s hs
      have mem := replacedWord_mem (Nat.ne_of_lt hsm) hm hy
      have one : ∀ u, u ∈ [s] → u < m := fun u hu => by
        cases hu with
        | head => exact hsm
        | tail _ hu => exact nomatch hu
      have valid' : Valid w (replacedWord m s y ++ [q]) := valid_append_query K.n_ctx K.m_lt one K.q_le mem
      have hlen' := length_of_mem_words mem
      have mean {g : Nat → Nat} (hg : g = T.othersGain full but low q m s ∨ g = T.ownGain A U low q m s) :
          0 ≤ sum (n + 1) fun p => seen R w params q (replacedWord m s y ++ [q]) p *
            (ofNat R (g (token (replacedWord m s y ++ [q]) p)) - ofNat R μ) := by
        have gains : ClassGains T g n μ (2 * T.totalSlack B n q S) q m c [s] := ⟨fun z => absurd z (Nat.ne_of_gt h0), fun pos => by
          match h.pos pos with
          | ⟨least, most, all⟩ =>
            refine ⟨least, most, fun u hu => ?_⟩
            cases hu with
            | head => exact all s hs g hg
            | tail _ hu => exact nomatch hu⟩
        refine le_trans (le_of_lt (mean_pos_of_class gains one mem)) (mean_ge fits hμ K.slackLe K.m_lt hqv (fun p hp => ?_) (last hlen'))
        rw [token_append (hlen'.symm ▸ hp)]
        exact le_of_mem_append_query one K.q_le mem _ (List.mem_append.mpr (Or.inl (token_mem (hlen'.symm ▸ hp))))
      have token_lt' (p : Nat) (hp : p < n + 1) : token (replacedWord m s y ++ [q]) p < w.d_vocab := token_lt valid' (K.n_ctx.symm ▸ hp)
      have hsv := Nat.lt_trans hsm K.m_lt
      intro counts hcounts
      match hcounts with
      | .inl e =>
        subst e
        exact counted_le (fun t _ => neither_nonneg m s t) (fun p hp => others_path_le K (token_lt' p hp)) (mean (Or.inl rfl))
      | .inr e =>
        subst e
        exact counted_le (fun t _ => only_nonneg s t) (fun p hp => own_path_le hsv (top _ s (token_lt' p hp) hsv)) (mean (Or.inr rfl))
    -- Whatever is so of all replaced inputs.
    have carried {counts : Nat → R} {C : R} (hcounts : ∀ t, t < w.d_vocab → 0 ≤ counts t) (no : counts m = 0)
        (hC : ∀ s, s ∈ tokens → (sum w.d_vocab fun t => counts t * exp ((sum (n + 1) fun p => seen R w params q (replacedWord m s y ++ [q]) p *
            toward R w params T U low q m t (token (replacedWord m s y ++ [q]) p)) /
          sum (n + 1) (seen R w params q (replacedWord m s y ++ [q])))) ≤ C) :
        (sum w.d_vocab fun t => counts t * exp (logit R w (y ++ [q]) t - logit R w (y ++ [q]) m)) ≤ C := by
      let o : R := (view R w params q).token q * (view R w params q).pos n
      have parts {z : List Nat} (hz : z.length = n) (f : Nat → R) : (sum (n + 1) fun p => seen R w params q (z ++ [q]) p * f (token (z ++ [q]) p)) =
          (sum n fun p => (view R w params q).pos p * ((view R w params q).token (token z p) * f (token z p))) + o * f q := by
        rw [sum_succ]
        show _ + (view R w params q).token (token (z ++ [q]) n) * (view R w params q).pos n * f (token (z ++ [q]) n) = _
        rw [last hz]
        refine congrArg (· + _) (sum_congr fun p hp => ?_)
        show (view R w params q).token (token (z ++ [q]) p) * (view R w params q).pos p * f (token (z ++ [q]) p) = _
        rw [token_append (hz.symm ▸ hp)]
        exact turn _ _ _
      have weights {z : List Nat} (hz : z.length = n) : sum (n + 1) (seen R w params q (z ++ [q])) =
          (sum n fun p => (view R w params q).pos p * (view R w params q).token (token z p)) + o := by
        have e := parts hz fun _ => 1
        rw [mul_one] at e
        refine ((sum_congr fun p _ => (mul_one _).symm).trans e).trans (congrArg (· + o) (sum_congr fun p _ => by rw [mul_one]))
      have pos {z : List Nat} : 0 < sum (n + 1) (seen R w params q (z ++ [q])) :=
        sum_pos (Nat.zero_lt_succ n) fun p _ => mul_pos (view_token_pos _) (view_pos_pos _)
      have replacedLen (s : Nat) : (replacedWord m s y).length = n := List.length_map.trans hlen
      have replacedSum (s : Nat) (f : Nat → R) : (sum n fun i => (view R w params q).pos i * f (token (replacedWord m s y) i)) =
          sum n fun i => (view R w params q).pos i * f (replaced m s (token y) i) :=
        sum_congr fun i hi => by rw [token_replacedWord (hlen.symm ▸ hi)]
      refine sum_exp_le_of_replaced (k := token y) (l := (view R w params q).pos) (e := (view R w params q).token)
        (a := toward R w params T U low q m) (o := o) (c := fun t => o * toward R w params T U low q m t q) (m := m) (n := n)
        hcounts (fun p _ => le_of_lt (view_pos_pos p)) ?_ ?_ (fun p hp hne => ?_) (fun t ht => ?_) fun p hp hne => ?_
      · match exists_other (countOther_of_mem_words hm hy ▸ h0) with
        | ⟨p, hp, ne⟩ =>
          refine lt_of_lt_of_le (view_pos_pos (R := R) (w := w) (params := params) (q := q) p) (le_trans (le_of_eq ?_) (le_sum (hlen ▸ hp) fun i _ => offMax_nonneg (le_of_lt (view_pos_pos i))))
          exact (ite_eq_right ne).symm
      · rw [← weights hlen]; exact pos
      · rw [← replacedSum, ← weights (replacedLen _)]; exact pos
      · by_cases e : t = m
        case pos => exact Or.inl (e ▸ no)
        case neg =>
          refine Or.inr ?_
          have mean := mean_of_paths K valid (last hlen) ht e
          rw [parts hlen, weights hlen] at mean
          exact mean
      · have hs : token y p ∈ tokens :=
          (letter_of_mem_words hy _ (token_mem (hlen.symm ▸ hp))).elim (absurd · hne) id
        have one := hC _ hs
        rw [weights (replacedLen _)] at one
        refine le_trans (le_of_eq (sum_congr fun t _ => ?_)) one
        rw [parts (replacedLen _), replacedSum _ (view R w params q).token,
          replacedSum _ fun k => (view R w params q).token k * toward R w params T U low q m t k]
    unfold SplitAt
    rw [max]
    refine ⟨valid, ?_, fun t ht hne => ?_⟩
    · refine carried (fun t _ => but_nonneg m t) (ite_eq_left rfl) fun s hs => ?_
      have hsv := Nat.lt_trans (lt s hs) K.m_lt
      have both := add_le_add (tested hs _ (Or.inl rfl)) (tested hs _ (Or.inr rfl))
      rw [sum_only hsv] at both
      refine le_trans (le_of_eq (sum_neither hsv (Nat.ne_of_lt (lt s hs)) _)) (le_trans both (le_of_eq (twice _)))
    · have each := carried (counts := only R t) (fun u _ => only_nonneg t u) (ite_eq_right fun e => hne e.symm) fun s hs => by
        by_cases e : t = s
        case pos =>
          subst e
          exact tested hs _ (Or.inr rfl)
        case neg =>
          refine le_trans (sum_le_sum fun u _ => mul_le_mul_of_nonneg_right ?_ (exp_nonneg _)) (tested hs _ (Or.inl rfl))
          unfold only neither
          by_cases h : u = t
          case pos =>
            subst h
            rw [ite_eq_left rfl, ite_eq_right hne, ite_eq_right e, one_mul]
            exact le_refl _
          case neg => rw [ite_eq_right h]; exact neither_nonneg m s u
      rw [sum_only ht] at each
      exact each
where
  twice (a : R) : a + a = ofNat R 2 * a := by show a + a = 2 * a; ring [a]
  double (l : R) : exp l ≤ ofNat R 2 * exp l := by
    rw [← twice]
    exact le_add_of_nonneg_right (exp_nonneg l)
  turn (e p f : R) : e * p * f = p * (e * f) := by ring [e, p, f]

end
end Compact
