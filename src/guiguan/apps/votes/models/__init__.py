"""The tables of public votes. `poll` is written by this app's services; those of `box` by guiguan.box alone, and only read here."""

from guiguan.apps.votes.models.box import Ballot, Right, Signal
from guiguan.apps.votes.models.poll import Poll

__all__ = ["Ballot", "Poll", "Right", "Signal"]
