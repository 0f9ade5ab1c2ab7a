"""The step that keeps the line of the pack's card, with what its operator gives."""

from __future__ import annotations

import configparser

import pytest

from agent import wire
from agent.connected import Addresses, Asks, Connectivity
from agent.profile.steps import NmGsmStep
from agent.provision.step import Standing, StepFailed
from agent.provision.steps.nm_gsm import MobileLine
from tests import needs
from tests.agent.provision.machines import Here
from tests.agent.provision.workshops import Workshop
from tests.agent.server import Server

ICCID = "8933150319091234567"
OTHER = "8933010000000099925"


@pytest.fixture
def machine(tmp_path):
    return Here(tmp_path)


@pytest.fixture
def with_nmcli(machine):
    needs.program("nmcli", "network-manager")
    (machine.root / "usr/bin").mkdir(parents=True)
    machine.at("/usr/bin/nmcli").touch()
    machine.connection = {
        "iccid": ICCID,
        "apn": "free",
        "username": "u",
        "password": " p\\w",
    }
    return machine


LINE = NmGsmStep(id="line", name="Internet d’Awa")
PATH = "/etc/NetworkManager/system-connections/rebond-internet.nmconnection"


def test_the_line_of_the_card_is_kept_for_root_alone(with_nmcli):
    assert MobileLine().check(LINE, with_nmcli).standing is Standing.MISSING
    MobileLine().apply(LINE, with_nmcli)
    found = MobileLine().check(LINE, with_nmcli)
    assert found.standing is Standing.OK
    said = with_nmcli.at(PATH).read_text()
    assert "home-only=true" in said
    assert f"sim-id={ICCID}" in said
    with_nmcli.at(PATH).chmod(0o644)
    assert MobileLine().check(LINE, with_nmcli).standing is Standing.DRIFT


def test_a_pin_that_the_card_took_is_no_drift(with_nmcli):
    MobileLine().apply(LINE, with_nmcli)
    at = with_nmcli.at(PATH)
    at.write_text(at.read_text().replace("[gsm]\n", "[gsm]\npin=0000\n"))
    assert MobileLine().check(LINE, with_nmcli).standing is Standing.OK
    at.write_text(at.read_text().replace("apn=free", "apn=other"))
    found = MobileLine().check(LINE, with_nmcli)
    assert (found.standing, "gsm.apn" in found.why) == (Standing.DRIFT, True)


def test_a_pin_that_the_card_took_outlasts_a_new_access_point(with_nmcli):
    MobileLine().apply(LINE, with_nmcli)
    at = with_nmcli.at(PATH)
    at.write_text(at.read_text().replace("[gsm]\n", "[gsm]\npin=0451\n"))
    with_nmcli.connection |= {"apn": "orange"}
    MobileLine().apply(LINE, with_nmcli)
    assert MobileLine().check(LINE, with_nmcli).standing is Standing.OK
    assert "\npin=0451\n" in at.read_text()


def test_the_number_that_the_modem_says_of_the_same_card_stays(with_nmcli):
    with_nmcli.connection |= {"iccid": ICCID[:19]}
    MobileLine().apply(LINE, with_nmcli)
    at = with_nmcli.at(PATH)
    at.write_text(at.read_text().replace(ICCID[:19], f"{ICCID[:19]}3"))
    assert MobileLine().check(LINE, with_nmcli).standing is Standing.OK
    with_nmcli.connection |= {"apn": "orange"}
    MobileLine().apply(LINE, with_nmcli)
    assert f"sim-id={ICCID[:19]}3\n" in at.read_text()


def test_the_pin_of_another_card_is_not_said_to_this_one(with_nmcli):
    MobileLine().apply(LINE, with_nmcli)
    at = with_nmcli.at(PATH)
    at.write_text(at.read_text().replace("[gsm]\n", "[gsm]\npin=0451\n"))
    with_nmcli.connection |= {"iccid": OTHER}
    MobileLine().apply(LINE, with_nmcli)
    assert "pin=" not in at.read_text()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"ip_type": "ipv4"}, {"ipv6.method": "disabled"}),
        ({"ip_type": "ipv6"}, {"ipv4.method": "disabled"}),
        ({"auth": "chap"}, {"ppp.refuse-pap": "true"}),
        ({"auth": "none"}, {"ppp.refuse-pap": "true", "ppp.refuse-chap": "true"}),
    ],
)
def test_the_line_asks_for_what_its_operator_gives(with_nmcli, said, kept):
    MobileLine().apply(LINE, with_nmcli)
    with_nmcli.connection |= said
    found = MobileLine().check(LINE, with_nmcli)
    assert found.standing is Standing.DRIFT
    assert all(name in found.why for name in kept)
    MobileLine().apply(LINE, with_nmcli)
    assert MobileLine().check(LINE, with_nmcli).standing is Standing.OK
    file = configparser.RawConfigParser(delimiters=("=",))
    file.read_string(with_nmcli.at(PATH).read_text())
    assert {name: file.get(*name.split(".")) for name in kept} == kept


def test_a_line_whose_card_did_not_come_is_refused(with_nmcli):
    with_nmcli.connection = {}
    with pytest.raises(StepFailed) as refused:
        MobileLine().apply(LINE, with_nmcli)
    assert refused.value.code == "no_connection_given"
    assert not with_nmcli.at(PATH).exists()


def test_it_comes_with_the_order_and_is_written_as_the_operator_works(tmp_path):
    needs.program("nmcli", "network-manager")
    said = Connectivity(iccid=ICCID, apn="free", auth=Asks.PAP, ip_type=Addresses.IPV4)
    with Server() as server:
        workshop = Workshop(tmp_path, server)
        (workshop.root / "usr/bin").mkdir(parents=True)
        (workshop.root / "usr/bin/nmcli").touch()
        server.files[wire.CONNECTIVITY_PATH] = said.to_bytes()
        order = workshop.publish({"type": "nm_gsm", "id": "line"})
        assert workshop.do(order) == 0
    file = configparser.RawConfigParser(delimiters=("=",))
    file.read_string((workshop.root / PATH[1:]).read_text())
    assert (file["ipv4"]["method"], file["ipv6"]["method"]) == ("auto", "disabled")
    assert "refuse-chap" in file["ppp"]
    assert "refuse-pap" not in file["ppp"]
