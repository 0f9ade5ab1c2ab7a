"""The real settings, in a throw-away place: what differs is what a test must differ in."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

# Before the real settings are read: a test never touches an installation's state.
os.environ["STATE_DIR"] = tempfile.mkdtemp(prefix="rebond-tests-")
atexit.register(shutil.rmtree, os.environ["STATE_DIR"], ignore_errors=True)
# What the environment of a developer may hold, and a test must not depend on.
for name in (
    "BASE_URL",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "SECRET_KEY",
    "DEBUG",
):
    os.environ.pop(name, None)

from backoffice.settings import *  # noqa: E402, F403
from backoffice.settings import DATABASES, STATE_DIR, STORAGES, TEMPLATES  # noqa: E402
from tests.templates import UndefinedFails  # noqa: E402

# The same engine and options as in production, in a file, so that threads share it.
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": str(STATE_DIR / "test.sqlite3")}
# Nothing secret is hashed in a test, and argon2 is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Pages are tested without collectstatic; the real storage is tested with real servers.
STATIC_ROOT = STATE_DIR / "static"
STATIC_ROOT.mkdir()
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedFails("undefined")
# Tests read messages by their ids; those about French say so.
LANGUAGE_CODE = "en"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
