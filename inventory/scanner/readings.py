"""The things that a scan can turn out to be."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.tags import Tag


class Command(models.TextChoices):
    """Words printed on the command sheet.

    Only letters that are the same key on QWERTY and AZERTY, and no digit: the
    sheet works before the station knows its scanner's layout.
    """

    OK = "XXOK", _("Confirm")
    UNDO = "XXUNDO", _("Undo")
    PRINT = "XXPRINT", _("Print the label again")
    NEXT = "XXNEXT", _("Next")
    REFUSE = "XXREFUS", _("Refuse")
    PARTS = "XXPIECES", _("For parts")
    FINISH = "XXFIN", _("Finish")
    ERASE = "XXVIDER", _("Confirm the erasure")
    MODE_RECEPTION = "XXRECEPTION", _("Reception")
    MODE_LOOK_UP = "XXVOIR", _("Look up")
    MODE_MOVE = "XXBOUGER", _("Move")
    MODE_ERASURE = "XXPROPRE", _("Erasure")
    MODE_QUALITY_CHECK = "XXCONTROLE", _("Quality check")

    @property
    def is_mode(self) -> bool:
        return self.name.startswith("MODE_")


class Reason(models.TextChoices):
    """Why a scan is no reading."""

    EMPTY = "empty", _("Nothing was read.")
    TOO_SHORT = "too_short", _("The code is too short.")
    TOO_LONG = "too_long", _("The code is too long.")
    CONTROL_CHARACTERS = (
        "control_characters",
        _("The code holds signs that cannot be printed."),
    )
    TRUNCATED = "truncated", _("Only a part of the label was read.")
    WRONG_CHECK = "wrong_check", _("The tag was misread: its last sign does not fit.")
    TWO_CODES = "two_codes", _("Two codes were read as one.")
    UNKNOWN_COMMAND = "unknown_command", _("This command does not exist.")
    FOREIGN_ADDRESS = "foreign_address", _("This address is not one of ours.")
    OTHER_PAGE = "other_page", _("This address is ours, but not that of a tag.")


@dataclass(frozen=True, slots=True)
class TagRead:
    tag: Tag


@dataclass(frozen=True, slots=True)
class CommandRead:
    command: Command


@dataclass(frozen=True, slots=True)
class OwnAddressRead:
    """The QR code of one of our labels."""

    tag: Tag


@dataclass(frozen=True, slots=True)
class SerialRead:
    """Anything else that a maker may have printed; `text` is the likeliest reading.

    A serial has no check character, so the layout can only be guessed: `others` are
    the readings to look up as well before calling it unknown.
    """

    text: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """No reading; `found` names what was recognised in it (two codes, a host).

    `text` is what was typed, cleaned and cut to a length that can be shown: a
    maker's code that looks like a broken tag can still be taken as a serial.
    """

    reason: Reason
    text: str = ""
    found: tuple[str, ...] = ()


Reading = TagRead | CommandRead | OwnAddressRead | SerialRead | Unreadable
