prelude
import Compact.Transformer.Enclosure.Narrow
import Compact.Transformer.Enclosure.Term
import Compact.Transformer.General.Tables
/-!
# One head, one query, one first token

If the path of `a` at the first position leads, and paths of other tokens through other positions lead by not much less, then
what the first position gives is more than all others take: the head makes good its row, for every input of the box.
-/
namespace Compact
namespace Transformer
namespace HeadsFirst

/-- What is known of a head, for one query and one first token. -/
structure Known (w : Compact.Weights) (c : Params) (q a : Nat) (d : Nat → Nat) (G : Nat) (A B : Nat → Nat) : Prop where
  wellFormed : w.WellFormed
  narrow : (Enclosure.of w c (Circuits.of w)).narrow c.width = true
  q_lt : q < w.d_vocab
  a_lt : a < w.d_vocab
  row_le (t : Nat) : t < w.d_vocab → d t ≤ 2 ^ c.width
  lead (t : Nat) : t < w.d_vocab → t ≠ a →
    d t + ((Enclosure.of w c (Circuits.of w)).token a t + (Enclosure.of w c (Circuits.of w)).pos 0 t) + G ≤
      d a + ((Enclosure.of w c (Circuits.of w)).token a a + (Enclosure.of w c (Circuits.of w)).pos 0 a)
  token (y : Nat) : y < w.d_vocab → ∀ t, t < w.d_vocab →
    (Enclosure.of w c (Circuits.of w)).token y t + (Enclosure.of w c (Circuits.of w)).token a a ≤
      (Enclosure.of w c (Circuits.of w)).token a t + ((Enclosure.of w c (Circuits.of w)).token y a + A y)
  pos (p : Nat) : p < w.n_ctx → ∀ t, t < w.d_vocab →
    (Enclosure.of w c (Circuits.of w)).pos p t + (Enclosure.of w c (Circuits.of w)).pos 0 a ≤
      (Enclosure.of w c (Circuits.of w)).pos 0 t + ((Enclosure.of w c (Circuits.of w)).pos p a + B p)

/-- What the token `y` takes at the position `p`. -/
noncomputable def taken (w : Compact.Weights) (c : Params) (q G : Nat) (A B : Nat → Nat) (p y : Nat) : Nat :=
  ((Enclosure.of w c (Circuits.of w)).factor q y p).1 * (A y + B p - G) +
    slack (3 * 2 ^ c.width) ((Enclosure.of w c (Circuits.of w)).factor q y p)

section
variable {R : Type} [ExpField R] {w : Compact.Weights} {c : Params} {q a : Nat} {d : Nat → Nat} {G : Nat} {A B : Nat → Nat}

namespace Known
variable (K : Known w c q a d G A B)
include K

theorem row_le' (j : Nat) : (List.tabulate w.d_vocab d).getD j 0 ≤ 2 ^ c.width := by
  cases Nat.lt_or_ge j w.d_vocab with
  | inl hj => rw [List.getD_tabulate 0 hj]; exact K.row_le j hj
  | inr hj =>
    rw [List.getD_eq_default 0 (List.length_tabulate.symm ▸ hj)]
    exact Nat.zero_le _

omit K in
theorem lane_eq (y p : Nat) {t : Nat} (ht : t < w.d_vocab) :
    (withDirect (Enclosure.of w c (Circuits.of w)) q (List.tabulate w.d_vocab d)).lane q y p t =
      d t + (Enclosure.of w c (Circuits.of w)).token y t + (Enclosure.of w c (Circuits.of w)).pos p t := by
  show ((withDirect _ q _).directRow.getD q []).getD t 0 + (Enclosure.of w c (Circuits.of w)).token y t +
    (Enclosure.of w c (Circuits.of w)).pos p t = _
  rw [directRow_withDirect, List.getD_tabulate 0 ht]

/-- The share of a position, from the tables. -/
theorem share_ge {y p t : Nat} (hy : y < w.d_vocab) (hp : p < w.n_ctx) (ht : t < w.d_vocab) {r : Nat}
    (le : r + ((Enclosure.of w c (Circuits.of w)).factor q y p).1 *
        (d t + (Enclosure.of w c (Circuits.of w)).token y t + (Enclosure.of w c (Circuits.of w)).pos p t) ≤
      ((Enclosure.of w c (Circuits.of w)).factor q y p).1 *
        (d a + (Enclosure.of w c (Circuits.of w)).token y a + (Enclosure.of w c (Circuits.of w)).pos p a) +
        ((Enclosure.of w c (Circuits.of w)).factor q y p).1 * (A y + B p - G)) :
    ofNat R r ≤ (viewWithDirect R w c q (List.tabulate w.d_vocab d)).token y *
      (viewWithDirect R w c q (List.tabulate w.d_vocab d)).pos p *
      ((viewWithDirect R w c q (List.tabulate w.d_vocab d)).logit y p a -
        (viewWithDirect R w c q (List.tabulate w.d_vocab d)).logit y p t) + ofNat R (taken w c q G A B p y) := by
  have fits := fits_withDirect (R := R) K.wellFormed c K.q_lt (List.tabulate w.d_vocab d)
  have term : _ - _ - ofNat R (slack (3 * 2 ^ c.width) ((Enclosure.of w c (Circuits.of w)).factor q y p)) ≤ _ :=
    fits.term_ge (B := 3 * 2 ^ c.width) hy hp K.a_lt ht (lane_withDirect_le K.narrow K.row_le' y p t)
  have same : (withDirect (Enclosure.of w c (Circuits.of w)) q (List.tabulate w.d_vocab d)).factor q y p =
    (Enclosure.of w c (Circuits.of w)).factor q y p := rfl
  rw [lane_eq y p ht, lane_eq y p K.a_lt, same] at term
  have le := ofNat_le (R := R) le
  rw [ofNat_add, ofNat_add] at le
  unfold taken
  rw [ofNat_add]
  exact le_of_linear (add_le_add le term) (gather _ _ _ _ _ _)
where
  gather (z s t r y l : R) : z + (l + s) + (r + t + (y - t - s)) = r + (y + l + z) := by ring [z, s, t, r, y, l]

/-- A token at a position takes no more than what is said. -/
theorem other_ge {y p t : Nat} (hy : y < w.d_vocab) (hp : p < w.n_ctx) (ht : t < w.d_vocab) (hne : t ≠ a) :
    0 ≤ (viewWithDirect R w c q (List.tabulate w.d_vocab d)).token y *
      (viewWithDirect R w c q (List.tabulate w.d_vocab d)).pos p *
      ((viewWithDirect R w c q (List.tabulate w.d_vocab d)).logit y p a -
        (viewWithDirect R w c q (List.tabulate w.d_vocab d)).logit y p t) + ofNat R (taken w c q G A B p y) := by
  refine K.share_ge hy hp ht (r := 0) ?_
  rw [Nat.zero_add, ← Nat.mul_add]
  refine Nat.mul_le_mul_left _ ?_
  have sum := Nat.add_le_add (K.lead t ht hne) (Nat.add_le_add (K.token y hy t ht) (K.pos p hp t ht))
  generalize (Enclosure.of w c (Circuits.of w)).token y t = yt at sum ⊢
  generalize (Enclosure.of w c (Circuits.of w)).token y a = ya at sum ⊢
  generalize (Enclosure.of w c (Circuits.of w)).token a t = at_ at sum
  generalize (Enclosure.of w c (Circuits.of w)).token a a = aa at sum
  generalize (Enclosure.of w c (Circuits.of w)).pos p t = pt at sum ⊢
  generalize (Enclosure.of w c (Circuits.of w)).pos p a = pa at sum ⊢
  generalize (Enclosure.of w c (Circuits.of w)).pos 0 t = ot at sum
  generalize (Enclosure.of w c (Circuits.of w)).pos 0 a = oa at sum
  have le : d t + yt + pt + G ≤ d a + ya + pa + (A y + B p) := by
    refine Nat.le_of_linear sum ?_
    ring [d t, d a, yt, ya, at_, aa, pt, pa, ot, oa, G, A y, B p]
  refine Nat.le_of_add_le_add_right (Nat.le_trans le ?_)
  rw [Nat.add_assoc (d a + ya + pa)]
  exact Nat.add_le_add_left (Nat.le_add_of_sub_le (Nat.le_refl _)) _

/-- What the first position gives. -/
theorem first_ge {t : Nat} (hn : 0 < w.n_ctx) (ht : t < w.d_vocab) (hne : t ≠ a) :
    ofNat R (((Enclosure.of w c (Circuits.of w)).factor q a 0).1 * G) ≤
      (viewWithDirect R w c q (List.tabulate w.d_vocab d)).token a *
      (viewWithDirect R w c q (List.tabulate w.d_vocab d)).pos 0 *
      ((viewWithDirect R w c q (List.tabulate w.d_vocab d)).logit a 0 a -
        (viewWithDirect R w c q (List.tabulate w.d_vocab d)).logit a 0 t) + ofNat R (taken w c q G A B 0 a) := by
  refine K.share_ge K.a_lt hn ht (Nat.le_trans ?_ (Nat.le_add_right _ _))
  rw [← Nat.mul_add]
  refine Nat.mul_le_mul_left _ (Nat.le_of_linear (K.lead t ht hne) ?_)
  ring [d t, d a, (Enclosure.of w c (Circuits.of w)).token a t, (Enclosure.of w c (Circuits.of w)).token a a,
    (Enclosure.of w c (Circuits.of w)).pos 0 t, (Enclosure.of w c (Circuits.of w)).pos 0 a, G]

/-- The head makes good its row, for every input whose tokens in between take no more than their parts. -/
theorem margin_nonneg {k κ part : Nat} {x : List Nat} (hk : w.n_ctx = k + 2) (lt : ∀ p, p < w.n_ctx → Compact.token x p < w.d_vocab)
    (hfirst : Compact.token x 0 = a) (hlast : Compact.token x (k + 1) = q)
    (spare : κ + (taken w c q G A B 0 a + taken w c q G A B (k + 1) q) ≤ ((Enclosure.of w c (Circuits.of w)).factor q a 0).1 * G)
    (parts : k * part ≤ κ) (each : ∀ p, p < k → taken w c q G A B (p + 1) (Compact.token x (p + 1)) ≤ part)
    {t : Nat} (ht : t < w.d_vocab) (hne : t ≠ a) :
    0 ≤ (viewWithDirect R w c q (List.tabulate w.d_vocab d)).margin w.n_ctx x a t := by
  have all : ofNat R (((Enclosure.of w c (Circuits.of w)).factor q a 0).1 * G) ≤
      sum w.n_ctx fun p => (viewWithDirect R w c q (List.tabulate w.d_vocab d)).token (Compact.token x p) *
        (viewWithDirect R w c q (List.tabulate w.d_vocab d)).pos p *
        ((viewWithDirect R w c q (List.tabulate w.d_vocab d)).logit (Compact.token x p) p a -
          (viewWithDirect R w c q (List.tabulate w.d_vocab d)).logit (Compact.token x p) p t) +
        ofNat R (taken w c q G A B p (Compact.token x p)) := by
    have zero_lt : 0 < w.n_ctx := hk ▸ Nat.zero_lt_succ _
    rw [hk, sum_succ', hfirst]
    refine le_trans (K.first_ge zero_lt ht hne) ?_
    have within {p : Nat} (hp : p < k + 1) : p + 1 < w.n_ctx := hk.symm ▸ Nat.succ_lt_succ hp
    exact le_of_linear (sum_nonneg fun p hp => K.other_ge (lt (p + 1) (within hp)) (within hp) ht hne) (add_zero _)
  have most : (total w.n_ctx fun p => taken w c q G A B p (Compact.token x p)) ≤ ((Enclosure.of w c (Circuits.of w)).factor q a 0).1 * G := by
    refine Nat.le_trans ?_ spare
    rw [hk, total_succ', total_succ, hfirst, hlast]
    refine Nat.le_trans (Nat.add_le_add_left (Nat.add_le_add_right (Nat.le_trans (total_le_total each) (Nat.le_of_eq (total_const k part))) _) _) ?_
    rw [Nat.add_left_comm]
    exact Nat.add_le_add_right parts _
  rw [sum_add, ← ofNat_total] at all
  exact le_of_linear (add_le_add all (ofNat_le (R := R) most)) (cancel _ _ _)
where
  cancel (s t g : R) : s + (g + t) = 0 + (s + t + g) := by ring [s, t, g]

end Known
end
end HeadsFirst
end Transformer
end Compact
