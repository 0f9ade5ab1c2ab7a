"""Steps that need no file: language, programs, services, printers, icons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from agent.profile.parts import Launcher
from agent.profile.steps import (
    AptStep,
    DesktopStep,
    FlatpakStep,
    LocaleStep,
    NmGsmStep,
    PrinterStep,
    ServiceStep,
    Step,
)
from provisioning.environments.content import LayerContent, Region
from provisioning.environments.desktops import settings_of
from provisioning.environments.lacking import asked

KIWIX_PORT: Final = 8381


def region(content: LayerContent) -> Iterator[Step]:
    said = content.region
    if said == Region():
        return
    yield LocaleStep(
        id="locale",
        lang=asked(said.lang, "region.lang"),
        keyboard=asked(said.keyboard, "region.keyboard"),
        variant=said.variant or "",
        timezone=asked(said.timezone, "region.timezone"),
    )


def programs(content: LayerContent) -> Iterator[Step]:
    wanted = dict.fromkeys((*content.packages, *_needed(content)))
    absent = tuple(each for each in content.packages_absent if each not in wanted)
    if wanted or absent:
        yield AptStep(id="programs", present=tuple(wanted), absent=absent)
    for number, each in enumerate(content.flatpaks, start=1):
        yield FlatpakStep(
            id=f"flatpak-{number}",
            refs=(each.ref,),
            remote=each.remote,
            optional=each.optional,
        )


def _needed(content: LayerContent) -> Iterator[str]:
    """The packages of Debian without which a step cannot do what it is for."""
    if content.region != Region():
        yield from ("locales", "tzdata")
    if settings_of(content.access):
        yield "dconf-cli"
    if content.access.screen_reader:
        yield "orca"
    if content.printers:
        yield from ("cups", "cups-client", "cups-ipp-utils")
    if content.encyclopaedias:
        yield "kiwix-tools"
    if content.connection.on:
        yield from ("network-manager", "modemmanager")


def services(content: LayerContent) -> Iterator[Step]:
    for number, each in enumerate(content.services, start=1):
        yield ServiceStep(
            id=f"service-{number}",
            unit=each.unit,
            enabled=each.enabled,
            running=each.running,
        )


def printers(content: LayerContent) -> Iterator[Step]:
    for number, each in enumerate(content.printers, start=1):
        yield PrinterStep(
            id=f"printer-{number}",
            name=each.name,
            uri=each.uri,
            location=each.location,
            is_default=each.is_default,
        )


def icons(content: LayerContent) -> Iterator[Step]:
    if content.launchers:
        yield DesktopStep(id="icons", launchers=content.launchers)
    if content.encyclopaedias:
        address = f"http://localhost:{content.kiwix.port or KIWIX_PORT}/"
        name = content.encyclopaedias[0].title.said(content.tongue)
        icon = Launcher(
            name=name, slug="kiwix", url=address, icon="accessories-dictionary"
        )
        yield DesktopStep(
            id="icon-kiwix",
            optional=bool(content.kiwix.optional),
            when=content.kiwix.when,
            launchers=(icon,),
        )


def connection(content: LayerContent) -> Iterator[Step]:
    said = content.connection
    if said.on:
        yield NmGsmStep(
            id="connection",
            home_only=said.home_only is not False,
            metered=said.metered is not False,
        )
