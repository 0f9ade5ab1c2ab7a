"""What must survive a killed process, a dead database and thirty-two people at once.

Real server processes on both databases; see docs/benchmarks.md for speed.
"""
