"""Memory tests, with programs that really run."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from agent.checks import pattern
from agent.checks.bench import Bench
from agent.checks.memory import memory
from agent.vocabulary import Result
from tests.agent.checks.benches import bench, install, real
from tests.agent.trees import grow

MEMINFO = "MemTotal:  1000000 kB\nMemFree: 1 kB\nMemAvailable:  {free} kB\n"


def locked_kib() -> int:
    words = Path("/proc/self/status").read_text().split()
    return int(words[words.index("VmLck:") + 1])


@pytest.fixture
def small(tmp_path, tools_folder) -> Bench:
    """A machine with 225 MiB free, of which 25 may be tested."""
    grow(tmp_path, {"proc/meminfo": MEMINFO.format(free=225 * 1024)})
    return real(bench(tmp_path, memory_seconds=1))


def test_stressapptest_comes_first_and_gets_nearly_all_that_is_free(
    small, tools_folder
):
    install(tools_folder, "stressapptest", 'echo "$@"; echo "Status: PASS"')
    install(tools_folder, "memtester", "exit 2")
    found = memory(small)
    assert (found.result, found.tool) == (Result.PASS, "stressapptest")
    assert found.numbers["tested_bytes"] == 25 * 2**20
    assert found.numbers["percent"] == 2


def test_a_hardware_incident_fails(small, tools_folder):
    script = 'echo "Report Error: miscompare: hardware incident"; echo "Status: FAIL"'
    install(tools_folder, "stressapptest", f"{script}; exit 1")
    found = memory(small)
    assert (found.result, found.numbers["exit_code"]) == (Result.FAIL, 1)


def test_a_program_that_fails_without_an_error_of_memory_proves_nothing(
    small, tools_folder
):
    install(tools_folder, "stressapptest", "echo 'Process Error: no'; exit 1")
    assert memory(small).result is Result.UNKNOWN


def test_memtester_is_next(small, tools_folder):
    install(tools_folder, "memtester", '[ "$1 $2" = "25M 1" ]')
    found = memory(small)
    assert (found.result, found.tool) == (Result.PASS, "memtester")


def test_a_failure_counts_even_where_memtester_never_ends(small, tools_folder):
    install(tools_folder, "memtester", "echo 'FAILURE: 0x1 != 0x3'; sleep 600")
    assert memory(small).result is Result.FAIL


def test_our_own_patterns_say_that_they_are_simple(small):
    found = memory(small)
    assert (found.result, found.tool) == (Result.PASS, "rebond")
    assert "by simple patterns only" in found.reason
    assert found.numbers["tested_bytes"] == 25 * 2**20


def test_our_own_patterns_say_how_much_of_the_memory_was_locked(small):
    numbers = memory(small).numbers
    assert 0 <= numbers["locked_bytes"] <= numbers["tested_bytes"]


def test_a_block_is_locked_where_that_is_allowed():
    allowed, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    (block,) = pattern.fill(1)
    locked_before = locked_kib()
    if pattern.lock(block):
        assert locked_kib() - locked_before == pattern.BLOCK_BYTES // 1024
    else:
        assert 0 <= allowed < pattern.BLOCK_BYTES


def test_no_block_is_said_to_be_locked_that_is_not():
    program = (
        "import os, resource\n"
        "from agent.checks import pattern\n"
        "resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))\n"
        "os.getuid() or os.setuid(65534)\n"  # root may lock what it likes
        "print(pattern.lock(pattern.fill(1)[0]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (ran.stdout.strip(), ran.stderr) == ("False", "")


def test_an_error_that_the_kernel_counts_fails(small, tmp_path, tools_folder):
    counter = "sys/devices/system/edac/mc/mc0/ce_count"
    grow(tmp_path, {counter: "4"})
    script = f'echo 5 >{tmp_path / counter}; echo "Status: PASS"'
    install(tools_folder, "stressapptest", script)
    found = memory(small)
    assert (found.result, found.numbers["kernel_errors"]) == (Result.FAIL, 1)


def test_an_error_in_the_kernels_log_fails(small, tmp_path, tools_folder):
    log = tmp_path / "log"
    log.write_text("mce: CPU0: Thermal monitoring enabled\n[Hardware Error]: old\n")
    install(tools_folder, "dmesg", f"cat {log}")
    install(tools_folder, "stressapptest", f"echo '[Hardware Error]: Bank 8' >>{log}")
    assert memory(small).result is Result.FAIL


def test_a_full_machine_is_not_filled_further(tmp_path, tools_folder):
    grow(tmp_path, {"proc/meminfo": MEMINFO.format(free=210 * 1024)})
    found = memory(real(bench(tmp_path)))
    assert (found.result, found.numbers) == (
        Result.UNKNOWN,
        {"free_bytes": 210 * 2**20},
    )


def test_a_machine_that_hides_its_memory_is_not_tested_blindly(tmp_path, tools_folder):
    assert memory(real(bench(tmp_path))).result is Result.UNKNOWN


class OfMemory(bytearray):
    """A block with one bit that stays 0."""

    def __setitem__(self, where, what):
        super().__setitem__(where, what)
        super().__setitem__(7, self[7] & 0xFE)


def test_our_own_patterns_find_a_bit_that_is_stuck():
    blocks = [OfMemory(pattern.BLOCK_BYTES), bytearray(pattern.BLOCK_BYTES)]
    assert [pattern.differing(blocks, byte) for byte in (b"\x00", b"\xff")] == [0, 1]
    assert pattern.check(blocks, deadline=0) == (2, 1)
