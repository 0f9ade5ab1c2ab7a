"""The passphrase of a person's account: made here, printed once, known to nobody."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from inventory.models import Device, DeviceEvent
from provisioning import passphrases
from provisioning.actions.installing import INSTALL, give_at_once
from provisioning.errors import EnvironmentUnknown
from provisioning.models import Assignment


@transaction.atomic(durable=True)
def print_passphrase(*, device: Device, by: Actor) -> str:
    """Make the passphrase that the label in the pack is to hold; it is said once.

    Only its hash is kept, and goes to the machine. Printed again, it is another one,
    and the machine has to be told.
    """
    device = Device.objects.lock(device.pk)
    user = permit(by, INSTALL, at=device.site_id)
    held = Assignment.objects.select_for_update(of=("self",)).in_force()
    asked = held.filter(device=device).exclude(environment="").first()
    if asked is None:
        raise EnvironmentUnknown(
            _("No pack asks for an environment on %(device)s.") % {"device": device}
        )
    passphrase = passphrases.fresh()
    asked.passphrase_hash = passphrases.shadow_hash(passphrase)
    asked.passphrase_printed_at = timezone.now()
    asked.passphrase_printed_by = user
    asked.save(
        update_fields=[
            *("passphrase_hash", "passphrase_printed_at", "passphrase_printed_by"),
        ]
    )
    DeviceEvent.append(device, "passphrase_printed", by=by)
    give_at_once(device)
    return passphrase
