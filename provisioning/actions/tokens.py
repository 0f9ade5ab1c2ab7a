"""The secret that belongs to one order, one drive and one cycle.

It is computed whenever a machine is given its work, from a secret in a file of the
server’s: the database holds only what it takes to recognise it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cache
from pathlib import Path

from django.conf import settings

from backoffice.core.keys import kept_secret
from provisioning.models import ErasureRun


def token_of(run: ErasureRun) -> str:
    """256 bits in 43 URL-safe characters."""
    said = f"rebond-erase-v1\n{run.uuid}\n{run.drive.uuid}\n{run.cycle}"
    path = Path(settings.STATE_DIR) / "agents" / "erasure.key"
    digest = hmac.digest(_secret(path), said.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def answers(token: str | None, run: ErasureRun) -> bool:
    """Whether a machine that says this was given the order."""
    return hmac.compare_digest(digest_of(token or ""), run.token_sha256)


@cache
def _secret(path: Path) -> bytes:
    return kept_secret(path).encode()
