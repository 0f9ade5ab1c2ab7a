"""NVMe Sanitize: block erase and crypto erase of everything behind a controller."""

from __future__ import annotations

import dataclasses

from agent.collect.around import Around
from agent.erase.contract import Outcome, Stopped, Target, Tell
from agent.erase.firmware.pace import Pace
from agent.erase.firmware.sanitizing import Asked, Course, Sanitizer
from agent.erase.probe import ask_sanitize_of_nvme
from agent.methods import Technique
from agent.parse import sanitizing
from agent.run import Ran

SECONDS = 120.0
# SANACT (NVM Express base specification, Sanitize command).
EXIT_FAILURE_MODE = 1
ACTIONS = {Technique.NVME_SANITIZE_BLOCK: 2, Technique.NVME_SANITIZE_CRYPTO: 4}


@dataclasses.dataclass(frozen=True)
class NvmeSanitize:
    """One of the two. It goes on after a power cut, and is adopted if it is the same.

    `--ause` is not given: a drive whose sanitize failed takes nothing but another one,
    so that nobody uses it by mistake. The way out of that is tried once all the same,
    for drives that somebody else sanitized before.
    """

    around: Around
    technique: Technique
    pace: Pace = dataclasses.field(default_factory=Pace)

    @property
    def zeroes(self) -> bool:
        return False

    def argv(self, path: str) -> tuple[str, ...]:
        return _argv(path, ACTIONS[self.technique])

    def lines(self, target: Target) -> tuple[str, ...]:
        return (" ".join(self.argv(target.admin_path)),)

    def erase(self, target: Target, tell: Tell, stopped: Stopped) -> Outcome:
        path = target.admin_path

        def look() -> Asked:
            ran = ask_sanitize_of_nvme(self.around, path)
            return Asked(sanitizing.nvme(ran.stdout), ran)

        def start() -> Ran:
            return self.around.run(self.argv(path), SECONDS)

        def recover() -> Ran:
            return self.around.run(_argv(path, EXIT_FAILURE_MODE), SECONDS)

        drive = Sanitizer(look, start, recover, ACTIONS[self.technique])
        return Course(drive, self.pace, tell, stopped).run()


def _argv(path: str, action: int) -> tuple[str, ...]:
    return ("nvme", "sanitize", path, f"--sanact={action}")
