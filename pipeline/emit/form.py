"""How the theorems of a family of models are worded in Lean."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Lift:
    """A Lean lemma by which what is proved of another model is so of a model.

    In the texts, `{weights}` stands for the model's weights; in `proof`, `{sound}` for the proof about the other's.
    """

    module: str
    """Where it is."""
    subject: str
    """The other model's weights: `{weights}.reversed`."""
    proof: str
    """The lemma, applied."""


@dataclass(frozen=True)
class Form:
    """The Lean side of a family: where its checkers are, and what their theorems say.

    In the texts, `{weights}` stands for the full name of a model's weights.
    """

    folder: str
    """The family's folder in `lean/Compact/`, such as `Transformer`."""
    namespace: str
    """The namespace in which its checkers live: `Compact`, or `Compact.Network`."""
    statement: str
    """The module that a file of weights imports."""
    property: str
    """What is said of an input, in the family's namespace: `Correct R {weights}`."""
    printed: str
    """The same as Lean prints it, with full names: `Compact.Correct R {weights}`."""
    claim: str = "AtLeast (nat_lit {bound}) ({said})"
    """What a theorem says, in the family's namespace: `{said}` is `property`, and `{weights}` may be used instead."""
    printed_claim: str = "Compact.AtLeast {bound} ({said})"
    """The same as Lean prints it."""
    comment: str = "At least {bound} of the inputs are answered correctly."
    """The same in words."""
    binders: str = "(R : Type) [ExpField R]"
    """What a theorem is about besides the weights; empty if nothing."""
    printed_binders: str = "∀ (R : Type) [inst : Compact.ExpField R], "
    """The same as Lean prints it."""
    audit_binders: str = "∀ (R : Type) [Compact.ExpField R],\n    "
    """The same, to state the theorem once more outside of the namespace."""
    answer: str = "the largest token"
    """For people: what the right answer is."""
    arguments: str = "R "
    """What a soundness theorem is applied to before the weights."""
    before: str = ""
    """What a theorem says before it says of how many inputs: a claim of another kind, and `∧`."""
    printed_before: str = ""
    """The same as Lean prints it."""
    lifts: tuple[Lift, ...] = ()
    """Lemmas between the checker's theorem and the claim, the one that ends in the claim first."""
    checked_in: str | None = None
    """The namespace of the checkers, if it is not that of the family."""
    patient: bool = False
    """Is each part of a check as long as many others, so that Lean has to be told not to give up?"""
    lemmas: tuple[str, ...] = ()
    """The modules of all lemmas that certificates of the family may use besides their checker's."""

    def claimed(self, weights: str, bound: int) -> str:
        """What a theorem about these weights says, in the family's namespace."""
        said = self.property.format(weights=weights)
        claim = self.claim.format(bound=bound, said=said, weights=weights)
        return self.before.format(weights=weights) + claim

    def claimed_in_full(self, weights: str, bound: str) -> str:
        """The same with full names."""
        said = self.printed.format(weights=weights)
        claim = self.printed_claim.format(bound=bound, said=said, weights=weights)
        return self.printed_before.format(weights=weights) + claim

    def subject(self, weights: str) -> str:
        """What the checker is evaluated on."""
        for lift in self.lifts:
            weights = lift.subject.format(weights=weights)
        return weights

    def lifted(self, sound: str, weights: str) -> str:
        """The proof of the claim, from what the checker shows of its subject."""
        subjects = [
            replace(self, lifts=self.lifts[:i]).subject(weights) for i in range(len(self.lifts))
        ]
        proof = sound
        for lift, subject in zip(reversed(self.lifts), reversed(subjects), strict=True):
            proof = lift.proof.format(weights=subject, sound=f"({proof})")
        return proof

    def strategy_module(self, checker: str) -> str:
        """The module of a checker, such as `BruteForce`, with its soundness theorem."""
        return f"Compact.{self.folder}.Strategy.{checker}"

    def length_module(self, checker: str) -> str:
        """The module that says how long a check is."""
        return f"Compact.{self.folder}.Length.{checker}"
