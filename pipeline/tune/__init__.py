"""Training for provability: changing a model until a short proof says much of it (docs/provability.md).

A model can be right on every input and still have no short proof, because what its weights do besides the task has
to be bounded, and bounds add up.  Here a trained model is trained on, with the tests of the proofs themselves in the
loss.  **What comes out is another model**: a theorem about it says nothing about the one before.

Only this folder needs torch (`pip install '.[train]'`).
"""
