"""Official forms as Word and PDF, filled from an entry, and read back. Layouts are data; templates are made from them or by an organiser."""
