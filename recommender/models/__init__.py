"""The closed-form models, each in a file of its own. A new one is one file and one entry here."""

from kg.errors import ConfigurationError
from recommender.models.ease import Ease
from recommender.models.graph_filter import GraphFilter
from recommender.models.item_neighbours import ItemNeighbours
from recommender.models.model import Model, Range, Resources, Scorer
from recommender.models.popularity import Popularity
from recommender.models.propagation import Propagation

MODELS: dict[str, Model] = {
    model.name: model for model in (Popularity(), ItemNeighbours(), Ease(), GraphFilter(), Propagation())
}


def model(name: str) -> Model:
    """Give the model called ``name``.

    Raises:
        ConfigurationError: there is no such model; the message lists those there are.
    """
    if name not in MODELS:
        raise ConfigurationError(f'There is no model "{name}". Models: {", ".join(MODELS)}.')
    return MODELS[name]


__all__ = ["MODELS", "Model", "Range", "Resources", "Scorer", "model"]
