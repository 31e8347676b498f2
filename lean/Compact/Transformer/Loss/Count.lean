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

/-- What the mean of gains of the positions that hold the maximum, and of the query's own, has to exceed. -/
def needs (μ U : Nat) : Nat := Nat.add (Nat.mul μ (Nat.add (Nat.mul U P.factorMax) P.factorOwn)) P.slack

/-- What these positions have. -/
def has (U : Nat) : Nat := Nat.add (Nat.mul U P.gainMax) P.gainOwn

/-- One more than what a token may lack, above `zero`, if `U` is the weight of the positions that hold the maximum; 0 if nothing is
allowed.  (Where these have too little themselves, a token has to have more than its own share.) -/
def spare (μ U : Nat) : Nat :=
  Nat.force (Nat.sub P.mass U) fun V => Nat.force (Nat.succ (P.needs μ U)) fun needs => Nat.force (Nat.add (Nat.mul P.zero V) (P.has U)) fun has =>
  Bool.rec (motive := fun _ => Nat) 0 (Nat.succ (Nat.div (Nat.sub has needs) V)) (Nat.ble needs has)

/-- What tokens lack, above `zero`. -/
def lacks (μ : Nat) : Nat := Nat.sub (Nat.add (Nat.mul μ P.factors) (Nat.mul P.zero P.one)) P.gains

/-- The threshold of a class: the smaller of two numbers that can be spared, each one more than it says. -/
def both (a b : Nat) : Nat := Nat.sub a (Nat.sub a b)

/-- The number of tokens that lack no more than `θ`, above `zero`. -/
def tokens (row θ : Nat) : Nat := countAtMost P.bits P.tops P.one row (Nat.sub θ (Nat.sub θ (Nat.pred (Nat.mul 2 P.zero))))

/-- The inputs counted in the class with `c > 0` other tokens. -/
def classInputs (μ row c : Nat) : Nat :=
  Nat.force c fun c => Nat.force (P.spare μ (readLane P.bits P.low (Nat.sub P.n c))) fun a =>
  Nat.force (P.spare μ (readLane P.bits P.high (Nat.sub P.n c))) fun b =>
  Nat.rec (motive := fun _ => Nat) 0 (fun θ _ => Nat.force (P.tokens row θ) fun N => Nat.mul (nth 0 P.binoms c) (Nat.pow N c)) (both a b)

/-- One, if the input that holds the maximum in all other positions is counted. -/
def alone (μ : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) 0 1 (Nat.ble (Nat.succ (P.needs μ P.mass)) (P.has P.mass))

/-- The inputs counted at the level `μ`. -/
def inputs (μ : Nat) : Nat :=
  Nat.force (P.lacks μ) fun row =>
  total P.classes fun c => Nat.rec (motive := fun _ => Nat) (P.alone μ) (fun i _ => P.classInputs μ row (Nat.succ i)) c

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
  gains_le (s : Nat) : s < m → T.tokenLo q s * g s ≤ P.zero
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

theorem gains_regroup (a SL v t e G b z : Nat) :
    G + v * b + (a + SL + 1 + v * t + v * (e + z)) = a + v * e + SL + 1 + (z * v + G + v * (b + t)) := by
  ring [a, SL, v, t, e, G, b, z]

/-- What can be spared, and a token that lacks no more. -/
theorem gains_of_spare (h : P.Of T g n q m SL) {U θ s : Nat} (hs : P.spare μ U = θ + 1)
    (lack : μ * T.tokenLo q s + P.zero ≤ T.tokenLo q s * g s + θ) : T.Gains g n μ SL q m U (T.mass q n - U) s := by
  unfold spare at hs
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, h.mass] at hs
  cases e : Nat.ble (Nat.succ (P.needs μ U)) (Nat.add (Nat.mul P.zero (Nat.sub (T.mass q n) U)) (P.has U)) with
  | false => rw [e] at hs; exact absurd hs.symm (Nat.succ_ne_zero θ)
  | true =>
    rw [e] at hs
    have quotient : (P.zero * (T.mass q n - U) + P.has U - (P.needs μ U + 1)) / (T.mass q n - U) = θ := Nat.succ.inj hs
    have le : P.needs μ U + 1 ≤ P.zero * (T.mass q n - U) + P.has U := Nat.le_of_ble_eq_true e
    have share : (T.mass q n - U) * θ ≤ P.zero * (T.mass q n - U) + P.has U - (P.needs μ U + 1) := by
      rw [← quotient, Nat.mul_comm]
      exact Nat.div_mul_le_self _ _
    have total : P.needs μ U + 1 + (T.mass q n - U) * θ ≤ P.zero * (T.mass q n - U) + P.has U :=
      Nat.le_trans (Nat.add_le_add_left share _) (Nat.le_of_eq (Nat.add_sub_of_le le))
    have token := Nat.mul_le_mul_left (T.mass q n - U) lack
    have needs_eq : P.needs μ U = μ * (U * T.tokenLo q m + T.tokenLo q q * T.posLo q n) + SL := by
      unfold needs
      rw [h.factorMax, h.factorOwn, h.slack]
      rfl
    have has_eq : P.has U = U * (T.tokenLo q m * g m) + T.tokenLo q q * T.posLo q n * g q := by
      unfold has
      rw [h.gainMax, h.gainOwn]
      rfl
    rw [needs_eq, has_eq] at total
    unfold Enclosure.Gains
    exact Nat.le_of_linear (Nat.add_le_add total token) (gains_regroup _ _ _ _ _ _ _ _)

/-- The class without other tokens. -/
theorem gains_alone (h : P.Of T g n q m SL) (e : Nat.ble (Nat.succ (P.needs μ P.mass)) (P.has P.mass) = true) :
    T.Gains g n μ SL q m (T.mass q n) 0 m := by
  have le : P.needs μ P.mass + 1 ≤ P.has P.mass := Nat.le_of_ble_eq_true e
  unfold needs has at le
  rw [h.factorMax, h.factorOwn, h.slack, h.gainMax, h.gainOwn, h.mass] at le
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
  exact pack_sub _ fun s hs => Nat.le_trans (h.gains_le s hs) (Nat.le_add_left _ _)

/-- Which tokens a class admits. -/
def admits (P : LossPair) (T : Enclosure) (g : Nat → Nat) (q μ θ s : Nat) : Bool :=
  Nat.ble (P.lack T g q μ s) (θ - (θ - (2 * P.zero - 1)))

theorem lack_of_admits {θ s : Nat} (e : P.admits T g q μ θ s = true) : μ * T.tokenLo q s + P.zero ≤ T.tokenLo q s * g s + θ := by
  have le : μ * T.tokenLo q s + P.zero - T.tokenLo q s * g s ≤ θ - (θ - (2 * P.zero - 1)) := Nat.le_of_ble_eq_true e
  exact Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_trans le (Nat.sub_le _ _))) (Nat.le_of_eq (Nat.add_comm θ _))

/-- So many tokens are admitted. -/
theorem tokens_le (h : P.Of T g n q m SL) (hμ : ∀ s, s < m → μ * T.tokenLo q s < P.zero) (θ : Nat) :
    P.tokens (P.lacks μ) θ ≤ (below (P.admits T g q μ θ) m).length := by
  unfold tokens
  rw [lacks_eq h, h.one, h.tops]
  refine countAtMost_le h.bits (fun s hs => ?_) ?_
  · refine Nat.lt_of_le_of_lt (Nat.sub_le _ _) (Nat.lt_of_lt_of_le (Nat.add_lt_add_right (hμ s hs) _) ?_)
    exact Nat.le_trans (Nat.le_of_eq (Nat.two_mul _).symm) h.room
  · have le : θ - (θ - (2 * P.zero - 1)) ≤ 2 * P.zero - 1 := Nat.sub_le_of_le_add
      (Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ _)))
    have lt : θ - (θ - (2 * P.zero - 1)) < 2 * P.zero :=
      Nat.lt_of_le_of_lt le (Nat.sub_lt (Nat.mul_pos Nat.two_pos h.zero) Nat.one_pos)
    exact Nat.lt_of_lt_of_le lt h.room

/-- One less than the smaller of two numbers. -/
theorem both_eq {a b θ : Nat} (h : both a b = θ + 1) : (∃ x, θ ≤ x ∧ a = x + 1) ∧ ∃ y, θ ≤ y ∧ b = y + 1 := by
  have ha : θ + 1 ≤ a := Nat.le_trans (Nat.le_of_eq h.symm) (Nat.sub_le _ _)
  have hb : θ + 1 ≤ b := by
    refine Nat.le_trans (Nat.le_of_eq h.symm) (Nat.sub_le_of_le_add ?_)
    exact Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ b))
  refine ⟨?_, ?_⟩
  · match Nat.exists_eq_add_of_le' ha with
    | ⟨d, e⟩ => exact ⟨d + θ, Nat.le_add_left _ _, e⟩
  · match Nat.exists_eq_add_of_le' hb with
    | ⟨d, e⟩ => exact ⟨d + θ, Nat.le_add_left _ _, e⟩

/-- **What is counted at a level**: for each class whether anything is, what is asked of its tokens, and that then the mean of gains is
above the level. -/
theorem inputs_spec (h : P.Of T g n q m SL) (hμ : ∀ s, s < m → μ * T.tokenLo q s < P.zero) :
    ∃ ok : Nat → Bool, ∃ p : Nat → Nat → Bool,
      P.inputs μ ≤ (total (Compact.classes n q m) fun c => classTerm n c (ok c) (below (p c) m).length) ∧
      ∀ c, c < Compact.classes n q m → ok c = true → ClassGains T g n μ SL q m c (below (p c) m) := by
  refine ⟨fun c => Nat.rec (motive := fun _ => Bool) (Nat.ble (Nat.succ (P.needs μ P.mass)) (P.has P.mass))
      (fun i _ => Nat.ble 1 (both (P.spare μ (readLane P.bits P.low (n - (i + 1)))) (P.spare μ (readLane P.bits P.high (n - (i + 1)))))) c,
    fun c => P.admits T g q μ (both (P.spare μ (readLane P.bits P.low (n - c))) (P.spare μ (readLane P.bits P.high (n - c))) - 1), ?_, ?_⟩
  · unfold inputs
    rw [Nat.force_eq, h.classes]
    refine total_le_total fun c hc => ?_
    cases c with
    | zero =>
      show P.alone μ ≤ classTerm n 0 (Nat.ble _ _) _
      unfold alone
      cases Nat.ble (Nat.succ (P.needs μ P.mass)) (P.has P.mass) with
      | false => exact Nat.zero_le _
      | true =>
        show 1 ≤ binom n 0 * _ ^ 0
        rw [binom_eq_choose, Nat.choose_zero_right, Nat.pow_zero]
        exact Nat.le_refl _
    | succ i =>
      show P.classInputs μ (P.lacks μ) (i + 1) ≤ classTerm n (i + 1) (Nat.ble 1 _) _
      unfold classInputs
      rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, h.n]
      show Nat.rec (motive := fun _ => Nat) 0 _ (both (P.spare μ (readLane P.bits P.low (n - (i + 1))))
        (P.spare μ (readLane P.bits P.high (n - (i + 1))))) ≤ _
      cases e : both (P.spare μ (readLane P.bits P.low (n - (i + 1)))) (P.spare μ (readLane P.bits P.high (n - (i + 1)))) with
      | zero => exact Nat.zero_le _
      | succ θ =>
        show Nat.force (P.tokens (P.lacks μ) θ) (fun N => nth 0 P.binoms (i + 1) * N ^ (i + 1)) ≤ binom n (i + 1) * _ ^ (i + 1)
        rw [Nat.force_eq, nth_eq, h.binoms, getD_binoms n 0 (Nat.lt_succ_of_le (le_of_class hc)), Nat.zero_add]
        refine Nat.mul_le_mul_left _ (Nat.pow_le_pow_left ?_ (i + 1))
        show _ ≤ (below (P.admits T g q μ (both (P.spare μ (readLane P.bits P.low (n - (i + 1))))
          (P.spare μ (readLane P.bits P.high (n - (i + 1)))) - 1)) m).length
        rw [e]
        exact tokens_le h hμ θ
  · intro c hc ok
    cases c with
    | zero => exact ⟨fun _ => gains_alone h ok, fun h0 => absurd h0 (Nat.lt_irrefl 0)⟩
    | succ i =>
      refine ⟨fun h0 => absurd h0 (Nat.succ_ne_zero i), fun _ => ?_⟩
      have ok : 1 ≤ both (P.spare μ (readLane P.bits P.low (n - (i + 1)))) (P.spare μ (readLane P.bits P.high (n - (i + 1)))) :=
        Nat.le_of_ble_eq_true ok
      cases e : both (P.spare μ (readLane P.bits P.low (n - (i + 1)))) (P.spare μ (readLane P.bits P.high (n - (i + 1)))) with
      | zero => rw [e] at ok; exact absurd ok (Nat.not_succ_le_zero 0)
      | succ θ =>
        match both_eq e, h.weights (n - (i + 1)) (Nat.sub_le _ _) with
        | ⟨⟨x, hx, ex⟩, ⟨y, hy, ey⟩⟩, describe =>
          match describe.low, describe.high with
          | ⟨low, elow⟩, ⟨high, ehigh⟩ =>
            refine ⟨low, high, fun s hs => ?_⟩
            have facts := mem_below hs
            have lack := lack_of_admits facts.right
            rw [e] at lack
            have lack : μ * T.tokenLo q s + P.zero ≤ T.tokenLo q s * g s + θ := lack
            rw [readLane_eq, elow] at ex
            rw [readLane_eq, ehigh] at ey
            exact ⟨gains_of_spare h ex (Nat.le_trans lack (Nat.add_le_add_left hx _)),
              gains_of_spare h ey (Nat.le_trans lack (Nat.add_le_add_left hy _))⟩

end
end LossPair
end Compact
