"""The field’s public lists: kinds of structures, publics, needs, and what reveals too much.

The French codes of structures are those that the State’s inclusion services exchange
(Les emplois de l’inclusion, lieux de médiation numérique), so that data can be.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.core.countries import Country as Country


class StructureKind(models.TextChoices):
    """What a partner structure is; the acronyms are their own names in French."""

    ACI = "ACI", _("ACI (insertion workshop)")
    AI = "AI", _("AI (intermediary association)")
    EI = "EI", _("EI (insertion company)")
    EITI = "EITI", _("EITI (insertion by self-employment)")
    ETTI = "ETTI", _("ETTI (temporary work for insertion)")
    GEIQ = "GEIQ", _("GEIQ (employers’ group)")
    AFPA = "AFPA", _("AFPA (adult training)")
    ASE = "ASE", _("ASE (child protection)")
    CAARUD = "CAARUD", _("CAARUD (harm reduction)")
    CADA = "CADA", _("CADA (asylum seekers’ housing)")
    CAF = "CAF", _("CAF (family allowances)")
    CAP_EMPLOI = "CAP_EMPLOI", _("Cap emploi (work and disability)")
    CAVA = "CAVA", _("CAVA (adaptation to working life)")
    CCAS = "CCAS", _("CCAS or CIAS (municipal social centre)")
    CHRS = "CHRS", _("CHRS (housing and social rehabilitation)")
    CHU = "CHU", _("CHU (emergency housing)")
    CIDFF = "CIDFF", _("CIDFF (women’s and families’ rights)")
    CPH = "CPH", _("CPH (refugees’ temporary housing)")
    CSAPA = "CSAPA", _("CSAPA (addiction care)")
    DEPT = "DEPT", _("Services of the département")
    E2C = "E2C", _("E2C (second-chance school)")
    EPIDE = "EPIDE", _("EPIDE (integration centre)")
    FT = "FT", _("France Travail")
    HUDA = "HUDA", _("HUDA (asylum seekers’ emergency housing)")
    ML = "ML", _("Mission locale (16–25)")
    MSA = "MSA", _("MSA (agricultural social insurance)")
    OACAS = "OACAS", _("OACAS (community reception)")
    ODC = "ODC", _("Organisation approved by the département")
    OIL = "OIL", _("Operator of intermediated letting")
    PENSION = "PENSION", _("Boarding house or reception residence")
    PIJ_BIJ = "PIJ_BIJ", _("Youth information point")
    PJJ = "PJJ", _("PJJ (judicial youth protection)")
    PLIE = "PLIE", _("PLIE (local insertion plan)")
    PREVENTION = "PREVENTION", _("Specialised prevention")
    RS_FJT = "RS_FJT", _("Social residence or young workers’ home")
    SPIP = "SPIP", _("SPIP (probation)")
    CS = "CS", _("Social centre")
    EVS = "EVS", _("Space of social life")
    MJC = "MJC", _("MJC (youth and culture house)")
    MQ = "MQ", _("Neighbourhood house")
    BIB = "BIB", _("Library")
    EPN = "EPN", _("Public digital space")
    TIERS_LIEUX = "TIERS_LIEUX", _("Third place")
    FABLAB = "FABLAB", _("Fab lab")
    PIMMS = "PIMMS", _("PIMMS Médiation")
    RESSOURCERIE = "RESSOURCERIE", _("Reuse centre")
    RFS = "RFS", _("France services")
    UDAF = "UDAF", _("UDAF (family associations)")
    ESS = "ESS", _("Social-economy enterprise")
    ASSO = "ASSO", _("Association")
    MUNI = "MUNI", _("Municipality")
    EPCI = "EPCI", _("Group of municipalities")
    SPORT_CLUB = "SPORT_CLUB", _("Sports club")
    TENANTS_GROUP = "TENANTS_GROUP", _("Tenants’ group")
    SCHOOL = "SCHOOL", _("School")
    SOCIAL_LANDLORD = "SOCIAL_LANDLORD", _("Social landlord")
    CPAS = "CPAS", _("CPAS / OCMW (public social centre)")
    CISP = "CISP", _("CISP (socio-professional insertion)")
    MIRE = "MIRE", _("MIRE (regional employment mission)")
    CEFO = "CEFO", _("Carrefour des métiers (CEFO)")
    IBEFE = "IBEFE", _("IBEFE (training and employment basin)")
    FOREM = "FOREM", _("Forem")
    ACTIRIS = "ACTIRIS", _("Actiris")
    VDAB = "VDAB", _("VDAB")
    REGIE_QUARTIER = "REGIE_QUARTIER", _("Neighbourhood agency")
    MAISON_ACCUEIL = "MAISON_ACCUEIL", _("Reception house")
    AMO = "AMO", _("AMO (help to youth in the open)")
    CRI = "CRI", _("Regional integration centre")
    ETA = "ETA", _("Adapted-work company")
    ASBL = "ASBL", _("ASBL (non-profit)")
    COMMUNE = "COMMUNE", _("Commune")
    OTHER = "OTHER", _("Other")


K = StructureKind
# To name one of these is to say something of a person’s health, justice or family:
# never on a label or a slip, and “other” in what donors and funders read (INV-P4).
SENSITIVE = frozenset(
    {K.ASE, K.CAARUD, K.CIDFF, K.CSAPA, K.PENSION, K.PJJ, K.PREVENTION, K.SPIP}
)


class Authorisation(models.TextChoices):
    """What the association has decided about a structure’s asking for packs."""

    NOT_SET = "not_set", _("To decide")
    VALIDATED = "validated", _("Authorised")
    REFUSED = "refused", _("Refused")
    NOT_REQUIRED = "not_required", _("Needs none")


MAY_ASK = frozenset({Authorisation.VALIDATED, Authorisation.NOT_REQUIRED})


class Channel(models.TextChoices):
    """How a person is reached."""

    PHONE = "phone", _("By telephone")
    EMAIL = "email", _("By e-mail")
    STRUCTURE = "structure", _("Through the structure")


class Reading(models.TextChoices):
    """How a person is at ease with reading."""

    EASY = "easy", _("Reads easily")
    HELPED = "helped", _("Reads with help")
    NOT = "not", _("Does not read")
    NOT_STATED = "not_stated", _("Not said")


class SpokenLanguage(models.TextChoices):
    """The languages the field meets most; ISO 639 codes."""

    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")
    ARABIC = "ar", _("Arabic")
    DARI = "prs", _("Dari")
    PASHTO = "ps", _("Pashto")
    UKRAINIAN = "uk", _("Ukrainian")
    TIGRINYA = "ti", _("Tigrinya")
    PORTUGUESE = "pt", _("Portuguese")
    SPANISH = "es", _("Spanish")
    TURKISH = "tr", _("Turkish")
    ROMANIAN = "ro", _("Romanian")
    DUTCH = "nl", _("Dutch")
    OTHER = "und", _("Another language")


class Public(models.TextChoices):
    """Whom a programme is for; chosen by the structure, never proven by papers here."""

    EMPLOYEE_IN_INSERTION = "employee_in_insertion", _("Employee in insertion")
    JOB_SEEKER = "job_seeker", _("Looking for work")
    LONG_TERM_JOB_SEEKER = "long_term_job_seeker", _("Long without work")
    MINIMUM_INCOME = "minimum_income", _("Minimum income")
    YOUNG_ADULT = "young_adult", _("16 to 25")
    STUDENT = "student", _("Student")
    SINGLE_PARENT = "single_parent", _("Alone with children")
    FAMILY = "family", _("Family")
    SENIOR = "senior", _("Senior")
    DISABILITY = "person_with_disability", _("Disability, as the person says")
    HOMELESS_OR_HOSTED = "homeless_or_hosted", _("Without a home of their own")
    EXILED = "exiled_person", _("In exile")
    QPV_OR_FRR = "qpv_or_frr_resident", _("Priority neighbourhood or rural area")
    ALLOPHONE = "allophone", _("Speaks another language")
    OTHER = "other", _("Other")
    NOT_STATED = "not_stated", _("Not said")


class Aid(models.TextChoices):
    """What makes a machine usable by a person: a setting, never a diagnosis."""

    BIG_TEXT = "big_text", _("Big letters")
    HIGH_CONTRAST = "high_contrast", _("High contrast")
    BIG_POINTER = "big_pointer", _("Big pointer")
    SCREEN_READER = "screen_reader", _("Screen read aloud")
    CAPTIONS = "captions", _("Captions")
    ONE_HAND = "one_hand", _("Used with one hand")
    BIG_KEYS = "big_keys", _("Keyboard with big keys")


class Goal(models.TextChoices):
    """What the equipment is for."""

    JOB_SEARCH = "job_search", _("Find work")
    ADMIN = "admin_procedures", _("Administrative procedures")
    SCHOOL = "school_follow_up", _("Follow the children’s school")
    TRAINING = "training", _("Training")
    FAMILY = "family_contact", _("Keep in touch with family")
    HOUSING = "housing", _("Find a home")
    HEALTH = "health", _("Medical appointments")
    BUSINESS = "entrepreneurship", _("Own business")
    DAILY = "daily_life", _("Daily life")


class Capability(models.TextChoices):
    """What is asked of equipment: what it can do, never which model it is."""

    COMPUTER = "computer", _("A computer")
    LAPTOP = "laptop", _("One that can be carried")
    CAMERA = "camera", _("A camera for video calls")
    BIG_SCREEN = "big_screen", _("A big screen")
    INTERNET = "internet", _("An internet line")
    HEADSET = "headset", _("A headset")


class Situation(models.TextChoices):
    """Why equipment is needed."""

    NONE = "none", _("No computer at home")
    BROKEN = "broken", _("It is broken or too old")
    SHARED = "shared", _("It is shared by several people")
    SMARTPHONE_ONLY = "smartphone_only", _("Only a smartphone")
    WORKSHOP = "workshop", _("For a workshop of the structure")


class Urgency(models.IntegerChoices):
    """How pressing; the higher goes first in the waiting list."""

    NORMAL = 0, _("No hurry")
    SOON = 1, _("This month")
    URGENT = 2, _("A date that cannot move")


class UrgencyReason(models.TextChoices):
    JOB_START = "job_start", _("A job or a training begins")
    EXAM = "exam", _("An examination")
    PROCEDURE = "procedure", _("A procedure with a deadline")
    ONLY_LINK = "only_link", _("The only link with family")
    BROKE_DOWN = "broke_down", _("What they had broke down")
    WORKSHOP = "workshop", _("A workshop or a session takes place that day")


class ConsentPurpose(models.TextChoices):
    """What a person may agree to, one by one; nothing here is needed for a pack."""

    CONTACT_AGAIN = "contact_again", _("To be contacted later about how it goes")
    TESTIMONY = "testimony", _("That their words are published")
    PHOTO = "photo", _("That their picture is used")
    TEXT_MESSAGES = "text_messages", _("Reminders by text message")
