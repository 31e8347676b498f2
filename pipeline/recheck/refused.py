"""The one way in which the second checker says no."""

from __future__ import annotations


class Refused(Exception):
    """The certificate is not accepted; the text says why, in one line."""


class BeyondLimits(Refused):
    """Evaluating the check takes numbers that Lean's kernel does not compute either, or too many steps."""
