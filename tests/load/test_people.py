"""The portal and the benches under everybody at once; `python -m tests.load.people`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.load.people import run

pytestmark = [pytest.mark.server, pytest.mark.postgres, pytest.mark.slow]
SECONDS = 24.0


def test_forty_social_workers_and_four_technicians_meet_no_error(
    tmp_path: Path,
) -> None:
    walked = run(tmp_path, SECONDS, partners=40, technicians=4, pace=0.1)
    assert walked.failed == []
    assert walked.of("portal: send a request")
    assert walked.of("bench: scan")
    assert "History holds" in walked.history
