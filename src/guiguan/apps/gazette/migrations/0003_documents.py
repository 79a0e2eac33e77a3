"""What an entry names by its digest is kept."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("gazette", "0002_append_only")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "campaign", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("campaign", models.CharField(max_length=64)),
                ("number", models.BigIntegerField()),
                ("about", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["campaign", "about", "number"], name="gazette_document_about")
                ],
            },
        ),
    ]
