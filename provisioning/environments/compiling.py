"""Merged content becomes the steps of `profile/1`, in the order they are taken.

What a step needs of another comes before it: programs before what configures them,
what a home begins with before the account that gets the home.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from agent.profile.document import Profile, Requires
from agent.profile.steps import DconfStep, Step
from agent.profile.strict import Title
from provisioning.environments import filed, plain
from provisioning.environments.content import LayerContent
from provisioning.environments.desktops import settings_of
from provisioning.environments.library import Held, Shelf
from provisioning.environments.words import titled

# Room for packages and for unpacking, beside the files themselves.
_SPARE_MB: Final = 500
_MEGABYTE: Final = 10**6


class Facts(NamedTuple):
    """What a version is, beside what is in it; `site` names the overlay's, or is ""."""

    slug: str
    version: int
    channel: str
    title: Title
    site: str = ""


def compile_profile(
    content: LayerContent, library: Mapping[str, Held], facts: Facts
) -> Profile:
    """The description of merged content.

    Raises `Malformed`, `Incomplete`, `NotHeld` or `NotPacked`, before anything is
    signed.
    """
    shelf = Shelf(library)
    steps = tuple(titled(each) for each in _steps(content, shelf, facts.title))
    profile = Profile(
        schema="profile/1",
        slug=facts.slug,
        version=facts.version,
        channel=facts.channel,
        site=facts.site,
        title=facts.title,
        requires=_requires(content, shelf.bytes),
        blobs=shelf.taken,
        steps=steps,
    )
    profile.check()
    return profile


def _requires(content: LayerContent, files_bytes: int) -> Requires:
    """What people wrote, and at least room for the files twice: kept, and placed."""
    needs = content.needs
    files_mb = -(-2 * files_bytes // _MEGABYTE)
    if content.kiwix.when is not None:
        files_mb = 0  # the largest of them may stay away, the step says on what disk
    return Requires(
        agent=needs.agent or "0",
        os=content.systems,
        architectures=content.architectures,
        disk_free_mb=max(needs.disk_free_mb or 0, files_mb + _SPARE_MB),
        ram_mb=needs.ram_mb or 0,
    )


def _steps(content: LayerContent, shelf: Shelf, title: Title) -> Iterator[Step]:
    yield from plain.programs(content)
    yield from plain.region(content)
    yield from filed.files(content, shelf)
    yield from filed.home(content, shelf, title)
    yield from filed.browser(content, shelf)
    settings = settings_of(content.access)
    if settings:
        yield DconfStep(id="access", defaults=settings)
    yield from filed.served(content, shelf)
    yield from plain.services(content)
    yield from plain.printers(content)
    yield from plain.icons(content)
    yield from filed.person(content, shelf)
    yield from plain.connection(content)
    yield from filed.scripts(content, shelf)
