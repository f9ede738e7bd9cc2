"""What is asked of a host, how often, and which answers are taken in."""
