"""The roles to start with, and how a migration gives them permissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import migrations, models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Names of the groups; which permissions each holds is set by migrations."""

    TECHNICIAN = "technician", _("Technician")
    WORKSHOP_LEAD = "workshop_lead", _("Workshop lead")
    DATA_SECURITY_OFFICER = "data_security_officer", _("Data-security officer")
    COORDINATOR = "coordinator", _("Coordinator")
    MEDIATOR = "mediator", _("Mediator")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
    PARTNER_MEMBER = "partner_member", _("Partner member")
    PARTNER_ADMINISTRATOR = "partner_administrator", _("Partner administrator")


def grant(grants: Mapping[str, tuple[str, ...]]) -> migrations.RunPython:
    """A migration step: role name to permissions ("app.codename" of `model`).

    A permission is written "app.model.codename", because migrations run before
    Django makes the rows of new permissions.
    """

    def run(apps: Any, schema_editor: Any) -> None:
        group = apps.get_model("auth", "Group")
        for role, wanted in grants.items():
            row, _made = group.objects.get_or_create(name=role)
            for dotted in wanted:
                row.permissions.add(_permission(apps, dotted))

    def undo(apps: Any, schema_editor: Any) -> None:
        group = apps.get_model("auth", "Group")
        for role, wanted in grants.items():
            for dotted in wanted:
                group.objects.get(name=role).permissions.remove(
                    _permission(apps, dotted)
                )

    return migrations.RunPython(run, undo)


def _permission(apps: Any, dotted: str) -> Any:
    app, model, codename = dotted.split(".")
    content_type, _made = apps.get_model(
        "contenttypes", "ContentType"
    ).objects.get_or_create(app_label=app, model=model)
    permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": codename}
    )
    return permission
