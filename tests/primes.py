"""Primes found once per process: those of a seal take a fifth of a second to find and prove.

The first RSA key that a test has made is the first of every test, its second the
second of every test: within one test no two are the same. Certificates are its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache, partial

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


class Primes:
    def __init__(self) -> None:
        self.turns: Iterator[int] = itertools.count()
        self._made = cache(self._make)

    def lend(self, patch: pytest.MonkeyPatch) -> None:
        """From now on keys are made of these, and read without proving them again."""
        self._generate = rsa.generate_private_key
        load = serialization.load_pem_private_key
        trusting = partial(load, unsafe_skip_rsa_key_validation=True)
        patch.setattr(rsa, "generate_private_key", self._next)
        patch.setattr(serialization, "load_pem_private_key", trusting)

    def begin(self) -> None:
        """Another test: the first is next again."""
        self.turns = itertools.count()

    def _next(self, exponent: int, bits: int) -> rsa.RSAPrivateKey:
        return self._made(exponent, bits, next(self.turns))

    def _make(self, exponent: int, bits: int, _turn: int) -> rsa.RSAPrivateKey:
        return self._generate(exponent, bits)
