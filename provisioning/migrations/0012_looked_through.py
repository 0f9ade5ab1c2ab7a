from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("provisioning", "0011_orders_by_drive"),
    ]

    operations = [
        migrations.AlterField(
            model_name="erasurerun",
            name="verify",
            field=models.CharField(
                choices=[
                    ("none", "Not verified"),
                    ("status", "Status reported, nothing read back"),
                    ("looked", "Looked through by a person, nothing read back"),
                    ("sampled", "Status and samples read back"),
                    ("full", "Whole drive read back"),
                ],
                max_length=8,
            ),
        ),
    ]
