prelude
import Compact.Transformer.Strategy.NormedQuartic.Queries
/-!
# Quartic for a model with norms: tilted keys

What keys hold for a query and a maximum: the margin there with what the biases of the unembedding add to it.
-/
namespace Compact
namespace Transformer
namespace NormedQuartic

/-! ## Lists -/

section
variable {α β γ δ : Type} (f : α → β → γ → δ)

theorem length_zip3 {n : Nat} {xs : List α} {ys : List β} {zs : List γ} (hx : n ≤ xs.length) (hy : n ≤ ys.length) (hz : n ≤ zs.length) :
    (zip3 f n xs ys zs).length = n := by
  induction n generalizing xs ys zs with
  | zero => rfl
  | succ n ih =>
    match xs, ys, zs, hx, hy, hz with
    | x :: xs, y :: ys, z :: zs, hx, hy, hz =>
      exact congrArg Nat.succ (ih (Nat.le_of_succ_le_succ hx) (Nat.le_of_succ_le_succ hy) (Nat.le_of_succ_le_succ hz))

theorem getD_zip3 {n i : Nat} {xs : List α} {ys : List β} {zs : List γ} (hi : i < n) (hx : i < xs.length) (hy : i < ys.length) (hz : i < zs.length)
    (x : α) (y : β) (z : γ) (d : δ) : (zip3 f n xs ys zs).getD i d = f (xs.getD i x) (ys.getD i y) (zs.getD i z) := by
  induction n generalizing i xs ys zs with
  | zero => exact absurd hi (Nat.not_lt_zero i)
  | succ n ih =>
    match xs, ys, zs, hx, hy, hz with
    | x :: xs, y :: ys, z :: zs, hx, hy, hz =>
      cases i with
      | zero => rfl
      | succ i => exact ih (Nat.lt_of_succ_lt_succ hi) (Nat.lt_of_succ_lt_succ hx) (Nat.lt_of_succ_lt_succ hy) (Nat.lt_of_succ_lt_succ hz)

end

namespace Frame
open NormedBruteForce (Setup)

theorem Key.force_eq {α : Type} (K : Key) (k : Key → α) : K.force k = k K := by
  match K with
  | ⟨row, slack, weight, spread⟩ =>
    show Nat.force row (fun row => Nat.force slack fun slack => k ⟨row, slack, weight, spread⟩) = _
    rw [Nat.force_eq, Nat.force_eq]

theorem forceKeys_eq {α : Type} (Ks : List Key) (k : List Key → α) : forceKeys Ks k = k Ks := by
  induction Ks generalizing k with
  | nil => rfl
  | cons K Ks ih =>
    show K.force (fun K => forceKeys Ks fun Ks => k (K :: Ks)) = _
    rw [Key.force_eq, ih]

theorem forceAllKeys_eq {α : Type} (rows : List (List Key)) (k : List (List Key) → α) : forceAllKeys rows k = k rows := by
  induction rows generalizing k with
  | nil => rfl
  | cons row rows ih =>
    show forceKeys row (fun row => forceAllKeys rows fun rows => k (row :: rows)) = _
    rw [forceKeys_eq, ih]

variable {R : Type} [RootField R] {F : Frame}

/-! ## Biases -/

/-- What is known of the biases, seen from a maximum. -/
structure LeaningHolds (F : Frame) (T : Tensor) (m : Nat) (B : Leaning) : Prop where
  above : B.above = pack F.L F.s.w.model.d_vocab fun t => T.digit 0 t - T.digit 0 m
  below : B.below = pack F.L F.s.w.model.d_vocab fun t => T.digit 0 m - T.digit 0 t
  missing : B.missing = pack F.L F.s.w.model.d_vocab fun t => B.most - (T.digit 0 m - T.digit 0 t)
  le (t t' : Nat) : T.digit 0 t - T.digit 0 t' ≤ B.most

variable (fair : F.Fair)
include fair

theorem Fair.of_withLeaning (T : Tensor) (m : Nat) (k : Leaning → Nat) : ∃ B, F.withLeaning T m k = k B ∧ LeaningHolds F T m B := by
  unfold withLeaning
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
  have packed (g : Nat → Nat) : packList F.L (mapFold g (Ball.table (fun t => T.digit 0 t) F.s.w.model.d_vocab 0)) =
      pack F.L F.s.w.model.d_vocab fun t => g (T.digit 0 t) := by
    rw [packList_eq, length_mapFold, Ball.length_table]
    exact pack_congr F.L fun t ht => by
      rw [getD_mapFold g _ ((Ball.length_table _ _ _).symm ▸ ht) 0, Ball.getD_table_zero _ 0 ht]
  have le (t t' : Nat) : T.digit 0 t - T.digit 0 t' ≤ 2 ^ T.bits :=
    Nat.le_trans (Nat.sub_le _ _) (Nat.le_of_lt (Nat.mod_lt _ (Nat.two_pow_pos _)))
  refine ⟨_, rfl, packed _, packed _, ?_, le⟩
  show 2 ^ T.bits * F.ones - packList F.L _ = _
  rw [packed, fair.ones, mul_ones]
  exact pack_sub F.L fun t _ => le m t

/-! ## A key -/

omit fair in
/-- A lower bound of what a number is worth, times a weight that may be more than it is known to be. -/
theorem weighed {p w r : Nat} {e y : R} (near : Ball.Near (ofNat R p * e - ofNat R w) (ofNat R r)) (e0 : 0 ≤ e) {a b B : Nat}
    (low : ofNat R a - ofNat R b ≤ y) (ha : a ≤ B) (hb : b ≤ B) : ofNat R (w * a) ≤ ofNat R p * e * y + ofNat R (w * b) + ofNat R (r * B) := by
  have size : Ball.Near (ofNat R a - ofNat R b) (ofNat R B) := by
    have a1 := ofNat_le (R := R) ha
    have b1 := ofNat_le (R := R) hb
    have a0 := ofNat_nonneg (R := R) a
    have b0 := ofNat_nonneg (R := R) b
    constructor
    · exact le_of_linear (add_le_add a1 b0) (by ring [ofNat R a, ofNat R b, ofNat R B])
    · exact le_of_linear (add_le_add b1 a0) (by ring [ofNat R a, ofNat R b, ofNat R B])
  have scaled := mul_le_mul_of_nonneg_left low (mul_nonneg (ofNat_nonneg p) e0)
  have ge := (near.mul size).ge
  rw [ofNat_mul, ofNat_mul, ofNat_mul]
  generalize ofNat R p * e = E at *
  exact le_of_linear (add_le_add scaled ge) (by ring [ofNat R a, ofNat R b, ofNat R B, E, y, ofNat R w, ofNat R r])

theorem Fair.of_tiltBy {T : Tensor} (hT : F.s.w.model.b_U = some T) {m : Nat} (hm : m < F.s.w.model.d_vocab) {B : Leaning} (hB : LeaningHolds F T m B)
    {K : Key} {e : R} (e0 : 0 ≤ e) {g : Nat → R} (hK : KeyHolds F K e g) {top : Nat} {σ l : R} (htop : ofNat R F.s.finer * σ ≤ ofNat R top) {ℓ : Ball}
    (hℓ : ℓ.Holds F.s.finer l) (small : (F.tiltBy B K top ℓ).slack ≤ F.most) :
    KeyFor F (F.tiltBy B K top ℓ) e m fun t => g m - g t + (l * upOf R F.s m t - σ * upOf R F.s t m) := by
  have S := fair.setup
  unfold tiltBy at small ⊢
  rw [Nat.force_eq] at small ⊢
  have low : ofNat R ℓ.plus - ofNat R (Nat.add ℓ.minus ℓ.radius) ≤ ofNat R F.s.finer * l := hℓ.ge_low
  generalize Nat.add ℓ.minus ℓ.radius = less at small low ⊢
  cases fits : Nat.ble (Nat.mul (Nat.add top (Nat.add ℓ.plus less)) B.most) F.wide with
  | false =>
    rw [fits] at small
    exact absurd small (Nat.not_succ_le_self _)
  | true =>
    rw [fits] at small
    have fits : (top + (ℓ.plus + less)) * B.most ≤ F.wide := Nat.le_of_ble_eq_true fits
    match hK with
    | ⟨f, row, lanes, _, ⟨weight, near⟩, bound⟩ =>
      -- What a lane is tilted by is small.
      have tilt_le (t : Nat) : top * (T.digit 0 t - T.digit 0 m) + (ℓ.plus * (B.most - (T.digit 0 m - T.digit 0 t)) +
          less * (T.digit 0 m - T.digit 0 t)) ≤ F.wide := by
        refine Nat.le_trans (Nat.add_le_add (Nat.mul_le_mul_left _ (hB.le t m))
          (Nat.add_le_add (Nat.mul_le_mul_left _ (Nat.sub_le _ _)) (Nat.mul_le_mul_left _ (hB.le m t)))) ?_
        rw [← Nat.add_mul, ← Nat.add_mul]
        exact fits
      refine ⟨fun t => f t + K.weight * (top * (T.digit 0 t - T.digit 0 m) + (ℓ.plus * (B.most - (T.digit 0 m - T.digit 0 t)) +
          less * (T.digit 0 m - T.digit 0 t))), ?_, fun t ht => ?_, small, fun t ht => ?_⟩
      · show K.row + K.weight * (top * B.above + (ℓ.plus * B.missing + less * B.below)) = _
        rw [row, hB.above, hB.missing, hB.below, mul_pack, mul_pack, mul_pack, pack_add, pack_add, mul_pack, pack_add]
      · refine Nat.le_trans (Nat.add_le_add (lanes t ht) (Nat.mul_le_mul weight (tilt_le t))) (Nat.le_trans (Nat.le_of_eq ?_)
          (fair.leaning (ne_none hT)))
        rw [← Nat.mul_add, Nat.succ_mul 2]
      · -- What the biases are worth is at least so much, in units of lanes.
        have F0 : (0 : R) < ofNat R F.s.unit := ofNat_pos S.unit_pos
        have units (z : R) (d : Nat) : ofNat R F.s.one * (z * (ofNat R d / ofNat R F.s.unit)) = ofNat R F.s.finer * z * ofNat R d := by
          have c := mul_div_cancel (ne_of_gt F0) (ofNat R d)
          rw [S.one, ofNat_mul]
          generalize ofNat R d / ofNat R F.s.unit = x at c ⊢
          rw [← c]
          ring [ofNat R F.s.unit, ofNat R F.s.finer, z, x]
        have up (a b : Nat) : upOf R F.s a b = ofNat R (T.digit 0 a - T.digit 0 b) / ofNat R F.s.unit := by
          unfold upOf
          rw [hT, S.unit]
        have up_le := mul_le_mul_of_nonneg_right low (ofNat_nonneg (T.digit 0 m - T.digit 0 t))
        have down_le := mul_le_mul_of_nonneg_right htop (ofNat_nonneg (T.digit 0 t - T.digit 0 m))
        have worth : ofNat R (ℓ.plus * B.most) - ofNat R (top * (T.digit 0 t - T.digit 0 m) + (ℓ.plus * (B.most - (T.digit 0 m - T.digit 0 t)) +
            less * (T.digit 0 m - T.digit 0 t))) ≤ ofNat R F.s.one * (l * upOf R F.s m t - σ * upOf R F.s t m) := by
          rw [up, up, mul_sub, units, units, ofNat_add, ofNat_add, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_mul, ofNat_sub (hB.le m t)]
          generalize ofNat R F.s.finer * l = x at *
          generalize ofNat R F.s.finer * σ = y at *
          exact le_of_linear (add_le_add up_le down_le) (by
            ring [x, y, ofNat R ℓ.plus, ofNat R less, ofNat R top, ofNat R B.most, ofNat R (T.digit 0 m - T.digit 0 t), ofNat R (T.digit 0 t - T.digit 0 m)])
        have most_le : ℓ.plus * B.most ≤ F.wide :=
          Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_trans (Nat.le_add_right _ _) (Nat.le_add_left _ _))) fits
        have first := bound m t hm ht
        have second := weighed near e0 worth most_le (tilt_le t)
        show ofNat R (f m + K.weight * (top * (T.digit 0 m - T.digit 0 m) + (ℓ.plus * (B.most - (T.digit 0 m - T.digit 0 m)) +
          less * (T.digit 0 m - T.digit 0 m)))) ≤ _ * (_ * _) + ofNat R (f t + _) + ofNat R (K.slack + K.spread * F.wide)
        rw [Nat.sub_self, Nat.mul_zero, Nat.mul_zero, Nat.sub_zero, Nat.zero_add, Nat.add_zero, ofNat_add (f m), ofNat_add (f t), ofNat_add K.slack]
        generalize ofNat R (K.weight * (top * (T.digit 0 t - T.digit 0 m) + _)) = a at *
        show _ ≤ _ * (_ * (g m - g t + (l * upOf R F.s m t - σ * upOf R F.s t m))) + _ + _
        generalize l * upOf R F.s m t - σ * upOf R F.s t m = z at *
        generalize ofNat R (2 ^ F.s.c.prec) * e = E at *
        exact le_of_linear (add_le_add first second) (by
          ring [ofNat R (f m), ofNat R (f t), ofNat R (K.weight * (ℓ.plus * B.most)), a, z, E, ofNat R F.s.one, g m, g t, ofNat R K.slack,
            ofNat R (K.spread * F.wide)])

/-! ## All keys of a query -/

/-- What the keys of a query hold for a maximum. -/
def PairHolds (R : Type) [RootField R] (F : Frame) (A : Head) (q m : Nat) (others : List (List Key)) (last : Key) : Prop :=
  ∃ M : R, others.length = F.s.w.model.n_ctx - 1 ∧
    (∀ p y, p < F.s.w.model.n_ctx - 1 → y ≤ m →
      KeyFor F ((others.getD p []).getD y Key.none) (exp (keyScore R F.s A q p y - M)) m (marginAt R F.s A q m p y)) ∧
    KeyFor F last (exp (keyScore R F.s A q (F.s.w.model.n_ctx - 1) q - M)) m (marginAt R F.s A q m (F.s.w.model.n_ctx - 1) q)

/-- Without biases the keys are those of the query. -/
theorem Fair.pair_of_none (hU : F.s.w.model.b_U = none) {A : Head} {q m : Nat} (hm : m < F.s.w.model.d_vocab) {others : List (List Key)} {last : Key} {M : R}
    (h : KeysHold R F A q others last M) : PairHolds R F A q m others last := by
  match h with
  | ⟨length, keys, lastHolds⟩ =>
    refine ⟨M, length, fun p y hp hy => ?_, ?_⟩
    · exact fair.key_for ((keys p hp).right y (Nat.lt_of_le_of_lt hy hm)) hm fun t _ => margin_of_none hU A q m p y t
    · exact fair.key_for lastHolds hm fun t _ => margin_of_none hU A q m _ q t

theorem Fair.of_tilt (heps : 0 < F.s.w.eps_num) {T : Tensor} (hT : F.s.w.model.b_U = some T) {A : Head} {q m p y : Nat} (hm : m < F.s.w.model.d_vocab) {B : Leaning}
    (hB : LeaningHolds F T m B) {K : Key} {e : R} (e0 : 0 ≤ e) (hK : KeyHolds F K e (termAt R F.s A q p y)) {r : Reach}
    (hr : ReachHolds R F.s A q p y r) {guide first cross : Ball} (positive : guide.isPositive = true)
    (hguide : guide.Holds (unitOf F.s) (ofNat R (F.s.w.model.d_model * unitOf F.s) * Normed.root R F.s.w (wholeAt R F.s A q 0 m)))
    (hfirst : first.Holds (unitOf F.s * unitOf F.s) (product R F.s (ownAt R F.s q) (outAt R F.s A 0 m)))
    (hcross : cross.Holds (unitOf F.s * unitOf F.s) (product R F.s (outAt R F.s A 0 m) (outAt R F.s A p y)))
    (small : (F.tilt B guide first K r cross).slack ≤ F.most) : KeyFor F (F.tilt B guide first K r cross) e m (marginAt R F.s A q m p y) := by
  have S := fair.setup
  unfold tilt at small ⊢
  rw [Ball.force_eq] at small ⊢
  have V : 0 < unitOf F.s := Nat.mul_pos S.one_pos S.d_model
  have whole := (hr.mixed.add (hfirst.add hcross)).of_eq (inner_add S.d_model (ownAt R F.s q) (outAt R F.s A p y) (outAt R F.s A 0 m)).symm
  have ℓ := hguide.quotient (U := F.s.finer) whole.of_unit V (Or.inl positive)
  have K : (0 : R) < ofNat R (F.s.w.model.d_model * unitOf F.s) := ofNat_pos (Nat.mul_pos S.d_model V)
  refine fair.of_tiltBy hT hm hB e0 hK hr.top (ℓ.of_eq ?_) small
  show _ = Normed.inner R F.s.w (fun i => ownAt R F.s q i + outAt R F.s A p y i) (fun i => ownAt R F.s q i + outAt R F.s A 0 m i) / _
  rw [← mul_assoc, ← ofNat_mul, Nat.mul_comm (unitOf F.s)]
  exact mul_div_mul_left _ (ne_of_gt (Normed.root_pos S.d_model heps S.eps _)) (ne_of_gt K)

omit fair in
theorem of_small {Ks : List Key} (h : F.small Ks = true) {i : Nat} (hi : i < Ks.length) : (Ks.getD i Key.none).slack ≤ F.most := by
  induction Ks generalizing i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons K Ks ih =>
    have h : (Nat.ble K.slack F.most && F.small Ks) = true := h
    cases i with
    | zero => exact Nat.le_of_ble_eq_true (Bool.and_left h)
    | succ i => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hi)

omit fair in
theorem of_allSmall {rows : List (List Key)} (h : fold (fun row ih => F.small row && ih) true rows = true) {p : Nat} (hp : p < rows.length) :
    F.small (rows.getD p []) = true := by
  induction rows generalizing p with
  | nil => exact absurd hp (Nat.not_lt_zero p)
  | cons row rows ih =>
    have h : (F.small row && fold (fun row ih => F.small row && ih) true rows) = true := h
    cases p with
    | zero => exact Bool.and_left h
    | succ p => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hp)

/-- What is counted with the tilted keys of a query. -/
theorem Fair.of_tilted (heps : 0 < F.s.w.eps_num) {T : Tensor} (hT : F.s.w.model.b_U = some T) {A : Head} {q m : Nat} (hq : q ≤ m) (hm : m < F.s.w.model.d_vocab) {B : Leaning}
    (hB : LeaningHolds F T m B) {P : Products} (hP : ProductsHold R F.s A P) {side : Side} (hS : SideHolds R F.s A q side) {others : List (List Key)}
    {last : Key} {M : R} (h : KeysHold R F A q others last M) {k : List (List Key) → Key → Nat} {p : List Nat → Prop}
    (each : ∀ others last, PairHolds R F A q m others last → AtLeast (k others last) p) : AtLeast (F.tilted P B side others last q m k) p := by
  have S := fair.setup
  have n_lt : F.s.w.model.n_ctx - 1 < F.s.w.model.n_ctx := Nat.sub_lt S.n_ctx Nat.one_pos
  have n_le : F.s.w.model.n_ctx - 1 ≤ F.s.w.model.n_ctx := Nat.le_of_lt n_lt
  have hq' : q < F.s.w.model.d_vocab := Nat.lt_of_le_of_lt hq hm
  have hr := hS.reach 0 m S.n_ctx hm
  unfold tilted
  have cut : Nat.sub F.s.w.model.n_ctx 1 = F.s.w.model.n_ctx - 1 := rfl
  rw [Nat.force_eq, Nat.force_eq, cut]
  have e : nth (⟨Ball.zero, Ball.zero, 0⟩ : Reach) (nth [] side.reaches 0) m = (side.reaches.getD 0 []).getD m ⟨Ball.zero, Ball.zero, 0⟩ := by
    rw [nth_eq, nth_eq]
  rw [e]
  generalize (side.reaches.getD 0 []).getD m ⟨Ball.zero, Ball.zero, 0⟩ = r at hr ⊢
  match r, hr with
  | ⟨mixed, root, top⟩, hr =>
    have hguide : (root.scale (F.s.w.model.d_model * unitOf F.s)).Holds (unitOf F.s)
        (ofNat R (F.s.w.model.d_model * unitOf F.s) * Normed.root R F.s.w (wholeAt R F.s A q 0 m)) := hr.root.scale _
    have hfirst := hS.first m hm
    rw [← nth_eq] at hfirst
    show AtLeast (Ball.force (root.scale (F.s.w.model.d_model * unitOf F.s)) _) p
    rw [Ball.force_eq, Ball.force_eq]
    generalize root.scale (F.s.w.model.d_model * unitOf F.s) = guide at hguide ⊢
    generalize nth Ball.zero side.first m = first at hfirst ⊢
    match h with
    | ⟨length, keys, lastHolds⟩ =>
      have cross (p' y : Nat) (hp : p' < F.s.w.model.n_ctx) (hy : y < F.s.w.model.d_vocab) := (hP.cross m p' hm hp).get y hy
      have lastReach := hS.reach (F.s.w.model.n_ctx - 1) q n_lt hq'
      have lastCross := cross (F.s.w.model.n_ctx - 1) q n_lt hq'
      rw [← nth_eq, ← nth_eq] at lastReach
      rw [← nth_eq, ← nth_eq [] (P.cross.getD m [])] at lastCross
      rw [Key.force_eq, forceAllKeys_eq]
      generalize tested : (_ && _) = test
      cases test with
      | false => exact AtLeast.zero
      | true =>
        have positive := Bool.and_left tested
        have lastSmall := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right tested))
        have small := Bool.and_right (Bool.and_right tested)
        rw [nth_eq [] P.cross m] at small lastSmall ⊢
        have crosses := hP.crosses m hm
        have all := length_zip3 (fun keys reaches cross => zip3 (F.tilt B guide first) m.succ keys reaches cross) (Nat.le_of_eq length.symm)
          (Nat.le_trans n_le (Nat.le_of_eq hS.length.symm)) (Nat.le_trans n_le (Nat.le_of_eq crosses.symm))
        refine each _ _ ⟨M, all, fun p' y hp hy => ?_, ?_⟩
        · have hp' := Nat.lt_trans hp n_lt
          have hy' := Nat.lt_of_le_of_lt hy hm
          have row := of_allSmall small (p := p') (all.symm ▸ hp)
          rw [getD_zip3 _ hp (length.symm ▸ hp) (hS.length.symm ▸ hp') (crosses.symm ▸ hp') [] [] [] []] at row ⊢
          have l1 := (keys p' hp).left
          have l2 := hS.row p' hp'
          have l3 := (hP.cross m p' hm hp').length
          have one := of_small row (i := y) ((length_zip3 (F.tilt B guide first) (l1.symm ▸ hm) (l2.symm ▸ hm) (l3.symm ▸ hm)).symm ▸ Nat.lt_succ_of_le hy)
          rw [getD_zip3 _ (Nat.lt_succ_of_le hy) (l1.symm ▸ hy') (l2.symm ▸ hy') (l3.symm ▸ hy') Key.none ⟨Ball.zero, Ball.zero, 0⟩ Ball.zero] at one ⊢
          exact fair.of_tilt heps hT hm hB (exp_nonneg _) ((keys p' hp).right y hy') (hS.reach p' y hp' hy') positive hguide hfirst
            (cross p' y hp' hy') one
        · exact fair.of_tilt heps hT hm hB (exp_nonneg _) lastHolds lastReach positive hguide hfirst lastCross lastSmall

end Frame
end NormedQuartic
end Transformer
end Compact
