prelude
import Compact.Network.Blocks
import Compact.Field.Arith
/-!
# Pairs either way round

If both elements go into the neurons by one matrix and the group commutes, the network answers `(x, y)` as it answers `(y, x)`.
Then it is enough to look at the pairs with `x ≤ y`, and to count those with `x < y` twice.  A certificate says whether it does so
(`half` is 1) or looks at all pairs (0).
-/
namespace Compact
namespace Network
noncomputable section

/-- Are these the same numbers, in the same order? -/
def sameList (xs : List Nat) : List Nat → Bool :=
  List.rec (motive := fun _ => List Nat → Bool)
    (fun ys => List.rec (motive := fun _ => Bool) true (fun _ _ _ => false) ys)
    (fun x _ ih ys => List.rec (motive := fun _ => Bool) false (fun y ys _ => Nat.beq x y && ih ys) ys) xs

/-- Are these the same tensors? -/
def sameTensor (S T : Tensor) : Bool := Nat.beq S.bits T.bits && sameList S.rows T.rows

/-- Are these the same matrices, written in the same way? -/
def Matrix.same : Matrix → Matrix → Bool
  | .stored S, .stored T => sameTensor S T
  | .product d A B, .product e C D => Nat.beq d e && (sameTensor A C && sameTensor B D)
  | _, _ => false

/-- Does `x * y = y * x` hold? -/
def Table.commutes (T : Table) (n : Nat) : Bool :=
  allBelow n fun x => Nat.force x fun x => allBelow n fun y => Nat.force y fun y => Nat.beq (T.multiply x y) (T.multiply y x)

/-- May only half of the pairs be looked at, if that is what `half` says? -/
def Weights.mayHalve (w : Weights) (half : Nat) : Bool :=
  Bool.rec (motive := fun _ => Bool) (Nat.beq half 1 && (w.W_L.same w.W_R && w.table.commutes w.order)) true (Nat.beq half 0)

/-- The least second element that is looked at with `x`: 0, or `x` itself. -/
def least (half x : Nat) : Nat := Nat.mul half x

/-- For how many pairs the `j`th second element stands: one, or two if only half of the pairs are looked at and it is not `x`. -/
def weight (half j : Nat) : Nat := Nat.succ (Nat.sub half (Nat.sub 1 j))

/-- The number of pairs that pass with the first element `x`, or with `x` as the smaller one: `f y j` is the test of the pair with
`y`, the `j`th second element that is looked at. -/
def pairs (half n x : Nat) (f : Nat → Nat → Bool) : Nat :=
  total (Nat.sub n (least half x)) fun j => Nat.force j fun j => Nat.force (Nat.add (least half x) j) fun y =>
    Nat.mul (one? (f y j)) (weight half j)

end

/-! ## What the tests say -/

theorem of_sameList {xs ys : List Nat} (h : sameList xs ys = true) : xs = ys := by
  induction xs generalizing ys with
  | nil =>
    match ys, h with
    | [], _ => rfl
    | _ :: _, h => exact Bool.noConfusion h
  | cons x xs ih =>
    match ys, h with
    | [], h => exact Bool.noConfusion h
    | y :: ys, h =>
      have h : (Nat.beq x y && sameList xs ys) = true := h
      rw [Nat.eq_of_beq_eq_true _ _ (Bool.and_left h), ih (Bool.and_right h)]

theorem of_sameTensor {S T : Tensor} (h : sameTensor S T = true) : S = T := by
  match S, T, h with
  | ⟨_, _⟩, ⟨_, _⟩, h =>
    have bits : _ = _ := Nat.eq_of_beq_eq_true _ _ (Bool.and_left h)
    have rows : _ = _ := of_sameList (Bool.and_right h)
    exact congr (congrArg Tensor.mk bits) rows

theorem Matrix.of_same {M N : Matrix} (h : M.same N = true) : M = N := by
  match M, N, h with
  | .stored S, .stored T, h => exact congrArg Matrix.stored (of_sameTensor h)
  | .product d A B, .product e C D, h =>
    rw [Nat.eq_of_beq_eq_true _ _ (Bool.and_left h), of_sameTensor (Bool.and_left (Bool.and_right h)),
      of_sameTensor (Bool.and_right (Bool.and_right h))]
  | .stored _, .product _ _ _, h => exact Bool.noConfusion h
  | .product _ _ _, .stored _, h => exact Bool.noConfusion h

theorem Table.of_commutes {T : Table} {n x y : Nat} (h : T.commutes n = true) (hx : x < n) (hy : y < n) :
    T.times x y = T.times y x := by
  have h := of_allBelow h hx
  rw [Nat.force_eq] at h
  have h := of_allBelow h hy
  rw [Nat.force_eq] at h
  have h := Nat.eq_of_beq_eq_true _ _ h
  rw [multiply_eq, multiply_eq] at h
  exact h

/-- Correct one way round, correct the other way round. -/
theorem Correct.symm {R : Type} [ExpField R] {w : Weights} (same : w.W_L = w.W_R) (commutes : w.table.commutes w.order = true)
    {x y : Nat} (h : Correct R w [x, y]) : Correct R w [y, x] := by
  have hx : x < w.order := h.left.right.right x (.head _)
  have hy : y < w.order := h.left.right.right y (.tail _ (.head _))
  have swap (i : Nat) : preactivation R w [y, x] i = preactivation R w [x, y] i := by
    show w.W_L.entry R w y i + w.W_R.entry R w x i + entry R w w.b 0 i = w.W_L.entry R w x i + w.W_R.entry R w y i + entry R w w.b 0 i
    rw [same, add_comm (w.W_R.entry R w y i)]
  have answers : answer w [y, x] = answer w [x, y] := Table.of_commutes commutes hy hx
  match h.right with
  | ⟨out, relu, above⟩ =>
    refine ⟨⟨h.left.left, rfl, fun t ht => ?_⟩, out, fun i hi => swap i ▸ relu i hi, fun t ht hne => ?_⟩
    · match ht with
      | .head _ => exact hy
      | .tail _ (.head _) => exact hx
    · rw [answers] at hne ⊢
      exact above t ht hne

/-- Either all pairs are looked at, or half of them are enough. -/
theorem of_mayHalve {w : Weights} {half : Nat} (h : w.mayHalve half = true) :
    half = 0 ∨ (half = 1 ∧ w.W_L = w.W_R ∧ w.table.commutes w.order = true) := by
  unfold Weights.mayHalve at h
  cases e : Nat.beq half 0 with
  | true => exact .inl (Nat.eq_of_beq_eq_true _ _ e)
  | false =>
    rw [e] at h
    have h : (Nat.beq half 1 && (w.W_L.same w.W_R && w.table.commutes w.order)) = true := h
    exact .inr ⟨Nat.eq_of_beq_eq_true _ _ (Bool.and_left h), Matrix.of_same (Bool.and_left (Bool.and_right h)),
      Bool.and_right (Bool.and_right h)⟩

/-! ## Counting -/

/-- The element that a pair is looked at with: the first one, or the smaller one. -/
def lookedAt (half : Nat) (z : List Nat) : Nat := token z 0 - half * (token z 0 - token z 1)

theorem lookedAt_zero (x y : Nat) : lookedAt 0 [x, y] = x := by
  show x - 0 * (x - y) = x
  rw [Nat.zero_mul, Nat.sub_zero]

theorem lookedAt_one {x y : Nat} (h : x ≤ y) : lookedAt 1 [x, y] = x ∧ lookedAt 1 [y, x] = x := by
  refine ⟨?_, ?_⟩
  · show x - 1 * (x - y) = x
    rw [Nat.one_mul, Nat.sub_eq_zero_of_le h, Nat.sub_zero]
  · show y - 1 * (y - x) = x
    rw [Nat.one_mul, Nat.sub_sub_self h]

/-- Two different pairs. -/
theorem AtLeast.both {P : List Nat → Prop} {x y : Nat} (hne : x ≠ y) (h : P [x, y]) (h' : P [y, x]) : AtLeast 2 P :=
  ⟨[[x, y], [y, x]], ⟨fun h => match List.mem_cons.mp h with
      | .inl e => hne (List.cons_inj e).left
      | .inr h => (nomatch h), (nomatch ·), trivial⟩,
    fun
      | _, .head _ => h
      | _, .tail _ (.head _) => h', rfl⟩

theorem AtLeast.if_one? {b : Bool} {k : Nat} {P : List Nat → Prop} (h : b = true → AtLeast k P) : AtLeast (one? b * k) P := by
  match b, h with
  | true, h => exact (Nat.one_mul k).symm ▸ h rfl
  | false, _ => exact (Nat.zero_mul k).symm ▸ AtLeast.zero

theorem weight_all (j : Nat) : weight 0 j = 1 := congrArg Nat.succ (Nat.zero_sub _)

theorem weight_both (j : Nat) : weight 1 (j + 1) = 2 :=
  congrArg (fun d => Nat.succ (1 - d)) (Nat.sub_eq_zero_of_le (Nat.le_add_left 1 j))

/-- The pairs that are counted with `x` are answered correctly. -/
theorem of_pairs {R : Type} [ExpField R] {w : Weights} {half x : Nat} {f : Nat → Nat → Bool} (may : w.mayHalve half = true)
    (sound : ∀ j, j < w.order - least half x → f (least half x + j) j = true → Correct R w [x, least half x + j]) :
    AtLeast (pairs half w.order x f) fun z => Correct R w z ∧ lookedAt half z = x := by
  have e : pairs half w.order x f = total (w.order - least half x) fun j => one? (f (least half x + j) j) * weight half j :=
    total_congr fun j _ => (Nat.force_eq j _).trans (Nat.force_eq _ _)
  rw [e]
  refine AtLeast.mono_pred (fun _ h => h.left)
    (AtLeast.total (fun z => token z 0 + token z 1 - x - least half x) fun j hj => AtLeast.if_one? fun pass => ?_)
  have right := sound j hj pass
  match of_mayHalve may with
  | .inl zero =>
    subst zero
    have least : least 0 x = 0 := Nat.zero_mul x
    rw [least, Nat.zero_add] at right
    rw [least, weight_all]
    refine AtLeast.one ⟨⟨right, lookedAt_zero x j⟩, ?_⟩
    show x + j - x - 0 = j
    rw [Nat.add_sub_cancel_left, Nat.sub_zero]
  | .inr ⟨one, same, commutes⟩ =>
    subst one
    have least : least 1 x = x := Nat.one_mul x
    have le : x ≤ x + j := Nat.le_add_right x j
    rw [least] at right ⊢
    have there : x + (x + j) - x - x = j := by rw [Nat.add_sub_cancel_left, Nat.add_sub_cancel_left]
    have back : x + j + x - x - x = j := by rw [Nat.add_sub_cancel, Nat.add_sub_cancel_left]
    cases j with
    | zero => exact AtLeast.one ⟨⟨right, (lookedAt_one le).left⟩, there⟩
    | succ j =>
      rw [weight_both]
      refine AtLeast.both (x := x) (y := x + (j + 1)) (fun e => ?_)
        ⟨⟨right, (lookedAt_one le).left⟩, there⟩ ⟨⟨right.symm same commutes, (lookedAt_one le).right⟩, back⟩
      exact Nat.ne_of_lt (Nat.lt_add_of_pos_right (Nat.zero_lt_succ j)) e

end Network
end Compact
