"""The README's test command installs no extras but `test`: what needs another is skipped, and nothing fails to load."""

from __future__ import annotations

import subprocess
import sys

from pipeline.lean import PROJECT

EXTRAS = ("torch", "ray", "pyarrow", "optuna", "jinja2", "matplotlib", "lean_dojo", "bm25s")
COLLECT = f"""
import sys
sys.modules.update(dict.fromkeys({EXTRAS}))  # now as if they were not installed
import pytest
sys.exit(pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", "-p", "no:xdist"]))
"""


def test_all_tests_are_found_without_the_extras() -> None:
    done = subprocess.run(
        [sys.executable, "-c", COLLECT], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "tests/test_length_counted.py" in done.stdout
    assert "SKIPPED [1] tests/test_forward_in_torch.py" in done.stdout
