prelude
import Compact.Mixture.Free
import Compact.Transformer.Strategy.HeadsAnchored.Mask
import Compact.Transformer.Strategy.HeadsFirst
/-!
# Strategy: quartic, where the right answer stands at one position, for any number of heads

What the check of one query and right answer shows (`atLeast_countPair`), wherever the anchor is; the last token and the first are in
`HeadsQuarticLast.lean` and `HeadsQuarticFirst.lean`.
-/
namespace Compact
namespace Transformer
namespace HeadsAnchored
open BruteForce (getD_packAll packAll)
open HeadsBruteForce (HeadTables TablesOf of_withTables of_enough)
open HeadsFirst (bits length_posExp readLane_bits termsOf termsOf_eq)
open HeadsQuartic (length_chosen_le levelPowers_eq mem_chosen nodup_chosen)

/-! ## Inputs -/

/-- The input with `y` at the free positions: before it, if these begin at 1, the right answer. -/
noncomputable def inputOf (s a q : Nat) (y : List Nat) : List Nat := Nat.rec (y ++ [q]) (fun _ _ => a :: (y ++ [q])) s

/-- A sum over all positions: those that are free, and the others. -/
theorem sum_split {R : Type} [ExpField R] {s k n : Nat} (hs : s ≤ 1) (hn : n = s + k + 1) (F : Nat → R) :
    sum n F = (sum k fun j => F (s + j)) + (Nat.rec (motive := fun _ => R) (F (n - 1)) (fun _ own => F 0 + own) s : R) := by
  subst hn
  match s, hs with
  | 0, _ =>
    rw [Nat.zero_add]
    refine (sum_succ k F).trans ?_
    rw [sum_congr fun j _ => congrArg F (Nat.zero_add j)]
    rfl
  | 1, _ =>
    rw [Nat.add_comm 1 k, sum_succ', sum_succ]
    show F 0 + ((sum k fun j => F (j + 1)) + F (k + 1)) = (sum k fun j => F (1 + j)) + (F 0 + F (k + 1))
    rw [sum_congr fun j _ => congrArg F (Nat.add_comm 1 j)]
    ring [F 0, sum k fun j => F (j + 1), F (k + 1)]

section
variable {s a q k n : Nat} {y : List Nat} (hs : s ≤ 1) (hn : n = s + k + 1) (hy : y.length = k)
include hs hy

theorem token_free {j : Nat} (hj : j < k) : token (inputOf s a q y) (s + j) = token y j := by
  match s, hs with
  | 0, _ => rw [Nat.zero_add]; exact token_append (hy.symm ▸ hj)
  | 1, _ => rw [Nat.add_comm]; exact token_append (hy.symm ▸ hj)

include hn

theorem token_own : token (inputOf s a q y) (n - 1) = q := by
  subst hn hy
  match s, hs with
  | 0, _ =>
    show token (y ++ [q]) (0 + y.length) = q
    rw [Nat.zero_add]
    exact token_append_last y
  | 1, _ =>
    show token (a :: (y ++ [q])) (1 + y.length) = q
    rw [Nat.add_comm]
    exact token_append_last y

theorem valid_input {w : Weights} (ctx : w.n_ctx = n) (ha : a < w.d_vocab) (hq : q < w.d_vocab) (lt : ∀ t, t ∈ y → t < w.d_vocab) :
    Valid w (inputOf s a q y) := by
  have short : ∀ t, t ∈ y ++ [q] → t < w.d_vocab := fun t ht => by
    match List.mem_append.mp ht with
    | .inl ht => exact lt t ht
    | .inr (.head _) => exact hq
  match s, hs with
  | 0, _ =>
    refine ⟨?_, short⟩
    show (y ++ [q]).length = _
    rw [List.length_append, hy, ctx, hn, Nat.zero_add]
    rfl
  | 1, _ =>
    refine ⟨?_, fun t ht => ?_⟩
    · show (y ++ [q]).length + 1 = _
      rw [List.length_append, hy, ctx, hn, Nat.add_comm 1]
      rfl
    · match ht with
      | .head _ => exact ha
      | .tail _ ht => exact short t ht

end

/-! ## Levels -/

/-- Tokens that take some parts of what can be spared, no more than all in sum, leave nothing below 0. -/
theorem nonneg_of_levels {R : Type} [ExpField R] {parts : Nat} {level : Nat → Nat} {y : List Nat} (hparts : 0 < parts) {κ : R} (hκ : 0 ≤ κ)
    {f : Nat → R} (each : ∀ p, p < y.length → 0 ≤ ofNat R parts * f p + ofNat R (level (token y p)) * κ) (le : levelsOf level y ≤ parts) :
    0 ≤ (sum y.length f) + κ := by
  refine le_of_mul_le_mul_left ?_ (ofNat_pos (R := R) hparts)
  have all := sum_nonneg (n := y.length) each
  rw [sum_add, ← mul_sum, ← sum_mul, ← ofNat_total, ← levelsOf_eq] at all
  rw [mul_zero]
  exact le_of_linear (add_le_add all (mul_le_mul_of_nonneg_right (ofNat_le (R := R) le) hκ)) (by
    ring [ofNat R parts, sum y.length f, ofNat R (levelsOf level y), κ])

/-! ## Rows -/

/-- Whatever the rows are. -/
theorem atLeast_withRows {L width one p a k shares margin : Nat} {tables : List HeadTables} {count i extra : Nat} {K : List Nat → Nat}
    {P : List Nat → Prop} (h : ∀ rows, AtLeast (K rows) P) :
    AtLeast (withRows L width one p a k shares margin tables count i extra K) P := by
  induction count generalizing i extra K with
  | zero => exact h []
  | succ count ih =>
    have step : withRows L width one p a k shares margin tables (count + 1) i extra K = Nat.force i fun i =>
      Nat.force (pathAt (nth HeadTables.none tables i) p a) fun R =>
      Nat.force (HeadsFirst.rowOf L width one a k R (readLane k shares i) margin extra) fun D =>
      withRows L width one p a k shares margin tables count (i + 1) 0 fun rest => K (D :: rest) := rfl
    rw [step, Nat.force_eq, Nat.force_eq, Nat.force_eq]
    exact ih fun rest => h (_ :: rest)

/-! ## One query and one right answer -/

section
variable {R : Type} [ExpField R] {w : Weights} {c : Params} {B : Nat} {C : Claims} {tables : List HeadTables} {s k : Nat}

/-- What is known before inputs are counted. -/
structure Setting (w : Weights) (c : Params) (B : Nat) (C : Claims) (tables : List HeadTables) (s k : Nat) : Prop where
  mlp : w.mlp = none
  some : 0 < w.heads.length
  start : s ≤ 1
  n_ctx : w.n_ctx = s + k + 1
  parts : 0 < C.parts
  small : c.width < C.bits
  count : (w.d_vocab + 1) ^ k < 2 ^ C.countBits
  room : (w.heads.length + 1) * 2 ^ c.width + 2 < 2 ^ (C.bits - 1)
  length : tables.length = w.heads.length
  each (i : Nat) : i < w.heads.length → TablesOf w c B C.bits (tables.getD i HeadTables.none) i

/-- The terms of all heads. -/
noncomputable def termsAt (c : Params) (tables : List HeadTables) (q : Nat) : List (List (List (Nat × Nat))) :=
  mapFold (fun T : HeadTables => termsOf (3 * 2 ^ c.width) (nth [] T.es q) (nth [] T.fs q)) tables

variable (S : Setting w c B C tables s k)
include S

theorem Setting.pos : 0 < w.n_ctx := S.n_ctx ▸ Nat.succ_pos _

theorem Setting.free_lt {j : Nat} (hj : j < k) : s + j < w.n_ctx := by
  rw [S.n_ctx]
  exact Nat.lt_succ_of_lt (Nat.add_lt_add_left hj s)

theorem Setting.wide : 3 * 2 ^ c.width < 2 ^ C.bits := by
  have two : 2 * 2 ^ c.width ≤ (w.heads.length + 1) * 2 ^ c.width := Nat.mul_le_mul_right _ (Nat.succ_le_succ S.some)
  have lt : 2 * 2 ^ c.width < 2 ^ (C.bits - 1) := Nat.lt_of_le_of_lt (Nat.le_trans two (Nat.le_add_right _ 2)) S.room
  have pos : 0 < C.bits := Nat.lt_of_le_of_lt (Nat.zero_le _) S.small
  have e : 2 ^ C.bits = 2 ^ (C.bits - 1) + 2 ^ (C.bits - 1) := by
    match C.bits, pos with
    | b + 1, _ => exact Nat.two_pow_succ b
  rw [e]
  refine Nat.lt_of_le_of_lt ?_ (Nat.add_lt_add lt lt)
  rw [← Nat.add_mul]
  exact Nat.mul_le_mul_right _ (Nat.le_succ 3)

section
variable {q i : Nat} (hq : q < w.d_vocab) (hi : i < w.heads.length)
include hi

theorem es_eq : nth [] (nth HeadTables.none tables i).es q = (enclosureAt w B c i).tokenExp.getD q [] := by
  rw [nth_eq HeadTables.none, nth_eq, (S.each i hi).tables]
  rfl

theorem fs_eq : nth [] (nth HeadTables.none tables i).fs q = (enclosureAt w B c i).posExp.getD q [] := by
  rw [nth_eq HeadTables.none, nth_eq, (S.each i hi).tables]
  rfl

theorem terms_eq : nth [] (termsAt c tables q) i =
    termsOf (3 * 2 ^ c.width) ((enclosureAt w B c i).tokenExp.getD q []) ((enclosureAt w B c i).posExp.getD q []) := by
  rw [← es_eq S hi, ← fs_eq S hi, nth_eq [], nth_eq HeadTables.none]
  exact getD_mapFold _ tables (S.length.symm ▸ hi) HeadTables.none []

include hq

/-- The terms of a head: what tokens weigh at the least, and what rounding may cost. -/
theorem term_eq {p y : Nat} (hp : p < w.n_ctx) (hy : y < w.d_vocab) : nth (0, 0) (nth [] (nth [] (termsAt c tables q) i) p) y =
    (((enclosureAt w B c i).factor q y p).1, slack (3 * 2 ^ c.width) ((enclosureAt w B c i).factor q y p)) := by
  have wf := (S.each i hi).wellFormed
  rw [terms_eq S hi]
  exact termsOf_eq _ ((length_posExp wf c hq).symm ▸ hp) ((wf.length_tokenExp c hq).symm ▸ hy)

theorem length_terms {p : Nat} (hp : p < w.n_ctx) : (nth [] (nth [] (termsAt c tables q) i) p).length = w.d_vocab := by
  have wf := (S.each i hi).wellFormed
  rw [terms_eq S hi, nth_eq]
  unfold termsOf
  rw [getD_mapFold _ _ ((length_posExp wf c hq).symm ▸ hp) (0, 0), length_mapFold]
  exact wf.length_tokenExp c hq

omit hq
theorem token_row {y : Nat} (hy : y < w.d_vocab) :
    nth 0 (nth HeadTables.none tables i).token y = pack C.bits w.d_vocab fun t => (enclosureAt w B c i).token y t := by
  have wf := (S.each i hi).wellFormed
  rw [nth_eq HeadTables.none, nth_eq, (S.each i hi).tables]
  exact getD_packAll ((wf.length_tokenRows c).symm ▸ hy) (wf.length_tokenRow c hy)

theorem pos_row {p : Nat} (hp : p < w.n_ctx) :
    nth 0 (nth HeadTables.none tables i).pos p = pack C.bits w.d_vocab fun t => (enclosureAt w B c i).pos p t := by
  have wf := (S.each i hi).wellFormed
  rw [nth_eq HeadTables.none, nth_eq, (S.each i hi).tables]
  exact getD_packAll ((wf.length_posRows c).symm ▸ hp) (wf.length_posRow c hp)

theorem length_token : (nth HeadTables.none tables i).token.length = w.d_vocab := by
  rw [nth_eq, (S.each i hi).tables]
  exact (length_mapFold _ _).trans ((S.each i hi).wellFormed.length_tokenRows c)

end

/-- The row of a key, added up in either order. -/
theorem row_eq {i p y D : Nat} {d : Nat → Nat} (hi : i < w.heads.length) (hp : p < w.n_ctx) (hy : y < w.d_vocab)
    (hD : D = pack C.bits w.d_vocab d) :
    D + pathAt (nth HeadTables.none tables i) p y = pack C.bits w.d_vocab (logitAt (w.headAt B i) c d p y) ∧
    D + nth 0 (nth HeadTables.none tables i).pos p + (nth HeadTables.none tables i).token.getD y 0 =
      pack C.bits w.d_vocab (logitAt (w.headAt B i) c d p y) := by
  have token := token_row S hi hy
  have pos := pos_row S hi hp
  have e : D + nth 0 (nth HeadTables.none tables i).token y + nth 0 (nth HeadTables.none tables i).pos p =
      pack C.bits w.d_vocab (logitAt (w.headAt B i) c d p y) := by
    rw [token, pos, hD, pack_add, pack_add]
    rfl
  refine ⟨(Nat.add_assoc _ _ _).symm.trans e, ?_⟩
  rw [← nth_eq, Nat.add_right_comm]
  exact e

/-- The head makes good its row. -/
theorem margin_nonneg {q a i levels : Nat} {rows : List Nat} {d : Nat → Nat} {p : Nat → Bool} {y : List Nat} (hq : q < w.d_vocab)
    (ha : a < w.d_vocab) (hi : i < w.heads.length) (row : nth 0 rows i = pack C.bits w.d_vocab d) (row_le : ∀ t, t < w.d_vocab → d t ≤ 2 ^ c.width)
    (passing : Passing C.bits (3 * 2 ^ c.width) a (Nat.sub (ones C.bits w.d_vocab) (Nat.shiftLeft 1 (Nat.mul C.bits a))) (ones C.bits w.d_vocab)
      (2 ^ (C.bits - 1) * ones C.bits w.d_vocab) C.parts C.levelBits levels s k w.n_ctx q tables (termsAt c tables q) rows w.d_vocab 0
      w.heads.length p)
    (hlen : y.length = k) (hy : ∀ t, t ∈ y → t < w.d_vocab ∧ p t = true)
    (le : levelsOf (fun t => readLane C.levelBits levels t) y ≤ C.parts) {t : Nat} (ht : t < w.d_vocab) (hne : t ≠ a) :
    0 ≤ (viewWithDirect R (w.headAt B i) c q (List.tabulate w.d_vocab d)).margin w.n_ctx (inputOf s a q y) a t := by
  have T := S.each i hi
  have K : Known (w.headAt B i) c C.bits q a d := ⟨T.wellFormed, T.narrow, S.wide, hq, ha, row_le⟩
  have pos : 0 < C.bits := Nat.lt_of_le_of_lt (Nat.zero_le _) S.small
  have here := passing i hi
  rw [Nat.zero_add] at here
  have key {p' y' : Nat} (hp : p' < w.n_ctx) (hy' : y' < w.d_vocab) :
      (pieceAt C.bits (3 * 2 ^ c.width) a (Nat.sub (ones C.bits w.d_vocab) (Nat.shiftLeft 1 (Nat.mul C.bits a))) (nth 0 rows i)
        (nth HeadTables.none tables i) (nth [] (termsAt c tables q) i) p' y').Stands R C.bits w.d_vocab a
        fun t => share R (w.headAt B i) c q a d p' y' t :=
    K.stands hp hy' (term_eq S hq hi hp hy') (row_eq S hi hp hy' row).left
  have own_lt : w.n_ctx - 1 < w.n_ctx := Nat.sub_lt S.pos Nat.one_pos
  have spare : (spareAt C.bits (3 * 2 ^ c.width) a (Nat.sub (ones C.bits w.d_vocab) (Nat.shiftLeft 1 (Nat.mul C.bits a))) s w.n_ctx q tables
      (termsAt c tables q) rows i).Stands R C.bits w.d_vocab a fun t =>
        (Nat.rec (motive := fun _ => R) (share R (w.headAt B i) c q a d (w.n_ctx - 1) (token (inputOf s a q y) (w.n_ctx - 1)) t)
          (fun _ own => share R (w.headAt B i) c q a d 0 (token (inputOf s a q y) 0) t + own) s : R) := by
    rw [token_own S.start S.n_ctx hlen]
    match s, S.start with
    | 0, _ => exact key own_lt hq
    | 1, _ => exact (key S.pos ha).add (key own_lt hq)
  have bears := of_bears pos spare spare here.left ht hne
  have bears : 0 ≤ ofNat R 0 * _ + ofNat R 1 * _ := bears
  have split := sum_split S.start S.n_ctx fun p => share R (w.headAt B i) c q a d p (token (inputOf s a q y) p) t
  show 0 ≤ sum w.n_ctx fun p => share R (w.headAt B i) c q a d p (token (inputOf s a q y) p) t
  rw [split]
  have hκ : (0 : R) ≤ (Nat.rec (motive := fun _ => R) (share R (w.headAt B i) c q a d (w.n_ctx - 1) (token (inputOf s a q y) (w.n_ctx - 1)) t)
      (fun _ own => share R (w.headAt B i) c q a d 0 (token (inputOf s a q y) 0) t + own) s : R) := by
    refine le_trans bears (le_of_eq ?_)
    have zero : (ofNat R 0 : R) = 0 := rfl
    have one : (ofNat R 1 : R) = 1 := rfl
    rw [zero, one, zero_mul, zero_add, one_mul]
  rw [← hlen]
  refine nonneg_of_levels S.parts hκ (fun p' hp => ?_) le
  have hp' : p' < k := hlen ▸ hp
  have inside := hy _ (token_mem hp)
  have takes := of_allBelow (here.right _ inside.left inside.right) hp'
  have piece := K.stands (R := R) (X := (nth [] (nth [] (termsAt c tables q) i) (s + p')).getD (token y p') (0, 0))
    (S.free_lt hp') inside.left
    ((nth_eq _ _ _).symm.trans (term_eq S hq hi (S.free_lt hp') inside.left)) (row_eq S hi (S.free_lt hp') inside.left row).right
  rw [token_free S.start hlen hp']
  exact of_bears pos piece spare (Bool.and_right takes) ht hne

/-- An input is answered correctly if each head makes good its row. -/
theorem correct_of_rows {label : List Nat → Nat} {q a : Nat} {rows : List Nat} {y : List Nat} (hq : q < w.d_vocab)
    (ha : a < w.d_vocab) (hl : label (inputOf s a q y) = a)
    (ok : rowsOk C.bits c.width w.heads.length (ones C.bits w.d_vocab) (2 ^ (C.bits - 1) * ones C.bits w.d_vocab)
      (nth 0 (nth HeadTables.none tables 0).direct q) a rows = true)
    (hlen : y.length = k) (hy : ∀ t, t ∈ y → t < w.d_vocab)
    (good : ∀ i, i < w.heads.length → ∀ d : Nat → Nat, nth 0 rows i = pack C.bits w.d_vocab d → (∀ t, t < w.d_vocab → d t ≤ 2 ^ c.width) →
      ∀ t, t < w.d_vocab → t ≠ a →
        0 ≤ (viewWithDirect R (w.headAt B i) c q (List.tabulate w.d_vocab d)).margin w.n_ctx (inputOf s a q y) a t) :
    Correct R label w (inputOf s a q y) := by
  have hx := valid_input S.start S.n_ctx hlen rfl ha hq hy
  have within {i : Nat} (hi : i < w.heads.length) : rows.getD i 0 = pack C.bits w.d_vocab (digit C.bits (rows.getD i 0)) ∧
      ∀ j, j < w.d_vocab → digit C.bits (rows.getD i 0) j < 2 ^ c.width := by
    have h := of_allBelow (Bool.and_left ok) hi
    rw [nth_eq] at h
    exact of_lanesWithin (Nat.le_of_lt S.small) h
  have direct : nth 0 (nth HeadTables.none tables 0).direct q = pack C.bits w.d_vocab ((enclosureAt w B c 0).direct q) := by
    rw [nth_eq HeadTables.none, nth_eq, (S.each 0 S.some).tables]
    exact getD_packAll (((S.each 0 S.some).wellFormed.length_directRows c).symm ▸ hq) ((S.each 0 S.some).wellFormed.length_directRow c hq)
  have all := Bool.and_right ok
  rw [direct] at all
  refine correct_of_margins hx S.pos (hl.symm ▸ ha) (B := B) (c := c) (q := q) (token_own S.start S.n_ctx hlen) S.mlp S.some
    (fun i hi => (S.each i hi).fit) (fun i hi => (S.each i hi).wellFormed)
    (fun i => List.tabulate w.d_vocab (digit C.bits (rows.getD i 0))) (fun t ht hne => ?_) fun t ht hne i hi => ?_
  · rw [hl] at hne ⊢
    have e := of_enough ha S.small S.room (fun i hi => within hi)
      (fun j _ => lt_of_narrowRows (Bool.and_right (Bool.and_right (S.each 0 S.some).narrow)) q j) all ht hne
    have entry {j : Nat} (hj : j < w.d_vocab) :
        (total w.heads.length fun i => (List.tabulate w.d_vocab (digit C.bits (rows.getD i 0))).getD j 0) =
          total w.heads.length fun i => digit C.bits (rows.getD i 0) j := total_congr fun i _ => List.getD_tabulate 0 hj
    show (total _ _) + _ + 1 < (total _ _) + _
    rw [entry ht, entry ha]
    exact e
  · rw [hl] at hne ⊢
    exact good i hi _ ((nth_eq _ _ _).trans (within hi).left) (fun t ht => Nat.le_of_lt ((within hi).right t ht)) t ht hne

/-- An input that passes is answered correctly. -/
theorem correct_of_passing {label : List Nat → Nat} {q a levels : Nat} {rows : List Nat} {p : Nat → Bool} {y : List Nat} (hq : q < w.d_vocab)
    (ha : a < w.d_vocab) (hl : label (inputOf s a q y) = a)
    (ok : rowsOk C.bits c.width w.heads.length (ones C.bits w.d_vocab) (2 ^ (C.bits - 1) * ones C.bits w.d_vocab)
      (nth 0 (nth HeadTables.none tables 0).direct q) a rows = true)
    (passing : Passing C.bits (3 * 2 ^ c.width) a (Nat.sub (ones C.bits w.d_vocab) (Nat.shiftLeft 1 (Nat.mul C.bits a))) (ones C.bits w.d_vocab)
      (2 ^ (C.bits - 1) * ones C.bits w.d_vocab) C.parts C.levelBits levels s k w.n_ctx q tables (termsAt c tables q) rows w.d_vocab 0
      w.heads.length p)
    (hlen : y.length = k) (hy : ∀ t, t ∈ y → t < w.d_vocab ∧ p t = true)
    (le : levelsOf (fun t => readLane C.levelBits levels t) y ≤ C.parts) : Correct R label w (inputOf s a q y) :=
  correct_of_rows S hq ha hl ok hlen (fun t ht => (hy t ht).left) fun _ hi _ row row_le _ ht hne =>
    margin_nonneg S hq ha hi row row_le passing hlen hy le ht hne

/-- One query and one right answer. -/
theorem atLeast_countPair {label : List Nat → Nat} {q a p shares levels : Nat} (hq : q < w.d_vocab) (ha : a < w.d_vocab)
    (hl : ∀ y, y.length = k → label (inputOf s a q y) = a) : AtLeast
    (countPair C tables c.width w.heads.length (3 * 2 ^ c.width) w.d_vocab w.n_ctx (ones C.bits w.d_vocab)
      (2 ^ (C.bits - 1) * ones C.bits w.d_vocab) (nth 0 (nth HeadTables.none tables 0).direct q) s p q (termsAt c tables q) shares levels a)
    fun y => Correct R label w (inputOf s a q y) := by
  have free : Nat.sub (Nat.sub w.n_ctx 1) s = k := by
    rw [S.n_ctx]
    show s + k - s = k
    exact Nat.add_sub_cancel_left
  unfold countPair
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, free]
  refine atLeast_withRows fun rows => ?_
  cases ok : rowsOk C.bits c.width w.heads.length (ones C.bits w.d_vocab) (2 ^ (C.bits - 1) * ones C.bits w.d_vocab)
      (nth 0 (nth HeadTables.none tables 0).direct q) a rows with
  | false => exact AtLeast.zero
  | true =>
    refine atLeast_withMask (v := w.d_vocab) (fun j hj => by rw [Nat.zero_add]; exact length_token S hj)
      (fun j hj p' hp' => by rw [Nat.zero_add]; exact length_terms S hq hj (S.free_lt hp')) fun bit passing => ?_
    rw [Nat.force_eq, levelPowers_eq]
    refine AtLeast.levels (nodup_chosen _ _) (Nat.lt_of_le_of_lt (Nat.pow_le_pow_left ?_ k) S.count) fun y hlen hy le => ?_
    · exact Nat.le_succ_of_le (length_chosen_le _ _)
    · refine correct_of_passing S hq ha (hl y hlen) ok passing hlen (fun t ht => ?_) le
      have chosen := mem_chosen (hy t ht)
      refine ⟨chosen.left, ?_⟩
      have one := Nat.eq_of_beq_eq_true _ _ chosen.right
      rw [readLane_bits chosen.left] at one
      cases b : bit t with
      | true => rfl
      | false => rw [b] at one; exact Nat.noConfusion one

end

/-- What the check shows: there are tables, of which so much is known, with which no less is counted than is claimed. -/
theorem of_check {w : Weights} {c : Certificate} {s : Nat} (hs : s ≤ 1) {count : Nat → Nat → Nat → List HeadTables → Nat}
    (h : (shapeOk w c s && countsOk w c count) = true) : w.heads.length = c.heads ∧ ∃ tables, ∃ k, Setting w c.toParams c.cellBits c.toClaims tables s k ∧
      c.bound ≤ count (3 * 2 ^ c.width) (ones c.bits w.d_vocab) (2 ^ (c.bits - 1) * ones c.bits w.d_vocab) tables := by
  have before := Bool.and_left h
  have shape := Bool.and_left before
  have sizes := Bool.and_right before
  have H : w.heads.length = c.heads := Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_right shape))
  refine ⟨H, ?_⟩
  match of_withTables (Bool.and_right h) with
  | ⟨tables, ok, length, each⟩ =>
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq] at ok
    match Nat.exists_eq_add_of_le (Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left sizes))) with
    | ⟨k, hk⟩ =>
      have ctx : w.n_ctx = s + k + 1 := by
        rw [hk]
        exact Nat.succ_add s k
      have free : Nat.sub (Nat.sub w.n_ctx 1) s = k := by
        rw [ctx]
        show s + k - s = k
        exact Nat.add_sub_cancel_left
      have lanes := Bool.and_right sizes
      refine ⟨tables, k, ⟨Option.eq_none_of_isNone (Bool.and_left shape), H.symm ▸ Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right shape)),
        hs, ctx, Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left sizes)), Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_left lanes)), ?_, ?_,
        length.trans H.symm, fun i hi => ?_⟩, Nat.le_of_ble_eq_true ok⟩
      · have room := Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_left lanes))
        rw [free] at room
        exact room
      · rw [H]
        exact Nat.le_of_ble_eq_true (Bool.and_right lanes)
      · have T := each i (H ▸ hi)
        rw [Nat.zero_add] at T
        exact T

end HeadsAnchored
end Transformer
end Compact
