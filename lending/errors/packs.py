"""What is refused about packs, their templates and what is in them."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class PackPlanned(DomainError):
    """The pack has a hand-over that is not over yet."""

    code = "pack_planned"


class PackNotReady(DomainError):
    """The pack is not where this person could hand it over from."""

    code = "pack_not_ready"


class PackHandedOver(DomainError):
    """The pack is with somebody already."""

    code = "pack_handed_over"


class TemplateKnown(DomainError):
    """There is a pack template of this name."""

    code = "template_known"


class RecipeImpossible(DomainError):
    """A template that no pack could be made from."""

    code = "recipe_impossible"


class TemplateRetired(DomainError):
    """The template is not used any more."""

    code = "template_retired"


class PackShut(DomainError):
    """The pack is closed, delivered or taken apart: nothing goes in or out."""

    code = "pack_shut"


class NothingWantsIt(DomainError):
    """No line of the pack asks for such a thing."""

    code = "nothing_wants_it"


class CriteriaUnmet(DomainError):
    """A machine of the right kind that is less than what the line asks for."""

    code = "criteria_unmet"


class LineFilled(DomainError):
    """The line holds something already."""

    code = "line_filled"


class LineEmpty(DomainError):
    """There is nothing in this line to take out."""

    code = "line_empty"


class LineNeeded(DomainError):
    """The line may not be left out."""

    code = "line_needed"


class LeavingUnexplained(DomainError):
    """The request asks for what is left out, and nobody said why."""

    code = "leaving_unexplained"


class UnitTaken(DomainError):
    """Another pack has it, perhaps for somebody’s request."""

    code = "unit_taken"


class UnitNotReady(DomainError):
    """It is not on the ready shelf, or not in stock."""

    code = "unit_not_ready"


class UnitElsewhere(DomainError):
    """It is at another site than the pack."""

    code = "unit_elsewhere"


class PackIncomplete(DomainError):
    """Something is missing."""

    code = "pack_incomplete"


class PackBlocked(DomainError):
    """Something in the pack may not leave."""

    code = "pack_blocked"


class PackForAnother(DomainError):
    """The pack is for another request."""

    code = "pack_for_another"


class PackForNobody(DomainError):
    """No structure asked for this pack."""

    code = "pack_for_nobody"


class PacksMiscounted(DomainError):
    """No pack, or more than one delivery takes."""

    code = "packs_miscounted"


class PacksStay(DomainError):
    """Some of the packs of a delivery do not leave, so none of them does."""

    code = "packs_stay"


class LineForeign(DomainError):
    """This is no line of the pack, or nothing of it is with the person."""

    code = "line_foreign"


class NoRecipe(DomainError):
    """No pack template in use has a place for this machine."""

    code = "no_recipe"
