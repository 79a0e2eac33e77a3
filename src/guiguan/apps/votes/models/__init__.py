"""The tables of public votes. `poll` and `conduct` are written by this app's services; those of `box` and `log` by guiguan.box alone, and only read here."""

from guiguan.apps.votes.models.box import Ballot, Right, Signal
from guiguan.apps.votes.models.conduct import Act, Picture
from guiguan.apps.votes.models.log import Alarm, Count, Cursor, Log, Logged, Voided
from guiguan.apps.votes.models.poll import Poll

__all__ = [
    "Act",
    "Alarm",
    "Ballot",
    "Count",
    "Cursor",
    "Log",
    "Logged",
    "Picture",
    "Poll",
    "Right",
    "Signal",
    "Voided",
]
