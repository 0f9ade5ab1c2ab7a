"""What people type about machines."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.dates import date_format
from backoffice.core.forms import Line
from backoffice.core.models import Site, User
from inventory import scanner
from inventory.actions.drive_cycle import class_needed, verification_asked
from inventory.forms.act import ActForm
from inventory.methods import Medium, class_of, techniques_for
from inventory.models import Device, StorageDrive
from inventory.states import DriveStatus
from inventory.templatetags.workshop import gigabytes
from provisioning.actions import Terms
from provisioning.actions.carrying import who_may_have_run
from provisioning.models import Agent, JobKind, RunAim, Settlement, SystemKind
from provisioning.models.erasure_run import SETTLED
from provisioning.models.job import ASKED_AT_ONCE


def _sites_of(user: User) -> QuerySet[Site]:
    """The sites where a person may enrol machines and bring sticks."""
    sites: QuerySet[Site] = Site.objects.visible_to(user).filter(is_active=True)
    allowed = user.site_ids("provisioning.enrol_agent")
    return sites if allowed is None else sites.filter(pk__in=allowed)


class TagField(forms.CharField):
    """A device's tag, typed or scanned, with or without its hyphens."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)
        self.widget.attrs |= {
            "autofocus": True,
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "class": "mono",
        }

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        match scanner.read(text, base_url=settings.BASE_URL):
            case scanner.TagRead(tag) | scanner.OwnAddressRead(tag):
                return tag.text
            case scanner.Unreadable(reason):
                raise forms.ValidationError(reason.label)
            case _:
                raise forms.ValidationError(
                    _("This is not one of our tags. Scan the label again.")
                )


class BindForm(forms.Form):
    """Which device a machine is: one scan of its tag."""

    tag = TagField(label=gettext_lazy("Tag of the device"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_tag(self) -> Device | None:
        tag = self.cleaned_data["tag"]
        device = Device.objects.visible_to(self.user).filter(tag=tag).first()
        if tag and device is None:
            raise forms.ValidationError(_("No device carries this tag."))
        return device


class JoinCodeForm(BindForm):
    """Where a machine joins, and which device it is if that is known."""

    site = forms.ModelChoiceField(
        queryset=Site.objects.none(), label=gettext_lazy("Site"), empty_label=None
    )
    tag = TagField(
        label=gettext_lazy("Tag of the device"),
        required=False,
        help_text=gettext_lazy("If the machine already has its label. Else later."),
    )
    field_order = ("site", "tag")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        field = self.fields["site"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = _sites_of(user)


class AskForm(forms.Form):
    """What is asked of a machine: one button each."""

    kind = forms.TypedChoiceField(choices=ASKED_AT_ONCE, coerce=JobKind)


class WantedForm(forms.Form):
    """Whether a site wants to look at new machines: the value of the button."""

    wanted = forms.TypedChoiceField(
        choices=[("yes", ""), ("no", "")], coerce=lambda value: value == "yes"
    )


class MergeForm(ActForm):
    """Which other record is the same device, and why."""

    tag = TagField(label=gettext_lazy("Tag of the other record"))
    reason = Line(
        label=gettext_lazy("How you know that they are one device"), max_length=300
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_tag(self) -> Device:
        tag = self.cleaned_data["tag"]
        device = Device.objects.visible_to(self.user).filter(tag=tag).first()
        if device is None:
            raise forms.ValidationError(_("No device carries this tag."))
        return device

    @property
    def facts(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {"other": told["tag"], "reason": told["reason"]}


class SplitForm(ActForm):
    """What belongs to the second device, and why."""

    machine = forms.BooleanField(
        label=gettext_lazy("The machine that reports"), required=False
    )
    drives = forms.MultipleChoiceField(
        label=gettext_lazy("Its drives"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = Line(
        label=gettext_lazy("How you know that they are two devices"), max_length=300
    )

    def __init__(
        self, *args: Any, device: Device, machine: Agent | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.reporting = machine
        self.inside = {str(drive.uuid): drive for drive in device.drives.all()}
        choices = [(uuid, str(drive)) for uuid, drive in self.inside.items()]
        cast("forms.MultipleChoiceField", self.fields["drives"]).choices = choices
        if machine is None:
            del self.fields["machine"]

    @property
    def facts(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {
            "agent": self.reporting if told.get("machine") else None,
            "drives": [self.inside[each] for each in told["drives"]],
            "reason": told["reason"],
        }


NOBODY = "nobody"


class CarriedForm(forms.Form):
    """The export of a machine, from its stick."""

    file = forms.FileField(
        label=gettext_lazy("File from the stick"),
        help_text=gettext_lazy("What “agent export” wrote: one zip file."),
    )
    ran_by = forms.ChoiceField(
        label=gettext_lazy("Who had the machine erase"),
        help_text=gettext_lazy(
            "Whoever stood at the machine. They, and whoever brings the stick, do not "
            "accept what has to be looked at by a second person."
        ),
    )
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"),
        help_text=gettext_lazy(
            "What a machine that never joined has erased is looked for here."
        ),
        queryset=Site.objects.none(),
        to_field_name="uuid",
        empty_label=gettext_lazy("Choose a site"),
        required=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(each.uuid): each for each in who_may_have_run(user)}
        choices = [(key, str(person)) for key, person in self.people.items()]
        cast("forms.ChoiceField", self.fields["ran_by"]).choices = [
            ("", _("Choose a person")),
            *choices,
            (NOBODY, _("Somebody without an account here")),
        ]
        field = cast("forms.ModelChoiceField[Site]", self.fields["site"])
        field.queryset = _sites_of(user)
        if len(known := list(field.queryset[:2])) == 1:
            field.initial, field.empty_label = known[0], None
        field.required = field.initial is None

    def clean_ran_by(self) -> User | None:
        return self.people.get(self.cleaned_data["ran_by"])

    def clean_site(self) -> Site:
        site: Site = self.cleaned_data["site"] or self.fields["site"].initial
        return site


class DrivesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Drives to tick, each with what one has to know before it is gone."""

    def label_from_instance(self, obj: StorageDrive) -> SafeString:
        size = gigabytes(obj.size_bytes) if obj.size_bytes else ""
        lines = (_asked_of(obj), _how_it_stands(obj))
        told = format_html_join("", "<br>{}", ((line,) for line in lines))
        return format_html(
            '<span><strong>{}</strong> {}<span class="text-secondary">{}</span></span>',
            *(obj, size, told),
        )


def _asked_of(drive: StorageDrive) -> str:
    """What its donor asks, and what its machine tries first for that."""
    medium = Medium(drive.medium)
    first = techniques_for(medium)[0]
    return _(
        "%(medium)s. Asked: at least %(least)s, “%(verification)s”. Tried first: "
        "%(technique)s (%(class)s)."
    ) % {
        "medium": medium.label,
        "least": class_needed(drive, medium).label,
        "verification": verification_asked(drive).label,
        "technique": first.label,
        "class": class_of(medium, first).label,
    }


def _how_it_stands(drive: StorageDrive) -> str:
    """Its last attempt of this cycle, or that there was none."""
    last = drive.erasures.filter(cycle=drive.cycle).order_by("-pk").first()
    if drive.proof is not None:
        return _("Already erased, and proven: %(how)s, %(when)s.") % {
            "how": drive.proof.get_technique_display(),
            "when": date_format(drive.proof.erased_on, "SHORT_DATE_FORMAT"),
        }
    if last is None:
        return _("Not erased since it came.")
    return _("Last attempt: %(result)s, %(when)s.") % {
        "result": last.get_result_display(),
        "when": date_format(last.erased_on, "SHORT_DATE_FORMAT"),
    }


class OrderForm(ActForm):
    """Which drives of a device are to be erased; one that cannot be is not listed."""

    drives = DrivesField(
        label=gettext_lazy("Drives to erase"),
        queryset=StorageDrive.objects.none(),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
    )

    not_below = forms.BooleanField(
        label=gettext_lazy("Leave a drive as it is rather than erase it less well"),
        help_text=gettext_lazy(
            "Where nothing on it reaches what its donor asks. Else it is done as well as "
            "it goes, and counts for what it is."
        ),
        required=False,
    )
    may_sleep = forms.BooleanField(
        label=gettext_lazy("The machine may be put to sleep"),
        help_text=gettext_lazy(
            "For ten seconds, before it begins: it frees drives that its firmware froze."
        ),
        required=False,
    )

    def __init__(self, *args: Any, device: Device, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(
            "forms.ModelMultipleChoiceField[StorageDrive]", self.fields["drives"]
        )
        inside = device.drives.filter(gated=True).exclude(
            status__in=SETTLED | {DriveStatus.INSTALLED_NEW}
        )
        field.queryset = inside.select_related("proof").order_by("pk")
        if not self.initial.get("drives"):
            waiting = inside.exclude(status=DriveStatus.ERASED)
            self.initial["drives"] = [str(drive.uuid) for drive in waiting]

    @property
    def facts(self) -> dict[str, Any]:
        told = self.cleaned_data
        terms = Terms(not_below=told["not_below"], may_sleep=told["may_sleep"])
        return {"drives": list(told["drives"]), "terms": terms}


class InstallForm(forms.Form):
    """What a machine is to do with the environment of its pack."""

    aim = forms.TypedChoiceField(
        choices=[
            (aim.value, aim.label)
            for aim in (RunAim.INSTALL, RunAim.VERIFY, RunAim.ROLLBACK, RunAim.RETURN)
        ],
        coerce=RunAim,
    )
    downgrade = forms.BooleanField(required=False)


class SystemForm(forms.Form):
    """Which system a person saw on a device."""

    system = forms.TypedChoiceField(
        label=gettext_lazy("System on it"), choices=SystemKind, coerce=SystemKind
    )


class SettleForm(forms.Form):
    """What a person found where a packed machine differs from its pack."""

    answer = forms.TypedChoiceField(
        choices=[(s.value, s.label) for s in Settlement if s.value],
        coerce=Settlement,
    )
