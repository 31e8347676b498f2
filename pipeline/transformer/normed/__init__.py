"""One-layer transformers with layer norms that have no weights (TransformerLens' LNPre), any heads and biases, an MLP or none."""
