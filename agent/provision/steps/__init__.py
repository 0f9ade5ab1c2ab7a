"""The kinds of steps, one module each, loaded when a description asks for it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from agent.profile.steps import StepKind
from agent.provision.step import Handler

_CLASSES: Final = {
    StepKind.APT: "AptPackages",
    StepKind.FLATPAK: "Flatpaks",
    StepKind.BLOB: "OneFile",
    StepKind.ARCHIVE: "Unpacked",
    StepKind.TEXT: "OneText",
    StepKind.BROWSER: "Browsers",
    StepKind.DCONF: "DesktopDefaults",
    StepKind.LOCALE: "LanguageAndPlace",
    StepKind.USER: "Account",
    StepKind.PRINTER: "Printer",
    StepKind.KOLIBRI: "KolibriChannels",
    StepKind.KIWIX: "KiwixLibrary",
    StepKind.DESKTOP: "Launchers",
    StepKind.NM_GSM: "MobileLine",
    StepKind.SERVICE: "Service",
    StepKind.SCRIPT: "Script",
}


class _Lazily(Mapping[StepKind, Callable[[], Handler]]):
    """Each kind's handler, whose module is read when it is asked for.

    Made once a pass and kept for it: that of packages refreshes its lists only once.
    """

    def __getitem__(self, kind: StepKind) -> Callable[[], Handler]:
        module = importlib.import_module(f"{__name__}.{kind.value}")
        made: Callable[[], Handler] = getattr(module, _CLASSES[kind])
        return made

    def __iter__(self) -> Iterator[StepKind]:
        return iter(_CLASSES)

    def __len__(self) -> int:
        return len(_CLASSES)


HANDLERS: Final[Mapping[StepKind, Callable[[], Handler]]] = _Lazily()
