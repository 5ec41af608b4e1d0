"""Is the science right? Closed forms against the simulator, case by case; `make verify` prints the table."""
