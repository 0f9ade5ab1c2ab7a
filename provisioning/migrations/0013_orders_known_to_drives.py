from typing import Any

from django.db import migrations

OPEN = ("asked", "approved", "confirmed", "running")


def tell_drives(apps: Any, schema_editor: Any) -> None:
    for run in apps.get_model("provisioning", "ErasureRun").objects.filter(
        state__in=OPEN
    ):
        apps.get_model("inventory", "StorageDrive").objects.filter(
            pk=run.drive_id
        ).update(ordered_at=run.asked_at)


class Migration(migrations.Migration):
    """Drives know of the orders that are open already."""

    dependencies = [
        ("provisioning", "0012_looked_through"),
        ("inventory", "0015_drives_ordered"),
    ]

    operations = [migrations.RunPython(tell_drives, migrations.RunPython.noop)]
