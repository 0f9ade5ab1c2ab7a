"""The way out: a script of the description, and another that says how it stands.

Both are verified files, run by the interpreter of their first line, for a bounded
time. What they print is kept short: a last line.
"""

from __future__ import annotations

from typing import Final

from agent.profile.steps import ScriptStep
from agent.provision.reasons import came_to_nothing, failed, last_line
from agent.provision.step import Found, Ground, Standing
from agent.run import Ran

_INTERPRETERS: Final = (
    *("/bin/sh", "/bin/bash", "/usr/bin/bash", "/bin/dash"),
    *("/usr/bin/python3", "/usr/bin/perl"),
)
_LINE_BYTES: Final = 200
_CHECK_SECONDS: Final = 120.0


class Script:
    def check(self, step: ScriptStep, ground: Ground) -> Found:
        seconds = min(step.timeout_seconds, _CHECK_SECONDS)
        ran = _run(step.check, seconds, ground)
        evidence = {"exit": str(ran.exit_code), "said": last_line(ran)[:100]}
        if ran.exit_code == 0:
            return Found(Standing.OK, evidence)
        if ran.exit_code != 1:
            return Found(Standing.UNKNOWN, evidence, "its check gave no clear answer")
        was_done = ground.kept.noted("done") == ground.sha256(step.apply)
        standing = Standing.DRIFT if was_done else Standing.MISSING
        return Found(standing, evidence, "its check says that it is needed")

    def apply(self, step: ScriptStep, ground: Ground) -> None:
        ran = _run(step.apply, step.timeout_seconds, ground)
        if ran.exit_code != 0:
            raise failed("script_failed", f"{ran.exit_code}: {last_line(ran)}")
        ground.kept.note("done", ground.sha256(step.apply))

    def undo(self, step: ScriptStep, ground: Ground) -> str:
        return f"what the script did stays: {step.explains}"


def _run(name: str, seconds: float, ground: Ground) -> Ran:
    path = ground.blob(name)
    with path.open("rb") as file:
        first = file.readline(_LINE_BYTES).decode("ascii", "replace")
    if not first.startswith("#!"):
        raise failed("file_unfit", name)
    interpreter, *options = first[2:].split() or [""]
    if interpreter not in _INTERPRETERS:
        raise failed("file_unfit", f"{name}: {interpreter}")
    ran = ground.run([interpreter, *options, str(path)], seconds)
    if ran.why is not None:
        raise came_to_nothing(ran)
    return ran
