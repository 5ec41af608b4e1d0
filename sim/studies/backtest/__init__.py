"""History played again, and compared with what was observed."""
