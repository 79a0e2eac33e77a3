"""Why a second person did not agree stays with what was proposed."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("recommending", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="latechange", name="why", field=models.TextField(blank=True, default="", db_default="")
        ),
    ]
