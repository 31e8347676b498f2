"""Two-token networks that multiply in a group, as a family of the second checker."""
