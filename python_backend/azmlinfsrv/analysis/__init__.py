"""What can be said about an entry script without running it."""
