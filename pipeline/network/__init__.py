"""Two-token ReLU networks, which should answer `x * y` in a group: `relu(W_L[x] + W_R[y] + b) W_U + b_U`."""
