"""The demo: people of every role, sample campaigns at different stages, generated entries."""
