"""`python -m pipeline.verify` on a mutant, in this process."""

from __future__ import annotations

import contextlib
import io
import json
import signal
import tempfile
from pathlib import Path

from attack.case import Case
from attack.judge import CRASH, REFUSED, UNCLEAR, Judgement
from pipeline import verify
from pipeline.cli.program import EXIT_BUG, main
from pipeline.errors import EXIT_MALFORMED


def run_command(case: Case) -> Judgement:
    """The program refuses it, with the right exit code and an error for people.

    It never comes to Lean: mutants are made for a theory of empty files (`attack.subjects`), so that what is genuine
    in all else is stale.
    """
    out, err = io.StringIO(), io.StringIO()
    before = signal.getsignal(signal.SIGTERM)
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        model, certificate = case.write(Path(folder))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            exit_code = main(verify.app, [str(model), str(certificate), "--json"])
    signal.signal(signal.SIGTERM, before)
    if exit_code == EXIT_BUG or "Traceback" in err.getvalue():
        return Judgement(CRASH, err.getvalue()[-500:])
    results = json.loads(out.getvalue())["certificates"]
    clear = all(
        each["exit_code"] == EXIT_MALFORMED and not each["proved"] and each["error"].isprintable()
        for each in results
    )
    if exit_code != EXIT_MALFORMED or not results or not clear:
        return Judgement(UNCLEAR, f"exit code {exit_code}: {out.getvalue()[-500:]!a}")
    return Judgement(REFUSED, results[0]["error"])
