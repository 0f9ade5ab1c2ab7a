"""What the screen of a machine on the bench says: what it is, and what to do next.

Both languages at once, since nobody has said yet which one is read here. Plain text
of 80 columns, for the poorest of consoles; the code is read by any telephone.
"""

from __future__ import annotations

import dataclasses
import textwrap
from itertools import zip_longest
from typing import NamedTuple

from agent.run import Runner

COLUMNS = 79
GAP = 2
QR_SECONDS = 5.0
MOST_DRIVES = 2


class Said(NamedTuple):
    """One thing to say, in French and in English."""

    french: str
    english: str


NO_SERVER = Said(
    "Aucun serveur n’est indiqué. Écrivez son adresse dans rebond-agent.toml, sur la "
    "partition REBOND de cette clé, ou démarrez avec rebond.server=ADRESSE.",
    "No server is named. Write its address into rebond-agent.toml, on the REBOND "
    "partition of this stick, or start with rebond.server=ADDRESS.",
)
TO_JOIN = Said(
    "1. Scannez ce code, ou ouvrez « Machines vues » à votre poste.\n"
    "2. Demandez un code d’enrôlement.\n"
    "3. Tapez-le ici, puis Entrée.",
    "1. Scan this code, or open “Machines seen” at your desk.\n"
    "2. Ask for a join code.\n"
    "3. Type it here, then Enter.",
)
TO_BIND = Said(
    "Cette machine est connue. Scannez ce code, puis son étiquette, pour dire quel "
    "appareil c’est.",
    "This machine is known. Scan this code, then its label, to say which device it is.",
)
BOUND = Said("Appareil {device}", "Device {device}")
WAITING = Said("Rapports en attente : {count}", "Reports waiting: {count}")
KEPT = Said("Rien n’attend : tout est envoyé.", "Nothing waits: all is sent.")
WRONG = Said(
    "rebond-agent.toml n’est pas lisible : {why}",
    "rebond-agent.toml cannot be read: {why}",
)
TO_TEST = Said(
    "Tests guidés : tapez t, puis Entrée.", "Guided tests: type t, then Enter."
)
TO_ERASE = Said(
    "EFFACER {drives} : tapez l’étiquette de cette machine, puis Entrée.",
    "ERASE {drives}: type this machine’s tag, then Enter.",
)
UNREADABLE = Said(
    "L’identité de cette machine n’est pas lisible : {why}",
    "This machine’s identity cannot be read: {why}",
)
OFF = Said("Éteindre : bouton de la machine.", "Off: the machine’s own button.")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Standing:
    """How things are with this machine. `agent_id` is empty before it has joined.

    `wrong` is why its settings cannot be read, `unreadable` why its identity cannot.
    `to_erase` are the drives of an order that waits for a person to say yes.
    `installing` is how far an environment is or how it ended, in both languages.
    """

    machine: str
    server: str
    site: str = ""
    agent_id: str = ""
    device: str = ""
    waiting: int = 0
    wrong: str = ""
    unreadable: str = ""
    answer: str = ""
    to_erase: tuple[str, ...] = ()
    installing: Said | None = None


def address(standing: Standing) -> str:
    """The page that a telephone opens to go on; empty where no server is named."""
    if not standing.server:
        return ""
    page = f"{standing.agent_id}/" if standing.agent_id else ""
    return f"{standing.server}/machines/{page}"


def lines(standing: Standing, code: str) -> list[str]:
    """The whole screen; `code` is the picture that leads to `address`."""
    where = " · ".join(word for word in (standing.server, standing.site) if word)
    head = [f"REBOND · {standing.machine}"[:COLUMNS], where[:COLUMNS], ""]
    picture = code.splitlines()
    width = max((len(line) for line in picture), default=-GAP)
    room = COLUMNS - width - GAP
    text = [line for each in _sentences(standing) for line in _wrapped(each, room)]
    beside = zip_longest(picture, text, fillvalue="")
    return [*head, *(f"{left:{width + GAP}}{right}".rstrip() for left, right in beside)]


def _sentences(standing: Standing) -> list[str]:
    """What the last try came to, what to do, and how to stop: each in two languages."""
    told: list[Said] = []
    if standing.wrong:
        told.append(_with(WRONG, why=standing.wrong))
    if standing.unreadable:
        told.append(_with(UNREADABLE, why=standing.unreadable))
    if standing.agent_id:
        told.append(
            _with(BOUND, device=standing.device) if standing.device else TO_BIND
        )
        told.extend(_next(standing))
    else:
        told.append(TO_JOIN if standing.server else NO_SERVER)
    told.append(OFF)
    both = [text for each in told for text in each]
    return [standing.answer, *both] if standing.answer else both


def _next(standing: Standing) -> list[Said]:
    """What waits, and what can be done; an order to erase goes before all of it."""
    if standing.to_erase:
        return [_to_erase(standing.to_erase)]
    if standing.installing:
        return [standing.installing]
    count = standing.waiting
    return [_with(WAITING, count=count) if count else KEPT, TO_TEST]


def _to_erase(drives: tuple[str, ...]) -> Said:
    """Which drives, as far as there is room to say so."""
    more = len(drives) - MOST_DRIVES
    shown = [*drives[:MOST_DRIVES], *([f"+ {more}"] if more > 0 else [])]
    return _with(TO_ERASE, drives=", ".join(shown))


def _with(said: Said, **facts: object) -> Said:
    return Said(said.french.format(**facts), said.english.format(**facts))


def _wrapped(text: str, room: int) -> list[str]:
    """Lines that fit beside the code, an empty one below."""
    wrapped = [w for line in text.splitlines() for w in textwrap.wrap(line, room)]
    return [*wrapped, ""]


def code_of(text: str, run: Runner) -> str:
    """The code as blocks on a dark screen; empty where it cannot be drawn.

    Drawn light on dark, as consoles are, with the margin that telephones need.
    """
    if not text:
        return ""
    ran = run(("qrencode", "--type=UTF8", "--level=L", "--margin=2", text), QR_SECONDS)
    return ran.stdout.decode(errors="replace") if ran.exit_code == 0 else ""
