"""A printer that needs no driver: IPP Everywhere, through CUPS's own programs."""

from __future__ import annotations

import re
import time
from typing import Final

from agent.profile.steps import PrinterStep
from agent.provision.reasons import came_to_nothing, failed, last_line
from agent.provision.step import Found, Ground, Standing
from agent.run import Ran
from agent.vocabulary import Why

_LOOK_SECONDS: Final = 30.0
_ADD_SECONDS: Final = 180.0
_ASK_AGAIN_SECONDS: Final = 0.5
_NO_PRINTER: Final = re.compile(
    rb"Unable to (?:connect to|resolve|query|get)|client-error|No route to host|"
    rb"Connection refused|timed out|No such file or directory"
)
_NO_SCHEDULER: Final = re.compile(rb"Scheduler is not running|[Bb]ad file descriptor")


class Printer:
    def __init__(self, answer_seconds: float = 60.0) -> None:
        self._answer_seconds = answer_seconds

    def check(self, step: PrinterStep, ground: Ground) -> Found:
        uri = _uri(step.name, ground)
        default = _default(ground)
        evidence = {"printer": step.name, "uri": uri, "default": default}
        is_default = not step.is_default or default == step.name
        if uri == step.uri and is_default and _is_usable(step.name, ground):
            return Found(Standing.OK, evidence)
        was_done = bool(ground.kept.noted("done"))
        standing = Standing.DRIFT if was_done else Standing.MISSING
        return Found(standing, evidence, f"the printer is not as wanted: {step.name}")

    def apply(self, step: PrinterStep, ground: Ground) -> None:
        if ground.kept.noted("was_there") is None:
            ground.kept.note("was_there", bool(_uri(step.name, ground)))
        add = ["lpadmin", "-p", step.name, "-v", step.uri, "-m", "everywhere"]
        add += ["-L", step.location] if step.location else []
        _demand(ground.run([*add, "-E"], _ADD_SECONDS), step)
        self._wait_for_its_answer(step, ground)
        if step.is_default:
            _demand(ground.run(["lpadmin", "-d", step.name], _LOOK_SECONDS), step)
        ground.kept.note("done", True)

    def _wait_for_its_answer(self, step: PrinterStep, ground: Ground) -> None:
        """lpadmin calls one added that nobody answers for; CUPS asks it meanwhile."""
        deadline = time.monotonic() + self._answer_seconds
        while not _is_usable(step.name, ground):
            if time.monotonic() >= deadline or ground.stopped():
                if not ground.kept.noted("was_there"):
                    ground.run(["lpadmin", "-x", step.name], _LOOK_SECONDS)
                raise failed("printer_unreachable", step.uri)
            time.sleep(_ASK_AGAIN_SECONDS)

    def undo(self, step: PrinterStep, ground: Ground) -> str:
        if ground.kept.noted("was_there"):
            return f"the printer was there before and stays: {step.name}"
        ground.run(["lpadmin", "-x", step.name], _LOOK_SECONDS)
        return ""


def _demand(ran: Ran, step: PrinterStep) -> None:
    if ran.exit_code == 0 and ran.why is None:
        return
    if _NO_SCHEDULER.search(ran.stderr):
        raise failed("not_offered_here", "cups.service")
    if ran.why is Why.TIMEOUT or _NO_PRINTER.search(ran.stderr):
        raise failed("printer_unreachable", f"{step.uri}: {last_line(ran)}")
    raise came_to_nothing(ran)


def _uri(name: str, ground: Ground) -> str:
    """Where that printer is, "" where there is none of that name."""
    said = ground.run(["lpstat", "-v", name], _LOOK_SECONDS).stdout
    found = re.search(
        rf"^device for {re.escape(name)}: (\S+)$".encode(), said, re.MULTILINE
    )
    return found[1].decode(errors="replace") if found else ""


def _default(ground: Ground) -> str:
    said = ground.run(["lpstat", "-d"], _LOOK_SECONDS).stdout.decode(errors="replace")
    return said.partition("system default destination: ")[2].strip()


def _is_usable(name: str, ground: Ground) -> bool:
    """Whether it takes papers, and CUPS learnt from it what it can do."""
    takes = ground.run(["lpstat", "-a", name], _LOOK_SECONDS).stdout
    if not takes.startswith(f"{name} accepting requests".encode()):
        return False
    said = ground.run(["lpstat", "-l", "-p", name], _LOOK_SECONDS).stdout
    return b"\tInterface: " in said  # of which there is none where it never answered
