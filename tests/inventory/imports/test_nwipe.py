from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from inventory.errors import ResultsUnreadable
from inventory.imports.nwipe import is_log
from inventory.imports.reading import MOST_BYTES, read
from inventory.imports.result import Hidden, Result, Weakness
from inventory.methods import Technique, Verification
from inventory.models import StorageDrive
from tests.inventory.imports.logs import log_of, written

DRIVE = StorageDrive(make="Exemple", model="HD500", serial="EX-1", size_bytes=4096)


def results(text: str) -> list[Result]:
    return read(text.encode())


def weakness(text: str) -> list[str]:
    return [result.weakness for result in results(text)]


def test_each_drive_of_a_run_answers_for_itself() -> None:
    first, second = results(written("ok"))
    assert (first.size_bytes, first.bytes_erased) == (33_554_432, 33_554_432)
    assert (second.size_bytes, second.bytes_erased) == (4_096_512, 4_096_512)
    assert first.technique is second.technique is Technique.OVERWRITE
    assert (first.verification, first.weakness) == (Verification.FULL, "")
    assert (first.tool, first.tool_version) == ("nwipe", "0.33")


def test_a_run_that_was_stopped_is_no_success_though_its_exit_code_was_0() -> None:
    (stopped,) = results(written("aborted"))
    assert (stopped.said, stopped.weakness) == ("UABORTED", Weakness.NOT_ERASED)


def test_one_failed_drive_neither_sinks_nor_hides_behind_the_last_line() -> None:
    assert weakness(written("failed")) == [Weakness.NOT_ERASED, ""]


def test_erased_without_being_read_back_is_not_enough() -> None:
    (unread,) = results(written("unverified"))
    assert (unread.said, unread.weakness) == ("Erased", Weakness.NOT_VERIFIED)


def test_erased_is_also_said_of_a_drive_that_was_only_read() -> None:
    (only_read,) = results(written("verify_only"))
    assert (only_read.said, only_read.weakness) == ("Erased", Weakness.NOTHING_WRITTEN)


def test_the_last_pass_written_is_the_one_that_was_read_back() -> None:
    assert weakness(written("random_blank")) == [""]


def test_the_usage_after_an_unknown_option_is_no_log() -> None:
    assert not is_log(written("usage"))
    with pytest.raises(ResultsUnreadable):
        results(written("usage"))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"errors": 1}, Weakness.ERRORS_COUNTED),
        ({"status": "INSANITY"}, Weakness.NOT_ERASED),
        ({"written": 4095}, Weakness.BYTES_DIFFER),
        ({"size": 0}, Weakness.BYTES_UNSAID),
        ({"read": 2048}, Weakness.NOT_VERIFIED),
        ({"verify": "0 (off)"}, Weakness.NOT_VERIFIED),
        ({"rounds": "1R+NB+NV"}, Weakness.NOT_VERIFIED),
        ({"method": "Sanitize Crypto Erase (ATA/SCSI/NVMe)"}, Weakness.METHOD_UNKNOWN),
        ({"method": "Verify Ones  (0xFF)"}, Weakness.NOTHING_WRITTEN),
    ],
)
def test_what_a_line_lacks_is_named(said: dict[str, Any], why: Weakness) -> None:
    assert weakness(log_of(DRIVE, **said)) == [why]


def test_a_log_that_says_no_bytes_is_told_just_that() -> None:
    lines = log_of(DRIVE).splitlines(keepends=True)
    text = "".join(line for line in lines if "bytes written" not in line)
    assert weakness(text) == [Weakness.BYTES_UNSAID]


def test_a_drive_without_its_row_of_errors_proves_nothing() -> None:
    lines = log_of(DRIVE).splitlines(keepends=True)
    cut = "".join(line for line in lines if "sda |           0" not in line)
    assert weakness(cut) == [Weakness.ERRORS_COUNTED]


def test_a_run_that_was_killed_has_no_rows_and_proves_nothing() -> None:
    cut, _, _ = log_of(DRIVE).partition("****")
    assert weakness(cut) == [Weakness.NOT_ERASED]


def test_runs_of_one_log_are_read_apart_though_each_calls_its_drive_sda() -> None:
    other = StorageDrive(model="HD500", serial="EX-2", size_bytes=8192)
    first, second = results(log_of(DRIVE) + log_of(other, status="UABORTED"))
    assert (first.serial, first.weakness) == ("EX-1", "")
    assert (second.serial, second.weakness) == ("EX-2", Weakness.NOT_ERASED)


def test_a_hidden_area_and_a_bridge_are_seen() -> None:
    text = "The host protected area is enabled on /dev/sda"
    (result,) = results(log_of(DRIVE, hidden=text, bus=" USB"))
    assert (result.hidden, result.through_bridge) == (Hidden.LEFT, True)


def test_times_are_kept_as_written_because_their_zone_is_not_known() -> None:
    (result, _) = results(written("ok"))
    assert result.ended is not None
    assert result.ended == dt.datetime(2026, 11, 23, 8, 0, 54)  # noqa: DTZ001
    assert Result.from_facts(result.facts) == result


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>nwipe</body></html>",
        b"root@bench:~# lsblk\n",
        b"%PDF-1.4 nwipe",
        b"Nwipe \x00 sect/blk/dev",
        b"Nwipe \xff\xfe\xfa",
        b"\xff\xfeN",
        b"Nwipe successfully completed.",
        b"x" * (MOST_BYTES + 1),
    ],
)
def test_whatever_is_no_report_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(ResultsUnreadable):
        read(body)


AT = "[2026/11/23 10:00:00]  notice: "
HEAD = f"{AT}Nwipe sect/blk/dev\n"


@pytest.mark.parametrize(
    "piece",
    [
        "notice: Found /dev/a, x, ",
        "Total Throughput a, b, ",
        "notice: Invoking method 'a' on /dev/a",
        "buggy drive firmware on /dev/a",
        "notice: /dev/a, sect/blk/dev 1/1/1x ",
    ],
)
def test_lines_made_to_be_slow_are_read_at_once(piece: str) -> None:
    """One that is longer than any is refused; of 5 MB below that none costs more."""
    with pytest.raises(ResultsUnreadable):
        results(HEAD + AT + piece * (10**6 // len(piece)))
    line = AT + piece * (900 // len(piece)) + "\n"
    with pytest.raises(ResultsUnreadable):
        results(HEAD + line * 1_000)


def test_a_log_from_windows_or_in_utf16_reads_the_same() -> None:
    text = log_of(DRIVE).replace("\n", "\r\n")
    assert read(text.encode("utf-16")) == read(text.encode("utf-8-sig"))


def test_more_drives_than_a_report_may_hold_are_refused_whole() -> None:
    row = "[2026/11/23 08:00:00]  notice: /dev/s{}, sect/blk/dev 512/512/512\n"
    text = "Nwipe\n" + "".join(row.format(number) for number in range(2001))
    with pytest.raises(ResultsUnreadable):
        results(text)
