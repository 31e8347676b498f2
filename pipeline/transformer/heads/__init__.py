"""One-layer transformers with any number of heads and any biases (`lean/Compact/Transformer/General/`)."""
