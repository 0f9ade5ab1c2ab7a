from django.db import migrations, models

from backoffice.core.triggers import append_only


class Migration(migrations.Migration):
    """The paper of packs that go to a structure."""

    dependencies = [
        ("core", "0009_site_country"),
    ]

    operations = [
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
                    ("delivery_note", "Delivery note"),
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
                            "delivery_note",
                        ],
                    )
                ),
                name="document_kind_known",
            ),
        ),
        # SQLite made the table anew, and its guards went with the old one.
        append_only("core_document"),
    ]
