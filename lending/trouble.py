"""Why another system was not told, or did not take it: in words, and for technicians."""

from __future__ import annotations

import ssl

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from urllib3 import exceptions


class Trouble(models.TextChoices):
    """Why there is no answer."""

    NAME_UNKNOWN = (
        "name_unknown",
        gettext_lazy("The name of the other side is known nowhere."),
    )
    PRIVATE = (
        "private",
        gettext_lazy(
            "The address leads into a private network, where nothing is sent."
        ),
    )
    NOT_CONNECTED = (
        "not_connected",
        gettext_lazy("The other side could not be reached."),
    )
    TIMED_OUT = "timed_out", gettext_lazy("The other side did not answer in time.")
    CERTIFICATE = (
        "certificate",
        gettext_lazy("The other side’s certificate was refused: it may not be itself."),
    )
    NOT_SECURE = (
        "not_secure",
        gettext_lazy("No secure line to the other side could be opened."),
    )
    CUT = "cut", gettext_lazy("The other side hung up before it answered.")


def trouble_of(failed: Exception) -> Trouble:
    """What kind of failure this is; one that nobody expected is no connection."""
    match failed:
        # To the library this one is a time-out as well.
        case exceptions.NewConnectionError():
            return Trouble.NOT_CONNECTED
        case exceptions.TimeoutError():
            return Trouble.TIMED_OUT
        case exceptions.SSLError():
            refused = isinstance(failed.args[0], ssl.SSLCertVerificationError)
            return Trouble.CERTIFICATE if refused else Trouble.NOT_SECURE
        case exceptions.ProtocolError():
            return Trouble.CUT
    return Trouble.NOT_CONNECTED


def answered(status: int) -> str:
    """What an answer that is no yes means, in words."""
    told = {"status": status}
    if status in {401, 403}:
        return _("Answered %(status)s: the other side does not let us in.") % told
    if status in {404, 410}:
        return _("Answered %(status)s: nothing listens at this address.") % told
    if status == 429:
        return _("Answered %(status)s: too much at once.") % told
    if status >= 500:
        return _("Answered %(status)s: something is broken on the other side.") % told
    if 300 <= status < 400:
        return _("Answered %(status)s: it has moved, and we do not follow.") % told
    return _("Answered %(status)s: the other side did not take it.") % told
