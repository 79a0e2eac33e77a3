"""How alike entries are (D9): a text in its normal form, five characters at a time, found by an index, counted exactly."""
