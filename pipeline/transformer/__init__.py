"""The one-layer transformer: everything that knows this family of models."""
