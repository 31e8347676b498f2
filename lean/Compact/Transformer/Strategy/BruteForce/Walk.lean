prelude
import Compact.Transformer.Strategy.BruteForce.Check
/-!
# Brute force: walking along the rows

`countQuery` looks every token up in its row, which takes the kernel as many steps as the token has tokens before it.  `walkQuery`
counts the same inputs (`walkQuery_eq`), but walks along each row, from token to token, with what the test of its lane needs at hand.
-/
namespace Compact
namespace BruteForce
noncomputable section

/-- A token to be picked: what a path through it gives at one position, and its lane. -/
structure Pick where
  token : Nat
  logits : Nat
  slack : Nat
  lane : Lane

/-- The tokens of a row, the first one being `t`. -/
def pickList : List (Nat × Nat) → List Lane → Nat → List Pick
  | x :: row, lane :: lanes, t => ⟨t, x.1, x.2, lane⟩ :: pickList row lanes (t + 1)
  | _, _, _ => []

/-- The same, evaluated; then go on with the list.  (Logits are not: those of paths with the greatest softmax factor are multiples of a large power
of two, and the kernel's caches tell numbers apart by their low 64 bits; the expression that gives them is unlike all others.) -/
def forcePicks {α : Type} (row : List (Nat × Nat)) : List Lane → Nat → (List Pick → α) → α :=
  List.rec (motive := fun _ => List Lane → Nat → (List Pick → α) → α) (fun _ _ k => k [])
    (fun x _ ih lanes t k => List.rec (motive := fun _ => α) (k [])
      (fun lane lanes _ => Prod.rec (motive := fun _ => α)
        (fun logits slack => Nat.force slack fun slack => Nat.force t fun t =>
          ih lanes (Nat.succ t) fun more => k (⟨t, logits, slack, lane⟩ :: more)) x) lanes) row

/-- All rows. -/
def forceAllPicks {α : Type} (lanes : List Lane) (rows : List (List (Nat × Nat))) : (List (List Pick) → α) → α :=
  List.rec (motive := fun _ => (List (List Pick) → α) → α) (fun k => k [])
    (fun row _ ih k => forcePicks row lanes 0 fun row => ih fun more => k (row :: more)) rows

/-- What is known of the tokens picked so far: packed logits, slack, the largest token and its lane. -/
structure Walked where
  logits : Nat
  slack : Nat
  max : Nat
  lane : Lane

/-- Pick one more token, and go on. -/
def Pick.after {α : Type} (p : Pick) (s : Walked) (k : Walked → α) : α :=
  Nat.force (Nat.add p.slack s.slack) fun slack =>
  Bool.rec (motive := fun _ => α) (k ⟨Nat.add p.logits s.logits, slack, p.token, p.lane⟩) (k ⟨Nat.add p.logits s.logits, slack, s.max, s.lane⟩)
    (Nat.ble p.token s.max)

/-- How many inputs pass that begin with tokens of these rows, the last position first. -/
def walk (rows : List (List Pick)) : Walked → Nat :=
  List.rec (motive := fun _ => Walked → Nat) (fun s => one? (s.lane.test s.slack s.logits))
    (fun row _ ih s => fold (fun p sum => Nat.add (p.after s ih) sum) 0 row) rows

/-- The number of inputs with one query token that pass. -/
def walkQuery (lanes : List Lane) (_v _n : Nat) (first : List (Nat × Nat)) (rest : List (List (Nat × Nat))) (q : Nat) : Nat :=
  forceAllPicks lanes rest fun rest => Nat.force (nth (0, 0) first q).1 fun logits => Nat.force (nth (0, 0) first q).2 fun slack =>
  walk rest ⟨logits, slack, q, nth ⟨0, 0, 0, 0, 0⟩ lanes q⟩

/-- The number of inputs that pass. -/
def count (w : Weights) (c : Params) : Nat := overQueries w c walkQuery

/-- The number of inputs that are known to be right: those that pass and, where the vocabulary has one token, its one
input, which has no other answer to lose to. -/
def right (w : Weights) (c : Params) : Nat :=
  Bool.rec (motive := fun _ => Nat) (count w c) 1 (Nat.beq w.d_vocab 1)

/-- The check of a certificate. -/
def check (w : Weights) (c : Certificate) : Bool := w.wellFormed && Nat.ble c.bound (right w c.toParams)

end

/-- The state after the token `t` is picked. -/
noncomputable def stepped (t : Nat) (s : State) : State :=
  match s.rest with
  | [] => s
  | row :: rest => ⟨rest, (row.getD t (0, 0)).1 + s.logits, (row.getD t (0, 0)).2 + s.slack, Nat.max t s.max⟩

theorem pick_max (t m : Nat) : Bool.rec (motive := fun _ => Nat) t m (Nat.ble t m) = Nat.max t m := by
  cases h : Nat.ble t m with
  | true => exact (Nat.max_eq_right (Nat.le_of_ble_eq_true h)).symm
  | false =>
    exact (Nat.max_eq_left (Nat.le_of_not_le fun h' => Bool.noConfusion (h.symm.trans (Nat.ble_eq_true_of_le h')))).symm

theorem step_eq {α : Type} (t : Nat) (s : State) (k : State → α) : step t s k = k (stepped t s) := by
  match s with
  | ⟨[], _, _, _⟩ => rfl
  | ⟨row :: rest, logits, slack, max⟩ =>
    show Nat.force _ (fun logits => Nat.force _ fun slack => k ⟨rest, logits, slack, _⟩) = _
    rw [Nat.force_eq, Nat.force_eq, nth_eq, pick_max]
    rfl

/-! ## The same inputs -/

section
variable {α : Type}

theorem forcePicks_eq (row : List (Nat × Nat)) (lanes : List Lane) (t : Nat) (k : List Pick → α) : forcePicks row lanes t k = k (pickList row lanes t) := by
  induction row generalizing lanes t k with
  | nil => rfl
  | cons x row ih =>
    cases lanes with
    | nil => rfl
    | cons lane lanes =>
      show Nat.force x.2 (fun slack => Nat.force t fun t =>
        forcePicks row lanes (Nat.succ t) fun more => k (⟨t, x.1, slack, lane⟩ :: more)) = _
      rw [Nat.force_eq, Nat.force_eq, ih]
      rfl

theorem forceAllPicks_eq (lanes : List Lane) (rows : List (List (Nat × Nat))) (k : List (List Pick) → α) :
    forceAllPicks lanes rows k = k (mapFold (fun row => pickList row lanes 0) rows) := by
  induction rows generalizing k with
  | nil => rfl
  | cons row rows ih =>
    show forcePicks row lanes 0 (fun row => forceAllPicks lanes rows fun more => k (row :: more)) = _
    rw [forcePicks_eq, ih]

end

/-- A sum over the tokens of a row, one by one. -/
theorem sum_pickList {g : Pick → Nat} {row : List (Nat × Nat)} {lanes : List Lane} {t : Nat} {f : Nat → Nat} (same : lanes.length = row.length)
    (h : ∀ j, j < row.length → g ⟨t + j, (row.getD j (0, 0)).1, (row.getD j (0, 0)).2, lanes.getD j ⟨0, 0, 0, 0, 0⟩⟩ = f j) :
    fold (fun p sum => Nat.add (g p) sum) 0 (pickList row lanes t) = total row.length f := by
  induction row generalizing lanes t f with
  | nil => rfl
  | cons x row ih =>
    match lanes, same with
    | lane :: lanes, same =>
      refine Eq.trans ?_ (total_succ' row.length f).symm
      refine congr (congrArg Nat.add (h 0 (Nat.zero_lt_succ _))) (ih (Nat.succ.inj same) fun j hj => ?_)
      rw [Nat.add_right_comm]
      exact h (j + 1) (Nat.succ_lt_succ hj)

/-- After a token is picked, the lane at hand is that of the largest token. -/
theorem Pick.after_eq {α : Type} {lanes : List Lane} {d : Lane} (t logits slack : Nat) (s : Walked) (h : s.lane = lanes.getD s.max d) (k : Walked → α) :
    (Pick.mk t logits slack (lanes.getD t d)).after s k = k ⟨logits + s.logits, slack + s.slack, Nat.max t s.max, lanes.getD (Nat.max t s.max) d⟩ := by
  unfold Pick.after
  rw [Nat.force_eq, ← pick_max]
  cases Nat.ble t s.max with
  | false => rfl
  | true => exact congrArg (fun lane => k ⟨logits + s.logits, slack + s.slack, s.max, lane⟩) h

/-- Walking counts what picking counts. -/
theorem walk_eq {lanes : List Lane} {v : Nat} (hv : lanes.length = v) {rows : List (List (Nat × Nat))} (hr : ∀ row, row ∈ rows → row.length = v)
    (logits slack max : Nat) :
    walk (mapFold (fun row => pickList row lanes 0) rows) ⟨logits, slack, max, lanes.getD max ⟨0, 0, 0, 0, 0⟩⟩ =
      countTree v rows.length stepped (passes lanes) ⟨rows, logits, slack, max⟩ := by
  induction rows generalizing logits slack max with
  | nil =>
    show one? _ = one? (passes lanes _)
    unfold passes
    rw [nth_eq]
  | cons row rows ih =>
    have length := hr row (List.Mem.head rows)
    refine (sum_pickList (f := fun t => countTree v rows.length stepped (passes lanes) (stepped t ⟨row :: rows, logits, slack, max⟩))
      (hv.trans length.symm) fun t _ => ?_).trans (length ▸ rfl)
    rw [Nat.zero_add]
    exact (Pick.after_eq t _ _ ⟨logits, slack, max, lanes.getD max ⟨0, 0, 0, 0, 0⟩⟩ rfl _).trans (ih (fun row h => hr row (List.Mem.tail _ h)) _ _ _)

/-- `walkQuery` counts what `countQuery` counts. -/
theorem walkQuery_eq {lanes : List Lane} {v n : Nat} (hv : lanes.length = v) {first : List (Nat × Nat)} {rest : List (List (Nat × Nat))}
    (hr : ∀ row, row ∈ rest → row.length = v) (hn : rest.length = n) (q : Nat) :
    walkQuery lanes v n first rest q = countQuery lanes v n first rest q := by
  unfold walkQuery countQuery
  rw [forceAllPicks_eq, Nat.force_eq, Nat.force_eq, forcePairRows_eq, step_eq, countTreeCps_eq v n step_eq, nth_eq, nth_eq, walk_eq hv hr, hn]
  show _ = countTree v n stepped (passes lanes) ⟨rest, (first.getD q (0, 0)).1 + 0, (first.getD q (0, 0)).2 + 0, Nat.max q 0⟩
  rw [show Nat.max q 0 = q from Nat.max_eq_left (Nat.zero_le q)]
  rfl

end BruteForce
end Compact
