"""The words of free queries: how they begin, what they never say, and what they may call."""

from __future__ import annotations

FIRST = frozenset({"MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL"})

NEVER = frozenset(
    {
        *("CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "DROP", "ALTER", "COPY", "LOAD", "FOREACH", "INSERT"),
        *(
            "USE",
            "ATTACH",
            "INSTALL",
            "UNINSTALL",
            "EXPORT",
            "IMPORT",
            "PROFILE",
            "EXPLAIN",
            "TERMINATE",
            "TRANSACTIONS",
        ),
        *("GRANT", "DENY", "REVOKE", "CHECKPOINT", "ROLLBACK", "COMMIT"),
    }
)

PROCEDURES = frozenset(
    {
        # LadybugDB
        *("show_tables", "table_info", "show_connection", "show_indexes", "query_fts_index", "query_vector_index"),
        # Neo4j
        *("db.labels", "db.relationshiptypes", "db.propertykeys", "db.schema.visualization"),
        *("db.schema.nodetypeproperties", "db.schema.reltypeproperties"),
        *("db.index.fulltext.querynodes", "db.index.fulltext.queryrelationships"),
        *("db.index.vector.querynodes", "db.index.vector.queryrelationships"),
    }
)

FUNCTIONS = frozenset(
    {
        # aggregates
        *("count", "sum", "avg", "min", "max", "collect", "stdev", "stdevp", "percentilecont", "percentiledisc"),
        # numbers
        *(
            "abs",
            "ceil",
            "ceiling",
            "floor",
            "round",
            "sign",
            "sqrt",
            "exp",
            "log",
            "log10",
            "log2",
            "ln",
            "pow",
            "power",
        ),
        *("sin", "cos", "tan", "pi", "isnan", "tointeger", "tofloat", "toboolean", "tostring", "tointegerornull"),
        *("tofloatornull", "tobooleanornull", "tostringornull", "cast", "string"),
        # words
        *("lower", "upper", "tolower", "toupper", "trim", "ltrim", "rtrim", "left", "right", "substring", "split"),
        *("string_split", "reverse", "starts_with", "ends_with", "contains", "char_length", "character_length"),
        *("levenshtein", "regexp_matches"),
        # lists
        *("size", "length", "head", "last", "tail", "range", "coalesce", "nullif", "list_sort", "list_contains"),
        *("list_distinct", "list_element", "list_position", "any", "all", "none", "single", "isempty", "exists"),
        # nodes, relationships and paths
        *("id", "elementid", "label", "labels", "type", "properties", "keys", "nodes", "rels", "relationships"),
        *("startnode", "endnode", "shortestpath", "allshortestpaths"),
        # time
        *("date", "datetime", "localdatetime", "time", "timestamp", "duration", "interval", "duration.between"),
        *("duration.indays", "duration.inmonths", "duration.inseconds", "date.truncate", "datetime.truncate"),
        *("date_part", "date_trunc", "datepart", "datetrunc", "year", "month", "day", "dayname", "monthname"),
        *("to_days", "to_hours", "to_minutes", "epoch_ms", "to_timestamp"),
        # vectors
        *("vector.similarity.cosine", "vector.similarity.euclidean", "array_cosine_similarity", "array_distance"),
        *("array_inner_product", "array_squared_distance"),
    }
)
"""Functions of either engine whose answer is no larger than what they are given: none repeats or pads words, joins or
replaces without bound, reads files or waits."""

NOT_FUNCTIONS = frozenset(
    {
        *(
            "match",
            "where",
            "with",
            "return",
            "unwind",
            "optional",
            "union",
            "distinct",
            "and",
            "or",
            "xor",
            "not",
            "in",
        ),
        *(
            "as",
            "by",
            "case",
            "when",
            "then",
            "else",
            "end",
            "limit",
            "skip",
            "order",
            "on",
            "is",
            "call",
            "yield",
            "shortest",
        ),
    }
)
"""Words before a bracket that are part of the language."""
