prelude
import Compact.Transformer.Loss.Class
import Compact.Transformer.Classes.Tables
import Compact.Averaging.Pairs
import Compact.Transformer.Classes.Runs
/-!
# Counting the inputs of a level

For one query `q`, one maximum `m` and a level `μ` of gains: how many inputs have a mean of gains of at least `μ`.  Of each class (`c`
tokens that are not the maximum) those inputs are counted all of whose other tokens pass; a token passes if what it lacks, `μ` times
its factor less its gain times its factor, is at most what the maximum and the query's own position can spare for it (which may be
less than nothing: all is compared above a number `zero`).  All tokens are
compared at once (`countAtMost`).
-/
namespace Compact

/-- The numbers of one query and one maximum. -/
structure LossPair where
  /-- Bits of a lane, and constants for as many lanes as there are smaller tokens: a one in each, the top bit of each. -/
  bits : Nat
  one : Nat
  tops : Nat
  /-- More than any gain times any factor. -/
  zero : Nat
  /-- The factors of the smaller tokens; their gains times their factors. -/
  factors : Nat
  gains : Nat
  /-- The factor of the maximum; its gain times its factor. -/
  factorMax : Nat
  gainMax : Nat
  /-- The weight of the query's own position; its gain times its weight. -/
  factorOwn : Nat
  gainOwn : Nat
  /-- The weight of all other positions; the least and the greatest of `0, 1, ...` of them, in lanes. -/
  mass : Nat
  low : Nat
  high : Nat
  /-- What rounding may cost. -/
  slack : Nat
  /-- How many classes there are, and positions less one. -/
  classes : Nat
  n : Nat
  /-- In how many ways `0, 1, ...` of the positions are chosen. -/
  binoms : List Nat

namespace LossPair
noncomputable section
variable (P : LossPair)

/-- Evaluate the numbers, then go on with them. -/
def force {α : Type} (k : LossPair → α) : α :=
  Nat.force P.bits fun bits => Nat.force P.one fun one => Nat.force P.tops fun tops => Nat.force P.zero fun zero' =>
  Nat.force P.factors fun factors => Nat.force P.gains fun gains => Nat.force P.factorMax fun factorMax =>
  Nat.force P.gainMax fun gainMax => Nat.force P.factorOwn fun factorOwn => Nat.force P.gainOwn fun gainOwn =>
  Nat.force P.mass fun mass => Nat.force P.low fun low => Nat.force P.high fun high => Nat.force P.slack fun slack =>
  Nat.force P.classes fun classes => Nat.force P.n fun n =>
  k ⟨bits, one, tops, zero', factors, gains, factorMax, gainMax, factorOwn, gainOwn, mass, low, high, slack, classes, n, P.binoms⟩

theorem force_eq {α : Type} (k : LossPair → α) : P.force k = k P := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
    Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- What the mean of gains of the positions that hold the maximum, and of the query's own, has to exceed, is a multiple of the level. -/
def weight (U : Nat) : Nat := Nat.add (Nat.mul U P.factorMax) P.factorOwn

/-- What these positions have. -/
def has (U : Nat) : Nat := Nat.add (Nat.mul U P.gainMax) P.gainOwn

/-- The same, with `zero` for each unit of the others' weight, and less what rounding may cost. -/
def hasAbove (U : Nat) : Nat := Nat.sub (Nat.add (Nat.mul P.zero (Nat.sub P.mass U)) (P.has U)) (Nat.succ P.slack)

/-- What a token may lack, above `zero`, if `U` is the weight of the positions that hold the maximum.  (Where these have too little
themselves, a token has to have more than its own share; none lacks 0.) -/
def allowed (μ U : Nat) : Nat := Nat.div (Nat.sub (P.hasAbove U) (Nat.mul μ (P.weight U))) (Nat.sub P.mass U)

/-- What tokens lack, above `zero`. -/
def lacks (μ : Nat) : Nat := Nat.sub (Nat.add (Nat.mul μ P.factors) (Nat.mul P.zero P.one)) P.gains

/-- The smaller of two numbers. -/
def smaller (a b : Nat) : Nat := Nat.sub a (Nat.sub a b)

/-- The inputs counted in the class with `c > 0` other tokens, from what is known of both ends. -/
def classTerm (cap b c α₁ h₁ V₁ α₂ h₂ V₂ μ row : Nat) : Nat :=
  Nat.force (Nat.div (Nat.sub h₁ (Nat.mul μ α₁)) V₁) fun x => Nat.force (Nat.div (Nat.sub h₂ (Nat.mul μ α₂)) V₂) fun y =>
  Nat.mul b (Nat.pow (countAtMost P.bits P.tops P.one row (smaller (smaller cap x) y)) c)

/-- Go on with the inputs of the class with `c` other tokens, as a function of a level and of what tokens lack there. -/
def withClass {α : Type} (c : Nat) (k : (Nat → Nat → Nat) → α) : α :=
  Nat.force c fun c => Nat.force (readLane P.bits P.low (Nat.sub P.n c)) fun U => Nat.force (P.weight U) fun α₁ => Nat.force (P.hasAbove U) fun h₁ =>
  Nat.force (Nat.sub P.mass U) fun V₁ => Nat.force (readLane P.bits P.high (Nat.sub P.n c)) fun U => Nat.force (P.weight U) fun α₂ =>
  Nat.force (P.hasAbove U) fun h₂ => Nat.force (Nat.sub P.mass U) fun V₂ => Nat.force (nth 0 P.binoms c) fun b =>
  Nat.force (Nat.pred (Nat.mul 2 P.zero)) fun cap => k (P.classTerm cap b c α₁ h₁ V₁ α₂ h₂ V₂)

/-- What a class adds. -/
def classInputs (μ row c : Nat) : Nat := P.withClass c fun f => f μ row

/-- Go on with the functions of all classes with `1, ..., last` other tokens. -/
def withClasses {α : Type} (last : Nat) : (List (Nat → Nat → Nat) → α) → α :=
  Nat.rec (motive := fun _ => (List (Nat → Nat → Nat) → α) → α) (fun k => k [])
    (fun i ih k => P.withClass (Nat.succ i) fun f => ih fun fs => k (f :: fs)) last

/-- One, if the input that holds the maximum in all other positions is counted. -/
def alone (μ : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0 1 (Nat.ble (Nat.succ (Nat.add (Nat.mul μ (P.weight P.mass)) P.slack)) (P.has P.mass))

/-- The inputs counted at the level `μ`, from the functions of classes. -/
def inputsBy (fs : List (Nat → Nat → Nat)) (μ : Nat) : Nat :=
  Nat.force (P.lacks μ) fun row =>
  Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => Nat.add (P.alone μ) (fold (fun f ih => Nat.add (f μ row) ih) 0 fs)) P.classes

/-- The inputs counted at the level `μ`. -/
def inputs (μ : Nat) : Nat := P.withClasses (Nat.pred P.classes) fun fs => P.inputsBy fs μ

/-- Go on with the number of inputs, as a function of the level. -/
def withInputs {α : Type} (k : (Nat → Nat) → α) : α := P.withClasses (Nat.pred P.classes) fun fs => k (P.inputsBy fs)

/-- What `withClass` goes on with. -/
def classFn (c : Nat) : Nat → Nat → Nat :=
  P.classTerm (Nat.pred (Nat.mul 2 P.zero)) (nth 0 P.binoms c) c (P.weight (readLane P.bits P.low (Nat.sub P.n c)))
    (P.hasAbove (readLane P.bits P.low (Nat.sub P.n c))) (Nat.sub P.mass (readLane P.bits P.low (Nat.sub P.n c)))
    (P.weight (readLane P.bits P.high (Nat.sub P.n c))) (P.hasAbove (readLane P.bits P.high (Nat.sub P.n c)))
    (Nat.sub P.mass (readLane P.bits P.high (Nat.sub P.n c)))

theorem withClass_eq {α : Type} (c : Nat) (k : (Nat → Nat → Nat) → α) : P.withClass c k = k (P.classFn c) := by
  unfold withClass
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
    Nat.force_eq, Nat.force_eq]
  rfl

/-- The functions of classes are the same, whatever is done with them. -/
theorem withClasses_eq (last : Nat) : ∃ fs : List (Nat → Nat → Nat), (∀ (α : Type) (k : List (Nat → Nat → Nat) → α), P.withClasses last k = k fs) ∧
    ∀ μ row, fold (fun f ih => Nat.add (f μ row) ih) 0 fs = total last fun i => P.classInputs μ row (i + 1) := by
  induction last with
  | zero => exact ⟨[], fun _ _ => rfl, fun _ _ => rfl⟩
  | succ i ih =>
    match ih with
    | ⟨fs, e, sum⟩ =>
      refine ⟨P.classFn (i + 1) :: fs, fun α k => ?_, fun μ row => ?_⟩
      · show P.withClass (i + 1) (fun f => P.withClasses i fun fs => k (f :: fs)) = _
        rw [withClass_eq, e]
      · have one : P.classInputs μ row (i + 1) = P.classFn (i + 1) μ row := P.withClass_eq (i + 1) fun f => f μ row
        show P.classFn (i + 1) μ row + fold (fun f ih => Nat.add (f μ row) ih) 0 fs = _
        rw [sum, total_succ, one, Nat.add_comm]

/-- The number of inputs is the same, whatever is done with it. -/
theorem withInputs_eq {α : Type} (k : (Nat → Nat) → α) : ∃ f : Nat → Nat, P.withInputs k = k f ∧ ∀ μ, f μ = P.inputs μ := by
  match P.withClasses_eq (Nat.pred P.classes) with
  | ⟨fs, e, _⟩ => exact ⟨P.inputsBy fs, e α _, fun μ => (e Nat fun fs => P.inputsBy fs μ).symm⟩

theorem inputs_eq (μ : Nat) : P.inputs μ = total P.classes fun c =>
    Nat.rec (motive := fun _ => Nat) (P.alone μ) (fun i _ => P.classInputs μ (P.lacks μ) (Nat.succ i)) c := by
  match P.withClasses_eq (Nat.pred P.classes) with
  | ⟨fs, e, sum⟩ =>
    refine (e Nat fun fs => P.inputsBy fs μ).trans ?_
    unfold inputsBy
    rw [Nat.force_eq, sum]
    cases P.classes with
    | zero => rfl
    | succ last => exact (total_succ' last fun c => Nat.rec (motive := fun _ => Nat) (P.alone μ) (fun i _ => P.classInputs μ (P.lacks μ) (Nat.succ i)) c).symm

end

/-- The numbers are those of the tables `T`, and of the gains `g`. -/
structure Of (P : LossPair) (T : Enclosure) (g : Nat → Nat) (n q m SL : Nat) : Prop where
  bits : 0 < P.bits
  one : P.one = ones P.bits m
  tops : P.tops = 2 ^ (P.bits - 1) * ones P.bits m
  zero : 0 < P.zero
  room : 2 * P.zero ≤ 2 ^ (P.bits - 1)
  factors : P.factors = pack P.bits m fun s => T.tokenLo q s
  gains : P.gains = pack P.bits m fun s => T.tokenLo q s * g s
  gains_lt (s : Nat) : s < m → T.tokenLo q s * g s < P.zero
  factorMax : P.factorMax = T.tokenLo q m
  gainMax : P.gainMax = T.tokenLo q m * g m
  factorOwn : P.factorOwn = T.tokenLo q q * T.posLo q n
  gainOwn : P.gainOwn = T.tokenLo q q * T.posLo q n * g q
  mass : P.mass = T.mass q n
  weights (k : Nat) : k ≤ n → MassDescribe P.bits n (T.mass q n) P.low P.high (T.posLows q n) k
  slack : P.slack = SL
  classes : P.classes = Compact.classes n q m
  binoms : P.binoms = Compact.binoms n (n + 1) 0
  n : P.n = n

section
variable {P : LossPair} {T : Enclosure} {g : Nat → Nat} {n q m SL μ : Nat}

theorem gains_regroup (a SL v t e G b z X : Nat) :
    X + G + v * b + (a + (SL + 1 + v * t) + v * (e + z)) = a + v * e + SL + 1 + (z * v + (X + G) + v * (b + t)) := by
  ring [a, SL, v, t, e, G, b, z, X]

theorem weight_eq (h : P.Of T g n q m SL) (U : Nat) : P.weight U = U * T.tokenLo q m + T.tokenLo q q * T.posLo q n := by
  unfold weight
  rw [h.factorMax, h.factorOwn]
  rfl

theorem has_eq (h : P.Of T g n q m SL) (U : Nat) : P.has U = U * (T.tokenLo q m * g m) + T.tokenLo q q * T.posLo q n * g q := by
  unfold has
  rw [h.gainMax, h.gainOwn]
  rfl

/-- What is allowed, if it is something. -/
theorem of_allowed {P : LossPair} {μ U θ : Nat} (le : θ ≤ P.allowed μ U) (pos : 0 < θ) : 0 < P.mass - U ∧
    μ * P.weight U + (P.slack + 1 + (P.mass - U) * θ) ≤ P.zero * (P.mass - U) + P.has U := by
  unfold allowed hasAbove at le
  have le : θ ≤ (P.zero * (P.mass - U) + P.has U - (P.slack + 1) - μ * P.weight U) / (P.mass - U) := le
  have share := Nat.le_trans (Nat.mul_le_mul_right (P.mass - U) le) (Nat.div_mul_le_self _ _)
  have V : 0 < P.mass - U := by
    cases e : P.mass - U with
    | zero =>
      rw [e, Nat.div_zero] at le
      exact absurd (Nat.lt_of_lt_of_le pos le) (Nat.lt_irrefl 0)
    | succ v => exact Nat.zero_lt_succ v
  refine ⟨V, ?_⟩
  rw [Nat.sub_sub, Nat.mul_comm θ] at share
  have some := Nat.lt_of_lt_of_le (Nat.mul_pos V pos) share
  have total := Nat.add_le_of_le_sub (Nat.le_of_lt (Nat.lt_of_sub_pos some)) share
  exact Nat.le_trans (Nat.le_of_eq (turn _ _ _)) total
where
  turn (a b c : Nat) : a + (b + c) = c + (b + a) := by ring [a, b, c]

/-- What is allowed, and a token that lacks no more, but something. -/
theorem gains_of_allowed (h : P.Of T g n q m SL) {U θ s : Nat} (le : θ ≤ P.allowed μ U) (pos : 0 < θ)
    (lack : μ * T.tokenLo q s + P.zero ≤ T.tokenLo q s * g s + θ) : T.Gains g n μ SL q m U (T.mass q n - U) s := by
  have total := (of_allowed le pos).right
  rw [weight_eq h, has_eq h, h.mass, h.slack] at total
  unfold Enclosure.Gains
  refine Nat.le_of_linear (Nat.add_le_add total (Nat.mul_le_mul_left (T.mass q n - U) lack)) ?_
  exact gains_regroup _ _ _ _ _ _ _ _ _

/-- The class without other tokens. -/
theorem gains_alone (h : P.Of T g n q m SL)
    (e : Nat.ble (Nat.succ (Nat.add (Nat.mul μ (P.weight P.mass)) P.slack)) (P.has P.mass) = true) : T.Gains g n μ SL q m (T.mass q n) 0 m := by
  have le : μ * P.weight P.mass + P.slack + 1 ≤ P.has P.mass := Nat.le_of_ble_eq_true e
  rw [weight_eq h, has_eq h, h.slack, h.mass] at le
  unfold Enclosure.Gains
  rw [Nat.zero_mul, Nat.zero_mul, Nat.add_zero, Nat.add_zero]
  exact le

/-- What a token lacks, above `zero`. -/
def lack (P : LossPair) (T : Enclosure) (g : Nat → Nat) (q μ s : Nat) : Nat := μ * T.tokenLo q s + P.zero - T.tokenLo q s * g s

theorem lacks_eq (h : P.Of T g n q m SL) : P.lacks μ = pack P.bits m (P.lack T g q μ) := by
  unfold lacks
  rw [h.factors, h.one, h.gains]
  show μ * pack _ _ _ + P.zero * ones _ _ - _ = _
  rw [mul_pack, mul_ones, pack_add]
  exact pack_sub _ fun s hs => Nat.le_trans (Nat.le_of_lt (h.gains_lt s hs)) (Nat.le_add_left _ _)

/-- Every token lacks something, above `zero`. -/
theorem lack_pos (h : P.Of T g n q m SL) {s : Nat} (hs : s < m) : 0 < P.lack T g q μ s :=
  Nat.sub_pos_of_lt (Nat.lt_of_lt_of_le (h.gains_lt s hs) (Nat.le_add_left _ _))

/-- Which tokens a class admits. -/
def admits (P : LossPair) (T : Enclosure) (g : Nat → Nat) (q μ θ s : Nat) : Bool := Nat.ble (P.lack T g q μ s) θ

theorem lack_of_admits {θ s : Nat} (e : P.admits T g q μ θ s = true) : μ * T.tokenLo q s + P.zero ≤ T.tokenLo q s * g s + θ := by
  have le : μ * T.tokenLo q s + P.zero - T.tokenLo q s * g s ≤ θ := Nat.le_of_ble_eq_true e
  exact Nat.le_trans (Nat.le_add_of_sub_le le) (Nat.le_of_eq (Nat.add_comm θ _))

theorem smaller_le_left (a b : Nat) : smaller a b ≤ a := Nat.sub_le _ _
theorem smaller_le_right (a b : Nat) : smaller a b ≤ b :=
  Nat.sub_le_of_le_add (Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ _)))

/-- So many tokens are admitted. -/
theorem tokens_le (h : P.Of T g n q m SL) (hμ : ∀ s, s < m → μ * T.tokenLo q s < P.zero) {θ : Nat} (hθ : θ ≤ 2 * P.zero - 1) :
    countAtMost P.bits P.tops P.one (P.lacks μ) θ ≤ (below (P.admits T g q μ θ) m).length := by
  rw [lacks_eq h, h.one, h.tops]
  refine countAtMost_le h.bits (fun s hs => ?_) ?_
  · refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) (Nat.lt_of_lt_of_le (Nat.add_lt_add_right (hμ s hs) _) ?_)
    exact Nat.le_trans (Nat.le_of_eq (Nat.two_mul _).symm) h.room
  · exact Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt hθ (Nat.sub_lt (Nat.mul_pos Nat.two_pos h.zero) Nat.one_pos)) h.room

/-- The threshold of a class. -/
noncomputable def threshold (P : LossPair) (μ c : Nat) : Nat :=
  smaller (smaller (2 * P.zero - 1) (P.allowed μ (readLane P.bits P.low (P.n - c)))) (P.allowed μ (readLane P.bits P.high (P.n - c)))

theorem classInputs_eq (μ row c : Nat) : P.classInputs μ row c =
    nth 0 P.binoms c * countAtMost P.bits P.tops P.one row (P.threshold μ c) ^ c := by
  unfold classInputs
  rw [withClass_eq]
  unfold classFn classTerm
  rw [Nat.force_eq, Nat.force_eq]
  rfl

/-- **What is counted at a level**: for each class whether anything is, what is asked of its tokens, and that then the mean of gains is
above the level. -/
theorem inputs_spec (h : P.Of T g n q m SL) (hμ : ∀ s, s < m → μ * T.tokenLo q s < P.zero) :
    ∃ ok : Nat → Bool, ∃ p : Nat → Nat → Bool,
      P.inputs μ ≤ (total (Compact.classes n q m) fun c => Compact.classTerm n c (ok c) (below (p c) m).length) ∧
      ∀ c, c < Compact.classes n q m → ok c = true → ClassGains T g n μ SL q m c (below (p c) m) := by
  refine ⟨fun c => Nat.rec (motive := fun _ => Bool) (Nat.ble (Nat.succ (Nat.add (Nat.mul μ (P.weight P.mass)) P.slack)) (P.has P.mass))
      (fun _ _ => true) c, fun c => P.admits T g q μ (P.threshold μ c), ?_, ?_⟩
  · rw [inputs_eq, h.classes]
    refine total_le_total fun c hc => ?_
    cases c with
    | zero =>
      show P.alone μ ≤ Compact.classTerm n 0 (Nat.ble _ _) _
      unfold alone
      cases Nat.ble (Nat.succ (Nat.add (Nat.mul μ (P.weight P.mass)) P.slack)) (P.has P.mass) with
      | false => exact Nat.zero_le _
      | true =>
        show 1 ≤ binom n 0 * _ ^ 0
        rw [binom_eq_choose, Nat.choose_zero_right, Nat.pow_zero]
        exact Nat.le_refl _
    | succ i =>
      show P.classInputs μ (P.lacks μ) (i + 1) ≤ binom n (i + 1) * _ ^ (i + 1)
      rw [classInputs_eq, nth_eq, h.binoms, getD_binoms n 0 (Nat.lt_succ_of_le (le_of_class hc)), Nat.zero_add]
      exact Nat.mul_le_mul_left _ (Nat.pow_le_pow_left (tokens_le h hμ (Nat.le_trans (smaller_le_left _ _) (smaller_le_left _ _))) (i + 1))
  · intro c hc ok
    cases c with
    | zero => exact ⟨fun _ => gains_alone h ok, fun h0 => absurd h0 (Nat.lt_irrefl 0)⟩
    | succ i =>
      refine ⟨fun h0 => absurd h0 (Nat.succ_ne_zero i), fun _ => ?_⟩
      have describe := h.weights (n - (i + 1)) (Nat.sub_le _ _)
      match describe.low, describe.high with
      | ⟨low, elow⟩, ⟨high, ehigh⟩ =>
        refine ⟨low, high, fun s hs => ?_⟩
        have facts := mem_below hs
        have lack := lack_of_admits facts.right
        have pos := Nat.lt_of_lt_of_le (lack_pos (μ := μ) h facts.left) (Nat.le_of_ble_eq_true facts.right)
        have first : P.threshold μ (i + 1) ≤ P.allowed μ (readLane P.bits P.low (P.n - (i + 1))) :=
          Nat.le_trans (smaller_le_left _ _) (smaller_le_right _ _)
        have second : P.threshold μ (i + 1) ≤ P.allowed μ (readLane P.bits P.high (P.n - (i + 1))) := smaller_le_right _ _
        rw [h.n, readLane_eq, elow] at first
        rw [h.n, readLane_eq, ehigh] at second
        exact ⟨gains_of_allowed h first pos lack, gains_of_allowed h second pos lack⟩

end
end LossPair
end Compact
