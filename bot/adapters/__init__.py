"""Everything that touches the world: networks, platforms, databases, terminals. Adapters never import each other."""
