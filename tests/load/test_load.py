"""A room of eighty machines on a bad network, shortened; `python -m tests.load` for long."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.load.crowd import LAPTOPS, run

pytestmark = [pytest.mark.server, pytest.mark.postgres, pytest.mark.slow]
SECONDS = 45.0


def test_eighty_machines_on_a_bad_network_lose_nothing_and_say_nothing_twice(
    tmp_path: Path,
) -> None:
    heard = run(tmp_path, SECONDS)
    assert (heard.lost, heard.doubled, heard.left) == (0, 0, 0)
    assert sorted(heard.made) == sorted(heard.kept)
    assert len(heard.made) > 2 * LAPTOPS
    assert heard.failed == []
    assert heard.half_done == []
    assert "History holds" in heard.history
    assert heard.cut > len(heard.asked) * 0.02
    assert set(Counter(asked.status for asked in heard.asked)) <= {0, 200, 201, 304}
