"""One world to look at, quarter by quarter: a page of Mesa's own kind, for those who know Mesa (extra `viz`)."""

from typing import Final

NEEDED: Final = ("solara", "uvicorn", "ipyvuetify", "altair")

SCENARIO: Final = "STEPPEWISE_SCENARIO"
"""The variable of the environment that names the scenario: Solara starts a page by its name, without arguments."""

SETTINGS: Final = {
    "SOLARA_APP": "steppewise.viz.page",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_ASSETS_PROXY": "True",
    "SOLARA_THEME_TITLE": "steppewise",
    "SOLARA_THEME_SHOW_BANNER": "False",
}
"""What Solara reads when it is loaded: the page, no watching of files, no reports to its makers, scripts from here."""
