"""The verbs of the command line, a module each: what is asked, what is done, what is told."""
