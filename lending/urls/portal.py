"""The portal of partners."""

from django.urls import path

from lending.views import (
    members,
)
from lending.views.portal import asking, home
from lending.views.portal import requests as portal_requests

urlpatterns = [
    path("portal/", home.portal, name="portal"),
    path("portal/help/", home.portal_help, name="portal-help"),
    path("portal/choose/", home.choose_structure, name="portal-choose"),
    path("portal/structure/", members.own_structure, name="portal-structure"),
    path("portal/requests/new/", asking.request_new, name="portal-request-new"),
    path(
        "portal/requests/<uuid:request_uuid>/",
        portal_requests.request_detail,
        name="portal-request",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/person/",
        asking.request_person,
        name="portal-request-person",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/check/",
        asking.request_check,
        name="portal-request-check",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/sent/",
        portal_requests.request_sent,
        name="portal-request-sent",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/message/",
        portal_requests.request_message,
        name="portal-request-message",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/keep/",
        portal_requests.request_keep,
        name="portal-request-keep",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/withdraw/",
        portal_requests.request_withdraw,
        name="portal-request-withdraw",
    ),
    path(
        "portal/requests/<uuid:request_uuid>/<str:question>/",
        asking.request_question,
        name="portal-request-question",
    ),
]
