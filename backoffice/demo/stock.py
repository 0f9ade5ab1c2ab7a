"""What the demo's donors give: kinds of devices as the field really receives them."""

from __future__ import annotations

import dataclasses

from inventory.methods import ErasurePolicy, Medium
from inventory.models import Bus, DeviceKind, DonorKind

GB = 1000**3


@dataclasses.dataclass(frozen=True)
class Model:
    """One model of device and the drive it usually holds."""

    kind: DeviceKind
    make: str
    model: str
    medium: Medium | None = None
    bus: Bus = Bus.UNKNOWN
    drive_make: str = ""
    drive_model: str = ""
    size_bytes: int = 0


@dataclasses.dataclass(frozen=True)
class Delivery:
    """One lot: how many of which models, how long ago, for which donation."""

    label: str
    days_ago: int
    models: tuple[tuple[Model, int], ...]


@dataclasses.dataclass(frozen=True)
class Gift:
    donor_kind: DonorKind
    donor: str
    contact: str
    email: str
    address: str
    registration: str
    policy: ErasurePolicy
    deliveries: tuple[Delivery, ...]
    # Nothing of theirs is erased on one person's word.
    by_two: bool = False


T480 = Model(
    *(DeviceKind.LAPTOP, "Lenovo", "ThinkPad T480", Medium.NVME, Bus.NVME),
    *("Samsung", "MZVLB256HAHQ", 256 * GB),
)
L5490 = Model(
    *(DeviceKind.LAPTOP, "Dell", "Latitude 5490", Medium.SATA_SSD, Bus.SATA),
    *("Micron", "1100 M.2", 256 * GB),
)
E840 = Model(
    *(DeviceKind.LAPTOP, "HP", "EliteBook 840 G3", Medium.SATA_SSD, Bus.SATA),
    *("SanDisk", "X400 M.2", 256 * GB),
)
L5480 = Model(
    *(DeviceKind.LAPTOP, "Dell", "Latitude 5480", Medium.SATA_SSD, Bus.SATA),
    *("Kingston", "SA400", 240 * GB),
)
O3050 = Model(
    *(DeviceKind.DESKTOP, "Dell", "OptiPlex 3050 SFF", Medium.HDD, Bus.SATA),
    *("Seagate", "ST500DM009", 500 * GB),
)
P400 = Model(
    *(DeviceKind.DESKTOP, "HP", "ProDesk 400 G4", Medium.HDD, Bus.SATA),
    *("Western Digital", "WD5000AAKX", 500 * GB),
)
M710 = Model(
    *(DeviceKind.MINI, "Lenovo", "ThinkCentre M710q", Medium.SATA_SSD, Bus.SATA),
    *("Intel", "Pro 5450s", 256 * GB),
)
P22 = Model(DeviceKind.SCREEN, "Dell", "P2217H")
TABA = Model(
    *(DeviceKind.TABLET, "Samsung", "Galaxy Tab A", Medium.EMMC, Bus.SOLDERED),
    *("Samsung", "eMMC", 32 * GB),
)
TOWER = Model(
    *(DeviceKind.DESKTOP, "Assemblé", "Tour Core 2 Duo", Medium.HDD, Bus.IDE),
    *("Maxtor", "6Y080L0", 80 * GB),
)
MOUSE = Model(DeviceKind.PERIPHERAL, "Logitech", "M90")

GIFTS = (
    Gift(
        DonorKind.COMPANY,
        "Banque Horizon",
        "Service informatique",
        "materiel@banque-horizon.exemple.test",
        "12 quai des Chartrons, 33000 Bordeaux",
        "00010002400017",
        ErasurePolicy.STANDARD,
        (Delivery("Portables du siège", 41, ((T480, 45), (L5490, 20), (E840, 15))),),
    ),
    Gift(
        DonorKind.PUBLIC_BODY,
        "Mairie de Bourg-Lavande",
        "Direction des systèmes d’information",
        "dsi@bourg-lavande.exemple.test",
        "Place de la Mairie, 33999 Bourg-Lavande",
        "00010003200010",
        ErasurePolicy.CLEAR,
        (
            Delivery("Portables réformés", 24, ((L5480, 53),)),
            Delivery("Postes fixes réformés", 20, ((O3050, 15), (P22, 15))),
        ),
    ),
    Gift(
        DonorKind.ASSOCIATION,
        "Caisse Océane",
        "Achats responsables",
        "achats@caisse-oceane.exemple.test",
        "8 rue du Phare, 17999 Port-Océane",
        "00010004000013",
        ErasurePolicy.STANDARD,
        (
            Delivery(
                "Unités centrales et écrans",
                6,
                ((P400, 60), (M710, 30), (P22, 30), (MOUSE, 5)),
            ),
        ),
        by_two=True,
    ),
    Gift(
        DonorKind.INDIVIDUAL,
        "Famille Delmas",
        "",
        "delmas@exemple.test",
        "",
        "",
        ErasurePolicy.STANDARD,
        (Delivery("Apport à l’accueil", 2, ((TABA, 4), (TOWER, 2), (E840, 4))),),
    ),
)
