"""The scan station: one page, one field, five modes.

`pages` are the views; `things` finds what a code leads to; `modes`, `erasure` and
`commands` decide what a scan does; `asking` keeps its answer; `drawing` shows it.
"""
