"""The HTML report: whole, harmless, and readable whatever is missing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image

from kg.quality import RULES, QualityReport, TableReport
from kg.schema import EDGES, NODES
from kg.snapshot import Snapshot, SplitMethod, SplitSettings, take_snapshot
from kg.store.protocol import EdgeKey, GraphStore
from recommender.ablation import Figure, Variant
from recommender.answers import Answer, Node, Reason, Recommendation, Step
from recommender.filters import Filters
from recommender.groups import Group
from recommender.rules import Rules
from shopgraph.report import Card, Evaluation, ReportData, Story, collect_report, write_report
from shopgraph.report.chart import ablation_charts
from shopgraph.report.collect import pick_customers
from shopgraph.report.data import Ablation
from shopgraph.report.language import words_of
from tests.kg.fake_store import FakeStore, Row, shop
from tests.shopgraph.report.page import Page

HOSTILE = '<script>alert("x")</script>" onerror=alert(1) \'{{ 7*7 }}'
EVALUATION = Evaluation(
    {"recall@10": 0.2, "coverage": 0.5},
    {"recall@10": (0.18, 0.22)},
    {"popularity": {"recall@10": 0.05}, "nothing": {"recall@10": 0.0}},
)


class Stub:
    """Recommends what the customer has not had, for one reason of each kind."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.rules: list[Rules | None] = []

    def history(self, user: str) -> tuple[Node, ...]:
        ids, row = self._snapshot.ids, int(self._snapshot.ids.rows("User", [user])[0])
        tails = [edges.tail[edges.head == row] for edges in self._snapshot.interactions.values()]
        rows = np.unique(np.concatenate(tails))
        return tuple(Node("Product", str(ids.ids([row])[0]), self._snapshot.name(int(row))) for row in rows)

    def recommend(self, *, user: str, k: int, reasons: bool, rules: Rules | None) -> Answer:
        had = self.history(user)
        product = Node("Product", "p5", self._snapshot.products["name"][5].as_py())
        bought = (Step("PURCHASED", False, Node("User", "", "customers")), Step("PURCHASED", True, product))
        why = (
            Reason(had[0], "interactions", 0.5, 0.625, bought, 3),
            Reason(had[0], "ALSO_BOUGHT", 0.4, 0.5, (Step("ALSO_BOUGHT", True, product),), 1),
            Reason(None, "popularity", -0.1, -0.125, (), 1),
        )
        assert reasons
        self.rules.append(rules)
        return Answer((Recommendation(1, product, 0.8, why),)[:k], "history", "stub", ("p9 is not known",))


@pytest.fixture
def quality() -> QualityReport:
    tables = {"products": TableReport(read=8, kept=6, quarantined=Counter({"NEGATIVE_PRICE": 2}), implied=1)}
    return QualityReport(tables, Counter({"ENCODING": 1}), "somewhere/my-shop", "tables")


def taken(store: FakeStore, folder: Path) -> Snapshot:
    split = SplitSettings(method=SplitMethod.NONE)
    return take_snapshot(cast(GraphStore, store), folder / "snapshot", holdout=folder / "holdout", split=split)


@pytest.fixture
def data(tmp_path: Path, quality: QualityReport) -> ReportData:
    snapshot = taken(shop(), tmp_path)
    Image.new("RGBA", (900, 600), (200, 30, 30, 128)).save(tmp_path / "b.jpg", "PNG")
    return collect_report(
        snapshot, quality, EVALUATION, Stub(snapshot), parameters={"ridge": 310, "deep": True}, image_root=tmp_path
    )


def written(data: ReportData, folder: Path, language: str = "en") -> Page:
    out = write_report(data, folder / "new" / "report.html", language=language)
    assert [path.name for path in out.parent.iterdir()] == ["report.html"]
    page = Page(out)
    assert all(address.startswith(("#", "data:")) for address in page.addresses)
    assert "script" not in page.tags
    return page


def test_customers_are_recommended_what_the_rules_allow(tmp_path: Path) -> None:
    stub, rules = Stub(taken(shop(), tmp_path)), Rules(filters=Filters(in_stock=True))
    collect_report(stub._snapshot, None, None, stub, customers=2, rules=rules)
    assert stub.rules == [rules, rules]


def test_everything_is_told(data: ReportData, tmp_path: Path) -> None:
    page = written(data, tmp_path)
    for words in (
        "From my-shop",
        "66.6% of the rows read were kept",
        "2 negative price NEGATIVE_PRICE",
        "1 wrong encoding ENCODING",
        "+300% against popularity",
        "0.1800 – 0.2200",
        "ridge 310",
        "deep yes",
        'Chosen by customers who also chose Product <0> & "co" · 3 customers',
        'Bought by people who bought Product <0> & "co"',
        "−12% Against it: how popular it is",
        "← purchased — customers",
        "— purchased → Product <5>",
        "产品",
        "7.50",
        "p9 is not known",
        "PURCHASED User → Product 12",
    ):
        assert words in page.text, words
    assert page.photos > 0
    assert page.tags["svg"] > 0


def test_the_same_data_give_the_same_bytes(data: ReportData, tmp_path: Path) -> None:
    first, second = write_report(data, tmp_path / "1.html"), write_report(data, tmp_path / "2.html")
    assert first.read_bytes() == second.read_bytes()


def test_hostile_names_stay_words(data: ReportData, tmp_path: Path) -> None:
    card = Card(HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1.0)
    story = replace(data.stories[0], name=HOSTILE, user=HOSTILE, history=(card,), notes=(HOSTILE,))
    evaluation = Evaluation({HOSTILE: 1.0}, {}, {HOSTILE: {HOSTILE: 0.5}}, model=HOSTILE)
    hostile = replace(data, title=HOSTILE, stories=(story,), evaluation=evaluation, parameters={HOSTILE: HOSTILE})
    page = written(hostile, tmp_path)
    assert page.text.count(HOSTILE) > 8
    assert "49" not in page.text


@pytest.mark.parametrize(
    "contents", [b"", b"no picture", b"\xff\xd8\xff\xe0 cut off", b"GIF89a\xff\xff\xff\xff\x00\x00"]
)
def test_broken_photos_are_a_plain_tile(data: ReportData, tmp_path: Path, contents: bytes) -> None:
    (tmp_path / "b.jpg").write_bytes(contents)
    assert written(data, tmp_path).photos == 0


@pytest.mark.parametrize("image", ["/nowhere/a.jpg", "x\0y", ".", "/dev/zero", "a" * 5000])
def test_missing_photos_are_a_plain_tile(tmp_path: Path, image: str) -> None:
    story = Story("u", "u", (Card("p", "p", image=Path(image)),), 1, (), "history")
    assert written(ReportData("t", stories=(story,)), tmp_path).photos == 0


def test_a_cut_off_photo_and_a_bomb_are_a_plain_tile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "whole.jpg").read_bytes()[:9000])

    def photos(name: str) -> int:
        story = Story("u", "u", (Card("p", "p", image=tmp_path / name),), 1, (), "history")
        return written(ReportData("t", stories=(story,)), tmp_path).photos

    assert (photos("whole.jpg"), photos("cut.jpg")) == (1, 0)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 60_000)
    assert photos("whole.jpg") == 0


def test_many_photos_stay_below_five_megabytes(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    cards = (Card("p", "p", image=tmp_path / "noise.png"),) * 300
    out = write_report(ReportData("t", stories=(Story("u", "u", cards, 300, (), "history"),)), tmp_path / "r.html")
    assert out.stat().st_size < 5_000_000
    assert 0 < Page(out).photos < 300


def figure(mean: float, difference: float, deviation: float | None = 0.001) -> Figure:
    return Figure(mean, 0.02, deviation, difference, 0.003)


def test_groups_and_parts_are_told_with_their_intervals(data: ReportData, tmp_path: Path) -> None:
    methods = {"shopgraph": {"recall@10": 0.31}, "popularity": {"recall@10": 0.07}, "nothing": {"recall@10": 0.0}}
    halves = {"shopgraph": {"recall@10": 0.0123}, "popularity": {}, "nothing": {}}
    groups = (
        Group("customers", "few", 1, 4, 139, 140, methods, halves),
        Group("products", "rare", 1, 1, 55, 60, methods, halves),
    )
    variants = (
        Variant("everything", 3, 400, {"recall@10": figure(0.25, 0.0)}, 1.0),
        Variant("without_text", 3, 400, {"recall@10": figure(0.2, -0.05)}, 1.0),
        Variant("closed_form", 1, 400, {"recall@10": figure(0.26, 0.01, None)}, 1.0),
    )
    ablation = Ablation("0123456789abcdef", False, 400, ("recall@10",), variants)
    full = replace(data, evaluation=replace(EVALUATION, groups=groups), ablation=ablation)
    page = written(full, tmp_path)
    for words in (
        "few products 1 to 4 139 recall@10 0.3100 ± 0.0123 0.0700 0.0000",
        "rare products 1 55 recall@10",
        "everything 3 recall@10 0.2500 ± 0.0200 0.0010 –",
        "no text vectors 3 recall@10 0.2000 ± 0.0200 0.0010 −0.0500 ± 0.0030",
        "closed form alone 1 recall@10 0.2600 ± 0.0200 – +0.0100 ± 0.0030",
        "judging, not for choosing",
        "Of the model 0123456789ab.",
    ):
        assert words in page.text, words
    assert page.tags["svg"] >= 4
    stale = written(replace(full, ablation=replace(ablation, stale=True)), tmp_path).text
    assert "of an earlier one, 0123456789ab" in stale
    assert "Of the model" not in stale
    chinese = written(full, tmp_path, "zh").text
    assert "商品少 1 至 4 139 召回率@10 0.3100 ± 0.0123" in chinese
    assert "去掉向量 text" in chinese


def test_bars_of_differences_begin_where_nothing_is_lost_or_won() -> None:
    variants = (
        Variant("everything", 1, 9, {"recall@10": figure(0.3, 0.0)}, 1.0),
        Variant("worse", 1, 9, {"recall@10": figure(0.2, -0.1)}, 1.0),
        Variant("better", 1, 9, {"recall@10": figure(0.35, 0.05)}, 1.0),
    )
    (chart,) = ablation_charts(Ablation("m", False, 9, ("recall@10",), variants))
    worse, better = chart.bars
    assert chart.zero is not None
    assert worse.x + worse.width == pytest.approx(chart.zero) == better.x
    assert worse.width == pytest.approx(2 * better.width)
    assert worse.low == pytest.approx(0.0)
    assert ablation_charts(Ablation("m", False, 9, ("recall@10",), variants[:1]))[0].bars == ()


def test_the_report_in_chinese_says_the_same_in_other_words(data: ReportData, tmp_path: Path) -> None:
    brand = (Step("HAS_BRAND", True, Node("Brand", "b", "Acme")), Step("HAS_BRAND", False, data_node(data)))
    story = data.stories[0]
    reason = Reason(data_node(data), "HAS_BRAND", 1.0, 1.0, brand, 1)
    first = replace(story.recommended[0], reasons=(*story.recommended[0].reasons, reason))
    told = replace(
        data, stories=(replace(story, recommended=(first,)),), names_zh={**data.names_zh, ("Brand", "b"): "阿克米"}
    )
    english, chinese = written(told, tmp_path), written(told, tmp_path, "zh")
    assert chinese.tags == english.tags
    for words in (
        "顾客与为他们推荐的商品",
        "负价格 NEGATIVE_PRICE",
        "deep 是",
        "同一品牌：阿克米",
        "— 品牌 → 阿克米",
        "0.1800 – 0.2200",
    ):
        assert words in chinese.text, words
    ours = {value for key, value in words_of("en").items() if len(value) > 12 and "{" not in value}
    assert not [value for value in ours if value in chinese.text], "words of the other language"


def data_node(data: ReportData) -> Node:
    card = data.stories[0].history[0]
    return Node("Product", card.id, card.name)


def test_both_languages_have_the_same_words_and_name_what_the_code_names() -> None:
    english, chinese = words_of("en"), words_of("zh")
    assert english.keys() <= chinese.keys()
    fields = {key: sorted(re.findall(r"{\w+}", value)) for key, value in english.items()}
    assert {key: sorted(re.findall(r"{\w+}", chinese[key])) for key in english} == fields
    named = {f"label.{name}" for name in NODES} | {f"doc.{name}" for name in NODES}
    named |= {f"edge.{name}" for name in EDGES} | {f"rule.{code}" for code in RULES}
    assert named <= chinese.keys()


def test_the_pages_of_a_report_lead_to_each_other(data: ReportData, tmp_path: Path) -> None:
    page = Page(write_report(data, tmp_path / "a.html", language="zh", others={"en": "b.html"}))
    assert "b.html" in page.addresses
    assert "English" in page.text


def test_an_empty_report_is_a_report(tmp_path: Path) -> None:
    page = written(ReportData("Nothing yet"), tmp_path)
    assert "0 nodes in the graph" in page.text
    assert "Evaluation" not in page.text


def test_metrics_without_baselines_and_without_numbers(tmp_path: Path) -> None:
    page = written(ReportData("t", evaluation=Evaluation({"recall@10": float("nan")})), tmp_path)
    assert "nan" in page.text
    odd = Evaluation({"recall@10": float("nan")}, {}, {"zero": {"recall@10": 0.0}})
    assert "zero" in written(ReportData("t", evaluation=odd), tmp_path).text


def test_a_catalogue_without_buyers(tmp_path: Path) -> None:
    nodes: dict[str, list[Row]] = {"Product": [{"id": "p0"}], "Brand": [{"id": "b"}]}
    store = FakeStore(nodes, {EdgeKey("Product", "HAS_BRAND", "Brand"): [{"source": "p0", "target": "b"}]})
    snapshot = taken(store, tmp_path)
    data = collect_report(snapshot, None, None, Stub(snapshot))
    assert "No customer has had a product yet" in written(data, tmp_path).text


def test_sample_customers_spread_over_the_lengths_of_histories(tmp_path: Path) -> None:
    nodes: dict[str, list[Row]] = {
        "User": [{"id": f"u{n:02}"} for n in range(21)],
        "Product": [{"id": f"p{n:02}"} for n in range(20)],
    }
    bought: list[Row] = [
        {"source": f"u{u:02}", "target": f"p{p:02}", "at": p} for u in range(21) for p in range(20 - u)
    ]
    bought.append({"source": "u19", "target": "p00", "at": 99})  # again: no longer history
    snapshot = taken(FakeStore(nodes, {EdgeKey("User", "PURCHASED", "Product"): bought}), tmp_path)
    assert pick_customers(snapshot, 3) == ("u19", "u09", "u00")
    assert pick_customers(snapshot, 3) == pick_customers(snapshot, 3)
    assert len(pick_customers(snapshot, 100)) == 20
    assert pick_customers(snapshot, 0) == ()
