"""Amazon reviews and product metadata as published in 2014, 2018 and 2023 (McAuley et al.; Hou et al.)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.records import Record, Reject
from kg.sources.amazon_metadata import metadata_records
from kg.sources.amazon_text import date_ms, plain
from kg.sources.csvfile import read_sheet
from kg.sources.jsonlines import JsonRow, read_objects
from kg.sources.locate import bare_name, listing, nearest

_USER_FIELDS = frozenset({"reviewerID", "user_id"})
_PRODUCT_FIELDS = frozenset({"asin", "parent_asin"})
_CSV_NEEDED = ("reviewerID", "asin")
_LOOKED_AT = 20  # lines by which the kind of a file is told


class AmazonReader:
    """Reads JSON lines (or one CSV) of reviews, and metadata; which is which is told by the fields.

    2014: reviewerID, asin, overall, unixReviewTime, reviewText, summary; metadata in Python literals. 2018: also_buy,
    also_view, price "$12.99". 2023: parent_asin, user_id, rating, timestamp in milliseconds, title, text. A review
    with a user and a rating is also an interaction of kind rated. Names of reviewers, votes and customers' own photos
    are not read. Without metadata the products are those that are reviewed.
    """

    name = "amazon"
    doc = "Amazon reviews and metadata of 2014, 2018, 2023: a folder of JSON lines (or CSV of reviews), or one file"

    def recognises(self, source: Path) -> bool:
        """Tell whether ``source`` looks like this format."""
        try:
            return any(_kind(path) == "reviews" for path in _candidates(source))
        except (InputError, OSError):
            return False

    def read(self, source: Path) -> Iterator[Record | Reject]:
        """Stream products with pictures and links, then reviews with interactions.

        Raises:
            InputError: no file of the source holds reviews or metadata.
        """
        if not source.exists():
            raise InputError(f"{source} does not exist. The format amazon reads a folder or file of reviews.")
        kinds = {path: _kind(path) for path in _candidates(source)}
        metadata = [path for path, kind in kinds.items() if kind == "metadata"]
        reviews = [path for path, kind in kinds.items() if kind == "reviews"]
        if not metadata and not reviews:
            found = listing(source) if source.is_dir() else source.name
            raise InputError(
                f"{source} holds no Amazon reviews (lines with reviewerID or user_id, and asin) and no metadata "
                f"(lines with asin, and title or also_buy or related). It holds: {found}."
            )
        for path in metadata:
            for row in read_objects(path, name=path.name, literals=True):
                if isinstance(row, Reject):
                    yield row
                else:
                    yield from metadata_records(row, path.name)
        for path in reviews:
            rows = _csv_objects(path) if _is_csv(path) else read_objects(path, name=path.name, literals=True)
            yield from _reviews(rows, path.name)


def _candidates(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    if not source.is_dir():
        return []
    endings = (".json", ".jsonl", ".csv", ".ndjson")
    return sorted(path for path in source.iterdir() if path.is_file() and bare_name(path).endswith(endings))


def _is_csv(path: Path) -> bool:
    return bare_name(path).endswith(".csv")


def _kind(path: Path) -> str | None:
    """Tell "reviews" and "metadata" by the fields of the first lines."""
    if _is_csv(path):
        columns = read_sheet(path, name=path.name).columns
        return "reviews" if set(_CSV_NEEDED) & set(columns) else None
    for count, row in enumerate(read_objects(path, name=path.name, literals=True)):
        if not isinstance(row, Reject):
            if not _PRODUCT_FIELDS & row.values.keys():
                return None
            return "reviews" if _USER_FIELDS & row.values.keys() else "metadata"
        if count >= _LOOKED_AT:
            break
    return None


def _csv_objects(path: Path) -> Iterator[JsonRow | Reject]:
    sheet = read_sheet(path, name=path.name)
    for column in _CSV_NEEDED:
        if column not in sheet.columns:
            found = ", ".join(sheet.columns)
            raise InputError(f'{path} has no column "{column}"; it has: {found}.{nearest(column, sheet.columns)}')
    for row in sheet.rows:
        if isinstance(row, Reject):
            yield row
        else:
            yield JsonRow(row.line, dict(zip(sheet.columns, row.cells, strict=True)), "")


def _reviews(rows: Iterator[JsonRow | Reject], file: str) -> Iterator[Record | Reject]:
    for row in rows:
        if isinstance(row, Reject):
            yield row
        else:
            yield from _review(row, file)


def _review(row: JsonRow, file: str) -> tuple[Record, ...]:
    given = row.values
    get = given.get
    values: dict[str, Any]
    if "user_id" in given:
        at = get("timestamp") if "timestamp" in given else get("sort_timestamp")
        product_id = get("parent_asin") or get("asin")
        user_id, rating, title, text = get("user_id"), get("rating"), get("title"), get("text")
    else:
        at = get("unixReviewTime")
        if at is None or at == "":
            at = date_ms(get("reviewTime"))
        product_id, user_id, rating = get("asin"), get("reviewerID"), get("overall")
        title, text = get("summary"), get("reviewText")
    digest = blake2b(
        repr((user_id, product_id, at, rating, title, text)).encode("utf-8", "backslashreplace"), digest_size=12
    )
    values = {
        "id": digest.hexdigest(),
        "user_id": user_id,
        "product_id": product_id,
        "title": plain(title),
        "text": plain(text),
        "rating": rating,
        "at": at,
    }
    review = Record("reviews", values, file, row.line)
    if user_id and rating is not None and rating != "":
        rated = {"user_id": user_id, "product_id": product_id, "kind": "rated", "value": rating, "at": at}
        return review, Record("interactions", rated, file, row.line)
    return (review,)
