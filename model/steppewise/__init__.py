"""steppewise: a scenario simulation of regional influence in Central Asia."""

__version__ = "0.1.0"

__all__ = ["__version__"]
