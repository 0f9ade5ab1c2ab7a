"""A question to a name server and its answer (RFC 1035), as far as a test needs them."""

from __future__ import annotations

import ipaddress
import struct
from typing import Final

A: Final = 1
AAAA: Final = 28
SIZES: Final = {A: 4, AAAA: 16}
RECURSIVE = 0x0100
ANSWER = 0x8000
CODES = 0x000F
POINTER = 0xC0


def question(number: int, name: str, kind: int = A) -> bytes:
    """Ask for the addresses of a name. Raises ValueError where it is none."""
    labels = name.encode("idna").rstrip(b".").split(b".")
    if not all(0 < len(label) < 64 for label in labels):
        raise ValueError(f"{name} is no name")
    head = struct.pack("!6H", number, RECURSIVE, 1, 0, 0, 0)
    said = b"".join(bytes([len(label)]) + label for label in labels)
    return head + said + b"\0" + struct.pack("!2H", kind, 1)


def addresses(number: int, answer: bytes) -> list[str] | None:
    """The addresses in an answer to this question; None where it is no answer to it."""
    try:
        return _addresses(number, answer)
    except (struct.error, IndexError, ValueError):
        return None


def _addresses(number: int, answer: bytes) -> list[str] | None:
    asked, flags, questions, answers, _, _ = struct.unpack_from("!6H", answer)
    if asked != number or not flags & ANSWER:
        return None
    if flags & CODES:
        return []
    found: list[str] = []
    at = 12
    for _each in range(questions):
        at = _after_name(answer, at) + 4
    for _each in range(answers):
        at = _after_name(answer, at)
        kind, _net, _lives, size = struct.unpack_from("!2HIH", answer, at)
        at += 10
        if SIZES.get(kind) == size and at + size <= len(answer):
            found.append(str(ipaddress.ip_address(answer[at : at + size])))
        at += size
    return found


def _after_name(answer: bytes, at: int) -> int:
    while size := answer[at]:
        if size & POINTER:
            return at + 2
        at += 1 + size
    return at + 1
