"""How long hostile queries and texts can hold up whoever reads them."""
