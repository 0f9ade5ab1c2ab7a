"""Makes and models to choose from at reception."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from backoffice.core.models import User
from inventory import codes
from inventory.forms.reception import ReceptionForm
from inventory.models import Device

# So many of the last devices say what comes in these days.
LOOKED_BACK = 300
QUICK_CHOICES = 6
MODELS_SHOWN = 40


@dataclasses.dataclass(frozen=True)
class Choice:
    """What came often: a kind, make and model, and a device that was just that."""

    tag: str
    kind: str
    make: str
    model: str

    @property
    def title(self) -> str:
        return f"{self.make} {self.model}"

    def is_said_in(self, form: ReceptionForm) -> bool:
        """Whether the form's answers are this choice."""
        said = [form[name].value() for name in ("kind", "make", "model")]
        return said == [self.kind, self.make, self.model]


class Suggestions:
    """Makes and models seen before, at a cost that does not grow with the stock."""

    def __init__(self, user: User, *, make: str) -> None:
        self.user = user
        self.make_key = codes.key(make)

    @cached_property
    def lately(self) -> Sequence[tuple[str, str, str, str]]:
        """(kind, make, model, tag) of the last devices, newest first."""
        devices = Device.objects.visible_to(self.user).order_by("-pk")
        rows = devices.values_list("kind", "make", "model", "tag")[:LOOKED_BACK]
        return [row for row in rows if row[1] and row[2]]

    @property
    def quick(self) -> list[Choice]:
        """What came most often lately, each with a device that was like it."""
        often = Counter(row[:3] for row in self.lately).most_common(QUICK_CHOICES)
        tags = {row[:3]: row[3] for row in self.lately}
        return [
            Choice(tags[kind, make, model], kind, make, model)
            for (kind, make, model), _count in often
        ]

    @property
    def makes(self) -> list[str]:
        return sorted({row[1] for row in self.lately})

    @property
    def models(self) -> list[str]:
        """Models of the make in question, else of whatever came lately."""
        if not self.make_key:
            return sorted({row[2] for row in self.lately})
        devices = Device.objects.visible_to(self.user).filter(make_key=self.make_key)
        models = devices.exclude(model="").order_by("model").values_list("model")
        return [model for (model,) in models.distinct()[:MODELS_SHOWN]]
