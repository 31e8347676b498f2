"""Explanations, scored: what each lets be proved, at what cost, and where the rest is lost (docs/explanations.md)."""
