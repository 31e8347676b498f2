prelude
import Compact.Transformer.Strategy.MlpQuartic.Lefts
/-!
# Quartic for a model with an MLP: rounded rows say no more than the bound of the margin
-/
namespace Compact
namespace Transformer
namespace MlpQuartic
open BruteForce (packAll)
open HeadsBruteForce (HeadTables TablesOf)
open MlpBruteForce (neuronRows ranges)

/-- A neuron at a key. -/
noncomputable def neuronAt (R : Type) [ExpField R] (w : Weights) (B : Nat) (M : MLP) (q j y p : Nat) : R :=
  keyPre R w B M q (j / (w.d_vocab - 1) * (w.d_vocab - 1)) (j % (w.d_vocab - 1)) y p

/-- The entry of a neuron's row where it is above that at `m`, and that at `m` elsewhere. -/
noncomputable def overEntry (w : Weights) (M : MLP) (m j t : Nat) : Nat := outAt w M j m + (outAt w M j t - outAt w M j m)

section
variable {R : Type} [ExpField R]

theorem parts_le {X : R} {d t p d' t' p' : Nat} (h : X + ofNat R (d' + t' + p') ≤ ofNat R (d + t + p) + 3) :
    X + ofNat R (d' - d + (t' - t) + (p' - p)) ≤ ofNat R (d - d' + (t - t') + (p - p')) + 3 := by
  have a := ofNat_parts (R := R) d d'
  have b := ofNat_parts (R := R) t t'
  have e := ofNat_parts (R := R) p p'
  rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add] at h ⊢
  have sum : ofNat R (d - d') - ofNat R (d' - d) + (ofNat R (t - t') - ofNat R (t' - t)) + (ofNat R (p - p') - ofNat R (p' - p)) =
      ofNat R d - ofNat R d' + (ofNat R t - ofNat R t') + (ofNat R p - ofNat R p') := by rw [a, b, e]
  refine le_of_linear (add_le_add h (le_of_eq sum.symm)) ?_
  ring [X, ofNat R d, ofNat R t, ofNat R p, ofNat R d', ofNat R t', ofNat R p', ofNat R (d - d'), ofNat R (d' - d), ofNat R (t - t'),
    ofNat R (t' - t), ofNat R (p - p'), ofNat R (p' - p)]

theorem le_parts {X : R} {d t p d' t' p' : Nat} (h : ofNat R (d + t + p) ≤ X + ofNat R (d' + t' + p') + 3) :
    ofNat R (d - d' + (t - t') + (p - p')) ≤ X + ofNat R (d' - d + (t' - t) + (p' - p)) + 3 := by
  have a := ofNat_parts (R := R) d d'
  have b := ofNat_parts (R := R) t t'
  have e := ofNat_parts (R := R) p p'
  rw [ofNat_add, ofNat_add, ofNat_add, ofNat_add] at h ⊢
  have sum : ofNat R (d - d') - ofNat R (d' - d) + (ofNat R (t - t') - ofNat R (t' - t)) + (ofNat R (p - p') - ofNat R (p' - p)) =
      ofNat R d - ofNat R d' + (ofNat R t - ofNat R t') + (ofNat R p - ofNat R p') := by rw [a, b, e]
  refine le_of_linear (add_le_add h (le_of_eq sum)) ?_
  ring [X, ofNat R d, ofNat R t, ofNat R p, ofNat R d', ofNat R t', ofNat R p', ofNat R (d - d'), ofNat R (d' - d), ofNat R (t - t'),
    ofNat R (t' - t), ofNat R (p - p'), ofNat R (p' - p)]

/-- The head's part and the neurons' part of a key's rows. -/
theorem final_sum {k C : Nat} {U lin N : R} {d T P a₁ a₂ a₃ E d' T' P' b₁ b₂ b₃ E' : Nat}
    (core : ofNat R (a₁ + a₂ + a₃ + E) ≤ ofNat R k * U * N + ofNat R (b₁ + b₂ + b₃ + E') + 3 * ofNat R C)
    (head : ofNat R (d + T + P) ≤ U * lin + ofNat R (d' + T' + P') + 3) :
    ofNat R (k * d + a₁ + (k * T + a₂ + E) + (k * P + a₃)) ≤ ofNat R k * U * (lin + N) +
      ofNat R (k * d' + b₁ + (k * T' + b₂ + E') + (k * P' + b₃)) + ofNat R (3 * (k + C)) := by
  have e (d T P a₁ a₂ a₃ E : Nat) : k * d + a₁ + (k * T + a₂ + E) + (k * P + a₃) = k * (d + T + P) + (a₁ + a₂ + a₃ + E) := by
    ring [k, d, T, P, a₁, a₂, a₃, E]
  have three : (ofNat R 3 : R) = 3 := rfl
  have scaled := mul_le_mul_of_nonneg_left head (ofNat_nonneg (R := R) k)
  rw [e, e, ofNat_add (k * _), ofNat_mul, ofNat_add (k * _), ofNat_mul k, ofNat_mul 3, ofNat_add k, three]
  refine le_of_linear (add_le_add scaled core) ?_
  ring [ofNat R k, U, lin, N, ofNat R C, ofNat R (d + T + P), ofNat R (d' + T' + P'), ofNat R (a₁ + a₂ + a₃ + E), ofNat R (b₁ + b₂ + b₃ + E')]

end

section
variable {w : Weights} {M : MLP} {c : Params} {B L l n s width blocks : Nat} {head : HeadTables} {neurons : List HeadTables}
  (S : Setting w M c B L l n s width blocks head neurons)
include S

/-- Rows of logits of neurons of slope 1, for a query, a token, a position. -/
noncomputable def plainRow (w : Weights) (M : MLP) (slopes : Nat) (f : Nat → Nat) (g : Nat → Nat → Nat) (t : Nat) : Nat :=
  2 ^ (2 * w.frac) * f t + added M.d_mlp (slope slopes) (topAt w M) (over w.d_vocab g) (under w.d_vocab g) fun j => outAt w M j t

theorem Setting.plainRow_lt (slopes : Nat) {f : Nat → Nat} {g : Nat → Nat → Nat} (hf : ∀ t, t < w.d_vocab → f t < 2 ^ c.width)
    (hg : ∀ b, b < blocks → ∀ j, j < w.d_vocab → g b j < 2 ^ c.width) (t : Nat) (ht : t < w.d_vocab) :
    plainRow w M slopes f g t < 2 ^ (s + width) := by
  have h := S.lt_room (hf t ht) (S.added_le slopes hg t) (Nat.zero_le _)
  rw [Nat.add_zero] at h
  exact h

/-- The rows of blocks, of a query, a token, a position. -/
theorem Setting.direct_rows {q : Nat} (hq : q < w.d_vocab) : (mapFold (fun T : HeadTables => nth 0 T.direct q) neurons).length = blocks ∧
    ∀ b, b < blocks → (mapFold (fun T : HeadTables => nth 0 T.direct q) neurons).getD b 0 = pack l w.d_vocab ((blockTables w B M c b).direct q) :=
  ⟨(length_mapFold _ _).trans S.neuronsLength, fun _ hb => (getD_mapFold _ _ (S.neuronsLength.symm ▸ hb) HeadTables.none 0).trans
    ((nth_eq _ _ _).trans ((S.holds hb).direct q hq))⟩

theorem Setting.token_rows {y : Nat} (hy : y < w.d_vocab) : (mapFold (fun T : HeadTables => nth 0 T.token y) neurons).length = blocks ∧
    ∀ b, b < blocks → (mapFold (fun T : HeadTables => nth 0 T.token y) neurons).getD b 0 = pack l w.d_vocab ((blockTables w B M c b).token y) :=
  ⟨(length_mapFold _ _).trans S.neuronsLength, fun _ hb => (getD_mapFold _ _ (S.neuronsLength.symm ▸ hb) HeadTables.none 0).trans
    ((nth_eq _ _ _).trans ((S.holds hb).token y hy))⟩

theorem Setting.pos_rows {p : Nat} (hp : p < w.n_ctx) : (mapFold (fun T : HeadTables => nth 0 T.pos p) neurons).length = blocks ∧
    ∀ b, b < blocks → (mapFold (fun T : HeadTables => nth 0 T.pos p) neurons).getD b 0 = pack l w.d_vocab ((blockTables w B M c b).pos p) :=
  ⟨(length_mapFold _ _).trans S.neuronsLength, fun _ hb => (getD_mapFold _ _ (S.neuronsLength.symm ▸ hb) HeadTables.none 0).trans
    ((nth_eq _ _ _).trans ((S.holds hb).pos p hp))⟩

/-- What is left of ReLUs, in the row of a token. -/
noncomputable def leftRow (w : Weights) (M : MLP) (slopes m : Nat) (left leftSteep : Nat → Nat) (t : Nat) : Nat :=
  total M.d_mlp fun j => leftAt slopes left leftSteep j * overEntry w M m j t

/-- The columns of a maximum. -/
theorem Setting.over_holds {m : Nat} (hm : m < w.d_vocab) : Columns w M l
    (mapFold (fun column => lanesMax (2 ^ (l - 1) * ones l (placesOf (lanesFor l w.d_vocab) M.d_mlp)) (l - 1) column
      ((columnsFor w M l (neuronRows w M)).getD m 0)) (columnsFor w M l (neuronRows w M))) (overEntry w M m) := by
  have H := S.outs_holds
  have small (t j : Nat) (hj : j < M.d_mlp) : outAt w M j t < 2 ^ (l - 1) := Nat.lt_of_le_of_lt (outAt_le j t) (S.top_lt hj)
  refine ⟨(length_mapFold _ _).trans H.length, fun t ht => ?_⟩
  rw [getD_mapFold _ _ (H.length.symm ▸ ht) 0 0, H.column t ht, H.column m hm]
  refine lanesMax_columns S.l_pos (fun j hj => Nat.sub_lt (Nat.zero_lt_succ _) (Nat.zero_lt_succ _)) (fun i j hi hj e => ?_) (small t) (small m)
  refine placeOf_inj (F := lanesFor l w.d_vocab) S.z_pos (Nat.succ.inj ?_)
  have one := Nat.sub_add_cancel (placeOf_lt (F := lanesFor l w.d_vocab) hi)
  have other := Nat.sub_add_cancel (placeOf_lt (F := lanesFor l w.d_vocab) hj)
  exact Nat.add_left_cancel (one.trans (other.symm.trans (congrArg (· + _) e.symm)))

theorem Setting.leftRow_eq (slopes : Nat) {m : Nat} {left leftSteep : Nat} {columns : List Nat}
    (hleft : ∀ j, j < M.d_mlp → digit l left (placeOf (lanesFor l w.d_vocab) j) < 2 ^ (c.width + 3))
    (hleft' : ∀ j, j < M.d_mlp → digit l leftSteep (placeOf (lanesFor l w.d_vocab) j) < 2 ^ (c.width + 3))
    (hC : Columns w M l columns (overEntry w M m)) :
    columnSums l (placesOf (lanesFor l w.d_vocab) M.d_mlp) L columns
        (Nat.land left (levelFor w M c l slopes) + Nat.land leftSteep (steepFor w M c l slopes)) =
      pack L w.d_vocab (leftRow w M slopes m (fun j => digit l left (placeOf (lanesFor l w.d_vocab) j))
        fun j => digit l leftSteep (placeOf (lanesFor l w.d_vocab) j)) := by
  match chosen_spec (F := lanesFor l w.d_vocab) (P := placesOf (lanesFor l w.d_vocab) M.d_mlp) S.z_pos S.full_le slopes left leftSteep rfl with
  | ⟨X_lt, le, each⟩ =>
    refine (S.sum_eq X_lt le (fun j t _ => grown_le (outAt_le j m) (outAt_le j t)) hC).trans ?_
    exact pack_congr L fun t _ => total_congr fun j hj => congrArg (· * overEntry w M m j t) (each j (placeOf_lt hj) (hleft j hj) (hleft' j hj))

/-- It is small. -/
theorem Setting.leftRow_le (slopes m : Nat) {q y : Nat} (hq : q < w.d_vocab) (hy : y < w.d_vocab) (t : Nat) :
    leftRow w M slopes m (leftsOf w c l neurons q y) (leftsSteepOf w c l neurons q y) t ≤ 7 * (2 ^ c.width * ranges (neuronRows w M)) := by
  unfold leftRow
  rw [← S.total_top, ← total_mul, ← total_mul]
  refine total_le_total fun j hj => ?_
  rw [← Nat.mul_assoc]
  refine Nat.mul_le_mul ?_ (grown_le (outAt_le j m) (outAt_le j t))
  cases slope_cases slopes j with
  | inl h => rw [leftAt_zero h]; exact (S.left_spec hq hy hj).left
  | inr h => rw [leftAt_one h]; exact (S.leftSteep_spec hq hy hj).left

/-- The row of a token before it is rounded. -/
noncomputable def tokenSum (w : Weights) (B : Nat) (M : MLP) (c : Params) (l : Nat) (neurons : List HeadTables) (slopes q m y t : Nat) : Nat :=
  plainRow w M slopes ((plainTables w B M c).token y) (fun b => (blockTables w B M c b).token y) t +
    leftRow w M slopes m (leftsOf w c l neurons q y) (leftsSteepOf w c l neurons q y) t

/-- **Rows that are not rounded say no more than the bound of the margin.** -/
theorem Setting.sums_le (R : Type) [ExpField R] (slopes : Nat) {q m y p t : Nat} (hq : q < w.d_vocab) (hm : m < w.d_vocab) (hy : y < w.d_vocab)
    (hp : p < w.n_ctx) (ht : t < w.d_vocab) :
    ofNat R (plainRow w M slopes ((plainTables w B M c).direct q) (fun b => (blockTables w B M c b).direct q) m +
        tokenSum w B M c l neurons slopes q m y m + plainRow w M slopes ((plainTables w B M c).pos p) (fun b => (blockTables w B M c b).pos p) m) ≤
      ofNat R (2 ^ (2 * w.frac)) * units R w B M c * keyBound R w B M (fun j => ofNat R (slope slopes j)) (neuronAt R w B M q) q m t y p +
      ofNat R (plainRow w M slopes ((plainTables w B M c).direct q) (fun b => (blockTables w B M c b).direct q) t +
        tokenSum w B M c l neurons slopes q m y t + plainRow w M slopes ((plainTables w B M c).pos p) (fun b => (blockTables w B M c b).pos p) t) +
      ofNat R (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M))) := by
  have K : (0 : R) < ofNat R (2 ^ (2 * w.frac)) := ofNat_pos (Nat.two_pow_pos _)
  have head := key_near (R := R) S.head.wellFormed c (q := q) (y := y) (o := p) (s := m) (t := t) hq hy hp hm ht
  have near {j : Nat} (hj : j < M.d_mlp) := key_near (R := R)
    (S.neurons _ (S.block hj).left).wellFormed c (q := q) (y := y) (o := p)
    (s := j % (w.d_vocab - 1)) (t := w.d_vocab - 1) hq hy hp (Nat.lt_trans (S.block hj).right.left S.z_lt) S.z_lt
  have core := Compact.Transformer.MlpQuartic.added_le (R := R) (J := M.d_mlp) (U := units R w B M c) K (α := slope slopes) (top := topAt w M)
    (c := fun j => coefficient w M m t j) (u := fun j => neuronAt R w B M q j y p)
    (P₁ := over w.d_vocab fun b => (blockTables w B M c b).direct q) (N₁ := under w.d_vocab fun b => (blockTables w B M c b).direct q)
    (P₂ := over w.d_vocab fun b => (blockTables w B M c b).token y) (N₂ := under w.d_vocab fun b => (blockTables w B M c b).token y)
    (P₃ := over w.d_vocab fun b => (blockTables w B M c b).pos p) (N₃ := under w.d_vocab fun b => (blockTables w B M c b).pos p)
    (a := fun j => outAt w M j m) (b := fun j => outAt w M j t)
    (E := leftAt slopes (leftsOf w c l neurons q y) (leftsSteepOf w c l neurons q y))
    (slope_cases slopes) (fun j hj => MlpBruteForce.neuronRead_sub S.outs S.unembed hj hm ht) (fun j _ => outAt_le j m) (fun j _ => outAt_le j t)
    (fun j hj => ?_) (fun j hj => ?_) fun j hj => ?_
  · exact parts_le (near hj).left
  · exact le_parts (near hj).right
  · have three : (ofNat R 3 : R) = 3 := rfl
    cases slope_cases slopes j with
    | inl h =>
      rw [leftAt_zero h, h]
      refine left_zero ?_ ((S.left_spec hq hy hj).right p hp)
      rw [ofNat_add _ 3, three]
      exact (near hj).left
    | inr h =>
      have one : (ofNat R 1 : R) = 1 := rfl
      rw [leftAt_one h, h, one]
      refine left_one ?_ ((S.leftSteep_spec hq hy hj).right p hp)
      rw [ofNat_add _ 3, three, ← add_assoc]
      exact (near hj).right
  rw [S.total_top] at core
  have atM (j : Nat) : overEntry w M m j m = outAt w M j m := by unfold overEntry; rw [Nat.sub_self, Nat.add_zero]
  have leftM : leftRow w M slopes m (leftsOf w c l neurons q y) (leftsSteepOf w c l neurons q y) m =
        total M.d_mlp fun j => leftAt slopes (leftsOf w c l neurons q y) (leftsSteepOf w c l neurons q y) j * outAt w M j m :=
      total_congr fun j _ => congrArg (leftAt slopes (leftsOf w c l neurons q y) (leftsSteepOf w c l neurons q y) j * ·) (atM j)
  unfold tokenSum
  rw [leftM]
  exact final_sum core head.right

end
end MlpQuartic
end Transformer
end Compact
