"""The only writers of entries: each act is one function, in the file of its thought."""

from guiguan.apps.entries.services.attach import attach_file, move_file, remove_file
from guiguan.apps.entries.services.begin import abandon_entry, accept_reminder, start_entry
from guiguan.apps.entries.services.hand_in import NotReady, preregister_entry, submit_entry, withdraw_entry
from guiguan.apps.entries.services.save import Conflict, save_answer

__all__ = [
    "Conflict",
    "NotReady",
    "abandon_entry",
    "accept_reminder",
    "attach_file",
    "move_file",
    "preregister_entry",
    "remove_file",
    "save_answer",
    "start_entry",
    "submit_entry",
    "withdraw_entry",
]
