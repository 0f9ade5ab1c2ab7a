from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0012_certificate_runs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="erasure",
            name="verification",
            field=models.CharField(
                choices=[
                    ("none", "Not verified"),
                    ("status", "Status reported, nothing read back"),
                    ("looked", "Looked through by a person, nothing read back"),
                    ("sampled", "Status and samples read back"),
                    ("full", "Whole drive read back"),
                ],
                max_length=8,
                verbose_name="verification",
            ),
        ),
    ]
