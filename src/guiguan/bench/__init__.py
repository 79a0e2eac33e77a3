"""The project's own benchmarks: one file each, one registry."""
