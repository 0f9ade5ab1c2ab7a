from django.db import migrations, models
from django.utils import timezone

# What comes on top of the version in force, as it stood when it was put in force.
LIMITS = {
    "load_headroom_celsius": {"warn": 10, "fail": 1},
    "load_clock_percent": {"warn": 90, "fail": 70},
    "load_throttles": {"warn": 1, "fail": None},
    "load_cooldown_seconds": {"warn": 180, "fail": None},
    "wifi_dbm": {"warn": -65, "fail": None},
}


def put_limits_of_tests_in_force(apps, schema_editor):
    rules = apps.get_model("inventory", "HealthRules").objects
    newest = rules.order_by("-number")[:1].get()
    rules.create(
        number=newest.number + 1,
        limits={**newest.limits, **LIMITS},
        made_at=timezone.now(),
    )


class Migration(migrations.Migration):
    """Limits for what tests measure, and devices found by their verdict."""

    dependencies = [("inventory", "0005_identity")]

    operations = [
        migrations.AddIndex(
            model_name="devicehealth",
            index=models.Index(fields=["verdict"], name="health_by_verdict"),
        ),
        migrations.RunPython(put_limits_of_tests_in_force, migrations.RunPython.noop),
    ]
