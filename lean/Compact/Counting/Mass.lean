prelude
import Compact.Claim.Mass
import Compact.Counting.AtLeast
/-!
# A mass is a count of spellings

Let each token come in as many *letters* as its weight says: the letters of the token `t` are the numbers from `weightBelow t` on,
`weight t` of them.  A word of letters spells one input (`spelled`), and an input has as many spellings as it weighs.  So a mass of inputs is a number
of words (`MassAtLeast.of_spelled`), and whatever counts words counts masses.
-/
namespace Compact

/-- The weight of all tokens below `t`: the first letter of `t`. -/
noncomputable def weightBelow (weight : Nat → Nat) (t : Nat) : Nat := total t weight

/-- The token, of those below `v`, that a letter belongs to. -/
noncomputable def tokenOf (weight : Nat → Nat) (v u : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun t ih => if weightBelow weight t ≤ u then t else ih) v

/-- The input that a word of letters spells. -/
noncomputable def spelled (weight : Nat → Nat) (v : Nat) (z : List Nat) : List Nat := z.map (tokenOf weight v)

section
variable {weight : Nat → Nat} {v : Nat}

theorem weightBelow_succ (t : Nat) : weightBelow weight (t + 1) = weightBelow weight t + weight t := rfl

theorem weightBelow_mono {s t : Nat} (h : s ≤ t) : weightBelow weight s ≤ weightBelow weight t := by
  induction h with
  | refl => exact Nat.le_refl _
  | step _ ih => exact Nat.le_trans ih (Nat.le_add_right _ _)

/-- A letter is one of its token's. -/
theorem tokenOf_spec {u : Nat} (h : u < weightBelow weight v) :
    tokenOf weight v u < v ∧ weightBelow weight (tokenOf weight v u) ≤ u ∧
      u < weightBelow weight (tokenOf weight v u) + weight (tokenOf weight v u) := by
  induction v with
  | zero => exact absurd h (Nat.not_lt_zero u)
  | succ t ih =>
    show (if weightBelow weight t ≤ u then t else tokenOf weight t u) < t + 1 ∧
      weightBelow weight (if weightBelow weight t ≤ u then t else tokenOf weight t u) ≤ u ∧
      u < weightBelow weight (if weightBelow weight t ≤ u then t else tokenOf weight t u) +
        weight (if weightBelow weight t ≤ u then t else tokenOf weight t u)
    by_cases le : weightBelow weight t ≤ u
    case pos => rw [ite_eq_left le]; exact ⟨Nat.lt_succ_self t, le, h⟩
    case neg =>
      rw [ite_eq_right le]
      have spec := ih (Nat.lt_of_not_le le)
      exact ⟨Nat.lt_succ_of_lt spec.left, spec.right⟩

/-- A letter belongs to one token only. -/
theorem tokenOf_eq {u t : Nat} (ht : t < v) (first : weightBelow weight t ≤ u) (last : u < weightBelow weight t + weight t) :
    tokenOf weight v u = t := by
  have spec := tokenOf_spec (v := v) (Nat.lt_of_lt_of_le last (weightBelow_mono (weight := weight) ht))
  cases Nat.lt_or_ge (tokenOf weight v u) t with
  | inl lt =>
    exact absurd (Nat.lt_of_lt_of_le spec.right.right (weightBelow_mono (weight := weight) lt)) (Nat.not_lt_of_le first)
  | inr ge =>
    cases Nat.eq_or_lt_of_le ge with
    | inl e => exact e.symm
    | inr lt =>
      exact absurd (Nat.lt_of_lt_of_le last (weightBelow_mono (weight := weight) lt)) (Nat.not_lt_of_le spec.right.left)

/-- Letters below the first of `m` are those of the tokens below `m`. -/
theorem tokenOf_lt {u m : Nat} (hm : m ≤ v) (h : u < weightBelow weight m) : tokenOf weight v u < m := by
  cases Nat.lt_or_ge (tokenOf weight v u) m with
  | inl lt => exact lt
  | inr ge =>
    have first := (tokenOf_spec (Nat.lt_of_lt_of_le h (weightBelow_mono (weight := weight) hm))).right.left
    exact absurd (Nat.le_trans (weightBelow_mono (weight := weight) ge) first) (Nat.not_le_of_lt h)

/-! ## The letters of tokens -/

/-- The letters of a token. -/
noncomputable def letters (weight : Nat → Nat) (t : Nat) : List Nat := (List.range (weight t)).map fun i => weightBelow weight t + i

theorem mem_letters {u t : Nat} : u ∈ letters weight t ↔ weightBelow weight t ≤ u ∧ u < weightBelow weight t + weight t := by
  constructor
  · intro h
    match List.mem_map.mp h with
    | ⟨i, hi, e⟩ => exact e ▸ ⟨Nat.le_add_right _ _, Nat.add_lt_add_left (List.mem_range.mp hi) _⟩
  · intro h
    match Nat.exists_eq_add_of_le h.left with
    | ⟨i, e⟩ =>
      have hi : i < weight t := Nat.lt_of_add_lt_add_left (e ▸ h.right)
      exact List.mem_map.mpr ⟨i, List.mem_range.mpr hi, e.symm⟩

theorem length_letters (t : Nat) : (letters weight t).length = weight t := List.length_map.trans List.length_range

theorem nodup_letters (t : Nat) : (letters weight t).Nodup := List.nodup_map List.nodup_range fun _ _ => Nat.add_left_cancel

/-! ## Spellings -/

/-- All spellings of an input. -/
noncomputable def spellings (weight : Nat → Nat) : List Nat → List (List Nat)
  | [] => [[]]
  | t :: x => (letters weight t).flatMap fun u => (spellings weight x).map (u :: ·)

theorem length_spellings (x : List Nat) : (spellings weight x).length = inputWeight weight x := by
  induction x with
  | nil => rfl
  | cons t x ih =>
    show ((letters weight t).flatMap fun u => (spellings weight x).map (u :: ·)).length = weight t * inputWeight weight x
    rw [List.length_flatMap_const (k := inputWeight weight x) fun u _ => List.length_map.trans ih, length_letters]

theorem mem_spellings {z : List Nat} (h : ∀ u, u ∈ z → u < weightBelow weight v) : z ∈ spellings weight (spelled weight v z) := by
  induction z with
  | nil => exact List.Mem.head _
  | cons u z ih =>
    have spec := tokenOf_spec (h u (List.Mem.head z))
    exact List.mem_flatMap.mpr ⟨u, mem_letters.mpr spec.right,
      List.mem_map.mpr ⟨z, ih fun t ht => h t (List.Mem.tail u ht), rfl⟩⟩

/-! ## Lists of words without repetition -/

/-- Are two words the same? -/
noncomputable def sameWord : List Nat → List Nat → Bool
  | [], [] => true
  | a :: x, b :: y => Nat.beq a b && sameWord x y
  | [], _ :: _ => false
  | _ :: _, [] => false

theorem sameWord_iff {x y : List Nat} : sameWord x y = true ↔ x = y := by
  induction x generalizing y with
  | nil =>
    cases y with
    | nil => exact ⟨fun _ => rfl, fun _ => rfl⟩
    | cons b y => exact ⟨fun h => Bool.noConfusion h, fun h => nomatch h⟩
  | cons a x ih =>
    cases y with
    | nil => exact ⟨fun h => Bool.noConfusion h, fun h => nomatch h⟩
    | cons b y =>
      constructor
      · intro h
        have e := Nat.eq_of_beq_eq_true _ _ (Bool.and_left h)
        have e' := ih.mp (Bool.and_right h)
        rw [e, e']
      · intro h
        have e := List.cons_inj h
        exact Bool.and_intro (e.left ▸ Nat.beq_self a) (ih.mpr e.right)

theorem any_same {x : List Nat} {l : List (List Nat)} : l.any (sameWord x) = true ↔ x ∈ l := by
  refine List.any_eq_true.trans ⟨fun h => ?_, fun h => ⟨x, h, sameWord_iff.mpr rfl⟩⟩
  match h with
  | ⟨y, hy, e⟩ => exact sameWord_iff.mp e ▸ hy

/-- A list without repetition loses one member at most when `a` is taken out. -/
theorem length_le_filter_same (a : List Nat) {l : List (List Nat)} (h : l.Nodup) :
    l.length ≤ (l.filter fun s => !sameWord s a).length + 1 := by
  induction l with
  | nil => exact Nat.zero_le _
  | cons b l ih =>
    cases e : sameWord b a with
    | true =>
      have all : ∀ s, s ∈ l → (!sameWord s a) = true := fun s hs => by
        cases e' : sameWord s a with
        | false => rfl
        | true => exact absurd ((sameWord_iff.mp e').trans (sameWord_iff.mp e).symm ▸ hs) h.left
      rw [List.filter_cons_of_neg (p := fun s => !sameWord s a) (fun h : (!sameWord b a) = true => by rw [e] at h; exact Bool.noConfusion h)]
      exact Nat.succ_le_succ (Nat.le_of_eq (keep all))
    | false =>
      rw [List.filter_cons_of_pos (p := fun s => !sameWord s a) (show (!sameWord b a) = true from by rw [e]; rfl)]
      exact Nat.succ_le_succ (ih h.right)
where
  keep {p : List Nat → Bool} {l : List (List Nat)} (h : ∀ s, s ∈ l → p s = true) : l.length = (l.filter p).length := by
    induction l with
    | nil => rfl
    | cons b l ih =>
      rw [List.filter_cons_of_pos (h b (List.Mem.head l))]
      exact congrArg Nat.succ (ih fun s hs => h s (List.Mem.tail b hs))

/-- A list without repetition is no longer than a list that has all its members. -/
theorem words_le_of_subset {l l' : List (List Nat)} (h : l.Nodup) (sub : ∀ s, s ∈ l → s ∈ l') : l.length ≤ l'.length := by
  induction l' generalizing l with
  | nil =>
    match l, sub with
    | [], _ => exact Nat.le_refl 0
    | s :: l, sub => exact nomatch sub s (List.Mem.head l)
  | cons a l' ih =>
    refine Nat.le_trans (length_le_filter_same a h) (Nat.succ_le_succ (ih (List.nodup_filter h) fun s hs => ?_))
    have hs := List.mem_filter.mp hs
    cases sub s hs.left with
    | head => have e := hs.right; rw [sameWord_iff.mpr rfl] at e; exact Bool.noConfusion e
    | tail _ h => exact h

/-- The same members, each once. -/
theorem exists_distinct (l : List (List Nat)) : ∃ xs : List (List Nat), xs.Nodup ∧ ∀ x, x ∈ xs ↔ x ∈ l := by
  induction l with
  | nil => exact ⟨[], trivial, fun _ => ⟨fun h => h, fun h => h⟩⟩
  | cons a l ih =>
    match ih with
    | ⟨xs, nodup, same⟩ =>
      cases known : xs.any (sameWord a) with
      | true =>
        have mem := any_same.mp known
        refine ⟨xs, nodup, fun x => ⟨fun h => List.Mem.tail a ((same x).mp h), fun h => ?_⟩⟩
        cases h with
        | head => exact mem
        | tail _ h => exact (same x).mpr h
      | false =>
        refine ⟨a :: xs, ⟨fun h => ?_, nodup⟩, fun x => ⟨fun h => ?_, fun h => ?_⟩⟩
        · rw [any_same.mpr h] at known; exact Bool.noConfusion known
        · cases h with
          | head => exact List.Mem.head l
          | tail _ h => exact List.Mem.tail a ((same x).mp h)
        · cases h with
          | head => exact List.Mem.head xs
          | tail _ h => exact List.Mem.tail a ((same x).mpr h)

theorem length_allSpellings (xs : List (List Nat)) : (xs.flatMap (spellings weight)).length = totalWeight weight xs := by
  induction xs with
  | nil => rfl
  | cons x xs ih =>
    show (spellings weight x ++ xs.flatMap (spellings weight)).length = _
    rw [List.length_append, length_spellings, ih]
    rfl

/-! ## Masses -/

/-- So many words of letters that spell inputs with the property: these inputs weigh as much. -/
theorem MassAtLeast.of_spelled {P : List Nat → Prop} {M : Nat}
    (h : AtLeast M fun z => P (spelled weight v z) ∧ ∀ u, u ∈ z → u < weightBelow weight v) : MassAtLeast weight M P := by
  match h with
  | ⟨zs, nodup, all, len⟩ =>
    match exists_distinct (zs.map (spelled weight v)) with
    | ⟨xs, distinct, same⟩ =>
      refine ⟨xs, distinct, fun x hx => ?_, ?_⟩
      · match List.mem_map.mp ((same x).mp hx) with
        | ⟨z, hz, e⟩ => exact e ▸ (all z hz).left
      · rw [← len, ← length_allSpellings]
        refine words_le_of_subset nodup fun z hz => List.mem_flatMap.mpr ⟨spelled weight v z, ?_, mem_spellings (all z hz).right⟩
        exact (same _).mpr (List.mem_map_of_mem hz)

/-- A smaller mass. -/
theorem MassAtLeast.weaken {P : List Nat → Prop} {M N : Nat} (h : M ≤ N) (hN : MassAtLeast weight N P) : MassAtLeast weight M P :=
  match hN with
  | ⟨xs, nodup, all, sum⟩ => ⟨xs, nodup, all, Nat.le_trans h sum⟩

end

/-- If each token of each of these inputs weighs 1, they weigh as much as they are. -/
theorem totalWeight_of_one {weight : Nat → Nat} {xs : List (List Nat)} (h : ∀ x, x ∈ xs → ∀ t, t ∈ x → weight t = 1) :
    totalWeight weight xs = xs.length := by
  induction xs with
  | nil => rfl
  | cons x xs ih =>
    have one : ∀ x : List Nat, (∀ t, t ∈ x → weight t = 1) → inputWeight weight x = 1 := by
      intro x
      induction x with
      | nil => exact fun _ => rfl
      | cons t x ih =>
        intro h
        show weight t * inputWeight weight x = 1
        rw [h t (List.Mem.head x), ih fun s hs => h s (List.Mem.tail t hs)]
    show inputWeight weight x + totalWeight weight xs = xs.length + 1
    rw [ih fun y hy => h y (List.Mem.tail x hy), one x (h x (List.Mem.head xs)), Nat.add_comm]

/-- If all tokens weigh 1, a mass is a number of inputs. -/
theorem massAtLeast_of_one {weight : Nat → Nat} {P : List Nat → Prop} {N : Nat} (h : ∀ x, P x → ∀ t, t ∈ x → weight t = 1) :
    MassAtLeast weight N P ↔ AtLeast N P := by
  constructor
  · intro mass
    match mass with
    | ⟨xs, nodup, all, sum⟩ =>
      exact AtLeast.weaken (totalWeight_of_one (fun x hx => h x (all x hx)) ▸ sum) (AtLeast.of_list nodup all)
  · intro count
    match count with
    | ⟨xs, nodup, all, len⟩ =>
      exact ⟨xs, nodup, all, Nat.le_of_eq (len.symm.trans (totalWeight_of_one fun x hx => h x (all x hx)).symm)⟩

/-- The same for the weight 1 of everything. -/
theorem massAtLeast_one {P : List Nat → Prop} {N : Nat} : MassAtLeast (fun _ => 1) N P ↔ AtLeast N P :=
  massAtLeast_of_one fun _ _ _ _ => rfl

end Compact
