"""The story of one future: what happened, why a line stopped, what our means did, and what would have been without."""
