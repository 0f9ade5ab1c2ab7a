"""Requests, for the staff."""

from django.urls import path

from lending.views import (
    requests,
)

urlpatterns = [
    path("requests/", requests.request_list, name="request-list"),
    path("requests/waiting/", requests.waiting_list, name="request-waiting"),
    path("requests/committee/", requests.committee, name="request-committee"),
    path(
        "requests/<uuid:request_uuid>/", requests.request_detail, name="request-detail"
    ),
    path(
        "requests/<uuid:request_uuid>/message/",
        requests.request_message,
        name="request-message",
    ),
    path(
        "requests/<uuid:request_uuid>/decide/<str:decision>/",
        requests.request_decide,
        name="request-decide",
    ),
]
