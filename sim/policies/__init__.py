"""What we choose."""
