"""Tell a scan's kind from its characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from inventory.scanner.layouts import (
    from_azerty,
    from_belgian,
    from_french,
    looks_like_azerty,
)
from inventory.scanner.readings import (
    Command,
    CommandRead,
    OwnAddressRead,
    Reading,
    Reason,
    SerialRead,
    TagRead,
    Unreadable,
)
from inventory.tags import (
    MAXIMUM_DIGITS,
    MINIMUM_DIGITS,
    BadTag,
    TagFault,
    TagKind,
    parse_tag,
)

LONGEST_CODE = 512
LONGEST_SERIAL = 64
SHORTEST_SERIAL = 3

_FAULTS = {
    TagFault.TRUNCATED: Reason.TRUNCATED,
    TagFault.WRONG_CHECK: Reason.WRONG_CHECK,
}
# What arrives around a code: the scanner's own prefix and suffix, marks of a paste.
_AROUND = (
    "".join(map(chr, range(0x21))) + "\x7f\xa0\u200b\u200e\u200f\u202f\u2060\ufeff"
)
_AIM_IDENTIFIER = re.compile(r"\A\][A-Za-z][0-9A-Za-z]")
_ONE_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_ONE_WIDTH |= dict.fromkeys([0xA0, 0x202F, 0x3000], ord(" "))
_WEB_ADDRESS = re.compile(r"https?://([^/?#\s]+)([^?#\s]*)", re.IGNORECASE)
_DEFAULT_PORT = re.compile(r":(?:80|443)\Z")
# Addresses of any kind, and what else people meet as a QR code.
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.\-]*://|www\.)([^\s/?#]*)"
    r"|(?:wifi|mailto|tel|sms|smsto|geo|mecard|matmsg|begin):",
    re.IGNORECASE,
)
_COMMAND = re.compile("|".join(Command.values))
# Eight times X is a maker's filler, not a command.
_ALMOST_COMMAND = re.compile(r"XX(?!X)[A-Z]{2,12}")
_TAG_START = re.compile(
    rf"(?:{'|'.join(TagKind.values)})\d{{{MINIMUM_DIGITS},{MAXIMUM_DIGITS}}}", re.ASCII
)


def read(code: str, *, physical: str = "", base_url: str) -> Reading:
    """Read one scan; never raises.

    `code` is the text as it arrived, `physical` the same keys decoded by position as
    on a US keyboard (empty where unknown), `base_url` where our labels point to.
    """
    if len(code) > LONGEST_CODE:
        return Unreadable(Reason.TOO_LONG, text=_shown(code))
    typed = _tidy(code)
    by_key = _tidy(physical[:LONGEST_CODE])
    if not typed:
        typed = by_key
    if not typed:
        return Unreadable(Reason.EMPTY)
    sure = _distinct(typed, by_key)
    tried = _distinct(*sure, _tidy(from_french(typed)), _tidy(from_belgian(typed)))
    likely = tried if looks_like_azerty(typed) else sure
    return (
        _first(_own_reading(text, base_url) for text in tried)
        or _first(_two_codes(text, base_url) for text in tried)
        or _first(_fault(text, base_url) for text in likely)
        or _serial(typed, by_key)
    )


def _first(readings: Iterable[Reading | None]) -> Reading | None:
    return next((reading for reading in readings if reading is not None), None)


def _distinct(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:LONGEST_SERIAL])


def _tidy(text: str) -> str:
    """One spelling of the same characters, without what surrounds the code."""
    composed = unicodedata.normalize("NFC", text).translate(_ONE_WIDTH)
    return _AIM_IDENTIFIER.sub("", composed.strip(_AROUND)).strip(_AROUND)


def _own_reading(text: str, base_url: str) -> Reading | None:
    """A tag, a command or our own address, if the text is exactly that."""
    try:
        rest = _after_our_address(text, base_url)
        if rest is not None:
            return OwnAddressRead(parse_tag(rest))
        return TagRead(parse_tag(text))
    except BadTag:
        word = text.upper()
        return CommandRead(Command(word)) if word in Command.values else None


def _after_our_address(text: str, base_url: str) -> str | None:
    """What follows `{base_url}/t/`, "" on another page of ours, None elsewhere.

    http and https are the same place: labels outlive the move from one to the other.
    """
    ours, read = _WEB_ADDRESS.fullmatch(base_url), _WEB_ADDRESS.match(text)
    if ours is None or read is None or _host(ours) != _host(read):
        return None
    stem = ours[2].rstrip("/").lower() + "/t/"
    path = read[2]
    return path[len(stem) :].rstrip("/") if path.lower().startswith(stem) else ""


def _host(address: re.Match[str]) -> str:
    return _DEFAULT_PORT.sub("", address[1].lower())


def _two_codes(text: str, base_url: str) -> Unreadable | None:
    """Refuse codes run together, and name them."""
    bare = _without_our_address(text, base_url)
    if _ADDRESS.match(bare):
        return None
    found = _codes_in(re.sub(r"[\s\-]", "", bare).upper())
    if len(found) < 2:
        return None
    return Unreadable(Reason.TWO_CODES, text=_shown(text), found=found)


def _without_our_address(text: str, base_url: str) -> str:
    ours = _WEB_ADDRESS.fullmatch(base_url)
    if ours is None:
        return text
    stem = re.escape(ours[1] + ours[2].rstrip("/"))
    return re.sub(rf"https?://{stem}/t/", "", text, flags=re.IGNORECASE)


def _codes_in(text: str) -> tuple[str, ...]:
    """Tags and commands in the text, and what stands between if it could be a serial.

    A command counts only at the start or right after another code.
    """
    codes: list[str] = []
    rest = place = 0
    while place < len(text):
        length = _tag_length(text[place:])
        if not length and place == rest and (command := _COMMAND.match(text, place)):
            length = len(command[0])
        if length:
            codes += [text[rest:place], text[place : place + length]]
            rest = place + length
        place += length or 1
    codes.append(text[rest:])
    return tuple(code for code in codes if len(code) >= SHORTEST_SERIAL) if rest else ()


def _tag_length(text: str) -> int:
    """How many characters of a right tag the text begins with; 0 for none."""
    start = _TAG_START.match(text)
    longest = start.end() + 1 if start else 0
    for end in range(longest, MINIMUM_DIGITS + 2, -1):
        try:
            return len(parse_tag(text[:end]).text)
        except BadTag:
            continue
    return 0


def _fault(text: str, base_url: str) -> Unreadable | None:
    """What is wrong with a text that is almost ours, or somebody else's address."""
    rest = _after_our_address(text, base_url)
    if rest is None and (address := _ADDRESS.match(text)):
        host = (address[1],) if address[1] else ()
        return Unreadable(Reason.FOREIGN_ADDRESS, text=_shown(text), found=host)
    reason = _tag_fault(text if rest is None else rest)
    if reason is None and rest is not None:
        reason = Reason.OTHER_PAGE
    if reason is None and _ALMOST_COMMAND.fullmatch(text.upper()):
        reason = Reason.UNKNOWN_COMMAND
    return None if reason is None else Unreadable(reason, text=_shown(text))


def _tag_fault(text: str) -> Reason | None:
    try:
        parse_tag(text)
    except BadTag as bad:
        return _FAULTS.get(bad.reason)
    return None


def _serial(typed: str, by_key: str) -> Reading:
    if not typed.isprintable():
        return Unreadable(Reason.CONTROL_CHARACTERS, text=_shown(typed))
    guess = typed
    if looks_like_azerty(typed):
        guess = by_key or _tidy(from_azerty(typed))
    if len(guess) < SHORTEST_SERIAL:
        return Unreadable(Reason.TOO_SHORT, text=guess)
    if len(guess) > LONGEST_SERIAL:
        return Unreadable(Reason.TOO_LONG, text=_shown(guess))
    others = tuple(text for text in _distinct(typed, by_key) if text != guess)
    return SerialRead(guess, others)
