"""What the ballot box stores. Sole writer: guiguan.box. Here only to be read, and so that migrations make the tables.

Every unique key contains the voter, and no row is shared between voters, so that the tables can be distributed by voter.
"""

from __future__ import annotations

from django.db import models


class Ballot(models.Model):
    """One entry of a campaign's ballot log as stored: a ballot, or an entry of another kind. Never changed, never deleted: the
    database itself refuses.

    A writer is a process that stores ballots; it commits its batches one after another, numbered 1, 2, 3 …, so whoever has read
    batch b of a writer has read all that this writer stored before. Writer 0 is whoever appends entries of other kinds, one at
    a time. `place` counts from 0 within a batch; the rows of one batch and poll share one signed promise.
    """

    pk = models.CompositePrimaryKey("writer", "batch", "place", "voter")
    writer = models.SmallIntegerField()
    batch = models.BigIntegerField()
    place = models.IntegerField()
    voter = models.BinaryField()  # the first 16 bytes of the voter id; empty for entries of other kinds
    poll = models.IntegerField()  # Poll.id
    kind = models.CharField(max_length=8)  # ballot, void, unvoid, close
    day = models.CharField(max_length=10)  # in the campaign's zone
    time = models.BigIntegerField()  # ms, given at the commit
    asked = (
        models.BinaryField()
    )  # digest of the Idempotency-Key (16 bytes), then of what was sent with it (16)
    entry = models.BinaryField()  # the canonical bytes
    leaf = models.BinaryField()  # SHA-256(0x00 ‖ entry)


class Right(models.Model):
    """What a voter used up: which ballots are the voter's. One row for one voter of a poll; its key is what makes two first ballots
    of one voter impossible, and its lock what puts two later ones one after another.

    Where a limit counts by address for many voters, the address has such a row too, with counts instead of ballots.
    """

    pk = models.CompositePrimaryKey("poll", "holder")
    poll = models.IntegerField()
    holder = models.BinaryField()  # Ballot.voter; of an address: 0x01 and 16 bytes of its pseudonym
    refs = models.BinaryField()  # (writer, batch, place) of each ballot, 14 bytes each
    used = models.BinaryField()  # of an address: JSON of what was counted under it; else empty


class Signal(models.Model):
    """How many entries a batch stored (box.parts), and what is known of the senders of its ballots, sealed: address, user agent, device, time
    to solve the challenge. Restricted, deleted when its time is over (`voter_signals_days` of the blueprint), never in the log."""

    pk = models.CompositePrimaryKey("writer", "batch")
    writer = models.SmallIntegerField()
    batch = models.BigIntegerField()
    at = models.BigIntegerField()
    sealed = models.BinaryField()  # box.signals: one list for the batch
    entries = models.IntegerField(null=True)  # how many the batch stored; unknown of earlier versions


class Refusal(models.Model):
    """How many ballots one writer refused in a minute, by rule. For the organiser's eyes; never part of a result."""

    pk = models.CompositePrimaryKey("poll", "minute", "rule", "writer")
    poll = models.IntegerField()
    minute = models.BigIntegerField()  # ms, the start of the minute
    rule = models.CharField(max_length=64)
    writer = models.SmallIntegerField()
    count = models.IntegerField()
