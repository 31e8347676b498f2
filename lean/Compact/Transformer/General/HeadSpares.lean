prelude
import Compact.Packed.Lanes
import Compact.Transformer.General.HeadPair
/-!
# What the comparisons of one head show

`Known.spares`: in the sense of the mixture lemma, what the maximum's positions and the query can spare, and how much of it
each token takes.
-/
namespace Compact
namespace Transformer

/-- The lanes of what can be lost: `a` in all but one. -/
def lossAt (a m j : Nat) : Nat := if j = m then 0 else a

theorem pack_lossAt (L a : Nat) {v m : Nat} (hm : m < v) :
    a * (ones L v - Nat.shiftLeft 1 (L * m)) = pack L v (lossAt a m) := by
  have single : Nat.shiftLeft 1 (L * m) = pack L v fun j => if j = m then 1 else 0 := by
    rw [pack_single L 1 hm, Nat.one_mul]
    exact Nat.one_mul _
  unfold ones
  rw [single, pack_sub L fun j _ => ?_, mul_pack]
  · refine pack_congr L fun j _ => ?_
    unfold lossAt
    by_cases e : j = m
    case pos => rw [ite_eq_left e, ite_eq_left e, Nat.sub_self, Nat.mul_zero]
    case neg => rw [ite_eq_right e, ite_eq_right e, Nat.sub_zero, Nat.mul_one]
  · by_cases e : j = m
    case pos => rw [ite_eq_left e]; exact Nat.le_refl 1
    case neg => rw [ite_eq_right e]; exact Nat.zero_le 1

section
variable {t : Tables} {T : Enclosure} {X d : Nat → Nat} {q m D SL : Nat}

/-- What is lost over the output `j`, before it is compared with what is there. -/
def rowAt (t : Tables) (T : Enclosure) (X d : Nat → Nat) (q m SL U j : Nat) : Nat :=
  U * T.tokenLo q m * pathOf T X d m j + T.tokenLo q q * T.posLo q t.n * ownOf t T d q j + lossAt (SL + 1) m j

/-- What is there. -/
def topAt (t : Tables) (T : Enclosure) (X d : Nat → Nat) (q m U : Nat) : Nat :=
  U * T.tokenLo q m * pathOf T X d m m + T.tokenLo q q * T.posLo q t.n * ownOf t T d q m

namespace Known
variable (h : Known t T X d q m D SL)
include h

theorem row_eq (U : Nat) : (HeadPair.of t q m D).row U = pack t.bits t.v (rowAt t T X d q m SL U) := by
  show U * (HeadPair.of t q m D).max * (HeadPair.of t q m D).maxRow + (HeadPair.of t q m D).own * (HeadPair.of t q m D).ownRow +
    (HeadPair.of t q m D).loss * (ones t.bits t.v - Nat.shiftLeft 1 (t.bits * m)) = _
  rw [h.max_eq, h.own_eq, h.maxRow_eq, h.ownRow_eq, h.loss_eq, pack_lossAt _ _ h.m_lt, mul_pack, mul_pack, pack_add, pack_add]
  rfl

/-- Lanes hold all numbers. -/
structure Room (t : Tables) (T : Enclosure) (q SL parts whole : Nat) : Prop where
  all : (parts + 1) * (T.mass q t.n * 2 ^ t.prec * (4 * 2 ^ t.width) + T.tokenLo q q * T.posLo q t.n * (4 * 2 ^ t.width) + (SL + 1)) +
    (whole + 1) * 2 ^ t.prec * (4 * 2 ^ t.width) < 2 ^ (t.bits - 1)

theorem room_of {parts whole : Nat} (hr : (HeadPair.of t q m D).roomy t parts (T.mass q t.n) whole = true) :
    Room t T q SL parts whole := by
  unfold HeadPair.roomy at hr
  rw [Nat.force_eq] at hr
  have hr := Nat.le_of_ble_eq_true hr
  rw [h.own_eq, h.loss_eq] at hr
  exact ⟨hr⟩

section
variable {parts whole : Nat} (room : Room t T q SL parts whole)
include room

omit h in
theorem bits_pos : 0 < t.bits := by
  cases Nat.eq_zero_or_pos t.bits with
  | inr h => exact h
  | inl e =>
    have h := room.all
    rw [e] at h
    have one : 1 ≤ (whole + 1) * 2 ^ t.prec * (4 * 2 ^ t.width) :=
      Nat.mul_pos (Nat.mul_pos (Nat.succ_pos _) (Nat.two_pow_pos _)) (Nat.mul_pos (Nat.succ_pos 3) (Nat.two_pow_pos _))
    exact absurd (Nat.lt_of_le_of_lt (Nat.le_trans one (Nat.le_add_left _ _)) h) (Nat.lt_irrefl 1)

/-- One path fits. -/
theorem path_lt (k : Nat) {j : Nat} (hj : j < t.v) : pathOf T X d k j < 2 ^ (t.bits - 1) := by
  refine Nat.lt_of_le_of_lt (Nat.le_trans (h.path_le k hj) ?_) room.all
  refine Nat.le_trans ?_ (Nat.le_add_left _ _)
  exact Nat.le_mul_of_pos_left _ (Nat.mul_pos (Nat.succ_pos _) (Nat.two_pow_pos _))

omit room in
theorem row_le_sum {U j : Nat} (hU : U ≤ T.mass q t.n) (hj : j < t.v) : rowAt t T X d q m SL U j ≤
    T.mass q t.n * 2 ^ t.prec * (4 * 2 ^ t.width) + T.tokenLo q q * T.posLo q t.n * (4 * 2 ^ t.width) + (SL + 1) := by
  refine Nat.add_le_add (Nat.add_le_add ?_ (Nat.mul_le_mul_left _ (h.ownOf_le hj))) ?_
  · exact Nat.mul_le_mul (Nat.mul_le_mul hU (h.describe.tokenLo_le q m h.q_lt h.m_lt)) (h.path_le m hj)
  · unfold lossAt
    by_cases e : j = m
    case pos => rw [ite_eq_left e]; exact Nat.zero_le _
    case neg => rw [ite_eq_right e]; exact Nat.le_refl _

omit room in
theorem top_le_sum {U : Nat} (hU : U ≤ T.mass q t.n) : topAt t T X d q m U ≤
    T.mass q t.n * 2 ^ t.prec * (4 * 2 ^ t.width) + T.tokenLo q q * T.posLo q t.n * (4 * 2 ^ t.width) + (SL + 1) :=
  Nat.le_trans (Nat.add_le_add (Nat.mul_le_mul (Nat.mul_le_mul hU (h.describe.tokenLo_le q m h.q_lt h.m_lt)) (h.path_le m h.m_lt))
    (Nat.mul_le_mul_left _ (h.ownOf_le h.m_lt))) (Nat.le_add_right _ _)

omit h in
/-- A token's lane fits, at a level of at most all parts. -/
theorem sum_lt {l a e r s : Nat} (hl : l ≤ parts) (ha : a ≤ s) (hs : s = T.mass q t.n * 2 ^ t.prec * (4 * 2 ^ t.width) +
    T.tokenLo q q * T.posLo q t.n * (4 * 2 ^ t.width) + (SL + 1)) (he : e ≤ 2 ^ t.prec) (hr : r ≤ 4 * 2 ^ t.width) :
    l * a + whole * e * r < 2 ^ (t.bits - 1) := by
  refine Nat.lt_of_le_of_lt ?_ room.all
  rw [← hs]
  refine Nat.add_le_add (Nat.mul_le_mul (Nat.le_succ_of_le hl) ha) (Nat.mul_le_mul (Nat.mul_le_mul (Nat.le_succ _) he) hr)

/-- What `leads` shows. -/
theorem of_leads (hl : (HeadPair.of t q m D).leads (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) = true) {j : Nat}
    (hj : j < t.v) : pathOf T X d m j ≤ pathOf T X d m m := by
  have top : (HeadPair.of t q m D).maxTop = pathOf T X d m m := by
    show readLane t.bits (HeadPair.of t q m D).maxRow m = _
    rw [h.maxRow_eq]
    exact digit_pack _ (fun j hj => Nat.lt_of_lt_of_le (h.path_lt room m hj)
      (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))) h.m_lt
  unfold HeadPair.leads at hl
  rw [h.maxRow_eq, top] at hl
  have e : Nat.mul (pathOf T X d m m) (ones t.bits t.v) = pack t.bits t.v fun _ => pathOf T X d m m := (pack_const _ _ _).symm
  rw [e] at hl
  exact of_lanesLe (bits_pos room) (fun j hj => Nat.le_of_lt (h.path_lt room m hj)) (fun _ _ => h.path_lt room m h.m_lt) hl hj

theorem top_eq (U : Nat) : (HeadPair.of t q m D).top U = topAt t T X d q m U := by
  have lane {x : Nat} (hx : x < 2 ^ (t.bits - 1)) : x < 2 ^ t.bits :=
    Nat.lt_of_lt_of_le hx (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))
  have own : (HeadPair.of t q m D).ownTop = ownOf t T d q m := by
    show readLane t.bits (HeadPair.of t q m D).ownRow m = _
    rw [h.ownRow_eq]
    refine digit_pack _ (fun j hj => lane (Nat.lt_of_le_of_lt (Nat.le_trans (h.ownOf_le hj) ?_) room.all)) h.m_lt
    refine Nat.le_trans ?_ (Nat.le_add_left _ _)
    exact Nat.le_mul_of_pos_left _ (Nat.mul_pos (Nat.succ_pos _) (Nat.two_pow_pos _))
  have top : (HeadPair.of t q m D).maxTop = pathOf T X d m m := by
    show readLane t.bits (HeadPair.of t q m D).maxRow m = _
    rw [h.maxRow_eq]
    exact digit_pack _ (fun j hj => lane (h.path_lt room m hj)) h.m_lt
  show U * (HeadPair.of t q m D).max * (HeadPair.of t q m D).maxTop + (HeadPair.of t q m D).own * (HeadPair.of t q m D).ownTop = _
  rw [h.max_eq, h.own_eq, own, top]
  rfl

/-- What `spares` shows. -/
theorem of_spares {U : Nat} (hU : U ≤ T.mass q t.n) (hs : Transformer.spares (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v)
    ((HeadPair.of t q m D).top U) ((HeadPair.of t q m D).row U) = true) {j : Nat} (hj : j < t.v) :
    rowAt t T X d q m SL U j ≤ topAt t T X d q m U := by
  unfold Transformer.spares at hs
  rw [h.row_eq, h.top_eq room] at hs
  have e : Nat.mul (topAt t T X d q m U) (ones t.bits t.v) = pack t.bits t.v fun _ => topAt t T X d q m U := (pack_const _ _ _).symm
  rw [e] at hs
  have lt {x : Nat} (hx : x ≤ T.mass q t.n * 2 ^ t.prec * (4 * 2 ^ t.width) + T.tokenLo q q * T.posLo q t.n * (4 * 2 ^ t.width) +
      (SL + 1)) : x < 2 ^ (t.bits - 1) :=
    Nat.lt_of_le_of_lt (Nat.le_trans hx (Nat.le_trans (Nat.le_mul_of_pos_left _ (Nat.succ_pos parts)) (Nat.le_add_right _ _))) room.all
  exact of_lanesLe (bits_pos room) (fun j hj => Nat.le_of_lt (lt (h.row_le_sum hU hj)))
    (fun _ _ => lt (h.top_le_sum hU)) hs hj

/-- What `takes` shows. -/
theorem of_takes {U l s : Nat} (hU : U ≤ T.mass q t.n) (hl : l ≤ parts) (hs : s < t.v)
    (ht : takes (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) ((HeadPair.of t q m D).top U) ((HeadPair.of t q m D).row U)
      whole l (readLane t.bits (HeadPair.of t q m D).tokens s) (tokenRow t (HeadPair.of t q m D) s)
      (readLane t.bits (tokenRow t (HeadPair.of t q m D) s) m) = true) {j : Nat} (hj : j < t.v) :
    l * rowAt t T X d q m SL U j + whole * T.tokenLo q s * pathOf T X d s j ≤
      l * topAt t T X d q m U + whole * T.tokenLo q s * pathOf T X d s m := by
  have lane : readLane t.bits (tokenRow t (HeadPair.of t q m D) s) m = pathOf T X d s m := by
    rw [h.tokenRow_eq hs]
    exact digit_pack _ (fun j hj => Nat.lt_of_lt_of_le (h.path_lt room s hj)
      (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))) h.m_lt
  unfold takes at ht
  rw [Nat.force_eq, lane, h.factor_eq hs, h.tokenRow_eq hs, h.row_eq, h.top_eq room] at ht
  have he := h.describe.tokenLo_le q s h.q_lt hs
  have left : Nat.add (Nat.mul l (pack t.bits t.v (rowAt t T X d q m SL U))) (Nat.mul (Nat.mul whole (T.tokenLo q s))
      (pack t.bits t.v (pathOf T X d s))) =
      pack t.bits t.v fun j => l * rowAt t T X d q m SL U j + whole * T.tokenLo q s * pathOf T X d s j := by
    show l * _ + whole * T.tokenLo q s * _ = _
    rw [mul_pack, mul_pack, pack_add]
  have right : Nat.mul (Nat.add (Nat.mul l (topAt t T X d q m U)) (Nat.mul (Nat.mul whole (T.tokenLo q s)) (pathOf T X d s m)))
      (ones t.bits t.v) = pack t.bits t.v fun _ => l * topAt t T X d q m U + whole * T.tokenLo q s * pathOf T X d s m :=
    (pack_const _ _ _).symm
  rw [left, right] at ht
  exact of_lanesLe (bits_pos room)
    (fun j hj => Nat.le_of_lt (sum_lt room hl (h.row_le_sum hU hj) rfl he (h.path_le s hj)))
    (fun _ _ => sum_lt room hl (h.top_le_sum hU) rfl he (h.path_le s h.m_lt)) ht hj

end

/-! ## Spares -/

/-- The row as a list, for the tables. -/
noncomputable def rowList (t : Tables) (D : Nat) : List Nat := unpack t.bits t.v D

theorem getD_rowList (small : t.width < t.bits) {j : Nat} (hj : j < t.v) : (rowList t D).getD j 0 = d j := by
  unfold rowList
  rw [getD_unpack _ _ hj, h.row]
  exact digit_pack _ (fun j hj => Nat.lt_of_le_of_lt (h.row_le j hj) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) small)) hj

theorem rowList_le (small : t.width < t.bits) (j : Nat) : (rowList t D).getD j 0 ≤ 2 ^ t.width := by
  cases Nat.lt_or_ge j t.v with
  | inl hj => rw [h.getD_rowList small hj]; exact h.row_le j hj
  | inr hj =>
    rw [List.getD_eq_default 0 (by unfold rowList; rw [length_unpack]; exact hj)]
    exact Nat.zero_le _

theorem path_withDirect (small : t.width < t.bits) (k : Nat) {j : Nat} (hj : j < t.v) :
    (withDirect T q (rowList t D)).path X q k j = pathOf T X d k j := by
  show ((withDirect T q (rowList t D)).directRow.getD q []).getD j 0 + T.token k j + X j = _
  rw [directRow_withDirect, h.getD_rowList small hj]
  rfl

theorem lane_withDirect (small : t.width < t.bits) {j : Nat} (hj : j < t.v) :
    (withDirect T q (rowList t D)).lane q q t.n j = ownOf t T d q j := by
  show ((withDirect T q (rowList t D)).directRow.getD q []).getD j 0 + T.token q j + T.pos t.n j = _
  rw [directRow_withDirect, h.getD_rowList small hj]
  rfl

variable {R : Type} [ExpField R]

theorem share_eq (small : t.width < t.bits) (k : Nat) {j : Nat} (hj : j < t.v) :
    share R (withDirect T q (rowList t D)) X q m j k =
      ofNat R (T.tokenLo q k * pathOf T X d k m) - ofNat R (T.tokenLo q k * pathOf T X d k j) := by
  show ofNat R (T.tokenLo q k * _) - ofNat R (T.tokenLo q k * _) = _
  rw [h.path_withDirect small k h.m_lt, h.path_withDirect small k hj]

theorem queryShare_eq (small : t.width < t.bits) {j : Nat} (hj : j < t.v) :
    queryShare R (withDirect T q (rowList t D)) t.n q m SL j =
      ofNat R (T.tokenLo q q * T.posLo q t.n * ownOf t T d q m) - ofNat R (T.tokenLo q q * T.posLo q t.n * ownOf t T d q j) -
        ofNat R SL := by
  show ofNat R (T.tokenLo q q * T.posLo q t.n * _) - ofNat R (T.tokenLo q q * T.posLo q t.n * _) - ofNat R SL = _
  rw [h.lane_withDirect small h.m_lt, h.lane_withDirect small hj]

/-- What is spared with the weight `U` is one more than what the rows say. -/
theorem spared_eq (small : t.width < t.bits) (U : Nat) {j : Nat} (hj : j < t.v) (hne : j ≠ m) :
    spared R (withDirect T q (rowList t D)) X t.n q m SL U j =
      ofNat R (topAt t T X d q m U) - ofNat R (rowAt t T X d q m SL U j) + 1 := by
  unfold spared
  rw [h.share_eq small m hj, h.queryShare_eq small hj]
  unfold topAt rowAt lossAt
  rw [ite_eq_right hne, ofNat_add, ofNat_add, ofNat_add, ofNat_add, Nat.mul_assoc U, Nat.mul_assoc U, ofNat_mul U, ofNat_mul U]
  have one : (ofNat R 1 : R) = 1 := rfl
  rw [one]
  exact regroup _ _ _ _ _ _
where
  regroup (u a a' b b' s : R) : u * (a - a') + (b - b' - s) = u * a + b - (u * a' + b' + (s + 1)) + 1 := by
    ring [u, a, a', b, b', s]

/-- A weight that is no more than that of some positions is no more than that of all. -/
theorem mass_le {c U : Nat} (hU : U ≤ t.entry t.low q (t.n - c)) : U ≤ T.mass q t.n := by
  have low := h.describe.weights q (t.n - c) h.q_lt (Nat.sub_le _ _)
  match low.high with
  | ⟨_, e⟩ => exact Nat.le_trans hU (Nat.le_trans low.low_le_high (e ▸ highMass_le _ _ _ _))

/-- What is known of the class with `c` other tokens, if in this head no token takes more than its level, where the positions with the
maximum are taken to weigh no more than they do. -/
theorem spares_of_le {parts c U : Nat} (small : t.width < t.bits) (hn : 1 ≤ t.n) (hparts : 0 < parts)
    (hU : U ≤ t.entry t.low q (t.n - c))
    (room : Room t T q SL parts (t.entry t.high q 1 * parts)) (leads : (HeadPair.of t q m D).leads
      (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) = true)
    (enough : Transformer.spares (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) ((HeadPair.of t q m D).top U)
      ((HeadPair.of t q m D).row U) = true) {tokens : List Nat} {level : Nat → Nat}
    (each : ∀ s, s ∈ tokens → ∀ j, j < t.v →
      level s * rowAt t T X d q m SL U j + t.entry t.high q 1 * parts * T.tokenLo q s * pathOf T X d s j ≤
        level s * topAt t T X d q m U + t.entry t.high q 1 * parts * T.tokenLo q s * pathOf T X d s m) :
    Spares R (withDirect T q (rowList t D)) X t.v t.n SL q m c (t.entry t.high q 1) parts tokens level := by
  have low := (h.describe.weights q (t.n - c) h.q_lt (Nat.sub_le _ _))
  have mass_le := h.mass_le hU
  have nonneg {j : Nat} (hj : j < t.v) : 0 ≤ share R (withDirect T q (rowList t D)) X q m j m := by
    rw [h.share_eq small m hj]
    exact sub_nonneg.mpr (ofNat_le (Nat.mul_le_mul_left _ (h.of_leads room leads hj)))
  refine ⟨hparts, ?_, ?_⟩
  · match (h.describe.weights q 1 h.q_lt hn).high with
    | ⟨T', e⟩ => exact ⟨T', e⟩
  · match low.low with
    | ⟨threshold, e⟩ =>
      refine ⟨threshold, fun j hj hne => ⟨ofNat R (topAt t T X d q m U) - ofNat R (rowAt t T X d q m SL U j),
        sub_nonneg.mpr (ofNat_le (h.of_spares room mass_le enough hj)), ?_, ?_, fun s hs => ?_⟩⟩
      · have e' : lowMass ((withDirect T q (rowList t D)).posLows q t.n) (t.n - c) threshold = t.entry t.low q (t.n - c) := e.symm
        rw [e']
        refine lt_of_lt_of_le (lt_add_one _) ?_
        rw [← h.spared_eq small U hj hne]
        exact add_le_add_right (mul_le_mul_of_nonneg_right (ofNat_le (R := R) hU) (nonneg hj)) _
      · refine lt_of_lt_of_le (lt_add_one _) ?_
        rw [← h.spared_eq small U hj hne]
        exact add_le_add_right (mul_le_mul_of_nonneg_right (ofNat_le (R := R) mass_le) (nonneg hj)) _
      · have le := ofNat_le (R := R) (each s hs j hj)
        rw [h.share_eq small s hj]
        rw [ofNat_add, ofNat_add, ofNat_mul (level s), ofNat_mul (level s), Nat.mul_assoc (_ * parts), Nat.mul_assoc (_ * parts),
          ofNat_mul (_ * parts), ofNat_mul (_ * parts), ofNat_mul (t.entry t.high q 1)] at le
        exact le_of_linear le (gather _ _ _ _ _ _ _)
where
  gather (l a r b p x y : R) : l * (a - r) + b * p * (x - y) + (l * r + b * p * y) = 0 + (l * a + b * p * x) := by
    ring [l, a, r, b, p, x, y]

/-- What is known of the class with `c` other tokens, all heads having passed the same comparisons. -/
theorem spares {parts c U : Nat} (small : t.width < t.bits) (hn : 1 ≤ t.n) (hparts : 0 < parts)
    (hU : U ≤ t.entry t.low q (t.n - c))
    (room : Room t T q SL parts (t.entry t.high q 1 * parts)) (leads : (HeadPair.of t q m D).leads
      (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) = true)
    (enough : Transformer.spares (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v) ((HeadPair.of t q m D).top U)
      ((HeadPair.of t q m D).row U) = true) {tokens : List Nat} {level : Nat → Nat}
    (each : ∀ s, s ∈ tokens → s < t.v ∧ level s ≤ parts ∧ takes (2 ^ (t.bits - 1) * ones t.bits t.v) (ones t.bits t.v)
      ((HeadPair.of t q m D).top U) ((HeadPair.of t q m D).row U) (t.entry t.high q 1 * parts) (level s)
      (readLane t.bits (HeadPair.of t q m D).tokens s) (tokenRow t (HeadPair.of t q m D) s)
      (readLane t.bits (tokenRow t (HeadPair.of t q m D) s) m) = true) :
    Spares R (withDirect T q (rowList t D)) X t.v t.n SL q m c (t.entry t.high q 1) parts tokens level :=
  h.spares_of_le small hn hparts hU room leads enough fun s hs _ hj =>
    h.of_takes room (h.mass_le hU) (each s hs).right.left (each s hs).left (each s hs).right.right hj

end Known
end
end Transformer
end Compact
