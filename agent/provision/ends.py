"""How a pass ends before its steps do, in words that both languages have."""

from __future__ import annotations

from agent.provision.reasons import say
from agent.words import Words


class Ended(Exception):
    """`code` is for programs; the sentence, in English, is its own name in French."""

    def __init__(self, code: str, sentence: str, **facts: object) -> None:
        super().__init__(sentence.format(**facts))
        self.code = code
        self._sentence = sentence
        self._facts = facts

    def say(self, words: Words) -> str:
        told = {name: say(words, str(fact)) for name, fact in self._facts.items()}
        return words(self._sentence, **told)


class Refused(Ended):
    """This description is not to be obeyed: it is altered, unknown, or too old."""


class Blocked(Ended):
    """This machine cannot be brought there, for a reason that a person can mend."""


class Cancelled(Exception):
    """Somebody gave the pass up, or the machine is going down: the rest waits."""


class Restart(Exception):
    """The machine is to be started again before the next step."""
