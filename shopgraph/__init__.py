"""shopgraph: a knowledge-graph-backed multimodal recommender for e-commerce."""

__version__ = "0.1.0"
