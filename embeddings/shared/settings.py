"""What may be chosen about a shared space."""

from __future__ import annotations

from dataclasses import dataclass

from kg.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class SharedSettings:
    """How to learn a shared space. Where several values stand, the one that serves validation best is taken.

    Attributes:
        components: directions of a view that are looked at, default 384; memory and time grow with their square.
        dims: numbers in a shared vector at most.
        ridges: of a view, as a share of its mean variance; small ones trust rare directions, large ones common ones.
        powers: of a direction's correlation, by which it is scaled; 0 counts all directions alike (Gong et al. 2014, "A
            multi-view embedding space for modeling internet images, tags, and their semantics").
        networks: epochs after which the network of two towers is judged, in ascending order; empty for none of it. It
            is taken only where it serves validation better than the linear space.
        rate: at which the network learns, default 0.0003.
        gain: by how much better, of the validation score, a network must be to be worth its weights.
        folds: parts of the nodes that are validation in turn, default 3.
        validation: nodes of a part that are asked for at most, default 1,000; a try's time grows with its square.
        seed: of parts, solvers and the network.
    """

    components: int = 384
    dims: tuple[int, ...] = (32, 64, 128, 256)
    ridges: tuple[float, ...] = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
    powers: tuple[float, ...] = (0.0, 0.5, 1.0, 2.0)
    networks: tuple[int, ...] = (5, 10, 20)
    rate: float = 3e-4
    gain: float = 0.005
    folds: int = 3
    validation: int = 1_000
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("dims", "ridges", "powers"):
            values = getattr(self, name)
            if not values or min(values) < 0 or (name == "dims" and min(values) < 1):
                raise ConfigurationError(f"{name} of the shared space are {values}; give one or more, above 0.")
        if min(self.components, self.validation) < 1 or self.folds < 2:
            raise ConfigurationError(
                f"The shared space has components = {self.components}, validation = {self.validation} and folds = "
                f"{self.folds}; give 1 or more, and 2 folds or more."
            )
        if list(self.networks) != sorted(set(self.networks)) or min(self.networks, default=1) < 1:
            raise ConfigurationError(
                f"networks of the shared space are {self.networks}; give ascending numbers above 0."
            )


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    Attributes:
        ridges: of each view.
        dim: numbers in a shared vector at most.
        power: of the correlations.
        epochs: of the network; 0 for the linear space alone.
    """

    ridges: tuple[float, ...]
    dim: int
    power: float
    epochs: int = 0
