"""How a pass ended, in one sentence for each of both languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from agent.installed import StepResult, StepState
from agent.profile import Profile
from agent.provision.ends import Ended
from agent.words import Words

MOST_NAMED: Final = 3
_WRONG: Final = frozenset(
    {StepState.DRIFT, StepState.FAILED, StepState.NOT_REACHED, StepState.UNKNOWN}
)


class End(NamedTuple):
    """A sentence that is made in whichever language is read."""

    say: Callable[[Words], str]


def of_stop(ended: Ended) -> End:
    return End(ended.say)


CANCELLED: Final = End(
    lambda words: words("It was given up; what was done so far stays as it is.")
)
RESTART: Final = End(
    lambda words: words("This machine is to be started again before it goes on.")
)
NOTHING_THERE: Final = End(
    lambda words: words("Nothing of this environment is on this machine.")
)


def of_install(profile: Profile, results: Sequence[StepResult]) -> End:
    def say(words: Words) -> str:
        wrong = _wrong(results)
        if not wrong:
            if len(results) == 1:
                return words("The one step is in place.")
            return words("All {count} steps are in place.", count=len(results))
        names = _names(profile, wrong, words)
        if len(wrong) == 1:
            return words(
                "Not all is in place, one step is missing: {names}.", names=names
            )
        return words(
            "Not all is in place, {count} of {total} steps are missing: {names}.",
            count=len(wrong),
            total=len(results),
            names=names,
        )

    return End(say)


def of_verification(profile: Profile, results: Sequence[StepResult]) -> End:
    def say(words: Words) -> str:
        wrong = _wrong(results)
        if not wrong:
            if len(results) == 1:
                return words("The one step is as it should be.")
            return words("All {count} steps are as they should be.", count=len(results))
        names = _names(profile, wrong, words)
        if len(wrong) == 1:
            return words("Not as it should be, one step: {names}.", names=names)
        return words(
            "Not as it should be, {count} of {total} steps: {names}.",
            count=len(wrong),
            total=len(results),
            names=names,
        )

    return End(say)


def of_going_back(profile: Profile, results: Sequence[StepResult]) -> End:
    def say(words: Words) -> str:
        wrong = _wrong(results)
        if wrong:
            return words(
                "Not all could be taken back: {names}.",
                names=_names(profile, wrong, words),
            )
        stays = [each for each in results if each.message]
        if stays:
            return words(
                "Files and packages are as they were before; something stays of: "
                "{names}.",
                names=_names(profile, stays, words),
            )
        return words("Files and packages are as they were before.")

    return End(say)


def of_return(results: Sequence[StepResult]) -> End:
    def say(words: Words) -> str:
        wrong = _wrong(results)
        if wrong:
            return words(
                "What is a person’s could not all be removed: {names}.",
                names=", ".join(each.id for each in wrong[:MOST_NAMED]),
            )
        return words("Homes, connection and identity are removed from this machine.")

    return End(say)


def _wrong(results: Sequence[StepResult]) -> list[StepResult]:
    """What is missing; what may be missing is not named where something must not."""
    wrong = [each for each in results if each.state in _WRONG]
    return [each for each in wrong if not each.optional]


def _names(profile: Profile, results: Sequence[StepResult], words: Words) -> str:
    """Which, each with its reason, as far as there is room."""
    titles = {step.id: step.title for step in profile.steps}
    named = []
    for each in results[:MOST_NAMED]:
        title = titles.get(each.id)
        name = each.id if title is None else (title.fr if words.is_french else title.en)
        named.append(f"{name} ({each.message})" if each.message else name)
    more = len(results) - MOST_NAMED
    return ", ".join([*named, *([f"+ {more}"] if more > 0 else [])])
