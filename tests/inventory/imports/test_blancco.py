"""Fictional reports in the public shape of Blancco’s exports."""

from __future__ import annotations

import datetime as dt

import pytest

from inventory.errors import ResultsUnreadable
from inventory.imports.reading import read
from inventory.imports.result import Result, Weakness
from inventory.methods import Technique, Verification

GOOD = {
    "state": "Successful",
    "erasure_standard_name": "HMG Infosec Standard 5, Lower Standard",
    "overwriting_rounds": "1",
    "firmware_rounds": "0",
    "cleaned_sectors": "8",
    "failed_sectors": "0",
    "total_errors": "0",
    "verification": "100%",
    "start_time": "2026-11-20T09:00:00+0100",
    "end_time": "2026-11-20T10:00:00+0100",
}
TARGET = {"model": "Exemple HD500", "serial": "EX-1", "capacity": "4096"}


def xml(**said: str) -> str:
    entries = "".join(_entry(*pair) for pair in {**GOOD, **said}.items())
    target = "".join(_entry(*pair) for pair in TARGET.items())
    return (
        '<?xml version="1.0"?><root><report><blancco_data><blancco_erasure_report>'
        f'<entries name="erasures"><entries name="erasure">{entries}'
        f'<entries name="target">{target}</entries></entries></entries>'
        "</blancco_erasure_report></blancco_data></report></root>"
    )


def _entry(name: str, value: str) -> str:
    return f'<entry name="{name}" type="string">{value}</entry>'


def table(**said: str) -> str:
    row = {**GOOD, **TARGET, **said}
    return ";".join(row) + "\r\n" + ";".join(row.values()) + "\r\n"


def only(text: str) -> Result:
    (result,) = read(text.encode())
    return result


@pytest.mark.parametrize("text", [xml(), table()])
def test_an_overwrite_that_was_read_back_holds(text: str) -> None:
    result = only(text)
    assert (result.weakness, result.serial) == ("", "EX-1")
    assert (result.size_bytes, result.bytes_erased) == (4096, 4096)
    assert result.technique is Technique.OVERWRITE
    assert result.verification is Verification.FULL


@pytest.mark.parametrize("shape", [xml, table])
@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("state", "Cancelled", Weakness.NOT_ERASED),
        ("total_errors", "1", Weakness.ERRORS_COUNTED),
        ("total_errors", "", Weakness.ERRORS_COUNTED),
        ("failed_sectors", "3", Weakness.ERRORS_COUNTED),
        ("firmware_rounds", "1", Weakness.METHOD_UNKNOWN),
        ("overwriting_rounds", "0", Weakness.METHOD_UNKNOWN),
        ("cleaned_sectors", "7", Weakness.BYTES_DIFFER),
        ("verification", "10%", Weakness.NOT_VERIFIED),
        ("end_time", "yesterday", Weakness.DATE_UNKNOWN),
    ],
)
def test_what_a_report_lacks_is_named(
    shape: object, name: str, value: str, why: Weakness
) -> None:
    assert only(shape(**{name: value})).weakness == why  # type: ignore[operator]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2026-11-20T10:00:00+0100", "2026-11-20T10:00:00"),
        ("2026-11-20T10:00:00Z", "2026-11-20T11:00:00"),
        ("2026-11-20 20:00:00 -05:00", "2026-11-21T02:00:00"),
        ("2026-11-20 20:00", "2026-11-20T20:00:00"),
    ],
)
def test_a_time_whose_zone_is_said_is_told_by_our_clock(
    said: str, expected: str
) -> None:
    ended = only(xml(end_time=said)).ended
    assert ended == dt.datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "said",
    ["9999-12-31T23:59:59-1400", "2026-11-20T10:00:00+9900", " " * 10**6 + "x"],
)
def test_a_time_that_no_clock_shows_is_none(said: str) -> None:
    assert only(xml(end_time=f"a{said}")).weakness == Weakness.DATE_UNKNOWN
    assert only(xml(end_time=said)).weakness == Weakness.DATE_UNKNOWN


def test_erasures_in_erasures_are_no_report() -> None:
    """Each looked through for its target, they would take hours."""
    many = 200_000
    nested = "<erasure>" * many + "</erasure>" * many
    with pytest.raises(ResultsUnreadable):
        read(f"<blancco_erasure_report>{nested}</blancco_erasure_report>".encode())


def test_a_report_of_many_empty_erasures_is_read_once() -> None:
    """Looked for with each of them, its version took minutes in 5 MB."""
    text = "<erasure/>" * 200 + "<a/>" * 50_000
    found = read(f"<blancco_erasure_report>{text}</blancco_erasure_report>".encode())
    assert len(found) == 200


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b; blancco_erasure_report</a>',
        "<a>blancco_erasure_report",
        "<a>blancco_erasure_report</a>",
        "serial;erasure\n" + "x" * 200_000,
        '<?xml version="1.0" encoding="x-odd"?><a>blancco_erasure_report</a>',
    ],
)
def test_what_is_no_report_is_refused_in_words(text: str) -> None:
    with pytest.raises(ResultsUnreadable):
        read(text.encode())
