"""One answer of the station: what a template shows of a scan.

A scan keeps codes and facts; the words are chosen here, in the reader's language,
so that the same scan is answered the same way however often it is drawn.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backoffice.core.dates import date_format
from inventory import tags
from inventory.actions.undo import undo_seconds_left
from inventory.cards import words
from inventory.cards.kinds import PLAIN, TEMPLATES, Kind
from inventory.cards.lines import line_of
from inventory.cards.next_step import next_step
from inventory.links import Lead, leads_about
from inventory.models import Device, DeviceEvent, Scan, ScanOutcome
from inventory.scanner import Reason
from inventory.verbs import wording

# Signs of a code that a list has room for.
_LIST_WIDTH = 20
# Here the device's own next step would only distract.
_QUIET = frozenset(
    {Kind.DRIVE, Kind.DRIVES, Kind.CHECKLIST, Kind.FAULTS, Kind.PASSED}
    | {Kind.WAITS_FOR_PLACE, Kind.PRINT, Kind.REFUSED, Kind.SAID}
)


@dataclasses.dataclass(frozen=True)
class Card:
    """What is said of one scan. `scan` comes with its device, place and event."""

    scan: Scan

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.scan.card
        return facts

    @cached_property
    def kind(self) -> Kind:
        return Kind(self.facts.get("kind", Kind.ACT))

    @property
    def template(self) -> str:
        return TEMPLATES.get(self.kind, PLAIN)

    @property
    def outcome(self) -> str:
        return self.scan.outcome

    @property
    def status(self) -> int:
        """The HTTP status that goes with the answer."""
        if self.outcome != ScanOutcome.REFUSED:
            return 200
        return 403 if self.facts.get("code") == "not_permitted" else 409

    @property
    def device(self) -> Device | None:
        return self.scan.device

    @property
    def code(self) -> str:
        """What stands big on the card: the tag as people read it, or the code."""
        if self.device and self.kind is not Kind.DRIVE:
            return self.device.display_tag
        if tag := self.facts.get("tag"):
            return tags.display(tag)
        if self.kind in {Kind.SAID, Kind.FINISHED, Kind.MODE}:
            return ""
        # As it was understood: what was typed may be garbled by the keyboard's layout.
        return self.facts.get("text") or self.scan.code

    @property
    def lead(self) -> str:
        """Make and model; of what is no device, its name."""
        name: str = self.facts.get("name", "")
        if self.device is None or self.kind is Kind.DRIVE:
            return name
        return self.device.title or name

    @property
    def line(self) -> str:
        """The few words of the session's list."""
        return line_of(self.kind, self.scan)

    @property
    def sentence(self) -> str:
        """What the station says, where chips do not say it."""
        facts = self.facts
        match self.kind:
            case Kind.SAID:
                return str(words.SAID[facts["said"]][0])
            case Kind.UNREADABLE:
                return str(Reason(facts["reason"]).label)
            case Kind.MISPLACED:
                return str(words.MISPLACED[facts["thing"]])
            case Kind.UNKNOWN_TAG:
                return _("Nothing that you may see carries this tag.")
            case Kind.TARGET:
                return _("Every device scanned now is put here.")
            case Kind.ACT | Kind.MODE:
                return self.line
            case _:
                return ""

    @property
    def next_step(self) -> str:
        facts = self.facts
        match self.kind:
            case Kind.SAID:
                return str(words.SAID[facts["said"]][1])
            case Kind.UNREADABLE:
                return str(words.UNREADABLE[facts["reason"]])
            case Kind.UNKNOWN_TAG:
                return _("Compare the tag; if it is right, ask your workshop lead.")
            case Kind.MISPLACED:
                return _("Choose another mode, or scan something else.")
            case Kind.WAITS_FOR_PLACE:
                return _("Scan the place where it is put.")
        if self.device is None or self.kind in _QUIET:
            return ""
        return next_step(self.device)

    @property
    def change(self) -> tuple[str, str] | None:
        """The states before and after, where the scan changed the state."""
        data = self.scan.event.data if self.scan.event else {}
        before, after = data.get("from"), data.get("to")
        return (before, after) if before and after else None

    @property
    def short(self) -> str:
        """The code in a list: a long one is cut."""
        code = self.code or self.scan.code
        return code if len(code) <= _LIST_WIDTH else f"{code[: _LIST_WIDTH - 1]}…"

    @property
    def place(self) -> str:
        """Where the device stands, unless the card says so already."""
        if self.device is None or self.facts.get("name"):
            return ""
        return str(self.device.stands_in or "")

    @property
    def page(self) -> tuple[str, str] | None:
        """The page behind the card, and the words of its link."""
        if self.kind is Kind.PLACE:
            address = reverse("inventory:place-detail", args=[self.facts["uuid"]])
            return address, _("Open the place")
        if self.kind is Kind.ELSEWHERE:
            return self.facts["address"], _("Open its page")
        if self.device is None:
            return None
        address = reverse("inventory:device-detail", args=[self.device.tag])
        return address, _("Open the device")

    @cached_property
    def beside(self) -> list[Lead]:
        """What the device is part of, elsewhere."""
        return leads_about(self.device, self.scan.user) if self.device else []

    @property
    def summary(self) -> list[tuple[str, int]]:
        """At the end of a session: what was done, and how often."""
        verbs: dict[str, int] = self.facts.get("verbs", {})
        return [(str(wording(verb).title), count) for verb, count in verbs.items()]

    @property
    def found(self) -> list[str]:
        """What was recognised in a code that could not be read."""
        found: list[str] = self.facts.get("found", [])
        return found

    # Refusals

    @property
    def rule(self) -> str:
        """The rule as it was applied; in another language, what it comes to."""
        if self.facts.get("language") == get_language():
            return str(self.facts["message"])
        return self.line

    @property
    def advice(self) -> str:
        same = self.facts.get("language") == get_language()
        return str(self.facts["advice"]) if same else ""

    @cached_property
    def who(self) -> str:
        """Who did what when: the device's last event before the refusal."""
        if self.device is None or not self.facts.get("last"):
            return ""
        events = self.device.events.select_related("actor")
        return described(events.get(pk=self.facts["last"]))

    # Taking back

    @property
    def undo_seconds(self) -> int:
        return undo_seconds_left(self.scan)


def described(event: DeviceEvent) -> str:
    """One line of a device's history, in words."""
    when = timezone.localtime(event.recorded_at)
    return _("Last: %(what)s, by %(who)s, %(when)s") % {
        "what": wording(event.verb).title,
        "who": event.actor or event.agent,
        "when": date_format(when, "SHORT_DATETIME_FORMAT"),
    }
