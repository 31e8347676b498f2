"""The second kernel: is it there, does it start, are there reviewed statements to compare with?"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.doctor.finding import Finding, fine, wrong
from pipeline.errors import PipelineError
from pipeline.second_kernel.program import kernel2_home, run_kernel2
from pipeline.second_kernel.reviewed import STATEMENTS, reviewed_texts

_TOPIC = "second kernel"


def look_at_second_kernel() -> Iterator[Finding]:
    """It has to start in a Python of its own and to refuse a file that is no compiled module."""
    try:
        home = kernel2_home()
        result = run_kernel2([f"--path={home}", "No.Such.Module"])
    except PipelineError as error:
        yield wrong(
            _TOPIC, error.message, error.cure or "install the project again", error.exit_code
        )
        return
    if result.get("exit_code") != 2 or "no compiled module" not in str(result.get("problem")):
        cure = "check the repository out again"
        yield wrong(
            _TOPIC, f"kernel2 answers in an unexpected way: {result.get('problem')}", cure, 3
        )
        return
    yield fine(_TOPIC, f"kernel2 in {home} starts (pipeline.verify --kernel2)")
    texts = reviewed_texts()
    if not texts:
        cure = "install the project again"
        yield wrong(_TOPIC, f"no reviewed statements to compare with in {STATEMENTS}", cure, 3)
        return
    yield fine(_TOPIC, f"{len(texts)} kinds of statements to compare with, each a reviewed text")
