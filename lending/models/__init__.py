"""Lending’s tables; each subject has its own module."""

from lending.models.beneficiary import (
    Beneficiary,
    BeneficiaryEvent,
    Consent,
    FileReading,
    Notice,
)
from lending.models.connection import (
    Modem,
    ModemEvent,
    ModemKind,
    Plan,
    SimCard,
    SimEvent,
    SimHolding,
    TopUp,
    TopUpHelp,
    TopUpRules,
)
from lending.models.counted import (
    CountedKind,
    CountedMovement,
    CountedStock,
    MovementReason,
)
from lending.models.desk import CalendarAddress, SavedFilter
from lending.models.handover import (
    HandOver,
    HandOverEvent,
    Loan,
    LoanEvent,
    Signature,
)
from lending.models.pack import (
    Pack,
    PackEvent,
    PackLine,
    PackTemplate,
    TemplateEvent,
    TemplateLine,
    TemplateVersion,
)
from lending.models.programme import Programme, ProgrammeEvent, Quota
from lending.models.request import (
    EquipmentRequest,
    RequestCounter,
    RequestEvent,
    RequestMessage,
)
from lending.models.structure import (
    Invitation,
    Membership,
    Structure,
    StructureEvent,
)
from lending.models.webhook import Delivery, Topic, Webhook, WebhookEvent

__all__ = [
    "Beneficiary",
    "BeneficiaryEvent",
    "CalendarAddress",
    "Consent",
    "CountedKind",
    "CountedMovement",
    "CountedStock",
    "Delivery",
    "EquipmentRequest",
    "FileReading",
    "HandOver",
    "HandOverEvent",
    "Invitation",
    "Loan",
    "LoanEvent",
    "Membership",
    "Modem",
    "ModemEvent",
    "ModemKind",
    "MovementReason",
    "Notice",
    "Pack",
    "PackEvent",
    "PackLine",
    "PackTemplate",
    "Plan",
    "Programme",
    "ProgrammeEvent",
    "Quota",
    "RequestCounter",
    "RequestEvent",
    "RequestMessage",
    "SavedFilter",
    "Signature",
    "SimCard",
    "SimEvent",
    "SimHolding",
    "Structure",
    "StructureEvent",
    "TemplateEvent",
    "TemplateLine",
    "TemplateVersion",
    "TopUp",
    "TopUpHelp",
    "TopUpRules",
    "Topic",
    "Webhook",
    "WebhookEvent",
]
