"""A machine is called by what its maker said, and by nothing where nothing was said."""

from __future__ import annotations

import pytest

from provisioning.models import Agent


@pytest.mark.parametrize(
    ("make", "model", "title"),
    [
        ("HP", "ProDesk 400 G4", "HP ProDesk 400 G4"),
        ("To Be Filled By O.E.M.", "To Be Filled By O.E.M.", ""),
        ("ASUS", "System Product Name", "ASUS"),
        ("", "", ""),
    ],
)
def test_what_a_maker_forgot_to_fill_in_is_no_name(make, model, title):
    assert Agent(make=make, model=model).title == title
