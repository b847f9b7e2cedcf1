"""Further answers from the same vectors: the category of a product, and products in a category that they contradict."""

from recommender.heads.category import CategoryHead, CategoryReport, learn_categories
from recommender.heads.contradictions import Contradiction, contradictions

__all__ = ["CategoryHead", "CategoryReport", "Contradiction", "contradictions", "learn_categories"]
