"""What machines ask of lending, at the agents’ own address."""

from __future__ import annotations

from django.urls import path

from lending.api.connectivity import ConnectivityView

app_name = "lending-agent"
urlpatterns = [path("connectivity/", ConnectivityView.as_view(), name="connectivity")]
