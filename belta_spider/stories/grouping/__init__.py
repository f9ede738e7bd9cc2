"""From links between articles to stories with ids."""
