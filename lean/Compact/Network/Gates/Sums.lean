prelude
import Compact.Network.Gates.Walk
/-!
# Prefix sums and signs

For an element on one side: the prefix sums of its part of the neurons times the packed rows of the unembedding, and its
part of the neurons packed, so that one addition and one mask tell which neurons of a pair are active.
-/
namespace Compact
namespace Network
noncomputable section

/-- The prefix sum `j` of `(x - o) * u`, from `start` on. -/
def sumsAt (o start : Nat) (xs us : List Nat) (j : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) start
    (fun j acc => acc + xs.getD j 0 * us.getD j 0 - o * us.getD j 0) j

/-- Go on with all prefix sums, the last one first; `step` adds a neuron. -/
def sumsDown {α : Type} (step : Nat → Nat → Nat → Nat) (xs : List Nat) : List Nat → Nat → List Nat → (List Nat → α) → α :=
  List.rec (motive := fun _ => List Nat → Nat → List Nat → (List Nat → α) → α) (fun _ acc out k => k (acc :: out))
    (fun x _ ih us acc out k => List.rec (motive := fun _ => α) (k (acc :: out))
      (fun u us _ => Nat.force (step acc x u) fun next => ih us next (acc :: out) k) us)
    xs

/-- Add `(x - o) * u`, whatever its sign. -/
def addLess (o acc x u : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) (Nat.sub acc (Nat.mul (Nat.sub o x) u)) (Nat.add acc (Nat.mul (Nat.sub x o) u)) (Nat.ble o x)

/-- Add `x * u`. -/
def addAll (acc x u : Nat) : Nat := Nat.add acc (Nat.mul x u)

end

theorem sumsDown_eq {α : Type} {step : Nat → Nat → Nat → Nat} {F : Nat → Nat} {xs us : List Nat} (len : xs.length = us.length) {p : Nat}
    (h : ∀ q, q < xs.length → F (p + q + 1) = step (F (p + q)) (xs.getD q 0) (us.getD q 0))
    (k : List Nat → α) : sumsDown step xs us (F p) (down F p) k = k (down F (p + xs.length + 1)) := by
  induction xs generalizing us p with
  | nil => rfl
  | cons x xs ih =>
    match us, len with
    | u :: us, len =>
      show Nat.force (step (F p) x u) (fun next => sumsDown step xs us next (F p :: down F p) k) = _
      have first : F (p + 1) = step (F p) x u := h 0 (Nat.zero_lt_succ _)
      rw [Nat.force_eq, ← first]
      have later := ih (us := us) (p := p + 1) (Nat.succ.inj len) fun q hq => by
        have h := h (q + 1) (Nat.succ_lt_succ hq)
        rw [Nat.add_right_comm p 1 q]
        exact h
      refine later.trans ?_
      show k (down F (p + 1 + xs.length + 1)) = k (down F (p + (xs.length + 1) + 1))
      rw [Nat.add_right_comm p 1, Nat.add_assoc p]

theorem sumsDown_start {α : Type} {step : Nat → Nat → Nat → Nat} {o : Nat} (hstep : ∀ acc x u, step acc x u = acc + x * u - o * u)
    (start : Nat) {xs us : List Nat} (len : xs.length = us.length) (k : List Nat → α) :
    sumsDown step xs us start [] k = k (down (sumsAt o start xs us) (xs.length + 1)) := by
  have h := sumsDown_eq (step := step) (F := sumsAt o start xs us) len (p := 0) (fun q _ => by rw [Nat.zero_add, hstep]; rfl) k
  rw [Nat.zero_add] at h
  exact h

theorem addLess_eq (o acc x u : Nat) : addLess o acc x u = acc + x * u - o * u := by
  unfold addLess
  cases h : Nat.ble o x with
  | true =>
    show acc + (x - o) * u = acc + x * u - o * u
    rw [Nat.sub_mul, Nat.add_sub_assoc (Nat.mul_le_mul_right u (Nat.le_of_ble_eq_true h))]
  | false =>
    have le : x ≤ o := Nat.le_of_not_le fun h' => Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h'))
    show acc - (o - x) * u = acc + x * u - o * u
    match Nat.exists_eq_add_of_le (Nat.mul_le_mul_right u le) with
    | ⟨d, e⟩ => rw [Nat.sub_mul, e, Nat.add_sub_cancel_left, Nat.add_comm acc, Nat.add_sub_add_left]

theorem addAll_eq (acc x u : Nat) : addAll acc x u = acc + x * u - 0 * u := by
  rw [Nat.zero_mul]
  rfl

/-- Nothing is cut off, if one begins high enough. -/
theorem sumsAt_add {o start : Nat} {xs us : List Nat} {n j : Nat} (hj : j ≤ n)
    (enough : (total n fun q => o * us.getD q 0) ≤ start) :
    sumsAt o start xs us j + (total j fun q => o * us.getD q 0) = start + total j fun q => xs.getD q 0 * us.getD q 0 := by
  induction j with
  | zero => rfl
  | succ j ih =>
    have ih := ih (Nat.le_of_succ_le hj)
    have part : (total (j + 1) fun q => o * us.getD q 0) ≤ start := Nat.le_trans (total_mono hj) enough
    rw [total_succ] at part
    have low : o * us.getD j 0 ≤ sumsAt o start xs us j := by
      refine Nat.le_of_add_le_add_left (k := total j fun q => o * us.getD q 0) (Nat.le_trans part ?_)
      rw [Nat.add_comm, ih]
      exact Nat.le_add_right _ _
    show sumsAt o start xs us j + xs.getD j 0 * us.getD j 0 - o * us.getD j 0 + (total j _ + o * us.getD j 0) = start + (total j _ + _)
    rw [Nat.add_comm (total j fun q => o * us.getD q 0), ← Nat.add_assoc,
      Nat.sub_add_cancel (Nat.le_add_right_of_le low), Nat.add_right_comm, ih, Nat.add_assoc]
where
  total_mono {f : Nat → Nat} {i n : Nat} (h : i ≤ n) : total i f ≤ total n f := by
    induction h with
    | refl => exact Nat.le_refl _
    | step _ ih => exact Nat.le_trans ih (Nat.le_add_right _ _)

theorem ofNat_sumsAt (R : Type) [ExpField R] {o start : Nat} {xs us : List Nat} {n j : Nat} (hj : j ≤ n)
    (enough : (total n fun q => o * us.getD q 0) ≤ start) :
    ofNat R (sumsAt o start xs us j) =
      ofNat R start + sum j fun q => (ofNat R (xs.getD q 0) - ofNat R o) * ofNat R (us.getD q 0) := by
  have e := congrArg (ofNat R) (sumsAt_add (xs := xs) hj enough)
  rw [ofNat_add, ofNat_add, ofNat_total, ofNat_total] at e
  have terms : (sum j fun q => (ofNat R (xs.getD q 0) - ofNat R o) * ofNat R (us.getD q 0)) =
      (sum j fun q => ofNat R (xs.getD q 0 * us.getD q 0)) - sum j fun q => ofNat R (o * us.getD q 0) := by
    rw [← sum_sub]
    exact sum_congr fun q _ => by rw [ofNat_mul, ofNat_mul, sub_mul]
  rw [terms]
  exact solve _ _ _ _ e
where
  solve {R : Type} [ExpField R] (a b c d : R) (h : a + b = c + d) : a = c + (d - b) := by
    have e : a = a + b - b := (add_sub_cancel_right a b).symm
    rw [e, h]
    exact add_sub_assoc c d b

/-! ## Signs -/

/-- Is the sum of the two parts at least `o`? -/
noncomputable def active (o s : Nat) : Nat := Bool.rec (motive := fun _ => Nat) 0 1 (Nat.ble o s)

theorem active_cases (o s : Nat) : (o ≤ s ∧ active o s = 1) ∨ (s ≤ o ∧ active o s = 0) := by
  unfold active
  cases h : Nat.ble o s with
  | true => exact .inl ⟨Nat.le_of_ble_eq_true h, rfl⟩
  | false =>
    refine .inr ⟨Nat.le_of_not_le fun h' => ?_, rfl⟩
    exact Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h'))

/-- The top bit of `s + (2^k - o)`. -/
theorem land_active {k o s : Nat} (ho : 2 * o < 2 ^ k) (hs : s ≤ 2 * o) :
    s + (2 ^ k - o) < 2 ^ (k + 1) ∧ Nat.land (s + (2 ^ k - o)) (2 ^ k) = active o s * 2 ^ k := by
  have le : o ≤ 2 ^ k := Nat.le_trans (Nat.le_mul_of_pos_left o Nat.two_pos) (Nat.le_of_lt ho)
  have small : s + (2 ^ k - o) < 2 ^ (k + 1) := by
    refine Nat.lt_of_le_of_lt (Nat.add_le_add hs (Nat.le_refl _)) ?_
    rw [Nat.two_pow_succ, Nat.two_mul, Nat.add_assoc, Nat.add_sub_of_le le]
    refine Nat.add_lt_add_right (Nat.lt_of_le_of_lt (Nat.le_mul_of_pos_left o Nat.two_pos) ho) _
  refine ⟨small, ?_⟩
  match active_cases o s with
  | .inl ⟨h, e⟩ =>
    rw [e, Nat.one_mul]
    refine (land_two_pow_iff small).mpr ?_
    exact Nat.le_trans (Nat.le_of_eq (Nat.add_sub_of_le le).symm) (Nat.add_le_add_right h _)
  | .inr ⟨h, e⟩ =>
    rw [e, Nat.zero_mul]
    match Nat.lt_or_eq_of_le h with
    | .inl lt =>
      have low : s + (2 ^ k - o) < 2 ^ k :=
        Nat.lt_of_lt_of_le (Nat.add_lt_add_right lt _) (Nat.le_of_eq (Nat.add_sub_of_le le))
      have e := Nat.land_add_mul_two_pow k 0 1 low (Nat.two_pow_pos k)
      rw [Nat.mul_zero, Nat.mul_one, Nat.add_zero, Nat.zero_add, Nat.land_zero, Nat.zero_land, Nat.mul_zero] at e
      exact e
    | .inr eq =>
      subst eq
      match active_cases s s with
      | .inl ⟨_, e'⟩ => exact absurd (e'.symm.trans e) (Nat.succ_ne_zero 0)
      | .inr ⟨_, _⟩ =>
        unfold active at e
        rw [Nat.ble_eq_true_of_le (Nat.le_refl s)] at e
        exact absurd e (Nat.succ_ne_zero 0)

/-- Ones in the lanes of the active neurons. -/
theorem lanes_active {k o n : Nat} {f : Nat → Nat} (ho : 2 * o < 2 ^ k) (hf : ∀ i, i < n → f i ≤ 2 * o) :
    Nat.shiftRight (Nat.land (pack (k + 1) n fun i => f i + (2 ^ k - o)) (2 ^ k * ones (k + 1) n)) k =
      pack (k + 1) n fun i => active o (f i) := by
  have tops : 2 ^ k * ones (k + 1) n = pack (k + 1) n fun _ => 2 ^ k := (pack_const (k + 1) n _).symm
  rw [tops, land_pack _ (fun i hi => (land_active ho (hf i hi)).left) fun _ _ => Nat.pow_lt_pow_succ (Nat.lt_succ_self 1),
    pack_congr _ fun i hi => (land_active ho (hf i hi)).right.trans (Nat.mul_comm _ _), ← mul_pack]
  exact Nat.mul_div_cancel_left _ (Nat.two_pow_pos k)

/-- Lanes are brought together by a remainder: `2^L` is `2` modulo `2^L - 2`. -/
theorem mod_lanes {L n : Nat} (hn : n + 2 ≤ L) {s : Nat → Nat} (hs : Bits n s) : Nat.mod (pack L n s) (2 ^ L - 2) = pack 1 n s := by
  have large : 2 ^ n + 2 ≤ 2 ^ L := by
    have two : 2 ^ 1 ≤ 2 ^ (n + 1) := Nat.pow_le_pow_right Nat.two_pos (Nat.le_add_left 1 n)
    have half : 2 ^ n ≤ 2 ^ (n + 1) := Nat.pow_le_pow_right Nat.two_pos (Nat.le_succ n)
    refine Nat.le_trans (Nat.add_le_add half two) (Nat.le_trans (Nat.le_of_eq ?_) (Nat.pow_le_pow_right Nat.two_pos hn))
    exact (Nat.two_pow_succ (n + 1)).symm
  have base : 2 ^ L = 2 ^ L - 2 + 2 := (Nat.sub_add_cancel (Nat.le_trans (Nat.le_add_left 2 _) large)).symm
  have small : pack 1 n s < 2 ^ L - 2 := by
    refine Nat.lt_of_lt_of_le (pack_lt 1 hs.lt) ?_
    rw [Nat.one_mul]
    exact Nat.le_sub_of_add_le large
  match together (2 ^ L - 2) base n s with
  | ⟨c, e⟩ =>
    rw [e]
    show (_ + (2 ^ L - 2) * c) % (2 ^ L - 2) = _
    rw [Nat.add_mul_mod_self_left, Nat.mod_eq_of_lt small]
where
  together {L : Nat} (M : Nat) (base : 2 ^ L = M + 2) (n : Nat) (s : Nat → Nat) : ∃ c, pack L n s = pack 1 n s + M * c := by
    induction n generalizing s with
    | zero => exact ⟨0, rfl⟩
    | succ n ih =>
      match ih fun i => s (i + 1) with
      | ⟨c, e⟩ =>
        refine ⟨(pack 1 n fun i => s (i + 1)) + M * c + 2 * c, ?_⟩
        show s 0 + 2 ^ L * pack L n (fun i => s (i + 1)) = s 0 + 2 ^ 1 * pack 1 n (fun i => s (i + 1)) + _
        rw [e, base, Nat.pow_one]
        generalize (pack 1 n fun i => s (i + 1)) = P
        ring [s 0, M, P, c]

theorem bits_active (o n : Nat) (f : Nat → Nat) : Bits n fun i => active o (f i) := fun i _ =>
  match active_cases o (f i) with
  | .inl h => .inr h.right
  | .inr h => .inl h.right

end Network
end Compact
