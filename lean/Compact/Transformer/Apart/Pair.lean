prelude
import Compact.Transformer.Apart.Grades
import Compact.Transformer.Apart.Leads
import Compact.Transformer.Mixture.Spare
/-!
# What can be spared over each output

`spareAt` says what a query and a maximum can spare over every other output.  Over a given output they can spare more: what the rows of the maximum
and of the query's own position fall short of their leads there (`gap`), times the weights.  All classes with other tokens are
decided together, by the least of what they can spare; it is divided into `parts`.
-/
namespace Compact
namespace Apart
noncomputable section

/-- The entry of the maximum less the lead, raised: what an entry of another output falls short of this is beyond the lead. -/
def reach (z entry lead : Nat) : Nat := Nat.sub (Nat.add entry z) lead

/-- What may be taken for each level over each output below the maximum, packed. -/
def spareRow (unit alpha beta reachSelf reachOwn one cut self own : Nat) : Nat :=
  Nat.sub (Nat.mul (Nat.add unit (Nat.add (Nat.mul alpha reachSelf) (Nat.mul beta reachOwn))) one)
    (Nat.add (Nat.mul alpha (Nat.mod self cut)) (Nat.mul beta (Nat.mod own cut)))

end

/-! ## Numbers -/

theorem reach_spec {z entry lead other : Nat} (h : lead + other ≤ z + entry) :
    other ≤ reach z entry lead ∧ lead + other + (reach z entry lead - other) = z + entry := by
  have le : other ≤ reach z entry lead := by
    refine Nat.le_sub_of_add_le ?_
    exact Nat.le_trans (Nat.le_of_eq (Nat.add_comm _ _)) (Nat.le_trans h (Nat.le_of_eq (Nat.add_comm _ _)))
  refine ⟨le, ?_⟩
  rw [Nat.add_assoc, Nat.add_sub_of_le le]
  show lead + (entry + z - lead) = _
  rw [Nat.add_sub_of_le (Nat.le_trans (Nat.le_add_right lead other) (Nat.le_trans h (Nat.le_of_eq (Nat.add_comm _ _)))), Nat.add_comm]

/-- The lanes of `spareRow`. -/
theorem spareRow_eq {L v m unit alpha beta reachSelf reachOwn : Nat} {self own : Nat → Nat} (hm : m ≤ v)
    (self_lt : ∀ j, j < v → self j < 2 ^ L) (own_lt : ∀ j, j < v → own j < 2 ^ L)
    (self_le : ∀ s, s < m → self s ≤ reachSelf) (own_le : ∀ s, s < m → own s ≤ reachOwn)
    (fits : unit + (alpha * reachSelf + beta * reachOwn) < 2 ^ L) {s : Nat} (hs : s < m) :
    digit L (spareRow unit alpha beta reachSelf reachOwn (ones L m) (2 ^ (L * m)) (pack L v self) (pack L v own)) s =
      unit + (alpha * (reachSelf - self s) + beta * (reachOwn - own s)) := by
  have each (s : Nat) (hs : s < m) : alpha * self s + beta * own s + (unit + (alpha * (reachSelf - self s) + beta * (reachOwn - own s))) =
      unit + (alpha * reachSelf + beta * reachOwn) := by
    have a : alpha * reachSelf = alpha * (self s + (reachSelf - self s)) := by rw [Nat.add_sub_of_le (self_le s hs)]
    have b : beta * reachOwn = beta * (own s + (reachOwn - own s)) := by rw [Nat.add_sub_of_le (own_le s hs)]
    rw [a, b]
    exact regroup _ _ _ _ _ _ _
  have row : spareRow unit alpha beta reachSelf reachOwn (ones L m) (2 ^ (L * m)) (pack L v self) (pack L v own) =
      pack L m fun s => unit + (alpha * reachSelf + beta * reachOwn) - (alpha * self s + beta * own s) := by
    show (unit + (alpha * reachSelf + beta * reachOwn)) * ones L m - (alpha * (pack L v self % 2 ^ (L * m)) + beta * (pack L v own % 2 ^ (L * m))) = _
    rw [pack_mod self_lt hm, pack_mod own_lt hm, mul_ones, mul_pack, mul_pack, pack_add]
    exact pack_sub L fun s hs => Nat.le_trans (Nat.le_add_right _ _) (Nat.le_of_eq (each s hs))
  rw [row, digit_pack L (fun s _ => Nat.lt_of_le_of_lt (Nat.sub_le _ _) fits) hs, ← each s hs, Nat.add_sub_cancel_left]
where
  regroup (a b p g l h u : Nat) : a * p + b * l + (u + (a * g + b * h)) = u + (a * (p + g) + b * (l + h)) := by
    ring [a, b, p, g, l, h, u]

/-- What can be spared over one output, in naturals; `g` and `h` are what entries fall short of leads. -/
theorem le_of_spareAt {U e w s o z p p' l l' g h SL k : Nat} (hs : s + p + g = z + p') (ho : o + l + h = z + l')
    (spare : spareAt (e * s) (e * z) (w * o) (w * z + SL) U = k + 1) :
    U * (e * p) + w * l + SL + (k + (U * e * g + w * h) + 1) ≤ U * (e * p') + w * l' := by
  have le : k + 1 + (U * (e * z) + (w * z + SL)) ≤ U * (e * s) + w * o := by
    refine Nat.add_le_of_le_sub ?_ (Nat.le_of_eq spare.symm)
    exact Nat.le_of_lt (Nat.lt_of_sub_pos (Nat.lt_of_lt_of_le (Nat.zero_lt_succ k) (Nat.le_of_eq spare.symm)))
  have both : U * (e * (s + p + g)) + w * (o + l + h) = U * (e * (z + p')) + w * (z + l') := by rw [hs, ho]
  refine Nat.le_of_linear (Nat.add_le_add le (Nat.le_of_eq both)) ?_
  exact regroup _ _ _ _ _ _ _ _ _ _ _ _ _ _
where
  regroup (U e w s o z p p' l l' g h SL k : Nat) :
      U * (e * p') + w * l' + (k + 1 + (U * (e * z) + (w * z + SL)) + (U * (e * (s + p + g)) + w * (o + l + h))) =
        U * (e * p) + w * l + SL + (k + (U * e * g + w * h) + 1) + (U * (e * s) + w * o + (U * (e * (z + p')) + w * (z + l'))) := by
    ring [U, e, w, s, o, z, p, p', l, l', g, h, SL, k]

/-- All parts of what is spared. -/
theorem parts_le {whole unit alpha beta U e w g h k : Nat} (hu : unit * whole ≤ k) (ha : alpha * whole ≤ U * e) (hb : beta * whole ≤ w) :
    whole * (unit + (alpha * g + beta * h)) ≤ k + (U * e * g + w * h) := by
  refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.add_le_add hu (Nat.add_le_add (Nat.mul_le_mul_right g ha) (Nat.mul_le_mul_right h hb)))
  ring [whole, unit, alpha, beta, g, h]

/-! ## What they say -/

section
variable {R : Type} [ExpField R] {T : Enclosure} {X : Nat → Nat} {n q m : Nat}

/-- What can be spared over one output. -/
theorem lt_spared {U SL k t : Nat} (le : U * (T.tokenLo q m * T.path X q m t) + T.tokenLo q q * T.posLo q n * T.lane q q n t + SL + (k + 1) ≤
      U * (T.tokenLo q m * T.path X q m m) + T.tokenLo q q * T.posLo q n * T.lane q q n m) : ofNat R k < spared R T X n q m SL U t := by
  have all := ofNat_le (R := R) le
  refine lt_of_lt_of_le (ofNat_lt (Nat.lt_succ_self k)) ?_
  unfold spared share queryShare
  rw [ofNat_add _ (k + 1), ofNat_add _ SL, ofNat_add (U * (T.tokenLo q m * T.path X q m t)),
    ofNat_add (U * (T.tokenLo q m * T.path X q m m)), ofNat_mul U, ofNat_mul U] at all
  exact le_of_linear all (regroup _ _ _ _ _ _ _)
where
  regroup (u a b c d s k : R) : u * (a - b) + (c - d - s) + (u * b + d + s + k) = k + (u * a + c) := by
    ring [u, a, b, c, d, s, k]

/-- What a token lacks at most. -/
theorem share_ge {s t short : Nat} (h : T.path X q s t ≤ T.path X q s m + short) :
    -ofNat R (T.tokenLo q s * short) ≤ share R T X q m t s := by
  have h := ofNat_le (R := R) (Nat.mul_le_mul_left (T.tokenLo q s) h)
  rw [Nat.mul_add, ofNat_add] at h
  unfold share
  exact le_of_linear h (regroup _ _ _)
where
  regroup (a b c : R) : a - b + b = -c + (a + c) := by ring [a, b, c]

/-- In between, more than at one of two weights. -/
theorem spared_between {SL U V W t : Nat} {κ : R} (hUV : U ≤ V) (hVW : V ≤ W) (atLow : κ < spared R T X n q m SL U t)
    (atHigh : κ < spared R T X n q m SL W t) : κ < spared R T X n q m SL V t := by
  have between := affine_pos (F := 0) (b := 0) (C := queryShare R T n q m SL t - κ) (ofNat_le (R := R) hUV)
    (ofNat_le hVW) (lt_of_linear atLow (move _ _ _ _)) (lt_of_linear atHigh (move _ _ _ _))
  exact lt_of_linear between (move' _ _ _ _)
where
  move (u a s κ : R) : u * a + (0 - u) * 0 + (s - κ) + κ = 0 + (u * a + s) := by ring [u, a, s, κ]
  move' (u a s κ : R) : u * a + s + 0 = κ + (u * a + (0 - u) * 0 + (s - κ)) := by ring [u, a, s, κ]

end
end Apart
end Compact
