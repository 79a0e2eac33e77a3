"""The public records of campaigns and their entries."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign", models.CharField(max_length=64)),
                ("number", models.BigIntegerField()),
                ("kind", models.CharField(max_length=8)),
                ("time", models.BigIntegerField()),
                ("entry", models.BinaryField()),
                ("leaf", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Log",
            fields=[
                ("campaign", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("origin", models.CharField(max_length=200, unique=True)),
                ("begun_at", models.BigIntegerField()),
                ("published", models.BigIntegerField(default=0)),
            ],
        ),
    ]
