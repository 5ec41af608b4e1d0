"""Which policy is a good one whatever happens."""
