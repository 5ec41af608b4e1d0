"""What happens to us: each disruption is a story told once for all futures."""
