from __future__ import annotations

import pytest

from agent.parse.pciids import Ids

LIST = Ids(
    b"# a comment\n"
    b"1002  Maker One\n\t0a16  Card of one\n\t\t1458 d000  a board\n"
    b"8086  Maker Two [x]\n\t0a16  Fictive \xe9 Graphics\n# between\n\t9c20  Sound\n"
    b"C 00  Unclassified device\n\t00  Non-VGA\n"
)


@pytest.mark.parametrize(
    ("vendor", "device", "names"),
    [
        ("8086", "9c20", ("Maker Two [x]", "Sound")),
        ("8086", "0A16", ("Maker Two [x]", "Fictive \ufffd Graphics")),
        ("1002", "0a16", ("Maker One", "Card of one")),
        ("1002", "9c20", ("Maker One", "")),
        ("ffff", "0a16", ("", "")),
        ("", "", ("", "")),
        ("C 00", "00", ("", "")),
    ],
)
def test_a_number_has_the_name_of_its_own_maker_s_section(vendor, device, names):
    assert LIST.named(vendor, device) == names


def test_an_empty_list_names_nothing():
    assert Ids().named("8086", "0a16") == ("", "")
