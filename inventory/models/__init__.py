"""The inventory's tables; each subject has its own module."""

from inventory.models.certificate import CancelReason, Certificate, CertificateLine
from inventory.models.certificate_run import CertificateRun, DonorMail, RunEnd
from inventory.models.device import Device, DeviceAlias
from inventory.models.device_event import DeviceEvent
from inventory.models.device_kind import DeviceKind, Storage
from inventory.models.device_search import DeviceTerm
from inventory.models.donation import (
    Donation,
    DonationEvent,
    Donor,
    DonorEvent,
    DonorKind,
    Lot,
)
from inventory.models.drive import Bus, DriveEvent, StorageDrive
from inventory.models.erasure import (
    Destruction,
    DestructionMethod,
    Erasure,
    ErasureException,
    ErasureResult,
    ErasureSource,
)
from inventory.models.evidence import Evidence
from inventory.models.hardware import DeviceHardware
from inventory.models.health import DeviceHealth, HealthRules
from inventory.models.imported import Doubt, ImportedResult, ResultImport
from inventory.models.place import Place, PlaceEvent, PlaceKind
from inventory.models.quality import CheckOutcome, QualityCheck
from inventory.models.scan import Scan, ScanOutcome, StationMode
from inventory.models.station_scanner import ArrivedScan, StationScanner
from inventory.models.tag_counter import TagCounter

__all__ = [
    "ArrivedScan",
    "Bus",
    "CancelReason",
    "Certificate",
    "CertificateLine",
    "CertificateRun",
    "CheckOutcome",
    "Destruction",
    "DestructionMethod",
    "Device",
    "DeviceAlias",
    "DeviceEvent",
    "DeviceHardware",
    "DeviceHealth",
    "DeviceKind",
    "DeviceTerm",
    "Donation",
    "DonationEvent",
    "Donor",
    "DonorEvent",
    "DonorKind",
    "DonorMail",
    "Doubt",
    "DriveEvent",
    "Erasure",
    "ErasureException",
    "ErasureResult",
    "ErasureSource",
    "Evidence",
    "HealthRules",
    "ImportedResult",
    "Lot",
    "Place",
    "PlaceEvent",
    "PlaceKind",
    "QualityCheck",
    "ResultImport",
    "RunEnd",
    "Scan",
    "ScanOutcome",
    "StationMode",
    "StationScanner",
    "Storage",
    "StorageDrive",
    "TagCounter",
]
