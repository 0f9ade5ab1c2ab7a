"""Whether a signed PDF is as it was signed, and by whom: asks no network, no database."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from asn1crypto.cms import ContentInfo
from asn1crypto.x509 import Certificate as SignersCertificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from backoffice.core.signing import ATTACHMENT

# What a reader of PDF meets in a file that somebody damaged, wherever the damage is.
UNREADABLE = (
    PdfError,
    SigningError,
    SignatureValidationError,
    ValidationError,
    PathError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    AssertionError,
    NotImplementedError,
    EOFError,
    struct.error,
    zlib.error,
)


class Fault(StrEnum):
    """Why a file is not a document of ours as it was signed."""

    UNREADABLE = "unreadable"
    UNSIGNED = "unsigned"
    SEVERAL = "several_signatures"
    APPENDED = "appended"
    ALTERED = "altered"
    STRANGER = "signed_by_another"
    NO_CONTENT = "no_content"
    OTHER_CONTENT = "other_content"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file turned out to be; `content` is trusted only without a fault."""

    fault: Fault | None
    signer: str = ""
    fingerprint: str = ""
    signed_at: dt.datetime | None = None
    content: bytes = b""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check(pdf: bytes, trusted: Iterable[x509.Certificate]) -> Checked:
    """Signature, signer, coverage to the last byte, and the content attached."""
    ours = [_for_pyhanko(certificate) for certificate in trusted]
    try:
        return _check(pdf, ours)
    except UNREADABLE:
        return Checked(Fault.UNREADABLE)


def _check(pdf: bytes, ours: list[SignersCertificate]) -> Checked:
    reader = PdfFileReader(io.BytesIO(pdf))
    signatures = reader.embedded_signatures
    if len(signatures) != 1:
        return Checked(Fault.SEVERAL if signatures else Fault.UNSIGNED)
    status = validate_pdf_signature(
        signatures[0], ValidationContext(trust_roots=ours, allow_fetching=False)
    )
    signer = status.signing_cert
    print_of = hashlib.sha256(signer.dump()).hexdigest()
    content = _attached(reader)
    fault = _fault_of_bytes(pdf, signatures[0])
    fault = fault or _fault(
        status, is_ours=signer.dump() in {each.dump() for each in ours}
    )
    fault = fault or _fault_of_content(reader, content)
    said = signatures[0].self_reported_timestamp
    return Checked(fault, signer.subject.human_friendly, print_of, said, content)


def _fault_of_bytes(pdf: bytes, signature: EmbeddedPdfSignature) -> Fault | None:
    """The bytes that no signature covers are its own, and written in one way only.

    What it covers is all the rest: the file from its first byte to its last.
    """
    start, before, after, rest = map(int, signature.byte_range)
    if start or after + rest != len(pdf):
        return Fault.APPENDED
    own: bytes = ContentInfo.load(signature.pkcs7_content).dump()
    room = after - before - 2
    written = b"<" + own.hex().upper().ljust(room, "0").encode() + b">"
    is_own = pdf[before:after] == written
    return None if is_own else Fault.ALTERED


def _fault(status: PdfSignatureStatus, *, is_ours: bool) -> Fault | None:
    if not (status.intact and status.valid):
        return Fault.ALTERED
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not whole or status.modification_level != ModificationLevel.NONE:
        return Fault.APPENDED
    return None if is_ours else Fault.STRANGER


def _fault_of_content(reader: PdfFileReader, content: bytes) -> Fault | None:
    if not content:
        return Fault.NO_CONTENT
    carried = str(reader.trailer["/Info"].get("/Keywords", ""))
    same = carried == hashlib.sha256(content).hexdigest()
    return None if same else Fault.OTHER_CONTENT


def _attached(reader: PdfFileReader) -> bytes:
    """The attachment that holds the content; empty where there is none."""
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    except KeyError:
        return b""
    for place in range(0, len(names), 2):
        if names[place] == ATTACHMENT:
            data: bytes = names[place + 1]["/EF"]["/F"].data
            return data
    return b""


def _for_pyhanko(certificate: x509.Certificate) -> SignersCertificate:
    return SignersCertificate.load(certificate.public_bytes(Encoding.DER))
