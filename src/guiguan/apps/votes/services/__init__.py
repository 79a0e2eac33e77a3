"""The acts on a public vote. Each locks, asks the table of permissions, asks core, writes, and ends in the audit trail."""

from guiguan.apps.votes.services.conduct import close_poll, open_poll, pause_poll, resume_poll
from guiguan.apps.votes.services.departures import agree_removal, decline_removal, remove_entry

__all__ = [
    "agree_removal",
    "close_poll",
    "decline_removal",
    "open_poll",
    "pause_poll",
    "remove_entry",
    "resume_poll",
]
