from __future__ import annotations

import pytest

from inventory import codes


def test_makes_are_compared_by_capitals_and_digits() -> None:
    assert codes.key("Hewlett-Packard 2") == "HEWLETTPACKARD2"


def test_what_is_compared_is_never_longer_than_what_was_written() -> None:
    assert len(codes.key("ß" * 60)) == 60


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Samsung", "SSD 860 EVO 500GB"), ("", "Samsung SSD 860 EVO 500GB")),
        (("", "Samsung SSD 860"), ("ATA", "Samsung_SSD_860_EVO_500GB")),
        (("Seagate", "ST500LM021"), ("", "ST500LM021-1KJ152")),
        (("Western Digital", "WD5000AAKX"), ("", "WDC WD5000AAKX-00ERMA0")),
        (("Toshiba", "mq01abf050"), ("ATA", "TOSHIBA MQ01ABF0")),
    ],
)
def test_one_product_is_written_in_many_ways(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert codes.same_product(*one, *other) is True
    assert codes.same_product(*other, *one) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("", "HD500"), ("", "HD5000")),
        (("Exemple", "HD500"), ("Autre", "HD500")),
        (("Seagate", "ST500LM021"), ("Seagate", "ST1000LM024")),
        (("Exemple", ""), ("Autre", "HD500")),
    ],
)
def test_other_products_are_other_products(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert codes.same_product(*one, *other) is False
    assert codes.same_product(*other, *one) is False


def test_a_model_that_nobody_wrote_says_nothing() -> None:
    assert codes.same_product("ATA", "", "Exemple", "HD500") is None
