"""What a text says of each mention: the clause's opinion, learnt from stars, in English and Chinese.

model = train_sentiment([ReviewText("Great sound but the strap broke.", 3, "en"), ...])
model.score("Great sound, but the strap broke.", 6, 11, "en")
"""

from __future__ import annotations

from linking.sentiment.bulk import Asked
from linking.sentiment.clauses import clauses
from linking.sentiment.files import load_sentiment
from linking.sentiment.model import Scorer, SentimentModel
from linking.sentiment.polarity import POLARITIES, LabelledText, PolarityModel, train_polarity
from linking.sentiment.reading import Spot
from linking.sentiment.weak import STARS, ReviewText, train_sentiment

__all__ = [
    "POLARITIES",
    "STARS",
    "Asked",
    "LabelledText",
    "PolarityModel",
    "ReviewText",
    "Scorer",
    "SentimentModel",
    "Spot",
    "clauses",
    "load_sentiment",
    "train_polarity",
    "train_sentiment",
]
