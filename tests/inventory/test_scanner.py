"""Every scan is read, or refused with a reason that a person can act on."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inventory.scanner import (
    Command,
    CommandRead,
    OwnAddressRead,
    Reading,
    Reason,
    SerialRead,
    TagRead,
    Unreadable,
    read,
)
from inventory.scanner.layouts import from_azerty
from inventory.tags import TagKind, format_tag, parse_tag

BASE = "https://rebond.exemple.test"
# The characters that each key gives, from a keyboard and not from the code tested.
KEYS = {
    "US": "1234567890-=qwertyuiop[]asdfghjkl;zxcvbnm,./QWERTYUIOPASDFGHJKL:ZXCVBNM<>?",
    "FR": "&é\"'(-è_çà)=azertyuiop^$qsdfghjklmwxcvbn,;:!AZERTYUIOPQSDFGHJKLMWXCVBN?./§",
    "BE": "&é\"'(§è!çà)-azertyuiop^$qsdfghjklmwxcvbn,;:=AZERTYUIOPQSDFGHJKLMWXCVBN?./+",
}
azerty = pytest.mark.parametrize("layout", ["FR", "BE"])
kinds = st.sampled_from(TagKind)
tags = st.builds(format_tag, kinds, st.integers(1, 10**9 - 1))
serials = st.text(string.ascii_uppercase + string.digits, min_size=5, max_size=20)


def typed_on(layout, text):
    """What a US scanner's keys give on a computer with this layout."""
    return text.translate(str.maketrans(KEYS["US"], KEYS[layout]))


def scan(code, physical=""):
    return read(code, physical=physical, base_url=BASE)


def tag(text):
    return TagRead(parse_tag(text))


def reason(code, physical=""):
    reading = scan(code, physical)
    assert isinstance(reading, Unreadable), reading
    return reading.reason


@pytest.mark.parametrize(
    "code",
    [
        "PC004217W",
        "PC-004217-W",
        "pc004217w",
        "PC004217W\r\n",
        "\x02PC004217W\x03",
        "]C1PC004217W",
        "\ufeffPC004217W\u200b",
        "ＰＣ００４２１７Ｗ",
    ],
)
def test_a_tag_is_read_whatever_surrounds_it(code):
    assert scan(code) == tag("PC004217W")


@azerty
@given(text=tags)
def test_a_tag_typed_by_a_us_scanner_on_azerty_is_read(layout, text):
    assert scan(typed_on(layout, text)) == tag(text)


def test_the_known_french_distortion_of_a_tag_is_read():
    assert scan("PCàà'é&èZ") == tag("PC004217W")


def test_a_tag_is_read_under_caps_lock_on_azerty():
    assert scan("pcÀÀ'É&Èz") == tag("PC004217W")


def test_an_aim_identifier_typed_on_azerty_is_dropped():
    assert scan("$C&PCàà'é&èZ") == tag("PC004217W")


@given(tags)
def test_a_tag_is_read_by_key_position_where_the_text_makes_no_sense(text):
    assert scan("жжжж", physical=text) == tag(text)


def test_what_was_typed_wins_over_key_positions():
    # A scanner set to AZERTY on an AZERTY computer: the text is right.
    assert scan("PC004217W", physical="PC))$@!&Z") == tag("PC004217W")


@given(tags, st.data(), st.characters(exclude_categories=["Z", "C"]))
def test_one_wrong_character_never_gives_another_tag(text, data, character):
    place = data.draw(st.integers(0, len(text) - 1))
    wrong = text[:place] + character + text[place + 1 :]
    assume(wrong.strip("-") == wrong)
    reading = scan(wrong)
    if isinstance(reading, TagRead):
        assert reading.tag.text == text


@given(st.text(max_size=600), st.text(max_size=600), st.sampled_from([BASE, "", "x"]))
def test_no_scan_raises(code, physical, base):
    assert isinstance(read(code, physical=physical, base_url=base), Reading)


@given(st.text("PCSX0123WOK:/.htp-t&é\"' \n", max_size=40))
def test_no_scan_made_of_our_own_characters_raises(code):
    assert isinstance(scan(code), Reading)


@pytest.mark.parametrize("command", Command)
def test_a_command_is_read_on_every_layout(command):
    for layout in ("US", "FR", "BE"):
        assert scan(typed_on(layout, command.value)) == CommandRead(command)


@pytest.mark.parametrize("command", Command)
def test_a_command_has_no_letter_that_moves_between_layouts(command):
    assert command.value.isascii()
    assert command.value.isalpha()
    assert not set(command.value) & set("AQZWM")


def test_no_command_begins_another():
    words = Command.values
    assert not [(a, b) for a in words for b in words if a != b and b.startswith(a)]


@pytest.mark.parametrize(
    "code",
    [
        f"{BASE}/t/PC004217W",
        f"{BASE}/t/PC004217W/",
        f"{BASE}:443/t/pc004217w?from=label",
        "http://rebond.exemple.test/t/PC004217W",
        "HTTPS://REBOND.EXEMPLE.TEST/T/PC004217W",
    ],
)
def test_the_address_on_our_label_is_its_tag(code):
    assert scan(code) == OwnAddressRead(parse_tag("PC004217W"))


@azerty
def test_our_address_typed_by_a_us_scanner_on_azerty_is_read(layout):
    typed = typed_on(layout, f"{BASE}/t/PC004217W")
    assert scan(typed) == OwnAddressRead(parse_tag("PC004217W"))


def test_our_address_may_have_a_path():
    reading = read("http://h:8000/app/t/PC004217W", base_url="http://h:8000/app/")
    assert reading == OwnAddressRead(parse_tag("PC004217W"))


@pytest.mark.parametrize(
    ("code", "host"),
    [
        ("https://evil.test/t/PC004217W", "evil.test"),
        ("https://rebond.exemple.test@evil.test/t/PC004217W", None),
        ("https://rebond.exemple.test.evil.test/t/PC004217W", None),
        ("https://rebond.exemple.test:8000/t/PC004217W", None),
        ("www.example.org", "example.org"),
        ("ftp://example.org/x", "example.org"),
    ],
)
def test_an_address_elsewhere_is_refused_even_with_a_right_tag(code, host):
    reading = scan(code)
    assert isinstance(reading, Unreadable)
    assert reading.reason is Reason.FOREIGN_ADDRESS
    assert host is None or reading.found == (host,)


@pytest.mark.parametrize("code", ["WIFI:S:bench;T:WPA;P:x;;", "BEGIN:VCARD\nFN:X"])
def test_other_qr_codes_are_refused_as_addresses(code):
    assert reason(code) is Reason.FOREIGN_ADDRESS


@azerty
def test_a_foreign_address_typed_on_azerty_is_refused_as_such(layout):
    typed = typed_on(layout, "https://example.org/1234")
    assert reason(typed) is Reason.FOREIGN_ADDRESS


@pytest.mark.parametrize("page", ["", "/", "/devices/", "/t/", "/t/XYZ"])
def test_our_address_without_a_tag_is_refused(page):
    assert reason(BASE + page) is Reason.OTHER_PAGE


def test_our_address_with_a_broken_tag_says_how_it_is_broken():
    assert reason(f"{BASE}/t/PC0042") is Reason.TRUNCATED
    assert reason(f"{BASE}/t/PC004217X") is Reason.WRONG_CHECK


@pytest.mark.parametrize("code", ["", " ", "\r\n", "\x02\x03", "]C1", "\ufeff"])
def test_nothing_read_is_empty(code):
    assert reason(code) is Reason.EMPTY


def test_key_positions_stand_in_for_a_text_that_did_not_arrive():
    assert scan("", physical="PC004217W") == tag("PC004217W")


@pytest.mark.parametrize("code", ["PC0", "PC0042", "PC004217", "PC-004217", "PCàà'é"])
def test_a_part_of_a_tag_is_truncated(code):
    assert reason(code) is Reason.TRUNCATED


def test_a_part_of_a_tag_is_kept_to_be_taken_as_a_serial():
    assert scan("PC012345") == Unreadable(Reason.TRUNCATED, text="PC012345")


@pytest.mark.parametrize("code", ["PC004217X", "PC-004217-X", "PC004271W", "PCàà'é&èX"])
def test_a_misread_tag_is_refused(code):
    assert reason(code) is Reason.WRONG_CHECK


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("PC004217WPC004218U", ("PC004217W", "PC004218U")),
        ("PC004217WPC004217W", ("PC004217W", "PC004217W")),
        ("PC004217W\nPC-004218-U", ("PC004217W", "PC004218U")),
        ("XXOKPC004217W", ("XXOK", "PC004217W")),
        ("XXOKXXFIN", ("XXOK", "XXFIN")),
        ("PC004217W5CD1234XYZ", ("PC004217W", "5CD1234XYZ")),
        ("5CD1234XYZPC004217W", ("5CD1234XYZ", "PC004217W")),
        ("PC004217WPC0042", ("PC004217W", "PC0042")),
        (f"{BASE}/t/PC004217W{BASE}/t/PC004218U", ("PC004217W", "PC004218U")),
        ("PCàà'é&èZPCàà'é&_U", ("PC004217W", "PC004218U")),
    ],
)
def test_two_codes_run_together_are_refused_and_named(code, found):
    reading = scan(code)
    assert isinstance(reading, Unreadable)
    assert (reading.reason, reading.found) == (Reason.TWO_CODES, found)


@given(st.lists(tags, min_size=2, max_size=3))
def test_tags_run_together_are_never_one_tag(texts):
    assert reason("".join(texts)) is Reason.TWO_CODES


def test_a_command_that_does_not_exist_is_refused():
    assert reason("XXFINI") is Reason.UNKNOWN_COMMAND


def test_a_makers_filler_is_not_a_command():
    assert scan("XXXXXXXX") == SerialRead("XXXXXXXX")


def test_four_thousand_characters_are_refused_and_not_kept():
    reading = scan("PC004217W" * 444 + "PC00")
    assert isinstance(reading, Unreadable)
    assert reading.reason is Reason.TOO_LONG
    assert len(reading.text) == 64


def test_four_thousand_key_positions_do_no_harm():
    assert scan("5CD1234XYZ", physical="A" * 4000).text == "5CD1234XYZ"


@pytest.mark.parametrize("code", ["5CD\x1d1234", "PC0042\x0017W", "\ud800ABC"])
def test_control_characters_are_refused_and_shown_as_such(code):
    reading = scan(code)
    assert isinstance(reading, Unreadable)
    assert reading.reason is Reason.CONTROL_CHARACTERS
    assert reading.text.isprintable() or "\ufffd" in reading.text


@pytest.mark.parametrize("code", ["A", "7B"])
def test_one_or_two_characters_are_too_short(code):
    assert reason(code) is Reason.TOO_SHORT


def test_a_serial_longer_than_a_label_is_too_long():
    assert reason("A" * 65) is Reason.TOO_LONG


@pytest.mark.parametrize("code", ["5CD1234XYZ", "MXL0FICTIF", "PF-0ABC12", "CN0 XY/12"])
def test_anything_else_is_a_serial_as_it_stands(code):
    assert scan(code) == SerialRead(code)


@azerty
@given(text=serials)
def test_a_serial_typed_on_azerty_is_mapped_back(layout, text):
    # One of these digits tells; 6 and 8 are told from the rest of the code.
    assume(set(text) & set("1234579") and not text.startswith(tuple(TagKind.values)))
    assume(not text.startswith("XX"))
    told_apart = from_azerty(typed_on(layout, text)) == text
    assume(told_apart)
    reading = scan(typed_on(layout, text))
    assert isinstance(reading, SerialRead)
    assert reading.text == text
    assert typed_on(layout, text) in reading.others


@pytest.mark.parametrize(
    "words", ["étagère c", "Étagère C", "rangée à vider", "l'allée"]
)
def test_words_with_accents_are_left_as_they_are(words):
    assert scan(words) == SerialRead(words)
    assert scan(words, physical="2tqg7re c").text == words


def test_a_belgian_six_or_eight_tells_the_layout():
    assert scan("(CD!§&é") == SerialRead("5CD8612", ("(CD!§&é",))


def test_key_positions_settle_a_serial_that_azerty_distorted():
    assert scan("(CD§&é", physical="5CD612") == SerialRead("5CD612", ("(CD§&é",))


def test_key_positions_are_a_second_reading_of_a_serial_without_digits():
    assert scan("QBCDEF", physical="ABCDEF") == SerialRead("QBCDEF", ("ABCDEF",))


@pytest.mark.parametrize("code", ["AB-CD", "AB_CD", "SN(12)", "O'NEIL 5"])
def test_signs_that_serials_do_have_are_not_taken_for_azerty(code):
    assert scan(code) == SerialRead(code)
