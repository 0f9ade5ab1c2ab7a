"""A fictional workshop to try the product in: `python -m backoffice.demo`.

Everything in it happened through the acts that people use, in the working hours
of the last six weeks; only the clock is pretended.
"""
