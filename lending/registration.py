"""Registration numbers of organisations: how they are written, and what looks wrong.

A wrong check digit is a doubt for a person to look at, never a refusal: some numbers
in use have one, and a number is not what a structure is known by.
"""

from __future__ import annotations

import dataclasses
import re

from django.utils.translation import gettext as _
from stdnum.be import vat as bce_rule
from stdnum.fr import siren as siren_rule
from stdnum.fr import siret as siret_rule

from lending.errors import RegistrationMalformed

_SEPARATORS = re.compile(r"[\s.\-]+")
_SIRET = re.compile(r"[0-9]{14}", re.ASCII)
_SIREN = re.compile(r"[0-9]{9}", re.ASCII)
_BCE = re.compile(r"[01][0-9]{9}", re.ASCII)


@dataclasses.dataclass(frozen=True)
class Registration:
    """The numbers of one organisation, digits only; empty where it has none."""

    siret: str = ""
    siren: str = ""
    bce: str = ""

    def doubts(self) -> list[str]:
        """What a person should look at again, in words; nothing here is refused."""
        found = []
        if self.siret and not siret_rule.is_valid(self.siret):
            found.append(_("The last digit of the SIRET does not fit the others."))
        if self.siren and not siren_rule.is_valid(self.siren):
            found.append(_("The last digit of the SIREN does not fit the others."))
        if self.siret and self.siren and not self.siret.startswith(self.siren):
            found.append(_("The SIRET belongs to another SIREN."))
        if self.bce and not bce_rule.is_valid(self.bce):
            found.append(_("The BCE number’s last two digits do not fit the others."))
        return found


# An informal group has none.
NO_NUMBERS = Registration()


def read(*, siret: str = "", siren: str = "", bce: str = "") -> Registration:
    """The numbers as typed, with their spaces, dots and hyphens taken out.

    Raises RegistrationMalformed for what cannot be such a number.
    """
    found = Registration(*(_SEPARATORS.sub("", typed) for typed in (siret, siren, bce)))
    if found.siret and not _SIRET.fullmatch(found.siret):
        raise RegistrationMalformed(_("A SIRET has 14 digits."), field="siret")
    if found.siren and not _SIREN.fullmatch(found.siren):
        raise RegistrationMalformed(_("A SIREN has 9 digits."), field="siren")
    if found.bce and not _BCE.fullmatch(found.bce):
        raise RegistrationMalformed(
            _("A BCE number has 10 digits, the first of them 0 or 1."), field="bce"
        )
    return found
