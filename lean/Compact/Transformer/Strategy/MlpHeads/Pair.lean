prelude
import Compact.Transformer.Strategy.MlpHeads.Head
/-!
# One head, one query, one maximum
-/
namespace Compact
namespace Transformer
namespace MlpHeads
open HeadsBruteForce (HeadTables)
open MlpQuartic (Env AtMax Setting envOf slope slope_cases lanesFor placesOf placeOf placeOf_lt plainTables blockTables plainRow units Pair rowsAt div_lt_width
  narrow_of_pack rounded)
open MlpBruteForce (neuronRows ranges)

/-- What a head's row in place of the direct path leaves to be made good, and what rounding may cost. -/
noncomputable def boundOf (R : Type) [ExpField R] (L cut loss D m t : Nat) : R :=
  ofNat R (2 ^ cut) * (ofNat R (digit L D m) - ofNat R (digit L D t)) + ofNat R loss

/-- What rounding may cost in one head. -/
noncomputable def lossOf (w : Weights) (M : MLP) (cut : Nat) : Nat := 3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) + 2 * 2 ^ cut

section
variable {R : Type} [ExpField R]

/-- Rounded rows and a row of any numbers. -/
theorem rounded_head {S e : Nat} (hS : 0 < S) {X : R} {d a p d' a' p' : Nat} (h : ofNat R (a + p) ≤ X + ofNat R (a' + p') + ofNat R e) :
    ofNat R S * (ofNat R (d + a / S + p / S) - ofNat R (d' + a' / S + p' / S)) ≤ X + (ofNat R S * (ofNat R d - ofNat R d') + ofNat R (e + 2 * S)) := by
  have low := ofNat_le (R := R) (Nat.add_le_add (rounded S a hS).left (rounded S p hS).left)
  have high := ofNat_le (R := R) (Nat.add_le_add (rounded S a' hS).right (rounded S p' hS).right)
  have two : (ofNat R 2 : R) = 2 := rfl
  rw [ofNat_add, ofNat_add, ofNat_mul, ofNat_mul] at low
  rw [ofNat_add a', ofNat_add _ (S * (p' / S) + S), ofNat_add _ S, ofNat_add _ S, ofNat_mul, ofNat_mul] at high
  rw [ofNat_add, ofNat_add] at h
  rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add, ofNat_add, ofNat_mul 2, two]
  exact le_of_linear (add_le_add (add_le_add low high) h) (by
    ring [ofNat R S, ofNat R (a / S), ofNat R (p / S), ofNat R (a' / S), ofNat R (p' / S), ofNat R e, X, ofNat R a, ofNat R p, ofNat R a', ofNat R p',
      ofNat R d, ofNat R d'])

end

section
variable {w : Weights} {M : MLP} {c : Params} {B l cut blocks i : Nat} {t : Tables} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting (w.solo M i) (M.alone i) c B t.bits l t.n cut t.width blocks head neurons)
include S

/-- **What is known of a head when inputs are counted.** -/
theorem pair_of_head (R : Type) [ExpField R] (hT : t.Describe (plainTables (w.solo M i) B (M.alone i) c)) (hv : t.v = w.d_vocab) {parts X : Nat}
    (n_pos : 1 ≤ t.n) (parts_pos : 0 < parts) (count : (t.v + 1) ^ t.n < X) (slopes : Nat) {q m : Nat} (hm : m < w.d_vocab) (hq : q ≤ m)
    {toks : List Nat} (length : toks.length = m + 1) {op on : Nat → Nat} (tokens : ∀ y, y < m + 1 → ∃ E : Nat → Nat,
      toks.getD y 0 = (pack t.bits w.d_vocab fun j => rowOfToken w B M c slopes i m y E j / 2 ^ cut) ∧
      (∀ j, rowOfToken w B M c slopes i m y E j < 2 ^ (cut + t.width)) ∧
      ∀ p, p < w.n_ctx → (∀ j, j < M.d_mlp → slope slopes j = 0 →
          op j + tokAbove w B M c i y j + posAbove w B M c i p j + 3 - (on j + tokBelow w B M c i y j + posBelow w B M c i p j) ≤ E j) ∧
        ∀ j, j < M.d_mlp → slope slopes j = 1 →
          on j + tokBelow w B M c i y j + posBelow w B M c i p j + 3 - (op j + tokAbove w B M c i y j + posAbove w B M c i p j) ≤ E j)
    {D : Nat} (within : lanesWithin ((2 ^ t.width - 1) * ones t.bits w.d_vocab) D = true) {share : Nat → R}
    (near : ∀ j, j < M.d_mlp → Near (units R (w.solo M i) B (M.alone i) c) (share j) (op j) (on j)) :
    Pair R (fun x => lastToken x = q → Shows R w i q m (ofNat R (2 ^ (2 * w.frac)) * units R (w.solo M i) B (M.alone i) c)
        (headKey R w B M (fun j => ofNat R (slope slopes j)) share (fun j => readAt R w B M i j) i m)
        (boundOf R t.bits cut (lossOf w M cut) D m) x) c.prec
      (altered t (ones t.bits w.d_vocab) (2 ^ (t.bits - 1) * ones t.bits w.d_vocab) toks
        ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).pos
        ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).last)
      (alteredOf (plainTables (w.solo M i) B (M.alone i) c) t.bits w.d_vocab toks
        (((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).pos ++
          [((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).last])) (digit t.bits D) q m D parts X := by
  have hn : w.n_ctx = t.n + 1 := S.ctx
  have bits_pos := S.L_pos
  have width_lt : t.width < t.bits := Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.succ_pos 2)) S.wide
  have positions {p : Nat} (hp : p < t.n + 1) := positions_eq S slopes m hp
  have length_pos := pos_length (w := w) (M := M) (c := c) (l := l) (cut := cut) (i := i) (t := t) (head := head) (neurons := neurons) slopes m
  generalize ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).pos = pos at positions length_pos ⊢
  generalize ((envOf (w.solo M i) (M.alone i) c t l cut head neurons).atMax slopes m).last = last at positions ⊢
  match of_lanesWithin (Nat.le_of_lt width_lt) within with
  | ⟨row, row_lt⟩ =>
    have narrowToks : Narrow t.bits w.d_vocab t.width toks := fun y hy => by
      rw [length] at hy
      match tokens y hy with
      | ⟨E, e, lt, _⟩ => exact narrow_of_pack (Nat.le_of_lt width_lt) e fun j _ => div_lt_width (lt j)
    have narrowPos : Narrow t.bits w.d_vocab t.width (pos ++ [last]) := fun p hp => by
      have hp : p < t.n + 1 := by
        rw [List.length_append, length_pos] at hp
        exact hp
      exact narrow_of_pack (Nat.le_of_lt width_lt) (positions hp) fun j hj => div_lt_width (rowOfPos_lt S slopes p hj)
    have room : 2 * 2 ^ t.width < 2 ^ (t.bits - 1) := by
      rw [Nat.mul_comm, ← Nat.pow_succ]
      exact Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.le_sub_of_add_le S.wide)
    have describe := describe_altered hT bits_pos room (hv.symm ▸ narrowToks) (hv.symm ▸ narrowPos) length_pos
    rw [hv] at describe
    have pow_le : 2 ^ t.width ≤ 2 ^ t.bits := Nat.pow_le_pow_right Nat.two_pos (Nat.le_of_lt width_lt)
    -- What the rows say at a key.
    have at_ {y p j : Nat} {E : Nat → Nat} (hp : p < t.n + 1) (hj : j < w.d_vocab)
        (e : toks.getD y 0 = pack t.bits w.d_vocab fun j => rowOfToken w B M c slopes i m y E j / 2 ^ cut)
        (lt : ∀ j, rowOfToken w B M c slopes i m y E j < 2 ^ (cut + t.width)) :
        rowsAt (withDirect (alteredOf (plainTables (w.solo M i) B (M.alone i) c) t.bits w.d_vocab toks (pos ++ [last])) q (Known.rowList t D)) q y p j =
          digit t.bits D j + rowOfToken w B M c slopes i m y E j / 2 ^ cut + rowOfPos w B M c slopes i p j / 2 ^ cut := by
      have direct : ((withDirect (alteredOf (plainTables (w.solo M i) B (M.alone i) c) t.bits w.d_vocab toks (pos ++ [last])) q
          (Known.rowList t D)).directRow.getD q []).getD j 0 = digit t.bits D j := by
        rw [directRow_withDirect]
        unfold Known.rowList
        rw [hv, getD_unpack _ _ hj]
      have tok : ((withDirect (alteredOf (plainTables (w.solo M i) B (M.alone i) c) t.bits w.d_vocab toks (pos ++ [last])) q
          (Known.rowList t D)).tokenRow.getD y []).getD j 0 = rowOfToken w B M c slopes i m y E j / 2 ^ cut := by
        refine (getD_unpackRows t.bits w.d_vocab toks y hj).trans ?_
        rw [e]
        exact digit_pack _ (fun i _ => Nat.lt_of_lt_of_le (div_lt_width (lt i)) pow_le) hj
      have poss : ((withDirect (alteredOf (plainTables (w.solo M i) B (M.alone i) c) t.bits w.d_vocab toks (pos ++ [last])) q
          (Known.rowList t D)).posRow.getD p []).getD j 0 = rowOfPos w B M c slopes i p j / 2 ^ cut := by
        refine (getD_unpackRows t.bits w.d_vocab (pos ++ [last]) p hj).trans ?_
        rw [positions hp]
        exact digit_pack _ (fun k hk => Nat.lt_of_lt_of_le (div_lt_width (rowOfPos_lt S slopes p hk)) pow_le) hj
      unfold rowsAt
      rw [direct, tok, poss]
    have two_pow : (0 : R) < ofNat R (2 ^ cut) := ofNat_pos (Nat.two_pow_pos _)
    have judges := judges_of_head (R := R) (B := B) (i := i) (M := M) (c := c) (L := t.bits) (n := t.n) (q := q) (m := m) (toks := toks) (poss := pos ++ [last])
      (row := Known.rowList t D) S.head.fit S.head.wellFormed hn
      (key := headKey R w B M (fun j => ofNat R (slope slopes j)) share (fun j => readAt R w B M i j) i m)
      (bound := boundOf R t.bits cut (lossOf w M cut) D m)
      (K := ofNat R (2 ^ (2 * w.frac)) * units R (w.solo M i) B (M.alone i) c) two_pow fun y hy p hp j hj hne => by
        have hp' : p < t.n + 1 := hn ▸ hp
        match tokens y (Nat.lt_succ_of_le hy) with
        | ⟨E, e, lt, left⟩ =>
          rw [at_ hp' hm e lt, at_ hp' hj e lt]
          exact rounded_head (Nat.two_pow_pos cut) (head_sums_le S slopes hm (Nat.lt_of_le_of_lt hy hm) hp hj near (left p hp).left (left p hp).right)
    exact ⟨describe, hv.symm ▸ judges, hv.symm ▸ hm, hq, hv.symm ▸ row, fun j hj => row_lt j (hv ▸ hj), n_pos, parts_pos, width_lt, count,
      Nat.le_of_lt (Nat.lt_of_lt_of_le (Nat.lt_succ_self m) (Nat.le_of_eq length.symm))⟩

end

/-! ## All heads -/

section
variable {R : Type} [ExpField R] {w : Weights} {M : MLP} {c : Params} {B cut L : Nat} {q m : Nat}

/-- **All heads together**: if each shows its bound, and the rows in place of the direct path are enough together, the input is answered correctly. -/
theorem correct_of_heads (F : M.Fit w B) (Fs : ∀ i, i < w.heads.length → (M.alone i).Fit (w.solo M i) B) (hn : 0 < w.n_ctx)
    (hM : w.mlp = some M) (some : 0 < w.heads.length) (two : 2 ≤ w.d_vocab)
    (fit : ∀ i, i < w.heads.length → ((w.solo M i).linear B (M.alone i)).Fit (B + 1) (w.headNo i))
    (fits : ∀ i, i < w.heads.length → ∀ j, j < M.d_mlp →
      ((w.solo M i).reads B (M.alone i) (j / (w.d_vocab - 1) * (w.d_vocab - 1))).Fit (B + 1) (w.headNo i))
    (slopes : Nat) {share : Nat → Nat → R} (shares : ∀ j, j < M.d_mlp → (sum w.heads.length fun i => share i j) = ownAt R w B M q j)
    {U : R} (hU : 0 < U) {x : List Nat} (hlast : token x (w.n_ctx - 1) = q) (hmax : maximum x = m) (hm : m < w.d_vocab) {D : Nat → Nat} {direct : Nat → Nat} {e : Nat}
    (own : ∀ t, t < w.d_vocab → ofNat R (direct m) ≤ U * (EU R (soloHead w B M 0) q m - EU R (soloHead w B M 0) q t +
        sum M.d_mlp fun j => ofNat R (slope slopes j) * coefficient w M m t j * ownAt R w B M q j) + ofNat R (direct t) + ofNat R e)
    (extra : Nat) (covers : w.heads.length * lossOf w M cut + e + 2 ^ cut ≤ 2 ^ cut * extra)
    (enough : ∀ t, t < w.d_vocab → t ≠ m → (total w.heads.length fun i => digit L (D i) m) + direct t / 2 ^ cut + extra ≤
      (total w.heads.length fun i => digit L (D i) t) + direct m / 2 ^ cut)
    (heads : ∀ i, i < w.heads.length → Shows R w i q m U (headKey R w B M (fun j => ofNat R (slope slopes j)) (share i) (fun j => readAt R w B M i j) i m)
      (boundOf R L cut (lossOf w M cut) (D i) m) x) : Correct R maximum w x := by
  have valid := (heads 0 some).valid
  subst hmax
  refine ⟨valid, hm, fun t ht hne => sub_pos.mp (pos_of_mul_pos_left (a := U) ?_ (le_of_lt hU))⟩
  have nonneg (j : Nat) : (0 : R) ≤ ofNat R (slope slopes j) := ofNat_nonneg _
  have le_one (j : Nat) : (ofNat R (slope slopes j) : R) ≤ 1 := by
    have one : (ofNat R 1 : R) = 1 := rfl
    rw [← one]
    exact ofNat_le ((slope_cases slopes j).elim (fun e => e ▸ Nat.zero_le 1) fun e => e ▸ Nat.le_refl 1)
  have margin := margin_ge_heads (R := R) F Fs valid hn hlast hM some fit (α := fun j => ofNat R (slope slopes j)) nonneg le_one
    (own := ownAt R w B M q) (share := share) (u := fun i j => readAt R w B M i j) shares
    (fun j hj => pre_eq_solo F valid hn hlast some two hj fun i hi => fits i hi j hj) hm ht
  refine lt_of_lt_of_le ?_ (mul_le_mul_of_nonneg_left margin (le_of_lt hU))
  have all : 0 < sum w.heads.length fun i => U * average R w x (w.headNo i)
      (headKey R w B M (fun j => ofNat R (slope slopes j)) (share i) (fun j => readAt R w B M i j) i (maximum x) t) +
      boundOf R L cut (lossOf w M cut) (D i) (maximum x) t := sum_pos some fun i hi => (heads i hi).above t ht hne
  unfold boundOf at all
  rw [sum_add, sum_add, ← mul_sum, ← mul_sum, sum_sub, sum_const, ← ofNat_total, ← ofNat_total] at all
  have S_pos := Nat.two_pow_pos cut
  have near := own t ht
  have low := ofNat_le (R := R) (rounded (2 ^ cut) (direct (maximum x)) S_pos).left
  have high := ofNat_le (R := R) (rounded (2 ^ cut) (direct t) S_pos).right
  have rows := mul_le_mul_of_nonneg_left (ofNat_le (R := R) (enough t ht hne)) (ofNat_nonneg (R := R) (2 ^ cut))
  have cover := ofNat_le (R := R) covers
  rw [ofNat_mul] at low
  rw [ofNat_add, ofNat_mul] at high
  rw [ofNat_add, ofNat_add, ofNat_add] at rows
  rw [ofNat_add, ofNat_add, ofNat_mul, ofNat_mul] at cover
  rw [mul_add]
  exact lt_of_linear (add_lt_add_of_lt_of_le all (add_le_add (add_le_add (add_le_add near low) (add_le_add high rows)) cover)) (final _ _ _ _ _ _ _ _ _ _ _ _)
where
  final (Y A S DM DT l dm dt e ms ts X : R) : Y + A + (0 + (dm + S * ms + (dt + S * (DM + ts + X)) + (l + e + S))) =
      0 + (A + (S * (DM - DT) + l) + (Y + dt + e + dm + (S * ts + S + S * (DT + ms)) + S * X)) := by
    ring [Y, A, S, DM, DT, l, dm, dt, e, ms, ts, X]

end
end MlpHeads
end Transformer
end Compact
