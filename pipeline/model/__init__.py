"""Reading the weights of a trained transformer exactly.

`read_model(path)` returns a `Model`: sizes, and every weight as an integer over one power of two.
"""

from pipeline.model.model import TENSOR_NAMES, Assumption, Model
from pipeline.model.reading import read_model

__all__ = ["TENSOR_NAMES", "Assumption", "Model", "read_model"]
