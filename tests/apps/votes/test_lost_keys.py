"""Keys that are lost: nothing is made anew behind anybody's back, and what is left to do is said, done by hand, and on record."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from box.scene import CASES, GX, Scene, rule_of
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory, override_settings
from voting import make_vote, now, opened, vote_of

from guiguan.adapters.signing import Ed25519
from guiguan.apps.audit.models import Record
from guiguan.apps.votes.casting import cast, close_box
from guiguan.apps.votes.keeping import change_receipts, replace_lost
from guiguan.apps.votes.models import Alarm, Poll
from guiguan.apps.votes.queries import read_document
from guiguan.apps.votes.recorded import recorded
from guiguan.apps.votes.sequencing import sequence_due, sign_due
from guiguan.apps.votes.services import open_poll
from guiguan.apps.votes.voters import keys, lost, names_of, single_id, token_of
from guiguan.box.keys import _read, read_key
from guiguan.box.receipt_keys import receipt_keys
from guiguan.cli.main import main
from guiguan.conf.run import keys_lost
from guiguan.core.values.finding import InputError
from guiguan.core.votes.document import PollDocument, poll_text
from guiguan.web.ops import health
from guiguan.web.public.log import file

from .test_from_ballot_to_proof import test_url

pytestmark = pytest.mark.django_db(transaction=True)
ALL = ["case.identity", "case.pseudonym", "receipt", "signal", "token"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(
        GUIGUAN_DATA=tmp_path, GUIGUAN_SIGNER=tmp_path / "signer", GUIGUAN_LOGS=tmp_path / "log"
    ):
        yield tmp_path
    close_box()
    _read.cache_clear()


def forgotten(folder: Path) -> None:
    """The disk as a restore left it that forgot the keys."""
    shutil.rmtree(folder / "keys")
    _read.cache_clear()
    close_box()


def ballot(subject: str, key: str = "k") -> tuple[int, dict[str, Any]]:
    vote = vote_of_case()
    proved = {"wechat": single_id("case", "wechat", subject)}
    token = token_of("case", vote.stage, proved, now())
    assert vote.document is not None
    body = json.dumps({"choices": sorted(vote.document.rule.votable)[:2]}).encode()
    headers = {
        b"content-type": b"application/json",
        b"authorization": f"Bearer {token}".encode(),
        b"idempotency-key": key.encode(),
    }
    answer = cast("/api/v1/campaigns/case/ballots", headers, body, "192.0.2.1")
    return answer.status, json.loads(answer.body)


def vote_of_case() -> Any:
    from guiguan.apps.campaigns.models import Campaign

    return vote_of(Campaign.objects.get(pk="case"))


def test_a_vote_begins_with_keys_that_it_can_tell_again() -> None:
    poll = opened(make_vote())
    assert read_document(poll.document).keys == keys().fingerprints("case")
    assert (lost(), keys_lost(), ready()) == ([], None, (200, {"status": "ok"}))
    assert ballot("one")[0] == 201


def ready() -> tuple[int, Any]:
    answer = health.ready(asked("/readyz"))
    return answer.status_code, json.loads(answer.content)


def asked(path: str) -> Any:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request


def known_keys() -> bytes:
    return bytes(file(asked("/log/case/receipt-keys"), campaign="case", rest="receipt-keys").content)


def test_a_restore_that_forgot_the_keys_takes_no_ballots(folder: Path) -> None:
    opened(make_vote())
    assert ballot("one")[0] == 201
    vote, person = vote_of_case(), single_id("case", "wechat", "one")
    token = token_of("case", vote.stage, {"wechat": person}, now())
    forgotten(folder)
    fault = keys_lost()
    assert fault is not None
    assert (fault.rule, lost()) == ("ballots.keys", ALL)
    assert ready() == (503, {"status": "unavailable", "reason": "keys"})
    with pytest.raises(ValueError, match="keys missing"):
        ballot("one", "again")
    headers = {b"content-type": b"application/json", b"authorization": f"Bearer {token}".encode()}
    body = json.dumps({"choices": sorted(vote.document.rule.votable)[:2]}).encode()
    refused = cast("/api/v1/campaigns/case/ballots", headers | {b"idempotency-key": b"x"}, body, "192.0.2.1")
    assert (refused.status, json.loads(refused.body)["type"]) == (503, "/problems/ballots.not-stored")
    make_vote("next")
    with pytest.raises(InputError) as error:
        open_poll("votes.open", now(), "next", "vote")
    assert [f.rule for f in error.value.findings] == ["ballots.keys"]
    assert not (folder / "keys").exists()


def test_a_site_does_not_start_without_the_keys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from guiguan.conf import run

    opened(make_vote())
    forgotten(folder)
    with pytest.raises(InputError) as error:
        run.serve("127.0.0.1", 0, "site")
    assert [f.rule for f in error.value.findings] == ["ballots.keys"]
    assert main(["keys", "check"]) == 1
    assert "keys/ballots/" in capsys.readouterr().err


def test_who_proves_who_they_are_before_the_vote_begins_keeps_the_name(folder: Path) -> None:
    make_vote()
    before = single_id("case", "wechat", "one")
    opened(make_vote("other"))
    open_poll("votes.open", now(), "case", "vote")
    assert single_id("case", "wechat", "one") == before


def test_lost_for_good_the_vote_stands_still_until_people_say_so(folder: Path) -> None:
    opened(make_vote())
    assert replace_lost("operator", now(), "没有丢") == []
    forgotten(folder)
    assert replace_lost("operator", now(), "机房失火，备份介质损坏") == ALL
    poll = Poll.objects.get(campaign="case")
    assert (poll.state, lost()) == ("paused", [])
    assert read_document(poll.document).keys == keys().fingerprints("case")
    assert [a.reason for a in Alarm.objects.filter(cleared_at=None)] == ["keys"]
    said = Record.objects.get(action="keys.replace")
    assert (said.by, said.detail["names"]) == ("operator", ALL)
    assert ballot("one")[1]["type"] == "/problems/ballots.paused"


@pytest.mark.parametrize("content", ["", "00" * 31, "zz" * 32, "密钥"])
def test_a_broken_key_is_a_lost_one(folder: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    opened(make_vote())
    place = keys().folder / "case.identity"
    place.write_text(content, "utf-8")
    assert lost() == ["case.identity"]
    assert main(["keys", "check"]) == 1
    assert ready() == (503, {"status": "unavailable", "reason": "keys"})
    assert main(["keys", "replace-lost", "--reason", "磁盘满，备份里也是坏的"]) == 0
    assert "重新启动" in capsys.readouterr().out
    assert (lost(), Poll.objects.get(campaign="case").state) == ([], "paused")
    assert [f.read_text("utf-8") for f in keys().folder.glob("case.identity.broken.*")] == [content]


@pytest.mark.parametrize("reason", [" ", "\x1b", "丢了"])
def test_nothing_is_made_anew_before_somebody_says_how_it_was_lost(folder: Path, reason: str) -> None:
    opened(make_vote())
    forgotten(folder)
    assert main(["keys", "replace-lost", "--reason", reason]) == 1
    assert main(["keys", "replace-lost", "--reason", "\udcff 机房失火"]) == 2
    assert lost() == ALL
    assert not (folder / "keys").exists()
    assert not Record.objects.filter(action="keys.replace").exists()


def test_receipts_from_before_a_change_of_the_key_hold(folder: Path) -> None:
    opened(make_vote())
    status, first = ballot("one")
    assert status == 201
    old = Ed25519(read_key(folder / "keys" / "ballots" / "receipt")).public.hex()
    new = change_receipts("operator", now())
    close_box()
    _read.cache_clear()  # the site is started again
    status, second = ballot("two")
    assert status == 201
    while sequence_due(now()):
        pass
    sign_due(now())
    for receipt in (first["receipt"], second["receipt"]):
        found = recorded("case", receipt)
        assert found is not None
        assert found.state == "logged"
    assert json.loads(known_keys()) == {"keys": [new, old]}
    assert [r.detail["public"] for r in Record.objects.filter(action="keys.receipt")] == [new]
    # and with the key before it forgotten, the first one is nobody's
    (folder / "keys" / "ballots" / "receipt.earlier").unlink()
    found = recorded("case", first["receipt"])
    assert found is not None
    assert found.state == "forged"


def test_both_receipts_are_proven_from_the_public_files(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened(make_vote())
    said = [ballot("one")[1]["receipt"]]
    change_receipts("operator", now())
    close_box()
    _read.cache_clear()
    said.append(ballot("two")[1]["receipt"])
    while sequence_due(now()):
        pass
    sign_due(now())
    log = folder / "log" / "case"
    (log / "receipt-keys").write_bytes(known_keys())
    for receipt in said:
        assert main(["log", "verify", receipt, "--log", str(log)]) == 0
    new, old = (key.hex() for key in receipt_keys(keys()))
    assert main(["log", "verify", said[0], "--log", str(log), "--receipt-key", new]) == 1
    assert (
        main(["log", "verify", said[0], "--log", str(log), "--receipt-key", new, "--receipt-key", old]) == 0
    )


def test_nobody_changes_a_key_that_is_not_there() -> None:
    with pytest.raises(InputError) as error:
        change_receipts("operator", now())
    assert [f.rule for f in error.value.findings] == ["keys.none"]


def test_a_lost_log_key_is_never_replaced_by_another(folder: Path) -> None:
    text = poll_text(PollDocument("gx-demo", "0" * 64, rule_of(GX)))
    poll = Poll.objects.create(campaign="gx-demo", stage="vote", state="open", document=text)
    scene = Scene(test_url(), folder)
    try:
        assert scene.cast(CASES[:10])[0] == 201
        sequence_due(now())
        assert sign_due(now()) == 1
        key = folder / "signer" / "log"
        kept = key.read_text()
        key.unlink()
        _read.cache_clear()
        assert scene.cast(CASES[:10], "two")[0] == 201
        sequence_due(now())
        assert (sign_due(now() + 60_000), key.exists()) == (0, False)
        alarm = Alarm.objects.get(cleared_at=None)
        assert (alarm.campaign, alarm.reason) == ("gx-demo", "key")
        poll.refresh_from_db()
        assert poll.state == "paused"
        key.write_text("11" * 32)  # another key is no better than none
        assert sign_due(now() + 120_000) == 0
        _read.cache_clear()
        key.write_text(kept)
        assert sign_due(now() + 180_000) == 1
    finally:
        scene.close()


def test_names_that_nobody_can_make_any_more_are_said_to_be_gone(folder: Path) -> None:
    opened(make_vote())
    Poll.objects.update(state="closed")
    (folder / "keys" / "ballots" / "case.pseudonym").unlink()
    _read.cache_clear()
    assert lost() == []
    with pytest.raises(InputError) as error:
        names_of("case")
    assert [f.rule for f in error.value.findings] == ["votes.names-gone"]
