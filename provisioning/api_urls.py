"""The agents' addresses: those of agent.wire, which both sides read."""

from django.urls import path

from provisioning.api import assignment, enrolment, reports, server

app_name = "provisioning-api"
urlpatterns = [
    path("enrol/", enrolment.EnrolView.as_view(), name="enrol"),
    path("token/rotate/", enrolment.RotateView.as_view(), name="rotate"),
    path("reports/", reports.ReportView.as_view(), name="report"),
    path("events/", reports.EventsView.as_view(), name="events"),
    path("assignment/", assignment.AssignmentView.as_view(), name="assignment"),
    path("time/", server.TimeView.as_view(), name="time"),
    path("authority/", server.AuthorityView.as_view(), name="authority"),
]
