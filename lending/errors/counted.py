"""What is refused about things that are counted."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class NothingLeft(DomainError):
    """There are not so many of a counted thing at this site."""

    code = "nothing_left"


class KindKnown(DomainError):
    """There is a counted thing of this name or code."""

    code = "kind_known"


class KindCodeMalformed(DomainError):
    """A code that a scan could not read, or would take for another thing."""

    code = "kind_code_malformed"


class KindNotInUse(DomainError):
    """The counted thing is not used any more."""

    code = "kind_not_in_use"


class CountImpossible(DomainError):
    """A count that is no count: below nothing, or beyond what anybody has."""

    code = "count_impossible"
