"""The real settings, and three addresses more: what everything else is compared with."""

from __future__ import annotations

from backoffice.settings import *  # noqa: F403
from backoffice.settings import LOGGING, MIDDLEWARE

ROOT_URLCONF = "tests.benchmarks.urls"
MIDDLEWARE.insert(0, "tests.benchmarks.plain.CountQueries")
LOGGING["root"]["level"] = "WARNING"
