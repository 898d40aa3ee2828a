"""Changes of budgets."""

from dataclasses import dataclass
from typing import Annotated

from steppewise.scenario.event import Event, Key, Own
from steppewise.scenario.fields import Factor, PowerName, Years


@dataclass(frozen=True)
class BudgetChange(Event):
    """A power's effort is multiplied."""

    kind = "budget"
    place = 4
    effect = "while under way, `Phi_p` is multiplied by the factor"
    phrase = "budget times {factor:g} for {over}"
    examples = ("budget: 0.5, by: {last}, over: 4",)

    factor: Annotated[float, Own("Factor on the power's effort: 0.5 halves it, 2 doubles it.", Factor)]
    by: Annotated[str, Key("The power whose budget changes.", PowerName)]
    over: Annotated[float | None, Key("Years that it lasts (default: for good).", Years, None)]
