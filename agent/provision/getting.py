"""What a pass needs from elsewhere: keys, the description, files, the pack’s line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from agent import wire
from agent.client import Refused as NotGiven
from agent.installed import Pass
from agent.profile import Profile
from agent.profile.minisign import Key
from agent.profile.steps import NmGsmStep
from agent.provision import documents
from agent.provision.documents import Signed
from agent.provision.ends import Blocked, Refused
from agent.provision.room import Asked, Room
from agent.provision.sources import Folder, Source, Web, sticks
from agent.provision.trust import Distrusted, Keys
from agent.transport import NotUnderstood, Unreachable


class Door(Protocol):
    """The server, as far as a pass needs it; raises what a session raises."""

    origin: Source
    server_key: bytes | None

    def profile_keys(self) -> wire.ProfileKeys: ...
    def profile(self, order: wire.ProfileOrder) -> tuple[bytes, str]: ...
    def connectivity(self) -> wire.Connectivity | None: ...


class Getting:
    """For one order. `door` is the server, None where it is not asked."""

    def __init__(self, asked: Asked, room: Room, door: Door | None) -> None:
        self._asked = asked
        self._order = asked.order
        self._room = room
        self._door = door

    def description(self, *, keep: bool) -> tuple[Signed, Profile]:
        """The one that was ordered: verified, then read.  Raises Refused and Blocked.

        Without `keep` nothing is written down, not even which keys are trusted.
        """
        keys = self._keys(keep=keep)
        refused: Refused | None = None
        for signed in self._lying_here():
            try:
                return signed, self._checked(signed, keys)
            except Refused as exc:  # signed by a key of then: the server signs anew
                refused = refused or exc
        if refused and self._door is None:
            raise refused
        signed = self._given()
        return signed, self._checked(signed, keys)

    def _checked(self, signed: Signed, keys: tuple[Key, ...]) -> Profile:
        profile = documents.checked(signed, keys)
        documents.fits(signed, profile, self._order)
        return profile

    def _keys(self, *, keep: bool) -> tuple[Key, ...]:
        """Those that a person named, and those of the server as it tells them now.

        Raises Refused where those are not the server's, Blocked where there are none.
        """
        named = tuple(map(Key.parse, self._asked.keys))
        door = self._door
        if door is None and named:
            return named
        keys = Keys(self._room.folder, door.server_key if door else None)
        if door is not None:
            try:
                keys.hear(door.profile_keys(), keep=keep)
            except Distrusted as exc:
                if not keys.known() and not named:
                    sentence = "The keys of environments cannot be trusted: {why}"
                    raise Refused("keys", sentence, why=exc) from exc
            except (Unreachable, NotUnderstood, NotGiven) as exc:
                if not keys.known() and not named:  # else those are still good
                    sentence = (
                        "The server does not give the keys of environments: {why}"
                    )
                    raise Blocked("no_keys", sentence, why=exc) from exc
        return (*named, *keys.known())

    def _given(self) -> Signed:
        """By the server, as it signs it now."""
        if self._door is None:
            raise Blocked(
                "no_document", "The description of this environment is not here."
            )
        try:
            return Signed(*self._door.profile(self._order))
        except (Unreachable, NotUnderstood, NotGiven) as exc:
            sentence = "The server does not give this environment: {why}"
            raise Blocked("no_document", sentence, why=exc) from exc

    def _lying_here(self) -> Iterator[Signed]:
        """In a file or folder that somebody named, or on this disk from before."""
        folders = [Path(folder) for folder in self._asked.folders]
        file = self._asked.file
        found = [
            documents.of_file(Path(file)) if file else None,
            *(documents.of_folder(folder, self._order) for folder in folders),
            documents.of_file(self._room.document),
            documents.of_file(self._room.installed(self._order.slug)),
        ]
        wanted = self._order.sha256
        yield from (each for each in found if each and each.sha256 == wanted)

    def sources(self, root: Path) -> list[Source]:
        """What somebody named, sticks, mirrors, and the server at last."""
        found: list[Source] = [Folder(Path(each)) for each in self._asked.folders]
        found += sticks(root)
        found += [
            Web(f"{mirror.rstrip('/')}/blobs/sha256")
            for mirror in self._order.mirrors
            if mirror.startswith(("http://", "https://"))
        ]
        return [*found, self._door.origin] if self._door else found

    def connection(self, profile: Profile) -> dict[str, str]:
        """Of the pack's line, asked for only where a step is about it."""
        is_wanted = any(isinstance(step, NmGsmStep) for step in profile.steps)
        is_wanted &= self._order.aim in (Pass.INSTALL, Pass.VERIFY)
        if not is_wanted or self._door is None:
            return {}
        try:
            line = self._door.connectivity()
        except (Unreachable, NotUnderstood, NotGiven):
            return {}
        if line is None:
            return {}
        return {
            "iccid": line.iccid,
            "apn": line.apn,
            "username": line.username,
            "password": line.password,
            "auth": line.auth.value,
            "ip_type": line.ip_type.value,
        }
