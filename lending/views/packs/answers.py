"""What the bench says of the last scan, or of the last thing that was chosen."""

from __future__ import annotations

import dataclasses
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from inventory.models import Device, Place
from inventory.scanner import Command
from lending.actions.fitting import Unit
from lending.actions.pack_questions import warning_of
from lending.errors import CriteriaUnmet
from lending.models import CountedKind, Pack, PackLine

# What is scanned to close a pack: its name on the sheet of commands, and its code.
FINISH = {"command": Command.FINISH.label, "code": Command.FINISH.value}


@dataclasses.dataclass(frozen=True)
class Answer:
    """`outcome` ok, attention or refused; `line` can be taken out again at once."""

    outcome: str
    code: str = ""
    lead: str = ""
    advice: str = ""
    rule: str = ""
    warning: str = ""
    line: PackLine | None = None
    link: tuple[str, str] | None = None

    @property
    def status(self) -> int:
        """The HTTP status that goes with the answer."""
        if self.outcome != "refused":
            return 200
        return 403 if self.rule == "not_permitted" else 409


def filled(line: PackLine, unit: Unit) -> Answer:
    if isinstance(unit, CountedKind):
        code, what = unit.name, f"{line.quantity}/{line.wanted.quantity}"
    else:
        code, what = str(unit), unit.title if isinstance(unit, Device) else ""
    lead = f"{line.wanted.label}{_(':')} {what}" if what else line.wanted.label
    if warning := warning_of(line):
        advice = _("Renew the plan, or take another card; the pack may go on.")
        return Answer("attention", code, lead, advice, warning=warning, line=line)
    return Answer("ok", code, lead, line=line)


def refused(refusal: DomainError, *, code: str = "") -> Answer:
    return Answer(
        "refused", code, refusal.message, refusal.advice, rule=str(refusal.code)
    )


def less(refusal: CriteriaUnmet, pack: Pack, code: str) -> Answer:
    """Less than is asked for: it goes in from the page of its line, with a reason."""
    line = reverse("lending:line-fill", args=[pack.tag, refusal.facts["line"]])
    link = (f"{line}?{urlencode({'code': code})}", _("Put it in, with a reason"))
    return dataclasses.replace(refused(refusal, code=code), link=link)


def unknown(code: str) -> Answer:
    return Answer(
        "attention",
        code,
        _("Nothing here carries this code."),
        _("Scan the label again; without a label, choose it in the line it goes into."),
    )


def closed(pack: Pack) -> Answer:
    return Answer(
        "ok",
        str(pack),
        _("The pack is closed."),
        _("Print its label and its contents sheet, then scan the place it is put in."),
    )


def placed(pack: Pack, place: Place) -> Answer:
    where = _("It stands in “%(place)s”.") % {"place": place}
    return Answer("ok", str(pack), where)


def other_pack(found: Pack, here: Pack) -> Answer:
    if found.pk == here.pk:
        return Answer("attention", str(found), _("This is the pack you are at."))
    address = reverse("lending:pack-detail", args=[found.tag])
    return Answer(
        "attention",
        str(found),
        _("This is another pack."),
        link=(address, _("Open this pack")),
    )


def no_command(label: str) -> Answer:
    return Answer(
        "attention",
        "",
        _("“%(command)s” does nothing at this bench.") % {"command": label},
        _("“%(command)s” (%(code)s) closes the pack.") % FINISH,
    )
