"""The quality rules: each has a code, and says why a row is set aside and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kg.sources.files import TO_UTF8


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to set a row aside.

    Attributes:
        code: as in the quarantine and the report.
        title: what is wrong, in a few words.
        reason: why such a row is not let in.
        advice: what to do about it.
    """

    code: str
    title: str
    reason: str
    advice: str


class Problem(NamedTuple):
    """What is wrong with one row: the code of a rule, and the reason with the very value."""

    code: str
    reason: str


_TABLE = (
    Rule(
        "ENCODING",
        "wrong encoding",
        "Its letters cannot be known.",
        TO_UTF8,
    ),
    Rule(
        "NULL_BYTE", "null byte", "Text has no null bytes; the file is damaged or not text.", "Export the file again."
    ),
    Rule(
        "LINE_TOO_LONG",
        "line too long",
        "It would have to be held in memory whole; mostly a line end was lost.",
        "Look at the line; raise the limit line_bytes if it is right.",
    ),
    Rule("TRUNCATED", "file cut off or damaged", "What follows cannot be unpacked.", "Fetch or export the file again."),
    Rule("MALFORMED", "not of the format", "It cannot be parted into columns.", "Mend the line, often a stray quote."),
    Rule("UNKNOWN_COLUMN", "unknown column", "Its values would be lost.", "Rename or remove the column."),
    Rule("MISSING_VALUE", "required value missing", "The row says nothing without it.", "Fill it in at the source."),
    Rule(
        "WRONG_TYPE", "value of another kind", "A list, object or flag stands where it cannot be.", "Export it plainly."
    ),
    Rule(
        "NOT_A_NUMBER",
        "not a number",
        "Not a finite number: NaN and infinity would spread through every calculation.",
        "Write 1249.50, or 1249,50; leave the value empty if it is not known.",
    ),
    Rule(
        "BAD_DATE",
        "no date, or an impossible one",
        "No day that can be told, no such day, before 1970, or more than a year from now.",
        "Give ISO 8601 dates (2024-02-29T12:00:00Z), 2024/2/29, or seconds or milliseconds since 1970.",
    ),
    Rule("BAD_CHOICE", "value not allowed", "The column has a fixed set of values.", "Use one of the values named."),
    Rule("ID_TOO_LONG", "id too long", "Nearly always a column read wrongly.", "Check the columns and quotes."),
    Rule(
        "SHORTENED_ID",
        "id shortened by a spreadsheet",
        "Digits are lost, and other ids may have become the same.",
        "Export the column as text, or open the file anew without converting numbers.",
    ),
    Rule("TEXT_TOO_LONG", "text too long", "No description or review is that long.", "Check the columns and quotes."),
    Rule("TOO_MANY_ITEMS", "list too long", "No product has so many.", "Check the row; raise the limit list_items."),
    Rule("NEGATIVE_PRICE", "negative price", "A price is zero or more.", "Leave the price empty if it is not known."),
    Rule("SELF_LINK", "link to itself", "A product linked to itself says nothing.", "Remove the link."),
    Rule(
        "DUPLICATE_ID",
        "id used before, same contents",
        "An id stands for one thing; the first row is kept.",
        "Remove the repetition.",
    ),
    Rule(
        "CONFLICT",
        "id used before, other contents",
        "An id stands for one thing and the rows disagree; the first is kept.",
        "Decide which row is right.",
    ),
    Rule("DUPLICATE", "row given before", "The same fact counts once; the first is kept.", "Remove the repetition."),
    Rule(
        "UNKNOWN_REFERENCE",
        "refers to nothing",
        "What it names is not in the input, or was set aside itself.",
        "Add what is missing, or leave that table out to have its rows implied.",
    ),
)

RULES: dict[str, Rule] = {rule.code: rule for rule in _TABLE}
