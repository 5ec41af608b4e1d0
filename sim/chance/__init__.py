"""What chance decides, drawn before the play: every number a pure function of seed, stream, draw and replication."""
