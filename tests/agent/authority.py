"""An authority of a workshop, and the servers that it certifies: real certificates."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.agent.server import Server

DAY = dt.timedelta(days=1)
NOW = dt.datetime.now(dt.UTC)
VALID = (NOW - DAY, NOW + DAY)
NOT_YET = (NOW + 365 * DAY, NOW + 730 * DAY)  # what a clock that fell back sees
EXPIRED = (NOW - 2 * DAY, NOW - DAY)

Dates = tuple[dt.datetime, dt.datetime]
Key = ec.EllipticCurvePrivateKey


class Authority:
    """One that signs certificates for servers."""

    def __init__(
        self,
        dates: Dates = (NOW - 3650 * DAY, NOW + 3650 * DAY),
        called: str = "Workshop",
    ) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called)])
        self.certificate = _certificate(name, name, self.key, self.key, dates, None)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def server(
        self, folder: Path, dates: Dates = VALID, host: str = "127.0.0.1"
    ) -> Server:
        """A server whose certificate is for `host` and has these dates."""
        return Server(self.certified(folder, dates, host))

    def certified(self, folder: Path, dates: Dates, host: str) -> ssl.SSLContext:
        """What a server of that name needs to be believed between these dates."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        issuer = self.certificate.subject
        signed = _certificate(name, issuer, key, self.key, dates, host)
        path = folder / "server.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def pin(certificate: x509.Certificate) -> str:
    """The SHA-256 of its public key, in hexadecimal."""
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(spki).hexdigest()


def _certificate(
    name: x509.Name,
    issuer: x509.Name,
    key: Key,
    signing_key: Key,
    dates: Dates,
    host: str | None,
) -> x509.Certificate:
    public = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(dates[0])
        .not_valid_after(dates[1])
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), True)
    )
    if host:
        names = x509.SubjectAlternativeName([_name(host)])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signing_key, hashes.SHA256())


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
