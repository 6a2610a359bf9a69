"""What happens to a placement when nodes, zones or pools are lost."""

from kspec.place.survive.answer import Failure, Fate, Reach, Survival
from kspec.place.survive.choose import survive
from kspec.place.survive.losses import Loss, NoSuchLoss, parse

__all__ = ["Failure", "Fate", "Loss", "NoSuchLoss", "Reach", "Survival", "parse", "survive"]
