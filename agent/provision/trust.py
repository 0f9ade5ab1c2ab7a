"""Whose signature a description needs: two keys, told by the server that is trusted.

The server's own key was learned when the machine joined. What it signs is the current
key and the next one, with a counter that only grows: an old pair that somebody kept
brings no old key back, and no clock is asked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from agent import durable, wire
from agent.profile.minisign import Key

FILE: Final = "keys.json"


class Distrusted(Exception):
    """What came does not come from the server that this machine joined."""


class Keys:
    """The trusted keys on this machine's disk."""

    def __init__(self, folder: Path, server_key: bytes | None) -> None:
        self._path = folder / FILE
        self._server_key = server_key
        self._told: wire.ProfileKeys | None = None

    def known(self) -> tuple[Key, ...]:
        """None before the server told any."""
        held = self._told or self._held()
        return tuple(map(Key.parse, held.keys)) if held else ()

    def hear(self, told: wire.ProfileKeys, *, keep: bool = True) -> None:
        """Trust these from now on. Raises Distrusted, and keeps those that it has.

        Without `keep` they are trusted for now, and not written down.
        """
        self._verify(told)
        try:
            tuple(map(Key.parse, told.keys))
        except ValueError as exc:
            raise Distrusted("one of the keys is none") from exc
        held = self._held()
        if held and told.counter < held.counter:
            raise Distrusted("these keys are older than those that are known")
        if held and told.counter == held.counter and told.keys != held.keys:
            raise Distrusted("two pairs of keys have the same number")
        self._told = told
        if told != held and keep:
            durable.make_folder(self._path.parent)
            durable.write(self._path, told.to_bytes())

    def _held(self) -> wire.ProfileKeys | None:
        try:
            held = wire.ProfileKeys.from_bytes(self._path.read_bytes())
            self._verify(held)
        except (FileNotFoundError, wire.Malformed, Distrusted):
            return None
        return held

    def _verify(self, told: wire.ProfileKeys) -> None:
        import binascii

        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if self._server_key is None:
            raise Distrusted("this machine joined before its server had a key")
        try:
            key = Ed25519PublicKey.from_public_bytes(self._server_key)
            key.verify(binascii.a2b_base64(told.signature), told.signed)
        except InvalidSignature as exc:
            raise Distrusted("the keys are not signed by the server") from exc
