"""The best explanation for each length of proof, searched for (docs/explanations.md#search)."""
