"""What the site has promised one client, and what of it a look inside finds broken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

Value = Any  # a text, a list of texts, or rows


@dataclass
class Promised:
    """One field: what was acknowledged last, and what was sent since without an answer."""

    value: Value = ""
    revision: int = 0
    open: Value | None = None


@dataclass
class Going:
    """A file on its way. `id` is known once its beginning was acknowledged."""

    content: bytes
    id: str = ""
    received: int = 0
    open: int = 0  # bytes of the part that was sent without an answer
    finishing: bool = False  # asked to be finished, without an answer

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Oracle:
    """Everything that one client knows. Only answers of 200, 201 and 302 are promises."""

    entry: str
    fields: dict[str, Promised] = field(default_factory=dict)
    revisions: set[tuple[str, int]] = field(default_factory=set)
    going: Going | None = None
    attached: list[str] = field(default_factory=list)
    removing: bool = False  # the first attached one was asked to go, without an answer
    handed_in: int = 0
    perhaps_handed_in: int = 0
    state: str | None = "draft"  # None: the answer to the last act was lost
    faults: list[str] = field(default_factory=list)

    def broken(self, look: dict[str, Any]) -> list[str]:
        """Every promise that does not hold, as a sentence."""
        seen = look["entries"][self.entry]
        return [
            *self._answers(seen),
            *self._files(seen["files"]),
            *self._upload(look["uploads"]),
            *self._acts(seen),
        ]

    def _answers(self, seen: dict[str, Any]) -> list[str]:
        wrong = []
        saves = [tuple(save) for save in seen["saves"]]
        if lost := self.revisions - set(saves):
            wrong.append(f"acknowledged saves without a record: {sorted(lost)}")
        if len(saves) != len(set(saves)):
            wrong.append("a save has two records")
        for name, promised in self.fields.items():
            value, revision = seen["answers"].get(name, ["", 0])
            stands = value == promised.value and revision == promised.revision
            came_through = (
                promised.open is not None and value == promised.open and revision > promised.revision
            )
            if not stands and not came_through:
                wrong.append(
                    f"{name}: revision {revision} {str(value)[:60]!r}, promised {promised.revision} "
                    f"{str(promised.value)[:60]!r}, open {str(promised.open)[:60]!r}"
                )
            if revision and (name, revision) not in saves:
                wrong.append(f"{name}: revision {revision} stands without a record")
        return wrong

    def _files(self, found: list[str]) -> list[str]:
        """The files stand in order, each once; the one that is being finished may be there, the one being removed gone."""
        allowed = [self.attached]
        if self.going and self.going.finishing:
            allowed.append([*self.attached, self.going.sha256])
        if self.removing:
            allowed.append(self.attached[1:])
        return [] if found in allowed else [f"files {found}, wanted one of {allowed}"]

    def _upload(self, uploads: dict[str, list[Any]]) -> list[str]:
        going = self.going
        if going is None or not going.id:
            return []
        if going.id not in uploads:
            return [f"upload {going.id} of {going.received} bytes is gone"]
        received, finished, digest = uploads[going.id]
        if finished:
            return [] if going.finishing else [f"upload {going.id} is finished and nobody asked for it"]
        if received not in (going.received, going.received + going.open):
            return [f"upload {going.id}: {received} bytes, promised {going.received}, open {going.open}"]
        whole = digest == hashlib.sha256(going.content[:received]).hexdigest()
        return [] if whole else [f"upload {going.id}: its {received} bytes are others than those sent"]

    def _acts(self, seen: dict[str, Any]) -> list[str]:
        count = len(seen["submissions"])
        wrong = []
        if not self.handed_in <= count <= self.handed_in + self.perhaps_handed_in:
            wrong.append(f"{count} submissions, promised {self.handed_in} + {self.perhaps_handed_in}")
        if seen["submissions"] != list(range(1, count + 1)):
            wrong.append(f"submissions are numbered {seen['submissions']}")
        if self.state is not None and seen["state"] != self.state:
            wrong.append(f"state {seen['state']}, promised {self.state}")
        return wrong


def broken_as_a_whole(look: dict[str, Any], kills: int) -> list[str]:
    """What is wrong with the trail and the messages, whoever was promised them."""
    wrong = [f"audit record {number}: {fault}" for number, fault in look["broken"]]
    kinds = ("doubled", "never_taken", "never_noted")
    wrong += [f"messages {name}: {look[name]}" for name in kinds if look[name]]
    if look["sending"] > kills:
        wrong.append(f"{look['sending']} messages are in the middle of being sent after {kills} kills")
    each = sorted(["site", "sms"] * look["handed_in"])
    if look["told"] != each:
        wrong.append(f"{len(look['told'])} messages tell of {look['handed_in']} submissions")
    return wrong
