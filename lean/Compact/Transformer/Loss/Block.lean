prelude
import Compact.Transformer.Loss.Pair
import Compact.Transformer.Loss.Levels
/-!
# A block of maxima

For each maximum of a block and each query: what the levels that the certificate picks save of the loss, and how many inputs are
counted at the level `right`.  Two sums are evaluated side by side (`sums`), as both come from the same numbers.
-/
namespace Compact
noncomputable section

/-- The sums of `n` pairs of numbers; `f i k` goes on by `k` with the `i`-th pair. -/
def sums (n : Nat) (f : Nat → (Nat → Nat → Bool) → Bool) (k : Nat → Nat → Bool) : Bool :=
  Nat.rec (motive := fun _ => Nat → Nat → Bool) (fun a b => k a b)
    (fun i ih a b => f i fun x y => Nat.force (Nat.add a x) fun a => Nat.force (Nat.add b y) fun b => ih a b) n 0 0

theorem sums_eq {n : Nat} {f : Nat → (Nat → Nat → Bool) → Bool} {x y : Nat → Nat} (h : ∀ i, i < n → ∀ k, f i k = k (x i) (y i))
    (k : Nat → Nat → Bool) : sums n f k = k (total n x) (total n y) := by
  have all : ∀ n, (∀ i, i < n → ∀ k, f i k = k (x i) (y i)) → ∀ a b, Nat.rec (motive := fun _ => Nat → Nat → Bool) (fun a b => k a b)
      (fun i ih a b => f i fun x y => Nat.force (Nat.add a x) fun a => Nat.force (Nat.add b y) fun b => ih a b) n a b =
      k (a + total n x) (b + total n y) := by
    intro n
    induction n with
    | zero => intro _ a b; rfl
    | succ n ih =>
      intro h a b
      refine (h n (Nat.lt_succ_self n) _).trans ?_
      rw [Nat.force_eq, Nat.force_eq, total_succ, total_succ]
      refine (ih (fun i hi => h i (Nat.lt_succ_of_lt hi)) _ _).trans ?_
      exact congr (congrArg k (shuffle a (x n) (total n x))) (shuffle b (y n) (total n y))
  exact (all n h 0 0).trans (by rw [Nat.zero_add, Nat.zero_add])
where
  shuffle (a b c : Nat) : Nat.add a b + c = a + (c + b) := by
    show a + b + c = a + (c + b)
    rw [Nat.add_assoc, Nat.add_comm b]

/-- Numbers for each `i < n`, as functions. -/
theorem choose_below {F : Nat → Nat → Nat → Prop} {n : Nat} (h : ∀ i, i < n → ∃ a, ∃ b, F i a b) :
    ∃ s : Nat → Nat, ∃ r : Nat → Nat, ∀ i, i < n → F i (s i) (r i) := by
  induction n with
  | zero => exact ⟨fun _ => 0, fun _ => 0, fun i hi => absurd hi (Nat.not_lt_zero i)⟩
  | succ n ih =>
    match ih fun i hi => h i (Nat.lt_succ_of_lt hi), h n (Nat.lt_succ_self n) with
    | ⟨s, r, each⟩, ⟨a, b, last⟩ =>
      refine ⟨fun i => if i = n then a else s i, fun i => if i = n then b else r i, fun i hi => ?_⟩
      show F i (if i = n then a else s i) (if i = n then b else r i)
      by_cases e : i = n
      case pos => rw [ite_eq_left e, ite_eq_left e, e]; exact last
      case neg =>
        rw [ite_eq_right e, ite_eq_right e]
        exact each i ((Nat.lt_or_eq_of_le (Nat.le_of_lt_succ hi)).elim id fun h => absurd h e)

/-- How inputs are counted: given the numbers of ways to choose positions, a one in each lane, the column, the entry, the maximum, the
query and its numbers, go on with how many inputs there are at a level. -/
abbrev LevelCounter := List Nat → Nat → Nat → Nat → Nat → Nat → LossQuery → ((Nat → Nat) → Bool) → Bool

namespace LossLevels
variable (lv : LossLevels) (t : Tables) (C : LossTable) (count : LevelCounter)

/-- What the levels with these numbers save; `inputs μ` is how many inputs there are at a level. -/
def savesOf (inputs : Nat → Nat) (picks : List Nat) : Nat → Nat :=
  fold (fun i ih cur => Nat.force i fun i => Nat.force (lv.lossOf t i) fun u => Nat.force (inputs (lv.gainsOf t i)) fun N =>
    Nat.force (Nat.sub cur u) fun d => Nat.force (Nat.sub cur d) fun next => Nat.add (Nat.mul d N) (ih next)) (fun _ => 0) picks

/-- The levels that are picked for the query `q`. -/
def picksOf (row q : Nat) : List Nat := unpack lv.pickBits lv.picksEach (readLane (Nat.mul lv.pickBits lv.picksEach) row q)

/-- What one query and one maximum save, and the inputs that are answered correctly. -/
def pairSums (bs : List Nat) (one column entry m row q : Nat) (Q : LossQuery) (k : Nat → Nat → Bool) : Bool :=
  count bs one column entry m q Q fun inputs =>
  Nat.force (lv.savesOf t inputs (lv.picksOf row q) lv.top) fun s => Nat.force (inputs lv.right) fun r => k s r

/-- The same for all queries of one maximum. -/
def maximumSums (bs : List Nat) (one : Nat) (Qs : List LossQuery) (m : Nat) (k : Nat → Nat → Bool) : Bool :=
  Nat.force m fun m => Nat.force (LossTable.column t m) fun column => Nat.force (nth 0 C.entries m) fun entry => Nat.force (nth 0 lv.picks m) fun row =>
  sums (Nat.succ m) (fun q k => Nat.force q fun q => lv.pairSums t count bs one column entry m row q (nth LossQuery.none Qs q) k) k

/-- The check of one block: the maxima `lo, ..., lo + len - 1` save at least `saves`, and at least `right` of their inputs are
answered correctly. -/
def blockCheck (lo len saves right : Nat) : Bool :=
  (Nat.ble (Nat.add lo len) t.v && Nat.ble (Nat.add (Nat.add t.prec t.width) 5) t.bits) &&
  forceList (Compact.binoms t.n (Nat.succ t.n) 0) fun bs => Nat.force (ones t.bits t.v) fun one => LossQuery.forceFrom t C (Nat.add lo len) 0 fun Qs =>
  sums len (fun i k => lv.maximumSums t C count bs one Qs (Nat.add lo i) k) fun s r => Nat.ble saves s && Nat.ble right r

end LossLevels
end

section
variable {R : Type} [ExpField R] {lv : LossLevels} {t : Tables} {C : LossTable} {w : Weights} {params : Params} {times : Nat}
  {count : LevelCounter}

theorem LossLevels.savesOf_eq (inputs : Nat → Nat) (picks : List Nat) (cur : Nat) :
    lv.savesOf t inputs picks cur = saved (picks.map fun i => (lv.lossOf t i, inputs (lv.gainsOf t i))) cur := by
  induction picks generalizing cur with
  | nil => rfl
  | cons i picks ih =>
    show Nat.force i (fun i => Nat.force (lv.lossOf t i) fun u => Nat.force (inputs (lv.gainsOf t i)) fun N =>
      Nat.force (Nat.sub cur u) fun d => Nat.force (Nat.sub cur d) fun next => Nat.add (Nat.mul d N) (lv.savesOf t inputs picks next)) = _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, ih]
    rfl

theorem LossLevels.savesOf_congr {f g : Nat → Nat} (h : ∀ μ, f μ = g μ) (picks : List Nat) (cur : Nat) :
    lv.savesOf t f picks cur = lv.savesOf t g picks cur := by
  rw [savesOf_eq, savesOf_eq]
  refine congrArg (fun us => saved us cur) ?_
  induction picks with
  | nil => rfl
  | cons i picks ih =>
    show (lv.lossOf t i, f (lv.gainsOf t i)) :: _ = (lv.lossOf t i, g (lv.gainsOf t i)) :: _
    rw [h, ih]

/-- Everything that the checks of the tables show. -/
structure LossModel (R : Type) [ExpField R] (lv : LossLevels) (t : Tables) (C : LossTable) (times : Nat) (w : Weights) (params : Params)
    (T : Enclosure) : Prop where
  wellFormed : w.WellFormed
  tables : T = Enclosure.of w params (Circuits.of w)
  v_eq : w.d_vocab = t.v
  n_ctx : w.n_ctx = t.n + 1
  describe : t.Describe T
  logs : T.Logs R (logitUnit R w params) w.d_vocab C.ceiling (digit t.bits C.positions)
    (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k)
  small (q k : Nat) : q < t.v → k < t.v → digit t.bits (C.full.getD q 0) k < 2 ^ (t.width + 2) ∧
    digit t.bits (C.but.getD q 0) k < 2 ^ (t.width + 2) ∧ C.full.getD q 0 = pack t.bits t.v (digit t.bits (C.full.getD q 0)) ∧
    C.but.getD q 0 = pack t.bits t.v (digit t.bits (C.but.getD q 0))
  within : C.positions = pack t.bits t.v (digit t.bits C.positions) ∧ ∀ j, j < t.v → digit t.bits C.positions j < 2 ^ t.width
  ceiling (q k j : Nat) : q < t.v → k < t.v → j < t.v → T.path (digit t.bits C.positions) q k j ≤ C.ceiling
  ceiling_le : C.ceiling ≤ 3 * 2 ^ t.width
  positions (m : Nat) : m < t.v → C.entries.getD m 0 < 2 ^ t.width ∧
    T.NoBetter (withEntry (digit t.bits C.positions) m (C.entries.getD m 0)) t.v (t.n + 1) m
  levels (i : Nat) : lv.gainsOf t i ≤ 2 * (3 * 2 ^ t.width) ∧
    1 + ofNat R times * exp (levelOf R w params C.ceiling (lv.gainsOf t i)) ≤ exp (nats R (lv.lossOf t i))
  top : 1 + ofNat R times * exp (levelOf R w params C.ceiling 0) ≤ exp (nats R lv.top)
  right_le : lv.right ≤ 2 * (3 * 2 ^ t.width)
  right_neg : levelOf R w params C.ceiling lv.right < 0

/-- The checks of the tables, the logarithms and the levels. -/
theorem LossModel.of_check (R : Type) [ExpField R] {e : TableWitness} (tables : t.check w params e = true)
    (logs : C.check t w params = true) (levels : lv.check t C times = true) :
    LossModel R lv t C times w params (Enclosure.of w params (Circuits.of w)) := by
  match Tables.describe R tables with
  | ⟨hw, ⟨hv, hn⟩, _, hT⟩ =>
    have first := Bool.and_left logs
    have unit := LossTable.unit_of_check (R := R) (Bool.and_left first)
    have hL : t.width + 4 ≤ t.bits := Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right first))
    match LossTable.logs_of_check (R := R) hT hL (Bool.and_right logs), LossLevels.of_check (R := R) (w := w) (params := params) unit levels with
    | ⟨small, hU, hlogs, digits, ceiling, ceiling_le⟩, ⟨each, whole, le, neg⟩ =>
      exact ⟨hw, rfl, hv, hn, hT, unit ▸ hv ▸ hlogs, digits, ⟨hU, small⟩, ceiling, ceiling_le, fun m hm => LossTable.noBetter_of_check hT hU small (Bool.and_right first) hm,
        each, whole, le, neg⟩

section
variable {T : Enclosure} {l : List Nat → R}

/-- What a level `y` says of an input: a bound of its loss, and if it is negative, that the answer is right. -/
structure LevelSays (R : Type) [ExpField R] (w : Weights) (times : Nat) (y : R) (x : List Nat) : Prop where
  valid : Valid w x
  loss : expLoss R w x ≤ 1 + ofNat R times * exp y
  correct : y < 0 → Correct R w x

theorem LevelSays.le (hl : ∀ x, IsInput w.d_vocab w.n_ctx x → exp (l x) ≤ expLoss R w x) {y : R} {u : Nat}
    (level : 1 + ofNat R times * exp y ≤ exp (nats R u)) {x : List Nat} (h : LevelSays R w times y x) : l x ≤ nats R u :=
  le_of_exp_le_exp (le_trans (hl x h.valid) (le_trans h.loss level))

/-- A bound of the sum over wrong outputs says it. -/
theorem SoftAt.says (hw : w.WellFormed) (ht : 1 ≤ times) {y : R} {x : List Nat} (h : SoftAt R w y x) : LevelSays R w times y x := by
  refine ⟨h.left, le_trans (h.expLoss_le hw) (add_le_add_left ?_ 1), fun neg => h.correct neg⟩
  have e := mul_le_mul_of_nonneg_right (ofNat_le (R := R) ht) (exp_nonneg y)
  rw [ofNat_one, one_mul] at e
  exact e

/-- What is asked of a way to count: the numbers are those of some sets of each class, and what the level says is so of their inputs. -/
def CountsLevels (R : Type) [ExpField R] (t : Tables) (C : LossTable) (times : Nat) (w : Weights) (params : Params) (count : LevelCounter) : Prop :=
  ∀ q m, m < t.v → q ≤ m → ∃ inputs : Nat → Nat,
    (∀ k, ∃ f : Nat → Nat, count (Compact.binoms t.n (t.n + 1) 0) (ones t.bits t.v) (LossTable.column t m) (C.entries.getD m 0) m q
      (LossQuery.of t C q) k = k f ∧ ∀ μ, f μ = inputs μ) ∧
    ∀ μ, μ ≤ 2 * (3 * 2 ^ t.width) → ∃ ok : Nat → Bool, ∃ p : Nat → Nat → Bool,
      inputs μ ≤ (total (classes t.n q m) fun c => classTerm t.n c (ok c) (below (p c) m).length) ∧
      ∀ c, c < classes t.n q m → ok c = true → ∀ y, y ∈ words m (below (p c) m) t.n c →
        LevelSays R w times (levelOf R w params C.ceiling μ) (y ++ [q])

/-- What is known of one query and one maximum. -/
theorem LossModel.known (M : LossModel R lv t C times w params T) {q m : Nat} (hm : m < t.v) (hq : q ≤ m) : ∃ S,
    t.entry t.slack q m = T.totalSlack (3 * 2 ^ t.width) t.n q S ∧
    LossKnown R w params T t.n q m C.ceiling (C.entries.getD m 0) (3 * 2 ^ t.width) S (digit t.bits C.positions)
      (fun q k => digit t.bits (C.full.getD q 0) k) (fun q k => digit t.bits (C.but.getD q 0) k) := by
  match M.describe.slack q m (Nat.lt_of_le_of_lt hq hm) hm with
  | ⟨S, hS, slackLe⟩ =>
    exact ⟨S, hS, M.wellFormed, M.tables, M.n_ctx, M.v_eq ▸ hm, hq, M.logs, M.v_eq.symm ▸ (M.positions m hm).right, slackLe⟩

/-- **One query and one maximum**: the numbers `s` and `r` are what is evaluated; `s` is saved of any numbers `l` that are losses, and
`r` inputs are answered correctly. -/
structure PairFacts (R : Type) [ExpField R] (lv : LossLevels) (t : Tables) (C : LossTable) (count : LevelCounter) (w : Weights) (m row q s r : Nat) : Prop where
  eval (k : Nat → Nat → Bool) :
    lv.pairSums t count (Compact.binoms t.n (t.n + 1) 0) (ones t.bits t.v) (LossTable.column t m) (C.entries.getD m 0) m row q (LossQuery.of t C q) k = k s r
  saves (l : List Nat → R) : (∀ x, IsInput w.d_vocab w.n_ctx x → exp (l x) ≤ expLoss R w x) →
    sumPair t.n q m l + nats R s ≤ sumPair t.n q m fun _ => nats R lv.top
  right : AtLeast r fun x => (Correct R w x ∧ maximum x = m) ∧ lastToken x = q

/-- There are such numbers. -/
theorem LossModel.pair (M : LossModel R lv t C times w params T) (ht : 1 ≤ times) (hcount : CountsLevels R t C times w params count) {q m : Nat}
    (hm : m < t.v) (hq : q ≤ m) (row : Nat) : ∃ s, ∃ r, PairFacts R lv t C count w m row q s r := by
  match M.known hm hq, hcount q m hm hq with
  | ⟨S, _, K⟩, ⟨inputs, eval, says⟩ =>
    refine ⟨lv.savesOf t inputs (lv.picksOf row q) lv.top, inputs lv.right, fun k => ?_, fun l hl => ?_, ?_⟩
    · unfold LossLevels.pairSums
      match eval fun inputs => Nat.force (lv.savesOf t inputs (lv.picksOf row q) lv.top) fun s => Nat.force (inputs lv.right) fun r => k s r with
      | ⟨f, e, same⟩ => rw [e, Nat.force_eq, Nat.force_eq, LossLevels.savesOf_congr same, same]
    · rw [LossLevels.savesOf_eq]
      have each (i : Nat) : ∃ u : Level, (u.loss = lv.lossOf t i ∧ u.size = inputs (lv.gainsOf t i)) ∧ u.Holds t.n q m l := by
        match says (lv.gainsOf t i) (M.levels i).left with
        | ⟨ok, p, size, all⟩ =>
          exact ⟨⟨lv.lossOf t i, inputs (lv.gainsOf t i), ok, p⟩, ⟨rfl, rfl⟩, size, fun c hc hok y hy =>
            (all c hc hok y hy).le hl (M.levels i).right⟩
      match choose each (lv.picksOf row q) with
      | ⟨us, e, holds⟩ =>
        rw [e]
        refine pair_saves holds fun c hc y hy => ?_
        have all : y ∈ words m (below (fun _ => true) m) t.n c := hy.words (le_of_class hc) fun _ _ => Or.inr rfl
        have soft := softAt_zero K hc (fun s hs => (mem_below hs).left) all
        exact (soft.says M.wellFormed ht).le hl M.top
    · match says lv.right M.right_le with
      | ⟨ok, p, size, all⟩ =>
        exact AtLeast.weaken size (AtLeast.pair hq (S := fun c => below (p c) m) ⟨fun c _ _ => nodup_below m,
          fun c _ _ s hs => (mem_below hs).left, fun c _ _ => Nat.le_refl _, fun c hc hok y hy => (all c hc hok y hy).correct M.right_neg⟩)
where
  choose {inputs : Nat → Nat} {q m : Nat} {l : List Nat → R}
      (h : ∀ i, ∃ u : Level, (u.loss = lv.lossOf t i ∧ u.size = inputs (lv.gainsOf t i)) ∧ u.Holds t.n q m l)
      (picks : List Nat) : ∃ us : List Level, (picks.map fun i => (lv.lossOf t i, inputs (lv.gainsOf t i))) = (us.map fun u => (u.loss, u.size)) ∧
        ∀ u, u ∈ us → u.Holds t.n q m l := by
    induction picks with
    | nil => exact ⟨[], rfl, fun _ h => nomatch h⟩
    | cons i picks ih =>
      match ih, h i with
      | ⟨us, e, all⟩, ⟨u, ⟨loss, size⟩, holds⟩ =>
        refine ⟨u :: us, ?_, List.forall_mem_cons.mpr ⟨holds, all⟩⟩
        show (lv.lossOf t i, inputs (lv.gainsOf t i)) :: _ = (u.loss, u.size) :: _
        rw [loss, size, e]

/-- The same for all queries of the maximum `m`, where the numbers of `queries` queries are at hand. -/
structure MaximumFacts (R : Type) [ExpField R] (lv : LossLevels) (t : Tables) (C : LossTable) (count : LevelCounter) (w : Weights)
    (queries m s r : Nat) : Prop where
  eval (k : Nat → Nat → Bool) :
    lv.maximumSums t C count (Compact.binoms t.n (t.n + 1) 0) (ones t.bits t.v) (List.tabulateFrom 0 queries (LossQuery.of t C)) m k = k s r
  saves (l : List Nat → R) : (∀ x, IsInput w.d_vocab w.n_ctx x → exp (l x) ≤ expLoss R w x) →
    (sum (m + 1) fun q => sumPair t.n q m l) + nats R s ≤ sum (m + 1) fun q => sumPair t.n q m fun _ => nats R lv.top
  right : AtLeast r fun x => Correct R w x ∧ maximum x = m

theorem nats_total (n : Nat) (f : Nat → Nat) : nats R (total n f) = sum n fun i => nats R (f i) := by
  show ofNat R _ / _ = _
  rw [ofNat_total, sum_div]

theorem LossModel.maximum (M : LossModel R lv t C times w params T) (ht : 1 ≤ times) (hcount : CountsLevels R t C times w params count)
    {m queries : Nat} (hm : m < t.v) (hqueries : m < queries) : ∃ s, ∃ r, MaximumFacts R lv t C count w queries m s r := by
  match choose_below (n := m + 1) fun q hq => M.pair ht hcount hm (Nat.le_of_lt_succ hq) (nth 0 lv.picks m) with
  | ⟨s, r, each⟩ =>
    refine ⟨total (m + 1) s, total (m + 1) r, fun k => ?_, fun l hl => ?_, ?_⟩
    · unfold LossLevels.maximumSums
      rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, nth_eq 0 C.entries]
      refine sums_eq (fun q hq k => ?_) k
      rw [Nat.force_eq, nth_eq LossQuery.none, List.getD_tabulateFrom _ (Nat.lt_of_le_of_lt (Nat.le_of_lt_succ hq) hqueries), Nat.zero_add]
      exact (each q hq).eval k
    · rw [nats_total, ← sum_add]
      exact sum_le_sum fun q hq => (each q hq).saves l hl
    · exact AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => (each q hq).right)

/-- What a block of maxima shows: what it saves, and how many of its inputs are answered correctly. -/
structure BlockFacts (R : Type) [ExpField R] (w : Weights) (top n lo len saves right : Nat) : Prop where
  saves (l : List Nat → R) : (∀ x, IsInput w.d_vocab w.n_ctx x → exp (l x) ≤ expLoss R w x) →
    (sum len fun i => sum (lo + i + 1) fun q => sumPair n q (lo + i) l) + nats R saves ≤
      sum len fun i => sum (lo + i + 1) fun q => sumPair n q (lo + i) fun _ => nats R top
  right : AtLeast right fun x => Correct R w x ∧ lo ≤ maximum x ∧ maximum x < lo + len

/-- **The check of a block is sound.** -/
theorem LossModel.block (M : LossModel R lv t C times w params T) {lo len saves right : Nat} (ht : 1 ≤ times)
    (hcount : t.prec + t.width + 5 ≤ t.bits → CountsLevels R t C times w params count) (h : lv.blockCheck t C count lo len saves right = true) :
    BlockFacts R w lv.top t.n lo len saves right := by
  have first := Bool.and_left h
  have hv : lo + len ≤ t.v := Nat.le_of_ble_eq_true (Bool.and_left first)
  have hL : t.prec + t.width + 5 ≤ t.bits := Nat.le_of_ble_eq_true (Bool.and_right first)
  have h := Bool.and_right h
  rw [forceList_eq, Nat.force_eq, LossQuery.forceFrom_eq] at h
  match choose_below (n := len) fun i hi => M.maximum (queries := lo + len) ht (hcount hL)
    (Nat.lt_of_lt_of_le (Nat.add_lt_add_left hi lo) hv) (Nat.add_lt_add_left hi lo) with
  | ⟨s, r, each⟩ =>
    have h := (sums_eq (x := s) (y := r) (fun i hi k => (each i hi).eval k) _).symm.trans h
    have saves_le : saves ≤ total len s := Nat.le_of_ble_eq_true (Bool.and_left h)
    have right_le : right ≤ total len r := Nat.le_of_ble_eq_true (Bool.and_right h)
    refine ⟨fun l hl => ?_, AtLeast.weaken right_le (AtLeast.totalFrom Compact.maximum fun i hi => (each i hi).right)⟩
    refine le_trans (add_le_add_left (nats_le saves_le) _) ?_
    rw [nats_total, ← sum_add]
    exact sum_le_sum fun i hi => (each i hi).saves l hl

end
end
end Compact
