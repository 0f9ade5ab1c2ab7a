"""Readers of what other programs print: pure, text in, facts out, no process.

Each stands on any text at all: what cannot be read is left out or, where nothing
can, told by `Unreadable`.
"""

from __future__ import annotations


class Unreadable(ValueError):
    """What a program printed is nothing that its reader knows."""
