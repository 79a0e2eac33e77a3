"""Rehearsal: synthetic inputs for any blueprint, and its campaign run to the end on them."""
