"""The theory for other tools: a graph of what rests on what, and a corpus in LeanDojo's benchmark format.

    python -m pipeline.dojo write OUT        the corpus, by lean-dojo's own classes, read back and counted
    python -m pipeline.dojo graph            docs/theory-graph.md: which lemmas carry each soundness theorem
    python -m pipeline.dojo cone NAME        all that a declaration rests on

Everything comes from the sources and from the `.ilean` files that Lean writes while it builds them.  docs/dojo.md
says what that shows and what it cannot.
"""
