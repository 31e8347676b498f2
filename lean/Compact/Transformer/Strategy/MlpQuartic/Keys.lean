prelude
import Compact.Averaging.Margin
import Compact.Transformer.General.NeuronKeys
import Compact.Transformer.General.RowMargin
import Compact.Transformer.Strategy.MlpQuartic.Judge
import Compact.Transformer.Strategy.MlpQuartic.Rows
/-!
# Quartic for a model with an MLP: a key's rows and the bound of the margin

A neuron at a key is known up to three units (`near`), and what is left of its ReLU at most `leftAbove`, `leftBelow` say (`left_zero`, `left_one`); so a key's
rows, with what rounding costs, say no more than `keyBound` (`rows_le`).
-/
namespace Compact
namespace Transformer
namespace MlpQuartic

/-- The tables of a model with neurons as outputs. -/
noncomputable def neuronTables (w : Weights) (B : Nat) (M : MLP) (c : Params) (k : Nat) : Enclosure :=
  Enclosure.of ((w.reads B M k).headAt (B + 1) 0) c (Circuits.of ((w.reads B M k).headAt (B + 1) 0))

section
variable {R : Type} [ExpField R] {w : Weights} {B : Nat} {M : MLP} {c : Params} {q : Nat}

/-- Units of rounded tables. -/
noncomputable def units (R : Type) [ExpField R] (w : Weights) (B : Nat) (M : MLP) (c : Params) : R := (w.linear B M).unitAt R (B + 1) c

/-- Three numbers, each rounded down by at most one: differences are off by at most three. -/
theorem near_three {a b c a' b' c' : R} {k l m k' l' m' : Nat} (ha : Near k a) (hb : Near l b) (hc : Near m c) (ha' : Near k' a')
    (hb' : Near l' b') (hc' : Near m' c') :
    a - a' + (b - b' + (c - c')) + ofNat R (k' + l' + m') ≤ ofNat R (k + l + m) + 3 ∧
      ofNat R (k + l + m) ≤ a - a' + (b - b' + (c - c')) + ofNat R (k' + l' + m') + 3 := by
  rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add]
  have three : (3 : R) = 1 + 1 + 1 := by ring []
  rw [three]
  refine ⟨?_, ?_⟩
  · exact le_of_linear (add_le_add (add_le_add (add_le_add ha.right ha'.left) (add_le_add hb.right hb'.left)) (add_le_add hc.right hc'.left))
      (by ring [a, b, c, a', b', c', ofNat R k, ofNat R l, ofNat R m, ofNat R k', ofNat R l', ofNat R m'])
  · exact le_of_linear (add_le_add (add_le_add (add_le_add ha.left ha'.right) (add_le_add hb.left hb'.right)) (add_le_add hc.left hc'.right))
      (by ring [a, b, c, a', b', c', ofNat R k, ofNat R l, ofNat R m, ofNat R k', ofNat R l', ofNat R m'])

/-- A difference of outputs at a key, in units. -/
theorem key_near {p : Compact.Weights} (h : p.WellFormed) (c : Params) {q y o s t : Nat} (hq : q < p.d_vocab) (hy : y < p.d_vocab) (ho : o < p.n_ctx)
    (hs : s < p.d_vocab) (ht : t < p.d_vocab) :
    unit4 R p / ofNat R (2 ^ c.shift) * (EU R p q s - EU R p q t + (plainRead R p y o s - plainRead R p y o t)) +
        ofNat R ((Enclosure.of p c (Circuits.of p)).direct q t + (Enclosure.of p c (Circuits.of p)).token y t +
          (Enclosure.of p c (Circuits.of p)).pos o t) ≤
      ofNat R ((Enclosure.of p c (Circuits.of p)).direct q s + (Enclosure.of p c (Circuits.of p)).token y s +
        (Enclosure.of p c (Circuits.of p)).pos o s) + 3 ∧
    ofNat R ((Enclosure.of p c (Circuits.of p)).direct q s + (Enclosure.of p c (Circuits.of p)).token y s +
        (Enclosure.of p c (Circuits.of p)).pos o s) ≤
      unit4 R p / ofNat R (2 ^ c.shift) * (EU R p q s - EU R p q t + (plainRead R p y o s - plainRead R p y o t)) +
        ofNat R ((Enclosure.of p c (Circuits.of p)).direct q t + (Enclosure.of p c (Circuits.of p)).token y t +
          (Enclosure.of p c (Circuits.of p)).pos o t) + 3 := by
  have fits := h.view_fits (R := R) c hq
  have e : unit4 R p / ofNat R (2 ^ c.shift) * (EU R p q s - EU R p q t + (plainRead R p y o s - plainRead R p y o t)) =
      (view R p c q).direct s - (view R p c q).direct t + ((view R p c q).tokenLogit y s - (view R p c q).tokenLogit y t +
        ((view R p c q).posLogit o s - (view R p c q).posLogit o t)) := by
    rw [h.direct_sub c hs ht hq, h.tokenLogit_sub c hs ht hy, h.posLogit_sub c hs ht ho]
    unfold plainRead
    exact regroup _ _ _ _ _ _ _
  rw [e]
  exact near_three (fits.direct s hs) (fits.tokenLogit y s hy hs) (fits.posLogit o s ho hs) (fits.direct t ht) (fits.tokenLogit y t hy ht)
    (fits.posLogit o t ho ht)
where
  regroup (u a b c d e f : R) : u * (a - b + (c + d - (e + f))) = u * (a - b) + (u * (c - e) + u * (d - f)) := by ring [u, a, b, c, d, e, f]

/-- What is left of a ReLU of slope 0. -/
theorem left_zero {U u : R} {P N E : Nat} (near : U * u + ofNat R N ≤ ofNat R P) (hE : P - N ≤ E) :
    U * (relu u - 0 * u) ≤ ofNat R E := by
  rw [zero_mul, sub_zero]
  exact le_trans (MlpBruteForce.relu_le_sub near) (ofNat_le hE)

/-- What is left of a ReLU of slope 1. -/
theorem left_one {U u : R} {P N E : Nat} (near : ofNat R N ≤ U * u + ofNat R P) (hE : P - N ≤ E) :
    U * (relu u - 1 * u) ≤ ofNat R E := by
  rw [one_mul, relu_sub_self]
  refine le_trans (MlpBruteForce.relu_le_sub ?_) (ofNat_le hE)
  rw [mul_neg]
  exact le_of_linear near (by ring [U * u, ofNat R N, ofNat R P])

theorem monus_swap (a b : Nat) : a - b + b = b - a + a := by
  cases Nat.le_total a b with
  | inl h => rw [Nat.sub_eq_zero_of_le h, Nat.zero_add, Nat.sub_add_cancel h]
  | inr h => rw [Nat.sub_add_cancel h, Nat.sub_eq_zero_of_le h, Nat.zero_add]

/-- A difference, in two parts. -/
theorem ofNat_parts (a b : Nat) : ofNat R (a - b) - ofNat R (b - a) = ofNat R a - ofNat R b := by
  have e := congrArg (ofNat R) (monus_swap a b)
  rw [ofNat_add, ofNat_add] at e
  refine sub_eq_of_eq e
where
  sub_eq_of_eq {a b c d : R} (e : a + b = c + d) : a - c = d - b := by
    have h : a - c = a + b - c - b := by ring [a, b, c]
    rw [h, e]
    ring [b, c, d]

/-- What three numbers of neurons add to the lane `x` of a key's rows, and what is left of ReLUs. -/
noncomputable def added (J : Nat) (α top : Nat → Nat) (P N : Nat → Nat) (x : Nat → Nat) : Nat :=
  total J fun j => P j * (α j * x j) + N j * (α j * (top j - x j))

/-- Neurons at a key, in lanes, if `e` is left of their ReLUs. -/
theorem added_le_of {J : Nat} {U K : R} (hK : 0 < K) {α top : Nat → Nat} {c u e : Nat → R} {P₁ N₁ P₂ N₂ P₃ N₃ a b E : Nat → Nat}
    (hα : ∀ j, α j = 0 ∨ α j = 1) (hc : ∀ j, j < J → K * c j = ofNat R (a j) - ofNat R (b j)) (ha : ∀ j, j < J → a j ≤ top j)
    (hb : ∀ j, j < J → b j ≤ top j)
    (le : ∀ j, j < J → U * u j + ofNat R (N₁ j + N₂ j + N₃ j) ≤ ofNat R (P₁ j + P₂ j + P₃ j) + 3)
    (ge : ∀ j, j < J → ofNat R (P₁ j + P₂ j + P₃ j) ≤ U * u j + ofNat R (N₁ j + N₂ j + N₃ j) + 3)
    (hE : ∀ j, j < J → U * e j ≤ ofNat R (E j)) :
    ofNat R (added J α top P₁ N₁ a + added J α top P₂ N₂ a + added J α top P₃ N₃ a + total J fun j => E j * a j) ≤
      K * U * (sum J fun j => ofNat R (α j) * c j * u j - relu (-c j) * e j) +
        ofNat R (added J α top P₁ N₁ b + added J α top P₂ N₂ b + added J α top P₃ N₃ b + total J fun j => E j * (a j + (b j - a j))) +
        3 * ofNat R (total J top) := by
  unfold added
  rw [← total_add, ← total_add, ← total_add, ← total_add, ← total_add, ← total_add, ofNat_total, ofNat_total, ofNat_total, mul_sum, mul_sum,
    ← sum_add, ← sum_add]
  refine sum_le_sum fun j hj => ?_
  have slope : (ofNat R (α j) : R) = 0 ∨ (ofNat R (α j) : R) = 1 := (hα j).elim (fun e => Or.inl (e ▸ rfl)) fun e => Or.inr (e ▸ rfl)
  have one := neuron_ge_of hK slope (hc j hj) (ha j hj) (hb j hj) (le j hj) (ge j hj) (hE j hj)
  rw [ofNat_add (P₁ j + P₂ j), ofNat_add (P₁ j), ofNat_add (N₁ j + N₂ j), ofNat_add (N₁ j)] at one
  have push (P N x : Nat) (hx : x ≤ top j) : ofNat R (P * (α j * x) + N * (α j * (top j - x))) =
      ofNat R (α j) * (ofNat R P * ofNat R x + ofNat R N * (ofNat R (top j) - ofNat R x)) := by
    rw [ofNat_add, ofNat_mul P, ofNat_mul (α j), ofNat_mul N, ofNat_mul (α j), ofNat_sub hx]
    ring [ofNat R P, ofNat R N, ofNat R x, ofNat R (α j), ofNat R (top j)]
  rw [ofNat_add _ (E j * a j), ofNat_add _ (E j * (a j + (b j - a j))), ofNat_add _ (P₃ j * (α j * a j) + _), ofNat_add (P₁ j * (α j * a j) + _),
    ofNat_add _ (P₃ j * (α j * b j) + _), ofNat_add (P₁ j * (α j * b j) + _), push _ _ _ (ha j hj), push _ _ _ (ha j hj), push _ _ _ (ha j hj),
    push _ _ _ (hb j hj), push _ _ _ (hb j hj), push _ _ _ (hb j hj), ofNat_mul (E j), ofNat_mul (E j)]
  refine le_trans (le_of_eq ?_) (le_trans one (le_of_eq ?_))
  · ring [ofNat R (α j), ofNat R (P₁ j), ofNat R (P₂ j), ofNat R (P₃ j), ofNat R (N₁ j), ofNat R (N₂ j), ofNat R (N₃ j), ofNat R (a j),
      ofNat R (top j), ofNat R (E j)]
  · ring [ofNat R (α j), ofNat R (P₁ j), ofNat R (P₂ j), ofNat R (P₃ j), ofNat R (N₁ j), ofNat R (N₂ j), ofNat R (N₃ j), ofNat R (b j),
      ofNat R (top j), ofNat R (E j), K * U * (ofNat R (α j) * c j * u j - relu (-c j) * e j), ofNat R (a j + (b j - a j))]

/-- **Neurons at a key, in lanes.** -/
theorem added_le {J : Nat} {U K : R} (hK : 0 < K) {α top : Nat → Nat} {c u : Nat → R} {P₁ N₁ P₂ N₂ P₃ N₃ a b E : Nat → Nat}
    (hα : ∀ j, α j = 0 ∨ α j = 1) (hc : ∀ j, j < J → K * c j = ofNat R (a j) - ofNat R (b j)) (ha : ∀ j, j < J → a j ≤ top j)
    (hb : ∀ j, j < J → b j ≤ top j)
    (le : ∀ j, j < J → U * u j + ofNat R (N₁ j + N₂ j + N₃ j) ≤ ofNat R (P₁ j + P₂ j + P₃ j) + 3)
    (ge : ∀ j, j < J → ofNat R (P₁ j + P₂ j + P₃ j) ≤ U * u j + ofNat R (N₁ j + N₂ j + N₃ j) + 3)
    (hE : ∀ j, j < J → U * (relu (u j) - ofNat R (α j) * u j) ≤ ofNat R (E j)) :
    ofNat R (added J α top P₁ N₁ a + added J α top P₂ N₂ a + added J α top P₃ N₃ a + total J fun j => E j * a j) ≤
      K * U * (sum J fun j => atKey (ofNat R (α j)) (c j) (u j)) +
        ofNat R (added J α top P₁ N₁ b + added J α top P₂ N₂ b + added J α top P₃ N₃ b + total J fun j => E j * (a j + (b j - a j))) +
        3 * ofNat R (total J top) :=
  added_le_of hK hα hc ha hb le ge hE

/-- Rounding down costs less than a unit. -/
theorem rounded (S X : Nat) (hS : 0 < S) : S * (X / S) ≤ X ∧ X ≤ S * (X / S) + S :=
  ⟨Nat.mul_div_le X S, Nat.le_of_lt (Nat.mul_succ S (X / S) ▸ Nat.lt_mul_div_succ X hS)⟩

/-- Rounded rows, with enough added to the direct path, say no more than rows that are not rounded. -/
theorem rounded_le {S e : Nat} (hS : 0 < S) {X : R} {o a p o' a' p' : Nat}
    (h : ofNat R (o + a + p) ≤ X + ofNat R (o' + a' + p') + ofNat R e) :
    ofNat R S * (ofNat R (o / S + 0 + a / S + p / S) - ofNat R (o' / S + (e / S + 4) + a' / S + p' / S)) ≤ X := by
  have extra : e ≤ S * (e / S) + S := (rounded S e hS).right
  have low := ofNat_le (R := R) (Nat.add_le_add (Nat.add_le_add (rounded S o hS).left (rounded S a hS).left) (rounded S p hS).left)
  have high := ofNat_le (R := R) (Nat.add_le_add (Nat.add_le_add (Nat.add_le_add (rounded S o' hS).right (rounded S a' hS).right)
    (rounded S p' hS).right) extra)
  have four : (ofNat R 4 : R) = 4 := rfl
  have zero : (ofNat R 0 : R) = 0 := rfl
  rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add, ofNat_mul, ofNat_mul, ofNat_mul] at low
  rw [ofNat_add _ e, ofNat_add _ p', ofNat_add o', ofNat_add _ (S * (e / S) + S), ofNat_add _ (S * (p' / S) + S),
    ofNat_add (S * (o' / S) + S), ofNat_add _ S, ofNat_add _ S, ofNat_add _ S, ofNat_add _ S, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_mul] at high
  rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add] at h
  rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add, ofNat_add, ofNat_add, ofNat_add, four, zero]
  exact le_of_linear (add_le_add (add_le_add low high) h) (by
    ring [ofNat R S, ofNat R (o / S), ofNat R (a / S), ofNat R (p / S), ofNat R (o' / S), ofNat R (a' / S), ofNat R (p' / S),
      ofNat R (e / S), ofNat R e, X, ofNat R o, ofNat R a, ofNat R p, ofNat R o', ofNat R a', ofNat R p'])

end
end MlpQuartic
end Transformer
end Compact
