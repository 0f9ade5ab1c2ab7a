"""Which server to speak to, as somebody wrote it down before the machine started.

`/etc/rebond-agent.toml` says it for installed machines, a link from a QR code for
one enrolment. Neither holds a secret that lasts.
"""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

MOST_BYTES = 65_536

LINK = re.compile(r"(https?://[^/#\s]+)/e/?#([^.\s]+)(?:\.([0-9A-Fa-f]{64}))?")
PIN = re.compile(r"[0-9a-f]{64}")


class BadConfig(ValueError):
    """The file says something that cannot be meant."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Told:
    """What was told; empty where nothing was. `pin` is in lower case."""

    server: str = ""
    pin: str = ""
    ca: Path | None = None
    plain_http: bool = False
    code: str = ""


def of_link(word: str) -> Told:
    """A QR code's `https://server/e#CODE.<sha256 of a public key>`; else the code alone."""
    link = LINK.fullmatch(word.strip())
    if link is None:
        return Told(code=word)
    return Told(server=link[1], code=link[2], pin=(link[3] or "").lower())


def of_file(path: Path) -> Told:
    """What the file says, nothing where there is none. Raises BadConfig and OSError."""
    try:
        with path.open("rb") as file:
            said = tomllib.loads(file.read(MOST_BYTES).decode())
    except FileNotFoundError:
        return Told()
    except ValueError as exc:
        raise BadConfig(f"{path}: {exc}") from exc
    ca = _word(said, "ca", path)
    return Told(
        server=_word(said, "server", path),
        pin=_word(said, "pin", path).lower(),
        ca=Path(ca) if ca else None,
        plain_http=said.get("plain_http") is True,
    )


def _word(said: dict[str, object], name: str, path: Path) -> str:
    word = said.get(name, "")
    if not isinstance(word, str):
        raise BadConfig(f"{path}: {name} is not a text")
    return word.strip()


def is_pin(word: str) -> bool:
    return PIN.fullmatch(word) is not None
