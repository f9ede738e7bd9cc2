"""What runs in the engines of clusters: the work on one part of the input, and what puts the parts together."""
