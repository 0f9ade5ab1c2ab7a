"""The running system. Its host name is never read: people put their own in it."""

from __future__ import annotations

import shlex

from agent import facts
from agent.collect.around import Around, Seen, text, why


def system(around: Around) -> Seen[facts.System]:
    kernel = around.kernel()
    words: dict[str, str] = {}
    unseen: tuple[facts.Unseen, ...] = ()
    try:
        words = parse(text(around.root / "etc/os-release"))
    except OSError as exc:
        unseen = (
            facts.Unseen(
                subject=facts.Subject.SYSTEM, why=why(exc), about="os-release"
            ),
        )
    found = facts.System(
        id=words.get("ID", ""),
        name=words.get("PRETTY_NAME", ""),
        version=words.get("VERSION_ID", ""),
        kernel=kernel.release,
        architecture=kernel.machine,
    )
    return Seen(found, unseen)


def parse(os_release: str) -> dict[str, str]:
    """Read an os-release(5) file: shell assignments without any expansion."""
    words = {}
    for line in os_release.splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith("#"):
            words[key] = _unquoted(value)
    return words


def _unquoted(value: str) -> str:
    try:
        return " ".join(shlex.split(value))
    except ValueError:  # a quote that never closes
        return value.strip("\"'")
