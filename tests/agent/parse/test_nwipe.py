from __future__ import annotations

import pytest

from agent.parse.nwipe import parse

LOG = """\
[2026/01/01 00:00:00]  notice:   method   = Fill With Zeros
[2026/01/01 00:00:00]  notice:   rounds   = 1
[2026/01/01 00:00:00]  notice:   verify   = 1 (last pass)
[2026/01/01 00:00:02]  notice: 4096 bytes written to /dev/sda
!   Device | Pass Errors | Verifications Errors | Fdatasync I\\O Errors
      sda |           {errors} |                    0 |                    0
********************************* Drive Status *********************************
!   Device | Status | Thru-put | HH:MM:SS | Model/Serial Number
      sda |{status}|   0 B/s | 00:00:02 | FICTIF/1
"""


def test_a_drive_is_erased_where_its_row_says_so_and_no_error_stands_beside_it():
    log = parse(LOG.format(errors=0, status=" Erased "))
    assert log.all_erased
    (drive,) = log.drives
    assert (drive.name, drive.written_bytes) == ("sda", 4096)
    assert (log.method, log.verify, log.final_blank) == (
        "Fill With Zeros",
        "last",
        True,
    )


@pytest.mark.parametrize(
    ("errors", "status"),
    [(1, " Erased "), (0, "-FAILED-"), (0, "UABORTED"), (0, "INSANITY")],
)
def test_anything_else_is_not_erased(errors, status):
    assert not parse(LOG.format(errors=errors, status=status)).all_erased


def test_a_row_without_its_errors_proves_nothing():
    log = parse("     sda | Erased |   0 B/s | 00:00:02 | FICTIF/1\n")
    assert [drive.is_erased for drive in log.drives] == [False]


def test_a_usage_text_is_no_log():
    log = parse("nwipe: unrecognized option\nUsage: nwipe [options] [device1]\n")
    assert (log.drives, log.has_summary, log.all_erased) == ((), False, False)
