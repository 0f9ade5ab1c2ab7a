from __future__ import annotations

import pytest

from tests.lending.world import Partners, make_partners


@pytest.fixture
def partners(db: None) -> Partners:
    return make_partners()
