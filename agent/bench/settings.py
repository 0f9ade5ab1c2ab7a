"""What a bench is told before it starts: by its stick, or by whoever boots it.

The stick has a small partition named REBOND with a file that anybody can edit.
What stands on the kernel's command line (`rebond.server=…`) wins over it, so that a
network start needs no stick. Nothing here is a secret that lasts: a join code works
once, for a quarter of an hour.
"""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

FILE = "rebond-agent.toml"
MOST_BYTES = 65_536
PREFIX = "rebond."


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Empty where nobody said anything. `wrong` is why the file could not be read.

    `medium` is what the machine was started from, as its boot loader says.
    """

    server: str = ""
    pin: str = ""
    site: str = ""
    keyboard: str = "fr"
    code: str = ""
    plain_http: bool = False
    medium: str = ""
    ca: Path | None = None
    wrong: str = ""


def read(stick: Path, command_line: str) -> Settings:
    """The settings of the stick with those of the kernel's command line over them."""
    told, wrong = _told(stick / FILE)
    told |= {
        name.removeprefix(PREFIX): value
        for name, equals, value in (w.partition("=") for w in command_line.split())
        if name.startswith(PREFIX) and equals
    }
    ca = stick / "ca.pem"
    return Settings(
        server=_line(told.get("server", "")).rstrip("/"),
        pin=_line(told.get("pin", "")),
        site=_line(told.get("site", "")),
        keyboard=_line(told.get("keyboard", "")) or Settings.keyboard,
        code=_line(told.get("code", "")),
        plain_http=told.get("plain_http") in (True, "true", "1"),
        medium=_line(told.get("medium", "")),
        ca=ca if ca.is_file() else None,
        wrong=wrong,
    )


def _told(file: Path) -> tuple[dict[str, object], str]:
    try:
        with file.open("rb") as opened:
            text = opened.read(MOST_BYTES).decode("utf-8-sig")
        return tomllib.loads(text.replace("\r\n", "\n")), ""
    except FileNotFoundError:
        return {}, ""
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        return {}, str(exc)


def _line(value: object) -> str:
    """One line that a screen can show and a program can take as one word."""
    kept = "".join(c for c in str(value) if c.isprintable()).strip()
    return kept[:1000] if isinstance(value, str) else ""
