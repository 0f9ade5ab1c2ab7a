"""The hash chain of a subject's events, and nothing that needs a database.

An event's hash is the SHA-256 of the canonical JSON of its facts, the previous
event's hash among them: changing, removing or inserting one breaks every hash
after it. Canonical: UTF-8, sorted keys, no spaces, no floats (their text is not
the same everywhere).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

# What stands before the first event of every chain.
GENESIS = "0" * 64


def canonical(value: object) -> bytes:
    """The one byte string for a JSON value.

    Raises TypeError for what JSON cannot hold, and for floats.
    """
    _refuse_floats(value)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def sha256(value: object) -> str:
    """SHA-256 of a value's canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f"{value!r}: floats have no canonical text")
    if isinstance(value, Mapping):
        for part in value.values():
            _refuse_floats(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _refuse_floats(part)
