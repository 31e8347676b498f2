prelude
import Compact.Transformer.General.HeadLeads
import Compact.Transformer.Strategy.HeadsCubic.Check
import Compact.Transformer.Strategy.HeadsQuartic
/-!
# What the comparisons of the cubic check show

Shortfalls and leads of one head, from the rows that are compared; then the numbers of all heads, as they are evaluated.
-/
namespace Compact
namespace Transformer
namespace HeadsCubic
open HeadsQuartic (HeadsTables HeadRow bare)

/-! ## Rows -/

/-- A lane is small. -/
theorem readLane_lt (b N i : Nat) : readLane b N i < 2 ^ b := Nat.mod_lt _ (Nat.two_pow_pos b)

/-- Ten of the widest logits stay below the top bit. -/
theorem sixteen {w L : Nat} (h : w + 5 ≤ L) : 16 * 2 ^ w ≤ 2 ^ (L - 1) := by
  have e : 2 ^ (w + 4) = 16 * 2 ^ w := by rw [Nat.pow_add, Nat.mul_comm]
  rw [← e]
  exact Nat.pow_le_pow_right Nat.two_pos (Nat.le_sub_of_add_le h)

section
variable {L v m w a : Nat} {r μ : Nat → Nat}

/-- What `shortOk` shows. -/
theorem of_shortOk (hw : w + 5 ≤ L) (hm : m < v) (hr : ∀ j, j < v → r j ≤ 3 * 2 ^ w) (hμ : ∀ j, j < v → μ j ≤ 3 * 2 ^ w)
    (ha : a < 4 * 2 ^ w)
    (h : shortOk L (2 ^ (L - 1) * ones L v) (ones L v) m (pack L v μ) (pack L v r) a = true) {j : Nat} (hj : j < v) :
    r j + μ m ≤ μ j + (r m + a) := by
  have pos : 0 < L := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) hw
  have big := sixteen hw
  have one : 1 ≤ 2 ^ w := Nat.two_pow_pos w
  have small {x : Nat} (hx : x ≤ 3 * 2 ^ w) : x < 2 ^ L := by
    refine Nat.lt_of_lt_of_le ?_ (Nat.le_trans big (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)))
    exact Nat.lt_of_le_of_lt hx (Nat.mul_lt_mul_of_pos_right (Nat.lt_of_lt_of_le (Nat.lt_succ_self 3) (Nat.le_add_left 4 12)) one)
  have read {f : Nat → Nat} (hf : ∀ j, j < v → f j ≤ 3 * 2 ^ w) : readLane L (pack L v f) m = f m :=
    digit_pack _ (fun j hj => small (hf j hj)) hm
  unfold shortOk at h
  rw [read hr, read hμ] at h
  have left : Nat.add (pack L v r) (Nat.mul (μ m) (ones L v)) = pack L v fun j => r j + μ m := by
    have e : Nat.mul (μ m) (ones L v) = pack L v fun _ => μ m := (pack_const _ _ _).symm
    rw [e]
    exact pack_add _ _ _ _
  have right : Nat.add (pack L v μ) (Nat.mul (Nat.add (r m) a) (ones L v)) = pack L v fun j => μ j + (r m + a) := by
    have e : Nat.mul (Nat.add (r m) a) (ones L v) = pack L v fun _ => r m + a := (pack_const _ _ _).symm
    rw [e]
    exact pack_add _ _ _ _
  rw [left, right] at h
  refine of_lanesLe pos (fun j hj => Nat.le_trans (Nat.add_le_add (hr j hj) (hμ m hm)) (Nat.le_trans ?_ big)) (fun j hj => ?_) h hj
  · rw [← Nat.add_mul]
    exact Nat.mul_le_mul_right _ (Nat.le_add_left 6 10)
  · refine Nat.lt_of_lt_of_le (Nat.add_lt_add_of_le_of_lt (hμ j hj) (Nat.add_lt_add_of_le_of_lt (hr m hm) ha)) (Nat.le_trans ?_ big)
    rw [← Nat.add_mul, ← Nat.add_mul]
    exact Nat.mul_le_mul_right _ (Nat.le_add_left 10 6)

end

section
variable {S : HeadsTables} {T : Enclosure} {X d : Nat → Nat} {i q m D SL : Nat}
  (K : Known (S.at i) T X d q m D SL) (small : S.width + 5 ≤ S.bits)
include K small

omit small in
theorem token_le (s j : Nat) : T.token s j ≤ 3 * 2 ^ S.width :=
  Nat.le_trans (Nat.le_of_lt (K.token_lt s j)) (Nat.le_mul_of_pos_left _ (Nat.succ_pos 2))

/-- What `tokensOk` shows. -/
theorem shortBy_of {short s : Nat} (h : tokensOk (S.at i) (shortBits S) (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v) m short = true)
    (hs : s < m) : ShortBy (S.at i) T m s (readLane (shortBits S) short s) := by
  unfold tokensOk at h
  rw [Nat.force_eq] at h
  have one := of_allBelow h hs
  have hsv : s < S.v := Nat.lt_trans hs K.m_lt
  rw [Nat.force_eq, nth_eq, nth_eq, K.describe.token m K.m_lt, K.describe.token s hsv] at one
  have lt : readLane (shortBits S) short s < 4 * 2 ^ S.width := by
    have h := readLane_lt (shortBits S) short s
    have e : 2 ^ shortBits S = 4 * 2 ^ S.width := by
      show 2 ^ (S.width + 2) = _
      rw [Nat.pow_add, Nat.mul_comm]
    rw [← e]
    exact h
  exact fun j hj => of_shortOk small K.m_lt (fun j _ => token_le K s j) (fun j _ => token_le K m j) lt one hj

/-- What `queriesOk` shows. -/
theorem ownShortBy_of {short : Nat} (h : queriesOk (S.at i) (shortBits S) (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v) m short = true)
    (hq : q ≤ m) : OwnShortBy (S.at i) T X q m (readLane (shortBits S) short q) := by
  unfold queriesOk at h
  rw [Nat.force_eq, Nat.force_eq] at h
  have one := of_allBelow h (Nat.lt_succ_of_le hq)
  have best : bare (S.at i) m = pack S.bits S.v fun j => T.token m j + X j := by
    show nth 0 (S.at i).token m + nth 0 (S.at i).position m = _
    rw [nth_eq, nth_eq, K.describe.token m K.m_lt, K.position]
    exact pack_add _ _ _ _
  have own : Nat.add (nth 0 (S.at i).token q) (S.at i).last = pack S.bits S.v fun j => T.token q j + T.pos S.n j := by
    rw [nth_eq, K.describe.token q K.q_lt, K.describe.last]
    exact pack_add _ _ _ _
  rw [Nat.force_eq, best, own] at one
  have lt : readLane (shortBits S) short q < 4 * 2 ^ S.width := by
    have h := readLane_lt (shortBits S) short q
    have e : 2 ^ shortBits S = 4 * 2 ^ S.width := by
      show 2 ^ (S.width + 2) = _
      rw [Nat.pow_add, Nat.mul_comm]
    rw [← e]
    exact h
  refine fun j hj => of_shortOk small K.m_lt (r := fun j => T.token q j + T.pos S.n j) (μ := fun j => T.token m j + X j)
    (fun j _ => ?_) (fun j hj => ?_) lt one hj
  · refine Nat.le_trans (Nat.add_le_add (Nat.le_of_lt (K.token_lt q j)) (Nat.le_of_lt (K.pos_lt S.n j))) ?_
    show 2 ^ S.width + 2 ^ S.width ≤ 3 * 2 ^ S.width
    rw [← Nat.two_mul]
    exact Nat.mul_le_mul_right _ (Nat.le_succ 2)
  · refine Nat.le_trans (Nat.add_le_add (Nat.le_of_lt (K.token_lt m j)) (K.position_le j hj)) ?_
    show 2 ^ S.width + 2 * 2 ^ S.width ≤ 3 * 2 ^ S.width
    rw [Nat.succ_mul 2, Nat.add_comm]
    exact Nat.le_refl _

/-- What `leadsOk` shows of one head. -/
theorem leadsBy_of {G : Nat} (hG : G < 4 * 2 ^ S.width) (h : lanesLe (2 ^ (S.bits - 1) * ones S.bits S.v)
      (Nat.add (HeadPair.of (S.at i) q m D).maxRow (Nat.mul G (Nat.sub (ones S.bits S.v) (Nat.shiftLeft 1 (Nat.mul S.bits m)))))
      (Nat.mul (HeadPair.of (S.at i) q m D).maxTop (ones S.bits S.v)) = true) : LeadsBy (S.at i) T X d m G := by
  have pos : 0 < S.bits := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) small
  have big := sixteen small
  have one : 1 ≤ 2 ^ S.width := Nat.two_pow_pos _
  have path (j : Nat) (hj : j < S.v) : pathOf T X d m j < 2 ^ (S.bits - 1) := by
    refine Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (K.path_le m hj) ?_) big
    exact Nat.mul_lt_mul_of_pos_right (Nat.lt_of_lt_of_le (Nat.lt_succ_self 4) (Nat.le_add_left 5 11)) one
  have top : (HeadPair.of (S.at i) q m D).maxTop = pathOf T X d m m := by
    show readLane S.bits (HeadPair.of (S.at i) q m D).maxRow m = _
    rw [K.maxRow_eq]
    exact digit_pack _ (fun j hj => Nat.lt_of_lt_of_le (path j hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))) K.m_lt
  have losses : Nat.mul G (Nat.sub (ones S.bits S.v) (Nat.shiftLeft 1 (Nat.mul S.bits m))) = pack S.bits S.v (lossAt G m) :=
    pack_lossAt S.bits G K.m_lt
  have tops : Nat.mul (pathOf T X d m m) (ones S.bits S.v) = pack S.bits S.v fun _ => pathOf T X d m m := (pack_const _ _ _).symm
  rw [K.maxRow_eq, top, losses, tops] at h
  have sum : Nat.add (pack S.bits S.v (pathOf T X d m)) (pack S.bits S.v (lossAt G m)) =
      pack S.bits S.v fun j => pathOf T X d m j + lossAt G m j := pack_add _ _ _ _
  have h : lanesLe _ (Nat.add (pack S.bits S.v (pathOf T X d m)) (pack S.bits S.v (lossAt G m))) _ = true := h
  rw [sum] at h
  refine fun j hj hne => ?_
  have sum_le (j : Nat) (hj : j < S.v) : pathOf T X d m j + lossAt G m j ≤ 2 ^ (S.bits - 1) := by
    refine Nat.le_trans (Nat.add_le_add (K.path_le m hj) (Nat.le_trans ?_ (Nat.le_of_lt hG))) (Nat.le_trans ?_ big)
    · unfold lossAt
      by_cases e : j = m
      case pos => rw [ite_eq_left e]; exact Nat.zero_le _
      case neg => rw [ite_eq_right e]; exact Nat.le_refl _
    · show 4 * 2 ^ S.width + 4 * 2 ^ S.width ≤ _
      rw [← Nat.add_mul]
      exact Nat.mul_le_mul_right _ (Nat.le_add_left 8 8)
  have le := of_lanesLe pos sum_le (fun _ _ => path m K.m_lt) h hj
  have e : lossAt G m j = G := by unfold lossAt; rw [ite_eq_right hne]
  rw [e] at le
  exact le

end
end HeadsCubic
end Transformer
end Compact
