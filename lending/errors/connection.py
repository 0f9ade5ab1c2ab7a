"""What is refused about cards, modems, plans and top-ups."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class NumberMalformed(DomainError):
    """A number of a card, telephone or modem that cannot be one."""

    code = "number_malformed"


class CardKnown(DomainError):
    """This SIM card is here already."""

    code = "card_known"


class ModemKnown(DomainError):
    """There is a modem with this IMEI already."""

    code = "modem_known"


class NoCodesKept(DomainError):
    """No codes of this card are kept."""

    code = "no_codes_kept"


class CardInModem(DomainError):
    """The card is in a hotspot, and goes where the hotspot goes."""

    code = "card_in_modem"


class ModemHasCard(DomainError):
    """There is a card in this hotspot already, or none to take out."""

    code = "modem_has_card"


class PlanKnown(DomainError):
    """The operator has a plan of this name."""

    code = "plan_known"


class PlanRetired(DomainError):
    """The plan is given to no further card."""

    code = "plan_retired"


class ApnKnown(DomainError):
    """The operator has an access point of this name, or another usual one."""

    code = "apn_known"


class ApnUnknown(DomainError):
    """No access point is known for the card."""

    code = "apn_unknown"


class LineMalformed(DomainError):
    """What is kept of a card or its access point is not written as machines read it."""

    code = "line_malformed"


class NoCardAsked(DomainError):
    """No card belongs into the machine that asks."""

    code = "not_found"
    status = 404


class RulesImpossible(DomainError):
    """Caps that nobody can mean."""

    code = "rules_impossible"


class AmountImpossible(DomainError):
    """An amount of nothing, or beyond what one top-up is worth."""

    code = "amount_impossible"


class CardOfAnother(DomainError):
    """The person does not hold this card."""

    code = "card_of_another"


class TopUpAboveCap(DomainError):
    """More than a person may be given in a month."""

    code = "top_up_above_cap"


class HelpOver(DomainError):
    """The months of help with top-ups have ended."""

    code = "help_over"


class HelpNotOver(DomainError):
    """The months of help have not begun, or go on for long."""

    code = "help_not_over"
