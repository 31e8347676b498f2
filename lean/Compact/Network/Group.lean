prelude
import Compact.Network.Statement
import Compact.Packed.All
/-!
# Is a table that of a group?

Associativity of all triples would be long to check.  The elements `a` with `(x a) y = x (a y)` for all `x`, `y` are closed
under products (Light's test), so it is enough to check that equation for some generators, and to see that their products
reach every element.  A witness says how: the identity, the generators, and how each further element is a product of two
that came before.
-/
namespace Compact
namespace Network
noncomputable section

/-- How to see that a table is a group's. -/
structure GroupWitness where
  identity : Nat
  generators : List Nat
  /-- Pairs `[p, q]` of elements already reached: `p * q` is the next one. -/
  words : List (List Nat)

/-- `Table.times`, as the kernel computes it. -/
def Table.multiply (T : Table) (x y : Nat) : Nat := Nat.mod (Nat.shiftRight (nth 0 T.rows x) (Nat.mul T.bits y)) (Nat.pow 2 T.bits)

/-- Is `x` in the list? -/
def isIn (x : Nat) (xs : List Nat) : Bool := fold (fun y ih => Bool.rec (motive := fun _ => Bool) ih true (Nat.beq x y)) false xs

/-- Does `f i` hold for some `i < n`? -/
def anyBelow (n : Nat) (f : Nat → Bool) : Bool :=
  Nat.rec (motive := fun _ => Bool) false (fun i ih => Bool.rec (motive := fun _ => Bool) ih true (f i)) n

/-- `(x a) y = x (a y)` for all `x`, `y`. -/
def Table.associates (T : Table) (n a : Nat) : Bool :=
  allBelow n fun x => Nat.force x fun x => Nat.force (T.multiply x a) fun xa => allBelow n fun y => Nat.force y fun y =>
    Nat.beq (T.multiply xa y) (T.multiply x (T.multiply a y))

/-- All elements below `n` are reached from those in `known`. -/
def Table.reaches (T : Table) (n : Nat) (words : List (List Nat)) : List Nat → Bool :=
  fold (fun word ih known => (isIn (nth 0 word 0) known && isIn (nth 0 word 1) known) &&
      Nat.force (T.multiply (nth 0 word 0) (nth 0 word 1)) fun z => ih (z :: known))
    (fun known => allBelow n fun x => isIn x known) words

/-- The check that a table is a group's. -/
def Table.group (T : Table) (n : Nat) (c : GroupWitness) : Bool :=
  (allBelow n (fun x => Nat.force x fun x => allBelow n fun y => Nat.ble (Nat.succ (T.multiply x y)) n) && Nat.ble (Nat.succ c.identity) n) &&
  (allBelow n (fun x => Nat.force x fun x => Nat.beq (T.multiply c.identity x) x && Nat.beq (T.multiply x c.identity) x) &&
    allBelow n (fun x => Nat.force x fun x => anyBelow n fun y => Nat.force y fun y =>
      Nat.beq (T.multiply x y) c.identity && Nat.beq (T.multiply y x) c.identity)) &&
  (fold (fun a ih => (Nat.ble (Nat.succ a) n && T.associates n a) && ih) true c.generators && T.reaches n c.words c.generators)

end

section
variable {T : Table} {n : Nat}

theorem Table.multiply_eq (T : Table) (x y : Nat) : T.multiply x y = T.times x y := by
  unfold Table.multiply
  rw [nth_eq]
  rfl

theorem of_isIn {x : Nat} {xs : List Nat} (h : isIn x xs = true) : x ∈ xs := by
  induction xs with
  | nil => exact Bool.noConfusion h
  | cons y ys ih =>
    have h : Bool.rec (motive := fun _ => Bool) (isIn x ys) true (Nat.beq x y) = true := h
    cases e : Nat.beq x y with
    | true => exact Nat.eq_of_beq_eq_true _ _ e ▸ List.Mem.head ys
    | false => rw [e] at h; exact List.Mem.tail y (ih h)

theorem of_anyBelow {f : Nat → Bool} (h : anyBelow n f = true) : ∃ i, i < n ∧ f i = true := by
  induction n with
  | zero => exact Bool.noConfusion h
  | succ n ih =>
    have h : Bool.rec (motive := fun _ => Bool) (anyBelow n f) true (f n) = true := h
    cases e : f n with
    | true => exact ⟨n, Nat.lt_succ_self n, e⟩
    | false =>
      rw [e] at h
      match ih h with
      | ⟨i, hi, hf⟩ => exact ⟨i, Nat.lt_succ_of_lt hi, hf⟩

/-- The element `a` may be moved from one factor to the other. -/
def Table.Associates (T : Table) (n a : Nat) : Prop :=
  a < n ∧ ∀ x y, x < n → y < n → T.times (T.times x a) y = T.times x (T.times a y)

theorem Table.of_associates {a : Nat} (ha : a < n) (h : T.associates n a = true) : T.Associates n a := by
  refine ⟨ha, fun x y hx hy => ?_⟩
  have h := of_allBelow h hx
  rw [Nat.force_eq, Nat.force_eq] at h
  have h := of_allBelow h hy
  rw [Nat.force_eq] at h
  have h := Nat.eq_of_beq_eq_true _ _ h
  rw [multiply_eq, multiply_eq, multiply_eq, multiply_eq] at h
  exact h

/-- Light's lemma. -/
theorem Table.Associates.times (closed : ∀ x y, x < n → y < n → T.times x y < n) {a b : Nat} (ha : T.Associates n a)
    (hb : T.Associates n b) : T.Associates n (T.times a b) := by
  refine ⟨closed a b ha.left hb.left, fun x y hx hy => ?_⟩
  rw [← ha.right x b hx hb.left, hb.right _ y (closed x a hx ha.left) hy, ha.right x _ hx (closed b y hb.left hy),
    hb.right a y ha.left hy]

theorem Table.of_reaches (closed : ∀ x y, x < n → y < n → T.times x y < n) {words : List (List Nat)} {known : List Nat}
    (all : ∀ a, a ∈ known → T.Associates n a) (h : T.reaches n words known = true) {x : Nat} (hx : x < n) :
    T.Associates n x := by
  induction words generalizing known with
  | nil => exact all x (of_isIn (of_allBelow h hx))
  | cons word words ih =>
    have h : ((isIn (nth 0 word 0) known && isIn (nth 0 word 1) known) &&
      Nat.force (T.multiply (nth 0 word 0) (nth 0 word 1)) fun z => T.reaches n words (z :: known)) = true := h
    have later := Bool.and_right h
    rw [Nat.force_eq, multiply_eq] at later
    refine ih (fun a ha => ?_) later
    match List.mem_cons.mp ha with
    | .inl e =>
      rw [e]
      exact (all _ (of_isIn (Bool.and_left (Bool.and_left h)))).times closed (all _ (of_isIn (Bool.and_right (Bool.and_left h))))
    | .inr ha => exact all a ha

/-- What the check proves. -/
theorem Table.isGroup {c : GroupWitness} (h : T.group n c = true) : T.IsGroup n := by
  have first := Bool.and_left (Bool.and_left h)
  have second := Bool.and_right (Bool.and_left h)
  have third := Bool.and_right h
  have closed : ∀ x y, x < n → y < n → T.times x y < n := fun x y hx hy => by
    have h := of_allBelow (Bool.and_left first) hx
    rw [Nat.force_eq] at h
    have h := Nat.le_of_ble_eq_true (of_allBelow h hy)
    rw [multiply_eq] at h
    exact h
  refine ⟨closed, fun x y z hx hy hz => ?_, c.identity, Nat.le_of_ble_eq_true (Bool.and_right first), fun x hx => ?_,
    fun x hx => ?_⟩
  · exact (of_reaches closed (fun a ha => generator (Bool.and_left third) ha) (Bool.and_right third) hy).right x z hx hz
  · have h := of_allBelow (Bool.and_left second) hx
    rw [Nat.force_eq, multiply_eq, multiply_eq] at h
    exact ⟨Nat.eq_of_beq_eq_true _ _ (Bool.and_left h), Nat.eq_of_beq_eq_true _ _ (Bool.and_right h)⟩
  · have h := of_allBelow (Bool.and_right second) hx
    rw [Nat.force_eq] at h
    match of_anyBelow h with
    | ⟨y, hy, h⟩ =>
      rw [Nat.force_eq, multiply_eq, multiply_eq] at h
      exact ⟨y, hy, Nat.eq_of_beq_eq_true _ _ (Bool.and_left h), Nat.eq_of_beq_eq_true _ _ (Bool.and_right h)⟩
where
  generator {gs : List Nat}
      (h : fold (fun a ih => (Nat.ble (Nat.succ a) n && T.associates n a) && ih) true gs = true) {a : Nat} (ha : a ∈ gs) :
      T.Associates n a := by
    induction ha with
    | head gs =>
      have h := Bool.and_left h
      exact of_associates (Nat.le_of_ble_eq_true (Bool.and_left h)) (Bool.and_right h)
    | tail g _ ih => exact ih (Bool.and_right h)

end
end Network
end Compact
