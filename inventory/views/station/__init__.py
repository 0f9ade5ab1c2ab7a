"""The scan station: one page, one field, five modes.

`pages` and `presses` are the views; `things` finds what a code leads to; `modes`,
`erasure`, `reception`, `undoing` and `commands` decide what a scan does; `asking` keeps
its answer once (`answering`); `drawing` shows it.
"""
