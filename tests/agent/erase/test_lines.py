"""hdparm, nvme-cli and sg3-utils take every command that the methods are made of.

They are run on /dev/null, which is no drive: the command is read, and fails there.
"""

from __future__ import annotations

import pytest

from agent.collect.around import Around
from agent.erase.contract import Method, Target
from agent.erase.firmware.ata_sanitize import OPTIONS, AtaSanitize
from agent.erase.firmware.ata_security import MODES, PASSWORD, AtaSecurityErase
from agent.erase.firmware.nvme_format import SETTINGS, NvmeFormat
from agent.erase.firmware.nvme_sanitize import ACTIONS, NvmeSanitize
from agent.erase.firmware.scsi import COMMANDS, SANITIZE, ScsiErase
from agent.erase.hidden import YES
from agent.parse.nvmeformat import Format
from agent.run import run
from tests import needs
from tests.agent.erase.machines import ata_drive

NOWHERE = "/dev/null"
TARGET = Target(ata_drive(), NOWHERE, NOWHERE, 2**20, 512)
SEEN = Around()
WITH_METADATA = Format(1, 512, 2**20, metadata=1, protection=0b1010)
METHODS: list[Method] = [
    *(AtaSanitize(SEEN, technique) for technique in OPTIONS),
    *(AtaSecurityErase(SEEN, technique) for technique in MODES),
    *(NvmeSanitize(SEEN, technique) for technique in ACTIONS),
    *(NvmeFormat(SEEN, technique, Format(1)) for technique in SETTINGS),
    *(NvmeFormat(SEEN, technique, WITH_METADATA) for technique in SETTINGS),
    *(ScsiErase(SEEN, technique) for technique in COMMANDS),
]
LINES = [
    *(line for method in METHODS for line in method.lines(TARGET)),
    f"hdparm --sanitize-status {NOWHERE}",
    f"hdparm {YES} -Np65536 {NOWHERE}",
    f"hdparm {YES} --dco-restore {NOWHERE}",
    f"hdparm --dco-identify {NOWHERE}",
    f"hdparm --user-master u --security-unlock {PASSWORD} {NOWHERE}",
    f"hdparm --user-master u --security-disable {PASSWORD} {NOWHERE}",
    f"nvme sanitize {NOWHERE} --sanact=1",
    f"nvme sanitize-log -o json {NOWHERE}",
    f"nvme id-ns -o json {NOWHERE}",
    f"{' '.join(SANITIZE)} --fail {NOWHERE}",
    f"sg_requests --raw {NOWHERE}",
    f"sg_vpd --raw --page=sn {NOWHERE}",
    f"sg_opcodes --no-inquiry --raw --opcode=0x48,1 {NOWHERE}",
    f"sg_readcap --brief {NOWHERE}",
]
NOT_TAKEN = ("usage", "excess flags", "unknown flag", "unrecognized", "invalid pattern")


def said_to(line: str) -> str:
    tool, *options = line.split()
    needs.program(tool)
    ran = run((tool, *options), 20)
    return (ran.stdout + ran.stderr).decode().lower()


@pytest.mark.parametrize("line", sorted(set(LINES)))
def test_a_command_is_understood(line):
    said = said_to(line)
    assert [word for word in NOT_TAKEN if word in said] == []


@pytest.mark.parametrize(
    "line",
    [
        f"hdparm {YES} --sanitize-overwrite hex:00000000 --sanitize-overwrite-passes 1 {NOWHERE}",
        f"nvme format {NOWHERE} --nonsense=1",
    ],
)
def test_one_that_is_not_would_be_seen(line):
    said = said_to(line)
    assert any(word in said for word in NOT_TAKEN)
