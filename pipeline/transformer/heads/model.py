"""A transformer with several heads or biases, as the proof sees it: integers over a common power of two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from pipeline.model import Model
from pipeline.model.model import Assumption
from pipeline.transformer.tasks import MAX, TABLE, TASKS, place

Matrix = list[list[int]]

HEAD_TENSORS = ("W_Q", "W_K", "W_V", "W_O")
HEAD_BIASES = ("b_Q", "b_K", "b_V")


@dataclass(frozen=True)
class Head:
    """`W_Q`, `W_K`, `W_V` [d_model, d_head], `W_O` [d_head, d_model]; of biases [1, d_head] those that there are."""

    tensors: Mapping[str, Matrix]
    biases: Mapping[str, Matrix]


@dataclass(frozen=True)
class Mlp:
    """`W_in` [d_model, d_mlp], `W_out` [d_mlp, d_model]; of `b_in` [1, d_mlp], `b_out` [1, d_model] what there is."""

    tensors: Mapping[str, Matrix]
    biases: Mapping[str, Matrix]

    @property
    def d_mlp(self) -> int:
        """The number of neurons."""
        return len(self.tensors["W_out"])


@dataclass(frozen=True)
class HeadsModel:
    """Every weight is an integer over `2**frac`; scores are divided by `attn_scale / 2**scale_frac`.

    `tensors` holds `W_E` [d_vocab, d_model], `W_pos` [n_ctx, d_model] and `W_U` [d_model, d_vocab]; `biases` holds
    `b_O` [1, d_model] and `b_U` [1, d_vocab], those that there are.
    """

    family: ClassVar[str] = "heads"
    n_ctx: int
    d_vocab: int
    d_model: int
    d_head: int
    frac: int
    attn_scale: int
    scale_frac: int
    tensors: Mapping[str, Matrix]
    heads: Sequence[Head]
    biases: Mapping[str, Matrix]
    digest: str
    file_digest: str
    assumed: tuple[Assumption, ...] = field(default=(), compare=False)
    """What the theorem takes for granted about the architecture."""
    notes: tuple[str, ...] = field(default=(), compare=False)
    """What people should know of how the file was read."""
    task: str = MAX
    """What the right answer is (`pipeline/transformer/tasks.py`)."""
    mlp: Mlp | None = None
    """The ReLU neurons after attention, if there are any (`pipeline/transformer/mlp`)."""
    labels: tuple[int, ...] = ()
    """The right answer to each input, if the task is a table."""

    def seen(self, stream: Any) -> Any:
        """What is read from the residual stream, in floats: itself, as nothing is normed."""
        return stream

    def answer(self, x: Sequence[int]) -> int:
        """The right answer to an input."""
        return (
            self.labels[place(self.d_vocab, x)]
            if self.task == TABLE
            else TASKS[self.task].answer(x)
        )


def bits_of(matrix: Matrix) -> int:
    """The least `bits >= 1` with `-2**(bits-1) <= e < 2**(bits-1)` for all entries `e`."""
    return 1 + max((e if e >= 0 else ~e).bit_length() for row in matrix for e in row)


def cell_bits(model: HeadsModel) -> int:
    """Bits of a cell that holds every weight, and one (`Weights.Fit` in Lean)."""
    matrices = [*model.tensors.values(), *model.biases.values()]
    for head in model.heads:
        matrices += [*head.tensors.values(), *head.biases.values()]
    if model.mlp is not None:
        matrices += [*model.mlp.tensors.values(), *model.mlp.biases.values()]
    return max(model.frac + 2, *map(bits_of, matrices))


@dataclass(frozen=True)
class PlainHead(Model):
    """A head with its biases as a plain model (`Weights.head` in `General/Fold.lean`); cells have `cell_bits` bits."""

    cell_bits: int = 0

    def bits(self, name: str) -> int:
        return self.cell_bits


def plain_heads(model: HeadsModel) -> list[PlainHead]:
    """Each head as a plain model; the first writes `b_O`."""
    one, d_head = 1 << model.frac, model.d_head
    zeros = [[0] * d_head]

    def with_bias(head: Head, name: str, corner: int) -> Matrix:
        bias = head.biases.get(f"b_{name}", zeros)
        rows = [[*row, 0] for row in head.tensors[f"W_{name}"]]
        return [*rows, [*bias[0], corner]]

    def plain(i: int, head: Head) -> PlainHead:
        b_out = model.biases.get("b_O", [[0] * model.d_model])
        b_unembed = model.biases.get("b_U", [[0] * model.d_vocab])
        return PlainHead(
            n_ctx=model.n_ctx,
            d_vocab=model.d_vocab,
            d_model=model.d_model + 1,
            d_head=d_head + 1,
            frac=model.frac,
            attn_scale=model.attn_scale,
            scale_frac=model.scale_frac,
            tensors={
                "W_E": [[*row, one] for row in model.tensors["W_E"]],
                "W_pos": [[*row, 0] for row in model.tensors["W_pos"]],
                "W_Q": with_bias(head, "Q", 0),
                "W_K": with_bias(head, "K", 0),
                "W_V": with_bias(head, "V", 0 if i else one),
                "W_O": [[*row, 0] for row in [*head.tensors["W_O"], *b_out]],
                "W_U": [*model.tensors["W_U"], *b_unembed],
            },
            digest=model.digest,
            file_digest=model.file_digest,
            cell_bits=cell_bits(model),
        )

    return [plain(i, head) for i, head in enumerate(model.heads)]


def refined(model: HeadsModel, least_frac: int) -> HeadsModel:
    """The same numbers over `2**least_frac` at least, so that rounding has finer units."""
    extra = least_frac - model.frac
    if extra <= 0:
        return model

    def finer(matrices: Mapping[str, Matrix]) -> dict[str, Matrix]:
        return {
            name: [[e << extra for e in row] for row in rows] for name, rows in matrices.items()
        }

    heads = [Head(finer(head.tensors), finer(head.biases)) for head in model.heads]
    mlp = None if model.mlp is None else Mlp(finer(model.mlp.tensors), finer(model.mlp.biases))
    return replace(
        model,
        frac=least_frac,
        tensors=finer(model.tensors),
        biases=finer(model.biases),
        heads=heads,
        mlp=mlp,
    )
