"""One-layer transformers with an MLP, for the second checker."""
