prelude
import Compact.Transformer.Strategy.BruteForce.Walk
import Compact.Transformer.Enclosure.Correct
import Compact.Transformer.Enclosure.Term
import Compact.Transformer.Enclosure.Narrow
/-!
# Strategy: brute force is sound

`sound`: for any weights and any certificate, if `check` evaluates to `true`, the model answers at least
`bound` inputs correctly.  The state that the checker carries always holds a lower bound of every margin
(`State.Knows`); a passed lane test then makes all margins of the input positive.
-/
namespace Compact
namespace BruteForce
variable {R : Type} [ExpField R]

theorem piece_eq (B : Nat) (e f : Nat × Nat) (row : Nat) :
    piece B e f row = (e.1 * f.1 * row, Compact.slack B (e.1 * f.1, e.2 * f.2)) := by
  unfold piece
  rw [Nat.force_eq]
  rfl

/-- The tables of the query token `q`, packed. -/
structure Query.For (Q : Query) (T : Enclosure) (L v n q : Nat) : Prop where
  es : Q.es = T.tokenExp.getD q []
  fs : Q.fs = T.posExp.getD q []
  es_length : Q.es.length = v
  tokenRows_length : Q.tokenRows.length = v
  direct : Q.direct = pack L v fun t => (T.directRow.getD q []).getD t 0
  tokenRow (k : Nat) : k < v → Q.tokenRows.getD k 0 = pack L v fun t => (T.tokenRow.getD k []).getD t 0
  posRow (p : Nat) : p < n → Q.posRows.getD p 0 = pack L v fun t => (T.posRow.getD p []).getD t 0

variable {Q : Query} {T : Enclosure} {L v n q B : Nat}

/-- The piece of the token `k` at the position `p`. -/
theorem getD_at (hQ : Q.For T L v n q) {k p : Nat} (hk : k < v) (hp : p < n) :
    (Q.at B p).getD k (0, 0) =
      (pack L v fun t => (T.factor q k p).1 * T.lane q k p t, Compact.slack B (T.factor q k p)) := by
  unfold Query.at pieces
  rw [getD_foldZip _ (hQ.es_length.symm ▸ hk) (hQ.tokenRows_length.symm ▸ hk) (0, 0) 0, piece_eq, nth_eq, nth_eq,
    hQ.tokenRow k hk, hQ.posRow p hp, hQ.direct, hQ.es, hQ.fs]
  show (_ * (pack L v _ + pack L v _ + pack L v _), _) = _
  rw [pack_add, pack_add, mul_pack]
  exact congrArg (fun x => (x, _)) (pack_congr L fun t _ => congrArg (_ * ·) (Nat.add_right_comm _ _ _))

/-- The positions from `p` on of the margin of `a` over `b`; `x` holds their tokens. -/
noncomputable def tailMargin (V : View R) (p : Nat) (x : List Nat) (a b : Nat) : R :=
  sum x.length fun i =>
    V.token (token x i) * V.pos (p + i) * (V.logit (token x i) (p + i) a - V.logit (token x i) (p + i) b)

theorem tailMargin_cons (V : View R) (p t : Nat) (x : List Nat) (a b : Nat) :
    tailMargin V p (t :: x) a b = V.token t * V.pos p * (V.logit t p a - V.logit t p b) + tailMargin V (p + 1) x a b := by
  refine (sum_succ' _ _).trans (congrArg (_ + ·) (sum_congr fun i _ => ?_))
  show V.token (token x i) * V.pos (p + (i + 1)) *
    (V.logit (token x i) (p + (i + 1)) a - V.logit (token x i) (p + (i + 1)) b) = _
  rw [Nat.add_comm i 1, ← Nat.add_assoc]

theorem tailMargin_zero (V : View R) (x : List Nat) (a b : Nat) : tailMargin V 0 x a b = V.margin x.length x a b :=
  sum_congr fun i _ => by rw [Nat.zero_add]

/-- What the state knows of the positions from `p` on, whose tokens are `x`: lanes at most `K` a position, and a
lower bound of every margin. -/
structure State.Knows (s : State) (V : View R) (Q : Query) (B L v K p : Nat) (x : List Nat) : Prop where
  rest : s.rest = Q.below B p
  max : s.max = maximum x
  logits : ∃ f, s.logits = pack L v f ∧ (∀ t, t < v → f t ≤ x.length * K) ∧
    ∀ a b, a < v → b < v → ofNat R (f a) - ofNat R (f b) - ofNat R s.slack ≤ tailMargin V p x a b

theorem knows_nil (V : View R) (Q : Query) (B L v K p : Nat) :
    State.Knows ⟨Q.below B p, 0, 0, 0⟩ V Q B L v K p [] where
  rest := rfl
  max := rfl
  logits := ⟨fun _ => 0, (pack_const L v 0).symm ▸ (Nat.zero_mul _).symm, fun _ _ => Nat.zero_le _,
    fun _ _ _ _ => le_of_eq (by show (0 : R) - 0 - 0 = 0; ring [])⟩

variable {V : View R} {prec K : Nat}

theorem State.Knows.step (hQ : Q.For T L v n q) (hV : V.Fits T prec v n q) (hB : ∀ k p t, T.lane q k p t ≤ B)
    (hK : 2 ^ prec * 2 ^ prec * B ≤ K) {s : State} {p t : Nat} {x : List Nat} (hp : p < n) (ht : t < v)
    (h : s.Knows V Q B L v K (p + 1) x) : (stepped t s).Knows V Q B L v K p (t :: x) := by
  match s, h with
  | ⟨_, logits, slack, max⟩, ⟨rfl, hm, f, hf, hle, hlow⟩ =>
    show State.Knows ⟨Q.below B p, ((Q.at B p).getD t (0, 0)).1 + logits, ((Q.at B p).getD t (0, 0)).2 + slack,
      Nat.max t max⟩ V Q B L v K p (t :: x)
    rw [getD_at hQ ht hp]
    refine ⟨rfl, congrArg (Nat.max t) hm, fun j => (T.factor q t p).1 * T.lane q t p j + f j, ?_, ?_, ?_⟩
    · show pack L v _ + logits = _
      rw [show logits = _ from hf, pack_add]
    · intro j hj
      show _ ≤ (x.length + 1) * K
      rw [Nat.succ_mul, Nat.add_comm (x.length * K)]
      exact Nat.add_le_add (Nat.le_trans (Nat.mul_le_mul (hV.factor_le ht hp) (hB t p j)) hK) (hle j hj)
    · intro a b ha hb
      rw [tailMargin_cons]
      show ofNat R (_ + f a) - ofNat R (_ + f b) - ofNat R (Compact.slack B (T.factor q t p) + slack) ≤ _
      rw [ofNat_add, ofNat_add, ofNat_add]
      refine le_trans (le_of_eq ?_) (add_le_add (hV.term_ge ht hp ha hb (hB t p b)) (hlow a b ha hb))
      exact regroup _ _ _ _ _ _
where
  regroup (a a' b b' s s' : R) : a + a' - (b + b') - (s + s') = a - b - s + (a' - b' - s') := by
    ring [a, a', b, b', s, s']

/-- After all tokens of `x` are picked, last first. -/
theorem knows_foldr (hQ : Q.For T L v n q) (hV : V.Fits T prec v n q) (hB : ∀ k p t, T.lane q k p t ≤ B)
    (hK : 2 ^ prec * 2 ^ prec * B ≤ K) {x : List Nat} (hx : ∀ t, t ∈ x → t < v) {p : Nat} (hp : p + x.length = n) :
    (x.foldr stepped ⟨Q.below B n, 0, 0, 0⟩).Knows V Q B L v K p x := by
  induction x generalizing p with
  | nil => exact (show p = n from hp) ▸ knows_nil V Q B L v K p
  | cons t x ih =>
    have hp' : p + 1 + x.length = n := by rw [Nat.add_right_comm]; exact hp
    have hlt : p < n := Nat.lt_of_lt_of_le (Nat.lt_succ_self p) (hp' ▸ Nat.le_add_right _ _)
    exact (ih (fun u hu => hx u (List.Mem.tail t hu)) hp').step hQ hV hB hK hlt (hx t (List.Mem.head x))

/-- As many pieces as tokens. -/
theorem length_at (hQ : Q.For T L v n q) (B p : Nat) : (Q.at B p).length = v := by
  unfold Query.at pieces
  exact (length_foldZip _ (hQ.es_length.trans hQ.tokenRows_length.symm)).trans hQ.es_length

theorem length_below (Q : Query) (B p : Nat) : (Q.below B p).length = p := by
  induction p with
  | zero => rfl
  | succ p ih => exact congrArg Nat.succ ih

theorem length_row (hQ : Q.For T L v n q) (B p : Nat) : ∀ row, row ∈ Q.below B p → row.length = v := by
  induction p with
  | zero => exact fun _ h => nomatch h
  | succ p ih =>
    intro row h
    match row, show row ∈ Q.at B p :: Q.below B p from h with
    | _, .head _ => exact length_at hQ B p
    | row, .tail _ h => exact ih row h

theorem forceLanes_eq {α : Type} (L one n m : Nat) (k : List Lane → α) : forceLanes L one n m k = k (List.tabulateFrom m n (Lane.of L one)) := by
  induction n generalizing m k with
  | zero => rfl
  | succ n ih =>
    show Nat.force m (fun m => (Lane.of L one m).force fun lane => forceLanes L one n (Nat.succ m) fun lanes => k (lane :: lanes)) = _
    rw [Nat.force_eq, Lane.force_eq, ih]
    rfl

/-- The lanes of a model with `v` tokens. -/
noncomputable abbrev lanesOf (L v : Nat) : List Lane := List.tabulateFrom 0 v (Lane.of L (ones L v))

/-- A passed test makes every margin positive. -/
theorem margin_pos (hL : 0 < L) {s : State} {x : List Nat} (h : s.Knows V Q B L v K 0 x) (hm : maximum x < v)
    (hbits : x.length * K < 2 ^ (L - 1)) (pass : passes (lanesOf L v) s = true) (t : Nat) (ht : t < v)
    (hne : t ≠ maximum x) : 0 < V.margin x.length x (maximum x) t := by
  match h.logits with
  | ⟨f, hf, hle, hlow⟩ =>
    unfold passes at pass
    rw [nth_eq, h.max, List.getD_tabulateFrom _ hm, Nat.zero_add, hf] at pass
    have hlt := Lane.lt_of_test hL (fun j hj => Nat.lt_of_le_of_lt (hle j hj) hbits) hm pass t ht hne
    rw [← tailMargin_zero]
    refine lt_of_lt_of_le ?_ (hlow _ t hm ht)
    have hlt := ofNat_lt (R := R) hlt
    rw [ofNat_add] at hlt
    exact lt_of_linear hlt (by ring [ofNat R (f t), ofNat R (f (maximum x)), ofNat R s.slack])

theorem token_last (y : List Nat) (q : Nat) : token (y ++ [q]) y.length = q := by
  show (y ++ [q]).getD y.length 0 = q
  rw [List.getD_append_right 0 (Nat.le_refl _), Nat.sub_self]
  rfl

theorem bits_suffice (w : Weights) (c : Params) :
    w.n_ctx * (2 ^ c.prec * 2 ^ c.prec * (3 * 2 ^ c.width)) < 2 ^ (laneBits w c - 1) := by
  have e : 2 ^ (laneBits w c - 1) = 2 ^ (Nat.log2 w.n_ctx + 1) * (2 ^ c.prec * 2 ^ c.prec * (4 * 2 ^ c.width)) := by
    show 2 ^ (c.prec + c.prec + c.width + (Nat.log2 w.n_ctx + 3)) = _
    rw [Nat.pow_add, Nat.pow_add, Nat.pow_add, Nat.pow_add, Nat.pow_add]
    have h3 : 2 ^ 3 = 8 := rfl
    have h1 : 2 ^ 1 = 2 := rfl
    rw [h3, h1]
    ring [2 ^ c.prec, 2 ^ c.width, 2 ^ Nat.log2 w.n_ctx]
  rw [e]
  refine Nat.lt_of_lt_of_le (Nat.mul_lt_mul_of_pos_right Nat.lt_log2_self ?_) (Nat.mul_le_mul_left _ ?_)
  · exact Nat.mul_pos (Nat.mul_pos (Nat.two_pow_pos _) (Nat.two_pow_pos _)) (Nat.mul_pos (Nat.zero_lt_succ 2) (Nat.two_pow_pos _))
  · exact Nat.mul_le_mul_left _ (Nat.mul_le_mul_right _ (Nat.le_succ 3))

variable {w : Weights} {c : Params}

/-- An input that passes is answered correctly. -/
theorem passes_correct (h : w.WellFormed) (hnarrow : (Enclosure.of w c (Circuits.of w)).narrow c.width = true)
    (hq : q < w.d_vocab) (hQ : Q.For (Enclosure.of w c (Circuits.of w)) (laneBits w c) w.d_vocab w.n_ctx q)
    {y : List Nat} (hlen : y.length = w.n_ctx - 1) (hlt : ∀ t, t ∈ y → t < w.d_vocab)
    (pass : passes (lanesOf (laneBits w c) w.d_vocab)
      (y.foldr stepped (stepped q ⟨Q.at (3 * 2 ^ c.width) (w.n_ctx - 1) :: Q.below (3 * 2 ^ c.width) (w.n_ctx - 1), 0, 0, 0⟩)) = true) :
    Correct R w (y ++ [q]) := by
  have hn : w.n_ctx - 1 + 1 = w.n_ctx := Nat.sub_add_cancel h.n_ctx
  have hx : Valid w (y ++ [q]) := by
    refine ⟨by rw [List.length_append, hlen]; exact hn, fun t ht => ?_⟩
    match List.mem_append.mp ht with
    | .inl ht => exact hlt t ht
    | .inr (.head _) => exact hq
  have hfold : (y ++ [q]).foldr stepped ⟨Q.below (3 * 2 ^ c.width) w.n_ctx, 0, 0, 0⟩ =
      y.foldr stepped (stepped q ⟨Q.at (3 * 2 ^ c.width) (w.n_ctx - 1) :: Q.below (3 * 2 ^ c.width) (w.n_ctx - 1), 0, 0, 0⟩) := by
    rw [foldr_append_singleton]
    refine congrArg (fun r => y.foldr stepped (stepped q ⟨r, 0, 0, 0⟩)) ?_
    exact (congrArg (Q.below _) hn.symm).trans rfl
  rw [← hfold] at pass
  have knows := knows_foldr hQ (h.view_fits (R := R) c hq) (Enclosure.lane_lt hnarrow q) (Nat.le_refl _) hx.right
    ((Nat.zero_add _).trans hx.left)
  refine h.view_correct c hx (hlen ▸ token_last y q) fun t ht hne => ?_
  rw [← hx.left]
  refine margin_pos (Nat.lt_of_lt_of_le (Nat.zero_lt_succ 3) (Nat.le_add_left_of_le (Nat.le_add_left 4 _))) knows
    (maximum_lt hx h.n_ctx) ?_ pass t ht hne
  rw [hx.left]
  exact bits_suffice w c

/-- The inputs with query token `q` that pass are answered correctly. -/
theorem countQuery_sound (h : w.WellFormed) (hnarrow : (Enclosure.of w c (Circuits.of w)).narrow c.width = true)
    (hq : q < w.d_vocab) (hQ : Q.For (Enclosure.of w c (Circuits.of w)) (laneBits w c) w.d_vocab w.n_ctx q) :
    AtLeast
      (walkQuery (lanesOf (laneBits w c) w.d_vocab) w.d_vocab (w.n_ctx - 1)
        (Q.at (3 * 2 ^ c.width) (w.n_ctx - 1)) (Q.below (3 * 2 ^ c.width) (w.n_ctx - 1)) q)
      fun x => Correct R w x ∧ lastToken x = q := by
  rw [walkQuery_eq (List.length_tabulateFrom ..) (length_row hQ _ _) (length_below Q _ _)]
  unfold countQuery
  rw [forcePairRows_eq, step_eq]
  exact AtLeast.append_query q (AtLeast.countTreeCps (fun t s k => step_eq t s k) fun y hlen hlt pass => passes_correct h hnarrow hq hQ hlen hlt pass)

theorem getD_packAll {L v : Nat} {rows : List (List Nat)} {i : Nat} (hi : i < rows.length)
    (hv : (rows.getD i []).length = v) : (packAll L rows).getD i 0 = pack L v fun t => (rows.getD i []).getD t 0 := by
  unfold packAll
  rw [getD_mapFold _ _ hi [], packList_eq, hv]

/-- The tables of the query token `q`, as they are made. -/
theorem queryFor (h : w.WellFormed) (hq : q < w.d_vocab) :
    Query.For ⟨nth [] (Enclosure.of w c (Circuits.of w)).tokenExp q, nth [] (Enclosure.of w c (Circuits.of w)).posExp q,
      nth 0 (packAll (laneBits w c) (Enclosure.of w c (Circuits.of w)).directRow) q, packAll (laneBits w c) (Enclosure.of w c (Circuits.of w)).tokenRow,
      packAll (laneBits w c) (Enclosure.of w c (Circuits.of w)).posRow⟩ (Enclosure.of w c (Circuits.of w)) (laneBits w c) w.d_vocab w.n_ctx q := by
  refine ⟨nth_eq _ _ _, nth_eq _ _ _, ?_, ?_, ?_, fun k hk => ?_, fun p hp => ?_⟩
  · show (nth [] _ q).length = _
    rw [nth_eq]
    exact h.length_tokenExp c hq
  · exact (length_mapFold _ _).trans (h.length_tokenRows c)
  · exact (nth_eq _ _ _).trans (getD_packAll ((h.length_directRows c).symm ▸ hq) (h.length_directRow c hq))
  · exact getD_packAll ((h.length_tokenRows c).symm ▸ hk) (h.length_tokenRow c hk)
  · exact getD_packAll ((h.length_posRows c).symm ▸ hp) (h.length_posRow c hp)

/-- The inputs that pass are answered correctly. -/
theorem count_sound (R : Type) [ExpField R] (h : w.WellFormed) : AtLeast (count w c) (Correct R w) := by
  unfold count overQueries
  rw [roundedTables_eq h]
  cases hnarrow : (Enclosure.of w c (Circuits.of w)).narrow c.width with
  | false => exact AtLeast.zero
  | true =>
    show AtLeast (Nat.force _ fun L => Nat.force _ fun one => Nat.force _ fun B => _) _
    rw [Nat.force_eq, Nat.force_eq, Nat.force_eq, forceLanes_eq, forceList_eq, forceList_eq, forceList_eq]
    refine AtLeast.mono_pred (fun _ h => h.left) (AtLeast.total lastToken fun q hq => ?_)
    exact countQuery_sound h hnarrow hq (queryFor h hq)

/-- With one token there is one input, and it is right: no other token has a logit. -/
theorem oneToken_sound (R : Type) [ExpField R] (h : w.WellFormed) (one : w.d_vocab = 1) :
    AtLeast 1 (Correct R w) := by
  have zero {t : Nat} (ht : t < w.d_vocab) : t = 0 := Nat.eq_zero_of_lt_one (one ▸ ht)
  have valid : Valid w (List.replicate w.n_ctx 0) :=
    ⟨List.length_replicate, fun t ht => by rw [List.eq_of_mem_replicate ht, one]; exact Nat.zero_lt_succ 0⟩
  exact AtLeast.one ⟨valid, fun t ht hne => absurd ((zero ht).trans (zero (maximum_lt valid h.n_ctx)).symm) hne⟩

/-- The inputs that are known to be right are right. -/
theorem right_sound (R : Type) [ExpField R] (h : w.WellFormed) : AtLeast (right w c) (Correct R w) := by
  unfold right
  cases one : Nat.beq w.d_vocab 1 with
  | false => exact count_sound R h
  | true => exact oneToken_sound R h (Nat.eq_of_beq_eq_true _ _ one)

/-- **Brute force is sound**: for any weights and any certificate, if the check evaluates to `true`, the model answers
at least `c.bound` inputs correctly. -/
theorem sound (R : Type) [ExpField R] (w : Weights) (c : Certificate) (h : check w c = true) :
    AtLeast c.bound (Correct R w) :=
  match Bool.and_eq_true_iff.mp h with
  | ⟨hw, hb⟩ => AtLeast.weaken (Nat.le_of_ble_eq_true hb) (right_sound R (Weights.wellFormed_spec hw))

end BruteForce
end Compact
