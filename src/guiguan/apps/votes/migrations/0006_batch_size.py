"""A batch notes in its own commit how many entries it stored. `SQLITE` and `POSTGRESQL`: all statements that make the box's tables."""

import importlib
from typing import ClassVar

from django.db import migrations, models

_first = importlib.import_module("guiguan.apps.votes.migrations.0001_initial")
ADD = "ALTER TABLE votes_signal ADD COLUMN entries integer"
SQLITE, POSTGRESQL = (*_first.SQLITE, ADD), (*_first.POSTGRESQL, ADD)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("votes", "0005_pending"),
    ]

    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ADD)],
            state_operations=[
                migrations.AddField(
                    model_name="signal",
                    name="entries",
                    field=models.IntegerField(null=True),
                ),
            ],
        ),
    ]
