"""The agent: says what a machine really is. Stands alone, imports nothing of ours."""

__version__ = "0.1.0"
