"""What is counted."""

from django.urls import path

from lending.views import (
    counted,
)

urlpatterns = [
    path("counted/", counted.counted_list, name="counted-list"),
    path("counted/new/", counted.counted_open, name="counted-open"),
    path("counted/<uuid:kind>/", counted.counted_detail, name="counted-detail"),
    path("counted/<uuid:kind>/change/", counted.counted_change, name="counted-change"),
    path("counted/<uuid:kind>/use/", counted.counted_use, name="counted-use"),
]
