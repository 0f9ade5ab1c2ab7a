"""A serial number as it is typed or scanned, before a device is received under it."""

from __future__ import annotations

import dataclasses

from django.conf import settings
from django.db.models import F, Q
from django.utils.translation import gettext as _

from backoffice.core.models import User
from inventory import codes, scanner
from inventory.models import Device
from inventory.scanner import CommandRead, OwnAddressRead, Reason, TagRead, Unreadable
from inventory.tags import Tag

# A maker's own number may look like a broken tag of ours: a person decides.
_DOUBTS = frozenset({Reason.TRUNCATED, Reason.WRONG_CHECK, Reason.UNKNOWN_COMMAND})
_KNOWN_SHOWN = 5


@dataclasses.dataclass(frozen=True)
class SerialSight:
    """What is known of a serial. `text` is how it will be kept.

    `tag`: one of our labels was scanned instead; `refusal`: why it is no serial;
    `doubt`: why it may not be; `known`: devices that carry it already.
    """

    text: str = ""
    tag: Tag | None = None
    refusal: str = ""
    doubt: str = ""
    known: tuple[Device, ...] = ()

    @property
    def doubtful(self) -> bool:
        return bool(self.doubt or self.known)


NOTHING_SEEN = SerialSight()


def look_at_serial(text: str, *, user: User) -> SerialSight:
    """Read a serial and find who carries it, among what this person may see."""
    if not text:
        return NOTHING_SEEN
    if codes.is_placeholder(text):
        return SerialSight(text, refusal=_filler(text))
    match scanner.read(text, base_url=settings.BASE_URL):
        case TagRead(tag) | OwnAddressRead(tag):
            return SerialSight(
                text, tag=tag, refusal=_("This is one of our own labels.")
            )
        case CommandRead():
            return SerialSight(
                text, refusal=_("This is a command of the scan station.")
            )
        case Unreadable(reason) if reason in _DOUBTS:
            return SerialSight(text, doubt=str(reason.label), known=_known(text, user))
        case Unreadable(reason):
            return SerialSight(text, refusal=str(reason.label))
        case reading:
            return SerialSight(reading.text, known=_known(reading.text, user))


def _known(serial: str, user: User) -> tuple[Device, ...]:
    same = Device.objects.visible_to(user).with_serial(serial)
    alias = Device.objects.visible_to(user).filter(aliases__code_key=codes.key(serial))
    found = Device.objects.visible_to(user).filter(
        Q(pk__in=same.values("pk")) | Q(pk__in=alias.values("pk"))
    )
    received = found.filter(events__sequence=1)
    return tuple(
        received.annotate(first_actor=F("events__actor__name")).for_list()[
            :_KNOWN_SHOWN
        ]
    )


def _filler(serial: str) -> str:
    return _(
        "“%(serial)s” is what makers leave where no serial number was written: many "
        "devices carry it. Leave the field empty and say why."
    ) % {"serial": serial}
