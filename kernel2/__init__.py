"""A second, independent kernel for Lean 4, in plain Python: it reads compiled modules and checks every declaration.

Standard library only; nothing of the pipeline is imported.  What is trusted and what not: docs/kernel2.md.
"""
