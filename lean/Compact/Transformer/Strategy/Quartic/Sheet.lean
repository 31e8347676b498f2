prelude
import Compact.Transformer.Strategy.Quartic.Sheet.Class
/-!
# Quartic: a block of maxima

What the check of a block counts is answered correctly (`Sheet.block_judged`), whatever the tables decide of an input.
-/
namespace Compact
namespace Sheet

section forcing
variable {α : Type}

theorem Frame.force_eq (F : Frame) (k : Frame → α) : F.force k = k F := by
  unfold Frame.force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

theorem Asked.force_eq (A : Asked) (k : Asked → α) : A.force k = k A := by
  unfold Asked.force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

theorem Most.force_eq (M : Most) (k : Most → α) : M.force k = k M := by
  unfold Most.force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

theorem Grid.force_eq (G : Grid) (k : Grid → α) : G.force k = k G := by
  unfold Grid.force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq,
    Nat.force_eq]

theorem Asked.forceFrom_eq (t : Tables) (S : Sheets) (n q : Nat) (k : List Asked → α) :
    Asked.forceFrom t S n q k = k (List.tabulateFrom q n (Asked.of t S)) := by
  induction n generalizing q k with
  | zero => rfl
  | succ n ih =>
    show (Asked.of t S q).force (fun A => Asked.forceFrom t S n (Nat.succ q) fun As => k (A :: As)) = _
    rw [Asked.force_eq, ih]
    rfl

theorem Grid.forceFrom_eq (F : Frame) (countBits n rows : Nat) (k : List Grid → α) :
    Grid.forceFrom F countBits n rows k = k (List.tabulateFrom rows n (Grid.of F countBits)) := by
  induction n generalizing rows k with
  | zero => rfl
  | succ n ih =>
    show (Grid.of F countBits rows).force (fun G => Grid.forceFrom F countBits n (Nat.succ rows) fun Gs => k (G :: Gs)) = _
    rw [Grid.force_eq, ih]
    rfl

end forcing

section
variable {R : Type} [ExpField R] {P : List Nat → Prop} {prec : Nat} {t : Tables} {S : Sheets} {T : Enclosure} {X : Nat → Nat} {q m slack : Nat}

/-- All lanes but one. -/
theorem others_eq {L v m : Nat} (hm : m < v) : Nat.sub (ones L v) (Nat.shiftLeft 1 (Nat.mul L m)) = pack L v fun j => if j = m then 0 else 1 := by
  have single : Nat.shiftLeft 1 (Nat.mul L m) = pack L v fun j => if j = m then 1 else 0 := by
    rw [pack_single L 1 hm, Nat.one_mul]
    exact Nat.one_mul _
  rw [single]
  show (pack L v fun _ => 1) - _ = _
  rw [pack_sub L fun j _ => ?_]
  · refine pack_congr L fun j _ => ?_
    by_cases e : j = m
    case pos => rw [ite_eq_left e, ite_eq_left e]
    case neg => rw [ite_eq_right e, ite_eq_right e]
  · by_cases e : j = m
    case pos => rw [ite_eq_left e]; exact Nat.le_refl 1
    case neg => rw [ite_eq_right e]; exact Nat.zero_le 1

theorem classes_pos {n q m : Nat} (hn : 0 < n) : 0 < classes n q m := by
  unfold classes
  cases Nat.beq q m with
  | true => exact Nat.succ_pos n
  | false => exact hn

/-- A class by itself, and the others. -/
theorem counts_add_total (μ : Measure) {Q : List Nat → Prop} {key : List Nat → Nat} {a last : Nat} {g : Nat → Nat}
    (first : μ.At a fun y => Q y ∧ key y = 0) (others : ∀ i, i < last → μ.At (g i) fun y => Q y ∧ key y = i + 1) :
    μ.At (a + total last g) Q := by
  have all := μ.total (n := last + 1) (f := fun c => Nat.rec (motive := fun _ => Nat) a (fun i _ => g i) c) (P := Q) key fun c hc => by
    cases c with
    | zero => exact first
    | succ i => exact others i (Nat.lt_of_succ_lt_succ hc)
  refine μ.weaken (Nat.le_of_eq ?_) (μ.mono (fun _ h => h.left) all)
  exact (total_succ' last fun c => Nat.rec (motive := fun _ => Nat) a (fun i _ => g i) c).symm

theorem of_eq {μ : Measure} {N N' : Nat} {P : List Nat → Prop} (e : N = N') (h : μ.At N' P) : μ.At N P := e ▸ h

/-- The gaps of a row of a sheet: `least` are those of the first one. -/
noncomputable def sheetGap (t : Tables) (T : Enclosure) (X : Nat → Nat) (q m first : Nat) (least : Nat → Nat) (r j : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (least j) (fun r _ => T.token (first + r) m + 2 ^ t.width - T.token (first + r) j) r +
    (T.direct q m + X m + 3 * 2 ^ t.width - (T.direct q j + X j))

/-- One part of what is spared, for the tokens of a row; `weight` is at least that of each token. -/
noncomputable def sheetPart (N cap together : Nat) (weight : Nat → Nat) (first r : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) (unitPart N cap together) (fun r _ => unitPart N cap (weight (first + r))) r

/-- The greatest factor of the first tokens. -/
theorem greatest_spec (G : Fits t S) (hT : t.Describe T) (hq : q < t.v) : ∀ i s, i < t.v → s ≤ i →
    T.tokenLo q s ≤ readLane t.bits (Asked.of t S q).greatest i := by
  have lane {k : Nat} (hk : k < t.v) : digit t.bits (t.tokenLo.getD q 0) k = T.tokenLo q k := hT.tokenLo q k hq hk
  have bits_pos : 0 < t.bits := Nat.lt_of_lt_of_le (Nat.succ_pos _) G.prec
  have small : ∀ k, k < t.v → T.tokenLo q k < 2 ^ (t.bits - 1) := fun k hk =>
    Nat.lt_of_le_of_lt (hT.tokenLo_le q k hq hk) (Nat.pow_lt_pow_right (Nat.lt_succ_self 1) (Nat.le_sub_of_add_le G.prec))
  have row : lowBits (t.bits * t.v) (nth 0 t.tokenLo q) = pack t.bits t.v (T.tokenLo q) := by
    rw [lowBits_eq, nth_eq, mod_two_pow_eq_pack]
    exact pack_congr _ fun k hk => lane hk
  have top_lt : 2 ^ (t.bits - 1) ≤ 2 ^ t.bits := Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _)
  match lanesRunning_pack bits_pos (Nat.le_refl _) small with
  | ⟨g, e, lt, reach⟩ =>
    intro i s hi hs
    have greatest : (Asked.of t S q).greatest = pack t.bits t.v g := by
      show Nat.force (2 ^ (t.bits - 1) * onesOf t.bits t.v) (fun tops => lanesRunning t.bits t.v tops (t.bits - 1)
        (lowBits (t.bits * t.v) (nth 0 t.tokenLo q))) = _
      rw [Nat.force_eq, onesOf_eq bits_pos, row]
      exact e
    rw [greatest]
    have entry : digit t.bits (pack t.bits t.v g) i = g i := digit_pack _ (fun j hj => Nat.lt_of_lt_of_le (lt j hj) top_lt) hi
    exact Nat.le_trans (reach i s hi hs) (Nat.le_of_eq entry.symm)

/-- One query and one maximum. -/
theorem counts_pair {μ : Measure} {τ : Tally} (hτ : μ.Fits τ t S) (G : Fits t S) (hT : t.Describe T) (K : PairKnown R P prec t.width t.v T X t.n q m slack)
    (hX : t.position.getD m 0 = pack t.bits t.v X) (small : ∀ j, j < t.v → X j ≤ 2 * 2 ^ t.width)
    (hS : t.entry t.slack q m = T.totalSlack t.ceiling t.n q slack) (code : Nat) :
    μ.At (countPair τ S (Frame.of t S (tokenRows t S)) (List.tabulateFrom 1 S.mostRows (Grid.of (Frame.of t S (tokenRows t S)) S.countBits)) (Most.of t (Frame.of t S (tokenRows t S)) m) t.bits code (Asked.of t S q))
      fun y => P (y ++ [q]) ∧ maximum (y ++ [q]) = m := by
  have hm := K.m_lt
  have hqv : q < t.v := Nat.lt_of_le_of_lt K.q_le hm
  have max_eq : readLane t.bits (Asked.of t S q).lows (Most.of t (Frame.of t S (tokenRows t S)) m).m = T.tokenLo q m := by
    show digit t.bits (nth 0 t.tokenLo q) m = _
    rw [nth_eq]
    exact hT.tokenLo q m hqv hm
  have own_eq : (Asked.of t S q).own = T.tokenLo q q * T.posLo q t.n := by
    show digit t.bits (nth 0 t.tokenLo q) q * nth 0 t.own q = _
    rw [nth_eq, nth_eq, hT.own q hqv, ← hT.tokenLo q q hqv hqv]
    rfl
  have mass_eq : (Asked.of t S q).mass = T.mass q t.n := (nth_eq _ _ _).trans (hT.mass q hqv)
  have slack_eq : readLane t.bits (Asked.of t S q).slack (Most.of t (Frame.of t S (tokenRows t S)) m).m = T.totalSlack t.ceiling t.n q slack := by
    show digit t.bits (nth 0 t.slack q) m = _
    rw [nth_eq]
    exact hS
  have base_eq : Nat.add (Asked.of t S q).direct (Most.of t (Frame.of t S (tokenRows t S)) m).position = pack S.laneBits t.v fun j => T.direct q j + X j := by
    show narrowRow _ _ _ _ + narrowRow t.bits S.laneBits t.v _ = _
    rw [narrow_direct G hT hqv, narrow_position G hX small, pack_add]
  have path_eq : Nat.add (Most.of t (Frame.of t S (tokenRows t S)) m).token (pack S.laneBits t.v fun j => T.direct q j + X j) =
      pack S.laneBits t.v (T.path X q m) := by
    show nth 0 (tokenRows t S) m + _ = _
    rw [nth_eq, getD_tokenRows G hT hm, pack_add]
    exact pack_congr _ fun j _ => (Nat.add_left_comm _ _ _).trans (Nat.add_assoc _ _ _).symm
  have lane_eq : Nat.add (nth 0 (Frame.of t S (tokenRows t S)).rows (Asked.of t S q).q) (Nat.add (Asked.of t S q).direct (Most.of t (Frame.of t S (tokenRows t S)) m).last) =
      pack S.laneBits t.v (T.lane q q t.n) := by
    show nth 0 (tokenRows t S) q + (narrowRow _ _ _ _ + narrowRow t.bits S.laneBits t.v _) = _
    rw [nth_eq, getD_tokenRows G hT hqv, narrow_direct G hT hqv, narrow_last G hT, pack_add, pack_add]
    exact pack_congr _ fun j _ => (Nat.add_left_comm _ _ _).trans (Nat.add_assoc _ _ _).symm
  unfold countPair
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, max_eq, own_eq, mass_eq, slack_eq, base_eq]
  generalize readLane 16 (nth 0 S.shifts (Most.of t (Frame.of t S (tokenRows t S)) m).m) (Asked.of t S q).q = z
  show μ.At (Bool.rec (motive := fun _ => Nat) 0 _ (Nat.ble ((T.mass q t.n * T.tokenLo q m / 2 ^ z + T.tokenLo q q * T.posLo q t.n / 2 ^ z + 2) *
    (4 * 2 ^ t.width) + (T.totalSlack t.ceiling t.n q slack / 2 ^ z + 1)) (2 ^ S.spareBits - 1))) _
  cases room : Nat.ble ((T.mass q t.n * T.tokenLo q m / 2 ^ z + T.tokenLo q q * T.posLo q t.n / 2 ^ z + 2) * (4 * 2 ^ t.width) +
      (T.totalSlack t.ceiling t.n q slack / 2 ^ z + 1)) (2 ^ S.spareBits - 1) with
  | false => exact μ.zero
  | true =>
    have A : Pair R P prec t S T X q m slack z := ⟨G, hT, K, small, Nat.le_of_ble_eq_true room⟩
    show μ.At (around _ _ _ _) _
    rw [path_eq]
    have one := G.one_eq (tokenRows t S)
    have tops := G.tops_eq (tokenRows t S)
    refine of_eq (around_eq (F := Frame.of t S (tokenRows t S)) G.lane_pos one tops hm (fun j hj => G.room (A.path_le m hj)) _) ?_
    rw [lane_eq]
    refine of_eq (around_eq (F := Frame.of t S (tokenRows t S)) G.lane_pos one tops hm (fun j hj => G.room (A.lane_le j)) _) ?_
    rw [Nat.force_eq, Nat.force_eq]
    have loss_eq : Nat.add (Nat.add (Nat.mul (Nat.succ (Nat.shiftRight (Nat.mul (T.mass q t.n) (T.tokenLo q m)) z))
        (pack (Frame.of t S (tokenRows t S)).L (Frame.of t S (tokenRows t S)).v fun j => T.path X q m j - T.path X q m m))
        (Nat.mul (Nat.succ (Nat.shiftRight (T.tokenLo q q * T.posLo q t.n) z))
          (pack (Frame.of t S (tokenRows t S)).L (Frame.of t S (tokenRows t S)).v fun j => T.lane q q t.n j - T.lane q q t.n m)))
        (Nat.mul (Nat.succ (Nat.shiftRight (T.totalSlack t.ceiling t.n q slack) z)) (Most.of t (Frame.of t S (tokenRows t S)) m).others) =
        pack S.laneBits t.v (lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z) := by
      have others : (Most.of t (Frame.of t S (tokenRows t S)) m).others = pack S.laneBits t.v fun j => if j = m then 0 else 1 := by
        show Nat.sub (Frame.of t S (tokenRows t S)).one _ = _
        rw [one]
        exact others_eq hm
      rw [others]
      show _ * pack S.laneBits t.v _ + _ * pack S.laneBits t.v _ + _ * pack S.laneBits t.v _ = _
      rw [mul_pack, mul_pack, mul_pack, pack_add, pack_add]
      rfl
    have all_eq : Nat.add (Nat.mul (Nat.shiftRight (Nat.mul (T.mass q t.n) (T.tokenLo q m)) z)
        (pack (Frame.of t S (tokenRows t S)).L (Frame.of t S (tokenRows t S)).v fun j => T.path X q m m - T.path X q m j))
        (Nat.mul (Nat.shiftRight (T.tokenLo q q * T.posLo q t.n) z)
          (pack (Frame.of t S (tokenRows t S)).L (Frame.of t S (tokenRows t S)).v fun j => T.lane q q t.n m - T.lane q q t.n j)) =
        pack S.laneBits t.v (gainedAt T X t.n q m z (T.mass q t.n)) := by
      show _ * pack S.laneBits t.v _ + _ * pack S.laneBits t.v _ = _
      rw [mul_pack, mul_pack, pack_add]
      rfl
    rw [loss_eq, all_eq]
    have alone : μ.At (Bool.rec (motive := fun _ => Nat) 0 (τ.alone m) (lanesLe (Frame.of t S (tokenRows t S)).tops
        (pack S.laneBits t.v (lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z))
        (pack S.laneBits t.v (gainedAt T X t.n q m z (T.mass q t.n))))) fun y => (P (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = 0 := by
      cases h : lanesLe (Frame.of t S (tokenRows t S)).tops (pack S.laneBits t.v (lossAt T X t.n q m (T.totalSlack t.ceiling t.n q slack) z))
          (pack S.laneBits t.v (gainedAt T X t.n q m z (T.mass q t.n))) with
      | false => exact μ.zero
      | true => exact hτ.alone (P := fun y => P (y ++ [q]) ∧ maximum (y ++ [q]) = m) hm fun y hy => K.alone_right (classes_pos G.n_pos) (A.alone h) hy
    cases code with
    | zero => exact μ.mono (fun _ h => h.left) alone
    | succ code =>
      show μ.At (Nat.add _ (Nat.force _ fun rest => Nat.force _ fun first => _)) _
      rw [Nat.force_eq, Nat.force_eq]
      generalize rest_eq : Nat.sub (Most.of t (Frame.of t S (tokenRows t S)) m).m
        (readLane 16 (nth 0 S.firsts (Most.of t (Frame.of t S (tokenRows t S)) m).m) (Asked.of t S q).q) = rest
      have rest_le : rest ≤ m := rest_eq ▸ Nat.sub_le m _
      generalize first_eq : Nat.sub (Most.of t (Frame.of t S (tokenRows t S)) m).m rest = first
      have hm_eq : first + rest = m := first_eq ▸ Nat.sub_add_cancel rest_le
      have first_le : first ≤ m := hm_eq ▸ Nat.le_add_right first rest
      have rest_lt : rest + 1 ≤ t.v := Nat.lt_of_le_of_lt rest_le hm
      have rows_pos : 0 < S.laneBits * (t.v + 1) := Nat.mul_pos G.lane_pos (Nat.succ_pos t.v)
      cases few : Nat.ble (Nat.succ rest) S.mostRows with
      | false => exact μ.mono (fun _ h => h.left) alone
      | true =>
      have grid : nth Grid.none (List.tabulateFrom 1 S.mostRows (Grid.of (Frame.of t S (tokenRows t S)) S.countBits)) rest =
          Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1) := by
        rw [nth_eq, List.getD_tabulateFrom _ (Nat.le_of_ble_eq_true few), Nat.add_comm]
      show μ.At (Nat.add _ (Nat.force _ fun row => _)) _
      rw [Nat.force_eq, grid]
      show μ.At (Nat.add _ (Nat.force _ fun H => _)) _
      rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
      match leastGaps_eq G hT hm first_le with
      | ⟨least, least_eq, least_le, least_spec⟩ =>
      have base (j : Nat) : T.direct q m + X m + 3 * 2 ^ t.width - (T.direct q j + X j) ≤ 6 * 2 ^ t.width := by
        refine Nat.le_trans (Nat.sub_le _ _) (Nat.le_trans (Nat.add_le_add_right (A.base_le hm) _) (Nat.le_of_eq ?_))
        ring [2 ^ t.width]
      have token_gap (s j : Nat) : T.token s m + 2 ^ t.width - T.token s j ≤ 2 * 2 ^ t.width := by
        rw [Nat.two_mul]
        exact Nat.le_trans (Nat.sub_le _ _) (Nat.add_le_add_right (token_le hT s m) _)
      have H_eq : Nat.add (Nat.add (leastGaps (Frame.of t S (tokenRows t S)) (Most.of t (Frame.of t S (tokenRows t S)) m).m first)
          (Nat.shiftLeft (Nat.shiftRight (Most.of t (Frame.of t S (tokenRows t S)) m).gaps (Nat.mul (Frame.of t S (tokenRows t S)).rowBits first))
            (Frame.of t S (tokenRows t S)).rowBits))
          (Nat.mul (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).rows
          (Nat.sub (Nat.mul (Nat.add (readLane (Frame.of t S (tokenRows t S)).L (pack S.laneBits t.v fun j => T.direct q j + X j)
            (Most.of t (Frame.of t S (tokenRows t S)) m).m)
            (Nat.mul 3 (Frame.of t S (tokenRows t S)).unit)) (Frame.of t S (tokenRows t S)).one) (pack S.laneBits t.v fun j => T.direct q j + X j))) =
          pack (S.laneBits * (t.v + 1)) (rest + 1) fun r => pack S.laneBits t.v (sheetGap t T X q m first least r) := by
        have lane : readLane (Frame.of t S (tokenRows t S)).L (pack S.laneBits t.v fun j => T.direct q j + X j)
            (Most.of t (Frame.of t S (tokenRows t S)) m).m = T.direct q m + X m :=
          digit_pack _ (fun j hj => G.lane_lt (Nat.le_trans (A.base_le hj) (Nat.mul_le_mul_right _ (by decide)))) hm
        have rows : (Grid.of (Frame.of t S (tokenRows t S)) S.countBits (rest + 1)).rows = pack (S.laneBits * (t.v + 1)) (rest + 1) fun _ => 1 :=
          onesOf_eq rows_pos (rest + 1)
        have row : Nat.sub (Nat.mul (Nat.add (T.direct q m + X m) (Nat.mul 3 (Frame.of t S (tokenRows t S)).unit)) (Frame.of t S (tokenRows t S)).one)
            (pack S.laneBits t.v fun j => T.direct q j + X j) =
            pack S.laneBits t.v fun j => T.direct q m + X m + 3 * 2 ^ t.width - (T.direct q j + X j) := by
          rw [one]
          show (T.direct q m + X m + 3 * 2 ^ t.width) * ones S.laneBits t.v - _ = _
          rw [mul_ones, pack_sub _ fun j hj => Nat.le_add_left_of_le (A.base_le hj)]
        have left : Nat.shiftRight (pack (S.laneBits * (t.v + 1)) m fun s => pack S.laneBits t.v fun j => T.token s m + 2 ^ t.width - T.token s j)
            (S.laneBits * (t.v + 1) * first) =
            pack (S.laneBits * (t.v + 1)) rest fun r => pack S.laneBits t.v fun j => T.token (first + r) m + 2 ^ t.width - T.token (first + r) j := by
          have rest_is : m - first = rest := by rw [← hm_eq, Nat.add_sub_cancel_left]
          exact (pack_div (fun s _ => row_lt fun j _ => G.lane_lt (Nat.le_trans (token_gap s j) two_le_four)) first_le).trans (rest_is ▸ rfl)
        rw [lane, row, rows, gaps_eq G hT hm]
        show leastGaps _ m first + Nat.shiftRight _ (S.laneBits * (t.v + 1) * first) * 2 ^ (S.laneBits * (t.v + 1)) + (pack _ (rest + 1) fun _ => 1) * _ = _
        rw [left, least_eq, Nat.mul_comm (pack _ rest _)]
        show (pack (S.laneBits * (t.v + 1)) (rest + 1) fun r => Nat.rec (motive := fun _ => Nat) (pack S.laneBits t.v least)
          (fun r _ => pack S.laneBits t.v fun j => T.token (first + r) m + 2 ^ t.width - T.token (first + r) j) r) + _ = _
        rw [Nat.mul_comm (pack _ (rest + 1) fun _ => 1), row_mul_pack, pack_add]
        refine pack_congr _ fun r _ => ?_
        rw [Nat.one_mul]
        cases r with
        | zero => exact pack_add _ _ _ _
        | succ r => exact pack_add _ _ _ _
      rw [H_eq]
      have heaviest : (Asked.of t S q).heaviest = Nat.succ (t.entry t.high q 1) := congrArg (fun x => Nat.succ (digit t.bits x 1)) (nth_eq _ _ _)
      have entry {s : Nat} (hs : s < m) : readLane t.bits (Asked.of t S q).lows s = T.tokenLo q s := by
        show digit t.bits (nth 0 t.tokenLo q) s = _
        rw [nth_eq]
        exact hT.tokenLo q s hqv (Nat.lt_trans hs hm)
      have J_eq : Nat.add (unitPart (Nat.pow 2 (Nat.add z S.fracBits)) (Nat.sub (Nat.pow 2 S.partBits) 1) (Nat.mul (Asked.of t S q).heaviest (readLane t.bits (Asked.of t S q).greatest (Nat.sub first 1))))
          (Nat.shiftLeft (packFrom (Frame.of t S (tokenRows t S)).L (fun r => unitPart (Nat.pow 2 (Nat.add z S.fracBits)) (Nat.sub (Nat.pow 2 S.partBits) 1)
            (Nat.mul (Asked.of t S q).heaviest (readLane t.bits (Asked.of t S q).lows (Nat.add first r)))) rest) (Frame.of t S (tokenRows t S)).L) =
          pack S.laneBits (rest + 1) (sheetPart (2 ^ (z + S.fracBits)) (2 ^ S.partBits - 1)
            ((Asked.of t S q).heaviest * readLane t.bits (Asked.of t S q).greatest (first - 1))
            (fun s => (Asked.of t S q).heaviest * readLane t.bits (Asked.of t S q).lows s) first) := by
        rw [packFrom_eq]
        show _ + (pack S.laneBits rest _) * 2 ^ S.laneBits = _ + 2 ^ S.laneBits * _
        rw [Nat.mul_comm (pack S.laneBits rest _)]
        rfl
      rw [J_eq]
      have row_of {s : Nat} (h : first ≤ s) : rowOf first s = s - first + 1 := Nat.succ_sub h
      have part (r : Nat) (_ : r < rest + 1) : sheetPart (2 ^ (z + S.fracBits)) (2 ^ S.partBits - 1)
          ((Asked.of t S q).heaviest * readLane t.bits (Asked.of t S q).greatest (first - 1))
          (fun s => (Asked.of t S q).heaviest * readLane t.bits (Asked.of t S q).lows s) first r ≤ 2 ^ S.partBits - 1 := by
        cases r with
        | zero => exact (unitPart_spec _ _ _).left
        | succ r => exact (unitPart_spec _ _ _).left
      have parts (s : Nat) (hs : s < m) : sheetPart (2 ^ (z + S.fracBits)) (2 ^ S.partBits - 1)
          ((Asked.of t S q).heaviest * readLane t.bits (Asked.of t S q).greatest (first - 1))
          (fun s => (Asked.of t S q).heaviest * readLane t.bits (Asked.of t S q).lows s) first (rowOf first s) *
            (t.entry t.high q 1 * T.tokenLo q s) ≤ 2 ^ (z + S.fracBits) := by
        refine Nat.le_trans (Nat.mul_le_mul_left _ (Nat.mul_le_mul_right _ (Nat.le_succ _))) ?_
        rw [← heaviest]
        cases Nat.lt_or_ge s first with
        | inl h =>
          have e : rowOf first s = 0 := Nat.sub_eq_zero_of_le h
          rw [e]
          refine (unitPart_spec _ _ _).right _ (Nat.mul_le_mul_left _ (greatest_spec G hT hqv _ s ?_ (Nat.le_sub_of_add_le h)))
          exact Nat.lt_of_le_of_lt (Nat.le_trans (Nat.sub_le _ _) first_le) hm
        | inr h =>
          rw [row_of h]
          show unitPart _ _ ((Asked.of t S q).heaviest * readLane t.bits (Asked.of t S q).lows (first + (s - first))) * _ ≤ _
          rw [Nat.add_sub_of_le h, entry hs]
          exact (unitPart_spec _ _ _).right _ (Nat.le_refl _)
      have gap (r j : Nat) (_ : r < rest + 1) (hj : j < t.v) : sheetGap t T X q m first least r j ≤ 8 * 2 ^ t.width := by
        have eight : 2 * 2 ^ t.width + 6 * 2 ^ t.width = 8 * 2 ^ t.width := (Nat.add_mul _ _ _).symm
        refine Nat.le_trans (Nat.add_le_add ?_ (base j)) (Nat.le_of_eq eight)
        cases r with
        | zero => exact least_le j hj
        | succ r => exact token_gap _ _
      have gaps (s j : Nat) (_ : s < m) (hj : j < t.v) : sheetGap t T X q m first least (rowOf first s) j ≤ gapAt t T X q m s j := by
        cases Nat.lt_or_ge s first with
        | inl h =>
          have e : rowOf first s = 0 := Nat.sub_eq_zero_of_le h
          rw [e]
          exact Nat.add_le_add_right (least_spec s h j hj) _
        | inr h =>
          rw [row_of h]
          show T.token (first + (s - first)) m + 2 ^ t.width - T.token (first + (s - first)) j + _ ≤ _
          rw [Nat.add_sub_of_le h]
          exact Nat.le_refl _
      cases ec : classes t.n q m with
      | zero => exact absurd ec (Nat.ne_of_gt (classes_pos G.n_pos))
      | succ last =>
        have last_eq : Nat.pred (classes (Frame.of t S (tokenRows t S)).n (Asked.of t S q).q (Most.of t (Frame.of t S (tokenRows t S)) m).m) = last :=
          (congrArg Nat.pred ec).trans rfl
        rw [last_eq]
        cases Nat.beq (Nat.mod (code + 1) 2) 1 with
        | false =>
          refine counts_add_total μ (key := countOther m) alone fun i hi => ?_
          rw [Nat.force_eq]
          exact A.of_planes (A := Asked.of t S q) _ _ (ec ▸ Nat.succ_lt_succ hi) (nth_eq _ _ _) hm_eq part parts gap gaps
            (C := fun N => μ.At N fun y => (P (y ++ [q]) ∧ maximum (y ++ [q]) = m) ∧ countOther m y = i + 1) μ.zero fun p within right =>
              hτ.several (P := fun y => P (y ++ [q]) ∧ maximum (y ++ [q]) = m) hm hm_eq within (i + 1)
                (right i (ec ▸ Nat.succ_lt_succ hi) (Nat.le_refl _))
        | true =>
          cases last with
          | zero => exact μ.mono (fun _ h => h.left) alone
          | succ last =>
            show μ.At (Nat.add _ (Nat.force _ fun last => _)) _
            rw [Nat.force_eq]
            exact A.of_planes (A := Asked.of t S q) _ _ (i := last) (ec ▸ Nat.lt_succ_self _) (nth_eq _ _ _) hm_eq part parts gap gaps
              (C := fun N => μ.At (Nat.add _ N) fun y => P (y ++ [q]) ∧ maximum (y ++ [q]) = m) (μ.mono (fun _ h => h.left) alone)
              fun p within right => counts_add_total μ (key := countOther m) alone fun i hi => by
                rw [Nat.force_eq]
                cases guard : Nat.ble (readLane t.bits (Asked.of t S q).low (Nat.sub t.n (Nat.succ last)))
                    (readLane t.bits (Asked.of t S q).low (Nat.sub t.n (Nat.succ i))) with
                | false =>
                  show μ.At (Bool.rec (motive := fun _ => Nat) 0 _ (Nat.ble (readLane t.bits (Asked.of t S q).low (Nat.sub t.n (Nat.succ last)))
                    (readLane t.bits (Asked.of t S q).low (Nat.sub t.n (Nat.succ i))))) _
                  rw [guard]
                  exact μ.zero
                | true =>
                  show μ.At (Bool.rec (motive := fun _ => Nat) 0 _ (Nat.ble (readLane t.bits (Asked.of t S q).low (Nat.sub t.n (Nat.succ last)))
                    (readLane t.bits (Asked.of t S q).low (Nat.sub t.n (Nat.succ i))))) _
                  rw [guard]
                  have le : t.entry t.low q (t.n - (last + 1)) ≤ t.entry t.low q (t.n - (i + 1)) := by
                    have le := Nat.le_of_ble_eq_true guard
                    have low : (Asked.of t S q).low = t.low.getD q 0 := nth_eq _ _ _
                    rw [low] at le
                    exact le
                  exact hτ.several (P := fun y => P (y ++ [q]) ∧ maximum (y ++ [q]) = m) hm hm_eq within (i + 1)
                    (right i (ec ▸ Nat.succ_lt_succ hi) le)

/-- One maximum. -/
theorem counts_maximum {μ : Measure} {τ : Tally} (hτ : μ.Fits τ t S) (G : Fits t S) (hT : t.Describe T) {m count : Nat} (hm : m < t.v) (hc : m < count)
    (judges : T.Judges R prec t.v t.n m P) :
    μ.At (countMaximum τ S (Frame.of t S (tokenRows t S)) (List.tabulateFrom 1 S.mostRows (Grid.of (Frame.of t S (tokenRows t S)) S.countBits)) t.bits (List.tabulateFrom 0 count (Asked.of t S)) (Most.of t (Frame.of t S (tokenRows t S)) m))
      fun x => P x ∧ maximum x = m := by
  match hT.position m hm with
  | ⟨X, hX, noBetter, small⟩ =>
    unfold countMaximum
    refine of_eq (walk_eq τ S _ _ _ _ (fun A => A) (A := Asked.of t S) (fun _ => rfl) (Nat.succ_le_of_lt hc) 0 _) ?_
    refine μ.mono (fun _ h => h.left) (μ.total (n := m + 1) lastToken fun q hq => ?_)
    have hq' := Nat.le_of_lt_succ hq
    have hqv := Nat.lt_of_le_of_lt hq' hm
    match hT.slack q m hqv hm with
    | ⟨slack, hS, slackLe⟩ =>
      rw [Nat.zero_add]
      exact hτ.query (P := fun x => P x ∧ maximum x = m) hqv (counts_pair hτ G hT ⟨judges, hT.narrow, hm, hq', noBetter, slackLe⟩ hX small hS _)

omit [ExpField R] in
theorem le_of_room {lo len : Nat} (h : hasRoom t S lo len = true) : lo + len ≤ t.v :=
  Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left (Bool.and_left h)))

omit [ExpField R] in
/-- What the check of room shows. -/
theorem Fits.of_room {lo len : Nat} (h : hasRoom t S lo len = true) : Fits t S := by
  have first := Bool.and_left h
  have rows := Bool.and_right first
  have planes := Bool.and_left (Bool.and_right h)
  exact {
    n_pos := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left first))
    lane := Nat.le_of_ble_eq_true (Bool.and_left rows)
    bits := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right rows))
    prec := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right rows))
    v_lane := Nat.le_of_ble_eq_true (Bool.and_left planes)
    v_power := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right planes))
    spare := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right (Bool.and_right planes)))
    part := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right (Bool.and_right planes)))
    count := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right h)) }

/-- The check of one block is sound, whatever the tables decide, and whatever inputs count for. -/
theorem block_counts {μ : Measure} {τ : Tally} (hτ : Fits t S → μ.Fits τ t S) {lo len bound : Nat} (hT : t.Describe T)
    (judges : ∀ m, lo ≤ m → m < lo + len → T.Judges R prec t.v t.n m P)
    (h : tallyCheck τ t S lo len bound = true) : μ.At bound fun x => P x ∧ lo ≤ maximum x ∧ maximum x < lo + len := by
  have G := Fits.of_room (Bool.and_left h)
  have hv := le_of_room (Bool.and_left h)
  refine μ.weaken (Nat.le_of_ble_eq_true (Bool.and_right h)) ?_
  unfold countBlock
  rw [forceList_eq, Frame.force_eq, Asked.forceFrom_eq, Grid.forceFrom_eq]
  refine μ.totalFrom maximum fun i hi => ?_
  rw [Nat.force_eq, Most.force_eq]
  have lt : lo + i < lo + len := Nat.add_lt_add_left hi lo
  exact counts_maximum (hτ G) G hT (Nat.lt_of_lt_of_le lt hv) lt (judges _ (Nat.le_add_right lo i) lt)

/-- The check of one block is sound, whatever the tables decide. -/
theorem block_judged {lo len bound : Nat} (hT : t.Describe T) (judges : ∀ m, lo ≤ m → m < lo + len → T.Judges R prec t.v t.n m P)
    (h : blockCheck t S lo len bound = true) : AtLeast bound fun x => P x ∧ lo ≤ maximum x ∧ maximum x < lo + len :=
  block_counts (μ := Measure.plain) Measure.plain_fits hT judges h

end
end Sheet
end Compact
