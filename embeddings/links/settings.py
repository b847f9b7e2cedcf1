"""Settings of proposing links."""

from __future__ import annotations

from dataclasses import dataclass

from kg.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """How links are proposed.

    Attributes:
        hidden_share: of the links of each relation, to be hidden from learning to calibrate by and to check, default
            0.1; give it to ``hide_links``.
        check_share: of the heads, kept apart to check what was calibrated by the others, default 0.4.
        missing_share: of all links that there are in truth, the share that the graph is believed to lack, default 0.1.
            No graph tells it. It is made use of where a head may have several tails; see
            ``embeddings.links.calibration``.
        candidates: tails that each scorer names for a head, default 50.
        heads_most: heads to calibrate by and heads to check, at most, default 3,000.
        voters: nearest heads that vote, default 50.
        least: confidence from which a link is proposed, default 0.5.
        per_head: proposals of one relation for one head at most, default 10.
        supporters: known neighbours named for a proposal at most, default 5.
        seed: of every draw, default 0.
    """

    hidden_share: float = 0.1
    check_share: float = 0.4
    missing_share: float = 0.1
    candidates: int = 50
    heads_most: int = 3000
    voters: int = 50
    least: float = 0.5
    per_head: int = 10
    supporters: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("hidden_share", "check_share"):
            if not 0 < getattr(self, name) < 1:
                raise ConfigurationError(
                    f"{name} of the links to propose is {getattr(self, name)}; give one in 0 to 1."
                )
        for name in ("missing_share", "least"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigurationError(f"{name} of the links to propose is {getattr(self, name)}; give 0 to below 1.")
        for name in ("candidates", "heads_most", "voters", "per_head"):
            if getattr(self, name) < 1:
                raise ConfigurationError(f"{name} of the links to propose is {getattr(self, name)}; give 1 or more.")
        if self.supporters < 0:
            raise ConfigurationError(f"supporters of a link to propose is {self.supporters}; give 0 or more.")
