"""Policies over the same futures, side by side."""
