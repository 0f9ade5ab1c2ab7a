from typing import Any

from django.core.management import call_command
from django.db import migrations

from backoffice.core.roles import grant
from backoffice.core.triggers import append_only


def create_cache(apps: Any, schema_editor: Any) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias)


class Migration(migrations.Migration):
    """What nobody may change, the shared cache, and who administers."""

    dependencies = [
        ("core", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        append_only("core_accountevent", "core_checkpoint", "core_document"),
        migrations.RunPython(create_cache, migrations.RunPython.noop),
        grant(
            {
                "administrator": (
                    "core.user.manage_accounts",
                    "core.user.verify_journal",
                ),
                "auditor": ("core.user.verify_journal",),
                "coordinator": ("core.user.verify_journal",),
                "data_security_officer": ("core.user.verify_journal",),
                "technician": (),
                "workshop_lead": (),
                "mediator": (),
                "partner_member": (),
                "partner_administrator": (),
            }
        ),
    ]
