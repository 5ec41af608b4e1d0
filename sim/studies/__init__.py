"""Studies, many runs that are read together: a package for each, from its run to its document, page and tables."""
