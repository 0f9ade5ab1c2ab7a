"""How a word finds a device, in lists of any length."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from inventory import codes, tags
from inventory.models.sites import SiteLimitedQuerySet

M = TypeVar("M", bound=models.Model, covariant=True)

# Up to here the devices that a word finds are listed by their keys; a word that
# finds more stands on so many that walking newest first soon fills a page.
LISTED_AT_MOST = 1000
WORDS_AT_MOST = 6
# The beginning of a drive’s serial is looked up from here on: makers’ letters come first.
SERIAL_BEGINS = 4


class DeviceTerm(models.Model):
    """One word by which a device is found: capitals and digits only.

    Looked up by range, which uses the index on both databases in any collation.
    """

    device = models.ForeignKey(
        "inventory.Device", on_delete=models.CASCADE, related_name="terms"
    )
    term = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["term", "device"], name="term_once_per_device"
            )
        ]

    def __str__(self) -> str:
        return self.term


class WordSearchQuerySet(SiteLimitedQuerySet[M]):
    """Rows found by the words kept in `DeviceTerm`."""

    def search(self, text: str) -> Self:
        """Those that carry every word of `text`, or one that starts with it.

        Tags count with and without their hyphens, and without the zeros that fill
        them up; the beginning of a drive's serial finds the device that it is in. A
        text without any letter or digit finds nothing. Reads six words; costs one query
        for each, one more where several are common, and one for drives where it is alone.
        """
        try:
            words = [tags.parse_tag(text).text]
        except tags.BadTag:
            words = codes.search_words(text)[:WORDS_AT_MOST]
        found = self if words else self.none()
        common: list[Q] = []
        for word in words:
            starts = _begins("term", word) | _begins("term", tags.filled_up(word))
            rows = DeviceTerm.objects.filter(starts).values_list("device_id", flat=True)
            keys = set(rows[: LISTED_AT_MOST + 1])
            if len(keys) <= LISTED_AT_MOST:
                inside = _with_drive(word) if len(words) == 1 else set()
                found = found.filter(pk__in=keys | inside)
            else:
                common.append(starts)
        return found._with_common_words(common)

    def _with_common_words(self, words: list[Q]) -> Self:
        """Each word is asked of each row, unless few carry all of them."""
        if len(words) > 1:
            keys = _carrying(words)
            if len(keys) <= LISTED_AT_MOST:
                return self.filter(pk__in=keys)
        found = self
        for word in words:
            rows = DeviceTerm.objects.filter(word, device=OuterRef("pk"))
            found = found.filter(Exists(rows))
        return found


def _begins(field: str, word: str) -> Q:
    return Q(**{f"{field}__gte": word, f"{field}__lte": word.ljust(64, "Z")})


def _with_drive(serial: str) -> set[int]:
    """Keys of the devices that have a drive inside whose serial begins so."""
    device = DeviceTerm._meta.get_field("device").related_model
    same = Q(drives__serial_key=serial)
    if len(serial) >= SERIAL_BEGINS:
        same = _begins("drives__serial_key", serial)
    inside = device._default_manager.filter(same)
    return set(inside.order_by().values_list("pk", flat=True)[:LISTED_AT_MOST])


def _carrying(words: list[Q]) -> set[int]:
    """Keys of devices with a term for each of these words, or one too many."""
    terms = DeviceTerm.objects.order_by().values_list("device_id", flat=True)
    first, *others = (terms.filter(word) for word in words)
    return set(first.intersection(*others)[: LISTED_AT_MOST + 1])
