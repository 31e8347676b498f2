"""Attacks on the pipeline: mutants of weights, certificates, manifests and Lean files.

    python -m attack --mutants 10000 --kernel 300 --seed 0

Each mutant is refused with a clear error and the right exit code, or is still a true claim, which is checked by exact
evaluation of all inputs of a tiny model (`attack.truth`).  Mutants of certificates and of weights in Lean are also
given to Lean's kernel, which has to accept exactly what the second checker (`pipeline.recheck`) accepts.
"""
