"""How fast drives are overwritten and read back, and what that costs in memory.

    python -m tests.benchmarks.erasure [--gibibytes 2] [--rounds 5] [--folder DIR]

Root, for block devices made of files. On one device, in turns in the same run: `dd`
with direct I/O in blocks of 1 MiB, and the agent's own overwrite and reading back. Then
nwipe, where it is installed; then a device that takes 100 MB in a second and no more;
then the real service against a real server, erasing four drives at once.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from agent import wire
from agent.erase.contract import Advance, Target
from agent.erase.overwrite import Overwrite
from agent.erase.verify import are_zero, whole
from agent.methods import Ended, ErasureClass
from agent.proofs import Run
from agent.run import never
from tests.agent.authority import Authority
from tests.agent.erase.loops import loop, machine
from tests.agent.server import CODE, Server
from tests.benchmarks.agent_idle import cost

ROOT = Path(__file__).resolve().parents[2]
THROTTLE = Path("/sys/fs/cgroup/blkio/rebond-bench")
SLOW_BYTES_PER_SECOND = 100_000_000
SLOW_MEBIBYTES = 1024
NWIPE_MEBIBYTES = 256
DRIVES = 4
DRIVE_MEBIBYTES = 1024
MOST_BYTES = 64 * 10**6
LEAST_OF_DD = 0.95
LEAST_OF_MEDIUM = 0.98
MOST_SECONDS = 600.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="erasure", description=__doc__)
    parser.add_argument("--gibibytes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None)
    asked = parser.parse_args()
    with TemporaryDirectory(dir=asked.folder) as name:
        folder = Path(name)
        kept = [
            *_fast(folder, asked.gibibytes * 1024, asked.rounds),
            *_beside_nwipe(folder),
            *_throttled(folder),
            *_memory(folder),
        ]
    return 0 if all(kept) else 1


def _say(what: str, figure: str, bound: str, kept: bool) -> bool:
    print(f"| {what} | {figure} | {bound} | {'kept' if kept else '**missed**'} |")  # noqa: T201
    return kept


# ------------------------------------------------------------- as fast as it goes


def _fast(folder: Path, mebibytes: int, rounds: int) -> Iterator[bool]:
    with _device(folder / "fast", mebibytes) as target:
        works: dict[str, Callable[[], None]] = {
            "dd, write": lambda: _dd(f"of={target.path}", "if=/dev/zero", "oflag"),
            "overwrite": lambda: _overwrite(target),
            "dd, read": lambda: _dd(f"if={target.path}", "of=/dev/null", "iflag"),
            "read back": lambda: _read_back(target),
        }
        works["overwrite"]()  # every block of the file is there from now on
        rates = _in_turns(works, target.size_bytes, rounds)
    for name, peer in (("overwrite", "dd, write"), ("read back", "dd, read")):
        ratio = rates[name] / rates[peer]
        figure = f"{rates[name] / 1e6:.0f} MB/s, {ratio:.2f}× dd"
        yield _say(name, figure, f"≥ {LEAST_OF_DD}× dd", ratio >= LEAST_OF_DD)


def _in_turns(
    works: dict[str, Callable[[], None]], size: int, rounds: int
) -> dict[str, float]:
    """The median rate of each, in bytes per second."""
    rates: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            rates[name].append(size / _seconds(work))
    return {name: statistics.median(each) for name, each in rates.items()}


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _beside_nwipe(folder: Path) -> Iterator[bool]:
    if not shutil.which("nwipe"):
        print("nwipe is not installed: it is not compared with")  # noqa: T201
        return
    with _device(folder / "both", NWIPE_MEBIBYTES) as target:
        _overwrite(target)
        works = {
            "overwrite": lambda: _overwrite(target),
            "nwipe": lambda: _nwipe(target),
        }
        rates = _in_turns(works, target.size_bytes, rounds=1)
    ratio = rates["overwrite"] / rates["nwipe"]
    yield _say("overwrite", f"{ratio:.0f}× nwipe", "≥ 1× nwipe", ratio >= 1)


def _nwipe(target: Target) -> None:
    options = "--method=zero --autonuke --nogui --noblank --verify=off --nowait"
    command = ["nwipe", *options.split(), target.path]
    subprocess.run(command, check=True, capture_output=True)


def _dd(*words: str) -> None:
    """Its end is the end of the device, which it calls an error when it writes."""
    *ends, flag = words
    options = ["bs=1M", f"{flag}=direct"]
    options += ["conv=fdatasync"] if flag == "oflag" else []
    subprocess.run(["dd", *ends, *options], capture_output=True, check=flag == "iflag")


def _overwrite(target: Target) -> None:
    assert Overwrite().erase(target, _silent, never).ended is Ended.ERASED


def _read_back(target: Target) -> None:
    looked = are_zero(target, whole(target.size_bytes), _silent, never)
    assert (looked.mismatches, looked.errors) == (0, 0)


def _silent(_step: str, _advance: Advance) -> None:
    """Nobody looks."""


# ------------------------------------------------------------------ a slow medium


def _throttled(folder: Path) -> Iterator[bool]:
    try:
        THROTTLE.mkdir()
    except OSError as exc:
        print(f"a slow medium cannot be had here: {exc}")  # noqa: T201
        return
    try:
        with _device(folder / "slow", SLOW_MEBIBYTES) as target:
            _overwrite(target)
            yield from _slow(target)
    finally:
        THROTTLE.rmdir()


def _slow(target: Target) -> Iterator[bool]:
    number = os.stat(target.path).st_rdev  # noqa: PTH116
    limit = f"{os.major(number)}:{os.minor(number)} {SLOW_BYTES_PER_SECOND}"
    for way in ("read", "write"):
        (THROTTLE / f"blkio.throttle.{way}_bps_device").write_text(limit)
    rates = {}
    for name in ("overwrite", "read back"):
        rates[name] = target.size_bytes / _apart(name, target)
        share = rates[name] / SLOW_BYTES_PER_SECOND
        figure = f"{rates[name] / 1e6:.1f} MB/s, {share:.1%}"
        bound = f"≥ {LEAST_OF_MEDIUM:.0%} of 100 MB/s"
        yield _say(f"{name}, slow medium", figure, bound, share >= LEAST_OF_MEDIUM)


def _apart(name: str, target: Target) -> float:
    """The seconds of one work in a process that the throttle holds back."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        (THROTTLE / "cgroup.procs").write_text(str(os.getpid()))
        work = _overwrite if name == "overwrite" else _read_back
        os.write(writer, str(_seconds(lambda: work(target))).encode())
        os._exit(0)
    os.waitpid(child, 0)
    return float(os.read(reader, 64))


# ------------------------------------------------------------------------ memory


def _memory(folder: Path) -> Iterator[bool]:
    with contextlib.ExitStack() as stack:
        devices = [
            stack.enter_context(_device(folder / f"drive{n}", DRIVE_MEBIBYTES))
            for n in range(DRIVES)
        ]
        machine(folder / "root", *devices)
        authority = Authority()
        server = stack.enter_context(authority.server(folder))
        (folder / "ca.pem").write_bytes(authority.pem)
        most = _watched(folder, server)
    figure = f"{most / 1e6:.1f} MB"
    yield _say("agent, erasing four drives", figure, "≤ 64 MB", most <= MOST_BYTES)


def _watched(folder: Path, server: Server) -> int:
    """The most that the service and its process apart had resident together."""
    state = folder / "state"
    agent = [sys.executable, "-m", "agent", "--state", str(state)]
    joining = ["enrol", CODE, "--server", server.address]
    subprocess.run(
        [*agent, *joining, "--ca", str(folder / "ca.pem")], cwd=ROOT, check=True
    )
    (agent_id,) = server.agents.values()
    args = wire.JobArgs(runs=tuple(map(_run, range(1, DRIVES + 1))), confirmed=True)
    job = wire.Job(
        job_id=uuid.uuid4(), kind=wire.Work.ERASE, agent_id=agent_id, args=args
    )
    server.assignment = wire.Assignment(
        rev="1", mode=wire.Mode.BENCH, poll_seconds=1, job=job
    )
    serving = [sys.executable, "-m", "tests.benchmarks.erasing_agent"]
    most, end = 0, time.monotonic() + MOST_SECONDS
    with subprocess.Popen([*serving, folder / "root", state], cwd=ROOT) as process:
        try:
            while not any(event.state is wire.Stage.DONE for event in server.events):
                most = max(most, _resident(process.pid))
                if time.monotonic() > end:
                    raise TimeoutError("the agent did not erase its drives")
                time.sleep(0.1)
        finally:
            process.terminate()
    ends = [each.report().erasure for each in server.kept.values()]
    assert sum(record is not None for record in ends) == DRIVES
    return most


def _run(number: int) -> Run:
    return Run(
        run_id=uuid.UUID(int=number),
        token="fictional-token-0123456789",
        cycle=1,
        serial=f"FICTIF-{number:05d}",
        least=ErasureClass.CLEAR,
    )


def _resident(pid: int) -> int:
    """A process and all that it started; one that just ended counts no more."""
    total = 0
    with contextlib.suppress(OSError, KeyError):
        total = cost(pid).resident_bytes
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for thread in Path(f"/proc/{pid}/task").iterdir():
            children += (thread / "children").read_text().split()
        total += sum(_resident(int(child)) for child in set(children))
    return total


@contextlib.contextmanager
def _device(file: Path, mebibytes: int) -> Iterator[Target]:
    subprocess.run(["fallocate", "-l", f"{mebibytes}M", file], check=True)
    try:
        with loop(file, direct=True) as target:
            yield target
    finally:
        file.unlink()


if __name__ == "__main__":
    sys.exit(main())
