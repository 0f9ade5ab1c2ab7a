"""The command `connect` against a server that really listens, and the job that runs it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent import identity, wire
from agent.__main__ import main
from agent.apart import Apart, connect_apart
from agent.client import Client
from agent.modem import command as commanding
from agent.run import Ran, never
from agent.tell import Exit
from agent.transport import OverHttp
from agent.vocabulary import Why
from agent.work import End
from tests.agent.modem import simulator
from tests.agent.modem.grounds import Tools, asked, needs_nmcli
from tests.agent.modem.simulator import ANOTHER_S, ICCID, QUECTEL, Modem
from tests.agent.server import Server, problem, say
from tests.agent.test_jobs import job
from tests.agent.trees import around

pytestmark = needs_nmcli
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def agent(tmp_path, monkeypatch, capsys) -> Command:
    """Run a command in this process, on a machine whose tree is a folder."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    here = around(tmp_path / "machine", Tools())
    monkeypatch.setattr(commanding, "Around", lambda: here)
    monkeypatch.setattr(commanding, "check", lambda state, _here: identity.load(state))

    def command(*words: str) -> tuple[int, str]:
        code = main(["--state", str(tmp_path / "state"), *words])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return command


@pytest.fixture
def enrolled(agent, server: Server) -> Server:
    assert agent("enrol", "k7qm-3xpa", "--server", server.address)[0] == Exit.DONE
    return server


def reports(server: Server) -> list[wire.Connection]:
    told = [each.report().connection for each in server.kept.values()]
    return [each for each in told if each]


def test_the_server_names_the_card_and_is_told_what_came_of_it(agent, enrolled):
    enrolled.script = [say(200, asked(pin="0451"))]
    with simulator.plugged(Modem(QUECTEL, pin="0451")) as port:
        code, said = agent("connect", "--port", str(port.path))
    assert code == Exit.NOT_CONNECTED
    assert said.strip().endswith("ModemManager does not have this modem.")
    (told,) = reports(enrolled)
    assert (told.expected, told.matches, told.pin) == (ICCID, True, "accepted")
    assert ("GET", wire.CONNECTIVITY_PATH) in enrolled.asked
    assert "0451" not in said


def test_another_card_is_reported_and_left_as_it_is(agent, enrolled):
    enrolled.script = [say(200, asked(pin="0451"))]
    modem = Modem(QUECTEL, iccid=ANOTHER_S, pin="0451")
    with simulator.plugged(modem) as port:
        code, said = agent("connect", "--port", str(port.path), "--language", "fr")
    assert code == Exit.NOT_CONNECTED
    assert f"Une autre carte est dans le modem\u202f: {ANOTHER_S}" in said
    (told,) = reports(enrolled)
    assert (told.matches, told.verdict) == (False, "other_card")
    assert modem.pins_heard == []


def test_a_machine_without_a_card_of_its_own_only_looks(agent, enrolled):
    enrolled.script = [problem(wire.Code.NOT_FOUND)]
    with simulator.plugged(Modem()) as port:
        code, said = agent("connect", "--port", str(port.path))
    assert code == Exit.NOT_CONNECTED
    assert "names no card" in said
    (told,) = reports(enrolled)
    assert (told.expected, told.installed) == (None, False)


def test_a_server_that_is_away_stops_it_before_the_modem(agent, enrolled):
    enrolled.script = [problem(wire.Code.UNAVAILABLE)]
    modem = Modem()
    with simulator.plugged(modem) as port:
        code, said = agent("connect", "--port", str(port.path))
    assert (code, modem.heard) == (Exit.WAITING, [])
    assert "does not say which card" in said
    assert reports(enrolled) == []


def test_looking_asks_nobody_and_keeps_nothing(agent, server, tmp_path):
    modem = Modem(QUECTEL, pin="0451")
    with simulator.plugged(modem) as port:
        code, said = agent("connect", "--look", "--port", str(port.path))
    assert code == Exit.DONE
    assert "Quectel EC25" in said
    assert f"Card: {ICCID}" in said
    assert "Tries left for the PIN: 3" in said
    assert (server.asked, modem.pins_heard) == ([], [])
    assert not (tmp_path / "state").exists()


def test_a_report_that_is_kept_waits_for_the_service(agent, enrolled):
    enrolled.script = [problem(wire.Code.NOT_FOUND)]
    code, said = agent("connect", "--keep")
    assert code == Exit.NOT_CONNECTED
    assert "No modem is seen" in said
    assert reports(enrolled) == []
    assert agent("report")[0] == Exit.DONE
    assert reports(enrolled)[0].verdict is wire.Verdict.NO_MODEM


def test_what_the_card_needs_is_asked_with_the_machine_s_credential(server):
    server.script = [say(200, asked(pin="0451"))]
    client = Client(server.address, OverHttp(identity.Server(address=server.address)))
    assert client.connectivity("a-token-of-sixteen").pin == "0451"


@pytest.mark.parametrize(
    ("ran", "end"),
    [
        (
            Ran((), 0, b"Connecting...\nThe line works.\n"),
            End(wire.Stage.DONE, "The line works."),
        ),
        (
            Ran((), 9, b"", b"No modem is seen.\n"),
            End(wire.Stage.FAILED, "No modem is seen."),
        ),
        (Ran((), -9, why=Why.TIMEOUT), End(wire.Stage.FAILED, "timeout")),
    ],
)
def test_the_job_says_the_verdict(tmp_path, ran, end):
    assert connect_apart(tmp_path, "fr", never, lambda _argv, _stopped: ran) == end


def test_a_line_that_nobody_wants_any_more_is_cancelled(tmp_path):
    ran = Ran((), exit_code=-9, why=Why.TIMEOUT)
    end = connect_apart(tmp_path, "fr", lambda: True, lambda _argv, _stopped: ran)
    assert end == End(wire.Stage.CANCELLED)


def test_the_service_does_the_job_in_a_process_of_its_own(tmp_path):
    apart = Apart(tmp_path, _never, _never, _never)
    end = apart(job(kind=wire.Work.CONNECT), lambda *_told: None, never)
    assert end.state is wire.Stage.FAILED
    assert "enrol" in end.message


def _never(*_words: object) -> End:
    raise AssertionError("done by another")
