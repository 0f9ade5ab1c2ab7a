from __future__ import annotations

import pytest
from django.utils import translation

from inventory.health import Reading
from inventory.health.numbers import in_words

R = Reading


@pytest.mark.parametrize(
    ("reading", "number", "said"),
    [
        (R.POWER_ON_HOURS, 50_000, "50,000 (5.7 years)"),
        (R.POWER_ON_HOURS, 200, "200 (8 days)"),
        (R.POWER_ON_HOURS, 12, "12"),
        (R.CLOCK_SECONDS, 86_400, "86,400 (1 day)"),
        (R.CLOCK_SECONDS, 3600, "3,600"),
        (R.BATTERY_CYCLES, 1200, "1,200"),
        (R.WIFI_DBM, -65, "-65"),
    ],
)
def test_a_number_is_grouped_and_a_long_time_is_told_in_days_or_years(
    reading: Reading, number: int, said: str
) -> None:
    assert in_words(reading, number) == said


def test_french_groups_with_a_space() -> None:
    with translation.override("fr"):
        assert in_words(R.BATTERY_CYCLES, 50_000).replace("\xa0", "\u202f") == (
            "50\u202f000"
        )
