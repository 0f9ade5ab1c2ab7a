"""The one settings file; everything that differs between places comes from the environment.

docs/operations.md lists every variable. Without any, this is a workshop's own
one-process installation: SQLite, on 127.0.0.1, with its state in ./var.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from backoffice.core.keys import kept_secret

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

STATE_DIR = Path(env.str("STATE_DIR", default=str(BASE_DIR / "var")))
STATE_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(STATE_DIR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
# What is printed on labels: where any phone finds a device's page.
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])
HTTPS = BASE_URL.startswith("https://")

ORGANISATION = {
    "name": env.str("ORGANISATION_NAME", default="Rebond Numérique Aquitaine"),
    "registration": env.str("ORGANISATION_REGISTRATION", default=""),
    "address": env.str("ORGANISATION_ADDRESS", default=""),
    "contact": env.str("ORGANISATION_CONTACT", default=""),
}
# Whom partners call when something is hard; shown on each of their pages.
ORGANISATION_TELEPHONE = env.str("ORGANISATION_TELEPHONE", default="")
# PEM of the key and certificate that sign documents; empty: the one in STATE_DIR.
DOCUMENT_SIGNING_FILE = env.str("DOCUMENT_SIGNING_FILE", default="")

INSTALLED_APPS = [
    "backoffice.core",
    "inventory",
    "provisioning",
    "lending",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "backoffice.core.middleware.LanguageMiddleware",
    "backoffice.core.strays.TooMuchMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "backoffice.core.typed.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "backoffice.core.strays.ButtonMiddleware",
    "backoffice.core.middleware.SecondFactorMiddleware",
    "backoffice.core.http.DomainErrorMiddleware",
    "backoffice.core.once.OnceMiddleware",
]

ROOT_URLCONF = "backoffice.urls"
WSGI_APPLICATION = "backoffice.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backoffice.core.context.workplace",
            ],
            # In the place of Django's own: its `date` cannot say “1er”, its
            # `filesizeformat` says “Mio” in French.
            "builtins": [
                "backoffice.core.templatetags.dates",
                "backoffice.core.templatetags.sizes",
            ],
        },
    }
]
FORM_RENDERER = "backoffice.core.forms.Renderer"

# ---------------------------------------------------------------- database
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    # An acknowledged erasure survives a power cut.
    "PRAGMA synchronous=FULL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA mmap_size=134217728;"
    "PRAGMA journal_size_limit=27103364;"
    "PRAGMA cache_size=-20000;"
    "PRAGMA temp_store=MEMORY;"
)
if env.str("DATABASE_URL", default=""):
    DATABASES: dict[str, dict[str, Any]] = {"default": env.db("DATABASE_URL")}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(STATE_DIR / "rebond.sqlite3"),
        }
    }
DATABASES["default"]["ATOMIC_REQUESTS"] = False
# What the address itself asks for (`?sslmode=verify-full`) stands beside ours.
ASKED_OF_DATABASE: dict[str, Any] = DATABASES["default"].get("OPTIONS", {})
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # With the default (deferred) transactions most concurrent writers fail with
    # "database is locked": two readers cannot both become the writer.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        **ASKED_OF_DATABASE,
        "transaction_mode": "IMMEDIATE",
        "init_command": SQLITE_PRAGMAS,
    }
else:
    DATABASES["default"]["ENGINE"] = "backoffice.core.postgresql"
    # A kept connection is looked at before it is used: when the database server
    # was restarted, no request pays for it.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        **ASKED_OF_DATABASE,
        # Pages ask short statements: compiling one costs more than it ever earns.
        # What comes later holds: the address may ask for it nevertheless.
        "options": f"-c jit=off {ASKED_OF_DATABASE.get('options', '')}".strip(),
        "pool": {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL_SIZE", default=12),
            "timeout": 5,
            # Then given up, and tried afresh by whoever asks next: the pool's own
            # patience would leave a database that is back unnoticed for minutes.
            "reconnect_timeout": 5,
        },
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rate limits and throttles count across processes: the cache must be shared.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        # Beyond this a third goes: too low, and a flood of addresses would
        # wash away the counts of failed sign-ins.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["backoffice.core.auth.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# Who may do nothing but this begins elsewhere than in the workshop: the permission, the
# route of their first page, and the head of every page they open.
# What lies above the inventory and is met at its station: by the prefix of its tag,
# and by what a device is in. See inventory/links.py.
TAG_LEADS = {
    "PK": "lending.cards.packs.pack_lead",
    "SM": "lending.cards.packs.card_lead",
    "PE": "lending.cards.packs.modem_lead",
}
DEVICE_LEADS = ("lending.cards.packs.pack_of_device",)
HOMES = {"lending.use_portal": ("lending:portal", "lending/portal/header.html")}
ACCOUNT_ADAPTER = "backoffice.core.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "backoffice.core.forms.signing_in.SignInForm",
    "reset_password": "backoffice.core.forms.signing_in.ResetPasswordForm",
    "reset_password_from_key": "backoffice.core.forms.signing_in.ChoosePasswordForm",
    "change_password": "backoffice.core.forms.signing_in.ChangePasswordForm",
    "reauthenticate": "backoffice.core.forms.signing_in.ConfirmForm",
}
MFA_FORMS = {
    "authenticate": "backoffice.core.forms.signing_in.SecondStepForm",
    "reauthenticate": "backoffice.core.forms.signing_in.ConfirmCodeForm",
    "activate_totp": "backoffice.core.forms.signing_in.SetUpAppForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by administrators
ACCOUNT_PREVENT_ENUMERATION = True
# Nobody can make this server write to an address that has no account.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A station is shared: the session ends with the browser, or after twelve hours.
ACCOUNT_SESSION_REMEMBER = False
# Keeps no addresses of its own: an account has one, in core.User.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = (
    "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
)
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "change_password": "5/m/user",
}
# How many reverse proxies stand before the application: 0 when it faces people.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "backoffice.core.adapters.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Rebond"
# Addresses are given by administrators, not claimed by the person.
MFA_ALLOW_UNVERIFIED_EMAIL = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "backoffice.core.views.server.csrf_failure"

# ---------------------------------------------------------------- language
LANGUAGE_CODE = "fr"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
# English dates as Europe reads them: Django's own put the month first.
FORMAT_MODULE_PATH = ["backoffice.core.formats"]
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Paris")

# ---------------------------------------------------------------- files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "build" / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Where the files of learning environments are: empty for STATE_DIR/blobs, or
# s3://bucket/prefix?endpoint=https://… (needs boto3).
BLOB_STORAGE = env.str("BLOB_STORAGE", default="")
# Addresses on the workshop's network that hold the same files under blobs/sha256/:
# machines ask them first, and trust none of them.
BLOB_MIRRORS = env.list("BLOB_MIRRORS", default=[])[:8]

# ---------------------------------------------------------------- security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=HTTPS)
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # asked by the supervisor, on loopback
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# What the first page counts, app by app: an app below cannot name one above.
TODAY_TILES = [
    "inventory.views.tiles.TILES",
    "provisioning.views.tiles.TILES",
    "lending.views.tiles.TILES",
]
# What apps leave to a second person, beside what the inventory does.
TO_APPROVE = ["provisioning.views.orders_to_approve.ORDERS"]

# ---------------------------------------------------------------- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "backoffice.core.api_auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["backoffice.core.api_auth.ModelPermissions"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["backoffice.core.api_json.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "backoffice.core.http.problem_details",
    "DEFAULT_PAGINATION_CLASS": "backoffice.core.pagination.NewestFirst",
    "PAGE_SIZE": 50,
    "DEFAULT_THROTTLE_RATES": {
        "enrol": "20/hour",
        "agent-time": "120/min",
        # Of one address, on the public page of certificates.
        "verify": "60/min",
    },
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Rebond",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "The workshop’s own acts and lists. Refusals are RFC 9457 problem details.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]",
    "ENUM_NAME_OVERRIDES": {
        "DeviceStatusEnum": "inventory.states.DeviceStatus",
        "DriveStatusEnum": "inventory.states.DriveStatus",
        "DataStateEnum": "inventory.states.DataState",
        "DeviceKindEnum": "inventory.models.DeviceKind",
        "PlaceKindEnum": "inventory.models.PlaceKind",
        "StorageEnum": "inventory.models.Storage",
        "HoldReasonEnum": "inventory.states.HoldReason",
        "SetAsideReasonEnum": "inventory.states.SetAsideReason",
        "CorrectionStateEnum": "provisioning.models.CorrectionState",
        "VerificationEnum": "inventory.methods.Verification",
        "ErasureClassEnum": "inventory.methods.ErasureClass",
        "RunStateEnum": "provisioning.models.RunState",
        "OrderFallEnum": "inventory.states.OrderFall",
        "ProofRefusalEnum": "inventory.states.ProofRefusal",
        "WeaknessEnum": "inventory.imports.result.Weakness",
        "RequestStatusEnum": "lending.states.RequestStatus",
        "PackStatusEnum": "lending.states.PackStatus",
        "HandOverStatusEnum": "lending.states.HandOverStatus",
        "LoanStatusEnum": "lending.states.LoanStatus",
        "SimStatusEnum": "lending.states.SimStatus",
        "RequestRefusalEnum": "lending.states.RefusalReason",
        "RequestEndEnum": "lending.states.EndReason",
        "ReturnReasonEnum": "lending.states.ReturnReason",
        "SubstitutionReasonEnum": "lending.states.SubstitutionReason",
        "SpokenLanguageEnum": "lending.kinds.SpokenLanguage",
    },
}

# ---------------------------------------------------------------- mail, logs, jobs
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# Dotted path of what sends text messages; backoffice.core.outbox says its shape.
TEXT_SENDER = env.str("TEXT_SENDER", default="backoffice.core.outbox.text_to_file")
# Whether webhooks may lead into our own network, and speak without TLS there.
WEBHOOKS_MAY_STAY_INSIDE = env.bool("WEBHOOKS_MAY_STAY_INSIDE", default=False)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="rebond@exemple.test")
# How long the same person may take back a scan.
UNDO_SECONDS = 600
PERIODIC_JOBS = "backoffice.jobs.PERIODIC"
# What a tag and the command XXVIDER at a station do: the inventory knows no machines.
ERASURE_CONFIRMED_BY = "provisioning.actions.confirm_order"

# ---------------------------------------------------------------- agents
# How often a machine asks what to do: on the bench, and once it has left.
AGENT_POLL_SECONDS = env.int("AGENT_POLL_SECONDS", default=5)
AGENT_POLL_SECONDS_AWAY = env.int("AGENT_POLL_SECONDS_AWAY", default=900)
# The oldest agent that is answered, such as "0.2.0"; empty: any.
AGENT_OLDEST_VERSION = env.str("AGENT_OLDEST_VERSION", default="")
# PEM of the authority behind this server's certificate, where it is one's own.
AGENT_AUTHORITY_FILE = env.str("AGENT_AUTHORITY_FILE", default="")
# The bytes of older reports are removed; 0 keeps all of them.
REPORTS_KEPT_DAYS = env.int("REPORTS_KEPT_DAYS", default=1095)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
