prelude
import Compact.Packed.Weighed
import Compact.Packed.Lanewise
import Compact.Packed.Spread
import Compact.Packed.Dot
import Compact.Averaging.Threshold
/-!
# A weighed sum of packed rows, by one product

The lanes of `X` are numbers, each for one row; wanted is the sum of all rows, each times its number.  Row after row that is a product for each
row (`dot`, `weighed`).  Here all rows are one number, `stacked`: of each output a *column*, which has the entry of a row at a place that
counts from the other end as its number's does in `X`.  In the product of `X` with a column the lane in the middle is that column's
sum, and the product with all columns, which lie far enough apart, has the sums of all outputs.  They are cut out by a mask and moved
together by one remainder.
-/
namespace Compact
noncomputable section

/-- Rows at a distance of `T` lanes of `l` bits, from number `j` on, each moved up by what its place lacks to the last of `P`. -/
def stacked (l P : Nat) (place : Nat → Nat) (rows : List Nat) : Nat → Nat :=
  fold (fun row ih j => Nat.add (Nat.shiftLeft row (Nat.mul l (Nat.sub P (Nat.succ (place j))))) (ih (Nat.succ j))) (fun _ => 0) rows

/-- What cuts the sums out of a product: the place of the first, a mask for all, and what moves them together. -/
structure Cutter where
  shift : Nat
  mask : Nat
  modulus : Nat

/-- That of `v` columns of `P` places, `T` lanes of `l` bits apart; sums are moved to lanes of `L` bits. -/
def Cutter.of (l P T L v : Nat) : Cutter :=
  ⟨Nat.mul l (Nat.sub P 1), Nat.mul (Nat.sub (Nat.pow 2 l) 1) (onesOf (Nat.mul l T) v), Nat.sub (Nat.pow 2 (Nat.mul l T)) (Nat.pow 2 L)⟩

/-- Evaluate it, then go on with it. -/
def Cutter.force {α : Type} (C : Cutter) (k : Cutter → α) : α :=
  Nat.force C.shift fun shift => Nat.force C.mask fun mask => Nat.force C.modulus fun modulus => k ⟨shift, mask, modulus⟩

/-- The sums. -/
def Cutter.sum (C : Cutter) (columns X : Nat) : Nat := Nat.mod (Nat.land (Nat.shiftRight (Nat.mul X columns) C.shift) C.mask) C.modulus

end

theorem Cutter.force_eq {α : Type} (C : Cutter) (k : Cutter → α) : C.force k = k C := by
  unfold force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- A column of the numbers `f`, of which number `j` is moved up by `s j` lanes. -/
noncomputable def columnOf (l J : Nat) (s f : Nat → Nat) : Nat := total J fun j => f j * 2 ^ (l * s j)

/-- What `stacked` are. -/
theorem stacked_eq (l P W v : Nat) (place : Nat → Nat) {rows : List Nat} {f : Nat → Nat → Nat}
    (h : ∀ i, i < rows.length → rows.getD i 0 = pack W v (f i)) (j : Nat) :
    stacked l P place rows j = pack W v fun t => columnOf l rows.length (fun i => P - (place (j + i) + 1)) fun i => f i t := by
  induction rows generalizing f j with
  | nil => exact (pack_zero W v).symm
  | cons row rows ih =>
    have first : row = pack W v (f 0) := h 0 (Nat.zero_lt_succ _)
    show row * 2 ^ (l * (P - (place j + 1))) + stacked l P place rows (j + 1) = _
    rw [ih (f := fun i => f (i + 1)) fun i hi => h (i + 1) (Nat.succ_lt_succ hi), first, Nat.mul_comm, mul_pack, pack_add]
    refine pack_congr W fun t _ => Eq.trans ?_ (total_succ' rows.length fun i => f i t * 2 ^ (l * (P - (place (j + i) + 1)))).symm
    rw [Nat.mul_comm]
    refine congrArg (f 0 t * 2 ^ (l * (P - (place j + 1))) + ·) (total_congr fun i _ => ?_)
    show f (i + 1) t * 2 ^ (l * (P - (place (j + 1 + i) + 1))) = _
    rw [Nat.add_assoc, Nat.add_comm 1]

/-- A lane of a number that is moved up. -/
theorem digit_up {l s k : Nat} (X : Nat) (h : s ≤ k) : digit l (X * 2 ^ (l * s)) k = digit l X (k - s) := by
  match Nat.exists_eq_add_of_le h with
  | ⟨d, e⟩ =>
    subst e
    show X * 2 ^ (l * s) / 2 ^ (l * (s + d)) % 2 ^ l = _
    rw [Nat.mul_add, Nat.pow_add, ← Nat.div_div_eq_div_mul, Nat.mul_div_cancel _ (Nat.two_pow_pos _), Nat.add_sub_cancel_left]
    rfl

theorem digit_up_low {l s k : Nat} (X : Nat) (h : k < s) : digit l (X * 2 ^ (l * s)) k = 0 := by
  match Nat.exists_eq_add_of_lt h with
  | ⟨d, e⟩ =>
    have two : X * 2 ^ (l * s) = X * 2 ^ (l * d) * 2 ^ l * 2 ^ (l * k) := by
      rw [e, Nat.mul_assoc, Nat.mul_assoc, ← Nat.pow_add, ← Nat.pow_add]
      refine congrArg (fun n => X * 2 ^ n) ?_
      ring [l, k, d]
    show X * 2 ^ (l * s) / 2 ^ (l * k) % 2 ^ l = 0
    rw [two, Nat.mul_div_cancel _ (Nat.two_pow_pos _), Nat.mul_mod_left]

theorem digit_up_le {l s k w X : Nat} (h : ∀ p, digit l X p ≤ w) : digit l (X * 2 ^ (l * s)) k ≤ w := by
  cases Nat.lt_or_ge k s with
  | inl lt => rw [digit_up_low X lt]; exact Nat.zero_le _
  | inr ge => rw [digit_up X ge]; exact h _

/-- Lanes that lie far apart, moved together. -/
theorem pack_mod_narrow {W L v : Nat} {d : Nat → Nat} (hd : ∀ t, t < v → d t < 2 ^ L) (room : L * v < W) (hv : 0 < v) :
    pack W v d % (2 ^ W - 2 ^ L) = pack L v d := by
  have hL : L ≤ L * v := Nat.le_mul_of_pos_right L hv
  have le : 2 ^ L ≤ 2 ^ W := Nat.pow_le_pow_right Nat.two_pos (Nat.le_of_lt (Nat.lt_of_le_of_lt hL room))
  have key : ∀ n (d : Nat → Nat), ∃ k, pack W n d = pack L n d + (2 ^ W - 2 ^ L) * k := by
    intro n
    induction n with
    | zero => exact fun _ => ⟨0, rfl⟩
    | succ n ih =>
      intro d
      match ih fun j => d (j + 1) with
      | ⟨k, e⟩ =>
        refine ⟨pack L n (fun j => d (j + 1)) + 2 ^ W * k, ?_⟩
        have two : 2 ^ W = 2 ^ L + (2 ^ W - 2 ^ L) := (Nat.add_sub_of_le le).symm
        show d 0 + 2 ^ W * pack W n (fun j => d (j + 1)) = d 0 + 2 ^ L * pack L n (fun j => d (j + 1)) + _
        rw [e, Nat.mul_add]
        have split : 2 ^ W * pack L n (fun j => d (j + 1)) =
            2 ^ L * pack L n (fun j => d (j + 1)) + (2 ^ W - 2 ^ L) * pack L n fun j => d (j + 1) := by
          rw [congrArg (· * pack L n fun j => d (j + 1)) two, Nat.add_mul]
        rw [split, Nat.mul_add, Nat.mul_left_comm (2 ^ W), Nat.add_assoc, Nat.add_assoc]
  have small : pack L v d < 2 ^ W - 2 ^ L := by
    refine Nat.lt_of_lt_of_le (pack_lt L hd) (Nat.le_sub_of_add_le ?_)
    refine Nat.le_trans (Nat.add_le_add_left (Nat.pow_le_pow_right Nat.two_pos hL) _) ?_
    rw [← Nat.mul_two, ← Nat.pow_succ]
    exact Nat.pow_le_pow_right Nat.two_pos room
  match key v d with
  | ⟨k, e⟩ => rw [e, Nat.add_mul_mod_self_left, Nat.mod_eq_of_lt small]

section
variable {l P T L v J w X : Nat} {place : Nat → Nat} {f : Nat → Nat → Nat}

/-- The product with a column, in lanes. -/
theorem mul_columnOf (hX : X < 2 ^ (l * P)) (hs : 2 * P ≤ T) {s g : Nat → Nat} (hle : ∀ j, j < J → s j ≤ P) :
    X * columnOf l J s g = pack l T fun k => total J fun j => g j * digit l (X * 2 ^ (l * s j)) k := by
  rw [pack_total]
  unfold columnOf
  rw [← total_mul]
  refine total_congr fun j hj => ?_
  have lt : X * 2 ^ (l * s j) < 2 ^ (l * T) := by
    refine Nat.lt_of_lt_of_le (Nat.mul_lt_mul_of_pos_right hX (Nat.two_pow_pos _)) ?_
    rw [← Nat.pow_add, ← Nat.mul_add]
    refine Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_left l (Nat.le_trans (Nat.add_le_add_left (hle j hj) P) ?_))
    rw [← Nat.two_mul]
    exact hs
  rw [← mul_pack, pack_digit lt, Nat.mul_left_comm]

/-- **The sums**, in lanes of `L` bits. -/
theorem Cutter.sum_eq (hX : X < 2 ^ (l * P)) (hw : ∀ p, digit l X p ≤ w) (hs : 2 * P ≤ T) (hlL : l ≤ L) (room : L * v < l * T)
    (hv : 0 < v) (hP : ∀ j, j < J → place j < P) (hf : ∀ t, t < v → w * total J (fun j => f j t) < 2 ^ l) {C : Nat}
    (hC : C = pack (l * T) v fun t => columnOf l J (fun j => P - (place j + 1)) fun j => f j t) :
    (Cutter.of l P T L v).sum C X = pack L v fun t => total J fun j => digit l X (place j) * f j t := by
  have le (j : Nat) (_ : j < J) : P - (place j + 1) ≤ P := Nat.sub_le _ _
  have lanes (t : Nat) := mul_columnOf (l := l) (T := T) (J := J) (g := fun j => f j t) hX hs le
  have lane_lt {t : Nat} (ht : t < v) (k : Nat) : (total J fun j => f j t * digit l (X * 2 ^ (l * (P - (place j + 1)))) k) < 2 ^ l := by
    refine Nat.lt_of_le_of_lt ?_ (hf t ht)
    rw [← total_mul]
    refine total_le_total fun j _ => ?_
    rw [Nat.mul_comm]
    exact Nat.mul_le_mul_right _ (digit_up_le hw)
  have product_lt {t : Nat} (ht : t < v) : X * columnOf l J (fun j => P - (place j + 1)) (fun j => f j t) < 2 ^ (l * T) := by
    rw [lanes t]
    exact pack_lt l fun k _ => lane_lt ht k
  have digits {t : Nat} (ht : t < v) : X * columnOf l J (fun j => P - (place j + 1)) (fun j => f j t) / 2 ^ (l * (P - 1)) % 2 ^ l =
      total J fun j => digit l X (place j) * f j t := by
    cases Nat.eq_zero_or_pos J with
    | inl e =>
      subst e
      exact (congrArg (· / 2 ^ (l * (P - 1)) % 2 ^ l) (Nat.mul_zero X)).trans ((congrArg (· % 2 ^ l) (Nat.zero_div _)).trans (Nat.zero_mod _))
    | inr pos =>
      have P_pos : 0 < P := Nat.lt_of_le_of_lt (Nat.zero_le _) (hP 0 pos)
      have inside : P - 1 < T := Nat.lt_of_lt_of_le (Nat.sub_lt P_pos Nat.one_pos) (Nat.le_trans (Nat.le_mul_of_pos_left P Nat.two_pos) hs)
      refine ((congrArg (fun N => digit l N (P - 1)) (lanes t)).trans (digit_pack l (fun k _ => lane_lt ht k) inside)).trans ?_
      refine total_congr fun j hj => ?_
      have up : P - (place j + 1) ≤ P - 1 := Nat.sub_le_sub_left (Nat.le_add_left 1 _) P
      rw [digit_up X up, Nat.mul_comm]
      refine congrArg (fun p => digit l X p * f j t) ?_
      have e : P = place j + 1 + (P - (place j + 1)) := (Nat.add_sub_of_le (hP j hj)).symm
      generalize P - (place j + 1) = d at e
      rw [e, Nat.add_right_comm, Nat.add_sub_cancel, Nat.add_sub_cancel]
  have hlT : 0 < l * T := Nat.lt_of_le_of_lt (Nat.zero_le _) room
  have fits : l + l * (P - 1) ≤ l * T := by
    rw [Nat.add_comm, ← Nat.mul_succ]
    refine Nat.mul_le_mul_left l ?_
    cases Nat.eq_zero_or_pos P with
    | inl e =>
      subst e
      exact Nat.pos_of_mul_pos_left hlT
    | inr pos =>
      rw [Nat.succ_eq_add_one, Nat.sub_add_cancel pos]
      exact Nat.le_trans (Nat.le_mul_of_pos_left P Nat.two_pos) hs
  show Nat.land (X * C / 2 ^ (l * (P - 1))) ((2 ^ l - 1) * onesOf (l * T) v) % (2 ^ (l * T) - 2 ^ L) = _
  rw [onesOf_eq hlT, hC, mul_pack]
  have cut := lanesShift_pack (k := l) (s := l * (P - 1)) fits fun t ht => product_lt ht
  refine (congrArg (· % (2 ^ (l * T) - 2 ^ L)) (cut.trans (pack_congr _ fun t ht => digits ht))).trans ?_
  refine pack_mod_narrow (fun t ht => ?_) room hv
  rw [← digits ht]
  exact Nat.lt_of_lt_of_le (Nat.mod_lt _ (Nat.two_pow_pos l)) (Nat.pow_le_pow_right Nat.two_pos hlL)

end

/-! ## Columns, lane by lane -/

/-- The number at the lane `k`. -/
noncomputable def laneAt (J : Nat) (s f : Nat → Nat) (k : Nat) : Nat := total J fun j => if k = s j then f j else 0

section
variable {l T J v : Nat} {s : Nat → Nat}

theorem columnOf_eq_pack {f : Nat → Nat} (hs : ∀ j, j < J → s j < T) : columnOf l J s f = pack l T (laneAt J s f) := by
  unfold laneAt columnOf
  rw [pack_total]
  exact total_congr fun j hj => (pack_single l (f j) (hs j hj)).symm

/-- Where lanes differ, at most one number stands in each. -/
theorem laneAt_cases (inj : ∀ i j, i < J → j < J → s i = s j → i = j) (k : Nat) :
    (∀ f : Nat → Nat, laneAt J s f k = 0) ∨ ∃ j, j < J ∧ ∀ f : Nat → Nat, laneAt J s f k = f j := by
  induction J with
  | zero => exact Or.inl fun _ => rfl
  | succ J ih =>
    have before := ih fun i j hi hj => inj i j (Nat.lt_succ_of_lt hi) (Nat.lt_succ_of_lt hj)
    by_cases e : k = s J
    case neg =>
      have last (f : Nat → Nat) : laneAt (J + 1) s f k = laneAt J s f k := (congrArg (laneAt J s f k + ·) (ite_eq_right e)).trans (Nat.add_zero _)
      exact before.elim (fun h => Or.inl fun f => (last f).trans (h f)) fun ⟨j, hj, h⟩ => Or.inr ⟨j, Nat.lt_succ_of_lt hj, fun f => (last f).trans (h f)⟩
    case pos =>
      refine Or.inr ⟨J, Nat.lt_succ_self J, fun f => ?_⟩
      have zero : laneAt J s f k = 0 := by
        refine (total_congr fun j hj => ite_eq_right fun h => ?_).trans (total_const J 0)
        exact Nat.lt_irrefl J (inj j J (Nat.lt_succ_of_lt hj) (Nat.lt_succ_self J) (h.symm.trans e) ▸ hj)
      show laneAt J s f k + (if k = s J then f J else 0) = f J
      rw [zero, ite_eq_left e, Nat.zero_add]

/-- Rows of lanes, all in one. -/
theorem pack_rows (l T : Nat) (v : Nat) (f : Nat → Nat → Nat) (hT : 0 < T) :
    (pack (l * T) v fun t => pack l T (f t)) = pack l (T * v) fun i => f (i / T) (i % T) := by
  induction v with
  | zero => rfl
  | succ v ih =>
    rw [pack_snoc, ih, Nat.mul_succ, pack_append, ← Nat.mul_assoc]
    refine congrArg (_ + · * 2 ^ (l * T * v)) (pack_congr l fun k hk => ?_)
    rw [Nat.mul_add_div hT, Nat.div_eq_of_lt hk, Nat.add_zero, Nat.mul_add_mod, Nat.mod_eq_of_lt hk]

/-- **The greater of each column and the column `m`.** -/
theorem lanesMax_columns {f : Nat → Nat → Nat} (hl : 0 < l) (hT : 0 < T) (hs : ∀ j, j < J → s j < T)
    (inj : ∀ i j, i < J → j < J → s i = s j → i = j) (hf : ∀ j t, j < J → f j t < 2 ^ (l - 1)) {m : Nat} (hm : m < v) {C : Nat}
    (hC : C = pack (l * T) v fun t => columnOf l J s fun j => f j t) :
    lanesMax (2 ^ (l - 1) * onesOf l (T * v)) (l - 1) C (readLane (l * T) C m * onesOf (l * T) v) =
      pack (l * T) v fun t => columnOf l J s fun j => f j m + (f j t - f j m) := by
  have lane_lt (t k : Nat) : laneAt J s (fun j => f j t) k < 2 ^ (l - 1) := (laneAt_cases inj k).elim
    (fun h => (h _).symm ▸ Nat.two_pow_pos _) fun ⟨j, hj, h⟩ => (h _).symm ▸ hf j t hj
  have wide {x : Nat} (h : x < 2 ^ (l - 1)) : x < 2 ^ l := Nat.lt_of_lt_of_le h (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))
  have column (t : Nat) : (columnOf l J s fun j => f j t) = pack l T (laneAt J s fun j => f j t) := columnOf_eq_pack hs
  have read : readLane (l * T) C m = pack l T (laneAt J s fun j => f j m) := by
    rw [hC]
    refine (digit_pack (l * T) (fun t _ => ?_) hm).trans (column m)
    rw [column t]
    exact pack_lt l fun k _ => wide (lane_lt t k)
  have lanes : C = pack l (T * v) fun i => laneAt J s (fun j => f j (i / T)) (i % T) := by
    rw [hC, ← pack_rows l T v (fun t => laneAt J s fun j => f j t) hT]
    exact pack_congr _ fun t _ => column t
  have copies : readLane (l * T) C m * onesOf (l * T) v = pack l (T * v) fun i => laneAt J s (fun j => f j m) (i % T) := by
    rw [read, onesOf_eq (Nat.mul_pos hl hT), mul_ones, ← pack_rows l T v (fun _ => laneAt J s fun j => f j m) hT]
  rw [copies, lanes, onesOf_eq hl, lanesMax_pack hl (fun i _ => lane_lt _ _) fun i _ => lane_lt _ _,
    ← pack_rows l T v (fun t k => laneAt J s (fun j => f j m) k + (laneAt J s (fun j => f j t) k - laneAt J s (fun j => f j m) k)) hT]
  refine pack_congr _ fun t _ => ?_
  rw [columnOf_eq_pack hs]
  refine pack_congr l fun k _ => (laneAt_cases inj k).elim (fun h => ?_) fun ⟨j, _, h⟩ => ?_
  · rw [h, h, h]
  · rw [h, h, h]

end
end Compact
