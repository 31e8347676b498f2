"""From tensors by name to the one-layer transformer of `Statement.lean`, or a line that says why not.

`names` says which tensor is which, `foreign` what other names show, `declared` what is said beside the
weights, `buffers` and `biases` what they must be, `reading` puts it together.
"""
