prelude
import Compact.Transformer.General.HeadSpares
/-!
# One head, by numbers instead of rows

A cheaper way to `Spares` than comparing a token's row output by output (`General/HeadSpares.lean`): one number says by how much the
path of the maximum leads over all other outputs (the *lead*), and one number for each token by how much less its own path
may (its *shortfall*, which depends neither on the query nor on the head's row).
-/
namespace Compact
namespace Transformer

section
variable {R : Type} [ExpField R] {t : Tables} {T : Enclosure} {X d : Nat → Nat} {q m D SL : Nat}

/-- The maximum's path leads by `G` over all other outputs. -/
def LeadsBy (t : Tables) (T : Enclosure) (X d : Nat → Nat) (m G : Nat) : Prop :=
  ∀ j, j < t.v → j ≠ m → pathOf T X d m j + G ≤ pathOf T X d m m

/-- The lead of the token `s` is smaller than that of the maximum by `a` at most. -/
def ShortBy (t : Tables) (T : Enclosure) (m s a : Nat) : Prop :=
  ∀ j, j < t.v → T.token s j + T.token m m ≤ T.token m j + (T.token s m + a)

/-- The same of the query at its own position. -/
def OwnShortBy (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m o : Nat) : Prop :=
  ∀ j, j < t.v → T.token q j + T.pos t.n j + (T.token m m + X m) ≤ T.token m j + X j + (T.token q m + T.pos t.n m + o)

theorem path_short {G s a j : Nat} (lead : LeadsBy t T X d m G) (short : ShortBy t T m s a) (hj : j < t.v) (hne : j ≠ m) :
    pathOf T X d s j + G ≤ pathOf T X d s m + a := by
  refine Nat.le_of_linear (Nat.add_le_add (lead j hj hne) (short j hj)) ?_
  show d m + T.token s m + X m + a + (d j + T.token m j + X j + G + (T.token s j + T.token m m)) =
    d j + T.token s j + X j + G + (d m + T.token m m + X m + (T.token m j + (T.token s m + a)))
  ring [d j, d m, T.token s j, T.token s m, T.token m j, T.token m m, X j, X m, G, a]

theorem own_short {G o j : Nat} (lead : LeadsBy t T X d m G) (short : OwnShortBy t T X q m o) (hj : j < t.v) (hne : j ≠ m) :
    ownOf t T d q j + G ≤ ownOf t T d q m + o := by
  refine Nat.le_of_linear (Nat.add_le_add (lead j hj hne) (short j hj)) ?_
  show d m + T.token q m + T.pos t.n m + o +
      (d j + T.token m j + X j + G + (T.token q j + T.pos t.n j + (T.token m m + X m))) =
    d j + T.token q j + T.pos t.n j + G +
      (d m + T.token m m + X m + (T.token m j + X j + (T.token q m + T.pos t.n m + o)))
  ring [d j, d m, T.token q j, T.token q m, T.token m j, T.token m m, X j, X m, G, o, T.pos t.n j, T.pos t.n m]

/-- From naturals to the field. -/
theorem le_spared {κ U a a' b b' s : Nat} (h : κ + 1 + U * a' + b' + s ≤ U * a + b) :
    ofNat R κ + 1 ≤ ofNat R U * (ofNat R a - ofNat R a') + (ofNat R b - ofNat R b' - ofNat R s) := by
  have h := ofNat_le (R := R) h
  rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add, ofNat_add, ofNat_mul, ofNat_mul] at h
  exact le_of_linear h (regroup _ _ _ _ _ _ _)
where
  regroup (κ u a a' b b' s : R) : u * (a - a') + (b - b' - s) + (κ + 1 + u * a' + b' + s) = κ + 1 + (u * a + b) := by
    ring [κ, u, a, a', b, b', s]

/-- What is spared with the weight `U` of the maximum, from the lead and the shortfall at the query's own position. -/
theorem lt_spared {G o κ U : Nat} (h : Known t T X d q m D SL) (small : t.width < t.bits) (lead : LeadsBy t T X d m G)
    (own : OwnShortBy t T X q m o)
    (enough : κ + (T.tokenLo q q * T.posLo q t.n * o + (SL + 1)) ≤ (U * T.tokenLo q m + T.tokenLo q q * T.posLo q t.n) * G)
    {j : Nat} (hj : j < t.v) (hne : j ≠ m) :
    ofNat R κ < spared R (withDirect T q (Known.rowList t D)) X t.n q m SL U j := by
  refine lt_of_lt_of_le (lt_add_one _) ?_
  unfold spared
  rw [h.share_eq small m hj, h.queryShare_eq small hj]
  refine le_spared ?_
  have path := Nat.mul_le_mul_left (U * T.tokenLo q m) (lead j hj hne)
  have other := Nat.mul_le_mul_left (T.tokenLo q q * T.posLo q t.n) (own_short lead own hj hne)
  generalize T.tokenLo q q * T.posLo q t.n = w at other enough ⊢
  generalize T.tokenLo q m = e at path enough ⊢
  generalize pathOf T X d m m = pm at path ⊢
  generalize pathOf T X d m j = pj at path ⊢
  generalize ownOf t T d q m = om at other ⊢
  generalize ownOf t T d q j = oj at other ⊢
  refine Nat.le_of_linear (Nat.add_le_add (Nat.add_le_add path other) enough) ?_
  ring [U, e, pm, pj, w, om, oj, κ, SL, o, G]

/-- What is known of the class with `c` other tokens: a lead of the maximum's path, a number that can be spared, and how much of
it each token takes. -/
theorem Known.spares_of_leads {G o κ c parts : Nat} {a level : Nat → Nat} {tokens : List Nat} (h : Known t T X d q m D SL)
    (small : t.width < t.bits) (hn : 1 ≤ t.n) (hparts : 0 < parts) (lead : LeadsBy t T X d m G) (own : OwnShortBy t T X q m o)
    (enough : κ + (T.tokenLo q q * T.posLo q t.n * o + (SL + 1)) ≤
      (t.entry t.low q (t.n - c) * T.tokenLo q m + T.tokenLo q q * T.posLo q t.n) * G)
    (each : ∀ s, s ∈ tokens → s < t.v ∧ ShortBy t T m s (a s) ∧
      T.tokenLo q s * (a s - G) * (t.entry t.high q 1 * parts) ≤ level s * κ) :
    Spares R (withDirect T q (rowList t D)) X t.v t.n SL q m c (t.entry t.high q 1) parts tokens level := by
  have low := h.describe.weights q (t.n - c) h.q_lt (Nat.sub_le _ _)
  have mass_le : t.entry t.low q (t.n - c) ≤ T.mass q t.n := by
    match low.high with
    | ⟨_, e⟩ => exact Nat.le_trans low.low_le_high (e ▸ highMass_le _ _ _ _)
  refine ⟨hparts, ?_, ?_⟩
  · match (h.describe.weights q 1 h.q_lt hn).high with
    | ⟨T', e⟩ => exact ⟨T', e⟩
  · match low.low with
    | ⟨threshold, e⟩ =>
      refine ⟨threshold, fun j hj hne => ⟨ofNat R κ, ofNat_nonneg κ, ?_, ?_, fun s hs => ?_⟩⟩
      · have e' : lowMass ((withDirect T q (rowList t D)).posLows q t.n) (t.n - c) threshold = t.entry t.low q (t.n - c) := e.symm
        rw [e']
        exact lt_spared h small lead own enough hj hne
      · refine lt_spared h small lead own (Nat.le_trans enough (Nat.mul_le_mul_right G ?_)) hj hne
        exact Nat.add_le_add_right (Nat.mul_le_mul_right _ mass_le) _
      · match each s hs with
        | ⟨_, short, takes⟩ =>
          rw [h.share_eq small s hj]
          exact enough_of_takes (path_short lead short hj hne) takes
where
  /-- A token whose path leads by `G - a` takes no more than its level says. -/
  enough_of_takes {e a G l κ b parts pm pj : Nat} (path : pj + G ≤ pm + a) (takes : e * (a - G) * (b * parts) ≤ l * κ) :
      0 ≤ ofNat R l * ofNat R κ + ofNat R b * ofNat R parts * (ofNat R (e * pm) - ofNat R (e * pj)) := by
    have le : pj ≤ pm + (a - G) := Nat.le_of_add_le_add_right (Nat.le_trans path (by
      rw [Nat.add_assoc]
      exact Nat.add_le_add_left (Nat.le_add_of_sub_le (Nat.le_refl _)) _))
    have all : b * parts * (e * pj) ≤ b * parts * (e * pm) + l * κ := by
      refine Nat.le_trans (Nat.mul_le_mul_left _ (Nat.mul_le_mul_left e le)) ?_
      rw [Nat.mul_add, Nat.mul_add]
      exact Nat.add_le_add_left (Nat.le_trans (Nat.le_of_eq (Nat.mul_comm _ _)) takes) _
    have all := ofNat_le (R := R) all
    rw [ofNat_add, ofNat_mul (b * parts), ofNat_mul (b * parts), ofNat_mul b, ofNat_mul l] at all
    exact le_of_linear all (gather _ _ _ _ _ _)
  gather (l κ b p x y : R) : l * κ + b * p * (x - y) + b * p * y = 0 + (b * p * x + l * κ) := by
    ring [l, κ, b, p, x, y]

end
end Transformer
end Compact
