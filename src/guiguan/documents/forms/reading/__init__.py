"""Filled Word forms read back. All that looks into the file runs in the confined process; only standard library and lxml here."""
