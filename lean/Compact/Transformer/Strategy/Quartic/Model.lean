prelude
import Compact.Transformer.Classes.Describe
import Compact.Transformer.Strategy.Quartic.Pair
/-!
# Quartic: tokens that pass alone

The count of `Quartic/Check.lean` is sound: the inputs all of whose other tokens pass alone.  (The strategy itself counts more,
`Quartic/Sheet.lean`; regions and the mixed strategy count these.)
-/
namespace Compact
namespace Quartic

/-- What the check of the tables shows of a model, when inputs with the property `P` are counted. -/
structure Model (R : Type) [ExpField R] (P : List Nat → Prop) (prec : Nat) (t : Tables) (T : Enclosure) : Prop where
  judges (m : Nat) : T.Judges R prec t.v t.n m P
  describe : t.Describe T
  width_le : t.width + 2 ≤ t.bits
  n_pos : 0 < t.n

/-- A sum over two lists, the second being the shorter. -/
theorem foldZip_add {α β : Type} {f : α → β → Nat} {xs : List α} {ys : List β} (h : ys.length ≤ xs.length) (a : α) (b : β) :
    foldZip (fun x y ih => Nat.add (f x y) ih) 0 xs ys = total ys.length fun i => f (xs.getD i a) (ys.getD i b) := by
  induction xs generalizing ys with
  | nil =>
    match ys, h with
    | [], _ => rfl
  | cons x xs ih =>
    match ys, h with
    | [], _ => rfl
    | y :: ys, h =>
      refine (congrArg (f x y + ·) (ih (Nat.le_of_succ_le_succ h))).trans ?_
      exact (total_succ' ys.length fun i => f ((x :: xs).getD i a) ((y :: ys).getD i b)).symm

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {T : Enclosure} (M : Model R P prec t T)
include M

/-- What is counted from the gaps of one query and one maximum. -/
theorem Model.withGaps {q m S : Nat} (hq : q ≤ m) (hm : m < t.v) {X : Nat → Nat}
    (hX : t.position.getD m 0 = pack t.bits t.v X) (noBetter : T.NoBetter X t.v t.n m)
    (small : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width) (hS : t.entry t.slack q m = T.totalSlack t.ceiling t.n q S)
    (slackLe : T.SlackLe t.ceiling t.n q m S) {Q : List Nat → Prop} {k : Nat → Nat → Nat → Nat}
    (h : ∀ d, Context R P prec t T X q m S d → AtLeast (k
      (gaps (Setup.of t) m (Setup.of t).unit (Query.at (Setup.of t) t q).direct)
      (pack t.bits t.v (tokenRow t T X q m m)) (pack t.bits t.v (queryRow t T q m S))) Q) : AtLeast
    (withGaps (Setup.of t) (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q)
      (gaps (Setup.of t) m (Setup.of t).unit (t.token.getD q 0)) k) Q := by
  have hqv := Nat.lt_of_le_of_lt hq hm
  match Nat.exists_eq_add_of_le' M.width_le with
  | ⟨d, hd⟩ =>
  have rows : Rows T X t.v t.n q m (2 ^ t.width) := Quartic.rows M.describe hm small
  unfold Quartic.withGaps
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
  have level_eq : level (Setup.of t) (Query.at (Setup.of t) t q)
      (readLane (Setup.of t).bits (Query.at (Setup.of t) t q).slack (Maximum.of (Setup.of t) t m).m) =
      T.totalSlack t.ceiling t.n q S + 1 +
        (T.mass q t.n * (Setup.of t).offset + T.tokenLo q q * T.posLo q t.n * (3 * 2 ^ t.width)) := by
    show digit t.bits (nth 0 t.slack q) m + 1 +
      ((Query.at (Setup.of t) t q).mass * _ + (Query.at (Setup.of t) t q).self * _) = _
    rw [query_mass M.describe hqv, query_self M.describe hqv, nth_eq, ← hS]
    rfl
  have lo_eq : readLane (Setup.of t).bits (Query.at (Setup.of t) t q).tokenLo (Maximum.of (Setup.of t) t m).m =
      T.tokenLo q m := by
    show digit t.bits (nth 0 t.tokenLo q) m = _
    rw [nth_eq]
    exact M.describe.tokenLo q m hqv hm
  rw [level_eq, lo_eq]
  cases guard : Nat.ble (T.totalSlack t.ceiling t.n q S + 1 +
      (T.mass q t.n * (Setup.of t).offset + T.tokenLo q q * T.posLo q t.n * (3 * 2 ^ t.width))) (Setup.of t).top with
  | false => exact AtLeast.zero
  | true =>
    have c : Context R P prec t T X q m S (d + t.width + 1) :=
      ⟨M.judges m, M.describe, hd, M.width_le, hm, hq, hX, noBetter, small, hS,
        slackLe, Nat.le_of_ble_eq_true guard⟩
    show AtLeast (Nat.force _ fun maxGaps => Nat.force _ fun queryGaps => k _ maxGaps queryGaps) _
    rw [Nat.force_eq, Nat.force_eq]
    have e := scaled_gaps M.describe M.width_le rows hX hqv hm
    have e' := query_gaps M.describe M.width_le rows hqv (T.totalSlack t.ceiling t.n q S + 1 +
      (T.mass q t.n * (Setup.of t).offset + T.tokenLo q q * T.posLo q t.n * (3 * 2 ^ t.width)))
    have self_eq : (Maximum.of (Setup.of t) t m).self = gaps (Setup.of t) m (Setup.of t).unit (t.token.getD m 0) +
        gaps (Setup.of t) m (2 * 2 ^ t.width) (t.position.getD m 0) := by
      show gaps _ _ _ (nth 0 t.token m) + gaps _ _ _ (nth 0 t.position m) = _
      rw [nth_eq, nth_eq]
      rfl
    rw [self_eq]
    exact of_eq (congr (congrArg (k _) e) e') (h _ c)
where
  of_eq {N N' : Nat} {P : List Nat → Prop} (e : N = N') (h : AtLeast N' P) : AtLeast N P := e ▸ h

/-- One query and one maximum. -/
theorem Model.count (runs : Runs) {q m : Nat} (hq : q ≤ m) (hm : m < t.v) : AtLeast
    (count (Setup.of t) (binoms t.n t.n 1) runs (Maximum.of (Setup.of t) t m) (Query.at (Setup.of t) t q)
      (gaps (Setup.of t) m (Setup.of t).unit (t.token.getD q 0)))
    fun x => (P x ∧ maximum x = m) ∧ lastToken x = q := by
  match M.describe.position m hm, M.describe.slack q m (Nat.lt_of_le_of_lt hq hm) hm with
  | ⟨X, hX, noBetter, small⟩, ⟨S, hS, slackLe⟩ =>
  unfold Quartic.count
  refine Runs.atLeast_decode fun N => ?_
  exact M.withGaps hq hm hX noBetter small hS slackLe fun _ c => c.countSplit_atLeast M.n_pos runs.runBits N

/-- One maximum. -/
theorem Model.countMaximum (runs : Runs) {m count : Nat} (hm : m < t.v) (hc : m < count) : AtLeast
    (countMaximum (Setup.of t) (binoms t.n t.n 1) runs (queryList (Setup.of t) t count 0) (Maximum.of (Setup.of t) t m))
    fun x => P x ∧ maximum x = m := by
  have len : (Maximum.of (Setup.of t) t m).tokens.length = m + 1 := length_tokenGaps (Setup.of t) m 0 (m + 1) t.token
  unfold Quartic.countMaximum
  rw [foldZip_add (len.symm ▸ (length_queryList _ _ _ _).symm ▸ hc) (Query.at (Setup.of t) t 0) 0, len]
  refine AtLeast.mono_pred (fun _ hx => hx.left) (AtLeast.total lastToken fun q hq => ?_)
  have hqc := Nat.lt_of_lt_of_le hq (Nat.succ_le_of_lt hc)
  have token_eq : (Maximum.of (Setup.of t) t m).tokens.getD q 0 =
      gaps (Setup.of t) m (Setup.of t).unit (t.token.getD q 0) := getD_tokenGaps (Setup.of t) m 0 t.token hq
  rw [getD_queryList _ _ _ hqc, Nat.zero_add, token_eq]
  exact M.count runs (Nat.le_of_lt_succ hq) hm

/-- A block of maxima. -/
theorem Model.block {runs : Runs} {lo len bound : Nat} (h : blockCheck t runs lo len bound = true) :
    AtLeast bound fun x => P x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have hv := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left h))
  refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right h)) ?_
  unfold countBlock
  rw [Setup.force_eq, forceList_eq, queries_eq]
  refine AtLeast.totalFrom maximum fun i hi => ?_
  rw [Maximum.force_eq]
  have hlt : lo + i < lo + len := Nat.add_lt_add_left hi lo
  exact M.countMaximum runs (Nat.lt_of_lt_of_le hlt hv) hlt

end

/-- What the check of the tables proves, with lanes that are wide enough. -/
theorem Model.of_check (R : Type) [ExpField R] {w : Weights} {params : Params} {e : TableWitness} {t : Tables}
    (h : t.check w params e = true) (hbits : t.width + 2 ≤ t.bits) (hn : 0 < t.n) :
    Model R (Correct R w) params.prec t (Enclosure.of w params (Circuits.of w)) :=
  match t.describe R h with
  | ⟨hw, size, _, hT⟩ => ⟨fun _ => size.left ▸ hw.judges params size.right, hT, hbits, hn⟩

end Quartic
end Compact
