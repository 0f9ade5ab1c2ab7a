from __future__ import annotations

import dataclasses
import uuid

import pytest

from agent import identity, wire
from agent.collect.drives import drives
from agent.erase.case import Order
from agent.erase.means import REAL
from agent.erase.news import News
from agent.erase.plan import plan
from agent.erase.position import Positions
from agent.erase.several import Several
from agent.erase.thaw import ASKED, Allowed
from agent.erase.thawing import Freezer, asked_for
from agent.identity import Identity
from agent.methods import Ended, ErasureClass, Hidden, Technique
from agent.proofs import Run
from agent.spool import Spool
from agent.words import Words
from tests.agent.erase.machines import ATA_TREE, Ata, Clock, Told, ata_drive
from tests.agent.erase.test_thaw import SLEEPS, Machine
from tests.agent.test_jobs import AGENT
from tests.agent.trees import around, grow, mount, proc

ENGLISH = Words(is_french=False)
SLEEP = Allowed(sleep=True)


class Frozen(Machine):
    """It offers nothing but what its firmware freezes."""

    def __init__(self, **facts):
        super().__init__(Clock(), is_frozen=True, sanitizes=(), **facts)


def machine_of(root, tool, **files):
    return around(grow(root, {**proc(), **ATA_TREE, **SLEEPS, **files}), tool)


def order_of(seen):
    (drive,) = drives(seen).what
    return Order("drive", drive)


def run_for(seen, **asked):
    (drive,) = drives(seen).what
    return Run(
        run_id=uuid.UUID(int=7),
        token="fictional-token-0123456789",
        cycle=1,
        make=drive.make,
        model=drive.model,
        serial=drive.serial,
        size_bytes=drive.size_bytes,
        least=ErasureClass.CLEAR,
        **asked,
    )


def thawed(seen, tool, allowed=SLEEP, order=None):
    freezer = Freezer(seen, ENGLISH, plan, allowed, tool.clock.pace)
    return freezer.thawed(order or order_of(seen), Told(), lambda: False)


def test_a_frozen_drive_is_planned_better_after_it_was_thawed(tmp_path):
    tool = Frozen()
    seen = machine_of(tmp_path, tool)
    order = thawed(seen, tool)
    assert [step.line for step in order.steps] == ["rtcwake -m mem -s 10", ASKED]
    first = plan(seen, order.drive, None, ENGLISH).methods[0]
    assert first.technique is Technique.ATA_SECURE_ERASE_ENHANCED


@pytest.mark.parametrize("facts", [{"is_frozen": False}, {"sanitizes": ("X",)}])
def test_a_drive_that_needs_no_thaw_gets_none(tmp_path, facts):
    tool = Frozen()
    tool.is_frozen = facts.get("is_frozen", True)
    if "sanitizes" in facts:
        tool.sanitizes = ("BLOCK_ERASE_EXT",)
    seen = machine_of(tmp_path, tool)
    order = order_of(seen)
    assert thawed(seen, tool, order=order) == order
    assert not tool.commands("rtcwake")


def test_without_a_word_for_it_nothing_is_even_asked_of_the_drive(tmp_path):
    tool = Frozen()
    seen = machine_of(tmp_path, tool)
    order = order_of(seen)
    tool.asked.clear()
    assert thawed(seen, tool, Allowed(), order) == order
    assert not tool.asked


def test_an_order_may_let_the_machine_sleep_by_itself(tmp_path):
    tool = Frozen()
    seen = machine_of(tmp_path, tool)
    order = dataclasses.replace(order_of(seen), run=run_for(seen, may_sleep=True))
    thawed(seen, tool, Allowed(), order)
    assert tool.commands("rtcwake")


def test_nobody_is_asked_to_unplug_a_drive_that_is_in_use(tmp_path):
    tool = Frozen()
    mounted = proc(mounts=mount("8:0", "/"))
    seen = machine_of(tmp_path, tool, **mounted)
    order = order_of(seen)
    assert thawed(seen, tool, Allowed(replug_seconds=60), order) == order
    assert tool.clock.now == 0


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        ("quiet", Allowed()),
        ("quiet rebond.thaw=sleep", Allowed(sleep=True)),
        ("rebond.thaw=replug quiet", Allowed(replug_seconds=180.0)),
        ("rebond.thaw=sleep,replug", Allowed(sleep=True, replug_seconds=180.0)),
        ("rebond.thaw=fire", Allowed()),
    ],
)
def test_what_the_machine_was_started_with_is_what_is_allowed(tmp_path, words, allowed):
    seen = around(grow(tmp_path, {"proc/cmdline": words}))
    assert asked_for(seen) == allowed


def test_a_password_that_we_left_comes_off_before_anything_is_looked_for(tmp_path):
    ata = Ata(Clock(), is_enabled=True, is_locked=True, password="NULL")
    seen = around(grow(tmp_path, ATA_TREE), ata)
    revealed = REAL.reveal(seen, ata_drive(behind=wire.Behind.NOTHING))
    assert [step.line.split()[3] for step in revealed.steps] == ["--security-disable"]
    assert revealed.areas.hpa is Hidden.NONE
    assert not ata.is_locked


def several_on(seen, state):
    known = Identity(
        server=identity.Server(address="http://127.0.0.1:9"),
        agent_id=AGENT,
        token="fictional-token-0123456789",
        private_key=bytes(range(32)),
    )
    # the drive itself is not there, and what is planned is refused in the end
    means = dataclasses.replace(REAL, plan=refused)
    spool = Spool(state / "spool", AGENT, known.seal)
    news: list[News] = []
    return Several(seen, ENGLISH, means, Positions(state), spool, news.append)


def refused(seen, drive, run, words):
    return dataclasses.replace(plan(seen, drive, run, words), refusal="Not here.")


def test_drives_are_thawed_before_any_of_them_is_begun(tmp_path):
    tool = Frozen()
    seen = machine_of(tmp_path, tool)
    order = order_of(seen)
    (record,) = several_on(seen, tmp_path / "state").run([order], SLEEP)
    assert record.ended is Ended.NOT_ATTEMPTED
    assert len(tool.commands("rtcwake")) == 1


def test_no_machine_sleeps_while_a_drive_is_in_the_middle_of_something(tmp_path):
    tool = Frozen()
    seen = machine_of(tmp_path, tool)
    order = order_of(seen)
    several = several_on(seen, tmp_path / "state")
    begun = several.case(order, several.strides(order))
    begun.keep(planted=16)
    several.run([order], SLEEP)
    assert not tool.commands("rtcwake")
