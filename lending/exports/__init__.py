"""Lists that leave the house as files: as little of people as the purpose needs.

A person is their public code. A structure of a kind that says too much of whom it
helps is “another structure” (INV-P4): a file is passed on, and nobody knows to whom.
"""
