"""Read `smartctl`: what a drive says about itself, as JSON or as text."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from agent import facts
from agent.parse import Unreadable, loose
from agent.parse.smarthealth import Attribute, attributes, health
from agent.run import Ran

# smartctl(8), EXIT STATUS: with one of these bits there is no data behind it.
COMMAND_LINE_WRONG, NOT_OPENED = 1, 2


class Smart(NamedTuple):
    """What smartctl told of one drive; "" and None where it did not."""

    model: str = ""
    serial: str = ""
    firmware: str = ""
    wwn: str = ""
    form: str = ""
    size_bytes: int | None = None
    rotation_rate: int | None = None
    attributes: tuple[Attribute, ...] = ()
    messages: tuple[str, ...] = ()
    abilities: facts.Abilities | None = None
    health: facts.Health | None = None

    @property
    def says_anything(self) -> bool:
        """Whether there is any evidence of health, and not a name alone."""
        health = self.health
        if health is None:
            return False
        numbers = (health.passed, health.grown_defects, health.critical_warning)
        return bool(self.attributes) or any(each is not None for each in numbers)


class NoAnswer(NamedTuple):
    """Why smartctl told nothing."""

    why: facts.Why
    detail: str


def argv(path: str) -> tuple[str, ...]:
    """What the rules need: `-x` reads logs for half as long again, and none of it."""
    return ("smartctl", "--json=c", "-a", "-l", "ssd", "-l", "selftest", path)


def read(ran: Ran) -> Smart | NoAnswer:
    """What came of `argv`."""
    if ran.why:
        return NoAnswer(ran.why, ran.detail)
    try:
        said = loose.json_object(ran.stdout)
    except Unreadable:
        return NoAnswer(facts.Why.UNREADABLE, f"exit code {ran.exit_code}")
    status = loose.count(loose.part(said.get("smartctl")), "exit_status") or 0
    if status & (COMMAND_LINE_WRONG | NOT_OPENED):
        words = "; ".join(messages(said))
        is_denied = "permission denied" in words.lower()
        why = facts.Why.PERMISSION if is_denied else facts.Why.TOOL_FAILED
        return NoAnswer(why, words)
    return parse(said)


def parse(said: dict[str, Any]) -> Smart:
    """What a JSON object of smartctl's says, of any version since 6.7."""
    rows = tuple(attributes(said))
    return Smart(
        model=_first(said, "model_name", "scsi_model_name", "scsi_product"),
        serial=loose.word(said, "serial_number"),
        firmware=_first(said, "firmware_version", "scsi_revision", "revision"),
        wwn=_wwn(said),
        form=loose.word(loose.part(said.get("form_factor")), "name"),
        size_bytes=_size(said),
        rotation_rate=loose.count(said, "rotation_rate"),
        attributes=rows,
        messages=tuple(messages(said)),
        abilities=_abilities(said),
        health=health(said, rows),
    )


def messages(said: dict[str, Any]) -> list[str]:
    """What smartctl had to say about its own work."""
    raws = loose.several(loose.part(said.get("smartctl")), "messages")
    return [loose.word(loose.part(each), "string") for each in raws]


def _first(said: dict[str, Any], *keys: str) -> str:
    return next((word for key in keys if (word := loose.word(said, key))), "")


def _size(said: dict[str, Any]) -> int | None:
    capacity = said.get("user_capacity")
    own = loose.count(loose.part(capacity), "bytes") or loose.whole(capacity)
    return own or loose.count(said, "nvme_total_capacity") or None


def _abilities(said: dict[str, Any]) -> facts.Abilities | None:
    """ATA security; smartctl gives its state, hdparm the times too."""
    security = loose.part(said.get("ata_security"))
    if not security:
        return None
    text = loose.word(security, "string").lower()
    is_off = "unavailable" in text or "not supported" in text
    return facts.Abilities(
        security=not is_off,
        security_enabled=loose.yes(security, "enabled"),
        security_frozen=loose.yes(security, "frozen"),
        security_locked=locked(text),
    )


def locked(sentence: str) -> bool | None:
    """`ENABLED, PW level HIGH, **LOCKED** [SEC4]`, `… not locked, not frozen [SEC5]`."""
    said = sentence.lower()
    if "not locked" in said or said.startswith("disabled"):
        return False
    return True if "**locked**" in said else None


def frozen(sentence: str) -> bool | None:
    """`Disabled, NOT FROZEN [SEC1]`, `Disabled, frozen [SEC2]`."""
    said = sentence.lower()
    if "not frozen" in said:
        return False
    return True if "frozen" in said else None


def _wwn(said: dict[str, Any]) -> str:
    """In three parts for ATA, in one word for SCSI."""
    raw = loose.part(said.get("wwn"))
    parts = [loose.count(raw, key) for key in ("naa", "oui", "id")]
    naa, oui, own = (part if part is not None else -1 for part in parts)
    if naa < 0 or oui < 0 or own < 0:
        word = loose.word(said, "logical_unit_id").lower()
        return word if re.fullmatch(r"0x[0-9a-f]{16,32}", word) else ""
    return f"0x{naa:x}{oui:06x}{own:09x}"
