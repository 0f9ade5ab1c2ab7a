"""Logs of nwipe that others ran, beside the project, and logs of nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.imports import nwipe
from inventory.imports.result import Result
from tests.agent.test_shared_data import index
from tests.inventory.imports.logs import log_of, written
from tests.inventory.imports.test_nwipe import DRIVE

LINES = [*log_of(DRIVE).splitlines(), *written("failed").splitlines()]
# What could make a bad line good, or a reader stumble.
PARTS = ["Erased", "|", "99999999999999999999", "/dev/sda", "S/N=", "\u00b2", "[2026/"]


def test_real_logs_are_read_to_the_facts_that_were_checked_by_eye(
    shared_data: Path,
) -> None:
    logs = index(shared_data, "nwipe-log")
    assert logs
    for path, facts in logs:
        text = path.read_text()
        found = list(nwipe.read(text)) if nwipe.is_log(text) else []
        disks = facts.get("disks") or []
        assert isinstance(disks, list)
        assert [not result.weakness for result in found] == [
            disk["erased"] for disk in disks
        ]


@given(st.lists(st.sampled_from(LINES) | st.sampled_from(PARTS) | st.text()))
def test_any_mixture_of_lines_is_read_without_stumbling(lines: list[str]) -> None:
    for result in nwipe.read("\n".join(lines)):
        assert Result.from_facts(result.facts) == result


@pytest.mark.parametrize("left_out", range(len(log_of(DRIVE).splitlines())))
def test_a_log_with_a_line_taken_out_never_says_more(left_out: int) -> None:
    lines = log_of(DRIVE).splitlines()
    del lines[left_out]
    for result in nwipe.read("\n".join(lines)):
        whole = (result.bytes_erased, result.size_bytes, result.said)
        assert result.weakness or whole == (4096, 4096, "Erased")
