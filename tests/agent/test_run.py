from __future__ import annotations

import time
from pathlib import Path

from agent.run import ENVIRONMENT, Talk, run
from agent.vocabulary import Why


def test_a_program_answers_with_everything_it_said():
    ran = run(["sh", "-c", "echo out; echo err >&2; exit 3"], 10)
    assert (ran.exit_code, ran.stdout, ran.stderr) == (3, b"out\n", b"err\n")
    assert ran.why is None
    assert ran.seconds > 0
    assert not ran.truncated


def test_a_program_that_is_not_there_is_said_to_be_missing():
    ran = run(["no-such-program-here"], 10)
    assert (ran.why, ran.exit_code) == (Why.TOOL_MISSING, None)


def test_a_program_that_may_not_run_is_told_apart(tmp_path):
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    assert run([str(script)], 10).why is Why.PERMISSION
    script.write_bytes(b"\x7fnothing that runs")
    script.chmod(0o755)
    assert run([str(script)], 10).why is Why.TOOL_FAILED


def test_a_program_that_hangs_is_ended_with_its_children(tmp_path):
    noted = tmp_path / "child"
    script = f"sleep 600 & echo $! >{noted}; echo half; wait"
    started = time.monotonic()
    ran = run(["sh", "-c", script], 1)
    assert time.monotonic() - started < 5
    assert ran.why is Why.TIMEOUT
    assert ran.stdout == b"half\n"
    assert not _runs(int(noted.read_text()))


def test_a_child_that_holds_the_output_open_holds_nobody_up():
    started = time.monotonic()
    ran = run(["sh", "-c", "sleep 600 & echo done"], 1)
    assert time.monotonic() - started < 5
    assert ran.why is Why.TIMEOUT


def test_a_program_that_closes_its_output_and_goes_on_is_ended():
    assert run(["sh", "-c", "exec >&- 2>&-; sleep 600"], 1).why is Why.TIMEOUT


def test_a_program_that_nobody_wants_any_more_is_ended():
    asked: list[float] = []

    def stopped() -> bool:
        asked.append(time.monotonic())
        return len(asked) > 1

    ran = run(["sleep", "600"], 600, stopped=stopped)
    assert (ran.why, ran.exit_code) == (Why.TIMEOUT, -9)
    assert ran.seconds < 5


def test_more_output_than_the_limit_is_dropped_and_said():
    ran = run(["sh", "-c", "head -c 1000000 /dev/zero"], 10, limit_bytes=1000)
    assert len(ran.stdout) == 1000
    assert ran.truncated
    assert ran.exit_code == 0


def test_a_program_sees_only_the_fixed_environment(monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    monkeypatch.setenv("SECRET", "x")
    lines = run(["env"], 10).stdout.decode().split()
    assert {line for line in lines if line.startswith("LC_ALL")} == {"LC_ALL=C"}
    assert not [line for line in lines if line.startswith("SECRET")]
    assert run(["pwd"], 10).stdout == b"/\n"
    assert ENVIRONMENT["PATH"].count("sbin") == 3


def test_a_program_gets_no_input():
    assert run(["cat"], 10).exit_code == 0


def test_what_a_program_is_given_it_reads_and_no_more():
    assert run(["cat"], 10, given=b"a secret\n").stdout == b"a secret\n"
    assert run(["wc", "-c"], 10, given=b"x" * 1_000_000).stdout == b"1000000\n"
    assert run(["true"], 10, given=b"x" * 1_000_000).exit_code == 0


def _runs(pid: int) -> bool:
    """Whether a process still does anything five seconds on: a zombie does not."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return False
        if "State:\tZ" in status:
            return False
    return True


def heard(talk):
    """The next lines, however long they take."""
    while not (lines := talk.lines(10)) and not talk.is_over:
        pass
    return lines


def test_a_program_says_lines_and_hears_words():
    talk = Talk(["sh", "-c", "echo one; read word; echo heard $word; printf half"])
    assert heard(talk) == [b"one"]
    talk.say(b"stop")
    assert heard(talk) == [b"heard stop"]
    assert heard(talk) == []
    assert talk.is_over
    assert talk.leave(10) == 0


def test_a_program_hears_that_nobody_listens_any_more():
    talk = Talk(["sh", "-c", "echo here; read word || exit 7"])
    assert heard(talk) == [b"here"]
    assert talk.leave(10) == 7


def test_a_program_that_is_gone_is_told_nothing():
    talk = Talk(["sh", "-c", "exit 3"])
    assert heard(talk) == []
    talk.say(b"stop")
    assert talk.leave(10) == 3


def test_a_program_that_does_not_end_is_not_waited_for():
    talk = Talk(["sh", "-c", "exec 0<&-; echo here; sleep 600"])
    assert heard(talk) == [b"here"]
    assert talk.leave(0.1) is None
    talk.end()
