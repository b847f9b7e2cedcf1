"""The entity linker: the sentence decides between nodes of one name, and what nobody knows means nothing."""

from __future__ import annotations

import pytest
from spacy.tokens import Span

from kg.errors import ConfigurationError, ModelError
from linking.lexicon.lexicon import AliasRule, Entry, Lexicon
from linking.mentions import NodeRef
from linking.training import AliasRow, LabelledSpan, LabelledText, Schedule, train_entity_linker
from linking.training.entity_linker import judge_linker, node_key, node_of
from linking.training.lexical import alias_rows, gazetteer_of
from tests.linking.training.texts import reviews

FRUIT, MAKER = NodeRef("Brand", "apple-farm"), NodeRef("Brand", "apple-inc")
_SAID = {
    FRUIT: ("juice from {} tastes sweet", "the {} cider was fresh and sweet", "{} jam with a fresh taste"),
    MAKER: ("the {} laptop has a good screen", "my {} phone has a weak battery", "a {} tablet with a bright screen"),
}


def _texts(name: str) -> list[LabelledText]:
    texts = []
    for node, said in _SAID.items():
        for number in range(9):
            text = f"{said[number % 3].format(name)} {'really ' * (number // 3)}".strip()
            start = text.index(name)
            texts.append(LabelledText(text, (LabelledSpan(start, start + len(name), "Brand", node),)))
    return texts


def test_the_sentence_decides_between_two_nodes_of_one_name() -> None:
    descriptions = {FRUIT: "fresh sweet juice, cider and jam", MAKER: "laptop phone tablet screen battery"}
    nlp = train_entity_linker(_texts("Apple"), (), descriptions, language="en", schedule=Schedule(passes=20, batch=6))
    unseen = [
        LabelledText("sweet cider by apple", (LabelledSpan(15, 20, "Brand", FRUIT),)),
        LabelledText("screen of the apple phone", (LabelledSpan(14, 19, "Brand", MAKER),)),
    ]
    figures = judge_linker(nlp, unseen)
    assert figures == {"right": 1.0, "by prior": 0.5, "mentions": 2}


def test_a_given_alias_links_and_unknown_words_mean_nothing() -> None:
    nlp = train_entity_linker(
        reviews(20),
        [AliasRow("The Acme Company", NodeRef("Brand", "acme"), 3.0)],
        language="en",
        schedule=Schedule(passes=1),
    )
    doc = nlp.make_doc("the acme company and Nobody")
    doc.ents = (Span(doc, 0, 3, label="Brand"), Span(doc, 4, 5, label="Brand"))
    for name in nlp.pipe_names:
        doc = nlp.get_pipe(name)(doc)
    assert [node_of(span.kb_id_) for span in doc.ents] == [NodeRef("Brand", "acme"), None]


def test_what_cannot_be_trained_says_why() -> None:
    with pytest.raises(ModelError, match="names a node"):
        train_entity_linker([LabelledText("a", (LabelledSpan(0, 1, "Brand"),))], language="en")
    with pytest.raises(ConfigurationError, match="give one above 0"):
        train_entity_linker(reviews(5), [AliasRow("x", FRUIT, 0.0)], language="en")


def test_ids_with_colons_come_back() -> None:
    node = NodeRef("Category", "shoes:winter")
    assert node_of(node_key(node)) == node
    assert node_of("NIL") is None
    assert node_of("") is None


def test_a_lexicon_gives_names_and_aliases() -> None:
    entries = [Entry(MAKER, "Apple", 3), Entry(FRUIT, "Apple", 0)]
    rule = AliasRule.NAME
    lexicon = Lexicon(entries, [("Apple", 0, rule), ("apple", 1, rule), ("Apple Inc", 0, AliasRule.SHORT)])
    assert gazetteer_of(lexicon) == [("Apple", "Brand"), ("Apple Inc", "Brand")]
    rows = alias_rows(lexicon)
    assert [(row.surface, row.node, row.prior) for row in rows] == [
        ("Apple", MAKER, 0.8),
        ("Apple", FRUIT, 0.2),
        ("Apple Inc", MAKER, 1.0),
    ]
