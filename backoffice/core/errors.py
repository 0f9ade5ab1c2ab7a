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
    # The HTTP status where it meets a browser or a program.
    status: ClassVar[int] = 409

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
    status = 403


class SecondFactorMissing(DomainError):
    """An administrator does nothing before a second factor is set up."""

    code = "second_factor_missing"
    status = 403


class NoSecondFactor(DomainError):
    """There is no second factor to remove."""

    code = "no_second_factor"


class LastAdministrator(DomainError):
    """Nobody could manage accounts any more."""

    code = "last_administrator"


class EmailTaken(DomainError):
    """There is already an account with this address."""

    code = "email_taken"


class AccountClosed(DomainError):
    """The account is closed: it takes no role and no invitation."""

    code = "account_closed"


class AccountOpen(DomainError):
    """The account is open already."""

    code = "account_open"


class RoleHeld(DomainError):
    """The person already holds this role there."""

    code = "role_held"


class RoleNotHeld(DomainError):
    """The person does not hold this role there."""

    code = "role_not_held"


class RoleEverywhere(DomainError):
    """This role cannot be limited to a site."""

    code = "role_everywhere"


class SiteNameTaken(DomainError):
    """There is already a site with this name."""

    code = "site_name_taken"


class TokenTooLong(DomainError):
    """A personal token lasts a year at most."""

    code = "token_too_long"


class TokenRevoked(DomainError):
    """The token is revoked already."""

    code = "token_revoked"


class MessageGone(DomainError):
    """A message that has left, or is leaving, is not sent again."""

    code = "message_gone"
