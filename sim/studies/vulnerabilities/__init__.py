"""Which loss hurts most, and whom."""
