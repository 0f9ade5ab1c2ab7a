"""The firmware's tables, by dmidecode; where it is missing, by lshw."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from agent import facts
from agent.collect.around import Around
from agent.parse import Unreadable, dmidecode
from agent.run import Ran

if TYPE_CHECKING:
    from agent.parse.lshw import Lshw

DMIDECODE = ("dmidecode",)
LSHW = ("lshw", "-quiet", "-json")
DMIDECODE_SECONDS = 20.0
LSHW_SECONDS = 60.0


class Tables(NamedTuple):
    """What was read. `why` is set where nothing was."""

    dmi: dmidecode.Dmi | None = None
    lshw: Lshw | None = None
    why: facts.Why | None = None
    detail: str = ""

    def unseen(self, subject: facts.Subject) -> tuple[facts.Unseen, ...]:
        """A word about a subject that only these tables tell."""
        if self.why is None:
            return ()
        return (facts.Unseen(subject=subject, why=self.why, detail=self.detail),)


def tables(around: Around) -> Tables:
    """Ask dmidecode; lshw takes ten times as long and says less."""
    ran = around.run(DMIDECODE, DMIDECODE_SECONDS)
    if ran.why is None:
        dmi = dmidecode.parse(ran.stdout.decode(errors="replace"))
        if any(each.type in (1, 2, 4, 17) for each in dmi.structures):
            return Tables(dmi=dmi)
        return Tables(why=_why(ran, dmi), detail=_words(ran))
    told = _of_lshw(around) if ran.why is facts.Why.TOOL_MISSING else None
    return told or Tables(why=ran.why, detail=ran.detail or "dmidecode")


def _of_lshw(around: Around) -> Tables | None:
    from agent.parse import lshw  # loaded where dmidecode is missing

    ran = around.run(LSHW, LSHW_SECONDS)
    if ran.why:
        return None
    try:
        return Tables(lshw=lshw.parse(ran.stdout))
    except Unreadable:
        return Tables(why=facts.Why.UNREADABLE, detail="lshw")


def _why(ran: Ran, dmi: dmidecode.Dmi) -> facts.Why:
    words = (ran.stdout + ran.stderr).decode(errors="replace").lower()
    if "permission denied" in words or "not permitted" in words:
        return facts.Why.PERMISSION
    if dmi.broken:
        return facts.Why.UNREADABLE
    is_absent = "no smbios" in words or "no such file" in words
    return facts.Why.NOT_OFFERED if is_absent else facts.Why.TOOL_FAILED


def _words(ran: Ran) -> str:
    """dmidecode's last word, which is the reason."""
    said = (ran.stdout + ran.stderr).decode(errors="replace").strip().splitlines()
    return said[-1].strip() if said else ""
