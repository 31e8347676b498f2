prelude
import Compact.Transformer.Circuit.Margin
import Compact.Transformer.General.Cells
import Compact.Transformer.General.Margin
/-!
# A head with its biases, as a plain model

Everything that the theory knows of plain models (one head, no biases) is used for each head of any model: `Weights.head`
is a plain model whose circuits are those of one head, biases included.  It has one more dimension of the residual stream,
which is 1 at every key and whose rows of `W_Q`, `W_K`, `W_V` and `W_U` are the biases, and one more value channel,
by which one of the heads writes `b_O`.  Nothing is rounded.
-/
namespace Compact
namespace Transformer
noncomputable section

/-- The value `f i` for `i < n`, and `last` for `i = n`. -/
def withLast (n : Nat) (f : Nat → Nat) (last i : Nat) : Nat := Bool.rec (motive := fun _ => Nat) (f i) last (Nat.beq i n)

/-- The row `f i` for `i < n`, and `last` for `i = n`. -/
def withLastRow (n : Nat) (f : Nat → Nat → Nat) (last : Nat → Nat) (i j : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) (f i j) (last j) (Nat.beq i n)

/-- One for the head that writes `b_O`. -/
def cornerCell (B frac : Nat) (first : Bool) : Nat := Bool.rec (motive := fun _ => Nat) (zeroCell B) (oneCell B frac) first

/-- A matrix with its bias as one more row, and one more column, zero but for its last entry. -/
def withBias (B n k : Nat) (W : Tensor) (b : Option Tensor) (corner i j : Nat) : Nat :=
  withLastRow n (fun i j => withLast k (cell B W i) (zeroCell B) j) (fun j => withLast k (biasCell B b) corner j) i j

/-- Cells of the embeddings with the dimension that is 1, of `W_O` with `b_O`, of `W_U` with `b_U`. -/
def Weights.cellsE (w : Weights) (B y i : Nat) : Nat := withLast w.d_model (cell B w.W_E y) (oneCell B w.frac) i
def Weights.cellsP (w : Weights) (B p i : Nat) : Nat := withLast w.d_model (cell B w.W_pos p) (zeroCell B) i
def Weights.cellsO (w : Weights) (B : Nat) (A : Head) (k i : Nat) : Nat :=
  withLast w.d_model (withLastRow w.d_head (cell B A.W_O) (biasCell B w.b_O) k) (zeroCell B) i
def Weights.cellsU (w : Weights) (B i t : Nat) : Nat := withLastRow w.d_model (cell B w.W_U) (biasCell B w.b_U) i t

/-- The plain model of the head `A`; `first` says whether it is the one that writes `b_O`.  Cells have `B` bits. -/
def Weights.head (w : Weights) (B : Nat) (first : Bool) (A : Head) : Compact.Weights where
  n_ctx := w.n_ctx
  d_vocab := w.d_vocab
  d_model := w.d_model + 1
  d_head := w.d_head + 1
  frac := w.frac
  attn_scale := w.attn_scale
  scale_frac := w.scale_frac
  W_E := ofCells B w.d_vocab (w.d_model + 1) (w.cellsE B)
  W_pos := ofCells B w.n_ctx (w.d_model + 1) (w.cellsP B)
  W_Q := ofCells B (w.d_model + 1) (w.d_head + 1) (withBias B w.d_model w.d_head A.W_Q A.b_Q (zeroCell B))
  W_K := ofCells B (w.d_model + 1) (w.d_head + 1) (withBias B w.d_model w.d_head A.W_K A.b_K (zeroCell B))
  W_V := ofCells B (w.d_model + 1) (w.d_head + 1) (withBias B w.d_model w.d_head A.W_V A.b_V (cornerCell B w.frac first))
  W_O := ofCells B (w.d_head + 1) (w.d_model + 1) (w.cellsO B A)
  W_U := ofCells B (w.d_model + 1) w.d_vocab (w.cellsU B)

end

theorem beq_of_lt {i n : Nat} (h : i < n) : Nat.beq i n = false := by
  cases e : Nat.beq i n with
  | false => rfl
  | true => exact absurd (Nat.eq_of_beq_eq_true i n e) (Nat.ne_of_lt h)

theorem withLast_lt {n i : Nat} (f : Nat → Nat) (last : Nat) (hi : i < n) : withLast n f last i = f i := by
  unfold withLast
  rw [beq_of_lt hi]

theorem withLast_eq (n : Nat) (f : Nat → Nat) (last : Nat) : withLast n f last n = last := by
  unfold withLast
  rw [Nat.beq_self]

theorem withLastRow_lt {n i : Nat} (f : Nat → Nat → Nat) (last : Nat → Nat) (hi : i < n) (j : Nat) :
    withLastRow n f last i j = f i j := by
  unfold withLastRow
  rw [beq_of_lt hi]

theorem withLastRow_eq (n : Nat) (f : Nat → Nat → Nat) (last : Nat → Nat) (j : Nat) : withLastRow n f last n j = last j := by
  unfold withLastRow
  rw [Nat.beq_self]

/-- Lanes of `B` bits hold all entries, and one. -/
structure Weights.Fit (w : Weights) (B : Nat) (A : Head) : Prop where
  one : w.frac + 2 ≤ B
  W_E : w.W_E.bits ≤ B
  W_pos : w.W_pos.bits ≤ B
  W_Q : A.W_Q.bits ≤ B
  W_K : A.W_K.bits ≤ B
  W_V : A.W_V.bits ≤ B
  W_O : A.W_O.bits ≤ B
  W_U : w.W_U.bits ≤ B
  b_Q (T : Tensor) : A.b_Q = some T → T.bits ≤ B
  b_K (T : Tensor) : A.b_K = some T → T.bits ≤ B
  b_V (T : Tensor) : A.b_V = some T → T.bits ≤ B
  b_O (T : Tensor) : w.b_O = some T → T.bits ≤ B
  b_U (T : Tensor) : w.b_U = some T → T.bits ≤ B

section
variable {R : Type} [ExpField R] {w : Weights} {B : Nat} {first : Bool} {A : Head} {x : List Nat} {q : Nat}

/-- The value of a cell of a tensor of cells. -/
theorem entry_ofCells (w' : Compact.Weights) {r c : Nat} {f : Nat → Nat → Nat} {i j : Nat} (hf : ∀ j, j < c → f i j < 2 ^ B)
    (hi : i < r) (hj : j < c) : Compact.entry R w' (ofCells B r c f) i j = cellVal R B w'.frac (f i j) := by
  show (ofNat R ((ofCells B r c f).digit i j) - _) / _ = _
  rw [digit_ofCells hf hi hj]
  rfl

theorem withLast_lt_two_pow {n i B last : Nat} {f : Nat → Nat} (hf : ∀ i, f i < 2 ^ B) (hl : last < 2 ^ B) :
    withLast n f last i < 2 ^ B := by
  unfold withLast
  cases Nat.beq i n with
  | false => exact hf i
  | true => exact hl

theorem withLastRow_lt_two_pow {n i j B : Nat} {f : Nat → Nat → Nat} {last : Nat → Nat} (hf : ∀ i j, f i j < 2 ^ B)
    (hl : ∀ j, last j < 2 ^ B) : withLastRow n f last i j < 2 ^ B := by
  unfold withLastRow
  cases Nat.beq i n with
  | false => exact hf i j
  | true => exact hl j

namespace Weights.Fit
variable (h : w.Fit B A)
include h

theorem pos : 0 < B := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) h.one

theorem corner_lt (b : Bool) : cornerCell B w.frac b < 2 ^ B := by
  cases b with
  | false => exact zeroCell_lt h.pos
  | true => exact oneCell_lt h.one

theorem withBias_lt {n k corner i j : Nat} {W : Tensor} {b : Option Tensor} (hW : W.bits ≤ B)
    (hb : ∀ T, b = some T → T.bits ≤ B) (hc : corner < 2 ^ B) : withBias B n k W b corner i j < 2 ^ B :=
  withLastRow_lt_two_pow (fun i _ => withLast_lt_two_pow (fun j => cell_lt h.pos hW i j) (zeroCell_lt h.pos))
    fun _ => withLast_lt_two_pow (fun j => biasCell_lt h.pos hb j) hc

/-! ## Embeddings -/

theorem E_cells_lt {y i : Nat} : w.cellsE B y i < 2 ^ B :=
  withLast_lt_two_pow (fun j => cell_lt h.pos h.W_E y j) (oneCell_lt h.one)

theorem P_cells_lt {p i : Nat} : w.cellsP B p i < 2 ^ B :=
  withLast_lt_two_pow (fun j => cell_lt h.pos h.W_pos p j) (zeroCell_lt h.pos)

theorem E_lt {y i : Nat} (hy : y < w.d_vocab) (hi : i < w.d_model) :
    Compact.entry R (w.head B first A) (w.head B first A).W_E y i = entry R w w.W_E y i := by
  refine (entry_ofCells (f := w.cellsE B) _ (fun _ _ => h.E_cells_lt) hy
    (Nat.lt_succ_of_lt hi)).trans ?_
  unfold Weights.cellsE
  rw [withLast_lt _ _ hi]
  exact cellVal_cell h.W_E y i

theorem E_last {y : Nat} (hy : y < w.d_vocab) :
    Compact.entry R (w.head B first A) (w.head B first A).W_E y w.d_model = 1 := by
  refine (entry_ofCells (f := w.cellsE B) _ (fun _ _ => h.E_cells_lt) hy
    (Nat.lt_succ_self _)).trans ?_
  unfold Weights.cellsE
  rw [withLast_eq]
  exact cellVal_one

theorem P_lt {p i : Nat} (hp : p < w.n_ctx) (hi : i < w.d_model) :
    Compact.entry R (w.head B first A) (w.head B first A).W_pos p i = entry R w w.W_pos p i := by
  refine (entry_ofCells (f := w.cellsP B) _ (fun _ _ => h.P_cells_lt) hp
    (Nat.lt_succ_of_lt hi)).trans ?_
  unfold Weights.cellsP
  rw [withLast_lt _ _ hi]
  exact cellVal_cell h.W_pos p i

theorem P_last {p : Nat} (hp : p < w.n_ctx) :
    Compact.entry R (w.head B first A) (w.head B first A).W_pos p w.d_model = 0 := by
  refine (entry_ofCells (f := w.cellsP B) _ (fun _ _ => h.P_cells_lt) hp
    (Nat.lt_succ_self _)).trans ?_
  unfold Weights.cellsP
  rw [withLast_eq]
  exact cellVal_zero

/-! ## A matrix with its bias -/

section
variable {W : Tensor} {b : Option Tensor} {corner i j : Nat} (hW : W.bits ≤ B) (hb : ∀ T, b = some T → T.bits ≤ B)
  (hc : corner < 2 ^ B) (w' : Compact.Weights) (frac : w'.frac = w.frac)
include hW hb hc frac

theorem withBias_inner (hi : i < w.d_model) (hj : j < w.d_head) :
    Compact.entry R w' (ofCells B (w.d_model + 1) (w.d_head + 1) (withBias B w.d_model w.d_head W b corner)) i j =
      entry R w W i j := by
  refine (entry_ofCells (f := withBias B w.d_model w.d_head W b corner) _ (fun _ _ => h.withBias_lt hW hb hc) (Nat.lt_succ_of_lt hi) (Nat.lt_succ_of_lt hj)).trans ?_
  unfold withBias
  rw [withLastRow_lt _ _ hi, withLast_lt _ _ hj, frac]
  exact cellVal_cell hW i j

omit frac in
theorem withBias_column (hi : i < w.d_model) :
    Compact.entry R w' (ofCells B (w.d_model + 1) (w.d_head + 1) (withBias B w.d_model w.d_head W b corner)) i w.d_head = 0 := by
  refine (entry_ofCells (f := withBias B w.d_model w.d_head W b corner) _ (fun _ _ => h.withBias_lt hW hb hc) (Nat.lt_succ_of_lt hi) (Nat.lt_succ_self _)).trans ?_
  unfold withBias
  rw [withLastRow_lt _ _ hi, withLast_eq]
  exact cellVal_zero

theorem withBias_row (hj : j < w.d_head) :
    Compact.entry R w' (ofCells B (w.d_model + 1) (w.d_head + 1) (withBias B w.d_model w.d_head W b corner)) w.d_model j =
      bias R w b j := by
  refine (entry_ofCells (f := withBias B w.d_model w.d_head W b corner) _ (fun _ _ => h.withBias_lt hW hb hc) (Nat.lt_succ_self _) (Nat.lt_succ_of_lt hj)).trans ?_
  unfold withBias
  rw [withLastRow_eq, withLast_lt _ _ hj, frac]
  exact cellVal_bias hb j

theorem withBias_corner :
    Compact.entry R w' (ofCells B (w.d_model + 1) (w.d_head + 1) (withBias B w.d_model w.d_head W b corner)) w.d_model w.d_head =
      cellVal R B w.frac corner := by
  refine (entry_ofCells (f := withBias B w.d_model w.d_head W b corner) _ (fun _ _ => h.withBias_lt hW hb hc) (Nat.lt_succ_self _) (Nat.lt_succ_self _)).trans ?_
  unfold withBias
  rw [withLastRow_eq, withLast_eq, frac]

/-- Applied to a row whose last entry is `c`. -/
theorem apply_inner {f : Nat → R} {g : Nat → R} {c : R} (hf : ∀ i, i < w.d_model → f i = g i) (hl : f w.d_model = c)
    (hj : j < w.d_head) : Compact.apply R w' (w.d_model + 1) f
      (ofCells B (w.d_model + 1) (w.d_head + 1) (withBias B w.d_model w.d_head W b corner)) j =
      apply R w w.d_model g W j + c * bias R w b j := by
  refine (sum_succ _ _).trans ?_
  rw [h.withBias_row hW hb hc w' frac hj, hl]
  refine congrArg (· + _) (sum_congr fun i hi => ?_)
  rw [h.withBias_inner hW hb hc w' frac hi hj, hf i hi]

theorem apply_last {f : Nat → R} {c : R} (hl : f w.d_model = c) : Compact.apply R w' (w.d_model + 1) f
      (ofCells B (w.d_model + 1) (w.d_head + 1) (withBias B w.d_model w.d_head W b corner)) w.d_head =
      c * cellVal R B w.frac corner := by
  refine (sum_succ _ _).trans ?_
  rw [h.withBias_corner hW hb hc w' frac, hl, sum_eq_zero fun i hi => ?_, zero_add]
  rw [h.withBias_column hW hb hc w' hi, mul_zero]

end

/-! ## `W_O` and `W_U` -/

theorem U_cells_lt {i t : Nat} : w.cellsU B i t < 2 ^ B :=
  withLastRow_lt_two_pow (fun i j => cell_lt h.pos h.W_U i j) fun j => biasCell_lt h.pos h.b_U j

theorem U_lt {i t : Nat} (hi : i < w.d_model) (ht : t < w.d_vocab) :
    Compact.entry R (w.head B first A) (w.head B first A).W_U i t = entry R w w.W_U i t := by
  refine (entry_ofCells (f := w.cellsU B) _ (fun _ _ => h.U_cells_lt) (Nat.lt_succ_of_lt hi) ht).trans ?_
  unfold Weights.cellsU
  rw [withLastRow_lt _ _ hi]
  exact cellVal_cell h.W_U i t

theorem U_last {t : Nat} (ht : t < w.d_vocab) :
    Compact.entry R (w.head B first A) (w.head B first A).W_U w.d_model t = bias R w w.b_U t := by
  refine (entry_ofCells (f := w.cellsU B) _ (fun _ _ => h.U_cells_lt) (Nat.lt_succ_self _) ht).trans ?_
  unfold Weights.cellsU
  rw [withLastRow_eq]
  exact cellVal_bias h.b_U t

theorem O_cells_lt {k i : Nat} : w.cellsO B A k i < 2 ^ B :=
  withLast_lt_two_pow (fun _ => withLastRow_lt_two_pow (fun i j => cell_lt h.pos h.W_O i j) fun j =>
    biasCell_lt h.pos h.b_O j) (zeroCell_lt h.pos)

theorem O_lt {k i : Nat} (hk : k < w.d_head) (hi : i < w.d_model) :
    Compact.entry R (w.head B first A) (w.head B first A).W_O k i = entry R w A.W_O k i := by
  refine (entry_ofCells (f := w.cellsO B A) _ (fun _ _ => h.O_cells_lt) (Nat.lt_succ_of_lt hk) (Nat.lt_succ_of_lt hi)).trans ?_
  unfold Weights.cellsO
  rw [withLast_lt _ _ hi, withLastRow_lt _ _ hk]
  exact cellVal_cell h.W_O k i

theorem O_row {i : Nat} (hi : i < w.d_model) :
    Compact.entry R (w.head B first A) (w.head B first A).W_O w.d_head i = bias R w w.b_O i := by
  refine (entry_ofCells (f := w.cellsO B A) _ (fun _ _ => h.O_cells_lt) (Nat.lt_succ_self _) (Nat.lt_succ_of_lt hi)).trans ?_
  unfold Weights.cellsO
  rw [withLast_lt _ _ hi, withLastRow_eq]
  exact cellVal_bias h.b_O i

theorem O_column {k : Nat} (hk : k < w.d_head + 1) :
    Compact.entry R (w.head B first A) (w.head B first A).W_O k w.d_model = 0 := by
  refine (entry_ofCells (f := w.cellsO B A) _ (fun _ _ => h.O_cells_lt) hk (Nat.lt_succ_self _)).trans ?_
  unfold Weights.cellsO
  rw [withLast_eq]
  exact cellVal_zero

/-! ## The circuits of the head -/

/-- `W_O W_U`, for the head's own channels and for that of `b_O`. -/
theorem OU_lt {k t : Nat} (hk : k < w.d_head) (ht : t < w.d_vocab) :
    OU R (w.head B first A) k t = apply R w w.d_model (entry R w A.W_O k) w.W_U t := by
  refine (sum_succ _ _).trans ?_
  rw [h.O_column (Nat.lt_succ_of_lt hk), zero_mul, add_zero]
  exact sum_congr fun i hi => by rw [h.O_lt hk hi, h.U_lt hi ht]

theorem OU_last {t : Nat} (ht : t < w.d_vocab) :
    OU R (w.head B first A) w.d_head t = apply R w w.d_model (bias R w w.b_O) w.W_U t := by
  refine (sum_succ _ _).trans ?_
  rw [h.O_column (Nat.lt_succ_self _), zero_mul, add_zero]
  exact sum_congr fun i hi => by rw [h.O_row hi, h.U_lt hi ht]

/-- Both parts of a vector at a key. -/
theorem vector_add (W : Tensor) (b : Option Tensor) (u v : Nat) (hu : u < w.d_vocab) (hv : v < w.n_ctx) {corner j : Nat}
    (hW : W.bits ≤ B) (hb : ∀ T, b = some T → T.bits ≤ B) (hc : corner < 2 ^ B) (hj : j < w.d_head) :
    Compact.apply R (w.head B first A) (w.d_model + 1) (fun i => Compact.entry R (w.head B first A) (w.head B first A).W_E u i +
      Compact.entry R (w.head B first A) (w.head B first A).W_pos v i)
      (ofCells B (w.d_model + 1) (w.d_head + 1) (withBias B w.d_model w.d_head W b corner)) j =
      keyVector R w W b u v j := by
  refine (h.apply_inner (g := keyResid R w u v) (c := 1) hW hb hc (w.head B first A) rfl (fun i hi => ?_) ?_ hj).trans ?_
  · rw [h.E_lt hu hi, h.P_lt hv hi]
    rfl
  · rw [h.E_last hu, h.P_last hv, add_zero]
  · rw [one_mul]
    rfl

theorem query_lt {j : Nat} (hq : q < w.d_vocab) (hn : 0 < w.n_ctx) (hj : j < w.d_head) :
    queryVec R (w.head B first A) q j = keyVector R w A.W_Q A.b_Q q (w.n_ctx - 1) j :=
  h.vector_add A.W_Q A.b_Q q (w.n_ctx - 1) hq (Nat.sub_lt hn Nat.one_pos) h.W_Q h.b_Q (zeroCell_lt h.pos) hj

theorem query_last (hq : q < w.d_vocab) (hn : 0 < w.n_ctx) : queryVec R (w.head B first A) q w.d_head = 0 := by
  refine (h.apply_last (c := 1) h.W_Q h.b_Q (zeroCell_lt h.pos) (w.head B first A) rfl ?_).trans ?_
  · show Compact.entry R _ _ q w.d_model + Compact.entry R _ _ (w.n_ctx - 1) w.d_model = 1
    rw [h.E_last hq, h.P_last (Nat.sub_lt hn Nat.one_pos), add_zero]
  · rw [cellVal_zero, mul_zero]

/-- The head's weight of a key. -/
theorem weight_eq {p : Nat} (hq : q < w.d_vocab) (hp : p < w.n_ctx) (ht : token x p < w.d_vocab) :
    weight R (w.head B first A) q x p = keyWeight R w A q (token x p) p := by
  have hn : 0 < w.n_ctx := Nat.lt_of_le_of_lt (Nat.zero_le _) hp
  refine congrArg (fun s => exp (s / scale R (w.head B first A))) ?_
  unfold EQKE EQKP
  rw [← sum_add]
  refine (sum_succ _ _).trans ?_
  rw [h.query_last hq hn, zero_mul, zero_mul, add_zero, add_zero]
  refine sum_congr fun j hj => ?_
  rw [h.query_lt hq hn hj, ← mul_add, ← Compact.apply_add]
  exact congrArg (_ * ·) (h.vector_add A.W_K A.b_K _ p ht hp h.W_K h.b_K (zeroCell_lt h.pos) hj)

/-- What the head reads off at a key; the first head adds `b_O`. -/
theorem readOff_eq {p t : Nat} (hp : p < w.n_ctx) (hx : token x p < w.d_vocab) (ht : t < w.d_vocab) :
    readOff R (w.head B first A) x p t = keyRead R w A w.W_U (token x p) p t +
      Bool.rec 0 (apply R w w.d_model (bias R w w.b_O) w.W_U t) first := by
  unfold readOff EVOU PVOU
  rw [← sum_add]
  refine (sum_succ _ _).trans ?_
  rw [← add_mul, ← Compact.apply_add, h.OU_last ht]
  have last : Compact.apply R (w.head B first A) (w.d_model + 1) (fun i =>
      Compact.entry R (w.head B first A) (w.head B first A).W_E (token x p) i +
      Compact.entry R (w.head B first A) (w.head B first A).W_pos p i) (w.head B first A).W_V w.d_head =
      Bool.rec 0 1 first := by
    refine (h.apply_last (c := 1) h.W_V h.b_V (h.corner_lt first) (w.head B first A) rfl ?_).trans ?_
    · rw [h.E_last hx, h.P_last hp, add_zero]
    · cases first with
      | false => exact (one_mul _).trans cellVal_zero
      | true => exact (one_mul _).trans cellVal_one
  have own : (sum w.d_head fun k => Compact.apply R (w.head B first A) (w.d_model + 1)
      (Compact.entry R (w.head B first A) (w.head B first A).W_E (token x p)) (w.head B first A).W_V k * OU R (w.head B first A) k t +
      Compact.apply R (w.head B first A) (w.d_model + 1)
      (Compact.entry R (w.head B first A) (w.head B first A).W_pos p) (w.head B first A).W_V k * OU R (w.head B first A) k t) =
      keyRead R w A w.W_U (token x p) p t := by
    show _ = sum w.d_model fun i => (sum w.d_head fun k => keyVector R w A.W_V A.b_V (token x p) p k * entry R w A.W_O k i) *
      entry R w w.W_U i t
    rw [sum_congr fun i _ => sum_mul w.d_head (entry R w w.W_U i t) _, sum_comm]
    refine sum_congr fun k hk => ?_
    rw [← add_mul, ← Compact.apply_add, h.OU_lt hk ht]
    refine (congrArg (· * _) (h.vector_add A.W_V A.b_V _ p hx hp h.W_V h.b_V (h.corner_lt first) hk)).trans ?_
    show _ * (sum w.d_model fun i => entry R w A.W_O k i * entry R w w.W_U i t) = _
    rw [mul_sum]
    exact sum_congr fun i _ => (mul_assoc _ _ _).symm
  refine (congrArg (· + _) own).trans (congrArg (keyRead R w A w.W_U (token x p) p t + ·) ?_)
  refine (congrArg (· * _) last).trans ?_
  cases first with
  | false => exact zero_mul _
  | true => exact one_mul _

/-- The direct path, `b_U` included. -/
theorem EU_eq {t : Nat} (hq : q < w.d_vocab) (hn : 0 < w.n_ctx) (ht : t < w.d_vocab) :
    EU R (w.head B first A) q t = apply R w w.d_model (keyResid R w q (w.n_ctx - 1)) w.W_U t + bias R w w.b_U t := by
  have hl : w.n_ctx - 1 < w.n_ctx := Nat.sub_lt hn Nat.one_pos
  refine (sum_succ _ _).trans ?_
  rw [h.U_last ht]
  have one : residQ R (w.head B first A) q w.d_model = 1 := by
    show Compact.entry R _ _ q w.d_model + Compact.entry R _ _ (w.n_ctx - 1) w.d_model = 1
    rw [h.E_last hq, h.P_last hl, add_zero]
  rw [one, one_mul]
  refine congrArg (· + _) (sum_congr fun i hi => ?_)
  rw [h.U_lt hi ht]
  refine congrArg (· * _) ?_
  show Compact.entry R _ _ q i + Compact.entry R _ _ (w.n_ctx - 1) i = _
  rw [h.E_lt hq hi, h.P_lt hl hi]
  rfl

end Weights.Fit
end
end Transformer
end Compact
