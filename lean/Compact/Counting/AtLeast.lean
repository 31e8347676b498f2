prelude
import Compact.Transformer.Statement
import Compact.Counting.List
import Compact.Counting.Total
/-!
# Building `AtLeast`

`AtLeast N P` says that some `N` different inputs have the property `P`.  The rules here build such
claims from smaller ones: a single input, an injective image, a disjoint union, a union over an index
that can be read off the input (`AtLeast.total`).  Every count of this project is built by them.

Separate theorems about separate blocks of inputs are joined by `AtLeast.add_above`.
-/
namespace Compact
namespace AtLeast
variable {M N : Nat} {P Q : List Nat → Prop}

/-- Nothing is promised by `0`. -/
theorem zero : AtLeast 0 P := ⟨[], trivial, fun _ h => (nomatch h), rfl⟩

/-- One input. -/
theorem one {x : List Nat} (h : P x) : AtLeast 1 P :=
  ⟨[x], ⟨(nomatch ·), trivial⟩, fun | _, .head _ => h, rfl⟩

/-- A weaker property. -/
theorem mono_pred (h : ∀ x, P x → Q x) (hP : AtLeast N P) : AtLeast N Q :=
  match hP with
  | ⟨xs, nodup, all, len⟩ => ⟨xs, nodup, fun x hx => h x (all x hx), len⟩

/-- One input fewer. -/
theorem pred (h : AtLeast (N + 1) P) : AtLeast N P :=
  match h with
  | ⟨[], _, _, len⟩ => absurd len.symm (Nat.succ_ne_zero N)
  | ⟨_ :: xs, nodup, all, len⟩ =>
    ⟨xs, nodup.right, fun x hx => all x (List.Mem.tail _ hx), Nat.succ.inj len⟩

/-- A smaller number. -/
theorem weaken (h : M ≤ N) (hP : AtLeast N P) : AtLeast M P := by
  induction h with
  | refl => exact hP
  | step _ ih => exact ih hP.pred

/-- An injective image. -/
theorem map {f : List Nat → List Nat} (inj : ∀ x y, f x = f y → x = y)
    (h : AtLeast N fun x => P (f x)) : AtLeast N P :=
  match h with
  | ⟨xs, nodup, all, len⟩ =>
    ⟨xs.map f, List.nodup_map nodup inj,
      fun _ hy => match List.mem_map.mp hy with | ⟨x, hx, e⟩ => e ▸ all x hx,
      List.length_map.trans len⟩

/-- The members of a list without repetition. -/
theorem of_list {xs : List (List Nat)} (nodup : xs.Nodup) (h : ∀ x, x ∈ xs → P x) :
    AtLeast xs.length P := ⟨xs, nodup, h, rfl⟩

/-- A disjoint union. -/
theorem add (hP : AtLeast M P) (hQ : AtLeast N Q) (disjoint : ∀ x, P x → Q x → False) :
    AtLeast (M + N) fun x => P x ∨ Q x :=
  match hP, hQ with
  | ⟨xs, nx, ax, lx⟩, ⟨ys, ny, ay, ly⟩ =>
    ⟨xs ++ ys, List.nodup_append nx ny fun x hx hy => disjoint x (ax x hx) (ay x hy),
      fun x h => match List.mem_append.mp h with
        | .inl h => Or.inl (ax x h)
        | .inr h => Or.inr (ay x h),
      by rw [List.length_append, lx, ly]⟩

/-- Two blocks of inputs with the property `P`, told apart by a number `key x`. -/
theorem add_above {key : List Nat → Nat} {i j : Nat} (hij : i ≤ j)
    (below : AtLeast M fun x => P x ∧ key x < i)
    (above : AtLeast N fun x => P x ∧ i ≤ key x ∧ key x < j) :
    AtLeast (M + N) fun x => P x ∧ key x < j := by
  refine mono_pred ?_ (add below above ?_)
  · intro x h
    match h with
    | .inl ⟨hP, hk⟩ => exact ⟨hP, Nat.lt_of_lt_of_le hk hij⟩
    | .inr ⟨hP, _, hk⟩ => exact ⟨hP, hk⟩
  · intro x h h'
    exact Nat.not_lt_of_le h'.right.left h.right

/-- A union over an index `key x` that can be read off the input: the numbers add up. -/
theorem total {n : Nat} {f : Nat → Nat} (key : List Nat → Nat)
    (h : ∀ i, i < n → AtLeast (f i) fun x => P x ∧ key x = i) :
    AtLeast (total n f) fun x => P x ∧ key x < n := by
  induction n with
  | zero => exact zero
  | succ n ih =>
    refine add_above (Nat.le_succ n) (ih fun i hi => h i (Nat.lt_succ_of_lt hi)) ?_
    refine mono_pred (fun x hx => ⟨hx.left, ?_⟩) (h n (Nat.lt_succ_self n))
    exact ⟨Nat.le_of_eq hx.right.symm, Nat.lt_succ_of_le (Nat.le_of_eq hx.right)⟩

/-- The same for the indices `lo, ..., lo + n - 1`. -/
theorem totalFrom {lo n : Nat} {f : Nat → Nat} (key : List Nat → Nat)
    (h : ∀ i, i < n → AtLeast (f i) fun x => P x ∧ key x = lo + i) :
    AtLeast (Compact.total n f) fun x => P x ∧ lo ≤ key x ∧ key x < lo + n := by
  have step : ∀ i, i < n → AtLeast (f i) fun x => (P x ∧ lo ≤ key x) ∧ key x - lo = i := by
    refine fun i hi => mono_pred (fun x hx => ?_) (h i hi)
    rw [hx.right, Nat.add_sub_cancel_left]
    exact ⟨⟨hx.left, Nat.le_add_right lo i⟩, rfl⟩
  refine mono_pred (fun x hx => ⟨hx.left.left, hx.left.right, ?_⟩) (total (key · - lo) step)
  exact Nat.add_comm n lo ▸ Nat.lt_add_of_sub_lt hx.right

end AtLeast
end Compact
