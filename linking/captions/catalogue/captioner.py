"""Writes captions in the words of the shop's own catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from linking.captions.catalogue.features import FloatArray, describe, pixels_of
from linking.captions.catalogue.kernel import Array, Likeness
from linking.captions.catalogue.model import Model
from linking.captions.catalogue.own import own_colours
from linking.captions.catalogue.patches import describe_patches
from linking.captions.catalogue.paths import Paths
from linking.captions.catalogue.titles import MIX
from linking.captions.protocol import Caption
from linking.captions.wording import Said, compose

_BATCH = 128
_SAID_FROM = 0.5
"""Confidence from which on a word of titles is said."""


class CatalogueCaptioner:
    """Says of a photo what the shop would list of the product; see ``train_catalogue``."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.name = f"catalogue-{model.fingerprint[:8]}"
        self._paths = Paths(model.heads, model.paths)

    def caption(self, pictures: Sequence[Image.Image]) -> list[Caption]:
        """Give a caption for each picture, in order."""
        return [compose(said) for said in self.say(pictures)]

    def say(self, pictures: Sequence[Image.Image]) -> list[list[Said]]:
        """Give what can be said of each picture, surest or not, before it becomes a sentence."""
        said: list[list[Said]] = []
        for start in range(0, len(pictures), _BATCH):
            said += self._say(pictures[start : start + _BATCH])
        return said

    def save(self, folder: Path) -> None:
        """Write the captioner into ``folder``, replacing what is there; the same captioner writes the same bytes."""
        self.model.save(folder)

    def _say(self, pictures: Sequence[Image.Image]) -> list[list[Said]]:
        model = self.model
        pixels = pixels_of(pictures)
        groups = {**describe(pixels), **describe_patches(pixels, model.patches)}
        likeness = Likeness(model.space, groups)

        def scores(mix: str, coefficients: FloatArray) -> Array:
            return (likeness.kernel(mix) @ coefficients).astype(np.float64)

        kinds = self._know_kinds(groups, scores)
        said: list[list[Said]] = [[] for _ in pictures]
        shares = [
            head.calibration.probabilities(scores(head.mix, coefficients))
            for head, coefficients in zip(model.heads, model.coefficients, strict=True)
        ]
        chosen = [share.argmax(axis=1) for share in shares]
        if self._paths.steps:
            path = self._paths.choose([shares[row] for row in self._paths.steps])
            for step, row in enumerate(self._paths.steps):
                chosen[row] = path[:, step]
        for head, share, choices in zip(model.heads, shares, chosen, strict=True):
            confidences = head.calibration.confidence(np.take_along_axis(share, choices[:, None], axis=1)[:, 0])
            told = (confidences >= head.threshold) & (choices >= 0)
            if head.kinds is not None:
                told &= np.isin(kinds, head.kinds)
            for place in np.flatnonzero(told):
                choice = choices[place]
                said[place].append(Said(head.name, head.words[choice], head.nodes[choice], float(confidences[place])))
        if model.words:
            answers = scores(MIX, model.word_coefficients)
            for column, word in enumerate(model.words):
                chance = 1 / (1 + np.exp(-word.slope * answers[:, column] - word.offset))
                for place in np.flatnonzero(chance >= _SAID_FROM):
                    said[place].append(Said(None, word.word, None, float(chance[place])))
        return said

    def _know_kinds(self, groups: dict[str, FloatArray], scores: Callable[[str, FloatArray], Array]) -> FloatArray:
        """Find the kind of each product and add the groups of features that hang on it; kinds as rows, -1 unknown."""
        n = len(groups["colours"])
        kinds, posterior = np.full(n, -1), np.zeros((n, 1), np.float32)
        for head, coefficients in zip(self.model.heads, self.model.coefficients, strict=True):
            if head.name == self.model.kind:
                answers = scores(head.mix, coefficients)
                kinds = answers.argmax(axis=1)
                posterior = np.sqrt(head.calibration.probabilities(answers)).astype(np.float32)
        groups.update(own_colours(groups["colours"], kinds, self.model.usual))
        groups["kind"] = posterior
        return kinds


def load_catalogue(folder: Path) -> CatalogueCaptioner:
    """Read a captioner that ``save`` wrote.

    Raises:
        ModelError: it is missing, damaged, or of another format version.
    """
    return CatalogueCaptioner(Model.load(folder))
