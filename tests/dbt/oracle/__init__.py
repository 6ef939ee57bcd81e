"""Outside oracles: other people's databases that promise the same as the warehouse."""
