"""The theory without its certificates: what people wrote, and what a certificate is checked against."""

from __future__ import annotations

from pipeline.lean.modules import SourceRoot, load_modules, modules_under
from pipeline.lean.places import ROOT_MODULE

CERTIFICATES = f"{ROOT_MODULE}.Certificates."


def theory_modules(theory: SourceRoot) -> list[str]:
    """All modules but the certificates and what imports them."""
    every = [
        name
        for name in modules_under(theory.directory)
        if theory.covers(name) and name != ROOT_MODULE
    ]
    left_out: set[str] = set()
    for name, module in load_modules(every, [theory]).items():
        if name.startswith(CERTIFICATES) or left_out & set(module.imports):
            left_out.add(name)
    return [name for name in every if name not in left_out]
