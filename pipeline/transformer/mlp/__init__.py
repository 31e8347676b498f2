"""One-layer transformers with ReLU neurons after attention, any heads and biases."""
