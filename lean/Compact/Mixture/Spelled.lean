prelude
import Compact.Counting.Mass
import Compact.Counting.Tree
import Compact.Mixture.Grades
/-!
# Words of letters, counted by the sum of their levels

`letterWords M S n c` lists the words of length `n` with `c` letters of `S` and the others of `M`.  They are counted as `words` are
(`Counting/Words.lean`, `Mixture/Power.lean`), where `M` is one letter; here `M` are the letters of a token (`Counting/Mass.lean`), and `S` are letters of
smaller tokens.  So one power counts the weight of a class as it counts its inputs (`atLeast_lowSpelled`).
-/
namespace Compact

/-- The words of length `n` with `c` letters from `S` and `n - c` letters from `M`. -/
def letterWords (M S : List Nat) : (n c : Nat) → List (List Nat)
  | 0, 0 => [[]]
  | 0, _ + 1 => []
  | n + 1, 0 => M.flatMap fun u => (letterWords M S n 0).map (u :: ·)
  | n + 1, c + 1 => (M.flatMap fun u => (letterWords M S n (c + 1)).map (u :: ·)) ++
      S.flatMap fun s => (letterWords M S n c).map (s :: ·)

/-- The sum of the levels of the letters. -/
def letterLevels (level : Nat → Nat) : List Nat → Nat
  | [] => 0
  | u :: z => level u + letterLevels level z

section
variable {M S : List Nat}

theorem letterWords_zero_zero : letterWords M S 0 0 = [[]] := rfl
theorem letterWords_zero_succ (c : Nat) : letterWords M S 0 (c + 1) = [] := rfl
theorem letterWords_succ_zero (n : Nat) : letterWords M S (n + 1) 0 = M.flatMap fun u => (letterWords M S n 0).map (u :: ·) := rfl
theorem letterWords_succ_succ (n c : Nat) : letterWords M S (n + 1) (c + 1) =
    (M.flatMap fun u => (letterWords M S n (c + 1)).map (u :: ·)) ++ S.flatMap fun s => (letterWords M S n c).map (s :: ·) := rfl

/-- A property of words that holds of the empty word and is kept by putting a letter of `M` or of `S` in front holds of all. -/
theorem letterWords_induction {p : Nat → Nat → List Nat → Prop} (nil : p 0 0 [])
    (cons_max : ∀ n c y u, u ∈ M → p n c y → p (n + 1) c (u :: y))
    (cons_other : ∀ n c y s, s ∈ S → p n c y → p (n + 1) (c + 1) (s :: y)) :
    ∀ n c y, y ∈ letterWords M S n c → p n c y := by
  have front {L : List Nat} {W : List (List Nat)} {y : List Nat} (h : y ∈ L.flatMap fun u => W.map (u :: ·)) :
      ∃ u, ∃ z, u ∈ L ∧ z ∈ W ∧ u :: z = y :=
    match List.mem_flatMap.mp h with
    | ⟨u, hu, h⟩ => match List.mem_map.mp h with
      | ⟨z, hz, e⟩ => ⟨u, z, hu, hz, e⟩
  intro n
  induction n with
  | zero =>
    intro c y h
    cases c with
    | zero =>
      rw [letterWords_zero_zero] at h
      cases h with
      | head => exact nil
      | tail _ h => exact nomatch h
    | succ c => rw [letterWords_zero_succ] at h; exact nomatch h
  | succ n ih =>
    intro c y h
    cases c with
    | zero =>
      rw [letterWords_succ_zero] at h
      match front h with
      | ⟨u, z, hu, hz, e⟩ => exact e ▸ cons_max n 0 z u hu (ih 0 z hz)
    | succ c =>
      rw [letterWords_succ_succ] at h
      match List.mem_append.mp h with
      | .inl h =>
        match front h with
        | ⟨u, z, hu, hz, e⟩ => exact e ▸ cons_max n (c + 1) z u hu (ih (c + 1) z hz)
      | .inr h =>
        match front h with
        | ⟨s, z, hs, hz, e⟩ => exact e ▸ cons_other n c z s hs (ih c z hz)

/-- The words are different from each other. -/
theorem nodup_letterWords (hM : M.Nodup) (hS : S.Nodup) (apart : ∀ u, u ∈ M → ¬u ∈ S) (n c : Nat) : (letterWords M S n c).Nodup := by
  have each {L : List Nat} {W : List (List Nat)} (hL : L.Nodup) (hW : W.Nodup) : (L.flatMap fun u => W.map (u :: ·)).Nodup :=
    List.nodup_flatMap (fun y => y.getD 0 0) hL (fun u _ => List.nodup_map hW fun _ _ e => (List.cons_inj e).right)
      fun u _ y hy => match List.mem_map.mp hy with | ⟨_, _, e⟩ => e ▸ rfl
  induction n generalizing c with
  | zero =>
    cases c with
    | zero => rw [letterWords_zero_zero]; exact ⟨(nomatch ·), trivial⟩
    | succ c => rw [letterWords_zero_succ]; exact trivial
  | succ n ih =>
    cases c with
    | zero => rw [letterWords_succ_zero]; exact each hM (ih 0)
    | succ c =>
      rw [letterWords_succ_succ]
      refine List.nodup_append (each hM (ih (c + 1))) (each hS (ih c)) fun y hy hy' => ?_
      match List.mem_flatMap.mp hy, List.mem_flatMap.mp hy' with
      | ⟨u, hu, hy⟩, ⟨s, hs, hy'⟩ =>
        match List.mem_map.mp hy, List.mem_map.mp hy' with
        | ⟨z, _, e⟩, ⟨z', _, e'⟩ =>
          have same : u :: z = s :: z' := e.trans e'.symm
          exact apart u hu ((List.cons_inj same).left ▸ hs)

/-- Words of no letters of `S`. -/
theorem length_letterWords_zero (n : Nat) : (letterWords M S n 0).length = M.length ^ n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [letterWords_succ_zero, List.length_flatMap_const (k := M.length ^ n) fun u _ => List.length_map.trans ih, Nat.pow_succ']

/-- No more than all words. -/
theorem length_letterWords_le (n c : Nat) : (letterWords M S n c).length ≤ (M.length + S.length) ^ n := by
  have front (L : List Nat) (W : List (List Nat)) : (L.flatMap fun u => W.map (u :: ·)).length = L.length * W.length :=
    List.length_flatMap_const fun _ _ => List.length_map
  induction n generalizing c with
  | zero =>
    cases c with
    | zero => exact Nat.le_refl 1
    | succ c => exact Nat.zero_le _
  | succ n ih =>
    rw [Nat.pow_succ', Nat.add_mul]
    cases c with
    | zero =>
      rw [letterWords_succ_zero, front]
      exact Nat.le_trans (Nat.mul_le_mul_left _ (ih 0)) (Nat.le_add_right _ _)
    | succ c =>
      rw [letterWords_succ_succ, List.length_append, front, front]
      exact Nat.add_le_add (Nat.mul_le_mul_left _ (ih (c + 1))) (Nat.mul_le_mul_left _ (ih c))

/-- The sum over words is a power of the sum over letters. -/
theorem powerSum_letterWords {X : Nat} {level : Nat → Nat} (zero : ∀ u, u ∈ M → level u = 0) (n c : Nat) :
    powerSum X (letterLevels level) (letterWords M S n c) = Nat.choose n c * M.length ^ (n - c) * powerSum X level S ^ c := by
  have maxFirst (W : List (List Nat)) : powerSum X (letterLevels level) (M.flatMap fun u => W.map (u :: ·)) =
      M.length * powerSum X (letterLevels level) W := by
    rw [powerSum_flatMap (w := fun _ => 0) (powerSum X (letterLevels level) W) fun u hu => ?_, powerSum_const (k := 0) fun _ _ => rfl]
    · rw [Nat.pow_zero, Nat.mul_one]
    · rw [powerSum_map, Nat.pow_zero, Nat.one_mul]
      refine powerSum_congr fun z _ => ?_
      show level u + letterLevels level z = _
      rw [zero u hu, Nat.zero_add]
  have otherFirst (W : List (List Nat)) : powerSum X (letterLevels level) (S.flatMap fun s => W.map (s :: ·)) =
      powerSum X level S * powerSum X (letterLevels level) W := by
    refine powerSum_flatMap _ fun s _ => ?_
    rw [powerSum_map, ← powerSum_add]
    exact powerSum_congr fun y _ => rfl
  induction n generalizing c with
  | zero =>
    cases c with
    | zero => rfl
    | succ c => rw [letterWords_zero_succ, Nat.choose_zero_succ, Nat.zero_mul, Nat.zero_mul]; rfl
  | succ n ih =>
    cases c with
    | zero =>
      rw [letterWords_succ_zero, maxFirst, ih, Nat.choose_zero_right, Nat.choose_zero_right, Nat.sub_zero, Nat.sub_zero, Nat.pow_succ',
        Nat.pow_zero]
      ring [M.length, M.length ^ n]
    | succ c =>
      rw [letterWords_succ_succ, powerSum_append, maxFirst, otherFirst, ih, ih, Nat.choose_succ_succ, Nat.succ_sub_succ_eq_sub,
        Nat.pow_succ']
      have first : M.length * (Nat.choose n (c + 1) * M.length ^ (n - (c + 1)) * (powerSum X level S * powerSum X level S ^ c)) =
          Nat.choose n (c + 1) * M.length ^ (n - c) * (powerSum X level S * powerSum X level S ^ c) := by
        cases Nat.lt_or_ge n (c + 1) with
        | inl lt => rw [Nat.choose_eq_zero_of_lt lt, Nat.zero_mul, Nat.zero_mul, Nat.mul_zero, Nat.zero_mul, Nat.zero_mul]
        | inr ge =>
          match Nat.exists_eq_add_of_le ge with
          | ⟨d, e⟩ =>
            have left : n - (c + 1) = d := by rw [e, Nat.add_sub_cancel_left]
            have right : n - c = d + 1 := by rw [e, Nat.add_assoc, Nat.add_sub_cancel_left, Nat.add_comm]
            rw [left, right, Nat.pow_succ]
            ring [M.length, M.length ^ d, Nat.choose n (c + 1), powerSum X level S, powerSum X level S ^ c]
      rw [first]
      ring [Nat.choose n c, Nat.choose n (c + 1), M.length ^ (n - c), powerSum X level S, powerSum X level S ^ c]

end

/-! ## What such words spell -/

section
variable {weight : Nat → Nat} {v m : Nat} {S : List Nat}

/-- They spell words of the token `m` and of smaller ones. -/
theorem spelled_mem_words (hm : m < v) {n c : Nat} {z : List Nat} (h : z ∈ letterWords (letters weight m) S n c) :
    spelled weight v z ∈ words m (S.map (tokenOf weight v)) n c := by
  refine letterWords_induction (p := fun n c z => spelled weight v z ∈ words m (S.map (tokenOf weight v)) n c) ?_ ?_ ?_ n c z h
  · exact List.Mem.head _
  · intro n c z u hu hz
    have mem := mem_letters.mp hu
    have e : spelled weight v (u :: z) = m :: spelled weight v z :=
      congrArg (· :: spelled weight v z) (tokenOf_eq hm mem.left mem.right)
    rw [e]
    cases c with
    | zero => rw [words_succ_zero]; exact List.mem_map_of_mem (f := (m :: ·)) hz
    | succ c => rw [words_succ_succ]; exact List.mem_append.mpr (Or.inl (List.mem_map_of_mem (f := (m :: ·)) hz))
  · intro n c z s hs hz
    rw [words_succ_succ]
    exact List.mem_append.mpr (Or.inr (List.mem_flatMap.mpr ⟨tokenOf weight v s, List.mem_map_of_mem hs,
      List.mem_map_of_mem (f := (tokenOf weight v s :: ·)) hz⟩))

/-- All letters exist. -/
theorem letter_lt (hm : m < v) (hS : ∀ s, s ∈ S → s < weightBelow weight m) {n c : Nat} {z : List Nat}
    (h : z ∈ letterWords (letters weight m) S n c) : ∀ u, u ∈ z → u < weightBelow weight v := by
  have below : ∀ {u}, u ∈ letters weight m → u < weightBelow weight v := fun hu =>
    Nat.lt_of_lt_of_le (mem_letters.mp hu).right (weightBelow_mono (weight := weight) hm)
  refine letterWords_induction (p := fun _ _ z => ∀ u, u ∈ z → u < weightBelow weight v) (fun _ h => nomatch h) ?_ ?_ n c z h
  · exact fun _ _ z u hu hz => List.forall_mem_cons.mpr ⟨below hu, hz⟩
  · exact fun _ _ z s hs hz => List.forall_mem_cons.mpr
      ⟨Nat.lt_of_lt_of_le (hS s hs) (weightBelow_mono (weight := weight) (Nat.le_of_lt hm)), hz⟩

/-- What the tokens need is no more than what the letters are given. -/
theorem levelSum_spelled_le (hm : m < v) {level need : Nat → Nat} (hS : ∀ s, s ∈ S → s < weightBelow weight m)
    (enough : ∀ s, s ∈ S → need (tokenOf weight v s) ≤ level s) {n c : Nat} {z : List Nat}
    (h : z ∈ letterWords (letters weight m) S n c) : levelSum m need (spelled weight v z) ≤ letterLevels level z := by
  refine letterWords_induction (p := fun _ _ z => levelSum m need (spelled weight v z) ≤ letterLevels level z) ?_ ?_ ?_ n c z h
  · exact Nat.le_refl 0
  · intro _ _ z u hu hz
    have mem := mem_letters.mp hu
    show (if tokenOf weight v u = m then _ else _) ≤ level u + letterLevels level z
    rw [ite_eq_left (tokenOf_eq hm mem.left mem.right)]
    exact Nat.le_add_left_of_le hz
  · intro _ _ z s hs hz
    show (if tokenOf weight v s = m then _ else _) ≤ level s + letterLevels level z
    rw [ite_eq_right (Nat.ne_of_lt (tokenOf_lt (Nat.le_of_lt hm) (hS s hs)))]
    exact Nat.add_le_add (enough s hs) hz

/-- The words of the token `m` alone. -/
theorem atLeast_spelled_alone {P : List Nat → Prop} (hm : m < v) {n : Nat} (sound : ∀ y, y ∈ words m [] n 0 → P y) :
    AtLeast (weight m ^ n) fun z =>
      (P (spelled weight v z) ∧ ∀ u, u ∈ z → u < weightBelow weight v) ∧ countOther m (spelled weight v z) = 0 := by
  have len := length_letterWords_zero (M := letters weight m) (S := []) n
  rw [length_letters] at len
  have none : ∀ {u : Nat}, ¬u ∈ ([] : List Nat) := fun h => nomatch h
  refine len ▸ AtLeast.of_list (nodup_letterWords (nodup_letters m) List.nodup_nil (fun _ _ => none) n 0) fun z hz => ?_
  have spells := spelled_mem_words hm hz
  exact ⟨⟨sound _ spells, letter_lt hm (fun _ h => absurd h none) hz⟩, countOther_of_mem_words (S := []) none spells⟩

/-- The words of one class whose level is at most `b`: their spellings are counted by one power. -/
theorem atLeast_lowSpelled {P : List Nat → Prop} (hm : m < v) {need level : Nat → Nat} {n c b X N : Nat} (nodup : S.Nodup)
    (hS : ∀ s, s ∈ S → s < weightBelow weight m) (enough : ∀ s, s ∈ S → need (tokenOf weight v s) ≤ level s)
    (hX : weightBelow weight v ^ n < X) (hN : N = powerSum X level S)
    (sound : ∀ y, y ∈ words m (S.map (tokenOf weight v)) n c → levelSum m need y ≤ b → P y) :
    AtLeast (lowCount X b (binom n c * weight m ^ (n - c) * N ^ c)) fun z =>
      (P (spelled weight v z) ∧ ∀ u, u ∈ z → u < weightBelow weight v) ∧ countOther m (spelled weight v z) = c := by
  have tokens : ∀ s, s ∈ S.map (tokenOf weight v) → s < m := fun s hs => match List.mem_map.mp hs with
    | ⟨u, hu, e⟩ => e ▸ tokenOf_lt (Nat.le_of_lt hm) (hS u hu)
  have apart : ∀ u, u ∈ letters weight m → ¬u ∈ S := fun u hu hs =>
    Nat.not_lt_of_le (mem_letters.mp hu).left (hS u hs)
  have raise (u : Nat) (h : u < weightBelow weight m) : Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => level u) (weightBelow weight m - u) = level u := by
    cases e : weightBelow weight m - u with
    | zero => exact absurd (Nat.le_of_sub_eq_zero e) (Nat.not_le_of_lt h)
    | succ d => rfl
  have zero : ∀ u, u ∈ letters weight m → Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => level u) (weightBelow weight m - u) = 0 := fun u hu => by
    rw [Nat.sub_eq_zero_of_le (mem_letters.mp hu).left]; rfl
  have len : (letterWords (letters weight m) S n c).length < X := by
    refine Nat.lt_of_le_of_lt (Nat.le_trans (length_letterWords_le n c) (Nat.pow_le_pow_left ?_ n)) hX
    rw [length_letters, Nat.add_comm]
    exact Nat.le_trans (Nat.add_le_add_right (length_le_of_lt nodup hS) _) (weightBelow_mono (weight := weight) hm)
  have count := lowCount_le (f := letterLevels fun u => Nat.rec (motive := fun _ => Nat) 0 (fun _ _ => level u) (weightBelow weight m - u)) (b := b) len
  rw [powerSum_letterWords zero, powerSum_congr (g := level) fun s hs => raise s (hS s hs), ← hN, ← binom_eq_choose, length_letters] at count
  refine AtLeast.weaken count (AtLeast.of_list (List.nodup_filter (nodup_letterWords (nodup_letters m) nodup apart n c)) fun z hz => ?_)
  have hz := List.mem_filter.mp hz
  have spells := spelled_mem_words hm hz.left
  refine ⟨⟨sound _ spells (Nat.le_trans (levelSum_spelled_le hm hS (fun s hs => ?_) hz.left) (Nat.le_of_ble_eq_true hz.right)), letter_lt hm hS hz.left⟩,
    countOther_of_mem_words (fun h => Nat.lt_irrefl m (tokens m h)) spells⟩
  rw [raise s (hS s hs)]
  exact enough s hs

/-- A letter of the query `q` behind words of letters. -/
theorem AtLeast.append_letters {P : List Nat → Prop} {N q : Nat} (hq : q < v)
    (h : AtLeast N fun z => P (spelled weight v z ++ [q]) ∧ ∀ u, u ∈ z → u < weightBelow weight v) :
    AtLeast (weight q * N) fun z =>
      (P (spelled weight v z) ∧ ∀ u, u ∈ z → u < weightBelow weight v) ∧ lastToken (spelled weight v z) = q := by
  rw [← total_const]
  refine mono_pred (fun _ h => h.left) (total (fun z => lastToken z - weightBelow weight q) fun i hi => ?_)
  have letter : weightBelow weight q + i < weightBelow weight q + weight q := Nat.add_lt_add_left hi _
  have spells (y : List Nat) : spelled weight v (y ++ [weightBelow weight q + i]) = spelled weight v y ++ [q] := by
    unfold spelled
    rw [List.map_append]
    exact congrArg (fun t => y.map (tokenOf weight v) ++ [t]) (tokenOf_eq hq (Nat.le_add_right _ _) letter)
  have ends : AtLeast N fun y => (P (spelled weight v (y ++ [weightBelow weight q + i])) ∧
      ∀ u, u ∈ y ++ [weightBelow weight q + i] → u < weightBelow weight v) ∧ lastToken (spelled weight v (y ++ [weightBelow weight q + i])) = q := by
    refine mono_pred (fun y hy => ?_) h
    rw [spells]
    refine ⟨⟨hy.left, fun u hu => (List.mem_append.mp hu).elim (hy.right u) fun hu => ?_⟩, lastToken_append _ q⟩
    rw [List.mem_singleton.mp hu]
    exact Nat.lt_of_lt_of_le letter (weightBelow_mono (weight := weight) hq)
  refine mono_pred (fun z hz => ⟨hz.left, ?_⟩) (append_query (weightBelow weight q + i)
    (P := fun z => (P (spelled weight v z) ∧ ∀ u, u ∈ z → u < weightBelow weight v) ∧ lastToken (spelled weight v z) = q) ends)
  rw [hz.right, Nat.add_sub_cancel_left]

end
end Compact
