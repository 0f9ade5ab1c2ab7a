"""Lending’s pages, by subject."""

from itertools import chain

from django.urls import path

from lending.urls import (
    connections,
    counted,
    desk,
    handovers,
    loans,
    packs,
    people,
    portal,
    programmes,
    requests,
    structures,
    webhooks,
)
from lending.views import joining, slip

app_name = "lending"
urlpatterns = [
    path("join/<str:invitation>/", joining.join, name="join"),
    path("slip/<str:slip>/", slip.slip, name="slip"),
    *chain.from_iterable(
        subject.urlpatterns
        for subject in (
            requests,
            handovers,
            programmes,
            loans,
            connections,
            counted,
            webhooks,
            packs,
            portal,
            people,
            structures,
            desk,
        )
    ),
]
