"""What each drive says of itself: smartctl, hdparm and nvme, asked all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from agent import facts
from agent.collect.around import Around, T
from agent.collect.blocks import Block
from agent.collect.meanwhile import Meanwhile
from agent.parse import Unreadable, hdparm, nvme, smartctl
from agent.parse.smartctl import NoAnswer, Smart
from agent.run import Ran

SMARTCTL_SECONDS = 40.0  # a drive that is spinning up, or down for good
HDPARM_SECONDS = 20.0
NVME_SECONDS = 20.0

NO_SMART = frozenset({facts.Bus.VIRTIO, facts.Bus.EMMC, facts.Bus.CARD})
ATA = frozenset({facts.Bus.SATA, facts.Bus.IDE})
UNKNOWN_BRIDGE = "unknown usb bridge"
NO_JSON = b"UNRECOGNIZED OPTION: json"


class Told(NamedTuple):
    """What one drive said to each tool; None where it said nothing.

    `unseen` has the reason for each thing that is missing.
    """

    smart: Smart | None = None
    ata: hdparm.Ata | None = None
    controller: nvme.Controller | None = None
    health: facts.Health | None = None
    unseen: tuple[facts.Unseen, ...] = ()

    @property
    def abilities(self) -> facts.Abilities | None:
        """hdparm knows more of an ATA drive than smartctl."""
        if self.ata:
            return self.ata.abilities
        if self.controller:
            return self.controller.abilities
        return self.smart.abilities if self.smart else None


def ask_all(around: Around, blocks: Sequence[Block]) -> dict[str, Told]:
    """Every drive and every tool at once, so that one that hangs holds up no other."""
    begun = [
        (
            block,
            Meanwhile(partial(_health, around, block)),
            Meanwhile(partial(_abilities, around, block)),
        )
        for block in blocks
    ]
    return {
        block.name: _together(health.answer(), talk.answer(), block)
        for block, health, talk in begun
    }


def _together(health: Told, talk: Told, block: Block) -> Told:
    """Both halves; hdparm is believed only where it speaks of the same drive."""
    both = health._replace(
        ata=talk.ata,
        controller=talk.controller,
        unseen=(*health.unseen, *talk.unseen),
    )
    if talk.ata is None:
        return both
    model = (health.smart.model if health.smart else "") or block.model
    serial = (health.smart.serial if health.smart else "") or block.serial
    if talk.ata.is_plausible and talk.ata.is_drive(model, serial):
        return both
    other = _unseen(
        facts.Subject.DRIVE_ABILITIES,
        facts.Why.HIDDEN,
        block,
        f"hdparm speaks of another drive: {talk.ata.model}",
    )
    return both._replace(ata=None, unseen=(*both.unseen, other))


def _health(around: Around, block: Block) -> Told:
    is_stick = block.bus is facts.Bus.USB and block.removable
    if block.bus in NO_SMART or is_stick:
        return _silent(block, facts.Why.NOT_OFFERED)
    answer = _smart(around, block)
    if isinstance(answer, Smart):
        if answer.says_anything:
            return Told(smart=answer, health=answer.health)
        return _silent(block, facts.Why.NOT_OFFERED, "no SMART")._replace(smart=answer)
    if block.bus is facts.Bus.NVME:
        log = _read(around, nvme.smart_log_argv(block.path), nvme.smart_log)
        if isinstance(log, facts.Health):
            return Told(health=log)
    return _silent(block, answer.why, answer.detail)


def _silent(block: Block, why: facts.Why, detail: str = "") -> Told:
    unseen = _unseen(facts.Subject.DRIVE_HEALTH, why, block, detail)
    return Told(unseen=(unseen,))


def _smart(around: Around, block: Block) -> Smart | NoAnswer:
    """Through a bridge that smartctl does not know, the usual way to speak is tried."""
    argv = smartctl.argv(block.path)
    ran = around.run(argv, SMARTCTL_SECONDS)
    answer = smartctl.read(ran)
    if isinstance(answer, Smart):
        return answer
    if NO_JSON in ran.stdout + ran.stderr:
        return _before_json(around, block)
    is_bridge = block.bus is facts.Bus.USB and block.removable is False
    if is_bridge and UNKNOWN_BRIDGE in answer.detail.lower():
        through = (*argv[:-1], "-d", "sat", argv[-1])
        again = smartctl.read(around.run(through, SMARTCTL_SECONDS))
        return again if isinstance(again, Smart) else answer
    return answer


def _before_json(around: Around, block: Block) -> Smart | NoAnswer:
    """smartctl before 7.0 speaks to people only."""
    from agent.parse import smarttext

    return _read(
        around,
        ("smartctl", "-x", block.path),
        lambda said: smarttext.parse(said.decode(errors="replace")),
        SMARTCTL_SECONDS,
    )


def _abilities(around: Around, block: Block) -> Told:
    if block.bus in ATA:
        argv = hdparm.argv(block.path)
        ata = _read(around, argv, _ata, HDPARM_SECONDS)
        return Told(ata=ata) if isinstance(ata, hdparm.Ata) else _mute(block, ata)
    if block.bus is facts.Bus.NVME:
        argv = nvme.id_ctrl_argv(block.path)
        controller = _read(around, argv, nvme.id_ctrl)
        if isinstance(controller, nvme.Controller):
            return Told(controller=controller)
        return _mute(block, controller)
    return Told()


def _ata(said: bytes) -> hdparm.Ata:
    ata = hdparm.parse(said.decode(errors="replace"))
    if not ata.model and ata.abilities is None:
        raise Unreadable("no identity")
    return ata


def _mute(block: Block, answer: NoAnswer) -> Told:
    unseen = _unseen(facts.Subject.DRIVE_ABILITIES, answer.why, block, answer.detail)
    return Told(unseen=(unseen,))


def _read(
    around: Around,
    argv: tuple[str, ...],
    reader: Callable[[bytes], T],
    seconds: float = NVME_SECONDS,
) -> T | NoAnswer:
    """What a tool says, read; or why it says nothing."""
    ran = around.run(argv, seconds)
    if ran.why:
        return NoAnswer(ran.why, ran.detail)
    try:
        return reader(ran.stdout)
    except Unreadable:
        return failed(ran)


def failed(ran: Ran) -> NoAnswer:
    """Why a tool ran and said nothing of use."""
    # the first line is the reason; some tools explain their use behind it
    words = ran.stderr.decode(errors="replace").strip().partition("\n")[0].strip()
    is_denied = any(word in words.lower() for word in ("denied", "not permitted"))
    why = facts.Why.TOOL_FAILED if ran.exit_code else facts.Why.UNREADABLE
    return NoAnswer(facts.Why.PERMISSION if is_denied else why, words)


def _unseen(
    subject: facts.Subject, why: facts.Why, block: Block, detail: str
) -> facts.Unseen:
    return facts.Unseen(subject=subject, why=why, about=block.path, detail=detail)
