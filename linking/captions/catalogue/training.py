"""Learns to caption from a shop's own photos: which heads can be seen, by which features, and how surely."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import numpy.typing as npt

from kg.errors import InputError
from kg.limits import limit
from kg.pictures import Photo, Picture, PictureReject, read_pictures
from linking.captions.catalogue.captioner import CatalogueCaptioner
from linking.captions.catalogue.examples import HeadReport, PhotoExample
from linking.captions.catalogue.features import SIZE, FloatArray, describe, describe_mirrored, pixels_of
from linking.captions.catalogue.heads import Head, Labels, calibrate, can_be_seen, labels_of, threshold
from linking.captions.catalogue.kernel import FIRST_MIXES, MIXES, RIDGES, Array, Likeness, Space, fit, left_out
from linking.captions.catalogue.model import Model
from linking.captions.catalogue.own import own_colours, usual_colours
from linking.captions.catalogue.patches import describe_patches, learn_patches
from linking.captions.catalogue.paths import Paths, paths_of
from linking.captions.catalogue.titles import learn_words
from linking.captions.wording import category_step, is_a_word

IntArray = npt.NDArray[np.int64]

_FEWEST = 20
"""Photos below which nothing is learned."""
_LISTED = 0.05
"""Share of a kind's photos from which on the shop is taken to list a head for the kind."""
_GENERAL = 0.4
"""Share of the kinds from which on a head is taken to be something every product has, listed or not."""


@dataclass(frozen=True, slots=True)
class Training:
    """What training gives.

    Attributes:
        captioner: ready to write captions.
        heads: report on every head, kept or dropped.
        rejects: photos that could not be used.
        photos: that were learned from.
    """

    captioner: CatalogueCaptioner
    heads: tuple[HeadReport, ...]
    rejects: tuple[PictureReject, ...]
    photos: int


def train_catalogue(
    examples: Sequence[PhotoExample], *, seed: int = 0, progress: Callable[[str], None] | None = None
) -> Training:
    """Learn to caption.

    Everything that is chosen (features, ridge, what to speak of, how sure to be) is chosen by what is said of
    products left out. Of more photos than the limit ``caption_examples``, so many are drawn.

    Args:
        examples: photos with what the shop says of their products; the result does not depend on their order.
        seed: of what is drawn.
        progress: told what is being done.

    Raises:
        InputError: too few photos can be used, or nothing the shop says can be seen on them.
    """
    say = progress or (lambda message: None)
    say(f"reading {len(examples):,} photos")
    chosen, pixels, rejects = _read(examples, seed)
    say("describing outlines, colours and textures")
    dictionary = learn_patches(pixels, seed=seed)
    groups = {**describe(pixels), **describe_patches(pixels, dictionary)}
    mirrored = {**describe_mirrored(pixels), **describe_patches(np.ascontiguousarray(pixels[:, :, ::-1]), dictionary)}
    learner = _Learner(Space.of(groups, mirrored), groups["colours"], chosen)
    say("learning what can be seen")
    heads = learner.learn()
    words = learn_words([one.title for one in chosen], _said(chosen), learner.likeness, learner.products)
    reports = (*learner.reports, *words.reports)
    if not heads:
        raise InputError(
            f"Nothing the shop says of its products can be told from its {len(chosen)} photos. "
            "List categories or colours for more products with photos, or use another captioner."
        )
    model = Model(
        space=learner.space,
        patches=dictionary,
        usual=learner.usual,
        kind=learner.kind,
        heads=tuple(head for head, _ in heads),
        coefficients=tuple(np.asarray(matrix, dtype=np.float32) for _, matrix in heads),
        words=words.words,
        word_coefficients=words.coefficients,
        paths=learner.paths,
    )
    return Training(CatalogueCaptioner(model), reports, tuple(rejects), len(chosen))


def _read(
    examples: Sequence[PhotoExample], seed: int
) -> tuple[list[PhotoExample], npt.NDArray[np.uint8], list[PictureReject]]:
    ordered = sorted(examples, key=lambda one: one.image_id)
    most = limit("caption_examples")
    if len(ordered) > most:
        drawn = np.sort(np.random.default_rng(seed).choice(len(ordered), most, replace=False))
        ordered = [ordered[row] for row in drawn]
    good, pixels, rejects = [], [], []
    photos = (Photo(one.image_id, one.path) for one in ordered)
    for example, read in zip(ordered, read_pictures(photos, edge=2 * SIZE), strict=True):
        if isinstance(read, Picture) and read.image is not None:
            good.append(example)
            pixels.append(pixels_of([read.image])[0])
        elif isinstance(read, PictureReject):
            rejects.append(read)
    if len(good) < _FEWEST:
        raise InputError(
            f"Of {len(examples)} photos with labels, {len(good)} can be used; the catalogue captioner needs {_FEWEST}. "
            "Give more photos of products with categories or attributes, or use another captioner."
        )
    return good, np.stack(pixels), rejects


def _said(examples: Sequence[PhotoExample]) -> list[set[str]]:
    """Give the words that labels say of each photo."""
    return [set(re.findall(r"\w+", " ".join(words for _, words in one.labels.values()).lower())) for one in examples]


class _Learner:
    """Learns heads one after the other: the kind of product first, then what may hang on it."""

    def __init__(self, space: Space, colours: FloatArray, examples: Sequence[PhotoExample]) -> None:
        self.space = space
        self.likeness = Likeness(space)
        self._colours = colours
        self.reports: list[HeadReport] = []
        self.kind: str | None = None
        self.usual = usual_colours(colours, np.zeros(0, np.int64), 0)
        _, products = np.unique([one.product_id for one in examples], return_inverse=True)
        self.products: IntArray = products.astype(np.int64)
        self.paths = paths_of(one.labels for one in examples)
        self._kinds: IntArray = np.full(len(examples), -1)
        self._answers: dict[str, Array] = {}
        names = sorted({head for one in examples for head in one.labels})
        self._labels: dict[str, Labels] = {}
        for name in names:
            labels = labels_of([one.labels.get(name) for one in examples])
            if labels is None:
                self._drop(name, "fewer than two values on three photos each")
            elif not any(is_a_word(word) for word in labels.words):
                self._drop(name, "its values are numbers, which nobody can see")
            else:
                self._labels[name] = labels

    def learn(self) -> list[tuple[Head, Array]]:
        """Learn every head that can be seen; give it with its coefficients, ``(n, n_values)``."""
        steps = sorted((step, name) for name in self._labels if (step := category_step(name)) is not None)
        heads = self._heads([name for _, name in steps], FIRST_MIXES)
        self._know_kinds([head for head, _ in heads])
        heads = self._weighed(heads)
        return heads + self._heads([name for name in self._labels if category_step(name) is None], tuple(MIXES))

    def _drop(self, name: str, why: str) -> None:
        self.reports.append(HeadReport(name, False, 0.0, 0.0, 0, 0, "", why))

    def _know_kinds(self, heads: Sequence[Head]) -> None:
        """Take the deepest step that most photos have as the kind of product, and look at colours without it."""
        deep = [head for head in heads if len(self._labels[head.name].rows) >= len(self.products) / 2]
        n = len(self.products)
        posterior, seen = np.zeros((n, 1), np.float32), self._kinds
        if deep:
            head = deep[-1]
            labels = self._labels[head.name]
            kernel = self.likeness.kernel(head.mix)[:, labels.rows]
            coefficients, inverse = fit(kernel[labels.rows], labels.targets, head.ridge)
            answers = kernel @ coefficients
            answers[labels.rows] = left_out(coefficients, inverse, labels.targets, self.products[labels.rows])
            seen = answers.argmax(axis=1)
            posterior = np.sqrt(head.calibration.probabilities(answers)).astype(np.float32)
            self._kinds[labels.rows] = labels.value
            self._kinds = np.where(self._kinds < 0, seen, self._kinds)
            self.kind = head.name
            self.usual = usual_colours(self._colours, self._kinds, len(head.nodes))
        own = own_colours(self._colours, seen, self.usual)
        self.space = self.space.with_groups({**own, "kind": posterior})
        self.likeness = Likeness(self.space)

    def _weighed(self, heads: Sequence[tuple[Head, Array]]) -> list[tuple[Head, Array]]:
        """Say of the category's steps how much each counts when they are chosen together."""
        labels = [self._labels[head.name] for head, _ in heads]
        paths = Paths([head for head, _ in heads], self.paths)
        every = reduce(np.intersect1d, [one.rows for one in labels], np.arange(len(self.products)))
        at = [np.searchsorted(one.rows, every) for one in labels]
        shares = [
            head.calibration.probabilities(self._answers[head.name][rows])
            for (head, _), rows in zip(heads, at, strict=True)
        ]
        truth = np.array([one.value[rows] for one, rows in zip(labels, at, strict=True)], dtype=np.int64).T
        weights = paths.weigh(shares, truth)
        return [(replace(head, weight=weight), matrix) for (head, matrix), weight in zip(heads, weights, strict=True)]

    def _listed(self, labels: Labels) -> IntArray:
        """Give the kinds that the shop lists the head for."""
        listed = np.zeros(len(self.products), dtype=bool)
        listed[labels.rows] = True
        kinds = np.unique(self._kinds)
        return np.array([kind for kind in kinds if listed[self._kinds == kind].mean() >= _LISTED], dtype=np.int64)

    def _heads(self, names: Sequence[str], mixes: Sequence[str]) -> list[tuple[Head, Array]]:
        """Try every mix and ridge on every head; learn the heads that can be seen."""
        trials = {name: _Trial(self._labels[name], *self._scope(self._labels[name])) for name in names}
        # Heads that are listed for the same photos share what is dear, the inverse.
        shared: dict[bytes, list[str]] = {}
        for name, trial in trials.items():
            shared.setdefault(trial.labels.rows.tobytes(), []).append(name)
        for mix in mixes:
            kernel = self.likeness.kernel(mix)
            for alike in shared.values():
                rows = trials[alike[0]].labels.rows
                near = kernel[np.ix_(rows, rows)]
                for ridge in RIDGES:
                    _, inverse = fit(near, np.zeros((len(rows), 0)), ridge)
                    for name in alike:
                        trials[name].attempt(mix, ridge, inverse)
        heads = [self._head(name, trial) for name, trial in trials.items()]
        return [head for head in heads if head is not None]

    def _scope(self, labels: Labels) -> tuple[IntArray, tuple[int, ...] | None]:
        """Give what to leave out together when a head is validated, and the kinds it is said of, None for all."""
        listed, kinds = self._listed(labels), np.unique(self._kinds)
        if len(listed) < _GENERAL * len(kinds):
            return self.products[labels.rows], tuple(int(kind) for kind in listed)
        # What is to be told of kinds it was never listed for is validated on kinds left out.
        return (self._kinds if len(listed) < len(kinds) else self.products)[labels.rows], None

    def _head(self, name: str, trial: _Trial) -> tuple[Head, Array] | None:
        labels, accuracy, answers, mix = trial.labels, trial.accuracy, trial.answers, trial.mix
        kept = can_be_seen(accuracy, labels.majority, len(labels.rows))
        why = "told from photos of products left out" if kept else "photos hardly tell it better than its majority does"
        self.reports.append(
            HeadReport(name, kept, accuracy, labels.majority, len(labels.rows), len(labels.nodes), mix, why)
        )
        if not kept:
            return None
        calibration = calibrate(answers, labels.value)
        confidence = calibration.confidence(calibration.probabilities(answers).max(axis=1))
        head = Head(
            name=name,
            nodes=labels.nodes,
            words=labels.words,
            mix=mix,
            ridge=trial.ridge,
            calibration=calibration,
            threshold=threshold(confidence, answers.argmax(axis=1) == labels.value),
            kinds=trial.kinds,
        )
        self._answers[name] = answers
        coefficients = np.zeros((len(self.products), len(labels.nodes)))
        coefficients[labels.rows] = trial.coefficients
        return head, coefficients


class _Trial:
    """The best attempt so far at telling one head.

    Attributes:
        labels: what is to be told.
        groups: photos to leave out together, ``(m,)``.
        kinds: it is said of.
        accuracy, mix, ridge: of the best attempt.
        answers, coefficients: of the best attempt, each ``(m, n_values)``.
    """

    def __init__(self, labels: Labels, groups: IntArray, kinds: tuple[int, ...] | None) -> None:
        self.labels = labels
        self.groups = groups
        self.kinds = kinds
        self.accuracy = -1.0
        self.mix = ""
        self.ridge = 0.0
        self.answers = self.coefficients = np.zeros((0, 0))

    def attempt(self, mix: str, ridge: float, inverse: Array) -> None:
        """Validate features and a ridge, given the inverse of their system, and keep them if they are better."""
        targets = self.labels.targets
        coefficients = inverse @ targets
        answers = left_out(coefficients, inverse, targets, self.groups)
        accuracy = float((answers.argmax(axis=1) == self.labels.value).mean())
        if accuracy > self.accuracy:
            self.accuracy, self.mix, self.ridge = accuracy, mix, ridge
            self.answers, self.coefficients = answers, coefficients
