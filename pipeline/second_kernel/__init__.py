"""The second kernel (`kernel2`) asked about certificates: `python -m pipeline.verify --kernel2`.

`kernel2` knows nothing of this project.  Here it is told which compiled modules to read, and what it reads is compared
with what the certificate says: the statement, the definitions it rests on, the weights.
"""

from pipeline.second_kernel.batch import Batch
from pipeline.second_kernel.program import run_kernel2

__all__ = ["Batch", "run_kernel2"]
