prelude
import Compact.Transformer.Strategy.Mixed.Check
import Compact.Transformer.Strategy.Quartic.Pair
/-!
# Mixed: one query and one maximum

What different parts certify may be put together: `Decides` is about sets of tokens (`Decides.append`).  Tokens that pass
at the ends of all classes together pass at those of each run (`Decides.between`).
-/
namespace Compact

theorem List.nodup_append {α : Type} {l l' : List α} (h : l.Nodup) (h' : l'.Nodup) (disjoint : ∀ a, a ∈ l → ¬ a ∈ l') :
    (l ++ l').Nodup := by
  induction l with
  | nil => exact h'
  | cons a l ih =>
    refine ⟨fun ha => ?_, ih h.right fun b hb => disjoint b (List.Mem.tail a hb)⟩
    exact (List.mem_append.mp ha).elim h.left (disjoint a (List.Mem.head l))

section
variable {T : Enclosure} {X : Nat → Nat} {v n SL q m U U' V V' : Nat}

/-- Different tokens that pass at the same weights. -/
theorem Decides.append {size size' : Nat} {S S' : List Nat} (h : Decides T X v n SL q m U U' size S)
    (h' : Decides T X v n SL q m U U' size' S') (disjoint : ∀ s, s ∈ S → ¬ s ∈ S') :
    Decides T X v n SL q m U U' (size + size') (S ++ S') := by
  have either {p : Nat → Prop} (hp : ∀ s, s ∈ S → p s) (hp' : ∀ s, s ∈ S' → p s) : ∀ s, s ∈ S ++ S' → p s :=
    fun s hs => (List.mem_append.mp hs).elim (hp s) (hp' s)
  refine ⟨List.nodup_append h.nodup h'.nodup disjoint, either h.lt h'.lt, ?_, either h.low h'.low, either h.high h'.high⟩
  rw [List.length_append]
  exact Nat.add_le_add h.size_le h'.size_le

/-- Tokens that pass at two weights pass at weights between them. -/
theorem Decides.between {size : Nat} {S : List Nat} (h : Decides T X v n SL q m U U' size S) (hU' : U' ≤ T.mass q n)
    (low : U ≤ V ∧ V ≤ U') (high : U ≤ V' ∧ V' ≤ U') : Decides T X v n SL q m V V' size S :=
  ⟨h.nodup, h.lt, h.size_le, fun s hs => (h.low s hs).between low.left low.right hU' (h.high s hs),
    fun s hs => (h.low s hs).between high.left high.right hU' (h.high s hs)⟩

end

namespace Mixed

/-- What is counted after a split, whatever it leaves. -/
theorem atLeast_split {α β : Type} {value : α → β → Nat} {p : Nat → Bool} {k : Nat → List Nat → Nat} {xs : List α}
    {ys : List β} {passed : Nat} {failed : List Nat} {P : List Nat → Prop}
    (h : ∀ passed' failed', (∀ r : Nat → Bool, (∀ G, G ∈ values value xs ys → p G = true → r G = true) →
      passed' + countIf r failed' = passed + countIf r failed + countIf r (values value xs ys)) →
      AtLeast (k passed' failed') P) : AtLeast (split value p k xs ys passed failed) P :=
  match split_spec value p k xs ys passed failed with
  | ⟨passed', failed', eq, spec⟩ => AtLeast.weaken (Nat.le_of_eq eq) (h passed' failed' spec)

/-- The row of a token. -/
theorem read_tokenRows {t : Tables} {T : Enclosure} (hT : t.Describe T) (width_le : t.width + 2 ≤ t.bits) {k : Nat}
    (hk : k < t.v) : readLane (t.bits * t.v) (tokenRows t) k = t.token.getD k 0 := by
  have entry {j : Nat} (hj : j < t.v) : (tabulateFold (fun k => nth 0 t.token k) t.v 0).getD j 0 = t.token.getD j 0 := by
    rw [tabulateFold_eq, List.getD_tabulateFrom 0 hj, Nat.zero_add, nth_eq]
  have len : (tabulateFold (fun k => nth 0 t.token k) t.v 0).length = t.v := by
    rw [tabulateFold_eq, List.length_tabulateFrom]
  show digit (t.bits * t.v) (packList (t.bits * t.v) _) k = _
  rw [packList_eq, len, digit_pack _ (fun j hj => ?_) hk, entry hk]
  rw [entry hj, hT.token j hj]
  refine pack_lt _ fun i _ => Nat.lt_of_lt_of_le (lt_of_narrowRows (Bool.and_left hT.narrow) j i) ?_
  exact Nat.pow_le_pow_right Nat.two_pos (Nat.le_trans (Nat.le_add_right _ 2) width_le)

/-- The gaps of a token. -/
theorem tokenGaps_eq {t : Tables} {T : Enclosure} (hT : t.Describe T) (width_le : t.width + 2 ≤ t.bits) {m s : Nat}
    (hs : s < t.v) : tokenGaps (Quartic.Setup.of t) (tokenRows t) m s =
      Quartic.gaps (Quartic.Setup.of t) m (Quartic.Setup.of t).unit (t.token.getD s 0) := by
  have e : readLane (Quartic.Setup.of t).rowBits (tokenRows t) s = t.token.getD s 0 := read_tokenRows hT width_le hs
  unfold tokenGaps
  rw [Nat.force_eq, e]

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {T : Enclosure} {X : Nat → Nat}
  {q m S k : Nat} (c : Quartic.Context R P prec t T X q m S k)
include c

/-- The factor of a token. -/
theorem factor_eq {s : Nat} (hs : s < t.v) : factor (Quartic.Setup.of t) (Quartic.Query.at (Quartic.Setup.of t) t q) s =
    (T.tokenLo q s, (Quartic.Setup.of t).offset - T.tokenLo q s * (4 * 2 ^ t.width)) := by
  have e : readLane (Quartic.Setup.of t).bits (Quartic.Query.at (Quartic.Setup.of t) t q).tokenLo s = T.tokenLo q s := by
    show digit t.bits (nth 0 t.tokenLo q) s = _
    rw [nth_eq]
    exact c.describe.tokenLo q s c.q_lt hs
  unfold factor
  rw [Nat.force_eq, e]
  rfl

/-- The gaps of the tokens `κ, ..., m - 1`, times their factors. -/
noncomputable def gapsFrom (t : Tables) (q m κ : Nat) : List Nat :=
  values (Quartic.scaled (Quartic.Setup.of t) (Quartic.gaps (Quartic.Setup.of t) m (Quartic.Setup.of t).unit
      (Quartic.Query.at (Quartic.Setup.of t) t q).direct))
    (tabulateFold (factor (Quartic.Setup.of t) (Quartic.Query.at (Quartic.Setup.of t) t q)) (m - κ) κ)
    (tabulateFold (fun k => Nat.add (tokenGaps (Quartic.Setup.of t) (tokenRows t) m k)
      (Quartic.gaps (Quartic.Setup.of t) m (Nat.mul 2 (Quartic.Setup.of t).unit) (nth 0 t.position m))) (m - κ) κ)

omit c in
theorem length_gapsFrom (κ : Nat) : (gapsFrom t q m κ).length = m - κ := by
  unfold gapsFrom
  rw [tabulateFold_eq, tabulateFold_eq, length_values _ (by rw [List.length_tabulateFrom, List.length_tabulateFrom]; exact Nat.le_refl _),
    List.length_tabulateFrom]

theorem getD_gapsFrom {κ i : Nat} (hi : κ + i < m) :
    (gapsFrom t q m κ).getD i 0 = pack t.bits t.v (Quartic.tokenRow t T X q m (κ + i)) := by
  have hs := Nat.lt_trans hi c.m_lt
  have hi : i < m - κ := Nat.lt_sub_of_add_lt (Nat.add_comm κ i ▸ hi)
  unfold gapsFrom values
  rw [tabulateFold_eq, tabulateFold_eq, getD_foldZip _ (by rw [List.length_tabulateFrom]; exact hi)
    (by rw [List.length_tabulateFrom]; exact hi) (0, 0) 0, List.getD_tabulateFrom _ hi, List.getD_tabulateFrom _ hi,
    tokenGaps_eq c.describe c.width_le hs, factor_eq c hs, nth_eq]
  exact Quartic.scaled_gaps c.describe c.width_le c.rows c.position c.q_lt hs

/-- What is counted when the tokens below `κ` pass and those from `κ` on are compared. -/
theorem compared_atLeast (hn : 0 < t.n) {κ : Nat} (D : Decides T X t.v t.n (T.totalSlack t.ceiling t.n q S) q m
      (t.entry t.low q (Quartic.fewest t.n q m)) (t.entry t.high q (t.n - 1)) κ (List.range κ)) (runBits N : Nat) : AtLeast
    (compared (Quartic.Setup.of t) (binoms t.n t.n 1) runBits N (tokenRows t)
      (Quartic.gaps (Quartic.Setup.of t) m (Nat.mul 2 (Quartic.Setup.of t).unit) (nth 0 t.position m)) κ
      (Quartic.Maximum.of (Quartic.Setup.of t) t m) (Quartic.Query.at (Quartic.Setup.of t) t q)
      (Quartic.gaps (Quartic.Setup.of t) m (Quartic.Setup.of t).unit (Quartic.Query.at (Quartic.Setup.of t) t q).direct)
      (pack t.bits t.v (Quartic.tokenRow t T X q m m)) (pack t.bits t.v (Quartic.queryRow t T q m S)))
    fun x => (P x ∧ maximum x = m) ∧ lastToken x = q := by
  have hκ : κ ≤ m := match κ, D with
    | 0, _ => Nat.zero_le m
    | κ + 1, D => D.lt κ (List.mem_range.mpr (Nat.lt_succ_self κ))
  have len : κ + (gapsFrom t q m κ).length ≤ m := by
    rw [length_gapsFrom, Nat.add_comm, Nat.sub_add_cancel hκ]
    exact Nat.le_refl m
  have row : ∀ i, i < (gapsFrom t q m κ).length →
      (gapsFrom t q m κ).getD i 0 = pack t.bits t.v (Quartic.tokenRow t T X q m (κ + i)) :=
    fun i hi => getD_gapsFrom c (Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi κ) len)
  unfold compared
  rw [Quartic.Test.force_eq, Nat.force_eq, forceList_eq]
  refine atLeast_split fun passed failed spec => ?_
  rw [Nat.force_eq]
  refine atLeast_runs R ⟨c.judges, c.describe, c.m_lt, c.q_le, c.noBetter, c.slackLe⟩
    (nth_eq _ _ _) (nth_eq _ _ _) (fun h => c.alone_passes h) (fun _ c₁ c₂ h₁ h₁₂ h₂ => ?_) runBits N
  match Quartic.weights_between c.describe c.q_lt h₁ h₁₂ h₂ with
  | ⟨le, low, high⟩ =>
    have spec : ∀ r : Nat → Bool, (∀ G, G ∈ gapsFrom t q m κ → (Quartic.testOf t T X q m S
        [t.entry t.low q (Quartic.fewest t.n q m), t.entry t.high q (t.n - 1)]).run G = true → r G = true) →
        passed + countIf r failed = κ + countIf r [] + countIf r (gapsFrom t q m κ) := by
      have e : Quartic.testOf t T X q m S [t.entry t.low q (Quartic.fewest t.n q m), t.entry t.high q (t.n - 1)] =
          Quartic.Ends.test (Bool.rec (motive := fun _ => Quartic.Ends) (Quartic.Query.at (Quartic.Setup.of t) t q).less
            (Quartic.Query.at (Quartic.Setup.of t) t q).same (Nat.beq q m)) (Lane.of t.bits (ones t.bits t.v) m).mask
            (pack t.bits t.v (Quartic.tokenRow t T X q m m)) (pack t.bits t.v (Quartic.queryRow t T q m S)) := by
        rw [c.all_eq hn]
        rfl
      rw [e]
      exact spec
    refine ⟨_, of_eq (c.size_spec len row le low high spec)
      ((D.between le low high).append (c.selects len row (Nat.le_trans low.right le) (Nat.le_trans high.right le))
        fun s hs hs' => ?_)⟩
    match mem_select hs' with
    | ⟨j, _, e, _⟩ => exact Nat.lt_irrefl s (Nat.lt_of_lt_of_le (List.mem_range.mp hs) (e ▸ Nat.le_add_right κ j))
where
  of_eq {SL V V' size size' : Nat} {tokens : List Nat} (e : size = size')
      (h : Decides T X t.v t.n SL q m V V' size' tokens) : Decides T X t.v t.n SL q m V V' size tokens := e ▸ h

end
end Mixed
end Compact
