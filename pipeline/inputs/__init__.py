"""Which inputs?  Those that a model gets wrong, and those that it gets right and a certificate does not count."""
