"""The command line as people meet it, against a server that really listens."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from agent import identity, wire
from agent.__main__ import main
from agent.tell import Exit
from tests.agent.server import HANG_UP, NOW, TOKEN, Reply, problem

ROOT = Path(__file__).resolve().parents[2]
TYPED = "k7qm-3xpa"


@pytest.fixture
def agent(tmp_path, monkeypatch, capsys):
    """Run a command in this process; its exit code and all it printed."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def command(*words: str) -> tuple[int, str]:
        code = main(["--state", str(tmp_path / "state"), *words])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return command


@pytest.fixture
def state(tmp_path):
    return tmp_path / "state"


def enrol(agent, server):
    return agent("enrol", TYPED, "--server", server.address)


def test_a_machine_enrols_and_reports_what_it_is(agent, server, state):
    code, said = enrol(agent, server)
    assert code == Exit.DONE
    assert server.address in said
    code, said = agent("report")
    assert code == Exit.DONE
    assert "Reports sent: 1." in said
    assert "does not know yet which device" in said
    (envelope,) = server.kept.values()
    assert envelope.report().cpu
    assert TOKEN not in said


def test_a_bound_machine_is_told_its_tag(agent, server):
    enrol(agent, server)
    server.device = "PC004217W"
    assert "knows this machine as PC004217W" in agent("report")[1]


def test_the_code_is_told_to_no_one_but_a_server_of_ours(agent, server, state):
    server.script = [Reply(200, b"<html>Welcome to our Wi-Fi</html>", {})]
    code, said = enrol(agent, server)
    assert code == Exit.WAITING
    assert "is not the server this agent expects" in said
    assert [method for method, _ in server.asked] == ["GET"]
    assert not (state / identity.IDENTITY).exists()


def test_an_old_answer_to_another_nonce_is_no_server_of_ours(agent, server):
    old = wire.Time(nonce="n" * 32, now=NOW).to_bytes()
    server.script = [Reply(200, old, {})]
    assert enrol(agent, server)[0] == Exit.WAITING


def test_a_lost_answer_to_an_enrolment_is_asked_for_again(agent, server):
    server.script = [lambda true_time: true_time, lambda _enrolled: HANG_UP]
    assert enrol(agent, server)[0] == Exit.WAITING
    assert enrol(agent, server)[0] == Exit.DONE
    assert len(server.agents) == 1


@pytest.mark.parametrize(
    ("code", "ends", "said"),
    [
        (wire.Code.CODE_INVALID, Exit.ENROL_AGAIN, "Ask for a new one"),
        (wire.Code.AGENT_REVOKED, Exit.ENROL_AGAIN, "with a new code"),
        (wire.Code.THROTTLED, Exit.WAITING, "The server is busy."),
        (wire.Code.SERVER_ERROR, Exit.WAITING, "has a problem of its own"),
        (wire.Code.MALFORMED, Exit.WAITING, "is not the server"),
    ],
)
def test_a_refused_enrolment_says_why_and_keeps_no_identity(
    agent, server, state, code, ends, said
):
    server.script = [lambda true_time: true_time, problem(code)]
    assert enrol(agent, server)[0] == ends
    server.script = [lambda true_time: true_time, problem(code)]
    assert said in enrol(agent, server)[1]
    assert not (state / identity.IDENTITY).exists()


@pytest.mark.parametrize(
    "typed",
    [
        ("enrol", "K7QM", "--server", "http://127.0.0.1:9"),
        ("enrol", TYPED, "--server", "server"),
        ("enrol", TYPED, "--server", "ftp://server"),
        ("enrol", TYPED, "--server", "http://"),
        ("enrol", TYPED, "--server", "http://127.0.0.1:99999"),
        ("enrol", TYPED, "--server", "http://127.0.0.1:9/deep"),
        ("enrol", TYPED, "--server", "https://user:secret@server"),
        ("enrol", TYPED, "--server", "http://workshop.example"),
        ("enrol", TYPED, "--server", "https://server", "--ca", "/nowhere.pem"),
        ("enrol", TYPED, "--server", "https://server", "--ca", "/etc/hostname"),
    ],
    ids=lambda typed: " ".join(typed[1:]),
)
def test_what_cannot_be_used_is_refused_before_anything_is_done(agent, state, typed):
    code, said = agent(*typed)
    assert code == Exit.USAGE
    assert said.count("\n") == 1
    assert not state.exists()


def test_plain_http_to_another_machine_needs_to_be_asked_for(agent):
    typed = ("enrol", TYPED, "--server", "http://workshop.invalid")
    assert "Without encryption" in agent(*typed)[1]
    code, said = agent(*typed, "--plain-http")
    assert code == Exit.WAITING
    assert "does not answer" in said


def test_a_machine_that_is_not_enrolled_is_told_what_to_do(agent):
    code, said = agent("report")
    assert code == Exit.NOT_ENROLLED
    assert "Ask for a join code" in said


def test_a_report_waits_while_the_server_is_away(agent, server, state):
    enrol(agent, server)
    server.script = [HANG_UP]
    code, said = agent("report")
    assert code == Exit.WAITING
    assert "Nothing is lost. Reports waiting: 1." in said
    assert "Reports sent: 2." in agent("report")[1]


def test_a_refused_machine_is_told_to_enrol_again_and_then_sends_all(agent, server):
    enrol(agent, server)
    server.token = "another-token-0123456789"
    code, said = agent("report")
    assert code == Exit.ENROL_AGAIN
    assert "Enrol it again" in said
    enrol(agent, server)
    assert agent("report")[0] == Exit.DONE
    assert len(server.kept) == 2


def test_a_report_refused_for_good_is_shown(agent, server, state):
    enrol(agent, server)
    server.script = [problem(wire.Code.MALFORMED, where="drives")]
    code, said = agent("report")
    assert code == Exit.REJECTED
    (kept,) = (state / "spool/rejected").glob("*.json")
    assert str(kept) in said


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (dt.timedelta(days=6000), "6000 days behind"),
        (-dt.timedelta(days=2), "2 days ahead"),
        (dt.timedelta(minutes=10), "10 minutes behind"),
        (-dt.timedelta(minutes=10), "10 minutes ahead"),
        (dt.timedelta(seconds=30), ""),
    ],
    ids=str,
)
def test_a_clock_that_is_off_is_said_and_never_blocks(agent, server, off, said):
    """The server stands elsewhere in time; to the agent that is the same."""
    server.clock = lambda: dt.datetime.now(dt.UTC) + off
    code, enrolled = enrol(agent, server)
    code_of_report, reported = agent("report")
    assert (code, code_of_report) == (Exit.DONE, Exit.DONE)
    assert said in enrolled
    assert said in reported
    assert said or "clock" not in enrolled + reported


def test_a_state_folder_that_cannot_be_used_is_said(agent, server, tmp_path):
    (tmp_path / "state").write_text("a file, not a folder")
    code, said = enrol(agent, server)
    assert code == Exit.LOCAL
    assert "disk or rights" in said
    assert server.asked == []


def test_a_spoiled_identity_is_said(agent, server, state):
    enrol(agent, server)
    (state / identity.IDENTITY).write_text("{")
    assert agent("report")[0] == Exit.LOCAL


def test_the_machine_is_shown_before_and_after_enrolment(agent, server):
    code, before = agent("show")
    assert code == Exit.DONE
    assert "not enrolled" in before
    enrol(agent, server)
    after = agent("show")[1]
    assert server.address in after
    assert TOKEN not in after
    assert server.kept == {}


def test_show_needs_no_rights(agent, monkeypatch):
    def denied(_state):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(identity, "load", denied)
    code, said = agent("show")
    assert code == Exit.DONE
    assert "needs more rights" in said


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_agent_killed_in_the_middle_of_sending_loses_and_doubles_nothing(
    agent, server, state
):
    """The server has kept the report, and the agent dies before it hears so."""
    enrol(agent, server)
    words = ("--state", str(state), "report")
    started: list[subprocess.Popen[bytes]] = []
    is_started = threading.Event()

    def kill(_kept: Reply) -> Reply:
        assert is_started.wait(30)
        started[0].kill()
        started[0].wait(30)
        return HANG_UP

    server.script = [kill]
    with subprocess.Popen([sys.executable, "-m", "agent", *words], cwd=ROOT) as process:
        started.append(process)
        is_started.set()
    assert process.returncode == -signal.SIGKILL
    assert len(server.kept) == 1
    assert agent("report")[0] == Exit.DONE
    assert len(server.kept) == 2
    assert not list((state / "spool/waiting").iterdir())


def test_it_speaks_french_where_the_session_does(tmp_path):
    ran = run("--state", str(tmp_path), "report", LC_ALL="fr_FR.UTF-8")
    assert ran.returncode == Exit.NOT_ENROLLED
    assert "n’est pas encore enrôlée" in ran.stderr


def test_a_terminal_that_knows_no_accents_is_no_error(tmp_path):
    words = ("--state", str(tmp_path), "show")
    ran = run(*words, LC_ALL="fr_FR", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ran.returncode == Exit.DONE


def test_state_may_stand_before_or_after_the_command(tmp_path):
    before = run("--state", str(tmp_path), "report", LC_ALL="C")
    after = run("report", "--state", str(tmp_path), LC_ALL="C")
    assert before.returncode == after.returncode == Exit.NOT_ENROLLED


def test_the_version_is_said_without_loading_anything_heavy():
    heavy = ("psutil", "urllib3", "rich", "cryptography", "ssl", "argparse", "enum")
    ours = ["agent", "agent.__main__"]
    probe = (
        "import sys, json; before = set(sys.modules)\n"
        "from agent.__main__ import main\n"
        "main(['--version']); new = set(sys.modules) - before\n"
        f"print(json.dumps([[m for m in {heavy!r} if m in new],"
        " sorted(m for m in new if m.startswith('agent'))]))"
    )
    ran = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path[:0] = ['.']\n{probe}",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    version, loaded = ran.stdout.splitlines()
    assert version[0].isdigit()
    assert json.loads(loaded) == [[], ours]


@pytest.mark.parametrize("order", ["emploi/1/0000", "../../x", "emploi/0/" + "a" * 64])
def test_what_is_no_order_is_said_to_be_none(agent, order):
    code, said = agent("provision", "--dry-run", "--order", order)
    assert (code, f"This is no order: {order}" in said) == (Exit.USAGE, True)
