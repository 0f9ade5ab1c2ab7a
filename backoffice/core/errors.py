"""What a rule says when it says no."""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """A rule of the workshop refused an act.

    `code` is stable: tests, the API and the scan station rely on it.
    `message` is for people, in their language. `facts` are JSON values that go
    to the API and to the log; they never hold personal data. `advice` says what
    to do next, where that is not obvious.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, message: str, *, advice: str = "", **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.facts = facts


class SamePerson(DomainError):
    """A second, different person must approve."""

    code = "same_person"


class NotPermitted(DomainError):
    """The person may not do this, or not at this site."""

    code = "not_permitted"
