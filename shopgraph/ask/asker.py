"""Answers questions: linking says what they are about, the grammar what is asked, and Cypher gives the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kg.store.protocol import GraphStore, QueryLimits
from linking.mentions import NodeRef
from linking.text import normalise
from recommender import Recommender
from recommender.changes import Changes
from recommender.filters import Filters
from recommender.rules import Rules
from shopgraph.ask.answers import AskAnswer, AskedProduct, Ran
from shopgraph.ask.beside import RELATIONS, bought_beside, linked_products, narrowest_category
from shopgraph.ask.best import best_groups, best_products
from shopgraph.ask.conditions import Conditions
from shopgraph.ask.grammar import Intent, intents
from shopgraph.ask.job import Job
from shopgraph.ask.offers import Offers
from shopgraph.ask.opinions import opinion_counts, opinion_quotes
from shopgraph.ask.rows import CARD, money, priced, product_of, quote_of
from shopgraph.ask.unread import unread_words, without_words
from shopgraph.ask.wording import listed, told
from shopgraph.discovery import ProductSearch
from shopgraph.discovery.reading import ReadQuery

_LIMITS = QueryLimits(rows=1_000, seconds=10)
_BEST = 5
"""Products that are named as the best of their kind."""
_END = " ?!.？！。"
_KINDS = ("Brand", "Category", "Attribute")
_EACH = 2
"""Sentences of each side where opinions are asked for."""
_NAMED = 100
"""Brands, or traits of a product, that an answer names."""


class Asker:
    """Answers questions in plain English or Chinese. It is not changed by use.

    Args:
        search: reads questions.
        store: the graph, read alone.
    """

    def __init__(self, search: ProductSearch, store: GraphStore) -> None:
        self._search, self._store = search, store
        self._recommender: Recommender = search.recommender
        self._label = "label(x)" if store.engine == "ladybug" else "labels(x)[0]"

    def ask(
        self,
        question: str,
        *,
        user: str | None = None,
        product: str | None = None,
        language: str | None = None,
        k: int = 5,
        changes: Changes | None = None,
        rules: Rules | None = None,
    ) -> AskAnswer:
        """Answer a question.

        Args:
            question: in English or Chinese.
            user: id of the customer who asks, for recommendations.
            product: id of the product that "this" and "it" mean.
            language: of the answer; None for that of the question.
            k: products in an answer.
            changes: what that customer did since the model was trained.
            rules: of the shop; their filters hold for products that are offered, not for counts and figures, nor for
                products that the question names.

        Raises:
            GraphStoreError: the store cannot be read.
            UnknownIdError: the model does not know the customer, and the answer needs to.
        """
        read = self._search.reader.read(question)
        spoken = language or read.language
        products = [name.senses[0].node.id for name in read.names if name.label == "Product"]
        if product is not None and product not in products:
            products.append(product)
        aspects = [sense.node.id for name in read.names for sense in name.senses if sense.node.label == "Aspect"]
        offers = Offers(self._recommender.catalogue, rules)
        job = Job(read, spoken, products, aspects, user, k, changes, rules, offers)
        intent = self._intent(read, products, aspects)
        if intent is None:
            made = self._unknown(job)
        elif read.stock is not None and not products and not self._search.stock_known:
            made = AskAnswer(told("stock_unknown", spoken), intent.name, spoken)
        else:
            unread = unread_words(read, intent, self._search.reader, known=self._search.vocabulary)
            made = without_words(self._answered(intent.name, job), unread)
        return replace(
            made, ran=tuple(job.ran), understood=self._search.understood(read, spoken), corrections=read.corrections
        )

    def _intent(self, read: ReadQuery, products: Sequence[str], aspects: Sequence[str]) -> Intent | None:
        named = ["product"] * len(products) + ["aspect"] * bool(aspects)
        named += ["kind"] * any(name.label in _KINDS for name in read.names) + ["price"] * (read.price is not None)
        text = _asked(read)
        for intent in intents():
            if intent.has(named) and intent.said(text, read.language):
                return intent
        return None

    def _answered(self, name: str, job: Job) -> AskAnswer:
        match name:
            case "smalltalk":
                return AskAnswer(told("smalltalk", job.language), name, job.language, nearest=_examples(job.language))
            case "price" | "stock" | "details":
                return self._card(name, job)
            case "compare":
                return self._compared(job)
            case "related":
                return self._related(job)
            case "goes_with" | "substitutes":
                return self._linked(name, job)
            case "similar":
                return self._listed(name, job, self._alike(job))
            case "recommend":
                return self._recommended(job)
            case "buyers":
                return self._buyers(job)
            case "complaints" | "praise" | "opinions":
                return self._opinions(name, job)
            case "brands":
                return self._brands(job)
            case "brands_sold" | "categories_sold":
                return self._groups_sold(name, job)
            case "count":
                return self._count(job)
            case "bad_products":
                return self._by_aspect(name, job, good=False)
            case "cheapest" | "dearest" | "best_rated" | "best_sold":
                return self._best(name, job)
        return self._by_aspect(name, job, good=True) if job.aspects else self._found(name, job)

    def _run(self, job: Job, cypher: str, parameters: Mapping[str, object]) -> list[dict[str, object]]:
        job.ran.append(Ran(cypher, dict(parameters)))
        rows: list[dict[str, object]] = self._store.query(cypher, parameters, limits=_LIMITS).to_pylist()
        return rows

    def _offered(
        self, job: Job, cypher: str, parameters: Mapping[str, object], *, most: int
    ) -> list[dict[str, object]]:
        """Run a query for products, and give the first that may be offered."""
        return job.offers.first(lambda limited: self._run(job, limited, parameters), cypher, most)

    def _names(self, rows: Sequence[Mapping[str, object]], language: str) -> tuple[str, ...]:
        nodes = (NodeRef(str(row["label"]), str(row["id"])) for row in rows)
        return tuple(self._search.wording.node(node, language) for node in nodes)

    def _cards(self, job: Job, ids: Sequence[str]) -> list[AskedProduct]:
        rows = self._run(job, f"MATCH (p:Product) WHERE p.id IN $ids {CARD} ORDER BY p.id", {"ids": list(ids)})
        cards = {one.id: one for one in (product_of(row, job.language) for row in rows)}
        return [cards[id_] for id_ in ids if id_ in cards]

    def _card(self, name: str, job: Job) -> AskAnswer:
        found = self._cards(job, job.products[:1])
        if not found:
            return self._unknown(job)
        one = found[0]
        value: str | float | None = None
        if name == "price":
            value = one.price
        elif name == "stock":
            value = None if one.in_stock is None else ("yes" if one.in_stock else "no")
        names: tuple[str, ...] = ()
        if name == "details":
            rows = self._run(
                job,
                "MATCH (p:Product)-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]->(x) WHERE p.id = $id "
                f"RETURN DISTINCT {self._label} AS label, x.id AS id ORDER BY label, id LIMIT {_NAMED}",
                {"id": one.id},
            )
            names = self._names(rows, job.language)
        said = f"{name}_{value}" if name == "stock" else name
        text = told(said, job.language, name=one.name, price=money(one.price), list=listed(names, job.language))
        return AskAnswer(text, name, job.language, (one,), value=value, names=names)

    def _compared(self, job: Job) -> AskAnswer:
        found = self._cards(job, job.products[:2])
        rows = self._run(
            job,
            "MATCH (p:Product)<-[:ABOUT]-(r:Review) WHERE p.id IN $ids "
            "RETURN p.id AS id, avg(r.rating) AS stars, count(r) AS reviews ORDER BY id",
            {"ids": [one.id for one in found]},
        )
        stars = {row["id"]: (row["stars"], row["reviews"]) for row in rows}
        lines = [
            told(
                "compared",
                job.language,
                name=one.name,
                price=money(one.price),
                stars=money(stars.get(one.id, (None, 0))[0]),
            )
            for one in found
        ]  # fmt: skip
        return AskAnswer(" ".join(lines), "compare", job.language, tuple(found))

    def _related(self, job: Job) -> AskAnswer:
        rows = self._run(
            job,
            "MATCH (a:Product)-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]->(x)"
            "<-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]-(b:Product) "
            f"WHERE a.id = $first AND b.id = $second RETURN DISTINCT {self._label} AS label, x.id AS id "
            f"ORDER BY label, id LIMIT {_NAMED}",
            {"first": job.products[0], "second": job.products[1]},
        )
        names = self._names(rows, job.language)
        text = told("related" if names else "unrelated", job.language, list=listed(names, job.language))
        return AskAnswer(text, "related", job.language, tuple(self._cards(job, job.products[:2])), names=names)

    def _linked(self, name: str, job: Job) -> AskAnswer:
        product = job.products[0]
        queries = (linked_products(relation, product) for relation in RELATIONS[name])
        rows = [row for query in queries for row in self._offered(job, *query, most=job.k)]
        found = tuple({one.id: one for one in (product_of(row, job.language) for row in rows)}.values())
        return self._listed(name, job, found[: job.k]) if found else self._unlinked(name, job)

    def _unlinked(self, name: str, job: Job) -> AskAnswer:
        """Say that nothing is known to go with a product, or to stand in for it, and give the nearest that is known."""
        product = job.products[0]
        beside: tuple[AskedProduct, ...] = ()
        if name == "goes_with":
            rows = self._offered(job, *bought_beside(product, self._narrowest(job)), most=job.k)
            beside = tuple(product_of(row, job.language) for row in rows)
        known = product in self._recommender.catalogue.row_of
        found = beside or (self._alike(job) if known else ())
        own = next((one.name for one in self._cards(job, [product])), product)
        key = f"no_{name}_{'beside' if beside else 'alike' if found else 'alone'}"
        text = told(key, job.language, name=own, list=priced(found, job.language))
        nearest = tuple(
            one.examples[job.language].replace("PRODUCT", own) for one in intents() if one.name == "similar"
        )
        return AskAnswer(text, name, job.language, found, nearest=nearest)

    def _narrowest(self, job: Job) -> str | None:
        rows = self._run(job, *narrowest_category(job.products[0]))
        return str(rows[0]["id"]) if rows else None

    def _alike(self, job: Job) -> tuple[AskedProduct, ...]:
        """Give products that are like the one asked about: of its category, or of any where that has none."""
        category = self._narrowest(job)
        narrow = None if category is None else Filters(categories=(category,))
        answer = self._recommender.similar(job.products[0], k=job.k, filters=narrow, rules=job.rules)
        if not answer.items and narrow is not None:
            answer = self._recommender.similar(job.products[0], k=job.k, rules=job.rules)
        return tuple(self._cards(job, [one.product.id for one in answer.items]))

    def _recommended(self, job: Job) -> AskAnswer:
        answer = self._recommender.recommend(
            user=job.user, history=job.products or None, changes=job.changes, rules=job.rules, k=job.k
        )
        return self._listed("recommend", job, tuple(self._cards(job, [one.product.id for one in answer.items])))

    def _buyers(self, job: Job) -> AskAnswer:
        rows = self._run(
            job,
            "MATCH (u:User)-[:PURCHASED]->(p:Product) WHERE p.id = $id RETURN count(DISTINCT u.id) AS n",
            {"id": job.products[0]},
        )
        count = int(str(rows[0]["n"])) if rows else 0
        text = told("buyers", job.language, count=count)
        return AskAnswer(text, "buyers", job.language, tuple(self._cards(job, job.products[:1])), count=count)

    def _opinions(self, name: str, job: Job) -> AskAnswer:
        conditions = Conditions(job.read)
        parameters = dict(conditions.parameters)
        where = [conditions.where]
        if job.products:
            where, parameters = ["p.id = $product"], {"product": job.products[0]}
        if job.aspects:
            where.append("a.id IN $aspects")
            parameters["aspects"] = list(dict.fromkeys(job.aspects))
        conditions_met = " AND ".join(where)
        [counts] = self._run(job, *opinion_counts(conditions_met, parameters))
        good, bad, mentions = (int(str(counts[side] or 0)) for side in ("good", "bad", "n"))
        sides = {"praise": job.k} if name == "praise" else {"complaints": job.k}
        if name == "opinions":
            sides = {"praise": _EACH, "complaints": _EACH}
        quotes = [
            quote_of(row)
            for side, most in sides.items()
            for row in self._run(job, *opinion_quotes(side, conditions_met, parameters, most=most))
        ]
        value = "good" if good > 2 * bad else "bad" if bad > 2 * good else "mixed" if good else "none"
        nodes = [NodeRef("Aspect", aspect) for aspect in dict.fromkeys(job.aspects)]
        spoken_of = listed([self._search.wording.node(node, job.language) for node in nodes], job.language)
        about = told("about", job.language, list=spoken_of) if nodes else ""
        text = told(f"opinions_{name}", job.language, about=about, good=good, bad=bad)
        if not mentions:
            text = told("no_reviews", job.language)
        products = tuple(self._cards(job, job.products[:1])) if job.products else ()
        count = {"praise": good, "complaints": bad}.get(name, len(quotes))
        return AskAnswer(text, name, job.language, products, count, value, quotes=tuple(quotes[: job.k]))

    def _brands(self, job: Job) -> AskAnswer:
        conditions = Conditions(job.read)
        match = f"MATCH (p:Product)-[:HAS_BRAND]->(o:Brand) WHERE {conditions.where}"
        rows = self._run(
            job,
            f"{match} RETURN o.id AS id, count(DISTINCT p.id) AS n ORDER BY n DESC, id LIMIT {_NAMED}",
            conditions.parameters,
        )
        names = tuple(str(row["id"]) for row in rows)
        count = len(names)
        if count == _NAMED:
            [all_] = self._run(job, f"{match} RETURN count(DISTINCT o.id) AS n", conditions.parameters)
            count = int(str(all_["n"]))
        said = "brands_more" if count > len(names) else "brands"
        text = told(said, job.language, list=listed(names, job.language), more=count - len(names))
        return AskAnswer(text, "brands", job.language, count=count, names=names)

    def _groups_sold(self, name: str, job: Job) -> AskAnswer:
        """Name the brands or categories that customers bought most of, with how often."""
        label = "Brand" if name == "brands_sold" else "Category"
        rows = self._run(job, *best_groups(label, Conditions(job.read)))
        if not rows:
            return AskAnswer(told("nothing", job.language), name, job.language)
        names = self._names([{**row, "label": label} for row in rows], job.language)
        counted = [f"{own} ({row['n']})" for own, row in zip(names, rows, strict=True)]
        return AskAnswer(
            told("brands", job.language, list=listed(counted, job.language)), name, job.language, names=names
        )

    def _count(self, job: Job) -> AskAnswer:
        conditions = Conditions(job.read, given=True)
        rows = self._run(job, f"MATCH (p:Product) WHERE {conditions.where} RETURN count(p) AS n", conditions.parameters)
        count = int(str(rows[0]["n"]))
        return AskAnswer(told("count", job.language, count=count), "count", job.language, count=count)

    def _best(self, name: str, job: Job) -> AskAnswer:
        rows = self._offered(job, *best_products(name, Conditions(job.read)), most=_BEST)
        return self._listed(name, job, tuple(product_of(row, job.language) for row in rows))

    def _by_aspect(self, name: str, job: Job, *, good: bool) -> AskAnswer:
        conditions = Conditions(job.read)
        parameters = {**conditions.parameters, "aspects": list(dict.fromkeys(job.aspects))}
        sign, order = (">", "DESC") if good else ("<", "ASC")
        rows = self._offered(
            job,
            f"MATCH (p:Product)<-[:ABOUT]-(r:Review)-[m:MENTIONS]->(o:Aspect) WHERE {conditions.where} "
            "AND o.id IN $aspects AND m.sentiment IS NOT NULL WITH p, sum(m.sentiment) AS figure "
            f"WHERE figure {sign} 0 {CARD}, figure ORDER BY figure {order}, p.id",
            parameters,
            most=50,
        )
        if not rows and good:
            return self._found(name, job)
        return self._listed(name, job, tuple(product_of(row, job.language) for row in rows)[: job.k])

    def _found(self, name: str, job: Job) -> AskAnswer:
        """Find products as a search does, and keep those that the graph says are all that was asked for."""
        conditions = Conditions(job.read)
        order = "p.price, p.id" if job.read.cheap else "p.id"
        rows = self._offered(
            job,
            f"MATCH (p:Product) WHERE {conditions.where} {CARD} ORDER BY {order}",
            conditions.parameters,
            most=1_000,
        )
        found = {one.id: one for one in (product_of(row, job.language) for row in rows)}
        if job.read.cheap or not found:
            return self._listed(name, job, tuple(found.values())[: job.k])
        ranked = self._search.search(
            job.read.text, k=50, facets=False, user=job.user, changes=job.changes, rules=job.rules
        )
        first = [found.pop(hit.product.id) for hit in ranked.items if hit.product.id in found]
        return self._listed(name, job, tuple([*first, *found.values()][: job.k]))

    def _listed(self, name: str, job: Job, found: tuple[AskedProduct, ...]) -> AskAnswer:
        if not found:
            text = told("nothing", job.language)
            return AskAnswer(text, name, job.language, nearest=_examples(job.language))
        text = told(f"list_{name}", job.language, list=priced(found, job.language), first=found[0].name)
        return AskAnswer(text, name, job.language, found)

    def _unknown(self, job: Job) -> AskAnswer:
        text = _asked(job.read)
        own = job.read.language
        near = [one for one in intents() if any(known.pattern and known.search(text) for known in one.patterns[own])]
        told_near = [one.examples[job.language] for one in near if one.examples[job.language]]
        nearest = tuple(told_near[:3]) or _examples(job.language)
        return AskAnswer(told("unknown", job.language), "unknown", job.language, nearest=nearest)


def _examples(language: str) -> tuple[str, ...]:
    wanted = ("find", "opinions", "goes_with")
    return tuple(one.examples[language] for one in intents() if one.name in wanted)


def _asked(read: ReadQuery) -> str:
    """Give a question as the grammar's patterns have it: in small letters, without what ends the sentence."""
    return normalise(read.text).rstrip(_END)
