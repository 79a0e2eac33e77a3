"""Against vote-brushing: detectors run, people decide by two, the log records, the public reads what came of it."""
