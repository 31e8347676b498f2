"""Is everything here that a proof needs, and does it hold together?  Looks at everything, changes nothing.

`finding` is what a look gives; `environment` looks at Python, packages, disk and memory, `lean` at Lean and the
compiled theory, `certificates` at the committed certificates; `report` prints, `program` does it all.
"""
