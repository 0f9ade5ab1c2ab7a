"""A signature is good over exact bytes, by a key that is trusted, or it is none."""

from __future__ import annotations

import base64
import subprocess

import pytest

from agent.profile.minisign import Key, NotSigned, verify
from tests import needs
from tests.agent.profile.profiles import body
from tests.agent.profile.signing import Signer

CURRENT, NEXT, STRANGER = Signer(1), Signer(2), Signer(3)
KEYS = (CURRENT.key, NEXT.key)
BODY = body()


def refused(content, signature, keys=KEYS):
    with pytest.raises(NotSigned) as caught:
        verify(content, signature, keys)
    return str(caught.value)


@pytest.mark.parametrize("signer", [CURRENT, NEXT], ids=["current", "next"])
def test_both_trusted_keys_are_heard(signer):
    assert verify(BODY, signer.sign(BODY), KEYS) == "profile=emploi-fr version=7"


def test_a_key_that_is_not_trusted_is_not_heard():
    assert "does not trust" in refused(BODY, STRANGER.sign(BODY))
    assert "does not trust" in refused(BODY, CURRENT.sign(BODY), ())


@pytest.mark.parametrize("at", [0, len(BODY) // 2, len(BODY) - 1])
def test_one_altered_byte_is_enough(at):
    altered = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]
    assert "altered" in refused(altered, CURRENT.sign(BODY))


def test_the_trusted_comment_is_signed_too():
    signature = CURRENT.sign(BODY).replace("version=7", "version=8")
    assert "altered" in refused(BODY, signature)


def test_a_number_of_a_trusted_key_is_not_its_signature():
    thief = Signer(3)
    thief.name = CURRENT.name
    assert "altered" in refused(BODY, thief.sign(BODY))


@pytest.mark.parametrize(
    "damage",
    [
        lambda signature: "",
        lambda signature: "<html>Sign in</html>",
        lambda signature: signature.splitlines()[1],
        lambda signature: signature.replace("trusted comment: p", "p"),
        lambda signature: signature + "one line more\n",
        lambda signature: signature.replace("RUQ", "RWQ"),
        lambda signature: "\n".join(
            line[:-4] if number == 1 else line
            for number, line in enumerate(signature.splitlines())
        ),
        lambda signature: signature.replace("untrusted comment", "é\n\n"),
    ],
)
def test_what_is_no_signature_is_refused(damage):
    signature = CURRENT.sign(BODY)
    assert damage(signature) != signature
    assert "format of minisign" in refused(BODY, damage(signature))


def test_the_older_way_over_the_bytes_themselves_is_refused():
    """Minisign's `Ed` hashes nothing beforehand; nobody here signs so."""
    lines = CURRENT.sign(BODY).splitlines()
    raw = base64.b64decode(lines[1])
    lines[1] = base64.b64encode(b"Ed" + raw[2:]).decode()
    assert "format of minisign" in refused(BODY, "\n".join(lines))


def test_a_key_is_read_from_its_file_and_written_again():
    assert Key.parse(CURRENT.public_file()) == CURRENT.key
    assert Key.parse(str(CURRENT.key)) == CURRENT.key


@pytest.mark.parametrize("text", ["", "RWQ", "é", "A" * 56, "RUQ" + "A" * 53, "\n\n"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(ValueError, match=r"minisign|bytes|base64|ASCII|padding"):
        Key.parse(text)


@pytest.fixture
def minisign():
    return needs.program("minisign")


def test_debian_s_minisign_says_the_same_of_ours(minisign, tmp_path):
    (tmp_path / "profile.json").write_bytes(BODY)
    (tmp_path / "profile.json.minisig").write_text(CURRENT.sign(BODY))
    asked = [minisign, "-Vm", tmp_path / "profile.json", "-P"]
    good = subprocess.run([*asked, str(CURRENT.key)], capture_output=True, check=False)
    bad = subprocess.run([*asked, str(NEXT.key)], capture_output=True, check=False)
    (tmp_path / "profile.json").write_bytes(BODY + b" ")
    altered = subprocess.run(
        [*asked, str(CURRENT.key)], capture_output=True, check=False
    )
    assert (good.returncode, bad.returncode, altered.returncode) == (0, 1, 1)
    assert b"profile=emploi-fr version=7" in good.stdout


def test_ours_says_the_same_of_debian_s_minisign(minisign, tmp_path):
    document, public, secret = (
        tmp_path / name for name in ("p.json", "k.pub", "k.key")
    )
    document.write_bytes(BODY)
    make = [minisign, "-GW", "-p", public, "-s", secret]
    sign = [minisign, "-SHm", document, "-s", secret, "-t", "profile=a version=1"]
    for command in (make, sign):
        subprocess.run(command, check=True, capture_output=True, input=b"\n\n")
    key = Key.parse(public.read_text())
    signature = (tmp_path / "p.json.minisig").read_text()
    assert verify(BODY, signature, [key]) == "profile=a version=1"
    assert "altered" in refused(BODY + b" ", signature, [key])
