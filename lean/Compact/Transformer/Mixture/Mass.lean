prelude
import Compact.Mixture.Spelled
import Compact.Transformer.Mixture.Block
/-!
# Counting with leads, by weights of tokens

The count of `Count.lean` and `Block.lean` for inputs that do not all weigh the same (`Claim/Mass.lean`).  A level of a class holds the weight of its
tokens, not their number; a class with `c` other tokens takes the weight of the maximum `n - c` times; and a query its own weight once.
It is sound because a weight is a number of spellings (`Counting/Mass.lean`).
-/
namespace Compact

/-- What a certificate says of the weights of tokens. -/
structure TokenWeights where
  weightBits : Nat
  tokenWeights : Nat

/-- The weight of a token. -/
def TokenWeights.weight (W : TokenWeights) : Nat → Nat := tokenWeight W.weightBits W.tokenWeights

/-- Some tokens below `m` that lack at most `θ` weigh at least `size`. -/
def LackingWeight (weight : Nat → Nat) (m : Nat) (lack : Nat → Nat) (θ size : Nat) : Prop :=
  ∃ tokens : List Nat, tokens.Nodup ∧ (∀ s, s ∈ tokens → s < m ∧ lack s ≤ θ) ∧ size ≤ (tokens.map weight).sum

/-- Their letters lack as much. -/
theorem LackingWeight.spelled {weight lack : Nat → Nat} {v m θ size : Nat} (hm : m ≤ v) (h : LackingWeight weight m lack θ size) :
    Lacking (weightBelow weight m) (fun u => lack (tokenOf weight v u)) θ size := by
  match h with
  | ⟨tokens, nodup, facts, enough⟩ =>
    refine ⟨tokens.flatMap (letters weight), List.nodup_flatMap (tokenOf weight v) nodup (fun t _ => nodup_letters t) (fun t ht u hu => ?_),
      fun u hu => ?_, Nat.le_trans enough (Nat.le_of_eq (length tokens).symm)⟩
    · have mem := mem_letters.mp hu
      exact tokenOf_eq (Nat.lt_of_lt_of_le (facts t ht).left hm) mem.left mem.right
    · match List.mem_flatMap.mp hu with
      | ⟨t, ht, hu⟩ =>
        have mem := mem_letters.mp hu
        have fact := facts t ht
        refine ⟨Nat.lt_of_lt_of_le mem.right (weightBelow_mono (weight := weight) fact.left), ?_⟩
        show lack (tokenOf weight v u) ≤ θ
        rw [tokenOf_eq (Nat.lt_of_lt_of_le fact.left hm) mem.left mem.right]
        exact fact.right
where
  length (tokens : List Nat) : (tokens.flatMap (letters weight)).length = (tokens.map weight).sum := by
    induction tokens with
    | nil => rfl
    | cons t tokens ih =>
      show (letters weight t ++ tokens.flatMap (letters weight)).length = weight t + (tokens.map weight).sum
      rw [List.length_append, length_letters, ih]

/-- The least level at which something that lacks `a` takes no more than it may, `spare` for each level. -/
noncomputable def levelFor (spare a : Nat) : Nat := (a + (spare - 1)) / spare

theorem levelFor_spec {spare a level : Nat} (h : a ≤ level * spare) : levelFor spare a ≤ level ∧ a ≤ levelFor spare a * spare := by
  cases spare with
  | zero => exact ⟨Nat.zero_le _, Nat.le_trans h (Nat.le_of_eq (Nat.mul_zero level))⟩
  | succ k =>
    refine ⟨Nat.le_of_lt_succ ((Nat.div_lt_iff_lt_mul (Nat.succ_pos k)).mpr ?_), ?_⟩
    · rw [Nat.succ_mul]
      exact Nat.add_lt_add_of_le_of_lt h (Nat.lt_succ_self k)
    · have lt := Nat.lt_succ_mul_div (a + k) (Nat.succ_pos k)
      rw [Nat.succ_mul] at lt
      exact Nat.le_of_lt_succ (Nat.lt_of_add_lt_add_right (k := k) (Nat.lt_of_lt_of_le lt (Nat.le_of_eq (Nat.succ_add _ _).symm)))

namespace Mixture
noncomputable section

/-- The binomial coefficients of the classes with `c, c + 1, ...` other tokens, `k` of them, times the weight `w` of the maximum at the
other positions. -/
def weighedBinoms (n w k : Nat) : Nat → List Nat :=
  Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => []) (fun _ ih c => Nat.mul (binom n c) (Nat.pow w (Nat.sub n c)) :: ih (Nat.succ c)) k

/-- The constants of a count with these instead of binomial coefficients. -/
def _root_.Compact.CountSetup.weighed (s : CountSetup) (binoms : List Nat) : CountSetup := { s with binoms := binoms }

/-- The weight counted for one query and one maximum, without the query's own; what they can spare is given by four numbers. -/
def pairMass (s : CountSetup) (size : Nat → Nat → Nat) (Q : Asking) (last S gain off query rest : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun k _ => Nat.force (Nat.succ k) fun all => Nat.force (Nat.mul Q.heaviest s.parts) fun whole =>
    Nat.add (nth 0 s.binoms 0) (total last fun i => classAt s size Q S gain off query rest all whole i))
    (spareAt gain off query rest Q.mass)

/-- The same, from leads. -/
def queryMass (s : CountSetup) (m : Nat) (M : Leads) (q S : Nat) (Q : Asking) (size : Nat → Nat → Nat) : Nat :=
  Nat.force (readLane s.bits Q.lows m) fun lo => Nat.force (Nat.mul lo (readLane s.leadBits M.self q)) fun gain =>
  Nat.force (Nat.mul lo s.zero) fun off => Nat.force (Nat.mul Q.own (readLane s.leadBits M.own q)) fun query =>
  Nat.force (Nat.add (Nat.mul Q.own s.zero) (readLane s.bits Q.slack m)) fun rest =>
  pairMass s size Q (Nat.pred (classes s.n q m)) S gain off query rest

/-- The weight counted for the maximum `m`; none if its leads are wrong. -/
def massMaximum {δ : Type} (F : Method δ) (t : Tables) (C : LeadTable) (W : TokenWeights) (s : CountSetup) (one : Nat) (R : Leads.Rows)
    (Qs : List Asking) (m : Nat) : Nat :=
  (C.get m).force fun M => Bool.rec (motive := fun _ => Nat) 0
    (F.prepare s m M fun d => forceList (weighedBinoms s.n (readLane W.weightBits W.tokenWeights m) (Nat.succ s.n) 0) fun bs =>
      total (Nat.succ m) fun q => Nat.force q fun q => Nat.mul (readLane W.weightBits W.tokenWeights q) ((fun Q =>
        Nat.force (readLane s.leadBits M.direct q) fun direct => Nat.force (F.claims s d q) fun S =>
        F.sizes s m M d direct Q (queryMass (s.weighed bs) m M q S Q)) (nth noAsking Qs q)))
    (Nat.force (nth 0 t.position m) fun X => M.check s.bits t.width m one X R)

/-- The weight counted for the maxima `lo, ..., lo + len - 1`. -/
def massBlock {δ : Type} (F : Method δ) (t : Tables) (C : LeadTable) (W : TokenWeights) (lv : Levels) (sizeBits classBits lo len : Nat) : Nat :=
  (CountSetup.of t lv sizeBits classBits).force fun s => Nat.force (ones t.bits t.v) fun one =>
  (Leads.rows t one C.base).force fun R => Asking.forceFrom t F.extra (Nat.add lo len) 0 fun Qs =>
  total len fun i => Nat.force (Nat.add lo i) fun m => massMaximum F t C W s one R Qs m

/-- The check of one block: a weight of at least `bound`. -/
def massCheck {δ : Type} (F : Method δ) (t : Tables) (C : LeadTable) (W : TokenWeights) (lv : Levels) (sizeBits classBits lo len bound : Nat) : Bool :=
  ((Nat.ble (Nat.add lo len) t.v && Nat.ble (Nat.add t.width 5) t.bits) &&
    (Nat.ble 1 t.n && (Nat.ble 1 lv.parts &&
      Nat.ble (Nat.succ (Nat.pow (total t.v fun s => readLane W.weightBits W.tokenWeights s) t.n)) (Nat.pow 2 lv.countBits)))) &&
  (Leads.baseFits t.width (ones t.bits t.v) C.base && Nat.ble bound (massBlock F t C W lv sizeBits classBits lo len))

end

theorem getD_weighedBinoms (n w : Nat) {k i : Nat} (c : Nat) (hi : i < k) :
    (weighedBinoms n w k c).getD i 0 = binom n (c + i) * w ^ (n - (c + i)) := by
  induction k generalizing c i with
  | zero => exact absurd hi (Nat.not_lt_zero i)
  | succ k ih =>
    cases i with
    | zero => rfl
    | succ i => exact (ih (c + 1) (Nat.lt_of_succ_lt_succ hi)).trans (by rw [Nat.add_right_comm]; rfl)

/-- What makes a strategy sound: the tokens that it counts exist, and weigh what it says. -/
def Method.Weighs {δ : Type} (F : Method δ) (t : Tables) (weight : Nat → Nat) : Prop :=
  ∀ {T : Enclosure} {X : Nat → Nat} {m : Nat} {M : Leads} (lv : Levels)
  (sizeBits classBits : Nat), t.Describe T → t.width + 5 ≤ t.bits → m < t.v → M.Sound T X t.width t.v t.n m →
  ∃ d : δ, (∀ k, F.prepare (CountSetup.of t lv sizeBits classBits) m M k = k d) ∧ ∀ q, q ≤ m → ∃ size : Nat → Nat → Nat,
    (∀ k, F.sizes (CountSetup.of t lv sizeBits classBits) m M d (readLane (Leads.bits t.width) M.direct q) (Asking.of t F.extra q) k = k size) ∧
    ∀ θ N, LackingWeight weight m (fun k => lackOf (Leads.zero t.width) (T.tokenLo q k) (readLane (Leads.bits t.width) M.direct q)
      (readLane (Leads.bits t.width) M.token k)) θ (size θ N)

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {t : Tables} {T : Enclosure} {X : Nat → Nat} {prec q m S : Nat} {M : Leads}
  {weight : Nat → Nat}

/-- The spellings of a class whose levels add up to no more than all parts. -/
theorem _root_.Compact.PairKnown.atLeast_spelled {width v n c b parts B N : Nat} (K : PairKnown R P prec width v T X n q m S) (hc : c < classes n q m)
    {tokens : List Nat} {level need : Nat → Nat} (nodup : tokens.Nodup) (lt : ∀ u, u ∈ tokens → u < weightBelow weight m)
    (enough : ∀ u, u ∈ tokens → need (tokenOf weight v u) ≤ level u) (hB : weightBelow weight v ^ n < B) (hN : N = powerSum B level tokens)
    (h : Spares R T X v n (T.totalSlack (3 * 2 ^ width) n q S) q m c b parts (tokens.map (tokenOf weight v)) need) :
    AtLeast (lowCount B parts (binom n c * weight m ^ (n - c) * N ^ c)) fun z =>
      ((P (spelled weight v z ++ [q]) ∧ maximum (spelled weight v z ++ [q]) = m) ∧ ∀ u, u ∈ z → u < weightBelow weight v) ∧
        countOther m (spelled weight v z) = c := by
  have below : ∀ s, s ∈ tokens.map (tokenOf weight v) → s < m := fun s hs => match List.mem_map.mp hs with
    | ⟨u, hu, e⟩ => e ▸ tokenOf_lt (Nat.le_of_lt K.m_lt) (lt u hu)
  exact atLeast_lowSpelled (P := fun y => P (y ++ [q]) ∧ maximum (y ++ [q]) = m) K.m_lt nodup lt enough hB hN fun _ hy hlevel =>
    K.mixture_right hc below h hy hlevel

/-- The spellings of the class without other tokens. -/
theorem _root_.Compact.PairKnown.atLeast_spelled_alone {width v n : Nat} (K : PairKnown R P prec width v T X n q m S) (hc : 0 < classes n q m)
    (h : T.Passes X v n (T.totalSlack (3 * 2 ^ width) n q S) q m (T.mass q n) 0 m) :
    AtLeast (weight m ^ n) fun z =>
      ((P (spelled weight v z ++ [q]) ∧ maximum (spelled weight v z ++ [q]) = m) ∧ ∀ u, u ∈ z → u < weightBelow weight v) ∧
        countOther m (spelled weight v z) = 0 := by
  exact Compact.atLeast_spelled_alone (P := fun y => P (y ++ [q]) ∧ maximum (y ++ [q]) = m) K.m_lt fun _ hy => K.alone_right hc h hy

/-- One term before a sum. -/
theorem add_total (a n : Nat) (g : Nat → Nat) :
    Nat.add a (total n g) = total (n + 1) fun c => Nat.rec (motive := fun _ => Nat) a (fun i _ => g i) c :=
  (total_succ' n fun c => Nat.rec (motive := fun _ => Nat) a (fun i _ => g i) c).symm

/-- The weight of one query and one maximum is right. -/
theorem atLeast_pairMass (K : PairKnown R P prec t.width t.v T X t.n q m S) (hT : t.Describe T) (hn : 0 < t.n) (hS : t.entry t.slack q m = T.totalSlack t.ceiling t.n q S)
    (hM : M.Sound T X t.width t.v t.n m) {s : CountSetup} {f : Nat → Nat} (bits_eq : s.bits = t.bits) (n_eq : s.n = t.n)
    (base_eq : s.base = 2 ^ s.countBits) (binoms_eq : s.binoms = weighedBinoms t.n (weight m) (t.n + 1) 0) (hparts : 0 < s.parts)
    (hB : weightBelow weight t.v ^ t.n < 2 ^ s.countBits) {size : Nat → Nat → Nat}
    (hsize : ∀ θ N, LackingWeight weight m (fun k => lackOf (Leads.zero t.width) (T.tokenLo q k) (readLane (Leads.bits t.width) M.direct q)
      (readLane (Leads.bits t.width) M.token k)) θ (size θ N)) (N : Nat) :
    AtLeast (weight q * pairMass s size (Asking.of t f q) (Nat.pred (classes t.n q m)) N
      (T.tokenLo q m * readLane (Leads.bits t.width) M.self q) (T.tokenLo q m * Leads.zero t.width)
      (T.tokenLo q q * T.posLo q t.n * readLane (Leads.bits t.width) M.own q)
      (T.tokenLo q q * T.posLo q t.n * Leads.zero t.width + t.entry t.slack q m))
      fun z => ((P (spelled weight t.v z) ∧ maximum (spelled weight t.v z) = m) ∧ ∀ u, u ∈ z → u < weightBelow weight t.v) ∧
        lastToken (spelled weight t.v z) = q := by
  have hqv : q < t.v := Nat.lt_of_le_of_lt K.q_le K.m_lt
  have hq := K.q_le
  have mass_eq : (Asking.of t f q).mass = T.mass q t.n := (nth_eq _ _ _).trans (hT.mass q hqv)
  have slack_eq : t.entry t.slack q m = T.totalSlack (3 * 2 ^ t.width) t.n q S := hS
  refine AtLeast.append_letters (P := fun x => P x ∧ maximum x = m) hqv ?_
  unfold pairMass
  rw [mass_eq]
  cases hall : spareAt (T.tokenLo q m * readLane (Leads.bits t.width) M.self q) (T.tokenLo q m * Leads.zero t.width)
    (T.tokenLo q q * T.posLo q t.n * readLane (Leads.bits t.width) M.own q)
    (T.tokenLo q q * T.posLo q t.n * Leads.zero t.width + t.entry t.slack q m) (T.mass q t.n) with
  | zero => exact AtLeast.zero
  | succ k =>
    show AtLeast (Nat.force (Nat.succ k) fun all => Nat.force _ fun whole => Nat.add _ (total _ _)) _
    rw [Nat.force_eq, Nat.force_eq]
    cases ec : classes t.n q m with
    | zero => exact absurd ec (Nat.ne_of_gt (classes_pos hn))
    | succ last =>
      refine AtLeast.weaken (Nat.le_of_eq ?_) (AtLeast.mono_pred (fun _ h => h.left)
        (AtLeast.total (n := last + 1) (f := fun c => Nat.rec (motive := fun _ => Nat) (nth 0 s.binoms 0)
          (fun i _ => classAt s size (Asking.of t f q) N (T.tokenLo q m * readLane (Leads.bits t.width) M.self q)
            (T.tokenLo q m * Leads.zero t.width) (T.tokenLo q q * T.posLo q t.n * readLane (Leads.bits t.width) M.own q)
            (T.tokenLo q q * T.posLo q t.n * Leads.zero t.width + t.entry t.slack q m) (k + 1)
            ((Asking.of t f q).heaviest * s.parts) i) c)
          (fun z => countOther m (spelled weight t.v z)) fun c hc => ?_))
      · exact add_total _ _ _
      · cases c with
        | zero =>
          show AtLeast (nth 0 s.binoms 0) _
          rw [nth_eq, binoms_eq, getD_weighedBinoms t.n _ 0 (Nat.succ_pos t.n)]
          refine of_eq (Nat.one_mul _) ?_
          exact K.atLeast_spelled_alone (ec ▸ Nat.zero_lt_succ last) (slack_eq ▸ passes_of_spareAt hM hq hall)
        | succ i =>
          have hi : i + 1 < classes t.n q m := ec ▸ hc
          show AtLeast (classAt _ _ _ _ _ _ _ _ _ _ i) _
          unfold classAt
          rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, bits_eq, n_eq]
          have hc : i + 1 ≤ t.n := le_of_lt_classes hi
          have low_eq : readLane t.bits (Asking.of t f q).low (Nat.sub t.n (Nat.succ i)) = t.entry t.low q (t.n - (i + 1)) :=
            congrArg (fun x => digit t.bits x (t.n - (i + 1))) (nth_eq _ _ _)
          have heaviest_eq : (Asking.of t f q).heaviest = t.entry t.high q 1 :=
            congrArg (fun x => digit t.bits x 1) (nth_eq _ _ _)
          match (hT.weights q (t.n - (i + 1)) hqv (Nat.sub_le _ _)).low, (hT.weights q 1 hqv (Nat.le_trans (Nat.succ_le_succ (Nat.zero_le i)) hc)).high with
          | ⟨low, elow⟩, ⟨high, ehigh⟩ =>
            rw [low_eq]
            unfold classCount
            show AtLeast (Nat.rec (motive := fun _ => Nat) 0 _ (k + 1 - (k + 1 - _))) _
            cases hspare : k + 1 - (k + 1 - spareAt (T.tokenLo q m * readLane (Leads.bits t.width) M.self q)
              (T.tokenLo q m * Leads.zero t.width) (T.tokenLo q q * T.posLo q t.n * readLane (Leads.bits t.width) M.own q)
              (T.tokenLo q q * T.posLo q t.n * Leads.zero t.width + t.entry t.slack q m)
              (t.entry t.low q (t.n - (i + 1)))) with
            | zero => exact AtLeast.zero
            | succ x =>
              show AtLeast (Nat.force x fun k => Nat.force _ fun N => lowCount _ _ _) _
              rw [Nat.force_eq, Nat.force_eq]
              match gradeSum_spec (bits := s.countBits) (sizeBits := s.sizeBits) (spare := x)
                (whole := (Asking.of t f q).heaviest * s.parts) (fun θ N => (hsize θ N).spelled (Nat.le_of_lt K.m_lt))
                (Nat.rec (motive := fun _ => List Nat) [s.parts] (fun _ _ => s.levels) i) [] (Nat.shiftRight N (s.classBits * i)) with
              | ⟨tokens, level, nodup, facts, sum⟩ =>
                match atLeast_pairCount.minimum hspare with
                | ⟨hx, y, hy, here⟩ =>
                  rw [nth_eq, binoms_eq, getD_weighedBinoms t.n _ 0 (Nat.lt_succ_of_le hc), Nat.zero_add, base_eq]
                  refine K.atLeast_spelled (need := fun s' => levelFor x (lackOf (Leads.zero t.width) (T.tokenLo q s')
                    (readLane (Leads.bits t.width) M.direct q) (readLane (Leads.bits t.width) M.token s') * ((Asking.of t f q).heaviest * s.parts)))
                    hi nodup (b := (Asking.of t f q).heaviest) (fun u hu => (facts u hu).right.left) (fun u hu =>
                      (levelFor_spec (facts u hu).right.right).left) hB sum
                    ⟨hparts, ⟨high, heaviest_eq.trans ehigh⟩, low, fun u hu hne => ?_⟩
                  have elow : t.entry t.low q (t.n - (i + 1)) = lowMass (T.posLows q t.n) (t.n - (i + 1)) low := elow
                  refine ⟨ofNat R x, ofNat_nonneg x, lt_of_le_of_lt (ofNat_le hy) ?_, lt_of_le_of_lt (ofNat_le hx) ?_, fun s hs => ?_⟩
                  · rw [← elow, ← slack_eq]
                    exact lt_spared_of_spareAt hM hq here hu hne
                  · rw [← slack_eq]
                    exact lt_spared_of_spareAt hM hq hall hu hne
                  · match List.mem_map.mp hs with
                    | ⟨a, ha, e⟩ =>
                      have fact := facts a ha
                      have lt : s < m := e ▸ tokenOf_lt (Nat.le_of_lt K.m_lt) fact.right.left
                      exact takes_of_lack (share_ge_lackOf hM hq (Nat.le_of_lt lt) hu hne) (e ▸ (levelFor_spec fact.right.right).right)
where
  of_eq {N N' : Nat} {P : List Nat → Prop} (e : N = N') (h : AtLeast N' P) : AtLeast N P := e ▸ h
  classes_pos {n q m : Nat} (hn : 0 < n) : 0 < classes n q m := by
    unfold classes
    cases Nat.beq q m with
    | true => exact Nat.zero_lt_succ n
    | false => exact hn

end

section
variable (R : Type) [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {T : Enclosure}

/-- The weight of one maximum is right. -/
theorem atLeast_massMaximum {δ : Type} {F : Method δ} {W : TokenWeights} (hF : F.Weighs t W.weight) (hT : t.Describe T) {C : LeadTable}
    {lv : Levels} {sizeBits classBits m count : Nat} (hbits : t.width + 5 ≤ t.bits) (hn : 0 < t.n) (hparts : 0 < lv.parts)
    (hB : weightBelow W.weight t.v ^ t.n < 2 ^ lv.countBits) (hbase : Leads.baseFits t.width (ones t.bits t.v) C.base = true) (hm : m < t.v)
    (hcount : m < count) (judges : T.Judges R prec t.v t.n m P) :
    AtLeast (massMaximum F t C W (CountSetup.of t lv sizeBits classBits) (ones t.bits t.v) (Leads.rows t (ones t.bits t.v) C.base)
      (List.tabulateFrom 0 count (Asking.of t F.extra)) m) fun z =>
        (P (spelled W.weight t.v z) ∧ ∀ u, u ∈ z → u < weightBelow W.weight t.v) ∧ maximum (spelled W.weight t.v z) = m := by
  unfold massMaximum
  rw [Leads.force_eq, Nat.force_eq]
  match hT.position m hm with
    | ⟨X, hX, noBetter, hX'⟩ =>
      cases checked : (C.get m).check (CountSetup.of t lv sizeBits classBits).bits t.width m (ones t.bits t.v)
          (nth 0 t.position m) (Leads.rows t (ones t.bits t.v) C.base) with
      | false => exact AtLeast.zero
      | true =>
        rw [nth_eq] at checked
        have hM := Leads.sound_of_check hT hbits hm hbase hX hX' checked
        match hF lv sizeBits classBits hT hbits hm hM with
        | ⟨d, hd, sizes⟩ =>
          show AtLeast (F.prepare _ _ _ _) _
          rw [hd, forceList_eq]
          refine AtLeast.mono_pred (fun _ h => ⟨⟨h.left.left.left, h.left.right⟩, h.left.left.right⟩)
            (AtLeast.total (P := fun z => (P (spelled W.weight t.v z) ∧ maximum (spelled W.weight t.v z) = m) ∧
              ∀ u, u ∈ z → u < weightBelow W.weight t.v) (fun z => lastToken (spelled W.weight t.v z)) fun q hq => ?_)
          have hq' := Nat.le_of_lt_succ hq
          have hqv : q < t.v := Nat.lt_of_le_of_lt hq' hm
          have asking : nth noAsking (List.tabulateFrom 0 count (Asking.of t F.extra)) q = Asking.of t F.extra q := by
            rw [nth_eq, List.getD_tabulateFrom _ (Nat.lt_of_le_of_lt hq' hcount), Nat.zero_add]
          rw [Nat.force_eq, asking]
          show AtLeast (Nat.mul _ (Nat.force _ fun direct => Nat.force _ fun S => _)) _
          rw [Nat.force_eq, Nat.force_eq]
          match sizes q hq', hT.slack q m hqv hm with
          | ⟨size, hsize, lacking⟩, ⟨S, hS, slackLe⟩ =>
            refine of_eq (congrArg (Nat.mul _) (hsize _)) ?_
            unfold queryMass
            rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
            have lo_eq : readLane t.bits (nth 0 t.tokenLo q) m = T.tokenLo q m := (congrArg (fun x => digit t.bits x m) (nth_eq _ _ _)).trans (hT.tokenLo q m hqv hm)
            have own_eq : (Asking.of t F.extra q).own = _ := atLeast_countMaximum.own_of hT hqv
            have slack_eq : readLane t.bits (nth 0 t.slack q) m = t.entry t.slack q m := congrArg (fun x => digit t.bits x m) (nth_eq _ _ _)
            refine of_eq (congrArg (Nat.mul _) (congr4 size (Asking.of t F.extra q) _ _ lo_eq own_eq slack_eq)) ?_
            exact atLeast_pairMass (weight := W.weight) (s := (CountSetup.of t lv sizeBits classBits).weighed _)
              ⟨judges, hT.narrow, hm, hq', noBetter, slackLe⟩ hT hn hS hM rfl rfl rfl rfl hparts hB lacking _
where
  of_eq {N N' : Nat} {P : List Nat → Prop} (e : N = N') (h : AtLeast N' P) : AtLeast N P := e ▸ h
  congr4 {s : CountSetup} (size : Nat → Nat → Nat) (Q : Asking) (last S : Nat) {lo lo' own own' sl sl' self ownLead z : Nat}
      (h : lo = lo') (h' : own = own') (h'' : sl = sl') :
      pairMass s size Q last S (lo * self) (lo * z) (own * ownLead) (own * z + sl) =
        pairMass s size Q last S (lo' * self) (lo' * z) (own' * ownLead) (own' * z + sl') := by
    rw [h, h', h'']

/-- The check of a block of maxima is sound. -/
theorem mass_sound {δ : Type} {F : Method δ} {W : TokenWeights} (hF : F.Weighs t W.weight) {w : Weights} {params : Params} {e : TableWitness}
    (tables : t.check w params e = true) (C : LeadTable) (lv : Levels) (sizeBits classBits lo len bound : Nat)
    (h : massCheck F t C W lv sizeBits classBits lo len bound = true) :
    AtLeast bound fun z => (Correct R w (spelled W.weight t.v z) ∧ ∀ u, u ∈ z → u < weightBelow W.weight t.v) ∧
      lo ≤ maximum (spelled W.weight t.v z) ∧ maximum (spelled W.weight t.v z) < lo + len := by
  have fits := Bool.and_left h
  have hlen := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left fits))
  have hbits := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left fits))
  have hn := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right fits))
  have hparts := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right fits)))
  have hB := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right fits)))
  match Tables.describe R tables with
  | ⟨hw, ⟨hv, hn_eq⟩, _, hT⟩ =>
    refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right h))) ?_
    unfold massBlock
    rw [CountSetup.force_eq, Nat.force_eq, Leads.Rows.force_eq, Asking.forceFrom_eq]
    refine AtLeast.totalFrom (fun z => maximum (spelled W.weight t.v z)) fun i hi => ?_
    rw [Nat.force_eq]
    have lt : lo + i < lo + len := Nat.add_lt_add_left hi lo
    exact atLeast_massMaximum R hF hT hbits hn hparts hB (Bool.and_left (Bool.and_right h)) (Nat.lt_of_lt_of_le lt hlen) lt
      (hv ▸ hw.judges params hn_eq)

end
end Mixture

/-- All blocks together, from the maximum 0, for words that spell inputs. -/
theorem Blocks.mass_sound {P : List Nat → Prop} {weight : Nat → Nat} {v : Nat} {check : Nat → Nat → Nat → Bool}
    (h : ∀ lo len bound, check lo len bound = true → AtLeast bound fun z => (P (spelled weight v z) ∧ ∀ u, u ∈ z → u < weightBelow weight v) ∧
      lo ≤ maximum (spelled weight v z) ∧ maximum (spelled weight v z) < lo + len)
    {blocks : List (List Nat)} (hall : all check blocks 0 = true) {bound : Nat} (hbound : Nat.ble bound (inputs blocks) = true) :
    MassAtLeast weight bound P := by
  have each : ∀ (blocks : List (List Nat)) (lo : Nat), all check blocks lo = true → AtLeast (inputs blocks) fun z =>
      (P (spelled weight v z) ∧ ∀ u, u ∈ z → u < weightBelow weight v) ∧ lo ≤ maximum (spelled weight v z) := by
    intro blocks
    induction blocks with
    | nil => exact fun _ _ => AtLeast.zero
    | cons b blocks ih =>
      intro lo hall
      have first := h _ _ _ (Bool.and_left hall)
      refine AtLeast.mono_pred (fun x hx => ?_) (AtLeast.add first (ih _ (Bool.and_right hall)) fun x hx hy => ?_)
      · exact hx.elim (fun hx => ⟨hx.left, hx.right.left⟩) fun hx => ⟨hx.left, Nat.le_trans (Nat.le_add_right _ _) hx.right⟩
      · exact Nat.not_lt_of_le hy.right hx.right.right
  exact MassAtLeast.weaken (Nat.le_of_ble_eq_true hbound) (MassAtLeast.of_spelled (AtLeast.mono_pred (fun _ h => h.left) (each blocks 0 hall)))

end Compact
