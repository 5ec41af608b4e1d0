"""What is kept of a run while it runs: shortages, price shocks, origins, daily counts, and the balance."""
