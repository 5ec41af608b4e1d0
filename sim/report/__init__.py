"""What a planner reads: tables, a page, and the story of one future."""
