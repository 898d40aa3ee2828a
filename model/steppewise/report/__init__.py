"""Figures, the map and the report page: what a person looks at after a run."""
