"""The connection as NetworkManager's own tool writes it and reads it back."""

from __future__ import annotations

import configparser

import pytest

from agent.connected import Addresses, Asks
from agent.modem import keyfile
from agent.modem.keyfile import FILE, FOLDER, Line
from agent.modem.parse.iccid import Iccid
from agent.modem.ports import Unavailable
from agent.run import Ran, run
from tests.agent.modem.grounds import Tools, needs_nmcli
from tests.agent.modem.simulator import ICCID
from tests.agent.trees import around

pytestmark = needs_nmcli
CARD = Iccid(ICCID)
LINE = Line(CARD, "orange.fr", "orange", "s3cret", "0451")


def made(line: Line = LINE) -> bytes:
    return keyfile.keyfile(line, around(FOLDER, Tools()))


def said(content: bytes) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(content.decode())
    return parser


def test_it_is_for_this_card_alone_and_never_abroad():
    gsm = said(made())["gsm"]
    assert (gsm["apn"], gsm["sim-id"], gsm["home-only"]) == ("orange.fr", ICCID, "true")
    assert (gsm["username"], gsm["password"], gsm["pin"]) == (
        "orange",
        "s3cret",
        "0451",
    )
    assert "pin-flags" not in gsm
    assert said(made())["connection"]["metered"] == "1"


def test_a_card_without_a_pin_is_never_asked_for_one():
    gsm = said(made(Line(CARD, "free")))["gsm"]
    assert gsm["pin-flags"] == "4"
    assert not {"pin", "password", "username"} & set(gsm)


@pytest.mark.parametrize(
    "password", ["plain", " leading", "back\\slash", "semi;colon", "equal=#", "é"]
)
def test_the_real_nmcli_reads_it_back_as_it_was_meant(password):
    given = made(Line(CARD, "orange.fr", "orange", password, "0451"))
    command = ("nmcli", "--offline", "connection", "modify", "connection.id", "x")
    back = run(command, 20, given=given)
    assert back.exit_code == 0, back.stderr
    assert [
        line for line in given.splitlines() if line.startswith((b"password=", b"pin="))
    ] == [
        line
        for line in back.stdout.splitlines()
        if line.startswith((b"password=", b"pin="))
    ]
    plain = password.replace("\\", "\\\\").replace(" ", "\\s", password[0] == " ")
    assert f"password={plain}\n".encode() in back.stdout


def test_no_secret_is_among_the_words_of_a_program():
    tools = Tools()
    keyfile.keyfile(LINE, around(FOLDER, tools))
    words = " ".join(" ".join(argv) for argv in tools.ran)
    assert "s3cret" not in words
    assert "0451" not in words


@pytest.mark.parametrize(
    ("auth", "refused"),
    [
        (Asks.ANY, set()),
        (Asks.UNKNOWN, set()),
        (Asks.NONE, {"eap", "pap", "chap", "mschap", "mschapv2"}),
        (Asks.PAP, {"eap", "chap", "mschap", "mschapv2"}),
        (Asks.CHAP, {"eap", "pap", "mschap", "mschapv2"}),
    ],
)
def test_the_operator_is_answered_in_the_way_that_it_asks(auth, refused):
    told = said(made(LINE._replace(auth=auth)))
    ways = dict(told["ppp"]) if told.has_section("ppp") else {}
    assert {name for name, value in ways.items() if value == "true"} == {
        f"refuse-{way}" for way in refused
    }


@pytest.mark.parametrize(
    ("ip_type", "methods"),
    [
        (Addresses.BOTH, ("auto", "auto")),
        (Addresses.UNKNOWN, ("auto", "auto")),
        (Addresses.IPV4, ("auto", "disabled")),
        (Addresses.IPV6, ("disabled", "auto")),
    ],
)
def test_only_addresses_that_the_operator_gives_are_asked_for(ip_type, methods):
    told = said(made(LINE._replace(ip_type=ip_type)))
    assert (told["ipv4"]["method"], told["ipv6"]["method"]) == methods


def test_the_same_card_is_the_same_connection():
    other = Line(Iccid(ICCID[:19]), "orange.fr")
    assert LINE.uuid == other.uuid
    assert str(LINE.uuid) == said(made())["connection"]["uuid"]


def test_an_apn_that_nmcli_does_not_take_is_refused_in_its_words():
    with pytest.raises(Unavailable, match="apn"):
        made(Line(CARD, "not an apn; rm -rf /"))


def test_while_it_is_tried_it_does_not_dial_by_itself(tmp_path):
    here, content = around(tmp_path, Tools()), made()
    with keyfile.by_hand(content, here) as path:
        assert said(path.read_bytes())["connection"]["autoconnect"] == "false"
    assert "autoconnect" not in said(content)["connection"]
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_try_that_breaks_off_leaves_what_dials_by_itself(tmp_path):
    here, content = around(tmp_path, Tools()), made()
    with pytest.raises(OSError, match="broke"), keyfile.by_hand(content, here):
        raise OSError("broke")
    assert (tmp_path / FOLDER / FILE).read_bytes() == content


def test_it_is_put_in_place_whole_and_taken_away_again(tmp_path):
    here = around(tmp_path, lambda *_argv: Ran((), exit_code=1))
    path = keyfile.install(b"[connection]\n", here)
    assert path == tmp_path / FOLDER / FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert keyfile.remove(here)
    assert not path.exists()
    assert not keyfile.remove(here)
