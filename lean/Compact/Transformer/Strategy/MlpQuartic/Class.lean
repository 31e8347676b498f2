prelude
import Compact.Transformer.General.Altered
import Compact.Transformer.Strategy.HeadsQuartic.Rows
/-!
# Classes of inputs of one query and one maximum, counted with one head

As quartic counts them for several heads (`HeadsQuartic.countClass`), but whatever the tables decide of an input (`Enclosure.Judges`).
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
open HeadsQuartic (chosen mem_chosen nodup_chosen length_chosen_le levelPowers levelPowers_eq levelOf)
noncomputable section

/-- Does the token take no more than its level? -/
def tokenOk (t : Tables) (P : HeadPair) (one tops top row whole m l s : Nat) : Bool :=
  Nat.force (Nat.add (nth 0 t.token s) P.base) fun R =>
  takes tops one top row whole l (readLane t.bits P.tokens s) R (readLane t.bits R m)

/-- The inputs of the class with `c` other tokens; `X` is `2^countBits`. -/
def countClass (t : Tables) (P : HeadPair) (parts levelBits one tops X q m levels whole c : Nat) : Nat :=
  Nat.force (readLane t.bits (nth 0 t.low q) (Nat.sub t.n c)) fun U => Nat.force (P.top U) fun top => Nat.force (P.row U) fun row =>
  Bool.rec (motive := fun _ => Nat) 0
    (Nat.force (levelPowers X (levelOf levelBits m levels c)
      (fun s => Nat.ble (levelOf levelBits m levels c s) parts &&
        tokenOk t P one tops top row whole m (levelOf levelBits m levels c s) s) m)
      fun N => lowCount X parts (Nat.mul (binom t.n c) (Nat.pow N c)))
    (spares tops one top row)

/-- The inputs of one query and one maximum, the row `D` being that of the direct path. -/
def countPair (t : Tables) (parts levelBits one tops X q m levels D : Nat) : Nat :=
  (HeadPair.of t q m D).force fun P => Nat.force (Nat.mul (readLane t.bits (nth 0 t.high q) 1) parts) fun whole =>
  Bool.rec (motive := fun _ => Nat) 0
    (total (classes t.n q m) fun c => Nat.force c fun c => countClass t P parts levelBits one tops X q m levels whole c)
    (P.roomy t parts (nth 0 t.mass q) whole && P.leads tops one)

end

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {T : Enclosure} {d : Nat → Nat} {q m D parts levelBits X : Nat}

/-- What is known of a pair when its inputs are counted. -/
structure Pair (R : Type) [ExpField R] (P : List Nat → Prop) (prec : Nat) (t : Tables) (T : Enclosure) (d : Nat → Nat) (q m D parts X : Nat) :
    Prop where
  describe : t.Describe T
  judges : (withDirect T q (Known.rowList t D)).Judges R prec t.v t.n m P
  m_lt : m < t.v
  q_le : q ≤ m
  row : D = pack t.bits t.v d
  row_lt (j : Nat) : j < t.v → d j < 2 ^ t.width
  n_pos : 1 ≤ t.n
  parts_pos : 0 < parts
  small : t.width < t.bits
  count : (t.v + 1) ^ t.n < X

variable (K : Pair R P prec t T d q m D parts X)
include K

theorem Pair.q_lt : q < t.v := Nat.lt_of_le_of_lt K.q_le K.m_lt

/-- The tables with the row are narrow. -/
theorem Pair.narrow : (withDirect T q (Known.rowList t D)).narrow t.width = true := by
  have h := K.describe.narrow
  refine Bool.and_eq_true_iff.mpr ⟨Bool.and_left h, Bool.and_eq_true_iff.mpr ⟨Bool.and_left (Bool.and_right h), ?_⟩⟩
  refine narrowRows_of fun i hi j hj => ?_
  have i_lt : i < q + 1 := Nat.lt_of_lt_of_le hi (Nat.le_of_eq List.length_tabulate)
  have row : (List.tabulate (q + 1) fun _ => Known.rowList t D).getD i [] = Known.rowList t D := List.getD_tabulate [] i_lt
  show ((List.tabulate (q + 1) fun _ => Known.rowList t D).getD i []).getD j 0 < _
  rw [row]
  have hj : j < (Known.rowList t D).length := row ▸ hj
  unfold Known.rowList at hj ⊢
  rw [length_unpack] at hj
  rw [getD_unpack _ _ hj, K.row, digit_pack t.bits (fun j hj => Nat.lt_trans (K.row_lt j hj) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) K.small)) hj]
  exact K.row_lt j hj

/-- One class. -/
theorem Pair.atLeast_countClass {levels c : Nat} (hc : c < classes t.n q m)
    (roomy : (HeadPair.of t q m D).roomy t parts (nth 0 t.mass q) (Nat.mul (readLane t.bits (nth 0 t.high q) 1) parts) = true)
    (leads : (HeadPair.of t q m D).leads (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) = true) :
    AtLeast (countClass t (HeadPair.of t q m D) parts levelBits (ones t.bits t.v) (2 ^ (t.bits - 1) * ones t.bits t.v) X q m levels
      (Nat.mul (readLane t.bits (nth 0 t.high q) 1) parts) c)
      fun y => (P (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = c := by
  match K.describe.position m K.m_lt, K.describe.slack q m K.q_lt K.m_lt with
  | ⟨Y, hY, noBetter, small⟩, ⟨S, hS, slackLe⟩ =>
  have known : Known t T Y d q m D (T.totalSlack t.ceiling t.n q S) :=
    ⟨K.describe, K.m_lt, K.q_lt, K.row, fun j hj => Nat.le_of_lt (K.row_lt j hj), hY, small, hS⟩
  have mass_eq : nth 0 t.mass q = T.mass q t.n := (nth_eq _ _ _).trans (K.describe.mass q K.q_lt)
  have high_eq : readLane t.bits (nth 0 t.high q) 1 = t.entry t.high q 1 := congrArg (fun x => digit t.bits x 1) (nth_eq _ _ _)
  rw [mass_eq, high_eq] at roomy
  unfold countClass
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, high_eq, nth_eq]
  cases enough : spares (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v)
      ((HeadPair.of t q m D).top (readLane t.bits (t.low.getD q 0) (t.n - c)))
      ((HeadPair.of t q m D).row (readLane t.bits (t.low.getD q 0) (t.n - c))) with
  | false =>
    exact AtLeast.zero
  | true =>
    show AtLeast (Nat.force (levelPowers _ _ _ m) fun N => lowCount _ parts (binom t.n c * N ^ c)) _
    rw [Nat.force_eq]
    have pair : PairKnown R P prec t.width t.v (withDirect T q (Known.rowList t D)) Y t.n q m S :=
      ⟨K.judges, K.narrow, K.m_lt, K.q_le, noBetter, slackLe⟩
    refine pair.atLeast_mixture hc (nodup_chosen _ m) (fun s hs => (mem_chosen hs).left) (b := t.entry t.high q 1)
      (level := levelOf levelBits m levels c) (Nat.lt_of_le_of_lt (Nat.pow_le_pow_left ?_ t.n) K.count) (levelPowers_eq _ _ _ m) ?_
    · exact Nat.succ_le_succ (Nat.le_trans (length_chosen_le _ m) (Nat.le_of_lt K.m_lt))
    · refine known.spares K.small K.n_pos K.parts_pos (Nat.le_refl _) (known.room_of roomy) leads enough fun s hs => ?_
      have both := (mem_chosen hs).right
      have taken := Bool.and_right both
      unfold tokenOk at taken
      rw [Nat.force_eq, nth_eq] at taken
      exact ⟨Nat.lt_trans (mem_chosen hs).left K.m_lt, Nat.le_of_ble_eq_true (Bool.and_left both), taken⟩

/-- **One query and one maximum.** -/
theorem Pair.atLeast_countPair (levels : Nat) :
    AtLeast (countPair t parts levelBits (ones t.bits t.v) (2 ^ (t.bits - 1) * ones t.bits t.v) X q m levels D)
      fun x => (P x ∧ maximum x = m) ∧ lastToken x = q := by
  unfold countPair
  rw [HeadPair.force_eq, Nat.force_eq]
  cases ok : (HeadPair.of t q m D).roomy t parts (nth 0 t.mass q) (Nat.mul (readLane t.bits (nth 0 t.high q) 1) parts) &&
      (HeadPair.of t q m D).leads (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) with
  | false => exact AtLeast.zero
  | true =>
    refine AtLeast.append_query q (AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total (countOther m) fun c hc => ?_))
    rw [Nat.force_eq]
    exact K.atLeast_countClass hc (Bool.and_left ok) (Bool.and_right ok)

end
end MlpQuartic
end Transformer
end Compact
