prelude
import Compact.Transformer.Classes.CountRuns
import Compact.Transformer.Share.Correct
/-!
# The count of shares is sound

From correct answers to the inputs of a class, and of all classes of one query and one maximum.
-/
namespace Compact
variable {R : Type} [ExpField R] {w : Weights} {c : ShareData}

/-- The weight of the positions that hold the maximum, in a class. -/
theorem SeenFactors.loads {L prec v n q m k : Nat} {s : Seen} {tok pos : Nat → R} (F : SeenFactors R L prec v n q s tok pos) {y : List Nat}
    (hy : y.length = n) (hc : countOther m y = k) :
    ofNat R (readLane L s.low (n - k)) ≤ massOf m y pos ∧ massOf m y pos ≤ ofNat R (readLane L s.high (n - k) + s.spread) := by
  match F.lists with
  | ⟨ls, hs, ⟨⟨hl, hh⟩, _, hspread⟩, hpos, weights⟩ =>
    rw [hspread]
    exact weight_spec hl hh hy (fun p hp => (hpos p hp).left) hc (weights (n - k) (Nat.sub_le _ _))

/-- The same where all positions hold the maximum. -/
theorem SeenFactors.loads_alone {L prec v n q m : Nat} {s : Seen} {tok pos : Nat → R} (F : SeenFactors R L prec v n q s tok pos) {y : List Nat}
    (hy : y.length = n) (all : ∀ p, p < y.length → Compact.token y p = m) :
    ofNat R s.mass ≤ massOf m y pos ∧ massOf m y pos ≤ ofNat R (s.mass + s.spread) := by
  match F.lists with
  | ⟨ls, hs, ⟨⟨hl, hh⟩, hmass, hspread⟩, hpos, _⟩ =>
    have spread : listTotal ls ≤ listTotal hs := by
      unfold listTotal
      rw [sumBy_eq, sumBy_eq, hl, hh]
      exact total_le_total fun p hp => le_of_ofNat_le (le_trans (hpos p hp).left.left (hpos p hp).left.right)
    have whole (a : Nat → R) : massOf m y a = sum y.length a := sum_congr fun p hp => ite_eq_left (all p hp)
    rw [whole, hmass, hspread, Nat.add_sub_of_le spread]
    unfold listTotal
    rw [sumBy_eq, sumBy_eq, ofNat_total, ofNat_total, hl, hh, hy]
    exact ⟨sum_le_sum fun p hp => (hpos p hp).left.left, sum_le_sum fun p hp => (hpos p hp).left.right⟩

section
variable {f ov : Nat → Nat → Nat} {g : Nat → Nat} {rest : Nat} {D : Nat → Nat → R} {q m : Nat} {s : Seen} {ends : List End}
  (hn : w.n_ctx = c.n + 1) (hv : w.d_vocab = c.v) (hw : w.WellFormed) (hL : LogitsOf R w c f ov g rest D q) (hQ : QueryOf R w c g rest q s)
  (hm : m < w.d_vocab) (hq : q ≤ m) (covers : ∀ t, t < w.d_vocab → t ≠ m → Covers R c.scale ends c.n m f (ov m) t)

/-- The numbers of a query and a maximum, for one end. -/
noncomputable def pairOf (c : ShareData) (s : Seen) (q m T : Nat) : End → SharePair :=
  SharePair.of c.scale.origin q m (c.scale.cut s.direct.row m) (s.direct.others m) T (readLane c.scoreBits s.lows m) (readLane c.scoreBits s.highs m) s.own
    s.ownHigh

/-- The token `x` takes no more than the level of what can be spared in a class, for all ends. -/
def ShareTakes (R : Type) [ExpField R] (w : Weights) (c : ShareData) (ov : Nat → Nat → Nat) (s : Seen) (ends : List End) (q m T low high level x : Nat) :
    Prop :=
  ∀ e, e ∈ ends → ∃ k, (pairOf c s q m T e).spare s.unit (2 ^ c.prec) low high = k + 1 ∧
    ∀ tok pos : Nat → R, SeenFactors R c.scoreBits c.prec w.d_vocab c.n q s tok pos → ∀ t, t < w.d_vocab → t ≠ m →
      TakesLevel R c.scale (pairOf c s q m T e) tok ov (2 ^ c.prec) m t (s.heaviest * c.parts) level k x

section
include hn hv hw hL hQ hm hq covers

/-- An input of one class is answered correctly if its tokens take no more than their levels. -/
theorem levels_right {k T low high : Nat} (hk : k + 1 < classes c.n q m) {tokens : List Nat} {level : Nat → Nat}
    (hT : ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R T ≤ gap R c.scale (ov q) m t) (hparts : 0 < c.parts)
    (loads : ∀ y, y.length = c.n → countOther m y = k + 1 → ∀ tok pos : Nat → R, SeenFactors R c.scoreBits c.prec w.d_vocab c.n q s tok pos →
      ofNat R low ≤ massOf m y pos ∧ massOf m y pos ≤ ofNat R high)
    (takes : ∀ x, x ∈ tokens → x < m ∧ ShareTakes R w c ov s ends q m T low high (level x) x) {y : List Nat} (hy : y ∈ words m tokens c.n (k + 1))
    (hlevel : levelSum m level y ≤ c.parts) : Correct R w (y ++ [q]) ∧ maximum (y ++ [q]) = m := by
  match tokens, takes, hy with
  | [], _, hy => exact absurd (no_letters hy) (fun h => h)
  | x₀ :: tokens, takes, hy =>
    have lt : ∀ x, x ∈ x₀ :: tokens → x < m := fun x hx => (takes x hx).left
    have notMem : ¬m ∈ x₀ :: tokens := fun h => Nat.lt_irrefl m (lt m h)
    have hlen := length_of_mem_words hy
    refine ⟨correct_of_ends hn hv hw hL hQ hm hq covers hlen (valid_append_query hn hm lt hq hy) (maximum_append_query lt hq hk hy) hT
      (loads y hlen (countOther_of_mem_words notMem hy)) hparts hlevel fun e he => ?_, maximum_append_query lt hq hk hy⟩
    match (takes x₀ (List.Mem.head _)).right e he with
    | ⟨κ, spare, _⟩ =>
      refine ⟨κ, spare, fun tok pos F t ht hne x hx hxm => ?_⟩
      match (takes x ((letter_of_mem_words hy x hx).elim (absurd · hxm) id)).right e he with
      | ⟨κ', spare', tl⟩ =>
        have e' : κ' = κ := Nat.succ.inj (spare'.symm.trans spare)
        exact e' ▸ tl tok pos F t ht hne
where
  no_letters {m n c : Nat} {y : List Nat} (h : y ∈ words m [] n (c + 1)) : False :=
    Nat.succ_ne_zero c (words_induction (p := fun _ c _ => c = 0) rfl (fun _ _ _ h => h) (fun _ _ _ s (hs : s ∈ ([] : List Nat)) _ => nomatch hs) n (c + 1) y h)

/-- The input of the class without other tokens is answered correctly. -/
theorem alone_right {T : Nat} (hk : 0 < classes c.n q m) (hT : ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R T ≤ gap R c.scale (ov q) m t)
    (pass : ∀ e, e ∈ ends → ∃ k, (pairOf c s q m T e).spare s.unit (2 ^ c.prec) s.mass (s.mass + s.spread) = k + 1) {y : List Nat}
    (hy : y ∈ words m [] c.n 0) : Correct R w (y ++ [q]) ∧ maximum (y ++ [q]) = m := by
  have none : ∀ x, x ∈ ([] : List Nat) → x < m := fun _ h => nomatch h
  have hlen := length_of_mem_words hy
  have only (x : Nat) (hx : x ∈ y) : x = m := (letter_of_mem_words hy x hx).elim id fun h => nomatch h
  refine ⟨correct_of_ends (parts := 1) (level := fun _ => 0) hn hv hw hL hQ hm hq covers hlen (valid_append_query hn hm none hq hy)
    (maximum_append_query none hq hk hy) hT (fun tok pos F => F.loads_alone hlen fun p hp => only _ (token_mem hp)) Nat.one_pos ?_ fun e he => ?_,
    maximum_append_query none hq hk hy⟩
  · refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.zero_le 1)
    exact zero_levels only
  · match pass e he with
    | ⟨k, spare⟩ => exact ⟨k, spare, fun _ _ _ _ _ _ x hx hxm => absurd (only x hx) hxm⟩
where
  zero_levels {m : Nat} {y : List Nat} (h : ∀ x, x ∈ y → x = m) : levelSum m (fun _ => 0) y = 0 := by
    induction y with
    | nil => rfl
    | cons x y ih =>
      refine (ite_eq_left (h x (List.Mem.head _))).trans (ih fun x hx => h x (List.Mem.tail _ hx))

end

/-- Tokens below a bound take no more than the level, if the test of their extremes says so. -/
theorem taking (first : Nat → Nat) {ms : List Nat} (hms : ms.length = m + 1) (hm : m < w.d_vocab)
    (margins : ∀ x, x ≤ m → ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R (ms.getD x 0) ≤ gap R c.scale (ov x) m t) (T low high level κ : Nat) :
    Firsts first m (ShareTakes R w c ov s ends q m T low high level) (sizeOf first s.large c.scoreBits (2 ^ c.scoreBits)
      (running least (c.width + 2) ms (2 ^ (c.width + 2) - 1)) (c.width + 2) (2 ^ (c.width + 2)) m (2 ^ c.prec * (s.heaviest * c.parts))
      (mapFold (fun P => (⟨P.otherUp, P.otherDown, P.spare s.unit (2 ^ c.prec) low high⟩ : Room)) (mapFold (pairOf c s q m T) ends)) level κ) := by
  unfold sizeOf
  refine Firsts.of_test fun test => ?_
  have le : κ - m = 0 := Nat.eq_zero_of_add_eq_zero_left test
  refine ⟨Nat.le_of_sub_eq_zero le, fun x hx e he => ?_⟩
  match κ, hx with
  | i + 1, hx =>
    have him : i + 1 ≤ m := Nat.le_of_sub_eq_zero le
    have iv : i < w.d_vocab := Nat.lt_of_lt_of_le (Nat.lt_of_succ_le him) (Nat.le_of_lt hm)
    have hxi := Nat.le_of_lt_succ hx
    match of_excess (hi := readLane c.scoreBits s.large i) (T := readLane (c.width + 2) (running least (c.width + 2) ms (2 ^ (c.width + 2) - 1)) i)
      (Nat.eq_zero_of_add_eq_zero_right test) e he with
    | ⟨k, spare, le⟩ =>
      refine ⟨k, spare, fun tok pos F t ht hne => ⟨⟨readLane c.scoreBits s.large i,
        readLane (c.width + 2) (running least (c.width + 2) ms (2 ^ (c.width + 2) - 1)) i, ?_, ?_, Nat.le_trans (Nat.le_of_eq ?_) le⟩⟩⟩
      · exact le_trans (F.token x (Nat.lt_of_le_of_lt hxi iv)).right (ofNat_le (Nat.mul_le_mul_left _ (F.prefix_ i x iv hxi)))
      · have xm : x ≤ m := Nat.le_trans hxi (Nat.le_of_succ_le him)
        refine le_trans (sub_le_sub_right (ofNat_le ?_) _) (margins x xm t ht hne)
        exact running_least (Nat.sub_lt (Nat.two_pow_pos _) Nat.one_pos) (hms.symm ▸ Nat.lt_succ_of_le (Nat.le_of_succ_le him)) hxi
      · rw [Nat.mul_comm (2 ^ c.prec), Nat.mul_assoc]

include hn hv hw hL hQ hm hq covers

/-- What the inputs of one class count for. -/
theorem atLeast_countClass {μ : Measure} {τ : ShareTally} (fits : μ.FitsShares τ w.d_vocab c.n c.countBits) {ms : List Nat} (hms : ms.length = m + 1)
    (margins : ∀ x, x ≤ m → ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R (ms.getD x 0) ≤ gap R c.scale (ov x) m t) (hparts : 0 < c.parts)
    {T i : Nat} (hi : i + 1 < classes c.n q m)
    (hT : ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R T ≤ gap R c.scale (ov q) m t) (S : Nat) :
    μ.At (countClass τ.first (τ.several m) (Measures.of c) m (running least (c.width + 2) ms (2 ^ (c.width + 2) - 1)) (2 ^ c.prec * (s.heaviest * c.parts)) s
      (mapFold (pairOf c s q m T) ends) i S) fun y => (Correct R w (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = i + 1 := by
  cases S with
  | zero => exact μ.zero
  | succ S =>
    unfold countClass
    show μ.At (Nat.force (Nat.succ i) fun c => _) _
    rw [Nat.force_eq, Nat.force_eq, forceRooms_eq]
    exact fits.several c.stepBits c.sizeBits ((S + 1) % 2 ^ c.stepsBits) ((S + 1) / 2 ^ c.stepsBits) hm (Nat.lt_of_succ_le (le_of_lt_classes hi))
      (fun level κ => taking (s := s) (ends := ends) (q := q) τ.first hms hm margins T (readLane c.scoreBits s.low (c.n - (i + 1)))
        (readLane c.scoreBits s.high (c.n - (i + 1)) + s.spread) level κ)
      fun tokens level facts y hy small => levels_right hn hv hw hL hQ hm hq covers hi hT hparts (fun y hy hc tok pos F => F.loads hy hc) facts hy small

/-- What the inputs of one query and one maximum count for. -/
theorem atLeast_counted {μ : Measure} {τ : ShareTally} (fits : μ.FitsShares τ w.d_vocab c.n c.countBits) {ms : List Nat} (hms : ms.length = m + 1)
    (margins : ∀ x, x ≤ m → ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R (ms.getD x 0) ≤ gap R c.scale (ov x) m t)
    (hT : ∀ t, t < w.d_vocab → t ≠ m → c.scale.margin R (s.token.margin c.scale m) ≤ gap R c.scale (ov q) m t) (hpos : 0 < c.n) (hparts : 0 < c.parts) :
    μ.At (counted τ.query τ.first (τ.alone m) (τ.several m) (Measures.of c) c.scale m ends (running least (c.width + 2) ms (2 ^ (c.width + 2) - 1)) q s)
      fun x => (Correct R w x ∧ maximum x = m) ∧ lastToken x = q := by
  unfold counted
  cases readLane (Measures.of c).pairBits s.sizes (m - q) with
  | zero => exact μ.zero
  | succ S =>
    show μ.At (τ.query q (countQuery _ _ _ _ _ _ _ _ _ _ _ S)) _
    refine fits.query (Nat.lt_of_le_of_lt hq hm) ?_
    unfold countQuery
    rw [Nat.force_eq, Nat.force_eq, forceSharePairs_eq]
    unfold countPairs
    rw [Nat.force_eq]
    cases ec : classes c.n q m with
    | zero => exact absurd ec (Nat.ne_of_gt (classes_pos hpos))
    | succ last =>
      refine μ.weaken (Nat.le_of_eq ?_) (μ.mono (fun _ h => h.left)
        (μ.total (n := last + 1) (f := fun k => Nat.rec (motive := fun _ => Nat)
          (aloneCount s.unit (2 ^ c.prec) s.mass (s.mass + s.spread) (mapFold (pairOf c s q m (s.token.margin c.scale m)) ends) * τ.alone m)
          (fun i _ => countClass τ.first (τ.several m) (Measures.of c) m (running least (c.width + 2) ms (2 ^ (c.width + 2) - 1))
            (2 ^ c.prec * (s.heaviest * c.parts)) s
            (mapFold (pairOf c s q m (s.token.margin c.scale m)) ends) i (S / 2 ^ (c.classBits * i) % 2 ^ c.classBits)) k)
          (countOther m) fun k hk => ?_))
      · refine Eq.trans ?_ (total_succ' last _).symm
        show _ + total (Nat.pred (classes c.n q m)) _ = _ + total last _
        rw [ec]
        exact congrArg (_ + ·) (total_congr fun i _ => Nat.force_eq i _)
      · cases k with
        | zero =>
          match of_aloneCount (f := s.unit) (g := 2 ^ c.prec) (l := s.mass) (h := s.mass + s.spread)
            (F := pairOf c s q m (s.token.margin c.scale m)) (es := ends) with
          | .inl nothing => exact μ.weaken (Nat.le_of_eq ((congrArg (· * τ.alone m) nothing).trans (Nat.zero_mul _))) μ.zero
          | .inr ⟨one, pass⟩ =>
            refine μ.weaken (Nat.le_of_eq ((congrArg (· * τ.alone m) one).trans (Nat.one_mul _))) (fits.alone hm fun y hy => ?_)
            exact alone_right hn hv hw hL hQ hm hq covers (ec ▸ Nat.zero_lt_succ last) hT pass hy
        | succ i => exact atLeast_countClass hn hv hw hL hQ hm hq covers fits hms margins hparts (ec ▸ hk) hT _
where
  classes_pos {n q m : Nat} (hn : 0 < n) : 0 < classes n q m := by
    unfold classes
    cases Nat.beq q m with
    | true => exact Nat.zero_lt_succ n
    | false => exact hn

end
end Compact
