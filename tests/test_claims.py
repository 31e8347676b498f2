"""A table can say anything: what it says is a claim until Lean is asked."""

from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipeline.benchmark.__main__ import app as benchmark
from pipeline.benchmark.files import read_rows, write_rows
from pipeline.bundle.layout import manifest_file
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.report.__main__ import app as report
from pipeline.sweep.__main__ import app as sweep
from pipeline.sweep.plan import Source, beginning, from_table
from pipeline.sweep.proof import Proof
from tests.conftest import Runner
from tests.extras import needs_report
from tests.lean_support import BOUND, STRATEGY, tiny_bundle, tiny_model
from tests.tiny_models import random_arrays, write_model

ALL = 9


def forged(folder: Path, claim: int, **changes: Any) -> Path:
    """A table with one row, about a certificate with genuine files that Lean was never shown."""
    bundle = tiny_bundle(claim)
    directory = folder / "certificates" / "tiny"
    directory.mkdir(parents=True)
    for name, content in bundle.files.items():
        (directory / name).write_bytes(content)
    manifest = directory / manifest_file(STRATEGY)
    model = write_model(folder / "tiny.safetensors", random_arrays(17, 2, 3))
    table = folder / "proofs.csv"
    known = beginning(
        Source(model),
        tiny_model(),
        STRATEGY,
        theory_digest("transformer", STRATEGY, theory_root()),
        table,
    )
    row = msgspec.structs.replace(
        known,
        outcome="proved",
        bound=claim,
        bound_fraction=claim / ALL,
        right=ALL,
        right_fraction=1.0,
        normalised_bound=claim / ALL,
        operations=bundle.operations,
        certificate=from_table(manifest, table),
        certificate_sha256=hashlib.sha256(manifest.read_bytes()).hexdigest(),
    )
    write_rows(table, [msgspec.structs.replace(row, **changes)], Proof)
    return table


@needs_report
def test_a_forged_row_is_no_theorem(program: Runner, tmp_path: Path) -> None:
    """The attack: a row and a certificate that fit together; the model is right about 5 inputs of 9."""
    table, out = forged(tmp_path, ALL), tmp_path / "out"
    ran = program(report, table, "--out", out, "--json")
    assert ran.exit_code == 1
    assert "Lean rejects" in ran.json["error"]
    assert not (out / "index.html").exists()


@needs_report
def test_a_row_that_nobody_checked_is_a_claim(program: Runner, tmp_path: Path) -> None:
    table, out = forged(tmp_path, ALL), tmp_path / "out"
    ran = program(report, table, "--out", out, "--no-verify")
    assert ran.exit_code == 0, ran.err
    assert "1 claims, not verified now" in ran.out
    page = (out / "index.html").read_text()
    assert "1 claim on 1 model by 1 strategy, each not checked when this page was made" in page
    assert "Claimed: the table says" in page
    assert "theorem" not in re.sub(r"<(style|svg|img)[^>]*>", "", page)


@needs_report
def test_a_row_that_lean_confirms_is_a_theorem(program: Runner, tmp_path: Path) -> None:
    """The control."""
    table, out = forged(tmp_path, BOUND), tmp_path / "out"
    ran = program(report, table, "--out", out, "--json")
    assert ran.exit_code == 0, ran.err
    assert ran.json["verified"] is True
    page = (out / "index.html").read_text()
    assert "1 theorem on 1 model" in page
    assert "Claimed" not in page


@needs_report
def test_verification_needs_certificates(program: Runner, tmp_path: Path) -> None:
    table = forged(tmp_path, BOUND)
    assert program(report, table, "--no-trace", "--verify").exit_code == 2


def sweep_of(program: Runner, table: Path, *options: str) -> Any:
    model = table.parent / "tiny.safetensors"
    return program(sweep, model, "--out", table, "--strategy", STRATEGY, *options, "--json")


def test_a_sweep_counts_what_it_finds_as_claimed(program: Runner, tmp_path: Path) -> None:
    table = forged(tmp_path, ALL)
    ran = sweep_of(program, table)
    assert [row["claimed"] for row in ran.json["rows"]] == [True]
    ran = program(sweep, tmp_path / "tiny.safetensors", "--out", table, "--strategy", STRATEGY)
    assert ran.exit_code == 0
    assert "1 claimed;" in ran.out
    assert "proved;" not in ran.out


def test_a_sweep_that_verifies_finds_the_forgery(program: Runner, tmp_path: Path) -> None:
    table = forged(tmp_path, ALL)
    ran = sweep_of(program, table, "--verify")
    assert ran.exit_code == 1
    [row] = ran.json["rows"]
    assert (row["outcome"], row["claimed"], row["bound"]) == ("rejected", False, None)
    [kept] = read_rows(table, Proof)
    assert (kept.outcome, kept.bound, kept.certificate) == ("rejected", None, "")


def test_a_sweep_that_verifies_confirms_what_is_so(program: Runner, tmp_path: Path) -> None:
    table = forged(tmp_path, BOUND)
    before = table.read_bytes()
    ran = sweep_of(program, table, "--verify")
    assert ran.exit_code == 0
    assert [(row["outcome"], row["claimed"]) for row in ran.json["rows"]] == [("proved", False)]
    assert table.read_bytes() == before


def test_a_benchmark_shows_what_it_finds_as_claimed(program: Runner, tmp_path: Path) -> None:
    model = write_model(tmp_path / "tiny.safetensors", random_arrays(17, 2, 3))
    arguments = [model, "--strategy", STRATEGY, "--out", tmp_path / "rows.csv"]
    first = program(benchmark, *arguments)
    assert f" {BOUND} " in first.out
    assert "claimed" not in first.out
    assert f"{BOUND} claimed" in program(benchmark, *arguments).out
    again = program(benchmark, *arguments, "--verify", "--json")
    assert [row["claimed"] for row in again.json["rows"]] == [False]


@pytest.mark.parametrize(
    "changes",
    [
        {"inputs": 0},
        {"inputs": 8},
        {"n_ctx": 0, "inputs": 1, "bound": 1},
        {"n_ctx": -1},
        {"n_ctx": 10**9},
        {"d_vocab": 0, "inputs": 0, "bound": 0},
        {"bound": 10},
        {"bound": -1},
        {"right": 10},
        {"operations": -1},
        {"normalised_bound": float("nan")},
        {"kernel_seconds": float("inf")},
        {"strategy": "by-magic"},
    ],
    ids=str,
)
@needs_report
@pytest.mark.parametrize("option", ["--trace", "--no-trace"])
def test_figures_that_cannot_be(
    program: Runner, tmp_path: Path, changes: dict[str, Any], option: str
) -> None:
    table = forged(tmp_path, BOUND, **changes)
    ran = program(report, table, "--out", tmp_path / "out", option, "--json")
    assert ran.exit_code == 2, ran.err
    assert "what cannot be" in ran.json["error"]


HOSTILE = [
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(A1)",
    "'=1",
    "'",
    "\t=1",
    "a\r\n=1",
    "\x1b[2J",
    "back\\slash\\x41",
    "\uff1d1+1",
    "\uff201",
    "\ufeff=1",
    "right\u202eto left",
    "line\u2028separator",
    "no name in utf-8: \udcff",
    "a tag \U000e0041",
    "\u0378 unassigned",
    "\\u202e",
    "plain",
    "it's",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_cells_are_no_formulas_and_come_back(tmp_path: Path, text: str) -> None:
    """In a table that a spreadsheet opens, a file name must not be a formula."""
    table = forged(tmp_path, BOUND, model=text, reason=text)
    assert [(row.model, row.reason) for row in read_rows(table, Proof)] == [(text, text)]
    for line in csv.reader(table.read_bytes().decode().splitlines(keepends=True)):
        for cell in line:
            assert not cell.startswith(
                ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
            ), cell
            assert cell.isprintable()
