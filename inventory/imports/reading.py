"""Which tool wrote a file, and what it says: nothing else is guessed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from inventory.errors import ResultsUnreadable
from inventory.imports import blancco, nwipe, nwipe_pdf
from inventory.imports.result import Result

MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 2_000
READERS: tuple[tuple[Callable[[str], bool], Callable[[str], Iterator[Result]]], ...] = (
    (blancco.is_xml, blancco.read_xml),
    (nwipe_pdf.is_report, nwipe_pdf.read),
    (nwipe.is_log, nwipe.read),
    (blancco.is_csv, blancco.read_csv),
)


def read(body: bytes) -> list[Result]:
    """Every drive that a report speaks of; raises ResultsUnreadable.

    At most MOST_BYTES and MOST_LINES drives: a report that holds more is refused
    whole, never read in part.
    """
    if len(body) > MOST_BYTES:
        raise ResultsUnreadable(
            _("The file is larger than 5 MB."), advice=_("Send it in parts.")
        )
    text = _text(body)
    for is_its, reader in READERS:
        if is_its(text):
            found = list(itertools.islice(reader(text), MOST_LINES + 1))
            break
    else:
        raise ResultsUnreadable(
            _("This is no report of nwipe or Blancco."),
            advice=_("Choose the log that the tool wrote, as it wrote it."),
        )
    return _some(found)


def _some(found: list[Result]) -> list[Result]:
    if not found:
        raise ResultsUnreadable(
            _("The report speaks of no drive: nothing was erased."),
            advice=_("Choose the log that the tool wrote, as it wrote it."),
        )
    if len(found) > MOST_LINES:
        raise ResultsUnreadable(
            _("The report speaks of more than 2,000 drives."),
            advice=_("Send it in parts."),
        )
    return found


def is_pdf(body: bytes) -> bool:
    return body.startswith(b"%PDF")


def _text_of_pdf(body: bytes) -> str:
    """What nwipe wrote into its PDF; other PDFs are pictures here."""
    text = nwipe_pdf.strings_of(body)
    if not nwipe_pdf.is_report(text):
        raise ResultsUnreadable(
            _("A PDF is a picture of a result: only nwipe’s own can be read as one."),
            advice=_("Choose the log that the tool wrote, as it wrote it."),
        )
    return text


def _text(body: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 that says so; of a PDF, its strings."""
    if is_pdf(body):
        return _text_of_pdf(body)
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as odd:
        raise ResultsUnreadable(
            _("The file is no text in UTF-8."),
            advice=_("Choose the log that the tool wrote, as it wrote it."),
        ) from odd
    if "\0" in text:
        raise ResultsUnreadable(_("The file is no text."))
    return text
