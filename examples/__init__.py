"""Small trained transformers for the examples and tests, and the script that trained them."""
