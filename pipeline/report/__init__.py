"""A page about the table of a sweep, and its figures.

`trace` ties each row to its certificate, `slack` and `region` compute what is drawn, `style`, `frontier`,
`ratio`, `heat` and `stack` draw, `page` writes, `report` puts it together.
"""
