"""The steps: Adam on the cross-entropy of random inputs, and on the slack of random tests of the proofs."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from pipeline.errors import MalformedInput
from pipeline.model import TENSOR_NAMES
from pipeline.tune.circuits import Circuits, logits, spread
from pipeline.tune.recipe import Recipe
from pipeline.tune.residuals import Directions, Residuals
from pipeline.tune.slack import slack
from pipeline.tune.weights import Weights

_REFRESH = 20
"""Directions hold for so many steps."""
_RANGE_WEIGHT = 0.1
_LONGEST_GRADIENT = 1.0


class Training:
    """A run, between two steps.  On one thread, the same recipe takes the same model to the same weights."""

    def __init__(self, recipe: Recipe, start: Weights) -> None:
        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(True)
        self.recipe, self.step, self.loss = recipe, 0, float("nan")
        self.generator = torch.Generator().manual_seed(recipe.seed)
        first = start.to(torch.float32)
        self.parameters = {k: first[k].clone().requires_grad_() for k in TENSOR_NAMES}
        self.optimizer = torch.optim.Adam(self.parameters.values(), lr=recipe.lr)
        self.weights = Weights(self.parameters, start.scale)
        self.directions: Directions | None = None

    @property
    def done(self) -> bool:
        return self.step >= self.recipe.steps

    def advance(self) -> None:
        """One step."""
        loss = self._loss()
        self._require_finite(loss)
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate(self.step)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.parameters.values(), _LONGEST_GRADIENT)
        self.optimizer.step()
        self._require_finite(*self.parameters.values())
        self.loss = float(loss.detach())
        self.step += 1

    def state(self) -> dict[str, Any]:
        """All that the steps to come depend on."""
        return {
            "step": self.step,
            "parameters": {k: t.detach().clone() for k, t in self.parameters.items()},
            "optimizer": self.optimizer.state_dict(),
            "generator": self.generator.get_state(),
            "directions": None if self.directions is None else dict(vars(self.directions)),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        with torch.no_grad():
            for name, parameter in self.parameters.items():
                parameter.copy_(state["parameters"][name])
        self.optimizer.load_state_dict(state["optimizer"])
        self.generator.set_state(state["generator"])
        kept = state["directions"]
        self.directions = None if kept is None else Directions(**kept)
        self.step = int(state["step"])

    def _require_finite(self, *tensors: Tensor) -> None:
        if not all(bool(torch.isfinite(each).all()) for each in tensors):
            raise MalformedInput(
                f"training diverged in step {self.step + 1:,}: a weight or the loss is not a number",
                cure="give a smaller --lr, or scale the weights",
            )

    def _loss(self) -> Tensor:
        recipe, w = self.recipe, self.weights
        inputs = torch.randint(w.d_vocab, (recipe.batch, w.n_ctx), generator=self.generator)
        loss = torch.nn.functional.cross_entropy(logits(w, inputs), inputs.amax(-1))
        circuits = Circuits.of(w)
        if self.step >= recipe.alone:
            loss = loss + self._provability(w, circuits)
        if recipe.range:
            loss = loss + _RANGE_WEIGHT * torch.relu(spread(circuits.scores) - recipe.range).mean()
        return loss

    def _provability(self, w: Weights, circuits: Circuits) -> Tensor:
        if self.directions is None or self.step % _REFRESH == 0:
            self.directions = Directions.of(w)
        rest = Residuals.of(w, circuits, self.directions, self.recipe.products())
        maxima, queries = (
            torch.randperm(w.d_vocab, generator=self.generator)[:count]
            for count in (self.recipe.maxima, self.recipe.queries)
        )
        tests = slack(w, circuits, rest, maxima, queries)
        return tests.loss(self.recipe.margin, self.recipe.softness)
