"""Jobs and orders to erase."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class JobOpen(DomainError):
    """The machine has not finished what it was asked before."""

    code = "job_open"


class JobEnded(DomainError):
    """The job is over: there is nothing to cancel."""

    code = "job_ended"


class ImportUnreadable(DomainError):
    """The file is no export of an agent, or holds more than it may."""

    code = "import_unreadable"
    status = 400


class ImportAltered(ImportUnreadable):
    """The file of a machine that never joined is not as its key sealed it."""

    code = "import_altered"


class NothingToErase(DomainError):
    """The order names no drive, or one that there is nothing to erase on."""

    code = "nothing_to_erase"


class OrderOpen(DomainError):
    """The drive is to be erased already: one order at a time."""

    code = "order_open"


class OrderOver(DomainError):
    """The order is over, or at another step than this one."""

    code = "order_over"


class OrderFell(DomainError):
    """A drive was moved, or changed hands, since its erasure was ordered."""

    code = "order_fell"


class NoOrder(DomainError):
    """No order to erase waits for confirmation here."""

    code = "no_order"
