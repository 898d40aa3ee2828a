"""The options that several commands have in common, with the same names and the same words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Runs = Annotated[int, typer.Option(metavar="NUMBER", help="How many worlds.")]
Seed = Annotated[int, typer.Option(metavar="NUMBER", help="World r of a seed is always the same world.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter; may stand repeatedly.")
]
Uncertain = Annotated[
    str, typer.Option(metavar="KIND", help="What differs between worlds: chance, ignorance, both or none.")
]
Workers = Annotated[int | None, typer.Option(metavar="NUMBER", help="Threads to use; all cores if not given.")]
Out = Annotated[Path, typer.Option(metavar="FOLDER", help="Where the results folder goes.")]
Force = Annotated[bool, typer.Option("--force", help="Run again what is there, and replace it.")]
Report = Annotated[bool, typer.Option(help="Draw figures and write the report page.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell the time and room it takes.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the results folder and nothing else.")]

RESULTS = Path("results")
"""Where results folders go unless told otherwise."""
