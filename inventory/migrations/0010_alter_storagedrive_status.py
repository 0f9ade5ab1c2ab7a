from django.db import migrations, models


class Migration(migrations.Migration):
    """A drive may lack in class or in verification: its state says so. No table changes."""

    dependencies = [("inventory", "0009_results_of_other_tools")]

    operations = [
        migrations.AlterField(
            model_name="storagedrive",
            name="status",
            field=models.CharField(
                choices=[
                    ("awaiting_erasure", "To erase"),
                    ("erased", "Erased"),
                    ("exceptions_to_approve", "Exceptions to approve"),
                    ("class_too_low", "Erased, less than asked"),
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
    ]
