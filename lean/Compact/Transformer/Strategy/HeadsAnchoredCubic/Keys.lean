prelude
import Compact.Transformer.Strategy.HeadsAnchored
import Compact.Transformer.Strategy.HeadsAnchoredCubic.Check
import Compact.Transformer.Strategy.HeadsCubic.Rows
/-!
# What keys give and take

If the path of the right answer through its anchor leads, and other paths lead by not much less, then what a key gives, less what it takes,
is no more than its share of the margin (`Leads.gives_le`).  Then what the comparisons of rows show.
-/
namespace Compact
namespace Transformer
namespace HeadsAnchoredCubic
open HeadsAnchored (logitAt pathAt)
open HeadsBruteForce (HeadTables TablesOf)
open HeadsCubic (of_shortOk readLane_lt sixteen shortOk)
open HeadsFirst (token_row pos_row pos_lt)

/-- What is known of the paths of a head, for one right answer `a` with the anchor `o`: its own leads by `G`, others by less. -/
structure Leads (w : Compact.Weights) (c : Params) (a o : Nat) (d : Nat → Nat) (G : Nat) (A B : Nat → Nat) : Prop where
  lead (t : Nat) : t < w.d_vocab → t ≠ a → logitAt w c d o a t + G ≤ logitAt w c d o a a
  token (y : Nat) : y < w.d_vocab → ∀ t, t < w.d_vocab →
    (Enclosure.of w c (Circuits.of w)).token y t + (Enclosure.of w c (Circuits.of w)).token a a ≤
      (Enclosure.of w c (Circuits.of w)).token a t + ((Enclosure.of w c (Circuits.of w)).token y a + A y)
  pos (p : Nat) : p < w.n_ctx → ∀ t, t < w.d_vocab →
    (Enclosure.of w c (Circuits.of w)).pos p t + (Enclosure.of w c (Circuits.of w)).pos o a ≤
      (Enclosure.of w c (Circuits.of w)).pos o t + ((Enclosure.of w c (Circuits.of w)).pos p a + B p)

section
variable {R : Type} [ExpField R] {w : Compact.Weights} {c : Params} {L q a o : Nat} {d : Nat → Nat} {G : Nat} {A B : Nat → Nat}

/-- The logits of any key. -/
theorem Leads.logit_le (h : Leads w c a o d G A B) {p y t : Nat} (hp : p < w.n_ctx) (hy : y < w.d_vocab) (ht : t < w.d_vocab)
    (hne : t ≠ a) : logitAt w c d p y t + G ≤ logitAt w c d p y a + (A y + B p) := by
  have sum := Nat.add_le_add (h.lead t ht hne) (Nat.add_le_add (h.token y hy t ht) (h.pos p hp t ht))
  unfold logitAt at sum ⊢
  generalize (Enclosure.of w c (Circuits.of w)).token y t = yt at sum ⊢
  generalize (Enclosure.of w c (Circuits.of w)).token y a = ya at sum ⊢
  generalize (Enclosure.of w c (Circuits.of w)).token a t = at_ at sum
  generalize (Enclosure.of w c (Circuits.of w)).token a a = aa at sum
  generalize (Enclosure.of w c (Circuits.of w)).pos p t = pt at sum ⊢
  generalize (Enclosure.of w c (Circuits.of w)).pos p a = pa at sum ⊢
  generalize (Enclosure.of w c (Circuits.of w)).pos o t = ot at sum
  generalize (Enclosure.of w c (Circuits.of w)).pos o a = oa at sum
  refine Nat.le_of_linear sum ?_
  ring [d t, d a, yt, ya, at_, aa, pt, pa, ot, oa, G, A y, B p]

/-- What a key gives is no more than its share of the margin and what it takes. -/
theorem Leads.gives_le (h : Leads w c a o d G A B) (K : HeadsAnchored.Known w c L q a d) {p y t : Nat} (hp : p < w.n_ctx) (hy : y < w.d_vocab)
    (ht : t < w.d_vocab) (hne : t ≠ a) {X : Nat × Nat} (hX : X = (((Enclosure.of w c (Circuits.of w)).factor q y p).1,
      slack (3 * 2 ^ c.width) ((Enclosure.of w c (Circuits.of w)).factor q y p))) :
    ofNat R (gives X G) ≤ HeadsAnchored.share R w c q a d p y t + ofNat R (takes X (A y) (B p)) := by
  have key := K.share_ge (R := R) hp hy ht
  have nat := ofNat_le (R := R) (Nat.mul_le_mul_left X.1 (h.logit_le hp hy ht hne))
  have first : ((Enclosure.of w c (Circuits.of w)).factor q y p).1 = X.1 := by rw [hX]
  have second : slack (3 * 2 ^ c.width) ((Enclosure.of w c (Circuits.of w)).factor q y p) = X.2 := by rw [hX]
  rw [first, second, ofNat_add] at key
  rw [Nat.mul_add, Nat.mul_add, ofNat_add, ofNat_add] at nat
  show ofNat R (X.1 * G) ≤ _ + ofNat R (X.1 * (A y + B p) + X.2)
  rw [ofNat_add]
  exact le_of_linear (add_le_add key nat) (by
    ring [ofNat R (X.1 * G), ofNat R (X.1 * (A y + B p)), ofNat R (X.1 * logitAt w c d p y a), ofNat R (X.1 * logitAt w c d p y t),
      ofNat R X.2, HeadsAnchored.share R w c q a d p y t])

end

/-! ## Comparisons -/

/-- What `leadOk` shows. -/
theorem of_leadOk {L v a w G : Nat} {r : Nat → Nat} (small : w + 5 ≤ L) (ha : a < v) (hr : ∀ j, j < v → r j ≤ 3 * 2 ^ w) (hG : G < 4 * 2 ^ w)
    (h : leadOk L (2 ^ (L - 1) * ones L v) (ones L v) a G (pack L v r) = true) {t : Nat} (ht : t < v) (hne : t ≠ a) : r t + G ≤ r a := by
  have pos : 0 < L := Nat.lt_of_lt_of_le (Nat.zero_lt_succ _) small
  have big := sixteen small
  have one : 1 ≤ 2 ^ w := Nat.two_pow_pos w
  have top (j : Nat) (hj : j < v) : r j < 2 ^ (L - 1) := by
    refine Nat.lt_of_lt_of_le (Nat.lt_of_le_of_lt (hr j hj) ?_) big
    exact Nat.mul_lt_mul_of_pos_right (Nat.lt_of_lt_of_le (Nat.lt_succ_self 3) (Nat.le_add_left 4 12)) one
  have read : readLane L (pack L v r) a = r a :=
    digit_pack _ (fun j hj => Nat.lt_of_lt_of_le (top j hj) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le _ _))) ha
  have losses : Nat.mul G (Nat.sub (ones L v) (Nat.shiftLeft 1 (Nat.mul L a))) = pack L v (lossAt G a) := pack_lossAt L G ha
  have const : Nat.mul (r a) (ones L v) = pack L v fun _ => r a := (pack_const _ _ _).symm
  unfold leadOk at h
  rw [read, losses, const] at h
  have h : lanesLe _ (pack L v r + pack L v (lossAt G a)) _ = true := h
  rw [pack_add] at h
  have sum_le (j : Nat) (hj : j < v) : r j + lossAt G a j ≤ 2 ^ (L - 1) := by
    refine Nat.le_trans (Nat.add_le_add (hr j hj) (Nat.le_trans ?_ (Nat.le_of_lt hG))) (Nat.le_trans ?_ big)
    · unfold lossAt
      by_cases e : j = a
      case pos => rw [ite_eq_left e]; exact Nat.zero_le _
      case neg => rw [ite_eq_right e]; exact Nat.le_refl _
    · rw [← Nat.add_mul]
      exact Nat.mul_le_mul_right _ (Nat.le_add_left 7 9)
  have le := of_lanesLe pos sum_le (fun _ _ => top a ha) h ht
  have e : lossAt G a t = G := by unfold lossAt; rw [ite_eq_right hne]
  rw [e] at le
  exact le

/-- Lanes of shortfalls and leads are small. -/
theorem short_lt (width N k : Nat) : readLane (width + 2) N k < 4 * 2 ^ width := by
  have lt := readLane_lt (width + 2) N k
  rw [Nat.pow_add, Nat.mul_comm] at lt
  exact lt

section
variable {w : Weights} {c : Params} {B L i : Nat} {T : HeadTables} (h : TablesOf w c B L T i) (small : c.width + 5 ≤ L)
include h small

/-- What `headShortOk` shows. -/
theorem of_headShortOk {o : Nat} {token pos : List Nat} (ho : o < w.n_ctx)
    (ok : headShortOk T L (c.width + 2) (2 ^ (L - 1) * ones L w.d_vocab) (ones L w.d_vocab) w.d_vocab w.n_ctx o token pos = true)
    {a : Nat} (ha : a < w.d_vocab) :
    (∀ y, y < w.d_vocab → ∀ t, t < w.d_vocab → (enclosureAt w B c i).token y t + (enclosureAt w B c i).token a a ≤
      (enclosureAt w B c i).token a t + ((enclosureAt w B c i).token y a + readLane (c.width + 2) (nth 0 token y) a)) ∧
    ∀ p, p < w.n_ctx → ∀ t, t < w.d_vocab → (enclosureAt w B c i).pos p t + (enclosureAt w B c i).pos o a ≤
      (enclosureAt w B c i).pos o t + ((enclosureAt w B c i).pos p a + readLane (c.width + 2) (nth 0 pos p) a) := by
  have three {x : Nat} (hx : x < 2 ^ c.width) : x ≤ 3 * 2 ^ c.width :=
    Nat.le_trans (Nat.le_of_lt hx) (Nat.le_mul_of_pos_left _ (Nat.succ_pos 2))
  refine ⟨fun y hy t ht => ?_, fun p hp t ht => ?_⟩
  · have one := of_allBelow (Bool.and_left ok) hy
    rw [Nat.force_eq, Nat.force_eq] at one
    have one : shortOk L _ _ a (nth 0 T.token a) _ _ = true := of_allBelow one ha
    rw [token_row h ha, token_row h hy] at one
    exact of_shortOk small ha (fun j _ => three (HeadsFirst.token_lt h y j)) (fun j _ => three (HeadsFirst.token_lt h a j)) (short_lt _ _ _) one ht
  · have one := Bool.and_right ok
    rw [Nat.force_eq] at one
    have one := of_allBelow one hp
    rw [Nat.force_eq, Nat.force_eq] at one
    have one : shortOk L _ _ a (nth 0 T.pos o) _ _ = true := of_allBelow one ha
    rw [pos_row h ho, pos_row h hp] at one
    exact of_shortOk small ha (fun j _ => three (pos_lt h p j)) (fun j _ => three (pos_lt h o j)) (short_lt _ _ _) one ht

/-- What `headsOk` shows of the path of the right answer, with the head's row. -/
theorem of_pathLead {a o D G : Nat} {d : Nat → Nat} (ha : a < w.d_vocab) (ho : o < w.n_ctx) (row : D = pack L w.d_vocab d)
    (row_le : ∀ t, t < w.d_vocab → d t ≤ 2 ^ c.width) (hG : G < 4 * 2 ^ c.width)
    (ok : leadOk L (2 ^ (L - 1) * ones L w.d_vocab) (ones L w.d_vocab) a G (Nat.add D (pathAt T o a)) = true)
    {t : Nat} (ht : t < w.d_vocab) (hne : t ≠ a) :
    logitAt (w.headAt B i) c d o a t + G ≤ logitAt (w.headAt B i) c d o a a := by
  have path : Nat.add D (pathAt T o a) = pack L w.d_vocab (logitAt (w.headAt B i) c d o a) := by
    show D + (nth 0 T.token a + nth 0 T.pos o) = _
    rw [token_row h ha, pos_row h ho, row, pack_add, pack_add]
    exact pack_congr _ fun j _ => (Nat.add_assoc _ _ _).symm
  rw [path] at ok
  refine of_leadOk small ha (fun j hj => ?_) hG ok ht hne
  refine Nat.le_trans (Nat.add_le_add (Nat.add_le_add (row_le j hj) (Nat.le_of_lt (HeadsFirst.token_lt h a j))) (Nat.le_of_lt (pos_lt h o j))) ?_
  show 2 ^ c.width + 2 ^ c.width + 2 ^ c.width ≤ 3 * 2 ^ c.width
  rw [Nat.succ_mul 2, Nat.two_mul]
  exact Nat.le_refl _

end
end HeadsAnchoredCubic
end Transformer
end Compact
