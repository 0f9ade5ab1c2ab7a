"""The agents' addresses: those of agent.wire, which both sides read."""

from django.urls import path

from provisioning.api import (
    assignment,
    blobs,
    enrolment,
    profiles,
    reports,
    scanner,
    server,
)

app_name = "provisioning-api"
urlpatterns = [
    path("enrol/", enrolment.EnrolView.as_view(), name="enrol"),
    path("token/rotate/", enrolment.RotateView.as_view(), name="rotate"),
    path("reports/", reports.ReportView.as_view(), name="report"),
    path("events/", reports.EventsView.as_view(), name="events"),
    path("assignment/", assignment.AssignmentView.as_view(), name="assignment"),
    path("scanner/", scanner.ScannerView.as_view(), name="scanner"),
    path("scanner/scans/", scanner.ScansView.as_view(), name="scans"),
    path("time/", server.TimeView.as_view(), name="time"),
    path(
        "profiles/<slug:profile_slug>/<str:number>/<str:profile_sha256>.json",
        profiles.ProfileView.as_view(),
        name="profile",
    ),
    path(
        "profiles/<slug:profile_slug>/<str:number>/<str:profile_sha256>.json.minisig",
        profiles.SignatureView.as_view(),
        name="profile-signature",
    ),
    path("profile-keys/", profiles.KeysView.as_view(), name="profile-keys"),
    path("blobs/sha256/<str:ab>/<str:sha256>", blobs.blob, name="blob"),
    path("authority/", server.AuthorityView.as_view(), name="authority"),
]
