"""The organisation's signature on its documents: PAdES, by a key that lives in a file.

`STATE_DIR/documents/signing.pem` holds the private key and its certificate, self-signed
and made at first use; `DOCUMENT_SIGNING_FILE` names another file of that form. Every
certificate that signed is kept beside it, in `certificates/`, so that a document is
still known as ours after the key was replaced.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

from asn1crypto.x509 import Certificate as SignersCertificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from backoffice.core.keys import kept_file

FIELD = "Organisation"
ATTACHMENT = "content.json"
_BITS = 3072
_YEARS = 20
_DIGEST = "sha256"
# What a signature with its certificate may take; more only with a long chain.
_RESERVED = 16_384
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class SigningKeyUnusable(RuntimeError):
    """The file of the organisation's key holds no key and certificate that fit."""


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A document as it is handed out, and which certificate signed it (SHA-256)."""

    data: bytes
    fingerprint: str


class Seal(Signer):
    """The organisation's key, read once: pyHanko's own signer reads it every time."""

    def __init__(self, key: PrivateKey, certificates: list[x509.Certificate]) -> None:
        own, *others = [_for_pyhanko(each) for each in certificates]
        chain = SimpleCertificateStore.from_certs(others)  # type: ignore[no-untyped-call]
        super().__init__(signing_cert=own, cert_registry=chain)
        self.key = key
        self.fingerprint = fingerprint(certificates[0])

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


def sign(pdf: bytes, *, content: bytes, reason: str) -> SignedPdf:
    """Attach the content (`content.json`) to a PDF and sign both, as one revision.

    Raises SigningKeyUnusable.
    """
    seal = organisation_seal()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    kept = EmbeddedFileObject.from_file_data(
        writer, content, mime_type="application/json"
    )
    embed_file(writer, FileSpec(ATTACHMENT, file_name=ATTACHMENT, embedded_data=kept))
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=_DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        name=settings.ORGANISATION["name"],
        reason=reason,
    )
    out = io.BytesIO()
    PdfSigner(metadata, signer=seal).sign_pdf(
        writer, output=out, bytes_reserved=_RESERVED
    )
    return SignedPdf(out.getvalue(), seal.fingerprint)


def organisation_seal() -> Seal:
    """The key that signs; made at first use. Raises SigningKeyUnusable."""
    path = key_file()
    if not settings.DOCUMENT_SIGNING_FILE:
        kept_file(path, _fresh)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as unreadable:
        message = f"{path}: the key that signs documents cannot be read"
        raise SigningKeyUnusable(message) from unreadable


def key_file() -> Path:
    return Path(settings.DOCUMENT_SIGNING_FILE or folder() / "signing.pem")


def folder() -> Path:
    return Path(settings.STATE_DIR) / "documents"


def known_certificates() -> list[x509.Certificate]:
    """Every certificate that ever signed here; no key is read, none is made."""
    paths = sorted((folder() / "certificates").glob("*.pem"))
    return [x509.load_pem_x509_certificate(path.read_bytes()) for path in paths]


def fingerprint(certificate: x509.Certificate) -> str:
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


@functools.lru_cache(maxsize=4)
def _read(path: Path, _changed_at: int) -> Seal:
    text = path.read_bytes()
    try:
        key = serialization.load_pem_private_key(text, password=None)
        certificates = x509.load_pem_x509_certificates(text)
    except (ValueError, TypeError) as error:
        message = f"{path}: no private key and certificate in PEM ({error})"
        raise SigningKeyUnusable(message) from error
    if not isinstance(key, PrivateKey):
        raise SigningKeyUnusable(f"{path}: the key is neither RSA nor elliptic")
    if key.public_key() != certificates[0].public_key():
        raise SigningKeyUnusable(f"{path}: the first certificate is of another key")
    _keep(certificates[0])
    return Seal(key, certificates)


def _keep(certificate: x509.Certificate) -> None:
    kept = folder() / "certificates" / f"{fingerprint(certificate)}.pem"
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not kept.exists():
        draft = kept.with_suffix(f".{os.getpid()}.draft")
        draft.write_bytes(certificate.public_bytes(Encoding.PEM))
        draft.replace(kept)


def _fresh() -> bytes:
    key = rsa.generate_private_key(65537, _BITS)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate_of(key).public_bytes(Encoding.PEM)


def certificate_of(key: PrivateKey) -> x509.Certificate:
    """What nobody vouches for but the key itself, in the organisation's name."""
    # A name in a certificate has at most 64 characters.
    name = settings.ORGANISATION["name"][:64]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signing_only(), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .sign(key, hashes.SHA256())
    )


def _signing_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _for_pyhanko(certificate: x509.Certificate) -> SignersCertificate:
    return SignersCertificate.load(certificate.public_bytes(Encoding.DER))
