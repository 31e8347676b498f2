"""Two-token ReLU networks: `logits(x, y) = relu(W_L[x] + W_R[y] + b) W_U + b_U`, which should answer `x * y` in a group."""
