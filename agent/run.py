"""Run another program: the only module of the agent that starts a process.

Nothing is hidden: exit code, both outputs, duration and the reason where there
was no answer come back. A program gets no input but what is handed to it, a fixed
environment, a bounded time and a bounded output, and is ended with everything it
started.
"""

from __future__ import annotations

import contextlib
import os
import select
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from agent.vocabulary import Why

ENVIRONMENT = {
    "LC_ALL": "C",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
}
LIMIT_BYTES = 4 * 2**20
ASK_SECONDS = 0.5


class Ran(NamedTuple):
    """What came of a program. `why` is set where it gave no answer at all."""

    argv: tuple[str, ...]
    exit_code: int | None = None
    stdout: bytes = b""
    stderr: bytes = b""
    seconds: float = 0.0
    truncated: bool = False
    why: Why | None = None
    detail: str = ""


Runner = Callable[[Sequence[str], float], Ran]
Stopped = Callable[[], bool]


def never() -> bool:
    return False


def run(
    argv: Sequence[str],
    timeout_seconds: float,
    limit_bytes: int = LIMIT_BYTES,
    stopped: Stopped = never,
    given: bytes = b"",
) -> Ran:
    """Run `argv` to its end, or for `timeout_seconds` at most.

    `stopped` is asked every second or sooner: as soon as it says yes, the program
    is ended as if its time were over. `given` is what it reads: a secret among its
    words could be read by everybody on the machine.
    """
    started = time.monotonic()
    try:
        with _input(given) as source:
            process = subprocess.Popen(  # noqa: S603  # fixed programs, no shell
                argv,
                stdin=source,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,
            )
    except OSError as exc:
        return Ran(tuple(argv), why=_why_not_started(exc), detail=exc.strerror or "")
    deadline = started + timeout_seconds
    ended = False
    try:
        outputs, ended = _listen(process, deadline, limit_bytes, stopped)
    finally:  # Ctrl-C must not leave it running either
        if not ended:
            _end(process)
    return Ran(
        tuple(argv),
        exit_code=process.poll(),
        stdout=bytes(outputs[0][:limit_bytes]),
        stderr=bytes(outputs[1][:limit_bytes]),
        seconds=time.monotonic() - started,
        truncated=any(len(output) > limit_bytes for output in outputs),
        why=None if ended else Why.TIMEOUT,
    )


@contextlib.contextmanager
def _input(given: bytes) -> Iterator[int]:
    """What a program reads, from memory: however long, nobody waits for the other."""
    if not given:
        yield subprocess.DEVNULL
        return
    with open(os.memfd_create("input"), "wb") as source:  # noqa: PTH123  # no path
        source.write(given)
        source.seek(0)
        yield source.fileno()


def _why_not_started(exc: OSError) -> Why:
    if isinstance(exc, FileNotFoundError):
        return Why.TOOL_MISSING
    return Why.PERMISSION if isinstance(exc, PermissionError) else Why.TOOL_FAILED


def _listen(
    process: subprocess.Popen[bytes],
    deadline: float,
    limit_bytes: int,
    stopped: Stopped,
) -> tuple[list[bytearray], bool]:
    """Both outputs, and whether the program ended in time.

    What exceeds the limit is read and dropped, so that the program can end; one
    byte more is kept, to tell.
    """
    outputs = [bytearray(), bytearray()]
    with contextlib.ExitStack() as stack:
        ears = stack.enter_context(selectors.DefaultSelector())
        for pipe, output in zip((process.stdout, process.stderr), outputs, strict=True):
            if pipe is not None:
                ears.register(stack.enter_context(pipe), selectors.EVENT_READ, output)
        while ears.get_map():
            left_seconds = max(0.0, deadline - time.monotonic())
            for key, _ in ears.select(min(left_seconds, ASK_SECONDS)):
                chunk = os.read(key.fd, 65536)
                key.data.extend(chunk[: limit_bytes + 1 - len(key.data)])
                if not chunk:
                    ears.unregister(key.fileobj)
            if time.monotonic() >= deadline or stopped():
                return outputs, False
    return outputs, _ended(process, deadline)


def _ended(process: subprocess.Popen[bytes], deadline: float) -> bool:
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and all it started.

    One that hangs inside the kernel on a dying drive cannot be ended; it is left
    behind rather than waited for.
    """
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    _ended(process, time.monotonic() + 2)


class Detached:
    """A program that goes on by itself, and outlives whoever started it.

    Raises OSError where it cannot be started. What it says is kept by nobody: it has
    places of its own to say it.
    """

    def __init__(self, argv: Sequence[str]) -> None:
        process = subprocess.Popen(  # noqa: S603  # fixed programs, no shell
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        # where it ends first, somebody has to hear of it
        threading.Thread(target=process.wait, name="reap", daemon=True).start()


class Talk:
    """A program that says a line for everything that happens, and hears words.

    Raises OSError where it cannot be started. What it complains of goes where this
    process's own complaints go.
    """

    def __init__(self, argv: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # fixed programs, no shell
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        self._heard = bytearray()
        self.is_over = False

    def lines(self, seconds: float) -> list[bytes]:
        """The lines that came meanwhile, as soon as there are any."""
        if self.is_over or self._process.stdout is None:
            return []
        source = self._process.stdout
        if not select.select([source], [], [], seconds)[0]:
            return []
        chunk = os.read(source.fileno(), 65536)
        self.is_over = not chunk
        *whole, rest = bytes(self._heard + chunk).split(b"\n")
        self._heard = bytearray(rest[:LIMIT_BYTES])
        return whole

    def say(self, word: bytes) -> None:
        """What cannot hear any more is told nothing."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(word + b"\n")
                self._process.stdin.flush()

    def leave(self, seconds: float) -> int | None:
        """Say no more, and wait a while; its exit code, None where it goes on."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.poll()

    def end(self) -> None:
        """End it with everything that it started."""
        _end(self._process)
