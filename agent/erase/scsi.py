"""What one SCSI drive can do to erase itself, asked of it right before the plan."""

from __future__ import annotations

from agent import wire
from agent.collect.around import Around
from agent.collect.blocks import Block
from agent.erase.firmware.scsi import ask
from agent.erase.leftout import LeftOut
from agent.parse import scsi
from agent.parse.sanitizing import Sanitizing, State
from agent.run import Ran
from agent.wire import Why

SECONDS = 30.0
# Operation code and service action (SBC-4).
OVERWRITE, BLOCK_ERASE, CRYPTO_ERASE = "0x48,1", "0x48,2", "0x48,3"
FORMAT_UNIT = "0x04"


def able(around: Around, block: Block) -> tuple[wire.Abilities, Sanitizing] | LeftOut:
    """What it offers and where it stands, or why its own commands are not used.

    FORMAT UNIT is the format of user data. While it is busy, or failed at it, it does
    not say what it offers: each kind is then tried.
    """
    ran = around.run(("sg_vpd", "--raw", "--page=sn", block.path), SECONDS)
    if ran.why is Why.TOOL_MISSING:
        return LeftOut.TOOL_MISSING
    own = scsi.serial(ran.stdout)
    if not own:
        return LeftOut.SILENT
    if own != block.serial:
        return LeftOut.OTHER_DRIVE
    stands = ask(around, block.path).stands
    is_deaf = stands.state in {State.RUNNING, State.FAILED}

    def offers(code: str) -> bool:
        return is_deaf or scsi.is_supported(_asked(around, code, block).stdout)

    return wire.Abilities(
        sanitize_block=offers(BLOCK_ERASE),
        sanitize_crypto=offers(CRYPTO_ERASE),
        sanitize_overwrite=offers(OVERWRITE),
        format_user_data=offers(FORMAT_UNIT),
    ), stands


def _asked(around: Around, code: str, block: Block) -> Ran:
    argv = ("sg_opcodes", "--no-inquiry", "--raw", f"--opcode={code}", block.path)
    return around.run(argv, SECONDS)
