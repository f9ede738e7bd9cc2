"""What an article says that survives translation, and how much each of it says."""
