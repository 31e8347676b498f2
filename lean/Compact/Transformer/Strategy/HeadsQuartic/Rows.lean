prelude
import Compact.Transformer.Strategy.HeadsQuartic.Check
/-!
# What the check of the rows of a query and a maximum shows
-/
namespace Compact
namespace Transformer
namespace HeadsQuartic

theorem withRows_succ (S : HeadsTables) (one q m k shares margin : Nat) (count i extra : Nat) (K : List HeadRow → Nat) :
    withRows S one q m k shares margin (count + 1) i extra K = Nat.force i fun i =>
      Nat.force (rowOf (S.at i) one m k (readLane k shares i) margin extra) fun D => (HeadPair.of (S.at i) q m D).force fun P =>
      withRows S one q m k shares margin count (i + 1) 0 fun rest => K (⟨D, P⟩ :: rest) := rfl

/-- Rows are evaluated one by one; what each is. -/
theorem withRows_eq (S : HeadsTables) (one q m k shares margin : Nat) (count i extra : Nat) (K : List HeadRow → Nat) :
    ∃ rows : List HeadRow, withRows S one q m k shares margin count i extra K = K rows ∧
      ∀ j, j < count → (rows.getD j HeadRow.none).P = HeadPair.of (S.at (i + j)) q m (rows.getD j HeadRow.none).D := by
  induction count generalizing i extra K with
  | zero => exact ⟨[], rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | succ count ih =>
    match ih (i + 1) 0 (fun rest => K (⟨rowOf (S.at i) one m k (readLane k shares i) margin extra,
      HeadPair.of (S.at i) q m (rowOf (S.at i) one m k (readLane k shares i) margin extra)⟩ :: rest)) with
    | ⟨rest, e, each⟩ =>
      refine ⟨⟨rowOf (S.at i) one m k (readLane k shares i) margin extra,
        HeadPair.of (S.at i) q m (rowOf (S.at i) one m k (readLane k shares i) margin extra)⟩ :: rest, ?_, fun j hj => ?_⟩
      · rw [withRows_succ, Nat.force_eq, Nat.force_eq, HeadPair.force_eq]
        exact e
      · cases j with
        | zero => rfl
        | succ j =>
          have h := each j (Nat.lt_of_succ_lt_succ hj)
          rw [Nat.add_assoc, Nat.add_comm 1] at h
          exact h

theorem withClasses_succ (S : HeadsTables) (q c parts : Nat) (rows : List HeadRow) (count i : Nat) (K : List HeadClass → Nat) :
    withClasses S q c parts rows (count + 1) i K = Nat.force i fun i =>
      Nat.force (readLane S.bits (nth 0 (S.at i).low q) (S.n - c)) fun U =>
      Nat.force ((nth HeadRow.none rows i).P.top U) fun top => Nat.force ((nth HeadRow.none rows i).P.row U) fun row =>
      Nat.force (readLane S.bits (nth 0 (S.at i).high q) 1 * parts) fun whole =>
      withClasses S q c parts rows count (i + 1) fun rest => K (⟨(nth HeadRow.none rows i).P, top, row, whole⟩ :: rest) := rfl

/-- The numbers of a class, one head after the other. -/
theorem withClasses_eq (S : HeadsTables) (q c parts : Nat) (rows : List HeadRow) (count i : Nat) (K : List HeadClass → Nat) :
    ∃ cs : List HeadClass, withClasses S q c parts rows count i K = K cs ∧ ∀ j, j < count → cs.getD j HeadClass.none =
      ⟨(rows.getD (i + j) HeadRow.none).P, (rows.getD (i + j) HeadRow.none).P.top ((S.at (i + j)).entry (S.at (i + j)).low q (S.n - c)),
        (rows.getD (i + j) HeadRow.none).P.row ((S.at (i + j)).entry (S.at (i + j)).low q (S.n - c)),
        (S.at (i + j)).entry (S.at (i + j)).high q 1 * parts⟩ := by
  induction count generalizing i K with
  | zero => exact ⟨[], rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | succ count ih =>
    match ih (i + 1) (fun rest => K (⟨(rows.getD i HeadRow.none).P,
      (rows.getD i HeadRow.none).P.top ((S.at i).entry (S.at i).low q (S.n - c)),
      (rows.getD i HeadRow.none).P.row ((S.at i).entry (S.at i).low q (S.n - c)),
      (S.at i).entry (S.at i).high q 1 * parts⟩ :: rest)) with
    | ⟨rest, e, each⟩ =>
      refine ⟨⟨(rows.getD i HeadRow.none).P, (rows.getD i HeadRow.none).P.top ((S.at i).entry (S.at i).low q (S.n - c)),
        (rows.getD i HeadRow.none).P.row ((S.at i).entry (S.at i).low q (S.n - c)),
        (S.at i).entry (S.at i).high q 1 * parts⟩ :: rest, ?_, fun j hj => ?_⟩
      · rw [withClasses_succ, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, nth_eq, nth_eq, nth_eq]
        exact e
      · cases j with
        | zero => rfl
        | succ j =>
          have h := each j (Nat.lt_of_succ_lt_succ hj)
          rw [Nat.add_assoc, Nat.add_comm 1] at h
          exact h

/-! ## Tokens -/

/-- The tokens below `m` that pass. -/
noncomputable def chosen (test : Nat → Bool) (m : Nat) : List Nat :=
  Nat.rec (motive := fun _ => List Nat) [] (fun s ih => Bool.rec (motive := fun _ => List Nat) ih (s :: ih) (test s)) m

theorem chosen_succ (test : Nat → Bool) (m : Nat) :
    chosen test (m + 1) = Bool.rec (motive := fun _ => List Nat) (chosen test m) (m :: chosen test m) (test m) := rfl

theorem mem_chosen {test : Nat → Bool} {m s : Nat} (h : s ∈ chosen test m) : s < m ∧ test s = true := by
  induction m with
  | zero => exact nomatch h
  | succ m ih =>
    rw [chosen_succ] at h
    cases e : test m with
    | false =>
      rw [e] at h
      exact ⟨Nat.lt_succ_of_lt (ih h).left, (ih h).right⟩
    | true =>
      rw [e] at h
      match h with
      | .head _ => exact ⟨Nat.lt_succ_self _, e⟩
      | .tail _ h => exact ⟨Nat.lt_succ_of_lt (ih h).left, (ih h).right⟩

theorem nodup_chosen (test : Nat → Bool) (m : Nat) : (chosen test m).Nodup := by
  induction m with
  | zero => exact List.nodup_nil
  | succ m ih =>
    rw [chosen_succ]
    cases test m with
    | false => exact ih
    | true => exact ⟨fun h => Nat.lt_irrefl m (mem_chosen h).left, ih⟩

theorem length_chosen_le (test : Nat → Bool) (m : Nat) : (chosen test m).length ≤ m := by
  induction m with
  | zero => exact Nat.le_refl 0
  | succ m ih =>
    rw [chosen_succ]
    cases test m with
    | false => exact Nat.le_succ_of_le ih
    | true => exact Nat.succ_le_succ ih

theorem levelPowers_eq (X : Nat) (level : Nat → Nat) (test : Nat → Bool) (m : Nat) :
    levelPowers X level test m = powerSum X level (chosen test m) := by
  induction m with
  | zero => rfl
  | succ m ih =>
    show Nat.force (levelPowers X level test m) (fun N => Bool.rec (motive := fun _ => Nat) N (X ^ level m + N) (test m)) = _
    rw [Nat.force_eq, chosen_succ, ih]
    cases test m <;> rfl

/-- The first tokens, at one level, and the others. -/
def firstThen {α : Type} (f : Nat) (first : α) (rest : Nat → α) (s : Nat) : α := if s < f then first else rest (s - f)

theorem firstThen_add {α : Type} (f : Nat) (first : α) (rest : Nat → α) (k : Nat) : firstThen f first rest (f + k) = rest k := by
  unfold firstThen
  rw [ite_eq_right (Nat.not_lt_of_le (Nat.le_add_right f k)), Nat.add_sub_cancel_left]

theorem firstThen_of_lt {α : Type} {f s : Nat} (h : s < f) (first : α) (rest : Nat → α) : firstThen f first rest s = first := ite_eq_left h

theorem firstPowers_eq (X l f : Nat) (ok : Bool) (level : Nat → Nat) (test : Nat → Bool) {g : Nat} (hg : g ≤ f) :
    firstPowers X l g ok = levelPowers X (firstThen f l level) (firstThen f ok test) g := by
  induction g with
  | zero =>
    cases ok with
    | false => rfl
    | true => exact Nat.zero_mul _
  | succ g ih =>
    show _ = Nat.force (levelPowers X (firstThen f l level) (firstThen f ok test) g) fun N =>
      Bool.rec (motive := fun _ => Nat) N (X ^ firstThen f l level g + N) (firstThen f ok test g)
    rw [Nat.force_eq, ← ih (Nat.le_of_lt hg), firstThen_of_lt hg, firstThen_of_lt hg]
    cases ok with
    | false => rfl
    | true => exact (Nat.succ_mul g (X ^ l)).trans (Nat.add_comm _ _)

theorem restPowers_eq (X l f : Nat) (ok : Bool) (level : Nat → Nat) (test : Nat → Bool) (r : Nat) :
    restPowers X (firstPowers X l f ok) level test r = levelPowers X (firstThen f l level) (firstThen f ok test) (f + r) := by
  induction r with
  | zero => exact firstPowers_eq X l f ok level test (Nat.le_refl f)
  | succ r ih =>
    show Nat.force (restPowers X (firstPowers X l f ok) level test r) (fun N => Bool.rec (motive := fun _ => Nat) N (X ^ level r + N) (test r)) =
      Nat.force (levelPowers X (firstThen f l level) (firstThen f ok test) (f + r)) fun N =>
        Bool.rec (motive := fun _ => Nat) N (X ^ firstThen f l level (f + r) + N) (firstThen f ok test (f + r))
    rw [Nat.force_eq, Nat.force_eq, ih, firstThen_add, firstThen_add]

/-! ## Rows -/

/-- A sum of packed rows. -/
theorem total_pack (L v : Nat) (d : Nat → Nat → Nat) (H : Nat) :
    (total H fun i => pack L v (d i)) = pack L v fun j => total H fun i => d i j := by
  induction H with
  | zero => exact (pack_zero L v).symm
  | succ H ih =>
    rw [total_succ, ih, pack_add]
    rfl

theorem total_le {H b : Nat} {f : Nat → Nat} (h : ∀ i, i < H → f i ≤ b) : total H f ≤ H * b := by
  rw [← total_const]
  exact total_le_total h

section
variable {w : Weights} {B : Nat} {c : Params} {S : HeadsTables} (K : HeadsKnown w B c S.at) {q m parts : Nat} {rows : List HeadRow}
include K

/-- What the check of the rows shows. -/
theorem pairRows_of (hm : m < w.d_vocab) (hq : q ≤ m) (small : S.width < S.bits)
    (each : ∀ j, j < w.heads.length → (rows.getD j HeadRow.none).P = HeadPair.of (S.at j) q m (rows.getD j HeadRow.none).D)
    (ok : rowsOk S w.heads.length (ones S.bits S.v) (2 ^ (S.bits - 1) * ones S.bits S.v) q m parts rows = true) :
    PairRows w B c S.at q m (fun i => (rows.getD i HeadRow.none).D) (fun i => digit S.bits (rows.getD i HeadRow.none).D) ∧
      ∀ i, i < w.heads.length →
        (HeadPair.of (S.at i) q m (rows.getD i HeadRow.none).D).roomy (S.at i) parts ((S.at i).mass.getD q 0)
          (2 * ((S.at i).entry (S.at i).high q 1 * parts) + 1) = true ∧
        (HeadPair.of (S.at i) q m (rows.getD i HeadRow.none).D).leads (2 ^ (S.bits - 1) * ones S.bits S.v) (ones S.bits S.v) = true := by
  unfold rowsOk at ok
  have one {i : Nat} (hi : i < w.heads.length) := of_allBelow (Bool.and_left ok) hi
  have within {i : Nat} (hi : i < w.heads.length) : (rows.getD i HeadRow.none).D = pack S.bits S.v (digit S.bits (rows.getD i HeadRow.none).D) ∧
      ∀ j, j < S.v → digit S.bits (rows.getD i HeadRow.none).D j < 2 ^ S.width := by
    have h := Bool.and_left (one hi)
    rw [nth_eq] at h
    exact of_lanesWithin (Nat.le_of_lt small) h
  have v_eq : w.d_vocab = S.v := K.v_eq 0 K.some
  have hqv : q < S.v := v_eq ▸ Nat.lt_of_le_of_lt hq hm
  have hmv : m < S.v := v_eq ▸ hm
  refine ⟨⟨fun i hi => (within hi).left, fun i hi j hj => Nat.le_of_lt ((within hi).right j hj), fun _ _ => small, fun j hj hne => ?_⟩,
    fun i hi => ?_⟩
  · have rest := Bool.and_right ok
    have bound : (w.heads.length + 1) * 2 ^ S.width + 2 < 2 ^ (S.bits - 1) := Nat.le_of_ble_eq_true (Bool.and_left rest)
    have test := Bool.and_right rest
    have hT := K.describe 0 K.some
    have direct_eq : nth 0 (S.at 0).direct q = pack S.bits S.v ((enclosureAt w B c 0).direct q) := by
      rw [nth_eq]
      exact hT.direct q hqv
    have direct_lt (j : Nat) : (enclosureAt w B c 0).direct q j < 2 ^ S.width :=
      lt_of_narrowRows (Bool.and_right (Bool.and_right hT.narrow)) q j
    have pow_lt : 2 ^ S.width < 2 ^ S.bits := Nat.pow_lt_pow_right (Nat.lt_succ_self 1) small
    have direct_read : readLane S.bits (nth 0 (S.at 0).direct q) m = (enclosureAt w B c 0).direct q m := by
      rw [direct_eq]
      exact digit_pack _ (fun j _ => Nat.lt_trans (direct_lt j) pow_lt) hmv
    have at_m : (total w.heads.length fun i => readLane S.bits (nth HeadRow.none rows i).D m) =
        total w.heads.length fun i => digit S.bits (rows.getD i HeadRow.none).D m := total_congr fun i _ => by rw [nth_eq]; rfl
    have all : (total w.heads.length fun i => (nth HeadRow.none rows i).D) =
        pack S.bits S.v fun j => total w.heads.length fun i => digit S.bits (rows.getD i HeadRow.none).D j := by
      rw [← total_pack]
      exact total_congr fun i hi => by rw [nth_eq]; exact (within hi).left
    have two : Nat.mul 2 (Nat.sub (ones S.bits S.v) (Nat.shiftLeft 1 (Nat.mul S.bits m))) = pack S.bits S.v (lossAt 2 m) :=
      pack_lossAt S.bits 2 hmv
    have const (k : Nat) : Nat.mul k (ones S.bits S.v) = pack S.bits S.v fun _ => k := (pack_const _ _ _).symm
    rw [at_m, all, two, direct_read, direct_eq, const, const] at test
    have test : lanesLe _ (pack S.bits S.v _ + pack S.bits S.v _ + pack S.bits S.v _) (pack S.bits S.v _ + pack S.bits S.v _) = true := test
    rw [pack_add, pack_add, pack_add] at test
    have sum_le {j : Nat} (hj : j < S.v) : (total w.heads.length fun i => digit S.bits (rows.getD i HeadRow.none).D j) ≤
        w.heads.length * 2 ^ S.width := total_le fun i hi => Nat.le_of_lt ((within hi).right j hj)
    have room {a b e : Nat} (ha : a ≤ w.heads.length * 2 ^ S.width) (hb : b < 2 ^ S.width) (he : e ≤ 2) : a + b + e < 2 ^ (S.bits - 1) := by
      refine Nat.lt_of_le_of_lt (Nat.add_le_add (Nat.add_le_add ha (Nat.le_of_lt hb)) he) ?_
      rw [← Nat.succ_mul]
      exact bound
    have loss_le (j : Nat) : lossAt 2 m j ≤ 2 := by
      unfold lossAt
      by_cases e : j = m
      case pos => rw [ite_eq_left e]; exact Nat.zero_le _
      case neg => rw [ite_eq_right e]; exact Nat.le_refl _
    have pos : 0 < S.bits := Nat.lt_of_le_of_lt (Nat.zero_le _) small
    have le := of_lanesLe pos (fun j _ => Nat.le_of_lt (room (sum_le hmv) (direct_lt j) (loss_le j)))
      (fun j hj => room (e := 0) (sum_le hj) (direct_lt m) (Nat.zero_le 2)) test (v_eq ▸ hj : j < S.v)
    have e : lossAt 2 m j = 2 := by unfold lossAt; rw [ite_eq_right hne]
    rw [e] at le
    exact le
  · have h := Bool.and_right (one hi)
    rw [nth_eq, each i hi] at h
    rw [nth_eq, nth_eq] at h
    exact ⟨Bool.and_left h, Bool.and_right h⟩

end
end HeadsQuartic
end Transformer
end Compact
