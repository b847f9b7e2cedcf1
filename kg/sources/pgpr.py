"""The knowledge graphs of the PGPR paper (Xian et al., SIGIR 2019): lines that list the numbers of linked things."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.errors import InputError
from kg.records import Record, Reject
from kg.sources.amazon_text import plain, strength_at
from kg.sources.files import read_lines
from kg.sources.locate import find, folder, need
from kg.sources.numbered import Items, read_histories, read_names, read_numbers
from kg.sources.numbered import reject as make_reject

_LINKS = ("also_bought", "also_viewed", "bought_together")
_SPLITS = (("train", "train"), ("validation", "validation"), ("test", "test"))


class PgprReader:
    """Reads products, related products, users, brands, categories, the ``*_p_*`` files between them, train and test.

    Line k of ``*_p_*.txt`` lists the things linked to product k; related products stand in the order of Amazon's pages,
    which gives the links their weights (``strength_at``). Products and users are named as in their files; brands and
    categories lose the entities of the web pages they were read from. Related products that are not among the products
    carry ``in_catalogue`` false. The machine-made tags stand in for the title. Numbers beyond the end of a file are
    rejects of code UNKNOWN_REFERENCE.
    """

    name = "pgpr"
    doc = "PGPR knowledge graph: product.txt, users.txt, also_bought_p_p.txt, ... , train.txt, test.txt"

    def recognises(self, source: Path) -> bool:
        """Tell whether ``source`` looks like this format."""
        return source.is_dir() and all(find(source, f"{file}.txt") for file in ("product", "users", "train"))

    def read(self, source: Path) -> Iterator[Record | Reject]:
        """Stream products, users, links and interactions.

        Raises:
            InputError: a file that the format needs is missing.
        """
        place = folder(source, format_name=self.name, expected="a folder with product.txt, users.txt and train.txt")
        products, rejects = read_names(need(place, "product.txt", format_name=self.name), name="product.txt")
        user_path = need(place, "users.txt", format_name=self.name)
        train = need(place, "train.txt", format_name=self.name)
        yield from rejects
        yield from self._products(place, products)
        related: list[str | None] = []
        related_path = find(place, "related_product.txt")
        if related_path is not None:
            related, rejects = read_names(related_path, name=related_path.name)
            yield from rejects
            known = set(products)
            for number, related_id in enumerate(related):
                if related_id is not None and related_id not in known:
                    known.add(related_id)
                    values = {"id": related_id, "in_catalogue": False}
                    yield Record("products", values, related_path.name, number + 1)
        users, rejects = read_names(user_path, name=user_path.name)
        yield from rejects
        for number, user in enumerate(users):
            if user is not None:
                yield Record("users", {"id": user}, user_path.name, number + 1)
        for relation in _LINKS:
            path = find(place, f"{relation}_p_p.txt")
            if path is not None:
                if related_path is None:
                    raise InputError(f"{place} has {path.name} but no related_product.txt, which it refers to.")
                yield from _links(path, relation, products=products, related=related)
        items = Items(products)
        for stem, split in _SPLITS:
            path = train if stem == "train" else find(place, f"{stem}.txt")
            if path is not None:
                yield from read_histories(path, kind="purchased", split=split, users=users, items=items)

    def _products(self, place: Path, products: list[str | None]) -> Iterator[Record | Reject]:
        brands, rejects = _attached(place, "brand", "brand_p_b.txt", products=len(products))
        yield from rejects
        categories, rejects = _attached(place, "category", "category_p_c.txt", products=len(products))
        yield from rejects
        tags, rejects = _tags(place)
        yield from rejects
        file = need(place, "product.txt", format_name=self.name).name
        for number, product in enumerate(products):
            if product is None:
                continue
            brand = brands.get(number, [])
            values = {
                "id": product,
                "title": tags.get(product),
                "brand": brand[0] if brand else None,
                "categories": categories.get(number),
                "attributes": [("brand", other) for other in brand[1:]],  # a product has one brand; none is lost
            }
            yield Record("products", values, file, number + 1)


def _attached(place: Path, kind: str, links: str, *, products: int) -> tuple[dict[int, list[str]], list[Reject]]:
    """Give the names of the brands or categories of each product by its number, and the rejects."""
    path, names_path = find(place, links), find(place, f"{kind}.txt")
    if path is None:
        return {}, []
    if names_path is None:
        raise InputError(f"{place} has {path.name} but no {kind}.txt, which it refers to.")
    read, rejects = read_names(names_path, name=names_path.name)
    # Beauty has a brand without a name. That its products share it is knowledge all the same: it is named by number.
    rejects = [reject for reject in rejects if reject.code != "MISSING_VALUE"]
    names = _unique([_clean(name) or f"{kind} {number}" for number, name in enumerate(read)])
    attached: dict[int, list[str]] = {}
    for row in read_numbers(path, name=path.name):
        if isinstance(row, Reject):
            rejects.append(row)
            continue
        raw = " ".join(map(str, row.numbers))
        if row.line > products:
            if row.numbers:
                rejects.append(_beyond(row.line, path.name, raw))
            continue
        for number in row.numbers:
            name = names[number] if number < len(names) else None
            if name is None:
                reason = f"product {row.line - 1} has the {kind} {number}, which does not exist"
                rejects.append(make_reject(row.line, path.name, "UNKNOWN_REFERENCE", reason, raw))
            else:
                attached.setdefault(row.line - 1, []).append(name)
    return attached, rejects


def _clean(name: str | None) -> str:
    return "" if name is None else str(plain(name))  # the brands are from Amazon's pages: "L&#39;Oreal Paris"


def _unique(names: list[str]) -> list[str]:
    """Tell things of the same name apart by their number: they are different things in the input."""
    seen: set[str] = set()
    unique: list[str] = []
    for number, name in enumerate(names):
        unique.append(f"{name} ({number})" if name in seen else name)
        seen.add(name)
    return unique


def _tags(place: Path) -> tuple[dict[str, str], list[Reject]]:
    path = find(place, "product_tags.txt")
    tags: dict[str, str] = {}
    rejects: list[Reject] = []
    if path is not None:
        for line in read_lines(path, name=path.name):
            if isinstance(line, Reject):
                rejects.append(line)
            elif line.text.strip():
                product, _, words = line.text.strip().partition(" ")
                tags[product] = _clean(words)
    return tags, rejects


def _links(
    path: Path, relation: str, *, products: list[str | None], related: list[str | None]
) -> Iterator[Record | Reject]:
    file = path.name
    for row in read_numbers(path, name=file):
        if isinstance(row, Reject):
            yield row
            continue
        if not row.numbers:
            continue
        product = products[row.line - 1] if row.line <= len(products) else None
        if product is None:
            yield _beyond(row.line, file, " ".join(map(str, row.numbers)))
            continue
        line = row.line
        for place, number in enumerate(row.numbers, start=1):
            other = related[number] if number < len(related) else None
            if other is None:
                reason = f"product {row.line - 1} is linked to the related product {number}, which does not exist"
                yield make_reject(row.line, file, "UNKNOWN_REFERENCE", reason, str(number))
            else:
                values = {"product_id": product, "relation": relation, "other_id": other}
                yield Record("links", values | {"weight": strength_at(place)}, file, line)


def _beyond(line: int, name: str, raw: str) -> Reject:
    return make_reject(
        line, name, "UNKNOWN_REFERENCE", f"line {line} stands for product {line - 1}, which does not exist", raw
    )
