"""How many operations a check takes: the length of a proof, whatever the machine (mirror of `lean/Compact/Transformer/Length/`).

What is counted, and what not: `lean/Compact/Transformer/Length/Basic.lean`.  Lean evaluates the same numbers, from the
model's sizes and the certificate alone, and `pipeline.bundle.check` compares.
"""

from pipeline.transformer.length.strategies import operations

__all__ = ["operations"]
