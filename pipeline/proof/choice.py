"""Which strategy suits a model: all of a family are searched, and their bounds and lengths compared.

A bound that a search predicts is the one that Lean proves; what its check costs is told by its length, the number of
operations (`lean/Compact/<Family>/Length`), and by a guess at seconds and memory (`cost`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.cli.search import search
from pipeline.errors import MalformedInput, PipelineError
from pipeline.family import AnyModel, Family
from pipeline.proof.budget import Budget
from pipeline.proof.cost import Cost, Subject, how_good, predict
from pipeline.strategy import Certificate, Progress, Strategy

AUTO = "auto"
BRUTE_FORCE = "brute-force"
FEW_INPUTS = 1 << 13
"""So many inputs are quicker looked at one by one than thought about."""
BUDGET = Budget.of("40M")
"""Unless something else is asked for: about a minute of the kernel's time."""
NOTHING = Cost(0, 0.0, 0.0)


@dataclass(frozen=True)
class Offer:
    """What a strategy has to offer for a model."""

    strategy: str
    certificate: Certificate | None
    """None if the search came to nothing."""
    cost: Cost
    """What its check takes, or will take."""
    seconds: float
    """What the search took."""
    reason: str = ""
    """Why there is no certificate."""

    def in_words(self, family: Family, total: int) -> str:
        """A line of a table."""
        if self.certificate is None:
            return f"  {self.strategy:18} none: {self.reason}"
        bound = self.certificate.bound
        share = f"{bound / total:10.4%}" if family.figure is None else family.figure(bound, total)
        searched = f"(searched in {self.seconds:.1f} s)"
        return f"  {self.strategy:18} {share} {self.cost.in_words()}  {searched}"


def offers(
    family: Family, model: AnyModel, progress: Progress, timeout_s: float
) -> Iterator[Offer]:
    """What each strategy of the family offers, the cheapest first.

    Brute force comes where inputs are few, or where nothing else has anything to offer.
    """
    found = False
    for strategy in reversed(list(family.strategies.values())):
        if strategy.name != BRUTE_FORCE or few_inputs(model):
            progress(f"what {strategy.name} has to offer")
            offer = _offer(family, strategy, model, timeout_s)
            found = found or offer.certificate is not None
            yield offer
    if not found and not few_inputs(model) and BRUTE_FORCE in family.strategies:
        progress(f"what {BRUTE_FORCE} has to offer")
        yield _offer(family, family.strategies[BRUTE_FORCE], model, timeout_s)


def few_inputs(model: AnyModel) -> bool:
    """So few that they may as well be looked at one by one?"""
    return int(model.d_vocab**model.n_ctx) <= FEW_INPUTS


def _offer(family: Family, strategy: Strategy, model: AnyModel, timeout_s: float) -> Offer:
    started = time.monotonic()
    try:
        certificate = search(strategy, model, lambda _: None, timeout_s)
    except PipelineError as error:
        seconds = time.monotonic() - started
        return Offer(strategy.name, None, NOTHING, seconds, str(error).splitlines()[0])
    cost = predicted(family, strategy, model, certificate)
    return Offer(strategy.name, certificate, cost, time.monotonic() - started)


def predicted(
    family: Family, strategy: Strategy, model: AnyModel, certificate: Certificate
) -> Cost:
    """What the check of a certificate will take."""
    operations = family.operations(strategy.checker, model, certificate.fields)
    weights = len(family.render_weights("M", model))
    return predict(Subject(family.name, strategy.checker, strategy.name, operations, weights))


def best(family: Family, found: Sequence[Offer], budget: Budget) -> Offer:
    """The best bound within the budget and, among equals, the shortest proof; `MalformedInput` if nothing is.

    Most inputs are best, or the least loss.
    """
    sign = 1 if family.measure == "correct" else -1
    within = [
        ((sign * each.certificate.bound, -each.cost.operations), each)
        for each in found
        if each.certificate is not None and budget.allows(each.cost)
    ]
    if found and all(each.certificate is None for each in found):
        reasons = "; ".join(f"{each.strategy}: {each.reason.split(' (cure:')[0]}" for each in found)
        raise MalformedInput(
            f"no strategy proves anything of this model ({reasons})",
            cure="python -m pipeline.strategies MODEL says what each is for",
        )
    if not within:
        raise MalformedInput(
            f"no strategy proves anything within {budget.in_words()}",
            cure="give a greater --budget, or choose a --strategy",
        )
    return max(within, key=lambda each: each[0])[1]


def choose(
    family: Family,
    model: AnyModel,
    budget: Budget,
    progress: Progress,
    timeout_s: float,
    note: Callable[[str], None],
) -> Certificate:
    """The certificate to go on with, for `--strategy auto`; says what was chosen and what the others would give.

    Where inputs are few and brute force is within the budget, the others are not asked: none proves more.
    """
    if BRUTE_FORCE in family.strategies and few_inputs(model):
        progress(f"what {BRUTE_FORCE} has to offer")
        exact = _offer(family, family.strategies[BRUTE_FORCE], model, timeout_s)
        if exact.certificate is not None and budget.allows(exact.cost):
            note(f"{AUTO} takes {BRUTE_FORCE}: inputs are few, and it proves all that is so")
            return exact.certificate
    found = list(offers(family, model, progress, timeout_s))
    chosen = best(family, found, budget)
    assert chosen.certificate is not None
    for each in found:
        note(each.in_words(family, model.d_vocab**model.n_ctx))
    note(f"  {how_good()}")
    note(f"{AUTO} takes {chosen.strategy}: {reason(found, chosen, budget)}")
    return chosen.certificate


def reason(found: Sequence[Offer], chosen: Offer, budget: Budget) -> str:
    """Why an offer is taken, and which are over the budget."""
    over = [
        each.strategy
        for each in found
        if each.certificate is not None and not budget.allows(each.cost)
    ]
    beyond = f" ({', '.join(over)}: beyond it)" if over else ""
    return f"the best bound within {budget.in_words()}{beyond}"
