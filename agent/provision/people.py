"""Take a person's things off a machine that comes back: accounts, homes, connections.

Whoever had the machine may have made accounts and joined networks of their own: all of
them go, whatever the environment brought. The drives are erased afterwards; until then
nobody at the workshop is to see them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final

from agent import durable
from agent.collect.around import said
from agent.installed import StepResult, StepState
from agent.profile.steps import StepKind
from agent.provision.reasons import failed, say
from agent.provision.step import StepFailed
from agent.run import run
from agent.words import Words

FIRST_UID: Final = 1000
LAST_UID: Final = 59_999
TOOL_SECONDS: Final = 60.0
CONNECTIONS: Final = "etc/NetworkManager/system-connections"


def leave(root: Path, words: Words) -> list[StepResult]:
    """What came of each: a result that failed names what stays."""
    return [
        _result("homes", StepKind.USER, lambda: _homes(root), words),
        _result("connections", StepKind.NM_GSM, lambda: _connections(root), words),
    ]


def _homes(root: Path) -> None:
    for name, home in people(root):
        _remove_account(root, name)
        at = root / home.lstrip("/")
        if not _is_a_home(home) or at.is_symlink():
            raise failed("path_unsafe", home)
        if at.is_dir():
            shutil.rmtree(at)
            durable.settle(at.parent)
    for lost in sorted((root / "home").glob("*")):
        if lost.is_dir() and not lost.is_symlink() and lost.name != "lost+found":
            shutil.rmtree(lost)  # of an account that was removed before


def people(root: Path) -> list[tuple[str, str]]:
    """Name and home of every account of a person (passwd(5))."""
    found = []
    for line in said(root / "etc/passwd").splitlines():
        fields = line.split(":")
        uid = int(fields[2]) if len(fields) == 7 and fields[2].isdigit() else -1
        if FIRST_UID <= uid <= LAST_UID:
            found.append((fields[0], fields[5]))
    return found


def _is_a_home(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return len(parts) > 2 and parts[:2] == ("/", "home") and ".." not in parts


def _remove_account(root: Path, name: str) -> None:
    """`--force`: also of who is signed in, whose programs are ended first."""
    inside = [] if root == Path("/") else ["--root", str(root)]
    if not inside:
        run(("loginctl", "terminate-user", name), TOOL_SECONDS)
    ran = run(("userdel", "--force", *inside, name), TOOL_SECONDS)
    if any(name == there for there, _home in people(root)):
        last = ran.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise failed("tool_failed", f"userdel: {last or ran.why or ran.exit_code}")


def _connections(root: Path) -> None:
    folder = root / CONNECTIONS
    for path in sorted(folder.glob("*")):
        durable.remove(path)
    if root == Path("/") and folder.is_dir():
        run(("nmcli", "connection", "reload"), TOOL_SECONDS)


def _result(
    name: str, kind: StepKind, act: Callable[[], None], words: Words
) -> StepResult:
    code = why = ""
    try:
        act()
    except StepFailed as exc:
        code, why = exc.code, exc.why
    except OSError as exc:
        code, why = "tool_failed", str(exc)
    state = StepState.FAILED if code else StepState.CHANGED
    message = say(words, why)
    return StepResult(id=name, kind=kind.value, state=state, code=code, message=message)
