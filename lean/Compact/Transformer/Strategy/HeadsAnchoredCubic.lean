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
open HeadsAnchored (atLeast_withRows correct_of_rows inputOf nonneg_of_levels rowsOk termsAt term_eq token_free token_own)
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

/-! ## Sums -/

section
variable {R : Type} [ExpField R]

theorem cancel (κ t g u : R) : u + (κ + t + g) = κ + (g + (u + t)) := by ring [κ, t, g, u]
theorem cancel₂ (κ t t' g g' u u' : R) : u + u' + (κ + (t + t') + (g + g')) = κ + (g + g' + (u + t + (u' + t'))) := by
  ring [κ, t, t', g, g', u, u']
theorem gather (p u t g l κ k : R) : p * u + l * k + (p * g + (p * t + l * κ)) = 0 + (p * (u + t) + (p * g + l * κ + l * k)) := by
  ring [p, u, t, g, l, κ, k]

end

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
  have split := HeadsAnchored.sum_split P.start P.n_ctx fun p => HeadsAnchored.share R (w.headAt B i) c q a d p (token (inputOf s a q y) p) t
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

/-- The tokens that are counted at a lane: what they take, and their levels. -/
def LaneLevels (w : Weights) (c : Params) (C : Claims) (tables : List HeadTables) (s k q : Nat) (passes : List Nat) (j : Nat) : Prop :=
  ∃ tokens : List Nat, ∃ level : Nat → Nat, tokens.Nodup ∧ (∀ y, y ∈ tokens → y < w.d_vocab ∧
    Takes C.parts s k w.heads.length (termsAt c tables q) (fun i => leadAt C (c.width + 2) q i j)
      (fun i => spareAt C (termsAt c tables q) (c.width + 2) (2 ^ (C.lane - 2)) s w.n_ctx q i j)
      (fun i y => tokenShortAt C (c.width + 2) (answer s q j) i y) (fun i p => posShortAt C (c.width + 2) (answer s q j) i p) (level y) y) ∧
    levelCountsFrom C.countBits (fun i _ => readLane C.lane (nth 0 passes i) j) C.levels 0 0 = powerSum (2 ^ C.countBits) level tokens

omit S in
/-- What can be spared is no more than what is left, and lanes hold it. -/
theorem spareAt_le (C : Claims) (terms : List (List (List (Nat × Nat)))) (b half s n q i j : Nat) :
    spareAt C terms b half s n q i j ≤
      ownGives terms s n q (answer s q j) (leadAt C b q i j) i - ownTakes C terms b s n q (answer s q j) i := by
  unfold spareAt
  rw [Nat.force_eq]
  show Bool.rec (motive := fun _ => Nat) 0 _ (Nat.ble _ half) ≤ _
  cases Nat.ble _ half with
  | false => exact Nat.zero_le _
  | true => exact Nat.le_refl _

omit S in
theorem spareAt_lt {C : Claims} {terms : List (List (List (Nat × Nat)))} {b half s n q i j : Nat} (pos : 0 < half) :
    C.parts * spareAt C terms b half s n q i j < half := by
  unfold spareAt
  rw [Nat.force_eq]
  show C.parts * Bool.rec (motive := fun _ => Nat) 0 _ (Nat.ble _ half) < half
  cases e : Nat.ble _ half with
  | false => exact pos
  | true => exact Nat.le_of_ble_eq_true e

/-- The inputs of one right answer. -/
theorem atLeast_countLane {label : List Nat → Nat} {q j : Nat} {passes : List Nat} (hq : q < w.d_vocab) (ha : answer s q j < w.d_vocab)
    (hl : ∀ y, y.length = k → label (inputOf s (answer s q j) q y) = answer s q j) (levels : LaneLevels w c C tables s k q passes j) :
    AtLeast (countLane C tables c.width w.heads.length (c.width + 2) w.n_ctx (ones C.bits w.d_vocab)
      (2 ^ (C.bits - 1) * ones C.bits w.d_vocab) s q (termsAt c tables q) (nth 0 (nth HeadTables.none tables 0).direct q) k passes j)
    fun y => Correct R label w (inputOf s (answer s q j) q y) := by
  unfold countLane
  rw [Nat.force_eq]
  cases nth 0 (nth [] C.shares q) j with
  | zero => exact AtLeast.zero
  | succ shares =>
    show AtLeast (Nat.force _ fun a => _) _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq]
    refine atLeast_withRows fun rows => ?_
    cases ok : (rowsOk C.bits c.width w.heads.length (ones C.bits w.d_vocab) (2 ^ (C.bits - 1) * ones C.bits w.d_vocab)
        (nth 0 (nth HeadTables.none tables 0).direct q) (answer s q j) rows &&
        headsOk C tables (termsAt c tables q) (c.width + 2) s w.n_ctx (2 ^ (C.bits - 1) * ones C.bits w.d_vocab) (ones C.bits w.d_vocab)
          w.heads.length (anchor s w.n_ctx) q (answer s q j) j rows) with
    | false => exact AtLeast.zero
    | true =>
      show AtLeast (Nat.force _ fun N => _) _
      rw [Nat.force_eq]
      match levels with
      | ⟨tokens, level, nodup, facts, sum⟩ =>
        rw [sum]
        refine AtLeast.levels nodup (Nat.lt_of_le_of_lt (Nat.pow_le_pow_left ?_ k) S.plain.count) fun y hlen hy le => ?_
        · exact Nat.le_succ_of_le (length_le_of_lt nodup fun t ht => (facts t ht).left)
        · refine correct_of_rows S.plain hq ha (hl y hlen) (Bool.and_left ok) hlen (fun t ht => (facts t (hy t ht)).left)
            fun i hi d row row_le t ht hne => ?_
          have head := of_allBelow (Bool.and_right ok) hi
          rw [Nat.force_eq, Nat.force_eq] at head
          refine margin_nonneg S hq ha hi row row_le (short_lt _ _ _) (Bool.and_left head)
            (κ := spareAt C (termsAt c tables q) (c.width + 2) (2 ^ (C.lane - 2)) s w.n_ctx q i j) ?_ hlen (fun t ht => ?_) le ht hne
          · exact Nat.le_trans (Nat.add_le_add_right (spareAt_le C _ _ _ s w.n_ctx q i j) _)
              (Nat.le_of_eq (Nat.sub_add_cancel (Nat.le_of_ble_eq_true (Bool.and_right head))))
          · have fact := facts t (hy t ht)
            exact ⟨fact.left, fun x hx => fact.right.right i hi x hx⟩

/-! ## One query -/

/-- What the rows of counts show. -/
theorem of_countQuery {q : Nat} {short : Nat → Nat → Nat}
    (hshort : ∀ i, i < w.heads.length → ∀ y, y < w.d_vocab → short i y =
      pack C.lane (lanes s w.d_vocab) fun j => tokenShortAt C (c.width + 2) (answer s q j) i y)
    (count : List (List (List (Nat × Nat))) → Nat → Nat → List Nat → Nat → Nat) :
    ∃ passes, (∀ j, j < lanes s w.d_vocab → LaneLevels w c C tables s k q passes j) ∧
      countQuery C tables c.width w.heads.length w.d_vocab w.n_ctx s q short (3 * 2 ^ c.width) count =
        total (lanes s w.d_vocab) fun j => count (termsAt c tables q) (nth 0 (nth HeadTables.none tables 0).direct q) k passes j := by
  have free : Nat.sub (Nat.sub w.n_ctx 1) s = k := by
    rw [S.plain.n_ctx]
    show s + k - s = k
    exact Nat.add_sub_cancel_left
  match Nat.exists_eq_add_of_le' S.lane with
  | ⟨K, lane⟩ =>
  have half : C.lane - 2 = K := by rw [lane]; rfl
  refine ⟨mapFold (fun l => levelRow C (2 ^ (K + 1) * ones (K + 2) (lanes s w.d_vocab)) w.heads.length l
    (listFrom (fun i => packFrom C.lane (fun j => spareAt C (termsAt c tables q) (c.width + 2) (2 ^ K) s w.n_ctx q i j)
      (lanes s w.d_vocab)) w.heads.length 0)
    (listFrom (gainsOf C (termsAt c tables q) (2 ^ (c.width + 2 + 1)) (2 ^ K) (ones (K + 2) (lanes s w.d_vocab))
      (2 ^ (K + 1) * ones (K + 2) (lanes s w.d_vocab)) s k w.heads.length
      (listFrom (fun i => packFrom C.lane (fun j => leadAt C (c.width + 2) q i j) (lanes s w.d_vocab)) w.heads.length 0)
      (listFrom (fun i => listFrom (fun p => spread C.lane (c.width + 2) s q (lanes s w.d_vocab) (nth 0 (nth [] C.posShort i) p)) k s)
        w.heads.length 0) short) w.d_vocab 0)) C.levels, fun j hj => ?_, ?_⟩
  · refine levelCountsFrom_rows (read := fun N => readLane C.lane N j) C.levels fun l => ?_
    have small (N a : Nat) : readLane (c.width + 2) N a < 2 ^ (c.width + 2) := HeadsCubic.readLane_lt _ _ _
    have wide : 2 ^ (c.width + 2) + 2 ^ (c.width + 2) = 2 ^ (c.width + 2 + 1) := (Nat.two_pow_succ _).symm
    rw [half]
    refine passing_levelRow (K := K) (m := lanes s w.d_vocab) (g := fun i j => leadAt C (c.width + 2) q i j)
      (κ := fun i j => spareAt C (termsAt c tables q) (c.width + 2) (2 ^ K) s w.n_ctx q i j)
      (α := fun i y j => tokenShortAt C (c.width + 2) (answer s q j) i y) (β := fun i p j => posShortAt C (c.width + 2) (answer s q j) i p)
      lane (fun i hi => ?_) (fun i hi j _ => ?_) (fun i hi => ?_) (fun i hi j _ => ?_) (fun i hi y hy => ?_) (fun i hi x hx => ?_)
      (fun i hi y hy x hx j _ => ?_) (lane ▸ S.vocab) hj l
    · rw [nth_eq, getD_listFrom _ hi, Nat.zero_add, packFrom_eq, lane]
    · refine Nat.le_trans (Nat.le_of_lt (small _ _)) ?_
      rw [← wide]
      exact Nat.le_add_right _ _
    · rw [nth_eq, getD_listFrom _ hi, Nat.zero_add, packFrom_eq, lane]
    · exact spareAt_lt (Nat.two_pow_pos K)
    · rw [hshort i hi y hy, lane]
    · rw [nth_eq [], getD_listFrom _ hi, Nat.zero_add, nth_eq, getD_listFrom _ hx]
      unfold spread
      rw [packFrom_eq, lane]
      rfl
    · rw [← wide]
      exact Nat.le_of_lt (Nat.add_lt_add (small _ _) (small _ _))
  · unfold countQuery
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, withTerms_eq, free]
    unfold withLevels
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, Nat.force_eq, forceList_eq, forceList_eq, forceRows_eq, withGains_eq, forceList_eq]
    have e : Nat.sub C.lane 2 = K := half
    have e' : Nat.sub C.lane 1 = K + 1 := by rw [lane]; rfl
    rw [e, e', lane]
    refine total_congr fun j _ => ?_
    rw [Nat.force_eq]
    rfl

end

/-- What the check shows. -/
theorem of_check {w : Weights} {c : Certificate} {s : Nat} (hs : s ≤ 1) {count : Nat → Nat → Nat → List HeadTables → Nat}
    (h : (sizesOk w c s && countsOk w c s count) = true) : w.heads.length = c.heads ∧ (c.bound = 0 ∨ ∃ tables, ∃ k,
      Setting w c.toParams c.cellBits c.toClaims tables s k ∧
      c.bound ≤ count (3 * 2 ^ c.width) (ones c.bits w.d_vocab) (2 ^ (c.bits - 1) * ones c.bits w.d_vocab) tables) := by
  have sizes := Bool.and_right (Bool.and_left h)
  have both : (HeadsAnchored.shapeOk w c.anchored s && HeadsAnchored.countsOk w c.anchored (counted w c s count)) = true :=
    Bool.and_intro (Bool.and_left (Bool.and_left h)) (Bool.and_right h)
  match HeadsAnchored.of_check hs both with
  | ⟨H, tables, k, S, le⟩ =>
    refine ⟨H, ?_⟩
    have le : c.bound ≤ counted w c s count (3 * 2 ^ c.width) (ones c.bits w.d_vocab) (2 ^ (c.bits - 1) * ones c.bits w.d_vocab) tables := le
    unfold counted at le
    cases short : shortsOk c.toClaims tables c.heads (Nat.add c.width 2) (2 ^ (c.bits - 1) * ones c.bits w.d_vocab) (ones c.bits w.d_vocab)
        w.d_vocab w.n_ctx (anchor s w.n_ctx) with
    | false =>
      rw [short] at le
      exact Or.inl (Nat.eq_zero_of_le_zero le)
    | true =>
      rw [short] at le
      have H' : w.heads.length = c.heads := H
      refine Or.inr ⟨tables, k, ⟨S, Nat.le_of_ble_eq_true (Bool.and_left sizes), Nat.le_of_ble_eq_true (Bool.and_left (Bool.and_right sizes)),
        Nat.le_of_ble_eq_true (Bool.and_right (Bool.and_right sizes)), ?_⟩, le⟩
      rw [H']
      exact short

end HeadsAnchoredCubic
end Transformer
end Compact
