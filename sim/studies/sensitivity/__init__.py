"""What drives the answer: chance, doubt, and which assumption."""
