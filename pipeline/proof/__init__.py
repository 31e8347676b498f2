"""A model and what is proved of it, as Python objects: the parts of `pipeline.api`."""
