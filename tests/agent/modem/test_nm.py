"""What NetworkManager says of a connection that is up, and of one that does not come."""

from __future__ import annotations

from pathlib import Path

from agent.modem import nm
from agent.modem.nm import Route
from agent.run import Ran
from tests.agent.modem.grounds import Tools
from tests.agent.trees import around

UUID = "6e0f4b5e-6d0b-4c41-9d6f-0c0e4c1b8a3e"
SHOWN = rb"""GENERAL.IP-IFACE:wwan0
IP4.ADDRESS[1]:10.64.12.7/32
IP4.DNS[1]:194.51.3.56
IP4.DNS[2]:194.51.3.76
IP6.ADDRESS[1]:2a01\:cb14\:1\:\:7/64
IP6.DNS[1]:
"""


def test_a_connection_leads_through_the_card_behind_the_modem():
    tools = Tools(
        {
            "nmcli -t -f GENERAL.DEVICES": Ran((), 0, b"GENERAL.DEVICES:cdc-wdm0\n"),
            "nmcli -t -f GENERAL.IP-IFACE": Ran((), 0, SHOWN),
        }
    )
    assert nm.route(around(Path("/nowhere"), tools), UUID) == Route(
        "wwan0",
        ("10.64.12.7/32", "2a01:cb14:1::7/64"),
        ("194.51.3.56", "194.51.3.76"),
    )
    assert tools.ran[-1][-1] == "cdc-wdm0"


def test_a_connection_that_is_not_up_leads_nowhere():
    tools = Tools({"nmcli": Ran((), 0, b"\n")})
    assert nm.route(around(Path("/nowhere"), tools), UUID) == Route()
    assert len(tools.ran) == 1


def test_what_does_not_come_up_says_why_in_its_own_words():
    said = b"Error: Connection activation failed: The SIM card does not match.\n"
    tools = Tools(
        {"nmcli connection load": Ran((), 0), "nmcli --wait": Ran((), 4, b"", said)}
    )
    why = nm.up(around(Path("/nowhere"), tools), UUID, Path("/x"))
    assert why == "Connection activation failed: The SIM card does not match."


def test_a_file_that_is_not_taken_is_not_dialled():
    tools = Tools({"nmcli connection load": Ran((), 1, b"", b"Error: invalid")})
    assert nm.up(around(Path("/nowhere"), tools), UUID, Path("/x")) == "invalid"
    assert len(tools.ran) == 1
