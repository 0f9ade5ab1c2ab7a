"""Fields that several of lending’s forms share: numbers, secrets, money, days, sites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.forms import Line
from backoffice.core.models import Site, User
from lending.errors import NumberMalformed


class NumberField(Line):
    """A number as printed or scanned, read by one of lending.numbers."""

    def __init__(self, read: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.read = read
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        try:
            return self.read(typed) if typed else ""
        except NumberMalformed as wrong:
            raise ValidationError(wrong.message, code=wrong.code) from wrong


class Unrepeated(forms.TextInput):
    """Shows nothing of what was typed: a page that comes back never holds the secret."""

    def format_value(self, value: Any) -> None:
        return None


class SecretField(NumberField):
    """A code that is typed once and never shown again; its errors do not repeat it."""

    def __init__(self, read: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(
            read,
            required=False,
            widget=Unrepeated(attrs={"class": "mono", "spellcheck": "false"}),
            **kwargs,
        )


class EurosField(forms.DecimalField):
    """An amount as people write it, 12,50 or 12.50; its value is in cents."""

    def __init__(self, *, most_cents: int, **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal(0),
            max_value=Decimal(most_cents) / 100,
            max_digits=9,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("€", "").replace("\u202f", "").replace(" ", "")
            value = value.replace(",", ".")
        return super().to_python(value)

    def clean(self, value: Any) -> int | None:
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)

    def prepare_value(self, value: Any) -> Any:
        """Cents of an initial value as an amount; what was typed stays as it is."""
        if isinstance(value, int):
            return f"{value // 100},{value % 100:02d}" if value % 100 else value // 100
        return value


class ByPublicId(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of some rows by its public id; anything else is refused in words."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("Choose…"))
        super().__init__(to_field_name="uuid", **kwargs)

    def to_python(self, value: Any) -> Model | None:
        try:
            found: Model | None = super().to_python(value)
        except ValidationError as unknown:
            raise ValidationError(
                _("Choose one of the list."), code="invalid_choice"
            ) from unknown
        return found


class SiteField(ByPublicId):
    """A site where somebody holds a permission; the only one is chosen already."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Site"), queryset=Site.objects.none(), **kwargs)

    def offer(self, user: User, permission: str) -> None:
        allowed, sites = user.site_ids(permission), Site.objects.visible_to(user)
        self.queryset = sites if allowed is None else sites.filter(pk__in=allowed)
        only = list(self.queryset[:2])
        if len(only) == 1 and self.required:
            self.initial, self.empty_label = only[0].uuid, None


class DateField(forms.DateField):
    """A day, in the browser’s own date field."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, **kwargs)


_AT = "%Y-%m-%dT%H:%M"


class Moment(forms.DateTimeField):
    """A day and an hour of here; one that the clocks skip, or strike twice, is said."""

    default_error_messages: ClassVar = {
        "skipped": _(
            "This hour does not exist: that night the clocks go forward. Choose another."
        ),
        "twice": _(
            "This hour comes twice: that night the clocks go back. Choose another."
        ),
    }

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(format=_AT, attrs={"type": "datetime-local"})
        super().__init__(widget=widget, input_formats=[_AT], **options)

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as refused:
            if refused.code != "ambiguous_timezone":
                raise
            code = "skipped" if _is_skipped(str(value).strip()) else "twice"
            raise ValidationError(self.error_messages[code], code=code) from refused


def _is_skipped(typed: str) -> bool:
    """Whether an hour that is not one hour of here is none of them."""
    naive = dt.datetime.strptime(typed, _AT)  # noqa: DTZ007 - no hour of any zone
    here = timezone.get_current_timezone()
    there = naive.replace(tzinfo=here).astimezone(dt.UTC).astimezone(here)
    return there.replace(tzinfo=None) != naive
