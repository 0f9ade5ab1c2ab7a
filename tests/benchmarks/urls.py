from __future__ import annotations

from django.urls import path

from backoffice.urls import urlpatterns as real
from tests.benchmarks import plain

urlpatterns = [
    *real,
    path("bench/empty/", plain.empty),
    path("bench/write/", plain.write),
]
