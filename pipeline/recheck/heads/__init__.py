"""One-layer transformers with several heads or biases, for the second checker."""
