"""Which of its meanings a name has."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from linking.disambiguation.calibration import Calibration, expected_calibration_error, fit_calibration
from linking.disambiguation.context import LABELS, NIL, ContextCounts
from linking.disambiguation.learning import learn_from_texts
from linking.disambiguation.scoring import Disambiguator
from linking.disambiguation.shop import shop_context
from linking.disambiguation.trust import cased
from linking.linker import Linker
from linking.making import RatedText, make_linker
from linking.mentions import LinkText, Mention
from tests.linking.shops import small_lexicon, small_linker, small_shop

LINKER = small_linker()


def made(texts: Sequence[RatedText]) -> Linker:
    """Make the linker of the small shop."""
    shop, lexicon = small_shop(), small_lexicon()
    return make_linker(shop, lexicon, shop_context(shop, lexicon), texts)


TAUGHT = made(())


def node(mention: Mention) -> str:
    return str(mention.node) if mention.node else "NIL"


def linked(text: str, surface: str, *, product: str | None = None, linker: Linker = LINKER) -> Mention:
    """Give the mention of some words."""
    return next(one for one in linker.link(text, product=product) if one.surface == surface)


@pytest.mark.parametrize(
    ("text", "surface", "product", "meant"),
    [
        ("I like orange.", "orange", "cable", "Attribute colour=orange"),
        ("I like orange.", "orange", "juice", "Attribute flavour=orange"),
        ("This Orange box is fine.", "Orange", "router", "Brand Orange"),
        ("My Apple works.", "Apple", "charger", "Brand Apple"),
        ("Every apple was fresh.", "apple", "basket", "Category Food > Apples"),
        ("苹果很好", "苹果", "phone", "Brand Apple"),
        ("苹果很好", "苹果", "basket", "Category Food > Apples"),
    ],
)
def test_the_product_decides(text: str, surface: str, product: str, meant: str) -> None:
    assert node(linked(text, surface, product=product)) == meant


@pytest.mark.parametrize(
    ("text", "surface", "meant"),
    [
        ("the fast charger is by apple", "apple", "Brand Apple"),
        ("a basket of fruit with an apple", "apple", "Category Food > Apples"),
        ("a home router from Orange", "Orange", "Brand Orange"),
    ],
)
def test_the_words_around_decide_where_no_product_is_known(text: str, surface: str, meant: str) -> None:
    assert node(linked(text, surface, linker=TAUGHT)) == meant


def test_every_mention_says_what_was_weighed_and_why() -> None:
    mention = linked("My Apple works.", "Apple", product="charger")
    assert {str(one.node) if one.node else "NIL" for one in mention.candidates} == {
        "Brand Apple",
        "Category Food > Apples",
        "NIL",
    }
    assert sum(one.score for one in mention.candidates) == pytest.approx(1.0)
    assert [one.score for one in mention.candidates] == sorted((one.score for one in mention.candidates), reverse=True)
    assert "linked" in mention.reason
    assert mention.confidence == pytest.approx(mention.candidates[0].score)


def test_what_the_product_is_known_to_be_otherwise_is_nil() -> None:
    mention = linked("Used since navy.", "navy", product="cable")
    assert mention.node is None
    assert "known to be of another" in mention.reason


def test_below_the_threshold_is_nil() -> None:
    linker = small_linker()
    linker.threshold = 0.999
    mention = linked("A strap.", "strap", linker=linker)
    assert mention.node is None
    assert "too unsure" in mention.reason
    assert list(linker.link_many([LinkText("A strap.")])) == [[]]


def test_one_by_one_and_in_bulk_agree() -> None:
    texts = [
        LinkText("My Apple works, the battery lasts.", None, "charger"),
        LinkText("苹果很好，续航不错", "zh", "basket"),
        LinkText("An orange cabel with a Voltwya strap", None, "cable"),
        LinkText("", None, None),
    ]
    for one, links in zip(texts, LINKER.link_many(texts), strict=True):
        alone = [m for m in LINKER.link(one.text, language=one.language, product=one.product) if m.node]
        assert [(m.start, m.end, m.node, m.confidence) for m in alone] == [
            (link.start, link.end, link.node, link.confidence) for link in links
        ]


def test_a_name_that_stands_in_reviews_of_any_product_means_nothing() -> None:
    """ "white" is said of chargers that are white, and of everything in "white lie"."""
    lexicon = LINKER.lexicon
    shop = LINKER.disambiguator.shop
    assert shop is not None
    said = [LinkText("it is white", None, "charger")] * 20
    idle = [LinkText("a white lie", None, product) for product in ("phone", "cable", "router", "shirt")] * 20
    entry = next(n for n, one in enumerate(lexicon.entries) if str(one.node) == "Attribute colour=white")
    trusted = learn_from_texts(lexicon, shop, said).trust["white", entry]
    doubted = learn_from_texts(lexicon, shop, [*said, *idle]).trust["white", entry]
    assert trusted > 0.9
    assert doubted < 0.4


def test_contexts_of_names_with_one_meaning_are_learned() -> None:
    counts = ContextCounts()
    for _ in range(10):
        counts.add(LABELS.index("Brand"), ("by<", ">.", "made by<", ">. it"))
        counts.add(NIL, ("the<", ">of", "in the<", ">of it"))
    scores = counts.model().scores(("by<", ">."))
    assert scores[LABELS.index("Brand")] > 0 > scores[NIL]


def test_learning_is_the_same_each_time() -> None:
    said = (("The battery is great", 5.0), ("bad sound, broken strap", 1.0), ("苹果手机续航很好", 5.0))
    texts = [RatedText(LinkText(text, None, "phone"), stars) for text, stars in said * 9]
    first, second = (made(texts) for _ in range(2))
    assert first.disambiguator.context.weights == second.disambiguator.context.weights
    assert first.settled == second.settled
    assert first.known == second.known


def test_calibration_pulls_scores_to_what_they_are_worth() -> None:
    scores = [0.95] * 100 + [0.6] * 100
    right = [True] * 70 + [False] * 30 + [True] * 30 + [False] * 70
    fitted = fit_calibration(scores, right)
    assert fitted(0.95) == pytest.approx(0.7, abs=0.05)
    assert fitted(0.6) == pytest.approx(0.3, abs=0.05)
    before = expected_calibration_error(scores, right)
    after = expected_calibration_error([fitted(score) for score in scores], right)
    assert after < 0.05 < before
    assert fit_calibration([0.9, 0.8], [True, True]) == Calibration()


def test_weights_have_names() -> None:
    weigher = Disambiguator(LINKER.lexicon.entries)
    assert set(weigher.weights) == set(LINKER.disambiguator.weights)


def test_capitals_tell_how_far_a_name_can_be_trusted() -> None:
    shop, lexicon = small_shop(), small_lexicon()
    texts = [LinkText("It came in orange.", "en", "cable")] * 10 + [
        LinkText("This Orange box works.", "en", "router")
    ] * 10
    trust = learn_from_texts(lexicon, shop_context(shop, lexicon), texts).trust
    rows = {str(lexicon.entries[sense.entry].node): sense.entry for sense in lexicon.alias("orange").senses}
    brand, colour = rows["Brand Orange"], rows["Attribute colour=orange"]
    with_capital, without = cased("orange", 1), cased("orange", -1)
    assert trust[with_capital, brand] > trust["orange", brand] >= trust[without, brand]
    assert trust[with_capital, colour] <= trust["orange", colour] < trust[without, colour]


def test_a_rating_that_is_no_stars_teaches_no_sentiment_and_stops_nothing() -> None:
    texts = [RatedText(LinkText(f"A good thing {number}.", "en"), rating) for number, rating in enumerate((9.0, 0.0))]
    assert [one.teaches for one in texts] == [False, False]
    assert RatedText(LinkText("Good.", "en"), 5.0).teaches
    assert made(texts).sentiment is not None
