"""Sizes as people read them: MB in English, Mo in French, never Mio."""

import pytest
from django.template import Context, Template
from django.utils import translation

from backoffice.core.sizes import file_size, memory_size


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 octet"),
        (1, "1 octet"),
        (999, "999 octets"),
        (1000, "1\u202fko"),
        (15_240_000, "15,2\u202fMo"),
        (999_700_000, "1\u202fGo"),
        (256_060_514_304, "256\u202fGo"),
        (2 * 10**15, "2000\u202fTo"),
    ],
)
def test_a_file_is_counted_in_thousands(count: int, said: str) -> None:
    with translation.override("fr"):
        assert file_size(count) == said


def test_memory_is_counted_as_it_is_sold() -> None:
    with translation.override("fr"):
        assert memory_size(8 * 2**30) == "8\u202fGo"
        assert memory_size(8_127_000_000) == "7,6\u202fGo"


def test_templates_write_sizes_the_same_way() -> None:
    page = Template(
        "{{ file|filesizeformat }}|{{ ram|memory }}|{{ none|filesizeformat }}"
    )
    with translation.override("en"):
        said = page.render(Context({"file": 1_500_000, "ram": 4 * 2**30, "none": None}))
    assert said == "1.5\u202fMB|4\u202fGB|"
