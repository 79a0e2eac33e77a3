"""PostgreSQL spoken plainly: prepared statements, values in the binary form of the protocol, no conversion that is not needed.

psycopg's cursors turn every value of every row by its type, which for forty ballots costs more than the server's work; arrays of
bytes need only their lengths put before them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from guiguan.box.store import NotStored, Unavailable, Unsafe
from guiguan.box.watched import WATCHED

Value = bytes | None
_SMALL, _INT, _BIG = struct.Struct(">h"), struct.Struct(">i"), struct.Struct(">q")
_ARRAY = struct.Struct(">iiiii")
_INT2, _INT4, _INT8, _BYTEA, _TEXT = 21, 23, 20, 17, 25
_FINE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)
_GONE = ("08", "53", "57", "58", "XX")
"""Classes of SQLSTATE: connection, resources (full disk, memory), operator's intervention, system error, corruption."""

small: Callable[[int], bytes] = _SMALL.pack
integer: Callable[[int], bytes] = _INT.pack
big: Callable[[int], bytes] = _BIG.pack


def as_integer(value: Value) -> int:
    """A smallint, integer or bigint."""
    return int.from_bytes(value or b"", signed=True)


def as_text(value: Value) -> str:
    return (value or b"").decode()


def as_bytes(value: Value) -> bytes:
    return value or b""


def integers(values: Sequence[int]) -> bytes:
    return _array(_INT4, [_INT.pack(v) for v in values])


def smalls(values: Sequence[int]) -> bytes:
    return _array(_INT2, [_SMALL.pack(v) for v in values])


def bigs(values: Sequence[int]) -> bytes:
    return _array(_INT8, [_BIG.pack(v) for v in values])


def bytes_array(values: Sequence[bytes]) -> bytes:
    return _array(_BYTEA, values)


def _array(kind: int, values: Sequence[bytes]) -> bytes:
    """Each value behind its length; where all have the same, as most columns do, that is one join."""
    size, head = _INT.pack, _ARRAY.pack(1, 0, kind, len(values), 1)
    lengths = set(map(len, values))
    if len(lengths) == 1:
        before = size(lengths.pop())
        return head + before + before.join(values)
    return head + b"".join([size(len(v)) + v for v in values])


class Wire:
    """One connection. Raises NotStored where the server refused a statement, Unavailable where it is gone or cannot go on; after
    either the transaction that was open is no more."""

    def __init__(self, url: str) -> None:
        try:
            # the driver's own transactions are off: what begins and commits is said here
            self._connection = psycopg.connect(url, autocommit=True, **_without(WATCHED, url))
        except psycopg.Error as error:
            raise Unavailable(str(error)) from error
        self._wire = self._connection.pgconn
        self._prepared: dict[str, bytes] = {}
        self._found: pq.abc.PGresult | None = None

    def ask(self, statement: str, values: Sequence[bytes] = ()) -> list[tuple[Value, ...]]:
        """The rows of the answer, each value in its binary form."""
        name = self.prepare(statement)
        return _rows(self._do(lambda: self._wire.exec_prepared(name, values, [1] * len(values), 1)))

    @property
    def number(self) -> int:
        """The socket's, to be watched."""
        return self._wire.socket

    def send(self, statement: str, values: Sequence[bytes]) -> bool:
        """Asks without waiting for the answer. False where a part is still to be sent: `flush` when the socket takes more. Once sent
        so, nothing else is asked before `arrived` gave the answer."""
        name = self.prepare(statement)
        self._wire.nonblocking = 1
        try:
            self._wire.send_query_prepared(name, values, [1] * len(values), 1)
        except psycopg.Error as error:
            raise Unavailable(str(error)) from error
        return self.flush()

    def flush(self) -> bool:
        """Whether everything is sent."""
        try:
            return not self._wire.flush()
        except psycopg.Error as error:
            raise Unavailable(str(error)) from error

    def arrived(self) -> list[tuple[Value, ...]] | None:
        """The rows of the answer to what was sent, None while it is not there in full: rows may come before the commit, and what is wrong
        with the commit comes after them."""
        try:
            self._wire.consume_input()
            while not self._wire.is_busy():
                result = self._wire.get_result()
                if result is None:
                    found, self._found = self._found, None
                    return None if found is None else _rows(self._fine(found))
                if self._found is None or self._found.status in _FINE:
                    self._found = result
        except psycopg.Error as error:
            raise Unavailable(str(error)) from error
        return None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Committed at the end of the block; rolled back where it raises."""
        self.ask("BEGIN")
        try:
            yield
        except BaseException:
            if self._wire.status == pq.ConnStatus.OK:
                self._wire.exec_(b"ROLLBACK")
            raise
        self.ask("COMMIT")

    def setting(self, name: str) -> str:
        return as_text(self.ask(f"SHOW {name}")[0][0])

    @property
    def broken(self) -> bool:
        return self._wire.status != pq.ConnStatus.OK

    def close(self) -> None:
        self._connection.close()

    def prepare(self, statement: str) -> bytes:
        """The name under which the server knows the statement."""
        name = self._prepared.get(statement)
        if name is None:
            name = f"box{len(self._prepared)}".encode()
            self._do(lambda: self._wire.prepare(name, statement.encode()))
            self._prepared[statement] = name
        return name

    def _do(self, act: Callable[[], pq.abc.PGresult]) -> pq.abc.PGresult:
        try:
            result = act()
        except psycopg.Error as error:
            raise Unavailable(str(error)) from error
        return self._fine(result)

    def _fine(self, result: pq.abc.PGresult) -> pq.abc.PGresult:
        if result.status in _FINE:
            return result
        state = as_text(result.error_field(pq.DiagnosticField.SQLSTATE))
        message = f"{state} {result.error_message.decode(errors='replace').strip()}"
        if self._wire.status != pq.ConnStatus.OK or not state or state[:2] in _GONE:
            raise Unavailable(message)
        raise NotStored(message)


def _without(settings: Mapping[str, int], url: str) -> dict[str, Any]:
    """The settings that the address does not make itself."""
    try:
        made = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise Unavailable(str(error)) from error
    return {name: value for name, value in settings.items() if name not in made}


def _rows(result: pq.abc.PGresult) -> list[tuple[Value, ...]]:
    width, get = range(result.nfields), result.get_value
    return [tuple([get(row, column) for column in width]) for row in range(result.ntuples)]


def check_durable(wire: Wire) -> None:
    """A commit is on the disk when it returns. Raises Unsafe."""
    wanted = {
        "fsync": ("on",),
        "full_page_writes": ("on",),
        "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
    }
    for name, good in wanted.items():
        found = wire.setting(name)
        if found not in good:
            raise Unsafe(f"{name}={good[0]} wanted; {name}={found} found")
