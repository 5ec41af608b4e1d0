"""Shortage and cost along a figure."""
