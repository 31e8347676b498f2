"""One-layer transformers with layer norms without weights (LNPre), any heads and biases, an MLP or none."""
