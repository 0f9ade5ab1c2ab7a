"""How far a pass has come, so that a power cut costs no more than the step at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from agent import durable
from agent.installed import StepState
from agent.provision.lines import Lines

_BEGUN: Final = "begun"
_ENDED: Final = "ended"
_RESTART: Final = "restart"


class Journal:
    """Of one pass, named after what it is for: that of another pass is begun anew."""

    def __init__(self, path: Path, name: str) -> None:
        self._lines = Lines(path)
        self._began: set[str] = set()
        self._ended: dict[str, dict[str, Any]] = {}
        self._restarts: set[str] = set()
        told = self._lines.read()
        self.resumed = bool(told) and told[0].get("pass") == name
        if self.resumed:
            for line in told[1:]:
                self._learn(line)
            return
        for line in told:
            self._learn(line)
        cut = [step for step in self._began if self.is_cut(step)]
        self._began, self._ended, self._restarts = set(), {}, set()
        self._begin_anew(path, name, cut)

    def _begin_anew(self, path: Path, name: str, cut: list[str]) -> None:
        """What another pass left half done is half done for this one, too."""
        durable.make_folder(path.parent)
        draft = Lines(path.with_suffix(".unfinished"))
        draft.remove()
        draft.add({"pass": name})
        for step in cut:
            draft.add({"step": step, "did": _BEGUN})
            self._began.add(step)
        path.with_suffix(".unfinished").replace(path)
        durable.settle(path.parent)

    def begun(self, step: str) -> None:
        """From here on, what is found of this step proves nothing until it has ended."""
        self._add({"step": step, "did": _BEGUN})

    def ended(self, step: str, state: StepState, boot: str) -> None:
        self._add({"step": step, "did": _ENDED, "state": state.value, "boot": boot})

    def restarting(self, boot: str) -> None:
        """The machine is about to be started again."""
        self._add({"did": _RESTART, "boot": boot})

    def is_cut(self, step: str) -> bool:
        """Whether the power failed, or somebody stopped it, in the middle of this one."""
        return step in self._began and step not in self._ended

    def was_changed(self, step: str) -> bool:
        return self._ended.get(step, {}).get("state") == StepState.CHANGED

    def changed_in(self, step: str, boot: str) -> bool:
        """Whether it was brought about since the machine was last started."""
        return self.was_changed(step) and self._ended[step].get("boot") == boot

    def has_restarted_in(self, boot: str) -> bool:
        """Whether a restart was asked for that did not come about."""
        return boot in self._restarts

    def close(self) -> None:
        """The pass is over: the next one begins anew."""
        self._lines.remove()

    def _add(self, line: dict[str, Any]) -> None:
        self._lines.add(line)
        self._learn(line)

    def _learn(self, line: dict[str, Any]) -> None:
        step = str(line.get("step", ""))
        if line.get("did") == _BEGUN:
            self._began.add(step)
            self._ended.pop(step, None)
        elif line.get("did") == _ENDED:
            self._ended[step] = line
        elif line.get("did") == _RESTART:
            self._restarts.add(str(line.get("boot", "")))
