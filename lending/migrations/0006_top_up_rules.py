from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def seed(apps: Any, schema_editor: Any) -> None:
    """The field's own caps (E10); Belgium keeps a register of holders (S42)."""
    rules = apps.get_model("lending", "TopUpRules")
    for country, keeps_holders in (("FR", False), ("BE", True)):
        rules.objects.get_or_create(
            country=country, defaults={"keeps_holders": keeps_holders}
        )


class Migration(migrations.Migration):
    """Caps of top-ups for each country, and for how long each person is helped."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0009_site_country"),
        ("lending", "0005_webhooks"),
    ]

    operations = [
        migrations.AddField(
            model_name="topuprules",
            name="changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="topuprules",
            name="changed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="TopUpHelp",
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
                ("since_on", models.DateField()),
                ("until_on", models.DateField()),
                ("renewed", models.PositiveSmallIntegerField(default=0)),
                (
                    "beneficiary",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="top_up_help",
                        to="lending.beneficiary",
                    ),
                ),
            ],
            options={
                "verbose_name": "months of help",
                "ordering": ("-since_on", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gte", models.F("since_on"))),
                        name="top_up_help_ends_after_it_starts",
                    )
                ],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
