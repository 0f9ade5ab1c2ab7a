import django.db.models.deletion
from django.db import migrations, models

from backoffice.core.triggers import append_only


class Migration(migrations.Migration):
    """What a sheet or a summary names as the proof of each of its drives."""

    dependencies = [
        ("inventory", "0013_looked_through"),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificateLine",
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
                (
                    "certificate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="inventory.certificate",
                    ),
                ),
                (
                    "destruction",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.destruction",
                    ),
                ),
                (
                    "erasure",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.erasure",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("destruction__isnull", False), ("erasure", None)),
                            models.Q(("destruction", None), ("erasure__isnull", False)),
                            _connector="OR",
                        ),
                        name="certificate_line_of_one_proof",
                    )
                ],
            },
        ),
        append_only("inventory_certificateline"),
    ]
