prelude
import Compact.Transformer.Strategy.HeadsBruteForce
import Compact.Transformer.Strategy.MlpBruteForce.Check
/-!
# Brute force for a model with an MLP: what the tests of one head show

`Lanes`: what is known of the packed logits of a head with a row `D`.  Whatever is read off them (that one lane is above all
others, or below) bounds the head's share of a difference of outputs.
-/
namespace Compact
namespace Transformer
namespace MlpBruteForce
open BruteForce (Query State laneBits packAll stepped knows_foldr getD_packAll bits_suffice tailMargin tailMargin_zero)
open HeadsBruteForce (HeadTables HeadState weigh guess withRow shift stepHeads stepHeads_eq steppedHead)
variable {R : Type} [ExpField R]

/-! ## Lists -/

theorem join_eq {α : Type} (xs ys : List α) : join xs ys = xs ++ ys := by
  induction xs with
  | nil => rfl
  | cons x xs ih => exact congrArg (x :: ·) ih

theorem getD_join {α : Type} {xs ys : List α} {i : Nat} (d : α) (hi : i < xs.length) : (join xs ys).getD i d = xs.getD i d := by
  rw [join_eq]
  exact List.getD_append d hi

theorem getD_join_right {α : Type} {xs ys : List α} {n : Nat} (d : α) (hn : xs.length = n) (i : Nat) :
    (join xs ys).getD (n + i) d = ys.getD i d := by
  rw [join_eq, List.getD_append_right d (hn ▸ Nat.le_add_right n i), hn, Nat.add_sub_cancel_left]

theorem digit_marked (L mark N i : Nat) : digit L (marked L mark N) (i + 1) = digit L N i := by
  show ((mark % 2305843009213693951) % 2 ^ L + 2 ^ L * N) / 2 ^ (L * i + L) % 2 ^ L = N / 2 ^ (L * i) % 2 ^ L
  rw [Nat.pow_add, Nat.mul_comm (2 ^ (L * i)), ← Nat.div_div_eq_div_mul, Nat.add_mul_div_left _ _ (Nat.two_pow_pos L),
    Nat.div_eq_of_lt (Nat.mod_lt _ (Nat.two_pow_pos L)), Nat.zero_add]

theorem length_readLanes (L N count j : Nat) : (readLanes L N count j).length = count := by
  induction count generalizing j with
  | zero => rfl
  | succ count ih =>
    show (Nat.force j fun j => readLane L N j :: readLanes L N count (j + 1)).length = _
    rw [Nat.force_eq]
    exact congrArg Nat.succ (ih (j + 1))

theorem getD_readLanes (L N : Nat) {count : Nat} (j : Nat) {i : Nat} (hi : i < count) :
    (readLanes L N count j).getD i 0 = digit L N (j + i) := by
  induction count generalizing j i with
  | zero => exact absurd hi (Nat.not_lt_zero i)
  | succ count ih =>
    show (Nat.force j fun j => readLane L N j :: readLanes L N count (j + 1)).getD i 0 = _
    rw [Nat.force_eq]
    cases i with
    | zero => rfl
    | succ i =>
      refine (ih (j + 1) (Nat.lt_of_succ_lt_succ hi)).trans ?_
      rw [Nat.add_assoc, Nat.add_comm 1]

/-! ## Lanes of a head with a row -/

section
variable {w : Compact.Weights} {c : Params} {q L m : Nat} {x : List Nat} {Q : Query}

/-- The packed logits with a row, and what they bound. -/
def LanesOf (R : Type) [ExpField R] (w : Compact.Weights) (c : Params) (q L : Nat) (x : List Nat) (d : Nat → Nat) (S Y : Nat) : Prop :=
  ∃ f : Nat → Nat, Y = pack L w.d_vocab f ∧ (∀ j, j < w.d_vocab → f j < 2 ^ (L - 1)) ∧
    ∀ a b, a < w.d_vocab → b < w.d_vocab → f b + S ≤ f a →
      0 ≤ (viewWithDirect R w c q (List.tabulate w.d_vocab d)).margin w.n_ctx x a b

theorem lanesOf (h : w.WellFormed) (narrow : (Enclosure.of w c (Circuits.of w)).narrow c.width = true) (hq : q < w.d_vocab)
    (hQ : Q = (HeadTables.of L (Enclosure.of w c (Circuits.of w))).query q) (hx : x.length = w.n_ctx) (lt : ∀ t, t ∈ x → t < w.d_vocab)
    (bits : laneBits w c ≤ L) {D : Nat} {d : Nat → Nat} (row : D = pack L w.d_vocab d)
    (row_le : ∀ j, j < w.d_vocab → d j < 2 ^ c.width) :
    LanesOf R w c q L x d (x.foldr stepped ⟨Q.below (3 * 2 ^ c.width) w.n_ctx, 0, 0, 0⟩).slack
      ((x.foldr stepped ⟨Q.below (3 * 2 ^ c.width) w.n_ctx, 0, 0, 0⟩).logits + weigh Q x 0 * D) := by
  have entry {j : Nat} (hj : j < w.d_vocab) : (List.tabulate w.d_vocab d).getD j 0 = d j := List.getD_tabulate 0 hj
  have es : Q.es = (Enclosure.of w c (Circuits.of w)).tokenExp.getD q [] := by rw [hQ]; exact nth_eq _ _ _
  have es_length : Q.es.length = w.d_vocab := by rw [es]; exact h.length_tokenExp c hq
  have tokens : Q.tokenRows = packAll L (Enclosure.of w c (Circuits.of w)).tokenRow := by rw [hQ]; rfl
  have tokens_length : Q.tokenRows.length = w.d_vocab := by
    rw [tokens]
    exact (length_mapFold _ _).trans (h.length_tokenRows c)
  have direct : Q.direct = 0 := by rw [hQ]; rfl
  have hR : (withRow Q D).For (withDirect (Enclosure.of w c (Circuits.of w)) q (List.tabulate w.d_vocab d)) L w.d_vocab w.n_ctx q := by
    refine ⟨es, ?_, es_length, tokens_length, ?_, fun k hk => ?_, fun p hp => ?_⟩
    · rw [hQ]
      exact nth_eq _ _ _
    · rw [directRow_withDirect]
      exact row.trans (pack_congr L fun j hj => (entry hj).symm)
    · show Q.tokenRows.getD k 0 = _
      rw [tokens]
      exact getD_packAll ((h.length_tokenRows c).symm ▸ hk) (h.length_tokenRow c hk)
    · show Q.posRows.getD p 0 = _
      rw [hQ]
      exact getD_packAll ((h.length_posRows c).symm ▸ hp) (h.length_posRow c hp)
  have row_le' (j : Nat) : (List.tabulate w.d_vocab d).getD j 0 ≤ 2 ^ c.width := by
    cases Nat.lt_or_ge j w.d_vocab with
    | inl hj => rw [entry hj]; exact Nat.le_of_lt (row_le j hj)
    | inr hj =>
      rw [List.getD_eq_default 0 (List.length_tabulate.symm ▸ hj)]
      exact Nat.zero_le _
  have fits := fits_withDirect (R := R) h c hq (List.tabulate w.d_vocab d)
  have knows := knows_foldr hR fits (lane_withDirect_le narrow row_le') (Nat.le_refl _) lt ((Nat.zero_add _).trans hx)
  have moved := shift (B := 3 * 2 ^ c.width) direct D es_length tokens_length lt ((Nat.zero_add _).trans hx)
  match knows.logits with
  | ⟨f, hf, hle, hlow⟩ =>
    refine ⟨f, moved.right.right.left.symm.trans hf, fun j hj => ?_, fun a b ha hb le => ?_⟩
    · refine Nat.lt_of_le_of_lt (hle j hj) ?_
      rw [hx]
      exact Nat.lt_of_lt_of_le (bits_suffice w c) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le_sub_right bits 1))
    · rw [← hx, ← tailMargin_zero]
      have low := hlow a b ha hb
      rw [moved.right.right.right] at low
      refine le_trans ?_ low
      have le := ofNat_le (R := R) le
      rw [ofNat_add] at le
      exact le_of_linear le (by
        ring [ofNat R (f a), ofNat R (f b), ofNat R (x.foldr stepped ⟨Q.below (3 * 2 ^ c.width) w.n_ctx, 0, 0, 0⟩).slack])

variable {d : Nat → Nat} {S Y : Nat} (K : LanesOf R w c q L x d S Y) (hL : 0 < L)
include K hL

/-- One lane is above all others. -/
theorem above_of_test {z : Nat} (hz : z < w.d_vocab) (test : (Lane.of L (ones L w.d_vocab) z).test S Y = true) {t : Nat}
    (ht : t < w.d_vocab) (hne : t ≠ z) : 0 ≤ (viewWithDirect R w c q (List.tabulate w.d_vocab d)).margin w.n_ctx x z t := by
  match K with
  | ⟨f, hf, small, bound⟩ =>
    rw [hf] at test
    exact bound z t hz ht (Nat.le_of_lt (Lane.lt_of_test hL small hz test t ht hne))

/-- One lane is below all others. -/
theorem below_of_test {z : Nat} (hz : z < w.d_vocab)
    (test : othersAbove L (ones L w.d_vocab) (2 ^ (L - 1) * ones L w.d_vocab) z S Y = true) {t : Nat}
    (ht : t < w.d_vocab) (hne : t ≠ z) : 0 ≤ (viewWithDirect R w c q (List.tabulate w.d_vocab d)).margin w.n_ctx x t z := by
  match K with
  | ⟨f, hf, small, bound⟩ =>
    unfold othersAbove at test
    rw [Nat.force_eq, Nat.force_eq, hf] at test
    have y : readLane L (pack L w.d_vocab f) z = f z := digit_pack _ (fun j hj => Nat.lt_of_lt_of_le (small j hj)
      (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))) hz
    have loss : Nat.mul S (Nat.sub (ones L w.d_vocab) (Nat.shiftLeft 1 (Nat.mul L z))) = pack L w.d_vocab (lossAt S z) := pack_lossAt L S hz
    have const : Nat.mul (f z) (ones L w.d_vocab) = pack L w.d_vocab fun _ => f z := (pack_const _ _ _).symm
    have room : f z + S < 2 ^ (L - 1) := by
      have h := Nat.le_of_ble_eq_true (Bool.and_left test)
      rw [y] at h
      exact h
    have le := Bool.and_right test
    rw [y, loss, const] at le
    have le : lanesLe _ (pack L w.d_vocab _ + pack L w.d_vocab _) _ = true := le
    rw [pack_add] at le
    have loss_le (j : Nat) : lossAt S z j ≤ S := by
      unfold lossAt
      by_cases e : j = z
      case pos => rw [ite_eq_left e]; exact Nat.zero_le _
      case neg => rw [ite_eq_right e]; exact Nat.le_refl _
    have lane := of_lanesLe hL (fun j _ => Nat.le_of_lt (Nat.lt_of_le_of_lt (Nat.add_le_add_left (loss_le j) _) room)) small le ht
    have e : lossAt S z t = S := by unfold lossAt; rw [ite_eq_right hne]
    rw [e] at lane
    exact bound t z ht hz lane

end

/-! ## The tests -/

/-- What is tested of a head. -/
structure RowTest (L width one tops z : Nat) (lane : Lane) (mask W S Y D extra : Nat) : Prop where
  within : lanesWithin mask D = true
  up : lane.test S (Y + W * D) = true
  within' : lanesWithin mask (D + extra * (one - Nat.shiftLeft 1 (L * z))) = true
  down : othersAbove L one tops z S (Y + W * (D + extra * (one - Nat.shiftLeft 1 (L * z)))) = true

theorem of_evenNeurons {L width one tops z : Nat} {lane : Lane} {mask : Nat} {x : List Nat} {heads : List HeadState}
    {K : List (Nat × Nat) → Bool} (h : evenNeurons L width one tops z lane mask x heads K = true) :
    ∃ rows : List (Nat × Nat), K rows = true ∧ rows.length = heads.length ∧ ∀ i, i < heads.length →
      RowTest L width one tops z lane mask (weigh (heads.getD i HeadState.none).query x 0) (heads.getD i HeadState.none).state.slack
        (heads.getD i HeadState.none).state.logits (rows.getD i (0, 0)).1 (rows.getD i (0, 0)).2 := by
  induction heads generalizing K with
  | nil => exact ⟨[], h, rfl, fun i hi => absurd hi (Nat.not_lt_zero i)⟩
  | cons s heads ih =>
    have h : (Nat.force (weigh s.query x 0) fun W => Nat.force (Nat.mul 2 (Nat.add (Nat.div s.state.slack W) 2)) fun extra =>
      Nat.force (Nat.sub (guess L width one z W s.state) (Nat.mul extra one)) fun D =>
      Nat.force (Nat.add D (Nat.mul extra (Nat.sub one (Nat.shiftLeft 1 (Nat.mul L z))))) fun D' =>
      ((lanesWithin mask D && lane.test s.state.slack (Nat.add s.state.logits (Nat.mul W D))) &&
        (lanesWithin mask D' && othersAbove L one tops z s.state.slack (Nat.add s.state.logits (Nat.mul W D')))) &&
      evenNeurons L width one tops z lane mask x heads fun rest => K ((D, extra) :: rest)) = true := h
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq] at h
    have own := Bool.and_left h
    match ih (Bool.and_right h) with
    | ⟨rows, k, length, each⟩ =>
      refine ⟨_ :: rows, k, congrArg Nat.succ length, fun i hi => ?_⟩
      cases i with
      | zero => exact ⟨Bool.and_left (Bool.and_left own), Bool.and_right (Bool.and_left own), Bool.and_left (Bool.and_right own),
          Bool.and_right (Bool.and_right own)⟩
      | succ i => exact each i (Nat.lt_of_succ_lt_succ hi)

/-! ## Picking tokens -/

/-- The state after the token `t` is picked. -/
noncomputable def steppedBoth (t : Nat) (P : Picked) : Picked :=
  ⟨mapFold (steppedHead t) P.heads, mapFold (steppedHead t) P.neurons, t :: P.input⟩

theorem stepBoth_eq (t : Nat) (P : Picked) (k : Picked → Nat) : step t P k = k (steppedBoth t P) := by
  unfold step
  rw [stepHeads_eq, stepHeads_eq]
  rfl

/-- Both lists of heads go their own way. -/
theorem foldr_both (heads neurons : List HeadState) (x : List Nat) : x.foldr steppedBoth ⟨heads, neurons, []⟩ =
    ⟨(x.foldr HeadsBruteForce.steppedAll ⟨heads, []⟩).heads, (x.foldr HeadsBruteForce.steppedAll ⟨neurons, []⟩).heads, x⟩ := by
  induction x with
  | nil => rfl
  | cons t x ih =>
    rw [List.foldr_cons, ih]
    rfl

end MlpBruteForce
end Transformer
end Compact
