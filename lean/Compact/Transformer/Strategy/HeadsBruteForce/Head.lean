prelude
import Compact.Transformer.Strategy.BruteForce
import Compact.Transformer.Strategy.HeadsBruteForce.Check
/-!
# Brute force for any number of heads: one head makes good its row

A head with a row `D` in place of the direct path is a head with another direct path, so what brute force for one head
knows of its sums (`State.Knows`) holds; the row comes in at the end, times the sum of the weights (`shift`).
-/
namespace Compact
namespace Transformer
namespace HeadsBruteForce
open BruteForce (Query State laneBits packAll stepped step_eq tailMargin tailMargin_zero knows_foldr getD_packAll bits_suffice)
variable {R : Type} [ExpField R]

/-! ## Picking tokens -/

/-- A head after the token `t` is picked. -/
noncomputable def steppedHead (t : Nat) (h : HeadState) : HeadState := ⟨h.query, stepped t h.state⟩

theorem stepHeads_eq (t : Nat) (heads : List HeadState) (K : List HeadState → Nat) :
    stepHeads t heads K = K (mapFold (steppedHead t) heads) := by
  induction heads generalizing K with
  | nil => rfl
  | cons h heads ih =>
    show BruteForce.step t h.state (fun s => stepHeads t heads fun more => K (⟨h.query, s⟩ :: more)) = _
    rw [step_eq, ih]
    rfl

/-- The state after the token `t` is picked. -/
noncomputable def steppedAll (t : Nat) (P : Picked) : Picked := ⟨mapFold (steppedHead t) P.heads, t :: P.input⟩

theorem stepAll_eq (t : Nat) (P : Picked) (k : Picked → Nat) : step t P k = k (steppedAll t P) := stepHeads_eq t P.heads _

theorem foldr_input (heads : List HeadState) (x : List Nat) : (x.foldr steppedAll ⟨heads, []⟩).input = x := by
  induction x with
  | nil => rfl
  | cons t x ih => exact congrArg (t :: ·) ih

theorem foldr_length (heads : List HeadState) (x : List Nat) :
    (x.foldr steppedAll ⟨heads, []⟩).heads.length = heads.length := by
  induction x with
  | nil => rfl
  | cons t x ih => exact (length_mapFold _ _).trans ih

theorem foldr_heads {heads : List HeadState} (x : List Nat) {i : Nat} (hi : i < heads.length) :
    (x.foldr steppedAll ⟨heads, []⟩).heads.getD i HeadState.none =
      ⟨(heads.getD i HeadState.none).query, x.foldr stepped (heads.getD i HeadState.none).state⟩ := by
  induction x with
  | nil => rfl
  | cons t x ih =>
    refine (getD_mapFold _ _ ((foldr_length heads x).symm ▸ hi) HeadState.none HeadState.none).trans ?_
    rw [ih]
    rfl

theorem starts_eq (B n q : Nat) (tables : List HeadTables) (K : List HeadState → Nat) :
    starts B n q tables K = K (mapFold (fun T => T.start B n q) tables) := by
  induction tables generalizing K with
  | nil => rfl
  | cons T tables ih =>
    show forcePairs (nth [] T.es q) (fun es => forcePairs (nth [] T.fs q) fun fs => forcePairRows _ fun rest =>
      starts B n q tables fun more => K (⟨⟨es, fs, 0, T.token, T.pos⟩, ⟨rest, 0, 0, 0⟩⟩ :: more)) = _
    rw [forcePairs_eq, forcePairs_eq, forcePairRows_eq, ih]
    rfl

/-! ## A row in place of the direct path -/

/-- A query with a packed row in place of the direct path. -/
noncomputable def withRow (Q : Query) (D : Nat) : Query := { Q with direct := D }

section
variable {Q : Query} {B v n : Nat}

/-- The piece of the token `k` at the position `p`, as numbers. -/
theorem getD_at' (D : Nat) (he : Q.es.length = v) (ht : Q.tokenRows.length = v) {k p : Nat} (hk : k < v) :
    ((withRow Q D).at B p).getD k (0, 0) =
      ((Q.es.getD k (0, 0)).1 * (Q.fs.getD p (0, 0)).1 * (D + Q.posRows.getD p 0 + Q.tokenRows.getD k 0),
        Compact.slack B ((Q.es.getD k (0, 0)).1 * (Q.fs.getD p (0, 0)).1, (Q.es.getD k (0, 0)).2 * (Q.fs.getD p (0, 0)).2)) := by
  unfold Query.at BruteForce.pieces
  refine (getD_foldZip _ (he.symm ▸ hk) (ht.symm ▸ hk) (0, 0) 0 (0, 0)).trans ?_
  rw [BruteForce.piece_eq, nth_eq, nth_eq]
  rfl

theorem weigh_cons (t : Nat) (x : List Nat) (p : Nat) :
    weigh Q (t :: x) p = (Q.es.getD t (0, 0)).1 * (Q.fs.getD p (0, 0)).1 + weigh Q x (p + 1) := by
  show (nth (0, 0) Q.es t).1 * (nth (0, 0) Q.fs p).1 + _ = _
  rw [nth_eq, nth_eq]
  rfl

/-- With the row `D`, packed logits are more by `D` times all weights, and all else is the same. -/
theorem shift (direct : Q.direct = 0) (D : Nat) (he : Q.es.length = v) (hr : Q.tokenRows.length = v) {x : List Nat}
    (hx : ∀ t, t ∈ x → t < v) {p : Nat} (hp : p + x.length = n) :
    (x.foldr stepped ⟨Q.below B n, 0, 0, 0⟩).rest = Q.below B p ∧
    (x.foldr stepped ⟨(withRow Q D).below B n, 0, 0, 0⟩).rest = (withRow Q D).below B p ∧
    (x.foldr stepped ⟨(withRow Q D).below B n, 0, 0, 0⟩).logits =
      (x.foldr stepped ⟨Q.below B n, 0, 0, 0⟩).logits + weigh Q x p * D ∧
    (x.foldr stepped ⟨(withRow Q D).below B n, 0, 0, 0⟩).slack = (x.foldr stepped ⟨Q.below B n, 0, 0, 0⟩).slack := by
  induction x generalizing p with
  | nil =>
    have e : p = n := hp
    rw [e]
    refine ⟨rfl, rfl, ?_, rfl⟩
    show 0 = 0 + 0 * D
    rw [Nat.zero_mul]
  | cons t x ih =>
    have hp' : p + 1 + x.length = n := by rw [Nat.add_right_comm]; exact hp
    have ht := hx t (List.Mem.head x)
    match ih (fun u hu => hx u (List.Mem.tail t hu)) hp' with
    | ⟨r, r', l, s⟩ =>
      have e : withRow Q 0 = Q := by
        match Q, direct with
        | ⟨_, _, _, _, _⟩, rfl => rfl
      have a := getD_at' (Q := Q) (B := B) (p := p) 0 he hr ht
      rw [e] at a
      have b := getD_at' (Q := Q) (B := B) (p := p) D he hr ht
      rw [List.foldr_cons, List.foldr_cons]
      have at_ : x.foldr stepped ⟨Q.below B n, 0, 0, 0⟩ = ⟨Q.at B p :: Q.below B p,
        (x.foldr stepped ⟨Q.below B n, 0, 0, 0⟩).logits, (x.foldr stepped ⟨Q.below B n, 0, 0, 0⟩).slack,
        (x.foldr stepped ⟨Q.below B n, 0, 0, 0⟩).max⟩ := of_rest _ r
      have at_' : x.foldr stepped ⟨(withRow Q D).below B n, 0, 0, 0⟩ = ⟨(withRow Q D).at B p :: (withRow Q D).below B p,
        (x.foldr stepped ⟨(withRow Q D).below B n, 0, 0, 0⟩).logits, (x.foldr stepped ⟨(withRow Q D).below B n, 0, 0, 0⟩).slack,
        (x.foldr stepped ⟨(withRow Q D).below B n, 0, 0, 0⟩).max⟩ := of_rest _ r'
      rw [at_, at_']
      refine ⟨rfl, rfl, ?_, ?_⟩
      · show (((withRow Q D).at B p).getD t (0, 0)).1 + _ = ((Q.at B p).getD t (0, 0)).1 + _ + _
        rw [a, b, l, weigh_cons]
        exact rearrange _ _ _ _ _ _
      · show (((withRow Q D).at B p).getD t (0, 0)).2 + _ = ((Q.at B p).getD t (0, 0)).2 + _
        rw [a, b, s]
where
  of_rest (s : State) {r : List (List (Nat × Nat))} (h : s.rest = r) : s = ⟨r, s.logits, s.slack, s.max⟩ := by
    match s, h with
    | ⟨_, _, _, _⟩, rfl => rfl
  rearrange (e D P T l W : Nat) : e * (D + P + T) + (l + W * D) = e * (0 + P + T) + l + (e + W) * D := by
    rw [Nat.zero_add]
    ring [e, D, P, T, l, W]

end

/-! ## One head makes good its row -/

section
variable {w : Compact.Weights} {c : Params} {q L m : Nat} {x : List Nat} {Q : Query}

/-- A passed test, for one head with a row. -/
theorem even_of_test (h : w.WellFormed) (narrow : (Enclosure.of w c (Circuits.of w)).narrow c.width = true) (hq : q < w.d_vocab)
    (hQ : Q = (HeadTables.of L (Enclosure.of w c (Circuits.of w))).query q) (hx : x.length = w.n_ctx) (lt : ∀ t, t ∈ x → t < w.d_vocab)
    (hm : m < w.d_vocab) (bits : laneBits w c ≤ L) {D : Nat} {d : Nat → Nat} (row : D = pack L w.d_vocab d)
    (row_le : ∀ j, j < w.d_vocab → d j < 2 ^ c.width)
    (test : (Lane.of L (ones L w.d_vocab) m).test (x.foldr stepped ⟨Q.below (3 * 2 ^ c.width) w.n_ctx, 0, 0, 0⟩).slack
      ((x.foldr stepped ⟨Q.below (3 * 2 ^ c.width) w.n_ctx, 0, 0, 0⟩).logits + weigh Q x 0 * D) = true)
    {t : Nat} (ht : t < w.d_vocab) (hne : t ≠ m) :
    0 ≤ (viewWithDirect R w c q (List.tabulate w.d_vocab d)).margin w.n_ctx x m t := by
  have entry {j : Nat} (hj : j < w.d_vocab) : (List.tabulate w.d_vocab d).getD j 0 = d j := List.getD_tabulate 0 hj
  have es : Q.es = (Enclosure.of w c (Circuits.of w)).tokenExp.getD q [] := by rw [hQ]; exact nth_eq _ _ _
  have es_length : Q.es.length = w.d_vocab := by rw [es]; exact h.length_tokenExp c hq
  have tokens : Q.tokenRows = packAll L (Enclosure.of w c (Circuits.of w)).tokenRow := by rw [hQ]; rfl
  have tokens_length : Q.tokenRows.length = w.d_vocab := by
    rw [tokens]
    exact (length_mapFold _ _).trans (h.length_tokenRows c)
  have direct : Q.direct = 0 := by rw [hQ]; rfl
  have hR : (withRow Q D).For (withDirect (Enclosure.of w c (Circuits.of w)) q (List.tabulate w.d_vocab d)) L w.d_vocab w.n_ctx q := by
    refine ⟨es, ?_, es_length, tokens_length, ?_, fun k hk => ?_, fun p hp => ?_⟩
    · rw [hQ]
      exact nth_eq _ _ _
    · rw [directRow_withDirect]
      exact row.trans (pack_congr L fun j hj => (entry hj).symm)
    · show Q.tokenRows.getD k 0 = _
      rw [tokens]
      exact getD_packAll ((h.length_tokenRows c).symm ▸ hk) (h.length_tokenRow c hk)
    · show Q.posRows.getD p 0 = _
      rw [hQ]
      exact getD_packAll ((h.length_posRows c).symm ▸ hp) (h.length_posRow c hp)
  have row_le' (j : Nat) : (List.tabulate w.d_vocab d).getD j 0 ≤ 2 ^ c.width := by
    cases Nat.lt_or_ge j w.d_vocab with
    | inl hj => rw [entry hj]; exact Nat.le_of_lt (row_le j hj)
    | inr hj =>
      rw [List.getD_eq_default 0 (List.length_tabulate.symm ▸ hj)]
      exact Nat.zero_le _
  have fits := fits_withDirect (R := R) h c hq (List.tabulate w.d_vocab d)
  have knows := knows_foldr hR fits (lane_withDirect_le narrow row_le') (Nat.le_refl _) lt ((Nat.zero_add _).trans hx)
  have moved := shift (B := 3 * 2 ^ c.width) direct D es_length tokens_length lt ((Nat.zero_add _).trans hx)
  match knows.logits with
  | ⟨f, hf, hle, hlow⟩ =>
    have pos : 0 < laneBits w c := Nat.lt_of_lt_of_le (Nat.zero_lt_succ 3) (Nat.le_add_left_of_le (Nat.le_add_left 4 _))
    rw [← moved.right.right.left, ← moved.right.right.right, hf] at test
    have small (j : Nat) (hj : j < w.d_vocab) : f j < 2 ^ (L - 1) := by
      refine Nat.lt_of_le_of_lt (hle j hj) ?_
      rw [hx]
      exact Nat.lt_of_lt_of_le (bits_suffice w c) (Nat.pow_le_pow_right Nat.two_pos (Nat.sub_le_sub_right bits 1))
    have lt' := Lane.lt_of_test (Nat.lt_of_lt_of_le pos bits) small hm test t ht hne
    have lt' := ofNat_lt (R := R) lt'
    rw [ofNat_add] at lt'
    rw [← hx, ← tailMargin_zero]
    refine le_trans (le_of_lt ?_) (hlow m t hm ht)
    exact lt_of_linear lt' (by
      ring [ofNat R (f t), ofNat R (f m), ofNat R (x.foldr stepped ⟨(withRow Q D).below (3 * 2 ^ c.width) w.n_ctx, 0, 0, 0⟩).slack])

end

end HeadsBruteForce
end Transformer
end Compact
