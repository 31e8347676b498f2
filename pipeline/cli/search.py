"""The search of a strategy, with what can stop it: time, and numbers that float64 does not hold."""

from __future__ import annotations

import numpy as np

from pipeline.cli.deadline import deadline
from pipeline.errors import MalformedInput
from pipeline.family import AnyModel
from pipeline.strategy import Certificate, Progress, Strategy


def search(
    strategy: Strategy, model: AnyModel, progress: Progress, timeout_s: float
) -> Certificate:
    """The strategy's certificate, or the error that says why there is none."""
    try:
        with deadline(timeout_s, "the search"):
            return strategy.search(model, progress)
    except (OverflowError, np.linalg.LinAlgError) as error:
        raise MalformedInput(
            f"{strategy.name} looks for its choices in float64, where these weights do not fit ({error})",
            cure="use another --strategy, or scale the weights",
        ) from error
