"""Programmes and quotas."""

from django.urls import path

from lending.views import (
    programmes,
)

urlpatterns = [
    path("programmes/", programmes.programme_list, name="programme-list"),
    path("programmes/new/", programmes.programme_open, name="programme-open"),
    path(
        "programmes/<uuid:programme>/",
        programmes.programme_detail,
        name="programme-detail",
    ),
    path(
        "programmes/<uuid:programme>/change/",
        programmes.programme_amend,
        name="programme-amend",
    ),
    path(
        "programmes/<uuid:programme>/close/",
        programmes.programme_close,
        name="programme-close",
    ),
    path("programmes/<uuid:programme>/quota/", programmes.quota_set, name="quota-set"),
    path(
        "programmes/<uuid:programme>/quota/move/",
        programmes.quota_move,
        name="quota-move",
    ),
]
