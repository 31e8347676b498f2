prelude
import Compact.Transformer.Strategy.QuarticRegion.Passing
/-!
# Quartic, for a region: one query and one maximum

The checker's numbers are those of the tables: what `pairPasses` tests is what `passing_of_tests` asks for.
-/
namespace Compact
namespace QuarticRegion

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {N : Narrow} {T : Enclosure} {X : Nat → Nat} {q m slack z k : Nat}

/-- What is gained, lane by lane. -/
theorem gainedBy_pack (U : Nat) : gainedBy z (T.tokenLo q m) (pack N.laneBits t.v fun j => T.path X q m m - T.path X q m j)
    (Nat.mul (T.tokenLo q q * T.posLo q t.n / 2 ^ z) (pack N.laneBits t.v fun j => T.lane q q t.n m - T.lane q q t.n j)) U =
    pack N.laneBits t.v (Sheet.gainedAt T X t.n q m z U) := by
  show U * T.tokenLo q m / 2 ^ z * _ + _ * _ = _
  rw [mul_pack, mul_pack, pack_add]
  rfl

/-- What `pairPasses` shows. -/
theorem passing_of_pair (G : Sheet.Fits t (N.sheets t)) (hT : t.Describe T) (K : PairKnown R P prec t.width t.v T X t.n q m slack)
    (hX : t.position.getD m 0 = pack t.bits t.v X) (small : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width)
    (hS : t.entry t.slack q m = T.totalSlack t.ceiling t.n q slack) (hk : k ≤ m)
    (h : pairPasses N (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t)))
      (Sheet.Most.of t (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))) m) t.bits k (Sheet.Asked.of t (N.sheets t) q) = true) :
    Passing t T X q m slack k := by
  have hm := K.m_lt
  have hqv : q < t.v := Nat.lt_of_le_of_lt K.q_le hm
  generalize eF : Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t)) = F at h
  have max_eq : readLane t.bits (Sheet.Asked.of t (N.sheets t) q).lows (Sheet.Most.of t F m).m = T.tokenLo q m := by
    show digit t.bits (nth 0 t.tokenLo q) m = _
    rw [nth_eq]
    exact hT.tokenLo q m hqv hm
  have own_eq : (Sheet.Asked.of t (N.sheets t) q).own = T.tokenLo q q * T.posLo q t.n := by
    show digit t.bits (nth 0 t.tokenLo q) q * nth 0 t.own q = _
    rw [nth_eq, nth_eq, hT.own q hqv, ← hT.tokenLo q q hqv hqv]
    rfl
  have mass_eq : (Sheet.Asked.of t (N.sheets t) q).mass = T.mass q t.n := (nth_eq _ _ _).trans (hT.mass q hqv)
  have slack_eq : readLane t.bits (Sheet.Asked.of t (N.sheets t) q).slack (Sheet.Most.of t F m).m = T.totalSlack t.ceiling t.n q slack := by
    show digit t.bits (nth 0 t.slack q) m = _
    rw [nth_eq]
    exact hS
  have low_eq : readLane t.bits (Sheet.Asked.of t (N.sheets t) q).low (Nat.sub F.n (Nat.pred (classes F.n (Sheet.Asked.of t (N.sheets t) q).q (Sheet.Most.of t F m).m))) =
      t.entry t.low q (t.n - Nat.pred (classes t.n q m)) := by
    subst eF
    show digit t.bits (nth 0 t.low q) _ = _
    rw [nth_eq]
    rfl
  have direct : Sheet.narrowRow t.bits N.laneBits t.v (nth 0 t.direct q) = pack N.laneBits t.v (T.direct q) := Sheet.narrow_direct G hT hqv
  have position : Sheet.narrowRow t.bits N.laneBits t.v (nth 0 t.position m) = pack N.laneBits t.v X := Sheet.narrow_position G hX small
  have last : Sheet.narrowRow t.bits N.laneBits t.v t.last = pack N.laneBits t.v (T.pos t.n) := Sheet.narrow_last G hT
  have token {s : Nat} (hs : s < t.v) : (Sheet.tokenRows t (N.sheets t)).getD s 0 = pack N.laneBits t.v (T.token s) := Sheet.getD_tokenRows G hT hs
  have base_eq : Nat.add (Sheet.Asked.of t (N.sheets t) q).direct (Sheet.Most.of t F m).position = pack N.laneBits t.v fun j => T.direct q j + X j := by
    subst eF
    show Sheet.narrowRow t.bits N.laneBits t.v _ + Sheet.narrowRow t.bits N.laneBits t.v _ = _
    rw [direct, position, pack_add]
  have path_eq : Nat.add (Sheet.Most.of t F m).token (pack N.laneBits t.v fun j => T.direct q j + X j) = pack N.laneBits t.v (T.path X q m) := by
    subst eF
    show nth 0 (Sheet.tokenRows t (N.sheets t)) m + _ = _
    rw [nth_eq, token hm, pack_add]
    exact pack_congr _ fun j _ => (Nat.add_left_comm _ _ _).trans (Nat.add_assoc _ _ _).symm
  have lane_eq : Nat.add (nth 0 F.rows (Sheet.Asked.of t (N.sheets t) q).q) (Nat.add (Sheet.Asked.of t (N.sheets t) q).direct (Sheet.Most.of t F m).last) =
      pack N.laneBits t.v (T.lane q q t.n) := by
    subst eF
    show nth 0 (Sheet.tokenRows t (N.sheets t)) q + (Sheet.narrowRow t.bits N.laneBits t.v _ + Sheet.narrowRow t.bits N.laneBits t.v _) = _
    rw [nth_eq, token hqv, direct, last, pack_add, pack_add]
    exact pack_congr _ fun j _ => (Nat.add_left_comm _ _ _).trans (Nat.add_assoc _ _ _).symm
  have others_eq : (Sheet.Most.of t F m).others = pack N.laneBits t.v fun j => if j = m then 0 else 1 := by
    subst eF
    show Nat.sub (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))).one _ = _
    rw [G.one_eq]
    exact Sheet.others_eq hm
  unfold pairPasses at h
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, max_eq, own_eq, mass_eq, slack_eq, base_eq] at h
  generalize readLane 16 (nth 0 N.shifts (Sheet.Most.of t F m).m) (Sheet.Asked.of t (N.sheets t) q).q = z at h
  have room := Nat.le_of_ble_eq_true (Bool.and_left h)
  have h := Bool.and_right h
  subst eF
  have A : Sheet.Pair R P prec t (N.sheets t) T X q m slack z := ⟨G, hT, K, small, room⟩
  have one := G.one_eq (Sheet.tokenRows t (N.sheets t))
  have tops := G.tops_eq (Sheet.tokenRows t (N.sheets t))
  rw [path_eq] at h
  have h := (Sheet.around_eq (F := Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))) G.lane_pos one tops hm
    (fun j hj => G.room (A.path_le m hj)) _).symm.trans h
  rw [lane_eq] at h
  have h := (Sheet.around_eq (F := Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))) G.lane_pos one tops hm
    (fun j _ => G.room (A.lane_le j)) _).symm.trans h
  rw [Nat.force_eq, Nat.force_eq, others_eq] at h
  have loss_eq : Nat.add (Nat.add (Nat.mul (Nat.succ (Nat.shiftRight (Nat.mul (T.mass q t.n) (T.tokenLo q m)) z))
      (pack N.laneBits t.v fun j => T.path X q m j - T.path X q m m)) (Nat.mul (Nat.succ (Nat.shiftRight (T.tokenLo q q * T.posLo q t.n) z))
        (pack N.laneBits t.v fun j => T.lane q q t.n j - T.lane q q t.n m)))
      (Nat.mul (Nat.succ (Nat.shiftRight (T.totalSlack t.ceiling t.n q slack) z)) (pack N.laneBits t.v fun j => if j = m then 0 else 1)) =
      pack N.laneBits t.v (Sheet.lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z) := by
    show _ * pack N.laneBits t.v _ + _ * pack N.laneBits t.v _ + _ * pack N.laneBits t.v _ = _
    rw [mul_pack, mul_pack, mul_pack, pack_add, pack_add]
    rfl
  have gained_eq (U : Nat) : gainedBy z (T.tokenLo q m) (pack N.laneBits t.v fun j => T.path X q m m - T.path X q m j)
      (Nat.mul (T.tokenLo q q * T.posLo q t.n / 2 ^ z) (pack N.laneBits t.v fun j => T.lane q q t.n m - T.lane q q t.n j)) U =
      pack N.laneBits t.v (Sheet.gainedAt T X t.n q m z U) := gainedBy_pack U
  refine passing_of_tests A hk (fun e => ?_) fun p e => ?_
  · rw [← loss_eq, ← gained_eq]
    have e' : needed (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))).n (Sheet.Asked.of t (N.sheets t) q).q
      (Sheet.Most.of t (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))) m).m k = 0 := e
    rw [e'] at h
    exact h
  · rw [← loss_eq, ← gained_eq, ← low_eq]
    have e' : needed (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))).n (Sheet.Asked.of t (N.sheets t) q).q
      (Sheet.Most.of t (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))) m).m k = p + 1 := e
    rw [e'] at h
    have h : Nat.force p (fun p => Nat.force _ fun U => Nat.force _ fun gained => _) = true := h
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq] at h
    exact h

end
end QuarticRegion
end Compact
