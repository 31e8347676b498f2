"""The family of one-layer, one-head, attention-only transformers (`lean/Compact/Transformer/`)."""
