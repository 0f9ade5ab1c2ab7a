import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from backoffice.core.triggers import by_vendor

EXITS = (
    "'ready', 'packed', 'in_transit', 'on_loan', 'handed_over', 'weee_out', "
    "'returned_to_donor'"
)
UNPROVEN_INSIDE = (
    "EXISTS (SELECT 1 FROM inventory_storagedrive d WHERE d.host_id = NEW.id "
    "AND d.gated AND d.status NOT IN ('erased', 'destroyed', 'installed_new'))"
)
# As in 0002_guards; and parts of a device whose drives nobody has named stay.
BLOCKED = (
    "NEW.status <> OLD.status AND ("
    f"(NEW.status IN ({EXITS}) AND (NEW.hold_reason <> '' OR ("
    f"NOT (NEW.status = 'returned_to_donor' AND NEW.waiver_reference <> '') AND "
    f"(NEW.data_state NOT IN ('clean', 'no_storage') OR {UNPROVEN_INSIDE})))) "
    f"OR (NEW.status = 'for_parts' AND (NEW.data_state = 'unknown' OR {UNPROVEN_INSIDE})))"
)
WITHOUT_BYTES = (
    "NEW.result IN ('erased', 'erased_with_exceptions') "
    "AND COALESCE(NEW.bytes_erased, 0) = 0"
)
# SQLite makes the table of drives anew, and refuses to while a trigger names it.
OUT_OF_THE_WAY = ["DROP TRIGGER device_exit_needs_proof"]
SQLITE = [
    "CREATE TRIGGER device_exit_needs_proof BEFORE UPDATE OF status "
    f"ON inventory_device WHEN {BLOCKED} "
    "BEGIN SELECT RAISE(ABORT, 'a drive in this device is unproven'); END",
    "CREATE TRIGGER erasure_says_its_bytes BEFORE INSERT ON inventory_erasure "
    f"WHEN {WITHOUT_BYTES} "
    "BEGIN SELECT RAISE(ABORT, 'a success says what it covered'); END",
]
POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION inventory_exit_needs_proof() RETURNS trigger "
    f"LANGUAGE plpgsql AS $$ BEGIN IF {BLOCKED} THEN "
    "RAISE EXCEPTION 'a drive in this device is unproven' "
    "USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER erasure_says_its_bytes BEFORE INSERT ON inventory_erasure "
    f"FOR EACH ROW WHEN ({WITHOUT_BYTES}) "
    "EXECUTE FUNCTION inventory_refuse('a success says what it covered')",
]


class Migration(migrations.Migration):
    """Drives that never were, drives that were recognised, invoices in full."""

    dependencies = [
        ("inventory", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        by_vendor(sqlite=OUT_OF_THE_WAY, postgresql=()),
        migrations.RemoveConstraint(
            model_name="storagedrive",
            name="drive_status_known",
        ),
        migrations.RemoveConstraint(
            model_name="storagedrive",
            name="drive_in_one_place",
        ),
        migrations.AddField(
            model_name="storagedrive",
            name="invoice_supplier",
            field=models.CharField(blank=True, max_length=60, verbose_name="supplier"),
        ),
        migrations.AddField(
            model_name="storagedrive",
            name="invoiced_on",
            field=models.DateField(blank=True, null=True, verbose_name="invoice of"),
        ),
        migrations.AddField(
            model_name="storagedrive",
            name="recognised_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="storagedrive",
            name="status",
            field=models.CharField(
                choices=[
                    ("awaiting_erasure", "To erase"),
                    ("erased", "Erased"),
                    ("exceptions_to_approve", "Exceptions to approve"),
                    ("class_too_low", "Erased, class too low"),
                    ("failed", "Erasure failed"),
                    ("destruction_to_approve", "Destruction to approve"),
                    ("destroyed", "Destroyed"),
                    ("installed_new", "Installed new"),
                    ("withdrawn", "Withdrawn: declared by mistake"),
                ],
                default="awaiting_erasure",
                max_length=24,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="storagedrive",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "awaiting_erasure",
                            "erased",
                            "exceptions_to_approve",
                            "class_too_low",
                            "failed",
                            "destruction_to_approve",
                            "destroyed",
                            "installed_new",
                            "withdrawn",
                        ],
                    )
                ),
                name="drive_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="storagedrive",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("custody", None), ("host__isnull", False)),
                    models.Q(("custody__isnull", False), ("host", None)),
                    models.Q(
                        ("custody", None),
                        ("host", None),
                        ("status__in", ["destroyed", "withdrawn"]),
                    ),
                    _connector="OR",
                ),
                name="drive_in_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="storagedrive",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "withdrawn"), _negated=True),
                    models.Q(("custody", None), ("host", None)),
                    _connector="OR",
                ),
                name="drive_withdrawn_is_nowhere",
            ),
        ),
        by_vendor(sqlite=SQLITE, postgresql=POSTGRESQL),
    ]
