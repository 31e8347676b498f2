<<<<<<< 3a1ad7c0bd61166551c42cb93aea2ab9e0cd09fd
"""The family of one-layer, one-head, attention-only transformers (`lean/Compact/Transformer/`)."""
=======
"""The one-layer transformer: everything that knows this family of models."""
>>>>>>> 35d0a7d74e647c7a0eb284f283ee6e86e81c1059
