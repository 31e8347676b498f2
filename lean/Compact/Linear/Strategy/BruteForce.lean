prelude
import Compact.Linear.Product
/-!
# Strategy: brute force

The sum `expLoss` of every input is bounded by itself, and for each first token the product of all of them: what is proved is the
true loss, up to rounding.  Inputs have two tokens or more; with one, `AmGm` looks at each input by itself too.  `sound`: for any
weights and any certificate, if `check` evaluates to `true`, the mean loss is at most `bound` billionths.
-/
namespace Compact
namespace Linear
namespace BruteForce
noncomputable section

/-- For each first token, a bound of the sum of the losses of its inputs in billionths. -/
structure Certificate extends Claim where
  losses : List Nat

/-- Entry by entry. -/
def products (xs ys : List Nat) : List Nat := foldZip (fun x y ih => Nat.mul x y :: ih) [] xs ys

/-- What is kept of the tokens so far: products of the rows of upper and of lower bounds, and the largest token. -/
structure State where
  high : List Nat
  low : List Nat
  largest : Nat

/-- One token more. -/
def State.add {α : Type} (S : State) (T : Table) (s : Nat) (k : State → α) : α :=
  forceList (products S.high (nth [] T.upper s)) fun high => forceList (products S.low (nth [] T.lower s)) fun low =>
  Nat.force (larger S.largest s) fun m => k ⟨high, low, m⟩

/-- The product `p` goes on with all inputs that have `k + 1` tokens more. -/
def walk (P W d : Nat) (T : Table) (packed : List Nat) (k : Nat) : State → Nat → Nat :=
  Nat.rec (motive := fun _ => State → Nat → Nat)
    (fun S p => forceList (combine W d d (fun t => nth 0 S.high t) packed) fun sums =>
      times P (fun y => nth 0 sums y)
        (fun y => Nat.force (larger S.largest y) fun c => Nat.mul (nth 0 S.low c) (nth 0 (nth [] T.lower y) c)) d p)
    (fun _ ih S p => loop d (fun s p => S.add T s fun S => ih S p) p) k

/-- How wide lanes have to be. -/
def bits (w : Weights) (p : Precision) : Nat := width (Nat.mul w.d_vocab (Nat.pow p.cap w.n_ctx))

/-- The inputs with the first token `s`. -/
def tokenCheck (w : Weights) (cert : Certificate) (W : Nat) (T : Table) (packed : List Nat) (s : Nat) : Bool :=
  Nat.force (walk cert.prec W w.d_vocab T packed (Nat.sub w.n_ctx 2) ⟨nth [] T.upper s, nth [] T.lower s, s⟩ (Nat.pow 2 cert.prec))
    fun p => cert.fits p (Nat.pow 2 cert.prec) (nth 0 cert.losses s)

/-- The check of all inputs. -/
def tokensCheck (w : Weights) (cert : Certificate) (T : Table) : Bool :=
  Nat.ble 2 w.n_ctx && Nat.force (bits w cert.toPrecision) fun W =>
  forceList (packedColumns W w.d_vocab T.upper) fun packed =>
  allBelow w.d_vocab fun s => Nat.force s (tokenCheck w cert W T packed)

/-- The check of a certificate. -/
def check (w : Weights) (cert : Certificate) : Bool :=
  cert.toClaim.checks w (total w.d_vocab fun s => nth 0 cert.losses s) (tokensCheck w cert)

end

section
variable {R : Type} [ExpField R] {T : Table} {d cap : Nat} {G : Nat → Nat → R}

theorem products_spec {xs ys : List Nat} {d : Nat} (hx : xs.length = d) (hy : ys.length = d) :
    (products xs ys).length = d ∧ ∀ t, t < d → (products xs ys).getD t 0 = xs.getD t 0 * ys.getD t 0 := by
  induction d generalizing xs ys with
  | zero =>
    match xs, hx with
    | [], _ => exact ⟨rfl, fun t ht => absurd ht (Nat.not_lt_zero t)⟩
  | succ d ih =>
    match xs, ys, hx, hy with
    | x :: xs, y :: ys, hx, hy =>
      have ih := ih (Nat.succ.inj hx) (Nat.succ.inj hy)
      refine ⟨congrArg Nat.succ ih.left, fun t ht => ?_⟩
      cases t with
      | zero => rfl
      | succ t => exact ih.right t (Nat.lt_of_succ_lt_succ ht)

/-- What the state says: `a c t` is what the `i` tokens so far multiply `exp (logit_t - logit_c)` by. -/
structure Means (d cap i : Nat) (a : Nat → Nat → R) (S : State) : Prop where
  high_length : S.high.length = d
  low_length : S.low.length = d
  lt : S.largest < d
  below (c t : Nat) : c < d → t < d → Below (a c t) (S.high.getD t 0) (S.low.getD c 0)
  high_le (t : Nat) : t < d → S.high.getD t 0 ≤ cap ^ i

/-- The state after the first token. -/
theorem Means.first (hT : T.Holds R d cap G) {s : Nat} (hs : s < d) :
    Means d cap 1 (fun c t => ratio G c s t) ⟨nth [] T.upper s, nth [] T.lower s, s⟩ := by
  rw [nth_eq, nth_eq]
  exact ⟨hT.upper_row s hs, hT.lower_row s hs, hs, fun c t hc ht => hT.below hc hs ht,
    fun t ht => (Nat.pow_one cap).symm ▸ hT.up_le s t hs ht⟩

/-- The state after one token more. -/
theorem Means.add (hT : T.Holds R d cap G) {i : Nat} {a : Nat → Nat → R} {S : State} (h : Means d cap i a S) {s : Nat} (hs : s < d)
    {α : Type} (k : State → α) : ∃ S', S.add T s k = k S' ∧ S'.largest = Nat.max S.largest s ∧
      Means d cap (i + 1) (fun c t => a c t * ratio G c s t) S' := by
  refine ⟨⟨products S.high (nth [] T.upper s), products S.low (nth [] T.lower s), larger S.largest s⟩, ?_, larger_eq _ _, ?_⟩
  · unfold State.add
    rw [forceList_eq, forceList_eq, Nat.force_eq]
  · rw [nth_eq, nth_eq, larger_eq]
    have high := products_spec h.high_length (hT.upper_row s hs)
    have low := products_spec h.low_length (hT.lower_row s hs)
    refine ⟨high.left, low.left, Nat.max_lt_of_lt h.lt hs, fun c t hc ht => ?_, fun t ht => ?_⟩
    · show Below _ ((products _ _).getD t 0) ((products _ _).getD c 0)
      rw [high.right t ht, low.right c hc]
      exact (h.below c t hc ht).mul (hT.below hc hs ht)
    · show (products _ _).getD t 0 ≤ _
      rw [high.right t ht]
      exact Nat.mul_le_mul (h.high_le t ht) (hT.up_le s t hs ht)

theorem max_assoc (a b c : Nat) : Nat.max (Nat.max a b) c = Nat.max a (Nat.max b c) :=
  Nat.le_antisymm
    (Nat.max_le_of_le (Nat.max_le_of_le (Nat.le_max_left _ _) (Nat.le_trans (Nat.le_max_left b c) (Nat.le_max_right _ _)))
      (Nat.le_trans (Nat.le_max_right b c) (Nat.le_max_right _ _)))
    (Nat.max_le_of_le (Nat.le_trans (Nat.le_max_left a b) (Nat.le_max_left _ _))
      (Nat.max_le_of_le (Nat.le_trans (Nat.le_max_right a b) (Nat.le_max_left _ _)) (Nat.le_max_right _ _)))

theorem max_zero (a : Nat) : Nat.max a 0 = a := Nat.max_eq_left (Nat.zero_le a)

theorem walk_zero (P W d : Nat) (T : Table) (packed : List Nat) (S : State) (p : Nat) : walk P W d T packed 0 S p =
    times P (fun y => nth 0 (combine W d d (fun t => nth 0 S.high t) packed) y)
      (fun y => Nat.force (larger S.largest y) fun c => Nat.mul (nth 0 S.low c) (nth 0 (nth [] T.lower y) c)) d p :=
  forceList_eq (combine W d d (fun t => nth 0 S.high t) packed) fun sums => times P (fun y => nth 0 sums y) _ d p

/-- What the product is an upper bound of, after all inputs with `k + 1` tokens more. -/
theorem le_walk (hT : T.Holds R d cap G) {P W n k i : Nat} (hi : i + (k + 1) = n) (hW : d * cap ^ n < 2 ^ W) {S : State}
    {a : Nat → Nat → R} (h : Means d cap i a S) {p : Nat} {e : R} (he : 0 ≤ e) (hp : IsUpper P p e) {l : List Nat → R}
    (hl : ∀ y, IsInput d (k + 1) y → exp (l y) ≤ sum d fun t =>
      a (Nat.max S.largest (maximum y)) t * tokenProduct (fun s => ratio G (Nat.max S.largest (maximum y)) s t) y) :
    IsUpper P (walk P W d T (packedColumns W d T.upper) k S p) (e * exp (sumInputs d (k + 1) l)) := by
  have isUpper_le {x : Nat} {b c : R} (hx : IsUpper P x c) (hbc : b ≤ c) : IsUpper P x b :=
    le_trans (mul_le_mul_of_nonneg_left hbc (ofNat_nonneg _)) hx
  induction k generalizing i S a p e l with
  | zero =>
    have below (y : Nat) (hy : y < d) : Below (sum d fun t => a (Nat.max S.largest y) t * ratio G (Nat.max S.largest y) y t)
        (nth 0 (combine W d d (fun t => nth 0 S.high t) (packedColumns W d T.upper)) y)
        (Nat.force (larger S.largest y) fun c => Nat.mul (nth 0 S.low c) (nth 0 (nth [] T.lower y) c)) := by
      have hc : Nat.max S.largest y < d := Nat.max_lt_of_lt h.lt hy
      rw [getD_combine_columns (m := cap ^ n) hT.upper_length hT.upper_row (fun s t hs ht => ?_) hW hy, Nat.force_eq, larger_eq, T.nth_low]
      · refine Below.sum (Nat.mul_pos ?_ (hT.low_pos y _ hy hc)) fun t ht => ?_
        · rw [nth_eq]
          exact (h.below _ 0 hc (Nat.lt_of_le_of_lt (Nat.zero_le _) hc)).pos
        · rw [nth_eq 0 S.low, nth_eq 0 S.high]
          exact (h.below _ t hc ht).mul (hT.below hc hy ht)
      · rw [nth_eq, ← hi]
        exact Nat.mul_le_mul (h.high_le t ht) (hT.up_le s t hs ht)
    rw [walk_zero]
    refine isUpper_le (le_times hp below) (mul_le_mul_of_nonneg_left ?_ he)
    refine exp_sum_le fun y hy => le_trans (hl [y] ⟨rfl, fun t ht => ?_⟩) (le_of_eq (sum_congr fun t _ => ?_))
    · match ht with
      | .head _ => exact hy
    · show a (Nat.max S.largest (Nat.max y 0)) t * (ratio G (Nat.max S.largest (Nat.max y 0)) y t * 1) = _
      rw [max_zero, mul_one]
  | succ k ih =>
    show IsUpper P (loop d _ p) (e * exp (sum d fun s => sumInputs d (k + 1) fun y => l (s :: y)))
    have upTo : ∀ j, j ≤ d → IsUpper P (loop j (fun s p => S.add T s fun S => walk P W d T (packedColumns W d T.upper) k S p) p)
        (e * exp (sum j fun s => sumInputs d (k + 1) fun y => l (s :: y))) := by
      intro j
      induction j with
      | zero =>
        intro _
        show IsUpper P p (e * exp 0)
        rw [exp_zero, mul_one]
        exact hp
      | succ j ihj =>
        intro hj
        rw [loop_succ, sum_succ, exp_add, ← mul_assoc]
        match h.add hT hj fun S' => walk P W d T (packedColumns W d T.upper) k S'
            (loop j (fun s p => S.add T s fun S => walk P W d T (packedColumns W d T.upper) k S p) p) with
        | ⟨S', eq, largest, means⟩ =>
          have next := ih (i := i + 1) ((Nat.add_right_comm i 1 (k + 1)).trans hi) means (mul_nonneg he (exp_nonneg _)) (ihj (Nat.le_of_lt hj))
            (l := fun y => l (j :: y)) fun y hy => ?_
          · refine le_trans (hl (j :: y) ⟨congrArg Nat.succ hy.left, fun t ht => ?_⟩) (le_of_eq (sum_congr fun t _ => ?_))
            · match ht with
              | .head _ => exact hj
              | .tail _ ht => exact hy.right t ht
            · show a (Nat.max S.largest (Nat.max j (maximum y))) t * (ratio G (Nat.max S.largest (Nat.max j (maximum y))) j t * _) = _
              rw [largest, max_assoc, mul_assoc]
              rfl
          · rw [eq]
            exact next
    exact upTo d (Nat.le_refl d)

end

/-- **Brute force is sound.** -/
theorem sound (R : Type) [ExpField R] (w : Weights) (cert : Certificate) (h : check w cert = true) :
    MeanLossAtMost R cert.bound w := by
  match Claim.of_checks (R := R) h with
  | ⟨_, roots, le, hT, go⟩ =>
    refine meanLoss_of le fun l hl => ?_
    have two := Nat.le_of_ble_eq_true (Bool.and_left go)
    have go := Bool.and_right go
    rw [Nat.force_eq, forceList_eq] at go
    have n : w.n_ctx = (w.n_ctx - 2 + 1) + 1 := (Nat.sub_add_cancel two).symm
    have all : sumInputs w.d_vocab w.n_ctx l = sum w.d_vocab fun s => sumInputs w.d_vocab (w.n_ctx - 2 + 1) fun y => l (s :: y) := by
      rw [n]
      rfl
    have totals : nats R (total w.d_vocab fun s => nth 0 cert.losses s) = sum w.d_vocab fun s => nats R (nth 0 cert.losses s) := by
      show ofNat R (total _ _) / _ = _
      rw [ofNat_total, sum_div]
    rw [all, totals]
    refine sum_le_sum fun s hs => ?_
    have here := of_allBelow go hs
    rw [Nat.force_eq] at here
    unfold tokenCheck at here
    rw [Nat.force_eq] at here
    have upper := le_walk (R := R) hT (e := 1) (P := cert.prec) (W := bits w cert.toPrecision) (n := w.n_ctx) (k := w.n_ctx - 2) (i := 1)
      ((Nat.add_comm _ _).trans n.symm) (lt_width _) (Means.first hT hs) zero_le_one (isUpper_one _) (l := fun y => l (s :: y))
      fun y hy => ?_
    · refine le_trans (hl (s :: y) ⟨?_, fun t ht => ?_⟩) (le_of_eq (expLoss_eq w rfl))
      · rw [n]
        exact congrArg Nat.succ hy.left
      · match ht with
        | .head _ => exact hs
        | .tail _ ht => exact hy.right t ht
    · exact le_of_exp_le_exp (one_mul (exp (R := R) _) ▸ Claim.of_product roots here upper)

end BruteForce
end Linear
end Compact
