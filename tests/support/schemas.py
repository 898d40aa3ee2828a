"""What tests of both schemas ask."""

from __future__ import annotations


def references(node: object) -> set[str]:
    """Every definition that a part of a schema refers to."""
    if isinstance(node, list):
        return {found for item in node for found in references(item)}
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
    return own | references(list(node.values()))
