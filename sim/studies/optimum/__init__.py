"""The cheapest policy that meets its targets."""
