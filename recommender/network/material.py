"""What a fusion is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recommender.arrays import Csr
from recommender.data import TrainingData
from recommender.models import Resources
from recommender.network.modality import Modality, check_names


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What a fusion is made of.

    Attributes:
        rest: train without its validation part.
        held: the validation part, ``(n_users, n_items)``; None where there is none.
        whole: all of train.
        modalities: vectors of items.
        model: name of the closed form.
        parameters: of the closed form.
        resources: that it may use.

    Raises:
        InputError: two modalities have the same name.
    """

    rest: TrainingData
    held: Csr | None
    whole: TrainingData
    modalities: Sequence[Modality]
    model: str
    parameters: Mapping[str, float]
    resources: Resources

    def __post_init__(self) -> None:
        check_names([own.name for own in self.modalities])
