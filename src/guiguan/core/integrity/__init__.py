"""Trees, signed notes, checkpoints and tiles: what makes a log that nobody can change unseen. Pure."""
