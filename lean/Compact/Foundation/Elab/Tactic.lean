prelude
import Compact.Foundation.Elab.Notation
/-!
# Tactics

The surface syntax of the built-in tactics: only the node kinds and the order of their parts matter, the
elaborators are the compiled ones.  Some tactics are macros over others.
-/

/-! ## `calc` -/

namespace Lean
syntax binderIdent := orelse(ident, hole)
syntax calcFirstStep := ppIndent(colGe term optional(" := " term))
syntax calcStep := ppIndent(colGe term " := " term)
syntax calcSteps := ppLine withPosition(calcFirstStep) withPosition(many(ppLine calcStep))
syntax (name := calc) "calc" calcSteps : term
syntax (name := calcTactic) "calc" calcSteps : tactic
end Lean

namespace Lean.Parser.Tactic

/-! ## Goals and terms -/

syntax caseArg := binderIdent many(ppSpace binderIdent)
syntax (name := intro) "intro" notFollowedBy("|") many(ppSpace colGt term:1024) : tactic
syntax (name := intros) "intros" many(ppSpace colGt orelse(ident, hole)) : tactic
syntax (name := revert) "revert" many1(ppSpace colGt term:1024) : tactic
syntax (name := clear) "clear" many1(ppSpace colGt term:1024) : tactic
syntax (name := subst) "subst" many1(ppSpace colGt term:1024) : tactic
syntax (name := assumption) "assumption" : tactic
syntax (name := contradiction) "contradiction" : tactic
syntax (name := apply) "apply " term : tactic
syntax (name := exact) "exact " term : tactic
syntax (name := refine) "refine " term : tactic
syntax (name := constructor) "constructor" : tactic
syntax (name := left) "left" : tactic
syntax (name := right) "right" : tactic
syntax (name := case) "case " sepBy1(caseArg, " | ") " => " tacticSeq : tactic
syntax (name := allGoals) "all_goals " tacticSeq : tactic
syntax (name := focus) "focus " tacticSeq : tactic
syntax (name := skip) "skip" : tactic
syntax (name := done) "done" : tactic
syntax (name := paren) "(" withoutPosition(tacticSeq) ")" : tactic
syntax (name := withReducible) "with_reducible " tacticSeq : tactic
syntax (name := first) "first " withPosition(many1(ppDedent(ppLine) colGe "| " tacticSeq)) : tactic
syntax (name := eqRefl) "eq_refl" : tactic
syntax (name := injection) "injection " term optional(" with" many1(ppSpace colGt orelse(ident, hole))) : tactic
syntax (name := split) "split" optional(ppSpace colGt term) : tactic
syntax (name := specialize) "specialize " term : tactic
syntax (name := renameI) "rename_i" many1(ppSpace colGt orelse(ident, hole)) : tactic

/-! ## Options and locations: `+kernel`, `at h` -/

syntax posConfigItem := " +" noWs ident
syntax negConfigItem := " -" noWs ident
syntax valConfigItem := atomic(" (" orelse(ident, &"config")) " := " withoutPosition(term) ")"
syntax configItem := orelse(posConfigItem, orelse(negConfigItem, valConfigItem))
syntax optConfig := many(colGt configItem)
syntax locationWildcard := " *"
syntax locationType := patternIgnore(atomic("⊢"))
syntax locationHyp := many1(ppSpace colGt orelse(locationType, term:1024))
syntax location := withPosition(ppGroup(" at" orelse(locationWildcard, locationHyp)))

/-! ## Rewriting, induction, cases -/

syntax (name := change) "change " term optional(location) : tactic
syntax (name := unfold) "unfold" many1(ppSpace colGt term:1024) optional(location) : tactic
syntax rwRule := optional(orelse("← ", "<- ")) term
syntax rwRuleSeq := " [" withoutPosition(sepBy(rwRule, ",", ", ", allowTrailingSep)) "]"
syntax (name := rewriteSeq) "rewrite" optConfig rwRuleSeq optional(location) : tactic
syntax inductionAltLHS := ppDedent(ppLine) withPosition("| " orelse(group(optional("@") ident), hole) many(colGt orelse(ident, hole)))
syntax inductionAlt := many1(inductionAltLHS) optional(" => " orelse(hole, orelse(syntheticHole, tacticSeq)))
syntax inductionAlts := " with" optional(ppSpace colGt tactic) withPosition(many(colGe inductionAlt))
syntax elimTarget := optional(atomic(binderIdent " : ")) term
syntax (name := induction) "induction " sepBy1(elimTarget, ",", ", ") optional(" using " term)
  optional(" generalizing" many1(ppSpace colGt term:1024)) optional(inductionAlts) : tactic
syntax (name := cases) "cases " sepBy1(elimTarget, ",", ", ") optional(" using " term) optional(inductionAlts) : tactic
syntax generalizeArg := optional(atomic(ident " : ")) term:51 " = " ident
syntax (name := generalize) "generalize " sepBy1(generalizeArg, ",", ", ") optional(location) : tactic
syntax (name := decide) "decide" optConfig : tactic

/-! ## Tactics that are macros -/

syntax (name := rflTac) "rfl" : tactic
syntax (name := tryTac) "try " tacticSeq : tactic
syntax:1 (name := andThenTac) tactic " <;> " tactic:2 : tactic
syntax (name := rwSeq) "rw" optConfig rwRuleSeq optional(location) : tactic
syntax (name := rwaSeq) "rwa" rwRuleSeq optional(location) : tactic
syntax (name := symmTac) "symm" : tactic
syntax (name := showTac) "show " term : tactic
syntax (name := haveTac) "have " letDecl : tactic
syntax (name := letTac) "let " letDecl : tactic
syntax (name := obtainTac) "obtain " term " := " term : tactic
syntax (name := exfalsoTac) "exfalso" : tactic
syntax (name := existsTac) "exists " term : tactic
syntax (name := trivialTac) "trivial" : tactic
syntax (name := byCasesTac) "by_cases " ident " : " term : tactic
syntax (name := cdotTac) patternIgnore(orelse("· ", ". ")) tacticSeq : tactic

macro_rules (kind := rflTac) | `(tactic| rfl) => `(tactic| eq_refl)
macro_rules (kind := tryTac) | `(tactic| try $t) => `(tactic| first | $t | skip)
macro_rules (kind := andThenTac)
  | `(tactic| $x:tactic <;> $y:tactic) => `(tactic| focus ($x:tactic; all_goals $y:tactic))
macro_rules (kind := showTac) | `(tactic| show $t) => `(tactic| refine (show $t from ?_))
macro_rules (kind := exfalsoTac) | `(tactic| exfalso) => `(tactic| refine False.elim ?_)
macro_rules (kind := existsTac) | `(tactic| exists $t) => `(tactic| (refine ⟨$t, ?_⟩; try trivial))
macro_rules (kind := trivialTac)
  | `(tactic| trivial) => `(tactic| first | assumption | rfl | exact True.intro | contradiction)
macro_rules (kind := haveTac) | `(tactic| have $d:letDecl) => `(tactic| (refine have $d:letDecl; ?_))
macro_rules (kind := letTac) | `(tactic| let $d:letDecl) => `(tactic| (refine let $d:letDecl; ?_))
macro_rules (kind := obtainTac)
  | `(tactic| obtain $p := $e) => `(tactic| refine match $e:term with | $p:term => ?_)
macro_rules (kind := byCasesTac)
  | `(tactic| by_cases $h:ident : $p) => `(tactic| refine (dite $p (fun $h => ?pos) (fun $h => ?neg)))
macro_rules (kind := rwSeq)
  | `(tactic| rw $c:optConfig $s:rwRuleSeq $[$l:location]?) =>
    `(tactic| (rewrite $c:optConfig $s:rwRuleSeq $[$l:location]?; try (with_reducible rfl)))
macro_rules (kind := rwaSeq)
  | `(tactic| rwa $s:rwRuleSeq $[$l:location]?) => `(tactic| (rw $s:rwRuleSeq $[$l:location]?; assumption))
macro_rules (kind := symmTac) | `(tactic| symm) => `(tactic| refine Eq.symm ?_)
macro_rules (kind := cdotTac) | `(tactic| · $t) => `(tactic| focus ($t; done))

end Lean.Parser.Tactic
