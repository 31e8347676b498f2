prelude
import Compact.Foundation.Elab.Data
/-!
# The elaborator's data: names, syntax trees, parser descriptions
-/
universe u v w

namespace Lean

/-! ## Names -/

inductive Name where
  | anonymous : Name
  | str (pre : Name) (str : String)
  | num (pre : Name) (i : Nat)
instance : Inhabited Name where default := Name.anonymous
/-! Compiled names carry a hash: these functions compute it. -/
@[extern "a"] opaque Name.str._override (pre : Name) (str : String) : Name
@[extern "a"] opaque Name.num._override (pre : Name) (i : Nat) : Name
attribute [implemented_by Name.str._override] Name.str
attribute [implemented_by Name.num._override] Name.num
@[reducible] def Name.mkStr1 (a : String) : Name := .str .anonymous a
@[reducible] def Name.mkStr2 (a b : String) : Name := .str (.mkStr1 a) b
@[reducible] def Name.mkStr3 (a b c : String) : Name := .str (.mkStr2 a b) c
@[reducible] def Name.mkStr4 (a b c d : String) : Name := .str (.mkStr3 a b c) d

/-! ## Parser descriptions -/

inductive ParserDescr where
  | const (name : Name)
  | unary (name : Name) (p : ParserDescr)
  | binary (name : Name) (p₁ p₂ : ParserDescr)
  | node (kind : Name) (prec : Nat) (p : ParserDescr)
  | trailingNode (kind : Name) (prec lhsPrec : Nat) (p : ParserDescr)
  | symbol (val : String)
  | nonReservedSymbol (val : String) (includeIdent : Bool)
  | cat (catName : Name) (rbp : Nat)
  | parser (declName : Name)
  | nodeWithAntiquot (name : String) (kind : Name) (p : ParserDescr)
  | sepBy (p : ParserDescr) (sep : String) (psep : ParserDescr) (allowTrailingSep : Bool := false)
  | sepBy1 (p : ParserDescr) (sep : String) (psep : ParserDescr) (allowTrailingSep : Bool := false)
  | unicodeSymbol (val asciiVal : String) (preserveForPP : Bool)
abbrev TrailingParserDescr := ParserDescr

/-! ## Syntax trees -/

abbrev SyntaxNodeKind := Name
@[implicit_reducible] def SyntaxNodeKinds := List SyntaxNodeKind
instance : Coe SyntaxNodeKind SyntaxNodeKinds where coe k := List.cons k List.nil
inductive SourceInfo where
  | original (leading : Substring.Raw) (pos : String.Pos.Raw) (trailing : Substring.Raw) (endPos : String.Pos.Raw)
  | synthetic (pos : String.Pos.Raw) (endPos : String.Pos.Raw) (canonical : Bool := false)
  | protected none
inductive Syntax.Preresolved where
  | namespace (ns : Name)
  | decl (n : Name) (fields : List String)
inductive Syntax where
  | missing : Syntax
  | node (info : SourceInfo) (kind : SyntaxNodeKind) (args : Array Syntax) : Syntax
  | atom (info : SourceInfo) (val : String) : Syntax
  | ident (info : SourceInfo) (rawVal : Substring.Raw) (val : Name) (preresolved : List Syntax.Preresolved) : Syntax
instance : Inhabited Syntax where default := Syntax.missing
structure TSyntax (ks : SyntaxNodeKinds) where
  raw : Syntax
instance {ks : SyntaxNodeKinds} : Coe (TSyntax ks) Syntax where coe s := s.raw
instance {ks ks' : SyntaxNodeKinds} : Coe (TSyntax ks) (TSyntax ks') where coe s := TSyntax.mk s.raw
instance : Inhabited SourceInfo where default := SourceInfo.none
@[extern "a"] opaque Syntax.node1 (i : SourceInfo) (k : SyntaxNodeKind) (a1 : Syntax) : Syntax
@[extern "a"] opaque Syntax.node2 (i : SourceInfo) (k : SyntaxNodeKind) (a1 a2 : Syntax) : Syntax
@[extern "a"] opaque Syntax.node3 (i : SourceInfo) (k : SyntaxNodeKind) (a1 a2 a3 : Syntax) : Syntax
@[extern "a"] opaque Syntax.node4 (i : SourceInfo) (k : SyntaxNodeKind) (a1 a2 a3 a4 : Syntax) : Syntax
@[extern "a"] opaque Syntax.node5 (i : SourceInfo) (k : SyntaxNodeKind) (a1 a2 a3 a4 a5 : Syntax) : Syntax
@[extern "a"] opaque Syntax.node6 (i : SourceInfo) (k : SyntaxNodeKind) (a1 a2 a3 a4 a5 a6 : Syntax) : Syntax
def mkNullNode (args : Array Syntax := Array.mkArray0) : Syntax := Syntax.node SourceInfo.none `null args
structure Syntax.TSepArray (ks : SyntaxNodeKinds) (sep : String) where
  elemsAndSeps : Array Syntax
@[extern "a"] opaque Syntax.isOfKind (stx : @& Syntax) (k : @& SyntaxNodeKind) : Bool
@[extern "a"] opaque Syntax.getArg (stx : @& Syntax) (i : @& Nat) : Syntax
@[extern "a"] opaque Syntax.getArgs (stx : @& Syntax) : Array Syntax
@[extern "a"] opaque Syntax.getNumArgs (stx : @& Syntax) : Nat
@[extern "a"] opaque Syntax.matchesNull (stx : @& Syntax) (n : @& Nat) : Bool
@[extern "a"] opaque Syntax.matchesIdent (stx : @& Syntax) (id : @& Name) : Bool
@[extern "a"] opaque Syntax.isNone (stx : @& Syntax) : Bool
@[extern "a"] opaque SourceInfo.fromRef (ref : @& Syntax) (canonical : Bool := false) : SourceInfo
@[extern "a"] opaque addMacroScope (ctx : Name) (n : Name) (scp : Nat) : Name
end Lean
