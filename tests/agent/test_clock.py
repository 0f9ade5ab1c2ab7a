"""A dead clock is set by a time that the server signed, over TLS, and by nothing less.

The clock of the test's machine is right; certificates of another time stand for a
clock that is wrong. Where the real clock is moved, libfaketime moves it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

import pytest

from agent import identity, wire
from agent.client import Client, Refused
from agent.clock import WithRightClock, signed_now, told_clock
from agent.collect.around import Around
from agent.identity import Identity
from agent.service import _offset
from agent.transport import NotUnderstood, OverHttp, Unreachable
from agent.words import Words
from tests.agent.authority import EXPIRED, NOT_YET, VALID, Authority
from tests.agent.server import NOW, TOKEN, problem, say

YEARS = dt.timedelta(days=6000)


@pytest.fixture(scope="module")
def authority():
    return Authority()


class Machine:
    """A machine that may set its clock; what it set and what it told of it."""

    def __init__(self, server, authority, *, settable=True):
        self.settable = settable
        self.set = []
        self.told = []
        self.asked = server.asked
        self.over = OverHttp(
            identity.Server(address=server.address, ca_pem=authority.pem)
        )
        self.known = Identity(
            server=self.over._server,
            agent_id=uuid.UUID(int=1),
            token=TOKEN,
            private_key=bytes(range(32)),
            server_key=server.time_key.public_key().public_bytes_raw(),
        )

    def set_clock(self, now):
        if not self.settable:
            raise PermissionError(1, "Operation not permitted")
        self.set.append(now)

    def send(self, now):
        return WithRightClock(
            self.known,
            self.over,
            lambda: now,
            self.set_clock,
            lambda seconds, is_set: self.told.append((seconds, is_set)),
        )

    def call(self, now=NOW):
        return Client(self.known.server.address, self.send(now)).time()


def test_a_right_clock_is_left_alone(tmp_path, authority):
    with authority.server(tmp_path) as server:
        machine = Machine(server, authority)
        machine.call()
        assert (machine.set, machine.told) == ([], [])


@pytest.mark.parametrize("off", [-YEARS, YEARS], ids=["behind", "ahead"])
def test_a_dead_clock_is_set_before_anything_else_is_said(tmp_path, authority, off):
    with authority.server(tmp_path) as server:
        machine = Machine(server, authority)
        machine.call(now=NOW + off)
        assert machine.set == [NOW]
        assert machine.told == [(round(-off.total_seconds()), True)]


@pytest.mark.parametrize("dates", [NOT_YET, EXPIRED], ids=["behind", "ahead"])
def test_the_dates_are_judged_anew_once_the_clock_is_right(tmp_path, authority, dates):
    """Here the clock cannot really change: what is left is the true verdict."""
    with authority.server(tmp_path, dates) as server:
        machine = Machine(server, authority)
        if dates is EXPIRED:
            with pytest.raises(Unreachable, match="expired"):
                machine.call(now=NOW + YEARS)
        else:
            machine.call(now=NOW - YEARS)
            assert machine.over.dates_unchecked
        assert machine.set == [NOW]


def test_a_clock_that_may_not_be_set_is_told_and_holds_nothing_up(tmp_path, authority):
    with authority.server(tmp_path) as server:
        machine = Machine(server, authority, settable=False)
        assert machine.call(now=NOW - YEARS).now == NOW
        assert machine.told[0][1] is False


@pytest.mark.parametrize("dates", [VALID, NOT_YET, EXPIRED])
def test_no_time_is_believed_from_another_issuer(tmp_path, authority, dates):
    with authority.server(tmp_path, dates) as server:
        machine = Machine(server, Authority())
        with pytest.raises(Unreachable):
            machine.call(now=NOW - YEARS)
        assert (machine.set, machine.asked) == ([], [])


def unsigned(reply):
    return say(200, dataclasses.replace(read(reply), signature=None))


def of_another_key(reply):
    return say(200, dataclasses.replace(read(reply), signature=bytes(64)))


def of_another_moment(reply):
    return say(200, dataclasses.replace(read(reply), now=NOW + YEARS))


def read(reply):
    return wire.Time.from_bytes(reply.body)


@pytest.mark.parametrize("lie", [unsigned, of_another_key, of_another_moment])
def test_no_time_is_believed_without_the_server_s_signature(tmp_path, authority, lie):
    with authority.server(tmp_path) as server:
        machine = Machine(server, authority)
        server.script = [lie]
        send = machine.send(NOW - YEARS)
        client = Client(server.address, send)
        with pytest.raises(NotUnderstood, match="not signed"):
            client.time()
        assert client.time().now == NOW
        assert machine.set == []


def test_a_server_that_tells_no_time_is_asked_for_it_once(tmp_path, authority):
    with authority.server(tmp_path) as server:
        machine = Machine(server, authority)
        server.script = [problem(wire.Code.UNAVAILABLE)]
        client = Client(server.address, machine.send(NOW - YEARS))
        with pytest.raises(Refused):
            client.time()
        assert client.time().now == NOW
        assert machine.set == []


@pytest.mark.parametrize("code", [wire.Code.THROTTLED, wire.Code.UNAVAILABLE], ids=str)
def test_a_busy_server_says_nothing_of_the_clock(server, code):
    known = Identity(
        server=identity.Server(address=server.address),
        agent_id=uuid.UUID(int=1),
        token=TOKEN,
        private_key=bytes(range(32)),
    )
    server.script = [problem(code)]
    assert _offset(known, Around())() is None


def test_an_old_signed_time_is_no_answer_to_a_new_question(server):
    old = wire.Time(nonce="n" * 32, now=NOW)
    old = dataclasses.replace(old, signature=server.time_key.sign(old.signed))
    server.script = [say(200, old)]
    client = Client(server.address, OverHttp(identity.Server(address=server.address)))
    with pytest.raises(NotUnderstood, match="old answer"):
        signed_now(client, server.time_key.public_key().public_bytes_raw())


@pytest.mark.parametrize(
    ("seconds", "is_set", "said"),
    [
        (90, True, "90 seconds behind and was set"),
        (-90, True, "90 seconds ahead and was set"),
        (90, False, "90 seconds behind and cannot be set"),
        (-90, False, "90 seconds ahead and cannot be set"),
    ],
)
def test_a_clock_that_was_off_is_told_in_words(seconds, is_set, said):
    stage, sentence = told_clock(seconds, is_set, Words(is_french=False))
    assert said in sentence
    assert stage is (wire.Stage.DONE if is_set else wire.Stage.FAILED)


def test_a_server_that_gave_no_key_sets_no_clock(tmp_path, authority):
    with authority.server(tmp_path) as server:
        machine = Machine(server, authority)
        machine.known = dataclasses.replace(machine.known, server_key=None)
        machine.call(now=NOW - YEARS)
        assert (machine.set, len(machine.asked)) == ([], 1)
