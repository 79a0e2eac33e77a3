"""Uploaded files, judged by their content in a confined process. The door is `check.check_upload`."""
