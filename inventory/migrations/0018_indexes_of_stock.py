from django.db import migrations, models


class Migration(migrations.Migration):
    """Thousands of free machines are ranked from indexes alone, past the long rows."""

    dependencies = [("inventory", "0017_bytes_unsaid")]

    operations = [
        migrations.RemoveIndex(model_name="device", name="device_standing_still"),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(
                fields=["status", "status_since", "id"], name="device_standing_still"
            ),
        ),
        migrations.AddIndex(
            model_name="devicehardware",
            index=models.Index(
                fields=["device", "memory_bytes"], name="hardware_memory"
            ),
        ),
        migrations.AddIndex(
            model_name="storagedrive",
            index=models.Index(
                fields=["host", "medium", "size_bytes"], name="drive_of_host"
            ),
        ),
    ]
