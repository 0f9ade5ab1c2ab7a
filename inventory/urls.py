"""The workshop's pages."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "inventory"
urlpatterns: list[URLPattern] = []
