"""A receipt or a whole published log checked from nothing but its public files: what a stranger does, without this site's word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from guiguan.adapters.signing import check_ed25519
from guiguan.core.integrity.checkpoint import Checkpoint, open_checkpoint
from guiguan.core.integrity.merkle import DIGEST, inclusion_spans, is_included, leaf_hashes, proof, root
from guiguan.core.integrity.note import NotANote, NoteKey, read_vkey
from guiguan.core.integrity.receipt import Receipt, holds
from guiguan.core.integrity.tiles import (
    ENTRIES,
    WIDTH,
    BadTile,
    Tile,
    digests_of,
    edge_root,
    read_bundle,
    subtree,
    tile_at,
)

Fetch = Callable[[str], bytes]
"""The bytes of one public file by its name below the log's address. OSError where there is none."""


class Unproven(ValueError):
    """Something does not agree, or is not there; the text says what, `zh` in Chinese."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh


@dataclass(frozen=True)
class PublicLog:
    """A log as anybody can fetch it. `key`: a verifier key from a place that one trusts; without one, the log's own word is taken."""

    fetch: Fetch
    key: str = ""
    _kept: dict[str, bytes] = field(default_factory=dict, repr=False)

    def verifier(self) -> NoteKey:
        """The key under which checkpoints must be signed. Raises Unproven."""
        try:
            return read_vkey(self.key or self._file("key").decode().strip())
        except (NotANote, UnicodeDecodeError) as error:
            raise Unproven("日志的公钥读不出来", f"key: {error}") from error

    def checkpoint(self) -> Checkpoint:
        """The newest checkpoint, signed; its tiles give its root. Raises Unproven."""
        key = self.verifier()
        try:
            found = open_checkpoint(self._file("checkpoint"), [key], check_ed25519, key.name)
        except NotANote as error:
            raise Unproven("检查点不是用这把日志公钥签的", f"checkpoint: {error}") from error
        try:
            top = edge_root(found.size, self.tile)
        except BadTile as error:
            raise Unproven("日志的哈希块不完整", f"tiles: {error}") from error
        if top != found.root:
            raise Unproven("哈希块算出的根与检查点不符", "the tiles do not give the root of the checkpoint")
        return found

    def tile(self, tile: Tile) -> bytes:
        """The bytes of a tile; the full one where a partial one gave way to it."""
        try:
            return self._file(tile.path)
        except Unproven:
            if tile.is_full or tile.level == ENTRIES:
                raise
        return self._file(Tile(tile.level, tile.number).path)[: tile.width * DIGEST]

    def receipt_keys(self) -> bytes:
        """What the log says of the ballot box's keys. Raises Unproven."""
        return self._file("receipt-keys")

    def _file(self, name: str) -> bytes:
        if name not in self._kept:
            try:
                self._kept[name] = self.fetch(name)
            except OSError as error:
                raise Unproven(
                    f"读不到日志的 {name}：{error}", f"{name} of the log cannot be read: {error}"
                ) from error
        return self._kept[name]


def prove_receipt(receipt: Receipt, log: PublicLog, receipt_keys: list[bytes]) -> tuple[int, Checkpoint]:
    """The index of the receipt's leaf and the checkpoint over it, both proven. Raises Unproven.

    Only tiles are asked for, never the site's own proof; so nobody can tell which receipt was looked at.
    """
    if not holds(receipt, receipt_keys, check_ed25519):
        raise Unproven("回执不是用这把投票箱公钥签的", "the receipt is not signed by the ballot box")
    newest = log.checkpoint()
    for number in range(-(-newest.size // WIDTH)):
        tile = tile_at(0, number, newest.size)
        digests = digests_of(log.tile(tile), tile.width)
        if receipt.leaf in digests:
            index = number * WIDTH + digests.index(receipt.leaf)
            path = proof(inclusion_spans(index, newest.size), lambda s: subtree(s, newest.size, log.tile))
            if not is_included(receipt.leaf, index, newest.size, path, newest.root):
                raise Unproven(
                    f"第 {index} 条不在检查点的树里", f"entry {index} is not in the tree of the checkpoint"
                )
            return index, newest
    raise Unproven(
        f"检查点的 {newest.size} 条里没有这张选票；刚投的，请过二十秒再试",
        f"the leaf is not among the {newest.size} of the checkpoint; if it is of just now, try again in twenty seconds",
    )


def prove_entries(log: PublicLog) -> tuple[Checkpoint, Iterator[tuple[int, bytes]]]:
    """The newest checkpoint and, one after another, the published entries, each checked against its tile and the tiles against the root.
    Raises Unproven, also while they are read."""
    newest = log.checkpoint()
    return newest, _entries(log, newest)


def _entries(log: PublicLog, newest: Checkpoint) -> Iterator[tuple[int, bytes]]:
    for number in range(-(-newest.size // WIDTH)):
        tile = tile_at(0, number, newest.size)
        digests = digests_of(log.tile(tile), tile.width)
        first = number * WIDTH
        if tile.is_full and root(digests) != subtree((first, first + WIDTH), newest.size, log.tile):
            raise Unproven(
                f"{tile.path} 不在检查点的树里", f"{tile.path} is not in the tree of the checkpoint"
            )
        entries = read_bundle(log.tile(tile_at(ENTRIES, number, newest.size)), tile.width)
        if leaf_hashes(entries) != digests:
            raise Unproven(
                f"第 {first} 条起的记录与日志不符", f"the entries from {first} are not those of the log"
            )
        yield from enumerate(entries, first)
