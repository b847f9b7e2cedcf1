"""Mentions as an HTML page: the text marked in displaCy's style, and under it what was weighed for each mention."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from spacy import displacy

from kg.schema import NODES
from linking.mentions import Mention

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1rem; margin: 1.6rem 0 .3rem; }
.entities { border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: .5rem; padding: 1rem; }
mark { color: #1b1b1b; } mark.entity > span { text-transform: none !important; }
table { border-collapse: collapse; width: 100%; } td, th { padding: .25rem .6rem; text-align: left; }
tr + tr td { border-top: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tr.chosen { font-weight: 600; } .dim { opacity: .7; }
img { max-width: 16rem; border-radius: .5rem; }
.scroll { overflow-x: auto; }
"""


def mentions_page(
    text: str, mentions: Sequence[Mention], *, title: str = "Mentions", picture: str | None = None
) -> str:
    """Give a page that needs no other file.

    Args:
        text: that was linked.
        mentions: found in it, NIL ones too; those are listed, not marked.
        title: of the page.
        picture: data address of the photo that the text is a caption of, if it is one.
    """
    marked = [mention for mention in mentions if mention.node is not None]
    ents = [
        {
            "start": mention.start,
            "end": mention.end,
            "label": mention.node.label if mention.node else "",
            "kb_id": f"{mention.node.id if mention.node else ''} {mention.confidence:.2f}{_face(mention.sentiment)}",
            "kb_url": "#" + _anchor(number),
        }
        for number, mention in enumerate(mentions)
        if mention in marked
    ]
    colors = {label: f"{node.color}99" for label, node in NODES.items()}
    body = displacy.render(
        {"text": text, "ents": ents, "title": None}, style="ent", manual=True, page=False, jupyter=False,
        options={"colors": colors},
    )  # fmt: skip
    shown = f'<p><img src="{escape(picture)}" alt="The photo"></p>' if picture else ""
    parts = [_detail(number, mention) for number, mention in enumerate(mentions)]
    nothing = "" if mentions else "<p>Nothing in the graph is mentioned.</p>"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>{escape(title)}</h1>{shown}{body}{nothing}{''.join(parts)}</body></html>\n"
    )


def _detail(number: int, mention: Mention) -> str:
    rows = "".join(
        f'<tr class="{"chosen" if candidate.node == mention.node else "dim"}">'
        f"<td>{escape(candidate.node.label if candidate.node else 'NIL')}</td>"
        f"<td>{escape(candidate.node.id if candidate.node else '')}</td>"
        f'<td class="number">{candidate.prior:.3f}</td><td class="number">{candidate.score:.3f}</td>'
        f"<td>{escape(candidate.reason)}</td></tr>"
        for candidate in mention.candidates
    )
    feeling = f", sentiment {mention.sentiment:+.2f}" if mention.node and mention.sentiment else ""
    return (
        f'<section id="{_anchor(number)}"><h2>{escape(mention.surface)} '
        f'<span class="dim">characters {mention.start} to {mention.end}, confidence {mention.confidence:.2f}{feeling}'
        f"</span></h2><p>{escape(mention.reason.capitalize())}.</p>"
        '<div class="scroll"><table><tr><th>label</th><th>node</th><th class="number">prior</th>'
        f'<th class="number">score</th><th>what spoke for it, or against</th></tr>{rows}</table></div></section>'
    )


def _anchor(number: int) -> str:
    return f"mention-{number}"


def _face(sentiment: float) -> str:
    return " ▲" if sentiment > 0 else " ▼" if sentiment < 0 else ""
