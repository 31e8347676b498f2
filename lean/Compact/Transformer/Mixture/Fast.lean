prelude
import Compact.Transformer.Mixture.Count
/-!
# Counting with leads, written out for the kernel

`pairCount` says what is counted for one query and one maximum; `pairFast` is the same number, written so that the kernel evaluates it about three
times as fast: it is about numbers and no records, and nothing is evaluated before it is used.  (The kernel remembers what a closed term evaluates
to, so a term that stands in several places costs a look-up, where `Nat.force` costs as much as twenty sums.)
-/
namespace Compact
namespace Mixture
noncomputable section

/-- The sum of `f q` over the numbers `q = 0, ..., m` and the members of a list, as far as both go; `k` is `m + 1` at first. -/
def along {β : Type} (f : Nat → β → Nat) (m : Nat) : Nat → List β → Nat :=
  Nat.rec (motive := fun _ => List β → Nat) (fun _ => 0)
    (fun i ih xs => List.rec (motive := fun _ => Nat) 0 (fun x xs _ => Nat.add (f (Nat.sub m i) x) (ih xs)) xs)

/-- `classAt`, with numbers only -/
def classFast (bits n parts countBits sizeBits classBits base : Nat) (levels binoms : List Nat) (size : Nat → Nat → Nat)
    (low whole all gain off query rest S i : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun k _ => lowCount base parts (Nat.mul (nth 0 binoms (Nat.succ i))
      (Nat.pow (gradeSum countBits sizeBits k whole size (Nat.rec (motive := fun _ => List Nat) [parts] (fun _ _ => levels) i) 0
        (Nat.shiftRight S (Nat.mul classBits i))) (Nat.succ i))))
    (Nat.sub all (Nat.sub all (spareAt gain off query rest (readLane bits low (Nat.sub n (Nat.succ i))))))

/-- `pairCount`, with numbers only -/
def pairFast (bits n parts countBits sizeBits classBits base : Nat) (levels binoms : List Nat) (size : Nat → Nat → Nat)
    (low whole mass last S gain off query rest : Nat) : Nat :=
  Nat.rec (motive := fun _ => Nat) 0 (fun k _ => Nat.succ (total last fun i =>
    classFast bits n parts countBits sizeBits classBits base levels binoms size low whole (Nat.succ k) gain off query rest S i))
    (spareAt gain off query rest mass)

/-- The inputs counted for the query `q` and the maximum `m`, from leads and from what is known of the query (the fields of `Asking`). -/
def queryFast (bits leadBits origin n parts countBits sizeBits classBits base : Nat) (levels binoms : List Nat) (m selfs owns q S : Nat)
    (size : Nat → Nat → Nat) (lows own mass heaviest low slack : Nat) : Nat :=
  pairFast bits n parts countBits sizeBits classBits base levels binoms size low (Nat.mul heaviest parts) mass (Nat.pred (classes n q m)) S
    (Nat.mul (readLane bits lows m) (readLane leadBits selfs q)) (Nat.mul (readLane bits lows m) origin)
    (Nat.mul own (readLane leadBits owns q)) (Nat.add (Nat.mul own origin) (readLane bits slack m))

end

theorem along_eq {β : Type} (f : Nat → β → Nat) (d : β) {m k : Nat} (hk : k ≤ m + 1) {xs : List β} (h : k ≤ xs.length) :
    along f m k xs = total k fun j => f (m + 1 - k + j) (xs.getD j d) := by
  induction k generalizing xs with
  | zero => rfl
  | succ i ih =>
    match xs, h with
    | [], h => exact absurd h (Nat.not_succ_le_zero _)
    | x :: xs, h =>
      show Nat.add (f (m - i) x) (along f m i xs) = total (i + 1) _
      rw [ih (Nat.le_of_succ_le hk) (Nat.le_of_succ_le_succ h), total_succ']
      have e : m + 1 - i = m - i + 1 := Nat.succ_sub (Nat.le_of_succ_le_succ hk)
      have e' : m + 1 - (i + 1) = m - i := Nat.add_sub_add_right m 1 i
      rw [e, e']
      refine congrArg (Nat.add _) (total_congr fun j _ => ?_)
      rw [Nat.add_assoc, Nat.add_comm 1]
      rfl

theorem classFast_eq (s : CountSetup) (size : Nat → Nat → Nat) (Q : Asking) (S gain off query rest all whole i : Nat) :
    classFast s.bits s.n s.parts s.countBits s.sizeBits s.classBits s.base s.levels s.binoms size Q.low whole all gain off query rest S i =
      classAt s size Q S gain off query rest all whole i := by
  unfold classAt classCount classFast
  rw [Nat.force_eq, Nat.force_eq, Nat.force_eq]
  cases Nat.sub all (Nat.sub all (spareAt gain off query rest (readLane s.bits Q.low (Nat.sub s.n (Nat.succ i))))) with
  | zero => rfl
  | succ k =>
    show _ = Nat.force k fun k => Nat.force _ fun N => lowCount _ _ _
    rw [Nat.force_eq, Nat.force_eq]

theorem pairFast_eq (s : CountSetup) (size : Nat → Nat → Nat) (Q : Asking) (last S gain off query rest : Nat) :
    pairFast s.bits s.n s.parts s.countBits s.sizeBits s.classBits s.base s.levels s.binoms size Q.low (Nat.mul Q.heaviest s.parts) Q.mass last S
      gain off query rest = pairCount s size Q last S gain off query rest := by
  unfold pairFast pairCount
  cases spareAt gain off query rest Q.mass with
  | zero => rfl
  | succ k =>
    show _ = Nat.force (Nat.succ k) fun all => Nat.force _ fun whole => _
    rw [Nat.force_eq, Nat.force_eq]
    exact congrArg Nat.succ (total_congr fun i _ => classFast_eq _ _ _ _ _ _ _ _ _ _ _)

theorem queryFast_eq (s : CountSetup) (m : Nat) (M : Leads) (q S : Nat) (Q : Asking) (size : Nat → Nat → Nat) :
    queryFast s.bits s.leadBits s.zero s.n s.parts s.countBits s.sizeBits s.classBits s.base s.levels s.binoms m M.self M.own q S size
      Q.lows Q.own Q.mass Q.heaviest Q.low Q.slack = pairCount s size Q (Nat.pred (classes s.n q m)) S
        (readLane s.bits Q.lows m * readLane s.leadBits M.self q) (readLane s.bits Q.lows m * s.zero)
        (Q.own * readLane s.leadBits M.own q) (Q.own * s.zero + readLane s.bits Q.slack m) := pairFast_eq _ _ _ _ _ _ _ _ _

end Mixture
end Compact
