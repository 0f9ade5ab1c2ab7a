from django.db import migrations, models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast


def take_from_facts(apps, schema_editor):
    hardware = apps.get_model("inventory", "DeviceHardware")
    told = Cast(KeyTextTransform("memory_bytes", "facts"), models.BigIntegerField())
    hardware.objects.update(memory_bytes=told)


class Migration(migrations.Migration):
    """What machines are sorted by, out of the facts that are read whole."""

    dependencies = [("inventory", "0015_drives_ordered")]

    operations = [
        migrations.AddField(
            model_name="devicehardware",
            name="memory_bytes",
            field=models.BigIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(take_from_facts, migrations.RunPython.noop),
    ]
