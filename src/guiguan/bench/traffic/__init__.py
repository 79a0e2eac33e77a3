"""Made-up votes: honest people in all their sameness, and six ways of brushing among them."""
