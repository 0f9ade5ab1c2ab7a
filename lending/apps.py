from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LendingConfig(AppConfig):
    """Structures, requests, packs and loans will live here, above all the rest."""

    name = "lending"
    verbose_name = _("Lending")
