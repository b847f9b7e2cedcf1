"""One line of Amazon product metadata (releases of 2014, 2018, 2023) as records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.records import Record, Reject
from kg.sources.amazon_text import date_ms, plain, price, strength_at, texts
from kg.sources.jsonlines import JsonRow

_LINKS = {
    "also_bought": "also_bought",
    "also_buy": "also_bought",
    "also_viewed": "also_viewed",
    "also_view": "also_viewed",
    "bought_together": "bought_together",
    "buy_after_viewing": "also_viewed",
}
_DETAILS_IN_COLUMNS = frozenset({"asin", "brand"})
_PICTURE_SIZES = ("hi_res", "large", "thumb")


def metadata_records(row: JsonRow, file: str) -> Iterator[Record | Reject]:
    """Give the product, its pictures and its links.

    Texts lose tags and entities. The feature list follows the description. The step " > " parts categories. Links
    are weighed by their place in the page's list (``strength_at``). Sales ranks, similar-item tables and review counts
    are page furniture of their day and are not read.
    """
    meta = row.values
    product_id = meta.get("parent_asin") or meta.get("asin")
    given = meta.get("details")
    details: dict[str, Any] = given if isinstance(given, dict) else {}
    yield Record(
        "products",
        {
            "id": product_id,
            "title": plain(meta.get("title")),
            "description": "\n".join([*texts(meta.get("description")), *texts(_first(meta, "feature", "features"))]),
            "brand": plain(_text(meta.get("brand")) or details.get("Brand") or _text(meta.get("store"))),
            "categories": _categories(meta),
            "price": price(meta.get("price")),
            "released": _released(meta, details),
            "attributes": _attributes(details),
        },
        file,
        row.line,
    )
    if not isinstance(product_id, str):
        return  # the quality checks report the product
    for number, url in enumerate(_pictures(meta), start=1):
        yield Record("images", {"id": f"{product_id}#{number}", "product_id": product_id, "path": url}, file, row.line)
    yield from _links(row, product_id, file)


def _links(row: JsonRow, product_id: str, file: str) -> Iterator[Record | Reject]:
    given = row.values.get("related")
    sources = [row.values, given] if isinstance(given, dict) else [row.values]
    seen: set[tuple[str, str]] = set()
    for source in sources:
        for key, relation in _LINKS.items():
            others = source.get(key)
            if not others:
                continue
            if not isinstance(others, list):
                yield row.reject(name=file, code="WRONG_TYPE", reason=f'"{key}" is not a list of product ids')
                continue
            for place, other in enumerate(others, start=1):
                # Two lists of one page map to the same relation, and 2018 names some products twice.
                if not isinstance(other, str) or (relation, other) not in seen:
                    if isinstance(other, str):
                        seen.add((relation, other))
                    values = {"product_id": product_id, "relation": relation, "other_id": other}
                    yield Record("links", values | {"weight": strength_at(place)}, file, row.line)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _first(meta: dict[str, Any], *keys: str) -> object:
    return next((meta[key] for key in keys if meta.get(key)), None)


def _categories(meta: dict[str, Any]) -> list[str]:
    given = _first(meta, "categories", "category")
    if isinstance(given, list) and given:
        paths = given if all(isinstance(path, list) for path in given) else [given]
    else:
        paths = [[wide] for wide in (_first(meta, "main_category", "main_cat"),) if isinstance(wide, str)]
    steps = ([step.replace(" > ", " / ") for step in texts(path)] for path in paths)
    return [" > ".join(path) for path in steps if path]


def _released(meta: dict[str, Any], details: dict[str, Any]) -> object:
    # "date" of 2018 is at times a review snippet: only what reads as a date is one.
    found = date_ms(meta.get("date") or details.get("Date First Available"))
    return found if isinstance(found, int) else None


def _attributes(details: dict[str, Any]) -> list[tuple[str, str]]:
    attributes: list[tuple[str, str]] = []
    for key, value in details.items():
        name = str(plain(key)).strip().rstrip(":").strip()
        if name and name.lower() not in _DETAILS_IN_COLUMNS and isinstance(value, str | int | float):
            attributes.append((name, str(plain(str(value)))))
    return attributes


def _pictures(meta: dict[str, Any]) -> list[str]:
    given = _first(meta, "images", "imageURLHighRes", "image", "imageURL", "imUrl")
    urls: list[str] = []
    for picture in given if isinstance(given, list) else [given]:
        if isinstance(picture, dict):
            picture = _first(picture, *_PICTURE_SIZES)
        if isinstance(picture, str) and picture.strip() and picture not in urls:
            urls.append(picture)
    if isinstance(given, dict):  # 2023, early files: a dict of lists, one list for each size
        found = _first(given, *_PICTURE_SIZES)
        urls = [url for url in found if isinstance(url, str)] if isinstance(found, list) else urls
    return urls
