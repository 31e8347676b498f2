"""Many models and many strategies, to one table with a row for each proof.

`plan` says what there is to do, `jobs` does it (train, look at a model, prove), `local` and `cluster`
run jobs on the cores of this machine and on a Ray cluster, `sweep` puts it together, `proof` is a row.
"""
