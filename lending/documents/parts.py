"""What the papers of a hand-over have in common: contents, conditions, signatures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.dates import date_format
from backoffice.core.paper import Block, Paragraph, Signatures, Signed, SignedBy, Table
from inventory.states import DataState
from inventory.tags import display
from lending.conditions import RIGHT_TO_LEFT
from lending.documents.content import Content
from lending.kinds import SpokenLanguage
from lending.models import Signature
from lending.states import Condition, LineNature, SignatureKind

# Whose letters our printing fonts hold; the others are read on the screen.
PRINTED = frozenset(
    {SpokenLanguage.FRENCH, SpokenLanguage.ENGLISH, SpokenLanguage.UKRAINIAN}
    | {SpokenLanguage.PORTUGUESE, SpokenLanguage.SPANISH, SpokenLanguage.TURKISH}
    | {SpokenLanguage.ROMANIAN, SpokenLanguage.DUTCH, SpokenLanguage.ARABIC}
)
CENT = 100


def contents_of(content: Content) -> Table:
    """Everything that is handed over, with the numbers that identify it."""
    return Table(
        heading=_("What is in the pack"),
        columns=(_("Object"), _("Tag"), _("Serial number"), _("State"), _("How many")),
        rows=tuple(
            (
                _named(line),
                display(line["tag"]) if line["tag"] else "",
                line["serial"],
                labelled(Condition, line["condition"]),
                str(line["quantity"]),
            )
            for line in _things(content)
        ),
        shares=(40, 20, 32, 14, 14),
        numeric=frozenset({4}),
    )


def state_annex(content: Content) -> Table:
    """The state of each thing as it leaves; the right side is filled at the return."""
    return Table(
        heading=_("Annex: state of the things, out and back"),
        columns=(
            _("Object"),
            _("Number"),
            _("State when lent"),
            _("State when returned"),
        ),
        rows=tuple(
            (
                _named(line),
                " ".join(part for part in (_tag(line), line["serial"]) if part),
                labelled(Condition, line["condition"]),
                "",
            )
            for line in _things(content)
        ),
        shares=(36, 40, 18, 26),
    )


def erasure_of(content: Content) -> str:
    """What is true of the data of whoever had the machines before."""
    machines = [line for line in content["lines"] if line.get("data")]
    erased = [line for line in machines if line["data"] == DataState.CLEAN]
    if not erased:
        return _("Nothing in this pack keeps anybody’s data.")
    said = _(
        "Everything that was on it before was erased, with proof, before this hand-over."
    )
    numbers = sorted({each for line in erased for each in line["certificates"]})
    if not numbers:
        return said
    named = ngettext(
        "Certificate: %(numbers)s.", "Certificates: %(numbers)s.", len(numbers)
    )
    return f"{said} {named % {'numbers': ', '.join(numbers)}}"


def conditions_of(content: Content) -> tuple[Block, ...]:
    """The French text, and beside it the language in which it was explained."""
    texts = content["conditions"]["texts"]
    french: Sequence[str] = texts["fr"]
    heading = _("What we agree on")
    other = next((code for code in texts if code != "fr"), "")
    if other in PRINTED:
        return (
            Table(
                heading=heading,
                columns=(_("French: the text that counts"), _translated(other)),
                rows=tuple(zip(french, texts[other], strict=True)),
                shares=(1, 1),
                from_right=frozenset({1} if other in RIGHT_TO_LEFT else ()),
            ),
        )
    text = "\n".join(f"• {sentence}" for sentence in french)
    return (Paragraph(text, heading=heading), *_explained(content))


def signed_of(content: Content) -> tuple[Block, ...]:
    """Who signed, and how; on the paper to sign, two empty boxes."""
    signer = content["guardian"] or content["person"]
    signed = content.get("signed")
    if signed is None:
        hint = _("Name, date and signature")
        return (Signatures((content["who"], signer), hint=hint),)
    at = timezone.localtime(dt.datetime.fromisoformat(signed["at"]))
    when = _("on %(when)s") % {"when": date_format(at, "j F Y, H:i")}
    kind = SignatureKind(signed["kind"])
    how = [str(kind.label), when]
    if signed["name"] and signed["name"] != signer:
        how.insert(0, _("Signed: %(name)s") % {"name": signed["name"]})
    if content["guardian"]:
        how.append(_("legal guardian of %(person)s") % {"person": content["person"]})
    return (
        Signed(
            _("Signatures"),
            (
                SignedBy(signed["by"], (content["organisation"]["name"], when)),
                SignedBy(signer, tuple(how), _picture(content), _address(content)),
            ),
        ),
    )


def labelled(choices: type[TextChoices], code: str) -> str:
    known = dict(choices.choices)
    return str(known.get(code, code)) if code else ""


def day(text: str) -> str:
    return date_format(dt.date.fromisoformat(text), "j F Y")


def euros(cents: int) -> str:
    """Whole euros without decimals, as prices are written here."""
    whole, rest = divmod(cents, CENT)
    amount = f"{whole},{rest:02d}" if rest else str(whole)
    return f"{amount}\u202f€"


def _things(content: Content) -> list[dict[str, Any]]:
    return [
        line for line in content["lines"] if line["nature"] != LineNature.ENVIRONMENT
    ]


def _named(line: Content) -> str:
    what, label = line["what"], line["label"]
    return f"{label}\u202f: {what}" if what and what != label else label


def _tag(line: Content) -> str:
    return display(line["tag"]) if line["tag"] else ""


def _translated(language: str) -> str:
    named = labelled(SpokenLanguage, language)
    return _("%(language)s: translation for information") % {"language": named}


def _explained(content: Content) -> tuple[Block, ...]:
    language = content["language"]
    if language == SpokenLanguage.FRENCH:
        return ()
    named = labelled(SpokenLanguage, language)
    if language in content["conditions"]["texts"]:
        words = _("These conditions were read on the screen in: %(language)s.")
    else:
        words = _(
            "These conditions were explained with an interpreter in: %(language)s."
        )
    return (Paragraph(words % {"language": named}),)


def _picture(content: Content) -> bytes:
    """The drawing; the scan of a paper is kept beside, and not printed again."""
    if content["signed"]["kind"] != SignatureKind.DRAWN:
        return b""
    kept = Signature.objects.get(handover__uuid=content["handover"])
    return bytes(kept.image)


def _address(content: Content) -> str:
    is_drawn = content["signed"]["kind"] == SignatureKind.DRAWN
    return str(content["picture_at"]) if is_drawn else ""
