prelude
import Compact.Classes.Position
import Compact.Classes.Slack
import Compact.Classes.Tables
import Compact.Enclosure.Correct
/-!
# The check of the tables

`Tables.check` evaluates the rounded tables of a model and compares them with the literals of a certificate.
`Tables.describe`: when it is true, the literals describe the model.
-/
namespace Compact
noncomputable section

/-! ## Loops -/

/-- `f x y` for all entries of two lists, `ys` being at least as long as `xs`. -/
def allZip {α β : Type} (f : α → β → Bool) (xs : List α) : List β → Bool :=
  List.rec (motive := fun _ => List β → Bool) (fun _ => true)
    (fun x _ ih ys => List.rec (motive := fun _ => Bool) false (fun y ys _ => f x y && ih ys) ys) xs

/-- `f i` for all `i < n`. -/
def allBelow (n : Nat) (f : Nat → Bool) : Bool := Nat.rec (motive := fun _ => Bool) true (fun i ih => f i && ih) n

theorem of_allZip {α β : Type} {f : α → β → Bool} {xs : List α} {ys : List β} (h : allZip f xs ys = true) {i : Nat}
    (hi : i < xs.length) (a : α) (b : β) : f (xs.getD i a) (ys.getD i b) = true := by
  induction xs generalizing ys i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons x xs ih =>
    match ys, h with
    | [], h => exact Bool.noConfusion h
    | y :: ys, h =>
      have h : (f x y && allZip f xs ys) = true := h
      cases i with
      | zero => exact Bool.and_left h
      | succ i => exact ih (Bool.and_right h) (Nat.lt_of_succ_lt_succ hi)

theorem of_allBelow {n : Nat} {f : Nat → Bool} (h : allBelow n f = true) {i : Nat} (hi : i < n) : f i = true := by
  induction n with
  | zero => exact absurd hi (Nat.not_lt_zero i)
  | succ n ih =>
    have h : (f n && allBelow n f) = true := h
    match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hi) with
    | .inl hi => exact ih (Bool.and_right h) hi
    | .inr e => exact e ▸ Bool.and_left h

/-! ## The check -/

/-- Is the row packed as `lit`? -/
def packsAs (L : Nat) (row : List Nat) (lit : Nat) : Bool := Nat.beq (packList L row) lit

/-- Are the entries of the row the lanes of `lit`? -/
def readsAs (L : Nat) (row : List Nat) (lit : Nat) : Bool := allZip Nat.beq row (unpack L row.length lit)

/-- Put `x` in its place in an ascending list. -/
def insert (x : Nat) (ys : List Nat) : List Nat :=
  List.rec (motive := fun _ => List Nat) [x]
    (fun y ys ih => Bool.rec (motive := fun _ => List Nat) (y :: ih) (x :: y :: ys) (Nat.ble x y)) ys

/-- The list in ascending order.  (Nothing depends on it but how good thresholds are.) -/
def sort (xs : List Nat) : List Nat := fold insert [] xs

/-- Do the lanes of `low` and `high` bound the weight of `k` positions, for all `k ≤ n`? -/
def massesAs (L n mass low high : Nat) (ls : List Nat) : Bool :=
  Nat.beq (listTotal ls) mass && forceList (sort ls) fun sorted =>
  allBelow (n + 1) fun k =>
    Nat.force (lowMass ls k (nth 0 sorted (Nat.sub k 1))) fun U =>
    Nat.beq (readLane L low k) U && (Nat.ble U mass &&
      Nat.beq (readLane L high k) (highMass ls mass k (nth mass sorted (Nat.sub n k))))

namespace Tables

/-- Do the literals about the query `q` agree with its rows of factors? -/
def queryAs (t : Tables) (B q : Nat) (es fs : List (Nat × Nat)) : Bool :=
  readsAs t.bits (mapFold (fun e => e.1) es) (nth 0 t.tokenLo q) &&
  (Nat.beq (nth (0, 0) fs t.n).1 (nth 0 t.own q) &&
  (forceList (entries (fun f => f.1) t.n fs)
    (massesAs t.bits t.n (nth 0 t.mass q) (nth 0 t.low q) (nth 0 t.high q)) &&
  readsAs t.bits (slacks B t.n q es fs) (nth 0 t.slack q)))

/-- Do the literals agree with the rounded tables? -/
def agree (t : Tables) (T : Enclosure) : Bool :=
  (allZip (packsAs t.bits) T.tokenRow t.token && allZip (packsAs t.bits) T.directRow t.direct) &&
  ((packsAs t.bits (nth [] T.posRow t.n) t.last &&
    Nat.force (Nat.pow 2 t.width) fun W =>
      allBelow t.v fun m => packsAs t.bits (positionRow t.v W m t.n T.posRow) (nth 0 t.position m)) &&
  Nat.force (Nat.mul 3 (Nat.pow 2 t.width)) fun B =>
    allBelow t.v fun q => t.queryAs B q (nth [] T.tokenExp q) (nth [] T.posExp q))

/-- Do the literals agree with the model? -/
def check (t : Tables) (w : Weights) (c : Params) (_ : TableWitness) : Bool :=
  (w.wellFormed && (Nat.beq w.d_vocab t.v && Nat.beq w.n_ctx (Nat.succ t.n))) &&
  ((Nat.beq c.width t.width && Nat.beq c.prec t.prec) &&
    enclosure w c fun T => T.narrow c.width && t.agree T)

end Tables
end

/-! ## What the check shows -/

theorem pack_of_packsAs {L v lit : Nat} {row : List Nat} (hv : row.length = v) (h : packsAs L row lit = true) :
    lit = pack L v fun j => row.getD j 0 := by
  rw [← Nat.eq_of_beq_eq_true _ _ h, packList_eq, hv]

theorem digit_of_readsAs {L lit : Nat} {row : List Nat} (h : readsAs L row lit = true) {j : Nat} (hj : j < row.length) :
    digit L lit j = row.getD j 0 := by
  rw [← getD_unpack L lit hj]
  exact (Nat.eq_of_beq_eq_true _ _ (of_allZip h hj 0 0)).symm

theorem of_massesAs {L n mass low high : Nat} {ls : List Nat} (h : massesAs L n mass low high ls = true) :
    listTotal ls = mass ∧ ∀ k, k ≤ n →
      (∃ T, digit L low k = lowMass ls k T) ∧ digit L low k ≤ mass ∧ ∃ T, digit L high k = highMass ls mass k T := by
  unfold massesAs at h
  rw [forceList_eq] at h
  refine ⟨Nat.eq_of_beq_eq_true _ _ (Bool.and_left h), fun k hk => ?_⟩
  have h := of_allBelow (Bool.and_right h) (Nat.lt_succ_of_le hk)
  rw [Nat.force_eq] at h
  have low_eq := Nat.eq_of_beq_eq_true _ _ (Bool.and_left h)
  have h := Bool.and_right h
  exact ⟨⟨_, low_eq⟩, Nat.le_trans (Nat.le_of_eq low_eq) (Nat.le_of_ble_eq_true (Bool.and_left h)),
    _, Nat.eq_of_beq_eq_true _ _ (Bool.and_right h)⟩

namespace Tables
variable {t : Tables} {T : Enclosure}

/-- What is shown of one query. -/
structure QueryDescribe (t : Tables) (T : Enclosure) (q : Nat) : Prop where
  tokenLo (k : Nat) : k < t.v → t.entry t.tokenLo q k = T.tokenLo q k
  own : t.own.getD q 0 = T.posLo q t.n
  mass : t.mass.getD q 0 = T.mass q t.n
  masses (k : Nat) : k ≤ t.n → (∃ threshold, t.entry t.low q k = lowMass (T.posLows q t.n) k threshold) ∧
    t.entry t.low q k ≤ t.mass.getD q 0 ∧
    ∃ threshold, t.entry t.high q k = highMass (T.posLows q t.n) (t.mass.getD q 0) k threshold
  slack (m : Nat) : m < t.v →
    ∃ S, t.entry t.slack q m = T.totalSlack t.ceiling t.n q S ∧ T.SlackLe t.ceiling t.n q m S

theorem queryDescribe {q : Nat} (hlen : (T.tokenExp.getD q []).length = t.v)
    (h : t.queryAs t.ceiling q (T.tokenExp.getD q []) (T.posExp.getD q []) = true) : t.QueryDescribe T q := by
  unfold queryAs at h
  rw [nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, nth_eq, forceList_eq] at h
  have hlo := Bool.and_left h
  have h := Bool.and_right h
  have hown := Nat.eq_of_beq_eq_true _ _ (Bool.and_left h)
  have h := Bool.and_right h
  have hmass := of_massesAs (Bool.and_left h)
  have hslack := Bool.and_right h
  refine ⟨fun k hk => ?_, hown.symm, hmass.left.symm, hmass.right, fun m hm => ?_⟩
  · refine (digit_of_readsAs hlo ((length_mapFold _ _).symm ▸ hlen.symm ▸ hk)).trans ?_
    exact getD_mapFold _ _ (hlen.symm ▸ hk) (0, 0) 0
  · match getD_slacks T t.ceiling t.n (hlen.symm ▸ hm) with
    | ⟨S, e, hS⟩ =>
      exact ⟨S, (digit_of_readsAs hslack ((length_slacks _ _ _ _ _).symm ▸ hlen.symm ▸ hm)).trans e, hS⟩

/-- The lists of the rounded tables are as long as they should be. -/
structure Sized (v n : Nat) (T : Enclosure) : Prop where
  tokenRows : T.tokenRow.length = v
  directRows : T.directRow.length = v
  tokenRow (k : Nat) : k < v → (T.tokenRow.getD k []).length = v
  directRow (q : Nat) : q < v → (T.directRow.getD q []).length = v
  posRow (p : Nat) : p < n + 1 → (T.posRow.getD p []).length = v
  tokenExp (q : Nat) : q < v → (T.tokenExp.getD q []).length = v

theorem pos_lt {width : Nat} (h : T.narrow width = true) (p j : Nat) : T.pos p j < 2 ^ width :=
  lt_of_narrowRows (Bool.and_left (Bool.and_right h)) p j

theorem describe_of_agree (hT : Sized t.v t.n T) (narrow : T.narrow t.width = true)
    (hlo : ∀ q k, q < t.v → k < t.v → T.tokenLo q k ≤ 2 ^ t.prec) (h : t.agree T = true) : t.Describe T := by
  unfold agree at h
  rw [Nat.force_eq, Nat.force_eq] at h
  have hrows := Bool.and_left h
  have hpos := Bool.and_left (Bool.and_right h)
  have query (q : Nat) (hq : q < t.v) : t.QueryDescribe T q := by
    refine queryDescribe (hT.tokenExp q hq) ?_
    have h := of_allBelow (Bool.and_right (Bool.and_right h)) hq
    rw [nth_eq, nth_eq] at h
    exact h
  refine ⟨narrow, hlo, fun k hk => ?_, fun q hq => ?_, ?_, fun m hm => ?_, fun q k hq => (query q hq).tokenLo k,
    fun q hq => (query q hq).own, fun q hq => (query q hq).mass, fun q k hq hk => ((query q hq).masses k hk).left,
    fun q k hq hk => ((query q hq).masses k hk).right.left, fun q k hq hk => ?_, fun q m hq => (query q hq).slack m⟩
  · exact pack_of_packsAs (hT.tokenRow k hk) (of_allZip (Bool.and_left hrows) (hT.tokenRows.symm ▸ hk) [] 0)
  · exact pack_of_packsAs (hT.directRow q hq) (of_allZip (Bool.and_right hrows) (hT.directRows.symm ▸ hq) [] 0)
  · have h := Bool.and_left hpos
    rw [nth_eq] at h
    exact pack_of_packsAs (hT.posRow t.n (Nat.lt_succ_self _)) h
  · have sizes : ∀ p, p < t.n → (T.posRow.getD p []).length = t.v := fun p hp => hT.posRow p (Nat.lt_succ_of_lt hp)
    have h := of_allBelow (Bool.and_right hpos) hm
    rw [nth_eq] at h
    have good := noBetter_positionRow sizes (pos_lt narrow) hm
    exact ⟨_, pack_of_packsAs (length_positionRow sizes) h, good.left, good.right⟩
  · rw [← (query q hq).mass]
    exact ((query q hq).masses k hk).right.right

/-- A check that succeeds: the literals describe the model. -/
theorem describe (R : Type) [ExpField R] {w : Weights} {c : Params} {e : TableWitness} (h : t.check w c e = true) :
    w.WellFormed ∧ (w.d_vocab = t.v ∧ w.n_ctx = t.n + 1) ∧ c.width = t.width ∧
      t.Describe (Enclosure.of w c (Circuits.of w)) := by
  unfold check at h
  rw [enclosure_eq] at h
  have hw := Weights.wellFormed_spec (Bool.and_left (Bool.and_left h))
  have hsize := Bool.and_right (Bool.and_left h)
  have hv := Nat.eq_of_beq_eq_true _ _ (Bool.and_left hsize)
  have hn := Nat.eq_of_beq_eq_true _ _ (Bool.and_right hsize)
  have h := Bool.and_right h
  have hwidth := Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_left h))
  have hprec := Nat.eq_of_beq_eq_true _ _ (Bool.and_right (Bool.and_left h))
  have h := Bool.and_right h
  refine ⟨hw, ⟨hv, hn⟩, hwidth, describe_of_agree ?_ (hwidth ▸ Bool.and_left h) (fun q k hq hk => ?_) (Bool.and_right h)⟩
  · exact ⟨hv ▸ hw.length_tokenRows c, hv ▸ hw.length_directRows c, fun k hk => hv ▸ hw.length_tokenRow c (hv.symm ▸ hk),
      fun q hq => hv ▸ hw.length_directRow c (hv.symm ▸ hq), fun p hp => hv ▸ hw.length_posRow c (hn.symm ▸ hp),
      fun q hq => hv ▸ hw.length_tokenExp c (hv.symm ▸ hq)⟩
  · rw [← hv] at hq hk
    have fits := hw.view_fits (R := R) c hq
    exact hprec ▸ le_of_ofNat_le (le_trans (fits.token k hk).left (fits.token_le k))

end Tables
end Compact
