from __future__ import annotations

import pytest

from agent.parse.hiddenareas import max_sectors, offers, real_sectors

MANGLED = "SG_IO: bad/missing sense data, sb[]:  70 00 05\n"
BUGGY = "HPA setting seems invalid (buggy kernel device driver?)"


def ends(text, sector_bytes=512):
    return max_sectors(f"\n/dev/sda:\n max sectors   = {text}\n", sector_bytes)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("1000/2000, HPA is enabled", (1000, 2000, False)),
        ("2000/2000, HPA is disabled", (2000, 2000, False)),
        ("2000/2000, ACCESSIBLE MAX ADDRESS disabled", (2000, 2000, True)),
        ("1000/2000, ACCESSIBLE MAX ADDRESS enabled", (1000, 2000, True)),
        (f"66055248/1(156301488?), {BUGGY}", (66055248, 156301488, False)),
        (f"66055248/1(66055248?), {BUGGY}", (66055248, 66055248, False)),
        (f"66055248/1(1000?), {BUGGY}", None),
        (f"0/1, {BUGGY}", None),
        (f"66055248/1, {BUGGY}", None),
        ("0/1, HPA is enabled", None),
        ("0/0, HPA is disabled", None),
        ("2000/1000, HPA is enabled", None),
        ("1000/999999999999999, HPA is enabled", None),
        ("1000/2000", None),
    ],
)
def test_the_two_ends_of_a_drive_are_read_or_not_known(said, found):
    assert ends(said) == found


def test_what_came_back_mangled_is_not_known():
    assert max_sectors(MANGLED + " max sectors = 9/9, HPA is disabled", 512) is None


def test_the_bound_is_in_bytes():
    said = "1000/99999999999, HPA is enabled"
    assert ends(said) is not None
    assert ends(said, 4096) is None


@pytest.mark.parametrize(
    ("said", "sectors"),
    [
        ("DCO Checksum verified.\n\tReal max sectors: 976773168\n", 976773168),
        ("DCO Checksum FAILED!\n\tReal max sectors: 976773168\n", None),
        (MANGLED + "\tReal max sectors: 976773168\n", None),
        ("\tReal max sectors: 1\n", None),
        ("\tReal max sectors: 999999999999999999\n", None),
        (" HDIO_DRIVE_CMD(dco_identify) failed: Input/output error", None),
    ],
)
def test_the_end_that_a_drive_was_made_with(said, sectors):
    assert real_sectors(said, 512) == sectors


def test_what_a_drive_does_not_name_it_does_not_offer(shared_data):
    (file,) = (shared_data / "hardware/hdparm").glob("pm*-not-frozen*")
    said = file.read_text()
    assert offers(said) == (True, True)
    assert offers("\t   *\tSMART feature set") == (False, False)
