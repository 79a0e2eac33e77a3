"""桂冠 Guiguan: open calls and awards whose published result any stranger can recompute."""

__version__ = "0.1.0"
