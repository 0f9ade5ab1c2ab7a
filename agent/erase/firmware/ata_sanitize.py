"""ATA SANITIZE: block erase, crypto scramble, overwrite (ACS-3, 7.36)."""

from __future__ import annotations

import dataclasses

from agent.collect.around import Around
from agent.erase.contract import Outcome, Stopped, Target, Tell
from agent.erase.firmware.pace import Pace
from agent.erase.firmware.sanitizing import Asked, Course, Sanitizer
from agent.erase.probe import ask_sanitize_of_ata, said_by
from agent.methods import Technique
from agent.parse import sanitizing
from agent.run import Ran

SECONDS = 120.0
YES = "--yes-i-know-what-i-am-doing"
OPTIONS = {
    Technique.ATA_SANITIZE_BLOCK_ERASE: ("--sanitize-block-erase",),
    Technique.ATA_SANITIZE_CRYPTO: ("--sanitize-crypto-scramble",),
    # hdparm's own number of passes is 0, which the drive takes for 16; it takes no
    # option behind the one that acts
    Technique.ATA_SANITIZE_OVERWRITE: (
        "--sanitize-overwrite-passes",
        "1",
        "--sanitize-overwrite",
        "hex:00000000",
    ),
}


@dataclasses.dataclass(frozen=True)
class AtaSanitize:
    """One of the three operations. A drive goes on with it after a power cut, and is
    then adopted; which of them it is busy with, it does not say.
    """

    around: Around
    technique: Technique
    pace: Pace = dataclasses.field(default_factory=Pace)

    @property
    def zeroes(self) -> bool:
        return self.technique is Technique.ATA_SANITIZE_OVERWRITE

    def argv(self, path: str) -> tuple[str, ...]:
        return ("hdparm", YES, *OPTIONS[self.technique], path)

    def lines(self, target: Target) -> tuple[str, ...]:
        return (" ".join(self.argv(target.admin_path)),)

    def erase(self, target: Target, tell: Tell, stopped: Stopped) -> Outcome:
        path = target.admin_path

        def look() -> Asked:
            ran = ask_sanitize_of_ata(self.around, path)
            return Asked(sanitizing.ata(said_by(ran)), ran)

        def start() -> Ran:
            return self.around.run(self.argv(path), SECONDS)

        return Course(Sanitizer(look, start), self.pace, tell, stopped).run()
