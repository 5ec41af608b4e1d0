"""Weather for rare-earth-sim: an example of how to extend it without forking."""
