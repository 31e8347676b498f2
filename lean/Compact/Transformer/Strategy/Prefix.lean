prelude
import Compact.Transformer.Mixture.Block
import Compact.Packed.RunningLanes
import Compact.Transformer.Minimum.Query
/-!
# Strategy: prefix

Each level of each class may hold the tokens below a bound that the certificate gives, and is decided by one test of extreme
values: the least lead of these tokens and the largest of their factors.  A lead is checked by one lane test on a packed row
(`Transformer/Mixture/Leads.lean`), so no step looks at outputs one by one, nor at tokens.
-/
namespace Compact
namespace Prefix
noncomputable section

/-- What is computed for a maximum. -/
structure Prepared where
  /-- Running minima of the leads of the tokens. -/
  least : Nat
  /-- Numbers of tokens, for each query, class and level. -/
  sizes : Nat

/-- Running minima of leads. -/
def leastOf (b m : Nat) (M : Leads) : Nat := running Compact.least b (unpack b (Nat.succ m) M.token) (Nat.pred (Nat.pow 2 b))

/-- Running maxima of the lanes of a row: all at once, if their top bits are free. -/
def greatestOf (L v lows : Nat) : Nat :=
  Nat.force (onesOf L v) fun one => Nat.force (Nat.sub L 1) fun low =>
  Bool.rec (motive := fun _ => Nat) (running greatest L (unpack L v lows) 0) (lanesRunning L v (Nat.mul (Nat.pow 2 low) one) low lows)
    (lanesWithin (Nat.mul (Nat.sub (Nat.pow 2 low) 1) one) lows)

/-- What the tokens `0, ..., i` lack at most. -/
def lackUpTo (s : CountSetup) (d : Prepared) (direct : Nat) (Q : Asking) (i : Nat) : Nat :=
  lackOf s.zero (readLane s.bits Q.extra i) direct (readLane s.leadBits d.least i)

/-- `κ` if the tokens below it lack at most `θ`, and there are so many; else 0. -/
def sizeOf (s : CountSetup) (m : Nat) (d : Prepared) (direct : Nat) (Q : Asking) (θ κ : Nat) : Nat :=
  Nat.mul κ (Nat.sub 1 (Nat.add (Nat.sub (lackUpTo s d direct Q (Nat.pred κ)) θ) (Nat.sub κ m)))

/-- The same, written out with numbers only, for the kernel: `short` is twice what stands for the lead 0 less the lead of the direct path, `base`
and `leadBase` are powers of two that cut lanes off. -/
def sizeFrom (short bits base leadBits leadBase least extra m θ κ : Nat) : Nat :=
  Nat.mul κ (Nat.sub 1 (Nat.add
    (Nat.sub (Nat.mul (Nat.mod (Nat.shiftRight extra (Nat.mul bits (Nat.pred κ))) base)
      (Nat.sub short (Nat.mod (Nat.shiftRight least (Nat.mul leadBits (Nat.pred κ))) leadBase))) θ)
    (Nat.sub κ m)))

/-- Go on with how many tokens a certificate says, if they pass. -/
def sizesOf (s : CountSetup) (m : Nat) (d : Prepared) (direct : Nat) (Q : Asking) (k : (Nat → Nat → Nat) → Nat) : Nat :=
  CountSetup.rec (motive := fun _ => Nat) (fun bits leadBits origin _ _ _ sizeBits _ _ _ _ => Prepared.rec (motive := fun _ => Nat) (fun least _ =>
    Asking.rec (motive := fun _ => Nat) (fun _ extra _ _ _ _ _ => k fun θ S => Nat.rec (motive := fun _ => Nat) 0
      (fun i _ => sizeFrom (Nat.sub (Nat.add origin origin) direct) bits (Nat.pow 2 bits) leadBits (Nat.pow 2 leadBits) least extra m θ (Nat.succ i))
      (Nat.mod S (Nat.pow 2 sizeBits))) Q) d) s

theorem sizeFrom_eq (s : CountSetup) (m : Nat) (d : Prepared) (direct : Nat) (Q : Asking) (θ κ : Nat) :
    sizeFrom (Nat.sub (Nat.add s.zero s.zero) direct) s.bits (Nat.pow 2 s.bits) s.leadBits (Nat.pow 2 s.leadBits) d.least Q.extra m θ κ =
      sizeOf s m d direct Q θ κ := by
  show κ * (1 - (readLane s.bits Q.extra (κ - 1) * (s.zero + s.zero - direct - readLane s.leadBits d.least (κ - 1)) - θ + (κ - m))) =
    κ * (1 - (readLane s.bits Q.extra (κ - 1) * (s.zero + s.zero - (direct + readLane s.leadBits d.least (κ - 1))) - θ + (κ - m)))
  rw [Nat.sub_add_eq _ direct]

/-- How tokens are counted: `sizes` are those of a certificate. -/
def method (t : Tables) (sizes : List Nat) : Mixture.Method Prepared where
  extra := greatestOf t.bits t.v
  prepare := fun s m M k => Nat.literal (leastOf s.leadBits m M) fun least => Nat.literal (nth 0 sizes m) fun sizes => k ⟨least, sizes⟩
  sizes := fun s m _ d direct Q k => sizesOf s m d direct Q k
  claims := fun s d q => Nat.mod (Nat.shiftRight d.sizes (Nat.mul q (Nat.mul s.classBits s.n))) (Nat.pow 2 (Nat.mul s.classBits s.n))

end

/-- Running maxima are at least all lanes up to their own. -/
theorem le_greatestOf {L v lows i k : Nat} (hi : i < v) (hk : k ≤ i) : digit L lows k ≤ digit L (greatestOf L v lows) i := by
  cases L with
  | zero =>
    have e : digit 0 lows k < 1 := Nat.mod_lt _ Nat.one_pos
    rw [Nat.eq_zero_of_lt_one e]
    exact Nat.zero_le _
  | succ l =>
    have hL : 0 < l + 1 := Nat.zero_lt_succ l
    unfold greatestOf
    rw [Nat.force_eq, Nat.force_eq, onesOf_eq hL]
    show _ ≤ digit (l + 1) (Bool.rec (motive := fun _ => Nat) (running greatest (l + 1) (unpack (l + 1) v lows) 0)
      (lanesRunning (l + 1) v (2 ^ (l + 1 - 1) * ones (l + 1) v) (l + 1 - 1) lows) (lanesWithin ((2 ^ l - 1) * ones (l + 1) v) lows)) i
    cases within : lanesWithin ((2 ^ l - 1) * ones (l + 1) v) lows with
    | false =>
      rw [← getD_unpack (l + 1) lows (Nat.lt_of_le_of_lt hk hi)]
      refine running_greatest (Nat.two_pow_pos _) (fun j hj => ?_) ((length_unpack _ _ _).symm ▸ hi) hk
      rw [length_unpack] at hj
      rw [getD_unpack _ _ hj]
      exact Nat.mod_lt _ (Nat.two_pow_pos _)
    | true =>
      match of_lanesWithin (Nat.le_succ l) within with
      | ⟨packed, small⟩ =>
        match lanesRunning_pack hL (Nat.le_refl _) small with
        | ⟨g, running, lt, reaches⟩ =>
          have e : digit (l + 1) (lanesRunning (l + 1) v (2 ^ (l + 1 - 1) * ones (l + 1) v) (l + 1 - 1) lows) i = g i := by
            rw [show lanesRunning (l + 1) v (2 ^ (l + 1 - 1) * ones (l + 1) v) (l + 1 - 1) lows = pack (l + 1) v g from
              (congrArg (lanesRunning (l + 1) v (2 ^ (l + 1 - 1) * ones (l + 1) v) (l + 1 - 1)) packed).trans running]
            exact digit_pack _ (fun j hj => Nat.lt_trans (lt j hj) (Nat.pow_lt_pow_succ (Nat.lt_succ_self 1))) hi
          exact Nat.le_trans (reaches i k hi hk) (Nat.le_of_eq e.symm)

/-- The first tokens, as many as are counted, pass. -/
theorem method_first (t : Tables) (sizes : List Nat) {T : Enclosure} {m : Nat} {M : Leads} (lv : Levels) (sizeBits classBits : Nat)
    (hT : t.Describe T) (hm : m < t.v) :
    ∃ d : Prepared, (∀ k, (method t sizes).prepare (CountSetup.of t lv sizeBits classBits) m M k = k d) ∧ ∀ q, q ≤ m →
      ∃ size : Nat → Nat → Nat,
      (∀ k, (method t sizes).sizes (CountSetup.of t lv sizeBits classBits) m M d (readLane (Leads.bits t.width) M.direct q)
        (Asking.of t (method t sizes).extra q) k = k size) ∧
      ∀ θ N s, s < size θ N → s < m ∧ lackOf (Leads.zero t.width) (T.tokenLo q s) (readLane (Leads.bits t.width) M.direct q)
        (readLane (Leads.bits t.width) M.token s) ≤ θ := by
  refine ⟨⟨leastOf (Leads.bits t.width) m M, nth 0 sizes m⟩, fun k => ?_, fun q hq => ⟨_, fun k => rfl, fun θ N s hs => ?_⟩⟩
  · show Nat.literal _ (fun least => Nat.literal _ fun sizes => k ⟨least, sizes⟩) = _
    rw [Nat.literal_eq, Nat.literal_eq]
    rfl
  · have hs : s < Nat.rec (motive := fun _ => Nat) 0 (fun i _ => sizeFrom _ _ _ _ _ _ _ m θ (Nat.succ i)) (Nat.mod N (Nat.pow 2 sizeBits)) := hs
    generalize Nat.mod N (Nat.pow 2 sizeBits) = κ at hs
    have hqv := Nat.lt_of_le_of_lt hq hm
    cases κ with
    | zero => exact absurd (show s < 0 from hs) (Nat.not_lt_zero s)
    | succ i =>
      have hs : s < sizeOf _ m _ _ _ θ (i + 1) := Nat.lt_of_lt_of_le hs (Nat.le_of_eq (sizeFrom_eq (CountSetup.of t lv sizeBits classBits) m
        ⟨leastOf (Leads.bits t.width) m M, nth 0 sizes m⟩ (readLane (Leads.bits t.width) M.direct q) (Asking.of t (method t sizes).extra q) θ (i + 1)))
      unfold sizeOf at hs
      cases test : lackUpTo (CountSetup.of t lv sizeBits classBits) ⟨leastOf (Leads.bits t.width) m M, nth 0 sizes m⟩
          (readLane (Leads.bits t.width) M.direct q) (Asking.of t (method t sizes).extra q) i - θ + (i + 1 - m) with
      | succ x =>
        have none : (i + 1) * (1 - (x + 1)) = 0 := by
          rw [Nat.add_comm x, Nat.sub_add_eq, Nat.sub_self, Nat.zero_sub, Nat.mul_zero]
        have hs : s < (i + 1) * (1 - (lackUpTo _ _ _ _ i - θ + (i + 1 - m))) := hs
        rw [test, none] at hs
        exact absurd hs (Nat.not_lt_zero s)
      | zero =>
        have low := Nat.le_of_sub_eq_zero (Nat.eq_zero_of_add_eq_zero_right test)
        have him : i + 1 ≤ m := Nat.le_of_sub_eq_zero (Nat.eq_zero_of_add_eq_zero_left test)
        have hs : s < i + 1 := Nat.lt_of_lt_of_le hs (Nat.le_trans (Nat.mul_le_mul_left _ (Nat.sub_le 1 _)) (Nat.le_of_eq (Nat.mul_one _)))
        have hsi := Nat.le_of_lt_succ hs
        refine ⟨Nat.lt_of_lt_of_le hs him, Nat.le_trans ?_ low⟩
        have hi : i < t.v := Nat.lt_of_le_of_lt (Nat.le_of_succ_le him) hm
        have factor : T.tokenLo q s ≤ readLane t.bits (greatestOf t.bits t.v (nth 0 t.tokenLo q)) i := by
          refine Nat.le_trans (Nat.le_of_eq ?_) (le_greatestOf hi hsi)
          exact (hT.tokenLo q s hqv (Nat.lt_of_le_of_lt hsi hi)).symm.trans (congrArg (fun N => digit t.bits N s) (nth_eq _ _ _).symm)
        have len : i < (unpack (Leads.bits t.width) (Nat.succ m) M.token).length := by
          rw [length_unpack]; exact Nat.lt_succ_of_le (Nat.le_of_succ_le him)
        have lead : readLane (Leads.bits t.width) (leastOf (Leads.bits t.width) m M) i ≤ readLane (Leads.bits t.width) M.token s := by
          refine Nat.le_trans (running_least (Nat.sub_lt (Nat.two_pow_pos _) Nat.one_pos) len hsi) (Nat.le_of_eq ?_)
          exact getD_unpack _ _ (Nat.lt_succ_of_le (Nat.le_trans hsi (Nat.le_of_succ_le him)))
        exact Nat.mul_le_mul factor (Nat.sub_le_sub_left (Nat.add_le_add_left lead _) _)

/-- The tokens that are counted exist. -/
theorem method_sound (t : Tables) (sizes : List Nat) {T : Enclosure} {m : Nat} {M : Leads} (lv : Levels) (sizeBits classBits : Nat)
    (hT : t.Describe T) (hm : m < t.v) :
    ∃ d : Prepared, (∀ k, (method t sizes).prepare (CountSetup.of t lv sizeBits classBits) m M k = k d) ∧ ∀ q, q ≤ m →
      ∃ size : Nat → Nat → Nat,
      (∀ k, (method t sizes).sizes (CountSetup.of t lv sizeBits classBits) m M d (readLane (Leads.bits t.width) M.direct q)
        (Asking.of t (method t sizes).extra q) k = k size) ∧
      ∀ θ N, Lacking m (fun k => lackOf (Leads.zero t.width) (T.tokenLo q k) (readLane (Leads.bits t.width) M.direct q)
        (readLane (Leads.bits t.width) M.token k)) θ (size θ N) :=
  match method_first t sizes lv sizeBits classBits (M := M) hT hm with
  | ⟨d, prepared, queries⟩ => ⟨d, prepared, fun q hq => match queries q hq with
    | ⟨size, sized, first⟩ => ⟨size, sized, fun θ N =>
      ⟨List.range (size θ N), List.nodup_range, fun s hs => first θ N s (List.mem_range.mp hs), Nat.le_of_eq List.length_range.symm⟩⟩⟩

/-- What a certificate says of prefixes. -/
structure Sizes where
  /-- Bits of a number of tokens, and of all of a class. -/
  sizeBits : Nat
  classBits : Nat
  /-- For each maximum, packed: the numbers of tokens of each query (`n` classes each), class and level. -/
  sizes : List Nat

/-- A certificate: how to round, the tables of the model and their witnesses, the leads of all maxima, the levels that are
distinguished, the numbers of tokens, the blocks of maxima, and the bound that they prove. -/
structure Certificate extends Params, Tables, TableWitness, LeadTable, Levels, Sizes where
  blocks : List (List Nat)
  bound : Nat

/-- The check of one block. -/
noncomputable def blockCheck (t : Tables) (C : LeadTable) (lv : Levels) (S : Sizes) : Nat → Nat → Nat → Bool :=
  Mixture.blockCheck (method t S.sizes) t C lv S.sizeBits S.classBits

/-- The check of a certificate: the tables are those of the model, the blocks hold what is counted, and that reaches the bound. -/
noncomputable def check (w : Weights) (c : Certificate) : Bool :=
  (Nat.ble c.bound (Blocks.inputs c.blocks) && c.toTables.check w c.toParams c.toTableWitness) &&
    Blocks.all (blockCheck c.toTables c.toLeadTable c.toLevels c.toSizes) c.blocks 0

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (hc : check w c = true) :
    AtLeast c.bound (Correct R w) :=
  Blocks.bound_sound (fun lo len bound hb => Mixture.block_sound R
    (fun lv a b hT _ hm _ => method_sound c.toTables c.toSizes.sizes lv a b hT hm)
    (Bool.and_right (Bool.and_left hc)) c.toLeadTable c.toLevels c.toSizes.sizeBits c.toSizes.classBits lo len bound hb)
    (Bool.and_right hc) (Bool.and_left (Bool.and_left hc))

end Prefix
end Compact
