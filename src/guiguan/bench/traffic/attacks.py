"""Six ways of brushing, each for one entry of middling fame."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from guiguan.bench.traffic.crowd import (
    AGENTS,
    DAYS,
    MODELS,
    Crowd,
    Ints,
    Random,
    agents,
    filled,
    pondered,
    popularity,
    seconds,
)


def _choices(random: Random, n: int, first: list[int]) -> Ints:
    return filled(random, np.tile(np.array(first), (n, 1)), popularity())


def bought(random: Random, n: int, target: int) -> Crowd:
    """Votes sold from a dozen accounts to a telephone, through six networks; people tap, as fast as people do."""
    voters = n // 2
    voter, on = np.repeat(np.arange(voters), 2), np.tile(random.choice(DAYS, 2, replace=False), voters)
    phone = voter // 12
    n = len(voter)
    minute = random.uniform(540, 1320, n)
    net = random.integers(0, 6, n)
    return Crowd(
        voter, on, seconds(random, minute), net, 8 + net % 4, MODELS + phone, agents(random, voters // 12 + 1)[phone],
        pondered(random, n, 20, 0.5), _choices(random, n, [target]),
    )  # fmt: skip


def burst(random: Random, n: int, target: int) -> Crowd:
    """A script that fires eight minutes at a time through proxies of computing centres, each time with another device."""
    times = 5
    fire = random.integers(0, times, n)
    day, start = random.integers(0, DAYS, times), random.uniform(400, 1380, times)
    net = random.integers(0, 400, n)
    solve = np.where(random.random(n) < 0.3, random.integers(700, 2000, n), random.normal(2600, 180, n))
    return Crowd(
        np.arange(n), day[fire], seconds(random, start[fire] + random.uniform(0, 8, n)), net, 20 + net % 3,
        MODELS + np.arange(n), random.integers(0, 3, n), solve.astype(np.int64), _choices(random, n, [target]),
    )  # fmt: skip


def clockwork(random: Random, n: int, target: int) -> Crowd:
    """Twelve bots, each with its own browser and pace, pausing now and then; address changed every hour, device every ballot."""
    bots = 12
    each = n // bots
    voter = np.arange(bots * each)
    bot = voter // each
    pace = random.uniform(20, 90, bots)
    gap = pace[bot] * (1 + 0.06 * random.standard_normal(len(voter)))
    gap = np.where(random.random(len(voter)) < 0.08, gap * random.uniform(3, 20, len(voter)), gap)
    start = random.integers(0, (DAYS - 1) * 86_400, bots)
    at = start[bot] + np.concatenate([np.cumsum(gap[b * each : (b + 1) * each]) for b in range(bots)])
    at = at.astype(np.int64) % (DAYS * 86_400)
    net = bot * 200 + at // 3600
    return Crowd(
        voter, at // 86_400, at % 86_400, net, net % 8, MODELS + voter, AGENTS - 1 - 10 * bot,
        pondered(random, len(voter), 25, 0.7), _choices(random, len(voter), [target]),
    )  # fmt: skip


def fresh(random: Random, n: int, target: int) -> Crowd:
    """Accounts made for this vote, used once, on emulators, through the addresses of private homes."""
    voter = np.arange(n)
    emulator = random.integers(0, max(4, n // 40), n)
    net = random.integers(0, 4 * n, n)
    return Crowd(
        voter, random.integers(2, DAYS - 1, n), seconds(random, random.uniform(480, 1420, n)), net, net % 2,
        MODELS + emulator, AGENTS - 5 - emulator % 4, pondered(random, n, 8, 0.4), _choices(random, n, [target]),
    )  # fmt: skip


def lockstep(random: Random, n: int, target: int) -> Crowd:
    """A farm of telephones, each with its own account: the same three entries every day about the same hour, by a macro; the
    address changes with every ballot."""
    days = 5
    phones = n // days
    voter, day = np.repeat(np.arange(phones), days), np.tile(np.arange(1, 1 + days), phones)
    hour = random.uniform(480, 1260)
    minute = hour + random.uniform(-25, 25, len(voter))
    net = random.integers(0, 6 * n, len(voter))
    own = [target, target + 7, target + 19]
    return Crowd(
        voter, day, seconds(random, minute), net, net % 8, MODELS + voter, agents(random, phones)[voter],
        random.normal(9300, 170, len(voter)).astype(np.int64), _choices(random, len(voter), own),
    )  # fmt: skip


def collisions(random: Random, n: int, target: int) -> Crowd:
    """A few cracked browsers under many accounts, all with the same ten entries ticked."""
    voter = np.arange(n)
    browser = random.integers(0, max(4, n // 60), n)
    net = random.integers(0, 2 * n, n)
    ticked = filled(random, np.array([[target]]))
    return Crowd(
        voter, random.integers(0, DAYS, n), seconds(random, random.uniform(420, 1400, n)), net, net % 8,
        MODELS + browser, agents(random, n), pondered(random, n, 15, 0.6), np.tile(ticked, (n, 1)),
    )  # fmt: skip


ATTACKS: Mapping[str, Callable[[Random, int, int], Crowd]] = {
    "bought": bought,
    "burst": burst,
    "clockwork": clockwork,
    "fresh": fresh,
    "lockstep": lockstep,
    "collisions": collisions,
}
