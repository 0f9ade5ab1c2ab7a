"""Erase drives for real, and say exactly what was done. One drive never holds others."""
