prelude
import Compact.Transformer.Strategy.MlpQuartic.Rounded
/-!
# Numbers of all neurons, in lanes

What is left of the ReLUs of all neurons, for a head, a query, a maximum and a token, is one difference of lanes cut off at zero (`leftLanes`), made of
the head's shares of the neurons' own numbers, of the token's numbers and of the highest of positions (`mostLanes`).
-/
namespace Compact
namespace Transformer
namespace MlpHeads
open MlpQuartic (land_lanes lanesFor placeOf placesOf placeOf_lt lanesOf above digit_joined getD_applied above_eq below_eq over under Setting blockTables
  sub_le_sub_of)
open HeadsBruteForce (HeadTables)
noncomputable section

/-- The low bits of each lane (`mask` says how many). -/
def clean (mask N : Nat) : Nat := Nat.land N mask

/-- The same without the lowest lane.  (There stands a mark that tells literals apart, which must not be taken off again in a difference: the kernel's caches look
at the lowest 64 bits.) -/
def bared (l mask N : Nat) : Nat := clean mask (Nat.mul (Nat.div N (Nat.pow 2 l)) (Nat.pow 2 l))

/-- Lane by lane the highest difference of two numbers, `V` higher, over `count` positions. -/
def mostLanes (tops low V : Nat) (As Bs : List Nat) (count : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun p ih => Nat.force p fun p => Nat.force ih fun N =>
    lanesMax tops low (Nat.sub (Nat.add (nth 0 As p) V) (nth 0 Bs p)) N) count

/-- What is left of ReLUs at most: for shares `mine - other`, a token's numbers `up - down`, and the highest of positions. -/
def leftLanes (tops low three V mine other up down most : Nat) : Nat :=
  lanesMonus tops low (Nat.add (Nat.add (Nat.add mine up) most) three) (Nat.add (Nat.add other down) V)

end

section
variable {l P k : Nat}

theorem clean_eq (hk : k ≤ l) (N : Nat) : clean ((2 ^ k - 1) * ones l P) N = pack l P fun p => digit l N p % 2 ^ k := by
  unfold clean
  rw [mul_ones, land_lanes _ _ _ fun p _ => two_pow_sub_one_lt_of_le hk]
  exact pack_congr l fun p _ => lowBits_eq k (digit l N p)

/-- Other lanes stay. -/
theorem digit_bared (l N p : Nat) : digit l (N / 2 ^ l * 2 ^ l) (p + 1) = digit l N (p + 1) := by
  show N / 2 ^ l * 2 ^ l / 2 ^ (l * p + l) % 2 ^ l = N / 2 ^ (l * p + l) % 2 ^ l
  have e : 2 ^ (l * p + l) = 2 ^ l * 2 ^ (l * p) := by rw [Nat.pow_add, Nat.mul_comm]
  rw [e, ← Nat.div_div_eq_div_mul, ← Nat.div_div_eq_div_mul, Nat.mul_div_cancel _ (Nat.two_pow_pos l)]

/-- What `mostLanes` is. -/
theorem mostLanes_spec (hl : 0 < l) (room : 2 * 2 ^ k < 2 ^ (l - 1)) {As Bs : List Nat} {a b : Nat → Nat → Nat} {count : Nat}
    (hA : ∀ p, p < count → As.getD p 0 = pack l P (a p)) (hB : ∀ p, p < count → Bs.getD p 0 = pack l P (b p))
    (ha : ∀ p, p < count → ∀ j, j < P → a p j < 2 ^ k) (hb : ∀ p, p < count → ∀ j, j < P → b p j < 2 ^ k) :
    ∃ X : Nat → Nat, mostLanes (2 ^ (l - 1) * ones l P) (l - 1) (2 ^ k * ones l P) As Bs count = pack l P X ∧ (∀ j, j < P → X j ≤ 2 * 2 ^ k) ∧
      (∀ j, j < P → ∀ e, (∀ p, p < count → a p j ≤ e) → X j ≤ 2 ^ k + e) ∧ ∀ p, p < count → ∀ j, j < P → a p j + 2 ^ k ≤ X j + b p j := by
  induction count with
  | zero => exact ⟨fun _ => 0, (pack_zero l P).symm, fun _ _ => Nat.zero_le _, fun _ _ _ _ => Nat.zero_le _, fun p hp => absurd hp (Nat.not_lt_zero p)⟩
  | succ n ih =>
    match ih (fun p hp => hA p (Nat.lt_succ_of_lt hp)) (fun p hp => hB p (Nat.lt_succ_of_lt hp)) (fun p hp => ha p (Nat.lt_succ_of_lt hp))
      (fun p hp => hb p (Nat.lt_succ_of_lt hp)) with
    | ⟨X, packed, le, upper, each⟩ =>
      have hn : n < n + 1 := Nat.lt_succ_self n
      have b_le {j : Nat} (hj : j < P) : b n j ≤ a n j + 2 ^ k := Nat.le_trans (Nat.le_of_lt (hb n hn j hj)) (Nat.le_add_left _ _)
      have shifted : Nat.sub (Nat.add (As.getD n 0) (2 ^ k * ones l P)) (Bs.getD n 0) = pack l P fun j => a n j + 2 ^ k - b n j := by
        rw [hA n hn, hB n hn, mul_ones]
        show pack l P (a n) + pack l P _ - pack l P (b n) = _
        rw [pack_add]
        exact pack_sub l fun j hj => b_le hj
      have shifted_le {j : Nat} (hj : j < P) : a n j + 2 ^ k - b n j ≤ 2 * 2 ^ k :=
        Nat.le_trans (Nat.sub_le _ _) (Nat.two_mul (2 ^ k) ▸ Nat.add_le_add_right (Nat.le_of_lt (ha n hn j hj)) _)
      have step : mostLanes (2 ^ (l - 1) * ones l P) (l - 1) (2 ^ k * ones l P) As Bs (n + 1) =
        Nat.force n fun p => Nat.force (mostLanes (2 ^ (l - 1) * ones l P) (l - 1) (2 ^ k * ones l P) As Bs n) fun N =>
          lanesMax (2 ^ (l - 1) * ones l P) (l - 1) (Nat.sub (Nat.add (nth 0 As p) (2 ^ k * ones l P)) (nth 0 Bs p)) N := rfl
      refine ⟨fun j => X j + (a n j + 2 ^ k - b n j - X j), ?_, fun j hj => grown_le (le j hj) (shifted_le hj), fun j hj e he => ?_, fun p hp j hj => ?_⟩
      · rw [step, Nat.force_eq, Nat.force_eq, nth_eq, nth_eq, packed, shifted]
        exact lanesMax_pack hl (fun j hj => Nat.lt_of_le_of_lt (shifted_le hj) room) fun j hj => Nat.lt_of_le_of_lt (le j hj) room
      · refine grown_le (upper j hj e fun p hp => he p (Nat.lt_succ_of_lt hp)) (Nat.le_trans (Nat.sub_le _ _) ?_)
        rw [Nat.add_comm]
        exact Nat.add_le_add_left (he n hn) _
      · match Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hp) with
        | .inl lt => exact Nat.le_trans (each p lt j hj) (Nat.add_le_add_right (le_grown_left _ _) _)
        | .inr e =>
          subst e
          refine Nat.le_trans (Nat.le_of_eq ?_) (Nat.add_le_add_right (le_grown_right (X j) _) _)
          rw [Nat.sub_add_cancel (b_le hj)]

/-- What `leftLanes` is. -/
theorem leftLanes_eq (hl : 0 < l) (room : 5 * 2 ^ k + 3 < 2 ^ (l - 1)) {mine other up down most : Nat → Nat}
    (hm : ∀ j, j < P → mine j ≤ 2 * 2 ^ k) (ho : ∀ j, j < P → other j ≤ 2 * 2 ^ k) (hu : ∀ j, j < P → up j < 2 ^ k) (hd : ∀ j, j < P → down j < 2 ^ k)
    (hx : ∀ j, j < P → most j ≤ 2 * 2 ^ k) :
    leftLanes (2 ^ (l - 1) * ones l P) (l - 1) (3 * ones l P) (2 ^ k * ones l P) (pack l P mine) (pack l P other) (pack l P up) (pack l P down)
      (pack l P most) = pack l P fun j => mine j + up j + most j + 3 - (other j + down j + 2 ^ k) := by
  unfold leftLanes
  rw [mul_ones l P 3, mul_ones l P (2 ^ k)]
  show lanesMonus _ _ (pack l P mine + pack l P up + pack l P most + pack l P _) (pack l P other + pack l P down + pack l P _) = _
  rw [pack_add, pack_add, pack_add, pack_add, pack_add]
  refine lanesMonus_pack hl (fun j hj => Nat.lt_of_le_of_lt ?_ room) fun j hj => Nat.lt_of_le_of_lt ?_ room
  · refine Nat.le_trans (Nat.add_le_add_right (Nat.add_le_add (Nat.add_le_add (hm j hj) (Nat.le_of_lt (hu j hj))) (hx j hj)) 3) (Nat.le_of_eq ?_)
    ring [2 ^ k]
  · refine Nat.le_trans (Nat.add_le_add_right (Nat.add_le_add (ho j hj) (Nat.le_of_lt (hd j hj))) _) ?_
    refine Nat.le_trans (Nat.le_of_eq (?_ : _ = 4 * 2 ^ k)) (Nat.le_trans (Nat.mul_le_mul_right _ (Nat.le_succ 4)) (Nat.le_add_right _ 3))
    ring [2 ^ k]

end

section
variable {w : Weights} {M : MLP} {c : Params} {B L l n s width blocks : Nat} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting w M c B L l n s width blocks head neurons)
include S

/-- The numbers of neurons of a row of each block. -/
theorem digit_lanesOf {rows : List Nat} {g : Nat → Nat → Nat} (length : rows.length = blocks)
    (hg : ∀ b, b < blocks → rows.getD b 0 = pack l w.d_vocab (g b)) (small : ∀ b, b < blocks → ∀ j, j < w.d_vocab → g b j < 2 ^ c.width) {j : Nat}
    (hj : j < M.d_mlp) :
    digit l (lanesOf (lanesFor l w.d_vocab) (above (lanesFor l w.d_vocab)) rows) (placeOf (lanesFor l w.d_vocab) j) = over w.d_vocab g j ∧
    digit l (lanesOf (lanesFor l w.d_vocab) (MlpQuartic.below (lanesFor l w.d_vocab)) rows) (placeOf (lanesFor l w.d_vocab) j) = under w.d_vocab g j := by
  have half {b : Nat} (hb : b < blocks) (j : Nat) (hj : j < w.d_vocab) : g b j < 2 ^ (l - 1) := S.half_lt (small b hb j hj)
  have vz : w.d_vocab - 1 + 1 = w.d_vocab := Nat.sub_add_cancel (Nat.le_of_succ_le S.two)
  have numbers {op : Nat → Nat} {h : Nat → Nat → Nat} (op_eq : ∀ b, b < blocks → op (pack l w.d_vocab (g b)) = pack l w.d_vocab (h b))
      (h_lt : ∀ b i, b < blocks → i < w.d_vocab → h b i < 2 ^ l) :
      digit l (lanesOf (lanesFor l w.d_vocab) op rows) (placeOf (lanesFor l w.d_vocab) j) = h (j / (w.d_vocab - 1)) (j % (w.d_vocab - 1)) := by
    have len : (mapFold (fun N => Nat.force N op) rows).length = blocks := (length_mapFold _ _).trans length
    refine digit_joined (F := lanesFor l w.d_vocab) _ S.z_pos (fun b hb => ?_) (fun b i hb hi => ?_) (len.symm ▸ (S.block hj).left)
    · have hb' : b < blocks := len ▸ hb
      rw [getD_applied op (length.symm ▸ hb'), hg b hb', op_eq b hb']
      exact congrArg (fun n => pack l n (h b)) vz.symm
    · exact h_lt b i (len ▸ hb) (vz ▸ hi)
  have within {a b : Nat} (h : a < 2 ^ c.width) : a - b < 2 ^ l :=
    Nat.lt_of_le_of_lt (Nat.sub_le _ _) (Nat.lt_of_lt_of_le (S.half_lt h) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)))
  exact ⟨numbers (h := fun b i => g b i - g b (w.d_vocab - 1)) (fun b hb => above_eq S.l_pos S.z_lt (half hb)) fun b i hb hi => within (small b hb i hi),
    numbers (h := fun b i => g b (w.d_vocab - 1) - g b i) (fun b hb => below_eq S.l_pos S.z_lt (half hb)) fun b _ hb _ => within (small b hb _ S.z_lt)⟩

/-- They are small. -/
theorem over_lt {g : Nat → Nat → Nat} (small : ∀ b, b < blocks → ∀ j, j < w.d_vocab → g b j < 2 ^ c.width) {j : Nat} (hj : j < M.d_mlp) :
    over w.d_vocab g j < 2 ^ c.width ∧ under w.d_vocab g j < 2 ^ c.width :=
  ⟨Nat.lt_of_le_of_lt (Nat.sub_le _ _) (small _ (S.block hj).left _ (Nat.lt_trans (S.block hj).right.left S.z_lt)),
    Nat.lt_of_le_of_lt (Nat.sub_le _ _) (small _ (S.block hj).left _ S.z_lt)⟩

end

/-- The highest of all positions bounds each. -/
theorem left_ge {op up x on down V a b : Nat} (h : a + V ≤ x + b) : op + up + a + 3 - (on + down + b) ≤ op + up + x + 3 - (on + down + V) := by
  refine sub_le_sub_of (Nat.le_of_linear (Nat.add_le_add_left h (op + up + 3 + (on + down))) ?_)
  ring [op, up, x, on, down, V, a, b]

theorem left_le {op up x on down V e W : Nat} (hx : x ≤ V + e) (h : op + up + e + 3 ≤ W) : op + up + x + 3 - (on + down + V) ≤ W := by
  refine Nat.sub_le_of_le_add (Nat.le_trans (Nat.add_le_add_right (Nat.add_le_add_left hx _) 3) ?_)
  refine Nat.le_trans (Nat.le_of_eq (?_ : _ = op + up + e + 3 + V)) (Nat.add_le_add h (Nat.le_add_left _ _))
  ring [op, up, V, e]

end MlpHeads
end Transformer
end Compact
