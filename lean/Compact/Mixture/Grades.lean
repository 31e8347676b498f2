prelude
import Compact.Mixture.Power
import Compact.Packed.Fold
/-!
# Tokens by levels, from their numbers alone

A strategy says, for a threshold, how many tokens lack no more than that.  For ascending levels `gradeSum` adds up
`2^(bits * level)` over the tokens that are new at each, which is what the count of a class takes a power of.  It is not
asked *which* tokens these are, nor that the sets grow: of `K` tokens at least `K - prev` are not among `prev` others
(`grade_step`).
-/
namespace Compact

/-- Is `s` in the list? -/
noncomputable def among (s : Nat) (l : List Nat) : Bool :=
  fold (fun t ih => Bool.rec (motive := fun _ => Bool) ih true (Nat.beq s t)) false l

theorem among_iff {s : Nat} {l : List Nat} : among s l = true ↔ s ∈ l := by
  induction l with
  | nil => exact ⟨fun h => Bool.noConfusion h, fun h => nomatch h⟩
  | cons t l ih =>
    show Bool.rec (motive := fun _ => Bool) (among s l) true (Nat.beq s t) = true ↔ _
    cases h : Nat.beq s t with
    | true => exact ⟨fun _ => Nat.eq_of_beq_eq_true _ _ h ▸ List.Mem.head l, fun _ => rfl⟩
    | false =>
      refine ⟨fun h' => List.Mem.tail t (ih.mp h'), fun h' => ih.mpr ?_⟩
      cases h' with
      | head => exact absurd rfl (fun e => Nat.ne_of_beq_eq_false h e)
      | tail _ h' => exact h'

/-- A list without repetition loses one member at most when `a` is taken out. -/
theorem length_le_filter_ne (a : Nat) {l : List Nat} (h : l.Nodup) :
    l.length ≤ (l.filter fun s => !Nat.beq s a).length + 1 := by
  induction l with
  | nil => exact Nat.zero_le _
  | cons b l ih =>
    cases e : Nat.beq b a with
    | true =>
      have all : ∀ s, s ∈ l → (!Nat.beq s a) = true := fun s hs => by
        cases e' : Nat.beq s a with
        | false => rfl
        | true => exact absurd ((Nat.eq_of_beq_eq_true _ _ e').trans (Nat.eq_of_beq_eq_true _ _ e).symm ▸ hs) h.left
      rw [List.filter_cons_of_neg (p := fun s => !Nat.beq s a) (fun h : (!Nat.beq b a) = true => by rw [e] at h; exact Bool.noConfusion h)]
      exact Nat.succ_le_succ (Nat.le_of_eq (keep all))
    | false =>
      rw [List.filter_cons_of_pos (p := fun s => !Nat.beq s a) (show (!Nat.beq b a) = true from by rw [e]; rfl)]
      exact Nat.succ_le_succ (ih h.right)
where
  keep {p : Nat → Bool} {l : List Nat} (h : ∀ s, s ∈ l → p s = true) : l.length = (l.filter p).length := by
    induction l with
    | nil => rfl
    | cons b l ih =>
      rw [List.filter_cons_of_pos (h b (List.Mem.head l))]
      exact congrArg Nat.succ (ih fun s hs => h s (List.Mem.tail b hs))

/-- A list without repetition is no longer than a list that has all its members. -/
theorem length_le_of_subset {l l' : List Nat} (h : l.Nodup) (sub : ∀ s, s ∈ l → s ∈ l') : l.length ≤ l'.length := by
  induction l' generalizing l with
  | nil =>
    match l, sub with
    | [], _ => exact Nat.le_refl 0
    | s :: l, sub => exact nomatch sub s (List.Mem.head l)
  | cons a l' ih =>
    refine Nat.le_trans (length_le_filter_ne a h) (Nat.succ_le_succ (ih (List.nodup_filter h) fun s hs => ?_))
    have hs := List.mem_filter.mp hs
    cases sub s hs.left with
    | head => have e := hs.right; rw [Nat.beq_self] at e; exact Bool.noConfusion e
    | tail _ h => exact h

/-- Tokens below `m` are at most `m`. -/
theorem length_le_of_lt {l : List Nat} {m : Nat} (h : l.Nodup) (lt : ∀ s, s ∈ l → s < m) : l.length ≤ m :=
  Nat.le_trans (length_le_of_subset (l' := List.range m) h fun s hs => List.mem_range.mpr (lt s hs))
    (Nat.le_of_eq List.length_range)

/-- The first `k` members. -/
theorem exists_prefix {l : List Nat} (h : l.Nodup) {k : Nat} (hk : k ≤ l.length) :
    ∃ l' : List Nat, l'.Nodup ∧ l'.length = k ∧ ∀ s, s ∈ l' → s ∈ l := by
  induction l generalizing k with
  | nil => exact ⟨[], trivial, (Nat.eq_zero_of_le_zero hk).symm, fun _ h => h⟩
  | cons a l ih =>
    cases k with
    | zero => exact ⟨[], trivial, rfl, fun _ h => nomatch h⟩
    | succ k =>
      match ih h.right (Nat.le_of_succ_le_succ hk) with
      | ⟨l', nodup, len, sub⟩ =>
        exact ⟨a :: l', ⟨fun ha => h.left (sub a ha), nodup⟩, congrArg Nat.succ len,
          List.forall_mem_cons.mpr ⟨List.Mem.head l, fun s hs => List.Mem.tail a (sub s hs)⟩⟩

/-- Of `K` tokens at least `K - prev` are not among `prev` others. -/
theorem grade_step {A C : List Nat} {K : Nat} (hC : C.Nodup) (hK : K ≤ C.length) :
    ∃ A' : List Nat, A'.Nodup ∧ A'.length = K - A.length ∧ (∀ s, s ∈ A' → s ∈ C) ∧ ∀ s, s ∈ A' → ¬s ∈ A := by
  have both : C.length ≤ A.length + (C.filter fun s => !among s A).length := by
    have inside : (C.filter fun s => among s A).length ≤ A.length :=
      length_le_of_subset (List.nodup_filter hC) fun s hs => among_iff.mp (List.mem_filter.mp hs).right
    exact Nat.le_trans (Nat.le_of_eq (halves (fun s => among s A) C)) (Nat.add_le_add_right inside _)
  have room : K - A.length ≤ (C.filter fun s => !among s A).length :=
    Nat.sub_le_of_le_add (Nat.add_comm A.length _ ▸ Nat.le_trans hK both)
  match exists_prefix (List.nodup_filter hC) room with
  | ⟨A', nodup, len, sub⟩ =>
    refine ⟨A', nodup, len, fun s hs => (List.mem_filter.mp (sub s hs)).left, fun s hs hA => ?_⟩
    have e := (List.mem_filter.mp (sub s hs)).right
    rw [among_iff.mpr hA] at e
    exact Bool.noConfusion e
where
  halves (p : Nat → Bool) (l : List Nat) : l.length = (l.filter p).length + (l.filter fun s => !p s).length := by
    induction l with
    | nil => rfl
    | cons a l ih =>
      cases e : p a with
      | true =>
        rw [List.filter_cons_of_pos e, List.filter_cons_of_neg (p := fun s => !p s) (fun h : (!p a) = true => by
          rw [e] at h; exact Bool.noConfusion h)]
        show l.length + 1 = (l.filter p).length + 1 + _
        rw [ih, Nat.add_right_comm]
      | false =>
        rw [List.filter_cons_of_neg (p := p) (fun h => Bool.noConfusion (e.symm.trans h)),
          List.filter_cons_of_pos (p := fun s => !p s) (show (!p a) = true from by rw [e]; rfl)]
        show l.length + 1 = (l.filter p).length + (_ + 1)
        rw [ih]
        rfl

/-- The sum of `2^(bits * level)` over tokens: `size θ S` of them lack at most `θ`, which is `level * spare / whole`.  Of
`S` a strategy may read what a certificate says of each level, `sizeBits` bits. -/
noncomputable def gradeSum (bits sizeBits spare whole : Nat) (size : Nat → Nat → Nat) (levels : List Nat) : Nat → Nat → Nat :=
  fold (fun level ih prev S => Nat.rec (motive := fun _ => Nat) (ih prev (Nat.shiftRight S sizeBits))
    (fun more _ => Nat.add (Nat.shiftLeft (Nat.succ more) (Nat.mul bits level)) (ih (Nat.add prev (Nat.succ more)) (Nat.shiftRight S sizeBits)))
    (Nat.sub (size (Nat.div (Nat.mul level spare) whole) S) prev)) (fun _ _ => 0) levels

theorem gradeSum_cons (bits sizeBits spare whole : Nat) (size : Nat → Nat → Nat) (level : Nat) (levels : List Nat) (prev S : Nat) :
    gradeSum bits sizeBits spare whole size (level :: levels) prev S =
      (size (level * spare / whole) S - prev) * 2 ^ (bits * level) +
        gradeSum bits sizeBits spare whole size levels (prev + (size (level * spare / whole) S - prev)) (Nat.shiftRight S sizeBits) := by
  show Nat.rec (motive := fun _ => Nat) (gradeSum bits sizeBits spare whole size levels prev (Nat.shiftRight S sizeBits))
    (fun more _ => Nat.add (Nat.shiftLeft (Nat.succ more) (Nat.mul bits level))
      (gradeSum bits sizeBits spare whole size levels (Nat.add prev (Nat.succ more)) (Nat.shiftRight S sizeBits)))
    (size (level * spare / whole) S - prev) = _
  cases size (level * spare / whole) S - prev with
  | zero => rw [Nat.zero_mul, Nat.zero_add, Nat.add_zero]
  | succ more => rfl

/-- `size` tokens below `m` lack at most `θ`. -/
def Lacking (m : Nat) (lack : Nat → Nat) (θ size : Nat) : Prop :=
  ∃ tokens : List Nat, tokens.Nodup ∧ (∀ s, s ∈ tokens → s < m ∧ lack s ≤ θ) ∧ size ≤ tokens.length

/-- Equal terms. -/
theorem powerSum_const {X k : Nat} {f : Nat → Nat} {l : List Nat} (h : ∀ s, s ∈ l → f s = k) :
    powerSum X f l = l.length * X ^ k := by
  induction l with
  | nil => exact (Nat.zero_mul _).symm
  | cons a l ih =>
    show X ^ f a + powerSum X f l = (l.length + 1) * X ^ k
    rw [h a (List.Mem.head l), ih fun s hs => h s (List.Mem.tail a hs), Nat.succ_mul, Nat.add_comm]

/-- What `gradeSum` adds up: there are tokens with levels, each of which takes no more than its level says. -/
theorem gradeSum_spec {bits sizeBits spare whole m : Nat} {size : Nat → Nat → Nat} {lack : Nat → Nat}
    (h : ∀ θ S, Lacking m lack θ (size θ S)) (levels : List Nat) (A : List Nat) (S : Nat) :
    ∃ tokens : List Nat, ∃ level : Nat → Nat, tokens.Nodup ∧
      (∀ s, s ∈ tokens → ¬s ∈ A ∧ s < m ∧ lack s * whole ≤ level s * spare) ∧
      gradeSum bits sizeBits spare whole size levels A.length S = powerSum (2 ^ bits) level tokens := by
  induction levels generalizing A S with
  | nil => exact ⟨[], fun _ => 0, trivial, (fun _ h => nomatch h), rfl⟩
  | cons l levels ih =>
    match h (l * spare / whole) S with
    | ⟨C, nodupC, hC, hK⟩ =>
      match grade_step (A := A) nodupC hK with
      | ⟨A', nodup', len', sub', new'⟩ =>
        have len : (A ++ A').length = A.length + (size (l * spare / whole) S - A.length) := by
          rw [List.length_append, len']
        match ih (A ++ A') (Nat.shiftRight S sizeBits) with
        | ⟨tokens, level, nodup, facts, sum⟩ =>
          have apart : ∀ s, s ∈ tokens → ¬s ∈ A' := fun s hs hA' =>
            (facts s hs).left (List.mem_append.mpr (Or.inr hA'))
          refine ⟨A' ++ tokens, fun s => Bool.rec (motive := fun _ => Nat) (level s) l (among s A'),
            List.nodup_append nodup' nodup fun s hs hs' => apart s hs' hs, fun s hs => ?_, ?_⟩
          · match List.mem_append.mp hs with
            | .inl hs =>
              have fact := hC s (sub' s hs)
              show _ ∧ _ ∧ _ ≤ Bool.rec (motive := fun _ => Nat) (level s) l (among s A') * spare
              rw [among_iff.mpr hs]
              exact ⟨new' s hs, fact.left, Nat.le_trans (Nat.mul_le_mul_right whole fact.right) (Nat.div_mul_le_self _ _)⟩
            | .inr hs =>
              have other : among s A' = false := Bool.eq_false_of_ne_true fun h => apart s hs (among_iff.mp h)
              show _ ∧ _ ∧ _ ≤ Bool.rec (motive := fun _ => Nat) (level s) l (among s A') * spare
              rw [other]
              exact ⟨fun hA => (facts s hs).left (List.mem_append.mpr (Or.inl hA)), (facts s hs).right⟩
          · have first : powerSum (2 ^ bits) (fun s => Bool.rec (motive := fun _ => Nat) (level s) l (among s A')) A' =
                A'.length * (2 ^ bits) ^ l := powerSum_const fun s hs => by rw [among_iff.mpr hs]
            have rest : powerSum (2 ^ bits) (fun s => Bool.rec (motive := fun _ => Nat) (level s) l (among s A')) tokens =
                powerSum (2 ^ bits) level tokens := powerSum_congr fun s hs => by
              rw [Bool.eq_false_of_ne_true fun h => apart s hs (among_iff.mp h)]
            rw [powerSum_append, first, rest, ← sum, len, len', ← Nat.pow_mul]
            exact gradeSum_cons _ _ _ _ _ _ _ _ _

end Compact
