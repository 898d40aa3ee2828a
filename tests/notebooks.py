"""Runs the notebook of the documents anew: `python -m tests.notebooks` writes it; the tests compare."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "docs" / "notebooks" / "from-model-to-answer.ipynb"
PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+")


def read(path: Path = NOTEBOOK) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def executed(notebook: NotebookNode) -> NotebookNode:
    """The notebook with the outputs of this computer, run in an empty folder that goes away."""
    with TemporaryDirectory(prefix="steppewise-") as folder:
        homes = dict.fromkeys(("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"), folder)
        client = NotebookClient(
            notebook, timeout=300, kernel_name="python3", record_timing=False, resources={"metadata": {"path": folder}}
        )
        # tqdm, which Mesa imports, misses ipywidgets and would say so with a path of this machine.
        client.execute(env={**os.environ, **homes, "PYTHONWARNINGS": "ignore:IProgress not found"})
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def texts(notebook: NotebookNode) -> Iterator[str]:
    """What the outputs say, pictures left out: they depend on fonts."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield output.get("text", "")
            for kind, said in sorted(output.get("data", {}).items()):
                if kind.startswith("text/"):
                    yield PICTURE.sub("picture", said)


if __name__ == "__main__":
    nbformat.write(executed(read()), NOTEBOOK)
