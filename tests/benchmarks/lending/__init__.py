"""Structures, what they asked for and what they were lent, by the thousand.

Rows are written in bulk, past the acts, and their histories are chained as the acts
chain them. Whatever the size, one structure has as much as any other.
"""
