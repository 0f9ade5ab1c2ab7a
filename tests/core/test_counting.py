from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.core.counting import counted
from backoffice.core.models import Site, User

pytestmark = pytest.mark.django_db


def test_many_lists_are_counted_in_one_statement() -> None:
    for name in "ABC":
        Site.objects.create(name=name)
    sites = Site.objects.filter(name__in="ABC")
    lists = {
        "nobody": User.objects.filter(name="Personne"),
        "none": Site.objects.none(),
        "sites": sites.order_by("name"),
        "two of them": sites.exclude(name="B"),
    }
    with CaptureQueriesContext(connection) as queries:
        found = counted(lists)
    assert found == {"nobody": 0, "none": 0, "sites": 3, "two of them": 2}
    assert len(queries) == 1


def test_no_list_is_not_asked_about() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert counted({}) == {}
        assert counted({"none": Site.objects.none()}) == {"none": 0}
    assert not queries.captured_queries
