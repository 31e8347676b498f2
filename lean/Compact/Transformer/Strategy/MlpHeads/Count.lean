prelude
import Compact.Transformer.Strategy.MlpHeads.Heads
/-!
# One query and one maximum, all heads

What is counted is answered correctly (`atLeast_countAt`).
-/
namespace Compact
namespace Transformer
namespace MlpHeads
open HeadsBruteForce (HeadTables TablesOf)
open HeadsQuartic (HeadsTables total_pack)
open MlpQuartic (Env AtMax Setting envOf slope lanesFor placesOf placeOf placeOf_lt plainTables blockTables plainRow units smallParams neuronBlocks mlpOf inputsOf
  lanesOfAll lanesOf above rowsAlong getD_rowsAlong length_rowsAlong withMaxima_eq of_withParts withLanes_eq neuronTables)
open MlpBruteForce (neuronRows ranges withNeuronRows_eq withPart_eq)

theorem direct_parts {R : Type} [ExpField R] {X : R} {a b : Nat} (h : X + ofNat R b ≤ ofNat R a + 1) : X + ofNat R (b - a) ≤ ofNat R (a - b) + 1 :=
  le_of_linear (add_le_add h (le_of_eq (MlpQuartic.ofNat_parts (R := R) a b).symm)) (by ring [X, ofNat R a, ofNat R b, ofNat R (a - b), ofNat R (b - a)])
theorem parts_direct {R : Type} [ExpField R] {X : R} {a b : Nat} (h : ofNat R a ≤ X + ofNat R b + 1) : ofNat R (a - b) ≤ X + ofNat R (b - a) + 1 :=
  le_of_linear (add_le_add h (le_of_eq (MlpQuartic.ofNat_parts (R := R) a b))) (by ring [X, ofNat R a, ofNat R b, ofNat R (a - b), ofNat R (b - a)])

/-- What `enough` shows. -/
theorem enough_spec {L v width extra m : Nat} {direct : Nat → Nat} {hs : List HeadAt} (small : width < L) (hm : m < v)
    (direct_lt : ∀ j, j < v → direct j < 2 ^ width)
    (rows : ∀ i, i < hs.length → lanesWithin ((2 ^ width - 1) * ones L v) (hs.getD i HeadAt.none).D = true)
    (ok : enough L width hs.length (ones L v) (2 ^ (L - 1) * ones L v) (pack L v direct) extra m hs = true) {j : Nat} (hj : j < v) (hne : j ≠ m) :
    (total hs.length fun i => digit L (hs.getD i HeadAt.none).D m) + direct j + extra ≤
      (total hs.length fun i => digit L (hs.getD i HeadAt.none).D j) + direct m := by
  have within {i : Nat} (hi : i < hs.length) := of_lanesWithin (Nat.le_of_lt small) (rows i hi)
  have bound : (hs.length + 1) * 2 ^ width + extra < 2 ^ (L - 1) := Nat.le_of_ble_eq_true (Bool.and_left ok)
  have test := Bool.and_right ok
  have pow_lt : 2 ^ width < 2 ^ L := Nat.pow_lt_pow_right (Nat.lt_succ_self 1) small
  have direct_read : readLane L (pack L v direct) m = direct m := digit_pack _ (fun j hj => Nat.lt_trans (direct_lt j hj) pow_lt) hm
  have all : (total hs.length fun i => (hs.getD i HeadAt.none).D) = pack L v fun j => total hs.length fun i => digit L (hs.getD i HeadAt.none).D j := by
    rw [← total_pack]
    exact total_congr fun i hi => (within hi).left
  have loss : Nat.mul extra (Nat.sub (ones L v) (Nat.shiftLeft 1 (Nat.mul L m))) = pack L v (lossAt extra m) := pack_lossAt L extra hm
  have const (k : Nat) : Nat.mul k (ones L v) = pack L v fun _ => k := (pack_const _ _ _).symm
  rw [fold_eq_total (fun h : HeadAt => readLane L h.D m) HeadAt.none, fold_eq_total (fun h : HeadAt => h.D) HeadAt.none, all, loss, direct_read, const,
    const] at test
  have test : lanesLe _ (pack L v _ + pack L v _ + pack L v _) (pack L v _ + pack L v _) = true := test
  rw [pack_add, pack_add, pack_add] at test
  have sum_le {j : Nat} (hj : j < v) : (total hs.length fun i => digit L (hs.getD i HeadAt.none).D j) ≤ hs.length * 2 ^ width :=
    HeadsQuartic.total_le fun i hi => Nat.le_of_lt ((within hi).right j hj)
  have room {a b e : Nat} (ha : a ≤ hs.length * 2 ^ width) (hb : b < 2 ^ width) (he : e ≤ extra) : a + b + e < 2 ^ (L - 1) := by
    refine Nat.lt_of_le_of_lt (Nat.add_le_add (Nat.add_le_add ha (Nat.le_of_lt hb)) he) ?_
    rw [← Nat.succ_mul]
    exact bound
  have le := of_lanesLe (Nat.lt_of_le_of_lt (Nat.zero_le _) small) (fun j hj => Nat.le_of_lt (room (sum_le hm) (direct_lt j hj) (MlpQuartic.lossAt_le extra m j)))
    (fun j hj => room (e := 0) (sum_le hj) (direct_lt m hm) (Nat.zero_le _)) test hj
  rw [MlpQuartic.lossAt_ne extra hne] at le
  exact le

section
variable {w : Weights} {M : MLP} {c : Params} {B l cut blocks : Nat} {T : HeadsTables} {head : Nat → HeadTables} {neurons : Nat → List HeadTables}
  (A : AllHeads w M c B l cut blocks T head neurons)
include A

/-- **One query and one maximum.** -/
theorem atLeast_countAt (R : Type) [ExpField R] (C : Counting) {X : Nat} (parts_pos : 0 < C.parts) (levels : C.parts + 1 < 2 ^ C.levelBits)
    (count : (T.v + 1) ^ T.n < X) {slopes q m lo : Nat} (hm : m < w.d_vocab) (hq : q ≤ m) {states : List HeadState} (length : states.length = w.heads.length)
    (each : ∀ i, i < w.heads.length → (states.getD i HeadState.none).env = envAt w M c (T.at i) l cut i (head i) (neurons i) ∧
      (states.getD i HeadState.none).maxima.getD (m - lo) AtMax.none = (envOf (w.solo M i) (M.alone i) c (T.at i) l cut (head i) (neurons i)).atMax slopes m) :
    AtLeast (countAt T C (commonOf w M c l) w.heads.length (ones T.bits w.d_vocab) (2 ^ (T.bits - 1) * ones T.bits w.d_vocab)
        ((2 ^ T.width - 1) * ones T.bits w.d_vocab) X
        ((w.heads.length + 1) * (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4)) lo q m states (states.getD 0 HeadState.none))
      fun x => (Correct R maximum w x ∧ maximum x = m) ∧ lastToken x = q := by
  have hqv : q < w.d_vocab := Nat.lt_of_le_of_lt hq hm
  have S₀ : Setting (w.solo M 0) (M.alone 0) c B (T.at 0).bits l (T.at 0).n cut (T.at 0).width blocks (head 0) (neurons 0) := A.setting 0 A.some
  unfold countAt
  rw [Nat.force_eq]
  cases nth 0 (nth [] C.levels m) q with
  | zero => exact AtLeast.zero
  | succ code =>
    show AtLeast (Nat.force _ fun direct => Nat.force _ fun ownUp => Nat.force _ fun ownDown => withAltered _ _ _ _ _ _ _ _ _ _ _ _ 0 _) _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, (each 0 A.some).left]
    -- The direct path.
    have direct_eq : directOf (states.getD 0 HeadState.none) (nth AtMax.none (states.getD 0 HeadState.none).maxima (Nat.sub m lo)).steep q =
        pack T.bits w.d_vocab fun j => plainRow (w.solo M 0) (M.alone 0) slopes ((plainTables (w.solo M 0) B (M.alone 0) c).direct q)
          (fun b => (blockTables (w.solo M 0) B (M.alone 0) c b).direct q) j / 2 ^ cut := by
      unfold directOf
      rw [nth_eq, (each 0 A.some).left]
      show lanesShift _ _ (Env.directSum _ ((states.getD 0 HeadState.none).maxima.getD (m - lo) AtMax.none).steep q) = _
      rw [(each 0 A.some).right]
      exact MlpHeads.direct_eq S₀ slopes hqv
    rw [direct_eq]
    -- The neurons' own numbers.
    have rows := S₀.direct_rows hqv
    match clean_numbers S₀ A.wide (rows := HeadTables.direct) hqv rows.left rows.right (fun b hb j _ => (S₀.holds hb).direct_lt q j) with
    | ⟨a, b, ha, hb, a_lt, b_lt, own⟩ =>
    have len (f : Nat → Nat) : q < (lanesOfAll (lanesFor l w.d_vocab) f HeadTables.direct (neurons 0) w.d_vocab).length := by
      unfold lanesOfAll
      rw [tabulateFold_eq]
      exact Nat.lt_of_lt_of_le hqv (Nat.le_of_eq List.length_tabulateFrom.symm)
    rw [getD_mapFold _ _ (len _) 0 0] at ha hb
    have up_eq : bared (commonOf w M c l).l (commonOf w M c l).mask (nth 0 (envAt w M c (T.at 0) l cut 0 (head 0) (neurons 0)).E.directAbove q) =
        pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) a := by
      rw [nth_eq]
      exact ha
    have down_eq : clean (commonOf w M c l).mask (nth 0 (envAt w M c (T.at 0) l cut 0 (head 0) (neurons 0)).E.directBelow q) =
        pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) b := by
      rw [nth_eq]
      exact hb
    rw [up_eq, down_eq]
    have small (j : Nat) (hj : j < M.d_mlp) := over_lt S₀ (g := fun b => (blockTables (w.solo M 0) B (M.alone 0) c b).direct q)
      (fun b hb j _ => (S₀.holds hb).direct_lt q j) hj
    -- The heads.
    match of_withAltered T (commonOf w M c l) w.heads.length (ones T.bits w.d_vocab) (2 ^ (T.bits - 1) * ones T.bits w.d_vocab) m lo
      (pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) a) (pack l (placesOf (lanesFor l w.d_vocab) M.d_mlp) b) (nth [] C.above m) (nth [] C.below m) states 0 with
    | ⟨alts, e, altsLength, alt⟩ =>
    rw [e, Nat.force_eq]
    match of_withHeads (ones T.bits w.d_vocab) q m C.shareBits (nth 0 (nth [] C.shares m) q) (allMargin alts (ones T.bits w.d_vocab)
      (pack T.bits w.d_vocab fun j => plainRow (w.solo M 0) (M.alone 0) slopes ((plainTables (w.solo M 0) B (M.alone 0) c).direct q)
          (fun b => (blockTables (w.solo M 0) B (M.alone 0) c b).direct q) j / 2 ^ cut) m) alts 0
      (Nat.mul (Nat.add w.heads.length ((w.heads.length + 1) * (3 * (2 ^ (2 * w.frac) + ranges (neuronRows w M)) / 2 ^ cut + 4)))
        (Nat.sub (ones T.bits w.d_vocab) (Nat.shiftLeft 1 (Nat.mul T.bits m)))) with
    | ⟨hs, e, hsLength, heads⟩ =>
    rw [e]
    have hsLength : hs.length = w.heads.length := hsLength.trans (altsLength.trans length)
    generalize ok : (sharesOk (commonOf w M c l) w.heads.length (nth [] C.above m) (nth [] C.below m) && _ : Bool) = tests
    cases tests with
    | false => exact AtLeast.zero
    | true =>
      have shareOk := Bool.and_left ok
      have rowsOk := Bool.and_left (Bool.and_right ok)
      have enough := Bool.and_right (Bool.and_right ok)
      have narrow : c.width ≤ l := Nat.le_trans (Nat.le_add_right _ 7) A.wide
      have within (k : Nat) (hk : k < w.heads.length - 1) := of_allBelow shareOk hk
      have above_fits (k : Nat) (hk : k < w.heads.length - 1) := of_lanesWithin narrow (Bool.and_left (within k hk))
      have below_fits (k : Nat) (hk : k < w.heads.length - 1) := of_lanesWithin narrow (Bool.and_right (within k hk))
      have fits_up {i : Nat} (hi : i < w.heads.length) := fits_share (w := w) (M := M) (c := c) (l := l) A.room A.some (rfl : _ = pack l _ a) a_lt
        (fun j hj => Nat.lt_of_le_of_lt (Nat.le_of_eq (own j hj).left) (small j hj).left) above_fits below_fits hi
      have fits_down {i : Nat} (hi : i < w.heads.length) := fits_share (w := w) (M := M) (c := c) (l := l) A.room A.some (rfl : _ = pack l _ b) b_lt
        (fun j hj => Nat.lt_of_le_of_lt (Nat.le_of_eq (own j hj).right) (small j hj).right) below_fits above_fits hi
      have hU : (0 : R) < units R (w.solo M 0) B (M.alone 0) c := unitAt_pos
      -- The shares of the neurons' own numbers.
      have near (i j : Nat) (hj : j < M.d_mlp) : Near (units R (w.solo M i) B (M.alone i) c)
          (shareReal R w.heads.length (units R (w.solo M 0) B (M.alone 0) c) (ownAt R w B M q j)
            (fun k => digit l (nth 0 (nth [] C.above m) k) (placeOf (lanesFor l w.d_vocab) j))
            (fun k => digit l (nth 0 (nth [] C.below m) k) (placeOf (lanesFor l w.d_vocab) j)) i)
          (shareFn l w.heads.length a (nth [] C.above m) (nth [] C.below m) i (placeOf (lanesFor l w.d_vocab) j))
          (shareFn l w.heads.length b (nth [] C.below m) (nth [] C.above m) i (placeOf (lanesFor l w.d_vocab) j)) := by
        have block := S₀.block hj
        have z_lt : w.d_vocab - 1 < w.d_vocab := S₀.z_lt
        have known := direct_near (R := R) (S₀.neurons _ block.left).wellFormed c (q := q) (s := j % (w.d_vocab - 1)) (t := w.d_vocab - 1) hqv
          (Nat.lt_trans block.right.left z_lt) z_lt
        refine near_share hU (a := a (placeOf (lanesFor l w.d_vocab) j)) (b := b (placeOf (lanesFor l w.d_vocab) j)) ?_ ?_ i
        · rw [(own j hj).left, (own j hj).right]
          exact direct_parts known.left
        · rw [(own j hj).left, (own j hj).right]
          exact parts_direct known.right
      have seen (i : Nat) (hi : i < hs.length) := (by
        have hi : i < w.heads.length := hsLength ▸ hi
        have hi' : i < states.length := length.symm ▸ hi
        have ht := (heads i (altsLength.symm ▸ hi')).left.trans (alt i hi')
        rw [Nat.zero_add, (each i hi).left, (each i hi).right] at ht
        exact seen_of_head A R (X := X) parts_pos count slopes hm hq hi (fits_up hi) (fits_down hi) (fun j hj => near i j hj) ht
          (heads i (altsLength.symm ▸ hi')).right (of_headsOk rowsOk (hsLength.symm ▸ hi)) :
        Seen R (fun x => lastToken x = q → Shows R w i q m (ofNat R (2 ^ (2 * w.frac)) * units R (w.solo M i) B (M.alone i) c)
          (headKey R w B M (fun j => ofNat R (slope slopes j)) (fun j => shareReal R w.heads.length (units R (w.solo M 0) B (M.alone 0) c) (ownAt R w B M q j)
            (fun k => digit l (nth 0 (nth [] C.above m) k) (placeOf (lanesFor l w.d_vocab) j))
            (fun k => digit l (nth 0 (nth [] C.below m) k) (placeOf (lanesFor l w.d_vocab) j)) i) (fun j => readAt R w B M i j) i m)
          (boundOf R T.bits cut (lossOf w M cut) (hs.getD i HeadAt.none).D m) x) c.prec T.bits w.d_vocab T.n q m C.parts X (hs.getD i HeadAt.none))
      refine AtLeast.mono_pred (fun x hx => ⟨⟨?_, hx.left.right⟩, hx.right⟩)
        (atLeast_countPair (hsLength.symm ▸ A.some) A.n_pos levels seen (Nat.pred (code + 1)))
      have shows (i : Nat) (hi : i < w.heads.length) := hx.left.left i (hsLength.symm ▸ hi) hx.right
      have ctx : w.n_ctx = T.n + 1 := A.ctx
      have last : token x (w.n_ctx - 1) = q := by
        rw [ctx]
        exact (MlpQuartic.lastToken_eq ((shows 0 A.some).valid.left.trans ctx)).symm.trans hx.right
      refine correct_of_heads (B := B) (cut := cut) (L := T.bits) (q := q) (m := m) A.fit (fun i _ => fit_alone A.fit i) (ctx.symm ▸ Nat.succ_pos _) A.mlp A.some
        A.two (fun i hi => (A.setting i hi).head.fit) (fun i hi j hj => ((A.setting i hi).neurons _ ((A.setting i hi).block hj).left).fit) slopes
        (fun j _ => shares_sum A.some (units R (w.solo M 0) B (M.alone 0) c) (ownAt R w B M q j) _ _)
        (mul_pos (ofNat_pos (Nat.two_pow_pos (2 * w.frac))) hU) last hx.left.right hm (D := fun i => (hs.getD i HeadAt.none).D)
        (fun t ht => direct_sums_le S₀ slopes hqv hm ht) _ covers (fun t ht hne => ?_) shows
      have tests := enough_spec (width := T.width) (hs := hs) A.width_lt hm (fun j hj => direct_lt S₀ slopes q hj)
        (fun i hi => Bool.and_left (of_headsOk rowsOk hi)) (hsLength.symm ▸ enough) ht hne
      rw [hsLength] at tests
      exact tests

end
end MlpHeads
end Transformer
end Compact
