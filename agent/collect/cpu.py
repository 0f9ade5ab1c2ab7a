"""The processors: what /proc/cpuinfo names, and how many there are."""

from __future__ import annotations

from agent import facts
from agent.collect.around import Around, Seen, number, text, why
from agent.parse.cpuinfo import parse

WORDS_OF_64_BITS = ("x86_64", "aarch64", "riscv64", "ppc64le", "s390x")
FASTEST = "devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"


def cpu(around: Around) -> Seen[facts.Cpu | None]:
    try:
        info = parse(text(around.proc / "cpuinfo"))
    except OSError as exc:
        unseen = facts.Unseen(subject=facts.Subject.CPU, why=why(exc), about="cpuinfo")
        return Seen(None, (unseen,))
    counted = around.counted()
    architecture = around.kernel().machine
    fastest_khz = number(around.sys / FASTEST)
    found = facts.Cpu(
        make=info.make,
        model=info.model,
        architecture=architecture,
        sockets=info.sockets,
        cores=counted.cores or info.cores,
        threads=counted.threads or info.threads,
        # a 32-bit system can run on a 64-bit processor: its flags know better
        is_64_bit=bool(info.is_64_bit) or architecture in WORDS_OF_64_BITS,
        x86_level=info.x86_level if info.is_x86 else None,
        virtualization=info.has_virtualization,
        max_mhz=fastest_khz // 1000 if fastest_khz else None,
        family=_positive(info.family),
        model_number=_positive(info.model_number),
        stepping=_positive(info.stepping),
        microcode=info.microcode,
    )
    return Seen(found)


def _positive(found: int | None) -> int | None:
    return found if found is not None and found >= 0 else None
