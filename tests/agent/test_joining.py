"""How a machine finds its server, and whom it trusts: told, pinned, never guessed."""

from __future__ import annotations

import functools

import pytest

from agent import discovery, identity, joining, wire
from agent.__main__ import main
from agent.collect import Around
from agent.run import Ran
from agent.tell import Exit
from agent.vocabulary import Why
from tests.agent.authority import Authority, pin
from tests.agent.server import CODE, say

FOUND = (
    "+;eth0;IPv4;Rebond;_rebond._tcp;local\n"
    "=;eth0;IPv4;Rebond;_rebond._tcp;local;{host}.;192.0.2.4;{port};\n"
)


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def secure(tmp_path, authority):
    with authority.server(tmp_path) as server:
        server.authority = authority.pem
        yield server


@pytest.fixture
def enrol(tmp_path, monkeypatch, capsys):
    """Enrol with these words; the exit code and what was said."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    config = tmp_path / "rebond-agent.toml"

    def command(*words):
        state = ("--state", str(tmp_path / "state"))
        code = main([*state, "enrol", *words, "--config", str(config)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


@pytest.fixture
def network(monkeypatch):
    """What avahi's tool says on this network."""

    def network(said, why=None):
        def run(argv, _seconds):
            return Ran(tuple(argv), stdout=said.encode(), why=why)

        monkeypatch.setattr(joining, "Around", functools.partial(Around, run=run))

    return network


def known(tmp_path):
    return identity.load(tmp_path / "state")


def test_a_link_says_server_code_and_pin_in_one(enrol, secure, authority, tmp_path):
    link = f"{secure.address}/e#{CODE}.{pin(authority.certificate)}"
    assert enrol(link)[0] == Exit.DONE
    assert known(tmp_path).server.address == secure.address
    assert b"BEGIN CERTIFICATE" in known(tmp_path).server.ca_pem


def test_a_wrong_pin_tells_the_code_to_nobody(enrol, secure, tmp_path):
    code, said = enrol(f"{secure.address}/e#{CODE}.{'0' * 64}")
    assert code == Exit.WAITING
    assert "pinned key" in said
    assert {path for _, path in secure.asked} <= {wire.AUTHORITY_PATH}
    with pytest.raises(identity.NotEnrolled):
        known(tmp_path)


def test_the_file_names_the_server_and_its_pin(enrol, secure, authority, tmp_path):
    (tmp_path / "rebond-agent.toml").write_text(
        f'server = "{secure.address}"\npin = "{pin(authority.certificate)}"\n'
    )
    assert enrol(CODE)[0] == Exit.DONE
    assert known(tmp_path).server.address == secure.address


def test_what_is_typed_wins_over_the_link_and_the_link_over_the_file(
    enrol, server, tmp_path
):
    (tmp_path / "rebond-agent.toml").write_text('server = "http://127.0.0.1:9"\n')
    assert enrol(f"{server.address}/e#{CODE}")[0] == Exit.DONE
    link = f"http://127.0.0.1:9/e#{CODE}"
    assert enrol(link, "--server", server.address)[0] == Exit.DONE


@pytest.mark.parametrize(
    "content",
    [b"server = ", b"\xff", b"server = 5", b'pin = "abc"\nserver = "http://[::1]"'],
    ids=["broken", "not text", "a number", "a short pin"],
)
def test_a_file_that_cannot_be_meant_is_said(enrol, tmp_path, content):
    (tmp_path / "rebond-agent.toml").write_bytes(content)
    code, said = enrol(CODE)
    assert code == Exit.USAGE
    assert said.count("\n") == 1
    assert not (tmp_path / "state").exists()


def test_no_server_named_anywhere_is_said(enrol, network, tmp_path):
    network("", why=Why.TOOL_MISSING)
    code, said = enrol(CODE)
    assert (code, "No server is named" in said) == (Exit.USAGE, True)


def test_an_announced_server_is_shown_and_not_believed(enrol, network, tmp_path):
    network(FOUND.format(host="server.local", port=443))
    code, said = enrol(CODE)
    assert code == Exit.USAGE
    assert "https://server.local:443" in said
    assert not (tmp_path / "state").exists()


def test_an_announced_server_is_used_where_a_pin_proves_it(
    enrol, network, secure, authority, tmp_path
):
    port = secure.address.rpartition(":")[2]
    network(FOUND.format(host="127.0.0.1", port=port))
    assert enrol(CODE, "--pin", pin(authority.certificate))[0] == Exit.DONE
    assert known(tmp_path).server.address == secure.address


@pytest.mark.parametrize(
    "line",
    ["", "=;;;", "=;e;4;n;t;l;host;1.2.3.4;port;", "=;e;4;n;t;l;;1.2.3.4;80;", "\x00"],
)
def test_an_announcement_that_cannot_be_read_is_none(line):
    def run(argv, _seconds):
        return Ran(tuple(argv), stdout=line.encode())

    assert discovery.announced(run) == []


def test_what_the_enrolment_handed_over_is_kept(enrol, server, tmp_path):
    enrol(CODE, "--server", server.address)
    kept = known(tmp_path)
    assert kept.server_key == server.time_key.public_key().public_bytes_raw()
    assert kept.token_since == server.clock()
    assert kept.marks


def test_a_machine_to_be_approved_is_told_so(enrol, server, tmp_path):
    def pending(reply):
        raw = wire.decode(reply.body) | {"pending": True}
        return say(202, wire.EnrolReply.from_json(raw))

    server.script = [lambda time: time, pending]
    code, said = enrol(CODE, "--server", server.address)
    assert code == Exit.DONE
    assert "a person to approve" in said
    assert known(tmp_path).token == server.token
