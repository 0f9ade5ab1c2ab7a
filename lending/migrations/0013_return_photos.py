import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from backoffice.core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("lending", "0012_journals_of_stock"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReturnPhoto",
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
                ("jpeg", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("taken_at", models.DateTimeField()),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="return_photos",
                        to="lending.handover",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "photo of a return",
                "verbose_name_plural": "photos of returns",
                "ordering": ("pk",),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("handover", "sha256"), name="return_photo_kept_once"
                    )
                ],
            },
        ),
        append_only("lending_returnphoto"),
    ]
