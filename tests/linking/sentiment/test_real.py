"""The demo shop's planted sentiments from its stars alone, and polarity on the research set."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.linking.polarity import read_semeval
from linking.sentiment import ReviewText, SentimentModel, Spot, train_polarity, train_sentiment
from shopgraph.demo import make_demo


@pytest.mark.slow
def test_the_demo_shops_sentiments_are_learnt_from_stars_of_other_reviews(tmp_path: Path) -> None:
    make_demo(tmp_path / "demo", seed=1)
    lines = (tmp_path / "demo" / "reviews.jsonl").read_text(encoding="utf-8").splitlines()
    reviews = [json.loads(line) for line in lines]
    truth = (tmp_path / "demo" / "truth" / "mentions.jsonl").read_text(encoding="utf-8").splitlines()
    planted = {row["review_id"]: row for row in map(json.loads, truth)}
    learn = [row for place, row in enumerate(reviews) if place % 2]
    model = train_sentiment(ReviewText(row["text"], row["rating"], row.get("language")) for row in learn)
    shares = {}
    for name, scorer in (("taught", model), ("seed", SentimentModel())):
        right: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        for row in (row for place, row in enumerate(reviews) if not place % 2):
            told = [m for m in planted[row["id"]]["mentions"] if m["label"] == "Aspect" and m["sentiment"]]
            spots = [Spot(m["start"], m["end"], m["node"]) for m in told]
            for m, score in zip(told, scorer.score_many(row["text"], spots, row.get("language")), strict=True):
                seen[planted[row["id"]]["language"]] += 1
                right[planted[row["id"]]["language"]] += score * m["sentiment"] > 0
        shares[name] = {language: right[language] / seen[language] for language in seen}
    assert min(shares["taught"].values()) >= 0.95
    assert all(shares["taught"][language] > shares["seed"][language] for language in ("en", "zh"))


@pytest.mark.realdata
def test_labels_beat_the_most_frequent_class_on_unseen_sentences(data_dir: Path) -> None:
    rows = read_semeval(data_dir / "review-aspects-laptop")
    model = train_polarity(rows[:1000])
    right, labels = 0, Counter[str]()
    for row in rows[1000:]:
        for label, found in zip(row.polarities, model.probabilities(row.text, row.spots, "en"), strict=True):
            right += label == max(found, key=found.__getitem__)
            labels[label] += 1
    assert right / labels.total() >= 0.62
    assert right > 1.4 * max(labels.values())
