"""A receipt is one text, believed only as it was signed, by a key that the log names."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.adapters.signing import Ed25519, check_ed25519
from guiguan.core.integrity.merkle import root
from guiguan.core.integrity.receipt import BadReceipt, Receipt, holds, promise, read_receipt, receipts
from guiguan.core.values.canonical import decode

SIGNER = Ed25519(bytes(range(32)))
KEYS = [SIGNER.public]
DAY, T = "2021-06-10", 1_623_283_200_000


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(count)]


def made(count: int) -> list[str]:
    return list(receipts("gx2021", DAY, T, leaves(count), SIGNER.sign, SIGNER.public))


@given(st.integers(0, 70))
def test_every_receipt_of_a_commit_holds_and_is_in_canonical_form(count: int) -> None:
    texts = made(count)
    assert len(texts) == count
    for i, text in enumerate(texts):
        receipt = read_receipt(text)
        assert (receipt.c, receipt.day, receipt.t, receipt.n, receipt.i) == ("gx2021", DAY, T, count, i)
        assert receipt.leaf == leaves(count)[i]
        assert receipt.packed == text
        assert holds(receipt, KEYS, check_ed25519)


def test_one_signature_is_made_for_a_commit_over_its_root() -> None:
    signed: list[bytes] = []

    def sign(message: bytes) -> bytes:
        signed.append(message)
        return SIGNER.sign(message)

    assert len(list(receipts("gx2021", DAY, T, leaves(33), sign, SIGNER.public))) == 33
    assert signed == [promise("gx2021", DAY, T, 33, root(leaves(33)))]
    assert signed[0].startswith(b"gg/receipt/v1\0")
    assert decode(signed[0].removeprefix(b"gg/receipt/v1\0"))["root"] == root(leaves(33)).hex()


def test_nothing_of_a_receipt_can_be_changed() -> None:
    receipt = read_receipt(made(5)[3])
    other = read_receipt(made(5)[2])
    changed = [
        replace(receipt, c="gx2022"),
        replace(receipt, day="2021-06-11"),
        replace(receipt, t=T + 1),
        replace(receipt, leaf=other.leaf),
        replace(receipt, n=6),
        replace(receipt, i=2),
        replace(receipt, path=receipt.path[:-1]),
        replace(receipt, path=other.path),
        replace(receipt, sig=bytes(64)),
        replace(receipt, key=Ed25519(bytes(32)).public),
    ]
    assert [holds(one, KEYS, check_ed25519) for one in changed] == [False] * len(changed)
    assert not holds(receipt, [], check_ed25519)


def test_a_receipt_by_a_key_that_nobody_named_is_none() -> None:
    forger = Ed25519(b"f" * 32)
    (text,) = receipts("gx2021", DAY, T, leaves(1), forger.sign, forger.public)
    assert not holds(read_receipt(text), KEYS, check_ed25519)
    assert holds(read_receipt(text), [forger.public], check_ed25519)


@pytest.mark.parametrize(
    "text", ["", "=", "e30", "bnVsbA", "W10", "é", "A" * 9000, "eyJjIjoxfQ", "..", "a b"]
)
def test_other_texts_are_no_receipts(text: str) -> None:
    with pytest.raises(BadReceipt):
        read_receipt(text)


@pytest.mark.parametrize("field", ["leaf", "sig", "key"])
def test_digests_are_small_hex_of_their_length(field: str) -> None:
    receipt = read_receipt(made(2)[0])
    short = replace(receipt, **{field: getattr(receipt, field)[:-1]})
    with pytest.raises(BadReceipt, match="bytes as"):
        read_receipt(short.written_out)


def test_two_writings_of_one_receipt_are_not_both_taken() -> None:
    packed = made(1)[0]
    for text in (packed, read_receipt(packed).written_out):
        assert isinstance(read_receipt(text), Receipt)
        for other in (text + "A", text[:-1], text[:-1] + ("B" if text[-1] == "A" else "A")):
            with pytest.raises(BadReceipt):
                read_receipt(other)


@given(st.integers(1, 70), st.data())
def test_a_receipt_written_out_is_the_same_in_more_than_twice_the_characters(
    count: int, data: st.DataObject
) -> None:
    """As receipts once were given: who kept one can still prove it."""
    packed = made(count)[data.draw(st.integers(0, count - 1))]
    text = read_receipt(packed).written_out
    assert read_receipt(text) == read_receipt(packed)
    assert decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)))["sig"] == read_receipt(packed).sig.hex()
    assert len(packed) < len(text) / 2


def test_no_bit_of_a_packed_receipt_can_be_changed() -> None:
    packed = made(5)[3]
    content = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    for bit in range(8 * len(content)):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        text = urlsafe_b64encode(changed).rstrip(b"=").decode()
        try:
            found = read_receipt(text)
        except BadReceipt:
            continue
        assert not holds(found, KEYS, check_ed25519), bit


@pytest.mark.parametrize("cut", [1, 4, 40, 44, 90, 200, 260])
def test_a_packed_receipt_that_is_not_whole_is_none(cut: int) -> None:
    packed = made(5)[3]
    for text in (packed[:-cut], packed + "A" * cut):
        with pytest.raises(BadReceipt):
            read_receipt(text)


def test_a_packed_receipt_with_another_path_is_no_promise() -> None:
    receipt = read_receipt(made(5)[3])
    for path in (receipt.path[:-1], (), (*receipt.path, bytes(32))):
        found = read_receipt(replace(receipt, path=path).packed)
        assert not holds(found, KEYS, check_ed25519)


def test_a_packed_receipt_of_what_ggc1_cannot_write_is_none() -> None:
    receipt = read_receipt(made(1)[0])
    for other in (replace(receipt, t=1 << 60), replace(receipt, c="e\u0301")):
        with pytest.raises(BadReceipt):
            read_receipt(other.packed)
