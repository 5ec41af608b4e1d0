"""What stands in the network: one object per kind, holding the rows of all its members."""
