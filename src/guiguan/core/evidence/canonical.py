"""GGC1 under its former name; it lies with the values, so that everything in core may write canonical bytes."""

from guiguan.core.values.canonical import MAX_DEPTH, MAX_LINE, NotCanonical, decode, encode, encode_line

__all__ = ["MAX_DEPTH", "MAX_LINE", "NotCanonical", "decode", "encode", "encode_line"]
