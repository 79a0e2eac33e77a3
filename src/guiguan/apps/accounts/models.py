"""People, the units they belong to, and the roles they hold. Personal data lies sealed; phones are found by a blind index."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from guiguan.core.lifecycle.moves import ORGANISATION


class People(BaseUserManager["Person"]):
    """Finds people by the name under which they sign in."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(username=username)


class Person(AbstractBaseUser):
    """Somebody with an account. What a person may do follows from memberships and grants alone: there is no superuser."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = models.BinaryField(default=b"")  # sealed, person.name
    phone = models.BinaryField(default=b"")  # sealed, person.phone
    phone_index = models.CharField(max_length=64, null=True, unique=True)  # blind
    phone_verified = models.BooleanField(default=False)
    email = models.BinaryField(default=b"")  # sealed, person.email
    identity = models.BinaryField(default=b"")  # sealed, person.identity; opened only with a reason
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[People] = People()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["date_joined"], condition=Q(phone_index=None), name="person_unproven")
        ]

    def __str__(self) -> str:
        return self.username


class Organisation(models.Model):
    """A unit that declares. `state` moves as `core/lifecycle` ORGANISATION says."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16)  # enterprise, user_unit, individual
    name = models.CharField(max_length=120)
    credit_code = models.CharField(max_length=18, blank=True)
    address = models.CharField(max_length=200)
    region = models.CharField(max_length=6, blank=True)  # GB/T 2260
    attribute = models.CharField(max_length=50, blank=True)  # 企业属性 / 单位性质
    type = models.CharField(max_length=50, blank=True)  # 企业类型 / 单位类型
    licence = models.UUIDField(null=True)  # files.File
    letter = models.UUIDField(null=True)  # files.File, the sealed 注册授权书
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="units")
    parent_name = models.CharField(max_length=120, blank=True)  # as written, while the group has no account
    unit_kind = models.CharField(max_length=16, blank=True)  # branch, subsidiary
    state = models.CharField(max_length=16, default=ORGANISATION.first)
    submitted_at = models.BigIntegerField()
    decide_until = models.DateField(null=True)  # end of the second working day after it was handed in
    decided_at = models.BigIntegerField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)  # why refused, as the unit reads it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code="") & ~Q(state="refused"),
                name="one_unit_per_credit_code",
            )
        ]

    def __str__(self) -> str:
        return self.name


class UnitAct(models.Model):
    """One act in the life of a unit: handed in, approved, refused with its reason … The newest is the unit's own state."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="acts")
    act = models.CharField(max_length=16)  # submit, resubmit, approve, refuse, change, suspend, restore
    at = models.BigIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)


class Membership(models.Model):
    """A person acts for a unit. `keeper` may invite, hand over and change the unit's data; each unit has exactly one."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    keeper = models.BooleanField(default=False)
    since = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "person"], name="member_once"),
            models.UniqueConstraint(fields=["organisation"], condition=Q(keeper=True), name="one_keeper"),
        ]


class Invitation(models.Model):
    """An invitation into a unit, by a link that is stored only as its digest and works once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    token_digest = models.CharField(max_length=64, unique=True)
    phone_index = models.CharField(max_length=64)  # only the person with this phone can accept
    phone = models.BinaryField()  # sealed, person.phone
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.BigIntegerField()
    expires_at = models.BigIntegerField()
    ended = models.CharField(max_length=16, blank=True)  # accepted, withdrawn


class Grant(models.Model):
    """A role that a security administrator gave to a person; ended, never deleted."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20)
    campaign = models.CharField(max_length=64, blank=True)  # slug; "" for administrators
    regions = models.JSONField(default=list)  # GB/T 2260 codes, for undertakers
    by = models.CharField(max_length=64)
    at = models.BigIntegerField()
    ended_at = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "role", "campaign"], condition=Q(ended_at__isnull=True), name="role_once"
            )
        ]


class Reveal(models.Model):
    """That somebody opened a person's sealed data, and why. The audit trail holds the digest of the reason."""

    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.BigIntegerField()
    reason = models.TextField()


class CodeSent(models.Model):
    """That a code went to a number, so that nobody can be flooded: what a number and a net may get is in codes.py."""

    phone_index = models.CharField(max_length=64)
    network = models.CharField(max_length=64)  # blind index of the address, IPv6 by its /64
    at = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["phone_index", "at"]),
            models.Index(fields=["network", "at"]),
        ]


class FactorReset(models.Model):
    """That somebody's second factor shall be taken away because it was lost: proposed by one administrator, decided by another."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="factor_resets")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.BigIntegerField()
    reason = models.TextField()  # how it was made sure that it is this person who asks
    outcome = models.CharField(max_length=8, blank=True)  # done, refused; blank while it waits
    second = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=Q(outcome=""), name="one_factor_reset_waits")
        ]
