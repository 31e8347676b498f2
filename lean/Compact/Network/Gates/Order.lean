prelude
import Compact.Network.Group
import Compact.Counting.Total
import Compact.Packed.Combine
/-!
# An order of the neurons

A list of `n` numbers in which every number below `n` occurs holds each of them once, so a sum over the list is the sum
over the numbers.
-/
namespace Compact
namespace Network
noncomputable section

/-- Does the list hold each of the numbers below `n` once? -/
def isOrder (n : Nat) (ns : List Nat) : Bool := Nat.beq ns.length n && allBelow n fun i => isIn i ns

/-- The entries of a list in another order. -/
def pick (ns xs : List Nat) : List Nat := mapFold (fun i => nth 0 xs i) ns

/-- The same for entries below `2^L`, read from a packed number: in the kernel a step instead of a walk for each. -/
def pickLanes (L : Nat) (ns xs : List Nat) : List Nat :=
  Nat.force (packList L xs) fun N => mapFold (fun i => Nat.mod (Nat.shiftRight N (Nat.mul L i)) (Nat.pow 2 L)) ns

end

theorem getD_pick {ns xs : List Nat} {i : Nat} (hi : i < ns.length) : (pick ns xs).getD i 0 = xs.getD (ns.getD i 0) 0 :=
  (getD_mapFold _ ns hi 0 0).trans (nth_eq _ _ _)

theorem length_pick (ns xs : List Nat) : (pick ns xs).length = ns.length := length_mapFold _ _

theorem pickLanes_eq {L : Nat} {ns xs : List Nat} (small : ∀ i, i < xs.length → xs.getD i 0 < 2 ^ L)
    (below : ∀ q, q < ns.length → ns.getD q 0 < xs.length) : pickLanes L ns xs = pick ns xs := by
  unfold pickLanes
  rw [Nat.force_eq]
  refine List.ext_getD 0 ((length_mapFold _ _).trans (length_mapFold _ _).symm) fun q hq => ?_
  have hq : q < ns.length := (length_mapFold _ ns) ▸ hq
  rw [getD_pick hq]
  refine (getD_mapFold _ ns hq 0 0).trans ?_
  show digit L (packList L xs) (ns.getD q 0) = _
  rw [packList_eq, digit_pack L small (below q hq)]

theorem mem_split {x : Nat} {l : List Nat} (h : x ∈ l) : ∃ as, ∃ bs, l = as ++ x :: bs := by
  induction h with
  | head l => exact ⟨[], l, rfl⟩
  | tail y _ ih =>
    match ih with
    | ⟨as, bs, e⟩ => exact ⟨y :: as, bs, congrArg (List.cons y) e⟩

theorem sum_of_all {n : Nat} {ns : List Nat} (len : ns.length = n) (all : ∀ i, i < n → i ∈ ns) (f : Nat → Nat) :
    List.sum (ns.map f) = total n f := by
  induction n generalizing ns with
  | zero =>
    match ns, len with
    | [], _ => rfl
  | succ n ih =>
    match mem_split (all n (Nat.lt_succ_self n)) with
    | ⟨as, bs, e⟩ =>
      have len' : (as ++ bs).length = n := by
        rw [e, List.length_append] at len
        rw [List.length_append]
        exact Nat.succ.inj len
      have all' : ∀ i, i < n → i ∈ as ++ bs := fun i hi => by
        have h := all i (Nat.lt_succ_of_lt hi)
        rw [e] at h
        match List.mem_append.mp h with
        | .inl h => exact List.mem_append.mpr (.inl h)
        | .inr h =>
          match List.mem_cons.mp h with
          | .inl e => exact absurd e (Nat.ne_of_lt hi)
          | .inr h => exact List.mem_append.mpr (.inr h)
      have ih := ih len' all'
      rw [total_succ, ← ih, e, List.map_append, List.map_append, List.sum_append, List.sum_append]
      show _ + (f n + List.sum (bs.map f)) = _
      rw [Nat.add_comm (f n), Nat.add_assoc]

theorem total_getD {n : Nat} {ns : List Nat} (len : ns.length = n) (f : Nat → Nat) :
    (total n fun i => f (ns.getD i 0)) = List.sum (ns.map f) := by
  induction ns generalizing n with
  | nil => subst len; rfl
  | cons x ns ih =>
    subst len
    show total (ns.length + 1) _ = f x + List.sum (ns.map f)
    rw [total_succ', ← ih rfl]
    rfl

/-- A sum in another order. -/
theorem total_order {n : Nat} {ns : List Nat} (h : isOrder n ns = true) (f : Nat → Nat) :
    (total n fun i => f (ns.getD i 0)) = total n f :=
  have len := Nat.eq_of_beq_eq_true _ _ (Bool.and_left h)
  (total_getD len f).trans (sum_of_all len (fun _ hi => of_isIn (of_allBelow (Bool.and_right h) hi)) f)

theorem length_order {n : Nat} {ns : List Nat} (h : isOrder n ns = true) : ns.length = n :=
  Nat.eq_of_beq_eq_true _ _ (Bool.and_left h)

/-- The members of an order are below `n`: the sum of one number for each member above is zero. -/
theorem order_lt {n : Nat} {ns : List Nat} (h : isOrder n ns = true) {q : Nat} (hq : q < n) : ns.getD q 0 < n := by
  have e := total_order h fun i => Nat.succ i - n
  have nothing : (total n fun i => Nat.succ i - n) = 0 :=
    (total_congr fun i hi => Nat.sub_eq_zero_of_le hi).trans ((total_const n 0).trans (Nat.mul_zero n))
  exact Nat.le_of_sub_eq_zero (zero_of_total (e.trans nothing) hq)
where
  zero_of_total {n : Nat} {f : Nat → Nat} (h : total n f = 0) {q : Nat} (hq : q < n) : f q = 0 := by
    induction n with
    | zero => exact absurd hq (Nat.not_lt_zero q)
    | succ n ih =>
      have h : total n f + f n = 0 := h
      match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hq) with
      | .inl lt => exact ih (Nat.eq_zero_of_add_eq_zero_right h) lt
      | .inr e => exact e ▸ Nat.eq_zero_of_add_eq_zero_left h

end Network
end Compact
