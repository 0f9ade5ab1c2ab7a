"""The page of figures."""

from __future__ import annotations

from tests.benchmarks.page import APART, measured_apart


def test_what_was_measured_apart_outlives_a_new_page() -> None:
    page = f"# Benchmarks\n\nold figures\n{APART}\n| a | 1 |\n"
    assert measured_apart(page) == f"{APART}\n| a | 1 |\n"


def test_a_page_without_such_a_part_has_none() -> None:
    assert measured_apart("# Benchmarks\n") == ""
