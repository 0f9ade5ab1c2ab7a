"""Steps of a machine and what became of them, in words of the reader’s language.

A machine reports codes; its own sentences are evidence, in the language of its order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from agent.profile.steps import (
    ArchiveStep,
    BlobStep,
    FlatpakStep,
    PrinterStep,
    ScriptStep,
    ServiceStep,
    Step,
    StepKind,
    TextStep,
)
from agent.profile.strict import Title

# Of a title, as descriptions hold it.
_LONGEST: Final = 120

_KINDS: Final[Mapping[str, Any]] = {
    StepKind.APT: gettext_lazy("Programs of the system"),
    StepKind.FLATPAK: gettext_lazy("Program from Flatpak"),
    StepKind.BLOB: gettext_lazy("File"),
    StepKind.ARCHIVE: gettext_lazy("Folder of files"),
    StepKind.TEXT: gettext_lazy("Home page"),
    StepKind.BROWSER: gettext_lazy("Browser"),
    StepKind.DCONF: gettext_lazy("Accessibility"),
    StepKind.LOCALE: gettext_lazy("Language, keyboard, time zone"),
    StepKind.USER: gettext_lazy("Account"),
    StepKind.PRINTER: gettext_lazy("Printer"),
    StepKind.KOLIBRI: gettext_lazy("Courses of Kolibri"),
    StepKind.KIWIX: gettext_lazy("Encyclopaedias"),
    StepKind.DESKTOP: gettext_lazy("Icons"),
    StepKind.NM_GSM: gettext_lazy("Line of the SIM card"),
    StepKind.SERVICE: gettext_lazy("Service"),
    StepKind.SCRIPT: gettext_lazy("Script"),
}
# Why a step could not be brought about: the codes of agents, in sentences.
REASONS: Final[Mapping[str, Any]] = {
    "account_taken": gettext_lazy("The system itself uses an account of this name."),
    "apt_locked": gettext_lazy(
        "Another program is installing packages on this machine."
    ),
    "apt_would_remove": gettext_lazy("Installing this would remove other packages."),
    "archive_broken": gettext_lazy("The archive cannot be read to its end."),
    "archive_too_large": gettext_lazy("The archive unpacks to more than is allowed."),
    "archive_unsafe": gettext_lazy(
        "The archive holds something that leads out of its folder."
    ),
    "cancelled": gettext_lazy("It was given up."),
    "disk_full": gettext_lazy("The disk is full."),
    "drift": gettext_lazy("It was brought about once, and is another way now."),
    "extra_data": gettext_lazy(
        "This application fetches parts of itself from elsewhere, and cannot be "
        "installed without the Internet."
    ),
    "file_unfit": gettext_lazy("The file is not what the step needs."),
    "missing": gettext_lazy("It is not there, or not as wanted."),
    "no_connection_given": gettext_lazy("No line came with the order."),
    "no_network": gettext_lazy(
        "The packages cannot be fetched from where the machine is."
    ),
    "no_such_package": gettext_lazy("This system has no package of that name."),
    "no_such_unit": gettext_lazy("This system has no unit of that name."),
    "no_source": gettext_lazy("The file is nowhere to be had."),
    "not_authentic": gettext_lazy(
        "The source of the packages is not signed by a known key."
    ),
    "not_held": gettext_lazy("It was done, and does not hold."),
    "not_offered_here": gettext_lazy(
        "This machine does not offer what the step needs."
    ),
    "path_unsafe": gettext_lazy(
        "A link or a path leads where no file of this is to be."
    ),
    "printer_unreachable": gettext_lazy("The printer does not answer."),
    "script_failed": gettext_lazy("The script ended without success."),
    "took_too_long": gettext_lazy("It took too long and was ended."),
    "tool_failed": gettext_lazy("The program that does this failed."),
    "unknown": gettext_lazy("It could not be seen how it stands."),
    "value_missing": gettext_lazy(
        "A value of the person is missing or not of its form."
    ),
}


def reason_of(code: str) -> str:
    """The sentence of a code; empty for one that is not known here."""
    return str(REASONS.get(code, ""))


def title_of(step: Step) -> str:
    """What a step is called: as who published it says, else by what it brings."""
    if step.title is not None:
        english = (get_language() or "").startswith("en")
        return step.title.en if english else step.title.fr
    kind, what = kind_words(step.kind.value), _what(step)
    return _("%(kind)s “%(what)s”") % {"kind": kind, "what": what} if what else kind


def kind_words(kind: str) -> str:
    """What steps of a kind are called; the kind itself where it is not known here."""
    return str(_KINDS.get(kind, kind))


def titled(step: Step) -> Step:
    """The step with a title that machines can show, in both of their languages."""
    if step.title is not None:
        return step
    said = {}
    for language in ("fr", "en"):
        with override(language):
            said[language] = _cut(title_of(step))
    return step.but(title=Title(**said))


def _what(step: Step) -> str:
    match step:
        case FlatpakStep():
            return ", ".join(ref.rpartition(".")[2] for ref in step.refs)
        case BlobStep() | ArchiveStep():
            return step.path.rpartition("/")[2]
        case TextStep():
            return "" if step.id.startswith("home-") else step.path.rpartition("/")[2]
        case PrinterStep():
            return step.name
        case ServiceStep():
            return step.unit
        case ScriptStep():
            return step.explains
        case _:
            return ""


def _cut(text: str) -> str:
    return f"{text[: _LONGEST - 1]}…" if len(text) > _LONGEST else text
