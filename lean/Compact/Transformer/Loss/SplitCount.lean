prelude
import Compact.Transformer.Loss.Split
import Compact.Transformer.Loss.Count
/-!
# Counting the inputs of a level, a token's own output apart

As `Loss/Count.lean`, but each token is asked for two means (`SplitGains`).  What the maximum and the query's own position have for
a token's own output depends on that output.  So for each class a token's *need* is computed (`need`), once for all levels: how far it
is below `zero`, over the weight of its positions, with what the others have taken as in the first test; the largest of three, for the first
test and for the second at both ends.  Then a token passes at the level `μ` if `μ` times its factor and its need are at most what is allowed.
-/
namespace Compact

/-- The numbers of one query and one maximum.  `gains` are those over other outputs; `gainOwn` is no more than any of them that the
query's own position may have. -/
structure SplitPair extends LossPair where
  /-- How many tokens are smaller than the maximum. -/
  tokens : Nat
  /-- Of each smaller token's own output: the gain of the maximum, that of the query, and its own times its factor. -/
  ofMax : Nat
  ofOwn : Nat
  itself : Nat

namespace SplitPair
noncomputable section
variable (P : SplitPair)

/-- Evaluate the numbers, then go on with them. -/
def force {α : Type} (k : SplitPair → α) : α :=
  P.toLossPair.force fun B => Nat.force P.tokens fun tokens => Nat.force P.ofMax fun ofMax => Nat.force P.ofOwn fun ofOwn =>
  Nat.force P.itself fun itself => k ⟨B, tokens, ofMax, ofOwn, itself⟩

theorem force_eq {α : Type} (k : SplitPair → α) : P.force k = k P := by
  unfold force
  rw [LossPair.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- The larger of two numbers. -/
def larger (a b : Nat) : Nat := Nat.add a (Nat.sub b a)

/-- What a token needs for its own output at one end: `h` is what there is for other outputs, above `zero`; `a`, `b` and `c` are the parts
of its own, `u` the factor of the first, and `V` the weight of the token's positions. -/
def short (h u V a b c : Nat) : Nat := Nat.succ (Nat.div (Nat.sub h (Nat.add (Nat.add (Nat.mul u a) b) (Nat.mul V c))) V)

/-- What a token needs, with the numbers of both ends. -/
def need (h₁ u₁ V₁ h₂ u₂ V₂ s : Nat) : Nat :=
  Nat.force s fun s => Nat.force (readLane P.bits P.ofMax s) fun a => Nat.force (Nat.mul P.factorOwn (readLane P.bits P.ofOwn s)) fun b =>
  Nat.force (readLane P.bits P.itself s) fun c =>
  Nat.force (larger (Nat.sub P.zero (readLane P.bits P.gains s)) (larger (short h₁ u₁ V₁ a b c) (short h₂ u₂ V₂ a b c))) fun x =>
  LossPair.smaller x (Nat.mul 2 P.zero)

/-- What there is for other outputs, above `zero`. -/
def room (U : Nat) : Nat := Nat.add (Nat.mul P.zero (Nat.sub P.mass U)) (P.has U)

/-- The needs of all tokens, in the class with `c > 0` other tokens. -/
def needs (c : Nat) : Nat :=
  Nat.force (readLane P.bits P.low (Nat.sub P.n c)) fun U => Nat.force (P.room U) fun h₁ => Nat.force (Nat.mul U P.factorMax) fun u₁ =>
  Nat.force (Nat.sub P.mass U) fun V₁ => Nat.force (readLane P.bits P.high (Nat.sub P.n c)) fun U => Nat.force (P.room U) fun h₂ =>
  Nat.force (Nat.mul U P.factorMax) fun u₂ => Nat.force (Nat.sub P.mass U) fun V₂ => packFrom P.bits (P.need h₁ u₁ V₁ h₂ u₂ V₂) P.tokens

/-- What a class adds at the level `μ`. -/
def classInputs (needs μ : Nat) (f : Nat → Nat → Nat) : Nat :=
  Nat.force (Nat.add (Nat.mul μ P.factors) needs) fun row => f μ row

/-- Go on with the inputs of all classes with `1, ..., last` other tokens, as functions of the level. -/
def withClasses {α : Type} (last : Nat) : (List (Nat → Nat) → α) → α :=
  Nat.rec (motive := fun _ => (List (Nat → Nat) → α) → α) (fun k => k [])
    (fun i ih k => P.withClass (Nat.succ i) fun f => Nat.force (P.needs (Nat.succ i)) fun needs =>
      ih fun fs => k ((fun μ => P.classInputs needs μ f) :: fs)) last

/-- The inputs counted at the level `μ`. -/
def inputsBy (fs : List (Nat → Nat)) (μ : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => Nat.add (P.alone μ) (fold (fun f ih => Nat.add (f μ) ih) 0 fs)) P.classes

/-- Go on with the number of inputs, as a function of the level. -/
def withInputs {α : Type} (k : (Nat → Nat) → α) : α := P.withClasses (Nat.pred P.classes) fun fs => k (P.inputsBy fs)

/-- What a class adds, as it is reasoned about. -/
def classAt (c μ : Nat) : Nat := P.toLossPair.classInputs μ (μ * P.factors + P.needs c) c

theorem withClasses_eq (last : Nat) : ∃ fs : List (Nat → Nat), (∀ (α : Type) (k : List (Nat → Nat) → α), P.withClasses last k = k fs) ∧
    ∀ μ, fold (fun f ih => Nat.add (f μ) ih) 0 fs = total last fun i => P.classAt (i + 1) μ := by
  induction last with
  | zero => exact ⟨[], fun _ _ => rfl, fun _ => rfl⟩
  | succ i ih =>
    match ih with
    | ⟨fs, e, sum⟩ =>
      refine ⟨(fun μ => P.classInputs (P.needs (i + 1)) μ (P.classFn (i + 1))) :: fs, fun α k => ?_, fun μ => ?_⟩
      · show P.withClass (i + 1) (fun f => Nat.force (P.needs (i + 1)) fun needs => P.withClasses i fun fs =>
          k ((fun μ => P.classInputs needs μ f) :: fs)) = _
        rw [LossPair.withClass_eq, Nat.force_eq, e]
      · show P.classInputs (P.needs (i + 1)) μ (P.classFn (i + 1)) + fold (fun f ih => Nat.add (f μ) ih) 0 fs = _
        have one : P.classInputs (P.needs (i + 1)) μ (P.classFn (i + 1)) = P.classAt (i + 1) μ := by
          unfold classInputs
          rw [Nat.force_eq]
          exact (P.withClass_eq (i + 1) fun f => f μ (μ * P.factors + P.needs (i + 1))).symm
        rw [sum, total_succ, one, Nat.add_comm]

/-- The number of inputs, as it is reasoned about. -/
def inputs (μ : Nat) : Nat := total P.classes fun c => Nat.rec (motive := fun _ => Nat) (P.alone μ) (fun i _ => P.classAt (Nat.succ i) μ) c

theorem withInputs_eq {α : Type} (k : (Nat → Nat) → α) : ∃ f : Nat → Nat, P.withInputs k = k f ∧ ∀ μ, f μ = P.inputs μ := by
  match P.withClasses_eq (Nat.pred P.classes) with
  | ⟨fs, e, sum⟩ =>
    refine ⟨P.inputsBy fs, e α _, fun μ => ?_⟩
    unfold inputsBy inputs
    rw [sum]
    cases P.classes with
    | zero => rfl
    | succ last => exact (total_succ' last fun c => Nat.rec (motive := fun _ => Nat) (P.alone μ) (fun i _ => P.classAt (Nat.succ i) μ) c).symm

end

/-- The numbers are those of the tables `T`, and of logarithms. -/
structure Of (P : SplitPair) (T : Enclosure) (full but : Nat → Nat → Nat) (A low : Nat) (U : Nat → Nat) (n q m SL : Nat) : Prop where
  bits : 0 < P.bits
  one : P.one = ones P.bits m
  tops : P.tops = 2 ^ (P.bits - 1) * ones P.bits m
  zero : 0 < P.zero
  room : 4 * P.zero ≤ 2 ^ (P.bits - 1)
  factors : P.factors = pack P.bits m fun s => T.tokenLo q s
  gains (s : Nat) : s < m → readLane P.bits P.gains s = T.tokenLo q s * T.othersGain full but low q m s s
  factorMax : P.factorMax = T.tokenLo q m
  gainMax : P.gainMax = T.tokenLo q m * T.gain full but low q m m
  factorOwn : P.factorOwn = T.tokenLo q q * T.posLo q n
  gainOwn : ∃ g, P.gainOwn = T.tokenLo q q * T.posLo q n * g ∧ g ≤ T.gain full but low q m q ∧ ∀ s, s < m → g ≤ T.othersGain full but low q m s q
  mass : P.mass = T.mass q n
  weights (k : Nat) : k ≤ n → MassDescribe P.bits n (T.mass q n) P.low P.high (T.posLows q n) k
  slack : P.slack = SL
  classes : P.classes = Compact.classes n q m
  binoms : P.binoms = Compact.binoms n (n + 1) 0
  n : P.n = n
  tokens : P.tokens = m
  ofMax (s : Nat) : s < m → readLane P.bits P.ofMax s = T.ownGain A U low q m s m
  ofOwn (s : Nat) : s < m → readLane P.bits P.ofOwn s = T.ownGain A U low q m s q
  itself (s : Nat) : s < m → readLane P.bits P.itself s = T.tokenLo q s * T.ownGain A U low q m s s

section
variable {P : SplitPair} {T : Enclosure} {full but : Nat → Nat → Nat} {A low : Nat} {U : Nat → Nat} {n q m SL μ : Nat}

theorem left_le_larger (a b : Nat) : a ≤ larger a b := Nat.le_add_right _ _
theorem right_le_larger (a b : Nat) : b ≤ larger a b :=
  Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm (b - a) a))

theorem eq_of_smaller_lt {x y : Nat} (h : LossPair.smaller x y < y) : LossPair.smaller x y = x := by
  cases Nat.le_total x y with
  | inl le => show x - (x - y) = x; rw [Nat.sub_eq_zero_of_le le, Nat.sub_zero]
  | inr ge =>
    have e : LossPair.smaller x y = y := Nat.sub_sub_self ge
    exact absurd (e ▸ h) (Nat.lt_irrefl _)

/-- The maximum has the same gain, whichever output is left out. -/
theorem othersGain_max {s : Nat} : T.othersGain full but low q m s m = T.gain full but low q m m := by
  unfold Enclosure.othersGain Enclosure.gain
  rw [ite_eq_left rfl, ite_eq_left rfl]

/-- The first test. -/
theorem others_of_need (h : P.Of T full but A low U n q m SL) {V s θ : Nat} (hs : s < m) (le : θ ≤ P.allowed μ V) (pos : 0 < θ)
    (lack : μ * T.tokenLo q s + P.zero ≤ readLane P.bits P.gains s + θ) :
    T.Gains (T.othersGain full but low q m s) n μ SL q m V (T.mass q n - V) s := by
  match h.gainOwn with
  | ⟨g, own, _, less⟩ =>
    have total := (LossPair.of_allowed le pos).right
    unfold LossPair.weight LossPair.has at total
    rw [h.factorMax, h.factorOwn, h.gainMax, own, h.mass, h.slack] at total
    have total : μ * (V * T.tokenLo q m + T.tokenLo q q * T.posLo q n) + (SL + 1 + (T.mass q n - V) * θ) ≤
      P.zero * (T.mass q n - V) + (V * (T.tokenLo q m * T.gain full but low q m m) + T.tokenLo q q * T.posLo q n * g) := total
    rw [h.gains s hs] at lack
    unfold Enclosure.Gains
    rw [othersGain_max]
    have least : T.tokenLo q q * T.posLo q n * g ≤ T.tokenLo q q * T.posLo q n * T.othersGain full but low q m s q :=
      Nat.mul_le_mul_left _ (less s hs)
    refine Nat.lt_of_lt_of_le ?_ (Nat.add_le_add_right (Nat.add_le_add_left least _) _)
    refine Nat.le_of_linear (Nat.add_le_add total (Nat.mul_le_mul_left (T.mass q n - V) lack)) ?_
    exact LossPair.gains_regroup _ _ _ _ _ _ _ _ _

/-- The second test. -/
theorem own_of_need (h : P.Of T full but A low U n q m SL) {V s θ x : Nat} (hs : s < m) (le : θ ≤ P.allowed μ V) (pos : 0 < θ)
    (lack : μ * T.tokenLo q s + x ≤ θ) (short : short (P.room V) (V * P.factorMax) (P.mass - V) (readLane P.bits P.ofMax s)
      (P.factorOwn * readLane P.bits P.ofOwn s) (readLane P.bits P.itself s) ≤ x) :
    T.Gains (T.ownGain A U low q m s) n μ SL q m V (T.mass q n - V) s := by
  have total := LossPair.of_allowed le pos
  have parts : P.room V ≤ (P.mass - V) * x + (V * P.factorMax * readLane P.bits P.ofMax s + P.factorOwn * readLane P.bits P.ofOwn s +
      (P.mass - V) * readLane P.bits P.itself s) := by
    refine Nat.le_add_of_sub_le (Nat.le_trans (Nat.le_of_lt (Nat.lt_mul_div_succ _ total.left)) (Nat.mul_le_mul_left _ short))
  have room : P.room V = P.zero * (P.mass - V) + P.has V := rfl
  rw [room] at parts
  have need := Nat.le_trans total.right parts
  have more := Nat.add_le_add need (Nat.mul_le_mul_left (P.mass - V) lack)
  rw [h.ofMax s hs, h.ofOwn s hs, h.itself s hs] at more
  unfold LossPair.weight at more
  rw [h.factorMax, h.factorOwn, h.mass, h.slack] at more
  unfold Enclosure.Gains
  refine Nat.le_of_linear more ?_
  exact regroup _ _ _ _ _ _ _ _ _ _ _ _
where
  regroup (mu v em o SL V th es x a b c : Nat) :
      v * (em * a) + o * b + V * (es * c) + (mu * (v * em + o) + (SL + 1 + V * th) + V * (mu * es + x)) =
        mu * (v * em + o) + V * (mu * es) + SL + 1 + (V * x + (v * em * a + o * b + V * (es * c)) + V * th) := by
    ring [mu, v, em, o, SL, V, th, es, x, a, b, c]

/-- What a token needs in the class with `c` other tokens. -/
noncomputable def needOf (P : SplitPair) (c : Nat) : Nat → Nat :=
  P.need (P.room (readLane P.bits P.low (P.n - c))) (readLane P.bits P.low (P.n - c) * P.factorMax) (P.mass - readLane P.bits P.low (P.n - c))
    (P.room (readLane P.bits P.high (P.n - c))) (readLane P.bits P.high (P.n - c) * P.factorMax) (P.mass - readLane P.bits P.high (P.n - c))

theorem needs_eq (c : Nat) : P.needs c = pack P.bits P.tokens (P.needOf c) := by
  unfold needs
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, packFrom_eq]
  rfl

theorem needOf_le (c s : Nat) : P.needOf c s ≤ 2 * P.zero := by
  unfold needOf need
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  exact LossPair.smaller_le_right _ _

/-- What a need that is not cut off says. -/
theorem of_needOf {c s : Nat} (lt : P.needOf c s < 2 * P.zero) : 0 < P.needOf c s ∧ P.zero ≤ readLane P.bits P.gains s + P.needOf c s ∧
    ∀ V, V = readLane P.bits P.low (P.n - c) ∨ V = readLane P.bits P.high (P.n - c) →
      short (P.room V) (V * P.factorMax) (P.mass - V) (readLane P.bits P.ofMax s) (P.factorOwn * readLane P.bits P.ofOwn s)
        (readLane P.bits P.itself s) ≤ P.needOf c s := by
  unfold needOf need at lt ⊢
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at lt ⊢
  rw [eq_of_smaller_lt lt]
  refine ⟨Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) (Nat.le_trans (left_le_larger _ _) (right_le_larger _ _)), ?_, fun V hV => ?_⟩
  · exact Nat.le_trans (Nat.le_add_of_sub_le (left_le_larger _ _)) (Nat.le_of_eq (Nat.add_comm _ _))
  · match hV with
    | .inl e => subst e; exact Nat.le_trans (left_le_larger _ _) (right_le_larger _ _)
    | .inr e => subst e; exact Nat.le_trans (right_le_larger _ _) (right_le_larger _ _)

/-- **What is counted at a level**: for each class whether anything is, what is asked of its tokens, and that then both means are above
the level. -/
theorem inputs_spec (h : P.Of T full but A low U n q m SL) (hμ : ∀ s, s < m → μ * T.tokenLo q s < P.zero) :
    ∃ ok : Nat → Bool, ∃ p : Nat → Nat → Bool,
      P.inputs μ ≤ (total (Compact.classes n q m) fun c => Compact.classTerm n c (ok c) (below (p c) m).length) ∧
      ∀ c, c < Compact.classes n q m → ok c = true → SplitGains T full but A low U n μ SL q m c (below (p c) m) := by
  have lane_lt {c s : Nat} (hs : s < m) : μ * T.tokenLo q s + P.needOf c s < 2 ^ (P.bits - 1) := by
    refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_lt_of_le (hμ s hs) (needOf_le c s)) (Nat.le_trans ?_ h.room)
    exact Nat.le_of_linear (Nat.zero_le P.zero) (by ring [P.zero])
  refine ⟨fun c => Nat.rec (motive := fun _ => Bool) (Nat.ble (Nat.succ (Nat.add (Nat.mul μ (P.weight P.mass)) P.slack)) (P.has P.mass))
      (fun _ _ => true) c, fun c s => Nat.ble (μ * T.tokenLo q s + P.needOf c s) (P.threshold μ c), ?_, ?_⟩
  · unfold inputs
    rw [h.classes]
    refine total_le_total fun c hc => ?_
    cases c with
    | zero =>
      show P.alone μ ≤ Compact.classTerm n 0 (Nat.ble _ _) _
      unfold LossPair.alone
      cases Nat.ble (Nat.succ (Nat.add (Nat.mul μ (P.weight P.mass)) P.slack)) (P.has P.mass) with
      | false => exact Nat.zero_le _
      | true =>
        show 1 ≤ binom n 0 * _ ^ 0
        rw [binom_eq_choose, Nat.choose_zero_right, Nat.pow_zero]
        exact Nat.le_refl _
    | succ i =>
      show P.classAt (i + 1) μ ≤ binom n (i + 1) * _ ^ (i + 1)
      unfold classAt
      rw [LossPair.classInputs_eq, nth_eq, h.binoms, getD_binoms n 0 (Nat.lt_succ_of_le (le_of_class hc)), Nat.zero_add,
        needs_eq, h.tokens, h.factors, mul_pack, pack_add, h.one, h.tops]
      refine Nat.mul_le_mul_left _ (Nat.pow_le_pow_left (countAtMost_le h.bits (fun s hs => lane_lt hs) ?_) (i + 1))
      have cap : P.threshold μ (i + 1) ≤ 2 * P.zero - 1 := Nat.le_trans (LossPair.smaller_le_left _ _) (LossPair.smaller_le_left _ _)
      refine Nat.lt_of_le_of_lt cap (Nat.lt_of_lt_of_le (Nat.sub_lt (Nat.mul_pos Nat.two_pos h.zero) Nat.one_pos) (Nat.le_trans ?_ h.room))
      exact Nat.mul_le_mul_right _ (Nat.le_add_left 2 2)
  · intro c hc ok
    cases c with
    | zero =>
      refine ⟨fun _ => ?_, fun h0 => absurd h0 (Nat.lt_irrefl 0)⟩
      have le : μ * P.weight P.mass + P.slack + 1 ≤ P.has P.mass := Nat.le_of_ble_eq_true ok
      match h.gainOwn with
      | ⟨g, own, less, _⟩ =>
        unfold LossPair.weight LossPair.has at le
        rw [h.factorMax, h.factorOwn, h.gainMax, own, h.slack, h.mass] at le
        unfold Enclosure.Gains
        rw [Nat.zero_mul, Nat.zero_mul, Nat.add_zero, Nat.add_zero]
        exact Nat.lt_of_lt_of_le le (Nat.add_le_add_left (Nat.mul_le_mul_left _ less) _)
    | succ i =>
      refine ⟨fun h0 => absurd h0 (Nat.succ_ne_zero i), fun _ => ?_⟩
      have describe := h.weights (n - (i + 1)) (Nat.sub_le _ _)
      match describe.low, describe.high with
      | ⟨least, elow⟩, ⟨most, ehigh⟩ =>
        refine ⟨least, most, fun s hs g hg => ?_⟩
        have facts := mem_below hs
        have lack : μ * T.tokenLo q s + P.needOf (i + 1) s ≤ P.threshold μ (i + 1) := Nat.le_of_ble_eq_true facts.right
        have cap : P.threshold μ (i + 1) ≤ 2 * P.zero - 1 := Nat.le_trans (LossPair.smaller_le_left _ _) (LossPair.smaller_le_left _ _)
        have small : P.needOf (i + 1) s < 2 * P.zero := Nat.lt_of_le_of_lt (Nat.le_trans (Nat.le_add_left _ _) (Nat.le_trans lack cap))
          (Nat.sub_lt (Nat.mul_pos Nat.two_pos h.zero) Nat.one_pos)
        have need := of_needOf small
        have pos := Nat.lt_of_lt_of_le need.left (Nat.le_trans (Nat.le_add_left _ _) lack)
        have first : P.threshold μ (i + 1) ≤ P.allowed μ (readLane P.bits P.low (P.n - (i + 1))) :=
          Nat.le_trans (LossPair.smaller_le_left _ _) (LossPair.smaller_le_right _ _)
        have second : P.threshold μ (i + 1) ≤ P.allowed μ (readLane P.bits P.high (P.n - (i + 1))) := LossPair.smaller_le_right _ _
        have all : μ * T.tokenLo q s + P.zero ≤ readLane P.bits P.gains s + P.threshold μ (i + 1) :=
          Nat.le_trans (Nat.add_le_add_left need.right.left _) (Nat.le_trans (Nat.le_of_eq (turn _ _ _)) (Nat.add_le_add_left lack _))
        have tests {V : Nat} (le : P.threshold μ (i + 1) ≤ P.allowed μ V)
            (short : short (P.room V) (V * P.factorMax) (P.mass - V) (readLane P.bits P.ofMax s) (P.factorOwn * readLane P.bits P.ofOwn s)
              (readLane P.bits P.itself s) ≤ P.needOf (i + 1) s) : T.Gains g n μ SL q m V (T.mass q n - V) s := by
          match hg with
          | .inl e => subst e; exact others_of_need h facts.left le pos all
          | .inr e => subst e; exact own_of_need h facts.left le pos lack short
        have atLow := tests first (need.right.right _ (Or.inl rfl))
        have atHigh := tests second (need.right.right _ (Or.inr rfl))
        rw [h.n, readLane_eq, elow] at atLow
        rw [h.n, readLane_eq, ehigh] at atHigh
        exact ⟨atLow, atHigh⟩
where
  turn (a g x : Nat) : a + (g + x) = g + (a + x) := by ring [a, g, x]

end
end SplitPair
end Compact
