prelude
import Compact.Packed.Columns
import Compact.Network.Integers
import Compact.Packed.Lanewise
import Compact.Packed.Greatest
/-!
# A row of weights in wider lanes

A row of weights is stored as the digits of one number, without room between them.  To put them into lanes of `K` bits one by one
costs the kernel several steps for each; `spread` moves whole halves instead: first the upper half of all digits, then the
upper half of each half, and so on.  A row of 256 digits takes nine rounds of a few operations.
-/
namespace Compact
namespace Network
noncomputable section

/-- `M` groups of `2^k` digits of `b` bits, each group in a lane of `K * 2^k` bits: every digit comes into a lane of its own. -/
def spread (b K : Nat) : Nat → Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat) (fun _ X => X)
    (fun k ih M X =>
      Nat.force (Nat.mul (Nat.sub (Nat.pow 2 (Nat.mul b (Nat.pow 2 k))) 1) (onesOf (Nat.mul K (Nat.pow 2 (Nat.succ k))) M)) fun mask =>
      Nat.force (Nat.add (lanesShift mask 0 X)
        (Nat.mul (lanesShift mask (Nat.mul b (Nat.pow 2 k)) X) (Nat.pow 2 (Nat.mul K (Nat.pow 2 k))))) fun X =>
      Nat.force (Nat.mul M 2) fun M => ih M X)

/-- The lowest `c` digits of `N`, of `b` bits each, in lanes of `K` bits. -/
def packRow (b K c N : Nat) : Nat :=
  Bool.rec (motive := fun _ => Nat) (packList K (unpack b c N))
    (spread b K (Nat.succ (Nat.log2 c)) 1 (Nat.mod N (Nat.pow 2 (Nat.mul b c)))) (Nat.ble b K)

/-- Go on with the packed rows of a matrix with `c` columns, in lanes of `K` bits and times `m`. -/
def Matrix.packedRows {α : Type} (K m c : Nat) (M : Matrix) (k : List Nat → α) : α :=
  match M with
  | .stored W => Nat.force W.bits fun b => forceList (mapFold (fun N => Nat.mul m (packRow b K c N)) W.rows) k
  | .product _ _ _ => M.force c fun P => forceList (mapFold (fun row => Nat.mul m (packList K row)) P.rows) k

end

/-! ## Packed numbers in packed numbers -/

/-- A block of `m` lanes for each `j` is `m` times as many lanes. -/
theorem pack_pack (K n : Nat) {m : Nat} (hm : 0 < m) (f : Nat → Nat → Nat) :
    pack (K * m) n (fun j => pack K m (f j)) = pack K (n * m) fun q => f (q / m) (q % m) := by
  induction n with
  | zero => rw [Nat.zero_mul]; rfl
  | succ n ih =>
    rw [pack_snoc, ih, Nat.succ_mul, pack_append]
    refine congrArg (_ + ·) ?_
    rw [Nat.mul_assoc K m n, Nat.mul_comm m n]
    refine congrArg (· * _) (pack_congr K fun i hi => ?_)
    rw [Nat.add_comm, Nat.add_mul_div_right _ _ hm, Nat.add_mul_mod_self_right, Nat.div_eq_of_lt hi, Nat.mod_eq_of_lt hi, Nat.zero_add]

/-! ## Digits -/

/-- Higher digits. -/
theorem digit_div (b N n i : Nat) : digit b (N / 2 ^ (b * n)) i = digit b N (n + i) := by
  unfold digit
  rw [Nat.div_div_eq_div_mul, ← Nat.pow_add, ← Nat.mul_add]

/-- There are no digits above a number. -/
theorem digit_eq_zero {b N n i : Nat} (hN : N < 2 ^ (b * n)) (hi : n ≤ i) : digit b N i = 0 := by
  unfold digit
  rw [Nat.div_eq_of_lt (Nat.lt_of_lt_of_le hN (Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_left b hi))), Nat.zero_mod]

/-! ## Spreading -/

theorem spread_pack {b K : Nat} (hb : b ≤ K) (hK : 0 < K) (k M : Nat) {f : Nat → Nat} (hf : ∀ j, j < M → f j < 2 ^ (b * 2 ^ k)) :
    spread b K k M (pack (K * 2 ^ k) M f) = pack (K * 2 ^ k) M fun j => pack K (2 ^ k) (digit b (f j)) := by
  induction k generalizing M f with
  | zero =>
    refine pack_congr _ fun j hj => ?_
    have e : digit b (f j) 0 = f j := by
      unfold digit
      rw [Nat.mul_zero, Nat.pow_zero, Nat.div_one]
      have h := hf j hj
      rw [Nat.pow_zero, Nat.mul_one] at h
      exact Nat.mod_eq_of_lt h
    show f j = digit b (f j) 0 + 2 ^ K * 0
    rw [e, Nat.mul_zero, Nat.add_zero]
  | succ k ih =>
    -- Both halves of each group, and where they come.
    let half : Nat → Nat → Nat := fun j r => f j / 2 ^ (b * 2 ^ k * r) % 2 ^ (b * 2 ^ k)
    have two : 2 ^ (k + 1) = 2 ^ k * 2 := Nat.pow_succ
    have wide : K * 2 ^ (k + 1) = K * 2 ^ k * 2 := by rw [two, Nat.mul_assoc]
    have pos : 0 < K * 2 ^ k * 2 := Nat.mul_pos (Nat.mul_pos hK (Nat.two_pow_pos k)) Nat.two_pos
    have group : b * 2 ^ k ≤ K * 2 ^ k := Nat.mul_le_mul_right _ hb
    have twice : K * 2 ^ k * 2 = K * 2 ^ k + K * 2 ^ k := Nat.mul_two _
    have fits : ∀ j, j < M → f j < 2 ^ (K * 2 ^ k * 2) := fun j hj => by
      refine Nat.lt_of_lt_of_le (hf j hj) (Nat.pow_le_pow_right Nat.two_pos ?_)
      rw [two, ← Nat.mul_assoc]
      exact Nat.mul_le_mul_right 2 group
    have low := lanesShift_pack (k := b * 2 ^ k) (s := 0) (n := M) (L := K * 2 ^ k * 2)
      (Nat.le_trans group (twice ▸ Nat.le_add_right _ _)) fits
    have high := lanesShift_pack (k := b * 2 ^ k) (s := b * 2 ^ k) (n := M) (L := K * 2 ^ k * 2)
      (twice ▸ Nat.add_le_add group group) fits
    have moved : (lanesShift ((2 ^ (b * 2 ^ k) - 1) * ones (K * 2 ^ k * 2) M) 0 (pack (K * 2 ^ k * 2) M f)) +
        lanesShift ((2 ^ (b * 2 ^ k) - 1) * ones (K * 2 ^ k * 2) M) (b * 2 ^ k) (pack (K * 2 ^ k * 2) M f) * 2 ^ (K * 2 ^ k) =
        pack (K * 2 ^ k) (M * 2) fun q => half (q / 2) (q % 2) := by
      rw [low, high, Nat.mul_comm _ (2 ^ (K * 2 ^ k)), mul_pack, pack_add, ← pack_pack (K * 2 ^ k) M Nat.two_pos half]
      refine pack_congr _ fun j _ => ?_
      show f j / 2 ^ 0 % 2 ^ (b * 2 ^ k) + 2 ^ (K * 2 ^ k) * (f j / 2 ^ (b * 2 ^ k) % 2 ^ (b * 2 ^ k)) =
        f j / 2 ^ (b * 2 ^ k * 0) % 2 ^ (b * 2 ^ k) + 2 ^ (K * 2 ^ k) * (f j / 2 ^ (b * 2 ^ k * 1) % 2 ^ (b * 2 ^ k) + 2 ^ (K * 2 ^ k) * 0)
      rw [Nat.mul_zero, Nat.mul_one, Nat.mul_zero, Nat.add_zero]
    have step : spread b K (k + 1) M (pack (K * 2 ^ (k + 1)) M f) =
        spread b K k (M * 2) (pack (K * 2 ^ k) (M * 2) fun q => half (q / 2) (q % 2)) := by
      unfold spread
      show Nat.force ((2 ^ (b * 2 ^ k) - 1) * onesOf (K * 2 ^ (k + 1)) M) _ = _
      rw [wide, onesOf_eq pos, Nat.force_eq]
      refine (Nat.force_eq _ _).trans ((Nat.force_eq _ _).trans ?_)
      exact congrArg (spread b K k (M * 2)) moved
    rw [step, ih (M * 2) fun q _ => Nat.mod_lt _ (Nat.two_pow_pos _),
      ← pack_pack (K * 2 ^ k) M Nat.two_pos fun j r => pack K (2 ^ k) (digit b (half j r)), wide]
    refine pack_congr _ fun j _ => ?_
    rw [two, Nat.mul_two, pack_append]
    show pack K (2 ^ k) (digit b (half j 0)) + 2 ^ (K * 2 ^ k) * (pack K (2 ^ k) (digit b (half j 1)) + 2 ^ (K * 2 ^ k) * 0) = _
    rw [Nat.mul_zero, Nat.add_zero, Nat.mul_comm (2 ^ (K * 2 ^ k))]
    have first : pack K (2 ^ k) (digit b (half j 0)) = pack K (2 ^ k) (digit b (f j)) := pack_congr K fun i hi => by
      show digit b (f j / 2 ^ (b * 2 ^ k * 0) % 2 ^ (b * 2 ^ k)) i = _
      rw [Nat.mul_zero, Nat.pow_zero, Nat.div_one, digit_mod b _ hi]
    have second : pack K (2 ^ k) (digit b (half j 1)) = pack K (2 ^ k) fun i => digit b (f j) (2 ^ k + i) := pack_congr K fun i hi => by
      show digit b (f j / 2 ^ (b * 2 ^ k * 1) % 2 ^ (b * 2 ^ k)) i = _
      rw [Nat.mul_one, digit_mod b _ hi, digit_div]
    rw [first, second]

theorem packList_unpack (b K c N : Nat) : packList K (unpack b c N) = pack K c (digit b N) := by
  rw [packList_eq, length_unpack]
  exact pack_congr K fun j hj => getD_unpack b N hj

/-- A row in wider lanes. -/
theorem packRow_eq {K : Nat} (hK : 0 < K) (b c N : Nat) : packRow b K c N = packList K (unpack b c N) := by
  unfold packRow
  cases h : Nat.ble b K with
  | false => rfl
  | true =>
    have hb := Nat.le_of_ble_eq_true h
    have many : c ≤ 2 ^ (Nat.log2 c + 1) := Nat.le_of_lt Nat.lt_log2_self
    have small : N % 2 ^ (b * c) < 2 ^ (b * c) := Nat.mod_lt _ (Nat.two_pow_pos _)
    have one : ∀ S X, pack S 1 (fun _ => X) = X := fun S X => by show X + 2 ^ S * 0 = X; rw [Nat.mul_zero, Nat.add_zero]
    show spread b K (Nat.log2 c + 1) 1 (N % 2 ^ (b * c)) = _
    have e := spread_pack hb hK (Nat.log2 c + 1) 1 (f := fun _ => N % 2 ^ (b * c)) fun _ _ =>
      Nat.lt_of_lt_of_le small (Nat.pow_le_pow_right Nat.two_pos (Nat.mul_le_mul_left b many))
    rw [one, one] at e
    rw [e, packList_unpack, pack_zeros many fun j hj _ => digit_eq_zero small hj]
    exact pack_congr K fun j hj => digit_mod b N hj

/-- The packed rows of a matrix. -/
theorem Matrix.packedRows_eq {α : Type} {K : Nat} (hK : 0 < K) (m c : Nat) (M : Matrix) (k : List Nat → α) :
    M.packedRows K m c k = k (mapFold (fun row => m * packList K row) (M.mat c).rows) := by
  match M with
  | .stored W =>
    show Nat.force W.bits (fun b => forceList (mapFold (fun N => Nat.mul m (packRow b K c N)) W.rows) k) = _
    rw [Nat.force_eq, forceList_eq]
    refine congrArg k ?_
    show mapFold (fun N => m * packRow W.bits K c N) W.rows = mapFold (fun row => m * packList K row) (mapFold (unpack W.bits c) W.rows)
    induction W.rows with
    | nil => rfl
    | cons N Ns ih =>
      show m * packRow W.bits K c N :: mapFold _ Ns = m * packList K (unpack W.bits c N) :: mapFold _ (mapFold _ Ns)
      rw [packRow_eq hK]
      exact congrArg (_ :: ·) ih
  | .product d A B =>
    show Matrix.force c (.product d A B) (fun P => forceList (mapFold (fun row => Nat.mul m (packList K row)) P.rows) k) = _
    rw [Matrix.force_eq, forceList_eq]
    rfl

end Network
end Compact
