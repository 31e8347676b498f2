prelude
import Compact.Linear.Product
import Compact.Linear.Few
/-!
# Strategy: convexity, for three tokens

An input whose maximum `c` occurs once has two other tokens `a`, `b`; as `log-sum-exp` is convex, its loss is at most the mean of
those of `(c, a, a)` and `(c, b, b)`.  So `d_vocab^2` sums for one copy of the maximum, and as many for two, are enough for all
`d_vocab^3` inputs.  `sound`: for any weights and any certificate, if `check` evaluates to `true`, the mean loss is at most `bound`
billionths.
-/
namespace Compact
namespace Linear
namespace ConvexityTriples
noncomputable section

/-- For each maximum `c`, in billionths: bounds of the loss of `(c, c, c)`, of the sum of the losses of all `(c, a, a)` with `a < c`,
and of the sum of those of all `(c, c, a)`. -/
structure Certificate extends Claim where
  losses : List (List Nat)

/-- How wide lanes have to be. -/
def bits (w : Weights) (p : Precision) : Nat := width (Nat.mul w.d_vocab (Nat.mul (Nat.mul p.cap p.cap) (Nat.mul p.cap p.cap)))

/-- The squares of the entries. -/
def squares (row : List Nat) : List Nat := mapFold (fun x => Nat.mul x x) row

/-- All triples with the maximum `c`; `packed` are columns of upper bounds, `packedSquares` of their squares. -/
def maximumCheck (w : Weights) (cert : Certificate) (W : Nat) (T : Table) (packed packedSquares : List Nat) (c : Nat) : Bool :=
  forceList (nth [] T.upper c) fun row =>
  forceList (combine W w.d_vocab w.d_vocab (fun t => nth 0 row t) packedSquares) fun once =>
  forceList (combine W w.d_vocab w.d_vocab (fun t => Nat.mul (nth 0 row t) (nth 0 row t)) packed) fun twice =>
  Nat.force (nth 0 (nth [] T.lower c) c) fun own =>
  (cert.fits (step cert.prec (Nat.pow 2 cert.prec) (nth 0 once c) (Nat.mul own (Nat.mul own own))) (Nat.pow 2 cert.prec)
    (nth 0 (nth [] cert.losses c) 0) &&
  cert.fits (times cert.prec (fun a => nth 0 once a)
      (fun a => Nat.force (nth 0 (nth [] T.lower a) c) fun low => Nat.mul own (Nat.mul low low)) c (Nat.pow 2 cert.prec))
    (Nat.pow 2 cert.prec) (nth 0 (nth [] cert.losses c) 1)) &&
  cert.fits (times cert.prec (fun a => nth 0 twice a)
      (fun a => Nat.mul (Nat.mul own own) (nth 0 (nth [] T.lower a) c)) c (Nat.pow 2 cert.prec))
    (Nat.pow 2 cert.prec) (nth 0 (nth [] cert.losses c) 2)

/-- The check of all triples. -/
def triplesCheck (w : Weights) (cert : Certificate) (T : Table) : Bool :=
  Nat.beq w.n_ctx 3 && Nat.force (bits w cert.toPrecision) fun W =>
  forceList (packedColumns W w.d_vocab T.upper) fun packed =>
  forceList (packedColumns W w.d_vocab (mapFold squares T.upper)) fun packedSquares =>
  allBelow w.d_vocab fun c => Nat.force c (maximumCheck w cert W T packed packedSquares)

/-- The sum of all losses. -/
def summed (w : Weights) (cert : Certificate) : Nat := total w.d_vocab fun c =>
  Nat.add (nth 0 (nth [] cert.losses c) 0) (Nat.mul 3 (Nat.add (Nat.mul c (nth 0 (nth [] cert.losses c) 1)) (nth 0 (nth [] cert.losses c) 2)))

/-- The check of a certificate. -/
def check (w : Weights) (cert : Certificate) : Bool := cert.toClaim.checks w (summed w cert) (triplesCheck w cert)

end

section
variable {R : Type} [ExpField R] {w : Weights} {cert : Certificate} {T : Table} {G : Nat → Nat → R}

theorem squares_spec {row : List Nat} {d : Nat} (h : row.length = d) :
    (squares row).length = d ∧ ∀ t, t < d → (squares row).getD t 0 = row.getD t 0 * row.getD t 0 :=
  ⟨(length_mapFold _ _).trans h, fun _ ht => getD_mapFold _ _ (h.symm ▸ ht) 0 0⟩

/-- One copy of the maximum. -/
theorem once_below (hT : T.Holds R w.d_vocab cert.toPrecision.cap G) {c a : Nat} (hc : c < w.d_vocab) (ha : a < w.d_vocab) :
    Below (sum w.d_vocab fun t => ratio G c c t * (ratio G c a t * ratio G c a t))
      (nth 0 (combine (bits w cert.toPrecision) w.d_vocab w.d_vocab (fun t => nth 0 (T.upper.getD c []) t)
        (packedColumns (bits w cert.toPrecision) w.d_vocab (mapFold squares T.upper))) a)
      (T.low c c * (T.low a c * T.low a c)) := by
  have length : (mapFold squares T.upper).length = w.d_vocab := (length_mapFold _ _).trans hT.upper_length
  have row (s : Nat) (hs : s < w.d_vocab) : (mapFold squares T.upper).getD s [] = squares (T.upper.getD s []) :=
    getD_mapFold _ _ (hT.upper_length.symm ▸ hs) [] []
  have entry (s t : Nat) (hs : s < w.d_vocab) (ht : t < w.d_vocab) :
      ((mapFold squares T.upper).getD s []).getD t 0 = T.up s t * T.up s t := by
    rw [row s hs]
    exact (squares_spec (hT.upper_row s hs)).right t ht
  rw [getD_combine_columns (W := bits w cert.toPrecision)
    (m := (cert.toPrecision.cap * cert.toPrecision.cap) * (cert.toPrecision.cap * cert.toPrecision.cap))
    length (fun s hs => row s hs ▸ (squares_spec (hT.upper_row s hs)).left) (fun s t hs ht => ?_) (lt_width _) ha]
  · have low := hT.low_pos a c ha hc
    refine Below.sum (Nat.mul_pos (hT.low_pos c c hc hc) (Nat.mul_pos low low)) fun t ht => ?_
    rw [nth_eq, entry a t ha ht]
    exact (hT.below hc hc ht).mul ((hT.below hc ha ht).mul (hT.below hc ha ht))
  · rw [nth_eq, entry s t hs ht]
    refine Nat.mul_le_mul ?_ (Nat.mul_le_mul (hT.up_le s t hs ht) (hT.up_le s t hs ht))
    exact Nat.le_trans (hT.up_le c t hc ht) (le_square _)
where
  le_square (n : Nat) : n ≤ n * n := by
    cases n with
    | zero => exact Nat.le_refl 0
    | succ n => exact Nat.le_trans (Nat.le_of_eq (Nat.mul_one (n + 1)).symm) (Nat.mul_le_mul_left (n + 1) (Nat.succ_le_succ (Nat.zero_le n)))

/-- Two copies of the maximum. -/
theorem twice_below (hT : T.Holds R w.d_vocab cert.toPrecision.cap G) {c a : Nat} (hc : c < w.d_vocab) (ha : a < w.d_vocab) :
    Below (sum w.d_vocab fun t => (ratio G c c t * ratio G c c t) * ratio G c a t)
      (nth 0 (combine (bits w cert.toPrecision) w.d_vocab w.d_vocab
        (fun t => Nat.mul (nth 0 (T.upper.getD c []) t) (nth 0 (T.upper.getD c []) t))
        (packedColumns (bits w cert.toPrecision) w.d_vocab T.upper)) a)
      (T.low c c * T.low c c * T.low a c) := by
  rw [getD_combine_columns (W := bits w cert.toPrecision)
    (m := (cert.toPrecision.cap * cert.toPrecision.cap) * (cert.toPrecision.cap * cert.toPrecision.cap))
    hT.upper_length hT.upper_row (fun s t hs ht => ?_) (lt_width _) ha]
  · have own := hT.low_pos c c hc hc
    refine Below.sum (Nat.mul_pos (Nat.mul_pos own own) (hT.low_pos a c ha hc)) fun t ht => ?_
    rw [nth_eq]
    exact ((hT.below hc hc ht).mul (hT.below hc hc ht)).mul (hT.below hc ha ht)
  · rw [nth_eq]
    refine Nat.mul_le_mul (Nat.mul_le_mul (hT.up_le c t hc ht) (hT.up_le c t hc ht)) ?_
    exact Nat.le_trans (hT.up_le s t hs ht) (once_below.le_square _)

/-- Convexity: what an input with the tokens `c`, `a`, `b` has at most. -/
theorem square_le (G : Nat → Nat → R) (d c a b : Nat) :
    (sum d fun t => ratio G c c t * (ratio G c a t * ratio G c b t)) * (sum d fun t => ratio G c c t * (ratio G c a t * ratio G c b t)) ≤
      (sum d fun t => ratio G c c t * (ratio G c a t * ratio G c a t)) * (sum d fun t => ratio G c c t * (ratio G c b t * ratio G c b t)) := by
  have e := cauchy d (p := ratio G c a) (q := ratio G c b) (r := ratio G c c) fun _ _ => ratio_nonneg _ _ _ _
  rw [sum_congr fun t _ => mul_comm _ (ratio G c c t), sum_congr fun t _ => mul_comm _ (ratio G c c t),
    sum_congr fun t _ => mul_comm _ (ratio G c c t)] at e
  exact e

/-- Losses of inputs with the tokens `c`, `a`, `b` in some order. -/
theorem pairs_le {d c : Nat} {l : Nat → Nat → R} {u : R}
    (h : ∀ a b, a < c → b < c → exp (l a b) ≤ sum d fun t => ratio G c c t * (ratio G c a t * ratio G c b t))
    (hu : (prod c fun a => sum d fun t => ratio G c c t * (ratio G c a t * ratio G c a t)) ≤ exp u) :
    (sum c fun a => sum c fun b => l a b) ≤ ofNat R c * u :=
  sum_pairs_le (fun _ _ => sum_nonneg fun t _ => mul_nonneg (ratio_nonneg _ _ _ _) (mul_self_nonneg _))
    (fun a b ha hb => by
      have one := h a b ha hb
      rw [exp_add]
      exact le_trans (mul_le_mul one one (exp_nonneg _) (le_trans (exp_nonneg _) one)) (square_le G d c a b)) hu

end

/-- **Convexity is sound.** -/
theorem sound (R : Type) [ExpField R] (w : Weights) (cert : Certificate) (h : check w cert = true) :
    MeanLossAtMost R cert.bound w := by
  match Claim.of_checks (R := R) h with
  | ⟨_, roots, le, hT, go⟩ =>
    refine meanLoss_of le fun l hl => ?_
    have three : w.n_ctx = 3 := Nat.eq_of_beq_eq_true _ _ (Bool.and_left go)
    have go := Bool.and_right go
    rw [Nat.force_eq, forceList_eq, forceList_eq] at go
    rw [three] at hl ⊢
    rw [sumInputs_three]
    show _ ≤ ofNat R (total _ _) / _
    rw [ofNat_total, sum_div]
    refine sum_le_sum fun c hc => ?_
    have here := of_allBelow go hc
    rw [Nat.force_eq] at here
    unfold maximumCheck at here
    rw [forceList_eq, forceList_eq, forceList_eq, Nat.force_eq, nth_eq [] (w.table cert.toPrecision).upper, Table.nth_low] at here
    have own := step_le (isUpper_one (R := R) cert.prec) (once_below hT hc hc)
    rw [one_mul] at own
    have own := Claim.of_product roots (Bool.and_left (Bool.and_left here)) own
    have once := Claim.of_times roots (Bool.and_right (Bool.and_left here)) (r := fun a => sum w.d_vocab fun t =>
      ratio (w.added R) c c t * (ratio (w.added R) c a t * ratio (w.added R) c a t)) fun a ha => by
        rw [Nat.force_eq, Table.nth_low]
        exact once_below hT hc (Nat.lt_trans ha hc)
    have twice := Claim.of_times roots (Bool.and_right here) (r := fun a => sum w.d_vocab fun t =>
      (ratio (w.added R) c c t * ratio (w.added R) c c t) * ratio (w.added R) c a t) fun a ha => by
        rw [Table.nth_low]
        exact twice_below hT hc (Nat.lt_trans ha hc)
    have self := Nat.le_refl c
    have first := pairs_le (l := fun a b => l [c, a, b]) (fun a b ha hb =>
      le_trans (hl _ (isInput_three hc (Nat.lt_trans ha hc) (Nat.lt_trans hb hc)))
        (le_of_eq (expLoss_three (maximum_three self (Nat.le_of_lt ha) (Nat.le_of_lt hb) (.inl rfl))))) once
    have second := pairs_le (l := fun a b => l [a, c, b]) (fun a b ha hb =>
      le_trans (hl _ (isInput_three (Nat.lt_trans ha hc) hc (Nat.lt_trans hb hc)))
        (le_of_eq ((expLoss_three (maximum_three (Nat.le_of_lt ha) self (Nat.le_of_lt hb) (.inr (.inl rfl)))).trans
          (sum_congr fun t _ => mul_left_comm _ _ _)))) once
    have third := pairs_le (l := fun a b => l [a, b, c]) (fun a b ha hb =>
      le_trans (hl _ (isInput_three (Nat.lt_trans ha hc) (Nat.lt_trans hb hc) hc))
        (le_of_eq ((expLoss_three (maximum_three (Nat.le_of_lt ha) (Nat.le_of_lt hb) self (.inr (.inr rfl)))).trans
          (sum_congr fun t _ => rotate _ _ _)))) once
    have fourth := sum_le_of_prod (l := fun a => l [c, c, a]) (fun a ha => le_trans (hl _ (isInput_three hc hc (Nat.lt_trans ha hc)))
      (le_of_eq ((expLoss_three (maximum_three self self (Nat.le_of_lt ha) (.inl rfl))).trans
        (sum_congr fun t _ => (mul_assoc _ _ _).symm)))) twice
    have fifth := sum_le_of_prod (l := fun a => l [c, a, c]) (fun a ha => le_trans (hl _ (isInput_three hc (Nat.lt_trans ha hc) hc))
      (le_of_eq ((expLoss_three (maximum_three self (Nat.le_of_lt ha) self (.inl rfl))).trans
        (sum_congr fun t _ => inner _ _)))) twice
    have sixth := sum_le_of_prod (l := fun a => l [a, c, c]) (fun a ha => le_trans (hl _ (isInput_three (Nat.lt_trans ha hc) hc hc))
      (le_of_eq ((expLoss_three (maximum_three (Nat.le_of_lt ha) self self (.inr (.inl rfl)))).trans
        (sum_congr fun t _ => mul_comm _ _)))) twice
    have diagonal : l [c, c, c] ≤ nats R (nth 0 (nth [] cert.losses c) 0) := le_of_exp_le_exp (le_trans (le_trans
      (hl _ (isInput_three hc hc hc)) (le_of_eq (expLoss_three (maximum_three self self self (.inl rfl))))) own)
    have all := add_le_add (add_le_add (add_le_add first (add_le_add second third)) (add_le_add (add_le_add fourth fifth) sixth)) diagonal
    show _ ≤ nats R (_ + 3 * (c * _ + _))
    rw [nats_add, nats_mul, nats_add, nats_mul, sum_add c fun a => l [c, c, a]]
    exact le_trans all (le_of_eq (regroup _ _ _ _))
where
  rotate {R : Type} [ExpField R] (a b c : R) : a * (b * c) = c * (a * b) := by ring [a, b, c]
  inner {R : Type} [ExpField R] (c a : R) : c * (a * c) = c * c * a := by ring [c, a]
  regroup {R : Type} [ExpField R] (k u v z : R) : k * u + (k * u + k * u) + (v + v + v) + z = z + ofNat R 3 * (k * u + v) := by
    show _ = z + 3 * _
    ring [k, u, v, z]

end ConvexityTriples
end Linear
end Compact
