"""What the demo's packs are made of: recipes, counted things, cards and hotspots."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools

from stdnum import luhn

from backoffice.demo.partners import Partners
from inventory import actions as inventory
from inventory.models import Device, DeviceKind, Place, PlaceKind
from inventory.states import DeviceStatus
from lending import actions
from lending.actions import Codes, PlanFacts, RecipeLine
from lending.apns import shipped
from lending.models import (
    ApnProfile,
    CountedKind,
    ModemKind,
    Plan,
    SimCard,
    TemplateVersion,
)
from lending.states import LineNature

# Code, name, plug, how many came, and below how many somebody should see to it.
COUNTED = (
    ("SOURIS", "Souris filaire", "", 24, 10),
    ("SAC", "Sac pour portable", "", 16, 8),
    ("CASQUE", "Casque avec micro", "", 5, 6),
    ("CHARG-USBC", "Chargeur 65 W", "USB-C", 14, 5),
)
CARDS = 6


@dataclasses.dataclass
class Supplies:
    """What lies ready to be packed."""

    partners: Partners
    counted: dict[str, CountedKind]
    laptops: TemplateVersion
    connections: TemplateVersion
    plan: Plan
    shelf: Place
    _cards: itertools.count[int] = dataclasses.field(
        default_factory=lambda: itertools.count(1)
    )

    def laptop(self, model: str) -> Device:
        """A whole machine of this model that nobody has packed, the oldest first."""
        ready = Device.objects.filter(
            model=model,
            status=DeviceStatus.READY,
            hold_reason="",
            drives__isnull=False,
            site=self.partners.workshop.site,
        )
        return ready.order_by("pk")[0]

    def card(self) -> SimCard:
        """Another card, of the numbers that nobody has."""
        number = next(self._cards)
        body = f"89330100000000{number:04d}"
        return actions.receive_sim(
            iccid=body + luhn.calc_check_digit(body),
            site=self.partners.workshop.site,
            operator="Opérateur solidaire",
            msisdn=f"+336399801{number:02d}",
            codes=Codes(pin="0000", puk=f"100000{number:02d}"),
            plan=self.plan,
            by=self.partners.coordinator,
        )


def bring_supplies(partners: Partners) -> Supplies:
    """Write the recipes and fill the shelves."""
    counted = {row[0]: _receive(partners, *row) for row in COUNTED}
    actions.seed_apns(published=shipped())
    plan = actions.add_plan(
        facts=PlanFacts(
            "Opérateur solidaire",
            "20 Go par mois",
            data_mb=20_480,
            days=30,
            apn=_network(),
        ),
        by=partners.coordinator,
    )
    shelf = inventory.open_place(
        site=partners.workshop.site,
        kind=PlaceKind.SHELF,
        name="Étagère des packs",
        by=partners.workshop.lead,
    )
    by = partners.workshop.lead
    laptops = actions.write_template(
        name="Pack emploi portable", lines=_laptop_lines(counted), by=by
    )
    connections = actions.write_template(
        name="Pack connexion",
        lines=(RecipeLine(LineNature.CONNECTION, "Borne 4G", modem=True),),
        by=by,
    )
    supplies = Supplies(partners, counted, laptops, connections, plan, shelf)
    for _each in range(CARDS):
        supplies.card()
    _receive_hotspot(partners)
    return supplies


def _network() -> ApnProfile:
    """The operator of the demo sells lines of the network that its cards belong to."""
    return ApnProfile.objects.get(operator="Orange", is_usual=True)


def last_days_of_a_plan(supplies: Supplies) -> None:
    """One card in stock has a plan that ends within a week."""
    card = SimCard.objects.order_by("pk")[CARDS - 1]
    ends = supplies.partners.today + dt.timedelta(days=6)
    actions.give_plan(
        card=card,
        plan=supplies.plan,
        starts_on=ends - dt.timedelta(days=30),
        ends_on=ends,
        by=supplies.partners.coordinator,
    )


def _laptop_lines(counted: dict[str, CountedKind]) -> tuple[RecipeLine, ...]:
    things = (("SOURIS", "Souris"), ("SAC", "Sac"), ("CASQUE", "Casque"))
    return (
        RecipeLine(LineNature.MAIN, "Ordinateur portable", kinds=(DeviceKind.LAPTOP,)),
        *(
            RecipeLine(
                LineNature.COUNTED,
                label,
                counted_kind=counted[code],
                is_optional=code == "CASQUE",
            )
            for code, label in things
        ),
        RecipeLine(LineNature.CONNECTION, "Carte SIM", is_optional=True),
    )


def _receive(
    partners: Partners, code: str, name: str, plug: str, count: int, minimum: int
) -> CountedKind:
    by, site = partners.coordinator, partners.workshop.site
    kind = actions.open_counted_kind(code=code, name=name, plug=plug, by=by)
    actions.receive_counted(kind=kind, site=site, count=count, by=by)
    actions.set_minimum(kind=kind, site=site, minimum=minimum, by=by)
    return kind


def _receive_hotspot(partners: Partners) -> None:
    actions.receive_modem(
        imei="350000000000014",
        kind=ModemKind.HOTSPOT,
        site=partners.workshop.site,
        make="Exemple",
        model="Borne 4G",
        network_name="Rebond-0014",
        passphrase="un mot de passe fictif",  # noqa: S106 - nobody’s
        by=partners.coordinator,
    )
