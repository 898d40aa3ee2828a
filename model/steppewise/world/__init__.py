"""The simulation: agents, ties, rules and the Mesa model, on arrays whose last axis is the world."""
