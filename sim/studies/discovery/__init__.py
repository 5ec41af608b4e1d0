"""Under which conditions a policy fails."""
