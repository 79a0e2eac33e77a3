"""The ballot box: takes ballots fast, stores them durably, says so only then. No Django; the only writer of its tables."""
