"""Ready machines that said what is fitted before they left the bench."""

from __future__ import annotations

from backoffice.demo.hardware import box_of
from backoffice.demo.machine import Machine
from backoffice.demo.partners import Partners
from inventory.models import Device
from inventory.states import DeviceStatus
from provisioning.actions import revoke_agent

# How many of each: enough for the desk to propose one, and the next three.
MEASURED = (("Latitude 5490", 2), ("Latitude 5480", 3), ("ThinkPad T480", 3))


def measure(partners: Partners) -> None:
    """Each reported its memory and drive once; its agent was ended then."""
    for model, wanted in MEASURED:
        for device in _ready(model)[:wanted]:
            machine = Machine(f"measured {device.tag}")
            box = box_of(device)
            site = partners.workshop.site
            machine.join(box, site, by=partners.packer, device=device)
            machine.report(box)
            revoke_agent(agent=machine.joined, by=partners.workshop.lead)


def _ready(model: str) -> list[Device]:
    found = Device.objects.filter(model=model, status=DeviceStatus.READY)
    return list(found.filter(hold_reason="").exclude(serial="").order_by("-pk"))
