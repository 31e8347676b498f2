"""Two-token ReLU networks that multiply in a group, as a family (`pipeline/family.py`)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.emit.form import Form
from pipeline.family import Family
from pipeline.network.compare import compare
from pipeline.network.integers import right_answers
from pipeline.network.length import operations
from pipeline.network.model import Network
from pipeline.network.reading import read_network, recognises
from pipeline.network.strategies import STRATEGIES
from pipeline.network.weights import render_weights


def count_right(model: Network, progress: Callable[[str], None]) -> int | None:
    """How many pairs are answered correctly, exactly."""
    return int(right_answers(model).sum())


def in_words(file: str, bound: int, d_vocab: int, n_ctx: int) -> str:
    """The theorem's statement for people."""
    return (
        f"Of the {d_vocab}^2 = {d_vocab**2:,} pairs of elements of the group, the network with exactly the weights of "
        f"{file} answers at least {bound:,} correctly: the logit of the product is strictly above every other logit.  "
        "The table is that of a group.  Computed in any ordered field with an exponential, such as the real numbers; "
        "nothing is rounded."
    )


FORM = Form(
    folder="Network",
    namespace="Compact.Network",
    statement="Compact.Network.Statement",
    property="Network.Correct R {weights}",
    printed="Compact.Network.Correct R {weights}",
)

NETWORK = Family(
    name="network",
    form=FORM,
    strategies=STRATEGIES,
    recognises=recognises,
    read=read_network,
    render_weights=render_weights,
    operations=operations,
    count_right=count_right,
    compare=compare,
    in_words=in_words,
)
