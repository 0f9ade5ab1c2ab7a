"""What is typed about accounts, roles, sites and keys."""

from __future__ import annotations

from typing import Any, Self, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backoffice.core.countries import Country
from backoffice.core.errors import DomainError
from backoffice.core.forms import Line
from backoffice.core.models import RoleAssignment, Site, User
from backoffice.core.models.token import TokenScope
from backoffice.core.roles import Role

# Each in its own language: whoever cannot read this page still finds theirs.
LANGUAGES = [("fr", "Français"), ("en", "English")]


class ActForm(forms.Form):
    """A form that also says why its act was refused: nothing typed is lost."""

    refusal: DomainError | None = None

    def refuse(self, refusal: DomainError) -> None:
        self.refusal = refusal
        said = (refusal.message, refusal.advice)
        self.add_error(None, [sentence for sentence in said if sentence])

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        if self.refusal:
            return self.refusal.status
        return 400 if self.errors else 200


class ProfileForm(ActForm):
    """What everyone may change of their own account."""

    name = Line(label=_("Name"), max_length=80, help_text=_("As colleagues know you."))
    language = forms.ChoiceField(
        label=_("Language"), choices=LANGUAGES, widget=forms.RadioSelect
    )


class AccountForm(ActForm):
    """What an administrator writes down of a person: no more than signing in needs."""

    name = Line(label=_("Name"), max_length=80)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=LANGUAGES,
        initial=settings.LANGUAGE_CODE,
        widget=forms.RadioSelect,
        help_text=_("Of the mails, and of the pages until the person chooses another."),
    )


class RoleForm(ActForm):
    """A role, and where it holds."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("Every site"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Site]", self.fields["site"])
        field.queryset = Site.objects.visible_to(user)

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `give_role` and `take_role`, but the account."""
        return {**self.cleaned_data, "role": Role(self.cleaned_data["role"])}


class HeldRoleForm(RoleForm):
    """The button that takes one role back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=False, **kwargs)
        for field in self.fields.values():
            field.widget = forms.HiddenInput()

    @classmethod
    def of(cls, held: RoleAssignment, *, user: User) -> Self:
        site = held.site.uuid if held.site else None
        return cls(user=user, initial={"role": held.role.name, "site": site})


class SiteForm(ActForm):
    """An address of the association."""

    name = Line(label=_("Name"), max_length=80)
    address = Line(label=_("Address"), max_length=200, required=False)
    country = forms.TypedChoiceField(
        label=_("Country"),
        choices=Country.choices,
        coerce=Country,
        initial=Country.FRANCE,
        help_text=_("Its rules for SIM cards apply: caps, register of holders."),
        widget=forms.RadioSelect,
    )


class TokenForm(ActForm):
    """What a key is for, and how long."""

    name = Line(
        label=_("What is it for"),
        max_length=60,
        help_text=_("For example: the stock display in the hall."),
    )
    scope = forms.ChoiceField(
        label=_("What may it do"),
        choices=TokenScope.choices,
        initial=TokenScope.READ,
        widget=forms.RadioSelect,
        help_text=_("Never more than you may do yourself."),
    )
    days = forms.TypedChoiceField(
        label=_("How long is it valid"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("One year"))],
        initial=90,
    )

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `create_token`."""
        return {**self.cleaned_data, "scope": TokenScope(self.cleaned_data["scope"])}
