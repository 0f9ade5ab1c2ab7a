"""Blobs with a service that speaks S3: bought by the month, or run in the workshop.

Wants boto3 (requirements/s3.txt), and its credentials where boto3 looks for them: in
AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, never in our settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.utils.translation import gettext as _

from provisioning.errors import StoreAway
from provisioning.store import place_of

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

FOR_EVER = "public, max-age=31536000, immutable"
_CLIENTS: dict[str, S3Client] = {}


class S3Store:
    """`address` is `s3://bucket/prefix?endpoint=https://…&region=…`."""

    can_seek = False

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.bucket = parts.netloc
        self.prefix = parts.path.strip("/")
        if address not in _CLIENTS:
            asked = parse_qs(parts.query)
            _CLIENTS[address] = boto3.client(
                "s3",
                endpoint_url=asked.get("endpoint", [None])[0],
                region_name=asked.get("region", [None])[0],
                config=Config(
                    connect_timeout=5, read_timeout=60, retries={"max_attempts": 3}
                ),
            )
        self.client = _CLIENTS[address]

    def key(self, sha256: str) -> str:
        return f"{self.prefix}/{place_of(sha256)}".lstrip("/")

    def size(self, sha256: str) -> int | None:
        try:
            found = self.client.head_object(Bucket=self.bucket, Key=self.key(sha256))
        except ClientError as refused:
            if refused.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise _away() from refused
        except BotoCoreError as failure:
            raise _away() from failure
        return found["ContentLength"]

    def open(self, sha256: str, start: int, length: int) -> Passing:
        """Passed on block by block."""
        try:
            found = self.client.get_object(
                Bucket=self.bucket,
                Key=self.key(sha256),
                Range=f"bytes={start}-{start + length - 1}",
            )
        except (BotoCoreError, ClientError) as failure:
            raise _away() from failure
        return Passing(found["Body"])

    def keep(self, path: Path, sha256: str) -> None:
        """In parts where it is large; the service checks what arrives."""
        if self.size(sha256) is None:
            try:
                self.client.upload_file(
                    str(path),
                    self.bucket,
                    self.key(sha256),
                    ExtraArgs={
                        "CacheControl": FOR_EVER,
                        "ContentType": "application/octet-stream",
                        "ChecksumAlgorithm": "SHA256",
                    },
                )
            except (
                BotoCoreError,
                ClientError,
                boto3.exceptions.S3UploadFailedError,
            ) as failure:
                raise _away() from failure
        path.unlink()


class Passing:
    """A part of a blob on its way through the server."""

    def __init__(self, body: StreamingBody) -> None:
        self._body = body

    def read(self, size: int = -1, /) -> bytes:
        return self._body.read(size if size >= 0 else None)

    def close(self) -> None:
        self._body.close()


def _away() -> StoreAway:
    return StoreAway(
        _("The service that keeps the files does not answer now."),
        advice=_("Try again in a few minutes."),
    )
