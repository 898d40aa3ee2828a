"""The classroom: one page with levers, curves, a map and lessons, as a file or from a small server."""
