"""The tables of public votes. `poll` is written by this app's services; those of `box` and `log` by guiguan.box alone, and only read here."""

from guiguan.apps.votes.models.box import Ballot, Right, Signal
from guiguan.apps.votes.models.log import Alarm, Count, Cursor, Log, Logged, Voided
from guiguan.apps.votes.models.poll import Poll

__all__ = ["Alarm", "Ballot", "Count", "Cursor", "Log", "Logged", "Poll", "Right", "Signal", "Voided"]
