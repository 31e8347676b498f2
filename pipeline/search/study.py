"""Trials, kept in a journal so that a search can go on where it was stopped."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from pipeline.errors import MalformedInput
from pipeline.explain.point import Point, finest, frontier
from pipeline.model import Model
from pipeline.search.space import presets, strategy, suggest
from pipeline.transformer.strategies.low_rank.explanation import File

_NAME = "explanations"
_MODEL = "model_digest"


@dataclass(frozen=True)
class Tried:
    """An explanation, and what it would prove."""

    file: File
    point: Point


def search(
    model: Model,
    journal: Path,
    trials: int,
    budget: int | None,
    seed: int,
    progress: Callable[[str], None],
) -> list[Tried]:
    """The frontier of so many trials, those of earlier runs among them."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    study = _study(model, journal, seed)
    tried: dict[str, Tried] = {}

    def objective(trial: Any) -> tuple[float, float]:
        file = suggest(trial, model)
        point = finest(strategy(file), model)
        trial.set_user_attr("bound", str(point.bound))
        trial.set_user_attr("length", point.length)
        trial.set_user_attr("over", 0 if budget is None else point.length - budget)
        done = sum(each.state.is_finished() for each in study.trials)
        if done % 10 == 0:
            progress(f"{done}/{trials} explanations tried")
        return point.bound / model.d_vocab**model.n_ctx, log(point.length)

    finished = [each for each in study.trials if each.state == optuna.trial.TrialState.COMPLETE]
    _require_known(finished, model, journal)
    for choice in presets(model):
        study.enqueue_trial(dict(choice), skip_if_exists=True)
    study.optimize(objective, n_trials=max(0, trials - len(finished)))
    for each in study.trials:
        if each.state == optuna.trial.TrialState.COMPLETE:
            bound, length = int(each.user_attrs["bound"]), int(each.user_attrs["length"])
            name = f"n{each.number}"
            file = suggest(optuna.trial.FixedTrial(each.params), model)
            if budget is None or length <= budget:
                tried[name] = Tried(file, Point(name, bound, length))
    best = frontier(each.point for each in tried.values())
    return [tried[point.name] for point in best if point.bound]


def _study(model: Model, journal: Path, seed: int) -> Any:
    """A new study, or the one in the journal if it is about this model."""
    try:
        storage = JournalStorage(JournalFileBackend(str(journal)))
        study = optuna.create_study(
            study_name=_NAME,
            storage=storage,
            directions=["maximize", "minimize"],
            load_if_exists=True,
        )
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        raise MalformedInput(
            f"{journal}: not the journal of a search ({type(error).__name__})", cure="remove it"
        ) from error
    known = study.user_attrs.get(_MODEL)
    if known is None:
        study.set_user_attr(_MODEL, model.digest)
    elif known != model.digest:
        raise MalformedInput(
            f"{journal}: the search of another model", cure="give another --out, or remove it"
        )
    study.sampler = optuna.samplers.TPESampler(
        seed=seed + len(study.trials), multivariate=True, group=True, constraints_func=_over
    )
    return study


def _require_known(finished: Sequence[Any], model: Model, journal: Path) -> None:
    """Refuse trials of a version that asked for other things."""
    for each in finished:
        try:
            suggest(optuna.trial.FixedTrial(each.params), model)
            int(each.user_attrs["bound"]), int(each.user_attrs["length"])
        except (ValueError, KeyError, TypeError) as error:
            raise MalformedInput(
                f"{journal}: the search of another version of this program",
                cure="give another --out, or remove it",
            ) from error


def _over(trial: Any) -> tuple[float]:
    return (float(trial.user_attrs.get("over", 0)),)
