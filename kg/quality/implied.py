"""Rows that other tables imply: users and products that are named but have no row of their own."""

from __future__ import annotations

from pathlib import Path

from kg.quality.relations import parquet

# table -> (column of another table, whether the shop sells what it names); with a condition where not every row counts
_PRODUCT_ENDS: tuple[tuple[str, str, bool, str], ...] = (
    ("interactions", "product_id", True, "true"),
    ("reviews", "product_id", True, "true"),
    ("images", "product_id", True, "true"),
    ("links", "product_id", True, "true"),
    ("links", "other_id", False, "true"),
    ("triples", "head", False, "head_type = 'product'"),
    ("triples", "tail", False, "tail_type = 'product'"),
)


def implied_users(tables: dict[str, Path]) -> str | None:
    """Give the SQL of (id) of the users that interactions and reviews name; None if neither is there."""
    parts = [
        f"SELECT user_id AS id FROM {parquet(tables[name])} WHERE user_id IS NOT NULL"
        for name in ("interactions", "reviews")
        if name in tables
    ]
    return f"SELECT DISTINCT id FROM ({' UNION ALL '.join(parts)}) ORDER BY id" if parts else None


def implied_products(tables: dict[str, Path], *, products: Path | None) -> str | None:
    """Give the SQL of (id, in_catalogue) of the products that have no row; None if no table names any.

    Without a table of products, all that is bought, reviewed, pictured or linked from is sold. The far ends of links
    and the products of triples are only known: with or without a table of products they get a row with
    ``in_catalogue`` false.
    """
    parts = [
        f"SELECT {column} AS id, {str(sold).lower()} AS sold FROM {parquet(tables[name])} WHERE {condition}"
        for name, column, sold, condition in _PRODUCT_ENDS
        if name in tables and not (sold and products is not None)
    ]
    if not parts:
        return None
    without = f"ANTI JOIN {parquet(products)} p ON named.id = p.id" if products is not None else ""
    return f"""
        SELECT named.id AS id, bool_or(sold) AS in_catalogue FROM ({" UNION ALL ".join(parts)}) named {without}
        GROUP BY named.id ORDER BY named.id
    """
