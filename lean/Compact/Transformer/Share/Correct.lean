prelude
import Compact.Transformer.Classes.Bound
import Compact.Transformer.Share.Count
import Compact.Transformer.Share.RowsOf
/-!
# From shares to a correct answer

`correct_of_ends`: an input is answered correctly if all ends of its maximum pass, given what is known of rows and of its query.
-/
namespace Compact
variable {R : Type} [ExpField R] {w : Weights} {c : ShareData}

/-- What is known of a query: the factors of its tokens and positions, and the numbers `s`; `g` is the row of what is left of its direct path. -/
structure QueryOf (R : Type) [ExpField R] (w : Weights) (c : ShareData) (g : Nat → Nat) (rest q : Nat) (s : Seen) : Prop where
  factors : ∃ C : R, ∃ tok : Nat → R, ∃ pos : Nat → R, 0 < C ∧ SeenFactors R c.scoreBits c.prec w.d_vocab c.n q s tok pos ∧
    ∀ k p, k < w.d_vocab → p < c.n + 1 → C * (tok k * pos p) = exp ((EQKE R w q k + EQKP R w q p) / scale R w)
  row : s.direct.row = pack c.bits w.d_vocab g
  others (t m : Nat) : t < w.d_vocab → m < w.d_vocab → t ≠ m →
    g t + c.scale.cutUp (2 ^ (2 * w.frac) * rest) * 2 ^ c.shift ≤ s.direct.others m * 2 ^ c.shift

/-- What is known of all rows of logits, for the query `q`. -/
structure LogitsOf (R : Type) [ExpField R] (w : Weights) (c : ShareData) (f ov : Nat → Nat → Nat) (g : Nat → Nat) (rest : Nat) (D : Nat → Nat → R)
    (q : Nat) : Prop where
  small (p k j : Nat) : p < c.n + 1 → k < w.d_vocab → j < w.d_vocab → 2 ^ c.baseBits * (f p j + ov k j) < 2 ^ (c.bits - 3)
  direct_small (j : Nat) : j < w.d_vocab → g j < 2 ^ (c.bits - 3)
  eq (k p m t : Nat) : k < w.d_vocab → p < c.n + 1 → m < w.d_vocab → t < w.d_vocab →
    unit4 R w * (EU R w q m + (EVOU R w k m + PVOU R w p m) - (EU R w q t + (EVOU R w k t + PVOU R w p t))) =
      (ofNat R (f p m) - ofNat R (f p t)) + (ofNat R (ov k m) - ofNat R (ov k t)) + D m t
  direct (m t : Nat) : m < w.d_vocab → t < w.d_vocab →
    ofNat R (g m) - ofNat R (g t) - ofNat R (2 ^ (2 * w.frac) * rest) ≤ D m t

/-- The numbers of a pair are right. -/
theorem sharePair_of (S : Scale) (q m A B T lo hi own own' : Nat) (e : End) :
    SharePair.Of S q m A B T lo hi own own' e (SharePair.of S.origin q m A B T lo hi own own' e) := by
  have twice : S.origin + (S.origin + B) = 2 * S.origin + B := by rw [Nat.two_mul, Nat.add_assoc]
  refine ⟨⟨rfl, rfl⟩, fun h => ?_, fun h => ?_, rfl, twice⟩
  all_goals
    unfold SharePair.of
  · rw [show Nat.beq q m = true from h ▸ Nat.beq_self q]
    exact ⟨rfl, rfl⟩
  · have hb : Nat.beq q m = false := by
      cases hb : Nat.beq q m with
      | false => rfl
      | true => exact absurd (Nat.eq_of_beq_eq_true _ _ hb) h
    rw [hb, ← twice]
    exact ⟨rfl, rfl⟩

section
variable {f ov : Nat → Nat → Nat} {g : Nat → Nat} {rest : Nat} {D : Nat → Nat → R} {q m : Nat} {s : Seen} {ends : List End}
  (hn : w.n_ctx = c.n + 1) (hv : w.d_vocab = c.v) (hw : w.WellFormed) (hL : LogitsOf R w c f ov g rest D q) (hQ : QueryOf R w c g rest q s)
  (hm : m < w.d_vocab) (hq : q ≤ m) (covers : ∀ t, t < w.d_vocab → t ≠ m → Covers R c.scale ends c.n m f (ov m) t)
include hn hv hw hL hQ hm hq covers

/-- An input with the query `q` and the maximum `m` is answered correctly if its tokens take no more than is spared, for each end. -/
theorem correct_of_ends {y : List Nat} (hy : y.length = c.n) (valid : Valid w (y ++ [q])) (hmax : maximum (y ++ [q]) = m)
    {Tq parts low high : Nat} {level : Nat → Nat} (hTq : ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R Tq ≤ gap R c.scale (ov q) m t)
    (loads : ∀ tok pos : Nat → R, SeenFactors R c.scoreBits c.prec w.d_vocab c.n q s tok pos →
      ofNat R low ≤ massOf m y pos ∧ massOf m y pos ≤ ofNat R high)
    (hparts : 0 < parts) (total : levelSum m level y ≤ parts)
    (pass : ∀ e, e ∈ ends → ∃ k, (SharePair.of c.scale.origin q m (c.scale.cut s.direct.row m) (s.direct.others m) Tq
        (readLane c.scoreBits s.lows m) (readLane c.scoreBits s.highs m) s.own s.ownHigh e).spare s.unit (2 ^ c.prec) low high = k + 1 ∧
      ∀ tok pos : Nat → R, SeenFactors R c.scoreBits c.prec w.d_vocab c.n q s tok pos → ∀ t, t < w.d_vocab → t ≠ m → ∀ x, x ∈ y → x ≠ m →
        TakesLevel R c.scale (SharePair.of c.scale.origin q m (c.scale.cut s.direct.row m) (s.direct.others m) Tq
          (readLane c.scoreBits s.lows m) (readLane c.scoreBits s.highs m) s.own s.ownHigh e) tok ov (2 ^ c.prec) m t (s.heaviest * parts) (level x) k x) :
    Correct R w (y ++ [q]) := by
  have hqv := Nat.lt_of_le_of_lt hq hm
  have hlast : token (y ++ [q]) (w.n_ctx - 1) = q := by
    rw [hn, Nat.add_sub_cancel, ← hy]
    exact token_append_last y
  refine correct_of_margin valid hw.n_ctx hlast fun t ht hne => ?_
  rw [hmax] at hne ⊢
  match hQ.factors with
  | ⟨C, tok, pos, hC, F, weights⟩ =>
    have share := loads tok pos F
    have positions {p : Nat} (hp : p < c.n) : pos p ≤ ofNat R s.heaviest := match F.lists with
      | ⟨_, _, _, hpos, _⟩ => (hpos p hp).right
    have U : (0 : R) < c.scale.unit R := c.scale.unit_pos R
    have U4 := unit4_pos R w
    have rest_le : ofNat R (c.scale.cut s.direct.row m) - ofNat R (s.direct.others m) ≤ D m t / c.scale.unit R := by
      have row : s.direct.row = pack c.scale.bits c.scale.count g := hQ.row.trans (congrArg (fun v => pack c.bits v g) hv)
      rw [row]
      refine le_trans (cut_sub_le (R := R) (S := c.scale) (fun j hj => hL.direct_small j (Nat.lt_of_lt_of_le hj (Nat.le_of_eq hv.symm))) (Nat.lt_of_lt_of_le hm (Nat.le_of_eq hv))
        (hQ.others t m ht hm hne)) ?_
      refine (le_div_iff U).mpr ?_
      have a := hL.direct m t hm ht
      have b := ofNat_le (R := R) (c.scale.le_cutUp (2 ^ (2 * w.frac) * rest))
      rw [ofNat_mul (c.scale.cutUp (2 ^ (2 * w.frac) * rest))] at b
      have e : (gap R c.scale g m t - ofNat R (c.scale.cutUp (2 ^ (2 * w.frac) * rest))) * c.scale.unit R =
          ofNat R (g m) - ofNat R (g t) - ofNat R (c.scale.cutUp (2 ^ (2 * w.frac) * rest)) * c.scale.unit R := by
        rw [sub_mul]
        unfold gap
        rw [div_mul_cancel _ (ne_of_gt U)]
      rw [e]
      exact le_trans (sub_le_sub_left b _) a
    have positive := sum_pos_of_ends (V := ⟨tok, pos, f, ov, D m t / c.scale.unit R⟩) (S := c.scale) (ends := ends) (m := m) (q := q) (t := t)
      (A := c.scale.cut s.direct.row m) (B := s.direct.others m) (Tq := Tq) (lo := readLane c.scoreBits s.lows m)
      (hi := readLane c.scoreBits s.highs m) (own := s.own) (own' := s.ownHigh) (f := s.unit) (g := 2 ^ c.prec) (y := y)
      (hy.symm ▸ covers t ht hne) F.tok_nonneg (fun p hp => ⟨F.pos_nonneg p, positions (hy ▸ hp)⟩) (F.pos_nonneg _) rest_le (fun _ => hTq t ht hne)
      (massOf_tok (m := m) (y := y) ⟨tok, pos, f, ov, D m t / c.scale.unit R⟩ ▸ share_mul (F.token m hm) share) (hy.symm ▸ F.own) hparts total
      fun e he => match pass e he with
        | ⟨k, spare, takes⟩ => ⟨_, k, sharePair_of _ _ _ _ _ _ _ _ _ _ e, spare, takes tok pos F t ht hne⟩
    -- a term of the margin is a positive number times a term of `positive`
    have term (k p : Nat) (hk : k < w.d_vocab) (hp : p < c.n + 1) :
        C * c.scale.unit R / unit4 R w * Parts.term ⟨tok, pos, f, ov, D m t / c.scale.unit R⟩ c.scale m t k p =
          exp ((EQKE R w q k + EQKP R w q p) / scale R w) *
            (EU R w q m + (EVOU R w k m + PVOU R w p m) - (EU R w q t + (EVOU R w k t + PVOU R w p t))) := by
      rw [← weights k p hk hp]
      have e := hL.eq k p m t hk hp hm ht
      have sum : gap R c.scale (f p) m t + gap R c.scale (ov k) m t + D m t / c.scale.unit R =
          unit4 R w * (EU R w q m + (EVOU R w k m + PVOU R w p m) - (EU R w q t + (EVOU R w k t + PVOU R w p t))) / c.scale.unit R := by
        unfold gap
        rw [e, ← add_div, ← add_div]
      unfold Parts.term
      rw [sum]
      exact cancel _ _ _ (ne_of_gt U4) (ne_of_gt U)
    refine pos_of_mul_pos_left (a := unit4 R w / (C * c.scale.unit R)) ?_ (le_of_lt (div_pos U4 (mul_pos hC U)))
    have K : 0 < C * c.scale.unit R / unit4 R w := div_pos (mul_pos hC U) U4
    have CU := mul_pos hC U
    refine lt_of_lt_of_le positive (le_of_eq ?_)
    rw [hn, sum_succ, mul_add, mul_sum, hy]
    have back {x a : R} (h : C * c.scale.unit R / unit4 R w * x = a) : x = unit4 R w / (C * c.scale.unit R) * a := by
      rw [← h, ← mul_assoc, div_mul_div_comm _ _ (ne_of_gt CU) (ne_of_gt U4), mul_comm (unit4 R w), div_self (mul_ne_zero (ne_of_gt CU) (ne_of_gt U4)), one_mul]
    refine congr (congrArg _ (sum_congr fun p hp => ?_)) ?_
    · have tk : token (y ++ [q]) p = token y p := token_append (hy.symm ▸ hp)
      unfold weight pathLogit readOff
      rw [tk]
      exact back (term _ p (tk ▸ token_lt valid (hn.symm ▸ Nat.lt_succ_of_lt hp)) (Nat.lt_succ_of_lt hp))
    · have tk : token (y ++ [q]) c.n = q := hy ▸ token_append_last y
      unfold weight pathLogit readOff
      rw [tk]
      exact back (term q c.n hqv (Nat.lt_succ_self _))
where
  cancel (C x y : R) {u v z : R} (hu : u ≠ 0) (hv : v ≠ 0) : C * v / u * (x * y * (u * z / v)) = C * (x * y) * z := by
    have e : C * v / u * (x * y * (u * z / v)) = C * (x * y) * z * (v / v) * (u / u) := by
      show C * v * ExpField.inv u * (x * y * (u * z * ExpField.inv v)) = C * (x * y) * z * (v * ExpField.inv v) * (u * ExpField.inv u)
      ring [C, v, ExpField.inv u, x, y, u, z, ExpField.inv v]
    rw [e, div_self hu, div_self hv, mul_one, mul_one]

end
end Compact
