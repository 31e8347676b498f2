prelude
import Compact.Mixture.LevelSum
import Compact.Packed.CountPassing
import Compact.Packed.Running
/-!
# How many rows pass, lane by lane

A row of lanes `W` bits wide passes where its top bit is set.  Of several tokens, each of which has some rows (all have to pass), it is
counted at every lane how many pass: the counts are lanes of one natural.
-/
namespace Compact
noncomputable section

/-- The list of `f i, f (i + 1), ...`, of `n` entries; `i` is evaluated. -/
def listFrom {α : Type} (f : Nat → α) (n : Nat) : Nat → List α :=
  Nat.rec (motive := fun _ => Nat → List α) (fun _ => []) (fun _ ih i => Nat.force i fun i => f i :: ih (Nat.succ i)) n

/-- The top bits that all rows have, each with `more` added. -/
def topsOf (tops more : Nat) (rows : List Nat) : Nat := fold (fun g ih => Nat.land (Nat.land (Nat.add g more) tops) ih) tops rows

/-- The same of several lists of rows, each with something of its own added. -/
def topsOfAll (tops : Nat) (more : List Nat) : List (List Nat) → Nat :=
  foldZip (fun l rows ih => Nat.land (topsOf tops l rows) ih) tops more

/-- For each lane, how many tokens pass there. -/
def passLanes (W tops : Nat) (more : List Nat) (tokens : List (List (List Nat))) : Nat :=
  fold (fun rows ih => Nat.add (Nat.shiftRight (topsOfAll tops more rows) (Nat.pred W)) ih) 0 tokens

end

theorem listFrom_succ {α : Type} (f : Nat → α) (n i : Nat) : listFrom f (n + 1) i = f i :: listFrom f n (i + 1) := by
  show Nat.force i (fun i => f i :: listFrom f n (i + 1)) = _
  rw [Nat.force_eq]

theorem length_listFrom {α : Type} (f : Nat → α) (n i : Nat) : (listFrom f n i).length = n := by
  induction n generalizing i with
  | zero => rfl
  | succ n ih => rw [listFrom_succ]; exact congrArg Nat.succ (ih (i + 1))

theorem getD_listFrom {α : Type} (f : Nat → α) {n j : Nat} (hj : j < n) (i : Nat) (d : α) : (listFrom f n i).getD j d = f (i + j) := by
  induction n generalizing i j with
  | zero => exact absurd hj (Nat.not_lt_zero j)
  | succ n ih =>
    rw [listFrom_succ]
    cases j with
    | zero => rfl
    | succ j =>
      refine (ih (Nat.lt_of_succ_lt_succ hj) (i + 1)).trans (congrArg f ?_)
      rw [Nat.add_assoc, Nat.add_comm 1]

/-- A natural that has top bits only at lanes of which something is known. -/
def TopsSet (k m : Nat) (P : Nat → Prop) (N : Nat) : Prop := ∃ p : Nat → Bool, N = topBits k m p ∧ ∀ j, j < m → p j = true → P j

section
variable {k m : Nat} {P Q : Nat → Prop}

theorem TopsSet.all (h : ∀ j, j < m → P j) : TopsSet k m P (2 ^ k * ones (k + 1) m) :=
  ⟨fun _ => true, (pack_const (k + 1) m _).symm, fun j hj _ => h j hj⟩

theorem TopsSet.land {M N : Nat} (hM : TopsSet k m P M) (hN : TopsSet k m Q N) : TopsSet k m (fun j => P j ∧ Q j) (Nat.land M N) := by
  match hM, hN with
  | ⟨p, e, hp⟩, ⟨q, e', hq⟩ =>
    refine ⟨fun j => p j && q j, ?_, fun j hj h => ⟨hp j hj (Bool.and_left h), hq j hj (Bool.and_right h)⟩⟩
    rw [e, e']
    exact land_topBits k m p q

theorem TopsSet.imp {N : Nat} (h : TopsSet k m P N) (to : ∀ j, j < m → P j → Q j) : TopsSet k m Q N := by
  match h with
  | ⟨p, e, hp⟩ => exact ⟨p, e, fun j hj h => to j hj (hp j hj h)⟩

/-- The top bits of a row. -/
theorem TopsSet.row {f : Nat → Nat} (hf : ∀ j, j < m → f j < 2 ^ (k + 1)) :
    TopsSet k m (fun j => 2 ^ k ≤ f j) (Nat.land (pack (k + 1) m f) (2 ^ k * ones (k + 1) m)) := by
  refine ⟨fun j => Nat.ble (2 ^ k) (f j), ?_, fun j _ h => Nat.le_of_ble_eq_true h⟩
  have tops : 2 ^ k * ones (k + 1) m = pack (k + 1) m fun _ => 2 ^ k := (pack_const (k + 1) m _).symm
  rw [tops, land_pack _ hf fun _ _ => Nat.pow_lt_pow_succ (Nat.lt_succ_self 1)]
  refine pack_congr _ fun j hj => ?_
  show Nat.land (f j) (2 ^ k) = _
  by_cases e : Nat.ble (2 ^ k) (f j) = true
  case pos => rw [ite_eq_left e]; exact (land_two_pow_iff (hf j hj)).mpr (Nat.le_of_ble_eq_true e)
  case neg => rw [ite_eq_right e]; exact land_two_pow_of_lt (Nat.lt_of_not_le fun h => e (Nat.ble_eq_true_of_le h))

/-- All rows of a list, each with something known of it. -/
theorem tops_topsOf {P : Nat → Nat → Prop} {g : Nat → Nat} {more n i : Nat}
    (h : ∀ x, x < n → TopsSet k m (P (i + x)) (Nat.land (g (i + x) + more) (2 ^ k * ones (k + 1) m))) :
    TopsSet k m (fun j => ∀ x, x < n → P (i + x) j) (topsOf (2 ^ k * ones (k + 1) m) more (listFrom g n i)) := by
  induction n generalizing i with
  | zero => exact TopsSet.all fun _ _ x hx => absurd hx (Nat.not_lt_zero x)
  | succ n ih =>
    rw [listFrom_succ]
    have shift (x : Nat) : i + 1 + x = i + (x + 1) := by rw [Nat.add_assoc, Nat.add_comm 1]
    refine ((h 0 (Nat.zero_lt_succ n)).land (ih fun x hx => ?_)).imp fun j _ both x hx => ?_
    · rw [shift]
      exact h (x + 1) (Nat.succ_lt_succ hx)
    · cases x with
      | zero => exact both.left
      | succ x =>
        have later := both.right x (Nat.lt_of_succ_lt_succ hx)
        rw [shift] at later
        exact later

/-- The same of several lists. -/
theorem tops_topsOfAll {P : Nat → Nat → Prop} {rows : Nat → List Nat} {more : Nat → Nat} {n i : Nat}
    (h : ∀ x, x < n → TopsSet k m (P (i + x)) (topsOf (2 ^ k * ones (k + 1) m) (more (i + x)) (rows (i + x)))) :
    TopsSet k m (fun j => ∀ x, x < n → P (i + x) j)
      (topsOfAll (2 ^ k * ones (k + 1) m) (listFrom more n i) (listFrom rows n i)) := by
  induction n generalizing i with
  | zero => exact TopsSet.all fun _ _ x hx => absurd hx (Nat.not_lt_zero x)
  | succ n ih =>
    rw [listFrom_succ, listFrom_succ]
    have shift (x : Nat) : i + 1 + x = i + (x + 1) := by rw [Nat.add_assoc, Nat.add_comm 1]
    refine ((h 0 (Nat.zero_lt_succ n)).land (ih fun x hx => ?_)).imp fun j _ both x hx => ?_
    · rw [shift]
      exact h (x + 1) (Nat.succ_lt_succ hx)
    · cases x with
      | zero => exact both.left
      | succ x =>
        have later := both.right x (Nat.lt_of_succ_lt_succ hx)
        rw [shift] at later
        exact later

/-- Top bits are ones, shifted. -/
theorem shiftRight_topBits (p : Nat → Bool) : Nat.shiftRight (topBits k m p) k = pack (k + 1) m fun j => if p j = true then 1 else 0 := by
  have e : topBits k m p = 2 ^ k * pack (k + 1) m fun j => if p j = true then 1 else 0 := by
    rw [mul_pack]
    refine pack_congr _ fun j _ => ?_
    by_cases e : p j = true
    case pos => rw [ite_eq_left e, ite_eq_left e, Nat.mul_one]
    case neg => rw [ite_eq_right e, ite_eq_right e, Nat.mul_zero]
  rw [e]
  exact Nat.mul_div_cancel_left _ (Nat.two_pow_pos k)

/-- The counts, as lanes. -/
theorem passLanes_eq {P : Nat → Nat → Prop} {tokens : Nat → List (List Nat)} {more : List Nat} {n i : Nat}
    (h : ∀ y, y < n → TopsSet k m (P (i + y)) (topsOfAll (2 ^ k * ones (k + 1) m) more (tokens (i + y)))) :
    ∃ p : Nat → Nat → Bool, (∀ y, y < n → ∀ j, j < m → p y j = true → P (i + y) j) ∧
      passLanes (k + 1) (2 ^ k * ones (k + 1) m) more (listFrom tokens n i) = pack (k + 1) m fun j => (below (fun y => p y j) n).length := by
  have indicator (n : Nat) (p : Nat → Bool) : (below p n).length = total n fun y => if p y = true then 1 else 0 := by
    induction n with
    | zero => rfl
    | succ n ih =>
      rw [total_succ, ← ih]
      show (if p n = true then n :: below p n else below p n).length = _
      by_cases e : p n = true
      case pos => rw [ite_eq_left e, ite_eq_left e]; rfl
      case neg => rw [ite_eq_right e, ite_eq_right e]; rfl
  induction n generalizing i with
  | zero =>
    refine ⟨fun _ _ => false, fun y hy => absurd hy (Nat.not_lt_zero y), ?_⟩
    exact ((pack_const (k + 1) m 0).trans (Nat.zero_mul _)).symm
  | succ n ih =>
    have shift (y : Nat) : i + 1 + y = i + (y + 1) := by rw [Nat.add_assoc, Nat.add_comm 1]
    match h 0 (Nat.zero_lt_succ n), ih (i := i + 1) fun y hy => by rw [shift]; exact h (y + 1) (Nat.succ_lt_succ hy) with
    | ⟨p, e, hp⟩, ⟨p', hp', e'⟩ =>
      refine ⟨fun y j => Nat.rec (motive := fun _ => Bool) (p j) (fun y _ => p' y j) y, fun y hy j hj h => ?_, ?_⟩
      · cases y with
        | zero => exact hp j hj h
        | succ y =>
          have later := hp' y (Nat.lt_of_succ_lt_succ hy) j hj h
          rw [shift] at later
          exact later
      · rw [listFrom_succ]
        show Nat.shiftRight (topsOfAll _ more (tokens i)) k + passLanes (k + 1) _ more (listFrom tokens n (i + 1)) = _
        have e : topsOfAll (2 ^ k * ones (k + 1) m) more (tokens i) = topBits k m p := e
        rw [e, e', shiftRight_topBits, pack_add]
        refine pack_congr _ fun j _ => ?_
        rw [indicator (n + 1), total_succ', indicator n]
        rfl

/-- So many tokens pass at one lane. -/
theorem passing_passLanes {P : Nat → Nat → Prop} {tokens : Nat → List (List Nat)} {more : List Nat} {n j l : Nat} (hj : j < m)
    (hn : n < 2 ^ (k + 1)) (h : ∀ y, y < n → TopsSet k m (P y) (topsOfAll (2 ^ k * ones (k + 1) m) more (tokens y))) :
    Passing n (fun _ y => P y j) l
      (readLane (k + 1) (passLanes (k + 1) (2 ^ k * ones (k + 1) m) more (listFrom tokens n 0)) j) := by
  match passLanes_eq (k := k) (m := m) (i := 0) (P := P) (n := n) (tokens := tokens) (more := more) fun y hy => by rw [Nat.zero_add]; exact h y hy with
  | ⟨p, hp, e⟩ =>
    have short (j : Nat) : (below (fun y => p y j) n).length < 2 ^ (k + 1) :=
      Nat.lt_of_le_of_lt (length_le_of_lt (nodup_below n) fun y hy => (mem_below hy).left) hn
    refine ⟨below (fun y => p y j) n, nodup_below n, fun y hy => ?_, Nat.le_of_eq ?_⟩
    · have facts := mem_below hy
      have holds := hp y facts.left j hj facts.right
      rw [Nat.zero_add] at holds
      exact ⟨facts.left, holds⟩
    · rw [e]
      exact digit_pack _ (fun j _ => short j) hj

end

/-! ## Levels -/

theorem levelCountsFrom_congr {bits : Nat} {count count' : Nat → Nat → Nat} (levels : List Nat) (i prev : Nat)
    (h : ∀ x, x < levels.length → count (i + x) (levels.getD x 0) = count' (i + x) (levels.getD x 0)) :
    levelCountsFrom bits count levels i prev = levelCountsFrom bits count' levels i prev := by
  induction levels generalizing i prev with
  | nil => rfl
  | cons l levels ih =>
    have step (count : Nat → Nat → Nat) : levelCountsFrom bits count (l :: levels) i prev =
        Nat.shiftLeft (count i l - prev) (Nat.mul bits l) + levelCountsFrom bits count levels (i + 1) (prev + (count i l - prev)) := by
      show Nat.force i (fun i => Nat.force (count i l - prev) fun new => Nat.add (Nat.shiftLeft new (Nat.mul bits l))
        (levelCountsFrom bits count levels (Nat.succ i) (Nat.add prev new))) = _
      rw [Nat.force_eq, Nat.force_eq]
      rfl
    have here : count i l = count' i l := h 0 (Nat.zero_lt_succ _)
    rw [step, step, here, ih (i + 1) _ fun x hx => ?_]
    rw [Nat.add_assoc, Nat.add_comm 1]
    exact h (x + 1) (Nat.succ_lt_succ hx)

/-- What is added up, if the rows of counts are made for the levels, one by one. -/
theorem levelCountsFrom_rows {bits m : Nat} {ok : Nat → Nat → Prop} {row : Nat → Nat} {read : Nat → Nat}
    (levels : List Nat) (h : ∀ l, Passing m ok l (read (row l))) :
    ∃ tokens : List Nat, ∃ level : Nat → Nat, tokens.Nodup ∧ (∀ s, s ∈ tokens → s < m ∧ ok (level s) s) ∧
      levelCountsFrom bits (fun i _ => read (nth 0 (mapFold row levels) i)) levels 0 0 = powerSum (2 ^ bits) level tokens := by
  rw [levelCountsFrom_congr (count' := fun _ l => read (row l)) levels 0 0 fun x hx => by
    rw [Nat.zero_add, nth_eq, getD_mapFold row levels hx 0]]
  match levelCountsFrom_spec (bits := bits) (count := fun _ l => read (row l)) (fun _ l => h l) levels 0 [] with
  | ⟨tokens, level, nodup, facts, sum⟩ => exact ⟨tokens, level, nodup, fun s hs => (facts s hs).right, sum⟩

end Compact
