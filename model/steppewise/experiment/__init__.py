"""Running many worlds: blocks, ensembles, results and their folder."""
