"""Who is at the other end of a request, as far as the network tells."""

from __future__ import annotations

from guiguan.apps.accounts.network import client_address as address

__all__ = ["address"]
