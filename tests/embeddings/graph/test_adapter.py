"""What is ours of TransE, TransR, the softmax and the ranks says the same as PyKEEN, or as the formula."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
import torch
from pykeen.evaluation import RankBasedEvaluator
from pykeen.nn.modules import TransEInteraction, TransRInteraction

from embeddings.graph import softmax
from embeddings.graph.adapter import build_model
from embeddings.graph.questions import head_questions, tail_questions
from embeddings.graph.ranking import rank
from embeddings.graph.softmax import softmax_loss
from embeddings.graph.triples import hold_out
from kg.errors import ConfigurationError
from tests.embeddings.graph.worlds import planted, quick

N, R = 120, 3


def _pairs(n: int = 20) -> torch.Tensor:
    rng = np.random.default_rng(0)
    return torch.from_numpy(np.column_stack((rng.integers(N, size=n), rng.integers(R, size=n))))


def test_only_the_adapter_imports_pykeen() -> None:
    root = Path(__file__).resolve().parents[3] / "embeddings"
    importing = [
        path.name for path in root.rglob("*.py") if re.search(r"^\s*(from|import) pykeen", path.read_text(), re.M)
    ]
    assert importing == ["adapter.py"]


def test_transe_scores_as_pykeens_own() -> None:
    model = build_model(quick(inverse=False), n_entities=N, n_relations=R)
    fast = (model.score_t(_pairs()), model.score_h(_pairs().flip(1)))
    model.interaction = TransEInteraction(p=2)
    slow = (model.score_t(_pairs()), model.score_h(_pairs().flip(1)))
    for mine, theirs in zip(fast, slow, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-4)


def test_transr_scores_as_pykeens_own_and_one_triple_as_many() -> None:
    model = build_model(quick("TransR", inverse=False), n_entities=N, n_relations=R)
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(std=0.2)
    pairs = _pairs()
    tails, heads = model.score_t(pairs), model.score_h(pairs.flip(1))
    assert tails.shape == heads.shape == (20, N)
    theirs = TransRInteraction(p=2, power_norm=False, max_projection_norm=1e9)
    entities = model.entity_representations[0](None)
    r, m = (representation(pairs[:, 1]) for representation in model.relation_representations)
    own = entities[pairs[:, 0]]
    expected = theirs(own[:, None], (r[:, None], m[:, None]), entities[None])
    torch.testing.assert_close(tails, expected, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(
        heads, theirs(entities[None], (r[:, None], m[:, None]), own[:, None]), rtol=1e-4, atol=1e-4
    )
    triples = torch.column_stack((pairs, torch.arange(20)))
    torch.testing.assert_close(
        model.score_hrt(triples)[:, 0], tails[torch.arange(20), torch.arange(20)], rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("inverse", [True, False])
@pytest.mark.parametrize("name", ["TransE", "TransR", "ComplEx"])
def test_ranks_are_those_of_pykeens_evaluator(name: str, inverse: bool) -> None:
    learned, held = hold_out(planted(), share=0.2, most=1000, seed=0)
    model = build_model(quick(name, inverse=inverse), n_entities=N, n_relations=R)
    with torch.no_grad():  # equal scores too: the realistic rank is the mean of the best and the worst place
        for parameter in model.parameters():
            parameter.copy_((parameter * 4).round() / 4)
    found = rank(model, held, known=[learned], inverse=inverse, memory_mib=0.05)
    evaluator = RankBasedEvaluator(filtered=True)
    theirs = evaluator.evaluate(
        model,
        torch.from_numpy(held.rows.copy()),
        batch_size=32,
        additional_filter_triples=[torch.from_numpy(learned.rows.copy())],
        use_tqdm=False,
    )
    for own, other in (("mrr", "inverse_harmonic_mean_rank"), ("hits@1", "hits_at_1"), ("hits@10", "hits_at_10")):
        assert found[own] == pytest.approx(theirs.get_metric(f"both.realistic.{other}"), abs=1e-6)
    assert found == rank(model, held, known=[learned], inverse=inverse, memory_mib=64)


def test_the_softmax_is_the_formula() -> None:
    triples = planted()
    model = build_model(quick(inverse=False), n_entities=N, n_relations=R).eval()
    for make in (tail_questions, head_questions):
        questions = make(triples, inverse=False)
        chosen = np.arange(0, len(questions), 7)
        found = softmax_loss(model, questions, chosen, negatives=0, generator=torch.Generator())
        losses = []
        for number in chosen:
            answers = questions.answers[questions.start[number] : questions.start[number + 1]]
            entity, relation = int(questions.entity[number]), int(questions.relation[number])
            scores = (
                (
                    model.score_t(torch.tensor([[entity, relation]]))
                    if questions.asks_tail
                    else model.score_h(torch.tensor([[relation, entity]]))
                )[0]
                .detach()
                .numpy()
                .astype(np.float64)
            )
            rivals = np.delete(np.exp(scores), answers).sum()
            losses += [-np.log(np.exp(scores[answer]) / (np.exp(scores[answer]) + rivals)) for answer in answers]
        assert float(found.detach()) == pytest.approx(np.mean(losses), rel=1e-4)


def test_drawn_entities_stand_for_all_of_them() -> None:
    questions = tail_questions(planted(), inverse=False)
    model = build_model(quick(inverse=False), n_entities=N, n_relations=R).eval()
    chosen = np.arange(len(questions))
    with torch.no_grad():
        whole = float(softmax_loss(model, questions, chosen, negatives=0, generator=torch.Generator()))
        drawn = [
            float(softmax_loss(model, questions, chosen, negatives=40, generator=torch.Generator().manual_seed(seed)))
            for seed in range(40)
        ]
    assert np.mean(drawn) == pytest.approx(whole, rel=0.03)
    assert np.std(drawn) > 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "TransX"}, "TransE"),
        ({"options": {"colour": 1}}, "colour"),
    ],
)
def test_a_model_that_pykeen_does_not_have_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        build_model(quick(**changes), n_entities=N, n_relations=R)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["TransE", "TransR", "ComplEx", "TransD"])
def test_taking_rows_once_for_a_batch_gives_the_same_loss_and_gradient(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = tail_questions(planted(), inverse=False)
    found = []
    for once in (True, False):
        if not once:
            monkeypatch.setattr(softmax, "gathered", lambda model, entities: nullcontext())
        model = build_model(quick(name, inverse=False), n_entities=N, n_relations=R)
        loss = softmax_loss(
            model, questions, np.arange(0, 90, 3), negatives=30, generator=torch.Generator().manual_seed(1)
        )
        loss.backward()
        found.append((loss.detach(), [parameter.grad for parameter in model.parameters()]))
    torch.testing.assert_close(*found, rtol=1e-4, atol=1e-6)
