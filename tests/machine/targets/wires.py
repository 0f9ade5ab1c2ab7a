"""The wires between a guest and its targets: shell lines, run in the guest."""

from __future__ import annotations

from tests.machine.targets import NvmeOptions, Target

HOST = "10.0.2.2"  # what QEMU's user network calls the machine it runs on
INITIATOR = "iqn.2026-01.test:machine"
IDENTITY = "11111111-2222-3333-4444-555555555555"


def plug(*targets: Target) -> str:
    """Plug them in; each is there when the lines are done."""
    lines = [_nvme(each) if _is_nvme(each) else _ata(each) for each in targets]
    return "\n".join([*lines, "udevadm settle --timeout=20"])


def _is_nvme(target: Target) -> bool:
    return isinstance(target.options, NvmeOptions)


def _ata(target: Target) -> str:
    name = f"iqn.2026-01.test:{target.options.serial.lower()}"
    where = f"-i {INITIATOR} -t {name} -g 1 -a {HOST} -p {target.port}"
    return f"modprobe iscsi_tcp\niscsistart {where}"


def _nvme(target: Target) -> str:
    assert isinstance(target.options, NvmeOptions)
    where = f"-t tcp -a {HOST} -s {target.port} -n {target.options.name} -i 1"
    host = f"--hostnqn=nqn.2014-08.org.nvmexpress:uuid:{IDENTITY} --hostid={IDENTITY}"
    return f"modprobe nvme_tcp\nnvme connect {where} {host}"
