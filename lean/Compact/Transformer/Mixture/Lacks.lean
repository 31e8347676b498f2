prelude
import Compact.Transformer.Mixture.Block
import Compact.Packed.CountLanes
/-!
# Tokens by what they lack, for margins and masses

For each query `q`, maximum `m` and token `s < m` one number (`lackOf`) says how much of what the others can spare the token
takes; it is computed from leads, which are minima over outputs.  These numbers are packed side by side, and how
many are at most a threshold, for each level of each class, is one subtraction (`countAtMost`).  The cubic strategy for a margin
and for a mass count so (`Strategy/CubicMargin.lean`, `Strategy/CubicMass.lean`).
-/
namespace Compact
namespace Lacks
noncomputable section

/-- Bits of what a token lacks, and a top bit. -/
def lackBits (t : Tables) : Nat := Nat.add (Nat.add t.prec t.width) 5

/-- What the tokens below `m` lack, packed, written out with numbers only, for the kernel: `twice` is twice what stands for the lead 0, `base`
and `leadBase` are powers of two that cut lanes off. -/
def lacksFrom (L base W b leadBase twice direct m : Nat) : Nat → Nat → Nat :=
  Nat.rec (motive := fun _ => Nat → Nat → Nat) (fun _ _ => 0)
    (fun _ ih lows tokens => Nat.add (Nat.mul (Nat.mod lows base) (Nat.sub twice (Nat.add direct (Nat.mod tokens leadBase))))
      (Nat.shiftLeft (ih (Nat.shiftRight lows L) (Nat.shiftRight tokens b)) W)) m

/-- What the tokens below `m` lack, packed. -/
def lacks (L W b z m lows direct tokens : Nat) : Nat :=
  Nat.force (Nat.pow 2 L) fun base => Nat.force (Nat.pow 2 b) fun leadBase => Nat.force (Nat.add z z) fun twice =>
  lacksFrom L base W b leadBase twice direct m lows tokens

/-- A one in each of the lanes for a maximum, and the top bits. -/
structure Lanes where
  one : Nat
  tops : Nat

/-- Go on with how many tokens are at most a threshold; thresholds above all that fits below the top bit are cut. -/
def sizesOf (t : Tables) (s : CountSetup) (m : Nat) (M : Leads) (d : Lanes) (direct : Nat) (Q : Asking) (k : (Nat → Nat → Nat) → Nat) :
    Nat :=
  Nat.force (lackBits t) fun W => Nat.force (lacks s.bits W s.leadBits s.zero m Q.lows direct M.token) fun row =>
  Nat.force (Nat.pred (Nat.pow 2 (Nat.sub W 1))) fun cap =>
  k fun θ _ => countAtMost W d.tops d.one row (Nat.sub cap (Nat.sub cap θ))

/-- How tokens are counted. -/
def method (t : Tables) : Mixture.Method Lanes where
  extra := fun _ => 0
  prepare := fun _ m _ k => Nat.force (ones (lackBits t) m) fun one =>
    Nat.force (Nat.mul (Nat.pow 2 (Nat.sub (lackBits t) 1)) one) fun tops => k ⟨one, tops⟩
  sizes := sizesOf t
  claims := fun _ _ _ => 0

end

theorem digit_shift (L N j : Nat) : digit L (N / 2 ^ L) j = digit L N (j + 1) := by
  show N / 2 ^ L / 2 ^ (L * j) % 2 ^ L = N / 2 ^ (L * j + L) % 2 ^ L
  rw [Nat.div_div_eq_div_mul, Nat.pow_add, Nat.mul_comm (2 ^ L)]

theorem lacksFrom_eq (L W b z direct : Nat) {m : Nat} (lows tokens : Nat) : lacksFrom L (2 ^ L) W b (2 ^ b) (z + z) direct m lows tokens =
    pack W m fun s => lackOf z (digit L lows s) direct (digit b tokens s) := by
  induction m generalizing lows tokens with
  | zero => rfl
  | succ m ih =>
    show lows % 2 ^ L * (z + z - (direct + tokens % 2 ^ b)) + lacksFrom L (2 ^ L) W b (2 ^ b) (z + z) direct m (lows / 2 ^ L) (tokens / 2 ^ b) * 2 ^ W =
      lackOf z (digit L lows 0) direct (digit b tokens 0) + 2 ^ W * pack W m fun s => lackOf z (digit L lows (s + 1)) direct (digit b tokens (s + 1))
    rw [ih, Nat.mul_comm _ (2 ^ W)]
    have first : lows % 2 ^ L * (z + z - (direct + tokens % 2 ^ b)) = lackOf z (digit L lows 0) direct (digit b tokens 0) := by
      show _ = lows / 1 % 2 ^ L * (z + z - (direct + tokens / 1 % 2 ^ b))
      rw [Nat.div_one, Nat.div_one]
    rw [first]
    exact congrArg (_ + 2 ^ W * ·) (pack_congr W fun s _ => by rw [digit_shift, digit_shift])

theorem lacks_eq (L W b z m lows direct tokens : Nat) : lacks L W b z m lows direct tokens =
    pack W m fun s => lackOf z (readLane L lows s) direct (readLane b tokens s) := by
  unfold lacks
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
  exact lacksFrom_eq L W b z direct lows tokens

/-- What a token lacks fits below the top bit. -/
theorem lack_lt {t : Tables} {e a b : Nat} (he : e ≤ 2 ^ t.prec) :
    lackOf (Leads.zero t.width) e a b < 2 ^ (lackBits t - 1) := by
  refine Nat.lt_of_le_of_lt (Nat.mul_le_mul he (Nat.sub_le _ _)) ?_
  show 2 ^ t.prec * (4 * 2 ^ t.width + 4 * 2 ^ t.width) < 2 ^ (t.prec + t.width + 4)
  rw [Nat.pow_add, Nat.pow_add]
  have one : 1 ≤ 2 ^ t.prec * 2 ^ t.width := Nat.mul_pos (Nat.two_pow_pos _) (Nat.two_pow_pos _)
  refine Nat.lt_of_lt_of_le (Nat.lt_add_of_pos_right one) (Nat.le_of_linear (Nat.zero_le (7 * (2 ^ t.prec * 2 ^ t.width))) ?_)
  show 2 ^ t.prec * 2 ^ t.width * 16 + 0 = _
  ring [2 ^ t.prec, 2 ^ t.width]

/-- The tokens that are counted exist. -/
theorem method_sound (t : Tables) {T : Enclosure} {m : Nat} {M : Leads} (lv : Levels) (sizeBits classBits : Nat)
    (hT : t.Describe T) (hm : m < t.v) :
    ∃ d : Lanes, (∀ k, (method t).prepare (CountSetup.of t lv sizeBits classBits) m M k = k d) ∧ ∀ q, q ≤ m → ∃ size : Nat → Nat → Nat,
      (∀ k, (method t).sizes (CountSetup.of t lv sizeBits classBits) m M d (readLane (Leads.bits t.width) M.direct q)
        (Asking.of t (method t).extra q) k = k size) ∧
      ∀ θ N, Lacking m (fun k => lackOf (Leads.zero t.width) (T.tokenLo q k) (readLane (Leads.bits t.width) M.direct q)
        (readLane (Leads.bits t.width) M.token k)) θ (size θ N) := by
  refine ⟨⟨ones (lackBits t) m, 2 ^ (lackBits t - 1) * ones (lackBits t) m⟩, fun k => ?_, fun q hq => ?_⟩
  · unfold method
    show Nat.force _ (fun one => Nat.force _ fun tops => k ⟨one, tops⟩) = _
    rw [Nat.force_eq, Nat.force_eq]
    rfl
  · refine ⟨fun θ _ => countAtMost (lackBits t) (2 ^ (lackBits t - 1) * ones (lackBits t) m) (ones (lackBits t) m)
      (lacks t.bits (lackBits t) (Leads.bits t.width) (Leads.zero t.width) m (nth 0 t.tokenLo q)
        (readLane (Leads.bits t.width) M.direct q) M.token)
      (2 ^ (lackBits t - 1) - 1 - (2 ^ (lackBits t - 1) - 1 - θ)), fun k => ?_, fun θ _ => ?_⟩
    · show sizesOf _ _ _ _ _ _ _ _ = _
      unfold sizesOf
      rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
      rfl
    · have hqv := Nat.lt_of_le_of_lt hq hm
      have row_eq : lacks t.bits (lackBits t) (Leads.bits t.width) (Leads.zero t.width) m (nth 0 t.tokenLo q)
          (readLane (Leads.bits t.width) M.direct q) M.token = pack (lackBits t) m fun k => lackOf (Leads.zero t.width) (T.tokenLo q k)
            (readLane (Leads.bits t.width) M.direct q) (readLane (Leads.bits t.width) M.token k) := by
        refine (lacks_eq _ _ _ _ _ _ _ _).trans (pack_congr _ fun k hk => ?_)
        have e : readLane t.bits (nth 0 t.tokenLo q) k = T.tokenLo q k :=
          (congrArg (fun x => digit t.bits x k) (nth_eq _ _ _)).trans (hT.tokenLo q k hqv (Nat.lt_trans hk hm))
        rw [e]
      have cap_lt : 2 ^ (lackBits t - 1) - 1 - (2 ^ (lackBits t - 1) - 1 - θ) < 2 ^ (lackBits t - 1) :=
        Nat.lt_of_le_of_lt (Nat.sub_le _ _) (Nat.sub_lt (Nat.two_pow_pos _) Nat.one_pos)
      have cap_le : 2 ^ (lackBits t - 1) - 1 - (2 ^ (lackBits t - 1) - 1 - θ) ≤ θ :=
        Nat.sub_le_of_le_add (Nat.le_trans (Nat.le_add_of_sub_le (Nat.le_refl _)) (Nat.le_of_eq (Nat.add_comm _ θ)))
      rw [row_eq]
      refine ⟨_, nodup_below m, fun s hs => ?_, countAtMost_le (Nat.zero_lt_succ _) (fun k hk =>
        lack_lt (hT.tokenLo_le q k hqv (Nat.lt_trans hk hm))) cap_lt⟩
      have facts := mem_below hs
      exact ⟨facts.left, Nat.le_trans (Nat.le_of_ble_eq_true facts.right) cap_le⟩

end Lacks
end Compact
