"""Days in words: French says the first of a month, and counts the others."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from backoffice.core.dates import date_format

FIRST, SECOND = dt.date(2027, 1, 1), dt.date(2027, 1, 2)


@pytest.mark.parametrize(
    ("day", "pattern", "said"),
    [
        (FIRST, "DATE_FORMAT", "1er janvier 2027"),
        (FIRST, "j F Y", "1er janvier 2027"),
        (FIRST, "l j F", "vendredi 1er janvier"),
        (SECOND, "DATE_FORMAT", "2 janvier 2027"),
        (FIRST, "SHORT_DATE_FORMAT", "01/01/2027"),
        (FIRST, "Y-m-d", "2027-01-01"),
        (FIRST, r"\j F", "j janvier"),
    ],
)
def test_french_says_the_first_of_a_month(
    day: dt.date, pattern: str, said: str
) -> None:
    with translation.override("fr"):
        assert date_format(day, pattern) == said


def test_english_counts_from_one() -> None:
    with translation.override("en"):
        assert date_format(FIRST) == "1 January 2027"


def test_templates_write_days_the_same_way_in_local_time() -> None:
    late = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
    page = Template('{{ day|date }}|{{ late|date:"l j F, H:i" }}|{{ none|date }}')
    with translation.override("fr"), timezone.override("Europe/Paris"):
        said = page.render(Context({"day": FIRST, "late": late, "none": None}))
    assert said == "1er janvier 2027|vendredi 1er janvier, 00:30|"
