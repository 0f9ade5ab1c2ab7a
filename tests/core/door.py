"""A door of the API with nothing behind it: who may read, who may act."""

from __future__ import annotations

from typing import ClassVar

from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Door(APIView):
    permissions: ClassVar = {
        "GET": "inventory.view_device",
        "POST": "inventory.receive_device",
    }

    def get(self, request: Request) -> Response:
        return Response({"read": True})

    def post(self, request: Request) -> Response:
        return Response({"acted": True}, status=201)


urlpatterns = [
    path("api/v1/door/", Door.as_view(), name="door"),
    path("", include("backoffice.urls")),
]
