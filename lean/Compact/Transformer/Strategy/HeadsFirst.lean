prelude
import Compact.Counting.Box
import Compact.Transformer.Strategy.HeadsBruteForce
import Compact.Transformer.Strategy.HeadsCubic.Rows
import Compact.Transformer.Strategy.HeadsFirst.Box
import Compact.Transformer.Strategy.HeadsFirst.Mask
/-!
# Strategy: the first token, for any number of heads

`sound`: for any weights of a model without MLP, with any number of heads and any biases, and any certificate, if the check is true,
at least `bound` inputs are answered with their first token.
-/
namespace Compact
namespace Transformer
namespace HeadsFirst
open BruteForce (getD_packAll)
open HeadsBruteForce (HeadTables TablesOf of_withTables of_enough)
open HeadsCubic (of_shortOk readLane_lt sixteen shortOk)

/-! ## Terms -/

theorem termsOf_eq (B : Nat) {es fs : List (Nat × Nat)} {p y : Nat} (hp : p < fs.length) (hy : y < es.length) :
    nth (0, 0) (nth [] (termsOf B es fs) p) y = term B (fs.getD p (0, 0)) (es.getD y (0, 0)) := by
  rw [nth_eq, nth_eq]
  unfold termsOf
  rw [getD_mapFold _ fs hp (0, 0), getD_mapFold _ es hy (0, 0)]

theorem withTerms_eq (B q : Nat) (tables : List HeadTables) (K : List (List (List (Nat × Nat))) → Nat) :
    withTerms B q tables K = K (mapFold (fun T => termsOf B (nth [] T.es q) (nth [] T.fs q)) tables) := by
  induction tables generalizing K with
  | nil => rfl
  | cons T tables ih =>
    show forcePairRows _ (fun rows => withTerms B q tables fun more => K (rows :: more)) = _
    rw [forcePairRows_eq, ih]

/-! ## Rows and boxes, one head after the other -/

theorem withRows_eq (L width one a k shares margin : Nat) (tables : List HeadTables) (count i extra : Nat) (K : List Nat → Nat) :
    ∃ rows : List Nat, withRows L width one a k shares margin tables count i extra K = K rows := by
  induction count generalizing i extra K with
  | zero => exact ⟨[], rfl⟩
  | succ count ih =>
    have step : withRows L width one a k shares margin tables (count + 1) i extra K = Nat.force i fun i =>
      Nat.force (firstPath (nth HeadTables.none tables i) a) fun R =>
      Nat.force (rowOf L width one a k R (readLane k shares i) margin extra) fun D =>
      withRows L width one a k shares margin tables count (i + 1) 0 fun rest => K (D :: rest) := rfl
    rw [step, Nat.force_eq, Nat.force_eq, Nat.force_eq]
    match ih (i + 1) 0 (fun rest => K (rowOf L width one a k (firstPath (nth HeadTables.none tables i) a) (readLane k shares i) margin extra :: rest)) with
    | ⟨rest, e⟩ => exact ⟨_, e⟩

/-- The numbers of head `i`, and what it can spare. -/
structure BoxOf (C : Claims) (b n q a leads : Nat) (terms : List (List (List (Nat × Nat)))) (i κ : Nat) (B : Box) : Prop where
  lead_eq : B.lead = readLane b leads i
  token_eq : B.token = nth 0 (nth [] C.tokenShort i) a
  pos_eq : B.pos = nth 0 (nth [] C.posShort i) a
  terms_eq : B.terms = nth [] terms i
  part_eq : B.part = κ / (n - 2)
  spare : spareOf b (readLane b leads i) (nth 0 (nth [] C.tokenShort i) a) (nth 0 (nth [] C.posShort i) a) (nth [] terms i) n q a = κ + 1

theorem withBoxes_eq (C : Claims) (b n q a leads : Nat) (terms : List (List (List (Nat × Nat)))) (count i : Nat) (K : List Box → Nat) :
    withBoxes C b n q a leads terms count i K = 0 ∨ ∃ boxes : List Box, withBoxes C b n q a leads terms count i K = K boxes ∧
      boxes.length = count ∧ ∀ j, j < count → ∃ κ, BoxOf C b n q a leads terms (i + j) κ (boxes.getD j Box.none) := by
  induction count generalizing i K with
  | zero => exact Or.inr ⟨[], rfl, rfl, fun j hj => absurd hj (Nat.not_lt_zero j)⟩
  | succ count ih =>
    have step : withBoxes C b n q a leads terms (count + 1) i K = Nat.rec (motive := fun _ => Nat) 0
        (fun κ _ => Nat.force (Nat.div κ (Nat.sub n 2)) fun part => withBoxes C b n q a leads terms count (i + 1) fun rest =>
          K (⟨readLane b leads i, nth 0 (nth [] C.tokenShort i) a, nth 0 (nth [] C.posShort i) a, nth [] terms i, part⟩ :: rest))
        (spareOf b (readLane b leads i) (nth 0 (nth [] C.tokenShort i) a) (nth 0 (nth [] C.posShort i) a) (nth [] terms i) n q a) := by
      have e : withBoxes C b n q a leads terms (count + 1) i K = Nat.force i fun i => Nat.force (readLane b leads i) fun lead =>
        Nat.force (nth 0 (nth [] C.tokenShort i) a) fun token => Nat.force (nth 0 (nth [] C.posShort i) a) fun pos =>
        Nat.rec (motive := fun _ => Nat) 0 (fun κ _ => Nat.force (Nat.div κ (Nat.sub n 2)) fun part =>
          withBoxes C b n q a leads terms count (i + 1) fun rest => K (⟨lead, token, pos, nth [] terms i, part⟩ :: rest))
          (spareOf b lead token pos (nth [] terms i) n q a) := rfl
      rw [e, Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
    rw [step]
    cases e : spareOf b (readLane b leads i) (nth 0 (nth [] C.tokenShort i) a) (nth 0 (nth [] C.posShort i) a) (nth [] terms i) n q a with
    | zero => exact Or.inl rfl
    | succ κ =>
      have go : Nat.force (Nat.div κ (Nat.sub n 2)) (fun part => withBoxes C b n q a leads terms count (i + 1) fun rest =>
          K (⟨readLane b leads i, nth 0 (nth [] C.tokenShort i) a, nth 0 (nth [] C.posShort i) a, nth [] terms i, part⟩ :: rest)) = _ :=
        Nat.force_eq _ _
      match ih (i + 1) (fun rest => K (⟨readLane b leads i, nth 0 (nth [] C.tokenShort i) a, nth 0 (nth [] C.posShort i) a,
        nth [] terms i, Nat.div κ (Nat.sub n 2)⟩ :: rest)) with
      | .inl zero => exact Or.inl (go.trans zero)
      | .inr ⟨rest, e', length, each⟩ =>
        refine Or.inr ⟨_, go.trans e', congrArg Nat.succ length, fun j hj => ?_⟩
        cases j with
        | zero => exact ⟨κ, rfl, rfl, rfl, rfl, rfl, e⟩
        | succ j =>
          have h := each j (Nat.lt_of_succ_lt_succ hj)
          rw [Nat.add_assoc, Nat.add_comm 1] at h
          exact h

/-! ## What the comparisons show of one head -/

section
variable {w : Weights} {c : Params} {B L i : Nat} {T : HeadTables} (h : TablesOf w c B L T i) (small : c.width + 5 ≤ L)
include h

theorem token_row {y : Nat} (hy : y < w.d_vocab) : nth 0 T.token y = pack L w.d_vocab (fun j => (enclosureAt w B c i).token y j) := by
  rw [nth_eq, h.tables]
  exact getD_packAll ((h.wellFormed.length_tokenRows c).symm ▸ hy) (h.wellFormed.length_tokenRow c hy)

theorem pos_row {p : Nat} (hp : p < w.n_ctx) : nth 0 T.pos p = pack L w.d_vocab (fun j => (enclosureAt w B c i).pos p j) := by
  rw [nth_eq, h.tables]
  exact getD_packAll ((h.wellFormed.length_posRows c).symm ▸ hp) (h.wellFormed.length_posRow c hp)

theorem token_lt (y j : Nat) : (enclosureAt w B c i).token y j < 2 ^ c.width := lt_of_narrowRows (Bool.and_left h.narrow) y j
theorem pos_lt (p j : Nat) : (enclosureAt w B c i).pos p j < 2 ^ c.width :=
  lt_of_narrowRows (Bool.and_left (Bool.and_right h.narrow)) p j

include small

/-- What `headShortOk` shows. -/
theorem of_headShortOk {a token pos : Nat} (ha : a < w.d_vocab) (hn : 0 < w.n_ctx)
    (ok : headShortOk T L (c.width + 2) (2 ^ (L - 1) * ones L w.d_vocab) (ones L w.d_vocab) w.d_vocab w.n_ctx a token pos = true) :
    (∀ y, y < w.d_vocab → ∀ t, t < w.d_vocab → (enclosureAt w B c i).token y t + (enclosureAt w B c i).token a a ≤
      (enclosureAt w B c i).token a t + ((enclosureAt w B c i).token y a + readLane (c.width + 2) token y)) ∧
    ∀ p, p < w.n_ctx → ∀ t, t < w.d_vocab → (enclosureAt w B c i).pos p t + (enclosureAt w B c i).pos 0 a ≤
      (enclosureAt w B c i).pos 0 t + ((enclosureAt w B c i).pos p a + readLane (c.width + 2) pos p) := by
  have lane (N k : Nat) : readLane (c.width + 2) N k < 4 * 2 ^ c.width := by
    have lt := readLane_lt (c.width + 2) N k
    rw [Nat.pow_add, Nat.mul_comm] at lt
    exact lt
  have three {x : Nat} (hx : x < 2 ^ c.width) : x ≤ 3 * 2 ^ c.width :=
    Nat.le_trans (Nat.le_of_lt hx) (Nat.le_mul_of_pos_left _ (Nat.succ_pos 2))
  unfold headShortOk at ok
  rw [Nat.force_eq, Nat.force_eq] at ok
  refine ⟨fun y hy t ht => ?_, fun p hp t ht => ?_⟩
  · have one := of_allBelow (Bool.and_left ok) hy
    rw [Nat.force_eq, token_row h ha, token_row h hy] at one
    exact of_shortOk small ha (fun j _ => three (token_lt h y j)) (fun j _ => three (token_lt h a j)) (lane _ _) one ht
  · have one := of_allBelow (Bool.and_right ok) hp
    rw [Nat.force_eq, pos_row h hn, pos_row h hp] at one
    exact of_shortOk small ha (fun j _ => three (pos_lt h p j)) (fun j _ => three (pos_lt h 0 j)) (lane _ _) one ht

/-- What `rowOk` shows. -/
theorem of_rowOk {a G D : Nat} (ha : a < w.d_vocab) (hn : 0 < w.n_ctx) (hG : G < 4 * 2 ^ c.width)
    (ok : rowOk T L c.width (ones L w.d_vocab) (2 ^ (L - 1) * ones L w.d_vocab) a G D = true) :
    (D = pack L w.d_vocab (digit L D) ∧ ∀ j, j < w.d_vocab → digit L D j < 2 ^ c.width) ∧
    ∀ t, t < w.d_vocab → t ≠ a → digit L D t + ((enclosureAt w B c i).token a t + (enclosureAt w B c i).pos 0 t) + G ≤
      digit L D a + ((enclosureAt w B c i).token a a + (enclosureAt w B c i).pos 0 a) := by
  have narrow : c.width < L := Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.zero_lt_succ 4)) small
  have within := of_lanesWithin (Nat.le_of_lt narrow) (Bool.and_left ok)
  refine ⟨within, fun t ht hne => ?_⟩
  have test := Bool.and_right ok
  have pos : 0 < L := Nat.lt_of_le_of_lt (Nat.zero_le _) narrow
  have big := sixteen small
  have one : 1 ≤ 2 ^ c.width := Nat.two_pow_pos _
  have path_le (j : Nat) (hj : j < w.d_vocab) :
      digit L D j + ((enclosureAt w B c i).token a j + (enclosureAt w B c i).pos 0 j) ≤ 3 * 2 ^ c.width := by
    refine Nat.le_trans (Nat.add_le_add (Nat.le_of_lt (within.right j hj))
      (Nat.add_le_add (Nat.le_of_lt (token_lt h a j)) (Nat.le_of_lt (pos_lt h 0 j)))) ?_
    rw [Nat.succ_mul 2, Nat.add_comm, Nat.two_mul]
    exact Nat.le_refl _
  have path_lt (j : Nat) (hj : j < w.d_vocab) :
      digit L D j + ((enclosureAt w B c i).token a j + (enclosureAt w B c i).pos 0 j) < 2 ^ (L - 1) := by
    refine Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (path_le j hj) ?_) big
    exact Nat.mul_lt_mul_of_pos_right (Nat.lt_of_lt_of_le (Nat.lt_succ_self 3) (Nat.le_add_left 4 12)) one
  have row : Nat.add D (firstPath T a) =
      pack L w.d_vocab fun j => digit L D j + ((enclosureAt w B c i).token a j + (enclosureAt w B c i).pos 0 j) := by
    have e : firstPath T a = pack L w.d_vocab fun j => (enclosureAt w B c i).token a j + (enclosureAt w B c i).pos 0 j := by
      unfold firstPath
      rw [token_row h ha, pos_row h hn]
      exact pack_add _ _ _ _
    rw [e]
    refine Eq.trans (congrArg (Nat.add · _) within.left) ?_
    exact pack_add _ _ _ _
  have read : readLane L (pack L w.d_vocab fun j => digit L D j + ((enclosureAt w B c i).token a j + (enclosureAt w B c i).pos 0 j)) a =
      digit L D a + ((enclosureAt w B c i).token a a + (enclosureAt w B c i).pos 0 a) :=
    digit_pack _ (fun j hj => Nat.lt_of_lt_of_le (path_lt j hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))) ha
  have losses : Nat.mul G (Nat.sub (ones L w.d_vocab) (Nat.shiftLeft 1 (Nat.mul L a))) = pack L w.d_vocab (lossAt G a) :=
    pack_lossAt L G ha
  have const (k : Nat) : Nat.mul k (ones L w.d_vocab) = pack L w.d_vocab fun _ => k := (pack_const _ _ _).symm
  rw [Nat.force_eq, row, read, losses, const] at test
  have test : lanesLe _ (pack L w.d_vocab _ + pack L w.d_vocab (lossAt G a)) _ = true := test
  rw [pack_add] at test
  have sum_le (j : Nat) (hj : j < w.d_vocab) :
      digit L D j + ((enclosureAt w B c i).token a j + (enclosureAt w B c i).pos 0 j) + lossAt G a j ≤ 2 ^ (L - 1) := by
    refine Nat.le_trans (Nat.add_le_add (path_le j hj) (Nat.le_trans ?_ (Nat.le_of_lt hG))) (Nat.le_trans ?_ big)
    · unfold lossAt
      by_cases e : j = a
      case pos => rw [ite_eq_left e]; exact Nat.zero_le _
      case neg => rw [ite_eq_right e]; exact Nat.le_refl _
    · rw [← Nat.add_mul]
      exact Nat.mul_le_mul_right _ (Nat.le_add_left 7 9)
  have le := of_lanesLe pos sum_le (fun _ _ => path_lt a ha) test ht
  have e : lossAt G a t = G := by unfold lossAt; rw [ite_eq_right hne]
  rw [e] at le
  exact le

end

/-! ## One query and one first token -/

section
variable {R : Type} [ExpField R] {w : Weights} {c : Params} {B : Nat} {C : Claims} {tables : List HeadTables}

/-- What is known before inputs are counted. -/
structure Setting (w : Weights) (c : Params) (B : Nat) (C : Claims) (tables : List HeadTables) : Prop where
  mlp : w.mlp = none
  some : 0 < w.heads.length
  n_ctx : 2 ≤ w.n_ctx
  small : c.width + 5 ≤ C.bits
  room : (w.heads.length + 1) * 2 ^ c.width + 2 < 2 ^ (C.bits - 1)
  length : tables.length = w.heads.length
  each (i : Nat) : i < w.heads.length → TablesOf w c B C.bits (tables.getD i HeadTables.none) i
  shorts (a : Nat) : a < w.d_vocab → shortsOk C tables w.heads.length (c.width + 2) (2 ^ (C.bits - 1) * ones C.bits w.d_vocab)
    (ones C.bits w.d_vocab) w.d_vocab w.n_ctx a = true

variable (S : Setting w c B C tables)
include S

theorem Setting.pos : 0 < w.n_ctx := Nat.lt_of_lt_of_le Nat.two_pos S.n_ctx
theorem Setting.narrow : c.width < C.bits := Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right (Nat.zero_lt_succ 4)) S.small

omit S in
theorem length_posExp {P : Compact.Weights} (h : P.WellFormed) (c : Params) {q : Nat} (hq : q < P.d_vocab) :
    ((Enclosure.of P c (Circuits.of P)).posExp.getD q []).length = P.n_ctx := by
  show ((mapFold _ _).getD q []).length = _
  rw [getD_mapFold _ _ (h.shape_EQKP.rows_length.symm ▸ hq) []]
  exact (length_expRow _ _ _ _).trans (h.shape_EQKP.row_length q hq)

/-- The terms of a head are what tokens weigh, and what rounding may cost. -/
theorem takes_eq {q i : Nat} (hq : q < w.d_vocab) (hi : i < w.heads.length) {p y : Nat} (hp : p < w.n_ctx) (hy : y < w.d_vocab)
    (b lead token pos : Nat) :
    takes b lead token pos (nth [] (mapFold (fun T : HeadTables => termsOf (3 * 2 ^ c.width) (nth [] T.es q) (nth [] T.fs q)) tables) i) p y =
      taken (w.headAt B i) c q lead (readLane b token) (readLane b pos) p y ∧
    (nth (0, 0) (nth [] (nth [] (mapFold (fun T : HeadTables => termsOf (3 * 2 ^ c.width) (nth [] T.es q) (nth [] T.fs q)) tables) i) p) y).1 =
      ((enclosureAt w B c i).factor q y p).1 := by
  have T := S.each i hi
  have es : nth [] (tables.getD i HeadTables.none).es q = (enclosureAt w B c i).tokenExp.getD q [] := by
    rw [nth_eq, T.tables]
    rfl
  have fs : nth [] (tables.getD i HeadTables.none).fs q = (enclosureAt w B c i).posExp.getD q [] := by
    rw [nth_eq, T.tables]
    rfl
  have e : nth (0, 0) (nth [] (nth [] (mapFold (fun T : HeadTables => termsOf (3 * 2 ^ c.width) (nth [] T.es q) (nth [] T.fs q)) tables) i) p) y =
      term (3 * 2 ^ c.width) (((enclosureAt w B c i).posExp.getD q []).getD p (0, 0)) (((enclosureAt w B c i).tokenExp.getD q []).getD y (0, 0)) := by
    rw [nth_eq [] (mapFold _ _), getD_mapFold _ tables (S.length.symm ▸ hi) HeadTables.none, es, fs]
    exact termsOf_eq _ ((length_posExp T.wellFormed c hq).symm ▸ hp) ((T.wellFormed.length_tokenExp c hq).symm ▸ hy)
  unfold takes
  rw [e]
  exact ⟨rfl, rfl⟩

omit S in
theorem le_of_spare {a l κ : Nat} (h : Nat.succ a - l = κ + 1) : κ + l ≤ a := by
  refine Nat.le_of_succ_le_succ ?_
  cases Nat.le_total l (a + 1) with
  | inl le =>
    have e := (Nat.le_sub_iff_add_le le).mp (Nat.le_of_eq h.symm)
    rw [Nat.add_right_comm] at e
    exact e
  | inr le =>
    have zero : a + 1 - l = 0 := Nat.sub_eq_zero_of_le le
    exact absurd (h.symm.trans zero) (Nat.succ_ne_zero κ)

/-- There is a term for each token. -/
theorem row_length {q a leads : Nat} {boxes : List Box} (hq : q < w.d_vocab) (length : boxes.length = w.heads.length)
    (each : ∀ i, i < w.heads.length → ∃ κ, BoxOf C (c.width + 2) w.n_ctx q a leads
      (mapFold (fun T : HeadTables => termsOf (3 * 2 ^ c.width) (nth [] T.es q) (nth [] T.fs q)) tables) i κ (boxes.getD i Box.none))
    {B' : Box} (hB : B' ∈ boxes) {j : Nat} (hj : j < w.n_ctx - 2) : (nth [] B'.terms (j + 1)).length = w.d_vocab := by
  match List.exists_getD_of_mem Box.none hB with
  | ⟨i, hi, e⟩ =>
    have hi : i < w.heads.length := length ▸ hi
    match each i hi with
    | ⟨_, box⟩ =>
      have T := S.each i hi
      have inside : j + 1 < w.n_ctx := by
        match Nat.exists_eq_add_of_le' S.n_ctx with
        | ⟨k, hk⟩ =>
          rw [hk] at hj ⊢
          exact Nat.succ_lt_succ (Nat.lt_succ_of_lt hj)
      rw [← e, box.terms_eq, nth_eq [] (mapFold _ _), getD_mapFold _ tables (S.length.symm ▸ hi) HeadTables.none, nth_eq]
      have es : nth [] (tables.getD i HeadTables.none).es q = (enclosureAt w B c i).tokenExp.getD q [] := by
        rw [nth_eq, T.tables]
        rfl
      have fs : nth [] (tables.getD i HeadTables.none).fs q = (enclosureAt w B c i).posExp.getD q [] := by
        rw [nth_eq, T.tables]
        rfl
      rw [es, fs]
      unfold termsOf
      rw [getD_mapFold _ _ ((length_posExp T.wellFormed c hq).symm ▸ inside) (0, 0), length_mapFold]
      exact T.wellFormed.length_tokenExp c hq

/-- An input of a box that passes. -/
theorem correct_of_box {q a leads k : Nat} {rows : List Nat} {boxes : List Box} {y : List Nat} (hq : q < w.d_vocab) (ha : a < w.d_vocab)
    (hk : w.n_ctx = k + 2)
    (ok : rowsOk C.bits c.width w.heads.length (ones C.bits w.d_vocab) (2 ^ (C.bits - 1) * ones C.bits w.d_vocab)
      (nth 0 (nth HeadTables.none tables 0).direct q) (c.width + 2) a leads tables rows = true)
    (each : ∀ i, i < w.heads.length → ∃ κ, BoxOf C (c.width + 2) w.n_ctx q a leads
      (mapFold (fun T : HeadTables => termsOf (3 * 2 ^ c.width) (nth [] T.es q) (nth [] T.fs q)) tables) i κ (boxes.getD i Box.none))
    (length : boxes.length = w.heads.length)
    (hlen : y.length = k) (hy : ∀ t, t ∈ y → t < w.d_vocab ∧ allOk (c.width + 2) w.n_ctx boxes t = true) :
    Correct R first w (a :: (y ++ [q])) := by
  have hx : Valid w (a :: (y ++ [q])) := by
    refine ⟨?_, fun t ht => ?_⟩
    · show (y ++ [q]).length + 1 = _
      rw [List.length_append, hlen, hk]
      rfl
    · match ht with
      | .head _ => exact ha
      | .tail _ ht =>
        match List.mem_append.mp ht with
        | .inl ht => exact (hy t ht).left
        | .inr (.head _) => exact hq
  have lt (p : Nat) (hp : p < w.n_ctx) : Compact.token (a :: (y ++ [q])) p < w.d_vocab := token_lt' hx hp
  have last : Compact.token (a :: (y ++ [q])) (k + 1) = q := by
    show (y ++ [q]).getD k 0 = q
    rw [← hlen]
    exact token_append_last y
  have ctx : w.n_ctx - 1 = k + 1 := by rw [hk]; rfl
  have row {i : Nat} (hi : i < w.heads.length) := of_rowOk (S.each i hi) S.small ha S.pos
    (G := readLane (c.width + 2) leads i) (D := rows.getD i 0) (by
      have lt := readLane_lt (c.width + 2) leads i
      rw [Nat.pow_add, Nat.mul_comm] at lt
      exact lt) (by
      have h := of_allBelow (Bool.and_left ok) hi
      rw [nth_eq HeadTables.none, nth_eq 0 rows] at h
      exact h)
  have direct : nth 0 (nth HeadTables.none tables 0).direct q =
      pack C.bits w.d_vocab ((enclosureAt w B c 0).direct q) := by
    rw [nth_eq, nth_eq, (S.each 0 S.some).tables]
    exact getD_packAll (((S.each 0 S.some).wellFormed.length_directRows c).symm ▸ hq) ((S.each 0 S.some).wellFormed.length_directRow c hq)
  have all := Bool.and_right ok
  rw [direct] at all
  refine correct_of_margins hx S.pos (show first _ < _ from ha) (B := B) (c := c) (q := q) (by rw [ctx]; exact last) S.mlp S.some
    (fun i hi => (S.each i hi).fit) (fun i hi => (S.each i hi).wellFormed)
    (fun i => List.tabulate w.d_vocab (digit C.bits (rows.getD i 0))) (fun t ht hne => ?_) fun t ht hne i hi => ?_
  · have e := of_enough ha S.narrow S.room (fun i hi => (row hi).left)
      (fun j _ => lt_of_narrowRows (Bool.and_right (Bool.and_right (S.each 0 S.some).narrow)) q j) all ht hne
    have entry {j : Nat} (hj : j < w.d_vocab) :
        (total w.heads.length fun i => (List.tabulate w.d_vocab (digit C.bits (rows.getD i 0))).getD j 0) =
          total w.heads.length fun i => digit C.bits (rows.getD i 0) j := total_congr fun i _ => List.getD_tabulate 0 hj
    show (total _ fun i => (List.tabulate w.d_vocab (digit C.bits (rows.getD i 0))).getD a 0) + _ + 1 < (total _ _) + _
    rw [entry ht, entry ha]
    exact e
  · have T := S.each i hi
    have shorts := of_allBelow (S.shorts a ha) hi
    rw [Nat.force_eq, Nat.force_eq, nth_eq HeadTables.none] at shorts
    have short := of_headShortOk T S.small ha S.pos shorts
    match each i hi with
    | ⟨κ, box⟩ =>
      have K : Known (w.headAt B i) c q a (digit C.bits (rows.getD i 0)) (readLane (c.width + 2) leads i)
          (readLane (c.width + 2) (nth 0 (nth [] C.tokenShort i) a)) (readLane (c.width + 2) (nth 0 (nth [] C.posShort i) a)) :=
        ⟨T.wellFormed, T.narrow, hq, ha, fun t ht => Nat.le_of_lt ((row hi).left.right t ht), (row hi).right, short.left, short.right⟩
      have spare := box.spare
      unfold spareOf at spare
      have last_lt : k + 1 < w.n_ctx := hk ▸ Nat.lt_succ_self _
      have pred : Nat.pred w.n_ctx = k + 1 := ctx
      rw [pred, (takes_eq S hq hi S.pos ha _ _ _ _).left, (takes_eq S hq hi S.pos ha 0 0 0 0).right,
        (takes_eq S hq hi last_lt hq _ _ _ _).left] at spare
      refine K.margin_nonneg (x := a :: (y ++ [q])) (part := κ / k) hk lt rfl last (le_of_spare spare) (Nat.mul_div_le κ k) (fun p hp => ?_) ht hne
      have inside : Compact.token (a :: (y ++ [q])) (p + 1) = Compact.token y p := token_append (hlen.symm ▸ hp)
      have test := (hy (Compact.token y p) (List.getD_mem 0 (hlen.symm ▸ hp))).right
      have mid : w.n_ctx - 2 = k := by rw [hk]; rfl
      have ok := Nat.le_of_ble_eq_true (of_allBelow (of_allOk test (List.getD_mem Box.none (length.symm ▸ hi))) (mid.symm ▸ hp))
      rw [box.lead_eq, box.token_eq, box.pos_eq, box.terms_eq, box.part_eq, mid] at ok
      have ok : takes (c.width + 2) (readLane (c.width + 2) leads i) (nth 0 (nth [] C.tokenShort i) a) (nth 0 (nth [] C.posShort i) a)
        (nth [] (mapFold (fun T : HeadTables => termsOf (3 * 2 ^ c.width) (nth [] T.es q) (nth [] T.fs q)) tables) i) (p + 1)
        (Compact.token y p) ≤ κ / k := ok
      have mid_lt : p + 1 < w.n_ctx := hk.symm ▸ Nat.succ_lt_succ (Nat.lt_succ_of_lt hp)
      have inside_lt : Compact.token y p < w.d_vocab := (hy _ (List.getD_mem 0 (hlen.symm ▸ hp))).left
      rw [(takes_eq S hq hi mid_lt inside_lt _ _ _ _).left] at ok
      rw [inside]
      exact ok

/-- One query and one first token. -/
theorem atLeast_countPair {q a : Nat} (hq : q < w.d_vocab) (ha : a < w.d_vocab) : AtLeast
    (countPair C tables c.width w.heads.length (c.width + 2) w.d_vocab w.n_ctx (ones C.bits w.d_vocab)
      (2 ^ (C.bits - 1) * ones C.bits w.d_vocab) (nth 0 (nth HeadTables.none tables 0).direct q) q
      (mapFold (fun T : HeadTables => termsOf (3 * 2 ^ c.width) (nth [] T.es q) (nth [] T.fs q)) tables) a)
    fun x => (Correct R first w x ∧ lastToken x = q) ∧ x.getD 0 0 = a := by
  unfold countPair
  rw [Nat.force_eq]
  cases nth 0 (nth [] C.shares q) a with
  | zero => exact AtLeast.zero
  | succ shares =>
    show AtLeast (Nat.force _ fun leads => Nat.force _ fun margin => withRows _ _ _ _ _ _ margin _ _ 0 _ _) _
    rw [Nat.force_eq, Nat.force_eq]
    match withRows_eq C.bits c.width (ones C.bits w.d_vocab) a C.shareBits (shares + 1)
      (allMargin C.bits w.heads.length (ones C.bits w.d_vocab) (nth 0 (nth HeadTables.none tables 0).direct q) a tables) tables
      w.heads.length 0 (Nat.mul (Nat.add w.heads.length 2) (Nat.sub (ones C.bits w.d_vocab) (Nat.shiftLeft 1 (Nat.mul C.bits a))))
      (fun rows => Bool.rec (motive := fun _ => Nat) 0 (withBoxes C (c.width + 2) w.n_ctx q a (nth 0 (nth [] C.leads q) a)
        (mapFold (fun T : HeadTables => termsOf (3 * 2 ^ c.width) (nth [] T.es q) (nth [] T.fs q)) tables) w.heads.length 0 fun boxes =>
          Nat.force (ones 1 w.d_vocab) fun full => Nat.force (maskAll (c.width + 2) w.n_ctx full boxes) fun M =>
            Nat.force (total w.d_vocab fun y => readLane 1 M y) fun N => Nat.pow N (Nat.sub w.n_ctx 2))
        (rowsOk C.bits c.width w.heads.length (ones C.bits w.d_vocab) (2 ^ (C.bits - 1) * ones C.bits w.d_vocab)
          (nth 0 (nth HeadTables.none tables 0).direct q) (c.width + 2) a (nth 0 (nth [] C.leads q) a) tables rows)) with
    | ⟨rows, e⟩ =>
      refine AtLeast.weaken (Nat.le_of_eq e) ?_
      cases ok : rowsOk C.bits c.width w.heads.length (ones C.bits w.d_vocab) (2 ^ (C.bits - 1) * ones C.bits w.d_vocab)
          (nth 0 (nth HeadTables.none tables 0).direct q) (c.width + 2) a (nth 0 (nth [] C.leads q) a) tables rows with
      | false => exact AtLeast.zero
      | true =>
        match withBoxes_eq C (c.width + 2) w.n_ctx q a (nth 0 (nth [] C.leads q) a)
          (mapFold (fun T : HeadTables => termsOf (3 * 2 ^ c.width) (nth [] T.es q) (nth [] T.fs q)) tables) w.heads.length 0
          (fun boxes => Nat.force (ones 1 w.d_vocab) fun full => Nat.force (maskAll (c.width + 2) w.n_ctx full boxes) fun M =>
            Nat.force (total w.d_vocab fun y => readLane 1 M y) fun N => Nat.pow N (Nat.sub w.n_ctx 2)) with
        | .inl zero => exact AtLeast.weaken (Nat.le_of_eq zero) AtLeast.zero
        | .inr ⟨boxes, e', length, each⟩ =>
          refine AtLeast.weaken (Nat.le_of_eq e') ?_
          have each (i : Nat) (hi : i < w.heads.length) := each i hi
          have of (i : Nat) (hi : i < w.heads.length) : ∃ κ, BoxOf C (c.width + 2) w.n_ctx q a (nth 0 (nth [] C.leads q) a)
              (mapFold (fun T : HeadTables => termsOf (3 * 2 ^ c.width) (nth [] T.es q) (nth [] T.fs q)) tables) i κ
              (boxes.getD i Box.none) := by
            have h := each i hi
            rw [Nat.zero_add] at h
            exact h
          rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, maskAll_eq fun _ hB _ hj => row_length S hq length of hB hj, total_bits]
          match Nat.exists_eq_add_of_le' S.n_ctx with
          | ⟨k, hk⟩ =>
            have mid : Nat.sub w.n_ctx 2 = k := by rw [hk]; rfl
            rw [mid]
            refine AtLeast.cons a (AtLeast.map (f := (· ++ [q])) (fun _ _ => List.append_singleton_inj) ?_)
            refine AtLeast.box (nodup_below _) k fun y hlen hy => ⟨?_, lastToken_append (a :: y) q⟩
            exact correct_of_box S hq ha hk ok of length hlen fun t ht => mem_below (hy t ht)

end

/-- **Soundness**: for any weights and any certificate, if the check evaluates to `true`, the model answers at least
`c.bound` inputs with their first token. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R first w) := by
  have before := Bool.and_left h
  have shape := Bool.and_left before
  have sizes := Bool.and_right before
  have H : w.heads.length = c.heads := Nat.eq_of_beq_eq_true _ _ (Bool.and_left (Bool.and_right shape))
  match of_withTables (Bool.and_right h) with
  | ⟨tables, ok, length, each⟩ =>
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq] at ok
    have S : Setting w c.toParams c.cellBits c.toClaims tables := by
      refine ⟨Option.eq_none_of_isNone (Bool.and_left shape), H.symm ▸ Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right shape)),
        Nat.le_of_ble_eq_true (Bool.and_left sizes), Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right sizes)), ?_, length.trans H.symm,
        fun i hi => ?_, fun a ha => ?_⟩
      · rw [H]
        exact Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right sizes))
      · have T := each i (H ▸ hi)
        rw [Nat.zero_add] at T
        exact T
      · have short := of_allBelow (Bool.and_left ok) ha
        rw [Nat.force_eq] at short
        rw [H]
        exact short
    refine AtLeast.weaken (Nat.le_of_ble_eq_true (Bool.and_right ok)) ?_
    unfold count
    rw [Nat.force_eq]
    refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
    rw [Nat.force_eq, Nat.force_eq, withTerms_eq]
    refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total (fun x => x.getD 0 0) fun a ha => ?_)
    rw [Nat.force_eq, ← H]
    exact atLeast_countPair S hq ha

end HeadsFirst
end Transformer
end Compact
