"""Packs: their list, the assembly bench, their lines, their way out."""
