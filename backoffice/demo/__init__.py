"""A fictional workshop to try the product in: `python -m backoffice.demo`.

Everything in it happened through the acts that people use, at instants spread
over the last six weeks; only the clock is pretended.
"""
