"""What is refused about filters, webhooks and changes of state."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class StatusImpossible(DomainError):
    """What is asked does not follow from where it stands."""

    code = "status_impossible"


class WebhookKnown(DomainError):
    """There is a webhook of this name."""

    code = "webhook_known"


class AddressRefused(DomainError):
    """A webhook is told over TLS, at an address that holds no password."""

    code = "address_refused"


class DeliveryUnderWay(DomainError):
    """The message is on its way still: it cannot be sent once more."""

    code = "delivery_under_way"


class FilterTooLong(DomainError):
    """A filter with more choices than an address holds."""

    code = "filter_too_long"
