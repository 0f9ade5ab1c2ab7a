"""Lending’s refusals, each named after what is refused."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class NotAMember(DomainError):
    """The person is not an active member of this structure, or does not administer it."""

    code = "not_a_member"
    status = 403


class StructureClosed(DomainError):
    """Nothing is done for a structure that was closed."""

    code = "structure_closed"


class StructureKnown(DomainError):
    """There is a structure of this kind with this registration number."""

    code = "structure_known"


class RegistrationMalformed(DomainError):
    """A registration number that cannot be one: other characters, or other lengths."""

    code = "registration_malformed"


class AuthorisationUnchanged(DomainError):
    """The structure has this authorisation already."""

    code = "authorisation_unchanged"


class AlreadyMember(DomainError):
    """This person is a member of the structure already."""

    code = "already_member"


class AlreadyInvited(DomainError):
    """An invitation to this address waits already."""

    code = "already_invited"


class InvitationOver(DomainError):
    """The invitation was used, cancelled, or is older than it is good for."""

    code = "invitation_over"


class InvitationOfAnother(DomainError):
    """The invitation was sent to another address than this account’s."""

    code = "invitation_of_another"


class MemberLeft(DomainError):
    """The person has left the structure."""

    code = "member_left"


class LastStructureAdministrator(DomainError):
    """Nobody would administer the structure any more."""

    code = "last_structure_administrator"


class ProgrammeClosed(DomainError):
    """The programme is closed."""

    code = "programme_closed"


class ProgrammeKnown(DomainError):
    """There is a programme of this name."""

    code = "programme_known"


class ProgrammeDates(DomainError):
    """A programme cannot end before it starts."""

    code = "programme_dates"


class TargetTooLow(DomainError):
    """The target is below what was handed over or shared out."""

    code = "target_too_low"


class QuotaAboveTarget(DomainError):
    """The quotas together would exceed the programme’s target."""

    code = "quota_above_target"


class QuotaInUse(DomainError):
    """The quota would fall below what was promised and handed over."""

    code = "quota_in_use"


class StatusImpossible(DomainError):
    """What is asked does not follow from where it stands."""

    code = "status_impossible"


class BirthYearImpossible(DomainError):
    """Nobody alive was born in that year."""

    code = "birth_year_impossible"


class ContactMissing(DomainError):
    """Someone is to be reached by a way that is not written down."""

    code = "contact_missing"


class ConsentKnown(DomainError):
    """This agreement is written down already."""

    code = "consent_known"


class ConsentMissing(DomainError):
    """There is no such agreement to take back."""

    code = "consent_missing"


class ReferentForeign(DomainError):
    """Only a member of the structure can be a person’s referent."""

    code = "referent_foreign"


class FileMerged(DomainError):
    """The file was merged into another one."""

    code = "file_merged"


class MergeForeign(DomainError):
    """Two files of different sites, or one file twice, are not merged."""

    code = "merge_foreign"


class MergeTooOld(DomainError):
    """A merge is taken back within thirty days."""

    code = "merge_too_old"


class NumberMalformed(DomainError):
    """A number of a card, telephone or modem that cannot be one."""

    code = "number_malformed"


class CardKnown(DomainError):
    """This SIM card is here already."""

    code = "card_known"


class ModemKnown(DomainError):
    """There is a modem with this IMEI already."""

    code = "modem_known"


class NoCodesKept(DomainError):
    """No codes of this card are kept."""

    code = "no_codes_kept"


class NothingLeft(DomainError):
    """There are not so many of a counted thing at this site."""

    code = "nothing_left"


class KindKnown(DomainError):
    """There is a counted thing of this name or code."""

    code = "kind_known"


class KindCodeMalformed(DomainError):
    """A code that a scan could not read, or would take for another thing."""

    code = "kind_code_malformed"


class KindNotInUse(DomainError):
    """The counted thing is not used any more."""

    code = "kind_not_in_use"


class CountImpossible(DomainError):
    """A count that is no count: below nothing, or beyond what anybody has."""

    code = "count_impossible"


class CardInModem(DomainError):
    """The card is in a hotspot, and goes where the hotspot goes."""

    code = "card_in_modem"


class ModemHasCard(DomainError):
    """There is a card in this hotspot already, or none to take out."""

    code = "modem_has_card"


class StructureNotAuthorised(DomainError):
    """The association has not authorised this structure to ask for packs."""

    code = "structure_not_authorised"


class RequestSent(DomainError):
    """What was sent is answered anew only where the association asks for it."""

    code = "request_sent"


class RequestNotSent(DomainError):
    """Nobody else knows of a request before it is sent."""

    code = "request_not_sent"


class RequestIncomplete(DomainError):
    """A question is unanswered: what is sent must be complete."""

    code = "request_incomplete"


class RequestMovedOn(DomainError):
    """Somebody decided about the request at the same moment."""

    code = "request_moved_on"


class DateImpossible(DomainError):
    """The day is past, or so far ahead that it must be a slip of the keyboard."""

    code = "date_impossible"


class QuantityImpossible(DomainError):
    """A workshop is asked for one to a hundred packs; one person for one."""

    code = "quantity_impossible"


class TextTooLong(DomainError):
    """More was written than is kept."""

    code = "text_too_long"


class TextMissing(DomainError):
    """A message without a word is none."""

    code = "text_missing"


class PersonForeign(DomainError):
    """The person is not one of the structure’s, or their file was merged."""

    code = "person_foreign"


class ProgrammeForeign(DomainError):
    """The structure has no quota in this programme."""

    code = "programme_foreign"


class QuotaExhausted(DomainError):
    """The structure has fewer packs left in this programme."""

    code = "quota_exhausted"


class TargetReached(DomainError):
    """The programme has handed over, or promised, all that it is for."""

    code = "target_reached"


class AlreadyEquipped(DomainError):
    """One pack per person and programme, promised ones included (INV-A2)."""

    code = "already_equipped"


class PackPlanned(DomainError):
    """The pack has a hand-over that is not over yet."""

    code = "pack_planned"


class PackNotReady(DomainError):
    """The pack is not where this person could hand it over from."""

    code = "pack_not_ready"


class PackHandedOver(DomainError):
    """The pack is with somebody already."""

    code = "pack_handed_over"


class HandOverForeign(DomainError):
    """Pack, request, programme and structure of a hand-over do not belong together."""

    code = "handover_foreign"


class AppointmentImpossible(DomainError):
    """A day that nobody can come on, or be asked to come back on."""

    code = "appointment_impossible"


class PersonMissing(DomainError):
    """Nobody has said who receives the pack, or how they were known."""

    code = "person_missing"


class GuardianMissing(DomainError):
    """Somebody under age receives nothing without a guardian (INV-P1)."""

    code = "guardian_missing"


class ContentsUnseen(DomainError):
    """Something that belongs to the pack was not seen when it was handed over."""

    code = "contents_unseen"


class ConditionsUnexplained(DomainError):
    """The conditions were not read to the person, or by them."""

    code = "conditions_unexplained"


class PriceAboveCeiling(DomainError):
    """More than what may be asked for what is in the pack (INV-A3)."""

    code = "price_above_ceiling"


class ContentsChanged(DomainError):
    """What was shown to be signed is not what would be signed now."""

    code = "contents_changed"


class SignatureUnusable(DomainError):
    """There is no signature, or its picture cannot be kept."""

    code = "signature_unusable"


class NoWayToSendCode(DomainError):
    """The person has neither an e-mail address nor a mobile telephone here."""

    code = "no_way_to_send_code"


class CodeJustSent(DomainError):
    """A code was sent a moment ago, or too many were."""

    code = "code_just_sent"


class CodeWrong(DomainError):
    """Another code than the one that was sent."""

    code = "code_wrong"


class CodeOver(DomainError):
    """The code is too old, was tried too often, or was never sent."""

    code = "code_over"


class TemplateKnown(DomainError):
    """There is a pack template of this name."""

    code = "template_known"


class RecipeImpossible(DomainError):
    """A template that no pack could be made from."""

    code = "recipe_impossible"


class TemplateRetired(DomainError):
    """The template is not used any more."""

    code = "template_retired"


class PackShut(DomainError):
    """The pack is closed, delivered or taken apart: nothing goes in or out."""

    code = "pack_shut"


class NothingWantsIt(DomainError):
    """No line of the pack asks for such a thing."""

    code = "nothing_wants_it"


class CriteriaUnmet(DomainError):
    """A machine of the right kind that is less than what the line asks for."""

    code = "criteria_unmet"


class LineFilled(DomainError):
    """The line holds something already."""

    code = "line_filled"


class LineEmpty(DomainError):
    """There is nothing in this line to take out."""

    code = "line_empty"


class LineNeeded(DomainError):
    """The line may not be left out."""

    code = "line_needed"


class UnitTaken(DomainError):
    """Another pack has it, perhaps for somebody’s request."""

    code = "unit_taken"


class UnitNotReady(DomainError):
    """It is not on the ready shelf, or not in stock."""

    code = "unit_not_ready"


class UnitElsewhere(DomainError):
    """It is at another site than the pack."""

    code = "unit_elsewhere"


class PackIncomplete(DomainError):
    """Something is missing."""

    code = "pack_incomplete"


class PackBlocked(DomainError):
    """Something in the pack may not leave."""

    code = "pack_blocked"


class PackForAnother(DomainError):
    """The pack is for another request."""

    code = "pack_for_another"


class PackForNobody(DomainError):
    """No structure asked for this pack."""

    code = "pack_for_nobody"


class RequestNotAccepted(DomainError):
    """The request is not accepted, or not any more."""

    code = "request_not_accepted"


class RequestServed(DomainError):
    """The request has all the packs it asked for."""

    code = "request_served"


class RenewalsUsedUp(DomainError):
    """The loan was renewed as often as was agreed."""

    code = "renewals_used_up"


class ReportMissing(DomainError):
    """A theft has the reference of its report to the police."""

    code = "report_missing"


class ConditionsUnsaid(DomainError):
    """Nobody said of something in the pack how it came back, or whether it did."""

    code = "conditions_unsaid"


class NothingCameBack(DomainError):
    """Where everything is missing, nothing came back."""

    code = "nothing_came_back"


class LineForeign(DomainError):
    """This is no line of the pack, or nothing of it is with the person."""

    code = "line_foreign"


class ReminderJustSent(DomainError):
    """Somebody has reminded the person today."""

    code = "reminder_just_sent"


class AskedAlready(DomainError):
    """The structure has asked for this today already."""

    code = "asked_already"


class PlanKnown(DomainError):
    """The operator has a plan of this name."""

    code = "plan_known"


class PlanRetired(DomainError):
    """The plan is given to no further card."""

    code = "plan_retired"


class RulesImpossible(DomainError):
    """Caps that nobody can mean."""

    code = "rules_impossible"


class AmountImpossible(DomainError):
    """An amount of nothing, or beyond what one top-up is worth."""

    code = "amount_impossible"


class CardOfAnother(DomainError):
    """The person does not hold this card."""

    code = "card_of_another"


class TopUpAboveCap(DomainError):
    """More than a person may be given in a month."""

    code = "top_up_above_cap"


class HelpOver(DomainError):
    """The months of help with top-ups have ended."""

    code = "help_over"


class HelpNotOver(DomainError):
    """The months of help have not begun, or go on for long."""

    code = "help_not_over"


class RenewalsUsed(DomainError):
    """The help was renewed as often as the rules allow."""

    code = "renewals_used"


class WebhookKnown(DomainError):
    """There is a webhook of this name."""

    code = "webhook_known"


class AddressRefused(DomainError):
    """A webhook is told over TLS, at an address that holds no password."""

    code = "address_refused"


class DeliveryUnderWay(DomainError):
    """The message is on its way still: it cannot be sent once more."""

    code = "delivery_under_way"


class ChoiceUnexplained(DomainError):
    """Another machine than the proposed one is taken for a reason."""

    code = "choice_unexplained"


class NoRecipe(DomainError):
    """No pack template in use has a place for this machine."""

    code = "no_recipe"


class FilterTooLong(DomainError):
    """A filter with more choices than an address holds."""

    code = "filter_too_long"
