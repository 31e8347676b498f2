"""Linear models that read a sum of tokens, as a family of the second checker."""
