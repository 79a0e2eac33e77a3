"""Honest people: homes, telephones, night owls, offices and schools that mobilise, computer rooms, published lists."""

from __future__ import annotations

import numpy as np

from guiguan.bench.traffic.crowd import (
    DAYS,
    ENTRIES,
    MODELS,
    PICKS,
    Crowd,
    Ints,
    Random,
    agents,
    devices,
    filled,
    pondered,
    popularity,
    seconds,
    together,
)

LAZY, OWLS, HURRIED, BLINKS = 0.25, 0.06, 0.01, 0.0003
LOYAL = 0.3  # of one's choices yesterday, how often all are the same today


def honest(random: Random, ballots: int) -> Crowd:
    """About `ballots` ballots of a week: 80 % of people on their own, the rest mobilised in offices, schools and by lists."""
    many = ballots // 100
    return together(
        [
            _everybody(random, 80 * many),
            _offices(random, 8 * many),
            _schools(random, 7 * many),
            _lists(random, 5 * many),
        ]
    )


def _returns(random: Random, voters: int, again: float) -> tuple[Ints, Ints]:
    """(voter, day) of everyone's ballots: a first day, and each day after it with chance `again`."""
    first = random.choice(DAYS, voters, p=np.array([22, 18, 14, 12, 11, 11, 12]) / 100)
    later = random.random((voters, DAYS)) < again
    day = np.arange(DAYS)
    cast = (later & (day > first[:, None])) | (day == first[:, None])
    voter, on = np.nonzero(cast)
    return voter.astype(np.int64), on.astype(np.int64)


def _habits(random: Random, voters: int) -> np.ndarray:
    """The minute of the day at which somebody looks at the telephone: morning, noon, evening; night owls after eleven."""
    part = random.choice(3, voters, p=[0.22, 0.25, 0.53])
    minute = np.choose(
        part,
        [
            random.normal(510, 55, voters),
            random.normal(755, 50, voters),
            random.normal(1230, 75, voters),
        ],
    )
    owl = random.random(voters) < OWLS
    return np.where(owl, random.normal(60, 80, voters) % 1440, minute)


def _cast(random: Random, own: Ints, voter: Ints) -> Ints:
    """The ballots: a voter's own entries first, filled up as that voter does; many choose the same again the next day."""
    voters = len(own)
    lazy = random.random(voters) < LAZY
    even, liked = filled(random, own), filled(random, own, popularity())
    first = np.where(lazy[:, None], even, liked)
    fresh = np.where(
        lazy[voter][:, None], filled(random, own[voter]), filled(random, own[voter], popularity())
    )
    return np.where((random.random(len(voter)) < LOYAL)[:, None], first[voter], fresh)


def _solve(random: Random, n: int) -> Ints:
    found = pondered(random, n)
    hurried = random.random(n) < HURRIED
    found = np.where(hurried, random.integers(3000, 7000, n), found)
    return np.where(random.random(n) < BLINKS, random.integers(800, 2000, n), found)


def _everybody(random: Random, ballots: int) -> Crowd:
    voters = int(ballots / 1.9)
    voter, day = _returns(random, voters, 0.35)
    kept = voter[:ballots] if len(voter) > ballots else voter
    voter, day = kept, day[: len(kept)]
    voters = int(voter.max()) + 1
    household = np.cumsum(random.random(voters) < 0.45)  # about 2.2 to a home
    mobile = random.random(voters) < 0.45
    towers = max(20, ballots // 2500)
    home_net, tower = towers + household, random.integers(0, towers, len(voter))
    away = mobile[voter] | (random.random(len(voter)) < 0.25)
    provider = (household % 8).astype(np.int64)
    device = devices(random, voters)
    tablet = random.random(voters) < 0.06  # the family's tablet
    device = np.where(tablet, MODELS + voters + household, device)
    minute = _habits(random, voters)[voter] + random.normal(0, 40, len(voter))
    own = filled(random, np.zeros((voters, 0), np.int64), popularity())[:, :1]
    return Crowd(
        voter, day, seconds(random, minute % 1440),
        np.where(away, tower, home_net[voter]), np.where(away, tower % 8, provider[voter]),
        device[voter], agents(random, voters)[voter], _solve(random, len(voter)), _cast(random, own, voter),
    )  # fmt: skip


def _offices(random: Random, ballots: int) -> Crowd:
    """Offices of 10 to 120 behind one address each; in two of three nearly everybody votes for the office's own entry, on one
    to three working days, most of them after the same message."""
    crowds, made = [], 0
    while made < ballots:
        people = int(random.integers(10, 121))
        mine = int(random.integers(0, ENTRIES))
        mobilised = random.random() < 0.67
        days = random.choice(DAYS, int(random.integers(1, 4)), replace=False)
        loyal = random.random(people) < (random.uniform(0.7, 0.98) if mobilised else 0.1)
        comes = random.random((people, len(days))) < 0.7
        voter, on = np.nonzero(comes)
        called = int(random.integers(540, 1050))
        minute = np.where(
            loyal[voter] & (random.random(len(voter)) < 0.6),
            called + np.abs(random.normal(0, 35, len(voter))),
            random.uniform(510, 1080, len(voter)),
        )
        crowds.append(_behind(random, people, voter, days[on], minute, loyal, mine))
        made += len(voter)
    return together(crowds)


def _schools(random: Random, ballots: int) -> Crowd:
    """Schools of 80 to 500: one class hour, the school's own entry; in every second one the ballots come from a computer room of
    40 machines that look the same, many pupils to a machine, all on one address."""
    crowds, made = [], 0
    while made < ballots:
        people = int(random.integers(80, 501))
        mine = int(random.integers(0, ENTRIES))
        days = random.choice(DAYS, int(random.integers(1, 3)), replace=False)
        voter = np.repeat(np.arange(people), len(days))
        on = np.tile(days, people)
        hour = int(random.integers(8, 17)) * 60
        minute = hour + random.uniform(0, 45, len(voter))
        loyal = random.random(people) < 0.95
        crowd = _behind(random, people, voter, on, minute, loyal, mine)
        if random.random() < 0.5:
            room = MODELS + random.integers(0, 3)  # three images for all machines
            crowd = Crowd(crowd.voter, crowd.day, crowd.second, crowd.net, crowd.asn,
                          np.full(len(voter), room), np.full(len(voter), int(random.integers(0, 30))),
                          crowd.solve_ms, crowd.choices)  # fmt: skip
        crowds.append(crowd)
        made += len(voter)
    return together(crowds)


def _behind(
    random: Random, people: int, voter: Ints, day: Ints, minute: np.ndarray, loyal: np.ndarray, mine: int
) -> Crowd:
    """People behind one address; those who are loyal begin with the entry `mine`."""
    n = len(voter)
    own = filled(random, np.zeros((people, 0), np.int64), popularity())[:, :1]
    own = np.where(loyal[:, None], mine, own)
    return Crowd(
        voter.astype(np.int64), day.astype(np.int64), seconds(random, minute), np.zeros(n, np.int64),
        np.full(n, int(random.integers(8, 20))), devices(random, people)[voter], agents(random, people)[voter],
        _solve(random, n), _cast(random, own, voter),
    )  # fmt: skip


def _lists(random: Random, ballots: int) -> Crowd:
    """Three cities publish the ten entries of theirs, and people vote for the whole list."""
    crowds = []
    for _city in range(3):
        whole = random.choice(ENTRIES, PICKS, replace=False)
        voters = int(ballots / 3 / 1.6)
        voter, day = _returns(random, voters, 0.2)
        follows = random.random(voters) < 0.8
        own = np.tile(whole[:4], (voters, 1))
        choices = np.where(
            follows[voter][:, None], np.tile(whole, (len(voter), 1)), _cast(random, own, voter)
        )
        minute = _habits(random, voters)[voter] + random.normal(0, 40, len(voter))
        net = np.arange(voters) // 2
        crowds.append(
            Crowd(
                voter, day, seconds(random, minute % 1440), net[voter], net[voter] % 8,
                devices(random, voters)[voter], agents(random, voters)[voter], _solve(random, len(voter)), choices,
            )
        )  # fmt: skip
    return together(crowds)
