prelude
import Compact.Transformer.Minimum.Block
import Compact.Transformer.Mixture.Fast
/-!
# Counting block by block

`countBlock` counts for the maxima of one block; a certificate says how the maxima fall into blocks, and each block is a
theorem of its own (`Blocks.next`), so that the kernel can forget one before it begins the next.
-/
namespace Compact

/-! ## Blocks -/

namespace Blocks

/-- The inputs counted in all blocks; of each it is said how many maxima it has, and how many inputs it counts. -/
noncomputable def inputs (blocks : List (List Nat)) : Nat := fold (fun b ih => Nat.add (nth 0 b 1) ih) 0 blocks

/-- The check of all blocks, the first maximum being `lo`: `check lo len bound` is that of one. -/
noncomputable def all (check : Nat → Nat → Nat → Bool) (blocks : List (List Nat)) : Nat → Bool :=
  fold (fun b ih lo => check lo (nth 0 b 0) (nth 0 b 1) && ih (Nat.add lo (nth 0 b 0))) (fun _ => true) blocks

/-- One block, then the others. -/
theorem next {check : Nat → Nat → Nat → Bool} {b : List Nat} {blocks : List (List Nat)} {lo : Nat}
    (first : check lo (nth 0 b 0) (nth 0 b 1) = true) (others : all check blocks (Nat.add lo (nth 0 b 0)) = true) :
    all check (b :: blocks) lo = true := Bool.and_intro first others

/-- Different blocks are different inputs. -/
theorem sound {P : List Nat → Prop} {check : Nat → Nat → Nat → Bool} (h : ∀ lo len bound, check lo len bound = true →
      AtLeast bound fun x => P x ∧ lo ≤ maximum x ∧ maximum x < lo + len)
    {blocks : List (List Nat)} {lo : Nat} (hall : all check blocks lo = true) :
    AtLeast (inputs blocks) fun x => P x ∧ lo ≤ maximum x := by
  induction blocks generalizing lo with
  | nil => exact AtLeast.zero
  | cons b blocks ih =>
    have first := h _ _ _ (Bool.and_left hall)
    refine AtLeast.mono_pred (fun x hx => ?_) (AtLeast.add first (ih (Bool.and_right hall)) fun x hx hy => ?_)
    · exact hx.elim (fun hx => ⟨hx.left, hx.right.left⟩) fun hx => ⟨hx.left, Nat.le_trans (Nat.le_add_right _ _) hx.right⟩
    · exact Nat.not_lt_of_le hy.right hx.right.right

/-- All blocks together, from the maximum 0. -/
theorem bound_sound {P : List Nat → Prop} {check : Nat → Nat → Nat → Bool} (h : ∀ lo len bound, check lo len bound = true →
      AtLeast bound fun x => P x ∧ lo ≤ maximum x ∧ maximum x < lo + len)
    {blocks : List (List Nat)} (hall : all check blocks 0 = true) {bound : Nat} (hbound : Nat.ble bound (inputs blocks) = true) :
    AtLeast bound P :=
  AtLeast.weaken (Nat.le_of_ble_eq_true hbound) (AtLeast.mono_pred (fun _ h => h.left) (sound h hall))

end Blocks

/-! ## One block -/

/-- The leads of the maximum `m`. -/
noncomputable def LeadTable.get (C : LeadTable) (m : Nat) : Leads :=
  ⟨nth 0 C.tokenLead m, nth 0 C.directLead m, nth 0 C.ownLead m, nth 0 C.selfLead m⟩

/-- Evaluate the leads, then go on with them. -/
noncomputable def Leads.force {α : Type} (M : Leads) (k : Leads → α) : α :=
  Nat.literal M.token fun token => Nat.literal M.direct fun direct => Nat.literal M.own fun own => Nat.literal M.self fun self =>
  k ⟨token, direct, own, self⟩

theorem Leads.force_eq {α : Type} (M : Leads) (k : Leads → α) : M.force k = k M := by
  unfold force
  rw [Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq]

namespace CountSetup

/-- The constants of a count. -/
noncomputable def of (t : Tables) (lv : Levels) (sizeBits classBits : Nat) : CountSetup where
  bits := t.bits
  leadBits := Leads.bits t.width
  zero := Leads.zero t.width
  n := t.n
  parts := lv.parts
  countBits := lv.countBits
  sizeBits := sizeBits
  classBits := classBits
  base := Nat.pow 2 lv.countBits
  levels := lv.levels
  binoms := Compact.binoms t.n (Nat.succ t.n) 0

/-- Evaluate the constants, then go on with them. -/
noncomputable def force {α : Type} (s : CountSetup) (k : CountSetup → α) : α :=
  Nat.literal s.bits fun bits => Nat.literal s.leadBits fun leadBits => Nat.literal s.zero fun zero' => Nat.literal s.n fun n =>
  Nat.literal s.parts fun parts => Nat.literal s.countBits fun countBits => Nat.literal s.sizeBits fun sizeBits =>
  Nat.literal s.classBits fun classBits => Nat.literal s.base fun base => forceList s.binoms fun binoms =>
  k ⟨bits, leadBits, zero', n, parts, countBits, sizeBits, classBits, base, s.levels, binoms⟩

theorem force_eq {α : Type} (s : CountSetup) (k : CountSetup → α) : s.force k = k s := by
  unfold force
  rw [Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq, Nat.literal_eq,
    Nat.literal_eq, forceList_eq]

end CountSetup

namespace Mixture
noncomputable section

/-- What is read when there is no such query. -/
def noAsking : Asking := ⟨0, 0, 0, 0, 0, 0, 0⟩

/-- What a strategy adds: what it reads of the factors of a query; what it prepares for a maximum; how it goes on with
numbers of tokens for a query, whose lead of the direct path is given; and what a certificate says of these. -/
structure Method (δ : Type) where
  extra : Nat → Nat
  prepare : CountSetup → Nat → Leads → (δ → Nat) → Nat
  sizes : CountSetup → Nat → Leads → δ → Nat → Asking → ((Nat → Nat → Nat) → Nat) → Nat
  claims : CountSetup → δ → Nat → Nat

/-- The inputs counted for the maximum `m`, whose leads are `M`: those of each query. -/
def countQueries {δ : Type} (F : Method δ) (s : CountSetup) (Qs : List Asking) (m : Nat) (M : Leads) : Nat :=
  F.prepare s m M fun d => along (fun q Q => F.sizes s m M d (readLane s.leadBits M.direct q) Q fun size =>
    CountSetup.rec (motive := fun _ => Nat) (fun bits leadBits origin n parts countBits sizeBits classBits base levels binoms =>
      Leads.rec (motive := fun _ => Nat) (fun _ _ owns selfs => Asking.rec (motive := fun _ => Nat) (fun lows _ own mass heaviest low slack =>
        queryFast bits leadBits origin n parts countBits sizeBits classBits base levels binoms m selfs owns q (F.claims s d q) size
          lows own mass heaviest low slack) Q) M) s) m (Nat.succ m) Qs

/-- The inputs counted for the maximum `m`; none if its leads are wrong. -/
def countMaximum {δ : Type} (F : Method δ) (t : Tables) (C : LeadTable) (s : CountSetup) (one : Nat) (R : Leads.Rows)
    (Qs : List Asking) (m : Nat) : Nat :=
  (C.get m).force fun M => Bool.rec (motive := fun _ => Nat) 0 (countQueries F s Qs m M)
    (Nat.force (nth 0 t.position m) fun X => M.check s.bits t.width m one X R)

/-- The inputs counted for the maxima `lo, ..., lo + len - 1`. -/
def countBlock {δ : Type} (F : Method δ) (t : Tables) (C : LeadTable) (lv : Levels) (sizeBits classBits lo len : Nat) : Nat :=
  (CountSetup.of t lv sizeBits classBits).force fun s => Nat.force (ones t.bits t.v) fun one =>
  (Leads.rows t one C.base).force fun R => Asking.forceFrom t F.extra (Nat.add lo len) 0 fun Qs =>
  total len fun i => Nat.force (Nat.add lo i) fun m => countMaximum F t C s one R Qs m

/-- The check of one block: at least `bound` inputs. -/
def blockCheck {δ : Type} (F : Method δ) (t : Tables) (C : LeadTable) (lv : Levels) (sizeBits classBits lo len bound : Nat) : Bool :=
  ((Nat.ble (Nat.add lo len) t.v && Nat.ble (Nat.add t.width 5) t.bits) &&
    (Nat.ble 1 t.n && (Nat.ble 1 lv.parts && Nat.ble (Nat.succ (Nat.pow t.v t.n)) (Nat.pow 2 lv.countBits)))) &&
  (Leads.baseFits t.width (ones t.bits t.v) C.base && Nat.ble bound (countBlock F t C lv sizeBits classBits lo len))

end

/-- What makes a strategy sound: the tokens that it counts exist. -/
def Method.Sound {δ : Type} (F : Method δ) (t : Tables) : Prop := ∀ {T : Enclosure} {X : Nat → Nat} {m : Nat} {M : Leads} (lv : Levels)
  (sizeBits classBits : Nat), t.Describe T → t.width + 5 ≤ t.bits → m < t.v → M.Sound T X t.width t.v t.n m →
  ∃ d : δ, (∀ k, F.prepare (CountSetup.of t lv sizeBits classBits) m M k = k d) ∧ ∀ q, q ≤ m → ∃ size : Nat → Nat → Nat,
    (∀ k, F.sizes (CountSetup.of t lv sizeBits classBits) m M d (readLane (Leads.bits t.width) M.direct q) (Asking.of t F.extra q) k = k size) ∧
    ∀ θ N, Lacking m (fun k => lackOf (Leads.zero t.width) (T.tokenLo q k) (readLane (Leads.bits t.width) M.direct q)
      (readLane (Leads.bits t.width) M.token k)) θ (size θ N)

section
variable (R : Type) [ExpField R] {P : List Nat → Prop} {prec : Nat} {w : Weights} {params : Params} {e : TableWitness} {t : Tables}
  {T : Enclosure}

/-- The count of one maximum is right. -/
theorem atLeast_countMaximum {δ : Type} {F : Method δ} (hF : F.Sound t) (hT : t.Describe T) {C : LeadTable}
    {lv : Levels} {sizeBits classBits m count : Nat} (hbits : t.width + 5 ≤ t.bits) (hn : 0 < t.n) (hparts : 0 < lv.parts)
    (hB : t.v ^ t.n < 2 ^ lv.countBits) (hbase : Leads.baseFits t.width (ones t.bits t.v) C.base = true) (hm : m < t.v)
    (hcount : m < count) (judges : T.Judges R prec t.v t.n m P) :
    AtLeast (countMaximum F t C (CountSetup.of t lv sizeBits classBits) (ones t.bits t.v) (Leads.rows t (ones t.bits t.v) C.base)
      (List.tabulateFrom 0 count (Asking.of t F.extra)) m) fun x => P x ∧ maximum x = m := by
  unfold countMaximum
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
          rw [hd]
          rw [along_eq _ noAsking (Nat.le_refl _) (Nat.le_trans hcount (Nat.le_of_eq List.length_tabulateFrom.symm))]
          refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
          have hq' := Nat.le_of_lt_succ hq
          have hqv : q < t.v := Nat.lt_of_le_of_lt hq' hm
          have asking : List.getD (List.tabulateFrom 0 count (Asking.of t F.extra)) q noAsking = Asking.of t F.extra q := by
            rw [List.getD_tabulateFrom _ (Nat.lt_of_le_of_lt hq' hcount), Nat.zero_add]
          rw [Nat.sub_self, Nat.zero_add, asking]
          match sizes q hq', hT.slack q m hqv hm with
          | ⟨size, hsize, lacking⟩, ⟨S, hS, slackLe⟩ =>
            refine of_eq (hsize _) (of_eq (queryFast_eq (CountSetup.of t lv sizeBits classBits) m (C.get m) q (F.claims (CountSetup.of t lv sizeBits classBits) d q)
              (Asking.of t F.extra q) size) ?_)
            have lo_eq : readLane t.bits (nth 0 t.tokenLo q) m = T.tokenLo q m := (congrArg (fun x => digit t.bits x m) (nth_eq _ _ _)).trans (hT.tokenLo q m hqv hm)
            have own_eq : (Asking.of t F.extra q).own = _ := own_of hT hqv
            have slack_eq : readLane t.bits (nth 0 t.slack q) m = t.entry t.slack q m := congrArg (fun x => digit t.bits x m) (nth_eq _ _ _)
            refine of_eq (congr4 size (Asking.of t F.extra q) _ _ lo_eq own_eq slack_eq) ?_
            exact atLeast_pairCount (s := CountSetup.of t lv sizeBits classBits) ⟨judges, hT.narrow, hm, hq', noBetter, slackLe⟩ hT hn hS hM
              rfl rfl rfl rfl hparts hB lacking _
where
  of_eq {N N' : Nat} {P : List Nat → Prop} (e : N = N') (h : AtLeast N' P) : AtLeast N P := e ▸ h
  own_of {T : Enclosure} {f : Nat → Nat} {q : Nat} (hT : t.Describe T) (hqv : q < t.v) :
      (Asking.of t f q).own = T.tokenLo q q * T.posLo q t.n := by
    show readLane t.bits (nth 0 t.tokenLo q) q * nth 0 t.own q = _
    rw [nth_eq, nth_eq, hT.own q hqv]
    exact congrArg (· * T.posLo q t.n) (hT.tokenLo q q hqv hqv)
  congr4 {s : CountSetup} (size : Nat → Nat → Nat) (Q : Asking) (last S : Nat) {lo lo' own own' sl sl' self ownLead z : Nat}
      (h : lo = lo') (h' : own = own') (h'' : sl = sl') :
      pairCount s size Q last S (lo * self) (lo * z) (own * ownLead) (own * z + sl) =
        pairCount s size Q last S (lo' * self) (lo' * z) (own' * ownLead) (own' * z + sl') := by
    rw [h, h', h'']

/-- The check of a block of maxima is sound, whatever the tables decide. -/
theorem block_judged {δ : Type} {F : Method δ} (hF : F.Sound t) (hT : t.Describe T) (C : LeadTable) (lv : Levels)
    (sizeBits classBits lo len bound : Nat) (judges : ∀ m, lo ≤ m → m < lo + len → T.Judges R prec t.v t.n m P)
    (h : blockCheck F t C lv sizeBits classBits lo len bound = true) :
    AtLeast bound fun x => P x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have fits := Bool.and_left h
  have hlen := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left fits))
  have hbits := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left fits))
  have hn := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right fits))
  have hparts := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right fits)))
  have hB := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right fits)))
  refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right h))) ?_
  unfold countBlock
  rw [CountSetup.force_eq, Nat.force_eq, Leads.Rows.force_eq, Asking.forceFrom_eq]
  refine AtLeast.totalFrom maximum fun i hi => ?_
  rw [Nat.force_eq]
  have lt : lo + i < lo + len := Nat.add_lt_add_left hi lo
  exact atLeast_countMaximum R hF hT hbits hn hparts hB (Bool.and_left (Bool.and_right h)) (Nat.lt_of_lt_of_le lt hlen) lt
    (judges _ (Nat.le_add_right lo i) lt)

/-- The check of a block of maxima is sound. -/
theorem block_sound {δ : Type} {F : Method δ} (hF : F.Sound t) (describe : t.check w params e = true) (C : LeadTable) (lv : Levels)
    (sizeBits classBits lo len bound : Nat) (h : blockCheck F t C lv sizeBits classBits lo len bound = true) :
    AtLeast bound fun x => Correct R w x ∧ lo ≤ maximum x ∧ maximum x < lo + len :=
  match Tables.describe R describe with
  | ⟨hw, ⟨hv, hn⟩, _, hT⟩ => block_judged R hF hT C lv sizeBits classBits lo len bound (fun _ _ _ => hv ▸ hw.judges params hn) h

end
end Mixture
end Compact
