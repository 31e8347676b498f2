"""Attacks on the second kernel: declarations that it must refuse.  Nothing here is trusted."""
