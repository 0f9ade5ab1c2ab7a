"""Lending’s tables; each subject has its own module."""

from lending.models.apn import ApnAuth, ApnEvent, ApnIp, ApnProfile
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
    PinPolicy,
    Plan,
    PlanEvent,
    SimCard,
    SimEvent,
)
from lending.models.counted import (
    CountedKind,
    CountedKindEvent,
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
    ReturnPhoto,
    Signature,
)
from lending.models.holding import SimHolding
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
from lending.models.top_up import TopUp, TopUpHelp, TopUpRules, TopUpRulesEvent
from lending.models.webhook import Delivery, Topic, Webhook, WebhookEvent

__all__ = [
    "ApnAuth",
    "ApnEvent",
    "ApnIp",
    "ApnProfile",
    "Beneficiary",
    "BeneficiaryEvent",
    "CalendarAddress",
    "Consent",
    "CountedKind",
    "CountedKindEvent",
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
    "PinPolicy",
    "Plan",
    "PlanEvent",
    "Programme",
    "ProgrammeEvent",
    "Quota",
    "RequestCounter",
    "RequestEvent",
    "RequestMessage",
    "ReturnPhoto",
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
    "TopUpRulesEvent",
    "Topic",
    "Webhook",
    "WebhookEvent",
]
