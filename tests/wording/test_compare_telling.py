"""Comparisons in words: what the sentences say, and which of them rest on too few worlds."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.support import comparisons
from tests.support.comparisons import WORLDS, of

from steppewise.analysis.comparison import STATISTICS
from steppewise.report.comparison_page import cells
from steppewise.report.figures.differences_over_time import points
from steppewise.wording.comparison import advice, measure_of, of_one, verdict
from steppewise.wording.numbers import in_percent_of_worlds, typeset

# in words ---------------------------------------------------------------------------------------------------


HEAD = "Japan's share is"


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [
        (
            of(0.012, 0.0005, 0.97, 0.03),
            f"In 97 of 100 worlds {HEAD} higher with package-delivered than in baseline, over all worlds by 1.20 "
            "points on average (95 % interval 1.10 to 1.30; unpaired it would be 0.80 to 1.60).",
        ),
        (
            of(-0.012, 0.0005, 0.0, 1.0),
            f"In all 100 worlds {HEAD} lower with package-delivered than in baseline, over all worlds by 1.20 points "
            "on average (95 % interval 1.10 to 1.30; unpaired it would be 0.80 to 1.60).",
        ),
        (
            of(-0.02, 0.002, 0.0, 0.25),
            f"In 25 of 100 worlds {HEAD} lower with package-delivered than in baseline, in 75 of 100 worlds exactly "
            "the same, over all worlds by 2.0 points on average (95 % interval 1.6 to 2.4; unpaired it would be 0.4 to "
            "3.6).",
        ),
        (
            of(0.01, 0.002, 0.4, 0.6),
            f"In 60 of 100 worlds {HEAD} lower with package-delivered than in baseline, yet over all worlds higher by "
            "1.0 points on average (95 % interval 0.6 to 1.4; unpaired it would be -0.6 to 2.6).",
        ),
        (
            of(0.002, 0.002, 0.6, 0.4),
            f"In 60 of 100 worlds {HEAD} higher with package-delivered than in baseline, in 40 of 100 worlds lower; "
            "which of the two holds on average is open: higher by 0.2 points on average (95 % interval -0.2 to 0.6; "
            "unpaired it would be -1.4 to 1.8).",
        ),
        (
            of(0.0, 0.0, 0.0, 0.0),
            f"In all 100 worlds {HEAD} exactly the same with package-delivered as in baseline.",
        ),
        (
            of(-0.012, np.nan, 0.0, 1.0, 1),
            f"In this one world {HEAD} lower with package-delivered than in baseline, by 1.20 points.",
        ),
        (
            of(0.012, 0.0, 1.0, 0.0),
            f"In all 100 worlds {HEAD} higher with package-delivered than in baseline, by 1.20 points.",
        ),
        (
            of(0.000001, 0.0000001, 1.0, 0.0),
            f"In all 100 worlds {HEAD} higher with package-delivered than in baseline, over all worlds by less than "
            "0.001 points on average (95 % interval 0.000 to 0.000; unpaired it would be 0.000 to 0.000).",
        ),
    ],
)
def test_a_difference_in_words(difference, sentence):
    found = comparisons.found()
    assert verdict("Japan's share", found, difference, measure_of("regional_share")) == sentence


def test_the_sentences_name_worlds_scenarios_and_dates():
    found = comparisons.found()
    told = of_one(found)
    assert told[0] == (
        "A package, announced and delivered (package-delivered) against As things stand (baseline): the same 40 worlds "
        "under both, from 2025Q3 to 2028Q2, seed 0; chance and uncertain parameters vary."
    )
    assert told[1].startswith("In all 40 worlds Japan's regional share in 2028Q2 is higher with package-delivered than")
    assert all("NaN" not in sentence and "nan " not in sentence for sentence in told)
    forecast = re.compile(r"\b(will|forecast|predict|expect|likely|probab)", re.IGNORECASE)
    assert not [sentence for sentence in told if forecast.search(sentence)]


def test_when_a_sign_is_open_it_is_said_how_many_worlds_would_tell():
    found = comparisons.found()
    values = {name: array.copy() for name, array in found.values.items()}
    open_ = of(0.001, 0.001, 0.5, 0.5, WORLDS)
    values["regional_autonomy"][-1] = [getattr(open_, name) for name in STATISTICS]
    told = advice([replace(found, values=values)])
    # Student's t with 39 degrees is 2.02: 40 x 2.02^2 = 164 worlds
    assert told == [
        "40 worlds are few for bands: run 200 or more.",
        "Whether the regional autonomy share is on average higher or lower with package-delivered than in baseline is "
        "open; about 200 worlds would tell.",
    ]


def test_numbers_are_told_to_the_digits_that_their_errors_allow():
    share, trust = measure_of("share"), measure_of("trust")
    assert (share.signed(0.01234, 0.001), share.signed(-0.01234, 0.0001)) == ("+1.2", "-1.23")
    assert (share.signed(-0.000001, 0.00001), share.amount(0.00000001, 0.0)) == ("0.000", "less than 0.01 points")
    assert (trust.signed(0.01234, 0.00001), trust.unit) == ("+0.0123", "")
    assert measure_of("trade").unit == " billion USD of 2020 per year"
    assert [in_percent_of_worlds(share) for share in (0, 0.001, 0.5, 0.999, 1)] == ["0", "0.1", "50", "99.9", "100"]
    assert typeset("by -1.2 in package-2 (-0.3 to 1), 2026-01") == "by −1.2 in package-2 (−0.3 to 1), 2026-01"
    assert [points(value) for value in (0.0123, -0.2, 0.00001, 0.0)] == ["+1.23", "−20.0", "0.00", "0"]
    lone = of(-0.012, np.nan, 0.0, 1.0, 1)
    assert cells(lone, share) == ("−1.20", "–", "–", "–", "0", "100", "0")


def test_a_difference_that_has_passed_its_peak_is_told_with_its_quarter():
    found = comparisons.found()
    values = {name: array.copy() for name, array in found.values.items()}
    values["regional_share"][3, 0, STATISTICS.index("mean")] = 0.05
    told = of_one(replace(found, values=values))
    [peak] = [sentence for sentence in told if "largest" in sentence]
    left = measure_of("share").signed(
        *(getattr(found.at("regional_share", "japan"), n) for n in ("mean", "standard_error"))
    )
    assert peak.startswith("The mean difference of Japan's regional share is largest in 2026Q2, +5.0")
    assert peak.endswith(f" points; in 2028Q2 {left} points are left of it.")
