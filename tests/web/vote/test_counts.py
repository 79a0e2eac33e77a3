"""Counts are seen as declared, by page, API, header and export alike; while they are hidden nothing tells of them."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from apps.conftest import make_staff
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from voting import count, make_vote, now, opened

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Version
from guiguan.apps.votes.duties import take_pictures
from guiguan.apps.votes.memo import forget
from guiguan.apps.votes.models import Count, Picture, Poll
from guiguan.apps.votes.services.departures import remove_entry
from guiguan.core.votes.showing import MINUTE
from guiguan.web.common.middleware import request_context

pytestmark = pytest.mark.django_db
PATHS = ("/api/v1/campaigns/case/counts", "/campaigns/case/vote/counts", "/api/v1/campaigns/case/entries")


def api(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(PATHS[0]).json()
    return found


def test_shown_counts_stand_by_number_and_say_when_they_are_old(client: Client) -> None:
    campaign = make_vote()
    opened(campaign)
    count(campaign, "CASE-00002", 7, "news")
    answer = client.get(PATHS[0])
    body = answer.json()
    assert body["entries"] == [{"entry": f"CASE-{n:05}", "votes": 7 if n == 2 else 0} for n in (1, 2, 3, 4)]
    assert body["channels"] == [{"channel": "news", "votes": 7}]
    assert body["at"] <= now()
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    again = client.get(PATHS[0], headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) in ((304, b""), (200, again.content))


def test_a_whole_office_behind_one_address_sees_the_counts(client: Client) -> None:
    opened(make_vote())
    assert {client.get(PATHS[0]).status_code for _ in range(130)} == {200}


def test_the_table_is_made_anew_when_the_counts_are_others(client: Client) -> None:
    campaign = make_vote()
    opened(campaign)
    assert first_row(client) == ("案例1", "0")
    count(campaign, "CASE-00003", 5)
    forget()  # a second later
    assert first_row(client) == ("案例3", "5")


def test_the_votes_of_a_case_that_left_are_told_beside_the_table(client: Client) -> None:
    campaign = make_vote()
    opened(campaign)
    count(campaign, "CASE-00002", 7, "news")
    count(campaign, "CASE-00003", 2)
    told = "另有 7 票投给了已退出的案例，不列入上表。"
    assert told not in client.get(PATHS[1]).content.decode()
    remove_entry("votes.leave", now(), "case", "vote", "CASE-00002", "申报材料不实")
    forget()
    page = client.get(PATHS[1]).content.decode()
    assert told in page
    assert first_row(client) == ("案例3", "2")
    client.cookies["language"] = "en"
    said = "7 votes went to cases that have left, and are not in the table above."
    assert said in client.get(PATHS[1]).content.decode()


def test_a_cache_in_between_may_give_the_counts_to_anybody_but_no_page(as_person: Any) -> None:
    opened(make_vote())
    client = as_person(make_staff("clerk", "case"))
    counts, page = client.get(PATHS[0]), client.get(PATHS[1])
    assert counts.headers.get("Vary") is None
    assert not counts.cookies
    assert "Cookie" in page.headers["Vary"].split(", ")
    assert page.headers["Cache-Control"] == "private, no-store"


def first_row(client: Client) -> tuple[str, str]:
    """Title and votes of the case that stands first."""
    row = client.get(PATHS[1]).content.decode().partition("<tbody")[2].partition("</tr>")[0]
    texts = re.findall(r">([^<>]+)</(?:a|td)>", row)
    return texts[0], texts[-1]


def look(client: Client, path: str) -> tuple[Any, ...]:
    """Everything that an answer tells, with how often each database was asked; without what differs for every request."""
    with (
        CaptureQueriesContext(connections["default"]) as asked,
        CaptureQueriesContext(connections[settings.BALLOTS_ALIAS]) as ballots,
    ):
        answer = client.get(path)
    told = {k: v for k, v in answer.headers.items() if k not in ("X-Request-ID",)}
    assert not any("votes_count" in q["sql"] for q in ballots.captured_queries)
    token = re.compile(
        rb'csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken": "[^"]*"'
    )  # masked anew for every page
    return answer.status_code, token.sub(b"", answer.content), told, len(asked), len(ballots)


@pytest.mark.parametrize("path", PATHS)
def test_hidden_counts_change_nothing_that_anybody_can_see(client: Client, path: str) -> None:
    """The very bytes, the headers and the number of questions to the database are the same before and after votes."""
    campaign = make_vote(counts="hidden")
    opened(campaign)
    client.get(path)  # what is worked out once is worked out
    before = look(client, path)
    count(campaign, "CASE-00003", 99)
    assert look(client, path) == before


def test_a_hidden_answer_is_never_kept_and_has_no_digest(client: Client) -> None:
    opened(make_vote(counts="hidden"))
    answer = client.get(PATHS[0])
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert answer.json() | {"campaign": "", "stage": ""} == {
        "campaign": "",
        "stage": "",
        "counts": "hidden",
        "at": None,
        "ballots": None,
        "entries": [],
        "channels": [],
    }


def test_the_voting_page_asks_for_no_hidden_counts(client: Client) -> None:
    opened(make_vote(counts="hidden"))
    page = client.get("/campaigns/case/vote/").content.decode()
    assert "data-counts" not in page
    assert "/vote/counts" not in page


def test_hidden_counts_are_seen_at_the_recorded_close_and_not_at_the_end_of_the_window(
    client: Client,
) -> None:
    campaign = make_vote(counts="hidden")
    opened(campaign)
    count(campaign, "CASE-00003", 5)
    Poll.objects.update(state="paused")
    assert api(client)["entries"] == []
    Poll.objects.update(state="closed", closed_at=now())
    assert {e["entry"]: e["votes"] for e in api(client)["entries"]}["CASE-00003"] == 5


@pytest.mark.parametrize("role", ["lead", "clerk", "supervisor"])
def test_nobody_of_the_staff_sees_hidden_counts_either(as_person: Any, role: Any) -> None:
    campaign = make_vote(counts="hidden")
    opened(campaign)
    count(campaign, "CASE-00003", 587)
    count(campaign, "CASE-00001", 413)
    person: Person = make_staff(role, "case")
    board = as_person(person).get("/organiser/votes/case/vote/")
    assert board.status_code == 200
    page = board.content.decode()
    assert "按规则现在不公布票数" in page
    assert "587" not in page
    assert "413" not in page
    assert as_person(person).get("/organiser/votes/case/vote/counts.csv").status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", r"截至 [-\d: ]+。票数随时公布。认定为作废的选票会扣除。"),
        ("en", r"As of [-\d: ]+\. Counts are shown at any time\. Void ballots are taken off\."),
    ],
)
def test_sentences_about_the_counts_follow_each_other_as_the_language_writes_them(
    client: Client, language: str, said: str
) -> None:
    opened(make_vote())
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    assert re.search(said, client.get(PATHS[1]).content.decode())


def test_the_export_has_the_counts_that_the_public_sees(as_person: Any) -> None:
    campaign = make_vote()
    opened(campaign)
    count(campaign, "CASE-00003", 5)
    text = (
        as_person(make_staff("clerk", "case")).get("/organiser/votes/case/vote/counts.csv").content.decode()
    )
    assert text.splitlines() == [
        "\ufeffentry,title,votes",
        "CASE-00003,案例3,5",
        "CASE-00001,案例1,0",
        "CASE-00002,案例2,0",
        "CASE-00004,案例4,0",
    ]


def test_delayed_counts_are_those_of_the_picture_behind_the_delay(client: Client) -> None:
    campaign = make_vote(counts="delayed", delay_minutes=30)
    poll = opened(campaign)
    count(campaign, "CASE-00001", 3)
    assert take_pictures(now()) == 1
    assert api(client)["entries"][0]["votes"] == 0, "a picture of just now is not to be seen"
    Picture.objects.update(at=now() - 31 * MINUTE)
    Count.objects.update(votes=50)
    assert take_pictures(now()) == 1
    body = api(client)
    assert body["entries"][0] == {"entry": "CASE-00001", "votes": 3}
    assert body["at"] <= now() - 30 * MINUTE
    assert Picture.objects.filter(poll=poll.pk).count() == 2


def test_delayed_counts_are_whole_once_the_close_is_as_long_ago(client: Client) -> None:
    """Whatever became of the campaign or the worker meanwhile: what needs no delay any more needs no picture."""
    campaign = make_vote(counts="delayed", delay_minutes=30)
    poll = opened(campaign)
    count(campaign, "CASE-00001", 3)
    closed = now()
    Poll.objects.filter(pk=poll.pk).update(state="closed", closed_at=closed)
    assert api(client)["entries"][0]["votes"] == 0
    Poll.objects.filter(pk=poll.pk).update(closed_at=closed - 31 * MINUTE, version=poll.version + 1)
    assert api(client)["entries"][0] == {"entry": "CASE-00001", "votes": 3}
    assert not Picture.objects.exists()


def test_pictures_long_past_are_gone_and_equal_ones_are_not_taken() -> None:
    campaign = make_vote(counts="delayed", delay_minutes=1)
    opened(campaign)
    at = now() - now() % MINUTE
    for minutes in range(5):
        Count.objects.all().delete()
        count(campaign, "CASE-00001", minutes)
        take_pictures(at + minutes * MINUTE)
    assert sorted(Picture.objects.values_list("at", flat=True)) == [at + 3 * MINUTE, at + 4 * MINUTE]
    assert take_pictures(at + 5 * MINUTE) == 0


def test_votes_whose_counts_are_shown_need_no_pictures() -> None:
    opened(make_vote())
    assert take_pictures(now()) == 0
    assert not Picture.objects.exists()


def test_what_goes_with_a_cookie_is_given_to_nobody_else(rf: RequestFactory) -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        response = HttpResponse(headers={"Cache-Control": "public, max-age=5", "Vary": "Cookie"})
        response.set_cookie("sessionid", "somebody's")
        return response

    told = request_context(answer)(rf.get("/")).headers
    assert (told["Cache-Control"], told["Vary"]) == ("private, no-store", "Cookie")


def test_a_field_that_the_rules_in_force_hide_is_shown_no_more(client: Client) -> None:
    campaign = make_vote()
    opened(campaign)
    case, page = "/campaigns/case/cases/CASE-00001/", "/campaigns/case/vote/"
    assert "简介1" in client.get(case).content.decode()
    assert "简介1" in client.get(page).content.decode()
    before = campaign.in_force
    assert before is not None
    text = before.text.replace("kind: text, max: 200, public: true", "kind: text, max: 200")
    assert text != before.text
    campaign.in_force = Version.objects.create(
        campaign=campaign,
        number=2,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        by=before.by,
        at=before.at,
        in_force_at=before.at,
    )
    campaign.save()
    assert "简介1" not in client.get(case).content.decode()
    assert "简介1" not in client.get(page).content.decode()
    assert all(e["summary"] == "" for e in client.get(PATHS[2]).json()["items"])
