"""What certificates cost, model by model and strategy by strategy: figures, and no assertions.

`row` is one line of figures, `measure` finds them, `record` keeps them in a file
(of a kind that `files` knows), `accuracy` and
`near_ties` count what a model really answers correctly, `table` and `growth` print, `shipped` lists
the models in `examples/`, `benchmark` does it all.
"""
