"""Signed documents: whole, by our key, and every changed byte is found."""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from pyhanko.pdf_utils.generic import DictionaryObject, TextStringObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pytest_django.fixtures import Settings
from reportlab.pdfgen.canvas import Canvas

from backoffice.core import signing
from backoffice.core.signed_pdf import Checked, Fault, check
from backoffice.core.signing import SigningKeyUnusable, known_certificates, sign
from tests import needs

CONTENT = b'{"number":"AEF-2026-00001"}'


def plain(content: bytes = CONTENT) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setKeywords(hashlib.sha256(content).hexdigest())
    canvas.drawString(100, 700, "Attestation")
    canvas.save()
    return out.getvalue()


def signed() -> bytes:
    return sign(plain(), content=CONTENT, reason="Certificate of erasure").data


def checked(pdf: bytes) -> Checked:
    return check(pdf, known_certificates())


def test_a_signed_document_is_ours_and_whole() -> None:
    found = checked(signed())
    assert found.fault is None
    assert found.content == CONTENT
    assert found.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert found.signed_at is not None


def test_another_tool_finds_the_signature_valid(tmp_path: Path) -> None:
    needs.program("pdfsig", "poppler-utils")
    (tmp_path / "signed.pdf").write_bytes(signed())
    command = ["pdfsig", str(tmp_path / "signed.pdf")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


def test_one_flipped_bit_anywhere_is_found() -> None:
    pdf = signed()
    draw = random.Random(4)
    places = [0, len(pdf) - 1, *draw.sample(range(len(pdf)), 150)]
    for place in places:
        altered = bytearray(pdf)
        altered[place] ^= 1 << draw.randrange(8)
        assert checked(bytes(altered)).fault, f"byte {place} of {len(pdf)}"


def test_what_is_appended_is_found() -> None:
    pdf = signed()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.set_info(
        writer.add_object(
            DictionaryObject({pdf_name("/Title"): TextStringObject("Forged")})
        )
    )
    out = io.BytesIO()
    writer.write(out)
    assert checked(out.getvalue()).fault == Fault.APPENDED
    assert checked(pdf + b"\n% more\n").fault is not None


def test_a_second_signature_is_found() -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed()))
    seal = signing.organisation_seal()
    out = io.BytesIO()
    PdfSigner(PdfSignatureMetadata("Other"), signer=seal).sign_pdf(writer, output=out)
    assert checked(out.getvalue()).fault == Fault.SEVERAL


def test_another_s_signature_is_not_ours(settings: Settings, tmp_path: Path) -> None:
    own = signed()
    settings.STATE_DIR = tmp_path / "elsewhere"
    assert checked(signed()).fault is None
    assert checked(own).fault == Fault.STRANGER


def test_a_replaced_key_still_vouches_for_what_it_signed(
    settings: Settings, tmp_path: Path
) -> None:
    before = signed()
    (tmp_path / "new.pem").write_bytes(_elliptic())
    settings.DOCUMENT_SIGNING_FILE = str(tmp_path / "new.pem")
    after = signed()
    assert checked(before).fault is None
    assert checked(after).fault is None
    assert checked(before).fingerprint != checked(after).fingerprint


def test_the_content_attached_must_be_the_one_the_document_names() -> None:
    other = sign(plain(b"{}"), content=CONTENT, reason="x").data
    assert checked(other).fault == Fault.OTHER_CONTENT


@pytest.mark.parametrize(
    "pdf", [b"", b"%PDF-1.7", b"hello", b"\0" * 5000, b"%PDF-1.4\n%%EOF"]
)
def test_what_is_no_document_says_so(pdf: bytes) -> None:
    assert checked(pdf).fault == Fault.UNREADABLE


def test_a_document_without_signature_says_so() -> None:
    assert checked(plain()).fault == Fault.UNSIGNED


def test_the_key_is_for_its_owner_alone() -> None:
    signed()
    assert signing.key_file().stat().st_mode & 0o077 == 0


def test_two_first_signatures_share_one_key() -> None:
    assert {checked(signed()).fingerprint for _ in range(2)} == {
        signing.organisation_seal().fingerprint
    }
    assert len(known_certificates()) == 1


@pytest.mark.parametrize("text", [b"", b"nonsense", b"\0\xff"])
def test_a_file_without_a_key_is_refused(
    settings: Settings, tmp_path: Path, text: bytes
) -> None:
    (tmp_path / "key.pem").write_bytes(text)
    settings.DOCUMENT_SIGNING_FILE = str(tmp_path / "key.pem")
    with pytest.raises(SigningKeyUnusable):
        signed()
    assert known_certificates() == []


def test_a_missing_key_file_is_not_made(settings: Settings, tmp_path: Path) -> None:
    settings.DOCUMENT_SIGNING_FILE = str(tmp_path / "absent.pem")
    with pytest.raises(SigningKeyUnusable):
        signed()
    assert not (tmp_path / "absent.pem").exists()


@pytest.mark.parametrize("swapped", ["key", "kind"])
def test_a_key_that_does_not_fit_is_refused(
    settings: Settings, tmp_path: Path, swapped: str
) -> None:
    other = (
        ec.generate_private_key(ec.SECP256R1())
        if swapped == "key"
        else ed25519.Ed25519PrivateKey.generate()
    )
    (tmp_path / "key.pem").write_bytes(_pem(other) + _elliptic())
    settings.DOCUMENT_SIGNING_FILE = str(tmp_path / "key.pem")
    with pytest.raises(SigningKeyUnusable):
        signed()


def _elliptic() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = signing.certificate_of(key)
    return _pem(key) + certificate.public_bytes(serialization.Encoding.PEM)


def _pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
