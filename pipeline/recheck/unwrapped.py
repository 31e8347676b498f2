"""Names of tensors without what torch's wrappers put in front of them."""

from __future__ import annotations

from collections.abc import Iterable

_WRAPPERS = ("_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module")


def unwrapped(names: Iterable[str]) -> dict[str, str]:
    """For each name, what the model itself calls the tensor."""
    parts = {name: [p for p in name.split(".") if p not in _WRAPPERS] for name in names}
    while len(parts) > 1 and all(len(each) > 1 for each in parts.values()):
        if len({each[0] for each in parts.values()}) > 1:
            break
        parts = {name: each[1:] for name, each in parts.items()}
    return {name: ".".join(each) for name, each in parts.items()}
