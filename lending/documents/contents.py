"""The contents sheet of a pack: what is in it, to check by hand. Names nobody.

It goes in the box, wherever the box goes: no person stands on it, and no structure,
since what some structures do says something of whom they help (INV-P4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.core import chain
from backoffice.core.paper import (
    Block,
    DocumentSpec,
    Facts,
    Organisation,
    Paragraph,
    Table,
)
from inventory import codes
from lending.models import Pack, PackLine
from lending.states import LineNature, SubstitutionReason

TEMPLATE_VERSION = 1


def contents_spec(pack: Pack, lines: Sequence[PackLine]) -> DocumentSpec:
    """The sheet as the pack is now, in the language of who prints it."""
    blocks = _blocks(pack, lines)
    said = [repr(block) for block in blocks]
    return DocumentSpec(
        organisation=Organisation(
            **{name: str(settings.ORGANISATION.get(name, "")) for name in _HEAD}
        ),
        title=_("Contents of a pack"),
        number=str(pack),
        issued_on=timezone.localdate(),
        language=translation.get_language() or settings.LANGUAGE_CODE,
        template_version=TEMPLATE_VERSION,
        sha256=hashlib.sha256(chain.canonical({"said": said})).hexdigest(),
        verification="",
        blocks=blocks,
    )


_HEAD = ("name", "registration", "address", "contact")


def _blocks(pack: Pack, lines: Sequence[PackLine]) -> tuple[Block, ...]:
    lacking = [line.wanted.label for line in lines if _lacks(line)]
    blocks: list[Block] = [
        Facts(
            _("The pack"),
            (
                (_("Tag"), str(pack)),
                (_("Template"), str(pack.version)),
                (_("Request"), str(pack.request or "")),
                (_("State"), str(pack.get_status_display())),
                (_("Site"), str(pack.site)),
                (_("Place"), str(pack.place or "")),
            ),
            columns=2,
        ),
        Table(
            heading=_("What is in it"),
            columns=(
                _("Line"),
                _("Exactly"),
                _("Tag"),
                _("Serial number"),
                _("How many"),
            ),
            rows=tuple(_row(line) for line in lines if not _lacks(line)),
            shares=(25, 32, 19, 24, 15),
            numeric=frozenset({4}),
        ),
    ]
    if lacking:
        blocks.append(Paragraph(", ".join(lacking), heading=_("Still missing")))
    return tuple(blocks)


def _lacks(line: PackLine) -> bool:
    return line.filled_at is None and line.nature != LineNature.ENVIRONMENT


def _row(line: PackLine) -> tuple[str, ...]:
    tag, exactly, serial = _unit(line)
    if line.substitution:
        why = str(SubstitutionReason(line.substitution).label)
        exactly = f"{exactly} ({why})" if exactly else why
    count = "" if line.nature == LineNature.ENVIRONMENT else str(line.quantity)
    return (line.wanted.label, exactly, tag, serial, count)


def _unit(line: PackLine) -> tuple[str, str, str]:
    """Tag as shown, what exactly, and the number that its maker printed on it."""
    if line.device is not None:
        device = line.device
        serial = "" if codes.is_placeholder(device.serial) else device.serial
        return str(device), device.title or str(device.get_kind_display()), serial
    if line.modem is not None:
        what = f"{line.modem.make} {line.modem.model}".strip()
        return str(line.modem), what, line.modem.imei
    if line.sim is not None:
        return str(line.sim), line.sim.operator, line.sim.iccid
    kind = line.counted_kind
    return "", line.environment or _of_kind(kind), ""


def _of_kind(kind: Any) -> str:
    return " · ".join(part for part in (kind.name, kind.plug) if part) if kind else ""
