"""A page saved as text: its head, its title, its tail."""
