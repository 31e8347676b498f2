"""One run: a table in, a page and figures out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.bundle.check import LeanChecker
from pipeline.bundle.stored import read_stored
from pipeline.bundle.theory import theory_root
from pipeline.cli.deadline import deadline
from pipeline.cli.program import Outcome
from pipeline.cli.terminal import Terminal
from pipeline.errors import EXIT_PROVED, MalformedInput, PipelineError
from pipeline.lean import Limits, find_toolchain
from pipeline.network.model import Network
from pipeline.report.frontier import frontiers
from pipeline.report.gaps import certified_by_gap
from pipeline.report.gates import BY_GATES, Gates, brute_force_of, gates_of
from pipeline.report.heat import circuit_maps, gap_maps, region_maps
from pipeline.report.kind import named, slug
from pipeline.report.loss import BY_LOSS, Loss, loss_of, loss_picture
from pipeline.report.page import Page
from pipeline.report.ratio import ratios
from pipeline.report.region import certified
from pipeline.report.slack import Ladder, Slack
from pipeline.report.stack import slack_bars
from pipeline.report.style import Picture
from pipeline.report.subject import NoFigures, Subject, model_of
from pipeline.report.trace import Entry, read_entries
from pipeline.search.area import longest
from pipeline.sweep.proof import Proof

PAGE = "index.html"
FEW = 12
"""So many certificates are verified without being asked for it."""


@dataclass(frozen=True)
class Report:
    """One run of the program."""

    table: Path
    out: Path
    model: str | None
    """Of the heat maps; the first of the most frequent size if none is named."""
    trace: bool
    verify: bool | None = False
    """Have Lean check every certificate; without a preference, if there are few."""
    lean: str | None = None
    limits: Limits = field(default_factory=Limits)

    def run(self, terminal: Terminal) -> tuple[Outcome, int]:
        """Compute and draw everything, then write it."""
        entries = read_entries(self.table, trace=self.trace)
        chosen = self._chosen(entries.proofs)
        verified = self._verified(entries.proofs, terminal)
        with terminal.working():
            ladders = self._ladders(entries.proofs, terminal)
            gates = self._gates(entries.proofs, terminal)
            terminal.progress("drawing")
            losses = self._losses(entries.proofs, terminal)
            drawn = loss_picture(losses, lambda entry: (entry.anchor, _says(entry)))
            pictures = _pictures(entries.proofs, ladders) + self._maps(chosen, terminal)
            pictures += [drawn] if drawn is not None else []
            page = Page(entries, pictures, ladders, gates, losses, self.trace, verified).render()
        files = {
            f"{each.name}.{suffix}": content
            for each in pictures
            for suffix, content in (("svg", each.svg), ("png", each.png))
        }
        written = self._write({**files, PAGE: page})
        kind = "proofs, verified now" if verified else "claims, not verified now"
        terminal.result(f"{len(entries.proofs)} {kind}, {len(pictures)} figures: {self.out / PAGE}")
        outcome = {"page": str(self.out / PAGE), "files": written, "verified": verified}
        return outcome, EXIT_PROVED

    def _verified(self, proofs: Sequence[Entry], terminal: Terminal) -> bool:
        """Have Lean check everything, if that is wanted; raises if one certificate is no theorem."""
        few = self.trace and len(proofs) <= FEW
        if not (few if self.verify is None else self.verify):
            return False
        toolchain = find_toolchain(self.lean)
        checker = LeanChecker(
            toolchain, theory_root(), limits=self.limits, on_result=terminal.module
        )
        with terminal.working():
            for number, entry in enumerate(proofs, 1):
                terminal.progress(f"Lean checks {entry.certificate} ({number}/{len(proofs)})")
                with deadline(self.limits.timeout_s, f"reading {entry.certificate}"):
                    model = model_of(entry)
                    bundle = read_stored(entry.certificate).require_genuine(model, theory_root())
                checker.check(bundle)
        return True

    def _chosen(self, proofs: Sequence[Entry]) -> list[Entry]:
        """The proofs about the model of the heat maps."""
        names = [each.row.model for each in proofs]
        if self.model is None:
            sizes = [(each.row.d_vocab, each.row.n_ctx) for each in proofs]
            name = names[sizes.index(max(sizes, key=sizes.count))]
        elif self.model in names:
            name = self.model
        else:
            raise MalformedInput(
                f"{self.table}: no proof about a model {self.model!a}",
                cure=f"name one of: {', '.join(dict.fromkeys(names))}",
            )
        digest = proofs[names.index(name)].row.model_digest
        return [each for each in proofs if each.row.model_digest == digest]

    def _ladders(self, proofs: Sequence[Entry], terminal: Terminal) -> list[Ladder]:
        """What each proof loses where; without --trace, of those whose files are there."""
        by_model: dict[str, list[Entry]] = {}
        for entry in proofs:
            by_model.setdefault(entry.row.model_digest, []).append(entry)
        ladders: list[Ladder | None] = []
        for number, own in enumerate(by_model.values(), 1):
            terminal.progress(f"slack of {own[0].row.model} ({number}/{len(by_model)})")
            try:
                with deadline(self.limits.timeout_s, f"the slack of {own[0].row.model}"):
                    slack = Slack(Subject.of(own[0]))
                    ladders += [slack.ladder(entry) for entry in own]
            except PipelineError as error:
                if self.trace and not isinstance(error, NoFigures):
                    raise
                terminal.note(f"left out of the slack: {error.message}")
        return [each for each in ladders if each is not None]

    def _gates(self, proofs: Sequence[Entry], terminal: Terminal) -> list[Gates]:
        """What the gates of networks lose, frequency by frequency; without --trace, of those whose files are there."""
        found: list[Gates | None] = []
        for entry in proofs:
            if entry.row.strategy not in BY_GATES:
                continue
            terminal.progress(f"gates of {entry.row.model}")
            try:
                with deadline(self.limits.timeout_s, f"the gates of {entry.row.model}"):
                    found.append(gates_of(entry))
            except PipelineError as error:
                if self.trace:
                    raise
                terminal.note(f"left out of the gates: {error.message}")
        return [each for each in found if each is not None]

    def _losses(self, proofs: Sequence[Entry], terminal: Terminal) -> list[Loss]:
        """What is proved of mean losses; without --trace, of those whose files are there."""
        found: list[Loss | None] = []
        for entry in proofs:
            if entry.row.strategy not in BY_LOSS:
                continue
            terminal.progress(f"mean loss of {entry.row.model}")
            try:
                with deadline(self.limits.timeout_s, f"the mean loss of {entry.row.model}"):
                    found.append(loss_of(entry))
            except PipelineError as error:
                if self.trace:
                    raise
                terminal.note(f"left out of the mean losses: {error.message}")
        return [each for each in found if each is not None]

    def _maps(self, chosen: Sequence[Entry], terminal: Terminal) -> list[Picture]:
        name, row = chosen[0].row.model, chosen[0].row
        regions, by_gap = {}, {}
        try:
            subject = Subject.of(chosen[0])
            for entry in chosen:
                runs = subject.counted(entry)
                if runs:
                    regions[entry.row.strategy] = certified(row.d_vocab, row.n_ctx - 1, runs)
                    by_gap[entry.row.strategy] = certified_by_gap(row.d_vocab, row.n_ctx - 1, runs)
        except PipelineError as error:
            if self.trace and not isinstance(error, NoFigures):
                raise
            terminal.note(f"left out of the heat maps: {error.message}")
            return []
        found = [circuit_maps(name, subject), region_maps(name, regions), gap_maps(name, by_gap)]
        return [each for each in found if each is not None]

    def _write(self, files: dict[str, bytes]) -> list[str]:
        """The page last, each file as a whole."""
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                beside = self.out / f".{name}.part"
                beside.write_bytes(content)
                os.replace(beside, self.out / name)
        except OSError as error:
            raise MalformedInput(
                f"{self.out}: cannot be written ({error.strerror})", cure="choose another --out"
            ) from error
        return list(files)


def _pictures(proofs: Sequence[Entry], ladders: Sequence[Ladder]) -> list[Picture]:
    """Those about models of one task, size and kind, the most frequent size first."""
    sizes = [(each.row.d_vocab, each.row.n_ctx) for each in proofs]
    several = len({each.group for each in proofs}) > 1
    entries = {(each.row.model_digest, each.row.strategy): each for each in proofs}

    def says(row: Proof) -> tuple[str, str]:
        entry = entries[row.model_digest, row.strategy]
        return entry.anchor, _says(entry)

    pictures: list[Picture | None] = []
    for size in sorted(set(sizes), key=lambda size: (-sizes.count(size), size)):
        together = [each for each in proofs if each.group[1] == size]
        groups = list(dict.fromkeys(each.group for each in together))
        for group in groups:
            chosen = [each for each in together if each.group == group]
            own = [each.row for each in chosen]
            lost = [each for each in ladders if each.entry.group == group]
            found = [*frontiers(own, says, _brute_force(chosen[0])), ratios(own), slack_bars(lost)]
            words = f"{named(row.model for row in own)}, {group[0]}" if several else ""
            pictures += [_of_group(each, words, len(groups) > 1) for each in found if each]
    return [each for each in pictures if each is not None]


def _says(entry: Entry) -> str:
    """What is shown where a pointer rests on a proof."""
    return f"{entry.theorem}\n{entry.command}"


def _brute_force(entry: Entry) -> int | None:
    """The operations that look at every input; `None` if the model is not there."""
    try:
        model = model_of(entry)
        return (
            brute_force_of(model)
            if isinstance(model, Network)
            else longest(Subject.of(entry).model)
        )
    except PipelineError:
        return None


def _of_group(drawn: Picture, words: str, beside: bool) -> Picture:
    """The same, told apart from those of other groups of models, and its file if others are `beside` it."""
    name = f"{drawn.name}_{slug(words)}" if beside else drawn.name
    return replace(drawn, name=name, title=f"{drawn.title}: {words}" if words else drawn.title)
