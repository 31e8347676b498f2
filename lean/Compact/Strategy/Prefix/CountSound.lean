prelude
import Compact.Strategy.Prefix.Count
import Compact.Strategy.Prefix.Passes
import Compact.Strategy.Prefix.QueryFacts
import Compact.Classes.Bound
/-!
# Counting by prefixes is sound

If the margins that a strategy finds for a maximum are right (`Maximum.For`), the inputs that `Prefix.countMaximum`
counts are answered correctly.
-/
namespace Compact.Prefix
variable {T : Enclosure} {X : Nat → Nat} {v n q m off : Nat}

/-- The numbers of the maximum `m`; `query q` are those of the query `q`. -/
structure Maximum.For (M : Maximum) (T : Enclosure) (X : Nat → Nat) (query : Nat → Query) (v n m off : Nat) : Prop where
  index : M.index = m
  noBetter : T.NoBetter X v n m
  own : Ahead v m off M.own fun t => T.token m t + X t
  least (k i : Nat) : k ≤ i → i ≤ m → Ahead v m off (M.least.get i) fun t => T.token k t + X t
  direct (q : Nat) : q ≤ m → Ahead v m off (M.direct (query q)) (T.direct q)
  last (q : Nat) : q ≤ m → Ahead v m (off + off) (M.last (query q)) (T.lane q q n)


theorem factor_spec {o B least greatest e : Nat} (hl : least ≤ e) (hg : e ≤ greatest) :
    o ≤ B ∧ factor o B least greatest ≤ e ∨ B ≤ o ∧ e ≤ factor o B least greatest := by
  unfold factor
  cases h : Nat.ble o B with
  | true => exact Or.inl ⟨Nat.le_of_ble_eq_true h, hl⟩
  | false => exact Or.inr ⟨Nat.le_of_not_le fun h' => Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h')), hg⟩

theorem lt_of_mixture {a A b B K P U V : Nat} (h : mixture a A b B K P U V = true) :
    U * a + K + V * b < U * A + P + V * B := Nat.le_of_ble_eq_true h

theorem test_spec {n o a A K P D size c : Nat} {M : Maximum} {Q : Query} (h : test n o a A K P D M Q size c = true) :
    size ≤ M.index ∧ ∃ B, B = D + M.least.get (size - 1) ∧ ∃ f, f = factor o B (Q.least.get (size - 1))
      (Q.greatest.get (size - 1)) ∧
      mixture a A (f * o) (f * B) K P (Q.low.get (n - c)) (Q.mass - (Q.low.get (n - c))) = true ∧
      mixture a A (f * o) (f * B) K P (Q.high.get (n - c)) (Q.mass - (Q.high.get (n - c))) = true := by
  unfold test at h
  rw [Nat.force_eq, Nat.force_eq] at h
  cases hm : Nat.ble size M.index with
  | false => rw [hm] at h; exact Bool.noConfusion h
  | true =>
    rw [hm] at h
    have h : extremes o a A K P D M Q (size - 1) (n - c) = true := h
    unfold extremes at h
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at h
    match Bool.and_eq_true_iff.mp h with
    | ⟨low, high⟩ => exact ⟨Nat.le_of_ble_eq_true hm, _, rfl, _, rfl, low, high⟩

variable {query : Nat → Query} {B : Nat} {M : Maximum}

/-- An admitted class passes. -/
theorem classPasses (hM : M.For T X query v n m off) (hQ : (query q).For T B v n q) (hq : q ≤ m) (hm : m < v) {S c : Nat}
    (hc : c < classes n q m) (hS : (query q).slack.get m = T.totalSlack B n q S)
    (h : admits n (off + off) (T.tokenLo q m * (off + off)) (T.tokenLo q m * (M.direct (query q) + M.own))
      ((query q).weight * (off + off) + (query q).slack.get m) ((query q).weight * M.last (query q)) (M.direct (query q)) M
      (query q) (size n M (query q) c) c = true) :
    size n M (query q) c ≤ m ∧
      ClassPasses T X v n (T.totalSlack B n q S) q m c (List.range (size n M (query q) c)) := by
  have hA := Enclosure.ahead_path (hM.direct q hq) hM.own
  have hC := hM.last q hq
  rw [hQ.weight, hS] at h
  cases c with
  | zero =>
    refine ⟨Nat.zero_le m, fun _ => ?_, fun h => absurd h (Nat.lt_irrefl 0)⟩
    rw [← hQ.mass]
    exact Enclosure.passes_zero hA hC (Nat.le_of_ble_eq_true h)
  | succ c =>
    match test_spec h with
    | ⟨hle, E, hE, f, hf, low, high⟩ =>
      rw [hM.index] at hle
      refine ⟨hle, fun h => absurd h (Nat.succ_ne_zero c), fun _ => ?_⟩
      match hQ.low (n - (c + 1)) (Nat.sub_le _ _), hQ.high (n - (c + 1)) (Nat.sub_le _ _) with
      | ⟨lowT, el⟩, ⟨highT, eh⟩ =>
        rw [el, hQ.mass] at low
        rw [eh, hQ.mass] at high
        refine ⟨lowT, highT, fun s hs => ?_⟩
        have hs : s < size n M (query q) (c + 1) := List.mem_range.mp hs
        have hsi : s ≤ size n M (query q) (c + 1) - 1 := Nat.le_sub_of_add_le hs
        have him := Nat.le_trans (Nat.sub_le (size n M (query q) (c + 1)) 1) hle
        have hiv := Nat.lt_of_le_of_lt him hm
        have hB := Enclosure.ahead_path (hM.direct q hq) (hM.least s _ hsi him)
        rw [← hE] at hB
        have ext := factor_spec (o := off + off) (B := E) (hQ.least s _ hsi hiv) (hQ.greatest s _ hsi hiv)
        rw [← hf] at ext
        exact ⟨Enclosure.passes_of_extremes hA hB hC (Nat.le_refl E) ext (lt_of_mixture low),
          Enclosure.passes_of_extremes hA hB hC (Nat.le_refl E) ext (lt_of_mixture high)⟩

/-- The count of a pair, without forced values. -/
theorem countPair_eq (hM : M.index = m) {Q : Query} (hQ : Q.index = q) :
    countPair n off M Q = pairCount n q m
      (fun c => admits n (off + off) (Q.lo.get m * (off + off)) (Q.lo.get m * (M.direct Q + M.own))
        (Q.weight * (off + off) + Q.slack.get m) (Q.weight * M.last Q) (M.direct Q) M Q (size n M Q c) c)
      (size n M Q) := by
  unfold countPair
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, hM, hQ]
  rfl

theorem length_first {α : Type} {k : Nat} {xs : List α} (h : k ≤ xs.length) : (first k xs).length = k := by
  induction k generalizing xs with
  | zero => rfl
  | succ k ih =>
    match xs, h with
    | [], h => exact absurd h (Nat.not_succ_le_zero k)
    | x :: xs, h => exact congrArg Nat.succ (ih (Nat.le_of_succ_le_succ h))

theorem sum_first {α : Type} (g : α → Nat) (d : α) {k : Nat} {xs : List α} (h : k ≤ xs.length) :
    fold (fun x ih => Nat.add (g x) ih) 0 (first k xs) = total k fun i => g (xs.getD i d) := by
  induction k generalizing xs with
  | zero => rfl
  | succ k ih =>
    match xs, h with
    | [], h => exact absurd h (Nat.not_succ_le_zero k)
    | x :: xs, h =>
      refine Eq.trans ?_ (total_succ' k fun i => g ((x :: xs).getD i d)).symm
      exact congrArg (g x + ·) (ih (Nat.le_of_succ_le_succ h))

section
variable {R : Type} [ExpField R] {w : Weights} {params : Params}

/-- The inputs counted for one maximum are answered correctly. -/
theorem countMaximum_sound (hw : w.WellFormed) (hT : T = Enclosure.of w params (Circuits.of w))
    (narrow : T.narrow params.width = true) (hn : w.n_ctx = n + 1) (hm : m < w.d_vocab) {Qs : List Query} {d : Query}
    (hlen : m < Qs.length) (hQ : ∀ q, q ≤ m → (Qs.getD q d).For T (3 * 2 ^ params.width) w.d_vocab n q)
    (hM : M.For T X (Qs.getD · d) w.d_vocab n m off) :
    AtLeast (countMaximum n off Qs M) fun x => Correct R w x ∧ maximum x = m := by
  unfold countMaximum
  rw [hM.index]
  refine (sum_first (countPair n off M) d hlen).symm ▸ ?_
  refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
  have hq := Nat.le_of_lt_succ hq
  have hQ := hQ q hq
  rw [countPair_eq hM.index hQ.index, hQ.lo m hm]
  match hQ.slack m hm with
  | ⟨S, hS, hle⟩ =>
    refine AtLeast.pair hq (S := fun c => List.range (size n M (Qs.getD q d) c)) ?_
    refine classesSound hw hT narrow hn hm hq hM.noBetter hle (fun _ _ _ => List.nodup_range) ?_ ?_ ?_
    · intro c hc h s hs
      exact Nat.lt_of_lt_of_le (List.mem_range.mp hs) (classPasses (query := (Qs.getD · d)) hM hQ hq hm hc hS h).left
    · intro c _ _
      exact Nat.le_of_eq List.length_range.symm
    · intro c hc h
      exact (classPasses (query := (Qs.getD · d)) hM hQ hq hm hc hS h).right

end
end Compact.Prefix
