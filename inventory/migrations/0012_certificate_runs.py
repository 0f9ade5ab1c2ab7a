import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A lot’s certificates and its donor’s mails, as jobs take them up."""

    dependencies = [
        ("inventory", "0011_destruction_photo"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificateRun",
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
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("language", models.CharField(max_length=2)),
                ("asked_at", models.DateTimeField()),
                ("total", models.PositiveIntegerField()),
                ("issued", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("last_erasure", models.PositiveBigIntegerField(default=0)),
                ("last_destruction", models.PositiveBigIntegerField(default=0)),
                ("held_since", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("done", "Ended"),
                            ("cancelled", "Cancelled"),
                            ("stopped", "Stopped by a fault"),
                        ],
                        max_length=10,
                    ),
                ),
                ("failure", models.CharField(blank=True, max_length=300)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificate_runs",
                        to="inventory.lot",
                    ),
                ),
            ],
            options={
                "verbose_name": "certificates of a lot",
                "verbose_name_plural": "certificates of lots",
                "ordering": ("-pk",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("lot",),
                        name="lot_certified_by_one_run",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end", ""), ("ended_at", None)),
                            models.Q(
                                ("end__in", ["done", "cancelled", "stopped"]),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="certificate_run_ended_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DonorMail",
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
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                ),
                ("address", models.EmailField(blank=True, max_length=254)),
                ("asked_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(db_index=True, null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("given_up_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=300)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="donor_mails",
                        to="inventory.lot",
                    ),
                ),
                (
                    "summary",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.certificate",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail to a donor",
                "verbose_name_plural": "mails to donors",
                "ordering": ("-pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("given_up_at", None),
                                ("next_try_at__isnull", False),
                                ("sent_at", None),
                                models.Q(("address", ""), _negated=True),
                            ),
                            models.Q(
                                ("address", ""),
                                ("given_up_at", None),
                                ("next_try_at", None),
                                ("sent_at__isnull", False),
                            ),
                            models.Q(
                                ("address", ""),
                                ("given_up_at__isnull", False),
                                ("next_try_at", None),
                                ("sent_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="donor_mail_waits_or_is_over",
                    )
                ],
            },
        ),
    ]
