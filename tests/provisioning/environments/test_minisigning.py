"""What the server signs, Debian's own minisign accepts; what was altered, nobody."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent.profile.minisign import Key, NotSigned, verify
from provisioning.environments.minisigning import public_of, signed
from tests import needs

BODY = '{"schema":"profile/1","title":{"fr":"À l’emploi"}}'.encode()
COMMENT = "profile=emploi-fr version=7"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def test_the_agent_reads_what_is_signed_and_its_comment() -> None:
    text = signed(BODY, PRIVATE, COMMENT)
    assert verify(BODY, text, [public_of(PRIVATE)]) == COMMENT
    assert Key.parse(str(public_of(PRIVATE))) == public_of(PRIVATE)


def test_neither_the_bytes_nor_the_comment_can_be_altered() -> None:
    text = signed(BODY, PRIVATE, COMMENT)
    with pytest.raises(NotSigned):
        verify(BODY + b" ", text, [public_of(PRIVATE)])
    with pytest.raises(NotSigned):
        verify(BODY, text.replace("version=7", "version=8"), [public_of(PRIVATE)])


def test_a_comment_of_two_lines_is_never_signed() -> None:
    with pytest.raises(ValueError, match="one line"):
        signed(BODY, PRIVATE, "profile=a\ntrusted comment: b")


def test_minisign_of_debian_accepts_it_and_refuses_another_byte(tmp_path: Path) -> None:
    needs.program("minisign")
    file = tmp_path / "emploi-fr-7.json"
    file.write_bytes(BODY)
    Path(f"{file}.minisig").write_text(signed(BODY, PRIVATE, COMMENT))
    asked = ["minisign", "-Vm", str(file), "-P", str(public_of(PRIVATE))]
    good = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stderr
    assert COMMENT in good.stdout
    file.write_bytes(BODY[:-1] + b" ")
    assert subprocess.run(asked, capture_output=True, check=False).returncode != 0
