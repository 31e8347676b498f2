"""Write the Lean files of every committed certificate anew from its manifest's numbers: after a change of the theory.

    python -m examples.rerender [CERTIFICATE ...]

No search, and no Lean: a changed theory makes certificates stale (a manifest names the theory's digest), and where the
numbers are still what a checker takes, this is all they need.  Whether it does take them is asked afterwards, by
`python -m pipeline.verify --corpus examples` and `--corpus examples/large`.  Where the numbers must be others,
`examples/certify.sh` searches again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.bundle.directory import open_output
from pipeline.bundle.stored import find_manifests, read_stored
from pipeline.bundle.theory import theory_digest, theory_root
from pipeline.cli.corpus import read_corpus
from pipeline.families import read_subject

LISTS = (Path("examples"), Path("examples", "large"))


def main(wanted: Sequence[str] = ()) -> None:
    """Write what has changed, and say of which certificates."""
    only = {Path(each).resolve() for each in wanted}
    for task in (task for each in LISTS for task in read_corpus(each)):
        if only and task.certificate.resolve() not in only:
            continue
        model = read_subject(task.model)
        for path in find_manifests(task.certificate):
            stored = read_stored(path)
            manifest = stored.manifest
            digest = theory_digest(manifest.family, manifest.strategy, theory_root())
            bundle = stored.derived(model, digest)
            old = {each: path.with_name(each).read_bytes() for each in bundle.files}
            if old != dict(bundle.files):
                with open_output(path.parent) as output:
                    output.commit(bundle.files)
                print(f"written anew: {path}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
