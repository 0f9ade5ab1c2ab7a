"""The agents' addresses: those of agent.wire, which both sides read."""

from django.urls import path

from provisioning import api

app_name = "provisioning-api"
urlpatterns = [
    path("enrol/", api.EnrolView.as_view(), name="enrol"),
    path("reports/", api.ReportView.as_view(), name="report"),
    path("time/", api.TimeView.as_view(), name="time"),
]
