"""Is the model in the file the one that its owner runs?  `--compare FILE.npz` with logits of their own forward pass.

`forward` computes logits in floats, with options that weights do not show; `given` reads the file, `options` lists
what is often different, `comparison` decides.  None of this is part of a proof.
"""
