"""Places, as they are named."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import Site, User
from inventory.models import Place, PlaceKind


class PlaceForm(forms.Form):
    """A new place: in which site, of what kind, inside which other."""

    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose…"),
    )
    kind = forms.ChoiceField(
        label=_("Kind of place"),
        choices=PlaceKind,
        initial=PlaceKind.SHELF,
        widget=forms.RadioSelect,
    )
    name = Line(
        label=_("Name"),
        max_length=80,
        help_text=_("As people say it: Shelf B3, Workshop 2."),
    )
    parent = forms.ModelChoiceField(
        label=_("Within"),
        queryset=Place.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("Directly in the site"),
    )
    for_drives = forms.BooleanField(
        label=_("Keeps drives that were taken out (it can be locked)"), required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.visible_to(user).filter(is_active=True)
        places = Place.objects.visible_to(user).open().for_list()
        allowed = user.site_ids("inventory.manage_place")
        if allowed is not None:
            sites = sites.filter(pk__in=allowed)
            places = places.filter(site__in=allowed)
        site = cast("forms.ModelChoiceField[Site]", self.fields["site"])
        site.queryset = sites
        if len(known := list(sites[:2])) == 1:
            site.initial, site.empty_label = known[0].uuid, None
        cast("forms.ModelChoiceField[Place]", self.fields["parent"]).queryset = places

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `open_place`."""
        return {**self.cleaned_data, "kind": PlaceKind(self.cleaned_data["kind"])}
