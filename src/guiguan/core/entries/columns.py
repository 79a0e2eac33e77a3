"""The columns that an entries table has of itself, beside those of the blueprint's form."""

from __future__ import annotations

NAMING = ("entry", "title", "applicant")
"""Columns that every entries table needs."""
ABOUT_THE_ENTRY = (
    "credit_code",
    "category",
    "area",
    "region",
    "endorsed_by",
    "submitted",
    "preregistered",
    "withdrawn",
)
"""Columns that say where an entry belongs and how it came in. A form field of the same name is not checked besides."""
ABOUT_THE_APPLICANT = ("parent", "unit_kind", "applicant_kind", "taxed_region", "role", "consortium")
"""Columns that say who applies. A form may ask for the same, and the answer is then checked as its field says."""
OWN = (*NAMING, *ABOUT_THE_ENTRY, *ABOUT_THE_APPLICANT)
