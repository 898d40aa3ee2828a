"""One world to look at, quarter by quarter: a page of Mesa's own kind, for those who know Mesa (extra `viz`)."""

SCENARIO = "STEPPEWISE_SCENARIO"
"""The variable of the environment that names the scenario: Solara starts a page by its name, without arguments."""
