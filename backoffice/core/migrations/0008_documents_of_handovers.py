import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from backoffice.core.roles import grant
from backoffice.core.triggers import append_only


class Migration(migrations.Migration):
    """The documents of hand-overs; and who settles messages that did not leave."""

    dependencies = [
        ("core", "0007_outgoing_messages"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="outgoing",
            options={
                "ordering": ("-pk",),
                "permissions": [
                    (
                        "manage_outgoing",
                        "See messages that did not leave, and settle them",
                    )
                ],
                "verbose_name": "message to send",
                "verbose_name_plural": "messages to send",
            },
        ),
        migrations.AddField(
            model_name="outgoing",
            name="settled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="outgoing",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RemoveConstraint(
            model_name="document",
            name="document_kind_known",
        ),
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("donation_receipt", "Donation receipt"),
                    ("erasure_certificate", "Certificate of erasure"),
                    ("failure_report", "Report of a failed erasure"),
                    ("destruction_record", "Record of destruction"),
                    ("machine_sheet", "Sheet of a machine and its drives"),
                    ("lot_summary", "Summary of a lot"),
                    ("handover_slip", "Hand-over slip"),
                    ("loan_agreement", "Loan agreement"),
                    ("gift_deed", "Deed of gift"),
                    ("sale_receipt", "Receipt of a sale at a solidarity price"),
                    ("return_receipt", "Return receipt"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "donation_receipt",
                            "erasure_certificate",
                            "failure_report",
                            "destruction_record",
                            "machine_sheet",
                            "lot_summary",
                            "handover_slip",
                            "loan_agreement",
                            "gift_deed",
                            "sale_receipt",
                            "return_receipt",
                        ],
                    )
                ),
                name="document_kind_known",
            ),
        ),
        # SQLite made the table anew, and its guards went with the old one.
        append_only("core_document"),
        grant(
            {
                "coordinator": ("core.outgoing.manage_outgoing",),
                "administrator": ("core.outgoing.manage_outgoing",),
            }
        ),
    ]
