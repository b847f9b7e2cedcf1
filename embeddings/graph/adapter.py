"""PyKEEN behind one door: its models, losses, samplers and evaluator, and two models of it made fast.

Nothing else here imports PyKEEN. Nothing of PyKEEN's own saving is used, which writes and runs pickles.

TransE and TransR are PyKEEN's classes; what they answer is the same, but all candidates of a batch are scored by matrix
products, with ``‖q - t‖² = ‖q‖² + ‖t‖² - 2 q·t``, where PyKEEN would lay out every difference ``q - t``.
"""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, cast

import torch

with warnings.catch_warnings():
    # A library that PyKEEN brings along still uses what PyTorch has deprecated.
    warnings.simplefilter("ignore", FutureWarning)
    from pykeen.evaluation import RankBasedEvaluator
    from pykeen.losses import loss_resolver
    from pykeen.models import TransE, TransR, model_resolver
    from pykeen.nn.modules import NormBasedInteraction, TransEInteraction
    from pykeen.sampling import negative_sampler_resolver
    from pykeen.triples import KGInfo
    from pykeen.utils import NoRandomSeedNecessary

from embeddings.graph.settings import GraphSettings
from kg.errors import ConfigurationError

if TYPE_CHECKING:
    from torch import Tensor

_LEAST_SQUARE = 1e-12
"""Below it a squared distance is taken as this, so that the root has a gradient."""
_SPREAD = 5.7
"""Length of a vector at the start of training, for TransE and TransR."""
METRICS: Mapping[str, str] = {"mrr": "inverse_harmonic_mean_rank", "hits@1": "hits_at_1", "hits@3": "hits_at_3",
                              "hits@10": "hits_at_10"}  # fmt: skip


def negative_distances(queries: Tensor, points: Tensor) -> Tensor:
    """Give ``-‖q - t‖`` of each query and point, ``(..., n_queries, n_points)``, by one matrix product."""
    squares = (queries * queries).sum(-1, keepdim=True) + (points * points).sum(-1).unsqueeze(-2)
    return -(squares - 2 * queries @ points.transpose(-1, -2)).clamp_min(_LEAST_SQUARE).sqrt()


class GatheredEmbedding(torch.nn.Embedding):
    """A table of vectors from which a batch takes each of its rows once.

    A model looks heads, tails and candidates up one after the other, and the gradient of each lookup is as large as the
    whole table. Within ``gathered`` they look into the few rows of the batch instead, and the table gets one gradient.
    """

    _rows: Tensor | None = None
    _place: Tensor | None = None

    def forward(self, numbers: Tensor) -> Tensor:
        """Give the vectors of some numbers, ``(*numbers.shape, dim)``."""
        if self._rows is None or self._place is None:
            return super().forward(numbers)
        return torch.nn.functional.embedding(self._place[numbers], self._rows)

    @contextmanager
    def gathered(self, numbers: Tensor) -> Iterator[None]:
        """Take rows once, ``(n,)`` distinct; until the end only these may be asked for."""
        if self._place is None or self._place.device != numbers.device:
            self._place = torch.zeros(self.num_embeddings, dtype=torch.long, device=numbers.device)
        self._place[numbers] = torch.arange(len(numbers), device=numbers.device)
        self._rows = super().forward(numbers)
        try:
            yield
        finally:
            self._rows = None


@contextmanager
def gathered(model: torch.nn.Module, entities: Tensor) -> Iterator[None]:
    """Let a model take the vectors of some entities, distinct, once; until the end only these may be scored."""
    with ExitStack() as stack:
        for representation in cast(Any, model).entity_representations:
            table = getattr(representation, "_embeddings", None)
            if isinstance(table, GatheredEmbedding):
                stack.enter_context(table.gathered(entities))
        yield


class MatrixTransE(TransEInteraction):
    """TransE (Bordes et al. 2013), ``-‖h + r - t‖₂``, with one side against all others as a matrix product."""

    def forward(self, h: Tensor, r: Tensor, t: Tensor) -> Tensor:
        """Give scores; see PyKEEN's ``Interaction.forward``."""
        if self.p == 2 and not self.power_norm and h.ndim == t.ndim == 3:
            if t.shape[0] == 1 and h.shape[1] == r.shape[1] == 1:
                return negative_distances((h + r)[:, 0], t[0])
            if h.shape[0] == 1 and t.shape[1] == r.shape[1] == 1:
                return negative_distances((t - r)[:, 0], h[0])
        return super().forward(h, r, t)


class MatrixTransR(TransR):  # type: ignore[no-untyped-call]
    """TransR (Lin et al. 2015), ``-‖h Mᵣ + r - t Mᵣ‖₂``, without the paper's limits on norms.

    Triples of one relation share its projection: each is projected once for all of them, so batches sorted by relation
    cost little more than TransE's. The softmax needs distances without an upper bound, hence no limits on norms.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(entity_constrainer=None, relation_constrainer=None, scoring_fct_norm=2, **options)

    def score_hrt(self, hrt_batch: Tensor, *, mode: Any = None) -> Tensor:
        """Give the score of each triple, ``(n, 1)``."""

        def distances(rows: Tensor, vector: Tensor, projection: Tensor) -> Tensor:
            head, tail = self._entities(hrt_batch[rows, 0]), self._entities(hrt_batch[rows, 2])
            return -((head - tail) @ projection + vector).square().sum(-1, keepdim=True).clamp_min(_LEAST_SQUARE).sqrt()

        return self._by_relation(hrt_batch[:, 1], distances)

    def score_t(
        self, hr_batch: Tensor, *, slice_size: int | None = None, mode: Any = None, tails: Tensor | None = None
    ) -> Tensor:
        """Give the score of each tail, ``(n, n_tails)``."""
        points = self._entities(tails)

        def distances(rows: Tensor, vector: Tensor, projection: Tensor) -> Tensor:
            return negative_distances(self._entities(hr_batch[rows, 0]) @ projection + vector, points @ projection)

        return self._by_relation(hr_batch[:, 1], distances)

    def score_h(
        self, rt_batch: Tensor, *, slice_size: int | None = None, mode: Any = None, heads: Tensor | None = None
    ) -> Tensor:
        """Give the score of each head, ``(n, n_heads)``."""
        points = self._entities(heads)

        def distances(rows: Tensor, vector: Tensor, projection: Tensor) -> Tensor:
            return negative_distances(self._entities(rt_batch[rows, 1]) @ projection - vector, points @ projection)

        return self._by_relation(rt_batch[:, 0], distances)

    def _entities(self, numbers: Tensor | None) -> Tensor:
        return cast("Tensor", self.entity_representations[0](numbers))

    def _by_relation(self, relations: Tensor, score: Any) -> Tensor:
        """Score rows of the same relation together, and put them back in order."""
        order = torch.argsort(relations, stable=True)
        numbers, counts = torch.unique_consecutive(relations[order], return_counts=True)
        vectors = self.relation_representations[0](numbers)
        projections = self.relation_representations[1](numbers)
        parts = [
            score(rows, vectors[place], projections[place])
            for place, rows in enumerate(torch.split(order, counts.tolist()))
        ]
        if len(parts) == 1:
            return cast("Tensor", parts[0])  # one relation: a stable order left everything in its place
        return torch.cat(parts).index_select(0, torch.argsort(order))


def build_model(settings: GraphSettings, *, n_entities: int, n_relations: int) -> torch.nn.Module:
    """Make a PyKEEN model with fresh weights, on the CPU.

    Raises:
        ConfigurationError: PyKEEN has no such model, or it does not take these options.
    """
    try:
        kind = model_resolver.lookup(settings.model)
    except (KeyError, ValueError) as error:
        raise ConfigurationError(
            f'PyKEEN has no model "{settings.model}". It has: '
            f"{', '.join(sorted(known.__name__ for known in model_resolver))}."
        ) from error
    options: dict[str, Any] = {"random_seed": NoRandomSeedNecessary}
    accepted = inspect.signature(kind).parameters
    if "embedding_dim" in accepted:
        options["embedding_dim"] = settings.dim
    if kind is TransE:
        options |= {"scoring_fct_norm": 2, "entity_constrainer": None}
        options |= {"entity_initializer": _normal, "relation_initializer": _normal}
    elif kind is TransR:
        kind = MatrixTransR
        options |= {"relation_dim": settings.dim, "entity_initializer": _normal, "relation_initializer": _normal}
        options |= {"relation_projection_initializer": _identity}
    # Every model makes its vectors from the global state of PyTorch's generator.
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        try:
            model = kind(
                triples_factory=KGInfo(n_entities, n_relations, create_inverse_triples=settings.inverse),
                **{**options, **settings.options},
            )
        except (TypeError, ValueError) as error:
            shown = json.dumps(dict(settings.options), default=str)
            raise ConfigurationError(
                f"PyKEEN's {settings.model} cannot be made with dim {settings.dim} and the options {shown}: {error}. "
                "Change the options, or leave them out."
            ) from error
    for representation in cast(Any, model).entity_representations:
        if type(table := getattr(representation, "_embeddings", None)) is torch.nn.Embedding:
            representation._embeddings = GatheredEmbedding(
                table.num_embeddings, table.embedding_dim, _weight=table.weight
            )
            representation._embeddings.weight = table.weight
    if kind is TransE:
        own = cast(TransEInteraction, model.interaction)
        model.interaction = MatrixTransE(p=own.p, power_norm=own.power_norm)
    return cast("torch.nn.Module", model)


class PykeenLoss:
    """A loss of PyKEEN's on right triples beside wrong ones that one of its samplers makes.

    Args:
        settings: naming the loss, the sampler and the number of wrong triples.
        rows: head, relation as the model numbers it, tail of all triples, ``(n_triples, 3)``.
        n_entities: of the model.

    Raises:
        ConfigurationError: PyKEEN has no such loss or sampler, or it does not take these options.
    """

    def __init__(self, settings: GraphSettings, rows: Tensor, *, n_entities: int, n_relations: int) -> None:
        for resolver, name, kind in (
            (loss_resolver, settings.loss, "loss"),
            (negative_sampler_resolver, settings.sampler, "sampler of wrong triples"),
        ):
            try:
                resolver.lookup(name)
            except (KeyError, ValueError) as error:
                own = ', and "softmax", our own' if kind == "loss" else ""
                raise ConfigurationError(
                    f'PyKEEN has no {kind} "{name}". It has: {", ".join(sorted(resolver.options))}{own}.'
                ) from error
        try:
            self._loss = loss_resolver.make(settings.loss, dict(settings.loss_options))
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"PyKEEN's {settings.loss} does not take these options: {error}.") from error
        self._sampler = negative_sampler_resolver.make(
            settings.sampler,
            mapped_triples=rows,
            num_entities=n_entities,
            num_relations=n_relations,
            num_negs_per_pos=max(1, settings.negatives),
        )

    def to(self, device: torch.device) -> None:
        """Move what the sampler looks up."""
        self._sampler.to(device)

    def __call__(self, model: torch.nn.Module, rows: Tensor) -> Tensor:
        """Give the mean loss of some triples, ``(n, 3)``; wrong ones are drawn from PyTorch's global generator."""
        right = cast(Any, model)
        wrong, usable = self._sampler.sample(rows)
        shape = wrong.shape[:-1]
        loss = self._loss.process_slcwa_scores(
            positive_scores=right.score_hrt(rows),
            negative_scores=right.score_hrt(wrong.reshape(-1, 3)).view(*shape),
            batch_filter=usable,
            num_entities=right.num_entities,
        )
        return cast("Tensor", loss + right.collect_regularization_term())


class Ranker:
    """PyKEEN's ``RankBasedEvaluator`` with the few metrics we ask for, realistic ranks over both sides."""

    def __init__(self) -> None:
        self._evaluator = RankBasedEvaluator(
            metrics=[METRICS["mrr"], *("hits_at_k" for _ in range(3))],
            metrics_kwargs=[None, {"k": 1}, {"k": 3}, {"k": 10}],
            add_defaults=False,
        )

    def add(self, rows: Tensor, scores: Tensor, true_scores: Tensor, *, asks_tail: bool) -> None:
        """Rank the true answers.

        Args:
            rows: the triples, ``(n, 3)``.
            scores: of every candidate, ``(n, n_entities)``; not a number for one that is no rival.
            true_scores: of the answers, ``(n, 1)``.
            asks_tail: which side was asked for.
        """
        self._evaluator.process_scores_(rows, "tail" if asks_tail else "head", scores, true_scores)

    def metrics(self) -> dict[str, float]:
        """Give MRR and hits at 1, 3 and 10 over all that was added."""
        found = self._evaluator.finalize()
        return {name: float(found.get_metric(f"both.realistic.{metric}")) for name, metric in METRICS.items()}


def entity_matrix(model: torch.nn.Module) -> Tensor:
    """Give the vectors of the entities, ``(n_entities, dim)``, float32; a complex number counts as two."""
    vectors = cast(Any, model).entity_representations[0](None)
    if vectors.is_complex():
        vectors = torch.view_as_real(vectors)
    return cast("Tensor", vectors.detach().flatten(1).to(torch.float32))


def keeps_vectors_only(model: torch.nn.Module) -> bool:
    """Tell whether one vector is all that the model knows of an entity."""
    return len(cast(Any, model).entity_representations) == 1


def relation_vectors(model: torch.nn.Module) -> Tensor:
    """Give the first vectors of the relations as the model numbers them, ``(n_relations, dim)``."""
    vectors = cast(Any, model).relation_representations[0](None)
    if vectors.is_complex():
        vectors = torch.view_as_real(vectors)
    return cast("Tensor", vectors.detach().flatten(1))


def relation_projections(model: torch.nn.Module) -> Tensor | None:
    """Give TransR's projections as the model numbers its relations, ``(n_relations, dim, relation_dim)``, else None."""
    if not isinstance(model, MatrixTransR):
        return None
    return cast("Tensor", cast(Any, model).relation_representations[1](None).detach())


def projection_parameters(model: torch.nn.Module) -> list[torch.nn.Parameter]:
    """Give the parameters of TransR's projections, none for other models."""
    return list(cast(Any, model).relation_representations[1].parameters()) if isinstance(model, MatrixTransR) else []


def gains_by_relation(model: torch.nn.Module) -> bool:
    """Tell whether batches of few relations are faster."""
    return isinstance(model, MatrixTransR)


def measures_distances(model: torch.nn.Module) -> bool:
    """Tell whether scores are distances, which low precision harms most."""
    return isinstance(getattr(model, "interaction", None), NormBasedInteraction)


def start_from(model: torch.nn.Module, entities: Tensor, relations: Tensor | None) -> None:
    """Put vectors into a model in place: those of entities, ``(n_entities, dim)``, and of relations.

    A projection of TransR starts as the identity, so that it starts as the TransE that the vectors are of.

    Raises:
        ConfigurationError: the vectors do not fit the model.
    """
    own = cast(Any, model)
    pairs: Sequence[tuple[Any, Tensor | None]] = (
        (own.entity_representations[0], entities),
        (own.relation_representations[0], relations),
    )
    with torch.no_grad():
        for place, given in pairs:
            if given is None:
                continue
            weight = place._embeddings.weight
            if weight.shape != given.shape:
                raise ConfigurationError(
                    f"Training cannot start from vectors of the shape {tuple(given.shape)}; the model has "
                    f"{tuple(weight.shape)}. Give both the same dim and the same setting of inverse."
                )
            weight.copy_(given)
        if isinstance(model, MatrixTransR):
            projections = own.relation_representations[1]._embeddings.weight
            projections.copy_(_identity(projections.view(own.num_relations, *own.relation_representations[1].shape))
                              .view_as(projections))  # fmt: skip


def _normal(tensor: Tensor) -> Tensor:
    """Draw vectors whose length is about ``_SPREAD``, whatever their dimension."""
    return torch.nn.init.normal_(tensor, std=_SPREAD / tensor.shape[-1] ** 0.5)


def _identity(tensor: Tensor) -> Tensor:
    """Fill ``(n, d, k)`` with identities, cut or filled up with zeros where ``d`` and ``k`` differ."""
    return tensor.copy_(torch.eye(tensor.shape[-2], tensor.shape[-1], dtype=tensor.dtype).expand_as(tensor))
