import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What was left of a drive, as somebody photographed it. No table is made anew."""

    dependencies = [("inventory", "0010_alter_storagedrive_status")]

    operations = [
        migrations.AddField(
            model_name="destruction",
            name="photo",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inventory.evidence",
            ),
        ),
    ]
