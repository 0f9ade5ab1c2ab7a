import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from backoffice.core.triggers import append_only


class Migration(migrations.Migration):
    """What happens to donors and places is told as well."""

    dependencies = [
        ("inventory", "0004_health"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DonorEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("sequence", models.PositiveIntegerField()),
                ("verb", models.CharField(max_length=40)),
                ("agent", models.CharField(blank=True, max_length=36)),
                ("station", models.CharField(blank=True, max_length=40)),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("data", models.JSONField(default=dict)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "actor",
                    models.ForeignKey(
                        db_column="actor_uuid",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        to_field="uuid",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="inventory.donor",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ("subject", "sequence"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "sequence"),
                        name="inventory_donorevent_one_event_per_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gte", 1)),
                        name="inventory_donorevent_from_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("previous_hash", models.F("hash")), _negated=True
                        ),
                        name="inventory_donorevent_moves_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlaceEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("sequence", models.PositiveIntegerField()),
                ("verb", models.CharField(max_length=40)),
                ("agent", models.CharField(blank=True, max_length=36)),
                ("station", models.CharField(blank=True, max_length=40)),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("data", models.JSONField(default=dict)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "actor",
                    models.ForeignKey(
                        db_column="actor_uuid",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        to_field="uuid",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="inventory.place",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ("subject", "sequence"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "sequence"),
                        name="inventory_placeevent_one_event_per_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sequence__gte", 1)),
                        name="inventory_placeevent_from_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("previous_hash", models.F("hash")), _negated=True
                        ),
                        name="inventory_placeevent_moves_on",
                    ),
                ],
            },
        ),
        append_only("inventory_donorevent", "inventory_placeevent"),
    ]
