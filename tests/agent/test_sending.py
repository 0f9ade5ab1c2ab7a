"""Every answer has its rule, against a server that really listens."""

from __future__ import annotations

import functools
import socket
import threading
import uuid

import pytest

from agent import identity, wire
from agent.client import Client
from agent.identity import Identity
from agent.sending import MOST_WAITS, Sender, Stop
from agent.spool import Spool
from agent.transport import OverHttp
from tests.agent.samples import report
from tests.agent.server import HANG_UP, TOKEN, Reply, problem, say

KEY = bytes(range(32))
NOBODY = "http://127.0.0.1:9"  # discard: nothing listens there
AGENT = uuid.UUID(int=1)
HTML = {"Content-Type": "text/html"}


class Machine:
    """One enrolled machine: its spool, and the waits it was asked for."""

    def __init__(self, folder, server):
        self.server = server
        self.waits = []
        self.known = Identity(
            server=identity.Server(address=server.address),
            agent_id=AGENT,
            token=TOKEN,
            private_key=KEY,
        )
        server.agents[identity.public_key(KEY)] = AGENT
        self.spool = Spool(folder, AGENT, self.known.seal)

    def add(self, *numbers):
        for number in numbers:
            self.spool.add(functools.partial(self.write, uuid.UUID(int=number)))

    def write(self, report_id, link):
        return report(report_id=report_id, seq=link.seq, prev_sha256=link.prev_sha256)

    def send(self, address=""):
        client = Client(address or self.server.address, OverHttp(self.known.server))
        hand_over = functools.partial(client.report, self.known.token)
        return Sender(self.spool, hand_over, self.waits.append).send()

    @property
    def waiting(self):
        return len(self.spool.waiting())


@pytest.fixture
def machine(tmp_path, server):
    return Machine(tmp_path, server)


def kept(server):
    return [report_id.int for report_id in server.kept]


def test_everything_that_waits_is_sent_in_order_and_let_go(machine, server):
    machine.add(1, 2, 3)
    outcome = machine.send()
    assert kept(server) == [1, 2, 3]
    assert (outcome.sent, outcome.stop, machine.waiting) == (3, None, 0)
    assert outcome.reply
    assert outcome.reply.next_seq == 4


def test_nothing_to_send_is_nothing_wrong(machine, server):
    assert machine.send().stop is None
    assert server.asked == []


def test_an_answer_that_got_lost_makes_no_second_report(machine, server):
    machine.add(1)
    server.script = [lambda _kept: HANG_UP]
    assert machine.send().stop is Stop.UNREACHABLE
    assert (kept(server), machine.waiting) == ([1], 1)
    machine.add(2)
    assert machine.send().stop is None
    assert kept(server) == [1, 2]


@pytest.mark.parametrize("read_bytes", [0, 1, 200])
def test_a_connection_cut_in_the_middle_loses_nothing(machine, server, read_bytes):
    """Something hangs up before, at and within the request."""
    machine.add(1)
    with socket.create_server(("127.0.0.1", 0)) as door:

        def hang_up() -> None:
            line, _ = door.accept()
            with line:
                line.recv(read_bytes)
                line.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, bytes([1] + [0] * 7)
                )

        cutting = threading.Thread(target=hang_up)
        cutting.start()
        outcome = machine.send(address=f"http://127.0.0.1:{door.getsockname()[1]}")
        cutting.join()
    assert (outcome.stop, machine.waiting) == (Stop.UNREACHABLE, 1)
    assert machine.send().sent == 1


def test_an_answer_cut_in_the_middle_is_none(machine, server):
    machine.add(1)
    server.script = [
        lambda kept: kept._replace(headers={"Transfer-Encoding": "chunked"})
    ]
    assert machine.send().stop in (Stop.UNREACHABLE, Stop.NOT_UNDERSTOOD)
    assert (kept(server), machine.waiting) == ([1], 1)
    assert machine.send().sent == 1
    assert kept(server) == [1]


def test_a_server_that_is_down_loses_nothing(machine, server):
    machine.add(1)
    assert machine.send(address=NOBODY).stop is Stop.UNREACHABLE
    assert machine.waiting == 1
    assert machine.send().sent == 1


@pytest.mark.parametrize(
    ("code", "stop"),
    [
        (wire.Code.TOKEN_INVALID, Stop.ENROL_AGAIN),
        (wire.Code.AGENT_REVOKED, Stop.ENROL_AGAIN),
        (wire.Code.SIGNATURE_INVALID, Stop.ENROL_AGAIN),
        (wire.Code.AGENT_MISMATCH, Stop.ENROL_AGAIN),
        (wire.Code.NOT_FOUND, Stop.NOT_UNDERSTOOD),
        (wire.Code.METHOD_NOT_ALLOWED, Stop.NOT_UNDERSTOOD),
        (wire.Code.UNSUPPORTED_MEDIA_TYPE, Stop.NOT_UNDERSTOOD),
        (wire.Code.VERSION_UNSUPPORTED, Stop.UPDATE),
        (wire.Code.UPGRADE_REQUIRED, Stop.UPDATE),
        (wire.Code.CLONE_SUSPECTED, Stop.CLONE),
        (wire.Code.NOT_APPROVED, Stop.NOT_APPROVED),
        (wire.Code.THROTTLED, Stop.BUSY),
        (wire.Code.UNAVAILABLE, Stop.BUSY),
        (wire.Code.SERVER_ERROR, Stop.FAILING),
    ],
)
def test_a_refusal_that_may_pass_keeps_everything(machine, server, code, stop):
    machine.add(1, 2)
    server.script = [problem(code)]
    outcome = machine.send()
    assert outcome.stop is stop
    assert code.value in outcome.detail
    assert (machine.waiting, kept(server), outcome.rejected) == (2, [], [])
    assert machine.send().sent == 2


@pytest.mark.parametrize(
    "code", [wire.Code.MALFORMED, wire.Code.TOO_LARGE, wire.Code.REPORT_CONFLICT]
)
def test_a_refusal_for_good_sets_one_report_aside_and_sends_the_next(
    machine, server, code
):
    machine.add(1, 2)
    server.script = [problem(code, detail="words")]
    outcome = machine.send()
    ((path, why),) = outcome.rejected
    assert path.exists()
    assert path.with_suffix(".why").read_text() == f"{why}\n"
    assert "words" in why
    assert (outcome.stop, machine.waiting, kept(server)) == (None, 0, [2])


@pytest.mark.parametrize("status", [400, 404, 409, 413, 418, 422, 451])
def test_a_refusal_that_is_not_the_server_s_own_keeps_everything(
    machine, server, status
):
    """A proxy with a limit of its own, a captive portal."""
    machine.add(1)
    server.script = [Reply(status, b"<html>no</html>", HTML)]
    outcome = machine.send()
    assert (outcome.stop, machine.waiting) == (Stop.NOT_UNDERSTOOD, 1)


@pytest.mark.parametrize(
    ("status", "stop"),
    [
        (401, Stop.ENROL_AGAIN),
        (403, Stop.ENROL_AGAIN),
        (426, Stop.UPDATE),
        (429, Stop.BUSY),
        (502, Stop.FAILING),
        (503, Stop.BUSY),
    ],
)
def test_a_status_without_a_code_is_treated_by_its_status(
    machine, server, status, stop
):
    machine.add(1)
    server.script = [Reply(status, b"", {})]
    assert machine.send().stop is stop
    assert machine.waiting == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>Please log in</html>", HTML),
        Reply(200, b"", {}),
        Reply(204, b"", {}),
        Reply(302, b"", {"Location": NOBODY}),
        say(
            201,
            wire.ReportReply(
                report_id=uuid.UUID(int=99),
                received_at=report().taken_at,
                clock_offset_seconds=0,
                next_seq=2,
            ),
        ),
    ],
    ids=["portal", "nothing", "no content", "elsewhere", "another report"],
)
def test_nothing_is_taken_for_kept_unless_the_answer_says_so(machine, server, reply):
    machine.add(1)
    server.script = [reply]
    assert machine.send().stop is Stop.NOT_UNDERSTOOD
    assert machine.waiting == 1


def test_an_answer_without_end_is_cut_off(machine, server):
    machine.add(1)
    server.script = [Reply(200, b" " * (2**20 + 1), {})]
    assert machine.send().stop is Stop.NOT_UNDERSTOOD
    assert machine.waiting == 1


def test_a_machine_set_back_to_yesterday_continues_where_the_server_stands(
    tmp_path, server
):
    machine = Machine(tmp_path / "now", server)
    machine.add(1, 2, 3)
    machine.send()
    restored = Machine(tmp_path / "yesterday", server)
    restored.add(4, 5)
    assert restored.send().stop is None
    assert kept(server) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("torn", [None, b"", b'{"seq": 2'])
def test_a_machine_that_forgot_what_it_sent_continues_where_the_server_stands(
    tmp_path, server, torn
):
    machine = Machine(tmp_path, server)
    machine.add(1, 2)
    machine.send()
    chain = tmp_path / "chain.json"
    chain.unlink() if torn is None else chain.write_bytes(torn)
    machine.add(3, 4)
    assert machine.send().stop is None
    assert kept(server) == [1, 2, 3, 4]
    assert server.kept[uuid.UUID(int=3)].report().seq == 3


def test_a_server_set_back_to_yesterday_is_followed(machine, server):
    machine.add(1, 2)
    machine.send()
    server.kept.pop(uuid.UUID(int=2))
    machine.add(3)
    assert machine.send().stop is None
    assert kept(server) == [1, 3]


def test_a_server_that_never_agrees_is_not_asked_for_ever(machine, server):
    conflict = problem(
        wire.Code.SEQ_CONFLICT, expected=5, expected_prev_sha256="ab" * 32
    )
    machine.add(1)
    server.script = [conflict, conflict, conflict]
    assert machine.send().stop is Stop.NOT_UNDERSTOOD
    assert len(server.asked) == 2
    assert machine.waiting == 1


def test_a_conflict_without_what_is_expected_keeps_everything(machine, server):
    machine.add(1)
    server.script = [problem(wire.Code.SEQ_CONFLICT)]
    assert machine.send().stop is Stop.NOT_UNDERSTOOD
    assert machine.waiting == 1


def test_a_short_wait_is_waited_and_the_report_arrives(machine, server):
    machine.add(1)
    server.script = [problem(wire.Code.THROTTLED, {"Retry-After": "7"})]
    assert machine.send().sent == 1
    assert machine.waits == [7.0]


def test_a_server_that_is_always_busy_is_left_alone(machine, server):
    machine.add(1)
    busy = problem(wire.Code.UNAVAILABLE, {"Retry-After": "1"})
    server.script = [busy] * 10
    assert machine.send().stop is Stop.BUSY
    assert len(machine.waits) == MOST_WAITS
    assert machine.waiting == 1


@pytest.mark.parametrize(
    ("asked_for", "seconds"),
    [
        ("3600", 3600),
        ("Mon, 23 Nov 2026 09:30:00 GMT", None),
        ("-1", None),
        ("9" * 400, None),
    ],
)
def test_a_long_wait_is_left_to_the_next_run(machine, server, asked_for, seconds):
    machine.add(1)
    server.script = [problem(wire.Code.THROTTLED, {"Retry-After": asked_for})]
    outcome = machine.send()
    assert (outcome.stop, outcome.retry_after_seconds) == (Stop.BUSY, seconds)
    assert machine.waits == []


def test_a_machine_enrolled_anew_sends_what_waited(tmp_path, server):
    """The former agent was revoked while two reports waited."""
    machine = Machine(tmp_path, server)
    machine.add(1, 2)
    server.script = [problem(wire.Code.AGENT_REVOKED)]
    machine.send()
    anew = uuid.UUID(int=2)
    key = bytes(range(1, 33))
    server.agents[identity.public_key(key)] = anew
    machine.known = Identity(
        server=machine.known.server, agent_id=anew, token=TOKEN, private_key=key
    )
    machine.spool = Spool(tmp_path, anew, machine.known.seal)
    assert machine.send().sent == 2
    assert {envelope.agent_id for envelope in server.kept.values()} == {anew}


def test_a_report_that_became_unreadable_holds_no_other_up(machine, server):
    machine.add(1, 2)
    machine.spool.waiting()[0].write_bytes(b"{")
    assert machine.send().sent == 1
    assert kept(server) == [2]
