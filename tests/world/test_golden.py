"""The numbers of the model change only when somebody means them to."""

from __future__ import annotations

import json
from copy import deepcopy

import numpy as np
import pytest
from tests import golden

KEPT = {"baseline": {"share.japan": [0.25, 0.5], "share.china": [0.5, 0.25]}}


def test_the_golden_table_holds():
    changed = golden.differences(golden.table(), golden.kept_table())
    if changed:
        rest = f"\n... and {len(changed) - 10} rows more" if len(changed) > 10 else ""
        pytest.fail("\n".join(changed[:10]) + rest + "\n\n" + golden.RENEW, pytrace=False)


def test_the_table_is_of_finite_numbers():
    for rows in golden.kept_table().values():
        assert all(len(values) == golden.WORLDS for values in rows.values())
        assert np.isfinite(list(rows.values())).all()


def test_the_table_holds_every_variable_that_it_names():
    for rows in golden.kept_table().values():
        assert {name.partition(".")[0] for name in rows} == set(golden.VARIABLES_KEPT)


def test_the_worlds_of_the_table_differ():
    for rows in golden.kept_table().values():
        assert len(set(rows["regional_share.japan"])) == golden.WORLDS


def test_a_change_of_a_last_bit_is_noticed():
    now = deepcopy(KEPT)
    assert golden.differences(now, KEPT) == []
    now["baseline"]["share.japan"][1] = float(np.nextafter(0.5, 1))
    [line] = golden.differences(now, KEPT)
    assert line == "baseline share.japan: [0.25, 0.5000000000000001] instead of [0.25, 0.5]"


def test_rows_that_come_and_go_are_noticed():
    now = {"baseline": {"share.china": [0.5, 0.25], "share.russia": [0.5]}, "history": {"x": [1.0]}}
    assert golden.differences(now, KEPT) == [
        "baseline share.japan: gone",
        "baseline share.russia: new",
        "history x: new",
    ]


def test_a_missing_world_is_noticed():
    assert len(golden.differences({"baseline": {**KEPT["baseline"], "share.china": [0.5]}}, KEPT)) == 1


def test_the_file_reads_back_to_the_last_digit():
    found = {"a": {"x.y": [0.1 + 0.2, 1e-300, 0.0]}, "b": {"z": [1 / 3]}}
    assert json.loads(golden.text(found)) == found
    assert golden.text(golden.kept_table()) == golden.FILE.read_text(encoding="utf-8")
