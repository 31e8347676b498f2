prelude
import Compact.Counting.Total
import Compact.Packed.Lanewise
import Compact.Packed.Mul
/-!
# Matrix products read from packed matrices

A field of a number is a run of its bits: `field s m N l` begins at bit `s * l` and has the bits of the mask `m`.  A row of a packed
matrix is read by its fields, whether they are a lane or a whole row wide, so a product needs no lists of entries: `fieldDot` multiplies the
fields of one number with those of another and adds up.  `productRows` are the packed rows of a product, the same as `Mat.mulRows`.
-/
namespace Compact
noncomputable section

/-- The bits of the mask `m`, from place `s * l` of `N` on. -/
def field (s m N l : Nat) : Nat := Nat.land (Nat.shiftRight N (Nat.mul s l)) m

/-- The sum of the first `d` fields. -/
def fieldSum (s m N d : Nat) : Nat := Nat.rec (motive := fun _ => Nat) 0 (fun l ih => Nat.add (field s m N l) ih) d

/-- The sum of the products of the first `d` fields of two numbers. -/
def fieldDot (s m N s' m' N' d : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun l ih => Nat.add (Nat.mul (field s m N l) (field s' m' N' l)) ih) d

/-- The first `c` fields, in lanes of `L` bits. -/
def fieldPack (s m L c N : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun t ih => Nat.add (Nat.shiftLeft (field s m N t) (Nat.mul L t)) ih) c

/-- Field `l` of all numbers of a list, in lanes of `L` bits. -/
def fieldColumn (s m L l : Nat) (xs : List Nat) : Nat := packList L (mapFold (fun x => field s m x l) xs)

/-- The columns `0, ..., c - 1` of the rows `xs`. -/
def fieldColumns (s m L c : Nat) (xs : List Nat) : List Nat :=
  Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => []) (fun _ ih l => Nat.force l fun l => fieldColumn s m L l xs :: ih (Nat.succ l)) c 0

end

theorem field_eq (s b N l : Nat) : field s (2 ^ b - 1) N l = N / 2 ^ (s * l) % 2 ^ b := lowBits_eq b (N / 2 ^ (s * l))

theorem fieldSum_eq (s m N d : Nat) : fieldSum s m N d = total d fun l => field s m N l := by
  induction d with
  | zero => rfl
  | succ d ih => exact (congrArg (field s m N d + ·) ih).trans (Nat.add_comm _ _)

theorem fieldDot_eq (s m N s' m' N' d : Nat) :
    fieldDot s m N s' m' N' d = total d fun l => field s m N l * field s' m' N' l := by
  induction d with
  | zero => rfl
  | succ d ih => exact (congrArg (field s m N d * field s' m' N' d + ·) ih).trans (Nat.add_comm _ _)

theorem fieldPack_eq (s m L c N : Nat) : fieldPack s m L c N = pack L c fun t => field s m N t := by
  induction c with
  | zero => rfl
  | succ c ih => rw [pack_snoc, ← ih]; exact Nat.add_comm _ _

theorem fieldColumn_eq (s m L l : Nat) (xs : List Nat) :
    fieldColumn s m L l xs = pack L xs.length fun k => field s m (xs.getD k 0) l := by
  unfold fieldColumn
  rw [packList_eq, length_mapFold]
  exact pack_congr L fun k hk => getD_mapFold (fun x => field s m x l) xs hk 0 0

theorem getD_fieldColumns (s m L : Nat) {c : Nat} (xs : List Nat) {l : Nat} (hl : l < c) :
    (fieldColumns s m L c xs).getD l 0 = fieldColumn s m L l xs := by
  have go : ∀ c k l, l < c → (Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => []) (fun _ ih l => Nat.force l fun l =>
      fieldColumn s m L l xs :: ih (Nat.succ l)) c k).getD l 0 = fieldColumn s m L (k + l) xs := by
    intro c
    induction c with
    | zero => exact fun _ _ h => absurd h (Nat.not_lt_zero _)
    | succ c ih =>
      intro k l hl
      show (Nat.force k fun l => fieldColumn s m L l xs :: Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => [])
        (fun _ ih l => Nat.force l fun l => fieldColumn s m L l xs :: ih (Nat.succ l)) c (Nat.succ l)).getD l 0 = _
      rw [Nat.force_eq]
      cases l with
      | zero => rfl
      | succ l => exact (ih (k + 1) l (Nat.lt_of_succ_lt_succ hl)).trans (by rw [Nat.add_assoc, Nat.add_comm 1])
  exact (go c 0 l hl).trans (by rw [Nat.zero_add])

theorem length_fieldColumns (s m L c : Nat) (xs : List Nat) : (fieldColumns s m L c xs).length = c := by
  have go : ∀ c k, (Nat.rec (motive := fun _ => Nat → List Nat) (fun _ => []) (fun _ ih l => Nat.force l fun l =>
      fieldColumn s m L l xs :: ih (Nat.succ l)) c k).length = c := by
    intro c
    induction c with
    | zero => exact fun _ => rfl
    | succ c ih =>
      intro k
      refine (congrArg List.length (Nat.force_eq k fun l => fieldColumn s m L l xs :: Nat.rec (motive := fun _ => Nat → List Nat)
        (fun _ => []) (fun _ ih l => Nat.force l fun l => fieldColumn s m L l xs :: ih (Nat.succ l)) c (Nat.succ l))).trans ?_
      exact congrArg Nat.succ (ih (k + 1))
  exact go c 0

/-- A lane is a field. -/
theorem field_pack {L n : Nat} {f : Nat → Nat} (h : ∀ j, j < n → f j < 2 ^ L) {j : Nat} (hj : j < n) :
    field L (2 ^ L - 1) (pack L n f) j = f j := (field_eq L L _ j).trans (digit_pack L h hj)

/-! ## Products -/

theorem dot_eq_total {d : Nat} {xs rs : List Nat} (hx : xs.length = d) (hr : rs.length = d) :
    dot xs rs = total d fun l => xs.getD l 0 * rs.getD l 0 := by
  induction d generalizing xs rs with
  | zero =>
    match xs, hx with
    | [], _ => rfl
  | succ d ih =>
    match xs, rs, hx, hr with
    | x :: xs, r :: rs, hx, hr =>
      rw [total_succ']
      exact congrArg (x * r + ·) (ih (Nat.succ.inj hx) (Nat.succ.inj hr))

theorem sumList_eq_total {d : Nat} {xs : List Nat} (hx : xs.length = d) : sumList xs = total d fun l => xs.getD l 0 := by
  induction d generalizing xs with
  | zero =>
    match xs, hx with
    | [], _ => rfl
  | succ d ih =>
    match xs, hx with
    | x :: xs, hx =>
      rw [total_succ']
      exact congrArg (x + ·) (ih (Nat.succ.inj hx))

noncomputable section

/-- A packed matrix as the second factor of a product: `rows` holds its rows, packed in lanes of `L` bits, side by side. -/
structure Right where
  off : Nat
  /-- Bits of a row. -/
  bits : Nat
  /-- All bits of a row. -/
  mask : Nat
  rows : Nat

/-- The rows `rs`, of `c` lanes of `L` bits, side by side. -/
def Right.of (L c off : Nat) (rs : List Nat) : Right :=
  ⟨off, Nat.mul L c, Nat.sub (Nat.pow 2 (Nat.mul L c)) 1, packList (Nat.mul L c) rs⟩

/-- Evaluate it, then go on with it. -/
def Right.force {α : Type} (B : Right) (k : Right → α) : α :=
  Nat.force B.off fun off => Nat.force B.bits fun bits => Nat.force B.mask fun mask => Nat.force B.rows fun rows => k ⟨off, bits, mask, rows⟩

/-- What all rows of a product have in common. -/
def Right.base (B : Right) (d one off : Nat) : Nat :=
  Nat.sub (Nat.mul (Nat.mul d (Nat.mul 2 (Nat.mul off B.off))) one) (Nat.mul off (fieldSum B.bits B.mask B.rows d))

/-- The packed rows of a product.  The entries of a row of the first factor, whose offset is `off`, are the fields of a number of `Ns`,
and what is added to each of these rows: its sum is `sum`, its product with the second factor `product`. -/
def productRows (L c d off s m product sum : Nat) (Ns : List Nat) (B : Right) : List Nat :=
  Nat.force (onesOf L c) fun one => Nat.force (B.base d one off) fun base =>
  mapFold (fun N => Nat.sub (Nat.add (Nat.add (fieldDot s m N B.bits B.mask B.rows d) product) base)
    (Nat.mul (Nat.mul B.off (Nat.add (fieldSum s m N d) sum)) one)) Ns

end

theorem Right.force_eq {α : Type} (B : Right) (k : Right → α) : B.force k = k B := by
  unfold Right.force
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]

/-- `B` holds the packed rows of the matrix `M`. -/
structure Right.Holds (B : Right) (L c d : Nat) (M : Mat) : Prop where
  off : B.off = M.off
  row (l : Nat) : l < d → field B.bits B.mask B.rows l = packList L (M.rows.getD l [])

/-- Rows with lanes that are wide enough are held. -/
theorem Right.holds {L c d : Nat} {M : Mat} (hM : M.Shape d c) (fit : 2 * M.off < 2 ^ L) {rs : List Nat} (len : rs.length = d)
    (h : ∀ l, l < d → rs.getD l 0 = pack L c fun j => M.get l j) : (Right.of L c M.off rs).Holds L c d M where
  off := rfl
  row l hl := by
    have e : packList L (M.rows.getD l []) = pack L c fun j => M.get l j := by rw [packList_eq, hM.row_length l hl]; rfl
    show field (L * c) (2 ^ (L * c) - 1) (packList (L * c) rs) l = _
    rw [packList_eq, len, e, field_pack (fun i hi => ?_) hl]
    · exact h l hl
    · show rs.getD i 0 < 2 ^ (L * c)
      rw [h i hi]
      exact pack_lt L fun j hj => Nat.lt_of_le_of_lt (hM.le i j hi hj) fit

/-- The product is that of `Mat.mulRows`. -/
theorem productRows_eq {L c d r s m product sum : Nat} {Ns : List Nat} {A M : Mat} {B : Right} (hL : 0 < L) (hA : A.Shape r d)
    (hM : M.Shape d c) (hB : B.Holds L c d M) (len : Ns.length = r) {y : Nat → Nat}
    (hN : ∀ i, i < r → ∀ l, l < d → A.get i l = field s m (Ns.getD i 0) l + y l)
    (hproduct : product = total d fun l => y l * field B.bits B.mask B.rows l) (hsum : sum = total d y) :
    productRows L c d A.off s m product sum Ns B = A.mulRows L d c M := by
  unfold productRows Mat.mulRows
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, Nat.force_eq, onesOf_eq hL]
  have lenRows : (mapFold (packList L) M.rows).length = d := (length_mapFold _ _).trans hM.rows_length
  have row {l : Nat} (hl : l < d) : (mapFold (packList L) M.rows).getD l 0 = field B.bits B.mask B.rows l :=
    (getD_mapFold _ _ (hM.rows_length.symm ▸ hl) [] 0).trans (hB.row l hl).symm
  have base : B.base d (ones L c) A.off = A.mulBase d (ones L c) M (mapFold (packList L) M.rows) := by
    show _ - A.off * fieldSum B.bits B.mask B.rows d = _ - A.off * sumList _
    rw [fieldSum_eq, sumList_eq_total lenRows, hB.off, total_congr fun l hl => row hl]
  refine List.ext_getD 0 ((length_mapFold _ _).trans (len.trans ((length_mapFold _ _).trans hA.rows_length).symm)) fun i hi => ?_
  rw [length_mapFold, len] at hi
  rw [getD_mapFold _ _ (len.symm ▸ hi) 0, getD_mapFold _ _ (hA.rows_length.symm ▸ hi) []]
  show fieldDot s m (Ns.getD i 0) B.bits B.mask B.rows d + product + B.base d (ones L c) A.off -
    B.off * (fieldSum s m (Ns.getD i 0) d + sum) * ones L c = dot (A.rows.getD i []) _ + _ - M.off * sumList (A.rows.getD i []) * ones L c
  have dots : dot (A.rows.getD i []) (mapFold (packList L) M.rows) = fieldDot s m (Ns.getD i 0) B.bits B.mask B.rows d + product := by
    rw [dot_eq_total (hA.row_length i hi) lenRows, fieldDot_eq, hproduct, ← total_add]
    refine total_congr fun l hl => ?_
    rw [row hl]
    show A.get i l * _ = _
    rw [hN i hi l hl, Nat.add_mul]
  have sums : sumList (A.rows.getD i []) = fieldSum s m (Ns.getD i 0) d + sum := by
    rw [sumList_eq_total (hA.row_length i hi), fieldSum_eq, hsum, ← total_add]
    exact total_congr fun l hl => hN i hi l hl
  rw [dots, sums, base, hB.off]

end Compact
