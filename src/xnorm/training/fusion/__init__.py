"""Learning how the scores of an index's retrievers become one, and how sure it is."""

from xnorm.training.fusion.fit import Labelled, fit_fusion, write_parameters
from xnorm.training.fusion.run import FusionReport, FusionSettings, train_fusion

__all__ = [
    "FusionReport",
    "FusionSettings",
    "Labelled",
    "fit_fusion",
    "train_fusion",
    "write_parameters",
]
