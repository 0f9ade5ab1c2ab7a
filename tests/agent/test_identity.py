from __future__ import annotations

import uuid

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from agent import identity, wire
from agent.identity import Identity, NotEnrolled, Server
from tests.agent.samples import report

KEY = bytes(range(32))
KNOWN = Identity(
    server=Server(address="https://server.example", ca_pem=b"PEM"),
    agent_id=uuid.UUID(int=1),
    token="fictional-token-0123456789",
    private_key=KEY,
)


def test_an_identity_is_kept_for_its_owner_alone(tmp_path):
    identity.save(tmp_path, KNOWN)
    assert identity.load(tmp_path) == KNOWN
    assert (tmp_path / identity.IDENTITY).stat().st_mode & 0o777 == 0o600


def test_a_machine_without_an_identity_is_not_enrolled(tmp_path):
    with pytest.raises(NotEnrolled):
        identity.load(tmp_path)


def test_a_spoiled_identity_is_no_identity_and_no_crash(tmp_path):
    (tmp_path / identity.IDENTITY).write_bytes(b'{"agent_id": "')
    with pytest.raises(wire.Malformed):
        identity.load(tmp_path)


def test_secrets_are_never_shown():
    shown = repr(KNOWN) + str(KNOWN)
    assert KNOWN.token not in shown
    assert repr(KEY) not in shown


def test_a_sealed_report_is_vouched_for_by_the_key():
    envelope = KNOWN.seal(report())
    key = Ed25519PublicKey.from_public_bytes(identity.public_key(KEY))
    key.verify(envelope.signature, envelope.payload)
    with pytest.raises(InvalidSignature):
        key.verify(envelope.signature, envelope.payload + b" ")


def test_the_same_attempt_keeps_its_key_until_it_ends(tmp_path):
    first = identity.begin(tmp_path, "K7QM3XPA", "https://server.example")
    assert identity.begin(tmp_path, "K7QM3XPA", "https://server.example") == first
    assert (tmp_path / identity.ENROLLING).stat().st_mode & 0o777 == 0o600
    assert b"K7QM3XPA" not in (tmp_path / identity.ENROLLING).read_bytes()
    identity.save(tmp_path, KNOWN)
    assert identity.begin(tmp_path, "K7QM3XPA", "https://server.example") != first


@pytest.mark.parametrize(
    "attempt", [("K7QM3XPB", "https://server.example"), ("K7QM3XPA", "https://other")]
)
def test_another_attempt_gets_another_key(tmp_path, attempt):
    first = identity.begin(tmp_path, "K7QM3XPA", "https://server.example")
    assert identity.begin(tmp_path, *attempt) != first


def test_a_spoiled_attempt_begins_again(tmp_path):
    (tmp_path / identity.ENROLLING).write_bytes(b"{")
    assert len(identity.begin(tmp_path, "K7QM3XPA", "https://server.example")) == 32
