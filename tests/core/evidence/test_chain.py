"""The chain of records: what was changed, moved or taken out is named."""

from dataclasses import replace

from guiguan.core.evidence.chain import START, Link, breaks, digest_of


def chain(n: int) -> list[Link]:
    links: list[Link] = []
    before = START
    for i in range(1, n + 1):
        content = {"action": f"act-{i}", "at": i}
        digest = digest_of(i, content, before)
        links.append(Link(i, content, before, digest))
        before = digest
    return links


def test_a_true_chain_has_no_break() -> None:
    assert list(breaks(chain(5))) == []
    assert list(breaks([])) == []


def test_a_golden_digest() -> None:
    assert digest_of(1, {"action": "entry.start", "at": 1}, START) == (
        "b3bf65c5a32023a2060de7f7e27f241663ac259b727d0d9edf474cf397d65109"
    )


def test_a_changed_record_is_named() -> None:
    links = chain(4)
    links[1] = replace(links[1], content={"action": "act-2", "at": 9})
    assert list(breaks(links)) == [(2, "changed")]


def test_a_changed_record_with_its_digest_made_anew_breaks_at_the_next() -> None:
    links = chain(4)
    content = {"action": "other", "at": 2}
    links[1] = Link(2, content, links[1].previous, digest_of(2, content, links[1].previous))
    assert list(breaks(links)) == [(3, "previous")]


def test_a_record_taken_out_is_named() -> None:
    links = chain(4)
    del links[1]
    assert list(breaks(links)) == [(2, "missing"), (3, "previous")]


def test_two_records_that_changed_places_are_named() -> None:
    links = chain(4)
    links[1], links[2] = links[2], links[1]
    assert next(n for n, _ in breaks(links)) == 2


def test_the_last_record_taken_off_is_not_seen_by_the_chain_alone() -> None:
    assert list(breaks(chain(4)[:-1])) == []
