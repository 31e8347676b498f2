"""One-layer transformers with norms without weights, for the second checker."""
