prelude
import Compact.Transformer.Classes.Tables
import Compact.Packed.Running
/-!
# What is read for every class of a query

`Query.of` gathers the literals about one query token from the tables, and adds running minima and maxima of the
lower bounds of the softmax factors.  A list of queries is evaluated once and read at every maximum.
-/
namespace Compact

/-- The numbers of one query, packed in lanes of `Tables.bits` bits. -/
structure Query where
  /-- Lower bounds of the factors of all tokens. -/
  lows : Nat
  /-- The same as a list. -/
  factors : List Nat
  /-- Running minima of these. -/
  small : Nat
  /-- Running maxima of these. -/
  large : Nat
  /-- The weight of the query's own position (this is one number). -/
  own : Nat
  /-- The weight of all other positions (this is one number). -/
  mass : Nat
  /-- The least weight of `0, 1, ..., n` of the other positions. -/
  low : Nat
  /-- The greatest weight of `0, 1, ..., n` of the other positions. -/
  high : Nat
  /-- The slack for all maxima. -/
  slack : Nat

namespace Query

/-- The numbers of the query `q`, given the lower bounds of its factors. -/
noncomputable def ofFactors (t : Tables) (q lows : Nat) (factors : List Nat) : Query where
  lows := lows
  factors := factors
  small := running least t.bits factors (Nat.pred (Nat.pow 2 t.bits))
  large := running greatest t.bits factors 0
  own := Nat.mul (readLane t.bits lows q) (nth 0 t.own q)
  mass := nth 0 t.mass q
  low := nth 0 t.low q
  high := nth 0 t.high q
  slack := nth 0 t.slack q

/-- The numbers of the query `q`. -/
noncomputable def of (t : Tables) (q : Nat) : Query :=
  ofFactors t q (nth 0 t.tokenLo q) (unpack t.bits t.v (nth 0 t.tokenLo q))

/-- Evaluate the numbers (the factors are taken to be evaluated), then go on with them. -/
noncomputable def force {α : Type} (Q : Query) (k : Query → α) : α :=
  Nat.force Q.lows fun lows => Nat.force Q.small fun small => Nat.force Q.large fun large =>
  Nat.force Q.own fun own => Nat.force Q.mass fun mass => Nat.force Q.low fun low => Nat.force Q.high fun high =>
  Nat.force Q.slack fun slack => k ⟨lows, Q.factors, small, large, own, mass, low, high, slack⟩

theorem force_eq {α : Type} (Q : Query) (k : Query → α) : Q.force k = k Q := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- Evaluate `n` queries, starting with `q`, then go on with the list. -/
noncomputable def forceFrom {α : Type} (t : Tables) (n : Nat) : Nat → (List Query → α) → α :=
  Nat.rec (motive := fun _ => Nat → (List Query → α) → α) (fun _ k => k [])
    (fun _ ih q k => Nat.force q fun q => Nat.force (nth 0 t.tokenLo q) fun lows =>
      forceList (unpack t.bits t.v lows) fun factors => (ofFactors t q lows factors).force fun Q =>
      ih (Nat.succ q) fun Qs => k (Q :: Qs)) n

theorem forceFrom_eq {α : Type} (t : Tables) (n q : Nat) (k : List Query → α) :
    forceFrom t n q k = k (List.tabulateFrom q n (of t)) := by
  induction n generalizing q k with
  | zero => rfl
  | succ n ih =>
    show Nat.force q (fun q => Nat.force (nth 0 t.tokenLo q) fun lows =>
      forceList (unpack t.bits t.v lows) fun factors => (ofFactors t q lows factors).force fun Q =>
      forceFrom t n (Nat.succ q) fun Qs => k (Q :: Qs)) = _
    rw [Nat.force_eq, Nat.force_eq, forceList_eq, force_eq, ih]
    rfl

/-- What is read when there is no such query. -/
noncomputable def none : Query := ⟨0, [], 0, 0, 0, 0, 0, 0, 0⟩

/-! ## What the numbers say -/

section
variable {t : Tables} {T : Enclosure} (h : t.Describe T) {q : Nat} (hq : q < t.v)
include h hq

theorem read_lows {k : Nat} (hk : k < t.v) : readLane t.bits (of t q).lows k = T.tokenLo q k := by
  refine Eq.trans ?_ (h.tokenLo q k hq hk)
  show digit t.bits (nth 0 t.tokenLo q) k = _
  rw [nth_eq]
  rfl

omit h hq in
theorem length_factors : (of t q).factors.length = t.v := length_unpack _ _ _

theorem getD_factors {k : Nat} (hk : k < t.v) : (of t q).factors.getD k 0 = T.tokenLo q k :=
  (getD_unpack _ _ hk).trans (read_lows h hq hk)

theorem small_le {i k : Nat} (hi : i < t.v) (hk : k ≤ i) : readLane t.bits (of t q).small i ≤ T.tokenLo q k := by
  rw [← getD_factors h hq (Nat.lt_of_le_of_lt hk hi)]
  exact running_least (Nat.sub_lt (Nat.two_pow_pos _) Nat.one_pos) (length_factors.symm ▸ hi) hk

theorem le_large {i k : Nat} (hi : i < t.v) (hk : k ≤ i) : T.tokenLo q k ≤ readLane t.bits (of t q).large i := by
  rw [← getD_factors h hq (Nat.lt_of_le_of_lt hk hi)]
  refine running_greatest (Nat.two_pow_pos _) (fun j hj => ?_) (length_factors.symm ▸ hi) hk
  show (unpack t.bits t.v (nth 0 t.tokenLo q)).getD j 0 < _
  rw [getD_unpack _ _ (length_factors (t := t) (q := q) ▸ hj)]
  exact Nat.mod_lt _ (Nat.two_pow_pos _)

theorem own_eq : (of t q).own = T.tokenLo q q * T.posLo q t.n := by
  show readLane t.bits (of t q).lows q * nth 0 t.own q = _
  rw [read_lows h hq hq, nth_eq, h.own q hq]

theorem mass_eq : (of t q).mass = T.mass q t.n := by
  show nth 0 t.mass q = _
  rw [nth_eq, h.mass q hq]

theorem read_slack {m : Nat} (hm : m < t.v) :
    ∃ S, readLane t.bits (of t q).slack m = T.totalSlack t.ceiling t.n q S ∧ T.SlackLe t.ceiling t.n q m S :=
  match h.slack q m hq hm with
  | ⟨S, e, hS⟩ => ⟨S, Eq.trans (by show digit t.bits (nth 0 t.slack q) m = _; rw [nth_eq]; rfl) e, hS⟩

end
end Query
end Compact
