"""The workshop's API."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "inventory-api"
urlpatterns: list[URLPattern] = []
