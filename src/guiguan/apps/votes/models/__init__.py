"""The tables of public votes. `poll` and `conduct` are written by this app's services; those of `box` and `log` by guiguan.box alone, and only read here."""

from guiguan.apps.votes.models.box import Ballot, Refusal, Right, Signal
from guiguan.apps.votes.models.brushing import Appeal, BrushingAct, Run, Suspect, Suspicion
from guiguan.apps.votes.models.conduct import Act, Picture
from guiguan.apps.votes.models.log import Alarm, Count, Cursor, Log, Logged, Voided
from guiguan.apps.votes.models.poll import Poll

__all__ = [
    "Act",
    "Alarm",
    "Appeal",
    "Ballot",
    "BrushingAct",
    "Count",
    "Cursor",
    "Log",
    "Logged",
    "Picture",
    "Poll",
    "Refusal",
    "Right",
    "Run",
    "Signal",
    "Suspect",
    "Suspicion",
    "Voided",
]
