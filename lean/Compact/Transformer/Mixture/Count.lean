prelude
import Compact.Transformer.Classes.CountRuns
import Compact.Transformer.Classes.Describe
import Compact.Transformer.Mixture.Spare
/-!
# Counting with leads

The frame of the strategies that use leads: for each maximum of a block the leads are checked, then for each query the
classes are counted.  A strategy adds what it reads of a query (`extra`) and of a maximum (`prepare`), and how many tokens lack
no more than a threshold (`size`); `atLeast_block` is its soundness.
-/
namespace Compact

/-- How classes are counted. -/
structure Levels where
  /-- Of what can be spared, in how many parts it is divided. -/
  parts : Nat
  /-- The levels that are distinguished, in any order (ascending is best). -/
  levels : List Nat
  /-- Bits of a number of inputs. -/
  countBits : Nat

/-- The constants of a count. -/
structure CountSetup where
  bits : Nat
  leadBits : Nat
  zero : Nat
  n : Nat
  parts : Nat
  countBits : Nat
  /-- Bits of what a certificate says of a level, and of a class. -/
  sizeBits : Nat
  classBits : Nat
  /-- The base of the count, and the power that cuts it off. -/
  base : Nat
  levels : List Nat
  binoms : List Nat

namespace Mixture

/-- The inputs counted for the class with `c` other tokens, if one more than `spare` can be spared. -/
noncomputable def classCount (s : CountSetup) (size : Nat → Nat → Nat) (whole c S spare : Nat) (levels : List Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun k _ => Nat.force k fun k =>
    Nat.force (gradeSum s.countBits s.sizeBits k whole size levels 0 S) fun N =>
    lowCount s.base s.parts (Nat.mul (nth 0 s.binoms c) (Nat.pow N c))) spare

/-- The inputs counted for the class with `i + 1` other tokens; `all` is one more than what the class without any can spare. -/
noncomputable def classAt (s : CountSetup) (size : Nat → Nat → Nat) (Q : Asking) (S gain off query rest all whole i : Nat) : Nat :=
  Nat.force (Nat.succ i) fun c =>
  Nat.force (spareAt gain off query rest (readLane s.bits Q.low (Nat.sub s.n c))) fun here =>
  Nat.force (Nat.sub all (Nat.sub all here)) fun spare =>
  classCount s size whole c (Nat.shiftRight S (Nat.mul s.classBits i)) spare
    (Nat.rec (motive := fun _ => List Nat) [s.parts] (fun _ _ => s.levels) i)

/-- The inputs counted for one query and one maximum; what they can spare is given by four numbers. -/
noncomputable def pairCount (s : CountSetup) (size : Nat → Nat → Nat) (Q : Asking) (last S gain off query rest : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun k _ => Nat.force (Nat.succ k) fun all => Nat.force (Nat.mul Q.heaviest s.parts) fun whole =>
    Nat.succ (total last fun i => classAt s size Q S gain off query rest all whole i))
    (spareAt gain off query rest Q.mass)

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {t : Tables} {T : Enclosure} {X : Nat → Nat}
  {prec q m S v parts : Nat} {M : Leads}

/-- One more than a sum. -/
theorem succ_total (n : Nat) (g : Nat → Nat) :
    Nat.succ (total n g) = total (n + 1) fun c => Nat.rec (motive := fun _ => Nat) 1 (fun i _ => g i) c :=
  (Nat.add_comm (total n g) 1).trans
    (total_succ' n fun c => Nat.rec (motive := fun _ => Nat) 1 (fun i _ => g i) c).symm

/-- The count of one query and one maximum is right. -/
theorem atLeast_pairCount (K : PairKnown R P prec t.width t.v T X t.n q m S) (hT : t.Describe T) (hn : 0 < t.n) (hS : t.entry t.slack q m = T.totalSlack t.ceiling t.n q S)
    (hM : M.Sound T X t.width t.v t.n m) {s : CountSetup} {f : Nat → Nat} (bits_eq : s.bits = t.bits) (n_eq : s.n = t.n)
    (base_eq : s.base = 2 ^ s.countBits) (binoms_eq : s.binoms = binoms t.n (t.n + 1) 0) (hparts : 0 < s.parts)
    (hB : t.v ^ t.n < 2 ^ s.countBits) {size : Nat → Nat → Nat}
    (hsize : ∀ θ N, Lacking m (fun k => lackOf (Leads.zero t.width) (T.tokenLo q k) (readLane (Leads.bits t.width) M.direct q)
      (readLane (Leads.bits t.width) M.token k)) θ (size θ N)) (N : Nat) :
    AtLeast (pairCount s size (Asking.of t f q) (Nat.pred (classes t.n q m)) N
      (T.tokenLo q m * readLane (Leads.bits t.width) M.self q) (T.tokenLo q m * Leads.zero t.width)
      (T.tokenLo q q * T.posLo q t.n * readLane (Leads.bits t.width) M.own q)
      (T.tokenLo q q * T.posLo q t.n * Leads.zero t.width + t.entry t.slack q m))
      fun x => (P x ∧ maximum x = m) ∧ lastToken x = q := by
  have hqv : q < t.v := Nat.lt_of_le_of_lt K.q_le K.m_lt
  have hq := K.q_le
  have mass_eq : (Asking.of t f q).mass = T.mass q t.n := (nth_eq _ _ _).trans (hT.mass q hqv)
  have slack_eq : t.entry t.slack q m = T.totalSlack (3 * 2 ^ t.width) t.n q S := hS
  unfold pairCount
  rw [mass_eq]
  cases hall : spareAt (T.tokenLo q m * readLane (Leads.bits t.width) M.self q) (T.tokenLo q m * Leads.zero t.width)
    (T.tokenLo q q * T.posLo q t.n * readLane (Leads.bits t.width) M.own q)
    (T.tokenLo q q * T.posLo q t.n * Leads.zero t.width + t.entry t.slack q m) (T.mass q t.n) with
  | zero => exact AtLeast.zero
  | succ k =>
    show AtLeast (Nat.force (Nat.succ k) fun all => Nat.force _ fun whole => Nat.succ (total _ _)) _
    rw [Nat.force_eq, Nat.force_eq]
    cases ec : classes t.n q m with
    | zero => exact absurd ec (Nat.ne_of_gt (classes_pos hn))
    | succ last =>
      refine AtLeast.weaken (Nat.le_of_eq ?_) (AtLeast.append_query q (AtLeast.mono_pred (fun _ h => h.left)
        (AtLeast.total (n := last + 1) (f := fun c => Nat.rec (motive := fun _ => Nat) 1
          (fun i _ => classAt s size (Asking.of t f q) N (T.tokenLo q m * readLane (Leads.bits t.width) M.self q)
            (T.tokenLo q m * Leads.zero t.width) (T.tokenLo q q * T.posLo q t.n * readLane (Leads.bits t.width) M.own q)
            (T.tokenLo q q * T.posLo q t.n * Leads.zero t.width + t.entry t.slack q m) (k + 1)
            ((Asking.of t f q).heaviest * s.parts) i) c)
          (countOther m) fun c hc => ?_)))
      · exact succ_total _ _
      · cases c with
        | zero =>
          exact K.atLeast_alone (ec ▸ Nat.zero_lt_succ last) (slack_eq ▸ passes_of_spareAt hM hq hall)
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
                (whole := (Asking.of t f q).heaviest * s.parts) hsize
                (Nat.rec (motive := fun _ => List Nat) [s.parts] (fun _ _ => s.levels) i) [] (Nat.shiftRight N (s.classBits * i)) with
              | ⟨tokens, level, nodup, facts, sum⟩ =>
                match minimum hspare with
                | ⟨hx, y, hy, here⟩ =>
                  rw [nth_eq, binoms_eq, getD_binoms t.n 0 (Nat.lt_succ_of_le hc), Nat.zero_add, base_eq]
                  have lt : ∀ s, s ∈ tokens → s < m := fun s hs => (facts s hs).right.left
                  refine K.atLeast_mixture hi nodup lt (b := (Asking.of t f q).heaviest) (Nat.lt_of_le_of_lt (Nat.pow_le_pow_left
                    (Nat.le_trans (Nat.succ_le_succ (length_le_of_lt nodup lt)) K.m_lt) t.n) hB) sum ⟨hparts, ⟨high, heaviest_eq.trans ehigh⟩, low, fun u hu hne => ?_⟩
                  have elow : t.entry t.low q (t.n - (i + 1)) = lowMass (T.posLows q t.n) (t.n - (i + 1)) low := elow
                  refine ⟨ofNat R x, ofNat_nonneg x, lt_of_le_of_lt (ofNat_le hy) ?_, lt_of_le_of_lt (ofNat_le hx) ?_, fun s hs => ?_⟩
                  · rw [← elow, ← slack_eq]
                    exact lt_spared_of_spareAt hM hq here hu hne
                  · rw [← slack_eq]
                    exact lt_spared_of_spareAt hM hq hall hu hne
                  · exact takes_of_lack (share_ge_lackOf hM hq (Nat.le_of_lt (lt s hs)) hu hne) (facts s hs).right.right
where
  minimum {a b x : Nat} (h : a + 1 - (a + 1 - b) = x + 1) : x ≤ a ∧ ∃ y, x ≤ y ∧ b = y + 1 := by
    refine ⟨Nat.le_of_succ_le_succ (Nat.le_trans (Nat.le_of_eq h.symm) (Nat.sub_le _ _)), ?_⟩
    have hb : x + 1 ≤ b := by
      rw [← h]
      refine Nat.sub_le_of_le_add ?_
      exact Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ b))
    match Nat.exists_eq_add_of_le' hb with
    | ⟨d, e⟩ => exact ⟨d + x, Nat.le_add_left _ _, e⟩
  classes_pos {n q m : Nat} (hn : 0 < n) : 0 < classes n q m := by
    unfold classes
    cases Nat.beq q m with
    | true => exact Nat.zero_lt_succ n
    | false => exact hn

end
end Mixture
end Compact
