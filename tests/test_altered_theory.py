"""A theory that was tampered with is refused: its arithmetic, its laws of numbers, its statement.

Each file in `tests/lean/altered_theory/` is an edit of one file of the theory.  Whatever the edit, the digest of the
theory is another one, and verification refuses certificates that name it.  That is one fence; the file's header says
what the other is, if digests and certificates were made anew: `lean` (a theorem of the foundation is no longer
provable) or `snapshot` (the statement is not the reviewed one any more).  The control is the theory as it is.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.bundle.stored import StoredCertificate
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.errors import MalformedInput
from pipeline.lean import Builder, SourceRoot
from tests.lean_support import LEAN_FILES, STRATEGY, tiny_bundle, tiny_model, toolchain
from tests.statement_cone import SNAPSHOT, statement_cone

FILES = sorted((LEAN_FILES / "altered_theory").glob("*.txt"))
FOUNDATION = "Compact.Foundation"


@dataclass(frozen=True)
class Alteration:
    """An edit of one file of the theory, and who refuses the result."""

    file: str
    refused_by: str
    expect: str
    old: str
    new: str

    @classmethod
    def read(cls, path: Path) -> Alteration:
        header = dict(re.findall(r"^([A-Z ]+): (.*)$", path.read_text(), re.MULTILINE))
        old, new = (header[key].replace("\\n", "\n") for key in ("OLD", "NEW"))
        return cls(header["FILE"], header["REFUSED BY"], header["EXPECT"], old, new)

    def apply(self, folder: Path) -> SourceRoot:
        """A copy of the theory with the edit."""
        genuine = theory_root()
        shutil.copytree(
            genuine.directory,
            folder,
            ignore=shutil.ignore_patterns("Certificates"),
            dirs_exist_ok=True,
        )
        path = folder / self.file
        text = path.read_text()
        assert text.count(self.old) == 1, f"{self.file}: not there once: {self.old}"
        path.write_text(text.replace(self.old, self.new))
        return SourceRoot(genuine.prefix, folder)


def refuses(theory: SourceRoot) -> list[str]:
    """What Lean says against the foundation: the lines of its errors."""
    report = Builder(toolchain(), [theory]).attempt([FOUNDATION])
    return [line for each in report if not each.ok for line in each.printable()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_altered_theory_is_refused(path: Path, tmp_path: Path) -> None:
    alteration = Alteration.read(path)
    altered = alteration.apply(tmp_path)
    assert_stale(altered)
    if alteration.refused_by == "lean":
        said = refuses(altered)
        assert any(alteration.expect in line for line in said), said
    else:
        genuine, found = definitions(SNAPSHOT.read_text()), definitions(statement_cone(altered))
        assert alteration.expect in changed(genuine, found)


def assert_stale(theory: SourceRoot) -> None:
    """Verification refuses a certificate of the genuine theory with this one, and the other way round."""
    assert theory_digest("transformer", STRATEGY, theory) != theory_digest(
        "transformer", STRATEGY, theory_root()
    )
    bundle = tiny_bundle()
    stored = StoredCertificate(
        Path("brute-force.json"), bundle.manifest, bundle.weights, bundle.theorem
    )
    with pytest.raises(MalformedInput, match="stale: the Lean theory has changed"):
        stored.require_genuine(tiny_model(), theory)
    stored.require_genuine(tiny_model(), theory_root())


def definitions(cone: str) -> dict[str, str]:
    """The printed definitions by their names."""
    found = {}
    for text in cone.split("\n\n"):
        name = re.search(r"^(?:@\[[^\]]*\] )?(?:\w+ )*?([\w.']+)(?:\.\{[^}]*\})? (?::|\()", text)
        found[name[1] if name else text[:60]] = text
    return found


def changed(genuine: dict[str, str], found: dict[str, str]) -> set[str]:
    return {name for name in genuine | found if genuine.get(name) != found.get(name)}


def test_the_genuine_theory_is_accepted() -> None:
    assert refuses(theory_root()) == []
    assert statement_cone(theory_root()) == SNAPSHOT.read_text()


def test_both_fences_are_tried() -> None:
    refused_by = [Alteration.read(path).refused_by for path in FILES]
    assert set(refused_by) == {"lean", "snapshot"}
    assert len(FILES) >= 15
