from __future__ import annotations

from django.db import models

from backoffice.core.transactions import require_transaction
from inventory.tags import TagKind, format_tag


class TagCounter(models.Model):
    """The last number given for one prefix; it only ever grows."""

    prefix = models.CharField(max_length=2, unique=True, choices=TagKind)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}{self.last}"


def next_tag(kind: TagKind) -> str:
    """The next tag of this kind: the step of every act that labels something.

    The counter's row stays locked until the act ends, so two stations never get
    the same tag; an act that fails gives its number back unprinted.
    """
    require_transaction()
    TagCounter.objects.get_or_create(prefix=kind)
    counter = TagCounter.objects.select_for_update().get(prefix=kind)
    counter.last += 1
    counter.save(update_fields=["last"])
    return format_tag(kind, counter.last)
