"""The verb `discover`: which combinations of assumptions lead to an outcome of interest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from steppewise.analysis.discovery import SIZE, WORLDS, Discovery, Search, discover_boxes, samples_of
from steppewise.analysis.prim import Box, Cases, Found, Quality
from steppewise.analysis.telling_discovery import doubts, sentences
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.ensemble import Progress
from steppewise.experiment.folder import appearing
from steppewise.experiment.manifest import DISCOVERY, read_manifest, write_manifest
from steppewise.experiment.store import FIGURES, REPORT, is_there, reading, write_spec
from steppewise.inquiry.folder import DESIGN, executor_for, folder_name, manifest_of, write_design, write_rows
from steppewise.inquiry.target import Asked, target_of
from steppewise.keeping import Keeping

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
