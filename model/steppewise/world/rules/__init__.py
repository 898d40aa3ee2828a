"""The rules of the model: small pure functions on arrays whose last axis is the world.

Symbols, units and order are those of docs/odd.md. Shapes in the docstrings name axes; every rule broadcasts
over further ones. DT is the length of a step in years.
"""

DT = 0.25
