"""Findings for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.text import Text

from pipeline.doctor.finding import Finding
from pipeline.errors import EXIT_PROVED

_MARKS = {"ok": ("ok   ", "green"), "note": ("note ", "yellow"), "wrong": ("WRONG", "bold red")}


def exit_code(findings: Sequence[Finding]) -> int:
    """That of the first thing that is wrong."""
    return next((each.exit_code for each in findings if each.status == "wrong"), EXIT_PROVED)


def line(finding: Finding) -> Text:
    """One finding with its cure."""
    mark, style = _MARKS[finding.status]
    text = Text.assemble((mark, style), f" {finding.topic:<14}{finding.text}")
    return text if finding.cure is None else text.append(f"\n{'cure:':>25} {finding.cure}")


def conclusion(findings: Sequence[Finding]) -> str:
    """The last line."""
    bad = sum(each.status == "wrong" for each in findings)
    notes = sum(each.status == "note" for each in findings)
    verdict = f"{bad} wrong" if bad else "nothing is wrong"
    return f"{len(findings)} looked at: {verdict}, {notes} to note"


def as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "healthy": exit_code(findings) == EXIT_PROVED,
        "exit_code": exit_code(findings),
        "findings": [asdict(each) for each in findings],
    }
