prelude
import Compact.Counting.AtLeast
/-!
# All inputs of one length

`inputs v n` lists the `v ^ n` words of length `n` over the tokens below `v`, each once.  A test that
is sound on them yields a count.
-/
namespace Compact

/-- All lists of length `n` with entries below `v`. -/
def inputs (v : Nat) : Nat → List (List Nat)
  | 0 => [[]]
  | n + 1 => (List.range v).flatMap fun t => (inputs v n).map (t :: ·)

theorem mem_inputs {v n : Nat} {x : List Nat} :
    x ∈ inputs v n ↔ x.length = n ∧ ∀ t, t ∈ x → t < v := by
  induction n generalizing x with
  | zero =>
    constructor
    · intro h
      have h : x ∈ [[]] := h
      cases h with
      | head => exact ⟨rfl, fun _ h => nomatch h⟩
      | tail _ h => exact nomatch h
    · intro h
      match x, h with
      | [], _ => exact List.Mem.head _
      | _ :: _, ⟨h, _⟩ => exact absurd h (Nat.succ_ne_zero _)
  | succ n ih =>
    constructor
    · intro h
      match List.mem_flatMap.mp h with
      | ⟨t, ht, h⟩ =>
        match List.mem_map.mp h with
        | ⟨y, hy, e⟩ =>
          subst e
          refine ⟨congrArg Nat.succ (ih.mp hy).left, fun u hu => ?_⟩
          match hu with
          | .head _ => exact List.mem_range.mp ht
          | .tail _ hu => exact (ih.mp hy).right u hu
    · intro h
      match x, h with
      | [], ⟨h, _⟩ => exact absurd h.symm (Nat.succ_ne_zero n)
      | t :: y, ⟨len, lt⟩ =>
        refine List.mem_flatMap.mpr ⟨t, List.mem_range.mpr (lt t (List.Mem.head y)), ?_⟩
        refine List.mem_map.mpr ⟨y, ih.mpr ⟨Nat.succ.inj len, ?_⟩, rfl⟩
        exact fun u hu => lt u (List.Mem.tail t hu)

theorem nodup_inputs (v n : Nat) : (inputs v n).Nodup := by
  induction n with
  | zero => exact ⟨(nomatch ·), trivial⟩
  | succ n ih =>
    refine List.nodup_flatMap (fun x => x.getD 0 0) List.nodup_range ?_ ?_
    · exact fun t _ => List.nodup_map ih fun x y e => (List.cons_inj e).right
    · intro t _ x hx
      match List.mem_map.mp hx with
      | ⟨y, _, e⟩ => exact e ▸ rfl

theorem length_inputs (v n : Nat) : (inputs v n).length = v ^ n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    show ((List.range v).flatMap fun t => (inputs v n).map (t :: ·)).length = v ^ n * v
    rw [List.length_flatMap_const (k := v ^ n), List.length_range, Nat.mul_comm]
    exact fun t _ => List.length_map.trans ih

/-- The inputs that pass a sound test. -/
theorem AtLeast.of_filter {v n : Nat} {P : List Nat → Prop} (test : List Nat → Bool)
    (sound : ∀ x, x ∈ inputs v n → test x = true → P x) :
    AtLeast ((inputs v n).filter test).length P :=
  of_list (List.nodup_filter (nodup_inputs v n)) fun x hx =>
    sound x (List.mem_filter.mp hx).left (List.mem_filter.mp hx).right

end Compact
