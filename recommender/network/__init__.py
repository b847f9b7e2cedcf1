"""The network: graph, text, image and any further vectors fused into item vectors for recommendation.

Importing this package loads no PyTorch; ``recommender.network.training`` does when it is needed.
"""

from recommender.network.modality import Modality
from recommender.network.part import VectorPart
from recommender.network.settings import NetworkSettings

__all__ = ["Modality", "NetworkSettings", "VectorPart"]
