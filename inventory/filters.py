"""What a list of devices may be narrowed by; the page and the API ask the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from html import escape
from typing import Any

import django_filters
from django import forms
from django.db.models import Model, QuerySet
from django.forms.models import ModelChoiceIterator
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from backoffice.core.forms import Line
from backoffice.core.models import Site, User
from inventory.health import Verdict
from inventory.models import Device, DeviceKind, Donation, Donor, Lot, Place
from inventory.models.device import DeviceQuerySet
from inventory.models.device_search import LISTED_AT_MOST
from inventory.states import DataState, DeviceStatus, HoldReason

A_CENTURY_IN_DAYS = 36_500


class PlainSelect(forms.Select):
    """A list of choices drawn in one go: a workshop has hundreds of donors."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        chosen = str(value or "")
        options = "".join(
            _option(str(key), str(label), chosen) for key, label in self.choices
        )
        kept = flatatt({**self.attrs, **(attrs or {})})
        drawn = SafeString(options)
        return format_html('<select name="{}"{}>{}</select>', name, kept, drawn)


def _option(key: str, label: str, chosen: str) -> str:
    """Escaped without Django’s own way round: of a list of hundreds, that is the page."""
    selected = " selected" if key == chosen else ""
    return f'<option value="{escape(key)}"{selected}>{escape(label)}</option>'


class PublicIdField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A row by its public id; a text that can be none of them is no choice either."""

    def to_python(self, value: Any) -> Model | None:
        if isinstance(value, str) and not value.isprintable():
            raise forms.ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": ""},
            )
        row: Model | None = super().to_python(value)
        return row


class NamesOnly(ModelChoiceIterator):  # type: ignore[type-arg]
    """Public ids and names: hundreds of rows are not made into objects to be drawn."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        if self.field.empty_label is not None:
            yield "", str(self.field.empty_label)
        for key, name in self.queryset.values_list("uuid", "name"):
            yield str(key), name


class NamedField(PublicIdField):
    """A row that is called by its name, out of hundreds."""

    iterator = NamesOnly


class PublicIdFilter(django_filters.ModelChoiceFilter):
    field_class = PublicIdField


class NamedFilter(django_filters.ModelChoiceFilter):
    field_class = NamedField


class LineFilter(django_filters.CharFilter):
    field_class = Line


class WholeDaysFilter(django_filters.NumberFilter):
    field_class = forms.IntegerField


def _donors(request: HttpRequest | None) -> QuerySet[Donor]:
    return Donor.objects.visible_to(_asking(request)).order_by("name", "pk")


def _donations(request: HttpRequest | None) -> QuerySet[Donation]:
    return Donation.objects.visible_to(_asking(request)).select_related("donor")


def _lots(request: HttpRequest | None) -> QuerySet[Lot]:
    return Lot.objects.visible_to(_asking(request)).order_by("-pk")


def _places(request: HttpRequest | None) -> QuerySet[Place]:
    return Place.objects.visible_to(_asking(request)).order_by("name", "pk")


def _sites(request: HttpRequest | None) -> QuerySet[Site]:
    return Site.objects.visible_to(_asking(request)).order_by("name")


def _asking(request: HttpRequest | None) -> User:
    """Whoever asks; nobody (the schema's generator) sees nothing."""
    user = request.user if request is not None else None
    return user if isinstance(user, User) else User(is_active=False)


class DeviceFilter(django_filters.FilterSet):
    """Devices by text, state, data, hold, health, kind, origin and place."""

    q = LineFilter(
        method="by_text",
        label=_("Tag, serial number, make, model"),
        max_length=200,
    )
    state = django_filters.MultipleChoiceFilter(
        method="by_state",
        label=_("State"),
        choices=DeviceStatus.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=DeviceKind.choices, empty_label=_("Any")
    )
    data = django_filters.MultipleChoiceFilter(
        method="by_data",
        label=_("Data"),
        choices=DataState.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    held = django_filters.ChoiceFilter(
        method="by_hold",
        label=_("Hold"),
        choices=[
            ("yes", _("On hold")),
            ("no", _("Not on hold")),
            *HoldReason.choices,
        ],
        empty_label=_("Any"),
    )
    health = django_filters.ChoiceFilter(
        method="by_health",
        label=_("Health"),
        choices=Verdict.choices,
        empty_label=_("Any"),
    )
    days = WholeDaysFilter(
        method="by_days",
        label=_("In this state for at least (days)"),
        min_value=0,
        max_value=A_CENTURY_IN_DAYS,
    )
    lot = PublicIdFilter(
        queryset=_lots,
        to_field_name="code",
        label=_("Lot"),
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("There is no lot of this code.")},
    )
    donor = PublicIdFilter(
        method="by_donor",
        queryset=_donors,
        to_field_name="uuid",
        label=_("Donor"),
        empty_label=_("Any"),
        widget=PlainSelect,
    )
    # Reached by links that lead to it: nobody picks one among hundreds.
    donation = PublicIdFilter(
        method="by_donation",
        queryset=_donations,
        to_field_name="uuid",
        label=_("Donation"),
        widget=forms.HiddenInput,
    )
    place = PublicIdFilter(
        method="by_place",
        queryset=_places,
        to_field_name="uuid",
        label=_("Place"),
        empty_label=_("Any"),
        widget=PlainSelect,
    )
    site = PublicIdFilter(
        queryset=_sites,
        to_field_name="uuid",
        label=_("Site"),
        empty_label=_("Any"),
    )

    class Meta:
        model = Device
        fields: Sequence[str] = ()

    def by_text(
        self, devices: QuerySet[Device], name: str, text: str
    ) -> QuerySet[Device]:
        return devices.search(text)  # type: ignore[attr-defined,no-any-return]

    def by_state(
        self, devices: QuerySet[Device], name: str, states: list[str]
    ) -> QuerySet[Device]:
        return _with_one_of(devices, "status", states)

    def by_data(
        self, devices: QuerySet[Device], name: str, states: list[str]
    ) -> QuerySet[Device]:
        return _with_one_of(devices, "data_state", states)

    def by_hold(
        self, devices: QuerySet[Device], name: str, held: str
    ) -> QuerySet[Device]:
        if held in HoldReason.values:
            return devices.filter(held_at__isnull=False, hold_reason=held)
        return devices.filter(held_at__isnull=held == "no")

    def by_health(
        self, devices: QuerySet[Device], name: str, verdict: str
    ) -> QuerySet[Device]:
        return _few_or_walked(devices, "health__verdict", [verdict])

    def by_days(
        self, devices: QuerySet[Device], name: str, days: int
    ) -> QuerySet[Device]:
        return devices.filter(
            status_since__lte=timezone.now() - dt.timedelta(days=days)
        )

    @extend_schema_field(OpenApiTypes.UUID)
    def by_donor(
        self, devices: QuerySet[Device], name: str, donor: Donor
    ) -> QuerySet[Device]:
        return self._of_lots(devices, donation__donor=donor)

    @extend_schema_field(OpenApiTypes.UUID)
    def by_place(
        self, devices: DeviceQuerySet, name: str, place: Place
    ) -> QuerySet[Device]:
        return devices.standing_in(place)

    @extend_schema_field(OpenApiTypes.UUID)
    def by_donation(
        self, devices: QuerySet[Device], name: str, donation: Donation
    ) -> QuerySet[Device]:
        return self._of_lots(devices, donation=donation)

    def _of_lots(self, devices: QuerySet[Device], **of: Model) -> QuerySet[Device]:
        lots = Lot.objects.visible_to(_asking(self.request)).filter(**of)
        keys = lots.values_list("pk", flat=True)
        return _few_or_walked(devices, "lot_id", list(keys))


def _with_one_of(
    devices: QuerySet[Device], column: str, values: list[str]
) -> QuerySet[Device]:
    """One value by its index; several by walking; none is no filter at all."""
    if len(values) == 1:
        return devices.filter(**{column: values[0]})
    return _few_or_walked(devices, column, values) if values else devices


def _few_or_walked(
    devices: QuerySet[Device], column: str, values: Collection[object]
) -> QuerySet[Device]:
    """A few by their keys: walking would pass everything else to find them."""
    few = devices.filter(**{f"{column}__in": values}).order_by()
    keys = set(few.values_list("pk", flat=True)[: LISTED_AT_MOST + 1])
    if len(keys) <= LISTED_AT_MOST:
        return devices.filter(pk__in=keys)
    return devices.walking(column, values)  # type: ignore[attr-defined,no-any-return]
