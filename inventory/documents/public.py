"""What anybody who holds the paper is told, and how a document is found for them."""

from __future__ import annotations

import re
from typing import Any

from inventory.documents.days import public_day
from inventory.documents.words import Content, day, label
from inventory.methods import ErasureClass, Technique
from inventory.models import Certificate, DestructionMethod

NUMBER = re.compile(r"[A-Z]{2,4}-[0-9]{4}-[0-9]{1,8}")
HEX = re.compile(r"[0-9a-f]+")
SHOWN_OF_SERIAL = 4
HASH_SIGNS = 64


def is_number(text: str) -> bool:
    """Whether it is shaped like a document’s number: never looked up, it can be guessed."""
    return NUMBER.fullmatch("".join(text.upper().split())) is not None


def by_public_id(text: str) -> Certificate | None:
    asked = _asked(text, 32)
    rows = Certificate.objects.select_related("document", "erasure__drive")
    return rows.filter(public_id=asked).first()


def by_hash(text: str) -> Certificate | None:
    """By the hash that is printed, or by that of the file itself."""
    asked = _asked(text, HASH_SIGNS)
    rows = Certificate.objects.select_related("document", "erasure__drive")
    # Both are asked, so that the answer takes as long whatever is found.
    found = [
        rows.filter(document__sha256=asked).first(),
        rows.filter(document__file__sha256=asked).first(),
    ]
    return found[0] or found[1]


def public_facts(certificate: Certificate) -> dict[str, Any]:
    """Out of what the document says itself: no person, no donor, no whole serial."""
    content: Content = certificate.document.content
    serial = str(content.get("drive", {}).get("serial", ""))
    facts: dict[str, Any] = {
        "number": certificate.document.number,
        "serial": serial[-SHOWN_OF_SERIAL:],
    }
    if erasure := content.get("erasure"):
        facts["method"] = label(Technique)(erasure["technique"])
        facts["class"] = label(ErasureClass)(erasure["class"])
        facts["on"] = public_day(erasure)
    elif destruction := content.get("destruction"):
        facts["method"] = label(DestructionMethod)(destruction["method"])
        facts["class"] = ErasureClass.DESTROY.label
        facts["on"] = day(destruction["destroyed_on"])
    else:
        facts["drives"] = len(content["drives"])
        facts["proven"] = sum(line["proven"] for line in content["drives"])
        facts["unseen"] = content.get("unseen", 0)
        facts["fallen"] = certificate.fallen_lines
    return facts


def _asked(text: str, length: int) -> str:
    """What is looked up: what can be none of ours is looked up as well, in vain."""
    text = "".join(text.lower().split())
    return text if HEX.fullmatch(text) and len(text) == length else "0" * length
