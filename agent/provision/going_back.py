"""Take back what an environment brought, and leave a machine that comes back.

Files stand again as they were before; packages that only this brought go. What cannot be
taken back is said, step by step.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Final

from agent.installed import StepResult, StepState
from agent.profile.steps import Step
from agent.provision.engine import Here
from agent.provision.reasons import say
from agent.provision.step import Handler, Leaving, StepFailed

NOT_PUT_BACK: Final = "something else stands there now, and was left"


def take_back(steps: Iterable[Step], here: Here) -> list[StepResult]:
    """Undo these, the last first; only what this machine remembers of them.

    A step that fails keeps what is remembered of it, to be tried again.
    """
    kept = here.ground.kept
    known = kept.steps()
    results = []
    for step in reversed([each for each in steps if each.id in known]):
        kept.step = step.id
        result = _done(step, here, functools.partial(_undone, step, here))
        if result.state is not StepState.FAILED:
            kept.forget_step(step.id)
        results.append(result)
    return results[::-1]


def leave(steps: Iterable[Step], here: Here) -> list[StepResult]:
    """Ask each kind to remove what is a person's, the last step first."""
    results = []
    for step in reversed(list(steps)):
        handler = here.handlers[step.kind]()
        if isinstance(handler, Leaving):
            here.ground.kept.step = step.id
            results.append(
                _done(step, here, functools.partial(handler.leave, step, here.ground))
            )
    return results[::-1]


def _undone(step: Step, here: Here) -> str:
    handler: Handler = here.handlers[step.kind]()
    kept = here.ground.kept
    stays = handler.undo(step, here.ground)
    back = [kept.put_back(was) for was in kept.files_of(step.id)]
    return stays if all(back) else "; ".join(filter(None, (stays, NOT_PUT_BACK)))


def _done(step: Step, here: Here, act: Callable[[], str]) -> StepResult:
    began = here.monotonic()
    code = ""
    try:
        why, state = act(), StepState.CHANGED
    except StepFailed as exc:
        why, code, state = exc.why, exc.code, StepState.FAILED
    except OSError as exc:
        why, code, state = exc.strerror or "", "tool_failed", StepState.FAILED
    return StepResult(
        id=step.id,
        kind=step.kind.value,
        state=state,
        code=code,
        message=say(here.words, why),
        ms=round(1000 * (here.monotonic() - began)),
        optional=step.optional,
    )
