"""Who must have a second factor: whoever manages accounts."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.utils.translation import gettext as _

from backoffice.core.errors import SecondFactorMissing
from backoffice.core.models import User


def lacks_second_factor(user: object) -> bool:
    """Whether this person must set up a second factor before anything else."""
    return (
        isinstance(user, User)
        and user.has_perm("core.manage_accounts")
        and not is_mfa_enabled(user)
    )


def second_factor_missing() -> SecondFactorMissing:
    return SecondFactorMissing(
        _("Whoever manages accounts signs in with a second factor."),
        advice=_("Sign in on the pages and set up two-step sign-in first."),
    )
