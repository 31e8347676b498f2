prelude
import Compact.Transformer.General.NeuronHeads
import Compact.Transformer.Strategy.MlpQuartic.Rounded
/-!
# Quartic for several heads and an MLP: a key's rows and what a head adds there

As for one head (`MlpQuartic/Keys.lean`, `Rounded.lean`), but a neuron's own number is not the model's: it is the head's share, `op - on` units up to one.
-/
namespace Compact
namespace Transformer
namespace MlpHeads
open MlpQuartic (Setting outAt over under slope slope_cases plainRow blockTables plainTables overEntry units added added_le_of outAt_le ofNat_parts
  left_zero left_one)
open HeadsBruteForce (HeadTables TablesOf)
open MlpBruteForce (neuronRows ranges)

section
variable {R : Type} [ExpField R]

/-- What is read off at a key, in units. -/
theorem read_near {p : Compact.Weights} (h : p.WellFormed) (c : Params) {q y o s t : Nat} (hq : q < p.d_vocab) (hy : y < p.d_vocab) (ho : o < p.n_ctx)
    (hs : s < p.d_vocab) (ht : t < p.d_vocab) :
    unit4 R p / ofNat R (2 ^ c.shift) * readDiff R p s t y o +
        ofNat R ((Enclosure.of p c (Circuits.of p)).token y t + (Enclosure.of p c (Circuits.of p)).pos o t) ≤
      ofNat R ((Enclosure.of p c (Circuits.of p)).token y s + (Enclosure.of p c (Circuits.of p)).pos o s) + 2 ∧
    ofNat R ((Enclosure.of p c (Circuits.of p)).token y s + (Enclosure.of p c (Circuits.of p)).pos o s) ≤
      unit4 R p / ofNat R (2 ^ c.shift) * readDiff R p s t y o +
        ofNat R ((Enclosure.of p c (Circuits.of p)).token y t + (Enclosure.of p c (Circuits.of p)).pos o t) + 2 := by
  have fits := h.view_fits (R := R) c hq
  have e : unit4 R p / ofNat R (2 ^ c.shift) * readDiff R p s t y o =
      (view R p c q).tokenLogit y s - (view R p c q).tokenLogit y t + ((view R p c q).posLogit o s - (view R p c q).posLogit o t) := by
    rw [h.tokenLogit_sub c hs ht hy, h.posLogit_sub c hs ht ho]
    unfold readDiff plainRead
    exact regroup _ _ _ _ _
  have two : (2 : R) = 1 + 1 := by ring []
  rw [e, ofNat_add, ofNat_add, two]
  have a := fits.tokenLogit y s hy hs
  have b := fits.tokenLogit y t hy ht
  have c' := fits.posLogit o s ho hs
  have d := fits.posLogit o t ho ht
  refine ⟨le_of_linear (add_le_add (add_le_add a.right b.left) (add_le_add c'.right d.left)) ?_,
    le_of_linear (add_le_add (add_le_add a.left b.right) (add_le_add c'.left d.right)) ?_⟩
  · exact shuffle _ _ _ _ _ _ _ _
  · exact shuffle' _ _ _ _ _ _ _ _
where
  regroup (u c d e f : R) : u * (c + d - (e + f)) = u * (c - e) + u * (d - f) := by ring [u, c, d, e, f]
  shuffle (a b c d k l m n : R) : k + m + (1 + 1) + (a + l + (c + n)) = a - b + (c - d) + (l + n) + (k + 1 + b + (m + 1 + d)) := by
    ring [a, b, c, d, k, l, m, n]
  shuffle' (a b c d k l m n : R) : a - b + (c - d) + (l + n) + (1 + 1) + (k + b + (m + d)) = k + m + (a + (l + 1) + (c + (n + 1))) := by
    ring [a, b, c, d, k, l, m, n]

/-- The direct path, in units. -/
theorem direct_near {p : Compact.Weights} (h : p.WellFormed) (c : Params) {q s t : Nat} (hq : q < p.d_vocab) (hs : s < p.d_vocab) (ht : t < p.d_vocab) :
    unit4 R p / ofNat R (2 ^ c.shift) * (EU R p q s - EU R p q t) + ofNat R ((Enclosure.of p c (Circuits.of p)).direct q t) ≤
      ofNat R ((Enclosure.of p c (Circuits.of p)).direct q s) + 1 ∧
    ofNat R ((Enclosure.of p c (Circuits.of p)).direct q s) ≤
      unit4 R p / ofNat R (2 ^ c.shift) * (EU R p q s - EU R p q t) + ofNat R ((Enclosure.of p c (Circuits.of p)).direct q t) + 1 := by
  have fits := h.view_fits (R := R) c hq
  have a := fits.direct s hs
  have b := fits.direct t ht
  have e : unit4 R p / ofNat R (2 ^ c.shift) * (EU R p q s - EU R p q t) = (view R p c q).direct s - (view R p c q).direct t :=
    (h.direct_sub c hs ht hq).symm
  rw [e]
  exact ⟨le_of_linear (add_le_add a.right b.left) (shuffle _ _ _ _), le_of_linear (add_le_add a.left b.right) (shuffle' _ _ _ _)⟩
where
  shuffle (a b k l : R) : k + 1 + (a + l) = a - b + l + (k + 1 + b) := by ring [a, b, k, l]
  shuffle' (a b k l : R) : a - b + l + 1 + (k + b) = k + (a + (l + 1)) := by ring [a, b, k, l]

/-- Two differences, in two parts each. -/
theorem parts_two {X e : R} {t p t' p' : Nat} (h : X + ofNat R (t' + p') ≤ ofNat R (t + p) + e) :
    X + ofNat R (t' - t + (p' - p)) ≤ ofNat R (t - t' + (p - p')) + e := by
  have b := ofNat_parts (R := R) t t'
  have d := ofNat_parts (R := R) p p'
  rw [ofNat_add, ofNat_add] at h ⊢
  have sum : ofNat R (t - t') - ofNat R (t' - t) + (ofNat R (p - p') - ofNat R (p' - p)) = ofNat R t - ofNat R t' + (ofNat R p - ofNat R p') := by
    rw [b, d]
  refine le_of_linear (add_le_add h (le_of_eq sum.symm)) ?_
  ring [X, e, ofNat R t, ofNat R p, ofNat R t', ofNat R p', ofNat R (t - t'), ofNat R (t' - t), ofNat R (p - p'), ofNat R (p' - p)]

theorem two_parts {X e : R} {t p t' p' : Nat} (h : ofNat R (t + p) ≤ X + ofNat R (t' + p') + e) :
    ofNat R (t - t' + (p - p')) ≤ X + ofNat R (t' - t + (p' - p)) + e := by
  have b := ofNat_parts (R := R) t t'
  have d := ofNat_parts (R := R) p p'
  rw [ofNat_add, ofNat_add] at h ⊢
  have sum : ofNat R (t - t') - ofNat R (t' - t) + (ofNat R (p - p') - ofNat R (p' - p)) = ofNat R t - ofNat R t' + (ofNat R p - ofNat R p') := by
    rw [b, d]
  refine le_of_linear (add_le_add h (le_of_eq sum)) ?_
  ring [X, e, ofNat R t, ofNat R p, ofNat R t', ofNat R p', ofNat R (t - t'), ofNat R (t' - t), ofNat R (p - p'), ofNat R (p' - p)]

theorem added_zero (J : Nat) (α top x : Nat → Nat) : added J α top (fun _ => 0) (fun _ => 0) x = 0 := by
  unfold added
  refine (total_congr fun j _ => ?_).trans (total_zero J)
  rw [Nat.zero_mul, Nat.zero_mul]
where
  total_zero (J : Nat) : (total J fun _ => 0) = 0 := by rw [total_const, Nat.mul_zero]

theorem two_le_three : (2 : R) ≤ 3 := by
  have h := zero_le_one (R := R)
  exact le_of_linear h (by ring [])

/-- A share of a neuron's own number is known up to one unit. -/
structure Near (U share : R) (op on : Nat) : Prop where
  le : U * share + ofNat R on ≤ ofNat R op + 1
  ge : ofNat R op ≤ U * share + ofNat R on + 1

end

section
variable {R : Type} [ExpField R] {w : Weights} {M : MLP} {c : Params} {B L l n s width blocks i : Nat} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting (w.solo M i) (M.alone i) c B L l n s width blocks head neurons)

/-- What a head adds to a neuron, at a key. -/
noncomputable def readAt (R : Type) [ExpField R] (w : Weights) (B : Nat) (M : MLP) (i j y p : Nat) : R :=
  readDiff R (soloReads w B M i (j / (w.d_vocab - 1) * (w.d_vocab - 1))) (j % (w.d_vocab - 1)) (w.d_vocab - 1) y p

/-- The row of a token before it is rounded; `E` is what is left of ReLUs. -/
noncomputable def rowOfToken (w : Weights) (B : Nat) (M : MLP) (c : Params) (slopes i m y : Nat) (E : Nat → Nat) (t : Nat) : Nat :=
  plainRow (w.solo M i) (M.alone i) slopes ((plainTables (w.solo M i) B (M.alone i) c).token y)
    (fun b => (blockTables (w.solo M i) B (M.alone i) c b).token y) t + total M.d_mlp fun j => E j * overEntry w M m j t

/-- The row of a position before it is rounded. -/
noncomputable def rowOfPos (w : Weights) (B : Nat) (M : MLP) (c : Params) (slopes i p : Nat) (t : Nat) : Nat :=
  plainRow (w.solo M i) (M.alone i) slopes ((plainTables (w.solo M i) B (M.alone i) c).pos p)
    (fun b => (blockTables (w.solo M i) B (M.alone i) c b).pos p) t

/-- A neuron's numbers of a token, and of a position: above the last output of its block, and below. -/
noncomputable def tokAbove (w : Weights) (B : Nat) (M : MLP) (c : Params) (i y : Nat) : Nat → Nat :=
  over w.d_vocab fun b => (blockTables (w.solo M i) B (M.alone i) c b).token y
noncomputable def tokBelow (w : Weights) (B : Nat) (M : MLP) (c : Params) (i y : Nat) : Nat → Nat :=
  under w.d_vocab fun b => (blockTables (w.solo M i) B (M.alone i) c b).token y
noncomputable def posAbove (w : Weights) (B : Nat) (M : MLP) (c : Params) (i p : Nat) : Nat → Nat :=
  over w.d_vocab fun b => (blockTables (w.solo M i) B (M.alone i) c b).pos p
noncomputable def posBelow (w : Weights) (B : Nat) (M : MLP) (c : Params) (i p : Nat) : Nat → Nat :=
  under w.d_vocab fun b => (blockTables (w.solo M i) B (M.alone i) c b).pos p

include S

/-- **A key's rows say no more than what the head adds there.** -/
theorem head_sums_le (slopes : Nat) {m y p t : Nat} (hm : m < w.d_vocab) (hy : y < w.d_vocab) (hp : p < w.n_ctx) (ht : t < w.d_vocab)
    {op on E : Nat → Nat} {share : Nat → R} (near : ∀ j, j < M.d_mlp → Near (units R (w.solo M i) B (M.alone i) c) (share j) (op j) (on j))
    (zero : ∀ j, j < M.d_mlp → slope slopes j = 0 →
      op j + tokAbove w B M c i y j + posAbove w B M c i p j + 3 - (on j + tokBelow w B M c i y j + posBelow w B M c i p j) ≤ E j)
    (one : ∀ j, j < M.d_mlp → slope slopes j = 1 →
      on j + tokBelow w B M c i y j + posBelow w B M c i p j + 3 - (op j + tokAbove w B M c i y j + posAbove w B M c i p j) ≤ E j) :
    ofNat R (rowOfToken w B M c slopes i m y E m + rowOfPos w B M c slopes i p m) ≤
      ofNat R (2 ^ (2 * w.frac)) * units R (w.solo M i) B (M.alone i) c *
        headKey R w B M (fun j => ofNat R (slope slopes j)) share (fun j => readAt R w B M i j) i m t y p +
      ofNat R (rowOfToken w B M c slopes i m y E t + rowOfPos w B M c slopes i p t) +
      ofNat R (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M))) := by
  have K : (0 : R) < ofNat R (2 ^ (2 * w.frac)) := ofNat_pos (Nat.two_pow_pos _)
  have z_lt : w.d_vocab - 1 < w.d_vocab := S.z_lt
  have head := read_near (R := R) S.head.wellFormed c (q := m) (y := y) (o := p) (s := m) (t := t) hm hy hp hm ht
  have block {j : Nat} (hj : j < M.d_mlp) : j / (w.d_vocab - 1) < blocks ∧ j % (w.d_vocab - 1) < w.d_vocab - 1 ∧ _ := S.block hj
  have known {j : Nat} (hj : j < M.d_mlp) := read_near (R := R) (S.neurons _ (block hj).left).wellFormed c (q := m) (y := y) (o := p)
    (s := j % (w.d_vocab - 1)) (t := w.d_vocab - 1) hm hy hp (Nat.lt_trans (block hj).right.left z_lt) z_lt
  have upper {j : Nat} (hj : j < M.d_mlp) : units R (w.solo M i) B (M.alone i) c * readAt R w B M i j y p +
      ofNat R (tokBelow w B M c i y j + posBelow w B M c i p j) ≤ ofNat R (tokAbove w B M c i y j + posAbove w B M c i p j) + 2 :=
    parts_two (known hj).left
  have lower {j : Nat} (hj : j < M.d_mlp) : ofNat R (tokAbove w B M c i y j + posAbove w B M c i p j) ≤
      units R (w.solo M i) B (M.alone i) c * readAt R w B M i j y p + ofNat R (tokBelow w B M c i y j + posBelow w B M c i p j) + 2 :=
    two_parts (known hj).right
  have three : (ofNat R 3 : R) = 3 := rfl
  have top : total M.d_mlp (MlpQuartic.topAt w M) = ranges (neuronRows w M) := S.total_top
  have core := added_le_of (R := R) (J := M.d_mlp) (U := units R (w.solo M i) B (M.alone i) c) K (α := slope slopes) (top := MlpQuartic.topAt w M)
    (c := fun j => coefficient w M m t j) (u := fun j => readAt R w B M i j y p)
    (e := fun j => leftOver (ofNat R (slope slopes j)) (share j) (readAt R w B M i j y p))
    (P₁ := fun _ => 0) (N₁ := fun _ => 0) (P₂ := tokAbove w B M c i y) (N₂ := tokBelow w B M c i y)
    (P₃ := posAbove w B M c i p) (N₃ := posBelow w B M c i p)
    (a := fun j => outAt w M j m) (b := fun j => outAt w M j t) (E := E)
    (slope_cases slopes) (fun j hj => MlpBruteForce.neuronRead_sub S.outs S.unembed hj hm ht) (fun j _ => outAt_le j m) (fun j _ => outAt_le j t)
    (fun j hj => ?_) (fun j hj => ?_) fun j hj => ?_
  · rw [Nat.zero_add, Nat.zero_add]
    exact le_trans (upper hj) (add_le_add_left two_le_three _)
  · rw [Nat.zero_add, Nat.zero_add]
    exact le_trans (lower hj) (add_le_add_left two_le_three _)
  · have own := near j hj
    cases slope_cases slopes j with
    | inl h =>
      show _ * leftOver (ofNat R (slope slopes j)) _ _ ≤ _
      rw [h]
      unfold leftOver
      refine left_zero ?_ (zero j hj h)
      rw [ofNat_add _ 3, three, Nat.add_assoc (op j), Nat.add_assoc (on j), ofNat_add (op j), ofNat_add (on j), mul_add]
      exact le_of_linear (add_le_add own.le (upper hj)) (sum₀ _ _ _ _ _ _)
    | inr h =>
      have one_eq : (ofNat R 1 : R) = 1 := rfl
      show _ * leftOver (ofNat R (slope slopes j)) _ _ ≤ _
      rw [h, one_eq]
      unfold leftOver
      refine left_one ?_ (one j hj h)
      rw [ofNat_add _ 3, three, Nat.add_assoc (op j), Nat.add_assoc (on j), ofNat_add (op j), ofNat_add (on j), mul_add]
      exact le_of_linear (add_le_add own.ge (lower hj)) (sum₁ _ _ _ _ _ _)
  rw [added_zero, added_zero, Nat.zero_add, Nat.zero_add, top] at core
  have atM (j : Nat) : overEntry w M m j m = outAt w M j m := by unfold overEntry; rw [Nat.sub_self, Nat.add_zero]
  have leftM : (total M.d_mlp fun j => E j * overEntry w M m j m) = total M.d_mlp fun j => E j * outAt w M j m :=
    total_congr fun j _ => congrArg (E j * ·) (atM j)
  unfold rowOfToken rowOfPos
  rw [leftM]
  exact final core head.right
where
  sum₀ (a b o n x y : R) : o + x + 3 + (a + n + (b + y)) = a + b + (n + y) + (o + 1 + (x + 2)) := by ring [a, b, o, n, x, y]
  sum₁ (a b o n x y : R) : a + b + (n + y + 3) + (o + x) = o + x + (a + n + 1 + (b + y + 2)) := by ring [a, b, o, n, x, y]
  final {k C : Nat} {U lin N : R} {T P a₂ a₃ E T' P' b₂ b₃ E' : Nat}
      (core : ofNat R (a₂ + a₃ + E) ≤ ofNat R k * U * N + ofNat R (b₂ + b₃ + E') + 3 * ofNat R C)
      (head : ofNat R (T + P) ≤ U * lin + ofNat R (T' + P') + 2) :
      ofNat R (k * T + a₂ + E + (k * P + a₃)) ≤ ofNat R k * U * (lin + N) + ofNat R (k * T' + b₂ + E' + (k * P' + b₃)) + ofNat R (3 * (k + C)) := by
    have e (T P a₂ a₃ E : Nat) : k * T + a₂ + E + (k * P + a₃) = k * (T + P) + (a₂ + a₃ + E) := by ring [k, T, P, a₂, a₃, E]
    have three : (ofNat R 3 : R) = 3 := rfl
    have scaled := mul_le_mul_of_nonneg_left (le_trans head (add_le_add_left two_le_three _)) (ofNat_nonneg (R := R) k)
    rw [e, e, ofNat_add (k * _), ofNat_mul, ofNat_add (k * _), ofNat_mul k, ofNat_mul 3, ofNat_add k, three]
    refine le_of_linear (add_le_add scaled core) ?_
    ring [ofNat R k, U, lin, N, ofNat R C, ofNat R (T + P), ofNat R (T' + P'), ofNat R (a₂ + a₃ + E), ofNat R (b₂ + b₃ + E')]

/-- The row of the direct path says no more than the direct path and the slopes' part of the neurons' own numbers. -/
theorem direct_sums_le (slopes : Nat) {q m t : Nat} (hq : q < w.d_vocab) (hm : m < w.d_vocab) (ht : t < w.d_vocab) :
    ofNat R (plainRow (w.solo M i) (M.alone i) slopes ((plainTables (w.solo M i) B (M.alone i) c).direct q)
        (fun b => (blockTables (w.solo M i) B (M.alone i) c b).direct q) m) ≤
      ofNat R (2 ^ (2 * w.frac)) * units R (w.solo M i) B (M.alone i) c *
        (EU R (soloHead w B M i) q m - EU R (soloHead w B M i) q t + sum M.d_mlp fun j => ofNat R (slope slopes j) * coefficient w M m t j *
          (EU R (soloReads w B M i (j / (w.d_vocab - 1) * (w.d_vocab - 1))) q (j % (w.d_vocab - 1)) -
            EU R (soloReads w B M i (j / (w.d_vocab - 1) * (w.d_vocab - 1))) q (w.d_vocab - 1))) +
      ofNat R (plainRow (w.solo M i) (M.alone i) slopes ((plainTables (w.solo M i) B (M.alone i) c).direct q)
        (fun b => (blockTables (w.solo M i) B (M.alone i) c b).direct q) t) +
      ofNat R (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M))) := by
  have K : (0 : R) < ofNat R (2 ^ (2 * w.frac)) := ofNat_pos (Nat.two_pow_pos _)
  have z_lt : w.d_vocab - 1 < w.d_vocab := S.z_lt
  have head := direct_near (R := R) S.head.wellFormed c (q := q) (s := m) (t := t) hq hm ht
  have block {j : Nat} (hj : j < M.d_mlp) : j / (w.d_vocab - 1) < blocks ∧ j % (w.d_vocab - 1) < w.d_vocab - 1 ∧ _ := S.block hj
  have known {j : Nat} (hj : j < M.d_mlp) := direct_near (R := R) (S.neurons _ (block hj).left).wellFormed c (q := q)
    (s := j % (w.d_vocab - 1)) (t := w.d_vocab - 1) hq (Nat.lt_trans (block hj).right.left z_lt) z_lt
  have one_le : (1 : R) ≤ 3 := le_of_linear (add_le_add (zero_le_one (R := R)) (zero_le_one (R := R))) (by ring [])
  have top : total M.d_mlp (MlpQuartic.topAt w M) = ranges (neuronRows w M) := S.total_top
  have core := added_le_of (R := R) (J := M.d_mlp) (U := units R (w.solo M i) B (M.alone i) c) K (α := slope slopes) (top := MlpQuartic.topAt w M)
    (c := fun j => coefficient w M m t j)
    (u := fun j => EU R (soloReads w B M i (j / (w.d_vocab - 1) * (w.d_vocab - 1))) q (j % (w.d_vocab - 1)) -
      EU R (soloReads w B M i (j / (w.d_vocab - 1) * (w.d_vocab - 1))) q (w.d_vocab - 1)) (e := fun _ => 0)
    (P₁ := over w.d_vocab fun b => (blockTables (w.solo M i) B (M.alone i) c b).direct q)
    (N₁ := under w.d_vocab fun b => (blockTables (w.solo M i) B (M.alone i) c b).direct q)
    (P₂ := fun _ => 0) (N₂ := fun _ => 0) (P₃ := fun _ => 0) (N₃ := fun _ => 0)
    (a := fun j => outAt w M j m) (b := fun j => outAt w M j t) (E := fun _ => 0)
    (slope_cases slopes) (fun j hj => MlpBruteForce.neuronRead_sub S.outs S.unembed hj hm ht) (fun j _ => outAt_le j m) (fun j _ => outAt_le j t)
    (fun j hj => ?_) (fun j hj => ?_) fun j _ => le_of_eq (mul_zero _)
  · exact le_trans (single (known hj).left) (add_le_add_left one_le _)
  · exact le_trans (single' (known hj).right) (add_le_add_left one_le _)
  have none (x : Nat → Nat) : (total M.d_mlp fun j => 0 * x j) = 0 := by
    refine (total_congr fun j _ => Nat.zero_mul _).trans ?_
    rw [total_const, Nat.mul_zero]
  rw [added_zero, added_zero, none, none, Nat.add_zero, Nat.add_zero, top] at core
  have sums : (sum M.d_mlp fun j => ofNat R (slope slopes j) * coefficient w M m t j *
        (EU R (soloReads w B M i (j / (w.d_vocab - 1) * (w.d_vocab - 1))) q (j % (w.d_vocab - 1)) -
          EU R (soloReads w B M i (j / (w.d_vocab - 1) * (w.d_vocab - 1))) q (w.d_vocab - 1)) - relu (-coefficient w M m t j) * 0) =
      sum M.d_mlp fun j => ofNat R (slope slopes j) * coefficient w M m t j *
        (EU R (soloReads w B M i (j / (w.d_vocab - 1) * (w.d_vocab - 1))) q (j % (w.d_vocab - 1)) -
          EU R (soloReads w B M i (j / (w.d_vocab - 1) * (w.d_vocab - 1))) q (w.d_vocab - 1)) :=
    sum_congr fun j _ => by rw [mul_zero, sub_zero]
  rw [sums] at core
  exact final core (le_trans head.right (add_le_add_left one_le _))
where
  single {X : R} {a b : Nat} (h : X + ofNat R b ≤ ofNat R a + 1) : X + ofNat R (b - a) ≤ ofNat R (a - b) + 1 :=
    le_of_linear (add_le_add h (le_of_eq (ofNat_parts (R := R) a b).symm)) (by ring [X, ofNat R a, ofNat R b, ofNat R (a - b), ofNat R (b - a)])
  single' {X : R} {a b : Nat} (h : ofNat R a ≤ X + ofNat R b + 1) : ofNat R (a - b) ≤ X + ofNat R (b - a) + 1 :=
    le_of_linear (add_le_add h (le_of_eq (ofNat_parts (R := R) a b))) (by ring [X, ofNat R a, ofNat R b, ofNat R (a - b), ofNat R (b - a)])
  final {k C : Nat} {U lin N : R} {d a d' b : Nat} (core : ofNat R a ≤ ofNat R k * U * N + ofNat R b + 3 * ofNat R C)
      (head : ofNat R d ≤ U * lin + ofNat R d' + 3) : ofNat R (k * d + a) ≤ ofNat R k * U * (lin + N) + ofNat R (k * d' + b) + ofNat R (3 * (k + C)) := by
    have three : (ofNat R 3 : R) = 3 := rfl
    have scaled := mul_le_mul_of_nonneg_left head (ofNat_nonneg (R := R) k)
    rw [ofNat_add (k * _), ofNat_mul, ofNat_add (k * _), ofNat_mul k, ofNat_mul 3, ofNat_add k, three]
    refine le_of_linear (add_le_add scaled core) ?_
    ring [ofNat R k, U, lin, N, ofNat R C, ofNat R d, ofNat R d', ofNat R a, ofNat R b]

end
end MlpHeads
end Transformer
end Compact
