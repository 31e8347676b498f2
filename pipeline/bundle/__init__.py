"""Certificates on disk: a directory per model with two Lean files and a manifest per strategy.

    DIR/Weights.lean          the weights, shared by all strategies
    DIR/BruteForce.lean       one theorem
    DIR/brute-force.json      its manifest, written last: without it the rest is not a certificate

`layout` names the files, `manifest` reads and writes manifests, `bundle` puts a certificate
together in memory, `directory` writes it, `stored` reads it back, `check` has Lean check it.
"""
