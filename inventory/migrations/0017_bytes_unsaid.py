from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0016_memory_of_machines"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importedresult",
            name="refused",
            field=models.CharField(
                blank=True,
                choices=[
                    (
                        "not_erased",
                        "The tool does not say that the drive was erased",
                    ),
                    (
                        "errors_counted",
                        "The tool counted errors, or did not count",
                    ),
                    (
                        "not_verified",
                        "The whole drive was not read back afterwards",
                    ),
                    (
                        "nothing_written",
                        "The drive was only read: nothing written",
                    ),
                    ("method_unknown", "What was done is not named, or not known"),
                    (
                        "bytes_unsaid",
                        "It is not said how many bytes were erased, or how many the drive has",
                    ),
                    ("bytes_differ", "The bytes erased are not the drive’s size"),
                    ("date_unknown", "When it ended is not said"),
                    ("no_drive", "No drive here has this serial number"),
                    (
                        "none_of_these",
                        "Somebody said that it is none of these drives",
                    ),
                    ("newer_attempt", "A newer attempt on this drive is known"),
                    ("evidence_used", "This very file has proved this drive before"),
                    ("evidence_incomplete", "Less than this drive’s proof asks"),
                    (
                        "date_impossible",
                        "It ended before the drive came in, or in the future",
                    ),
                    ("technique_unfit", "This method does not exist for the drive"),
                    (
                        "drive_in_use",
                        "The drive is in use in the machine that shows it",
                    ),
                    ("drive_destroyed", "The drive’s destruction is recorded"),
                    ("not_here", "The drive’s device is not in the workshop"),
                ],
                max_length=24,
            ),
        ),
    ]
