prelude
import Compact.Foundation.Bool
import Compact.Foundation.List.Mem
/-!
# Folds over lists: `foldl`, `foldr`, `all`, `any`, `sum`
-/
universe u v w
variable {α : Type u} {β : Type v} {γ : Type w}
namespace List

theorem foldl_nil {f : β → α → β} {b : β} : foldl f b [] = b := rfl
theorem foldl_cons {f : β → α → β} {b : β} {a : α} {l : List α} : foldl f b (a :: l) = foldl f (f b a) l := rfl
theorem foldr_nil {f : α → β → β} {b : β} : foldr f b [] = b := rfl
theorem foldr_cons {f : α → β → β} {b : β} {a : α} {l : List α} : foldr f b (a :: l) = f a (foldr f b l) := rfl

theorem foldl_append {f : β → α → β} {b : β} {l m : List α} : foldl f b (l ++ m) = foldl f (foldl f b l) m := by
  induction l generalizing b with
  | nil => rfl
  | cons a l ih => exact ih

theorem foldr_append {f : α → β → β} {b : β} {l m : List α} : foldr f b (l ++ m) = foldr f (foldr f b m) l := by
  induction l with
  | nil => rfl
  | cons a l ih => exact congrArg (f a) ih

theorem foldl_map {g : α → β} {f : γ → β → γ} {c : γ} {l : List α} :
    foldl f c (map g l) = foldl (fun c a => f c (g a)) c l := by
  induction l generalizing c with
  | nil => rfl
  | cons a l ih => exact ih

theorem foldr_map {g : α → β} {f : β → γ → γ} {c : γ} {l : List α} :
    foldr f c (map g l) = foldr (fun a c => f (g a) c) c l := by
  induction l with
  | nil => rfl
  | cons a l ih => exact congrArg (f (g a)) ih

/-! ## `all` and `any` -/

theorem all_nil {p : α → Bool} : all [] p = true := rfl
theorem all_cons {p : α → Bool} {a : α} {l : List α} : all (a :: l) p = (p a && all l p) := rfl

theorem all_eq_true {p : α → Bool} {l : List α} : all l p = true ↔ ∀ a, a ∈ l → p a = true := by
  induction l with
  | nil => exact ⟨fun _ _ h => absurd h not_mem_nil, fun _ => rfl⟩
  | cons a l ih =>
    constructor
    · intro h
      exact forall_mem_cons.mpr ⟨Bool.and_left h, ih.mp (Bool.and_right h)⟩
    · intro h
      exact Bool.and_intro (h a (Mem.head l)) (ih.mpr fun x hx => h x (Mem.tail a hx))

theorem all_append {p : α → Bool} {l m : List α} (hl : all l p = true) (hm : all m p = true) :
    all (l ++ m) p = true :=
  all_eq_true.mpr fun a h => match mem_append.mp h with
    | .inl h => all_eq_true.mp hl a h
    | .inr h => all_eq_true.mp hm a h

theorem any_eq_true {p : α → Bool} {l : List α} : any l p = true ↔ ∃ a, a ∈ l ∧ p a = true := by
  induction l with
  | nil => exact ⟨fun h => Bool.noConfusion h, fun h => match h with | ⟨_, h, _⟩ => absurd h not_mem_nil⟩
  | cons b l ih =>
    constructor
    · intro h
      cases Bool.or_cases h with
      | inl h => exact ⟨b, Mem.head l, h⟩
      | inr h => exact match ih.mp h with | ⟨a, ha, pa⟩ => ⟨a, Mem.tail b ha, pa⟩
    · intro h
      exact match h with
        | ⟨_, .head _, pa⟩ => Bool.or_intro_left pa
        | ⟨a, .tail _ ha, pa⟩ => Bool.or_intro_right (ih.mpr ⟨a, ha, pa⟩)

/-! ## Sums -/

theorem sum_nil : sum [] = 0 := rfl
theorem sum_cons {a : Nat} {l : List Nat} : sum (a :: l) = a + sum l := rfl

theorem sum_append (l m : List Nat) : sum (l ++ m) = sum l + sum m := by
  induction l with
  | nil => exact (Nat.zero_add _).symm
  | cons a l ih => rw [cons_append, sum_cons, sum_cons, ih, Nat.add_assoc]

theorem sum_map_add (f g : α → Nat) (l : List α) :
    sum (map (fun a => f a + g a) l) = sum (map f l) + sum (map g l) := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [map_cons, map_cons, map_cons, sum_cons, sum_cons, sum_cons, ih, Nat.add_add_add_comm]

theorem sum_map_mul_left (c : Nat) (f : α → Nat) (l : List α) :
    sum (map (fun a => c * f a) l) = c * sum (map f l) := by
  induction l with
  | nil => rfl
  | cons a l ih => rw [map_cons, map_cons, sum_cons, sum_cons, ih, Nat.mul_add]

theorem sum_le_sum {f g : α → Nat} {l : List α} (h : ∀ a, a ∈ l → f a ≤ g a) :
    sum (map f l) ≤ sum (map g l) := by
  induction l with
  | nil => exact Nat.le_refl 0
  | cons a l ih => exact Nat.add_le_add (h a (Mem.head l)) (ih fun x hx => h x (Mem.tail a hx))

theorem le_sum_of_mem {a : Nat} {l : List Nat} (h : a ∈ l) : a ≤ sum l := by
  induction h with
  | head l => exact Nat.le_add_right a (sum l)
  | tail b _ ih => exact Nat.le_add_left_of_le ih

theorem sum_replicate (n a : Nat) : sum (replicate n a) = n * a := by
  induction n with
  | zero => exact (Nat.zero_mul a).symm
  | succ n ih => rw [Nat.succ_mul, ← ih, Nat.add_comm]; rfl

end List
