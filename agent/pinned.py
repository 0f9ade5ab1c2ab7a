"""The authority behind a server, found by a pin.

A pin is the SHA-256 of the public key of a certificate that signs the server's own.
"""

from __future__ import annotations

import contextlib
import hashlib
import socket
import ssl
import time
from typing import Any
from urllib.parse import urlsplit

from agent.transport import CONNECT_SECONDS, MOST_BYTES, READ_SECONDS, Unreachable


def authority(address: str, pin: str, path: str) -> bytes:
    """The certificate (PEM) behind a server whose public key has this SHA-256.

    Looked for in what the server presents, then at `path`. Nothing is told to it
    before, and nothing it says is believed but a certificate that fits the pin.
    Raises Unreachable where there is none.
    """
    parts = urlsplit(address)
    place = (parts.hostname or "", parts.port or 443)
    ask = f"GET {path} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n".encode()
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname = False
    blind.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection(place, CONNECT_SECONDS) as line,
            blind.wrap_socket(line, server_hostname=place[0]) as secure,
        ):
            found = _fitting(_presented(secure), pin)
            if not found:
                secure.sendall(ask)
                found = _fitting(_certificates(_all(secure)), pin)
    except OSError as exc:
        raise Unreachable(str(exc)) from exc
    if not found:
        raise Unreachable("no certificate of this server has the pinned key")
    return ssl.DER_cert_to_PEM_cert(found).encode()


def _all(line: socket.socket) -> bytes:
    """All that is sent; TimeoutError where it drips on for longer than an answer may."""
    read, deadline = b"", time.monotonic() + READ_SECONDS
    while len(read) <= MOST_BYTES and (chunk := line.recv(65536)):
        read += chunk
        left_seconds = deadline - time.monotonic()
        if left_seconds <= 0:
            raise TimeoutError("the answer does not end")
        line.settimeout(min(left_seconds, CONNECT_SECONDS))
    return read


def _presented(line: ssl.SSLSocket) -> list[bytes]:
    """The certificates that the other side shows, as DER."""
    public = getattr(line, "get_unverified_chain", None)  # since Python 3.13
    if public:
        return list(public() or ())
    inner: Any = line._sslobj  # type: ignore[attr-defined]
    chain = inner.get_unverified_chain() or ()
    return [ssl.PEM_cert_to_DER_cert(each.public_bytes()) for each in chain]


def _certificates(answer: bytes) -> list[bytes]:
    """Every PEM certificate in an answer, as DER."""
    parts = answer.decode("latin-1").split(ssl.PEM_HEADER)[1:]
    found = []
    for part in parts:
        with contextlib.suppress(ValueError):
            body, _, _ = part.partition(ssl.PEM_FOOTER)
            pem = f"{ssl.PEM_HEADER}{body}{ssl.PEM_FOOTER}"
            found.append(ssl.PEM_cert_to_DER_cert(pem))
    return found


def _fitting(certificates: list[bytes], pin: str) -> bytes | None:
    return next((each for each in certificates if _pin_of(each) == pin), None)


def _pin_of(der: bytes) -> str:
    """The SHA-256 of a certificate's public key (SubjectPublicKeyInfo), in hex."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    try:
        key = x509.load_der_x509_certificate(der).public_key()
    except ValueError:
        return ""
    spki = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(spki).hexdigest()
