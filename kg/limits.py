"""Every limit of shopgraph in one table, which also makes the page ``docs/reference/limits.md``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """One bound the system keeps.

    Attributes:
        name: key under which code and settings refer to it.
        value: the default, in ``unit``.
        unit: ``bytes``, ``rows``, ``characters``, ``seconds``, ``items`` or ``pixels``.
        why: what goes wrong without it.
    """

    name: str
    value: int
    unit: str
    why: str


_TABLE = (
    Limit(
        "line_bytes",
        8 * 1024**2,
        "bytes",
        "A longer input line is rejected unread, so one bad row cannot fill the memory.",
    ),
    Limit("id_characters", 512, "characters", "Longer ids are rejected; they are nearly always a column read wrongly."),
    Limit("text_characters", 200_000, "characters", "Longer descriptions or review texts are rejected."),
    Limit("list_items", 20_000, "items", "More categories, attributes or links in one row are rejected."),
    Limit("quarantine_raw_characters", 2_000, "characters", "How much of a rejected row is kept beside its reason."),
    Limit("batch_rows", 65_536, "rows", "Rows held in memory at once while reading, checking and writing tables."),
    Limit("query_rows", 10_000, "rows", "Rows a free Cypher query may return."),
    Limit("query_seconds", 30, "seconds", "Time a free Cypher query may take."),
    Limit("query_bytes", 64 * 1024**2, "bytes", "Size of a free Cypher query's answer."),
    Limit("query_characters", 20_000, "characters", "Length of a free Cypher query; it is read whole before it runs."),
    Limit(
        "query_depth", 50, "items", "Brackets within brackets in a free query; the embedded engine dies of thousands."
    ),
    Limit("query_range", 100_000, "items", "Ends of a range() in a free query: engines make long ones at once."),
    Limit("query_hops", 6, "items", "Steps of a path of many steps in a free query; their number grows by powers."),
    Limit("query_additions", 16, "items", "Plus signs in a query: words added to themselves double each time."),
    Limit(
        "query_growth",
        64,
        "items",
        "How many times larger sums of sums may make a value, clause after clause of a query.",
    ),
    Limit("neo4j_batch_rows", 10_000, "rows", "Rows sent to Neo4j in one UNWIND statement."),
    Limit(
        "neo4j_transaction_rows",
        65_536,
        "rows",
        "Rows written to Neo4j in one transaction; the server's heap holds it.",
    ),
    Limit("neo4j_transaction_bytes", 32 * 1024**2, "bytes", "Bytes written to Neo4j in one transaction."),
    Limit("build_memory_bytes", 2 * 1024**3, "bytes", "Memory for sorting tables during a build; more goes to disk."),
    Limit("ladybug_copy_rows", 2_000_000, "rows", "Rows copied into the embedded engine in one transaction."),
    Limit("ladybug_copy_bytes", 256 * 1024**2, "bytes", "Bytes copied into the embedded engine in one transaction."),
    Limit("picture_bytes", 64 * 1024**2, "bytes", "Larger files of pictures are set aside unread."),
    Limit(
        "picture_pixels",
        50_000_000,
        "pixels",
        "A picture whose file claims more is set aside before it is decoded: a few kilobytes can claim gigabytes.",
    ),
    Limit("picture_smallest", 8, "pixels", "A picture narrower or lower shows nothing, as a counting pixel does."),
    Limit("picture_edge", 1_024, "pixels", "Longest side of a decoded picture; larger ones are reduced."),
    Limit("learning_texts", 200_000, "rows", "Reviews that linking learns words and contexts from; it links them all."),
    Limit(
        "caption_examples", 3_000, "items", "Photos the catalogue captioner learns from; its time grows by their cube."
    ),
    Limit(
        "vector_cache_bytes",
        4 * 1024**3,
        "bytes",
        "Size of the file of vectors made before; beyond it those written first give way.",
    ),
    Limit("ready_vector_bytes", 16 * 1024**3, "bytes", "Memory that vectors which others made may take."),
    Limit("recommend_k", 1_000, "items", "Products one recommendation request may ask for."),
    Limit("request_items", 1_000, "items", "Ids in one list of a request, such as a history."),
    Limit("request_characters", 2_000, "characters", "Words or a question in one request."),
    Limit("service_body_bytes", 1024**2, "bytes", "A longer request is refused before it is read to its end."),
    Limit("service_upload_bytes", 16 * 1024**2, "bytes", "The same, where a photo may be sent."),
    Limit("service_seconds", 30, "seconds", "A request over HTTP that takes longer is given up."),
    Limit("service_waiting", 256, "items", "Requests waiting in one process; more are turned away at once."),
    Limit("graph_nodes", 1_000, "items", "Nodes in one piece of the graph that the service gives."),
    Limit("graph_hops", 6, "items", "Edges of the longest path between two nodes that is looked for."),
    Limit("graph_frontier", 20_000, "items", "Nodes that a search for paths looks at; beyond it gives up and says so."),
)

LIMITS: dict[str, Limit] = {limit.name: limit for limit in _TABLE}


def limit(name: str) -> int:
    """Give the value of the limit called ``name``.

    Raises:
        KeyError: there is no such limit.
    """
    return LIMITS[name].value
