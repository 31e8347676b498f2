prelude
import Compact.Packed.ExpTable
import Compact.Transformer.Classes.Masses
import Compact.Transformer.Classes.Slack
import Compact.Transformer.Classes.Tables
/-!
# Checking what the tables say of one query

From the bounds of its factors: those of tokens as two packed rows, those of positions as a list.
-/
namespace Compact
noncomputable section

namespace Tables

/-- Do the literals about the query `q` agree with the bounds of its factors?  `F` is the frame of rows of tokens. -/
def queryAs (t : Tables) (F : Frame) (B q lows highs : Nat) (fs : List (Nat × Nat)) : Bool :=
  Nat.beq lows (nth 0 t.tokenLo q) &&
  (Nat.beq (nth (0, 0) fs t.n).1 (nth 0 t.own q) &&
  (forceList (entries (fun f => f.1) t.n fs)
    (massesAs t.bits t.n (nth 0 t.mass q) (nth 0 t.low q) (nth 0 t.high q)) &&
  slacksAs F B t.prec (gapBits t.bits t.prec t.width t.n) t.n q lows highs (nth 0 t.slack q) fs))

end Tables
end

namespace Tables
variable {t : Tables} {T : Enclosure}

/-- What is shown of one query. -/
structure QueryDescribe (t : Tables) (T : Enclosure) (q : Nat) : Prop where
  tokenLo (k : Nat) : k < t.v → t.entry t.tokenLo q k = T.tokenLo q k
  own : t.own.getD q 0 = T.posLo q t.n
  mass : t.mass.getD q 0 = T.mass q t.n
  weights (k : Nat) : k ≤ t.n →
    MassDescribe t.bits t.n (t.mass.getD q 0) (t.low.getD q 0) (t.high.getD q 0) (T.posLows q t.n) k
  slack (m : Nat) : m < t.v →
    ∃ S, t.entry t.slack q m = T.totalSlack t.ceiling t.n q S ∧ T.SlackLe t.ceiling t.n q m S

theorem queryDescribe {q k₀ lows highs : Nat} (hL : 0 < t.bits) (hq : q < t.v) (rows : FactorRows T t.bits t.prec t.v q lows highs)
    (h : t.queryAs (Frame.of t.bits t.v k₀) t.ceiling q lows highs (T.posExp.getD q []) = true) : t.QueryDescribe T q := by
  unfold queryAs at h
  rw [nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, forceList_eq] at h
  have hlo := Nat.eq_of_beq_eq_true _ _ (Bool.and_left h)
  have h := Bool.and_right h
  have hown := Nat.eq_of_beq_eq_true _ _ (Bool.and_left h)
  have h := Bool.and_right h
  have hmass := of_massesAs (Bool.and_left h)
  have lane (k : Nat) (hk : k < t.v) : T.tokenLo q k < 2 ^ t.bits :=
    Nat.lt_of_lt_of_le (rows.low_lt k hk) (Nat.pow_le_pow_right Nat.two_pos rows.wide)
  refine ⟨fun k hk => ?_, hown.symm, hmass.left.symm, hmass.right, fun m hm =>
    of_slacksAs hL (Nat.sub_le _ _) hq rows (Bool.and_right h) hm⟩
  show digit t.bits (t.tokenLo.getD q 0) k = _
  rw [← hlo, rows.low, digit_pack t.bits lane hk]

end Tables
end Compact
