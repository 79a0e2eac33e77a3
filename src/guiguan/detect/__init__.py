"""Detectors of vote-brushing over a whole ballot log. They point; people decide. No Django, no clock, no chance."""
