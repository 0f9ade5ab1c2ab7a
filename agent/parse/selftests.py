"""How a drive’s last test of itself ended, as smartctl tells it."""

from __future__ import annotations

from typing import Any

from agent import facts
from agent.parse import loose


def last(said: dict[str, Any]) -> tuple[facts.SelfTest, int | None]:
    """How the last self-test ended, and at how many power-on hours."""
    running = _running(said)
    log = loose.part(said.get("ata_smart_self_test_log"))
    kept = [loose.part(log.get(kind)) for kind in ("extended", "standard")]
    nvme = loose.part(said.get("nvme_self_test_log"))
    tables = [
        *(loose.several(each, "table") for each in kept),
        loose.several(nvme, "table"),
        [
            said[f"scsi_self_test_{n}"]
            for n in range(20)
            if f"scsi_self_test_{n}" in said
        ],
    ]
    rows = next((table for table in tables if table), [])
    last = loose.part(rows[0]) if rows else {}
    hours = loose.count(last, "lifetime_hours")
    hours = loose.count(last, "power_on_hours") if hours is None else hours
    of_scsi = loose.part(last.get("power_on_time"))
    hours = loose.count(of_scsi, "hours") if hours is None else hours
    if running:
        return facts.SelfTest.RUNNING, hours
    if last:
        return _ended(last), hours
    is_empty = any(loose.whole(each.get("count")) == 0 for each in kept) or bool(nvme)
    return (facts.SelfTest.NEVER if is_empty else facts.SelfTest.UNKNOWN), None


def _running(said: dict[str, Any]) -> bool:
    data = loose.part(loose.part(said.get("ata_smart_data")).get("self_test"))
    status = loose.count(loose.part(data.get("status")), "value")
    nvme = loose.part(said.get("nvme_self_test_log"))
    now = loose.count(loose.part(nvme.get("current_self_test_operation")), "value")
    return bool(now) or (status is not None and 0xF0 <= status <= 0xFF)


def _ended(row: dict[str, Any]) -> facts.SelfTest:
    """ATA says whether it passed; every kind says a number and a sentence."""
    for key in ("status", "self_test_result", "result"):
        state = loose.part(row.get(key))
        if state:
            return of_sentence(loose.word(state, "string"), loose.yes(state, "passed"))
    return facts.SelfTest.UNKNOWN


def of_sentence(sentence: str, passed: bool | None = None) -> facts.SelfTest:
    """How a self-test ended, by smartctl's own sentence."""
    said = sentence.lower()
    if "abort" in said or "interrupt" in said:
        return facts.SelfTest.ABORTED
    if "progress" in said:
        return facts.SelfTest.RUNNING
    # a SCSI drive says no more than that it completed
    if "without error" in said or said == "completed" or (passed and not said):
        return facts.SelfTest.PASSED
    if "fail" in said or "fatal" in said or passed is False:
        return facts.SelfTest.FAILED
    return facts.SelfTest.PASSED if passed else facts.SelfTest.UNKNOWN
