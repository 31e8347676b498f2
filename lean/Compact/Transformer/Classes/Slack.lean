prelude
import Compact.Transformer.Classes.Mix
import Compact.Transformer.Enclosure.Narrow
import Compact.Packed.Running
/-!
# What rounding costs a class

`slackRow` computes, for all maxima `m` of one query at once, a number that is at least the slack of any input with
that maximum: a running maximum over the tokens up to `m`, times the number of positions, plus the query's own.
-/
namespace Compact

/-- At least the slack of the token with the factor `e` at any position, when the factors of positions are at most
`top` and their intervals no longer than `gap`. -/
noncomputable def tokenSlack (B top gap : Nat) (e : Nat × Nat) : Nat :=
  Nat.add (Nat.mul (Nat.add (Nat.mul e.1 gap) (Nat.mul (Nat.sub e.2 e.1) top)) B) (Nat.mul 3 (Nat.mul e.2 top))

/-- The slacks of the classes with the maxima `0, 1, ...`, in order; `own` is the slack of the query's position. -/
noncomputable def slackRow (B top gap n own : Nat) (es : List (Nat × Nat)) : Nat → List Nat :=
  fold (fun e ih prev => Nat.force (greatest (tokenSlack B top gap e) prev) fun S =>
    Nat.add (Nat.mul n S) own :: ih S) (fun _ => []) es

/-- The slacks of all maxima of the query `q`, from its rows of factors. -/
noncomputable def slacks (B n q : Nat) (es fs : List (Nat × Nat)) : List Nat :=
  Nat.force (maxList (entries (fun f => f.2) n fs)) fun top =>
  Nat.force (maxList (entries (fun f => Nat.sub f.2 f.1) n fs)) fun gap =>
  Nat.force (slack B (Nat.mul (nth (0, 0) es q).1 (nth (0, 0) fs n).1, Nat.mul (nth (0, 0) es q).2 (nth (0, 0) fs n).2))
    fun own => slackRow B top gap n own es 0

theorem slackRow_cons (B top gap n own : Nat) (e : Nat × Nat) (es : List (Nat × Nat)) (prev : Nat) :
    slackRow B top gap n own (e :: es) prev = (n * greatest (tokenSlack B top gap e) prev + own) ::
      slackRow B top gap n own es (greatest (tokenSlack B top gap e) prev) :=
  Nat.force_eq _ fun S => Nat.add (Nat.mul n S) own :: slackRow B top gap n own es S

theorem length_slackRow (B top gap n own : Nat) (es : List (Nat × Nat)) (prev : Nat) :
    (slackRow B top gap n own es prev).length = es.length := by
  induction es generalizing prev with
  | nil => rfl
  | cons e es ih => rw [slackRow_cons]; exact congrArg Nat.succ (ih _)

/-- An entry is at least the slack of every token up to it. -/
theorem getD_slackRow (B top gap n own : Nat) {es : List (Nat × Nat)} {prev m : Nat} (hm : m < es.length) :
    ∃ S, (slackRow B top gap n own es prev).getD m 0 = n * S + own ∧ prev ≤ S ∧
      ∀ k, k ≤ m → tokenSlack B top gap (es.getD k (0, 0)) ≤ S := by
  induction es generalizing prev m with
  | nil => exact absurd hm (Nat.not_lt_zero m)
  | cons e es ih =>
    rw [slackRow_cons]
    cases m with
    | zero =>
      refine ⟨_, rfl, le_greatest_right _ _, fun k hk => ?_⟩
      rw [Nat.eq_zero_of_le_zero hk]
      exact le_greatest_left _ _
    | succ m =>
      match ih (prev := greatest (tokenSlack B top gap e) prev) (Nat.lt_of_succ_lt_succ hm) with
      | ⟨S, hS, hprev, hk⟩ =>
        refine ⟨S, hS, Nat.le_trans (le_greatest_right _ _) hprev, fun k hkm => ?_⟩
        cases k with
        | zero => exact Nat.le_trans (le_greatest_left _ _) hprev
        | succ k => exact hk k (Nat.le_of_succ_le_succ hkm)

/-- The slack of one position. -/
theorem slack_le_tokenSlack {B top gap : Nat} {e f : Nat × Nat} (htop : f.2 ≤ top) (hgap : f.2 - f.1 ≤ gap) :
    slack B (e.1 * f.1, e.2 * f.2) ≤ tokenSlack B top gap e := by
  have key : e.2 * f.2 - e.1 * f.1 ≤ e.1 * gap + (e.2 - e.1) * top := by
    refine Nat.sub_le_of_le_add ?_
    refine Nat.le_trans (Nat.mul_le_mul_right f.2 (Nat.le_add_of_sub_le (Nat.le_refl (e.2 - e.1)))) ?_
    rw [Nat.add_mul]
    have h1 : (e.2 - e.1) * f.2 ≤ (e.2 - e.1) * top := Nat.mul_le_mul_left _ htop
    have h2 : e.1 * f.2 ≤ e.1 * (gap + f.1) := Nat.mul_le_mul_left _ (Nat.le_add_of_sub_le hgap)
    exact Nat.le_of_linear (Nat.add_le_add h1 h2) (by ring [e.2 - e.1, f.2, f.1, e.1, gap, top])
  exact Nat.add_le_add (Nat.mul_le_mul_right B key) (Nat.mul_le_mul_left 3 (Nat.mul_le_mul_left e.2 htop))

/-- The computed slacks are enough. -/
theorem getD_slacks (T : Enclosure) (B n : Nat) {q m : Nat} (hm : m < (T.tokenExp.getD q []).length) :
    ∃ S, (slacks B n q (T.tokenExp.getD q []) (T.posExp.getD q [])).getD m 0 = T.totalSlack B n q S ∧
      T.SlackLe B n q m S := by
  unfold slacks
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, nth_eq, nth_eq]
  match getD_slackRow B (maxList (entries (fun f => f.2) n (T.posExp.getD q [])))
    (maxList (entries (fun f => Nat.sub f.2 f.1) n (T.posExp.getD q []))) n (slack B (T.factor q q n)) (prev := 0) hm with
  | ⟨S, e, _, hk⟩ =>
    refine ⟨S, e, fun k hkm p hp => Nat.le_trans (slack_le_tokenSlack ?_ ?_) (hk k hkm)⟩
    · have h := getD_le_maxList (entries (fun f => f.2) n (T.posExp.getD q [])) p
      rw [getD_entries _ _ hp] at h
      exact h
    · have h := getD_le_maxList (entries (fun f => Nat.sub f.2 f.1) n (T.posExp.getD q [])) p
      rw [getD_entries _ _ hp] at h
      exact h

theorem length_slacks (B n q : Nat) (es fs : List (Nat × Nat)) : (slacks B n q es fs).length = es.length := by
  unfold slacks
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
  exact length_slackRow _ _ _ _ _ _ _

end Compact
