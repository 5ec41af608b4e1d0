"""What we choose to do: each module tells the story of one instrument."""
