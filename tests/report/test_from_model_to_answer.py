"""The notebook of the documents: it runs as it stands, and says what is committed."""

from __future__ import annotations

import copy
import re

import pytest
from tests.notebooks import NOTEBOOK, executed, read, texts


@pytest.mark.slow
def test_the_notebook_runs_and_says_the_same():
    committed = read()
    fresh = executed(copy.deepcopy(committed))
    assert list(texts(fresh)) == list(texts(committed)), "python -m tests.notebooks renews it"


def test_the_notebook_is_whole_small_and_of_no_machine():
    committed = read()
    code = [cell for cell in committed.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in code)
    assert not [
        output
        for cell in code
        for output in cell.outputs
        if output.output_type in ("error", "stream") and output.get("name") != "stdout"
    ]
    assert NOTEBOOK.stat().st_size < 1_500_000
    said = "\n".join([*texts(committed), *(cell.source for cell in committed.cells)])
    assert not re.search(r"(?<![\w.<])/(home|root|tmp|work|Users|usr|var|opt)/|[A-Z]:\\", said)
    pictures = [output for cell in code for output in cell.outputs if "image/png" in output.get("data", {})]
    assert len(pictures) >= 2
    assert all(output.metadata["image/png"]["alt"] for output in pictures)
