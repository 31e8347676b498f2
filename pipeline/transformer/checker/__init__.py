"""What the Lean checkers compute, in Python integers and bit for bit the same.

Nothing here is trusted: it predicts what the kernel will find, so that the search for a certificate
needs no Lean.  Each module mirrors the Lean file named in its docstring.
"""
