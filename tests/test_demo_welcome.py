"""What `make demo` says when it is ready, and where it listens."""

from __future__ import annotations

import re

import pytest

from backoffice.demo.__main__ import welcome, where_to_listen


def test_the_demo_listens_on_the_port_of_its_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PORT", raising=False)
    assert where_to_listen([]) == "127.0.0.1:8000"
    monkeypatch.setenv("PORT", "8123")
    assert where_to_listen([]) == "127.0.0.1:8123"
    assert where_to_listen(["127.0.0.1:9000"]) == "127.0.0.1:9000"


def test_what_to_try_is_as_long_in_both_languages() -> None:
    french, english = welcome("http://127.0.0.1:8000").split("What to try")
    steps = re.compile(r"^ +(\d+)\. ", re.MULTILINE)
    assert (
        steps.findall(french)
        == steps.findall(english)
        == [str(number) for number in range(1, 15)]
    )
