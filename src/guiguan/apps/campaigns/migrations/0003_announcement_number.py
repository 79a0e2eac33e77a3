from django.db import migrations, models
from django.db.migrations.state import StateApps


def as_recorded(apps: StateApps, schema_editor: object) -> None:
    """Announcements made before keep the number under which the public record names them."""
    apps.get_model("campaigns", "Announcement").objects.update(number=models.F("pk"))


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_form_template"),
    ]

    operations = [
        migrations.AddField(
            model_name="announcement",
            name="number",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(as_recorded, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.UniqueConstraint(
                fields=("campaign", "number"), name="announcement_number_once"
            ),
        ),
    ]
