"""Which Lean is used and why, whether it is the pinned one, and whether the compiled theory is current."""

from __future__ import annotations

import os
from collections.abc import Iterator

from pipeline.bundle.theory import theory_root
from pipeline.doctor.finding import Finding, fine, note, wrong
from pipeline.errors import EXIT_TOOLING, PipelineError
from pipeline.lean import (
    PROJECT,
    ROOT_MODULE,
    Builder,
    Toolchain,
    default_out_dir,
    find_toolchain,
    theory_dir,
)
from pipeline.lean.digest import sha256_of
from pipeline.lean.modules import load_modules
from pipeline.lean.root_module import root_source
from pipeline.lean.toolchain import ELAN_TOOLCHAIN, PREFERENCE_VARIABLE, WHEEL_SHA256

CERTIFICATES = f"{ROOT_MODULE}.Certificates."
BUILD = "python -m pipeline.lean build"
CHECKOUT = "check the repository out again"


def look_at_lean(prefer: str | None = None) -> Iterator[Finding]:
    """The Lean that every program would use."""
    preference = prefer or os.environ.get(PREFERENCE_VARIABLE)
    try:
        chosen = find_toolchain(prefer)
    except PipelineError as error:
        yield wrong("Lean", error.message, error.cure or CHECKOUT, EXIT_TOOLING)
        return
    yield fine("Lean", chosen.describe())
    asked = f"{PREFERENCE_VARIABLE} or --lean asks for it" if preference else "it is the default"
    yield fine("Lean", f"used because {asked}")
    yield _digest(chosen)
    yield from _pin()
    yield from look_at_theory(chosen)


def _digest(chosen: Toolchain) -> Finding:
    """The wheel's library, hashed now; programs remember the digest of an unchanged file."""
    if chosen.kind == "official":
        text = f"SHA-256 {chosen.sha256} of the official toolchain is not pinned: elan installed it"
        return note("Lean", text)
    if sha256_of(chosen.path) != WHEEL_SHA256:
        cure = "pip install --force-reinstall the wheel, and ask who changed the file"
        return wrong("Lean", f"{chosen.path} is not the pinned library", cure, EXIT_TOOLING)
    return fine("Lean", f"SHA-256 {WHEEL_SHA256} is that of {chosen.path.name}")


def _pin() -> Iterator[Finding]:
    try:
        pin = (PROJECT / "lean-toolchain").read_text().strip()
    except OSError:
        return
    if pin != ELAN_TOOLCHAIN:
        text = f"lean-toolchain names {pin}, the programs use {ELAN_TOOLCHAIN}"
        yield wrong("Lean", text, CHECKOUT, EXIT_TOOLING)


def look_at_theory(toolchain: Toolchain) -> Iterator[Finding]:
    """The sources as they are, and what is compiled of them."""
    root = theory_root()
    try:
        modules = load_modules([ROOT_MODULE], [root])
    except PipelineError as error:
        yield wrong("theory", error.message, error.cure or CHECKOUT, EXIT_TOOLING)
        return
    if root_source(theory_dir()).encode() != modules[ROOT_MODULE].source:
        cure = "python -m pipeline.lean sync"
        text = f"{ROOT_MODULE}.lean does not import exactly the modules that are there"
        yield wrong("theory", text, cure, EXIT_TOOLING)
    try:
        builder = Builder(toolchain, [root])
    except PipelineError as error:
        yield wrong("store", error.message, error.cure or CHECKOUT, EXIT_TOOLING)
        return
    yield fine(
        "store", f"built modules are kept in {default_out_dir()}, which is this user's alone"
    )
    keys = builder.keys(modules)
    theory = [
        name for name in modules if not f"{name}.".startswith(CERTIFICATES) and name != ROOT_MODULE
    ]
    missing = [name for name in theory if not builder.store.has(keys[name])]
    if missing:
        text = f"{len(missing)} of {len(theory)} modules are not compiled as they are now"
        yield note("theory", text, f"{BUILD} (or let the first proof do it)")
    else:
        yield fine("theory", f"all {len(theory)} modules are compiled as they are now")
