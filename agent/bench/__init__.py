"""A machine started for the bench: what it is told, and what its screen says."""
