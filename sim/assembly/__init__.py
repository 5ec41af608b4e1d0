"""Scenario -> World: rows laid out, constants drawn, the opening plan made, stocks and shelves filled."""

from sim.assembly.world import assemble

__all__ = ["assemble"]
