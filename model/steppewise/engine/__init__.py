"""The engine: the functions of `world/` in the form that runs them fastest here."""
