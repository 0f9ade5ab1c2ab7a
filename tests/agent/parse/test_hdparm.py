from __future__ import annotations

import pytest

from agent.parse.hdparm import parse

NAMES = "\tModel Number:       FICTIF SSD\n\tSerial Number:      FICTIF1\n"
SECURITY = """\
Security:
\t\tsupported
\t{enabled}\tenabled
\t{locked}\tlocked
\t{frozen}\tfrozen
\t{expired}\texpired: security count
\tnot\tsupported: enhanced erase
\t508min for SECURITY ERASE UNIT.
Checksum: correct
"""


def ata(**states):
    known = dict.fromkeys(("enabled", "locked", "frozen", "expired"), "not")
    return parse(NAMES + SECURITY.format(**{**known, **states}))


def test_a_drive_that_nothing_holds_may_be_erased():
    can = ata().abilities
    assert ata().may_be_erased
    assert can
    assert (can.erase_minutes, can.enhanced_erase) == (508, False)
    assert can.enhanced_erase_minutes is None


@pytest.mark.parametrize("state", ["locked", "frozen", "expired"])
def test_a_drive_that_is_held_may_not(state):
    assert not ata(**{state: ""}).may_be_erased


def test_a_copy_whose_tabs_became_blanks_says_the_same():
    text = NAMES + SECURITY.format(enabled="", locked="not", frozen="", expired="not")
    assert parse(text.expandtabs(8)) == parse(text)


def test_a_password_alone_holds_no_erase():
    assert ata(enabled="").may_be_erased


def test_no_section_says_nothing_of_security():
    assert parse(NAMES).abilities is None
    assert not parse(NAMES).may_be_erased


@pytest.mark.parametrize(
    ("model", "serial", "same"),
    [
        ("FICTIF SSD 850", "FICTIF1", True),
        ("FICTIF SSD 850", " fictif1 ", True),
        ("FICTIF SSD 850", "FICTIF2", False),
        ("FICTIF SSD", "", True),
        ("OTHER", "", False),
    ],
)
def test_it_is_known_whether_it_speaks_of_the_same_drive(model, serial, same):
    assert ata().is_drive(model, serial) is same


@pytest.mark.parametrize(
    ("said", "size"),
    [
        (" max sectors   = 1000/2000, HPA is enabled", 2000 * 512),
        (" max sectors   = 2000/2000, HPA is disabled", 2000 * 512),
        ("\tLogical  Sector size:  4096 bytes\n max sectors = 5/10, x", 10 * 4096),
        (
            " max sectors   = 1465149168/14715056(1465149168?), HPA setting seems invalid",
            None,
        ),
        (" max sectors   = 1000/2000(3000?), HPA setting seems invalid", None),
        (" max sectors   = 2000/1000, HPA setting seems invalid", None),
        (" max sectors   = 0/0, HPA setting seems invalid", None),
        ("", None),
    ],
)
def test_the_real_end_of_a_drive_is_read(said, size):
    assert parse(said).native_bytes == size


def test_an_old_drive_without_a_checksum_is_believed():
    old = NAMES + "Integrity word not set (found 0x0000, expected 0x12a5)\n"
    assert parse(old).is_plausible
    assert not parse(old.replace("0x0000", "0x5254")).is_plausible
