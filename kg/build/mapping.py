"""Which rows of the clean tables become which nodes and edges, as DuckDB SQL.

Each statement gives the columns of a node or edge batch. What several rows say, such as a brand, comes once.
"""

from __future__ import annotations

from kg.schema import INTERACTION_KINDS, PRODUCT_RELATIONS
from kg.store.protocol import EdgeKey

VIEWS: tuple[str, ...] = (
    # One row for each category of a product: its steps, from wide to narrow.
    """CREATE TEMP VIEW paths AS SELECT * FROM (
         SELECT id AS product,
           list_filter(list_transform(string_split(path, ' > '), lambda s: trim(s)), lambda s: s <> '') AS steps
         FROM (SELECT id, unnest(categories) AS path FROM products) WHERE path IS NOT NULL)
       WHERE len(steps) > 0""",
    # One row for each category and each of the wider ones it stands in.
    """CREATE TEMP VIEW prefixes AS SELECT DISTINCT array_to_string(steps[1:n], ' > ') AS id, steps[n] AS name,
         CASE WHEN n > 1 THEN array_to_string(steps[1:n - 1], ' > ') END AS parent
       FROM (SELECT steps, unnest(range(1, len(steps) + 1)) AS n FROM (SELECT DISTINCT steps FROM paths))""",
    """CREATE TEMP VIEW attributes AS SELECT label, owner, pair.name || '=' || pair.value AS id, pair.name AS name,
         pair.value AS value
       FROM (SELECT 'Product' AS label, id AS owner, unnest(attributes) AS pair FROM products
             UNION ALL SELECT 'User', id, unnest(attributes) FROM users)
       WHERE pair.name IS NOT NULL AND pair.value IS NOT NULL""",
    """CREATE TEMP VIEW typed_triples AS SELECT head, relation, tail, head_type, tail_type,
         CASE WHEN lower(head_type) = 'product' THEN 'Product' ELSE 'Entity' END AS head_label,
         CASE WHEN lower(tail_type) = 'product' THEN 'Product' ELSE 'Entity' END AS tail_label FROM triples""",
)

NODE_ROWS: dict[str, str] = {
    "User": "SELECT id, name FROM users",
    "Product": """SELECT id, title AS name, title_zh AS name_zh, description, description_zh, price, in_stock,
                    coalesce(in_catalogue, true) AS in_catalogue, released FROM products""",
    "Brand": "SELECT DISTINCT brand AS id, brand AS name FROM products WHERE brand <> ''",
    "Category": "SELECT id, min(name) AS name FROM prefixes GROUP BY id",
    # "a=b" with "c" and "a" with "b=c" share an id; which of the two names it shows is settled, not left to chance.
    "Attribute": "SELECT id, min(name) AS name, max(value) AS value FROM attributes GROUP BY id",
    "Review": 'SELECT id, title AS name, text, rating, "at", language FROM reviews',
    "Image": "SELECT id, path, caption FROM images",
    "Entity": """SELECT id, min(type) AS type FROM (
                   SELECT head AS id, head_type AS type FROM typed_triples WHERE head_label = 'Entity'
                   UNION ALL SELECT tail, tail_type FROM typed_triples WHERE tail_label = 'Entity') GROUP BY id""",
}

EDGE_ROWS: dict[EdgeKey, str] = {
    **{
        EdgeKey("User", kind, "Product"): f"""SELECT user_id AS source, product_id AS target, "at", value, split
            FROM interactions WHERE coalesce(kind, 'purchased') = '{kind.lower()}'"""
        for kind in INTERACTION_KINDS
    },
    EdgeKey("User", "WROTE", "Review"): (
        "SELECT user_id AS source, id AS target FROM reviews WHERE user_id IS NOT NULL"
    ),
    EdgeKey("Review", "ABOUT", "Product"): "SELECT id AS source, product_id AS target FROM reviews",
    EdgeKey("Product", "HAS_BRAND", "Brand"): "SELECT id AS source, brand AS target FROM products WHERE brand <> ''",
    EdgeKey("Product", "IN_CATEGORY", "Category"): (
        "SELECT DISTINCT product AS source, array_to_string(steps, ' > ') AS target FROM paths"
    ),
    **{
        EdgeKey(label, "HAS_ATTRIBUTE", "Attribute"): f"""SELECT DISTINCT owner AS source, id AS target,
            'input' AS origin, 1.0::DOUBLE AS confidence FROM attributes WHERE label = '{label}'"""
        for label in ("Product", "User")
    },
    EdgeKey("Category", "PART_OF", "Category"): (
        "SELECT DISTINCT id AS source, parent AS target FROM prefixes WHERE parent IS NOT NULL"
    ),
    **{
        EdgeKey("Product", relation, "Product"): f"""SELECT product_id AS source, other_id AS target, weight
            FROM links WHERE relation = '{relation.lower()}'"""
        for relation in PRODUCT_RELATIONS
    },
    EdgeKey("Product", "HAS_IMAGE", "Image"): "SELECT product_id AS source, id AS target FROM images",
    **{
        EdgeKey(head, "RELATED_TO", tail): f"""SELECT head AS source, tail AS target, relation FROM typed_triples
            WHERE head_label = '{head}' AND tail_label = '{tail}'"""
        for head in ("Product", "Entity")
        for tail in ("Product", "Entity")
    },
}

REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("interactions", "user_id", "users"),
    ("interactions", "product_id", "products"),
    ("reviews", "user_id", "users"),
    ("reviews", "product_id", "products"),
    ("images", "product_id", "products"),
    ("links", "product_id", "products"),
    ("links", "other_id", "products"),
)
"""Table, column, and the table whose ``id`` it names; triples are looked at by their types."""
