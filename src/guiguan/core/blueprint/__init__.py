"""The blueprint language: one YAML file declares all of a campaign."""
