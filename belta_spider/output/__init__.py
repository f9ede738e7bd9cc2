"""Files of whole lines that a kill does not hurt."""
