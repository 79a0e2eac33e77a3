"""The quick HMAC is the standard library's."""

from __future__ import annotations

import hmac

from hypothesis import given
from hypothesis import strategies as st

from guiguan.box.mac import mac


@given(st.binary(max_size=200), st.binary(max_size=300))
def test_it_is_hmac_sha256(key: bytes, message: bytes) -> None:
    assert mac(key)(message) == hmac.digest(key, message, "sha256")
    assert mac(key)(message) == hmac.digest(key, message, "sha256")
