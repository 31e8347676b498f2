prelude
import Compact.Transformer.Strategy.MlpQuartic.Class
/-!
# Classes of inputs of one query and one maximum, counted with several heads

Each head asks whether a token bears its level (`MlpQuartic.bears`); the levels of tokens that do not are put out of reach, head after head
(`sift`), and what is left is counted by one power.  What the heads show of an input is any property of it (`Pair`).
-/
namespace Compact
namespace Transformer
namespace MlpHeads
open HeadsQuartic (chosen mem_chosen nodup_chosen length_chosen_le levelPowers levelPowers_eq)
open MlpQuartic (bears testRows testsOf inputsOfClass weightOf Pair takes_of_bears getD_testRows length_testRows levelPowers_total classes_pos)
noncomputable section

/-- A head: its tables, the row in place of the direct path, and its numbers for one query and one maximum. -/
structure HeadAt where
  t : Tables
  D : Nat
  P : HeadPair

/-- Nothing. -/
def HeadAt.none : HeadAt := ⟨⟨0, 0, 0, 0, 0, [], [], 0, [], [], [], [], [], [], []⟩, 0, ⟨0, 0, 0, 0, 0, 0, 0, 0, 0, 0⟩⟩

/-- The tests of a head. -/
def HeadAt.tests (h : HeadAt) (parts one tops q m : Nat) : List Nat :=
  testRows h.t.bits tops one (Nat.mul (readLane h.t.bits (nth 0 h.t.high q) 1) parts) m h.P.base h.t.token m h.P.tokens

/-- The levels of some tokens, those that do not bear theirs at `out`. -/
def sift (tops spare parts levelBits out : Nat) (tests : List Nat) : Nat → Nat :=
  fold (fun F ih levels => Nat.add
    (Bool.rec (motive := fun _ => Nat) out (Nat.mod levels (Nat.pow 2 levelBits)) (bears tops spare parts (Nat.mod levels (Nat.pow 2 levelBits)) F))
    (Nat.mul (Nat.pow 2 levelBits) (ih (Nat.shiftRight levels levelBits)))) (fun _ => 0) tests

/-- The levels, sifted by all heads, in the class with `c` other tokens; nothing is counted if a head has nothing to spare. -/
def siftAll (parts levelBits one tops q m c : Nat) (hs : List HeadAt) : Nat → (Nat → Nat) → Nat :=
  fold (fun (h : HeadAt) ih levels k => Nat.force (weightOf h.t q c) fun U => Nat.force (h.P.top U) fun top => Nat.force (h.P.row U) fun row =>
    Bool.rec (motive := fun _ => Nat) 0
      (Nat.force (Nat.sub (Nat.mul top one) row) fun spare =>
        Nat.force (sift tops spare parts levelBits (Nat.succ parts) (h.tests parts one tops q m) levels) fun levels => ih levels k)
      (spares tops one top row && Nat.ble row (Nat.mul top one))) (fun levels k => k levels) hs

/-- `∑ X ^ level` over the first `m` tokens whose levels are within reach. -/
def powersOf (parts levelBits X : Nat) (m : Nat) : Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat) (fun _ => 0) (fun _ ih levels => Nat.add
    (Bool.rec (motive := fun _ => Nat) 0 (Nat.pow X (Nat.mod levels (Nat.pow 2 levelBits))) (Nat.ble (Nat.mod levels (Nat.pow 2 levelBits)) parts))
    (ih (Nat.shiftRight levels levelBits))) m

/-- Do the positions with the maximum weigh no less in the class with `c` other tokens than in that with `last`, in all heads? -/
def weighAll (q last c : Nat) (hs : List HeadAt) : Bool :=
  fold (fun (h : HeadAt) ih => Nat.ble (weightOf h.t q last) (weightOf h.t q c) && ih) true hs

/-- The inputs of the class with `c` other tokens. -/
def countClass (n parts levelBits one tops X q m levels : Nat) (hs : List HeadAt) (c : Nat) : Nat :=
  siftAll parts levelBits one tops q m c hs (Nat.shiftRight levels (Nat.mul levelBits (Nat.mul c m))) fun levels =>
    Nat.force (powersOf parts levelBits X m levels) fun N => inputsOfClass n parts X c N

/-- The inputs of the classes with up to `last` other tokens, that one deciding for all in which positions with the maximum weigh no less. -/
def countClasses (n parts levelBits one tops X q m levels : Nat) (hs : List HeadAt) (last : Nat) : Nat :=
  siftAll parts levelBits one tops q m last hs levels fun levels =>
    Nat.force (powersOf parts levelBits X m levels) fun N => total (Nat.succ last) fun c => Nat.force c fun c =>
      Bool.rec (motive := fun _ => Nat) 0 (inputsOfClass n parts X c N) (weighAll q last c hs)

/-- The inputs of one query and one maximum.  The lowest bit of `code` says whether the class with the most other tokens decides for all; above it
are the levels of the tokens below the maximum in that class, or in each. -/
def countPair (n parts levelBits one tops X q m code : Nat) (hs : List HeadAt) : Nat :=
  Nat.force (Nat.shiftRight code 1) fun levels =>
  Bool.rec (motive := fun _ => Nat)
    (total (classes n q m) fun c => Nat.force c fun c => countClass n parts levelBits one tops X q m levels hs c)
    (Nat.force (Nat.pred (classes n q m)) fun last => countClasses n parts levelBits one tops X q m levels hs last)
    (Nat.beq (Nat.mod code 2) 1)

end

/-! ## Sifted levels -/

theorem readLane_zero (lb N : Nat) : readLane lb N 0 = N % 2 ^ lb := by
  show N / 2 ^ (lb * 0) % 2 ^ lb = N % 2 ^ lb
  rw [Nat.mul_zero, Nat.pow_zero, Nat.div_one]

theorem readLane_shift (lb N s : Nat) : readLane lb (N / 2 ^ lb) s = readLane lb N (s + 1) := by
  show N / 2 ^ lb / 2 ^ (lb * s) % 2 ^ lb = N / 2 ^ (lb * s + lb) % 2 ^ lb
  rw [Nat.div_div_eq_div_mul, Nat.pow_add, Nat.mul_comm (2 ^ lb)]

/-- What a level within reach says. -/
theorem sift_spec {tops spare parts lb : Nat} (room : parts + 1 < 2 ^ lb) {tests : List Nat} {levels s : Nat} (hs : s < tests.length)
    (le : readLane lb (sift tops spare parts lb (parts + 1) tests levels) s ≤ parts) :
    readLane lb (sift tops spare parts lb (parts + 1) tests levels) s = readLane lb levels s ∧
      bears tops spare parts (readLane lb levels s) (tests.getD s 0) = true := by
  induction tests generalizing levels s with
  | nil => exact absurd hs (Nat.not_lt_zero s)
  | cons F tests ih =>
    have step : sift tops spare parts lb (parts + 1) (F :: tests) levels =
      Bool.rec (motive := fun _ => Nat) (parts + 1) (levels % 2 ^ lb) (bears tops spare parts (levels % 2 ^ lb) F) +
        2 ^ lb * sift tops spare parts lb (parts + 1) tests (levels / 2 ^ lb) := rfl
    have first_lt : Bool.rec (motive := fun _ => Nat) (parts + 1) (levels % 2 ^ lb) (bears tops spare parts (levels % 2 ^ lb) F) < 2 ^ lb := by
      cases bears tops spare parts (levels % 2 ^ lb) F with
      | false => exact room
      | true => exact Nat.mod_lt _ (Nat.two_pow_pos lb)
    cases s with
    | zero =>
      rw [readLane_zero, step, Nat.add_mul_mod_self_left, Nat.mod_eq_of_lt first_lt] at le ⊢
      rw [readLane_zero]
      cases ok : bears tops spare parts (levels % 2 ^ lb) F with
      | false =>
        rw [ok] at le
        exact absurd le (Nat.not_succ_le_self parts)
      | true => exact ⟨rfl, ok⟩
    | succ s =>
      have rest : readLane lb (sift tops spare parts lb (parts + 1) (F :: tests) levels) (s + 1) =
          readLane lb (sift tops spare parts lb (parts + 1) tests (levels / 2 ^ lb)) s := by
        rw [← readLane_shift, step, Nat.add_mul_div_left _ _ (Nat.two_pow_pos lb), Nat.div_eq_of_lt first_lt, Nat.zero_add]
      rw [rest] at le ⊢
      match ih (Nat.lt_of_succ_lt_succ hs) le with
      | ⟨same, passed⟩ =>
        rw [readLane_shift] at same passed
        exact ⟨same, passed⟩

theorem powersOf_eq (parts lb X m levels : Nat) : powersOf parts lb X m levels =
    levelPowers X (readLane lb levels) (fun s => Nat.ble (readLane lb levels s) parts) m := by
  rw [levelPowers_total]
  induction m generalizing levels with
  | zero => rfl
  | succ m ih =>
    rw [total_succ']
    show Bool.rec (motive := fun _ => Nat) 0 (X ^ (levels % 2 ^ lb)) (Nat.ble (levels % 2 ^ lb) parts) + powersOf parts lb X m (levels / 2 ^ lb) = _
    rw [ih, readLane_zero]
    exact congrArg (_ + ·) (total_congr fun s _ => by rw [readLane_shift])

section
variable {parts lb one tops q m c : Nat}

/-- What a head has to spare, and that it has something, where positions with the maximum weigh `U`. -/
def HeadAt.spare (h : HeadAt) (one U : Nat) : Nat := h.P.top U * one - h.P.row U
structure HeadAt.Enough (h : HeadAt) (one tops U : Nat) : Prop where
  spares : spares tops one (h.P.top U) (h.P.row U) = true
  row_le : h.P.row U ≤ h.P.top U * one

/-- What is left by all heads. -/
theorem siftAll_spec (room : parts + 1 < 2 ^ lb) {hs : List HeadAt} (length : ∀ i, i < hs.length → ((hs.getD i HeadAt.none).tests parts one tops q m).length = m)
    (levels : Nat) (k : Nat → Nat) : siftAll parts lb one tops q m c hs levels k = 0 ∨ ∃ sifted, siftAll parts lb one tops q m c hs levels k = k sifted ∧
      (∀ i, i < hs.length → (hs.getD i HeadAt.none).Enough one tops (weightOf (hs.getD i HeadAt.none).t q c)) ∧
      ∀ s, s < m → readLane lb sifted s ≤ parts → readLane lb sifted s = readLane lb levels s ∧ ∀ i, i < hs.length →
        bears tops ((hs.getD i HeadAt.none).spare one (weightOf (hs.getD i HeadAt.none).t q c)) parts (readLane lb sifted s)
          (((hs.getD i HeadAt.none).tests parts one tops q m).getD s 0) = true := by
  induction hs generalizing levels with
  | nil => exact Or.inr ⟨levels, rfl, fun i hi => absurd hi (Nat.not_lt_zero i), fun s _ _ => ⟨rfl, fun i hi => absurd hi (Nat.not_lt_zero i)⟩⟩
  | cons h hs ih =>
    have step : siftAll parts lb one tops q m c (h :: hs) levels k =
      Nat.force (weightOf h.t q c) fun U => Nat.force (h.P.top U) fun top => Nat.force (h.P.row U) fun row =>
        Bool.rec (motive := fun _ => Nat) 0
          (Nat.force (Nat.sub (Nat.mul top one) row) fun spare =>
            Nat.force (sift tops spare parts lb (Nat.succ parts) (h.tests parts one tops q m) levels) fun levels =>
              siftAll parts lb one tops q m c hs levels k)
          (spares tops one top row && Nat.ble row (Nat.mul top one)) := rfl
    rw [step, Nat.force_eq, Nat.force_eq, Nat.force_eq]
    cases ok : spares tops one (h.P.top (weightOf h.t q c)) (h.P.row (weightOf h.t q c)) &&
        Nat.ble (h.P.row (weightOf h.t q c)) (Nat.mul (h.P.top (weightOf h.t q c)) one) with
    | false => exact Or.inl rfl
    | true =>
      have first : h.Enough one tops (weightOf h.t q c) := ⟨Bool.and_left ok, Nat.le_of_ble_eq_true (Bool.and_right ok)⟩
      have e : (Bool.rec (motive := fun _ => Nat) 0
          (Nat.force (Nat.sub (Nat.mul (h.P.top (weightOf h.t q c)) one) (h.P.row (weightOf h.t q c))) fun spare =>
            Nat.force (sift tops spare parts lb (Nat.succ parts) (h.tests parts one tops q m) levels) fun levels =>
              siftAll parts lb one tops q m c hs levels k) true : Nat) =
          siftAll parts lb one tops q m c hs
            (sift tops (h.spare one (weightOf h.t q c)) parts lb (parts + 1) (h.tests parts one tops q m) levels) k := by
        show (Nat.force _ fun spare => Nat.force _ _) = _
        rw [Nat.force_eq, Nat.force_eq]
        rfl
      rw [e]
      match ih (fun i hi => length (i + 1) (Nat.succ_lt_succ hi)) (sift tops (h.spare one (weightOf h.t q c)) parts lb (parts + 1) (h.tests parts one tops q m) levels) with
      | .inl zero => exact Or.inl zero
      | .inr ⟨sifted, counted, others, each⟩ =>
        refine Or.inr ⟨sifted, counted, fun i hi => ?_, fun s hs le => ?_⟩
        · cases i with
          | zero => exact first
          | succ i => exact others i (Nat.lt_of_succ_lt_succ hi)
        · match each s hs le with
          | ⟨same, rest⟩ =>
            have hs' : s < (h.tests parts one tops q m).length := Nat.lt_of_lt_of_le hs (Nat.le_of_eq (length 0 (Nat.zero_lt_succ _)).symm)
            match sift_spec room hs' (levels := levels) (tops := tops) (spare := h.spare one (weightOf h.t q c)) (same ▸ le) with
            | ⟨before, passed⟩ =>
              refine ⟨same.trans before, fun i hi => ?_⟩
              cases i with
              | zero => rw [same, before]; exact passed
              | succ i => exact rest i (Nat.lt_of_succ_lt_succ hi)

theorem of_weighAll {last : Nat} {hs : List HeadAt} (h : weighAll q last c hs = true) {i : Nat} (hi : i < hs.length) :
    weightOf (hs.getD i HeadAt.none).t q last ≤ weightOf (hs.getD i HeadAt.none).t q c := by
  induction hs generalizing i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons a hs ih =>
    have h : (Nat.ble (weightOf a.t q last) (weightOf a.t q c) && weighAll q last c hs) = true := h
    cases i with
    | zero => exact Nat.le_of_ble_eq_true (Bool.and_left h)
    | succ i => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hi)

end

/-! ## Inputs -/

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {T : Enclosure} {d : Nat → Nat} {q m D parts X : Nat}

/-- **What one head shows of an input** whose levels add up to no more than all parts. -/
theorem right_of_bears (K : Pair R P prec t T d q m D parts X) {c U : Nat} (hc : c < classes t.n q m) (hU : U ≤ weightOf t q c)
    (roomy : (HeadPair.of t q m D).roomy t parts (nth 0 t.mass q) (Nat.mul (readLane t.bits (nth 0 t.high q) 1) parts) = true)
    (leads : (HeadPair.of t q m D).leads (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) = true)
    (enough : (HeadAt.mk t D (HeadPair.of t q m D)).Enough (ones t.bits t.v) (2 ^ (t.bits - 1) * ones t.bits t.v) U)
    {tokens : List Nat} (lt : ∀ s, s ∈ tokens → s < m) {level : Nat → Nat} (bear : ∀ s, s ∈ tokens →
      bears (2 ^ (t.bits - 1) * ones t.bits t.v) ((HeadAt.mk t D (HeadPair.of t q m D)).spare (ones t.bits t.v) U) parts (level s)
        ((testsOf t q m D parts).getD s 0) = true) {y : List Nat} (hy : y ∈ words m tokens t.n c) (hlevel : levelSum m level y ≤ parts) :
    P (y ++ [q]) ∧ maximum (y ++ [q]) = m := by
  match K.describe.position m K.m_lt, K.describe.slack q m K.q_lt K.m_lt with
  | ⟨Y, hY, noBetter, small⟩, ⟨S, hS, slackLe⟩ =>
  have known : Known t T Y d q m D (T.totalSlack t.ceiling t.n q S) :=
    ⟨K.describe, K.m_lt, K.q_lt, K.row, fun j hj => Nat.le_of_lt (K.row_lt j hj), hY, small, hS⟩
  have mass_eq : nth 0 t.mass q = T.mass q t.n := (nth_eq _ _ _).trans (K.describe.mass q K.q_lt)
  have high_eq : readLane t.bits (nth 0 t.high q) 1 = t.entry t.high q 1 := congrArg (fun x => digit t.bits x 1) (nth_eq _ _ _)
  have low_eq : weightOf t q c = t.entry t.low q (t.n - c) := congrArg (fun x => digit t.bits x (t.n - c)) (nth_eq _ _ _)
  rw [mass_eq, high_eq] at roomy
  have pair : PairKnown R P prec t.width t.v (withDirect T q (Known.rowList t D)) Y t.n q m S :=
    ⟨K.judges, K.narrow, K.m_lt, K.q_le, noBetter, slackLe⟩
  refine pair.mixture_right hc lt (b := t.entry t.high q 1) (level := level) ?_ hy hlevel
  refine known.spares K.small K.n_pos K.parts_pos (low_eq ▸ hU) (known.room_of roomy) leads enough.spares fun s hs => ?_
  have passed := bear s hs
  have row := getD_testRows (L := t.bits) (tops := 2 ^ (t.bits - 1) * ones t.bits t.v) (one := ones t.bits t.v)
    (whole := Nat.mul (readLane t.bits (nth 0 t.high q) 1) parts) (m := m) (base := (HeadPair.of t q m D).base)
    (HeadPair.of t q m D).tokens K.tokens (lt s hs)
  have row : (testsOf t q m D parts).getD s 0 = _ := row
  rw [row] at passed
  have taken := takes_of_bears enough.row_le passed
  rw [high_eq] at taken
  exact ⟨Nat.lt_trans (lt s hs) K.m_lt, taken.left, taken.right⟩

end

section
variable {R : Type} [ExpField R] {L v n prec q m parts lb X : Nat} {hs : List HeadAt} {P : Nat → List Nat → Prop}

/-- What is known of a head when inputs are counted. -/
structure Seen (R : Type) [ExpField R] (P : List Nat → Prop) (prec L v n q m parts X : Nat) (h : HeadAt) : Prop where
  bits : h.t.bits = L
  v_eq : h.t.v = v
  n_eq : h.t.n = n
  numbers : h.P = HeadPair.of h.t q m h.D
  roomy : h.P.roomy h.t parts (nth 0 h.t.mass q) (Nat.mul (readLane h.t.bits (nth 0 h.t.high q) 1) parts) = true
  leads : h.P.leads (2 ^ (L - 1) * ones L v) (ones L v) = true
  pair : ∃ T, ∃ d, Pair R P prec h.t T d q m h.D parts X

theorem Seen.length {P : List Nat → Prop} {h : HeadAt} (S : Seen R P prec L v n q m parts X h) {one tops : Nat} :
    (h.tests parts one tops q m).length = m := by
  match S.pair with
  | ⟨T, d, K⟩ => exact length_testRows _ K.tokens

/-- One class, decided by tests in which positions with the maximum weigh no more. -/
theorem atLeast_class (some : 0 < hs.length) (seen : ∀ i, i < hs.length → Seen R (P i) prec L v n q m parts X (hs.getD i HeadAt.none)) {c a sifted : Nat}
    (hc : c < classes n q m)
    (hU : ∀ i, i < hs.length → weightOf (hs.getD i HeadAt.none).t q a ≤ weightOf (hs.getD i HeadAt.none).t q c)
    (enough : ∀ i, i < hs.length → (hs.getD i HeadAt.none).Enough (ones L v) (2 ^ (L - 1) * ones L v) (weightOf (hs.getD i HeadAt.none).t q a))
    (bear : ∀ s, s < m → readLane lb sifted s ≤ parts → ∀ i, i < hs.length →
      bears (2 ^ (L - 1) * ones L v) ((hs.getD i HeadAt.none).spare (ones L v) (weightOf (hs.getD i HeadAt.none).t q a)) parts (readLane lb sifted s)
        (((hs.getD i HeadAt.none).tests parts (ones L v) (2 ^ (L - 1) * ones L v) q m).getD s 0) = true) :
    AtLeast (inputsOfClass n parts X c (powersOf parts lb X m sifted)) fun y =>
      ((∀ i, i < hs.length → P i (y ++ [q])) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = c := by
  have one {i : Nat} (hi : i < hs.length) {y : List Nat}
      (hy : y ∈ words m (chosen (fun s => Nat.ble (readLane lb sifted s) parts) m) n c) (hlevel : levelSum m (readLane lb sifted) y ≤ parts) :
      P i (y ++ [q]) ∧ maximum (y ++ [q]) = m := by
    have S := seen i hi
    match S.pair with
    | ⟨T, d, K⟩ =>
      have bits := S.bits
      have v_eq := S.v_eq
      have numbers := S.numbers
      have e := enough i hi
      have b (s : Nat) (hs : s ∈ chosen (fun s => Nat.ble (readLane lb sifted s) parts) m) :=
        bear s (mem_chosen hs).left (Nat.le_of_ble_eq_true (mem_chosen hs).right) i hi
      have le := hU i hi
      have roomy := S.roomy
      have leads := S.leads
      have hc := S.n_eq ▸ hc
      have hy := S.n_eq ▸ hy
      subst bits
      subst v_eq
      generalize hs.getD i HeadAt.none = h at *
      cases h with
      | mk t D P =>
        have numbers : P = HeadPair.of t q m D := numbers
        subst numbers
        exact right_of_bears K hc le roomy leads e (fun s hs => (mem_chosen hs).left) b hy hlevel
  refine atLeast_lowWords (nodup_chosen _ m) (fun hm => Nat.lt_irrefl m (mem_chosen hm).left) (X := X) (level := readLane lb sifted) ?_ ?_
    fun y hy hlevel => ⟨fun i hi => (one hi hy hlevel).left, (one some hy hlevel).right⟩
  · match (seen 0 some).pair with
    | ⟨T, d, K⟩ =>
      have n_eq := (seen 0 some).n_eq
      refine Nat.lt_of_le_of_lt ?_ K.count
      rw [n_eq]
      exact Nat.pow_le_pow_left (Nat.succ_le_succ (Nat.le_trans (length_chosen_le _ m) (Nat.le_of_lt K.m_lt))) n
  · exact (powersOf_eq parts lb X m sifted).trans (levelPowers_eq _ _ _ m)

/-- **One query and one maximum.** -/
theorem atLeast_countPair (some : 0 < hs.length) (n_pos : 0 < n) (room : parts + 1 < 2 ^ lb)
    (seen : ∀ i, i < hs.length → Seen R (P i) prec L v n q m parts X (hs.getD i HeadAt.none)) (code : Nat) :
    AtLeast (countPair n parts lb (ones L v) (2 ^ (L - 1) * ones L v) X q m code hs)
      fun x => ((∀ i, i < hs.length → P i x) ∧ maximum x = m) ∧ lastToken x = q := by
  have length (i : Nat) (hi : i < hs.length) := (seen i hi).length (one := ones L v) (tops := 2 ^ (L - 1) * ones L v)
  unfold countPair
  rw [Nat.force_eq]
  refine AtLeast.append_query (P := fun x => (∀ i, i < hs.length → P i x) ∧ maximum x = m) q ?_
  cases Nat.beq (Nat.mod code 2) 1 with
  | false =>
    refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total (countOther m) fun c hc => ?_)
    rw [Nat.force_eq]
    unfold countClass
    match siftAll_spec (c := c) room length (Nat.shiftRight (Nat.shiftRight code 1) (Nat.mul lb (Nat.mul c m)))
      fun levels => Nat.force (powersOf parts lb X m levels) fun N => inputsOfClass n parts X c N with
    | .inl zero => rw [zero]; exact AtLeast.zero
    | .inr ⟨sifted, counted, enough, each⟩ =>
      rw [counted, Nat.force_eq]
      exact atLeast_class some seen hc (fun _ _ => Nat.le_refl _) enough fun s hs le => (each s hs le).right
  | true =>
    show AtLeast (Nat.force _ fun last => countClasses n parts lb _ _ X q m _ hs last) _
    rw [Nat.force_eq]
    unfold countClasses
    match siftAll_spec (c := Nat.pred (classes n q m)) room length (Nat.shiftRight code 1)
      fun levels => Nat.force (powersOf parts lb X m levels) fun N => total (Nat.succ (Nat.pred (classes n q m))) fun c => Nat.force c fun c =>
        Bool.rec (motive := fun _ => Nat) 0 (inputsOfClass n parts X c N) (weighAll q (Nat.pred (classes n q m)) c hs) with
    | .inl zero => rw [zero]; exact AtLeast.zero
    | .inr ⟨sifted, counted, enough, each⟩ =>
      rw [counted, Nat.force_eq]
      have pos : Nat.succ (Nat.pred (classes n q m)) = classes n q m := Nat.sub_add_cancel (classes_pos n_pos q m)
      rw [pos]
      refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total (countOther m) fun c hc => ?_)
      rw [Nat.force_eq]
      cases weighs : weighAll q (Nat.pred (classes n q m)) c hs with
      | false => exact AtLeast.zero
      | true => exact atLeast_class some seen hc (fun _ hi => of_weighAll weighs hi) enough fun s hs le => (each s hs le).right

end
end MlpHeads
end Transformer
end Compact
