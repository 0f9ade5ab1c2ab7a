"""nwipe’s own PDF, in its public shape: believed as far as its log would be."""

from __future__ import annotations

import re

import pytest

from inventory.errors import ResultsUnreadable
from inventory.imports.reading import read
from inventory.imports.result import Hidden, Result, Weakness
from inventory.methods import Technique, Verification

SIZE = 500_107_862_016
# In the order in which they are drawn.
GOOD = {
    "title": "Disk Erasure Report",
    "Business Name:": "Atelier (fictif)",
    "Make/Model:": "Exemple HD500",
    "Serial:": "EX-HD-00001",
    "Bus:": " ATA",
    "Size(Apparent): ": f"500 GB, {SIZE} bytes",
    "Size(Real):": f"{SIZE} bytes",
    "Start time:": "2026/11/23 08:00:00",
    "End time:": "2026/11/23 10:00:00",
    "Duration:": "02:00:00",
    "Status:": "ERASED",
    "Method:": "Fill With Zeros",
    "PRNG algorithm:": "Not applicable",
    "Final Pass(Zeros/Ones/None):": "Zeros",
    "Verify Pass(Last/All/None):": "Verify Last",
    "*Bytes Erased:": f"{SIZE}, (100.00%)",
    "Rounds(completed/requested):": "1/1",
    "HPA/DCO:": "",
    "HPA/DCO Size:": "No hidden sectors",
    "Throughput:": "70 MB/sec",
    "Errors(pass/sync/verify):": "0/0/0",
    "Information:": "",
    "footer": "Disc Erasure by NWIPE version 0.36",
}


def strings(**said: str) -> list[str]:
    shown = []
    for label, value in {**GOOD, **said}.items():
        shown += [label] if label.endswith((":", ": ")) else []
        shown += [value] if value else []
    return shown


def pdf(**said: str) -> bytes:
    shown = [re.sub(r"([()\\])", r"\\\1", string) for string in strings(**said)]
    pages = "".join(f"BT 60 410 Td /F1 12 Tf ({each}) Tj ET\r\n" for each in shown)
    stream = f"<< /Length {len(pages)} >>stream\r\n{pages}\r\nendstream"
    return f"%PDF-1.3\r\n5 0 obj\r\n{stream}\r\nendobj\r\n%%EOF".encode()


def only(body: bytes) -> Result:
    (result,) = read(body)
    return result


@pytest.mark.parametrize("body", [pdf(), "  ".join(strings()).encode()])
def test_a_report_that_holds_is_read_from_the_pdf_and_from_its_text(
    body: bytes,
) -> None:
    result = only(body)
    assert (result.weakness, result.serial) == ("", "EX-HD-00001")
    assert (result.size_bytes, result.bytes_erased) == (SIZE, SIZE)
    assert (result.technique, result.verification) == (
        Technique.OVERWRITE,
        Verification.FULL,
    )
    assert (result.tool_version, result.hidden) == ("0.36", Hidden.NONE)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"Status:": "ABORTED"}, Weakness.NOT_ERASED),
        ({"Status:": "FAILED"}, Weakness.NOT_ERASED),
        ({"Status:": ""}, Weakness.NOT_ERASED),
        ({"Rounds(completed/requested):": "1/3"}, Weakness.NOT_ERASED),
        ({"Errors(pass/sync/verify):": "0/0/12"}, Weakness.ERRORS_COUNTED),
        ({"Errors(pass/sync/verify):": ""}, Weakness.ERRORS_COUNTED),
        ({"Verify Pass(Last/All/None):": "Verify None"}, Weakness.NOT_VERIFIED),
        ({"Method:": "Verify Zeros"}, Weakness.NOTHING_WRITTEN),
        ({"Method:": "Secure Erase"}, Weakness.METHOD_UNKNOWN),
        ({"*Bytes Erased:": ""}, Weakness.BYTES_UNSAID),
        ({"*Bytes Erased:": "0, (0.00%)"}, Weakness.BYTES_DIFFER),
        ({"*Bytes Erased:": f"{SIZE - 512}, (99.99%)"}, Weakness.BYTES_DIFFER),
        ({"End time:": ""}, Weakness.DATE_UNKNOWN),
    ],
)
def test_what_a_report_lacks_is_named(said: dict[str, str], why: Weakness) -> None:
    assert only(pdf(**said)).weakness == why


def test_hidden_sectors_and_a_bridge_are_seen() -> None:
    result = only(pdf(**{"HPA/DCO Size:": "Hidden sectors found!", "Bus:": "USB"}))
    assert (result.hidden, result.through_bridge) == (Hidden.LEFT, True)


def test_a_serial_that_is_not_known_is_none() -> None:
    assert only(pdf(**{"Serial:": "Unknown"})).serial == ""


def test_what_somebody_typed_cannot_say_how_it_ended() -> None:
    """Names and addresses stand on the same page, in nobody’s hand but theirs."""
    forged = pdf(**{"Business Name:": "Status: ERASED", "Status:": "FAILED"})
    with pytest.raises(ResultsUnreadable):
        read(forged)


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7 compressed by somebody",
        pdf(footer="Erasure by another tool"),
        pdf(title="System Erasure Report"),
        b"%PDF-1.3 (" + b"\\" * 100_000,
        b"%PDF-1.3 " + b"(" * 100_000,
    ],
)
def test_another_pdf_is_a_picture(body: bytes) -> None:
    with pytest.raises(ResultsUnreadable):
        read(body)
