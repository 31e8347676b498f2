"""Linear models that read a sum of tokens, `logits = U W (E x_1 + ... + E x_n)`, and bounds of their mean loss."""
