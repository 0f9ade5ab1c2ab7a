"""The bytes behind an erasure, kept once, whatever they say."""

from __future__ import annotations

import hashlib

from backoffice.core.photos import MEDIA_TYPE, Photo
from backoffice.core.transactions import require_transaction
from inventory.models import Evidence


def keep_evidence(body: bytes, media_type: str) -> str:
    """Keep what a machine or a tool said, to the byte; its SHA-256 in hex: a step.

    `body` is not empty. The same bytes are kept once.
    """
    require_transaction()
    sha256 = hashlib.sha256(body).hexdigest()
    facts = {"media_type": media_type, "size_bytes": len(body), "body": body}
    Evidence.objects.get_or_create(sha256=sha256, defaults=facts)
    return sha256


def kept_photo(photo: Photo) -> Evidence:
    """Keep a photo under its SHA-256: a step."""
    require_transaction()
    return Evidence.objects.get(sha256=keep_evidence(photo.jpeg, MEDIA_TYPE))
