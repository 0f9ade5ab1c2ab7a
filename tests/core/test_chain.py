from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core import chain

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_the_order_of_keys_does_not_matter() -> None:
    assert chain.sha256({"a": 1, "b": 2}) == chain.sha256({"b": 2, "a": 1})


@given(JSON, JSON)
def test_two_values_share_a_hash_only_if_they_are_the_same_json(
    one: object, other: object
) -> None:
    same = chain.canonical(one) == chain.canonical(other)
    assert (chain.sha256(one) == chain.sha256(other)) is same


@pytest.mark.parametrize("value", [1.0, [0.5], {"a": {"b": float("nan")}}])
def test_a_float_has_no_canonical_text(value: object) -> None:
    with pytest.raises(TypeError):
        chain.canonical(value)


def test_accents_are_kept_as_utf_8() -> None:
    assert chain.canonical({"name": "é"}) == '{"name":"é"}'.encode()
