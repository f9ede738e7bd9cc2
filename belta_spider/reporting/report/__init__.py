"""The report: one HTML file that says what to look at in an output, and shows it."""
