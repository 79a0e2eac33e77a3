"""An applicant at work: saves field by field, sends files in parts, hands in and takes back; and remembers every promise.

What was sent without an answer is sent again before anything else, as the page's scripts do.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from faults.oracle import Going, Oracle, Promised, Value

from guiguan.bench.uploads import office_parts, packed

TOKEN = "a" * 32
FIELDS = ("contact", "mobile", "title", "summary", "effect", "partners", "scenes")
PARTS = 3
MOST_FILES = 3


class Unanswered(Exception):
    """The connection broke: whether the request was done is open."""


@dataclass
class Client:
    """One browser. `up` is set while it may send; `busy` is held while a request is on its way."""

    number: int
    port: int
    session: str
    oracle: Oracle
    seed: int
    up: threading.Event
    pause: float = 1.5
    patient: bool = False  # answers of 500 and above count as none, for times when the database breaks under a living site
    busy: threading.Lock = field(default_factory=threading.Lock)
    answers: Counter[str] = field(default_factory=Counter)
    stopped: threading.Event = field(default_factory=threading.Event)
    sent: int = 0
    attachments: list[str] = field(default_factory=list)
    connection: http.client.HTTPConnection | None = None

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.seed}/{self.number}")

    def run(self) -> None:
        """Goes on until it is stopped; waits while the site is away."""
        pause = self.pause / 2 if self._carries() else self.pause
        while not self.stopped.wait(self.chance.expovariate(1 / pause)):
            self.up.wait()
            with self.busy:
                if self.up.is_set() and not self.stopped.is_set():
                    self.work()
        self._hang_up()

    def work(self) -> None:
        """One request and what follows from its answer."""
        try:
            if not self._unfinished():
                self._something()
        except Unanswered:
            self.answers["unanswered"] += 1

    def _unfinished(self) -> bool:
        """What was left open by a lost answer is asked again; whether there was anything."""
        oracle = self.oracle
        if oracle.state is None:
            self._act("withdraw", uncertain=True)
        elif name := next((n for n, p in oracle.fields.items() if p.open is not None), ""):
            self._save(name, oracle.fields[name].open)
        elif oracle.removing:
            self._remove()
        elif oracle.going and oracle.going.finishing:
            self._finish(oracle.going)
        else:
            return False
        return True

    def _something(self) -> None:
        """Mostly a save; one client in five mostly a step of an upload; another also hands in and takes back."""
        dice = self.chance.random()
        if self.oracle.state == "submitted":
            self._act("withdraw")
        elif dice < 0.2 and self.number % 5 == 0:
            self._act("submit")
        elif dice < (0.9 if self._carries() else 0.15):
            self._upload()
        else:
            name = self.chance.choice(FIELDS)
            self._save(name, self._value(name))

    def _value(self, name: str) -> Value:
        """A value that nobody sent before, of the field's kind."""
        self.sent += 1
        mark = f"客{self.number}次{self.sent}"
        if name == "mobile":
            return f"13{self.number:03}{self.sent:06}"
        if name == "partners":
            return [f"{mark}甲", f"{mark}乙"]
        if name == "scenes":
            return [{"name": f"{mark}行{row}", "use": "用途"} for row in range(1, self.chance.randint(2, 12))]
        long = self.chance.choice((0, 0, 20, 200, 3000)) if name in ("summary", "effect") else 0
        return mark + "".join(self.chance.choice("数据案例应用成效\n") for _ in range(long)) + "完"

    def _carries(self) -> bool:
        return self.number % 5 == 1

    # saves

    def _save(self, name: str, value: Value) -> None:
        promised = self.oracle.fields.setdefault(name, Promised())
        promised.open = value
        sent = [*_pairs(name, value), (f"{name}~seen", str(promised.revision))]
        status, said = self._ask("POST", f"/entries/{self.oracle.entry}/answers/{name}", urlencode(sent))
        if status != 200:
            self._fault(f"save of {name}", status, said)
            return
        revision = json.loads(said)["revision"]
        self.oracle.fields[name] = Promised(value, revision)
        self.oracle.revisions.add((name, revision))

    # files

    def _upload(self) -> None:
        going = self.oracle.going
        if len(self.attachments) > MOST_FILES:
            self._remove()
        elif going is None:
            self.oracle.going = Going(self._document())
        elif not going.id:
            self._begin(going)
        elif going.received < len(going.content):
            self._part(going)
        else:
            self._finish(going)

    def _document(self) -> bytes:
        """A Word document that nobody sent before, some ten thousand bytes that do not compress."""
        self.sent += 1
        noise = self.chance.randbytes(self.chance.randint(1_000, 20_000)).hex()
        words = f"客{self.number}次{self.sent}{noise}"
        return packed([(n, b.replace("案例简介".encode(), words.encode())) for n, b in office_parts("docx")])

    def _begin(self, going: Going) -> None:
        purpose = f"entry:{self.oracle.entry}:papers"
        sent = urlencode({"name": "材料.docx", "size": len(going.content), "purpose": purpose})
        status, said = self._ask("POST", "/files/uploads", sent)
        if status == 201:
            going.id = json.loads(said)["id"]
        else:
            self._fault("begin of an upload", status, said)

    def _part(self, going: Going) -> None:
        size = -(-len(going.content) // PARTS)
        part = going.content[going.received : going.received + size]
        going.open = len(part)
        status, said = self._ask("PUT", f"/files/uploads/{going.id}?offset={going.received}", part)
        received = json.loads(said)["received"] if status in (200, 409) else -1
        here = (going.received, going.received + len(part))
        if (status == 200 and received == here[1]) or (status == 409 and received in here):
            going.received, going.open = received, 0
        else:
            self._fault(f"part at {going.received}", status, said)

    def _finish(self, going: Going) -> None:
        going.finishing = True
        status, said = self._ask("POST", f"/files/uploads/{going.id}/finish", "")
        if status != 200:
            self._fault("finish of an upload", status, said)
            return
        self.answers["files finished"] += 1
        self.oracle.attached.append(going.sha256)
        self.oracle.going = None
        self.attachments = re.findall(r"attachments/([0-9a-f-]{36})/remove", json.loads(said)["list"])

    def _remove(self) -> None:
        self.oracle.removing = True
        place = f"/entries/{self.oracle.entry}/attachments/{self.attachments[0]}/remove"
        status, said = self._ask("POST", place, "")
        if status != 200:
            self._fault("removal", status, said)
            return
        self.oracle.removing = False
        del self.oracle.attached[0], self.attachments[0]

    # acts

    def _act(self, act: str, *, uncertain: bool = False) -> None:
        oracle = self.oracle
        before, oracle.state = oracle.state, None
        oracle.perhaps_handed_in += act == "submit"
        status, said = self._ask("POST", f"/entries/{oracle.entry}/act/{act}", "")
        if status == 302:
            oracle.state = {"submit": "submitted", "withdraw": "withdrawn"}[act]
        elif (
            uncertain and status == 400
        ):  # the act whose answer was lost had not been done, or was done whole
            oracle.state = "withdrawn" if "已撤回" in said else "draft"
        else:
            oracle.state = before
            self._fault(act, status, said)
        if act == "submit":
            oracle.perhaps_handed_in -= 1
            oracle.handed_in += status == 302

    # the wire

    def _ask(self, method: str, path: str, body: str | bytes) -> tuple[int, str]:
        """Status and text of the answer. Unanswered where there is none, or none that says anything."""
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/x-www-form-urlencoded"
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Accept": "application/json",
            "Content-Type": kind,
        }
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            self.connection.request(method, quote(path, safe="/?=&"), body, headers)
            with self.connection.getresponse() as answer:
                said = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self._hang_up()
            raise Unanswered from error
        self.answers[f"{method} {answer.status}"] += 1
        if self.patient and answer.status >= 500:
            raise Unanswered
        return answer.status, said

    def _hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _fault(self, what: str, status: int, said: str) -> None:
        self.oracle.faults.append(f"{what}: {status} {said[:300]}")


def _pairs(name: str, value: Value) -> list[tuple[str, Any]]:
    """What a browser sends of one field."""
    if isinstance(value, str):
        return [(name, value)]
    if value and isinstance(value[0], dict):
        return [
            (f"{name}.{n}.{column}", text) for n, row in enumerate(value, 1) for column, text in row.items()
        ]
    return [(f"{name}.{n}", text) for n, text in enumerate(value, 1)]
