"""What the lengths of quartic and cubic with an MLP are made of (mirror of `Transformer/Length/Mlp.lean`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.emit.theorem import Value
from pipeline.numbers.words import joined, words
from pipeline.transformer.heads.length.head import count, folded, lanes_of, listed, number, plain
from pipeline.transformer.length.basic import packed_product, right
from pipeline.transformer.length.circuits import logit_circuits
from pipeline.transformer.length.tables import tables_of
from pipeline.transformer.mlp.model import MlpModel, blocks


def neurons(model: MlpModel, fields: Mapping[str, Value], bits: int) -> int:
    """`withNeuronRows`: what each neuron adds to logits, and these rows in lanes of so many bits."""
    v, d, J = model.d_vocab, model.d_model, model.neurons.d_mlp
    cells = 2 * number(fields, "cellBits") + d.bit_length()
    return packed_product(cells, J, d, v) + right(cells, v, d) + J * (3 * v + joined(bits, v))


@dataclass(frozen=True)
class Sizes:
    """The sizes of a model, and what a certificate asks for."""

    model: MlpModel
    fields: Mapping[str, Value]

    @property
    def v(self) -> int:
        return self.model.d_vocab

    @property
    def p(self) -> int:
        return self.model.n_ctx

    @property
    def lane(self) -> int:
        """Bits of a lane of neurons."""
        return number(self.fields, "lane")

    @cached_property
    def row(self) -> int:
        """Words of a row of logits."""
        return words(number(self.fields, "bits"), self.v)

    @cached_property
    def places(self) -> int:
        """How many lanes of neurons there are."""
        J, z = self.model.neurons.d_mlp, max(1, self.v - 1)
        return self.v * (J // z) + J % z + 1

    @cached_property
    def row_of_neurons(self) -> int:
        return words(self.lane, self.places)

    @cached_property
    def product(self) -> int:
        """A product of a row of neurons with one column."""
        return words(self.lane, 2 * self.places) + 2

    @cached_property
    def summed(self) -> int:
        """Its products with the columns of all outputs (`withColumns`)."""
        return self.v * self.product + joined(number(self.fields, "bits"), self.v)

    @cached_property
    def unrounded(self) -> int:
        """A row of logits with what neurons of slope 1 add to it (`Sums.unrounded`)."""
        return 2 * self.summed + 4 * self.row

    @property
    def direct(self) -> int:
        """The direct path of a pair."""
        return self.unrounded + 2 * self.row

    @property
    def blocks(self) -> int:
        return count(self.fields, "blocks")

    @property
    def tables(self) -> int:
        """`tablesCheck`"""
        head = plain(self.model, number(self.fields, "cellBits") + 1)
        prec, steps, bits, args = (
            number(self.fields, name) for name in ("prec", "steps", "bits", "argBits")
        )
        return folded(head) + tables_of(head, prec, steps, bits, args)

    @property
    def once(self) -> int:
        """Of each block of queries: rows of logits and of neurons, and what is left of ReLUs."""
        head, v, p = plain(self.model, number(self.fields, "cellBits") + 1), self.v, self.p
        parts, each = blocks(self.model), words(self.lane, v)
        circuits = folded(head) + logit_circuits(head, lanes_of(head)[1])
        rows = listed(v, p, number(self.fields, "bits")) + parts * listed(v, p, self.lane)
        lanes = 2 * (2 * v + p) * (5 * parts * each + 4 * self.row_of_neurons)
        left = 2 * v * v * (8 * parts * each + 3 * self.row_of_neurons)
        found = neurons(self.model, self.fields, self.lane) + 4 * v * joined(self.lane, self.places)
        return (1 + parts) * circuits + rows + found + lanes + left

    def maxima(self, over: int) -> int:
        """The rows of all maxima; `over` for the columns of each."""
        v, slopes = self.v, 2 * (joined(self.lane, self.places) + 3 * self.places)
        tokens = sum(m + 1 + self.p for m in range(v)) * self.unrounded
        return tokens + v * (slopes + over + 5 * self.p * self.row)
