prelude
import Compact.Mixture.Free
import Compact.Transformer.Strategy.HeadsAnchoredCubic.Gains
import Compact.Transformer.Strategy.HeadsAnchoredCubic.Keys
/-!
# Strategy: cubic, where the right answer stands at one position, for any number of heads

What the check of one query shows (`of_countQuery`, `atLeast_countLane`), wherever the anchor is; the last token and the first are in
`HeadsCubicLast.lean` and `HeadsCubicFirst.lean`.
-/
namespace Compact
namespace Transformer
namespace HeadsAnchoredCubic
open HeadsAnchored (atLeast_withRows correct_of_rows inputOf nonneg_of_levels rowsOk sum_split termsAt term_eq token_free token_own)
open HeadsBruteForce (HeadTables)
open HeadsFirst (withTerms_eq)

/-- What is known before inputs are counted. -/
structure Setting (w : Weights) (c : Params) (B : Nat) (C : Claims) (tables : List HeadTables) (s k : Nat) : Prop where
  plain : HeadsAnchored.Setting w c B C.anchored tables s k
  small : c.width + 5 ≤ C.bits
  lane : 2 ≤ C.lane
  vocab : w.d_vocab < 2 ^ C.lane
  shorts : shortsOk C tables w.heads.length (c.width + 2) (2 ^ (C.bits - 1) * ones C.bits w.d_vocab) (ones C.bits w.d_vocab) w.d_vocab w.n_ctx
    (anchor s w.n_ctx) = true

/-- The shortfalls of a token and of a position. -/
noncomputable def tokenShortAt (C : Claims) (b a i y : Nat) : Nat := readLane b (nth 0 (nth [] C.tokenShort i) y) a
noncomputable def posShortAt (C : Claims) (b a i p : Nat) : Nat := readLane b (nth 0 (nth [] C.posShort i) p) a

section
variable {R : Type} [ExpField R] {w : Weights} {c : Params} {B : Nat} {C : Claims} {tables : List HeadTables} {s k : Nat}
  (S : Setting w c B C tables s k)
include S

theorem Setting.anchor_lt : anchor s w.n_ctx < w.n_ctx := by
  have pos : 0 < w.n_ctx := S.plain.pos
  match s, S.plain.start with
  | 0, _ => exact Nat.sub_lt pos Nat.one_pos
  | 1, _ => exact pos

/-! ## One query and one right answer -/

/-- The head makes good its row. -/
theorem margin_nonneg {q a i D κ : Nat} {d : Nat → Nat} {y : List Nat} {level : Nat → Nat} {G : Nat} (hq : q < w.d_vocab)
    (ha : a < w.d_vocab) (hi : i < w.heads.length) (row : D = pack C.bits w.d_vocab d) (row_le : ∀ t, t < w.d_vocab → d t ≤ 2 ^ c.width)
    (hG : G < 4 * 2 ^ c.width)
    (lead : leadOk C.bits (2 ^ (C.bits - 1) * ones C.bits w.d_vocab) (ones C.bits w.d_vocab) a G
      (Nat.add D (HeadsAnchored.pathAt (nth HeadTables.none tables i) (anchor s w.n_ctx) a)) = true)
    (spare : κ + ownTakes C (termsAt c tables q) (c.width + 2) s w.n_ctx q a i ≤ ownGives (termsAt c tables q) s w.n_ctx q a G i)
    (hlen : y.length = k) (hy : ∀ t, t ∈ y → t < w.d_vocab ∧ ∀ x, x < k →
      C.parts * takes (termAt (termsAt c tables q) i (s + x) t) (tokenShortAt C (c.width + 2) a i t) (posShortAt C (c.width + 2) a i (s + x)) ≤
        C.parts * gives (termAt (termsAt c tables q) i (s + x) t) G + level t * κ)
    (le : levelsOf level y ≤ C.parts) {t : Nat} (ht : t < w.d_vocab) (hne : t ≠ a) :
    0 ≤ (viewWithDirect R (w.headAt B i) c q (List.tabulate w.d_vocab d)).margin w.n_ctx (inputOf s a q y) a t := by
  have P := S.plain
  have T := P.each i hi
  have K : HeadsAnchored.Known (w.headAt B i) c C.bits q a d := ⟨T.wellFormed, T.narrow, P.wide, hq, ha, row_le⟩
  have shorts := of_allBelow S.shorts hi
  rw [nth_eq HeadTables.none] at shorts lead
  have short := of_headShortOk T S.small S.anchor_lt shorts ha
  have L : Leads (w.headAt B i) c a (anchor s w.n_ctx) d G (tokenShortAt C (c.width + 2) a i) (posShortAt C (c.width + 2) a i) :=
    ⟨fun _ ht hne => of_pathLead T S.small ha S.anchor_lt row row_le hG lead ht hne, short.left, short.right⟩
  have key {p y : Nat} (hp : p < w.n_ctx) (hy : y < w.d_vocab) : ofNat R (gives (termAt (termsAt c tables q) i p y) G) ≤
      HeadsAnchored.share R (w.headAt B i) c q a d p y t + ofNat R (takes (termAt (termsAt c tables q) i p y)
        (tokenShortAt C (c.width + 2) a i y) (posShortAt C (c.width + 2) a i p)) :=
    L.gives_le K hp hy ht hne (term_eq P hq hi hp hy)
  have own_lt : w.n_ctx - 1 < w.n_ctx := Nat.sub_lt P.pos Nat.one_pos
  have hκ : ofNat R κ ≤ (Nat.rec (motive := fun _ => R)
      (HeadsAnchored.share R (w.headAt B i) c q a d (w.n_ctx - 1) (token (inputOf s a q y) (w.n_ctx - 1)) t)
      (fun _ own => HeadsAnchored.share R (w.headAt B i) c q a d 0 (token (inputOf s a q y) 0) t + own) s : R) := by
    have spare := ofNat_le (R := R) spare
    rw [token_own P.start P.n_ctx hlen]
    rw [ofNat_add] at spare
    match s, P.start with
    | 0, _ => exact le_of_linear (add_le_add spare (key own_lt hq)) (cancel _ _ _ _)
    | 1, _ =>
      have first := key P.pos ha
      have own := key own_lt hq
      have spare : ofNat R κ + ofNat R (takes _ _ _ + takes _ _ _) ≤ ofNat R (gives _ _ + gives _ _) := spare
      rw [ofNat_add, ofNat_add] at spare
      exact le_of_linear (add_le_add spare (add_le_add first own)) (cancel₂ _ _ _ _ _ _ _)
  have split := sum_split P.start P.n_ctx fun p => HeadsAnchored.share R (w.headAt B i) c q a d p (token (inputOf s a q y) p) t
  show 0 ≤ sum w.n_ctx fun p => HeadsAnchored.share R (w.headAt B i) c q a d p (token (inputOf s a q y) p) t
  rw [split, ← hlen]
  refine nonneg_of_levels P.parts (le_trans (ofNat_nonneg κ) hκ) (fun x hx => ?_) le
  have hx : x < k := hlen ▸ hx
  have inside := hy _ (token_mem (hlen.symm ▸ hx))
  have nat := ofNat_le (R := R) (inside.right x hx)
  have real := mul_le_mul_of_nonneg_left (key (P.free_lt hx) inside.left) (ofNat_nonneg (R := R) C.parts)
  have more := mul_le_mul_of_nonneg_left hκ (ofNat_nonneg (R := R) (level (token y x)))
  rw [token_free P.start hlen hx]
  rw [ofNat_add, ofNat_mul, ofNat_mul, ofNat_mul] at nat
  exact le_of_linear (add_le_add real (add_le_add nat more)) (gather _ _ _ _ _ _ _)
where
  cancel (κ t g u : R) : g + (u + t) + κ = u + (κ + t + g) := by ring [κ, t, g, u]
  cancel₂ (κ t t' g g' u u' : R) : g + g' + (u + t + (u' + t')) + κ = u + u' + (κ + (t + t') + (g + g')) := by
    ring [κ, t, t', g, g', u, u']
  gather (p u t g l κ k : R) : p * (u + t) + (p * g + l * κ + l * k) + 0 = p * u + l * k + (p * g + (p * t + l * κ)) := by
    ring [p, u, t, g, l, κ, k]

/-- The tokens that are counted at a lane: what they take, and their levels. -/
def LaneLevels (w : Weights) (c : Params) (C : Claims) (tables : List HeadTables) (s k q : Nat) (passes : List Nat) (j : Nat) : Prop :=
  ∃ tokens : List Nat, ∃ level : Nat → Nat, tokens.Nodup ∧ (∀ y, y ∈ tokens → y < w.d_vocab ∧
    Takes C.parts s k w.heads.length (termsAt c tables q) (fun i => leadAt C (c.width + 2) q i j)
      (fun i => spareAt C (termsAt c tables q) (c.width + 2) (2 ^ (C.lane - 2)) s w.n_ctx q i j)
      (fun i y => tokenShortAt C (c.width + 2) (answer s q j) i y) (fun i p => posShortAt C (c.width + 2) (answer s q j) i p) (level y) y) ∧
    levelCountsFrom C.countBits (fun i _ => readLane C.lane (nth 0 passes i) j) C.levels 0 0 = powerSum (2 ^ C.countBits) level tokens

end
end HeadsAnchoredCubic
end Transformer
end Compact
