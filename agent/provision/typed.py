"""What was typed after `provision`, as an order."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Final, NamedTuple

from agent import wire
from agent.identity import Identity
from agent.installed import Pass
from agent.profile.minisign import Key
from agent.provision import documents
from agent.provision.room import Asked, Room
from agent.provision.trust import Keys
from agent.tell import Unusable
from agent.words import Words

_ORDER: Final = re.compile(r"[a-z0-9-]{1,60}/[1-9][0-9]{0,5}/[0-9a-f]{64}")


class _Order(NamedTuple):
    slug: str
    version: int
    sha256: str


def typed(
    asked: argparse.Namespace, room: Room, known: Identity | None, words: Words
) -> Asked:
    """What was typed, as an order. Raises Unusable, and Refused of a FILE."""
    keys = tuple(_key(word, words) for word in asked.key)
    order = _order(asked, room, _trusted(room, known, keys), words)
    folders = [asked.offline] if asked.offline else []
    return Asked(
        order=wire.ProfileOrder(
            slug=order.slug,
            version=order.version,
            sha256=order.sha256,
            aim=_aim(asked),
            downgrade=asked.downgrade,
            mirrors=tuple(asked.mirror),
            values=tuple(_value(word, words) for word in asked.value),
        ),
        language="fr" if words.is_french else "en",
        folders=tuple(str(folder.resolve()) for folder in folders),
        file=str(asked.file.resolve()) if asked.file else "",
        keys=tuple(map(str, keys)),
    )


def _aim(asked: argparse.Namespace) -> Pass:
    if asked.dry_run or asked.verify:
        return Pass.VERIFY
    if asked.rollback:
        return Pass.ROLLBACK
    return Pass.RETURN if asked.leave else Pass.INSTALL


def _trusted(
    room: Room, known: Identity | None, named: tuple[Key, ...]
) -> tuple[Key, ...]:
    """Those that a person names, and those that the server told before."""
    held = Keys(room.folder, known.server_key if known else None)
    return (*named, *held.known())


def _order(
    asked: argparse.Namespace, room: Room, keys: tuple[Key, ...], words: Words
) -> _Order:
    if asked.file:
        return _of_file(asked.file, keys, words)
    if asked.order:
        if not _ORDER.fullmatch(asked.order):
            raise Unusable(words("This is no order: {word}", word=asked.order))
        slug, version, sha256 = asked.order.split("/")
        return _Order(slug, int(version), sha256)
    there = room.slugs()
    if _aim(asked) is Pass.INSTALL or len(there) != 1:
        raise Unusable(words("Name a FILE or an --order."))
    return _of_disk(room.installed(there[0]), words)


def _of_disk(path: Path, words: Words) -> _Order:
    signed = documents.of_file(path)
    if signed is None:
        sentence = "There is no such file, or no signature beside it: {path}"
        raise Unusable(words(sentence, path=path))
    profile = documents.unsigned(signed)
    return _Order(profile.slug, profile.version, signed.sha256)


def _of_file(path: Path, keys: tuple[Key, ...], words: Words) -> _Order:
    """A file is believed what it is only after its signature was."""
    signed = documents.of_file(path)
    if signed is None:
        sentence = "There is no such file, or no signature beside it: {path}"
        raise Unusable(words(sentence, path=path))
    profile = documents.checked(signed, keys)
    return _Order(profile.slug, profile.version, signed.sha256)


def _key(word: str, words: Words) -> Key:
    try:
        text = Path(word).read_text() if Path(word).is_file() else word
        return Key.parse(text)
    except (OSError, ValueError) as exc:
        raise Unusable(words("This is no key of minisign: {word}", word=word)) from exc


def _value(word: str, words: Words) -> wire.Value:
    name, equals, value = word.partition("=")
    try:
        if equals:
            return wire.Value(name=name, value=value)
    except wire.Malformed:
        pass
    raise Unusable(words("This is no value: {word}", word=name))
