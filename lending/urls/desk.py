"""Coordination: the desk, choices, files, calendar."""

from django.urls import path

from lending.models.desk import Listing
from lending.views import (
    calendar,
    choosing,
    exports,
)
from lending.views.desk import pages as desk

urlpatterns = [
    path(
        "requests/<uuid:request_uuid>/unit/", choosing.unit_choose, name="unit-choose"
    ),
    path("desk/", desk.desk, name="desk"),
    path("desk/stock/hotspots/", desk.desk_hotspots, name="desk-hotspots"),
    path("desk/stock/<str:capability>/", desk.desk_stock, name="desk-stock"),
    path("calendar/", calendar.calendar_page, name="calendar-page"),
    path("calendar/new/", calendar.calendar_make, name="calendar-make"),
    path("calendar/revoke/", calendar.calendar_revoke, name="calendar-revoke"),
    path("calendar/<str:calendar>.ics", calendar.calendar, name="calendar"),
    path("filters/<uuid:saved>/", exports.filter_open, name="filter-open"),
    path("filters/<uuid:saved>/drop/", exports.filter_drop, name="filter-drop"),
    *[
        path(
            f"{listing}.{kind}",
            exports.list_export,
            {"listing": listing, "kind": kind},
            name=f"{listing}-{kind}",
        )
        for listing in Listing.values
        for kind in ("csv", "xlsx")
    ],
    *[
        path(
            f"filters/{listing}/",
            exports.filter_save,
            {"listing": listing},
            name=f"{listing}-filter-save",
        )
        for listing in Listing.values
    ],
]
