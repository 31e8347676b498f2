prelude
import Compact.Transformer.Strategy.QuarticRegion.Tokens
/-!
# Quartic, for a region: one query and one maximum

The inputs of the region with one query and one maximum are answered correctly if `pairPasses` (`pair_right`).
-/
namespace Compact
namespace QuarticRegion

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {N : Narrow} {T : Enclosure} {X : Nat → Nat} {q m slack z k : Nat}

/-- What is shown of the inputs of one query and one maximum: those without other tokens pass, and all tokens of the region if an input can hold
them, whatever the positions with the maximum weigh. -/
structure Passing (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m slack k : Nat) : Prop where
  alone : T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q slack) q m (T.mass q t.n) 0 m
  tokens (s V : Nat) : s < needed t.n q m k → t.entry t.low q (t.n - Nat.pred (classes t.n q m)) ≤ V → V ≤ T.mass q t.n →
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q slack) q m V (T.mass q t.n - V) s

theorem needed_eq {n q m k c : Nat} (hc : c < classes n q m) (pos : 0 < c) : needed n q m k = k := by
  unfold needed
  cases e : Nat.pred (classes n q m) with
  | zero =>
    have le : classes n q m ≤ 1 := by
      cases h : classes n q m with
      | zero => exact Nat.zero_le 1
      | succ x => rw [h] at e; exact Nat.succ_le_succ (Nat.le_of_eq e)
    exact absurd (Nat.lt_of_lt_of_le hc le) (Nat.not_lt.mpr pos)
  | succ _ => rfl

theorem needed_le (n q m k : Nat) : needed n q m k ≤ k := by
  unfold needed
  cases Nat.pred (classes n q m) with
  | zero => exact Nat.zero_le k
  | succ _ => exact Nat.le_refl k

/-- The weights that positions with the maximum have in a class are between the least and all. -/
theorem weights_within (hT : t.Describe T) (hq : q < t.v) {c : Nat} (hc : c < classes t.n q m) :
    (t.entry t.low q (t.n - Nat.pred (classes t.n q m)) ≤ t.entry t.low q (t.n - c) ∧ t.entry t.low q (t.n - c) ≤ T.mass q t.n) ∧
    (t.entry t.low q (t.n - Nat.pred (classes t.n q m)) ≤ t.entry t.high q (t.n - c) ∧ t.entry t.high q (t.n - c) ≤ T.mass q t.n) := by
  have weights := hT.weights q (t.n - c) hq (Nat.sub_le _ _)
  have low := (hT.weights q (t.n - Nat.pred (classes t.n q m)) hq (Nat.sub_le _ _)).low_mono _
    (Nat.sub_le_sub_left (Nat.le_sub_of_add_le (b := 1) hc) t.n) (Nat.sub_le _ _)
  have high : t.entry t.high q (t.n - c) ≤ T.mass q t.n := by
    match weights.high with
    | ⟨_, e⟩ => exact Nat.le_trans (Nat.le_of_eq e) (highMass_le _ _ _ _)
  have mid := weights.low_le_high
  exact ⟨⟨low, Nat.le_trans mid high⟩, Nat.le_trans low mid, high⟩

/-- Then all inputs of the region are answered correctly. -/
theorem Passing.right (h : Passing t T X q m slack k) (hT : t.Describe T) (K : PairKnown R P prec t.width t.v T X t.n q m slack) (hk : k ≤ m) :
    PairRight P t.n q m k := fun c hc y hy => by
  have hq := Nat.lt_of_le_of_lt K.q_le K.m_lt
  have lt : ∀ s, s ∈ List.range k → s < m := fun s hs => Nat.lt_of_lt_of_le (List.mem_range.mp hs) hk
  refine class_judged K.judges K.narrow K.m_lt K.q_le hc K.noBetter K.slackLe lt ?_ y hy
  cases Nat.eq_zero_or_pos c with
  | inl zero => exact ⟨fun _ => h.alone, fun pos => absurd zero (Nat.ne_of_gt pos)⟩
  | inr pos =>
    have pass (s : Nat) (hs : s ∈ List.range k) (V : Nat) := h.tokens s V ((needed_eq hc pos).symm ▸ List.mem_range.mp hs)
    match weights_within hT hq hc with
    | ⟨low, high⟩ =>
      have D : Decides T X t.v t.n (T.totalSlack t.ceiling t.n q slack) q m (t.entry t.low q (t.n - c)) (t.entry t.high q (t.n - c)) k (List.range k) :=
        ⟨List.nodup_range, lt, Nat.le_of_eq List.length_range.symm, fun s hs => pass s hs _ low.left low.right,
          fun s hs => pass s hs _ high.left high.right⟩
      exact D.classPasses hT hq (Nat.le_refl c) (Nat.le_refl c) pos

/-- What is gained, lane by lane. -/
theorem gainedBy_pack (U : Nat) : gainedBy z (T.tokenLo q m) (pack N.laneBits t.v fun j => T.path X q m m - T.path X q m j)
    (Nat.mul (T.tokenLo q q * T.posLo q t.n / 2 ^ z) (pack N.laneBits t.v fun j => T.lane q q t.n m - T.lane q q t.n j)) U =
    pack N.laneBits t.v (Sheet.gainedAt T X t.n q m z U) := by
  show U * T.tokenLo q m / 2 ^ z * _ + _ * _ = _
  rw [mul_pack, mul_pack, pack_add]
  rfl

/-- What is spared by the class with the most other tokens is spared by that without any. -/
theorem gained_mono {U V : Nat} (h : U ≤ V) (j : Nat) : Sheet.gainedAt T X t.n q m z U j ≤ Sheet.gainedAt T X t.n q m z V j :=
  Nat.add_le_add_right (Nat.mul_le_mul_right _ (Nat.div_le_div_right (Nat.mul_le_mul_right _ h))) _

/-- The class in which all positions hold the maximum. -/
theorem alone_of_loss {U : Nat} (hU : U ≤ T.mass q t.n)
    (loss : ∀ j, j < t.v → Sheet.lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z j ≤ Sheet.gainedAt T X t.n q m z U j) :
    T.Passes X t.v t.n (T.totalSlack t.ceiling t.n q slack) q m (T.mass q t.n) 0 m := fun j hj hne => by
  have le := Nat.le_trans (loss j hj) (gained_mono hU j)
  have s := Sheet.spared_between (k := 0) (Nat.le_refl _) (Nat.le_refl _) hne (Nat.le_trans (Nat.le_of_eq (Nat.zero_add _)) le)
  unfold Enclosure.mix
  rw [Nat.zero_mul, Nat.zero_mul, Nat.add_zero, Nat.add_zero, ← Nat.mul_assoc, ← Nat.mul_assoc]
  exact Nat.lt_of_succ_le (Nat.le_trans (Nat.le_of_eq (by rw [Nat.mul_zero])) s)

/-- What the tests of one query and one maximum show. -/
theorem passing_of_tests (A : Sheet.Pair R P prec t (N.sheets t) T X q m slack z) (hk : k ≤ m)
    (none : needed t.n q m k = 0 → lanesLe (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))).tops
      (pack N.laneBits t.v (Sheet.lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z)) (pack N.laneBits t.v (Sheet.gainedAt T X t.n q m z (T.mass q t.n))) = true)
    (some : ∀ p, needed t.n q m k = p + 1 → tokensPass N (Sheet.Frame.of t (N.sheets t) (Sheet.tokenRows t (N.sheets t))) m t.bits p z
      (pack N.laneBits t.v (Sheet.lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z))
      (pack N.laneBits t.v (Sheet.gainedAt T X t.n q m z (t.entry t.low q (t.n - Nat.pred (classes t.n q m))))) (pack N.laneBits t.v fun j => T.direct q j + X j)
      (T.mass q t.n - t.entry t.low q (t.n - Nat.pred (classes t.n q m))) (Sheet.Asked.of t (N.sheets t) q) = true) : Passing t T X q m slack k := by
  cases e : needed t.n q m k with
  | zero => exact ⟨A.alone (none e), fun s _ hs => absurd (Nat.lt_of_lt_of_le hs (Nat.le_of_eq e)) (Nat.not_lt_zero s)⟩
  | succ p =>
    have h := some p e
    have low := (weights_within (m := m) A.describe A.q_lt (Sheet.classes_pos A.fits.n_pos)).left
    have U_le := Nat.le_trans low.left low.right
    have hp : p < m := Nat.lt_of_lt_of_le (Nat.lt_of_succ_le (e ▸ needed_le t.n q m k)) hk
    refine ⟨alone_of_loss U_le fun j hj => A.loss_le_gained U_le (Bool.and_left h) hj, fun s V hs hUV hV => ?_⟩
    exact of_tokensPass A hp U_le h (Nat.le_of_lt_succ (e ▸ hs)) hUV hV

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
