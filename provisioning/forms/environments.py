"""What is typed about environments and layers as wholes; what they say is in `layers`."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.forms.accounts import ActForm
from backoffice.core.models import Site, User
from provisioning.actions import EnvironmentFacts, LayerFacts
from provisioning.models import Environment, Layer, LayerKind

_MOST_COMPLEMENTS = 8


class TitlesForm(ActForm):
    title_fr = Line(label=_("Title in French"), max_length=120)
    title_en = Line(label=_("Title in English"), max_length=120, required=False)


class _Titled(TitlesForm):
    slug = Line(
        label=_("Short name"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens: emploi. It never changes."),
    )


class EnvironmentForm(_Titled):
    """Which layers an environment is made of: a base, then complements in order."""

    audience = Line(
        label=_("For whom"),
        max_length=200,
        required=False,
        help_text=_("In a few words, for those who choose it."),
    )
    base = forms.ModelChoiceField(
        label=_("Base"),
        queryset=Layer.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose…"),
    )

    def __init__(
        self, *args: Any, user: User, of: Environment | None = None, **kwargs: Any
    ) -> None:
        if of is not None:
            kwargs["initial"] = _said(of)
        super().__init__(*args, **kwargs)
        if of is not None:
            del self.fields["slug"]
        layers = Layer.objects.visible_to(user)
        bases = cast("forms.ModelChoiceField[Layer]", self.fields["base"])
        bases.queryset = layers.filter(kind=LayerKind.BASE).order_by("slug")
        complements = layers.filter(kind=LayerKind.BUNDLE).order_by("slug")
        chosen = of.bundled.count() if of else 0
        for place in range(min(max(chosen + 2, 3), _MOST_COMPLEMENTS)):
            self.fields[f"bundle_{place}"] = forms.ModelChoiceField(
                label=_("Complement %(number)s") % {"number": place + 1},
                queryset=complements,
                to_field_name="uuid",
                required=False,
                empty_label=_("None"),
            )

    @property
    def facts(self) -> EnvironmentFacts:
        told = self.cleaned_data
        places = [name for name in self.fields if name.startswith("bundle_")]
        return EnvironmentFacts(
            title_fr=told["title_fr"],
            title_en=told["title_en"],
            audience=told["audience"],
            base=told["base"],
            bundles=tuple(told[name] for name in places if told[name]),
        )


def _said(environment: Environment) -> dict[str, Any]:
    bundled = environment.bundled.select_related("layer")
    return {
        "title_fr": environment.title_fr,
        "title_en": environment.title_en,
        "audience": environment.audience,
        "base": environment.base.uuid,
        **{f"bundle_{at}": each.layer.uuid for at, each in enumerate(bundled)},
    }


class LayerForm(_Titled):
    """A layer as it begins; what is in it is written section by section."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=LayerKind.choices,
        initial=LayerKind.BUNDLE,
        widget=forms.RadioSelect,
        help_text=_(
            "A base lies under an environment, a complement over it; the layer of a "
            "site is in every environment that is installed there."
        ),
    )
    extends = forms.ModelChoiceField(
        label=_("Builds on"),
        queryset=Layer.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("No other layer"),
        help_text=_("Of the same kind."),
    )
    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("None"),
        help_text=_("For the layer of a site only."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        layers = cast("forms.ModelChoiceField[Layer]", self.fields["extends"])
        layers.queryset = Layer.objects.visible_to(user).order_by("kind", "slug")
        sites = cast("forms.ModelChoiceField[Site]", self.fields["site"])
        sites.queryset = Site.objects.visible_to(user).filter(is_active=True)

    @property
    def facts(self) -> LayerFacts:
        told = self.cleaned_data
        return LayerFacts(**{**told, "kind": LayerKind(told["kind"])})


class PublishForm(ActForm):
    """What is new, for those who will see the version."""

    notes = Line(
        label=_("What is new"),
        max_length=1000,
        required=False,
        help_text=_("In a sentence, for those who prepare machines."),
    )


class WithdrawVersionForm(ActForm):
    because = Line(
        label=_("Why"),
        max_length=300,
        help_text=_("Whoever has this version on a machine will read it."),
    )
