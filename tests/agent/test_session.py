"""A credential is renewed so that no moment leaves the machine without a good one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import uuid

import pytest

from agent import identity, wire
from agent.client import Client, Refused
from agent.identity import Identity
from agent.session import TOKEN_LASTS, Session
from agent.transport import OverHttp, Unreachable
from tests.agent.samples import report
from tests.agent.server import HANG_UP, NOW, TOKEN, problem

KEY = bytes(range(32))
AGENT = uuid.UUID(int=1)
LATER = TOKEN_LASTS + dt.timedelta(days=1)


@pytest.fixture
def known(server):
    server.agents[identity.public_key(KEY)] = AGENT
    return Identity(
        server=identity.Server(address=server.address),
        agent_id=AGENT,
        token=TOKEN,
        private_key=KEY,
        token_since=NOW,
    )


@pytest.fixture
def session(server, known, tmp_path):
    def session(known=known):
        client = Client(server.address, OverHttp(known.server))
        keep = functools.partial(identity.keep, tmp_path)
        return Session(client, known, keep, lambda: on_disk(tmp_path, known))

    return session


def on_disk(state, known):
    try:
        return identity.load(state)
    except identity.NotEnrolled:
        return known


def say_once(session, number=1):
    last = wire.Envelope.seal(AGENT, report(), lambda _: bytes(64)).sha256
    link = {"seq": number, "prev_sha256": last if number > 1 else ""}
    return session.report(
        session.known.seal(report(report_id=uuid.UUID(int=number + 6), **link))
    )


def test_a_young_credential_stays(server, session):
    here = session()
    say_once(here)
    assert server.rotations == 0
    assert here.known.token == TOKEN


def test_a_credential_of_no_known_age_gets_one(server, session, known):
    here = session(dataclasses.replace(known, token_since=None))
    say_once(here)
    assert here.known.token_since == NOW
    assert server.rotations == 0


def test_an_old_credential_is_renewed_and_kept_beside_the_former(
    server, session, tmp_path
):
    server.clock = lambda: NOW + LATER
    here = session()
    say_once(here)
    kept = identity.load(tmp_path)
    assert kept == here.known
    assert (kept.former_token, kept.token_since) == (TOKEN, NOW + LATER)
    assert kept.token == server.pending


def test_the_former_credential_is_forgotten_once_the_fresh_one_was_accepted(
    server, session, tmp_path
):
    server.clock = lambda: NOW + LATER
    here = session()
    say_once(here)
    say_once(here, 2)
    assert identity.load(tmp_path).former_token is None
    assert server.token == here.known.token != TOKEN


def test_a_fresh_credential_that_the_server_forgot_gives_way_to_the_former(
    server, session, known, tmp_path
):
    """The server was set back to a copy that it had made before."""
    here = session(
        dataclasses.replace(known, token="forgotten-token-012345", former_token=TOKEN)
    )
    say_once(here)
    assert len(server.kept) == 1
    kept = identity.load(tmp_path)
    assert (kept.token, kept.former_token) == (TOKEN, None)


def test_a_lost_answer_to_a_renewal_changes_nothing(server, session, tmp_path):
    server.clock = lambda: NOW + LATER
    server.script = [lambda kept: kept, lambda _rotated: HANG_UP]
    here = session()
    say_once(here)
    assert len(server.kept) == 1
    assert here.known.token == TOKEN
    assert not (tmp_path / identity.IDENTITY).exists()
    say_once(here, 2)
    assert here.known.former_token == TOKEN


def test_a_server_that_renews_nothing_still_gets_its_reports(server, session):
    server.clock = lambda: NOW + LATER
    server.script = [lambda kept: kept, problem(wire.Code.NOT_FOUND)]
    say_once(session())
    assert len(server.kept) == 1


def test_a_credential_that_another_process_renewed_is_read_again(
    server, session, known, tmp_path
):
    """Somebody typed `report` while the service ran, twice."""
    here = session()
    renewed = "renewed-token-0123456789"
    identity.keep(tmp_path, dataclasses.replace(known, token=renewed))
    server.token = renewed
    say_once(here)
    assert len(server.kept) == 1
    assert here.known.token == renewed


def test_the_credential_of_an_identity_made_anew_is_not_used(
    server, session, known, tmp_path
):
    here = session()
    anew = dataclasses.replace(known, agent_id=uuid.UUID(int=2), token="anew-" * 5)
    identity.keep(tmp_path, anew)
    server.token = anew.token
    with pytest.raises(Refused, match="token_invalid"):
        say_once(here)
    assert here.known == known
    assert identity.load(tmp_path) == anew


def test_two_refused_credentials_are_a_refusal(server, session, known, tmp_path):
    before = dataclasses.replace(known, former_token="another-token-0123456789")
    server.token = "a-third-token-0123456789"
    here = session(before)
    with pytest.raises(Refused, match="token_invalid"):
        say_once(here)
    assert here.known == before
    assert not (tmp_path / identity.IDENTITY).exists()


def test_an_assignment_is_read_once_and_then_unchanged(server, session):
    server.assignment = wire.Assignment(
        rev="1", mode=wire.Mode.BENCH, poll_seconds=5, device="PC004217W"
    )
    here = session()
    assignment, etag = here.assignment("")
    assert (assignment.device, etag) == ("PC004217W", '"1"')
    assert here.assignment(etag) is None


def test_a_server_that_is_away_is_unreachable_for_every_call(server, session):
    here = session()
    events = wire.Events(events=())
    for call in (lambda: here.assignment(""), lambda: here.events(events)):
        server.script = [HANG_UP]
        with pytest.raises(Unreachable):
            call()
