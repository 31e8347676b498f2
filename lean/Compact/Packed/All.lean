prelude
import Compact.Packed.Fold
/-!
# Testing all entries of lists

By recursors, so that the kernel is fast.
-/
namespace Compact

/-- `f x y` for all entries of two lists, `ys` being at least as long as `xs`. -/
noncomputable def allZip {α β : Type} (f : α → β → Bool) (xs : List α) : List β → Bool :=
  List.rec (motive := fun _ => List β → Bool) (fun _ => true)
    (fun x _ ih ys => List.rec (motive := fun _ => Bool) false (fun y ys _ => f x y && ih ys) ys) xs

/-- `f x y z` for all entries of three lists, `ys` and `zs` being at least as long as `xs`. -/
noncomputable def allZip3 {α β γ : Type} (f : α → β → γ → Bool) (xs : List α) : List β → List γ → Bool :=
  List.rec (motive := fun _ => List β → List γ → Bool) (fun _ _ => true)
    (fun x _ ih ys zs => List.rec (motive := fun _ => Bool) false
      (fun y ys _ => List.rec (motive := fun _ => Bool) false (fun z zs _ => f x y z && ih ys zs) zs) ys) xs

/-- `f i` for all `i < n`. -/
noncomputable def allBelow (n : Nat) (f : Nat → Bool) : Bool :=
  Nat.rec (motive := fun _ => Bool) true (fun i ih => f i && ih) n

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

theorem of_allZip3 {α β γ : Type} {f : α → β → γ → Bool} {xs : List α} {ys : List β} {zs : List γ}
    (h : allZip3 f xs ys zs = true) {i : Nat} (hi : i < xs.length) (a : α) (b : β) (c : γ) :
    f (xs.getD i a) (ys.getD i b) (zs.getD i c) = true := by
  induction xs generalizing ys zs i with
  | nil => exact absurd hi (Nat.not_lt_zero i)
  | cons x xs ih =>
    match ys, zs, h with
    | [], _, h => exact Bool.noConfusion h
    | _ :: _, [], h => exact Bool.noConfusion h
    | y :: ys, z :: zs, h =>
      have h : (f x y z && allZip3 f xs ys zs) = true := h
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

end Compact
